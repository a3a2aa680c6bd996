# SPDX-License-Identifier: Apache-2.0
"""Runs the packed program against moto and compares its bundle with what was seeded. Exit 1 for any difference, or where moto or the
program does not start. `ROLLCALL_BIN` is the program's command line; the one argument a folder to work in."""
import collections
import datetime
import glob
import gzip
import json
import os
import shlex
import subprocess
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from moto_server import LOGIN, moto_server  # noqa: E402
from seed import seed, seed_region  # noqa: E402

NO_END_MARKER = "moto leaves IsTruncated out, so that nothing says whether the list has ended"
# What moto cannot answer and AWS can: source, the outcomes that the ledger may give it, and why. Any other gap fails, and so does
# a line here that moto no longer needs. Beside these it gives users ids in lower case, never pages, and its credential report has no row for root.
EXPECTED_GAPS = {
    "aws.access-analyzer.analyzers": ({"unreachable"}, "moto has nothing of Access Analyzer: a web page with status 500"),
    "aws.iam.service-specific-credentials": ({"unreachable"}, "ListServiceSpecificCredentials is not implemented: a web page with status 500"),
    "aws.cloudtrail.events": ({"unreachable"}, "LookupEvents is not implemented: a web page with status 500, asked for five times for each name"),
    "aws.iam.access-keys": ({"malformed"}, NO_END_MARKER),
    "aws.iam.account-aliases": ({"malformed"}, NO_END_MARKER),
    "aws.iam.instance-profiles": ({"malformed"}, NO_END_MARKER),
    "aws.iam.ssh-public-keys": ({"malformed"}, NO_END_MARKER),
    "aws.iam.delegation-requests": ({"unreachable"}, "ListDelegationRequests is not implemented: a web page with status 500"),
    "aws.account.regions": ({"not_found"}, "ListRegions is not implemented: a web page with status 404; so the login's own region is read"),
    "aws.eks.pod-identities": ({"not_found"}, "ListPodIdentityAssociations is not implemented"),
    "aws.eks.access-entries": ({"not_found"}, "ListAccessEntries is not implemented"),
    **{
        source: ({"unreachable"}, "not implemented: a web page with status 500")
        for source in ("aws.acm.acme-certificates", "aws.acm.acme-endpoints", "aws.codebuild.source-credentials", "aws.grafana.workspaces", "aws.iam.outbound-federation", "aws.kms.key-last-usage", "aws.lightsail.key-pairs", "aws.rolesanywhere.profiles", "aws.rolesanywhere.subjects", "aws.rolesanywhere.trust-anchors", "aws.ssm.activations")
    },
}
# The program says 3 for a gap in scope that nobody named: that is right here.
EXPECTED_EXIT = 3


def certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.northwind-harbor.example")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=90)).sign(key, hashes.SHA256())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def rows(bundle, name):
    with gzip.open(os.path.join(bundle, "data", "inventory", f"{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def stored(bundle, made):
    """What the region keeps, as far as moto lists it."""
    by_kind = collections.defaultdict(set)
    for row in [*rows(bundle, "credentials"), *rows(bundle, "objects")]:
        by_kind[row["kind"]].add(row["id"])
    for kind, ids in made.items():
        # moto makes keys of its own for services that encrypt with them.
        listed = by_kind[kind] & ids if kind == "aws.kms-key" else by_kind[kind]
        if listed != ids:
            yield f"{kind}: seeded and not listed {sorted(ids - listed)}, listed and not seeded {sorted(listed - ids)}"


def differences(bundle, made):
    identities, credentials, objects = rows(bundle, "identities"), rows(bundle, "credentials"), rows(bundle, "objects")
    by_kind = collections.defaultdict(set)
    for row in [*identities, *credentials, *objects]:
        by_kind[row["kind"]].add(row["id"])
    wanted = {"aws.user": set(made["users"].values()), "aws.role": set(made["roles"].values()), "aws.access-key": set(made["slots"]), "aws.server-certificate": set(made["certificates"])}
    for kind, ids in wanted.items():
        if by_kind[kind] != ids:
            yield f"{kind}: seeded and not listed {sorted(ids - by_kind[kind])}, listed and not seeded {sorted(by_kind[kind] - ids)}"
    for kind, count in {"aws.root": 1, "aws.group": len(made["groups"]), "aws.policy": len(made["policies"]), "aws.oidc-provider": len(made["oidc"]), "aws.saml-provider": len(made["saml"])}.items():
        if len(by_kind[kind]) != count:
            yield f"{kind}: {len(by_kind[kind])} listed, {count} seeded"
    for row in credentials:
        if row["kind"] == "aws.access-key" and row["status"].get("value") != made["slots"].get(row["id"]):
            yield f"{row['id']}: status {row['status']}, seeded {made['slots'].get(row['id'])}"
    privileges = {row["name"]: row["privilege"].get("value", {}).get("level") for row in identities}
    for name in ("two-keys", "worker-0"):
        if privileges.get(name) != "administrator":
            yield f"{name}: seeded as administrator, said to be {privileges.get(name)}"
    for name in ("ci", "worker-2"):
        if privileges.get(name) != "not_administrator":
            yield f"{name}: seeded without administration, said to be {privileges.get(name)}"


def gaps(bundle):
    with open(os.path.join(bundle, "data", "coverage.json"), encoding="utf-8") as file:
        coverage = json.load(file)
    seen = set()
    for gap in coverage["gaps"]:
        outcomes, _why = EXPECTED_GAPS.get(gap["source"], (set(), ""))
        seen.add(gap["source"])
        if gap["outcome"] not in outcomes:
            yield f"gap: {gap['source']} {gap['operation']} ended as {gap['outcome']}: {gap['message']}"
    for source in sorted(set(EXPECTED_GAPS) - seen):
        yield f"no gap in {source}: moto answers it now, so take its line out of EXPECTED_GAPS"
    for total in coverage["controlTotals"]:
        if total["state"] in ("differs", "changed_during_scan"):
            yield f"control total {total['name']}: {total['listed']} listed, {total['before']} before and {total['after']} after by the account's own count"


def main():
    work = sys.argv[1]
    program = shlex.split(os.environ["ROLLCALL_BIN"])
    os.environ.update(LOGIN)
    started = time.monotonic()
    with moto_server(os.path.join(work, "moto.log")) as url:
        pair = certificate()
        made = seed(url, *pair)
        kept = seed_region(url, LOGIN["AWS_REGION"], *pair)
        seeded = time.monotonic()
        archive = os.path.join(work, "archive")
        environment = {**os.environ, "AWS_ENDPOINT_URL": url, "HOME": work, "XDG_CONFIG_HOME": os.path.join(work, "config"), "XDG_DATA_HOME": os.path.join(work, "share")}
        result = subprocess.run([*program, "scan", "--archive", archive, "--json"], env=environment, cwd=work, capture_output=True, text=True, timeout=300)
        finished = time.monotonic()
    found = []
    if result.returncode != EXPECTED_EXIT:
        found.append(f"exit {result.returncode}, not {EXPECTED_EXIT}: {result.stderr[-2000:]}")
    bundles = glob.glob(os.path.join(archive, "runs", "*"))
    if len(bundles) != 1:
        found.append(f"{len(bundles)} runs in the archive, not 1: {result.stdout[-500:]}")
    else:
        found += [*differences(bundles[0], made), *stored(bundles[0], kept), *gaps(bundles[0])]
        with open(os.path.join(bundles[0], "data", "scope.json"), encoding="utf-8") as file:
            scope = json.load(file)
        if [unit["nativeId"] for unit in scope["units"]] != ["123456789012", "123456789012/us-east-1"]:
            found.append(f"scope: {scope['units']}")
        for path in glob.glob(os.path.join(bundles[0], "**", "*"), recursive=True):
            if os.path.isfile(path):
                with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                    if b"not-for-anybody" in file.read():
                        found.append(f"{path}: holds a secret's value")
    for line in found:
        print(line)
    print(f"moto: seeded in {seeded - started:.1f} s, scanned in {finished - seeded:.1f} s, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
