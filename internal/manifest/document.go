// Package manifest reads Kubernetes manifests (YAML streams and JSON, as Helm,
// kustomize and kubectl print them) and edits them byte for byte: what no
// change touches keeps its comments, order, quoting and line ends.
//
// Split cuts a file into documents, Document.Peek and Document.Decode read
// one, Items unfolds lists, Edit writes changes into one and Diff shows them.
package manifest

import (
	"bytes"
	"fmt"
	"strings"
)

// Limits that keep one hostile or mistaken input from taking the machine's
// memory. They are far above what real platforms render.
const (
	// MaxFileBytes is the most that ReadAll takes from one input: 512 MiB.
	MaxFileBytes = 512 << 20
	// MaxDocumentBytes is the size of the largest single document: 64 MiB.
	MaxDocumentBytes = 64 << 20
	// MaxDepth is how deep maps and lists may nest. Kubernetes' own schemas
	// stay below 100.
	MaxDepth = 1000
	// MaxAliasValues is how many values the aliases of one document may
	// stand for in sum, so that nested aliases cannot multiply without end.
	MaxAliasValues = 1_000_000
)

// Document is one document of a file. The Raw slices of a file's documents,
// one after the other, are the file: comments, directives and the `---` line
// before a document belong to it.
type Document struct {
	// Source is the name of the file as errors show it.
	Source string
	// Index counts the documents of the file from 1, empty ones included.
	Index int
	// Line is the line of the file, from 1, on which Raw starts.
	Line int
	// Offset is the byte of the file, from 0, on which Raw starts.
	Offset int
	// Raw shares the bytes given to Split. Nobody writes to them.
	Raw []byte
}

// Error tells what is wrong with a document, where, and what helps.
type Error struct {
	// Source and Index name the document; Index is 0 if the file as a whole
	// is meant.
	Source string
	Index  int
	// Line counts in the file, from 1.
	Line int
	// Problem is the finding, Fix the advice ("" if there is none).
	Problem, Fix string
}

// Error returns one line, as in
// `reading "a.yaml" document 3 (line 41): key "spec" is there twice; fix: remove one`.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "reading %q", e.Source)
	if e.Index > 0 {
		fmt.Fprintf(&b, " document %d (line %d)", e.Index, e.Line)
	}
	b.WriteString(": " + e.Problem)
	if e.Fix != "" {
		b.WriteString("; fix: " + e.Fix)
	}
	return b.String()
}

// fail makes an Error about the document; line counts within Raw, from 1, and
// 0 means the document as a whole.
func (d Document) fail(line int, problem, fix string) *Error {
	return &Error{Source: d.Source, Index: d.Index, Line: d.Line + max(line, 1) - 1, Problem: problem, Fix: fix}
}

// Empty says whether the document holds nothing but comments, blank lines,
// directives and document markers. Decode returns a nil map for such a one.
func (d Document) Empty() bool {
	rest := bytes.TrimPrefix(d.Raw, utf8BOM())
	for len(rest) > 0 {
		var line []byte
		line, rest = cutLine(rest)
		switch classify(line) {
		case lineContent:
			return false
		case lineMarker:
			if after := trimBlank(line[3:]); len(after) > 0 && after[0] != '#' {
				return false
			}
		case lineBlank, lineDirective, lineEnd:
		}
	}
	return true
}
