package schema

// decideOpenPod finds pods whose schema ends before their placement fields: pod templates, pod specs and workloads that
// keep whatever is written into them. It also finds the node part of an affinity under a name of its own.
func (w *walker) decideOpenPod(f *frame, n naming) bool {
	if f.shape != shapeOpen && !isHalfOpenTemplate(f, n) {
		return false
	}
	if n.subject == aboutNothing && f.step == "node" && f.parent.step == "affinity" {
		t := w.judgeNodeAffinity(f, 3)
		t.add(hasField(f.parent, "pod"), 3, "beside it affinity to pods")
		return w.settle(f, TypeNodeAffinity, FormOpaque, t)
	}
	form, t := w.judgeOpenPod(f, n)
	if form == "" {
		return false
	}
	if !t.convinces() {
		return false
	}
	return w.settle(f, TypePodTemplate, form, t)
}

// isHalfOpenTemplate reports a template that shows some fields of its own but no pod spec, and keeps the rest unseen.
func isHalfOpenTemplate(f *frame, n naming) bool {
	return f.shape == shapeOther && f.keeps && n.subject == aboutTemplate && ownsPods(f.parent) && !hasField(f, "spec")
}

// judgeOpenPod weighs an open value. The name says which layer of a workload it may be; a bare "template" or "spec"
// means nothing by itself and is read together with its neighbours. An empty form means that it is none.
func (w *walker) judgeOpenPod(f *frame, n naming) (Form, *tally) {
	t := &tally{}
	m := f.means()
	t.add(true, 1, "the schema leaves its inside open")
	t.add(m.notation, -5, "its value is a reference")
	t.add(m.podTemplate, 3, "its description says pod template")
	t.add(m.podSpec, 3, "its description says pod spec")
	switch n.subject {
	case aboutPodTemplate:
		t.add(true, 4, "its name says pod template")
		return FormPodTemplate, t
	case aboutPodSpec:
		t.add(true, 4, "its name says pod spec")
		return FormPodSpec, t
	case aboutWorkloadSpec:
		t.add(true, 4, "its name says the spec of a workload")
		return FormWorkloadSpec, t
	case aboutWorkload:
		return w.judgeOpenWorkload(f, t)
	case aboutTemplate:
		if templateOfOthers(n.prefix) {
			return "", nil
		}
		t.add(m.podTemplate, 2, "its name says template")
		t.add(ownsPods(f.parent), 4, "replicas and a selector beside it, as in a Deployment")
		return FormPodTemplate, t
	case aboutSpec:
		return w.judgeOpenSpec(f, t)
	default:
		return judgeOpenOther(f, t)
	}
}

// judgeOpenOther weighs a value whose name merely begins with pod, such as podExtra; its description must say the rest.
func judgeOpenOther(f *frame, t *tally) (Form, *tally) {
	if firstWord(f.step) != "pod" || isPartOfPod(f.step) {
		return "", nil
	}
	t.add(true, 1, "its name says pod")
	if f.means().podSpec {
		return FormPodSpec, t
	}
	return FormPodTemplate, t
}

// judgeOpenWorkload weighs a value named for a workload. Unless a template or a whole object is spoken of, what lies
// inside is the operator's own and only known to hold placement.
func (w *walker) judgeOpenWorkload(f *frame, t *tally) (Form, *tally) {
	m := f.means()
	template := endsIn(f.step, "template")
	t.add(m.workload, 4, "its description says a whole workload")
	t.add(template, 4, "its name says the template of a workload")
	if m.workload || template {
		return FormWorkload, t
	}
	a := f.parent.around(w.keepsUnknown)
	t.add(!m.whether, 2, "its name says a workload")
	t.add(a.placement+a.named > 0, 2, "placement fields beside it")
	return FormOpaque, t
}

// judgeOpenSpec weighs a field called spec by the name of what encloses it.
func (w *walker) judgeOpenSpec(f *frame, t *tally) (Form, *tally) {
	parent := f.parent.property()
	if parent == nil || f.step != "spec" {
		return "", nil
	}
	switch readName(parent.step).subject {
	case aboutPodTemplate:
		t.add(true, 4, "it is the spec of a pod template")
		return FormPodSpec, t
	case aboutTemplate:
		t.add(f.means().podSpec, 2, "it is the spec of a template")
		t.add(ownsPods(parent.parent), 3, "it is the spec of a template of pods")
		return FormPodSpec, t
	case aboutWorkload:
		t.add(true, 4, "it is the spec of a workload")
		return FormWorkloadSpec, t
	default:
		return "", nil
	}
}

// templateOfOthers reports whether the words before "template" name something that a controller of pods makes besides.
func templateOfOthers(prefix []string) bool {
	for _, w := range prefix {
		switch w {
		case "volume", "claim", "pvc", "storage", "service", "ingress", "secret", "config", "route", "channel", "certificate", "message", "policy":
			return true
		}
	}
	return false
}

// ownsPods reports whether the fields of f are those of a controller of pods.
func ownsPods(f *frame) bool {
	if f == nil {
		return false
	}
	n := 0
	for _, name := range []string{
		"selector", "replicas", "minReadySeconds", "revisionHistoryLimit", "updateStrategy", "strategy",
		"serviceName", "podManagementPolicy", "volumeClaimTemplates", "completions", "parallelism", "backoffLimit",
		"progressDeadlineSeconds",
	} {
		if hasField(f, name) {
			n++
		}
	}
	return n >= 2
}

func hasField(f *frame, name string) bool {
	_, ok := f.props[name]
	return ok
}

func endsIn(name, word string) bool {
	words := wordsOf(name)
	return len(words) > 0 && words[len(words)-1] == word
}

func firstWord(name string) string {
	words := wordsOf(name)
	if len(words) == 0 {
		return ""
	}
	return words[0]
}

// isPartOfPod reports names that say which part of a pod they hold, none of them placement.
func isPartOfPod(name string) bool {
	for _, w := range wordsOf(name) {
		switch w {
		case "labels", "annotations", "metadata", "context", "security", "env", "volumes", "resources", "monitor", "monitors", "budget",
			"affinity", "anti", "name", "names", "selector", "cidr", "ip", "status", "group", "logs", "metrics", "request", "identity", "hooks":
			return true
		}
	}
	return false
}
