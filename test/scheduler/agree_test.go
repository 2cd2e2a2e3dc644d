package scheduler

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/selector/selectortest"
)

// seedVariable, set to a number that a failed test printed, repeats its run.
const seedVariable = "STOWAGE_TEST_SEED"

// dice is a source of random numbers whose seed a failing test prints.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("reading %s: %v", seedVariable, err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with %s=%d", seedVariable, seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// TestVerdictsAgree compares, pair by pair, which plugin says no first, and pod
// by pod how many nodes are left and lost.
func TestVerdictsAgree(t *testing.T) {
	const rounds, podsPerRound, nodesPerRound = 40, 100, 50
	d, plugins, ctx := dice(t), newPlugins(t), quiet(t)
	seen := map[selector.Reason]int{}
	for range rounds {
		var nodes []*corev1.Node
		for range nodesPerRound {
			nodes = append(nodes, selectortest.Node(d))
		}
		infos, ours := infosOf(nodes), nodesOf(nodes)
		index := selector.NewNodes(ours)
		for range podsPerRound {
			pod := selectortest.Pod(d)
			prepared, c := podOf(pod), newCycle(ctx, t, plugins, pod)
			var counts selector.Refused
			fits := 0
			for i, info := range infos {
				want := selector.Reason(c.verdict(ctx, info))
				seen[want]++
				count(want, &fits, &counts)
				if got := prepared.On(ours[i]); got.Reason != want {
					t.Fatalf("On = %q, kube-scheduler says %q\npod %+v\nnode %+v", got.Reason, want, pod.Spec, nodes[i])
				}
			}
			if gotFits, got := index.Count(prepared); gotFits != fits || got != counts {
				t.Fatalf("Count = %d, %+v, kube-scheduler says %d, %+v\npod %+v", gotFits, got, fits, counts, pod.Spec)
			}
		}
	}
	pairs := 0
	for _, n := range seen {
		pairs += n
	}
	for _, r := range []selector.Reason{
		selector.ReasonFits, selector.ReasonNodeName, selector.ReasonNodeUnschedulable, selector.ReasonTaintToleration, selector.ReasonNodeAffinity,
	} {
		if seen[r] < pairs/200 {
			t.Errorf("reason %q came up only %d times in %d", r, seen[r], pairs)
		}
	}
	t.Logf("%d pairs: %v", pairs, seen)
}

func count(r selector.Reason, fits *int, refused *selector.Refused) {
	switch r {
	case selector.ReasonFits:
		*fits++
	case selector.ReasonNodeName:
		refused.NodeName++
	case selector.ReasonNodeUnschedulable:
		refused.NodeUnschedulable++
	case selector.ReasonTaintToleration:
		refused.TaintToleration++
	case selector.ReasonNodeAffinity:
		refused.NodeAffinity++
	}
}
