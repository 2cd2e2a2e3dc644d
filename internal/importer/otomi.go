package importer

import (
	"errors"
	"io/fs"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// OtomiOptions say how Otomi values are imported. The zero value is the usual
// way.
type OtomiOptions struct {
	// PlatformNamespaces are the names or patterns ('*' and '?') of the
	// namespaces that belong to the platform. Empty means every namespace that
	// is neither a team's nor Kubernetes' own.
	PlatformNamespaces []string
	// File is the only file to read, as a slash-separated path below the
	// folder, for values merged into one file. Empty means every YAML file.
	File string
}

// Otomi reads the values of an Otomi or App Platform installation from dir and
// turns the setting otomi.nodeSelector into one exclusive pool and one Baseline
// policy that places the platform on it.
//
// The folder is a values repository (with its env folder or that folder
// itself) in the layout of Otomi 2, in that of App Platform 4.5 and later with
// one object per file, or holds values merged into one file; which it is shows
// in the files. A setting that is absent or empty is no error: the result then
// holds no pool and a finding says so. It is an error if the folder holds no
// such values, a file cannot be read, or the setting cannot be carried over.
func Otomi(dir fs.FS, opts OtomiOptions) (*Result, error) {
	if dir == nil {
		return nil, errors.New("importing otomi values: no folder given")
	}
	subject, err := platformSubject(opts.PlatformNamespaces)
	if err != nil {
		return nil, err
	}
	values, err := readOtomi(dir, opts.File)
	if err != nil {
		return nil, err
	}
	selector, err := oneSelector(values.selectors)
	if err != nil {
		return nil, err
	}

	result := &Result{Findings: values.findings}
	if len(selector.labels) == 0 {
		result.Findings = append(result.Findings, nothingToImport(values))
	} else {
		buildOtomi(result, selector, values.teams, subject)
	}
	for _, word := range values.words {
		result.Findings = append(result.Findings, word.finding(result.Pools))
	}
	result.Findings = sortFindings(result.Findings)
	return result, nil
}

// nothingToImport is the finding for values that name no nodes.
func nothingToImport(values *otomiValues) Finding {
	return Finding{
		File: values.settings.file,
		Line: values.settings.line,
		Path: values.settings.path,
		Message: "is absent or empty, so there is nothing to import:" +
			" set it to the labels of the platform's nodes, or write a Pool by hand",
	}
}

// buildOtomi adds the pool and its policy to the result, with the comments that
// explain them.
func buildOtomi(result *Result, selector otomiSelector, teams []string, subject v1alpha1.NamespaceSubject) {
	pool := otomiPool(selector.labels)
	policy := otomiPolicy(pool.Name, subject)
	result.Pools = []v1alpha1.Pool{pool}
	result.ClusterPolicies = []v1alpha1.ClusterPlacementPolicy{policy}
	result.poolNotes = map[string][]note{pool.Name: otomiPoolNotes(selector)}
	result.policyNotes = map[string][]note{policy.Name: otomiPolicyNotes(selector, teams, subject)}
}
