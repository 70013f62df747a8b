package problem

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

func TestChallenge(t *testing.T) {
	t.Parallel()
	require.Equal(t, `Bearer realm="api"`, challenge(Options{}))
	require.Equal(t, `Bearer realm="api", error="invalid_token"`, challenge(Options{TokenSent: true}))
	require.Equal(t, `Bearer error="insufficient_scope"`, challenge(Options{TokenSent: true, Challenge: `error="insufficient_scope"`}))
}

func TestTheTableHasTheCodesOfTheContract(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	require.NoError(t, err)
	var declared, known []string
	for _, code := range doc.Components.Schemas["ProblemCode"].Value.Enum {
		declared = append(declared, code.(string))
	}
	for code := range table {
		known = append(known, string(code))
	}
	require.ElementsMatch(t, declared, known)
}
