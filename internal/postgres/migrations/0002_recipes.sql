-- +goose Up

-- A recipe with all that belongs to it in one row: a library is read far more often than it is written
-- (docs/adr/0007). What is asked for comes first, what is searched by last, so that reading a list never
-- reaches it; where a row grows beyond its page, the search keys are what leaves it first.
create table recipes (
	id                 bigint generated always as identity primary key,
	user_id            bigint not null references user_versions on delete cascade,
	version            bigint not null, -- the version of the recipes at the last change of this one
	added_date         timestamptz not null default clock_timestamp(),
	longevity          bigint not null check (longevity between 0 and 36500),
	frequency          text collate "C" not null check (frequency in ('weekday', 'weekend', 'rarely')),
	state              text collate "C" not null check (state in ('active', 'used')),
	name               text not null,
	meat_type          text collate "C" not null,
	note               text not null,
	-- As on the wire: [{"name":"leek","quantity":"2"}, …], names in lower case, in the cook's order.
	ingredients        json not null,
	-- The different names among them, each behind its user ("7:leek"): what a search by ingredients looks up. So the
	-- index finds one user's recipes without an extension.
	ingredient_terms   text[] collate "C" not null,
	-- Case-folded (internal/fold), for the order by name and the search by text.
	name_folded        text collate "C" not null,
	meat_type_folded   text collate "C" not null,
	ingredients_folded text collate "C" not null,
	note_folded        text collate "C" not null
) with (fillfactor = 75); -- room for a change of state beside the old version

alter table recipes
	alter column note               set storage main,
	alter column ingredients        set storage main,
	alter column ingredient_terms   set storage main,
	alter column ingredients_folded set storage external,
	alter column note_folded        set storage external;

create index recipes_by_date on recipes (user_id, added_date desc, id desc);
create index recipes_by_name on recipes (user_id, name_folded, id);
-- Without fastupdate: a search would have to read what was added last, and some unlucky write to tidy it up.
create index recipes_by_ingredient on recipes using gin (ingredient_terms) with (fastupdate = off);

-- What was chosen to cook, once for each POST /api/grocery/. The ids are kept as they were sent, and
-- stay when a recipe is deleted.
create table plans (
	id         bigint generated always as identity primary key,
	user_id    bigint not null references user_versions on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	recipe_ids bigint[] not null check (cardinality(recipe_ids) between 1 and 500)
);
create index plans_by_user on plans (user_id, created_at desc, id desc);
