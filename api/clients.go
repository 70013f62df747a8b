package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/session"
)

// clientOf describes the client of a request to the owner of the account.
func clientOf(r *http.Request) activity.Client { return clientIn(request.Of(r)) }

// clientIn is clientOf for the state of a request.
func clientIn(state *request.State) activity.Client {
	return activity.Client{UserAgent: state.UserAgent, Address: state.Client.String()}
}

// guessingClientOf describes the client of a request that has a password, and what shows that it has logged in before.
func guessingClientOf(r *http.Request) session.Client {
	return session.Client{Client: clientOf(r), Device: deviceToken(r), Refresh: contract.RefreshTokens(r)}
}
