-- name: GetDeployment :one
-- The clock of the database, and the oldest program that may serve its schema.
select clock_timestamp()::timestamptz as now, oldest_program from schema_window;

-- name: LockDeployment :exec
-- If several servers start for the first time at once, only one of them writes its keys.
select from schema_window for update;

-- name: ListSigningKeys :many
select id, signs_from, verifies_until from signing_keys order by signs_from, id;

-- name: SaveSigningKeys :exec
-- Adds new keys, and sets the end of known keys that had none. A server with an older keys file never removes an end.
insert into signing_keys (id, signs_from, verifies_until)
select unnest(@ids::text[]), unnest(@signs_from::timestamptz[]), unnest(@verifies_until::timestamptz[])
on conflict (id) do update set verifies_until = excluded.verifies_until
where signing_keys.verifies_until = '0001-01-01 00:00:00+00' and excluded.verifies_until <> signing_keys.verifies_until;

-- name: DeleteOtherSigningKeys :exec
-- Deletes all keys except these.
delete from signing_keys where id <> all(@ids::text[]);
