package schema

import (
	"strings"
)

// meaning is what a description says about placement, as counted by its sentences.
type meaning struct {
	placesPods  bool // pods (or what runs as pods) get scheduled, run, or carry the selector
	aboutNodes  bool // nodes themselves are acted on: configured, upgraded, scanned, announced
	hintsNodes  bool // weaker words of the same kind
	otherThings bool // clusters, devices, volumes or alike are selected or tainted, not nodes
	podsOnly    bool // rules between pods, not between pods and nodes
	podTemplate bool // the value is said to be a pod template or a patch of one
	podSpec     bool // the value is said to be a pod spec
	workload    bool // the value is said to be a whole Deployment, Job or alike
	whether     bool // the value switches something on or off
	nodes       bool // nodes are mentioned
	encoded     bool // a text is said to hold JSON or YAML
	pods        bool // pods are mentioned in so many words
	tolerates   bool // taints are tolerated
	nodeRules   bool // says node affinity
	notation    bool // an expression language or a reference by name, not a Kubernetes value
}

// maxDescription bounds how much of a description is read, in bytes. What a field is for is said at its beginning.
const maxDescription = 1500

// understand reads a description.
func understand(description string) meaning {
	if description == "" {
		return meaning{}
	}
	t := normalize(description)
	m := meaning{
		podsOnly: containsAny(t, " podaffinity object", " pod affinity object"),
		podTemplate: containsAny(t, " podtemplatespec", " pod template", " podtemplate ", " template for the pods", " pods template",
			" describes the pod ", " describes the pods ", " describes the pod that ",
			" deployment spec template", " statefulset spec template", " daemonset spec template", " job spec template"),
		podSpec: containsAny(t, " podspec ", " pod spec ", " pod specification", " desired behavior of the pod ",
			" desired behaviour of the pod ", " template spec "),
		tolerates: containsAny(t, " tolerat"),
		nodeRules: containsAny(t, " node affinity"),
		whether:   containsAny(t, " whether "),
		nodes:     containsAny(t, " node ", " nodes "),
		encoded:   containsAny(t, " json ", " yaml "),
		workload:  containsAny(t, " job resource", " deployment resource", " statefulset resource", " daemonset resource"),
		pods:      containsAny(t, " pod ", " pods ", " podspec"),
		notation: containsAny(t, " selector expression", " template name ", " name of the template", " name of the pod template",
			" label selector string", " ip pool ", " name of a ", " name of an existing "),
		otherThings: saysOtherThings(t),
	}
	for sentence := range strings.SplitSeq(t, " . ") {
		m.readSentence(" " + strings.TrimSpace(sentence) + " ")
	}
	return m
}

// readSentence looks at one sentence: what is selected, and what happens there. Nouns and verbs count together only
// within a sentence, since the next one often speaks of something else.
func (m *meaning) readSentence(s string) {
	runs := namesWorkload(s) && saysPlacing(s) || namesPods(s) && namesPlacement(s)
	if runs || saysWhereThingsRun(s) {
		m.placesPods = true
	}
	switch {
	case actsOnNodes(s) || appliesToNodes(s):
		m.aboutNodes = true
	case hintsAtNodes(s):
		m.hintsNodes = true
	}
}

// namesPods reports pods, or what can be nothing but their controllers.
func namesPods(s string) bool {
	return containsAny(s, " pod ", " pods ", " podspec ", " vmi ", " deployment ", " deployments ", " daemonset", " statefulset", " job ",
		" jobs ", " cronjob", " workloads ")
}

// namesPlacement reports the name of a means of placement. Descriptions often begin with the name of their own field, so
// that it counts only together with pods in so many words.
func namesPlacement(s string) bool {
	return containsAny(s, " node selector", " nodeselector", " affinity ")
}

// namesWorkload reports a noun for something that runs as pods.
func namesWorkload(s string) bool {
	return containsAny(s, " pod ", " pods ", " podspec ", " podsets ", " vmi ", " vmis ", " virtualmachineinstance", " deployment ",
		" deployments ", " daemonset", " statefulset", " replicaset", " job ", " jobs ", " cronjob", " containers ", " workload ",
		" workloads ", " daemon ", " daemons ", " agent ", " agents ", " sidecar", " component ", " components ", " collector ",
		" server ", " servers ", " operator ", " controller ", " replicas ", " instance ", " instances ", " broker ", " proxy ",
		" driver ", " executor ", " worker pod", " gateway ", " runner ", " build ", " builder ")
}

// saysPlacing reports a verb of placement.
func saysPlacing(s string) bool {
	return containsAny(s, " schedul", " run ", " runs ", " running ", " placed ", " placement ", " place ", " assign", " deploy ",
		" deployed ", " deploying ", " land ", " fit ", " fits ", " pin ", " pinned ", " hosted ", " constrain", " tolerat",
		" eligible ", " installed ",
		" installation of ", " located ", " restrict")
}

// saysWhereThingsRun reports the turn "nodes on which … run", whatever is said to run.
func saysWhereThingsRun(s string) bool {
	if !containsAny(s, " node ", " nodes ") {
		return false
	}
	if containsAny(s, " scheduling constraint", " be scheduled ", " are scheduled ", " is scheduled ", " must run ", " will run ",
		" should run ", " can run ", " for scheduling ", " to schedule ", " for the scheduling ", " must be running ",
		" to run on ", " running on ", " be deployed ", " is deployed ", " are deployed ", " to be run ", " node assignment") {
		return !containsAny(s, " policy to be ", " the policy for ")
	}
	return false
}

