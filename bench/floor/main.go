// Command floor is a minimal server for comparison in the benchmark. It uses only net/http and pgx. It responds to the measured requests
// with the same bodies, from the same tables with the same statements, and checks the token. It validates nothing, logs nothing and has
// no limits, and every error is a 500. Never use it for anything else.
//
// It uses the environment variables of the server, and ignores its arguments.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// poolSize is the pool size of the server.
const poolSize = 24

func run(ctx context.Context) error {
	config, err := pgxpool.ParseConfig(os.Getenv("OCIPE_DATABASE_URL"))
	if err != nil {
		return fmt.Errorf("OCIPE_DATABASE_URL: %w", err)
	}
	config.MaxConns = poolSize
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer pool.Close()
	tokens, err := openTokens(os.Getenv("OCIPE_KEYS_FILE"), os.Getenv("OCIPE_PUBLIC_URL"))
	if err != nil {
		return fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	f := &floor{db: pool, tokens: tokens, hashing: make(chan struct{}, runtime.GOMAXPROCS(0))}

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", os.Getenv("OCIPE_ADDR"))
	if err != nil {
		return fmt.Errorf("OCIPE_ADDR: %w", err)
	}
	server := &http.Server{Handler: f.routes(), ReadHeaderTimeout: 5 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// floor handles the measured operations.
type floor struct {
	db      *pgxpool.Pool
	tokens  *tokens
	hashing chan struct{} // limits how many passwords are hashed at once to the number of processors, as in the server
}

func (f *floor) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/monitoring/healthz/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /api/recipes/{id}/", f.forUser(f.getRecipe))
	mux.HandleFunc("GET /api/recipes/{$}", f.forUser(f.listRecipes))
	mux.HandleFunc("POST /api/recipes/{$}", f.forUser(f.createRecipe))
	mux.HandleFunc("POST /api/recipes/bulk/", f.forUser(f.importRecipes))
	mux.HandleFunc("PATCH /api/recipes/{id}/", f.forUser(f.updateState))
	mux.HandleFunc("GET /api/fridge/", f.forUser(f.getFridge))
	mux.HandleFunc("GET /api/grocery/list/", f.forUser(f.getChecklist))
	mux.HandleFunc("POST /api/grocery/{$}", f.forUser(f.plan))
	mux.HandleFunc("POST /api/user/token/{$}", responding(f.login))
	mux.HandleFunc("POST /api/user/token/refresh/", responding(f.refresh))
	return mux
}
