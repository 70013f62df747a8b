-- name: GetVersions :one
-- The versions of a user's lists. No row: the account has been deleted.
select * from user_versions where user_id = @user_id;

-- name: BumpVersions :execrows
-- Every write bumps the version of a list before it changes the list, in the same transaction. So no other transaction can write for
-- this user until the transaction ends.
--
-- A statement that adds or changes one row also bumps the version, in its part `bumped`, unless it finds no such row. The row must have
-- one of the versions in `match`; null means any. A statement that changes several rows must run after this one: only the next
-- statement sees the changes that were committed while this one waited.
update user_versions set
	recipes   = case when @recipes::boolean then next_version(recipes) else recipes end,
	fridge    = case when @fridge::boolean then next_version(fridge) else fridge end,
	checklist = case when @checklist::boolean then next_version(checklist) else checklist end,
	plans     = case when @plans::boolean then next_version(plans) else plans end,
	foods     = case when @foods::boolean then next_version(foods) else foods end
where user_id = @user_id;
