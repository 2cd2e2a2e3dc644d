package manifest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// resolve reads a scalar as Kubernetes does, which is YAML 1.1 (`yes`, `on`
// and `0777` included) with what JSON can hold: nil, bool, int64, float64 or
// string. Numbers too large for int64 become float64.
func resolve(text, tag string, quoted bool) (any, error) {
	switch tag {
	case "":
		if quoted {
			return text, nil
		}
		return resolvePlain(text)
	case "!!binary", "!<tag:yaml.org,2002:binary>":
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, fmt.Errorf("%q is not base64", text)
		}
		return string(raw), nil
	case "!!bool", "!!int", "!!float", "!!null":
		return resolveTagged(text, tag)
	}
	return text, nil
}

// resolveTagged reads a scalar whose tag asks for one kind of value.
func resolveTagged(text, tag string) (any, error) {
	value, err := resolvePlain(text)
	if err != nil {
		return nil, err
	}
	ok := false
	switch v := value.(type) {
	case bool:
		ok = tag == "!!bool"
	case nil:
		ok = tag == "!!null"
	case int64:
		ok = tag == "!!int" || tag == "!!float"
	case float64:
		ok = tag == "!!float" || tag == "!!int" && v >= math.MaxInt64 && !strings.ContainsAny(text, ".eE")
	}
	if !ok {
		return nil, fmt.Errorf("%q is no %s", text, tag[2:])
	}
	return value, nil
}

// resolvePlain reads a scalar without quotes and tag.
func resolvePlain(text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch c := text[0]; {
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return resolveNumber(text)
	case strings.IndexByte("yYnNtTfFoO~", c) < 0:
		return text, nil
	}
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true, nil
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false, nil
	case "~", "null", "Null", "NULL":
		return nil, nil
	}
	return text, nil
}

func resolveNumber(text string) (any, error) {
	if isSpecial(text) {
		return nil, fmt.Errorf("%q cannot be written as JSON", text)
	}
	if text[0] == '.' {
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			return v, nil
		}
		return text, nil
	}
	plain := text
	if strings.IndexByte(text, '_') >= 0 {
		plain = strings.ReplaceAll(text, "_", "")
	}
	if v, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return v, nil
	}
	if v, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return float64(v), nil
	}
	if strings.Trim(plain, "+-.eE0123456789") == "" {
		if v, err := strconv.ParseFloat(plain, 64); err == nil {
			return v, nil
		}
	}
	return text, nil
}

// isSpecial says whether the text is one of YAML's infinities or NaN.
func isSpecial(text string) bool {
	switch text {
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
		return true
	}
	return false
}

// jsonNumber turns a float that JSON writes like an integer into one, as
// going through JSON would.
func jsonNumber(value any) any {
	if f, ok := value.(float64); ok && f == math.Trunc(f) && f >= math.MinInt64 && f < math.MaxInt64 {
		return int64(f)
	}
	return value
}

// resolveKey reads a map key: Kubernetes writes all of them as text.
func resolveKey(text, tag string, quoted bool) (string, error) {
	if tag == "" && !quoted && isSpecial(text) {
		return strings.ToLower(strings.TrimPrefix(text, "+")), nil
	}
	value, err := resolve(text, tag, quoted)
	if err != nil {
		return "", err
	}
	switch v := value.(type) {
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return floatKey(v), nil
	}
	return "", errors.New("a key is null")
}

func floatKey(v float64) string {
	switch s := strconv.FormatFloat(v, 'g', -1, 32); s {
	case "+Inf":
		return ".inf"
	case "-Inf":
		return "-.inf"
	default:
		return s
	}
}
