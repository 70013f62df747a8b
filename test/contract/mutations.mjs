// Mutations: ways to break the server that a code review could miss. Each replaces one text in the server's Go code. `from` is
// a string or a regular expression; exactly one place in all files must match it. `to` may use $1. `within` limits the search to a
// folder or file if the text isn't unique.

// The tests that are made from the contract must detect contractMutations (mutations.test.mjs).
export const contractMutations = [
  {
    name: 'null for an empty list', within: 'api/respond.go',
    from: "	b = append(b, '[')\n", to: "	if len(list) == 0 {\n		return append(b, `null`...)\n	}\n	b = append(b, '[')\n",
  },
  { name: 'a renamed member', from: '`,"meat_type":`', to: '`,"meatType":`' },
  {
    name: 'a member that is not in the contract', within: 'api/',
    from: /Accuracy, 10\)\n\t}\n\treturn append\(b, '}'\)/, to: "Accuracy, 10)\n	}\n	return append(b, `,\"rank\":1}`...)",
  },
  { name: 'a time without its fraction', within: 'api/respond.go', from: '05.000000Z', to: '05Z' },
  { name: 'a wrong status', from: 'writeJSON(w, http.StatusCreated, models.AddedGroceryItems{', to: 'writeJSON(w, http.StatusOK, models.AddedGroceryItems{' },
  { name: '403 instead of 404', from: '{http.StatusNotFound, "', to: '{http.StatusForbidden, "' },
  { name: 'no header WWW-Authenticate', from: /(case http\.StatusUnauthorized:\n)\t\th\.Set\("WWW-Authenticate", challenge\(.*\)\)\n/, to: '$1' },
  { name: 'no header ETag', from: /\tw\.Header\(\)\["Etag"\] = \[\]string\{s\.etags\.tag.*\n/, to: '' },
  { name: 'a cookie that scripts can read', from: 'HttpOnly: true', to: 'HttpOnly: false' },
  { name: 'a problem with the type of plain JSON', within: 'api/', from: /\.Set\("Content-Type", "application\/problem\+json"\)/, to: '.Set("Content-Type", "application/json")' },
  { name: 'a wrong default', from: 'models.RecipeInputStateActive)', to: 'models.RecipeInputStateUsed)' },
  { name: 'an error code that is not in the contract', from: '{"too_long", fmt', to: '{"length", fmt' },
  { name: 'a limit that is off by one', within: 'internal/validate/', from: /utf8\.RuneCount\(normal\) > (t\.\w+):/, to: 'utf8.RuneCount(normal) > $1+1:' },
  { name: 'a replacement that keeps an omitted member', within: 'api/', from: '&in.Item, &checked)', to: '&in.Item, func() *bool { _ = checked; return in.IsChecked }())' },
  {
    name: "another user's recipe", within: 'gen/db/',
    from: 'from recipes where id = $1 and user_id = $2\n`\n\ntype GetRecipeParams', to: 'from recipes where id = $1 and $$2::bigint > 0\n`\n\ntype GetRecipeParams',
  },
  {
    name: 'a change that responds with the old value', within: 'api/',
    from: /(`,"isChecked":`\.\.\.\), )i\.\w+\)/, to: '$1false)',
  },
];

