package schema

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// realCRDs is where definitions of real operators lie, with a hand-made list of their placement points. They are third
// parties' and no part of the project.
const realCRDs = "../../../shared/real/crds"

// truthEntry is one definition as a person reviewed it.
type truthEntry struct {
	CRD        string       `json:"crd"`
	Version    string       `json:"version"`
	Operator   string       `json:"operator"`
	Difficulty string       `json:"difficulty"`
	File       string       `json:"file"`
	Points     []truthPoint `json:"points"`
}

type truthPoint struct {
	Path   string `json:"path"`
	Type   string `json:"type"`
	Form   string `json:"form"`
	Eval   string `json:"eval"`
	Opaque string `json:"opaque"`
	Note   string `json:"note"`
}

// stands reports whether a found path is the point, or stands for it: an open value may be named at its root or anywhere
// between root and point, and a whole affinity and its node part stand for each other.
func (p truthPoint) stands(found string) bool {
	switch root := p.Opaque; {
	case found == p.Path:
		return true
	case root != "" && root != "$ROOT" && found == root:
		return true
	case root != "" && root != "$ROOT" && strings.HasPrefix(found, root) && strings.HasPrefix(p.Path, found):
		if rest := p.Path[len(found):]; strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "{") {
			return true
		}
	}
	switch p.Type {
	case "affinity":
		return found == p.Path+".nodeAffinity"
	case "nodeAffinity":
		return strings.HasSuffix(p.Path, ".nodeAffinity") && found == strings.TrimSuffix(p.Path, ".nodeAffinity")
	}
	return false
}

