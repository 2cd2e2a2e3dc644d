package importer

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestGlobsMeet compares globsMeet with trying every short name.
func TestGlobsMeet(t *testing.T) {
	names := []string{""}
	for from, length := 0, 1; length <= 5; length++ {
		end := len(names)
		for _, name := range names[from:end] {
			names = append(names, name+"a", name+"b")
		}
		from = end
	}
	pattern := rapid.StringMatching(`[ab*?]{0,3}`)
	matcher := func(glob string) *regexp.Regexp {
		return regexp.MustCompile("^" + strings.NewReplacer("*", ".*", "?", ".").Replace(glob) + "$")
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := pattern.Draw(t, "a"), pattern.Draw(t, "b")
		first, second := matcher(a), matcher(b)
		want := false
		for _, name := range names {
			want = want || first.MatchString(name) && second.MatchString(name)
		}
		if got := globsMeet(a, b); got != want {
			t.Fatalf("globsMeet(%q, %q) is %v, but trying names says %v", a, b, got, want)
		}
	})
}

func TestPoolName(t *testing.T) {
	for _, tt := range []struct {
		labels map[string]string
		want   string
	}{
		{map[string]string{"otomi": "otomi-sys"}, "platform"},
		{map[string]string{"pool": "infra"}, "infra"},
		{map[string]string{"node-role.kubernetes.io/infra": ""}, "infra"},
		{map[string]string{"example.com/infra": "true"}, "infra"},
		{map[string]string{"infra": "0x1F"}, "infra"},
		{map[string]string{"pool": "Infra_A.b"}, "infra-a-b"},
		{map[string]string{"zone": "b", "pool": "infra"}, "infra-b"},
		{map[string]string{"pool": strings.Repeat("a", 63), "zone": "b"}, strings.Repeat("a", 63)},
		{nil, "platform"},
	} {
		if got := poolName(tt.labels); got != tt.want {
			t.Errorf("poolName(%v) is %q, want %q", tt.labels, got, tt.want)
		}
	}
}
