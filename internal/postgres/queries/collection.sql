-- name: GetCollections :one
-- The version of each of a user's collections. No row: the account has been deleted.
select * from collections where user_id = @user_id;

-- name: MoveCollections :execrows
-- What a write begins with, so that nothing else of the user's is written until it ends. A statement that adds or changes
-- one row does the same in its part `moved`, unless it finds no such row; its `match` are the versions of which the row
-- must have one, null: any. What changes several rows comes in a statement of its own after this one, for what is
-- written while this one waits is seen by the next statement only.
update collections set
	recipes   = case when @recipes::boolean then next_version(recipes) else recipes end,
	fridge    = case when @fridge::boolean then next_version(fridge) else fridge end,
	checklist = case when @checklist::boolean then next_version(checklist) else checklist end,
	plans     = case when @plans::boolean then next_version(plans) else plans end
where user_id = @user_id;
