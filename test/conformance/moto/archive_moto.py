# SPDX-License-Identifier: Apache-2.0
"""The packed program's archive in moto's S3, with Object Lock: push, check, damage done behind its back through boto3, fetch, and eight writers of one log at once. Exit 1 for any
difference, or where moto or the program does not start. `ROLLCALL_BIN` is the program's command line; the one argument a folder to work in. `APPEND` is the command line of a writer."""
import json
import os
import shlex
import subprocess
import sys
import time

import boto3
from botocore.exceptions import ClientError

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from moto_server import LOGIN, moto_server  # noqa: E402

BUCKET = "evidence"
URL = f"s3://{BUCKET}/northwind"
WRITERS, EACH = 8, 5


class Archive:
    """The program against one bucket, and what was found wrong."""

    def __init__(self, work, url):
        self.work, self.found = work, []
        self.program = shlex.split(os.environ["ROLLCALL_BIN"])
        self.s3 = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
        # The demo has servers of its own for everything but S3.
        self.environment = {**os.environ, "AWS_ENDPOINT_URL_S3": url, "HOME": work, "XDG_CONFIG_HOME": os.path.join(work, "config"), "XDG_CACHE_HOME": os.path.join(work, "cache")}

    def run(self, *arguments):
        ended = subprocess.run([*self.program, *arguments], env=self.environment, cwd=self.work, capture_output=True, text=True, timeout=300)
        return ended.returncode, ended.stdout, ended.stderr

    def expect(self, what, code, *arguments):
        """Runs a command that prints JSON; gives what it printed."""
        ended, out, err = self.run(*arguments, "--json")
        if ended != code:
            self.found.append(f"{what}: exit {ended}, not {code}: {err[-800:]}{out[-800:]}")
        return json.loads(out) if out.startswith("{") else {}

    def must(self, what, holds, seen):
        if not holds:
            self.found.append(f"{what}: {str(seen)[:800]}")

    def codes(self, what):
        return sorted({finding["code"] for finding in self.expect(what, 1, "archive", "check", "--archive", URL).get("findings", [])})

    def versions(self, key):
        listed = self.s3.list_object_versions(Bucket=BUCKET, Prefix=key)
        return [version for version in listed.get("Versions", []) if version["Key"] == key]


def pushed(archive, run):
    outcome = archive.expect("push", 0, "archive", "push", URL, "--archive", "evidence", "--retain-days", "30")
    archive.must("push", outcome.get("refused") is None and outcome.get("runs", {}).get("sent") == [run] and outcome.get("findings") == [], outcome)
    keys = [item["Key"] for page in archive.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET) for item in page["Contents"]]
    here = [os.path.relpath(os.path.join(folder, name), archive.work + "/evidence") for folder, _, names in os.walk(archive.work + "/evidence/runs") for name in names]
    archive.must("every file of the run is an object", {f"northwind/{name}" for name in here} <= set(keys), sorted(set(here)))
    for key in keys:
        # moto 5.2.5 answers GetObjectRetention with a document that botocore cannot read.
        head = archive.s3.head_object(Bucket=BUCKET, Key=key)
        days = (head["ObjectLockRetainUntilDate"].timestamp() - time.time()) / 86400
        archive.must(f"retention of {key}", head["ObjectLockMode"] == "GOVERNANCE" and 29.9 < days <= 30, head)
    again = archive.expect("push again", 0, "archive", "push", URL, "--archive", "evidence")
    archive.must("push again", again.get("objects") == {"written": 0, "there": len(here)}, again.get("objects"))
    archive.expect("check", 0, "archive", "check", "--archive", URL)
    archive.expect("fetch", 0, "archive", "fetch", URL, "--archive", "restored")
    difference = subprocess.run(["diff", "-r", "evidence/runs", "restored/runs"], cwd=archive.work, capture_output=True, text=True)
    archive.must("the fetched runs are the same", difference.returncode == 0, difference.stdout)
    archive.must("the fetched log is the same", open(archive.work + "/evidence/log/leaves.jsonl", "rb").read() == open(archive.work + "/restored/log/leaves.jsonl", "rb").read(), "")
    archive.expect("check of the fetched", 0, "archive", "check", "--archive", "restored")


