-- name: GetAttempts :one
-- Everything that decides whether a client may guess. Waits are in seconds from now, and negative if they are over.
with clock as materialized (
	select clock_timestamp() as now
), account as (
	select u.id from users u where u.username_key = @username_key
), device as (
	select d.user_id, d.failures, date_part('epoch', d.wait_until - clock.now)::float8 as wait
	from clock, account join login_devices d on d.user_id = account.id and d.token_hash = @device_hash
), live as (
	select o.user_id, d.failures, date_part('epoch', d.wait_until - clock.now)::float8 as wait
	from clock, account
	join sessions o on o.user_id = account.id and o.id = @session_id and o.revoked_at is null
	left join login_devices d on d.user_id = o.user_id and d.token_hash = @session_hash
	where o.idle_expires_at > clock.now and o.absolute_expires_at > clock.now
)
select coalesce(f.strangers, 0)::integer as strangers,
	coalesce(f.known, 0)::integer as known,
	coalesce(date_part('epoch', f.wait_until - clock.now), 0)::float8 as wait,
	coalesce(date_part('epoch', n.full_at - clock.now), 0)::float8 as network_full_in,
	coalesce(device.user_id, 0)::bigint as device_user_id,
	coalesce(device.failures, 0)::integer as device_failures,
	coalesce(device.wait, 0)::float8 as device_wait,
	coalesce(live.user_id, 0)::bigint as session_user_id,
	coalesce(live.failures, 0)::integer as session_failures,
	coalesce(live.wait, 0)::float8 as session_wait
from clock
left join login_failures f on f.account = @account
left join login_networks n on n.network = @network
left join device on true
left join live on true;

-- name: RecordStrangerFailure :one
-- Counts a failure for the account, unless it has reached its limit (then strangers is 0), and for the network, unless it has reached
-- its limit (then network_full_in is negative). The conditions are evaluated with the row locked, so concurrent failures can't exceed
-- a limit.
with limits as materialized ( -- sqlc can't rewrite parameters in the condition of an upsert
	select @most::integer as most, sqlc.arg('slack')::interval as slack, sqlc.arg('step')::interval as step
), account as (
	insert into login_failures as f (account, user_id, strangers, known, wait_until, failed_at)
	values (@account, (select id from users where username_key = @username_key), 1, 0,
		clock_timestamp() + login_delay(1, @free::integer, @first_delay::interval, @longest_delay::interval), clock_timestamp())
	on conflict (account) do update set
		user_id    = excluded.user_id,
		strangers  = f.strangers + 1,
		wait_until = clock_timestamp() + login_delay(f.strangers + 1, @free::integer, @first_delay::interval, @longest_delay::interval),
		failed_at  = clock_timestamp()
	where f.strangers < (select l.most from limits l) and f.wait_until <= clock_timestamp()
	returning strangers
), network as (
	insert into login_networks as n (network, full_at) select @network, clock_timestamp() + step from limits
	on conflict (network) do update set full_at = greatest(n.full_at, clock_timestamp()) + (select l.step from limits l)
	where n.full_at - clock_timestamp() <= (select l.slack from limits l)
	returning greatest(date_part('epoch', full_at - clock_timestamp()), 0) as full_in
)
select coalesce((select strangers from account), 0)::integer as strangers,
	coalesce((select full_in from network), -1)::float8 as network_full_in;

-- name: RecordKnownFailure :one
-- Counts a failure of a known client, for the client and for the account; known is 0 if one of them has reached its limit. The wait of
-- strangers stays the same. The first failure of a session creates its row.
with limits as materialized (
	select @account::bytea as account, @user_id::bigint as user_id, @most_per_device::integer as per_device, @most::integer as most
), device as (
	insert into login_devices as d (token_hash, user_id, failures, wait_until)
	values (@token_hash, @user_id::bigint, 1, clock_timestamp() + login_delay(1, @free::integer, @first_delay::interval, @longest_delay::interval))
	on conflict (token_hash, user_id) do update set
		failures   = d.failures + 1,
		wait_until = clock_timestamp() + login_delay(d.failures + 1, @free::integer, @first_delay::interval, @longest_delay::interval)
	where d.failures < (select l.per_device from limits l) and d.wait_until <= clock_timestamp()
	returning failures
), account as (
	insert into login_failures as f (account, user_id, strangers, known, wait_until, failed_at)
	select l.account, l.user_id, 0, 1, clock_timestamp(), clock_timestamp() from limits l, device
	on conflict (account) do update set known = f.known + 1, user_id = excluded.user_id, failed_at = clock_timestamp()
	where f.known < (select l.most from limits l)
	returning known
)
select coalesce((select known from account), 0)::integer as known;

