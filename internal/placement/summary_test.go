package placement

import (
	"testing"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

func TestSummary(t *testing.T) {
	pools := []v1alpha1.Pool{aPool("platform", true, "pool", "platform"), aPool("gpu", true, "pool", "gpu"), aPool("team", false, "pool", "team")}
	policies := []v1alpha1.ClusterPlacementPolicy{
		clusterPolicyOf("platform", v1alpha1.TierBaseline, on("platform"), in("monitoring", "shop")),
		clusterPolicyOf("defaults", v1alpha1.TierBaseline, on("team"), in("shop")),
		clusterPolicyOf("strict", v1alpha1.TierAdmin, on("team"), in("shop")),
	}
	own := v1alpha1.PlacementPolicy{}
	own.Name, own.Namespace, own.Spec.Placement.Pools = "own", "shop", []v1alpha1.PoolName{"team"}
	compiler := NewCompiler(pools, policies, []v1alpha1.PlacementPolicy{own})
	for namespace, want := range map[string]string{
		"shop":        "Admin strict; Namespace own; Baseline defaults, platform; off gpu",
		"monitoring":  "Baseline platform; off gpu",
		"elsewhere":   "off gpu, platform",
		"kube-system": "exempt",
	} {
		if got := compiler.Compile(Namespace{Name: namespace}).Summary; got != want {
			t.Errorf("summary of %s is %q, want %q", namespace, got, want)
		}
	}
	if got := NewCompiler(nil, nil, nil).Compile(Namespace{Name: "a"}).Summary; got != "no rules" {
		t.Errorf("summary without rules is %q", got)
	}
}
