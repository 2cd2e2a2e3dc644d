package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/native"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

type compileCommand struct {
	input
	streams IO
	native  bool
}

func newCompile(streams IO) *cobra.Command {
	c := &compileCommand{streams: streams}
	cmd := &cobra.Command{
		Use:   "compile -f FILENAME",
		Short: "Print the rules in force in each namespace, and the admission policies that enforce them",
		Long: `Print the EffectivePlacement of every namespace among the input: the compiled,
ordered rules that its pods are placed by. Namespaces count that are declared, or
that a workload or policy stands in.

With --native it prints as well the two admission policies and their bindings by
which the API server itself (Kubernetes 1.37) places pods when they are created,
by the EffectivePlacement of their namespace. Nothing keeps the objects up to date:
compile and apply them again when pools, policies or namespaces change.`,
		Example: `  # What is in force where?
  stowage compile -f pools.yaml -f policies.yaml -f namespaces.yaml

  # Place pods at admission. The policies are too large for client-side apply.
  kubectl apply --server-side -f config/crd
  stowage compile --native -f pools.yaml -f policies.yaml -f namespaces.yaml | kubectl apply --server-side -f -`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	c.bind(cmd, "print only this namespace, which is also that of objects which name none")
	cmd.Flags().BoolVar(&c.native, "native", false, "print the admission policies and their bindings as well")
	return cmd
}

func (c *compileCommand) run(ctx context.Context) error {
	s, err := c.loadSome(ctx, c.streams)
	if err != nil {
		return err
	}
	objects, err := c.objects(s)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for i, o := range objects {
		text, err := encode(o, "yaml")
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteString("---\n")
		}
		out.Write(text)
	}
	return write(c.streams, out.Bytes())
}

func (c *compileCommand) objects(s *snapshot.Snapshot) ([]any, error) {
	var objects []any
	compiler := placement.NewCompiler(s.Pools, s.Cluster, s.Namespaced)
	for _, name := range s.Namespaces() {
		if c.namespace == "" || c.namespace == name {
			objects = append(objects, effectiveObject(name, compiler.Compile(s.Namespace(name))))
		}
	}
	if len(objects) == 0 {
		return nil, errors.New("no namespace to compile for: none is declared and no workload stands in one; fix: name a file with Namespaces")
	}
	if c.native {
		for _, p := range native.Policies() {
			plain, err := withoutEmpty(p)
			if err != nil {
				return nil, err
			}
			objects = append(objects, plain)
		}
	}
	return objects, nil
}

// effectiveObject is an EffectivePlacement as one would write it.
func effectiveObject(namespace string, spec v1alpha1.EffectivePlacementSpec) any {
	return map[string]any{
		"apiVersion": v1alpha1.GroupVersion.String(), "kind": v1alpha1.KindEffectivePlacement,
		"metadata": map[string]any{"name": v1alpha1.EffectivePlacementName, "namespace": namespace},
		"spec":     spec,
	}
}

// withoutEmpty is a typed object without its status and creation time, which are
// not a client's to write.
func withoutEmpty(object any) (map[string]any, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, fmt.Errorf("encoding an admission policy: %w", err)
	}
	var plain map[string]any
	if err := json.Unmarshal(data, &plain); err != nil {
		return nil, fmt.Errorf("encoding an admission policy: %w", err)
	}
	delete(plain, "status")
	if meta, ok := plain["metadata"].(map[string]any); ok {
		delete(meta, "creationTimestamp")
	}
	return plain, nil
}
