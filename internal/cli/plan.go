package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/plan"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

type planCommand struct {
	input
	streams IO
	output  string
	only    []string
	against string
}

func newPlan(streams IO) *cobra.Command {
	p := &planCommand{streams: streams}
	cmd := &cobra.Command{
		Use:   "plan -f FILENAME",
		Short: "Show where every workload lands, and why",
		Long: `Show where every workload lands: one row each with its pool, what decided it,
which fields are written, how many of the nodes take it now, and a verdict.

Verdicts: ok; unplaceable (no node takes it); denied (an Admin policy or an
exclusive pool refuses it); uncovered (no policy speaks of it, nor does it
itself); daemonset (meant for every node: no policy includes it); not understood
(a custom resource of a kind that neither a definition nor a profile tells of).

Exit code 1 says that something is unplaceable or denied, whether --only shows it
or not, or, with --against, that something moves.`,
		Example: `  # Where does everything of a rendered platform land?
  stowage plan -f policies/ -f nodes.yaml -f rendered/
  helm template my-chart | stowage plan --policies policies/ -f - -n monitoring

  # Only what needs a look
  stowage plan -f examples/otomi --only unplaceable,denied,uncovered

  # What would a change of policies move?
  stowage plan -f examples/otomi --against policies-in-force/`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.run(cmd.Context()) },
	}
	p.bind(cmd, "namespace to show, and that of objects which name none; all namespaces are shown without it")
	cmd.Flags().StringVarP(&p.output, "output", "o", "", "wide, json, yaml or name; a table without it")
	cmd.Flags().StringSliceVar(&p.only, "only", nil, "show only workloads with these verdicts, separated by commas (not-understood for not understood)")
	cmd.Flags().StringVar(&p.against, "against", "", "file or folder with the policies to compare with, and their pools if they differ: show what moves from them to those of -f")
	return cmd
}

func (p *planCommand) run(ctx context.Context) error {
	if err := checkFormat(p.output, "", "wide", "json", "yaml", "name"); err != nil {
		return err
	}
	only, err := verdictsOf(p.only)
	if err != nil {
		return err
	}
	s, err := p.loadSome(ctx, p.streams)
	if err != nil {
		return err
	}
	result, err := plan.Build(s)
	if err != nil {
		return err
	}
	if p.against != "" {
		return p.compare(ctx, s, result, only)
	}
	asked := p.asked(result.Rows)
	answer, shown := worst(asked), ofVerdicts(asked, only)
	text, err := p.format(result, shown)
	if err != nil {
		return err
	}
	if err := write(p.streams, text); err != nil {
		return err
	}
	p.hints(asked, shown)
	return answer
}

// worst is errNo if something cannot be placed.
func worst(rows []plan.Row) error {
	if slices.ContainsFunc(rows, bad) {
		return errNo
	}
	return nil
}

func bad(r plan.Row) bool {
	return r.Verdict == plan.VerdictUnplaceable || r.Verdict == plan.VerdictDenied
}

func verdictsOf(only []string) ([]plan.Verdict, error) {
	var out []plan.Verdict
	for _, name := range only {
		v := plan.Verdict(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", " "))
		if !slices.Contains(plan.Verdicts(), v) {
			known := make([]string, 0, len(plan.Verdicts()))
			for _, k := range plan.Verdicts() {
				known = append(known, strings.ReplaceAll(string(k), " ", "-"))
			}
			return nil, fmt.Errorf("unknown verdict %q in --only; fix: use %s", name, strings.Join(known, ", "))
		}
		out = append(out, v)
	}
	return out, nil
}

// asked are the rows that the command is asked about: those of -n, or all.
func (p *planCommand) asked(rows []plan.Row) []plan.Row {
	var out []plan.Row
	for _, r := range rows {
		if p.namespace == "" || r.Workload.Namespace == p.namespace {
			out = append(out, r)
		}
	}
	return out
}

func ofVerdicts(rows []plan.Row, only []plan.Verdict) []plan.Row {
	var out []plan.Row
	for _, r := range rows {
		if len(only) == 0 || slices.Contains(only, r.Verdict) {
			out = append(out, r)
		}
	}
	return out
}

func (p *planCommand) format(result *plan.Plan, rows []plan.Row) ([]byte, error) {
	switch p.output {
	case "json", "yaml":
		return encode(planObject(result, rows), p.output)
	case "name":
		return []byte(planNames(rows)), nil
	}
	return []byte(short(planTable(result, rows, p.output == "wide"))), nil
}

// hints names the command that explains the first workload that needs it, or
// shows those that --only leaves out.
func (p *planCommand) hints(asked, shown []plan.Row) {
	for _, r := range shown {
		if bad(r) {
			hint(p.streams, "stowage explain %s -n %s %s", quoted(strings.ToLower(r.Workload.Kind)+"/"+r.Workload.Name), r.Workload.Namespace, p.flags())
			return
		}
	}
	if slices.ContainsFunc(asked, bad) {
		flags := p.flags()
		if p.namespace != "" {
			flags = "-n " + p.namespace + " " + flags
		}
		hint(p.streams, "some of what is not shown cannot be placed: stowage plan --only unplaceable,denied %s", flags)
	}
}

// compare shows what moves between the policies of --against and those of -f.
func (p *planCommand) compare(ctx context.Context, s *snapshot.Snapshot, after *plan.Plan, only []plan.Verdict) error {
	if p.against == "-" && slices.Contains(slices.Concat(p.files, p.policies), "-") {
		return errors.New(`reading standard input: "-" is given to -f and to --against; fix: give it once`)
	}
	old, err := snapshot.Load(ctx, []string{p.against}, snapshot.Options{
		Stdin: p.streams.In, Recursive: p.recursive, Namespace: p.namespace, PoolsOf: s,
	})
	if err != nil {
		return err
	}
	warn(p.streams, old.Warnings)
	if len(old.Workloads) > 0 {
		warn(p.streams, []string{fmt.Sprintf("%s holds %s: only its pools and policies are compared", p.against, count(len(old.Workloads), "workload"))})
	}
	before, err := plan.Build(s.WithPolicies(old))
	if err != nil {
		return err
	}
	changes := slices.DeleteFunc(plan.Compare(before, after), func(c plan.Change) bool {
		return p.namespace != "" && c.After.Workload.Namespace != p.namespace
	})
	shown := slices.DeleteFunc(slices.Clone(changes), func(c plan.Change) bool {
		return len(only) > 0 && !slices.Contains(only, c.After.Verdict)
	})
	text, err := p.formatChanges(shown, len(p.asked(after.Rows)))
	if err != nil {
		return err
	}
	if err := write(p.streams, text); err != nil {
		return err
	}
	if slices.ContainsFunc(changes, func(c plan.Change) bool { return c.Moves }) {
		return errNo
	}
	return worst(p.asked(after.Rows))
}
