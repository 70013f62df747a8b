-- name: IsDeletedID :one
-- Whether the user has deleted something of this kind with this id.
select exists (select from deleted_ids where user_id = @user_id and kind = @kind and id = @id)::boolean;
