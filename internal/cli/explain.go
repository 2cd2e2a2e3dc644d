package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/explain"
	"github.com/stowage-dev/stowage/internal/plan"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

type explainCommand struct {
	input
	streams IO
	output  string
}

func newExplain(streams IO) *cobra.Command {
	e := &explainCommand{streams: streams}
	cmd := &cobra.Command{
		Use:   "explain KIND/NAME -n NAMESPACE -f FILENAME",
		Short: "Say why a workload's pods are where they are",
		Long: `Say why a workload's pods are where they are: what each layer said, from the
lowest to the highest; where every constraint comes from; why each pool is in or
out; and, where no node takes the pods, the smallest set of constraints that
contradict.

Exit code 1 says that the pods are denied or that no node takes them.`,
		Example: `  stowage explain deployment/argocd-server -n argocd -f examples/otomi
  stowage explain pod/debug -n default -f pod.yaml -o json`,
		Args: oneArgument("one KIND/NAME, as in deployment/web"),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd.Context(), args[0]) },
	}
	e.bind(cmd, `namespace of the workload ("default" if not given), and of objects that name none`)
	cmd.Flags().StringVarP(&e.output, "output", "o", "", "json or yaml; text without it")
	return cmd
}

func (e *explainCommand) run(ctx context.Context, asked string) error {
	if err := checkFormat(e.output, "", "json", "yaml"); err != nil {
		return err
	}
	kind, name, ok := strings.Cut(asked, "/")
	if !ok || kind == "" || name == "" || strings.Contains(name, "/") {
		return fmt.Errorf("reading the name %q: it is no KIND/NAME; fix: write it as in deployment/web", asked)
	}
	s, err := e.loadSome(ctx, e.streams)
	if err != nil {
		return err
	}
	p, err := plan.Build(s)
	if err != nil {
		return err
	}
	row, err := e.find(s, p, kind, name)
	if err != nil {
		return err
	}
	w := row.Workload
	x := explain.Explain(s, w, row.Decision, plan.Pods(w, row.Decision.Spec))
	text, err := e.format(x, row)
	if err != nil {
		return err
	}
	if err := write(e.streams, text); err != nil {
		return err
	}
	return worst([]plan.Row{row})
}

func (e *explainCommand) find(s *snapshot.Snapshot, p *plan.Plan, kind, name string) (plan.Row, error) {
	namespace := e.namespace
	if namespace == "" {
		namespace = "default"
	}
	found := s.Find(kind, name, namespace)
	for _, w := range found {
		if w.Covered {
			return plan.Row{}, fmt.Errorf("%s in namespace %q belongs to %s; fix: explain that", w, namespace, w.Owner)
		}
		for _, r := range p.Rows {
			if r.Workload == w {
				return r, nil
			}
		}
	}
	var elsewhere []string
	for _, r := range p.Rows {
		if len(s.Find(kind, name, r.Workload.Namespace)) > 0 && r.Workload.Name == name {
			elsewhere = append(elsewhere, r.Workload.Namespace)
		}
	}
	if len(elsewhere) > 0 {
		return plan.Row{}, fmt.Errorf("no %s/%s in namespace %q; fix: it is in %s, say so with -n", kind, name, namespace, strings.Join(elsewhere, ", "))
	}
	return plan.Row{}, fmt.Errorf("no %s/%s in namespace %q among %s read; fix: see stowage plan %s", kind, name, namespace, count(len(p.Rows), "workload"), e.flags())
}

func (e *explainCommand) format(x explain.Explanation, row plan.Row) ([]byte, error) {
	if e.output != "" {
		return encode(explanationObject(x, row), e.output)
	}
	return []byte(short(explanationText(x, row))), nil
}
