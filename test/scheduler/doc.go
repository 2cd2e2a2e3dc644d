// Package scheduler holds no code of its own: its tests compare the verdicts of
// Stowage's engine with those of kube-scheduler's own filter plugins, and time
// the two side by side. It is a module of its own so that nothing else depends
// on k8s.io/kubernetes.
package scheduler
