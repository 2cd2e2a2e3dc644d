package schema

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// shape is what the structure of a value alone says, before any name is read.
type shape int

const (
	shapeOther          shape = iota // an object or list whose fields are worth looking into
	shapeScalar                      // a number, boolean or enumeration: never placement
	shapeText                        // a free string
	shapeTexts                       // a list of free strings
	shapeOpen                        // the schema stops here and keeps whatever is written
	shapeOpenList                    // a list of such values
	shapeEmpty                       // an object without fields: whatever is written is dropped
	shapeLabels                      // a map of strings
	shapeTolerations                 // a list of objects like core/v1 Toleration
	shapeTaints                      // a list of objects like core/v1 Taint: describes nodes, not pods
	shapeAffinity                    // core/v1 Affinity, or its node part under its usual field name
	shapeNodeAffinity                // core/v1 NodeAffinity
	shapePodAffinity                 // core/v1 PodAffinity or PodAntiAffinity
	shapeNodeTerms                   // core/v1 NodeSelector: an object with node selector terms
	shapeVolumeAffinity              // core/v1 VolumeNodeAffinity: where a volume can be reached from, not where pods run
	shapeNodeTerm                    // one node selector term, or a list of them
	shapePreferredList               // a list of core/v1 PreferredSchedulingTerm
	shapeLabelSelector               // meta/v1 LabelSelector
	shapeLabelSelectors              // a list of them
	shapePodSpec                     // core/v1 PodSpec: containers and what pods have besides
)

type schemaProps = apiextensions.JSONSchemaProps

// shapeOf classifies a value. It looks at most four levels deep, whatever the schema.
func shapeOf(s *schemaProps, keepsUnknown bool) shape {
	switch {
	case s.XIntOrString || len(s.Enum) > 0:
		return shapeScalar
	case itemsOf(s) != nil:
		return shapeOfList(itemsOf(s), keepsUnknown)
	case len(s.Properties) > 0:
		return shapeOfObject(s)
	case s.Type == "" && len(s.AnyOf)+len(s.OneOf) > 0:
		return shapeScalar
	case valuesOf(s) != nil:
		return shapeOfMap(valuesOf(s))
	}
	switch s.Type {
	case "string":
		return shapeText
	case "boolean", "integer", "number":
		return shapeScalar
	case "array":
		return shapeOpenList
	}
	if isOpen(s, keepsUnknown) {
		return shapeOpen
	}
	return shapeEmpty
}

// isOpen reports whether a value without visible fields keeps what is written into it. A schema with no type at all
// says nothing, which is how definitions from before structural schemas said "anything".
func isOpen(s *schemaProps, keepsUnknown bool) bool {
	if s.XPreserveUnknownFields != nil {
		return *s.XPreserveUnknownFields
	}
	anyValues := s.AdditionalProperties != nil && s.AdditionalProperties.Allows && s.AdditionalProperties.Schema == nil
	return keepsUnknown || anyValues || s.Type == ""
}

func shapeOfList(item *schemaProps, keepsUnknown bool) shape {
	if len(item.Properties) == 0 {
		switch {
		case item.Type == "string" && len(item.Enum) == 0:
			return shapeTexts
		case item.Type == "object" && valuesOf(item) == nil, item.Type == "":
			if isOpen(item, keepsUnknown) {
				return shapeOpenList
			}
		}
		return shapeOther
	}
	switch {
	case hasAll(item, "key", "effect") && hasAny(item, "operator", "tolerationSeconds") &&
		onlyHas(item, "key", "effect", "operator", "value", "tolerationSeconds"):
		return shapeTolerations
	case hasAll(item, "key", "effect") && onlyHas(item, "key", "effect", "value", "timeAdded", "propagation"):
		return shapeTaints
	case hasAll(item, "preference", "weight") && hasTerm(item, "preference"):
		return shapePreferredList
	case isNodeTerm(item):
		return shapeNodeTerm
	case isLabelSelector(item):
		return shapeLabelSelectors
	}
	return shapeOther
}

func shapeOfMap(value *schemaProps) shape {
	if value.Type == "string" && len(value.Enum) == 0 {
		return shapeLabels
	}
	return shapeOther
}

