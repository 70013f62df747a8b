package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/ocipe/ocipe/internal/apitest"
)

// takenTypeNames are names that schemas must not have, because generators of clients turn the names of schemas into types. They would
// conflict with types of Kotlin, Java, Swift, C#, Rust, Go, PHP, Dart, Ruby, Python or TypeScript, or of the generated code.
var takenTypeNames = strings.Fields(`
	Any Api ApiClient Array BigDecimal Blob Body Bool Boolean Box Buffer Byte Bytes Char Character Class Client Collection
	Configuration Context Data Date DateTime Decimal Default Dict Dictionary Double Duration Dynamic Encoding Entry Enum Enumeration
	Environment Error Event Exception Field File Float Format Function Future Guid Hash Header Headers Index Instant Int Int32 Int64
	Integer Interface Iterator Json List Local LocalDate LocalDateTime LocalTime Locale Long Map Math Method Module Namespace Never
	None Nothing Null Number Object OffsetDateTime Option Optional Package Pair Process Promise Property Protocol Range Record
	Request Response Result Self Sequence Set Short Some Stack Stream String Struct Symbol System Task Thread Throwable Time
	TimeSpan Timestamp Timer Tuple Type Uint Unit Unknown Uri Url Uuid Value Vec Vector Version Void ZonedDateTime`)

// Generators parse the served document with parsers that support less of YAML, and use the format of an integer as its size.
func TestTheServedContractSuitsGeneratorsOfClients(t *testing.T) {
	t.Parallel()
	answer := apitest.Start(t).Client(t).Do(t, http.MethodGet, "/openapi.yaml", "")
	require.Equal(t, http.StatusOK, answer.StatusCode)
	var document yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(answer.Text), &document))
	root := document.Content[0]

	var integers, enums int
	walk(root, "", func(path string, node *yaml.Node) {
		require.Empty(t, node.Anchor, "%s has an anchor", path)
		require.NotEqual(t, yaml.AliasNode, node.Kind, "%s is an alias", path)
		if kind := member(node, "type"); kind != nil && kind.Value == "integer" {
			integers++
			format := member(node, "format")
			require.NotNil(t, format, "%s: without a format, clients have 32 bits for it", path)
			require.Equal(t, "int64", format.Value, path)
		}
		if values := member(node, "enum"); values != nil && values.Kind == yaml.SequenceNode {
			enums++
			requireDifferentNames(t, path, values, member(node, "x-enum-varnames"))
		}
	})
	require.Greater(t, integers, 10)
	require.Greater(t, enums, 5)

	taken, seen := map[string]bool{}, map[string]bool{}
	for _, name := range takenTypeNames {
		taken[strings.ToLower(name)] = true
	}
	schemas := member(member(root, "components"), "schemas")
	for i := 0; i < len(schemas.Content); i += 2 {
		name := schemas.Content[i].Value
		require.Regexp(t, `^[A-Z][A-Za-z0-9]+$`, name)
		require.False(t, taken[strings.ToLower(name)], "schema %s has the name of a common type", name)
		require.False(t, seen[strings.ToLower(name)], "schema %s differs from another one by case alone", name)
		seen[strings.ToLower(name)] = true
	}
}

// requireDifferentNames checks that the values of an enum, or the names given to them, are still different when they are turned into
// identifiers.
func requireDifferentNames(t *testing.T, path string, values, names *yaml.Node) {
	t.Helper()
	if names != nil {
		require.Len(t, names.Content, len(values.Content), path)
		values = names
	}
	seen := map[string]string{}
	for _, value := range values.Content {
		name := strings.ToLower(regexp.MustCompile(`[^A-Za-z0-9]`).ReplaceAllString(value.Value, ""))
		require.NotContains(t, seen, name, "%s: %q and %q are the same in a client; give them x-enum-varnames", path, seen[name], value.Value)
		seen[name] = value.Value
	}
}

// walk calls visit for a node and all nodes below it, with the path of their keys.
func walk(node *yaml.Node, path string, visit func(path string, node *yaml.Node)) {
	visit(path, node)
	if node.Kind != yaml.MappingNode {
		for _, child := range node.Content {
			walk(child, path, visit)
		}
		return
	}
	for i := 0; i < len(node.Content); i += 2 {
		walk(node.Content[i+1], path+"/"+node.Content[i].Value, visit)
	}
}

// member returns the value of a key of a mapping, or nil.
func member(node *yaml.Node, key string) *yaml.Node {
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}
