"""Tries AWS's device SDKs on a sandbox of its own and prints a table; see scripts/try-sdks."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import v1
import v2
from answer import Identity
from cases import CASES, Trial

COLUMNS = [
    (v2.ShadowClient, None), (v2.ShadowClient, "config"),
    (v2.RequestClient, None), (v2.RequestClient, "config"),
    (v2.RequestClient5, None), (v2.RequestClient5, "config"),
    (v1.HandlerClient, None), (v1.TopicClient, "config"),
]


def main(program):
    things = [f"lamp{number + 1}" for number in range(len(COLUMNS))] + ["stranger"]
    with tempfile.TemporaryDirectory() as folder:
        named = [argument for thing in things for argument in ("--thing", thing)]
        sandbox = subprocess.Popen(
            [program, "sandbox", "--quiet", "--dir", folder, *named], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        try:
            failures = try_all(json.loads(sandbox.stdout.readline()), folder, things)
        finally:
            sandbox.terminate()
            sandbox.wait(20)
    # v1 keeps threads that would hold the process.
    sys.stdout.flush()
    os._exit(1 if failures else 0)


def try_all(ready, folder, things):
    def identity(name, path):
        return Identity(
            ready["host"], ready["port"], ready["ca"], name, f"{path}/cert.pem",
            f"{path}/privkey.pem")

    identities = [identity(name, f"{folder}/things/{name}") for name in things]
    others = {"thing": identities[-1], "owner": identity("owner", f"{folder}/owner")}
    with ThreadPoolExecutor(len(COLUMNS)) as pool:
        results = list(pool.map(
            lambda column, identity: try_one(*column, identity, others), COLUMNS, identities))
    show(results)
    return [failure for result in results for failure in result if failure is not None]


def try_one(client_type, shadow, identity, others):
    """One reason for each case, None for those that went well."""
    trial = Trial(client_type, identity, shadow, others)

    def outcome(case):
        try:
            case(trial)
        except Exception as error:  # whatever an SDK throws is a failed case
            return f"{type(error).__name__}: {error}"
        return None

    return [outcome(case) for case in CASES]


def show(results):
    print(f"awsiotsdk {version('awsiotsdk')}, AWSIoTPythonSDK {version('AWSIoTPythonSDK')}, "
          f"Python {sys.version.split()[0]}\n")
    for number, (client_type, shadow) in enumerate(COLUMNS):
        print(f"  {chr(65 + number)}  {client_type.name}, {'named' if shadow else 'classic'} shadow")
    width = max(len(case.__doc__) for case in CASES)
    heads = "".join(f"{chr(65 + number):>8}" for number in range(len(COLUMNS)))
    print(f"\n{'':{width}}{heads}")
    for row, case in enumerate(CASES):
        marks = "".join(
            f"{'ok' if result[row] is None else 'FAILED':>8}" for result in results)
        print(f"{case.__doc__:{width}}{marks}")
    print()
    for row, case in enumerate(CASES):
        for number, result in enumerate(results):
            if result[row] is not None:
                print(f"{chr(65 + number)} {case.__name__}: {result[row]}")


logging.getLogger("AWSIoTPythonSDK").setLevel(logging.CRITICAL)
main(sys.argv[1])
