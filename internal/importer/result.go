package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// Finding is something an importer saw that its reader should know of. It is
// not an error: the import is whole without it.
type Finding struct {
	// File the finding is about, as a slash-separated path below the folder
	// that was imported; empty if it is about no file in particular.
	File string
	// Line of the field in the file, counted from 1; 0 if unknown.
	Line int
	// Path of the field, such as apps.loki._rawValues.nodeSelector; empty if the
	// finding is about the file as a whole.
	Path string
	// Message says what the field means for the import, without a full stop.
	Message string
}

// String gives the finding as "file:line: path: message", leaving out what is
// not known.
func (f Finding) String() string {
	var parts []string
	switch {
	case f.File != "" && f.Line > 0:
		parts = append(parts, fmt.Sprintf("%s:%d", printable(f.File), f.Line))
	case f.File != "":
		parts = append(parts, printable(f.File))
	}
	if f.Path != "" {
		parts = append(parts, f.Path)
	}
	return strings.Join(append(parts, f.Message), ": ")
}

// Result is what an import found.
type Result struct {
	// Pools in the order they are written; none if nothing names any nodes.
	Pools []v1alpha1.Pool
	// ClusterPolicies in the order they are written.
	ClusterPolicies []v1alpha1.ClusterPlacementPolicy
	// Findings ordered by file, line and path.
	Findings []Finding

	// notes for the comments of the YAML: of the pools, then of the policies.
	poolNotes   map[string][]note
	policyNotes map[string][]note
}

// note is a comment on a field of an object.
type note struct {
	// path of the field; empty for the object as a whole. An element of a list
	// is named by its value.
	path []string
	// text of the comment, one paragraph.
	text string
}

// sortFindings orders findings by file, line, path and message and drops those
// that say the same.
func sortFindings(findings []Finding) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(findings)
}
