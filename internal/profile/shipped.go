package profile

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

//go:embed shipped/*.yaml
var files embed.FS

// Shipped returns the profiles that come with Stowage, by name. An error means
// that this build holds one that cannot be read.
func Shipped() ([]v1alpha1.PlacementProfile, error) {
	var all []v1alpha1.PlacementProfile
	names, err := fs.Glob(files, "shipped/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the shipped profiles: %w", err)
	}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the shipped profile %q: %w", name, err)
		}
		for document := range bytes.SplitSeq(data, []byte("\n---\n")) {
			var p v1alpha1.PlacementProfile
			if err := yaml.UnmarshalStrict(document, &p); err != nil {
				return nil, fmt.Errorf("reading the shipped profile %q: %w", name, err)
			}
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b v1alpha1.PlacementProfile) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// Files gives the shipped profiles as they are written, by file name, with the
// comments that say where each was verified.
func Files() (map[string][]byte, error) {
	names, err := fs.Glob(files, "shipped/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("listing the shipped profiles: %w", err)
	}
	out := make(map[string][]byte, len(names))
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the shipped profile %q: %w", name, err)
		}
		out[strings.TrimPrefix(name, "shipped/")] = data
	}
	return out, nil
}
