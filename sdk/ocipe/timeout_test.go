package ocipe_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestASilentTryEndsAndIsRepeated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, f := newFaultyClient([]try{failure("silence")}, ocipe.WithTryTimeout(10*time.Second))
		began := time.Now()
		if _, err := c.CreateRecipe(t.Context(), api.RecipeInput{}); !errors.Is(err, ocipe.ErrNotModified) { // the fake sends no recipe
			t.Errorf("the error is %v", err)
		}
		if took := time.Since(began); len(f.sent) != 2 || took < 10*time.Second || took > 11*time.Second {
			t.Errorf("%d requests were sent, in %v", len(f.sent), took)
		}
	})
}

func TestACallEndsWithItsTimeoutOrItsContext(t *testing.T) {
	t.Parallel()
	silence := failure("silence")
	for name, c := range map[string]struct {
		options []ocipe.Option
		context time.Duration
		want    time.Duration
		says    string
	}{
		"timeout":            {options: []ocipe.Option{ocipe.WithTimeout(7 * time.Second)}, want: 7 * time.Second, says: "the call took longer than 7s"},
		"default":            {want: 90 * time.Second, says: "the call took longer than 1m30s"},
		"context":            {context: 7 * time.Second, want: 7 * time.Second},
		"one try":            {options: []ocipe.Option{ocipe.WithRetries(0)}, want: 30 * time.Second, says: "a try took longer than 30s"},
		"no timeout of ours": {options: []ocipe.Option{ocipe.WithTimeout(0), ocipe.WithTryTimeout(0)}, context: time.Hour, want: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.context > 0 {
					limited, cancel := context.WithTimeout(ctx, c.context)
					defer cancel()
					ctx = limited
				}
				client, _ := newFaultyClient([]try{silence, silence, silence, silence}, c.options...)
				began := time.Now()
				_, err := client.ListGroceryItems(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), c.says) {
					t.Errorf("the error is %v", err)
				}
				if took := time.Since(began); took != c.want {
					t.Errorf("the call took %v; %v is expected", took, c.want)
				}
			})
		})
	}
}

func TestARetryThatWouldComeTooLateIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, f := newFaultyClient([]try{failure("429")}, ocipe.WithTimeout(3*time.Second)) // it asks for 3 s
		began := time.Now()
		_, err := c.ListGroceryItems(t.Context())
		e, ok := errors.AsType[*ocipe.Error](err)
		if !ok || e.RetryAfter != 3*time.Second || time.Since(began) != 0 || len(f.sent) != 1 {
			t.Errorf("after %v, the error is %v", time.Since(began), err)
		}
	})
}

func TestACancelledCallDoesNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, f := newFaultyClient([]try{failure("429"), failure("429"), failure("429")})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		if _, err := c.ListGroceryItems(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		if time.Since(began) != time.Second || len(f.sent) != 1 {
			t.Errorf("%d requests were sent, in %v", len(f.sent), time.Since(began))
		}
	})
}

// The time that a user takes to type the password doesn't count.
func TestAPasswordPromptHasNoTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		old := try{end: status(401, problem("reauthentication_required"))}
		c, f := newFaultyClient([]try{old}, ocipe.WithPasswordFunc(func(context.Context) (string, error) {
			time.Sleep(time.Hour) // in the fake time of the synctest bubble
			return "ribollita at dawn", nil
		}))
		if err := c.ChangePassword(t.Context(), "ribollita at dawn", "ribollita at noon"); err != nil {
			t.Errorf("the error is %v", err)
		}
		if len(f.sent) != 3 {
			t.Errorf("the requests are %v", f.sent)
		}
	})
}
