package snapshot

import (
	"slices"
	"strings"
)

// podSpecPath is where a built-in kind keeps its pod spec; nil if it makes no
// pods. It goes by the group alone: the paths have been the same in every
// version of these kinds.
func podSpecPath(group, kind string) []string {
	template := []string{"spec", "template", "spec"}
	switch group + "/" + kind {
	case "/Pod":
		return []string{"spec"}
	case "/PodTemplate":
		return []string{"template", "spec"}
	case "/ReplicationController", "batch/Job",
		"apps/Deployment", "apps/StatefulSet", "apps/ReplicaSet", "apps/DaemonSet",
		"extensions/Deployment", "extensions/ReplicaSet", "extensions/DaemonSet":
		return template
	case "batch/CronJob":
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	return nil
}

// definitionKind is the kind of apiextensions.k8s.io that defines custom
// resources.
const definitionKind = "CustomResourceDefinition"

// builtIn tells whether the API server itself serves the group, so that all
// kinds that make pods are known.
func builtIn(group string) bool {
	switch group {
	case "", "apps", "batch", "extensions", "autoscaling", "policy":
		return true
	}
	first, rest, _ := strings.Cut(group, ".")
	return rest == "k8s.io" && slices.Contains([]string{
		"admissionregistration", "apiextensions", "apiregistration", "authentication", "certificates",
		"coordination", "discovery", "events", "node", "resource", "scheduling", "storage", "storagemigration",
	}, first) || slices.Contains([]string{
		"rbac.authorization.k8s.io", "networking.k8s.io", "flowcontrol.apiserver.k8s.io",
		"authorization.k8s.io", "internal.apiserver.k8s.io",
	}, group)
}

// podField is the path of the first field of a custom resource that speaks of
// the pods an operator will make of it: a container list or a placement field.
// It returns "" if there is none.
func podField(obj map[string]any) string {
	spec, ok := obj["spec"].(map[string]any)
	if !ok {
		return ""
	}
	return findPodField(spec, "spec", 0)
}

// maxFieldDepth is how deep podField looks: deeper than any operator nests its
// pods' fields.
const maxFieldDepth = 16

func findPodField(value any, path string, depth int) string {
	if depth > maxFieldDepth {
		return ""
	}
	switch v := value.(type) {
	case map[string]any:
		keys := sortedKeys(v)
		for _, k := range keys {
			if isPodField(k, v[k]) {
				return path + "." + k
			}
		}
		for _, k := range keys {
			if found := findPodField(v[k], path+"."+k, depth+1); found != "" {
				return found
			}
		}
	case []any:
		for _, item := range v {
			if found := findPodField(item, path+"[]", depth+1); found != "" {
				return found
			}
		}
	}
	return ""
}

func isPodField(key string, value any) bool {
	switch key {
	case "nodeSelector", "affinity", "nodeAffinity", "podTemplate", "nodePlacement":
		_, ok := value.(map[string]any)
		return ok
	case "tolerations":
		_, ok := value.([]any)
		return ok
	case "containers":
		list, ok := value.([]any)
		if !ok || len(list) == 0 {
			return false
		}
		first, ok := list[0].(map[string]any)
		return ok && (first["image"] != nil || first["name"] != nil)
	}
	return false
}
