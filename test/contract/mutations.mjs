// Ways to break the server that a reader of the code would not see at once: each replaces a text of a file.
export const mutations = [
  {
    what: 'null for an empty list', file: 'api/answer.go',
    from: "	b = append(b, '[')\n", to: "	if len(all) == 0 {\n		return append(b, `null`...)\n	}\n	b = append(b, '[')\n",
  },
  { what: 'a renamed member', file: 'api/answer.go', from: '`,"meat_type":`', to: '`,"meatType":`' },
  { what: 'a member that the contract does not know', file: 'api/answer.go', from: "	return append(b, '}')\n", to: "	return append(b, `,\"rank\":1}`...)\n" },
  { what: 'a time without its fraction', file: 'api/answer.go', from: '05.000000Z', to: '05Z' },
  {
    what: 'a swapped status', file: 'gen/api.gen.go',
    from: '(response AddGroceryItems201JSONResponse) VisitAddGroceryItemsResponse(w http.ResponseWriter) error {',
    to: '(response AddGroceryItems201JSONResponse) VisitAddGroceryItemsResponse(w http.ResponseWriter) error {\n	if true {\n		w.Header().Set("Content-Type", "application/json")\n		w.WriteHeader(200)\n		return json.NewEncoder(w).Encode(response)\n	}',
  },
  { what: '403 where the contract says 404', file: 'api/errors.go', from: '{http.StatusNotFound, "Nothing', to: '{http.StatusForbidden, "Nothing' },
  { what: 'a lost header: WWW-Authenticate', file: 'api/errors.go', from: 'h.Set("WWW-Authenticate", challenge(x.sentToken))', to: '_ = challenge' },
  { what: 'a lost header: Link', file: 'api/answer.go', from: '		h["Link"] = []string{a.link}\n', to: '' },
  { what: 'a lost header: ETag', file: 'api/answer.go', from: '		h["Etag"] = []string{a.tag}\n', to: '' },
  { what: 'a cookie that scripts can read', file: 'api/cookie.go', from: 'HttpOnly: true', to: 'HttpOnly: false' },
  { what: 'a problem that calls itself plain JSON', file: 'api/errors.go', from: '"application/problem+json"', to: '"application/json"' },
  { what: 'a wrong default', file: 'api/recipes.go', from: 'gen.RecipeInputStateActive)', to: 'gen.RecipeInputStateUsed)' },
  { what: 'an error code that is not in the list', file: 'internal/validate/text.go', from: '"too_long"', to: '"length"' },
  { what: 'a limit that is off by one', file: 'internal/validate/text.go', from: 'utf8.RuneCount(normal) > t.most', to: 'utf8.RuneCount(normal) > t.most+1' },
  { what: 'a replacement that keeps what was left out', file: 'api/grocery.go', from: 'new(value(req.Body.IsChecked))', to: 'req.Body.IsChecked' },
  {
    what: "another user's recipe", file: 'gen/db/recipe.sql.go',
    from: 'from recipes where id = $1 and user_id = $2\n`\n\ntype GetRecipeParams', to: 'from recipes where id = $1 and $2::bigint > 0\n`\n\ntype GetRecipeParams',
  },
  { what: 'a change that answers what was before', file: 'api/grocery.go', from: 'strconv.AppendBool(append(b, `,"isChecked":`...), i.Checked)', to: 'strconv.AppendBool(append(b, `,"isChecked":`...), false)' },
];
