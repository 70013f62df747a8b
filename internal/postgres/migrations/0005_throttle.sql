-- +goose Up

-- The wrong guesses at an account since the last right one. Names without an account are counted, too, so that clients can't tell them
-- apart. A right guess deletes the row of an account. The row of another name is deleted after a week.
create table login_failures (
	account    bytea primary key, -- SHA-256 of the username key: people type passwords into the wrong field
	user_id    bigint,            -- the account with this name at the last failure; null: none. Not a foreign key: it would cost time
	strangers  integer not null,     -- failures of clients that have never logged in to the account
	known      integer not null,     -- failures of clients that have logged in before
	wait_until timestamptz not null, -- for strangers
	failed_at  timestamptz not null
) with (fillfactor = 80);
create index login_failures_by_time on login_failures (failed_at);

-- The failures of strangers by network: an IPv4 address or an IPv6 /64. full_at is the time at which all of them have expired. Each
-- failure moves it by an interval; one that would move it too far ahead is rejected (the generic cell rate algorithm).
create table login_networks (
	network cidr primary key,
	full_at timestamptz not null
);
create index login_networks_by_time on login_networks (full_at);

-- The clients that have logged in to an account: those with a device cookie, and sessions that failed to authenticate again.
create table login_devices (
	token_hash bytea not null, -- SHA-256 of the cookie, or of a session
	user_id    bigint not null references users on delete cascade,
	failures   integer not null default 0, -- since the last right guess
	wait_until timestamptz not null default clock_timestamp(),
	used_at    timestamptz not null default clock_timestamp(),
	primary key (token_hash, user_id)
);
create index login_devices_by_user on login_devices (user_id, used_at);
create index login_devices_by_time on login_devices (used_at);

-- How long a client must wait after a number of failures. The first failures cost no wait; then each failure doubles it.
create function login_delay(failures integer, free integer, first interval, longest interval) returns interval
	language sql immutable as
	$$ select case when failures < free then interval '0' else least(longest, first * power(2, least(failures - free, 30))) end $$;
