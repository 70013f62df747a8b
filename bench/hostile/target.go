package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// target is a server with the accounts of the attackers, and one account that only reads.
type target struct {
	config
	addr           string
	attackers      []account
	readerToken    string // access token
	readerRecipeID int64  // of a recipe of the other user
	client         *http.Client
}

// account is the account of an attacker.
type account struct {
	name   string
	token  string
	manyID int64 // the id of a recipe with many ingredients
}

// prepare registers the accounts and fills them.
func prepare(ctx context.Context, base string, c config) (*target, error) {
	t := &target{config: c, addr: base, client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}}
	var err error
	if t.readerToken, err = t.register(ctx, "other"); err != nil {
		return nil, err
	}
	var made recipeID
	if err := t.call(ctx, t.readerToken, "/api/recipes/", recipe("Leek soup", "Better on the second day."), &made); err != nil {
		return nil, err
	}
	t.readerRecipeID = made.ID
	for i := range c.accounts {
		name := fmt.Sprintf("attacker-%d", i)
		token, err := t.register(ctx, name)
		if err != nil {
			return nil, err
		}
		many, err := t.fill(ctx, token)
		if err != nil {
			return nil, err
		}
		t.attackers = append(t.attackers, account{name, token, many})
	}
	return t, nil
}

// fill adds 16 MB of long notes, in several imports, and a recipe with 200 ingredients and odd quantities.
func (t *target) fill(ctx context.Context, token string) (manyID int64, err error) {
	note := strings.Repeat("a", 99_999)
	for range 4 {
		list := make([]string, 40)
		for i := range list {
			list[i] = recipe("note", note)
		}
		if err := t.call(ctx, token, "/api/recipes/bulk/", `{"list":[`+strings.Join(list, ",")+`]}`, nil); err != nil {
			return 0, err
		}
	}
	ingredients := make([]string, 200)
	for i := range ingredients {
		ingredients[i] = fmt.Sprintf(`{"name":"i%d","quantity":"%s%d"}`, i, strings.Repeat(`\u0001`, 190), i)
	}
	var made recipeID
	body := strings.Replace(recipe("many", ""), `"ingredients":[]`, `"ingredients":[`+strings.Join(ingredients, ",")+`]`, 1)
	err = t.call(ctx, token, "/api/recipes/", body, &made)
	return made.ID, err
}

type recipeID struct {
	ID int64 `json:"id"`
}

func recipe(name, note string) string {
	return fmt.Sprintf(`{"name":%q,"meat_type":"vegan","longevity":1,"frequency":"weekday","note":%q,"ingredients":[]}`, name, note)
}

// password is the password of all accounts.
const password = "grilled aubergine 7"

func (t *target) register(ctx context.Context, name string) (token string, err error) {
	body := fmt.Sprintf(`{"username":%q,"password":%q}`, name, password)
	if err := t.call(ctx, "", "/api/user/register/", body, nil); err != nil {
		return "", err
	}
	var in struct {
		Access string `json:"access"`
	}
	err = t.call(ctx, "", "/api/user/token/", body, &in)
	return in.Access, err
}

func (t *target) call(ctx context.Context, token, path, body string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+t.addr+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := t.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s: %s: %.200s", path, res.Status, text)
	}
	if err == nil && into != nil {
		err = json.Unmarshal(text, into)
	}
	return err
}

// runAttack runs an attack while the other user reads, and measures memory and times.
func (t *target) runAttack(ctx context.Context, s *server, a attack) (result, error) {
	r := result{name: a.name, readStatuses: map[int]int{}, attackStatuses: map[int]int{}}
	var wg sync.WaitGroup
	var mu sync.Mutex
	requests := make([][]byte, len(t.attackers)) // created first, because that takes longer than sending them
	for i, account := range t.attackers {
		var b bytes.Buffer
		a.write(&b, account)
		requests[i] = b.Bytes()
	}
	ctx, cancel := context.WithTimeout(ctx, t.duration)
	defer cancel()
	count := t.connections
	if a.loggedIn {
		count = t.users
	}
	for i := range count {
		wg.Go(func() {
			for ctx.Err() == nil {
				status := t.sendAttack(ctx, a, requests[i%len(requests)])
				if a.obeysRetryAfter && status == http.StatusServiceUnavailable {
					sleep(ctx, time.Second)
				}
				mu.Lock()
				r.attackStatuses[status]++
				mu.Unlock()
			}
		})
	}
	for ctx.Err() == nil {
		status, took := t.read(ctx)
		if ctx.Err() == nil {
			r.readStatuses[status]++
			r.reads = append(r.reads, took)
		}
		pss, err := s.pss()
		if err != nil {
			return r, err
		}
		r.peakPSS = max(r.peakPSS, pss)
		sleep(ctx, 10*time.Millisecond)
	}
	wg.Wait()
	return r, s.check()
}

// read reads all recipes of the other user, or one of them.
func (t *target) read(ctx context.Context) (status int, took time.Duration) {
	path := "/api/recipes/"
	if time.Now().UnixNano()%2 == 0 { // at random
		path = fmt.Sprintf("/api/recipes/%d/", t.readerRecipeID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+t.addr+path, nil)
	if err != nil {
		return 0, 0
	}
	req.Header.Set("Authorization", "Bearer "+t.readerToken)
	begin := time.Now()
	res, err := t.client.Do(req)
	if err != nil {
		return 0, time.Since(begin)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
	return res.StatusCode, time.Since(begin)
}

// sendAttack sends one request on a new connection, and returns the status of the response, or 0 if there was none.
func (t *target) sendAttack(ctx context.Context, a attack, request []byte) (status int) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", t.addr)
	if err != nil {
		sleep(ctx, 100*time.Millisecond)
		return 0
	}
	defer conn.Close() //nolint:errcheck // attackers ignore errors
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	_ = conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	if _, err := conn.Write(request); err != nil {
		return 0
	}
	if a.readsNothing {
		<-ctx.Done()
		return 0
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0
	}
	defer res.Body.Close() //nolint:errcheck // only read
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
