-- name: ListFridgeItems :many
-- In the order of the response: groups descending by bytes, items by id. Each row has the version of the whole fridge, also the
-- single row of an empty fridge, whose item is null.
select v.fridge as list_version, i.id, i.name, i.group_name, i.details
from user_versions v
left join (
	select f.id, f.name, f.group_name, fridge_details(f.quantity, f.best_before, f.opened, f.place, f.staple)::text as details
	from fridge_items f where f.user_id = @user_id order by f.group_name desc, f.id
) i on true
where v.user_id = @user_id;

-- name: CreateFridgeItem :one
-- An existing group keeps its name. No row: the account has been deleted.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge) where v.user_id = @user_id returning v.user_id, v.fridge as version
) /* KEEP */
insert into fridge_items (user_id, version, name, group_name, group_key, quantity, best_before, opened, place, staple)
select bumped.user_id, bumped.version, @name, fridge_group(bumped.user_id, @group_key, @group_name, 0), @group_key,
	@quantity, nullif(@best_before::text, '')::date, nullif(@opened::text, '')::date, @place, @staple
from bumped
returning id, version, name, group_name, fridge_details(quantity, best_before, opened, place, staple)::text as details;

-- name: GetFridgeItem :one
select id, version, name, group_name, fridge_details(quantity, best_before, opened, place, staple)::text as details
from fridge_items where id = @id and user_id = @user_id;

-- name: UpdateFridgeItem :one
-- A null parameter leaves its column unchanged, and an empty date clears it. The group's name and key are both null or both set. An
-- existing group keeps its name.
with bumped as (
	update user_versions v set fridge = next_version(v.fridge)
	where v.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.fridge as version
)
update fridge_items f set
	version    = bumped.version,
	name       = coalesce(sqlc.narg('name'), name),
	group_name = case when sqlc.narg('group_name')::text is null then group_name
		else fridge_group(f.user_id, sqlc.narg('group_key'), sqlc.narg('group_name'), f.id) end,
	group_key  = coalesce(sqlc.narg('group_key'), group_key),
	quantity   = coalesce(sqlc.narg('quantity'), quantity),
	best_before = case when sqlc.narg('best_before')::text is null then best_before else nullif(sqlc.narg('best_before')::text, '')::date end,
	opened     = case when sqlc.narg('opened')::text is null then opened else nullif(sqlc.narg('opened')::text, '')::date end,
	place      = coalesce(sqlc.narg('place'), place),
	staple     = coalesce(sqlc.narg('staple'), staple)
from bumped
where f.id = @id and f.user_id = @user_id
	and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
returning f.id, f.version, f.name, f.group_name, fridge_details(f.quantity, f.best_before, f.opened, f.place, f.staple)::text as details;

