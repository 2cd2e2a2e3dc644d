// Package selector is the algebra of node selectors: which values a label may
// have for a pod to accept a node, whether two conditions can hold at once, and
// whether one implies another.
//
// A Set holds what one label may be, a Term what all labels of a node may be
// (the conditions of one nodeSelectorTerm, ANDed), a Selector the alternatives
// between terms (ORed). Questions are answered exactly, over every label value
// the API server would accept, not by comparing the text of conditions.
package selector
