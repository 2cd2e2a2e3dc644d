package crd

import "strings"

// nearest returns the name among known that a writer of misspelt most likely
// meant, or the empty string if none is near. Among equally near ones it is the
// first.
func nearest(misspelt string, known []string) string {
	best, bestDistance := "", len(misspelt)/3+1
	for _, name := range known {
		distance := editDistance(strings.ToLower(misspelt), strings.ToLower(name))
		if distance < bestDistance {
			best, bestDistance = name, distance
		}
	}
	return best
}

// editDistance counts the bytes to insert, delete or replace to get from a to b.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
