package cluster

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// startup is how long the components together may take until they are ready.
const startup = 2 * time.Minute

// Options say what runs.
type Options struct {
	// Controllers runs kube-controller-manager and kube-scheduler too.
	Controllers bool
	// Kubelets runs KWOK, which plays the kubelet of every node: the test makes
	// Node objects, KWOK makes them ready and the pods on them run.
	Kubelets bool
	// APIServerArgs are added to the command line of kube-apiserver.
	APIServerArgs []string
}

// Cluster is a running control plane.
type Cluster struct {
	folder    string
	version   string
	url       string
	certs     *certs
	admin     string // token
	processes []*process
}

// Start builds what is missing and starts a cluster; it returns when the API
// server, and the controllers if asked for, say that they are ready. The context
// bounds building and starting; the cluster runs until Stop.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	folder, err := os.MkdirTemp("", "stowage-cluster-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for a cluster: %w", err)
	}
	c := &Cluster{folder: folder, admin: newToken()}
	if err := c.start(ctx, o); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, o Options) error {
	ready, err := buildAll(ctx, o)
	if err != nil {
		return err
	}
	c.version = ready["kube-apiserver"].version
	if c.certs, err = newCerts(c.folder); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startup)
	defer cancel()
	storage, err := c.startEtcd(ctx, ready["etcd"].path)
	if err != nil {
		return err
	}
	tokens := map[string]string{controllerUser: newToken(), schedulerUser: newToken()}
	if err := c.startAPIServer(ctx, ready["kube-apiserver"].path, storage, tokens, o.APIServerArgs); err != nil {
		return err
	}
	if o.Controllers {
		if err := c.startController(ctx, ready["kube-controller-manager"].path, tokens[controllerUser]); err != nil {
			return err
		}
		if err := c.startScheduler(ctx, ready["kube-scheduler"].path, tokens[schedulerUser]); err != nil {
			return err
		}
	}
	if o.Kubelets {
		return c.startKWOK(ctx, ready["kwok"])
	}
	return nil
}

// buildAll builds what the options ask for; the result goes by the programs'
// names.
func buildAll(ctx context.Context, o Options) (map[string]built, error) {
	programs := []program{etcd(), component("kube-apiserver")}
	if o.Controllers {
		programs = append(programs, component("kube-controller-manager"), component("kube-scheduler"))
	}
	if o.Kubelets {
		programs = append(programs, kwok())
	}
	ready := map[string]built{}
	for _, p := range programs {
		b, err := build(ctx, p)
		if err != nil {
			return nil, err
		}
		ready[p.name] = b
	}
	return ready, nil
}

// Stop ends every process, the API server before etcd, and takes the cluster's
// files away. Stopping twice does nothing.
func (c *Cluster) Stop() {
	for _, p := range slices.Backward(c.processes) {
		p.stop()
	}
	c.processes = nil
	_ = os.RemoveAll(c.folder) // at worst a folder below the temporary one stays
}

// Version is the version of Kubernetes that runs, such as "v1.37.2".
func (c *Cluster) Version() string { return c.version }

// Config is how a client reaches the cluster as its administrator.
func (c *Cluster) Config() *rest.Config { return c.config(c.admin) }

func (c *Cluster) config(token string) *rest.Config {
	return &rest.Config{Host: c.url, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: c.certs.authorityPEM}, QPS: -1}
}

// Kubeconfig writes a kubeconfig file for the administrator and returns its path;
// Stop takes it away.
func (c *Cluster) Kubeconfig() (string, error) { return c.kubeconfig("admin", c.admin) }

func (c *Cluster) kubeconfig(user, token string) (string, error) {
	config := clientcmdapi.NewConfig()
	config.Clusters["stowage"] = &clientcmdapi.Cluster{Server: c.url, CertificateAuthorityData: c.certs.authorityPEM}
	config.AuthInfos[user] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts["stowage"] = &clientcmdapi.Context{Cluster: "stowage", AuthInfo: user}
	config.CurrentContext = "stowage"
	path := filepath.Join(c.folder, strings.ReplaceAll(user, ":", "-")+".kubeconfig")
	if err := clientcmd.WriteToFile(*config, path); err != nil {
		return "", fmt.Errorf("writing kubeconfig %q: %w", path, err)
	}
	return path, nil
}

// answers tells whether a path of the API server answers with OK.
func (c *Cluster) answers(path string) func(context.Context) error {
	return func(ctx context.Context) error {
		client, err := rest.HTTPClientFor(c.Config())
		if err != nil {
			return err
		}
		return get(ctx, client, c.url+path)
	}
}

func get(ctx context.Context, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing is read from it
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return nil
}
