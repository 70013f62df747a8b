package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/fridge"
)

// defaultDays is how many days ListExpiring looks ahead by default, as the contract says.
const defaultDays = 3

// ListExpiring handles GET /api/fridge/expiring/. The version of the fridge isn't enough for an ETag: the response also depends on
// the day.
func (s *Server) ListExpiring(w http.ResponseWriter, r *http.Request, p models.ListExpiringParams) {
	days := defaultDays
	if p.Days != nil {
		days = int(*p.Days)
	}
	items, err := s.Fridge.Expiring(r.Context(), request.UserID(r), s.today(p.Today), days)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.writeWithHashETag(w, r, p.IfNoneMatch, listEncoder(items, appendExpiring))
}

// today returns midnight in UTC of the given day, or of the current day of the server's clock if none is given.
func (s *Server) today(given *models.Day) time.Time {
	if given != nil {
		if day, err := time.Parse(time.DateOnly, *given); err == nil { // it was checked against the contract
			return day
		}
	}
	return s.config.Clock().UTC().Truncate(24 * time.Hour)
}

// appendExpiring appends the contract's ExpiringIngredient: a FridgeIngredient with one more member.
func appendExpiring(b []byte, e fridge.Expiring) []byte {
	b = appendFridgeIngredient(b, e.Item)
	b = strconv.AppendBool(append(b[:len(b)-1], `,"overdue":`...), e.Overdue)
	return append(b, '}')
}
