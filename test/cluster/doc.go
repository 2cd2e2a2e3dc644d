// Package cluster runs a real Kubernetes control plane for tests: etcd and
// kube-apiserver, and if asked kube-scheduler and kube-controller-manager, each
// built from its own Go module at the version this module's go.mod names. They
// listen on 127.0.0.1 alone, on free ports, and keep their files in a folder that
// Stop takes away.
package cluster
