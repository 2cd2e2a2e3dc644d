package plan

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/resource"
	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// Verdict is the short answer about a workload.
type Verdict string

// The verdicts.
const (
	// VerdictOK: the pods land where a policy or their own word wants them.
	VerdictOK Verdict = "ok"
	// VerdictUnplaceable: no node takes the pods at present, or none ever could.
	VerdictUnplaceable Verdict = "unplaceable"
	// VerdictDenied: an Admin policy or an exclusive pool refuses the pods.
	VerdictDenied Verdict = "denied"
	// VerdictUncovered: no policy speaks of the workload, nor does it itself.
	VerdictUncovered Verdict = "uncovered"
	// VerdictDaemonSet: a DaemonSet, which no policy includes.
	VerdictDaemonSet Verdict = "daemonset"
	// VerdictNotUnderstood: an object that makes pods in a way unknown here.
	VerdictNotUnderstood Verdict = "not understood"
)

// Verdicts lists all verdicts in the order a summary prints them.
func Verdicts() []Verdict {
	return []Verdict{VerdictOK, VerdictUnplaceable, VerdictDenied, VerdictUncovered, VerdictDaemonSet, VerdictNotUnderstood}
}

// Row is what a plan says of one workload.
type Row struct {
	Workload *snapshot.Workload
	Decision placement.Decision
	// Writes lists the fields that are written, from the root of the object.
	Writes  []string
	Verdict Verdict
	// Fits is the number of nodes that take a pod of the workload now; -1 if the
	// snapshot holds no nodes, or if nothing can be said of the pods.
	Fits int
	// Reason is a sentence for whatever is not plainly ok; may be empty.
	Reason string
}

// Plan is the answer for a snapshot.
type Plan struct {
	Rows  []Row // by namespace, kind, name
	Pools []PoolSummary

	nodes []selector.Node
}

// Nodes are the nodes the plan was made for, as the verdicts see them.
func (p *Plan) Nodes() []selector.Node { return p.nodes }

// Build plans a snapshot. It returns an error only for policies that Check
// reports, which Load refuses.
func Build(s *snapshot.Snapshot) (*Plan, error) {
	p := &Plan{nodes: nodesOf(s.Nodes)}
	b := &builder{
		compiler: placement.NewCompiler(s.Pools, s.Cluster, s.Namespaced), nodes: selector.NewNodes(p.nodes),
		plain: p.nodes, snapshot: s, rules: map[string]*placement.Rules{}, customs: map[string]*resource.Rules{},
	}
	for i := range s.Workloads {
		w := &s.Workloads[i]
		if w.Covered {
			continue
		}
		if err := b.prepare(w); err != nil {
			return nil, err
		}
		p.Rows = append(p.Rows, Row{Workload: w})
	}
	b.fill(p.Rows)
	slices.SortStableFunc(p.Rows, func(x, y Row) int {
		a, b := x.Workload, y.Workload
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Group, b.Group))
	})
	p.Pools = b.pools(p.Rows)
	return p, nil
}

func nodesOf(nodes []corev1.Node) []selector.Node {
	out := make([]selector.Node, len(nodes))
	for i, n := range nodes {
		out[i] = selector.Node{Name: n.Name, Labels: n.Labels, Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable}
	}
	return out
}

// builder is a Build on its way.
type builder struct {
	snapshot *snapshot.Snapshot
	compiler *placement.Compiler
	rules    map[string]*placement.Rules // by namespace
	customs  map[string]*resource.Rules  // the same, for custom resources
	nodes    *selector.Nodes
	plain    []selector.Node
}

func (b *builder) prepare(w *snapshot.Workload) error {
	namespace := w.Namespace
	if w.Custom == nil && b.rules[namespace] != nil || w.Custom != nil && b.customs[namespace] != nil {
		return nil
	}
	if w.Custom != nil {
		rules, err := resource.NewRules(b.compiler, b.snapshot.Namespace(namespace))
		b.customs[namespace] = rules
		return err
	}
	rules, err := b.compiler.Rules(b.snapshot.Namespace(namespace))
	b.rules[namespace] = rules
	return err
}

