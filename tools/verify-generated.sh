#!/usr/bin/env bash
# Generates everything in place and fails if that changed a file.
#
# The tree before and the tree after are both recorded through an index and an
# object store of the script's own, so that it works with uncommitted changes at
# hand, sees new files as well, and leaves the repository's index alone.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

objects=$(git rev-parse --path-format=absolute --git-path objects)
snapshot() {
	GIT_INDEX_FILE=$scratch/index git add --all
	GIT_INDEX_FILE=$scratch/index git write-tree
}
export GIT_OBJECT_DIRECTORY=$scratch/objects
export GIT_ALTERNATE_OBJECT_DIRECTORIES=$objects
mkdir "$scratch/objects"

before=$(snapshot)
make --no-print-directory generate
after=$(snapshot)

if ! git --no-pager diff --stat --patch --exit-code "$before" "$after"; then
	echo
	echo "generated files are stale: run 'make generate' and commit the result"
	git --no-pager diff --name-status "$before" "$after"
	exit 1
fi
