-- +goose Up

-- What is known of an item in the fridge besides its name and group, as JSON in the form of the contract; empty: nothing. Most items
-- have nothing, and then a list of them costs as much as it did without these columns.
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

-- The journal of the fridge: an entry for each item that came, changed or went. The entries of an item form a chain: an entry begins
-- with the state in which the one before it ended, and the last one ends with the item as it is, or with null if it is gone. So the
-- content of the fridge is the sum of the journal at any time (check_fridge_journal).
--
-- Entries are deleted after 90 days, except the last one of each item in the fridge: its state is what the deleted ones add up to.
create table fridge_journal (
	id        bigint generated always as identity, -- ascending for each user, whose writes run one after the other
	user_id   bigint not null references user_versions on delete cascade,
	batch     bigint not null, -- the version of the fridge: entries of one call have the same
	at        timestamptz not null default clock_timestamp(),
	kind      text collate "C" not null check (kind in ('added', 'changed', 'deleted', 'imported', 'cooked', 'restocked', 'undone')),
	item_id   bigint not null,
	recipe_id bigint,          -- that was cooked
	undoes    bigint,          -- the entry that this one undoes
	before    json,            -- null: the item was not in the fridge
	after     json,            -- null: it is not in the fridge any more
	primary key (user_id, id),
	check (before is not null or after is not null),
	check ((kind = 'undone') = (undoes is not null))
);
create index fridge_journal_by_item on fridge_journal (user_id, item_id, id);
create index fridge_journal_by_time on fridge_journal (at);

-- Writes the entry for a changed row, in the statement that changes it. The kind of the entry is in the setting ocipe.journal of the
-- transaction, with the id of a recipe behind it; without the setting it is what the statement does. A row that goes with its account
-- has no entry.
-- +goose StatementBegin
create function record_fridge_change() returns trigger language plpgsql as $$
declare
	owner bigint; item bigint; before json; after json; kind text;
	setting text := coalesce(current_setting('ocipe.journal', true), '');
begin
	if tg_op = 'INSERT' then
		owner := new.user_id; item := new.id; kind := 'added';
	else
		owner := old.user_id; item := old.id; kind := case tg_op when 'UPDATE' then 'changed' else 'deleted' end;
		before := fridge_state(old.name, old.group_name, old.quantity, old.best_before, old.opened, old.place, old.staple);
	end if;
	if tg_op <> 'DELETE' then
		after := fridge_state(new.name, new.group_name, new.quantity, new.best_before, new.opened, new.place, new.staple);
	end if;
	if setting <> '' then
		kind := split_part(setting, ' ', 1);
	end if;
	insert into fridge_journal (user_id, batch, kind, item_id, recipe_id, undoes, before, after)
	select v.user_id, v.fridge, kind, item, nullif(split_part(setting, ' ', 2), '')::bigint,
		case when kind = 'undone' then (select max(j.id) from fridge_journal j where j.user_id = owner and j.item_id = item) end,
		before, after
	from user_versions v where v.user_id = owner;
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

-- Refuses an entry that breaks the chain of its item, and every change of an entry. The last entry of an item in the fridge is only
-- deleted with its account.
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
	for each row execute function check_fridge_journal();
