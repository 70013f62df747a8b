package main

import (
	"context"
	"strconv"
	"strings"
)

// chooseCooks picks the users that send requests, spread evenly over all, and those with libraries; and finds the sessions
// of the first. A million users have no more cooks than a thousand, so that both ask the caches for as much.
func (w *world) chooseCooks(ctx context.Context) error {
	few := w.cooksAt(w.users)
	for i := range few {
		w.cooks = append(w.cooks, int64(i*w.users/few+1))
	}
	for i := range w.libraries {
		w.cooks = append(w.cooks, int64(w.users+i+1))
	}
	rows, err := w.admin.Query(ctx, `select id, user_id from sessions where user_id = any($1)`, w.cooks)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var s session
		if err := rows.Scan(&s.id, &s.user); err != nil {
			return err
		}
		w.sessions = append(w.sessions, s)
	}
	return rows.Err()
}

// cooksAt is how many of a number of users send requests.
func (c config) cooksAt(users int) int {
	if c.active > 0 {
		return min(c.active, users)
	}
	return users
}

// few is the number of cooks without a library.
func (w *world) few() int { return len(w.cooks) - len(w.libraries) }

// ofCooks is a condition of SQL for the rows that requests can have changed.
func (w *world) ofCooks() string {
	ids := make([]string, 0, len(w.cooks))
	for _, id := range w.cooks {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	return "user_id = any('{" + strings.Join(ids, ",") + "}')"
}

// vacuum is the statement that clears away what a run left behind. In the indexes of very large tables a run leaves next to
// nothing, and looking through them takes long.
func (w *world) vacuum(tables string) string {
	if w.portions == small {
		return "vacuum (index_cleanup off) " + tables
	}
	return "vacuum " + tables
}
