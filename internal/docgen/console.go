package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
)

const (
	fence        = "```"
	consoleFence = fence + "console"
	prompt       = "$ "
)

// rerun runs every command that a document shows in a console block and puts
// what it prints in place of what stands below it. A block is run if its first
// command is one of the program's own; any other is left as it is.
func rerun(ctx context.Context, path string, text []byte) ([]byte, error) {
	var out bytes.Buffer
	var block []string // lines of the block being read, nil outside of one
	inside, start := false, 0
	for i, line := range splitLines(text) {
		switch {
		case !inside && line == consoleFence:
			inside, start, block = true, i+2, nil
		case inside && line == fence:
			inside = false
			shown, err := runBlock(ctx, block)
			if err != nil {
				return nil, fmt.Errorf("running the block at %s:%d: %w", path, start, err)
			}
			out.WriteString(shown)
		case inside:
			block = append(block, line)
			continue
		}
		out.WriteString(line + "\n")
	}
	if inside {
		return nil, fmt.Errorf("reading %s:%d: the block has no end; fix: close it with %s", path, start, fence)
	}
	return out.Bytes(), nil
}

func splitLines(text []byte) []string {
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// runBlock is a block with the output of its commands brought up to date.
func runBlock(ctx context.Context, block []string) (string, error) {
	var out strings.Builder
	if len(block) == 0 || !runnable(block[0]) {
		for _, line := range block {
			out.WriteString(line + "\n")
		}
		return out.String(), nil
	}
	for i := 0; i < len(block); i++ {
		if !strings.HasPrefix(block[i], prompt) {
			continue // output of before
		}
		typed := []string{block[i]}
		for strings.HasSuffix(block[i], `\`) && i+1 < len(block) {
			i++
			typed = append(typed, block[i])
		}
		out.WriteString(strings.Join(typed, "\n") + "\n")
		line := strings.TrimPrefix(strings.Join(typed, "\n"), prompt)
		printed, err := runLine(ctx, strings.ReplaceAll(line, "\\\n", " "))
		if err != nil {
			return "", err
		}
		out.WriteString(printed)
	}
	return out.String(), nil
}

// runnable tells whether the line of a block is a command of the program.
func runnable(line string) bool {
	line, typed := strings.CutPrefix(line, prompt)
	if !typed {
		return false
	}
	if before, after, piped := strings.Cut(line, " | "); piped && strings.HasPrefix(before, "cat ") {
		line = after
	}
	return strings.HasPrefix(line, "stowage ") || strings.HasPrefix(line, goRun+" ")
}