// figures sums up how well discovery did over a set of definitions.
type figures struct {
	crds, crdsWrong, required, found, wrong         int
	operators, operatorsFull, tricky, trickyClean   int
	plain, plainClean, types, typesRight, formsSame int
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

func (f figures) log(t *testing.T, name string) {
	t.Helper()
	t.Logf("%-9s crds %3d  required %4d  recall %.4f  precision %.4f  operators fully found %.3f (%d of %d)  tricky negatives clean %.3f (%d of %d)  plain %.3f  crds with a false point %d (%.3f)  type right %.3f  form right %.3f",
		name, f.crds, f.required, ratio(f.found, f.required), ratio(f.found, f.found+f.wrong), ratio(f.operatorsFull, f.operators),
		f.operatorsFull, f.operators, ratio(f.trickyClean, f.tricky), f.trickyClean, f.tricky, ratio(f.plainClean, f.plain),
		f.crdsWrong, ratio(f.crdsWrong, f.crds), ratio(f.typesRight, f.types), ratio(f.formsSame, f.types))
}

// scoring gathers figures for the definitions given to it.
type scoring struct {
	figures
	operator map[string][2]int // required and found, by operator
	misses   []string
	falses   []string
}

func (s *scoring) count(truth truthEntry, points []Point) {
	if s.operator == nil {
		s.operator = map[string][2]int{}
	}
	got := map[int]bool{}
	required, optional, wrong := 0, 0, 0
	for _, p := range points {
		stands, tolerated := s.match(truth, p, got)
		if !stands && !tolerated {
			wrong++
			s.falses = append(s.falses, truth.CRD+" "+p.Path+" "+string(p.Type)+" ("+p.Why+")")
		}
	}
	for i, p := range truth.Points {
		switch p.Eval {
		case "optional":
			optional++
		case "required":
			required++
			if !got[i] {
				s.misses = append(s.misses, truth.CRD+" "+p.Path+" "+p.Type+" "+p.Form+" "+p.Note)
			}
		}
	}
	s.sum(truth, required, optional, len(got), wrong)
}

func (s *scoring) match(truth truthEntry, found Point, got map[int]bool) (stands, tolerated bool) {
	for i, p := range truth.Points {
		if !p.stands(found.Path) {
			continue
		}
		switch p.Eval {
		case "required":
			stands = true
			if !got[i] && found.Type != TypePodTemplate {
				s.types++
				if string(found.Type) == p.Type || strings.HasSuffix(strings.ToLower(p.Type), "affinity") == strings.HasSuffix(strings.ToLower(string(found.Type)), "affinity") {
					s.typesRight++
				}
				if string(found.Form) == p.Form {
					s.formsSame++
				}
			}
			got[i] = true
		case "optional":
			tolerated = true
		}
	}
	return stands, tolerated
}

func (s *scoring) sum(truth truthEntry, required, optional, found, wrong int) {
	s.crds++
	s.required += required
	s.found += found
	s.wrong += wrong
	if wrong > 0 {
		s.crdsWrong++
	}
	o := s.operator[truth.Operator]
	s.operator[truth.Operator] = [2]int{o[0] + required, o[1] + found}
	if required > 0 || optional > 0 {
		return
	}
	if truth.Difficulty == "negative-tricky" {
		s.tricky++
		if wrong == 0 {
			s.trickyClean++
		}
		return
	}
	s.plain++
	if wrong == 0 {
		s.plainClean++
	}
}

func (s *scoring) finish() figures {
	f := s.figures
	for _, o := range s.operator {
		if o[0] > 0 {
			f.operators++
			if o[0] == o[1] {
				f.operatorsFull++
			}
		}
	}
	return f
}

// forDevelopment splits the definitions in two halves by API group: rules were made looking at the first half only.
func forDevelopment(crd string) bool {
	_, group, _ := strings.Cut(crd, ".")
	return sha256.Sum256([]byte(group))[0]%2 == 0
}

func readTruth(t *testing.T) []truthEntry {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(realCRDs, "truth.jsonl"))
	if os.IsNotExist(err) {
		t.Skipf("SKIPPED: no definitions of real operators at %s", realCRDs)
	}
	if err != nil {
		t.Fatal(err)
	}
	var out []truthEntry
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e truthEntry
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func readCRD(tb testing.TB, file string) *apiextensions.CustomResourceDefinition {
	tb.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	crd := &apiextensions.CustomResourceDefinition{}
	if err := yaml.Unmarshal(data, crd); err != nil {
		tb.Fatalf("reading %q: %v", file, err)
	}
	return crd
}

// TestEvalDiscovery measures discovery against the hand-made list and fails below the figures the project promises.
// Its output with -v lists every miss and every false point.
func TestEvalDiscovery(t *testing.T) {
	var development, heldOut, all scoring
	for _, truth := range readTruth(t) {
		points := Discover(readCRD(t, filepath.Join(realCRDs, truth.File)))
		half := &heldOut
		if forDevelopment(truth.CRD) {
			half = &development
		}
		half.count(truth, points)
		all.count(truth, points)
		for _, p := range points {
			if p.Version != truth.Version {
				t.Errorf("%s: discovered version %q, want %q", truth.CRD, p.Version, truth.Version)
			}
		}
	}
	slices.Sort(all.misses)
	for _, m := range all.misses {
		t.Log("missed:", m)
	}
	for _, m := range all.falses {
		t.Log("false: ", m)
	}
	development.finish().log(t, "developed")
	heldOut.finish().log(t, "held out")
	f := all.finish()
	f.log(t, "all")
	atLeast(t, "recall", ratio(f.found, f.required), 0.97)
	atLeast(t, "precision", ratio(f.found, f.found+f.wrong), 0.995)
	atLeast(t, "operators fully found", ratio(f.operatorsFull, f.operators), 0.95)
	atLeast(t, "tricky negatives clean", ratio(f.trickyClean, f.tricky), 0.95)
	atLeast(t, "definitions without a false point", 1-ratio(f.crdsWrong, f.crds), 0.99)
}

func atLeast(t *testing.T, what string, got, want float64) {
	t.Helper()
	if got < want {
		t.Errorf("%s is %.4f, want at least %.3f", what, got, want)
	}
}
