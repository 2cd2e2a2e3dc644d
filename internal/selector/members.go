package selector

import "math/bits"

// bitset is a set of nodes by their index, one bit each.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) remove(i int) { b[i/64] &^= 1 << (i % 64) }

func (b bitset) clear() {
	for i := range b {
		b[i] = 0
	}
}

// fill puts the indexes 0 to n-1 into the set.
func (b bitset) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 {
		b[len(b)-1] = 1<<(n%64) - 1
	}
}

func (b bitset) len() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// intersect keeps what the other set holds too.
func (b bitset) intersect(o bitset) {
	for i := range b {
		b[i] &= o[i]
	}
}

// subtract takes out what the other set holds.
func (b bitset) subtract(o bitset) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// union puts in what the other set holds.
func (b bitset) union(o bitset) {
	for i := range b {
		b[i] |= o[i]
	}
}

// members are the nodes that have something in common. They are kept in the
// smaller of two forms: a list of indexes where they are few, a bitset where
// they are many.
type members struct {
	list []int32
	all  bitset
}

// newMembers takes in the indexes of some of n nodes.
func newMembers(list []int32, n int) members {
	if len(list)*2 <= (n+63)/64 { // two indexes take as much room as a word
		return members{list: list}
	}
	m := members{all: newBitset(n)}
	for _, i := range list {
		m.all.add(int(i))
	}
	return m
}

func (m members) addTo(b bitset) {
	if m.all != nil {
		b.union(m.all)
	}
	for _, i := range m.list {
		b.add(int(i))
	}
}

func (m members) removeFrom(b bitset) {
	if m.all != nil {
		b.subtract(m.all)
	}
	for _, i := range m.list {
		b.remove(int(i))
	}
}
