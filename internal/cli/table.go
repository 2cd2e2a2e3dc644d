package cli

import (
	"bytes"
	"strings"
	"text/tabwriter"
	"unicode"
)

// table is a result in columns. Empty cells show as "-", so that every row has
// every column.
type table struct {
	buf bytes.Buffer
	w   *tabwriter.Writer
}

func newTable(header ...string) *table {
	t := &table{}
	t.w = tabwriter.NewWriter(&t.buf, 0, 0, 2, ' ', 0)
	t.row(header...)
	return t
}

func (t *table) row(cells ...string) {
	shown := make([]string, len(cells))
	for i, c := range cells {
		if shown[i] = strings.Map(printable, c); c == "" {
			shown[i] = "-"
		}
	}
	_, _ = t.w.Write([]byte(strings.Join(shown, "\t") + "\n")) // into memory: it cannot fail
}

// printable is the character, or a blank for one that would move columns or speak
// to the terminal: manifests come from anywhere.
func printable(c rune) rune {
	if unicode.IsControl(c) {
		return ' '
	}
	return c
}

// text is the table without the blanks at the ends of lines.
func (t *table) text() string {
	_ = t.w.Flush() // into memory: it cannot fail
	var out strings.Builder
	for line := range strings.Lines(t.buf.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}

// short leaves the long field names of the node affinity out of a text for
// people; JSON and YAML have them in full.
func short(text string) string {
	return strings.NewReplacer(
		"affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms", "affinity…required…nodeSelectorTerms",
		"affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution", "affinity…preferred…",
	).Replace(text)
}
