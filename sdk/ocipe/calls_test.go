package ocipe_test

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryShortMethodCallsItsOperation calls each method of the client that has the name of an operation.
func TestEveryShortMethodCallsItsOperation(t *testing.T) {
	t.Parallel()
	called := 0
	for _, o := range contractOperations(t) {
		c, f := newFaultyClient(nil)
		method := reflect.ValueOf(c).MethodByName(strings.ToUpper(o.id[:1]) + o.id[1:])
		if !method.IsValid() || isGenerated(method.Type()) {
			continue
		}
		called++
		t.Run(o.id, func(t *testing.T) { // a panic names the operation
			method.Call(someArguments(t, method.Type()))
			want := o.method + " /kitchen" + regexp.MustCompile(`{\w+}`).ReplaceAllString(o.path, "7")
			var paths []string
			for _, s := range f.sent {
				paths = append(paths, s.path)
			}
			if !slices.Contains(paths, want) {
				t.Errorf("the method sent %v; %s is expected", paths, want)
			}
		})
	}
	if called < 40 {
		t.Errorf("%d methods were called; at least 40 are expected", called)
	}
}

// isGenerated reports whether a method returns the raw response, so it is not a short one.
func isGenerated(method reflect.Type) bool {
	return method.Out(0) == reflect.TypeFor[*http.Response]()
}

// someArguments returns arguments for a method: 7 for each number and text in the path, nothing for optional ones.
func someArguments(t *testing.T, method reflect.Type) (arguments []reflect.Value) {
	t.Helper()
	for i := range method.NumIn() {
		in := method.In(i)
		switch {
		case i == 0:
			arguments = append(arguments, reflect.ValueOf(t.Context()))
		case method.IsVariadic() && i == method.NumIn()-1:
		case in.Kind() == reflect.Int64:
			arguments = append(arguments, reflect.ValueOf(int64(7)).Convert(in))
		case in.Kind() == reflect.String:
			arguments = append(arguments, reflect.ValueOf("7").Convert(in))
		case in.Kind() == reflect.Interface:
			arguments = append(arguments, reflect.ValueOf(strings.NewReader("{}"))) // a file
		default:
			arguments = append(arguments, reflect.Zero(in))
		}
	}
	return arguments
}
