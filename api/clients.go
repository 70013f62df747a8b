package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/session"
)

// clientOf returns the client of a request, as the security log shows it to the owner of the account.
func clientOf(r *http.Request) activity.Client { return clientIn(request.Of(r)) }

// clientIn is clientOf for the state of a request.
func clientIn(state *request.State) activity.Client {
	return activity.Client{UserAgent: state.UserAgent, Address: state.Client.String()}
}

// loginClientOf returns the client of a request that sends a password. Its cookies show whether it has logged in before.
func loginClientOf(r *http.Request) session.Client {
	return session.Client{Client: clientOf(r), Device: deviceToken(r), Refresh: contract.RefreshTokens(r)}
}
