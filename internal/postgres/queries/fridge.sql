-- name: ListFridgeItems :many
-- In the order of the wire: groups descending by bytes, items by id.
select id, name, group_name from fridge_items where user_id = @user_id order by group_name desc, id;
