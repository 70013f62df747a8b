-- +goose Up

-- The restores of this database from a backup (docs/adr/0017). Access tokens issued before the last one are rejected: they may
-- belong to accounts and sessions that the backup doesn't have.
create table restores (
	restored_at timestamptz primary key, -- a whole second, which had begun when the transaction committed
	backup_at   timestamptz              -- the moment of the backup; null: restored with another tool
);

-- The generation that was current in the backup from which the session was restored, until its first refresh after that; null
-- otherwise. The client may have a newer one, of the time that was lost.
alter table sessions add column restored_gen bigint;
