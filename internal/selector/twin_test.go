package selector

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"pgregory.net/rapid"
)

// The twin of the algebra does what the algebra means in the dumbest way: it
// goes through every value of a domain and asks k8s.io/apimachinery about each.
// The domains are chosen so that what holds over them holds over all labels a
// node may have: they contain, beside every value the requirements mention, more
// fresh words than a set could tell apart and more spellings of each number near
// a bound than requirements can exclude.

// word is what one label of a node may be.
type word struct {
	value  string
	absent bool
}

func (w word) labels(key string) labels.Set {
	if w.absent {
		return labels.Set{}
	}
	return labels.Set{key: w.value}
}

const twinKey = "size"

// bounds are what Gt and Lt compare with.
func bounds() []int64 { return []int64{0, 1, 2, 5, maxInt - 2, maxInt - 1, maxInt} }

// words are the values that In and NotIn mention.
func words() []string {
	return []string{"", "a", "b", "0", "1", "01", "2", "3", "0003", strconv.Itoa(maxInt), "0" + strconv.Itoa(maxInt), "9223372036854775808"}
}

// allSpellings lists every label value that reads as n.
func allSpellings(n int64) []string {
	var all []string
	for text := strconv.FormatInt(n, 10); len(text) <= maxValueLength; text = "0" + text {
		all = append(all, text)
	}
	return all
}

// setDomain is the domain for one label: every spelling of the three integers
// above and below each bound, so that a NotIn of all spellings of two of them
// still leaves one.
func setDomain() []word {
	domain := []word{{absent: true}}
	var seen []string
	add := func(values ...string) {
		for _, v := range values {
			if !slices.Contains(seen, v) {
				seen = append(seen, v)
				domain = append(domain, word{value: v})
			}
		}
	}
	add(words()...)
	add("fresh", "fresher")
	for _, b := range bounds() {
		for n := max(b-3, 0); n <= b || n-b <= 3 && n > 0; n++ {
			add(allSpellings(n)...)
			if n == maxInt {
				break
			}
		}
	}
	return domain
}

// part is a requirement.
type part struct {
	operator selection.Operator
	values   []string
}

// drawParts are a requirement, or several that close in on one number.
func drawParts(t *rapid.T) []part {
	switch rapid.IntRange(0, 7).Draw(t, "operator") {
	case 0:
		return []part{{selection.In, rapid.SliceOfN(rapid.SampledFrom(words()), 1, 5).Draw(t, "values")}}
	case 1:
		return []part{{selection.NotIn, rapid.SliceOfN(rapid.SampledFrom(words()), 1, 3).Draw(t, "values")}}
	case 2:
		return []part{{selection.Exists, nil}}
	case 3:
		return []part{{selection.DoesNotExist, nil}}
	case 4:
		return []part{{selection.GreaterThan, drawBound(t)}}
	case 5:
		return []part{{selection.LessThan, drawBound(t)}}
	}
	number := rapid.SampledFrom([]int64{1, 2, 5, maxInt - 1}).Draw(t, "number")
	excluded := part{selection.NotIn, allSpellings(number)[rapid.IntRange(0, 1).Draw(t, "left"):]}
	closing := []part{
		{selection.GreaterThan, []string{strconv.FormatInt(number-1, 10)}}, {selection.LessThan, []string{strconv.FormatInt(number+1, 10)}}, excluded,
	}
	return closing[rapid.IntRange(0, 2).Draw(t, "from"):]
}

func drawBound(t *rapid.T) []string {
	return []string{strconv.FormatInt(rapid.SampledFrom(bounds()).Draw(t, "bound"), 10)}
}

func (p part) requirement(t *rapid.T) labels.Requirement {
	r, err := labels.NewRequirement(twinKey, p.operator, p.values)
	if err != nil {
		t.Fatal(err)
	}
	return *r
}

