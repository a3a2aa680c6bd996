#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds the packed program, and the fixture server, against a real kube-apiserver with its etcd: both are started here on 127.0.0.1 and
# seeded through client-go and kubectl. Anything that cannot be built or started is a failure. Needs Go, etcd and openssl.
#   test/conformance/kubernetes/run.sh      ROLLCALL_BIN="node dist/rollcall.js" names the program to run
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
node="$root/node_modules/.bin/node"
[ -x "$node" ] || node=node
program="$("$here/build.sh")"
ROLLCALL_BIN="${ROLLCALL_BIN:-$node $root/dist/rollcall.js}" "$node" "$here/compare.ts" "$program"
