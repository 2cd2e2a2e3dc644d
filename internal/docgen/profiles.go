package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/profile"
)

// The table of the shipped profiles stands between these lines.
const (
	profilesBegin = "<!-- shipped profiles -->"
	profilesEnd   = "<!-- end of shipped profiles -->"
)

// fillProfiles puts the table of the shipped profiles into a document that asks
// for it.
func fillProfiles(path string, text []byte) ([]byte, error) {
	before, rest, asked := bytes.Cut(text, []byte(profilesBegin+"\n"))
	if !asked {
		return text, nil
	}
	_, after, ends := bytes.Cut(rest, []byte(profilesEnd))
	if !ends {
		return nil, fmt.Errorf("writing the profiles in %s: the table has no end; fix: close it with %q", path, profilesEnd)
	}
	table, err := profileTable()
	if err != nil {
		return nil, err
	}
	return bytes.Join([][]byte{before, []byte(profilesBegin + "\n\n" + table + "\n" + profilesEnd), after}, nil), nil
}

// profileTable lists the shipped profiles with the places they write to and
// those they stay off.
func profileTable() (string, error) {
	shipped, err := profile.Shipped()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString("| kind | writes below | leaves alone | not reached |\n|---|---|---|---|\n")
	for _, p := range shipped {
		writes, never := map[v1alpha1.PointMode][]string{}, v1alpha1.PointNever
		for _, point := range p.Spec.Points {
			mode := point.Mode
			if mode != never {
				mode = v1alpha1.PointWrite
			}
			writes[mode] = append(writes[mode], point.Path)
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s |\n", p.Name, grouped(writes[v1alpha1.PointWrite]), grouped(writes[never]), orDash(strings.Join(p.Spec.Unreached, ", ")))
	}
	return out.String(), nil
}

// grouped writes paths by the object that holds them: `spec`: nodeSelector,
// tolerations.
func grouped(paths []string) string {
	var parents []string
	names := map[string][]string{}
	for _, path := range paths {
		at := strings.LastIndexByte(path, '.')
		parent := path[:max(at, 0)]
		if names[parent] == nil {
			parents = append(parents, parent)
		}
		names[parent] = append(names[parent], path[at+1:])
	}
	for i, parent := range parents {
		parents[i] = "`" + parent + "`: " + strings.Join(names[parent], ", ")
	}
	return orDash(strings.Join(parents, "<br>"))
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