// actsOnNodes reports that nodes are the object of what the resource does: they are configured, announced, upgraded.
func actsOnNodes(s string) bool {
	if containsAny(s, " images to be cached", " images to cache", " images to pull", " images to be pulled", " pre pull", " prepull") {
		return true
	}
	if !containsAny(s, " node ", " nodes ", " node s ", " machine", " nodeselectors ", " objects ") {
		return false
	}
	return somethingToBeDone(s) || containsAny(s, " announc", " advertised ", " advertise ", " advertising ",
		" to be configured", " configures the node", " configure the node", " act as ",
		" acts as ", " nodes to be ", " selects nodes that ", " select nodes that ", " select nodes for ", " selects nodes for ",
		" nodes that should ", " nodes that will ", " nodes that are ", " nodes which will ",
		" nodes matching this ", " register ", " subject to ", " to this peer ", " remediat", " unhealthy", " health check", " drain",
		" cordon", " reboot", " to upgrade", " be upgraded", " maintenance", " cached", " pull ", " pulled ", " policy to be ",
		" objects must belong ", " chaos", " fault ", " faults ", " nodeselectors of resources ", " machineconfigpool", " machine config pool",
		" labels of the nodes to ", " tuned ", " node pool to ", " scope of this ", " nodes in the pool", " nodes of the pool",
		" be loaded ", " assignment constraints for nodes", " list of nodes", " specific node that matches", " nodes to select ",
		" used to select nodes", " nodes to target", " target nodes", " nodes targeted", " nodes where this ", " nodes this ",
		" nodes on which this ", " nodes on which to create ", " nodes on which to apply ", " nodes on which to configure",
		" limit the nodes ", " limits the nodes ", " matching nodes will be ", " to label ", " be labeled", " be labelled",
		" be tainted", " to taint ", " node configuration", " configuration of nodes", " kubelet", " nodes to which ", " nodes to apply",
		" sr iov", " sriov", " network interface", " nodes affected", " nodes it affects", " nodes to affect")
}

// somethingToBeDone reports "to be configured", "to be scanned" and the like, except where it is the pods or the selector
// to which it happens: "to be scheduled", "to be added".
func somethingToBeDone(s string) bool {
	_, after, found := strings.Cut(s, " to be ")
	if !found {
		return false
	}
	verb := firstWords(after, 1)
	switch verb {
	case "scheduled", "deployed", "placed", "used", "applied", "added", "assigned", "merged", "attached", "hosted", "installed", "considered",
		"matched", "specified", "defined", "created", "included", "satisfied", "allocated", "tolerated", "needed", "required", "injected":
		return false
	}
	return strings.HasSuffix(verb, "ed")
}

// appliesToNodes reports "applies to" with something other than pods as its object: "applied to the node" acts on
// nodes, "applied to the pods" places them. Where the sentence ends with the verb its object stands before it.
func appliesToNodes(s string) bool {
	for _, verb := range []string{" applies to ", " apply to ", " applied to ", " applied on ", " applies on ", " apply on ", " applied for "} {
		before, after, found := strings.Cut(s, verb)
		if !found {
			continue
		}
		object := after
		if strings.TrimSpace(after) == "" {
			object = before
		}
		object = firstWords(object, 8)
		if !namesWorkload(" " + object + " ") {
			return containsAny(" "+object+" ", " node ", " nodes ", " it ", " resources ", " machines ") || object != after
		}
	}
	return containsAny(s, " this configuration applies ", " this config applies ", " this policy applies ", " this rule applies ",
		" configuration applies to ", " which nodes this ")
}

// hintsAtNodes reports a sentence that speaks of nodes and neither of anything that runs nor of placing it: often, but not
// always, it means that nodes are acted on.
func hintsAtNodes(s string) bool {
	return containsAny(s, " nodes ", " target ", " targets ") && !namesWorkload(s) && !saysPlacing(s)
}

// saysOtherThings reports that what carries labels or taints is not a node of this cluster.
func saysOtherThings(t string) bool {
	if containsAny(t, " managed cluster", " managedcluster", " member cluster", " cluster taint", " clusters taint", " remote clusters ",
		" taints on the cluster", " taints of the cluster", " taints of clusters", " taints on clusters", " clusters with ",
		" clusters that ", " which clusters ", " placed clusters", " federated cluster", " subset of clusters", " select clusters") {
		return !containsAny(t, " pod ", " pods ", " agent ", " agents ")
	}
	return containsAny(t, " device taint", " device which has a taint", " devicetoleration", " devicetaint", " taints of the device",
		" taints of devices", " taints on devices", " volume placement", " disk tag", " node tag")
}

// normalize lowers a text and reduces it to words between single spaces, with a lone dot between sentences, so that a
// phrase can be looked for as " two words ".
func normalize(s string) string {
	if len(s) > maxDescription {
		s = s[:maxDescription]
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	b.WriteByte(' ')
	space := true
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z':
			b.WriteByte(c + 'a' - 'A')
			space = false
			continue
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c >= 0x80:
			b.WriteByte(c)
			space = false
			continue
		case endsSentence(s, i):
			if !space {
				b.WriteByte(' ')
			}
			b.WriteString(". ")
			space = true
			continue
		}
		if !space {
			b.WriteByte(' ')
			space = true
		}
	}
	if !space {
		b.WriteByte(' ')
	}
	return b.String()
}

// endsSentence tells the full stop from the dot inside "kubernetes.io", and takes a blank line as an end too.
func endsSentence(s string, i int) bool {
	switch s[i] {
	case '.', ';':
		return i+1 == len(s) || s[i+1] == ' ' || s[i+1] == '\n' || s[i+1] == '\r'
	case '\n':
		return i+1 < len(s) && s[i+1] == '\n'
	}
	return false
}

func containsAny(s string, phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

func firstWords(s string, n int) string {
	words := strings.Fields(s)
	return strings.Join(words[:min(n, len(words))], " ")
}
