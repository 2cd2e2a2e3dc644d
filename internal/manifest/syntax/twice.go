package syntax

import (
	"bytes"
	"fmt"
	"strings"
)

// pairwise is the size up to which comparing all keys with one another is
// cheaper than a table.
const pairwise = 24

// checkTwice refuses a map with the same key written twice. Keys that need more
// than their bytes to compare are left to whoever reads their values.
func (p *parser) checkTwice(ref Ref) error {
	t := p.tree
	count := int(t.At(ref).Count)
	if count > pairwise {
		return p.checkTable(ref, count)
	}
	var keys [pairwise][]byte
	seen := keys[:0]
	for k := t.First(ref); k != None; k = t.Next(t.Next(k)) {
		name, ok := p.keyBytes(k)
		if !ok {
			continue
		}
		for _, other := range seen {
			if bytes.Equal(other, name) {
				return p.twice(k, name)
			}
		}
		seen = append(seen, name)
	}
	return nil
}

func (p *parser) checkTable(ref Ref, count int) error {
	t := p.tree
	seen := make(map[string]struct{}, count)
	for k := t.First(ref); k != None; k = t.Next(t.Next(k)) {
		name, ok := p.keyBytes(k)
		if !ok {
			continue
		}
		if _, twice := seen[string(name)]; twice {
			return p.twice(k, name)
		}
		seen[string(name)] = struct{}{}
	}
	return nil
}

// keyBytes returns the bytes of a key, quotes included (for `y` and `"y"` are
// two keys), if they tell its value.
func (p *parser) keyBytes(key Ref) ([]byte, bool) {
	n := p.tree.At(key)
	if n.Kind != Scalar || n.Complex {
		return nil, false
	}
	return p.raw[n.Start:n.End], true
}

// Twice makes the error about a key that a map has already.
func Twice(line int, key string) *Error {
	return &Error{Line: line, Problem: fmt.Sprintf("key %q is there twice in one map", key), Fix: "remove or rename one"}
}

func (p *parser) twice(key Ref, name []byte) error {
	return Twice(int(p.tree.At(key).Line), strings.Trim(string(name), `"'`))
}
