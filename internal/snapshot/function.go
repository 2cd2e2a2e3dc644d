package snapshot

import (
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/internal/manifest"
)

// functionConfig takes in the pools and policies that a KRM function's input
// carries in the data of its functionConfig, a ConfigMap
// (config.kubernetes.io/v1 ResourceList).
func (r *reader) functionConfig(d decoded) {
	apiVersion, _ := d.object["apiVersion"].(string)
	config, _ := d.object["functionConfig"].(map[string]any)
	if d.object["kind"] != "ResourceList" || !strings.HasPrefix(apiVersion, "config.kubernetes.io/") || config == nil {
		return
	}
	data, _ := config["data"].(map[string]any)
	for _, key := range sortedKeys(data) {
		text, ok := data[key].(string)
		if !ok {
			continue
		}
		docs, err := manifest.Split(fmt.Sprintf("%s, functionConfig.data[%s]", d.Source, key), []byte(text))
		if err != nil {
			r.fail(err)
			continue
		}
		outer := r.policiesOnly
		r.policiesOnly = true
		for _, doc := range decodeAll(docs, r.opts) {
			r.document(doc)
		}
		r.policiesOnly = outer
	}
}
