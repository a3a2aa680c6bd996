#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds what deploy/ ships against the programs that will read it: Helm, a real kube-apiserver with its Pod Security admission, actionlint, systemd-analyze
# and BuildKit's reader of container files; and runs what can be run of it with the packed program. Anything that cannot start is a failure.
#   test/conformance/deploy/run.sh      ROLLCALL_BIN="node dist/rollcall.js" names the program to run
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
node="$root/node_modules/.bin/node"
[ -x "$node" ] || node=node
tools="$("$here/build.sh")"
server="$("$here/../kubernetes/build.sh")"
ROLLCALL_BIN="${ROLLCALL_BIN:-$root/dist/rollcall.js}" "$node" "$here/deploy.ts" "$tools" "$server"
