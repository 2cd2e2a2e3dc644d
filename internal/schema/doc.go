// Package schema understands where a custom resource says on which nodes its pods run.
//
// Given a CustomResourceDefinition it finds the fields that set pod placement: node selectors, tolerations, affinity
// and pod templates the schema leaves open. It knows no operator by name. Every field is judged by four kinds of
// evidence together: the shape of its value, the words of its name, the meaning of its description, and what stands
// around it. Each piece of evidence carries a weight; a field whose weights reach a threshold is a placement point,
// and the evidence is kept with the point so that a person can see why.
//
// The package is pure: it reads no files and no cluster, keeps no state, and bounds both depth and work, so a hostile
// definition can make it give up early but never hang or panic.
package schema
