#!/bin/sh
# Kustomize calls an executable without arguments; stowage must be on the PATH.
exec stowage render