func (p part) set(t *rapid.T) Set {
	operators := map[selection.Operator]corev1.NodeSelectorOperator{
		selection.In: corev1.NodeSelectorOpIn, selection.NotIn: corev1.NodeSelectorOpNotIn,
		selection.Exists: corev1.NodeSelectorOpExists, selection.DoesNotExist: corev1.NodeSelectorOpDoesNotExist,
		selection.GreaterThan: corev1.NodeSelectorOpGt, selection.LessThan: corev1.NodeSelectorOpLt,
	}
	s, err := FromRequirement(corev1.NodeSelectorRequirement{Key: twinKey, Operator: operators[p.operator], Values: p.values})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// drawSet is the intersection of a few requirements and what each word of the
// domain has to do with it.
func drawSet(t *rapid.T, domain []word, most int) (Set, []bool) {
	set, twin := Any(), make([]bool, len(domain))
	for i := range twin {
		twin[i] = true
	}
	for _, p := range slices.Concat(rapid.SliceOfN(rapid.Custom(drawParts), 0, most).Draw(t, "requirements")...) {
		set = set.Intersect(p.set(t))
		r := p.requirement(t)
		for i, w := range domain {
			twin[i] = twin[i] && r.Matches(w.labels(twinKey))
		}
	}
	return set, twin
}

// holds tells what a set says of each word.
func holds(s Set, domain []word) []bool {
	out := make([]bool, len(domain))
	for i, w := range domain {
		out[i] = w.absent && s.AllowsAbsent() || !w.absent && s.Allows(w.value)
	}
	return out
}

func TestSetAgreesWithTwin(t *testing.T) {
	domain := setDomain()
	rapid.Check(t, func(t *rapid.T) {
		set, twin := drawSet(t, domain, 4)
		agreeWithTwin(t, set, twin, domain)
	})
}

func agreeWithTwin(t *rapid.T, set Set, twin []bool, domain []word) {
	var values []string
	for i, has := range holds(set, domain) {
		if has != twin[i] {
			t.Fatalf("%+v: holds %+v = %v, want %v", set, domain[i], has, twin[i])
		}
		if twin[i] && !domain[i].absent {
			values = append(values, domain[i].value)
		}
	}
	slices.Sort(values)
	absent := twin[0]
	if want := len(values) == 0 && !absent; set.Empty() != want {
		t.Fatalf("%+v: Empty = %v, want %v", set, set.Empty(), want)
	}
	for _, w := range domain[1:] {
		want := !absent && len(values) == 1 && values[0] == w.value
		if got := set.IsOnly(w.value); got != want {
			t.Fatalf("%+v: IsOnly(%q) = %v, want %v", set, w.value, got, want)
		}
	}
	if listed, finite := set.Values(); finite && !slices.Equal(listed, values) {
		t.Fatalf("%+v: Values = %q, want %q", set, listed, values)
	} else if !finite && len(values) == 0 {
		t.Fatalf("%+v: Values has no end, but there is none", set)
	}
}

func TestIntersectLaws(t *testing.T) {
	domain := setDomain()
	same := func(a, b Set) bool {
		return a.Empty() == b.Empty() && slices.Equal(holds(a, domain), holds(b, domain))
	}
	rapid.Check(t, func(t *rapid.T) {
		a, inA := drawSet(t, domain, 2)
		b, inB := drawSet(t, domain, 2)
		c, _ := drawSet(t, domain, 2)
		before := [][]string{slices.Clone(a.values), slices.Clone(b.values)}
		both := a.Intersect(b)
		twin := make([]bool, len(domain))
		for i := range domain {
			twin[i] = inA[i] && inB[i]
		}
		agreeWithTwin(t, both, twin, domain)
		laws := map[string]bool{
			"commutative": same(both, b.Intersect(a)),
			"associative": same(both.Intersect(c), a.Intersect(b.Intersect(c))),
			"idempotent":  same(a, a.Intersect(a)) && same(both, both.Intersect(a)),
			"Any is one":  same(a, a.Intersect(Any())) && same(a, Any().Intersect(a)),
			"None is nil": a.Intersect(None()).Empty() && None().Intersect(a).Empty(),
			"unchanged":   slices.Equal(a.values, before[0]) && slices.Equal(b.values, before[1]),
		}
		for law, holds := range laws {
			if !holds {
				t.Fatalf("not %s: %+v, %+v, %+v", law, a, b, c)
			}
		}
	})
}

func TestConstructors(t *testing.T) {
	domain := setDomain()
	tests := map[string]struct {
		set  Set
		want func(w word) bool
	}{
		"Any":       {Any(), func(word) bool { return true }},
		"None":      {None(), func(word) bool { return false }},
		"zero":      {Set{}, func(w word) bool { return !w.absent }},
		"Only":      {Only("a"), func(w word) bool { return !w.absent && w.value == "a" }},
		"OneOf":     {OneOf("b", "a", "b"), func(w word) bool { return !w.absent && (w.value == "a" || w.value == "b") }},
		"NotOneOf":  {NotOneOf("b", "a"), func(w word) bool { return w.absent || w.value != "a" && w.value != "b" }},
		"Present":   {Present(), func(w word) bool { return !w.absent }},
		"Absent":    {Absent(), func(w word) bool { return w.absent }},
		"Above":     {Above(2), func(w word) bool { n, ok := w.integer(); return ok && n > 2 }},
		"Above max": {Above(maxInt), func(word) bool { return false }},
		"Above -9":  {Above(-9), func(w word) bool { _, ok := w.integer(); return ok }},
		"Below":     {Below(2), func(w word) bool { n, ok := w.integer(); return ok && n < 2 }},
		"Below 0":   {Below(0), func(word) bool { return false }},
		"Below max": {Below(maxInt), func(w word) bool { n, ok := w.integer(); return ok && n < maxInt }},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			for i, got := range holds(tt.set, domain) {
				if want := tt.want(domain[i]); got != want {
					t.Errorf("holds %+v = %v, want %v", domain[i], got, want)
				}
			}
		})
	}
}

func (w word) integer() (int64, bool) {
	n, err := strconv.ParseInt(w.value, 10, 64)
	return n, err == nil && !w.absent
}

// TestLeadingZeros pins down what the domain relies on: a number has as many
// spellings as fit into a label.
func TestLeadingZeros(t *testing.T) {
	four := Above(3).Intersect(Below(5))
	values, finite := four.Values()
	if !finite || len(values) != maxValueLength {
		t.Fatalf("values above 3 and below 5: %d, finite %v; want %d", len(values), finite, maxValueLength)
	}
	longest := strings.Repeat("0", maxValueLength-1) + "4"
	if !four.Allows(longest) {
		t.Errorf("%q is not above 3 and below 5", longest)
	}
	if !four.Intersect(NotOneOf(allSpellings(4)...)).Empty() {
		t.Error("a number without any of its spellings remains")
	}
	if rest := four.Intersect(NotOneOf(allSpellings(4)[:maxValueLength-1]...)); !rest.IsOnly(longest) {
		t.Errorf("%+v is not only %q", rest, longest)
	}
}
