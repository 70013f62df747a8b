package token

import "testing"

func BenchmarkIssueAccess(b *testing.B) {
	i, _ := single(b)
	for b.Loop() {
		issueAccess(b, i, now)
	}
}

func BenchmarkVerifyAccess(b *testing.B) {
	b.Run("FirstTime", func(b *testing.B) {
		i, _ := single(b)
		text := issueAccess(b, i, now)
		for b.Loop() {
			i.verified.Invalidate(text)
			if _, err := i.VerifyAccess(text, now); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Remembered", func(b *testing.B) {
		i, _ := single(b)
		text := issueAccess(b, i, now)
		for b.Loop() {
			if _, err := i.VerifyAccess(text, now); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkVerifyRefresh(b *testing.B) {
	i, _ := single(b)
	text := issueRefresh(b, i, now)
	for b.Loop() {
		if _, err := i.VerifyRefresh(text, now); err != nil {
			b.Fatal(err)
		}
	}
}
