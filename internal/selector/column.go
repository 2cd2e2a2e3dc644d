package selector

import (
	"cmp"
	"slices"
	"strconv"
)

// column is one label of all nodes: which nodes carry which value.
type column struct {
	values  map[string]members
	numbers []numbered // the values that read as integers, in order
	absent  members    // nodes without the label
	total   int        // number of nodes
}

type numbered struct {
	number int64
	value  string
	nodes  members
}

func newColumn(nodes []Node, of func(Node) (value string, present bool)) *column {
	lists := map[string][]int32{}
	var absent []int32
	for i, node := range nodes {
		at := int32(i) //nolint:gosec // no cluster has 2^31 nodes
		if value, present := of(node); present {
			lists[value] = append(lists[value], at)
		} else {
			absent = append(absent, at)
		}
	}
	c := &column{values: make(map[string]members, len(lists)), absent: newMembers(absent, len(nodes)), total: len(nodes)}
	for value, list := range lists {
		in := newMembers(list, len(nodes))
		c.values[value] = in
		if number, err := strconv.ParseInt(value, 10, 64); err == nil {
			c.numbers = append(c.numbers, numbered{number, value, in})
		}
	}
	slices.SortFunc(c.numbers, func(a, b numbered) int { return cmp.Compare(a.number, b.number) })
	return c
}

// add puts the nodes that carry the value into b.
func (c *column) add(b bitset, value string) { c.values[value].addTo(b) }

// addAllowed puts the nodes whose label is in the set into b, which is empty.
func (c *column) addAllowed(b bitset, s Set) {
	switch {
	case s.finite:
		for _, v := range s.values {
			c.add(b, v)
		}
	case s.numeric:
		from, _ := slices.BinarySearchFunc(c.numbers, s.lowest, func(n numbered, lowest int64) int { return cmp.Compare(n.number, lowest) })
		for _, n := range c.numbers[from:] {
			if n.number > s.highest {
				break
			}
			if _, excluded := slices.BinarySearch(s.values, n.value); !excluded {
				n.nodes.addTo(b)
			}
		}
	default:
		b.fill(c.total)
		for _, v := range s.values {
			c.values[v].removeFrom(b)
		}
		c.absent.removeFrom(b)
	}
	if s.absent {
		c.absent.addTo(b)
	}
}
