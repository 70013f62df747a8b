-- name: Probe :one
select 1::bigint as db;
