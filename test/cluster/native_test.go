package cluster

import (
	"flag"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stowage-dev/stowage/internal/native"
)

const (
	worlds       = 110
	podsPerWorld = 50
	// senders is the number of requests under way at once.
	senders = 4
	// shownDifferences is how many differences a failing test prints.
	shownDifferences = 5
)

// seed is the number of the first world; with another one the test goes through
// other pods.
var seed = flag.Int("seed", 0, "number of the first random world")

// TestNativeAdmission sends random pods to a real API server with the native
// policies in force: each must come out as the engine decides, or be refused where
// the engine refuses it, and must not change when it is sent again.
func TestNativeAdmission(t *testing.T) {
	c := startCluster(t, Options{})
	admin := dynamicFor(t, c.Config())
	applyDefinitions(t, admin)
	for i := range worlds {
		createNamespace(t, c, worldNumber(*seed+i))
	}
	createNamespace(t, c, probeWorld())
	for _, policy := range native.Policies() {
		create(t, admin, policy)
	}
	waitForPolicies(t, c)

	p := &proof{t: t, cluster: c, counts: map[string]int{}}
	begin := time.Now()
	var wg sync.WaitGroup
	work := make(chan int)
	for range senders {
		wg.Go(func() {
			for i := range work {
				p.world(worldNumber(i), i*podsPerWorld)
			}
		})
	}
	for i := range worlds {
		work <- *seed + i
	}
	close(work)
	wg.Wait()
	for _, name := range slices.Sorted(maps.Keys(p.counts)) {
		t.Logf("%6d %s", p.counts[name], name)
	}
	t.Logf("%d pods in %s", p.pods, time.Since(begin).Round(time.Second))
	for _, class := range []string{
		"Placed", "Placed, written", "Uncovered", "Uncovered, written", "Skipped", "Denied by Admin", "Denied by Exclusive",
		"(of these) Admin Overrode", "(of these) Admin Yielded", "(of these) Namespace Yielded", "(of these) Baseline Yielded",
	} {
		if p.counts[class] == 0 {
			t.Errorf("no pod of the class %q: the test has shown nothing of it", class)
		}
	}
	if p.different > 0 {
		t.Fatalf("%d of %d pods differ", p.different, p.pods)
	}
}