-- name: RecordStrangerSuccess :one
-- Deletes the failures of the account, unless it or the network has reached a limit meanwhile: then the right guess is rejected like a
-- wrong one, so that concurrent guesses learn nothing beyond the limits.
with failures as materialized (
	select l.account, l.strangers < @most::integer and l.wait_until <= clock_timestamp() as admitted
	from login_failures l where l.account = @account for update
), network as materialized (
	select n.full_at - clock_timestamp() <= sqlc.arg('slack')::interval as admitted
	from login_networks n where n.network = @network
), verdict as materialized (
	select coalesce((select failures.admitted from failures), true) and coalesce((select network.admitted from network), true) as admitted
), forgotten as (
	delete from login_failures l using failures, verdict where l.account = failures.account and verdict.admitted
)
select verdict.admitted::boolean as admitted from verdict;

-- name: RecordKnownSuccess :one
-- RecordStrangerSuccess for a known client.
with device as materialized (
	select d.token_hash, d.user_id, d.failures < @most_per_device::integer and d.wait_until <= clock_timestamp() as admitted
	from login_devices d where d.token_hash = @token_hash and d.user_id = @user_id for update
), failures as materialized (
	select l.account, l.known < @most::integer as admitted from login_failures l where l.account = @account for update
), verdict as materialized (
	select coalesce((select device.admitted from device), true) and coalesce((select failures.admitted from failures), true) as admitted
), reset as (
	update login_devices d set failures = 0, wait_until = clock_timestamp()
	from device, verdict
	where d.token_hash = device.token_hash and d.user_id = device.user_id and verdict.admitted
), forgotten as (
	delete from login_failures l using failures, verdict where l.account = failures.account and verdict.admitted
)
select verdict.admitted::boolean as admitted from verdict;

-- name: TouchDevice :execrows
-- No row: the cookie doesn't belong to this account.
update login_devices set used_at = clock_timestamp() where token_hash = @token_hash and user_id = @user_id;

-- name: RememberDevice :exec
-- Stores a new cookie of a browser. It also belongs to the accounts of the browser's previous cookie.
insert into login_devices (token_hash, user_id, failures, wait_until)
select @token_hash::bytea, @user_id::bigint, 0, clock_timestamp()
union all
select @token_hash::bytea, d.user_id, d.failures, d.wait_until
from login_devices d where d.token_hash = @previous_hash and d.user_id <> @user_id::bigint;

-- name: ForgetOldDevices :exec
-- Keeps the most recently used devices of an account.
delete from login_devices d where d.user_id = @user_id and d.used_at < (
	select k.used_at from login_devices k where k.user_id = @user_id order by k.used_at desc offset @keep::integer limit 1
);

-- name: ForgetAttempts :exec
-- For a new password that the operator sets: deletes the failures and the known devices.
with failures as (
	delete from login_failures f where f.account = @account
)
delete from login_devices d where d.user_id = @user_id;

-- name: ForgetFailures :exec
-- For a name that an account takes: earlier failures must not count against its owner.
delete from login_failures where account = @account;

-- name: MoveFailures :exec
-- For an account that takes another name: its consecutive failures still count.
with previous as (
	delete from login_failures f where f.account = @from_account returning f.user_id, f.strangers, f.known, f.wait_until, f.failed_at
)
insert into login_failures (account, user_id, strangers, known, wait_until, failed_at)
select @to_account::bytea, p.user_id, p.strangers, p.known, p.wait_until, p.failed_at from previous p
on conflict (account) do update set
	user_id = excluded.user_id, strangers = excluded.strangers, known = excluded.known,
	wait_until = excluded.wait_until, failed_at = excluded.failed_at;

-- name: SweepLoginFailures :execrows
-- The rows of accounts stay, because they count consecutive failures over any time.
delete from login_failures f where f.failed_at < @before and (select u.id from users u where u.id = f.user_id) is null;

-- name: SweepLoginNetworks :execrows
delete from login_networks where full_at < @before;

-- name: SweepLoginDevices :execrows
delete from login_devices where used_at < @before;
