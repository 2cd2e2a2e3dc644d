// Package v1alpha1 holds the objects of the stowage.dev API group: pools of
// nodes, the policies that say which pods belong on them, and the compiled
// rules in force in a namespace.
//
// The package imports apimachinery and core/v1 only, so that anyone can use the
// types without taking in a client.
//
// +kubebuilder:object:generate=true
// +groupName=stowage.dev
package v1alpha1
