package schema

import (
	"slices"
)

// frame is one step of the path from the root of a schema to the field at hand.
type frame struct {
	parent *frame
	step   string // a property name, "[]" or "{}"
	// description of the value at this step; of a list, the list's own together with its items'.
	description string
	props       map[string]schemaProps
	shape       shape
	keeps       bool // fields beyond those in props are kept
	surround    *surroundings
	meaning     *meaning
}

// surroundings is what an object's fields together say about the object.
type surroundings struct {
	workload  int  // fields that only something running as pods has: image, resources, replicas …
	placement int  // fields shaped like placement: tolerations, affinity, node affinity
	named     int  // fields named like placement
	selectors int  // selectors of other things: this object chooses targets
	describes bool // fields that describe nodes: taints, labels of nodes
	clusters  bool // fields that choose clusters
}

// around returns the surroundings of the fields of f, reading them at the first call.
func (f *frame) around(keepsUnknown bool) surroundings {
	if f.surround == nil {
		f.surround = &surroundings{}
		for name := range f.props {
			p := f.props[name]
			f.surround.count(name, &p, keepsUnknown)
		}
	}
	return *f.surround
}

// means returns what the description of f says, reading it at the first call.
func (f *frame) means() meaning {
	if f.meaning == nil {
		m := understand(f.description)
		f.meaning = &m
	}
	return *f.meaning
}

func (s *surroundings) count(name string, p *schemaProps, keepsUnknown bool) {
	switch shapeOf(p, keepsUnknown) {
	case shapeTolerations, shapeAffinity, shapeNodeAffinity, shapePodAffinity:
		s.placement++
	case shapeTaints:
		s.describes = true
	default:
	}
	if marksWorkload(name) {
		s.workload++
	}
	if marksTargets(name) {
		s.selectors++
	}
	n := readName(name)
	switch n.subject {
	case aboutNodeSelector, aboutTolerations, aboutNodeAffinity:
		s.named++
	case aboutAffinity:
		if !foreignAffinity(n.prefix) {
			s.named++
		}
	default:
	}
	switch name {
	case "nodeTaints", "nodeLabels", "taints", "startupTaints":
		s.describes = s.describes || shapeOf(p, keepsUnknown) != shapeTexts
	case "clusterAffinity", "clusterSelector", "clusterNames", "clusterSets", "numberOfClusters", "clusterAffinities":
		s.clusters = true
	}
}

// marksWorkload reports field names that stand beside placement in a pod, a pod template or a component of an operator.
func marksWorkload(name string) bool {
	switch name {
	case "image", "imagePullPolicy", "imagePullSecrets", "resources", "replicas", "priorityClassName", "serviceAccountName",
		"securityContext", "podSecurityContext", "env", "envFrom", "topologySpreadConstraints", "volumes", "volumeMounts",
		"containers", "initContainers", "sidecars", "hostNetwork", "schedulerName", "livenessProbe", "readinessProbe", "podAnnotations", "podLabels",
		"podMetadata", "serviceAccount", "terminationGracePeriodSeconds", "dnsPolicy", "extraEnv", "args", "command", "updateStrategy",
		"podDisruptionBudget", "storageClassName", "volumeClaimTemplate", "volumeClaimTemplates", "pod_labels", "pod_annotations",
		"service_account", "image_pull_policy", "image_pull_secrets", "size", "nodeCount", "podTemplate", "extraVolumes",
		"runtimeClassName", "hostAliases", "restartPolicy", "priority_class_name", "security_context", "containerSecurityContext":
		return true
	}
	return false
}

// marksTargets reports field names by which a resource picks objects to act on.
func marksTargets(name string) bool {
	switch name {
	case "namespaces", "namespaceSelector", "labelSelectors", "fieldSelectors", "annotationSelectors", "expressionSelectors",
		"podPhaseSelectors", "podSelector", "serviceSelector", "endpointSelector", "ipAddressPools", "ipAddressPoolSelectors",
		"interfaces", "nicSelector", "peerSelector", "machineConfigPoolSelector", "machineConfigSelector", "machineConfigLabel":
		return true
	}
	return false
}

// homelike reports whether a name, as an enclosing object, says that placement is what it holds.
func homelike(step string) bool {
	words := wordsOf(step)
	for _, w := range words {
		switch w {
		case "placement", "scheduling", "pod", "pods", "deployment", "daemonset", "statefulset", "workload", "affinity", "job":
			return true
		}
	}
	return slices.Equal(words, []string{"stateful", "set"}) || slices.Equal(words, []string{"daemon", "set"})
}

// path writes the way from the root to f.
func (f *frame) path() string {
	n := 0
	for g := f; g.parent != nil; g = g.parent {
		n += len(g.step) + 1
	}
	out := make([]byte, n)
	end := n
	for g := f; g.parent != nil; g = g.parent {
		end -= len(g.step)
		copy(out[end:], g.step)
		if g.step != "[]" && g.step != "{}" && g.parent.parent != nil {
			end--
			out[end] = '.'
		}
	}
	return string(out[end:])
}

// property returns the nearest enclosing step that is a property, f itself included, or nil at the root.
func (f *frame) property() *frame {
	for g := f; g != nil && g.parent != nil; g = g.parent {
		if g.step != "[]" && g.step != "{}" {
			return g
		}
	}
	return nil
}
