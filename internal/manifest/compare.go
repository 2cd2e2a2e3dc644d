package manifest

// farthest bounds how many changed lines are searched at once for the
// shortest difference: time and memory grow with its square.
const farthest = 400

// compare returns the differing runs of two lists of lines in their order,
// found by Myers' algorithm. Where a stretch differs by more than farthest
// lines the way that came farthest is taken and the search starts again there.
func compare(a, b []string) []run {
	var runs []run
	x, y := 0, 0
	for x < len(a) || y < len(b) {
		if x < len(a) && y < len(b) && a[x] == b[y] {
			x, y = x+1, y+1
			continue
		}
		steps := search(a[x:], b[y:])
		for _, s := range steps {
			runs = appendRun(runs, run{a: x + s.a, aEnd: x + s.aEnd, b: y + s.b, bEnd: y + s.bEnd})
		}
		last := steps[len(steps)-1]
		x, y = x+last.aEnd, y+last.bEnd
	}
	return runs
}

// appendRun adds a run, joined to the last one if they touch.
func appendRun(runs []run, r run) []run {
	if n := len(runs); n > 0 && runs[n-1].aEnd == r.a && runs[n-1].bEnd == r.b {
		runs[n-1].aEnd, runs[n-1].bEnd = r.aEnd, r.bEnd
		return runs
	}
	return append(runs, r)
}

// search follows the shortest way from the start of a and b, which differ in
// their first line, and returns the changes on it: all of them, or those of
// the way that is farthest after some hundred changes.
func search(a, b []string) []run {
	var trace [][]int // per number of changes: the farthest x on each diagonal
	v := []int{0, 0, 0}
	for d := 0; ; d++ {
		best, at := -1, 0
		next := make([]int, 2*d+3)
		for k := -d; k <= d; k += 2 {
			x := 0
			if d > 0 {
				x = advance(v, k, d)
			}
			for x < len(a) && x-k < len(b) && a[x] == b[x-k] {
				x++
			}
			next[k+d+1] = x
			if y := x - k; x <= len(a) && y <= len(b) && x+y > best {
				best, at = x+y, k
			}
		}
		trace = append(trace, next)
		if best == len(a)+len(b) || d == farthest {
			return backtrack(trace, at)
		}
		v = next
	}
}

// advance returns where diagonal k starts with its d-th change, given what the
// change before has reached. The diagonal of x is k = x - y.
func advance(v []int, k, d int) int {
	at := func(k int) int { return v[k+d] } // v is for d-1: offset d
	if k == -d || k != d && at(k-1) < at(k+1) {
		return at(k + 1)
	}
	return at(k-1) + 1
}

// backtrack returns the changes on the way to diagonal k of the last round.
func backtrack(trace [][]int, k int) []run {
	var runs []run
	for d := len(trace) - 1; d > 0; d-- {
		v := trace[d-1]
		x := advance(v, k, d)
		if k == -d || k != d && v[k-1+d] < v[k+1+d] {
			k++
			runs = append(runs, run{a: x, aEnd: x, b: x - k, bEnd: x - k + 1})
		} else {
			k--
			runs = append(runs, run{a: x - 1, aEnd: x, b: x - 1 - k, bEnd: x - 1 - k})
		}
	}
	for i, j := 0, len(runs)-1; i < j; i, j = i+1, j-1 {
		runs[i], runs[j] = runs[j], runs[i]
	}
	return runs
}
