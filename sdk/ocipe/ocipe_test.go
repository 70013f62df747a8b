package ocipe_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestNewRejectsWhatIsNotAServerURL(t *testing.T) {
	t.Parallel()
	for _, invalid := range []string{
		"", ":", "cook.example.org", "cook.example.org:8080", "ftp://cook.example.org", "/api", "htp://me:canary@a.example", "http://me:canary%zz@a.example",
	} {
		_, err := ocipe.New(invalid)
		if err == nil || !strings.Contains(err.Error(), "https://cook.example.org") || strings.Contains(err.Error(), "canary") {
			t.Errorf("New(%q) returned the error %v; it should show a valid URL, and no password", invalid, err)
		}
	}
}

func TestAResponseOfAnotherServerIsAnErrorThatNamesTheURL(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.Handler{
		"404":             http.NotFoundHandler(),
		"200 of a portal": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := httptest.NewServer(handler)
			t.Cleanup(other.Close)
			c, err := ocipe.New(other.URL)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.CheckHealthWithResponse(t.Context())
			if err == nil || !strings.Contains(err.Error(), "check the URL") {
				t.Fatalf("the error is %v; it should say: check the URL", err)
			}
		})
	}
}

// net/http sends a redirected POST, PUT, PATCH or DELETE again as a GET. The success of that GET says nothing about the call.
func TestACallThatARedirectTurnsIntoAGetIsAnErrorThatNamesTheAddress(t *testing.T) {
	t.Parallel()
	for status, turns := range map[int]bool{http.StatusMovedPermanently: true, http.StatusFound: true, http.StatusPermanentRedirect: false} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", "of-the-redirect")
			http.Redirect(w, r, serverURL+r.URL.RequestURI(), status)
		}))
		t.Cleanup(server.Close)
		c, err := ocipe.New(server.URL, ocipe.WithAPIToken("ocipe_pat_"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.ListRecipes(t.Context(), nil); err != nil {
			t.Errorf("a GET after %d returned the error %v; it should work", status, err)
		}
		_, post := c.CreateRecipe(t.Context(), api.RecipeInput{Name: "Leek soup"})
		_, patch := c.UpdateRecipeWithResponse(t.Context(), soup.ID, &api.UpdateRecipeParams{IfMatch: new(`"2"`)}, api.RecipePatch{})
		for _, err := range []error{post, patch} {
			e, _ := errors.AsType[*ocipe.Error](err)
			if turns && (e == nil || e.Status != status || e.RequestID != "of-the-redirect" || !strings.Contains(e.Detail, serverURL)) {
				t.Errorf("a change after %d returned the error %v; it should name %s", status, err, serverURL)
			}
			if !turns && err != nil {
				t.Errorf("a change after %d returned the error %v; it should work", status, err)
			}
		}
	}
}

func TestAnErrorResponseThatBreaksOffIsNotTakenForThatOfAnotherServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		respond(w, http.StatusNotFound, nil)
	}))
	t.Cleanup(server.Close)
	c, err := ocipe.New(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.GetRecipe(t.Context(), 7)
	e, ok := errors.AsType[*ocipe.Error](err)
	if !ok || e.Status != http.StatusNotFound || e.RequestID == "" || !strings.Contains(e.Detail, "broke off") {
		t.Fatalf("the error is %v; it should say that the response broke off", err)
	}
}

func TestTheREADMEShowsTheExamples(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 5 {
		t.Errorf("the README has %d blocks of Go; at least 5 are expected", len(blocks))
	}
	for _, block := range blocks {
		if strings.HasPrefix(block[1], "package main") {
			continue // test/sdk/go of the repository runs it
		}
		body := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(block[1], "\t$1")
		if !strings.Contains(string(examples), body) {
			t.Errorf("this isn't in example_test.go:\n%s", block[1])
		}
	}
}

func TestPagesEndsAfterAnErrorAndWhenTheLoopBreaks(t *testing.T) {
	t.Parallel()
	c, err := ocipe.New(serverURL)
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	var errs []error
	for _, err := range ocipe.Pages(gone, c.ListRecipesWithResponse, nil) {
		errs = append(errs, err)
	}
	if len(errs) != 1 || !errors.Is(errs[0], context.Canceled) {
		t.Errorf("the errors are %v; one, context.Canceled, is expected", errs)
	}
	limited := &api.ListRecipesParams{Limit: new(int64(1))}
	for recipe, err := range ocipe.Pages(t.Context(), c.ListRecipesWithResponse, limited) {
		if err != nil || recipe.Name != "Leek soup" {
			t.Errorf("the first recipe is %v, error %v", recipe, err)
		}
		break
	}
	if limited.Cursor != nil {
		t.Error("Pages has changed the parameters of its caller")
	}
}

// TestEveryOperationHasAShortMethod fails if an operation returns a body but has only a generated method.
func TestEveryOperationHasAShortMethod(t *testing.T) {
	t.Parallel()
	elsewhere := []string{"RegisterUser", "ObtainToken", "RefreshToken", "Logout", "GetKeySet", "CheckHealth", "CheckReady", "CheckDatabase"}
	generated, client := reflect.TypeFor[*api.ClientWithResponses](), reflect.TypeFor[*ocipe.Client]()
	for method := range generated.Methods() {
		name, found := strings.CutSuffix(method.Name, "WithResponse")
		if !found || strings.HasSuffix(name, "WithBody") || slices.Contains(elsewhere, name) {
			continue
		}
		short, _ := client.MethodByName(name)
		if short.Type.Out(0) == reflect.TypeFor[*http.Response]() {
			t.Errorf("no calls file has the method %s", name)
		}
	}
}
