// Package archtest holds the architecture of the module as data, and a test that
// compares it with the imports that the code really has.
//
// Packages stand in rings. A package imports only lower rings. Inside a ring it
// imports nothing, or, where the ring is ordered, only what stands before it. So
// nothing can be reached from below that ought to be decided above, and every
// package can be read and tested without those over it.
package archtest

// module is the import path of the root module.
const module = "github.com/stowage-dev/stowage"

// ring is one level of the architecture.
type ring struct {
	name string
	// packages by their path below the module. In an ordered ring a package may
	// import those before it.
	packages []string
	ordered  bool
	// pure packages get data and give data: they import no package that talks
	// to a cluster, the network, the file system or another process.
	pure bool
	// thirdParty lists the only packages of others, with all below them, that
	// may be imported, tests aside; nil allows any.
	thirdParty []string
}

// rings lists the architecture, lowest ring first. A new package is added here,
// in the lowest ring from which it reaches all it imports.
func rings() []ring {
	return []ring{
		{
			// Anyone can use the types without taking in a client.
			name:       "the API and its definitions",
			packages:   []string{"api/v1alpha1", "config/crd"},
			thirdParty: []string{"k8s.io/api/core/v1", "k8s.io/apimachinery"},
		},
		{
			name:     "ring 0, the engine",
			packages: []string{"internal/patch", "internal/selector", "internal/schema", "internal/placement", "internal/conflict", "internal/profile", "internal/resource"},
			ordered:  true,
			pure:     true,
		},
		{
			name: "ring 1, reading what there is",
			packages: []string{
				"internal/manifest/syntax", "internal/manifest", "internal/crd", "internal/snapshot", "internal/importer", "internal/native",
			},
			ordered: true,
		},
		{
			name:     "ring 2, answers, which never import one another",
			packages: []string{"internal/plan", "internal/explain", "internal/render"},
		},
		{
			name:     "ring 3, the command line",
			packages: []string{"internal/cli"},
		},
		{
			name:     "ring 4, programs",
			packages: []string{"cmd/stowage", "internal/docgen", "internal/archtest"},
		},
		{
			// Above all else, so that only tests can import it.
			name:     "support for tests",
			packages: []string{"internal/selector/selectortest"},
		},
	}
}

// impure lists what a pure package must not import, each with what lies below
// it. Whether that goes for the packages it reaches through others as well is
// said by deep.
//
// net/http, net and os cannot be held off all the way down: k8s.io/api/core/v1
// reaches them through apimachinery, which can write to the network in methods
// that nobody here calls. There the rule is about our own imports. The others
// are reached by nothing the engine needs, and so none may reach them.
func impure() []barrier {
	return []barrier{
		{path: "k8s.io/client-go", deep: true},
		{path: "k8s.io/cli-runtime", deep: true},
		{path: "k8s.io/apiserver", deep: true},
		{path: "sigs.k8s.io/controller-runtime", deep: true},
		{path: "os/exec", deep: true},
		{path: "net"},
		{path: "os"},
		{path: "io/ioutil"},
		{path: "syscall"},
	}
}

// barrier is a package, with all below it, that pure packages stay off.
type barrier struct {
	path string
	deep bool
}