// ruleMutations break rules that the contract can't express. The Go tests must detect them: see mutate.mjs.
export const ruleMutations = [
  // Pages. The fuzzer detects this only by chance; TestPagesOfTheHistory always detects it.
  { name: 'no header Link', from: /\tw\.Header\(\)\.Set\("Link".*\n/, to: '\t_, _ = path, query\n' },
  // Sessions.
  { name: 'reuse of a refresh token does not revoke its session', within: 'internal/session/', from: /(\w+)\.revoked = true/, to: '_ = $1' },
  { name: 'the session forgets the last but one refresh token of a slow tab', within: 'internal/session/', from: /for i := 1; i < len\((\w+)\.recent\); i\+\+/, to: 'for i := 2; i < len($1.recent); i++' },
  { name: 'a full list of recent tokens drops a token that a slow tab may still send', within: 'internal/session/', from: 'recent[maxRecent-2].at', to: 'recent[maxRecent-1].at' },
  { name: 'refreshing prolongs a session beyond its maximum', within: 'internal/session/', from: /if (\w+)\.idleExpiresAt\.After\(\w+\.absoluteExpiresAt\)/, to: 'if $1.idleExpiresAt.After($1.idleExpiresAt)' },
  { name: 'access tokens work after the logout', within: 'internal/session/', from: /s\.\w+\.Add\(t\.SessionID\)(\n\t\t\}\n\t\tuserID)/, to: '_ = t$1' },
  { name: 'the refresh cookie is sent without encryption', within: 'api/', from: 'Secure: true', to: 'Secure: false' },
  // Passwords and permissions.
  { name: 'a wrong password is right', within: 'internal/session/', from: 'if !right {', to: 'if !right && userID == 0 {' },
  { name: 'failed logins are not counted', within: 'internal/throttle/', from: 'err = g.recordStrangerFailure(ctx, a, account)', to: 'err = nil' },
  { name: 'strangers lock the owner out', within: 'internal/throttle/', from: 'case state.DeviceUserID != 0 &&', to: 'case state.DeviceUserID < 0 &&' },
  { name: 'the owner sees no failed logins', within: 'internal/session/', from: 's.Activity.RecordLater(userID, activity.LoginFailed, a.from.Client)', to: '_ = activity.LoginFailed' },
  { name: 'an old login is enough to change the account', within: 'api/contract/', from: 'if !op.recentLogin || ', to: 'if true || ' },
  { name: 'a change of the password leaves the other sessions', within: 'internal/session/', from: 'UserID: userID, Keep: keep, Reason: "password"', to: 'UserID: 0, Keep: keep, Reason: "password"' },
  { name: 'a reset of the password leaves the API tokens', within: 'internal/account/', from: 'q.DeleteAPITokensOfUser(ctx, userID)', to: 'q.DeleteAPITokensOfUser(ctx, 0)' },
  { name: 'a reset code works twice', within: 'gen/db/', from: /delete from password_reset_codes\n(where user_id = \$1 and code_hash = \$2)/, to: 'update password_reset_codes set expires_at = expires_at\n$1' },
  { name: 'an API token is good for every scope', within: 'api/contract/', from: 'op.scope != "" && slices.Contains(state.Caller.Scopes, op.scope)', to: 'op.scope != "" && !slices.Contains(state.Caller.Scopes, "")' },
  { name: 'an API token is good for calls without a scope', within: 'api/contract/', from: 'state.Caller.APIToken == 0, op.scope != "" &&', to: 'state.Caller.APIToken == 0, op.scope == "" ||' },
  { name: 'a revoked API token works on', within: 'internal/apitoken/', from: 's.Revoked.Add(grant)', to: '_ = grant' },
  // Limits.
  { name: 'the requests of users are not counted', within: 'internal/throttle/', from: 'return r.Users.TakeWithHeader(userID)', to: 'return "", nil' },
  { name: 'large responses take no memory from the budget', within: 'api/', from: 'c.err != nil || amount <= c.taken {', to: 'c.err != nil || amount > 0 {' },
  { name: 'names may have the control characters of Latin-1', within: 'internal/validate/', from: 'text[i+1] < 0xa0', to: 'text[i+1] < 0x80' },
  // Versions.
  { name: 'If-Match is ignored', within: 'api/', from: /header == nil \|\| strings\.TrimSpace\(\*header\) == "\*"/, to: 'header == nil || *header != ""' },
  { name: 'If-None-Match ignores weak tags', within: 'api/', from: '\t\ttag = withoutWeak(tag)\n', to: '' },
  { name: '304 for a checklist that has changed', within: 'gen/db/', from: /next_version\((\w\.checklist)\)( where \w\.user_id = \$2)/, to: '$1$2' },
  // Data of other users.
  { name: "reading another user's checklist item", within: 'gen/db/', from: 'is_checked, food from grocery_items where id = $1 and user_id = $2', to: 'is_checked, food from grocery_items where id = $1 and $$2::bigint > 0' },
  { name: "planning another user's recipe", within: 'gen/db/', from: 'where r.user_id = $1 and r.id = any($2::bigint[]) for', to: 'where $$1::bigint > 0 and r.id = any($$2::bigint[]) for' },
  { name: "the trash of others, in the list and the export", within: 'gen/db/', from: 'where t.user_id = $1 and (t.deleted_at, t.id) <', to: 'where $$1::bigint > 0 and (t.deleted_at, t.id) <' },
  { name: "an export tells of another user's account", within: 'gen/db/', from: 'password_changed_at from users where id = $1\n', to: 'password_changed_at from users where $$1::bigint > 0 order by id limit 1\n' },
  // Caches and logs.
  { name: 'caches share what belongs to one user', within: 'api/', from: '"private, no-cache"', to: '"public, no-cache"' },
  { name: 'the log has the cookies', within: 'api/', from: 'slog.String("request", state.ID),', to: 'slog.String("request", state.ID), slog.String("cookie", r.Header.Get("Cookie")),' },
  { name: 'the log has the names of fridge groups', within: 'api/', from: '!state.PathHasUserText && (', to: '(' },
  // Recipes.
  { name: 'accuracy rounded up', within: 'gen/db/', from: '100 * count(*) / cardinality(r.ingredient_terms)', to: '(100 * count(*) + cardinality(r.ingredient_terms) - 1) / cardinality(r.ingredient_terms)' },
  { name: 'a search that is sensitive to case', from: /(func asciiText\(text string\) string \{\n\tif \w+\(text\) \{\n\t\treturn )strings\.ToLower\(text\)/, to: '$1text' },
  { name: 'an import that keeps the recipes before the one that fails', within: 'internal/recipe/', from: /recipes, err = (\w+)\(ctx, q, userID, inputs\.\.\.\)\n/, to: 'recipes = nil\n		for _, in := range inputs {\n			one, err := $1(ctx, q, userID, in)\n			if err != nil {\n				return err\n			}\n			recipes = append(recipes, one...)\n		}\n' },
  { name: 'an import that keeps what it has added before an error', within: 'internal/export/', from: /return postgres\.AddTx\(ctx, s\.DB, userID, key, (func\(q \*db\.Queries\) \(Counts, error\) \{\n[^]*?\n\t\})\)\n/, to: 'run := $1\n\treturn c, s.DB.Run(ctx, func(q *db.Queries) error { _, err := run(q); return err })\n' },
  // Fridge and groceries.
  { name: 'renaming a group to one that exists does nothing', within: 'gen/db/', from: 'fridge_items.user_id = $2 and group_key = $3::text\n', to: 'fridge_items.user_id = $$2 and group_key = $$3::text and not exists (select from fridge_items o where o.user_id = $$2 and o.group_key = $$1::text)\n' },
  { name: 'the checklist with the oldest item first', within: 'gen/db/', from: 'g.user_id = $1 order by g.id desc', to: 'g.user_id = $$1 order by g.id' },
  { name: 'a recipe that is chosen twice counts once', within: 'internal/grocery/', from: 's.add(chosen)', to: 's.add(recorded.Ids)' },
  { name: 'a plan with a recipe that does not exist', within: 'internal/grocery/', from: 'if len(recorded.UnknownIds) > 0 {', to: 'if len(recorded.UnknownIds) > 500 {' },
  // Pages.
  { name: 'a cursor of a list in another order', within: 'internal/page/', from: 'bytes.Equal(raw[:checksumSize], checksum(list, raw[checksumSize:]))', to: 'bytes.Contains(raw, nil)' },
];