def damaged(archive, run):
    key = f"northwind/runs/{run}/data/run.json"
    kept = archive.versions(key)[0]["VersionId"]
    try:
        archive.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=kept)
        archive.must("a locked version is not deleted", False, "it was deleted")
    except ClientError as error:
        archive.must("a locked version is not deleted", error.response["Error"]["Code"] == "AccessDenied", error)
    # What Object Lock lets anybody with the right to write do: put a marker, or a newer version, over what it keeps.
    marker = archive.s3.delete_object(Bucket=BUCKET, Key=key)["VersionId"]
    archive.must("a hidden object", archive.codes("hidden") == ["object_hidden", "run_altered"], archive.codes("hidden"))
    archive.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=marker)
    archive.expect("check after the marker is gone", 0, "archive", "check", "--archive", URL)
    other = archive.s3.put_object(Bucket=BUCKET, Key=key, Body=b"{}")["VersionId"]
    archive.must("an object written over", archive.codes("over") == ["lock_missing", "object_replaced", "run_altered"], archive.codes("over"))
    archive.must("push sees it too", archive.expect("push over", 1, "archive", "push", URL, "--archive", "evidence").get("findings", [{}])[0].get("code") == "object_replaced", "")
    archive.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=other)
    # With the right to bypass, governance gives way: then the object is gone, and the log still tells.
    archive.s3.delete_object(Bucket=BUCKET, Key=key, VersionId=kept, BypassGovernanceRetention=True)
    archive.must("an object removed by who may bypass", archive.codes("bypass") == ["run_altered"], archive.codes("bypass"))
    archive.expect("push brings it back", 0, "archive", "push", URL, "--archive", "evidence")
    archive.expect("check after it is back", 0, "archive", "check", "--archive", URL)


def compliance(archive):
    archive.s3.create_bucket(Bucket="compliance", ObjectLockEnabledForBucket=True)
    archive.expect("push in compliance mode", 0, "archive", "push", "s3://compliance/x", "--archive", "evidence", "--mode", "compliance", "--retain-days", "2")
    found = archive.s3.list_object_versions(Bucket="compliance", Prefix="x/log/origin")["Versions"][0]
    try:
        archive.s3.delete_object(Bucket="compliance", Key=found["Key"], VersionId=found["VersionId"], BypassGovernanceRetention=True)
        archive.must("compliance yields to nobody", False, "it was deleted")
    except ClientError as error:
        archive.must("compliance yields to nobody", error.response["Error"]["Code"] == "AccessDenied", error)
    archive.s3.create_bucket(Bucket="bare")
    code, _, err = archive.run("archive", "push", "s3://bare/x", "--archive", "evidence")
    archive.must("a bucket without Object Lock is refused", code == 2 and "no versions" in err, err)
    archive.must("nothing was sent to it", "Contents" not in archive.s3.list_objects_v2(Bucket="bare"), "")


def writers(archive):
    """Eight processes append to one log. moto answers a condition and the write under it in two steps and many threads, so that it can let two of them win: what it then holds is told apart by versions."""
    command = shlex.split(os.environ["APPEND"])
    started = [subprocess.Popen([*command, f"s3://{BUCKET}/writers", f"writer {number}", str(EACH)], env=archive.environment, cwd=archive.work, stderr=subprocess.PIPE, text=True) for number in range(WRITERS)]
    for process in started:
        _, err = process.communicate(timeout=300)
        archive.must("a writer", process.returncode == 0, err[-800:])
    keys = [item["Key"] for page in archive.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="writers/log/leaves/") for item in page["Contents"]]
    archive.must("entries are dense", keys == [f"writers/log/leaves/{number:012}.json" for number in range(WRITERS * EACH)], keys)
    runs = [json.loads(archive.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())["run"] for key in keys]
    archive.must("nothing is lost or repeated", sorted(runs) == sorted(f"writer {number} {index}" for number in range(WRITERS) for index in range(EACH)), runs)
    archive.must("each leaf was written once", all(len(archive.versions(key)) == 1 for key in keys), "")


def main():
    work = sys.argv[1]
    os.environ.update(LOGIN)
    started = time.monotonic()
    with moto_server(os.path.join(work, "moto-s3.log")) as url:
        archive = Archive(work, url)
        code, _, err = archive.run("demo", "--quiet", "--archive", "evidence")
        archive.must("demo", code == 0, err[-800:])
        archive.s3.create_bucket(Bucket=BUCKET, ObjectLockEnabledForBucket=True)
        run = os.listdir(os.path.join(work, "evidence", "runs"))[0]
        pushed(archive, run)
        damaged(archive, run)
        compliance(archive)
        writers(archive)
    for line in archive.found:
        print(line)
    print(f"moto's S3: {time.monotonic() - started:.1f} s, {len(archive.found)} differences")
    return 1 if archive.found else 0


if __name__ == "__main__":
    sys.exit(main())
