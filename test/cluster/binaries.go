package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// program is a main package that a go.mod of this folder declares as a tool.
type program struct {
	name    string
	pkg     string
	module  string // that holds the package and gives the version
	declare string // folder of the go.mod, seen from this module's
}

func etcd() program {
	return program{name: "etcd", pkg: "go.etcd.io/etcd/server/v3", module: "go.etcd.io/etcd/server/v3", declare: "."}
}

// component is a component of Kubernetes, such as kube-apiserver.
func component(name string) program {
	return program{name: name, pkg: "k8s.io/kubernetes/cmd/" + name, module: "k8s.io/kubernetes", declare: "."}
}

// kwok plays the kubelets of nodes that are not there. It has a go.mod of its own,
// for it is built with another version of Kubernetes' libraries.
func kwok() program {
	return program{name: "kwok", pkg: "sigs.k8s.io/kwok/cmd/kwok", module: "sigs.k8s.io/kwok", declare: "kwok"}
}

// ownModule is the module of this folder.
const ownModule = "github.com/stowage-dev/stowage/test/cluster"

// built is a program ready to run.
type built struct {
	path    string
	version string // such as "v1.37.2"
	source  string // folder of the module's files
}

// build returns the binary of a program. The first time takes minutes, which it
// says on standard error; later runs find it in the user's cache folder.
func build(ctx context.Context, p program) (built, error) {
	folder, err := goCommand(ctx, ".", "list", "-m", "-f", "{{.Dir}}", ownModule)
	if err != nil {
		return built{}, fmt.Errorf("finding the folder of %q: %w", ownModule, err)
	}
	folder = filepath.Join(folder, p.declare)
	about, err := goCommand(ctx, folder, "list", "-m", "-f", "{{.Version}} {{.Dir}}", p.module)
	if err != nil {
		return built{}, fmt.Errorf("reading the version of %q from go.mod: %w", p.module, err)
	}
	var b built
	b.version, b.source, _ = strings.Cut(about, " ")
	cache, err := os.UserCacheDir()
	if err != nil {
		return built{}, fmt.Errorf("finding a folder for binaries: %w", err)
	}
	b.path = filepath.Join(cache, "stowage", "bin", p.name+"-"+b.version)
	if _, err := os.Stat(b.path); err == nil {
		return b, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return built{}, fmt.Errorf("looking for binary %q: %w", b.path, err)
	}
	return b, b.make(ctx, folder, p)
}

// make builds the binary from the folder of a go.mod.
func (b built) make(ctx context.Context, folder string, p program) error {
	if err := os.MkdirAll(filepath.Dir(b.path), 0o755); err != nil {
		return fmt.Errorf("making a folder for binaries: %w", err)
	}
	begin := time.Now() //nolint:forbidigo // it is told how long building took
	fmt.Fprintf(os.Stderr, "building %s %s into %s (minutes, once)\n", p.name, b.version, b.path)
	making := fmt.Sprintf("%s.%d", b.path, os.Getpid())
	if _, err := goCommand(ctx, folder, "build", "-ldflags", stamp(b.version), "-o", making, p.pkg); err != nil {
		return fmt.Errorf("building %q: %w", p.pkg, err)
	}
	if err := os.Rename(making, b.path); err != nil {
		return fmt.Errorf("building %q: %w", p.pkg, err)
	}
	fmt.Fprintf(os.Stderr, "built %s in %s\n", p.name, time.Since(begin).Round(time.Second))
	return nil
}

// stamp writes the version into a component of Kubernetes: without it the API
// server would think it were v0.0.0 and switch features off.
func stamp(version string) string {
	parts := strings.Split(strings.TrimPrefix(version, "v"), ".")
	const at = "-X k8s.io/component-base/version."
	return at + "gitVersion=" + version + " " + at + "gitMajor=" + parts[0] + " " + at + "gitMinor=" + parts[1]
}

// goCommand runs the go command in a folder and returns what it prints.
func goCommand(ctx context.Context, folder string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = folder
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("running go %s: %w: %s", args[0], err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(string(out)), nil
}
