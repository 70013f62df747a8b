-- +goose Up

-- The settings of a user's current plan. There is no row until a plan is committed.
create table meal_plans (
	user_id bigint primary key references user_versions on delete cascade,
	units   text collate "C" not null check (units in ('as_written', 'metric', 'us')),
	ignored text[] not null -- names of foods
);

-- The meals of the current plan. They are cooked in the order of their dates, then of their ids. The recipe may have been deleted
-- since.
create table planned_meals (
	id        bigint generated always as identity,
	user_id   bigint not null references user_versions on delete cascade,
	recipe_id bigint not null,
	servings  bigint not null,           -- 0: not given
	factor    text collate "C" not null, -- exact, as sent; empty: not given
	cook_on   text collate "C" not null, -- 2026-03-07; empty: the current day
	primary key (user_id, id),
	check (servings = 0 or factor = '')
);

-- A user's decisions on single foods, one for each name.
create table plan_overrides (
	id       bigint generated always as identity,
	user_id  bigint not null references user_versions on delete cascade,
	food     text not null,
	food_key text collate "C" not null, -- casefold.Name
	state    text collate "C" not null check (state in ('have', 'need', 'amount')),
	amount   text not null, -- empty unless the state is amount
	set_at   timestamptz not null default clock_timestamp(), -- two names may mean one food: the last decision counts
	primary key (user_id, id),
	unique (user_id, food_key)
);

-- The checklist items that the current plan has written, also those that a person has changed, ticked or deleted since. item is the
-- text that the plan wrote. An item that still has this text and no tick belongs to the plan, which may change or delete it.
create table plan_lines (
	user_id bigint not null references user_versions on delete cascade,
	item_id bigint not null, -- of grocery_items; it may have been deleted
	food    text not null,
	item    text not null,
	primary key (user_id, item_id)
);
