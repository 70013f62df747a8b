-- name: ListGroceryItems :many
select id, item, is_checked from grocery_items where user_id = @user_id order by id desc;
