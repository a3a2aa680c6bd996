# SPDX-License-Identifier: Apache-2.0
"""Runs the packed program against an organization of thirty accounts in moto, entered through STS, and holds each account's outcome and counts against what was seeded. Exit 1 for any
difference. `ROLLCALL_BIN` is the program's command line; the one argument a folder to work in."""
import collections
import glob
import gzip
import json
import os
import shlex
import subprocess
import sys
import time

import boto3

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from moto_server import LOGIN, moto_server  # noqa: E402

ROLE = "rollcall-reader"
ACCOUNTS = 30
CLOSED = 2
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def seed(url):
    """An organization whose accounts have users and roles by their place: how many of each, by account; None for one that is closed."""
    organizations = boto3.client("organizations", endpoint_url=url)
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]
    made = {organization["MasterAccountId"]: {"aws.user": 0, "aws.role": 0}}
    for number in range(ACCOUNTS):
        account = organizations.create_account(Email=f"aws+{number}@northwind-harbor.example", AccountName=f"harbor {number}")["CreateAccountStatus"]["AccountId"]
        session = boto3.client("sts", endpoint_url=url).assume_role(RoleArn=f"arn:aws:iam::{account}:role/seeding", RoleSessionName="seed")["Credentials"]
        iam = boto3.client("iam", endpoint_url=url, aws_access_key_id=session["AccessKeyId"], aws_secret_access_key=session["SecretAccessKey"], aws_session_token=session["SessionToken"])
        users, roles = number % 4, number % 3
        for index in range(users):
            iam.create_user(UserName=f"worker-{index}")
        for index in range(roles):
            iam.create_role(RoleName=f"service-{index}", AssumeRolePolicyDocument=TRUST)
        # An account that an organization makes has the role of its management account from the start.
        made[account] = {"aws.user": users, "aws.role": roles + 1}
    for account in list(made)[-CLOSED:]:
        organizations.close_account(AccountId=account)
        made[account] = None
    return organization["Id"], made


def differences(bundle, organization, made):
    with open(os.path.join(bundle, "data", "coverage.json"), encoding="utf-8") as file:
        coverage = json.load(file)
    with open(os.path.join(bundle, "data", "scope.json"), encoding="utf-8") as file:
        scope = json.load(file)
    outcomes = {unit["unit"]: unit["outcome"] for unit in coverage["units"] if "/" not in unit["unit"]}
    wanted = {f"aws:{organization}", *(f"aws:{account}" for account in made)}
    if set(outcomes) != wanted:
        yield f"units: no outcome for {sorted(wanted - set(outcomes))}, more than the organization has {sorted(set(outcomes) - wanted)}"
    counts = collections.Counter()
    with gzip.open(os.path.join(bundle, "data", "inventory", "identities.jsonl.gz"), "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            counts[(row["unit"], row["kind"])] += 1
    for account, kinds in made.items():
        outcome = outcomes.get(f"aws:{account}")
        if kinds is None:
            if outcome != "closed":
                yield f"{account}: closed in moto, and its outcome is {outcome}"
            continue
        # moto leaves the end marker of several lists out: what those would have shown is open, and said so.
        if outcome not in ("scanned", "partially_scanned"):
            yield f"{account}: its outcome is {outcome}"
        for kind, count in kinds.items():
            if counts[(f"aws:{account}", kind)] != count:
                yield f"{account}: {counts[(f'aws:{account}', kind)]} of {kind} listed, {count} seeded"
    if not scope["parentRead"]:
        yield f"scope: {scope['statement']}"
    with gzip.open(os.path.join(bundle, "data", "coverage-units.jsonl.gz"), "rt", encoding="utf-8") as lines:
        listed = [one for line in lines for one in json.loads(line)["listed"] if one["kind"] == "aws.account" and one["count"] is not None]
    if [one["count"] for one in listed] != [len(made)]:
        yield f"accounts: {listed}, {len(made)} seeded"


def main():
    work = sys.argv[1]
    program = shlex.split(os.environ["ROLLCALL_BIN"])
    os.environ.update(LOGIN)
    with moto_server(os.path.join(work, "moto-organization.log")) as url:
        organization, made = seed(url)
        seeded = time.monotonic()
        archive = os.path.join(work, "archive")
        configuration = os.path.join(work, "rollcall.yaml")
        with open(configuration, "w", encoding="utf-8") as file:
            json.dump({"version": 1, "targets": [{"name": "organization", "provider": "aws", "scope": {"organization": True, "memberRole": {"name": ROLE, "externalId": "agreed-word"}}}]}, file)
        environment = {**os.environ, "AWS_ENDPOINT_URL": url, "HOME": work, "XDG_CONFIG_HOME": os.path.join(work, "config"), "XDG_DATA_HOME": os.path.join(work, "share")}
        result = subprocess.run([*program, "scan", "--config", configuration, "--archive", archive, "--bulk-only", "--json"], env=environment, cwd=work, capture_output=True, text=True, timeout=600)
        finished = time.monotonic()
    bundles = glob.glob(os.path.join(archive, "runs", "*"))
    found = [f"exit {result.returncode}: {result.stderr[-2000:]}"] if len(bundles) != 1 else list(differences(bundles[0], organization, made))
    # 3 for a gap in scope that nobody named: moto has some in every account.
    if result.returncode != 3:
        found.append(f"exit {result.returncode}, not 3: {result.stderr[-2000:]}")
    for line in found:
        print(line)
    print(f"moto: an organization of {len(made)} accounts, scanned in {finished - seeded:.1f} s, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
