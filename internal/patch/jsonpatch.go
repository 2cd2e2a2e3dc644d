package patch

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSONPatch returns the operations as an RFC 6902 document on one line, `[]`
// for none. An Append becomes an add at "/-". Values that JSON cannot hold
// (NaN, infinities) and invalid operations are errors.
func JSONPatch(ops []Op) ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, op := range ops {
		if err := op.Check(); err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeOp(&b, op); err != nil {
			return nil, fmt.Errorf("writing change %q as JSON: %w", op.String(), err)
		}
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

func writeOp(b *bytes.Buffer, op Op) error {
	kind, path := op.Kind.String(), Pointer(op.Path)
	if op.Kind == Append {
		kind, path = Add.String(), path+"/-"
	}
	b.WriteString(`{"op":"` + kind + `","path":`)
	if err := writeJSON(b, path); err != nil {
		return err
	}
	if op.Kind != Remove {
		b.WriteString(`,"value":`)
		if err := writeJSON(b, op.Value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// writeJSON writes a value without escaping <, > and &, and without the line
// break that an Encoder leaves.
func writeJSON(b *bytes.Buffer, value any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1)
	return nil
}
