package manifest

import (
	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// comparison compares an edited document with the one before.
type comparison struct {
	wants
	before, after *valuer
}

// hold says whether the node b of the edited document is what the node a of
// the one before was to become.
func (c comparison) hold(a, b syntax.Ref) (bool, error) {
	if want, ok := c.values[a]; ok {
		return c.after.equals(b, want)
	}
	if b == syntax.None {
		return false, nil
	}
	if ops, ok := c.keys[a]; ok {
		return c.holdKeys(a, b, ops)
	}
	x, y := c.before.tree.At(a), c.after.tree.At(b)
	if x.Kind != y.Kind || x.Count != y.Count {
		return false, nil
	}
	if x.Kind == syntax.Scalar || x.Kind == syntax.Alias {
		return c.holdScalar(a, b)
	}
	d := c.after.tree.First(b)
	for n := c.before.tree.First(a); n != syntax.None; n = c.before.tree.Next(n) {
		if equal, err := c.hold(n, d); !equal {
			return false, err
		}
		d = c.after.tree.Next(d)
	}
	return true, nil
}

// holdKeys is hold for a map of which keys were set or removed.
func (c comparison) holdKeys(a, b syntax.Ref, ops map[string]patch.Op) (bool, error) {
	old, _ := c.before.names(a)
	now, ok := c.after.names(b)
	if !ok || c.after.tree.At(b).Kind != syntax.Map {
		return false, nil
	}
	count := len(old)
	for name, op := range ops {
		_, had := old[name]
		node, has := now[name]
		switch {
		case had && op.Kind == patch.Remove:
			count--
		case !had:
			count++
		}
		if has == (op.Kind == patch.Remove) {
			return false, nil
		}
		if has {
			if equal, err := c.after.equals(node, op.Value); !equal {
				return false, err
			}
		}
	}
	if len(now) != count {
		return false, nil
	}
	for name, node := range old {
		if _, changed := ops[name]; changed {
			continue
		}
		if equal, err := c.hold(node, orNone(now, name)); !equal {
			return false, err
		}
	}
	return true, nil
}

func orNone(names map[string]syntax.Ref, name string) syntax.Ref {
	if r, ok := names[name]; ok {
		return r
	}
	return syntax.None
}

func (c comparison) holdScalar(a, b syntax.Ref) (bool, error) {
	v, w := c.before, c.after
	x, _ := v.tree.Props(a)
	y, _ := w.tree.Props(b)
	plain := v.tree.At(a).Style == syntax.Plain
	if plain == (w.tree.At(b).Style == syntax.Plain) && x.Tag == y.Tag && v.tree.Text(a) == w.tree.Text(b) {
		return true, nil
	}
	want, err := v.value(a)
	if err != nil {
		return false, err
	}
	got, err := w.value(b)
	return err == nil && same(want, got), err
}
