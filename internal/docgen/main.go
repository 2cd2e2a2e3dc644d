// Command docgen keeps the documentation true: it writes the pages about the
// commands from the commands themselves, the tables of fields from the
// definitions of the kinds, and below every command shown in a document what the
// command prints. It is run from the root of the repository:
//
//	go run ./internal/docgen
package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	if err := generate(context.Background()); err != nil {
		log.Fatalf("error: %v", err)
	}
}

// page is a file that is written from something else, in whole or in part.
type page struct {
	path string // from the root of the repository
	text []byte
}

// generate writes every page whose text has changed.
func generate(ctx context.Context) error {
	all, err := pages(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		have, err := os.ReadFile(p.path)
		if err == nil && bytes.Equal(have, p.text) {
			continue
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(p.path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(p.path, p.text, 0o644); err != nil { //nolint:gosec // a document is for everybody
			return err
		}
	}
	return nil
}

// pages are all generated pages as they ought to be. It reads the documents of
// the working directory, which must be the root of the repository, and writes
// nothing.
func pages(ctx context.Context) ([]page, error) {
	all, err := commandPages() //nolint:contextcheck // the commands are described, none is run
	if err != nil {
		return nil, err
	}
	tables, err := loadTables()
	if err != nil {
		return nil, err
	}
	written := map[string]bool{}
	for _, p := range all {
		written[p.path] = true
	}
	files, err := documents()
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		if written[path] {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if text, err = tables.fill(path, text); err != nil {
			return nil, err
		}
		if text, err = fillProfiles(path, text); err != nil {
			return nil, err
		}
		if text, err = rerun(ctx, path, text); err != nil {
			return nil, err
		}
		all = append(all, page{path, text})
	}
	return all, nil
}

// documents lists the files that hold commands and tables, by name.
func documents() ([]string, error) {
	files := []string{"README.md"}
	for _, dir := range []string{"docs", "examples"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !d.IsDir() && filepath.Ext(path) == ".md" && (dir == "docs" || d.Name() == "README.md") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}
