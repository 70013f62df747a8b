package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apitoken"
	"github.com/ocipe/ocipe/internal/postgres"
)

// getOneWithAPITokens returns the requests of getOne with an API token of each sender, or nil if they aren't measured.
func (r *requests) getOneWithAPITokens(ctx context.Context) (all [][]byte, err error) {
	if !r.selected("api-token") || r.old == "" {
		return nil, nil
	}
	database, err := postgres.Open(ctx, r.cluster.URL())
	if err != nil {
		return nil, err
	}
	defer database.Close()
	tokens := apitoken.New(apitoken.Service{DB: database, Clock: time.Now, Random: rand.Reader})
	defer tokens.Close()
	for sender := range r.sendersWithoutLibrary() {
		_, token, err := tokens.Create(ctx, r.senders[sender], nil, "bench", []string{"recipes:read"}, 24*time.Hour, activity.Client{})
		if err != nil {
			return nil, err
		}
		all = append(all, request(http.MethodGet, r.recipePath(sender), "Authorization: Bearer "+token, ""))
	}
	return all, nil
}
