package importer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// maxFileBytes bounds the size of one values file. Real ones are a few
// kilobytes; what is larger is something else.
const maxFileBytes = 8 << 20

// wanted says what a folder of values looks like, for messages.
const wanted = "settings.yaml, teams.yaml, cluster.yaml or apps/*.yaml of an Otomi values repository," +
	" settings/*.yaml of App Platform 4.5 and later, or one merged file with otomi: or teamConfig: at the top," +
	" in the folder itself or in its env folder"

// valuesRoot is the folder that holds the values: env if dir is a whole values
// repository, else dir itself.
func valuesRoot(dir fs.FS) (string, error) {
	for _, name := range settingsFiles() {
		if _, err := fs.Stat(dir, name); err == nil {
			return ".", nil
		}
	}
	info, err := fs.Stat(dir, "env")
	switch {
	case err == nil && info.IsDir():
		return "env", nil
	case err == nil || errors.Is(err, fs.ErrNotExist):
		return ".", nil
	default:
		return "", fmt.Errorf("looking for the env folder: %w", err)
	}
}

// settingsFiles are the files at the top of a values folder whose names alone
// tell what it is.
func settingsFiles() []string {
	return []string{
		"settings.yaml", "settings.yml", "teams.yaml", "teams.yml", "cluster.yaml", "cluster.yml",
		"settings/otomi.yaml", "settings/otomi.yml", "settings/cluster.yaml", "settings/cluster.yml",
	}
}

// listFiles names the YAML files below root in order. Hidden files and folders
// and decrypted secrets (*.dec) are left out. Links to files are read; links to
// folders are reported and not followed, so that a loop ends.
func listFiles(dir fs.FS, root string) ([]string, []Finding, error) {
	var files []string
	var findings []Finding
	err := fs.WalkDir(dir, root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("reading %q: %w", name, err)
		}
		hidden := name != root && strings.HasPrefix(entry.Name(), ".")
		switch {
		case hidden && entry.IsDir():
			return fs.SkipDir
		case hidden, entry.IsDir():
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			regular, finding, err := followLink(dir, name)
			findings = append(findings, finding...)
			if err != nil || !regular {
				return err
			}
		case !entry.Type().IsRegular():
			return nil
		}
		if isYAML(name) {
			files = append(files, name)
		}
		return nil
	})
	slices.Sort(files)
	return files, findings, err
}

// followLink says whether a link leads to a file. A YAML file that cannot be
// reached is an error; any other link that leads to no file is reported.
func followLink(dir fs.FS, name string) (bool, []Finding, error) {
	info, err := fs.Stat(dir, name)
	switch {
	case err != nil && isYAML(name):
		return false, nil, fmt.Errorf("following the link %q: %w", name, err)
	case err != nil:
		return false, []Finding{{File: name, Message: "is a link that cannot be followed: left out"}}, nil //nolint:nilerr // reported
	case info.IsDir():
		return false, []Finding{{File: name, Message: "is a link to a folder: not followed"}}, nil
	default:
		return info.Mode().IsRegular(), nil, nil
	}
}

// isYAML says whether a file is to be read, by its name. Otomi decrypts
// secrets.x.yaml to secrets.x.yaml.dec: those are secrets in clear, and hold no
// settings that the public file does not.
func isYAML(name string) bool {
	ext := path.Ext(name)
	if ext != ".yaml" && ext != ".yml" {
		return false
	}
	return path.Ext(strings.TrimSuffix(name, ext)) != ".dec"
}

// readFile reads a file of at most maxFileBytes.
func readFile(dir fs.FS, name string) ([]byte, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	if len(data) > maxFileBytes {
		return nil, fmt.Errorf("reading %q: the file is larger than %d MiB and cannot be a values file; move it out of the folder",
			name, maxFileBytes>>20)
	}
	return data, nil
}
