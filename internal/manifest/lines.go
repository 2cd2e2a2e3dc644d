package manifest

import "bytes"

// lineKind is what a line means between documents.
type lineKind uint8

const (
	lineContent   lineKind = iota
	lineBlank              // white space or a comment
	lineDirective          // starts with %
	lineMarker             // --- alone or followed by a blank
	lineEnd                // ... alone or followed by a blank
)

// classify looks at one line, with or without its line end.
func classify(line []byte) lineKind {
	if len(line) == 0 {
		return lineBlank
	}
	switch line[0] {
	case '-':
		if isMarker(line, "---") {
			return lineMarker
		}
		return lineContent
	case '.':
		if isMarker(line, "...") {
			return lineEnd
		}
		return lineContent
	case '%':
		return lineDirective
	case '#':
		return lineBlank
	case ' ', '\t', '\r', '\n':
		if t := trimBlank(line); len(t) == 0 || t[0] == '#' {
			return lineBlank
		}
	}
	return lineContent
}

// isMarker says whether the line is the document marker, perhaps with more
// behind a blank. Such a line ends a document wherever it stands: YAML forbids
// it inside quoted text and block scalars too.
func isMarker(line []byte, marker string) bool {
	if len(line) < 3 || string(line[:3]) != marker {
		return false
	}
	return len(line) == 3 || isBlank(line[3])
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func trimBlank(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }

// cutLine returns the first line with its line end, and the rest.
func cutLine(b []byte) (line, rest []byte) {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return b[:i+1], b[i+1:]
	}
	return b, nil
}

func utf8BOM() []byte { return []byte("\xEF\xBB\xBF") }
