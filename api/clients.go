package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/session"
)

// activityClientOf describes the client of a request in the security log.
func activityClientOf(r *http.Request) activity.Client { return activityClient(request.Of(r)) }

func activityClient(state *request.State) activity.Client {
	return activity.Client{UserAgent: state.UserAgent, Address: state.Client.String()}
}

// clientOf describes the client of a request to the owner of the account.
func clientOf(r *http.Request) session.Client {
	state := request.Of(r)
	return session.Client{UserAgent: state.UserAgent, Address: state.Client.String()}
}

// guessingClientOf describes the client of a request that has a password, and what shows that it has logged in before.
func guessingClientOf(r *http.Request) session.Client {
	c := clientOf(r)
	c.Device, c.Refresh = deviceToken(r), contract.RefreshTokens(r)
	return c
}
