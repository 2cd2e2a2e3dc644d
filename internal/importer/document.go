package importer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// parseYAML gives the top node of each document of a file that is not empty.
// The error names the file and the line.
func parseYAML(name string, data []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var tops []*yaml.Node
	for {
		var doc yaml.Node
		err := decoder.Decode(&doc)
		switch {
		case errors.Is(err, io.EOF):
			return tops, nil
		case err != nil:
			return nil, fmt.Errorf("reading %q: not valid YAML: %s", name, describe(err, data))
		case len(doc.Content) > 0:
			tops = append(tops, doc.Content[0])
		}
	}
}

// maxSearch is how many bytes are parsed, one trial after the other, to find the
// fault in a broken file: about a second's work.
const maxSearch = 8 << 20

// describe is the parser's message with the line of the fault in front. The
// parser itself names the beginning of the block around it, or no line at all.
func describe(err error, data []byte) string {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := faultLine(data)
	if line == 0 {
		return message
	}
	if _, rest, ok := strings.Cut(message, ": "); ok && strings.HasPrefix(message, "line ") {
		message = rest
	}
	return fmt.Sprintf("line %d: %s", line, message)
}

// faultLine is the line after the longest run of lines from the top that is
// valid YAML: there the fault lies, or the bracket or quote opens that is never
// closed. It is 0 if finding it takes too long.
func faultLine(data []byte) int {
	lines := bytes.SplitAfter(data, []byte("\n"))
	end, parsed := len(data), 0
	for i := len(lines) - 1; i > 0; i-- {
		end -= len(lines[i])
		if parsed += end; parsed > maxSearch {
			return 0
		}
		if validYAML(data[:end]) {
			return i + 1
		}
	}
	return 1
}

// validYAML says whether data holds YAML documents and nothing else.
func validYAML(data []byte) bool {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var doc yaml.Node
		if err := decoder.Decode(&doc); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}
