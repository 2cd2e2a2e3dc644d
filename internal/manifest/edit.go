package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// checkedInFull is the size up to which an edited document with unusual syntax
// is read again by the full parser; larger ones by the fast one, which needs less
// memory.
const checkedInFull = 4 << 20

// unusual tells whether a document may hold syntax beyond plain blocks, flows
// and scalars: anchors, aliases, tags, complex keys or tabs. The fuzz tests hold
// both parsers equal on all of it; but where the fast one is most likely to be
// wrong, the check of an edit does not rest on it.
func unusual(raw []byte) bool {
	return bytes.ContainsAny(raw, "&*!\t") || bytes.Contains(raw, []byte("? "))
}

// Edit writes the operations into the bytes of one document and leaves every
// other byte as it is. New text follows the document's own style: line ends,
// indentation, lists indented or not, block or flow or JSON. Where a path leads
// through an alias or a merge key, or an edited place is known to aliases
// elsewhere, a copy of the value takes the alias's place first, so that only
// the place asked for changes its meaning. No operation gives raw itself, which
// is never written to.
//
// The result is read again and compared with patch.Apply on the document's
// value: on a difference, as on any error, no bytes are returned.
func Edit(raw []byte, ops []patch.Op) ([]byte, error) {
	return Document{Source: "document", Line: 1, Raw: raw}.Edit(ops)
}

// Edit is the function Edit for this document; its errors name the document.
func (d Document) Edit(ops []patch.Op) ([]byte, error) {
	if len(ops) == 0 {
		return d.Raw, nil
	}
	out, err := d.edit(ops)
	var e *Error
	switch {
	case errors.As(err, &e) || err == nil:
		return out, err
	case d.Index == 0:
		return nil, fmt.Errorf("editing %s: %w", d.Source, err)
	}
	return nil, fmt.Errorf("editing %q document %d (line %d): %w", d.Source, d.Index, d.Line, err)
}

func (d Document) edit(ops []patch.Op) ([]byte, error) {
	tree, err := d.parse()
	if err != nil {
		return nil, err
	}
	v := &valuer{tree: tree, left: MaxAliasValues}
	if root := tree.Root(); root != syntax.None && tree.At(root).Kind != syntax.Map {
		_, err := d.decode(tree)
		return nil, err
	}
	want := wants{values: map[syntax.Ref]any{}, keys: map[syntax.Ref]map[string]patch.Op{}}
	if err := want.collect(v, tree.Root(), ops); err != nil {
		return nil, d.unfit(tree, ops, err)
	}
	out, err := rewrite(tree, ops)
	if err != nil {
		return nil, err
	}
	if err := verify(v, want, out); err != nil {
		return nil, fmt.Errorf("checking the edited text: %w; fix: write the document in plain block style", err)
	}
	return out, nil
}

// unfit returns why operations do not fit the document. err is about a part of
// it; its whole value gives the message with the whole path.
func (d Document) unfit(tree *syntax.Tree, ops []patch.Op, err error) error {
	value, wholeErr := d.decode(tree)
	if wholeErr == nil {
		_, wholeErr = patch.Apply(value, ops)
	}
	if wholeErr != nil {
		return wholeErr
	}
	return d.located(err)
}

// rewrite writes the operations in rounds: those that do not touch one another
// go into one round, after which the text is read anew.
func rewrite(tree *syntax.Tree, ops []patch.Op) ([]byte, error) {
	out := tree.Raw
	// Each round does an operation or takes an alias away on the way to it.
	for rounds := 4*len(ops) + 64; len(ops) > 0; rounds-- {
		if rounds == 0 {
			return nil, errors.New("the changes do not come to an end")
		}
		if tree.Loose {
			return nil, errors.New("its syntax is too unusual to edit in place; fix: write it in plain block style")
		}
		splices, rest, err := newEditor(tree).round(ops)
		if err != nil {
			return nil, err
		}
		if out, err = applySplices(out, splices); err != nil {
			return nil, err
		}
		if ops = rest; len(ops) == 0 {
			break
		}
		if tree, err = syntax.Parse(out, MaxDepth); err != nil {
			return nil, fmt.Errorf("reading the text after a change: %w", err)
		}
	}
	return out, nil
}

// verify reads the edited text and compares it with what is wanted. Where the
// text is unusual the full parser does the reading, so that a mistake of the fast
// one shows.
func verify(before *valuer, want wants, out []byte) error {
	tree := before.tree
	parse := syntax.ParseFull
	if tree.JSON || len(out) > checkedInFull || !unusual(out) {
		parse = syntax.Parse
	}
	if tree.JSON && json.Valid(tree.Raw) && !json.Valid(out) {
		return errors.New("it is no longer JSON")
	}
	edited, err := parse(out, MaxDepth)
	if err != nil {
		return err
	}
	c := comparison{wants: want, before: before, after: &valuer{tree: edited, left: MaxAliasValues}}
	equal, err := c.hold(tree.Root(), edited.Root())
	if err != nil {
		return err
	}
	if !equal {
		return errors.New("its value is not the one asked for")
	}
	return nil
}
