package crd

import (
	"context"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apimachinery/pkg/api/operation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/features"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
)

// checkMetadata checks metadata as the API server does for every object, and
// reports its unknown fields.
func (d *definition) checkMetadata(ctx context.Context, obj map[string]any) field.ErrorList {
	path := field.NewPath("metadata")
	meta, found, unknown, err := objectmeta.GetObjectMetaWithOptions(obj,
		objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return field.ErrorList{field.Invalid(path, obj["metadata"], err.Error())}
	}
	if !found {
		meta = &metav1.ObjectMeta{}
	}
	var errs field.ErrorList
	for _, name := range unknown {
		errs = append(errs, unknownField(name, ""))
	}
	if meta.Name == "" && meta.GenerateName != "" {
		return append(errs, field.Required(path.Child("name"),
			"generateName leaves the name open until creation; policies are ordered and pools referred to by name"))
	}
	d.placeNamespace(meta)
	return append(errs, apivalidation.ValidateObjectMetaDeclaratively(ctx, operation.Create, meta, nil,
		d.namespaced, apivalidation.NameIsDNSSubdomain, path,
		utilfeature.DefaultFeatureGate.Enabled(features.DeclarativeValidationBeta))...)
}

// placeNamespace does to the namespace what a request for creation does: it
// fills in one where a manifest leaves it to kubectl, and takes it off objects
// that belong to the cluster.
func (d *definition) placeNamespace(meta *metav1.ObjectMeta) {
	switch {
	case !d.namespaced:
		meta.Namespace = ""
	case meta.Namespace == "":
		meta.Namespace = metav1.NamespaceDefault
	}
}
