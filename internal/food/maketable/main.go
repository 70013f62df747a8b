// Command maketable makes table.txt, which has the weights of the foods in the dictionary, from the USDA's database.
// `go generate ./internal/food` runs it.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"log"
	"os"
	"slices"
	"strings"
)

const header = `# The weights of foods: food, unit, number in SR21, description, amount, measure, grams. Made by maketable from dictionary and sr21; don't edit.
`

func main() {
	log.SetFlags(0)
	table, err := compile(os.DirFS("."))
	if err != nil {
		log.Fatalf("maketable: %v", err)
	}
	if err := os.WriteFile("table.txt", table, 0o644); err != nil { //nolint:gosec // source code is readable
		log.Fatalf("maketable: %v", err)
	}
}

// compile returns the table: the foods in the folder dictionary with the weights in the folder maketable/sr21.
func compile(dir fs.FS) ([]byte, error) {
	db, err := readDatabase(dir)
	if err != nil {
		return nil, err
	}
	foods, err := readFoods(dir)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(header)
	for _, f := range foods {
		rows, err := db.rows(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		for _, r := range rows {
			fmt.Fprintln(&out, strings.Join(r, "\t"))
		}
	}
	return out.Bytes(), nil
}

// food is a food of the dictionary that has weights in the database.
type food struct {
	name    string
	number  string
	choices map[string]string // the number of a measure, or "-" for none, by unit
}

// readFoods returns the foods of the dictionary, sorted by name.
func readFoods(dir fs.FS) ([]food, error) {
	files, err := fs.Glob(dir, "dictionary/*.txt")
	if err != nil {
		return nil, err
	}
	var foods []food
	for _, file := range files {
		data, err := fs.ReadFile(dir, file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			head, _, _ := strings.Cut(line, ":")
			name, numbers, ok := strings.Cut(head, "@")
			if !ok || line[0] == '#' {
				continue
			}
			f := food{name: strings.TrimSpace(name), choices: map[string]string{}}
			for i, field := range strings.Fields(numbers) {
				if i == 0 {
					f.number = field
					continue
				}
				unit, measure, _ := strings.Cut(field, "=")
				f.choices[unit] = measure
			}
			foods = append(foods, f)
		}
	}
	slices.SortFunc(foods, func(a, b food) int { return cmp.Compare(a.name, b.name) })
	return foods, nil
}
