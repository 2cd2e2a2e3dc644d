package syntax

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// Text returns the value of a scalar as text, before it is read as a number
// or the like; "" for other nodes. The first call copies Raw once; texts share
// that copy.
func (t *Tree) Text(r Ref) string {
	n := t.At(r)
	if n.Kind != Scalar {
		return ""
	}
	switch n.Style {
	case Literal, Folded:
		return string(blockText(t.Raw, n))
	case Single, Double:
		if !n.Complex {
			return t.shared()[n.Start+1 : n.End-1]
		}
		inner := t.Raw[n.Start+1 : n.End-1]
		if n.Style == Double {
			return string(unescape(inner))
		}
		return string(fold(bytes.ReplaceAll(inner, []byte("''"), []byte("'"))))
	case Plain:
		if n.Complex {
			return string(fold(t.Raw[n.Start:n.End]))
		}
	case Given, Block, Flow:
	}
	return t.shared()[n.Start:n.End]
}

func (t *Tree) shared() string {
	if t.text == "" {
		t.text = string(t.Raw)
	}
	return t.text
}

// fold joins the lines of a plain or quoted scalar: one line break becomes a
// blank, of several all but one stay. Blanks around line breaks vanish.
func fold(text []byte) []byte {
	out := make([]byte, 0, len(text))
	breaks := 0
	for first := true; ; first = false {
		line, rest, more := bytes.Cut(text, []byte{'\n'})
		if more {
			line = bytes.TrimRight(line, " \t\r")
		}
		if !first {
			line = bytes.TrimLeft(line, " \t")
		}
		if first || len(line) > 0 || !more {
			out = append(appendBreaks(out, breaks), line...)
			breaks = 0
		}
		if !more {
			return out
		}
		breaks++
		text = rest
	}
}

// appendBreaks writes what so many line breaks between two words stand for.
func appendBreaks(out []byte, breaks int) []byte {
	switch breaks {
	case 0:
		return out
	case 1:
		return append(out, ' ')
	}
	return append(out, bytes.Repeat([]byte{'\n'}, breaks-1)...)
}

// unescape returns the value of what stands between double quotes.
func unescape(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		switch c := in[i]; {
		case isBlank(c):
			end, breaks := blankRun(in, i)
			if breaks == 0 {
				out = append(out, in[i:end]...)
			} else {
				out = appendBreaks(out, breaks)
			}
			i = end
		case c != '\\':
			out = append(out, c)
			i++
		case in[i+1] == '\n' || in[i+1] == '\r':
			end, breaks := blankRun(in, i+1)
			out = append(out, bytes.Repeat([]byte{'\n'}, breaks-1)...)
			i = end
		default:
			var length int
			out, length = appendEscape(out, in[i:])
			i += length
		}
	}
	return out
}

// blankRun returns the end of the run of blanks at i and its line breaks.
func blankRun(in []byte, i int) (end, breaks int) {
	for end = i; end < len(in) && isBlank(in[end]); end++ {
		if in[end] == '\n' {
			breaks++
		}
	}
	return end, breaks
}

// appendEscape writes what the escape at the start of in stands for. The
// parser has checked it.
func appendEscape(out, in []byte) ([]byte, int) {
	c := in[1]
	if c != 'x' && c != 'u' && c != 'U' {
		s, _ := escaped(c)
		return append(out, s...), 2
	}
	digits := hexDigits(c)
	value, _ := hex(in[2:], digits)
	length := 2 + digits
	if utf16.IsSurrogate(value) {
		rest := in[length:]
		low, ok := rune(0), false
		if len(rest) >= 6 && rest[0] == '\\' && rest[1] == 'u' {
			low, ok = hex(rest[2:], 4)
		}
		if r := utf16.DecodeRune(value, low); ok && r != utf8.RuneError {
			return utf8.AppendRune(out, r), length + 6
		}
		value = utf8.RuneError
	}
	return utf8.AppendRune(out, value), length
}
