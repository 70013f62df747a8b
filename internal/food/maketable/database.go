package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io/fs"
	"strings"
)

// measure is a line of WEIGHT.txt: the weight, in grams, of an amount of a measure.
type measure struct {
	food, number, amount, text, grams string
}

// database has the foods and measures of SR21 by the number of the food.
type database struct {
	descriptions map[string]string
	measures     map[string][]measure
}

func readDatabase(dir fs.FS) (*database, error) {
	db := &database{descriptions: map[string]string{}, measures: map[string][]measure{}}
	err := readFile(dir, "FOOD_DES.txt.gz", func(f []string) { db.descriptions[f[0]] = f[2] })
	if err != nil {
		return nil, err
	}
	err = readFile(dir, "WEIGHT.txt.gz", func(f []string) {
		db.measures[f[0]] = append(db.measures[f[0]], measure{food: f[0], number: f[1], amount: f[2], text: f[3], grams: f[4]})
	})
	return db, err
}

// readFile calls line with the fields of each line of a file.
func readFile(dir fs.FS, name string, line func(fields []string)) error {
	file, err := dir.Open("maketable/sr21/" + name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it is only read
	text, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(text)
	for lines.Scan() {
		fields := strings.Split(latin1(lines.Text()), "^")
		for i := range fields {
			fields[i] = strings.Trim(fields[i], "~ ")
		}
		line(fields)
	}
	return lines.Err()
}

// latin1 decodes a text in Latin-1.
func latin1(s string) string {
	r := make([]rune, len(s))
	for i := range len(s) {
		r[i] = rune(s[i])
	}
	return string(r)
}

// find returns a measure of a food by its number. A number such as "05109.1" is that of a measure of another food.
func (db *database) find(food, number string) (measure, error) {
	if other, n, ok := strings.Cut(number, "."); ok {
		food, number = other, n
	}
	for _, m := range db.measures[food] {
		if m.number == number {
			return m, nil
		}
	}
	return measure{}, fmt.Errorf("%s has no measure %s", food, number)
}
