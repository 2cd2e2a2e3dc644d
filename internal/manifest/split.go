package manifest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// ReadAll reads r to its end. More than MaxFileBytes is an error that names
// source; so is any error of r.
func ReadAll(source string, r io.Reader) ([]byte, error) {
	return readAll(source, r, MaxFileBytes)
}

func readAll(source string, r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", source, err)
	}
	if int64(len(data)) > limit {
		return nil, &Error{Source: source, Problem: fmt.Sprintf("the input is larger than %d bytes", limit), Fix: "split it into several files"}
	}
	return data, nil
}

// Split cuts a YAML stream or JSON text into its documents: at `---` and `...`
// lines, and between JSON values that follow one another. Comments and
// directives before a `---` belong to the document behind it, comments at the
// end to the last one. The Raw slices joined are data. An empty input has no
// document. Split does not look inside documents: Peek and Decode do.
func Split(source string, data []byte) ([]Document, error) {
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return nil, &Error{Source: source, Problem: "the text is UTF-16", Fix: "save it as UTF-8"}
	}
	s := splitter{source: source, data: data, line: 1}
	s.run()
	for _, d := range s.docs {
		if len(d.Raw) > MaxDocumentBytes {
			return nil, d.fail(1, fmt.Sprintf("the document is larger than %d bytes", MaxDocumentBytes), "split it")
		}
	}
	return s.docs, nil
}

// splitter walks over lines and cuts where a document ends.
type splitter struct {
	source string
	data   []byte
	docs   []Document

	start, line      int // offset and line of the chunk that is open
	at, lineAt       int // offset and line of the walk
	content          int // offset of the first content of the chunk, -1 before it
	marked, finished bool
}

func (s *splitter) run() {
	s.at, s.lineAt, s.content = 0, 1, -1
	if bytes.HasPrefix(s.data, utf8BOM()) {
		s.at = len(utf8BOM())
	}
	for s.at < len(s.data) {
		line, _ := cutLine(s.data[s.at:])
		s.see(line)
		s.at += len(line)
		s.lineAt++
		if s.finished {
			s.cut()
		}
	}
	s.finish()
}

// see takes notice of one line, its line end included.
func (s *splitter) see(line []byte) {
	kind := classify(line)
	switch {
	case kind == lineMarker:
		if s.marked || s.content >= 0 {
			s.cut()
		}
		s.marked = true
		if rest := trimBlank(line[3:]); len(rest) > 0 && rest[0] != '#' {
			s.content = s.at + len(line) - len(bytes.TrimLeft(line[3:], " \t"))
		}
	case kind == lineEnd:
		s.finished = s.marked || s.content >= 0
	case s.content < 0 && (kind == lineContent || kind == lineDirective && s.marked):
		s.content = s.at + len(line) - len(bytes.TrimLeft(line, " \t"))
	}
}

// cut closes the open chunk before the current position.
func (s *splitter) cut() {
	s.emit(s.at)
	s.start, s.line, s.content = s.at, s.lineAt, -1
	s.marked, s.finished = false, false
}

// finish closes the last chunk. One that is nothing but comments belongs to
// the document before it.
func (s *splitter) finish() {
	switch {
	case s.start == len(s.data):
	case s.content < 0 && !s.marked && len(s.docs) > 0:
		last := &s.docs[len(s.docs)-1]
		last.Raw = s.data[last.Offset:]
	default:
		s.emit(len(s.data))
	}
}

// emit adds the chunk from s.start to end, cut once more between JSON values.
func (s *splitter) emit(end int) {
	for s.content >= 0 {
		next := nextJSON(s.data[:end], s.content)
		if next < 0 {
			break
		}
		cut := next
		if nl := bytes.LastIndexByte(s.data[s.content:next], '\n'); nl >= 0 && len(trimBlank(s.data[s.content+nl+1:next])) == 0 {
			cut = s.content + nl + 1
		}
		s.add(cut)
		s.content = next
	}
	s.add(end)
}

func (s *splitter) add(end int) {
	raw := s.data[s.start:end:end]
	s.docs = append(s.docs, Document{Source: s.source, Index: len(s.docs) + 1, Line: s.line, Offset: s.start, Raw: raw})
	s.line += bytes.Count(raw, []byte{'\n'})
	s.start = end
}

// nextJSON returns where the value behind the JSON object or list at start
// begins, -1 if there is none or if what lies at start is not JSON.
func nextJSON(data []byte, start int) int {
	end := balanced(data, start)
	if end < 0 {
		return -1
	}
	next := end + len(data[end:]) - len(bytes.TrimLeft(data[end:], " \t\r\n"))
	if next == len(data) || data[next] != '{' && data[next] != '[' || !json.Valid(data[start:end]) {
		return -1
	}
	return next
}

// balanced returns the offset behind the bracket that closes the one at
// start; -1 if there is no bracket or it stays open.
func balanced(data []byte, start int) int {
	depth, quoted := 0, false
	for i := start; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
			if depth <= 0 {
				return i + 1
			}
		}
		if depth == 0 {
			return -1
		}
	}
	return -1
}
