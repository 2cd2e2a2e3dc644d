package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/schema"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

type discoverCommand struct {
	streams    IO
	files      []string
	recursive  bool
	output     string
	lookAlikes bool
}

func newDiscover(streams IO) *cobra.Command {
	d := &discoverCommand{streams: streams}
	cmd := &cobra.Command{
		Use:   "discover -f FILENAME",
		Short: "Find where custom resources set pod placement",
		Long: `Read CustomResourceDefinitions and list every place where a resource sets the
placement of pods: node selectors, tolerations, affinities and open pod templates,
also inside lists ([]) and maps ({}) and under other names. It goes by shape, name,
description and surroundings together; no kind is known beforehand.

Exit code 1 says that none of the definitions has such a place.`,
		Example: `  stowage discover -f crds/
  kubectl get crd -o yaml | stowage discover -f - -o json

  # What looks like placement, but is not, and why
  stowage discover -f crds/ --look-alikes -o wide`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return d.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&d.files, "filename", "f", nil, "file, folder or - (standard input) with CustomResourceDefinitions; may be given several times")
	flags.BoolVarP(&d.recursive, "recursive", "R", false, "read the folders within folders as well")
	flags.StringVarP(&d.output, "output", "o", "", "wide, json or yaml; a table without it")
	flags.BoolVar(&d.lookAlikes, "look-alikes", false, "list the fields that were weighed and found to be no placement of pods instead")
	return cmd
}

func (d *discoverCommand) run(ctx context.Context) error {
	if err := checkFormat(d.output, "", "wide", "json", "yaml"); err != nil {
		return err
	}
	in := input{files: d.files, recursive: d.recursive, definitions: true}
	s, err := in.loadSome(ctx, d.streams)
	if err != nil {
		return err
	}
	if len(s.Definitions) == 0 {
		return fmt.Errorf("no CustomResourceDefinition among %d documents; fix: name files that hold some", len(s.Documents))
	}
	points := d.points(s)
	text, err := d.format(points)
	if err != nil {
		return err
	}
	if err := write(d.streams, text); err != nil {
		return err
	}
	if len(points) == 0 {
		return errNo
	}
	return nil
}

func (d *discoverCommand) points(s *snapshot.Snapshot) []schema.Point {
	points := []schema.Point{}
	for _, object := range s.Definitions {
		report := schema.Inspect(schema.FromMap(object), "")
		found := report.Points
		if d.lookAlikes {
			found = report.LookAlikes
		}
		if report.Truncated {
			warn(d.streams, []string{fmt.Sprintf("a definition is deeper or larger than discovery looks: points of %s may be missing", nameOf(object))})
		}
		points = append(points, found...)
	}
	return points
}

func nameOf(object map[string]any) string {
	meta, _ := object["metadata"].(map[string]any)
	name, _ := meta["name"].(string)
	return name
}

// pointListJSON is what `discover -o json` prints.
type pointListJSON struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Items      []schema.Point `json:"items"`
}

func (d *discoverCommand) format(points []schema.Point) ([]byte, error) {
	if d.output == "json" || d.output == "yaml" {
		return encode(pointListJSON{outputAPIVersion, "PlacementPointList", points}, d.output)
	}
	header := []string{"DEFINITION", "VERSION", "PATH", "TYPE", "FORM", "CONFIDENCE"}
	wide := d.output == "wide"
	if wide {
		header = append(header, "WHY")
	}
	t := newTable(header...)
	kinds := map[string]bool{}
	for _, p := range points {
		kinds[p.CRD] = true
		cells := []string{p.CRD, p.Version, p.Path, string(p.Type), string(p.Form), strconv.FormatFloat(p.Confidence, 'f', 2, 64)}
		if wide {
			cells = append(cells, p.Why)
		}
		t.row(cells...)
	}
	what := "place"
	if d.lookAlikes {
		what = "look-alike"
	}
	return []byte(fmt.Sprintf("%s\n%s in %s\n", t.text(), count(len(points), what), count(len(kinds), "kind"))), nil
}
