-- +goose Up

-- The restores of this database from a backup (docs/adr/0017). Access tokens issued before the last restore are rejected: they may belong
-- to accounts and sessions that the backup doesn't have.
create table restores (
	restored_at timestamptz primary key, -- a whole second, which began before the transaction committed
	backup_at   timestamptz              -- the moment of the backup; null: restored with another tool
);

-- The current generation in the backup from which the session was restored, until the first refresh after the restore; null otherwise.
-- The client may have a newer generation, issued after the backup.
alter table sessions add column restored_gen bigint;
