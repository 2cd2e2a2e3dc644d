// Package crd carries the generated CustomResourceDefinitions of the
// stowage.dev API group inside the binary, so that objects can be checked where
// no cluster is at hand.
package crd

import (
	"embed"
	"io/fs"
)

//go:embed *.yaml
var files embed.FS

// Files returns the generated definitions as a read-only file system: one file
// per kind, named <group>_<plural>.yaml, each holding one YAML document.
func Files() fs.FS {
	return files
}
