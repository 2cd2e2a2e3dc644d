package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// outputAPIVersion is that of the objects commands print with -o json and yaml.
const outputAPIVersion = "cli.stowage.dev/v1alpha1"

// checkFormat refuses an output format that a command does not have.
func checkFormat(format string, known ...string) error {
	if slices.Contains(known, format) {
		return nil
	}
	return fmt.Errorf("unknown output format %q; fix: use one of -o %s", format, strings.Join(known[1:], ", "))
}

// encode prints a value as JSON or YAML.
func encode(value any, format string) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return nil, fmt.Errorf("encoding the result: %w", err)
	}
	if format == "yaml" {
		return yaml.JSONToYAML(buf.Bytes())
	}
	return buf.Bytes(), nil
}
