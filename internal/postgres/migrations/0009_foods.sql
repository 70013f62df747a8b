-- +goose Up

-- A user's settings of a food: other names, density, weight of a piece, aisle, staple. They override the built-in table
-- (internal/food).
--
-- The program checks that no name belongs to two foods of a user: its table decides which names mean the same food.
create table foods (
	id           bigint generated always as identity,
	user_id      bigint not null references user_versions on delete cascade,
	version      bigint not null, -- the version of the foods at the last change of this row
	name         text not null,
	aliases      text[] not null,
	density      text not null, -- as typed; '': not set
	piece_weight text not null,
	-- The exact values of the two texts in g/ml and g, such as 7/10; '': not set. So readers needn't parse the texts again.
	density_g_per_ml text collate "C" not null,
	piece_weight_g   text collate "C" not null,
	aisle        text not null, -- '': not set
	staple       boolean not null,
	primary key (user_id, id)
);
