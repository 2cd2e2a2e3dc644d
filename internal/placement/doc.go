// Package placement decides where a pod may land. It is the engine of Stowage:
// every door (render, native admission, webhook, plan) gives it the rules in
// force in a namespace and a pod's own words, and gets back what to write, or
// why nothing may be written, with the source of every constraint.
//
// Compile turns pools and policies into the rules of one namespace, NewRules
// prepares them, Rules.Decide answers for one pod. Nothing here reads nodes, the
// clock or the network: the same rules and the same pod give the same answer.
package placement
