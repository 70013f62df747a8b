package api

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/ocipe/ocipe/internal/export"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
)

// exportLists are the lists of the contract's Export in the order of the file.
var exportLists = []string{"recipes", "trash", "fridge", "fridge_journal", "checklist", "plan_items", "plans", "meals", "overrides", "foods"}

// exportWriter writes the contract's Export to a file, one element per line.
type exportWriter struct {
	file   *os.File
	buffer *bufio.Writer
	line   []byte
	lists  int // the number of lists that have begun
	count  int // the number of elements in the last of them
}

func newExportWriter(file *os.File) *exportWriter {
	return &exportWriter{file: file, buffer: bufio.NewWriterSize(file, 64<<10)}
}

// visitor returns the functions that write each part. They must be called in the order of exportLists.
func (e *exportWriter) visitor() export.Visitor {
	return export.Visitor{
		Account:       e.begin,
		PlanSettings:  func(s grocery.PlanSettings) error { return e.write(appendPlanSettings(e.line[:0], s)) },
		Recipe:        elementWriter(e, "recipes", appendRecipe),
		DeletedRecipe: elementWriter(e, "trash", appendDeletedRecipe),
		FridgeItem:    elementWriter[fridge.Item](e, "fridge", appendFridgeIngredient),
		JournalEntry:  elementWriter[fridge.Entry](e, "fridge_journal", appendJournalEntry),
		ChecklistItem: elementWriter[grocery.Item](e, "checklist", appendGroceryItem),
		PlanItem:      elementWriter[grocery.PlanItem](e, "plan_items", appendPlanItem),
		Plan:          elementWriter[grocery.PlanRecord](e, "plans", appendPlan),
		Meal:          elementWriter[grocery.StoredMeal](e, "meals", appendExportedMeal),
		Override:      elementWriter[grocery.Override](e, "overrides", appendPlanOverride),
		Food:          elementWriter[foods.Food](e, "foods", appendFood),
	}
}

// begin empties the file and writes its head.
func (e *exportWriter) begin(a export.Account) error {
	if err := e.file.Truncate(0); err != nil {
		return fmt.Errorf("begin the file of the export: %w", err)
	}
	if _, err := e.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("begin the file of the export: %w", err)
	}
	e.buffer.Reset(e.file)
	e.lists, e.count = 0, 0
	b := e.line[:0]
	b = append(b, "{\"format\":\"ocipe-export\",\"version\":1,\n\"account\":{\"username\":"...)
	b = appendString(b, a.Username)
	b = appendTime(append(b, `,"created_at":`...), a.CreatedAt)
	b = appendTime(append(b, `,"password_changed_at":`...), a.PasswordChangedAt)
	return e.write(append(b, '}'))
}

// appendPlanSettings appends the member with the contract's ExportedPlanSettings.
func appendPlanSettings(b []byte, s grocery.PlanSettings) []byte {
	b = appendString(append(b, ",\n\"plan_settings\":{\"units\":"...), string(s.Units))
	return append(appendAll(append(b, `,"ignore":`...), s.Ignore, appendString), '}')
}

// appendPlanItem appends the contract's ExportedPlanItem.
func appendPlanItem(b []byte, i grocery.PlanItem) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), i.ID, 10)
	b = appendString(append(b, `,"food":`...), i.Food)
	return append(appendString(append(b, `,"item":`...), i.Text), '}')
}

func elementWriter[T any](e *exportWriter, list string, appendOne func([]byte, T) []byte) func(T) error {
	return func(one T) error {
		b := e.appendUntil(e.line[:0], list)
		if e.count > 0 {
			b = append(b, ',')
		}
		e.count++
		return e.write(appendOne(append(b, '\n'), one))
	}
}

// appendUntil closes and opens lists until the list with this name is open.
func (e *exportWriter) appendUntil(b []byte, list string) []byte {
	for e.lists == 0 || exportLists[e.lists-1] != list {
		b = append(e.appendEnd(b), ",\n\""...)
		b = append(append(b, exportLists[e.lists]...), `":[`...)
		e.lists++
		e.count = 0
	}
	return b
}

// appendEnd closes the current list, if there is one.
func (e *exportWriter) appendEnd(b []byte) []byte {
	if e.lists > 0 {
		b = append(b, ']')
	}
	return b
}

// end writes the rest of the file.
func (e *exportWriter) end() error {
	b := e.appendEnd(e.appendUntil(e.line[:0], exportLists[len(exportLists)-1]))
	if err := e.write(append(b, "}\n"...)); err != nil {
		return err
	}
	if err := e.buffer.Flush(); err != nil {
		return fmt.Errorf("write the file of the export: %w", err)
	}
	return nil
}

func (e *exportWriter) write(b []byte) error {
	e.line = b // reuse the buffer
	if _, err := e.buffer.Write(b); err != nil {
		return fmt.Errorf("write the file of the export: %w", err)
	}
	return nil
}