// fill answers for the rows on all processors.
func (b *builder) fill(rows []Row) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(rows); i += workers {
				b.row(&rows[i])
			}
		})
	}
	wg.Wait()
}

func (b *builder) row(r *Row) {
	w := r.Workload
	r.Fits = -1
	if w.NotUnderstood != "" {
		r.Verdict, r.Reason = VerdictNotUnderstood, w.NotUnderstood
		return
	}
	if w.Custom != nil {
		b.custom(r)
		return
	}
	subject := w.Subject
	atAdmission := subject.Skip == placement.SkipOwned || subject.Skip == placement.SkipExistingJob
	if atAdmission { // the template stays, but each pod made from it is decided on
		subject.Skip = ""
	}
	r.Decision = b.rules[w.Namespace].Decide(subject)
	if !atAdmission {
		r.Writes = writes(w.SpecPath, r.Decision.Ops)
	}
	r.Verdict, r.Reason = verdict(w, r.Decision)
	if atAdmission && len(r.Decision.Ops) > 0 {
		r.Reason = "its template is not written to: " + keeper(w)
	}
	if len(b.plain) > 0 {
		b.fit(r)
	}
}

// keeper says what keeps a template from being written to.
func keeper(w *snapshot.Workload) string {
	if w.Subject.Skip == placement.SkipExistingJob {
		return "the template of a Job that exists cannot be changed"
	}
	return w.Owner + " keeps it"
}

func verdict(w *snapshot.Workload, d placement.Decision) (Verdict, string) {
	switch d.Outcome {
	case placement.OutcomeDenied:
		return VerdictDenied, d.Denial
	case placement.OutcomeSkipped:
		switch d.Skip {
		case placement.SkipDaemonSet, placement.SkipDaemonSetPod:
			return VerdictDaemonSet, keptOff(d)
		case placement.SkipRunning, placement.SkipMirrorPod:
			return VerdictOK, "it runs already and is never moved"
		case placement.SkipExemptNamespace:
			if w.Subject.DaemonSet {
				return VerdictDaemonSet, ""
			}
			return VerdictUncovered, fmt.Sprintf("namespace %s is touched only by policies that name it", w.Namespace)
		case placement.SkipOwned, placement.SkipExistingJob:
		}
		return VerdictOK, ""
	case placement.OutcomeUncovered:
		if w.Subject.DaemonSet {
			return VerdictDaemonSet, keptOff(d)
		}
		return VerdictUncovered, keptOff(d)
	case placement.OutcomePlaced:
	}
	for _, layer := range []v1alpha1.Layer{v1alpha1.LayerNamespace, v1alpha1.LayerBaseline} {
		if r := d.Layer(layer); r.Said == placement.SaidYielded {
			return VerdictOK, fmt.Sprintf("%s yields: %s", r.Policy, r.Detail)
		}
	}
	if r := d.Layer(v1alpha1.LayerAdmin); r.Said == placement.SaidOverrode {
		return VerdictOK, fmt.Sprintf("%s %s", r.Policy, r.Detail)
	}
	return VerdictOK, ""
}

// keptOff says which exclusive pools a pod is kept off, if it is.
func keptOff(d placement.Decision) string {
	r := d.Layer(v1alpha1.LayerExclusive)
	if len(r.Pools) == 0 || r.Said == placement.SaidNothing {
		return ""
	}
	return "kept off " + strings.Join(r.Pools, ", ")
}

// writes are the fields that the operations write, from the root of the object.
func writes(spec []string, ops []patch.Op) []string {
	var out []string
	for _, op := range ops {
		at := op.Path[:min(len(op.Path), 1)]
		if op.Path[0] == "affinity" {
			at = []string{"affinity", "nodeAffinity"}
		}
		out = append(out, strings.Join(slices.Concat(spec, at), "."))
	}
	return slices.Compact(out)
}
