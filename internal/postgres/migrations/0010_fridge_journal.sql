-- +goose Up

-- The details of an item in the fridge (everything except its name and group), as JSON in the form of the contract; empty: there are
-- none. Most items have none, and a list of these costs the same as without the columns.
create function fridge_details(quantity text, best_before date, opened date, place text, staple boolean) returns text language sql stable as
$$
	select case when quantity = '' and place = '' and best_before is null and opened is null and not staple then ''
		else json_strip_nulls(json_build_object('quantity', nullif(quantity, ''), 'best_before', best_before, 'opened', opened,
			'place', nullif(place, ''), 'staple', nullif(staple, false)))::text end
$$;

-- The state of an item, as JSON in the form of the contract.
create function fridge_state(name text, group_name text, quantity text, best_before date, opened date, place text, staple boolean)
	returns json language sql stable as
$$
	select json_strip_nulls(json_build_object('name', name, 'group', group_name, 'quantity', nullif(quantity, ''), 'best_before', best_before,
		'opened', opened, 'place', nullif(place, ''), 'staple', nullif(staple, false)))
$$;

-- The journal of the fridge: an entry for each item that was added, changed or deleted. The entries of an item form a chain: an entry
-- begins with the state in which the one before it ended, and the last one ends with the current state of the item, or with null if it
-- was deleted. So the journal always adds up to the content of the fridge (check_fridge_journal).
--
-- Later writes of the user delete entries that are older than 90 days, except the last one of each item in the fridge, because the
-- deleted ones add up to its state. So the journal of a user grows with 90 days of changes and with the fridge, and an unused account
-- needs no work.
create table fridge_journal (
	id        bigint generated always as identity, -- ascending for each user, whose writes run one after the other
	user_id   bigint not null, -- not a foreign key: it would cost time. See forget_fridge_journal
	batch     bigint not null, -- the version of the fridge; the entries of one call have the same batch
	at        timestamptz not null default clock_timestamp(),
	kind      text collate "C" not null check (kind in ('added', 'changed', 'deleted', 'imported', 'cooked', 'restocked', 'undone')),
	item_id   bigint not null,
	recipe_id bigint,          -- the recipe that was cooked
	undoes    bigint,          -- the entry that this one undoes
	before     json,           -- null: the item was not in the fridge
	after      json,           -- null: it is not in the fridge any more
	before_key text collate "C", -- the group_key before
	after_key  text collate "C", -- the group_key after
	primary key (user_id, id),
	check (before is not null or after is not null)
);
create index fridge_journal_by_item on fridge_journal (user_id, item_id, id);

-- Deletes at most 1,000 old entries of a user.
-- +goose StatementBegin
create function forget_old_fridge_changes(owner bigint) returns void language plpgsql as $$
begin
	delete from fridge_journal d where d.user_id = owner and d.id = any(array(
		select j.id from fridge_journal j
		where j.user_id = owner and j.at < now() - interval '90 days' and (
			not exists (select from fridge_items f where f.user_id = owner and f.id = j.item_id)
			or exists (select from fridge_journal n where n.user_id = owner and n.item_id = j.item_id and n.id > j.id))
		order by j.id limit 1000
	));
end
$$;
-- +goose StatementEnd

-- Writes the entry for a changed row, in the statement that changes it. The setting ocipe.journal of the transaction has the kind of the
-- entry: "cooked 3" with the id of the recipe; "undone 7" with the entry that is undone, which may have newer ones, or "undone 7 batch" for
-- all entries of the batch of entry 7. Without the setting, the kind follows from the statement. A row that is deleted with its account
-- gets no entry.
-- +goose StatementBegin
create function record_fridge_change() returns trigger language plpgsql as $$
declare
	version bigint;
	before json;
	after json;
	old_key text;
	new_key text;
	setting text := current_setting('ocipe.journal', true);
	kind text;
	undone bigint;
	recipe bigint;
	entry bigint;