func shapeOfObject(s *schemaProps) shape {
	switch {
	case isNodeTerm(s):
		return shapeNodeTerm
	case isLabelSelector(s):
		return shapeLabelSelector
	case len(s.Properties) == 1 && hasAll(s, "nodeSelectorTerms"):
		return shapeNodeTerms
	case len(s.Properties) == 1 && hasNodeTerms(s, "required"):
		return shapeVolumeAffinity
	case isAffinity(s):
		return shapeAffinity
	case onlyHas(s, required, preferred):
		return shapeOfRules(s)
	case isPodSpec(s):
		return shapePodSpec
	}
	return shapeOther
}

const (
	required  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferred = "preferredDuringSchedulingIgnoredDuringExecution"
)

// shapeOfRules tells node affinity from pod affinity, which share their two field names, by what the rules hold.
func shapeOfRules(s *schemaProps) shape {
	if hasNodeTerms(s, required) {
		return shapeNodeAffinity
	}
	if r, ok := s.Properties[required]; ok {
		if item := itemsOf(&r); item != nil && hasAny(item, "topologyKey", "labelSelector") {
			return shapePodAffinity
		}
	}
	if p, ok := s.Properties[preferred]; ok {
		item := itemsOf(&p)
		switch {
		case item != nil && hasTerm(item, "preference"):
			return shapeNodeAffinity
		case item != nil && hasAny(item, "podAffinityTerm"):
			return shapePodAffinity
		}
	}
	return shapeOther
}

// isAffinity wants a node part and nothing beside it but the two pod parts; an object that mixes node affinity with
// tolerations or switches of its own is not the core type, and its node part is then found alone.
func isAffinity(s *schemaProps) bool {
	node, ok := s.Properties["nodeAffinity"]
	if !ok || !onlyHas(s, "nodeAffinity", "podAffinity", "podAntiAffinity") {
		return false
	}
	if shapeOf(&node, false) == shapeNodeAffinity {
		return true
	}
	return len(s.Properties) > 1 && shapeOf(&node, false) == shapeOpen
}

func hasTerm(s *schemaProps, name string) bool {
	p, ok := s.Properties[name]
	return ok && (hasAny(&p, "matchExpressions", "matchFields") || len(p.Properties) == 0)
}

func hasNodeTerms(s *schemaProps, name string) bool {
	p, ok := s.Properties[name]
	return ok && hasAll(&p, "nodeSelectorTerms")
}

func isNodeTerm(s *schemaProps) bool {
	return len(s.Properties) > 0 && onlyHas(s, "matchExpressions", "matchFields", "matchLabels") && hasAll(s, "matchFields")
}

func isLabelSelector(s *schemaProps) bool {
	return len(s.Properties) > 0 && onlyHas(s, "matchExpressions", "matchLabels")
}

func isPodSpec(s *schemaProps) bool {
	return hasAll(s, "containers", "nodeSelector") && hasAny(s, "restartPolicy", "terminationGracePeriodSeconds", "volumes")
}

func itemsOf(s *schemaProps) *schemaProps {
	if s.Items == nil {
		return nil
	}
	if s.Items.Schema == nil && len(s.Items.JSONSchemas) > 0 {
		return &s.Items.JSONSchemas[0]
	}
	return s.Items.Schema
}

func valuesOf(s *schemaProps) *schemaProps {
	if s.AdditionalProperties == nil {
		return nil
	}
	return s.AdditionalProperties.Schema
}

func hasAll(s *schemaProps, names ...string) bool {
	for _, n := range names {
		if _, ok := s.Properties[n]; !ok {
			return false
		}
	}
	return true
}

func hasAny(s *schemaProps, names ...string) bool {
	for _, n := range names {
		if _, ok := s.Properties[n]; ok {
			return true
		}
	}
	return false
}

// onlyHas reports whether every property is one of names.
func onlyHas(s *schemaProps, names ...string) bool {
	n := 0
	for _, name := range names {
		if _, ok := s.Properties[name]; ok {
			n++
		}
	}
	return n == len(s.Properties) && n > 0
}
