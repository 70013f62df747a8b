-- name: GetDeployment :one
-- The clock of the database, and which programs may serve its schema.
select clock_timestamp()::timestamptz as now, oldest_program from schema_window;

-- name: LockDeployment :exec
-- Of several first starts, one writes its keys.
select from schema_window for update;

-- name: ListSigningKeys :many
select id, signs_from, verifies_until from signing_keys order by signs_from, id;

-- name: SaveSigningKeys :exec
-- Adds keys, and ends those that are known and have an end now. A server with an older keys file never takes an end away.
insert into signing_keys (id, signs_from, verifies_until)
select unnest(@ids::text[]), unnest(@signs_from::timestamptz[]), unnest(@verifies_until::timestamptz[])
on conflict (id) do update set verifies_until = excluded.verifies_until
where signing_keys.verifies_until = '0001-01-01 00:00:00+00' and excluded.verifies_until <> signing_keys.verifies_until;

-- name: DeleteOtherSigningKeys :exec
-- Forgets all keys but these.
delete from signing_keys where id <> all(@ids::text[]);
