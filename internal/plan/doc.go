// Package plan says where everything in a snapshot lands: one row per workload,
// what decided it, what has to be written, how many nodes take it now, and what
// a change of policies would move.
package plan
