package importer

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// platformName names the imported policy, and the pool unless its labels tell a
// better name.
const platformName = "platform"

// otomiPool is the pool of the nodes with the given labels, which must be valid.
func otomiPool(labels map[string]string) v1alpha1.Pool {
	selector := make(map[string]v1alpha1.LabelValue, len(labels))
	for key, value := range labels {
		selector[key] = v1alpha1.LabelValue(value)
	}
	return v1alpha1.Pool{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: v1alpha1.KindPool},
		ObjectMeta: metav1.ObjectMeta{Name: poolName(labels)},
		Spec:       v1alpha1.PoolSpec{NodeSelector: selector, Exclusive: true},
	}
}

// otomiPolicy places the platform's namespaces on the pool. Defaults are written
// out for the reader.
func otomiPolicy(pool string, namespaces v1alpha1.NamespaceSubject) v1alpha1.ClusterPlacementPolicy {
	return v1alpha1.ClusterPlacementPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: v1alpha1.KindClusterPlacementPolicy},
		ObjectMeta: metav1.ObjectMeta{Name: platformName},
		Spec: v1alpha1.ClusterPlacementPolicySpec{
			Tier: v1alpha1.TierBaseline,
			Subject: v1alpha1.ClusterSubject{
				Namespaces: &namespaces,
				PodSubject: v1alpha1.PodSubject{DaemonSets: v1alpha1.DaemonSetsIgnore},
			},
			Placement: v1alpha1.Placement{
				Pools:    []v1alpha1.PoolName{v1alpha1.PoolName(pool)},
				Strength: v1alpha1.StrengthRequired,
			},
		},
	}
}

// poolName derives a DNS name from labels: their values, or the names of the
// keys whose values tell nothing (true, 1, empty). Otomi's own documented label
// gives "platform".
func poolName(labels map[string]string) string {
	if maps.Equal(labels, map[string]string{"otomi": "otomi-sys"}) {
		return platformName
	}
	var words []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		word := dnsWord(labels[key])
		if !tells(labels[key]) {
			_, name, slash := strings.Cut(key, "/")
			if !slash {
				name = key
			}
			word = dnsWord(name)
		}
		if word != "" {
			words = append(words, word)
		}
	}
	name := strings.Join(words, "-")
	name = strings.Trim(name[:min(len(name), 63)], "-")
	if name == "" {
		return platformName
	}
	return name
}

// tells says whether a label's value is a word a reader learns from.
func tells(value string) bool {
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return false
	}
	if _, err := strconv.ParseInt(value, 0, 64); err == nil {
		return false
	}
	switch strings.ToLower(value) {
	case "", "true", "false", "yes", "no", "on", "off", "null":
		return false
	}
	return strings.ContainsFunc(value, func(r rune) bool { return (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') })
}

// dnsWord keeps what a DNS label may hold, in lower case; other characters
// become '-'.
func dnsWord(text string) string {
	clean := strings.Map(func(r rune) rune {
		if (r >= 'a' && r <= 'z') || (r >= '0' && r <= '9') {
			return r
		}
		return '-'
	}, strings.ToLower(text))
	return strings.Trim(clean, "-")
}
