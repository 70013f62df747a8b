-- +goose Up

-- A recipe is one row with everything that belongs to it, because recipes are read far more often than written
-- (docs/adr/0007). The columns that a list returns come first, the search keys last, so that reading a list never touches
-- them. If a row outgrows its page, the search keys are moved out first.
create table recipes (
	id                 bigint generated always as identity,
	user_id            bigint not null references user_versions on delete cascade,
	version            bigint not null, -- the version of the recipes at the last change of this one
	added_date         timestamptz not null default clock_timestamp(),
	longevity          bigint not null check (longevity between 0 and 36500),
	servings           bigint not null default 0 check (servings between 0 and 1000), -- 0: the recipe doesn't say
	frequency          text collate "C" not null check (frequency in ('weekday', 'weekend', 'rarely')),
	state              text collate "C" not null check (state in ('active', 'used')),
	name               text not null,
	meat_type          text collate "C" not null,
	note               text not null,
	-- As in the contract: [{"name":"leek","quantity":"2"}, …], in the order of the input, with names in lower case.
	ingredients        json not null,
	-- For each different name of the ingredients, the key of the food that it means (internal/food), with its user ("7:leek"): the
	-- index of ingredients finds the recipes of one user without an extension. Two names of one food have the same key.
	ingredient_terms   text[] collate "C" not null,
	-- For the order by name: casefold.SortKey, of CLDR 23 and Unicode 6.2.0 (casefold.SortKeyVersion).
	name_key           bytea not null,
	-- For the text search: casefold.Searchable.
	name_folded        text collate "C" not null,
	meat_type_folded   text collate "C" not null,
	ingredients_folded text collate "C" not null,
	note_folded        text collate "C" not null,
	primary key (user_id, id)
) with (fillfactor = 75); -- room for heap-only updates of the state

alter table recipes
	alter column note               set storage main,
	alter column ingredients        set storage main,
	alter column ingredient_terms   set storage main,
	alter column ingredients_folded set storage external,
	alter column note_folded        set storage external;

create index recipes_by_date on recipes (user_id, added_date desc, id desc);
create index recipes_by_name on recipes (user_id, name_key, id);
-- Without fastupdate, which delays index entries: every search would scan the pending entries, and one write would insert all of them.
create index recipes_by_ingredient on recipes using gin (ingredient_terms) with (fastupdate = off);

-- Reports whether a text contains a word. If both repeat a letter, strpos alone takes time proportional to the product of their lengths,
-- a tenth of a second for a long note. A regular expression takes time proportional to their sum. Comparing the first 8 letters rules
-- out most texts.
create function contains_word(content text, word text) returns boolean language sql immutable parallel safe as
	$$ select strpos(content, left(word, 8)) > 0 and (length(word) <= 8 or content ~ ('***=' || word)) $$;

-- The deleted recipes, until they are deleted permanently. A separate table keeps them out of every other query and index.
create table recipe_trash (
	like recipes including storage,
	deleted_at timestamptz not null default clock_timestamp(),
	primary key (user_id, id),
	foreign key (user_id) references user_versions on delete cascade
);
create index recipe_trash_by_user on recipe_trash (user_id, deleted_at desc, id desc);
create index recipe_trash_by_date on recipe_trash (deleted_at);

-- The ids of everything that a user has deleted, also of recipes that were restored. So a repeated DELETE succeeds and a plan can leave
-- out a deleted recipe, while an id that was never the user's is unknown. Ids are never used again, so rows stay until the account is
-- deleted, unless the deletion of a fridge item is undone. A row takes about 80 bytes with its index.
create table deleted_ids (
	user_id bigint not null references user_versions on delete cascade,
	kind    text collate "C" not null check (kind in ('recipe', 'fridge', 'checklist', 'api_token', 'food', 'meal', 'override')),
	id      bigint not null,
	primary key (user_id, kind, id)
);

-- The recipes that were chosen, one row for each POST /api/grocery/. The ids are stored as sent; they stay when a recipe is
-- deleted.
create table plans (
	id         bigint generated always as identity,
	user_id    bigint not null references user_versions on delete cascade,
	created_at timestamptz not null default clock_timestamp(),
	recipe_ids bigint[] not null check (cardinality(recipe_ids) between 1 and 500),
	primary key (user_id, id)
);
create index plans_by_user on plans (user_id, created_at desc, id desc);
