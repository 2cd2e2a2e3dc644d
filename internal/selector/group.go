package selector

import (
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// Nodes answers for many pods on how many of the nodes of a cluster each may
// land. It groups the nodes by their taints and, label by label as pods ask for
// them, by the label's value; a pod then costs some operations on sets of nodes
// instead of a look at every node. Nodes is safe for use by several goroutines.
type Nodes struct {
	nodes    []Node
	cordoned bitset
	taints   []taintGroup
	names    *column
	scratch  sync.Pool // of *scratch

	mu      sync.Mutex
	columns map[string]*column // by label, those asked for so far
}

type taintGroup struct {
	taint corev1.Taint
	nodes members
}

// scratch holds the sets of nodes that one count works with.
type scratch struct{ left, some, term, any bitset }

// Refused counts the nodes a pod may not land on by the first filter of
// kube-scheduler that says no.
type Refused struct {
	NodeName, NodeUnschedulable, TaintToleration, NodeAffinity int
}

// NewNodes takes in the nodes; neither the slice nor the maps in it may be
// changed afterwards.
func NewNodes(nodes []Node) *Nodes {
	n := &Nodes{nodes: nodes, cordoned: newBitset(len(nodes)), columns: map[string]*column{}}
	n.names = newColumn(nodes, func(node Node) (string, bool) { return node.Name, true })
	lists := map[corev1.Taint][]int32{}
	var order []corev1.Taint
	for i, node := range nodes {
		if node.Unschedulable {
			n.cordoned.add(i)
		}
		for _, t := range node.Taints {
			if !keepsOff(t) {
				continue
			}
			t.TimeAdded = nil // no filter looks at it
			if lists[t] == nil {
				order = append(order, t)
			}
			lists[t] = append(lists[t], int32(i)) //nolint:gosec // no cluster has 2^31 nodes
		}
	}
	for _, t := range order {
		n.taints = append(n.taints, taintGroup{t, newMembers(lists[t], len(nodes))})
	}
	n.scratch.New = func() any {
		return &scratch{newBitset(len(nodes)), newBitset(len(nodes)), newBitset(len(nodes)), newBitset(len(nodes))}
	}
	return n
}

// Len is the number of nodes.
func (n *Nodes) Len() int { return len(n.nodes) }

// Count says on how many nodes the pod may land, and what keeps it off the
// others. It agrees with Pod.On for every node.
func (n *Nodes) Count(pod *Pod) (fits int, refused Refused) {
	s := n.scratch.Get().(*scratch) //nolint:forcetypeassert // nothing else is put into the pool
	defer n.scratch.Put(s)
	s.left.fill(len(n.nodes))
	left := len(n.nodes)
	// drop takes the nodes of a filter's refusal out and counts them.
	drop := func(count *int) {
		now := s.left.len()
		*count += left - now
		left = now
	}
	if pod.nodeName != "" {
		n.keepNamed(s, pod.nodeName)
		drop(&refused.NodeName)
	}
	if pod.bound {
		n.keepNamed(s, pod.names...)
		drop(&refused.NodeAffinity)
	}
	if !pod.unschedulable {
		s.left.subtract(n.cordoned)
		drop(&refused.NodeUnschedulable)
	}
	for _, t := range n.taints {
		if !Tolerates(pod.tolerations, t.taint) {
			t.nodes.removeFrom(s.left)
		}
	}
	drop(&refused.TaintToleration)
	n.keepMatching(s, pod.selector)
	drop(&refused.NodeAffinity)
	return left, refused
}

// keepNamed keeps the nodes left that have one of the names.
func (n *Nodes) keepNamed(s *scratch, names ...string) {
	s.some.clear()
	for _, name := range names {
		n.names.add(s.some, name)
	}
	s.left.intersect(s.some)
}

// keepMatching keeps the nodes left that satisfy the selector.
func (n *Nodes) keepMatching(s *scratch, sel Selector) {
	s.any.clear()
	for _, t := range sel {
		copy(s.term, s.left)
		for _, c := range t.conditions {
			s.some.clear()
			n.column(c.key).addAllowed(s.some, c.set)
			s.term.intersect(s.some)
		}
		if t.names != nil {
			s.some.clear()
			n.names.addAllowed(s.some, *t.names)
			n.names.add(s.some, "") // a node without a name is not asked for it
			s.term.intersect(s.some)
		}
		s.any.union(s.term)
	}
	copy(s.left, s.any)
}

// column is the column of a label, built when it is first asked for.
func (n *Nodes) column(key string) *column {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.columns[key]
	if c == nil {
		c = newColumn(n.nodes, func(node Node) (string, bool) {
			value, present := node.Labels[key]
			return value, present
		})
		n.columns[key] = c
	}
	return c
}
