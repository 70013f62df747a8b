-- name: GetClock :one
-- The database's clock, and the time of the last restore; the epoch if there was none. A time in the future is ignored: the clock
-- was set back since, and no access token would be accepted.
select clock_timestamp()::timestamptz as now,
	coalesce((select max(restored_at) from restores where restored_at <= clock_timestamp()), 'epoch')::timestamptz as restored_at;

-- name: MarkRestoredSessions :execrows
-- Generations beyond the gap were never issued, so those of the lost time can be told from those after the restore.
update sessions set restored_gen = coalesce(restored_gen, gen), gen = gen + @gap::bigint
where revoked_at is null and idle_expires_at > clock_timestamp() and absolute_expires_at > clock_timestamp();

-- name: EndRestoredSessions :execrows
update sessions set revoked_at = clock_timestamp(), revoke_reason = 'restore' where revoked_at is null;

-- name: DeleteResetCodes :execrows
-- A code may have been used in the lost time.
delete from password_reset_codes;

-- name: RecordRestore :one
-- Waits for the beginning of the next second, because the iat of a token is in whole seconds.
with next as materialized (
	select date_trunc('second', clock_timestamp()) + interval '1 second' as second
), waited as materialized (
	select next.second, pg_sleep_until(next.second) from next
)
insert into restores (restored_at, backup_at)
select waited.second, sqlc.narg(backup_at)::timestamptz from waited
on conflict (restored_at) do update set backup_at = excluded.backup_at
returning restored_at;
