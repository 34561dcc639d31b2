"""What the benchmarks share: a release build, compiled C peers, a sandbox, processes' CPU time."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
TICK = os.sysconf("SC_CLK_TCK")


def build():
    """The path of the program, built as it is handed out."""
    built = subprocess.run(
        [SCRIPTS / "build-release"], check=True, stdout=subprocess.PIPE, text=True)
    return built.stdout.strip()


def compiled(name, folder):
    """The path of one of the C programs beside this file, compiled into a folder."""
    source = SCRIPTS / "bench" / f"{name}.c"
    subprocess.run(
        ["cc", "-O2", "-Wall", "-o", f"{folder}/{name}", source, "-lmosquitto", "-lssl", "-lutil"],
        check=True)
    return f"{folder}/{name}"


@contextmanager
def sandbox(program, folder, *options):
    """A running sandbox with its files in a folder: what it says when it is ready, and its pid."""
    process = subprocess.Popen(
        [program, "sandbox", "--quiet", "--dir", folder, *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield json.loads(process.stdout.readline()), process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu(pid):
    """Seconds that a process has used, of all its threads; 0 for None."""
    if pid is None:
        return 0
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK
