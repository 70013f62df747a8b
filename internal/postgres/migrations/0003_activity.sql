-- +goose Up

-- The security log of the accounts. A row is written in the transaction of its event, and deleted after 90 days. It has no secrets: no
-- password, no token, and no part of one.
create table security_events (
	id         bigint generated always as identity,
	user_id    bigint not null references users on delete cascade,
	at         timestamptz not null default clock_timestamp(),
	kind       text collate "C" not null, -- a constant of internal/activity
	address    text not null, -- of the client; empty: the operator
	user_agent text not null,
	detail     text not null, -- the name of a token, or the new username; empty for most kinds
	primary key (user_id, id)
);
create index security_events_by_time on security_events (at);

-- The one-time codes with which an operator lets a user set a new password. The code itself isn't stored.
create table password_reset_codes (
	user_id    bigint primary key references users on delete cascade,
	code_hash  bytea not null, -- SHA-256
	expires_at timestamptz not null
);
