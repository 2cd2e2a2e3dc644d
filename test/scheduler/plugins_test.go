package scheduler

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeaffinity"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodename"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeunschedulable"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/tainttoleration"

	"github.com/stowage-dev/stowage/internal/selector"
)

type plugin interface {
	fwk.PreFilterPlugin
	fwk.FilterPlugin
}

// newPlugins makes the four plugins in the order of kube-scheduler's default
// configuration. The operators Lt and Gt of tolerations are in force: a pod that
// carries one can only exist where they are.
func newPlugins(tb testing.TB) []plugin {
	tb.Helper()
	type factory func(context.Context, runtime.Object, fwk.Handle, feature.Features) (fwk.Plugin, error)
	var plugins []plugin
	for _, f := range []struct {
		make factory
		args runtime.Object
	}{
		{nodename.New, nil}, {nodeunschedulable.New, nil}, {tainttoleration.New, nil}, {nodeaffinity.New, &config.NodeAffinityArgs{}},
	} {
		made, err := f.make(tb.Context(), f.args, nil, feature.Features{EnableTaintTolerationComparisonOperators: true})
		if err != nil {
			tb.Fatal(err)
		}
		p, ok := made.(plugin)
		if !ok {
			tb.Fatalf("plugin %s does not filter", made.Name())
		}
		plugins = append(plugins, p)
	}
	return plugins
}

// quiet keeps plugins from logging, for instance about tolerations that cannot
// be read.
func quiet(tb testing.TB) context.Context {
	tb.Helper()
	return klog.NewContext(tb.Context(), klog.Logger{})
}

// cycle is the scheduling of one pod: PreFilter has been asked of every plugin,
// Filter can be asked about every node.
type cycle struct {
	pod     *corev1.Pod
	state   fwk.CycleState
	plugins []plugin
	// only holds, beside each plugin, the nodes it narrows the pod down to; nil
	// for all. An impossible plugin leaves none.
	only       []*fwk.PreFilterResult
	impossible []bool
	skip       []bool
}

func newCycle(ctx context.Context, tb testing.TB, plugins []plugin, pod *corev1.Pod) *cycle {
	tb.Helper()
	c := &cycle{pod: pod, state: framework.NewCycleState(), plugins: plugins}
	for _, p := range plugins {
		only, status := p.PreFilter(ctx, c.state, pod, nil)
		if !status.IsSuccess() && !status.IsSkip() && !status.IsRejected() {
			tb.Fatalf("PreFilter of %s: %v", p.Name(), status)
		}
		c.only = append(c.only, only)
		c.impossible = append(c.impossible, status.IsRejected())
		c.skip = append(c.skip, status.IsSkip())
	}
	return c
}

// verdict is the name of the first plugin that keeps the pod off the node, empty
// if none does. Like the framework it looks at no node that a PreFilter left
// out, and asks no Filter whose PreFilter said to skip it.
func (c *cycle) verdict(ctx context.Context, node fwk.NodeInfo) string {
	name := node.Node().Name
	for i, p := range c.plugins {
		if c.impossible[i] || !c.only[i].AllNodes() && !c.only[i].NodeNames.Has(name) {
			return p.Name()
		}
	}
	for i, p := range c.plugins {
		if !c.skip[i] && !p.Filter(ctx, c.state, c.pod, node).IsSuccess() {
			return p.Name()
		}
	}
	return ""
}

func podOf(p *corev1.Pod) *selector.Pod {
	var required *corev1.NodeSelector
	if p.Spec.Affinity != nil && p.Spec.Affinity.NodeAffinity != nil {
		required = p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	return selector.NewPod(p.Spec.NodeName, p.Spec.NodeSelector, required, p.Spec.Tolerations)
}

func nodesOf(nodes []*corev1.Node) []selector.Node {
	out := make([]selector.Node, len(nodes))
	for i, n := range nodes {
		out[i] = selector.Node{Name: n.Name, Labels: n.Labels, Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable}
	}
	return out
}

func infosOf(nodes []*corev1.Node) []fwk.NodeInfo {
	out := make([]fwk.NodeInfo, len(nodes))
	for i, n := range nodes {
		info := framework.NewNodeInfo()
		info.SetNode(n)
		out[i] = info
	}
	return out
}
