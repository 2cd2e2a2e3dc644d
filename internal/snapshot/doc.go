// Package snapshot holds what Stowage looks at, at one instant: pools, policies,
// namespaces, nodes and workloads, read from manifests.
//
// Load reads files, folders and standard input; every object keeps the document
// and the path it stands at, so that a door can name it or write to it.
package snapshot
