// Package crd checks Stowage's own objects without a cluster, with the code the
// API server itself runs over a custom resource at creation: strict decoding,
// pruning, defaulting, schema validation, list types and CEL rules, against the
// very CustomResourceDefinitions that config/crd installs.
//
// What passes here is accepted by a cluster whose definitions are of the same
// release, and what a cluster would refuse is refused here in its own words.
package crd
