package manifest

import (
	"bytes"
	"fmt"
	"strconv"
)

// contextLines is how many unchanged lines a diff shows around a change.
const contextLines = 3

// Diff returns the line-wise difference of two texts in the unified format of
// `diff -u` with three lines of context, without time stamps. It is nil if the
// texts are equal. The result is as short as can be for up to some hundred
// changed lines in a row of changes, and correct beyond that.
func Diff(oldName, newName string, old, changed []byte) []byte {
	if bytes.Equal(old, changed) {
		return nil
	}
	a, b := splitLines(old), splitLines(changed)
	var out bytes.Buffer
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", oldName, newName)
	runs := compare(a, b)
	for len(runs) > 0 {
		n := 1
		for n < len(runs) && runs[n].a-runs[n-1].aEnd <= 2*contextLines {
			n++
		}
		writeHunk(&out, a, b, runs[:n])
		runs = runs[n:]
	}
	return out.Bytes()
}

// splitLines cuts a text behind each line feed.
func splitLines(text []byte) []string {
	var lines []string
	for len(text) > 0 {
		var line []byte
		line, text = cutLine(text)
		lines = append(lines, string(line))
	}
	return lines
}

// run says that the lines a to aEnd of the old text became the lines b to
// bEnd of the new one.
type run struct{ a, aEnd, b, bEnd int }

func writeHunk(out *bytes.Buffer, a, b []string, runs []run) {
	first, last := runs[0], runs[len(runs)-1]
	from, to := max(first.a-contextLines, 0), min(last.aEnd+contextLines, len(a))
	lead, trail := first.a-from, to-last.aEnd
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(from, to), span(first.b-lead, last.bEnd+trail))
	at := from
	for _, r := range runs {
		writeLines(out, ' ', a[at:r.a])
		writeLines(out, '-', a[r.a:r.aEnd])
		writeLines(out, '+', b[r.b:r.bEnd])
		at = r.aEnd
	}
	writeLines(out, ' ', a[at:to])
}

// span writes a range of lines as hunk headers have it: counted from 1, the
// number of lines left out if it is one, and the line before an empty range.
func span(from, to int) string {
	switch to - from {
	case 0:
		return strconv.Itoa(from) + ",0"
	case 1:
		return strconv.Itoa(from + 1)
	}
	return strconv.Itoa(from+1) + "," + strconv.Itoa(to-from)
}

func writeLines(out *bytes.Buffer, sign byte, lines []string) {
	for _, l := range lines {
		out.WriteByte(sign)
		out.WriteString(l)
		if l[len(l)-1] != '\n' {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
