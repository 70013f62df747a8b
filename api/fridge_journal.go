package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// ListFridgeJournal handles GET /api/fridge/journal/.
func (s *Server) ListFridgeJournal(w http.ResponseWriter, r *http.Request, p models.ListFridgeJournalParams) {
	journal, err := s.Fridge.Journal(r.Context(), request.UserID(r), pageRequest(p.Limit, p.Cursor), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer journal.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, journal.Version) {
		return
	}
	s.linkNext(w, r, "/api/fridge/journal/", journal.Next)
	writeArray(w, r, pagedList[fridge.Entry]{journal.Entries, journal.Bytes, journal.Rest.Next}, appendJournalEntry)
}

// UndoFridgeChange handles POST /api/fridge/journal/{id}/undo/.
func (s *Server) UndoFridgeChange(w http.ResponseWriter, r *http.Request, id models.JournalEntryID, p models.UndoFridgeChangeParams) {
	batch := valueOf(p.Part) == models.UndoFridgeChangeParamsPartBatch
	done, err := s.Fridge.Undo(r.Context(), request.UserID(r), id, batch, request.Of(r).Key)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	out := models.UndoneChanges{Undone: done.Undone}
	if done.Entry > 0 {
		out.Entry = &done.Entry
	}
	writeJSON(w, http.StatusOK, out)
}

// appendJournalEntry appends the contract's JournalEntry. The states before and after are stored as JSON of the contract.
func appendJournalEntry(b []byte, e fridge.Entry) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), e.ID, 10)
	b = strconv.AppendInt(append(b, `,"batch":"`...), e.Batch, 36)
	b = appendTime(append(b, `","at":`...), e.At)
	b = appendString(append(b, `,"kind":`...), e.Kind)
	b = strconv.AppendInt(append(b, `,"item":`...), e.ItemID, 10)
	b = appendString(append(b, `,"name":`...), e.Name)
	if e.RecipeID > 0 {
		b = strconv.AppendInt(append(b, `,"recipe":`...), e.RecipeID, 10)
	}
	if e.Undoes > 0 {
		b = strconv.AppendInt(append(b, `,"undoes":`...), e.Undoes, 10)
	}
	if e.Before != "" {
		b = append(append(b, `,"before":`...), e.Before...)
	}
	if e.After != "" {
		b = append(append(b, `,"after":`...), e.After...)
	}
	added, taken := e.Difference()
	return append(appendMeasure(appendMeasure(b, "added", added), "taken", taken), '}')
}

// appendMeasure appends a member with the contract's MovedAmount, unless m is nil.
func appendMeasure(b []byte, member string, m *quantity.Measure) []byte {
	if m == nil {
		return b
	}
	b = append(append(append(b, `,"`...), member...), `":{"amount":`...)
	b = appendString(b, measure.Exact(m.Amount.Min))
	b = appendString(append(b, `,"unit":`...), unitKey(m.Unit))
	return append(appendString(append(b, `,"text":`...), measure.Text(*m)), '}')
}