-- name: DeleteFridgeItem :execrows
with bumped as (
	update user_versions v set fridge = next_version(v.fridge)
	where v.user_id = @user_id and exists (select from fridge_items f where f.id = @id and f.user_id = @user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[])))
	returning v.user_id
), gone as (
	delete from fridge_items f using bumped
	where f.id = @id and f.user_id = bumped.user_id
		and (sqlc.narg('match')::bigint[] is null or f.version = any(sqlc.narg('match')::bigint[]))
	returning f.user_id, f.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'fridge', gone.id from gone on conflict do nothing;

-- name: RenameFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction. If another group has the new name, the items join it and it keeps its name.
update fridge_items set group_key = @new_key::text, version = (select v.fridge from user_versions v where v.user_id = @user_id),
	group_name = coalesce((select o.group_name from fridge_items o
		where o.user_id = @user_id and o.group_key = @new_key::text and @new_key::text <> @group_key::text order by o.id limit 1), @new_name::text)
where fridge_items.user_id = @user_id and group_key = @group_key::text;

-- name: DeleteFridgeGroup :execrows
-- Runs after BumpVersions, in the same transaction.
with gone as (
	delete from fridge_items f where f.user_id = @user_id and f.group_key = @group_key::text returning f.user_id, f.id
)
insert into deleted_ids (user_id, kind, id) select gone.user_id, 'fridge', gone.id from gone on conflict do nothing;

-- name: ListExpiringItems :many
-- The items whose last good day is a given day or earlier. Each row has the version of the whole fridge, also the single row of an
-- empty list.
select v.fridge as list_version, i.id, i.name, i.group_name, i.details, i.overdue
from user_versions v
left join (
	select f.id, f.name, f.group_name, fridge_details(f.quantity, f.best_before, f.opened, f.place, f.staple)::text as details,
		f.best_before < nullif(@today::text, '')::date as overdue
	from fridge_items f where f.user_id = @user_id and f.best_before <= nullif(@until::text, '')::date
	order by f.best_before, f.id
) i on true
where v.user_id = @user_id;

-- name: ListFridgeJournal :many
-- The entries before an id, the newest first. Each row has the version of the whole fridge, also the single row of an empty journal.
select v.fridge as list_version, i.id, i.batch, i.at, i.kind, i.item_id, i.name, i.recipe_id, i.undoes, i.before, i.after
from user_versions v
left join (
	select j.id, j.batch, j.at, j.kind, j.item_id, (coalesce(j.after, j.before) ->> 'name')::text as name,
		coalesce(j.recipe_id, 0)::bigint as recipe_id, coalesce(j.undoes, 0)::bigint as undoes,
		coalesce(j.before::text, '')::text as before, coalesce(j.after::text, '')::text as after
	from fridge_journal j
	where j.user_id = @user_id and j.id < @before_id
	order by j.id desc
	limit sqlc.narg('at_most')::bigint
) i on true
where v.user_id = @user_id;

-- name: SetJournalKind :exec
-- Sets the kind of the entries of this transaction: "restocked", "cooked" and the id of the recipe, "undone" and the id of the entry, or
-- that and "batch".
select set_config('ocipe.journal', @kind::text, true);

-- name: UndoFridgeChanges :one
-- Runs after BumpVersions and SetJournalKind, in the same transaction. Returns the items of an entry, or of all entries of its batch,
-- to the state before it. If one of these items isn't in the state after its entry any more, it changes nothing, and newer is an entry to
-- undo first: the first one after which the item was in its current state. To undo it brings the item to an earlier state. The items
-- join existing groups. undone is 0 if there is no such entry.
with chosen as materialized (
	select j.id, j.item_id, j.before, j.before_key, j.after
	from fridge_journal e join fridge_journal j on j.user_id = e.user_id and (j.id = e.id or @batch::boolean and j.batch = e.batch)
	where e.user_id = @user_id and e.id = @id
), changed as materialized (
	select c.item_id, c.id, n.after::text as state
	from (select distinct on (l.item_id) l.item_id, l.id, l.after from chosen l order by l.item_id, l.id desc) c
	cross join lateral (
		select j.after from fridge_journal j where j.user_id = @user_id and j.item_id = c.item_id order by j.id desc limit 1
	) n
	where n.after::text is distinct from c.after::text
), newer as materialized (
	select coalesce(max(f.id), 0)::bigint as id from changed c cross join lateral (
		select min(j.id) as id from fridge_journal j
		where j.user_id = @user_id and j.item_id = c.item_id and j.id > c.id and j.after::text is not distinct from c.state
	) f
), wanted as materialized (
	select distinct on (c.item_id) c.item_id, c.before, c.before_key as key
	from chosen c, newer where newer.id = 0 order by c.item_id, c.id
), states as materialized (
	select w.item_id, w.key, w.before ->> 'name' as name,
		coalesce((
			select f.group_name from fridge_items f
			where f.user_id = @user_id and f.group_key = w.key and f.id <> all(array(select o.item_id from wanted o)) order by f.id limit 1
		), first_value(w.before ->> 'group') over (partition by w.key order by w.item_id)) as group_name,
		coalesce(w.before ->> 'quantity', '') as quantity, (w.before ->> 'best_before')::date as best_before,
		(w.before ->> 'opened')::date as opened, coalesce(w.before ->> 'place', '') as place,
		coalesce((w.before ->> 'staple')::boolean, false) as staple
	from wanted w where w.before is not null
), gone as (
	delete from fridge_items f using wanted w where f.user_id = @user_id and f.id = w.item_id and w.before is null returning f.id
), recorded as (
	insert into deleted_ids (user_id, kind, id) select @user_id, 'fridge', gone.id from gone on conflict do nothing
), restored as (
	update fridge_items f set version = v.fridge, name = s.name, group_name = s.group_name, group_key = s.key, quantity = s.quantity,
		best_before = s.best_before, opened = s.opened, place = s.place, staple = s.staple
	from states s, user_versions v
	where v.user_id = @user_id and f.user_id = @user_id and f.id = s.item_id
), back as (
	insert into fridge_items (id, user_id, version, name, group_name, group_key, quantity, best_before, opened, place, staple)
	overriding system value
	select s.item_id, v.user_id, v.fridge, s.name, s.group_name, s.key, s.quantity, s.best_before, s.opened, s.place, s.staple
	from states s, user_versions v
	where v.user_id = @user_id and not exists (select from fridge_items f where f.user_id = @user_id and f.id = s.item_id)
	returning id
), forgotten as (
	delete from deleted_ids d using back where d.user_id = @user_id and d.kind = 'fridge' and d.id = back.id
)
select (select count(*) from chosen)::bigint as undone, newer.id as newer from newer;

-- name: NewestJournalEntry :one
-- The newest entry of the user, if the last write made it; otherwise no row.
select j.id from user_versions v, lateral (
	select n.id, n.batch from fridge_journal n where n.user_id = @user_id order by n.id desc limit 1
) as j
where v.user_id = @user_id and j.batch = v.fridge;

-- name: UseLots :exec
-- Runs after BumpVersions and SetJournalKind, in the same transaction. Sets the remaining quantities of items, deletes items that are
-- used up, and marks the recipe as used.
with uses as (
	select unnest(@ids::bigint[]) as id, unnest(@quantities::text[]) as quantity, unnest(@are_empty::boolean[]) as is_empty
), gone as (
	delete from fridge_items f using uses u where f.user_id = @user_id and f.id = u.id and u.is_empty returning f.id
), recorded as (
	insert into deleted_ids (user_id, kind, id) select @user_id, 'fridge', gone.id from gone on conflict do nothing
), marked as (
	update recipes r set state = 'used', version = v.recipes
	from user_versions v where v.user_id = @user_id and r.user_id = @user_id and r.id = @recipe_id and r.state <> 'used'
)
update fridge_items f set quantity = u.quantity, version = v.fridge
from uses u, user_versions v
where v.user_id = @user_id and f.user_id = @user_id and f.id = u.id and not u.is_empty and f.quantity <> u.quantity;

-- name: AddLots :many
-- Runs after BumpVersions and SetJournalKind, in the same transaction. Adds items in the order of the arrays, and returns the rows in
-- the same order. An existing group keeps its name. All items of a new group get the group name of its first item.
with added as (
	select a.name, a.quantity, a.group_name, a.group_key, a.place
	from (
		select unnest(@names::text[]) as name, unnest(@quantities::text[]) as quantity, unnest(@group_names::text[]) as group_name,
			unnest(@group_keys::text[]) as group_key, generate_series(1, cardinality(@names::text[])) as place
	) as a
)
insert into fridge_items (user_id, version, name, group_name, group_key, quantity, best_before, place)
select v.user_id, v.fridge, a.name,
	fridge_group(v.user_id, a.group_key, first_value(a.group_name) over (partition by a.group_key order by a.place), 0), a.group_key,
	a.quantity, nullif(@best_before::text, '')::date, @place::text
from added a, user_versions v where v.user_id = @user_id order by a.place
returning id, name, group_name, quantity;

-- name: ListLotGroups :many
select name, group_name from fridge_items where user_id = @user_id order by id;