begin
	if tg_op <> 'INSERT' then
		old_key := old.group_key;
		before := fridge_state(old.name, old.group_name, old.quantity, old.best_before, old.opened, old.place, old.staple);
	end if;
	if tg_op = 'DELETE' then
		select v.fridge into version from user_versions v where v.user_id = old.user_id;
		if not found then
			return null;
		end if;
		new.user_id := old.user_id;
		new.id := old.id;
		kind := 'deleted';
	else
		new_key := new.group_key;
		after := fridge_state(new.name, new.group_name, new.quantity, new.best_before, new.opened, new.place, new.staple);
		version := new.version;
		kind := case tg_op when 'INSERT' then 'added' else 'changed' end;
	end if;
	if setting <> '' then
		kind := split_part(setting, ' ', 1);
		if kind = 'undone' then
			select max(j.id) into undone from fridge_journal e join fridge_journal j on j.user_id = e.user_id and j.item_id = new.id
				and (j.id = e.id or split_part(setting, ' ', 3) = 'batch' and j.batch = e.batch)
			where e.user_id = new.user_id and e.id = split_part(setting, ' ', 2)::bigint;
		elsif kind = 'cooked' then
			recipe := split_part(setting, ' ', 2)::bigint;
		end if;
	end if;
	insert into fridge_journal (user_id, batch, kind, item_id, recipe_id, undoes, before, after, before_key, after_key)
	values (new.user_id, version, kind, new.id, recipe, undone, before, after, old_key, new_key)
	returning id into entry;
	if entry % 64 = 0 then
		perform forget_old_fridge_changes(new.user_id);
	end if;
	return null;
end
$$;
-- +goose StatementEnd

create trigger fridge_item_added after insert on fridge_items for each row execute function record_fridge_change();
create trigger fridge_item_deleted after delete on fridge_items for each row execute function record_fridge_change();
create trigger fridge_item_changed after update on fridge_items for each row
	when ((old.name, old.group_name, old.quantity, old.best_before, old.opened, old.place, old.staple)
		is distinct from (new.name, new.group_name, new.quantity, new.best_before, new.opened, new.place, new.staple))
	execute function record_fridge_change();

-- Rejects an entry that breaks the chain of its item, the deletion of the last entry of an item in the fridge, and every change of an
-- entry. Entries of record_fridge_change aren't checked: they always continue the chain.
-- +goose StatementBegin
create function check_fridge_journal() returns trigger language plpgsql as $$
begin
	if tg_op = 'INSERT' and new.before::text is not distinct from (
			select j.after::text from fridge_journal j where j.user_id = new.user_id and j.item_id = new.item_id and j.id < new.id order by j.id desc limit 1
		) and new.after::text is not distinct from (
			select fridge_state(f.name, f.group_name, f.quantity, f.best_before, f.opened, f.place, f.staple)::text
			from fridge_items f where f.user_id = new.user_id and f.id = new.item_id
		) then
		return null;
	end if;
	if tg_op = 'DELETE' and (not exists (select from fridge_items f where f.user_id = old.user_id and f.id = old.item_id)
			or exists (select from fridge_journal j where j.user_id = old.user_id and j.item_id = old.item_id and j.id > old.id)) then
		return null;
	end if;
	raise exception 'the journal of the fridge must add up to its content' using errcode = 'integrity_constraint_violation';
end
$$;
-- +goose StatementEnd

create trigger fridge_journal_checked after insert or update or delete on fridge_journal
	for each row when (pg_trigger_depth() = 0) execute function check_fridge_journal();

-- Deletes the journal with the account, after the fridge: PostgreSQL runs triggers in the order of their names, and those of foreign
-- keys begin with RI.
-- +goose StatementBegin
create function forget_fridge_journal() returns trigger language plpgsql as $$
begin
	delete from fridge_journal j where j.user_id = old.user_id;
	return null;
end
$$;
-- +goose StatementEnd

create trigger account_journal_deleted after delete on user_versions for each row execute function forget_fridge_journal();
