package manifest

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// scalarText writes nil, bool, int64, float64 or string. Texts go without
// quotes if asked for and if no reader can take them for something else.
func scalarText(value any, quoted, flow bool) (string, error) {
	switch v := value.(type) {
	case nil:
		return "null", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		b, err := json.Marshal(v)
		return string(b), err
	case string:
		if !utf8.ValidString(v) {
			return "", fmt.Errorf("the text %q is not UTF-8", v)
		}
		if quoted || !plainText(v, flow) {
			return quote(v), nil
		}
		return v, nil
	}
	return "", fmt.Errorf("a value of type %T cannot be written", value)
}

// quote writes a text in double quotes, in a form that YAML and JSON share.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case unprintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// unprintable says whether a character may not stand in YAML as it is.
func unprintable(r rune) bool {
	return r < ' ' || r >= 0x7F && r < 0xA0 || r == 0x2028 || r == 0x2029 || r == 0xFEFF || r == 0xFFFE || r == 0xFFFF
}

// plainText says whether a text may go without quotes: it reads as a text in
// every version of YAML. In doubt it says no.
func plainText(s string, flow bool) bool {
	if s == "" || len(s) > 512 || strings.ContainsAny(s[:1], " -?:,[]{}#&*!|>'\"%@`=~<.+") || s[len(s)-1] == ' ' || s[len(s)-1] == ':' {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || flow && strings.ContainsAny(s, ",[]{}?:") {
		return false
	}
	if s[0] >= '0' && s[0] <= '9' && strings.Trim(s, "0123456789abcdefABCDEFxXoO+-.:_TtZz ") == "" {
		return false
	}
	for _, r := range s {
		if unprintable(r) {
			return false
		}
	}
	value, err := resolvePlain(s)
	return err == nil && value == any(s)
}
