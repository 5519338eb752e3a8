"""A Python with the packages of tests/clients.txt, or of another list of pins beside it: made once under build-clients/,
skipped with a word where the registry cannot be reached. As a program it makes all of them: tools/suite begins with that
while it builds, so that no test waits for the registry."""

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
import unittest

from program import SOURCE

FOLDER = os.path.join(SOURCE, "build-clients")
INSTALL_SECONDS = 400 # in setUpModule, where the clock of a single test does not run
RUN_SECONDS = 100     # a test may take 120
ALL = ["clients.txt", "clients_api.txt", "clients_notices.txt"]
# For what has to be compiled: it is to run, not to be fast.
HASTY = dict(os.environ, CFLAGS="-O0 -g0", CXXFLAGS="-O0 -g0")


def python(pins="clients.txt"):
    """The interpreter's path. Call it in setUpModule first. Several may ask at once: the first makes it, the others wait."""
    path = os.path.join(SOURCE, "tests", pins)
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()[:16]
    venv = os.path.join(FOLDER, f"python{sys.version_info[0]}.{sys.version_info[1]}-{digest}")
    done = os.path.join(venv, "complete")
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(done):
            try:
                subprocess.run([sys.executable, "-m", "venv", venv], check=True, capture_output=True,
                               timeout=INSTALL_SECONDS)
                subprocess.run([os.path.join(venv, "bin", "pip"), "install", "--quiet", "--no-compile",
                                "--disable-pip-version-check", "-r", path], check=True, capture_output=True,
                               timeout=INSTALL_SECONDS, env=HASTY)
            except subprocess.TimeoutExpired as late:
                raise unittest.SkipTest(f"the packages of tests/{pins} did not come in time") from late
            except subprocess.CalledProcessError as failed:
                said = failed.stderr.decode("utf-8", "replace")
                if "Could not find a version" in said and "from versions: none" not in said:
                    raise # the registry was reached: the pins are wrong
                raise unittest.SkipTest(f"the packages of tests/{pins} cannot be installed: " + said[-300:]) from failed
            with open(done, "w", encoding="utf-8"):
                pass
    return os.path.join(venv, "bin", "python")


def run(script, address, *arguments, pins="clients.txt"):
    """Runs a script of unittest cases against a serving process: (passed, its output)."""
    with tempfile.TemporaryDirectory(prefix="jisr-test-") as folder: # nomenklatura makes a database where it is started
        result = subprocess.run([python(pins), os.path.join(SOURCE, "tests", "system", script), *arguments], cwd=folder,
                                env=dict(os.environ, BASE=f"http://{address}/", PYTHONDONTWRITEBYTECODE="1"),
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=RUN_SECONDS, check=False)
    return result.returncode == 0, result.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    for each in ALL:
        try:
            python(each)
        except unittest.SkipTest as skipped:
            print(skipped)
