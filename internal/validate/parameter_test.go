package validate

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

func TestAParameterIsRepeatedOnlyIfItIsAnArray(t *testing.T) {
	t.Parallel()
	word := openapi3.NewStringSchema().WithMinLength(1).WithMaxLength(3)
	single, err := CompileParameter(word, formats, "word")
	require.NoError(t, err)
	list, err := CompileParameter(openapi3.NewArraySchema().WithItems(word).WithMaxItems(3), formats, "word")
	require.NoError(t, err)
	_, err = CompileParameter(openapi3.NewArraySchema().WithItems(openapi3.NewBoolSchema()), formats, "word")
	require.Error(t, err)

	for _, c := range []struct {
		parameter *Parameter
		sent      []string
		normal    []string
		invalid   [][2]string // path and code
	}{
		{single, []string{" a "}, []string{"a"}, nil},
		{single, []string{"a", "a"}, nil, [][2]string{{"word", "repeated"}}},
		{single, []string{"long"}, nil, [][2]string{{"word", "too_long"}}},
		{list, []string{" a "}, []string{"a"}, nil},
		{list, []string{"a,b", "a", "a"}, []string{"a,b", "a", "a"}, nil},
		{list, []string{"a", "", "long"}, nil, [][2]string{{"word.1", "blank"}, {"word.2", "too_long"}}},
		{list, []string{"a", "b", "c", "long"}, nil, [][2]string{{"word", "too_many"}}},
	} {
		normal, errors := c.parameter.CheckAll(c.sent)
		var invalid [][2]string
		for _, e := range errors {
			invalid = append(invalid, [2]string{e.Path, e.Code})
		}
		require.Equal(t, c.invalid, invalid, "%q", c.sent)
		if invalid == nil {
			require.Equal(t, c.normal, normal, "%q", c.sent)
		}
	}
}
