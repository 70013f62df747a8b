package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/quantity"
)

// ParseIngredients handles POST /api/ingredients/parse/.
func (s *Server) ParseIngredients(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.IngredientLines](r)
	lines := make([]models.ParsedLine, 0, len(in.Lines))
	for _, l := range quantity.ParseLines(in.Lines, string(valueOf(in.Language))) {
		lines = append(lines, parsedLine(l))
	}
	writeJSON(w, http.StatusOK, models.ParsedLines{Lines: lines})
}

func parsedLine(l quantity.Line) models.ParsedLine {
	notation, unit := l.Quantity.Notation()
	p := models.ParsedLine{
		Quantity: notation, Written: l.Quantity.Text, Name: l.Name, Preparation: l.Preparation, Note: l.Note,
		Confidence: l.Confidence, Language: models.Language(l.Language), Parts: make([]models.LinePart, 0, len(l.Parts)),
	}
	if unit != nil {
		p.Unit, p.Measure = unit.Generic, unit.Key
	}
	if a := l.Quantity.Multiple(); !a.IsZero() {
		low, _ := a.Min.Float64()
		high, _ := a.Max.Float64()
		p.Amount = &models.ParsedAmount{Min: low, Max: high, About: a.About}
	}
	for _, part := range l.Parts {
		p.Parts = append(p.Parts, models.LinePart{Role: partRoles[part.Role], Text: part.Text})
	}
	return p
}

// partRoles maps roles to their names in the contract.
var partRoles = map[quantity.Role]models.LinePartRole{
	quantity.Separator: models.LinePartRoleOther, quantity.Quantifier: models.LinePartRoleQuantity, quantity.UnitName: models.LinePartRoleUnit,
	quantity.FoodName: models.LinePartRoleName, quantity.PreparationText: models.LinePartRolePreparation, quantity.NoteText: models.LinePartRoleNote,
}
