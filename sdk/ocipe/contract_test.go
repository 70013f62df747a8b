package ocipe_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocipe/ocipe/sdk/ocipe"
)

// operation is an operation of the contract.
type operation struct {
	id           string // the operationId
	method, path string
	keyed, long  bool // whether it has the parameter IdempotencyKey, and x-deadline-seconds
}

func (o operation) String() string { return o.method + " " + o.path }

// The lines of the contract that contractOperations reads.
var (
	pathLine   = regexp.MustCompile(`^  (/\S*):\n`)
	methodLine = regexp.MustCompile(`^    (get|put|post|patch|delete):\n`)
	idLine     = regexp.MustCompile(`^      operationId: (\w+)\n`)
	keyLine    = regexp.MustCompile(`^ +- \$ref: '#/components/parameters/IdempotencyKey'\n`)
	limitLine  = regexp.MustCompile(`^ +x-deadline-seconds: `)
)

// contractOperations reads the operations of the contract.
func contractOperations(t *testing.T) (operations []operation) {
	t.Helper()
	contract, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path := ""
	for line := range strings.Lines(string(contract)) {
		last := len(operations) - 1
		if found := pathLine.FindStringSubmatch(line); found != nil {
			path = found[1]
		} else if found := methodLine.FindStringSubmatch(line); found != nil {
			operations = append(operations, operation{method: strings.ToUpper(found[1]), path: path})
		} else if found := idLine.FindStringSubmatch(line); found != nil {
			operations[last].id = found[1]
		} else if keyLine.MatchString(line) {
			operations[last].keyed = true
		} else if limitLine.MatchString(line) {
			operations[last].long = true
		}
	}
	if len(operations) < 50 {
		t.Fatalf("the contract has %d operations; at least 50 are expected", len(operations))
	}
	return operations
}

// withKnownTraits returns the operations of the contract whose traits are in operations.go. Only
// [TestTheOperationsHaveTheTraitsOfTheContract] fails if one is missing.
func withKnownTraits(t *testing.T) []operation {
	t.Helper()
	return slices.DeleteFunc(contractOperations(t), func(o operation) bool {
		return ocipe.IsIdempotent(o.String()) != o.keyed || ocipe.IsLong(o.String()) != o.long
	})
}

func TestTheOperationsHaveTheTraitsOfTheContract(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	for _, o := range contractOperations(t) {
		declared[o.String()] = true
		if ocipe.IsIdempotent(o.String()) != o.keyed {
			t.Errorf("%s: operations.go has idempotent: %t; the contract says %t", o, !o.keyed, o.keyed)
		}
		if ocipe.IsLong(o.String()) != o.long {
			t.Errorf("%s: operations.go has long: %t; the contract says %t", o, !o.long, o.long)
		}
	}
	for name := range ocipe.Operations {
		if !declared[name] {
			t.Errorf("operations.go has %s; the contract doesn't", name)
		}
	}
}
