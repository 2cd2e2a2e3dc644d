package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// The users that the components act as; the API server gives them their rights.
const (
	controllerUser = "system:kube-controller-manager"
	schedulerUser  = "system:kube-scheduler"
)

// run starts a component and waits until it is ready.
func (c *Cluster) run(ctx context.Context, name, binary string, ready func(context.Context) error, args []string) error {
	p, err := start(name, binary, c.folder, args...)
	if err != nil {
		return err
	}
	c.processes = append(c.processes, p)
	return p.wait(ctx, ready)
}

// startEtcd returns the address etcd listens on.
func (c *Cluster) startEtcd(ctx context.Context, binary string) (string, error) {
	port, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	peer, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	url, peerURL := loopback("http", port), loopback("http", peer)
	return url, c.run(ctx, "etcd", binary, func(ctx context.Context) error { return get(ctx, http.DefaultClient, url+"/health") }, []string{
		"--data-dir", filepath.Join(c.folder, "etcd"), "--unsafe-no-fsync", "--log-level", "warn",
		"--listen-client-urls", url, "--advertise-client-urls", url,
		"--listen-peer-urls", peerURL, "--initial-advertise-peer-urls", peerURL, "--initial-cluster", "default=" + peerURL,
	})
}

func (c *Cluster) startAPIServer(ctx context.Context, binary, storage string, tokens map[string]string, more []string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	c.url = loopback("https", port)
	lines := []string{c.admin + `,admin,admin,"system:masters"`}
	for user, token := range tokens {
		lines = append(lines, token+","+user+","+user)
	}
	tokenFile := filepath.Join(c.folder, "tokens.csv")
	if err := os.WriteFile(tokenFile, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing tokens: %w", err)
	}
	return c.run(ctx, "kube-apiserver", binary, c.answers("/readyz"), append([]string{
		"--etcd-servers", storage, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", strconv.Itoa(port),
		"--endpoint-reconciler-type", "none", // a loopback address may not stand in an Endpoints object
		"--tls-cert-file", c.certs.serving, "--tls-private-key-file", c.certs.servingKey, "--cert-dir", c.folder,
		"--token-auth-file", tokenFile, "--authorization-mode", "RBAC", "--anonymous-auth=false",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", c.certs.accountKey,
		"--service-account-signing-key-file", c.certs.accountKey, "--service-cluster-ip-range", "10.96.0.0/16",
		"--allow-privileged", "--profiling=false",
	}, more...))
}

func (c *Cluster) startController(ctx context.Context, binary, token string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	config, err := c.kubeconfig(controllerUser, token)
	if err != nil {
		return err
	}
	return c.run(ctx, "kube-controller-manager", binary, c.healthy(port), append(c.serving(port, config),
		"--root-ca-file", c.certs.authority, "--service-account-private-key-file", c.certs.accountKey,
		"--use-service-account-credentials", "--allocate-node-cidrs=false"))
}

func (c *Cluster) startScheduler(ctx context.Context, binary, token string) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	config, err := c.kubeconfig(schedulerUser, token)
	if err != nil {
		return err
	}
	return c.run(ctx, "kube-scheduler", binary, c.healthy(port), c.serving(port, config))
}

// startKWOK runs KWOK with its own stages for nodes and pods that are ready at
// once.
func (c *Cluster) startKWOK(ctx context.Context, b built) error {
	port, err := freePort(ctx)
	if err != nil {
		return err
	}
	config, err := c.Kubeconfig()
	if err != nil {
		return err
	}
	args := []string{"--kubeconfig", config, "--manage-all-nodes", "--server-address", "127.0.0.1:" + strconv.Itoa(port), "--node-ip", "127.0.0.1"}
	for _, stage := range []string{"node/fast/node-initialize", "node/heartbeat-with-lease/node-heartbeat-with-lease", "pod/fast/pod-ready", "pod/fast/pod-complete", "pod/fast/pod-delete"} {
		args = append(args, "--config", filepath.Join(b.source, "kustomize", "stage", filepath.FromSlash(stage)+".yaml"))
	}
	url := loopback("http", port) + "/healthz"
	return c.run(ctx, "kwok", b.path, func(ctx context.Context) error { return get(ctx, http.DefaultClient, url) }, args)
}

// serving are the arguments that the two controllers share.
func (c *Cluster) serving(port int, kubeconfig string) []string {
	return []string{
		"--kubeconfig", kubeconfig, "--authentication-kubeconfig", kubeconfig, "--authorization-kubeconfig", kubeconfig,
		"--authorization-always-allow-paths", "/healthz", "--bind-address", "127.0.0.1", "--secure-port", strconv.Itoa(port),
		"--tls-cert-file", c.certs.serving, "--tls-private-key-file", c.certs.servingKey, "--leader-elect=false", "--profiling=false",
	}
}

// healthy tells whether the controller at the port says that it is well.
func (c *Cluster) healthy(port int) func(context.Context) error {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(c.certs.authorityPEM)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	return func(ctx context.Context) error { return get(ctx, client, loopback("https", port)+"/healthz") }
}

func loopback(scheme string, port int) string { return scheme + "://127.0.0.1:" + strconv.Itoa(port) }
