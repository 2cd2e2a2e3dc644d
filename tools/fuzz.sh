#!/usr/bin/env bash
# Runs every native fuzz target of the repository, one after the other, for
# FUZZTIME each. With no such target it says so and succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."

fuzztime=${FUZZTIME:-20s}
count=0
while IFS=: read -r file declaration; do
	target=${declaration#func }
	target=${target%%(*}
	directory=$(dirname "$file")
	echo "==> fuzzing $target in $directory for $fuzztime"
	go -C "$directory" test -run '^$' -fuzz "^$target\$" -fuzztime "$fuzztime" . </dev/null
	count=$((count + 1))
done < <(grep --recursive --include='*_test.go' --extended-regexp '^func Fuzz[A-Za-z0-9_]+\(' \
	--only-matching --exclude-dir=.git --exclude-dir=testdata . | LC_ALL=C sort)
echo "fuzzed $count targets"
