package main

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/stowage-dev/stowage/internal/cli"
)

const (
	commandFolder = "docs/cli"
	generatedNote = "<!-- Written by go run ./internal/docgen from the command itself; do not edit. -->\n\n"
	seeAlso       = "### SEE ALSO"
)

// commandPages are the pages about the commands, one each.
func commandPages() ([]page, error) {
	root := cli.New(cli.IO{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard})
	root.InitDefaultHelpFlag()
	return pagesBelow(root)
}

func pagesBelow(cmd *cobra.Command) ([]page, error) {
	var buf bytes.Buffer
	if err := doc.GenMarkdownCustom(cmd, &buf, pageName); err != nil {
		return nil, fmt.Errorf("describing %q: %w", cmd.CommandPath(), err)
	}
	exit, err := exitCodes(cmd)
	if err != nil {
		return nil, err
	}
	text, links, linked := strings.Cut(buf.String(), seeAlso)
	text = strings.TrimRight(text, "\n") + "\n\n" + exit
	if linked {
		text += "\n### See also\n" + strings.ReplaceAll(links, "\t", "")
	}
	name := pageName(strings.ReplaceAll(cmd.CommandPath(), " ", "_") + ".md")
	all := []page{{path.Join(commandFolder, name), []byte(generatedNote + strings.TrimRight(text, "\n") + "\n")}}
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() || sub.IsAdditionalHelpTopicCommand() {
			continue
		}
		below, err := pagesBelow(sub)
		if err != nil {
			return nil, err
		}
		all = append(all, below...)
	}
	return all, nil
}

// pageName is the name of a command's page, from the one cobra would give it:
// stowage_import_otomi.md is import-otomi.md here.
func pageName(name string) string {
	return strings.ReplaceAll(strings.TrimPrefix(name, "stowage_"), "_", "-")
}

// exitCodes is the section on exit codes, and on formats for programs where the
// command has them.
func exitCodes(cmd *cobra.Command) (string, error) {
	yes, no, err := meaning(cmd.CommandPath())
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString("### Exit codes\n\n| code | meaning |\n|---|---|\n")
	for _, row := range []struct {
		code int
		text string
	}{
		{cli.ExitYes, yes},
		{cli.ExitNo, no},
		{cli.ExitUsage, "the command or its input is wrong; each `error:` line names the file, the field and the fix"},
		{cli.ExitUnknown, "the answer could not be found out: the result could not be written, or the command was interrupted"},
	} {
		if row.text != "" {
			fmt.Fprintf(&out, "| %d | %s |\n", row.code, row.text)
		}
	}
	if cmd.Flags().Lookup("output") != nil {
		out.WriteString("\nWhat `-o json` and `-o yaml` print is told field by field in [Output for programs](../json.md).\n")
	}
	return out.String(), nil
}

// meaning says when a command exits with 0 and when with 1; no is empty if it
// never does.
func meaning(command string) (yes, no string, err error) {
	switch command {
	case "stowage":
		return "yes: nothing was found", "the answer is no: a finding, or a difference", nil
	case "stowage plan":
		return "nothing is unplaceable or denied; with `--against`, nothing moves either",
			"something is unplaceable or denied, also where `--only` or `-n` leaves it out of the table; with `--against`, something moves", nil
	case "stowage render":
		return "the manifests were printed; with `--diff`, there is no difference",
			"a workload is denied and nothing was printed; with `--diff`, there is a difference", nil
	case "stowage explain":
		return "the pods are neither denied nor without a node", "the pods are denied, or no node takes them", nil
	case "stowage discover":
		return "places were found", "none of the definitions has a place", nil
	case "stowage compile", "stowage import", "stowage import otomi", "stowage version":
		return "the result was printed", "", nil
	}
	return "", "", fmt.Errorf("describing %q: nothing says what its exit codes mean; fix: add it to meaning", command)
}
