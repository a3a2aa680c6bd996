#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds kube-apiserver, kubectl and the seeder as one program and prints its path. It is kept outside the tree, under a name made of its
# sources and of the compiler, and is built again only when one of them changes: five minutes from nothing, on two cores.
set -euo pipefail
export LC_ALL=C
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/rollcall-conformance"

fail() { echo "kubernetes conformance: $1" >&2; exit 1; }
command -v go >/dev/null || fail 'there is no go; install Go (golang-go of Debian is enough to fetch the release that go.mod asks for)'
# A Go from 1.21 on fetches the release that go.mod names by itself; an older one does not know the line.
cd "$here/server"
compiler="$(GOFLAGS=-mod=readonly go version)" || fail "this Go cannot build the module, which asks for $(sed -n 's/^go /Go /p' go.mod); install a newer one"
wanted="$(cat go.mod go.sum ./*.go | { cat; echo "$compiler"; } | sha256sum | cut -c1-16)"
program="$cache/kube-$wanted"
if [ ! -x "$program" ]; then
  echo "building kube-apiserver into $program; this takes minutes" >&2
  mkdir -p "$cache"
  rm -f "$cache"/kube-*
  GOFLAGS=-mod=readonly CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$program.part" . || fail 'kube-apiserver cannot be built; the lines above say why'
  mv "$program.part" "$program"
fi
echo "$program"
