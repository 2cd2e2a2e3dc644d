package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/internal/cli"
)

// goRun is how a document calls the program where it is not installed.
const goRun = "go run ./cmd/stowage"

// runLine runs a command line of a document and returns what a terminal would
// show: both streams, and the exit code if it is not 0.
func runLine(ctx context.Context, line string) (string, error) {
	var stdin io.Reader = strings.NewReader("")
	words, err := splitWords(line)
	if err != nil {
		return "", err
	}
	if len(words) > 3 && words[0] == "cat" && words[2] == "|" {
		data, err := os.ReadFile(words[1])
		if err != nil {
			return "", err
		}
		stdin, words = bytes.NewReader(data), words[3:]
	}
	args, exit := words, "exit code %d\n"
	if rest, ok := cutWords(words, strings.Fields(goRun)); ok {
		args, exit = append([]string{"stowage"}, rest...), "exit status %d\n" // so does go run itself
	}
	if args[0] != "stowage" {
		return "", fmt.Errorf("%q is no command of the program; fix: begin with %q or %q", line, "stowage", goRun)
	}
	if slices.Contains(args, "|") {
		return "", fmt.Errorf("%q pipes its output on; fix: only \"cat FILE |\" may stand before a command", line)
	}
	var shown bytes.Buffer
	if code := cli.Run(ctx, args, cli.IO{In: stdin, Out: &shown, Err: &shown}); code != cli.ExitYes {
		fmt.Fprintf(&shown, exit, code)
	}
	return shown.String(), nil
}

func cutWords(words, prefix []string) (rest []string, ok bool) {
	if len(words) < len(prefix) || !slices.Equal(words[:len(prefix)], prefix) {
		return nil, false
	}
	return words[len(prefix):], true
}

// splitWords splits a command line as a shell would: at blanks, except between
// quotes. It refuses what only a shell could do.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	var quote rune
	open := false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, open = r, true
		case r == ' ':
			if open || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			open = false
		case strings.ContainsRune("<>&;$*?`\\()", r):
			return nil, fmt.Errorf("%q takes a shell because of %q; fix: write it without, or put it in quotes", line, r)
		default:
			word.WriteRune(r)
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%q leaves a quote open; fix: close it with %c", line, quote)
	}
	if open || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words, nil
}
