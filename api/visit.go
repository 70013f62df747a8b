package api

import "net/http"

// The answers of the operations that write theirs themselves.

// VisitListRecipesResponse writes the answer.
func (a answer) VisitListRecipesResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitCreateRecipeResponse writes the answer.
func (a answer) VisitCreateRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitImportRecipesResponse writes the answer.
func (a answer) VisitImportRecipesResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetRecipeResponse writes the answer.
func (a answer) VisitGetRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitReplaceRecipeResponse writes the answer.
func (a answer) VisitReplaceRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateRecipeResponse writes the answer.
func (a answer) VisitUpdateRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetRecipeStatsResponse writes the answer.
func (a answer) VisitGetRecipeStatsResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetFridgeResponse writes the answer.
func (a answer) VisitGetFridgeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitAddFridgeIngredientResponse writes the answer.
func (a answer) VisitAddFridgeIngredientResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetFridgeIngredientResponse writes the answer.
func (a answer) VisitGetFridgeIngredientResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitReplaceFridgeIngredientResponse writes the answer.
func (a answer) VisitReplaceFridgeIngredientResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateFridgeIngredientResponse writes the answer.
func (a answer) VisitUpdateFridgeIngredientResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListPlansResponse writes the answer.
func (a answer) VisitListPlansResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListRecentPlansResponse writes the answer.
func (a answer) VisitListRecentPlansResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitListGroceryItemsResponse writes the answer.
func (a answer) VisitListGroceryItemsResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetGroceryItemResponse writes the answer.
func (a answer) VisitGetGroceryItemResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitReplaceGroceryItemResponse writes the answer.
func (a answer) VisitReplaceGroceryItemResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateGroceryItemResponse writes the answer.
func (a answer) VisitUpdateGroceryItemResponse(w http.ResponseWriter) error { return a.write(w) }
