package importer

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// place is a field of a values file.
type place struct {
	file, path string
	line       int
}

// String gives the place for messages.
func (p place) String() string {
	return fmt.Sprintf("%s in %q line %d", p.path, p.file, p.line)
}

// otomiValues is what the values say that matters for node placement.
type otomiValues struct {
	// settings is where the node selector stands or would stand.
	settings place
	// selectors that say something, in the order of the files.
	selectors []otomiSelector
	// teams by name, sorted.
	teams []string
	// words of workloads about their own placement.
	words []ownWord
	// findings made while reading.
	findings []Finding
}

// otomiReader gathers the values of all files.
type otomiReader struct {
	otomiValues
	root  string
	known bool
}

// readOtomi reads the values below dir, or of one file.
func readOtomi(dir fs.FS, only string) (*otomiValues, error) {
	reader := &otomiReader{root: "."}
	reader.settings = place{path: "otomi.nodeSelector"}
	files := []string{only}
	if only == "" {
		var err error
		if reader.root, err = valuesRoot(dir); err != nil {
			return nil, err
		}
		if files, reader.findings, err = listFiles(dir, reader.root); err != nil {
			return nil, err
		}
	}
	for _, name := range files {
		if err := reader.readFile(dir, name); err != nil {
			return nil, err
		}
	}
	if !reader.known {
		return nil, fmt.Errorf("reading otomi values: none found in %d YAML files; looked for %s", len(files), wanted)
	}
	slices.Sort(reader.teams)
	reader.teams = slices.Compact(reader.teams)
	return &reader.otomiValues, nil
}

// readFile takes in every document of a file.
func (r *otomiReader) readFile(dir fs.FS, name string) error {
	data, err := readFile(dir, name)
	if err != nil {
		return err
	}
	tops, err := parseYAML(name, data)
	if err != nil {
		return err
	}
	short := strings.TrimPrefix(name, r.root+"/")
	r.known = r.known || slices.Contains(settingsFiles(), short)
	file := &otomiFile{reader: r, name: name, team: isTeamFile(short)}
	for _, top := range tops {
		if err := file.read(top); err != nil {
			return fmt.Errorf("reading %q: %w", name, err)
		}
	}
	return nil
}

// isTeamFile says whether a file belongs to teams, by its path below the values
// folder.
func isTeamFile(short string) bool {
	return strings.HasPrefix(short, "teams/")
}

// otomiFile reads the documents of one file.
type otomiFile struct {
	tree
	reader *otomiReader
	name   string
	// team says that the file is a team's: nothing in it is a setting of the
	// platform.
	team bool
	// encrypted says that the document at hand is encrypted by SOPS, which
	// leaves the keys readable.
	encrypted bool
}

// read takes in one document.
func (f *otomiFile) read(top *yaml.Node) error {
	sops, encrypted, err := f.find(top, "sops", "mac")
	if err != nil {
		return err
	}
	f.encrypted = encrypted && !isNull(sops.value)
	kind, isObject, err := f.find(top, "kind")
	if err != nil {
		return err
	}
	var at place
	if isObject && strings.HasPrefix(kind.value.Value, "Apl") {
		f.reader.known = true
		at, err = f.object(top, kind.value.Value)
	} else {
		at, err = f.merged(top)
	}
	if err != nil {
		return err
	}
	return f.scan(top, at.path)
}

// merged reads a document of the layout in which every file is a part of one
// tree, and gives the place of the platform's node selector in it.
func (f *otomiFile) merged(top *yaml.Node) (place, error) {
	for _, key := range []string{"otomi", "teamConfig", "apps", "cluster"} {
		_, found, err := f.find(top, key)
		if err != nil {
			return place{}, err
		}
		f.reader.known = f.reader.known || found
	}
	if err := f.mergedTeams(top); err != nil || f.team {
		return place{}, err
	}
	entry, found, err := f.find(top, "otomi")
	if err != nil || !found {
		return place{}, err
	}
	return f.selector(entry, "otomi")
}

// mergedTeams takes in the names below teamConfig.
func (f *otomiFile) mergedTeams(top *yaml.Node) error {
	config, found, err := f.find(top, "teamConfig")
	if err != nil || !found {
		return err
	}
	teams, err := f.pairs(config.value)
	for _, team := range teams {
		f.reader.teams = append(f.reader.teams, team.key.Value)
	}
	return err
}

// object reads a document of the layout with one object per file, and gives the
// place of the platform's node selector in it.
func (f *otomiFile) object(top *yaml.Node, kind string) (place, error) {
	name, _, err := f.find(top, "metadata", "name")
	if err != nil {
		return place{}, err
	}
	switch {
	case kind == "AplTeamSettingSet":
		f.reader.teams = append(f.reader.teams, f.teamName(name.value))
	case kind == "AplCapabilitySet" && !f.team && (isNull(name.value) || name.value.Value == "otomi"):
		spec, found, err := f.find(top, "spec")
		if err != nil || !found {
			return place{}, err
		}
		return f.selector(spec, "spec")
	}
	return place{}, nil
}

// teamName is the name of a team's settings object or, without one, that of the
// folder it lies in.
func (f *otomiFile) teamName(name *yaml.Node) string {
	if isEmpty(name) || name.Kind != yaml.ScalarNode {
		return path.Base(path.Dir(f.name))
	}
	return name.Value
}

// selector takes in the node selector below parent, whose own path is given.
func (f *otomiFile) selector(parent pair, parentPath string) (place, error) {
	at := place{file: f.name, path: below(parentPath, "nodeSelector"), line: parent.key.Line}
	entry, found, err := f.find(parent.value, "nodeSelector")
	if err != nil {
		return at, err
	}
	if found {
		at.line = entry.key.Line
	}
	if f.reader.settings.file == "" {
		f.reader.settings = at
	}
	if !found || isEmpty(entry.value) {
		return at, nil
	}
	if f.encrypted {
		f.reader.findings = append(f.reader.findings, Finding{
			File: at.file, Line: at.line, Path: at.path,
			Message: "is encrypted by SOPS and was not read: move it to a file that is not encrypted",
		})
		return at, nil
	}
	selector, findings, err := f.readLabels(entry.value, at)
	if err != nil {
		return at, err
	}
	f.reader.findings = append(f.reader.findings, findings...)
	f.reader.selectors = append(f.reader.selectors, selector)
	return at, nil
}
