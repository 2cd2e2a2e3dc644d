// Package resource understands custom resources: which of their fields place the
// same pods, what they say already, and what has to be written into them so that
// the operator makes pods where a decision wants them.
//
// Units finds the groups of fields, NewRules prepares the rules of a namespace,
// Rules.Decide answers for a resource. The package is pure: the object, what is
// known of its kind and the rules go in, decisions and operations come out, and
// the object is never changed.
package resource
