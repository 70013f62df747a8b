-- +goose Up

-- As before, but undone entries name the entry that they undo, which may have newer ones: the setting ocipe.journal is then "undone 7", or
-- "undone 7 batch" for all entries of the batch of entry 7. For "undone" alone, it is the newest one, as before.
-- +goose StatementBegin
create or replace function record_fridge_change() returns trigger language plpgsql as $$
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
			select coalesce((
				select max(j.id) from fridge_journal e join fridge_journal j on j.user_id = e.user_id and j.item_id = new.id
					and (j.id = e.id or split_part(setting, ' ', 3) = 'batch' and j.batch = e.batch)
				where e.user_id = new.user_id and e.id = nullif(split_part(setting, ' ', 2), '')::bigint
			), max(n.id)) into undone from fridge_journal n where n.user_id = new.user_id and n.item_id = new.id;
		elsif kind = 'cooked' then
			recipe := nullif(split_part(setting, ' ', 2), '')::bigint;
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
