package schema

// judgeNodeSelector weighs a field that may say which nodes pods run on. The danger is its twin, the selector of nodes
// to act on, which has the same shape and often the same name; only words and surroundings tell them apart.
func (w *walker) judgeNodeSelector(f *frame, n naming, shapeWeight int) *tally {
	t := &tally{}
	m := f.means()
	t.add(true, shapeWeight, "its value can hold node labels")
	if n.subject == aboutNodeSelector {
		t.add(true, 3, "its name says node selector")
		t.add(runsAsPods(n.prefix), 4, "its name says of what runs")
		t.add(len(n.prefix) > 0 && !runsAsPods(n.prefix), 1, "its name says of what")
	} else if !m.placesPods || !m.nodes {
		return &tally{}
	}
	t.add(n.subject == aboutSelector && otherSelected(n.prefix), -6, "its name says of clusters or devices")
	t.add(m.placesPods, 3, "its description says where pods run")
	t.add(m.aboutNodes, -5, "its description acts on nodes")
	t.add(!m.aboutNodes && !m.placesPods && m.hintsNodes, -2, "its description selects nodes")
	t.add(m.otherThings, -6, "its description selects other things than nodes")
	t.add(m.notation, -5, "its value is an expression or a reference")
	w.weighParents(t, f, m)
	a := f.parent.around(w.keepsUnknown)
	t.add(!m.placesPods && a.workload+a.placement == 0 && w.kindIsRule(), -2, "the kind is named for a rule, and nothing of a workload stands beside")
	t.add(a.placement > 0, 3, "tolerations or affinity beside it")
	t.add(a.placement == 0 && a.named > 1, 2, "other placement fields beside it")
	weighWorkload(t, a)
	t.add(a.selectors > 1, -4, "beside it selectors of targets")
	t.add(a.describes, -3, "fields that describe nodes beside it")
	picks := f.shape == shapeLabelSelector || f.shape == shapeTexts
	t.add(picks && !m.placesPods, -6, "a value of this shape rather picks nodes to act on")
	t.add(f.shape == shapeText && !m.placesPods && !m.encoded && a.named < 2, -4, "a text that nothing says is a node selector")
	return t
}

// weighParents adds what the enclosing object and the definition say. They matter where the field itself says little or
// repeats the words of core/v1, which people copy along with the field; if the field speaks for itself they only nudge.
func (w *walker) weighParents(t *tally, f *frame, own meaning) {
	parent := f.parent.property()
	if parent != nil {
		m := parent.means()
		t.add(m.placesPods, 2, "the enclosing object is about where pods run")
		t.add(m.aboutNodes && !m.placesPods, -5, "the enclosing object acts on nodes")
		t.add(m.otherThings, -3, "the enclosing object is about other things than nodes")
		t.add(homelike(parent.step) || (parent.parent.property() != nil && homelike(parent.parent.property().step)), 2,
			"the enclosing object is named for pods")
	}
	if !own.placesPods {
		t.add(w.about.aboutNodes && !w.about.placesPods, -3, "the definition acts on nodes")
		t.add(w.kindActsOnNodes(), -3, "the kind is named for configuring nodes")
	}
	t.add(w.about.placesPods, 1, "the definition is about something that runs")
}

func weighWorkload(t *tally, a surroundings) {
	t.add(a.workload > 1, 2, "fields of a workload beside it")
	t.add(a.workload == 1, 1, "a field of a workload beside it")
}

// kindActsOnNodes reads the kind's own name: a NodeNetworkPolicy or NodeHealthCheck concerns nodes, while a DataNode or
// NodeSet may well be pods.
func (w *walker) kindActsOnNodes() bool {
	node := false
	for _, word := range w.kindWords {
		switch word {
		case "node", "nodes", "machine", "kubelet":
			node = true
		case "policy", "config", "configuration", "profile", "rule", "maintenance", "check", "remediation", "pool", "state", "healthcheck",
			"upgrade", "network":
			if node {
				return true
			}
		}
	}
	return false
}

// kindIsRule reports whether the kind names a rule or a resource that is spread over nodes, rather than something that runs.
func (w *walker) kindIsRule() bool {
	if len(w.kindWords) == 0 {
		return false
	}
	switch w.kindWords[len(w.kindWords)-1] {
	case "policy", "rule", "profile", "pool", "advertisement", "peer", "group", "quota", "maintenance", "remediation", "announcement":
		return true
	}
	return false
}

// judgeTolerations weighs a field that may list what taints pods tolerate. The shape is nearly unmistakable; what
// remains are taints of other things (clusters of a fleet, devices) and resources that describe nodes.
func (w *walker) judgeTolerations(f *frame, shapeWeight int) *tally {
	t := &tally{}
	m := f.means()
	n := readName(f.step)
	t.add(true, shapeWeight, "its value can hold tolerations")
	t.add(n.subject == aboutTolerations, 3, "its name says tolerations")
	t.add(n.subject == aboutTaints && m.tolerates, 1, "its name says taints")
	t.add(n.subject == aboutTaints && !m.tolerates, -4, "its name says taints, which describe nodes")
	t.add(m.placesPods || m.tolerates, 2, "its description says what pods tolerate")
	t.add(m.otherThings, -9, "its description is about taints of other things than nodes")
	t.add(m.notation, -5, "its value is an expression or a reference")
	t.add(otherSelected(n.prefix), -3, "its name says of clusters or devices")
	a := f.parent.around(w.keepsUnknown)
	t.add(a.describes, -8, "fields that describe nodes beside it")
	t.add(a.clusters, -6, "fields that choose clusters beside it")
	if parent := f.parent.property(); parent != nil {
		pm := parent.means()
		t.add(pm.otherThings && !m.placesPods, -4, "the enclosing object is about other things than nodes")
		t.add(pm.placesPods || homelike(parent.step), 1, "the enclosing object is about where pods run")
	}
	t.add(w.about.otherThings && !m.placesPods, -4, "the definition is about other things than nodes")
	t.add(f.shape == shapeText && !m.pods && !m.encoded && a.named < 2, -4, "a text that nothing says is about pods")
	if f.shape != shapeTolerations {
		t.add(a.placement > 0 || a.named > 1, 2, "other placement fields beside it")
		weighWorkload(t, a)
	}
	return t
}

// judgeAffinity weighs a field that may be a whole core/v1 Affinity.
func (w *walker) judgeAffinity(f *frame, shapeWeight int) *tally {
	t := &tally{}
	m := f.means()
	n := readName(f.step)
	t.add(true, shapeWeight, "its value can hold an affinity")
	t.add(n.subject == aboutAffinity, 2, "its name says affinity")
	t.add(m.placesPods || m.nodeRules, 2, "its description says where pods run")
	t.add(m.otherThings, -7, "its description is about other things than pods and nodes")
	t.add(m.podsOnly && f.shape != shapeAffinity, -5, "its description speaks of pods among each other only")
	t.add(m.notation, -5, "its value is an expression or a reference")
	if f.shape == shapeAffinity {
		return t
	}
	a := f.parent.around(w.keepsUnknown)
	t.add(a.placement > 0, 2, "other placement fields beside it")
	t.add(a.placement == 0 && a.named > 1, 2, "fields named like placement beside it")
	weighWorkload(t, a)
	if f.shape == shapeText {
		t.add(!m.pods && !m.encoded && a.named < 2, -4, "a text that nothing says is about pods")
		return t
	}
	if parent := f.parent.property(); parent != nil {
		t.add(homelike(parent.step), 1, "the enclosing object is named for pods")
	}
	return t
}

// judgeNodeAffinity weighs a field that may be a node affinity of its own.
func (w *walker) judgeNodeAffinity(f *frame, shapeWeight int) *tally {
	t := &tally{}
	m := f.means()
	n := readName(f.step)
	t.add(true, shapeWeight, "its value can hold node affinity")
	t.add(n.subject == aboutNodeAffinity || n.subject == aboutNodeSelector, 2, "its name says node affinity")
	t.add(m.placesPods || (m.nodeRules && f.shape != shapeOpen), 3, "its description says where pods run")
	t.add(endsIn(f.step, "clusters") || endsIn(f.step, "cluster"), -8, "its name says clusters")
	t.add(m.aboutNodes, -6, "its description acts on nodes")
	t.add(m.otherThings, -7, "its description is about other things than pods and nodes")
	w.weighParents(t, f, m)
	a := f.parent.around(w.keepsUnknown)
	t.add(a.placement > 1 || a.named > 1, 2, "other placement fields beside it")
	t.add(a.describes, -3, "fields that describe nodes beside it")
	weighWorkload(t, a)
	return t
}
