"""Gets the peers, in pinned versions, into build-bench."""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "build-bench")
PLACE = os.path.join(BENCH, "peers")
PACKAGES = {"rapidfuzz": "rapidfuzz==3.14.6", "nomenklatura": "nomenklatura==4.17.4",
            "psycopg": "psycopg[binary]==3.3.9"}
WATCHMAN = "github.com/moov-io/watchman"
WATCHMAN_VERSION = "v0.31.3" # the last that the module proxy gives; version 2 of the search came later
POSTGRES = "/usr/lib/postgresql/15/bin"


def environment():
    """Runs this program again inside the virtual environment, which is made when it is not there."""
    python = os.path.join(PLACE, "bin", "python")
    if sys.prefix == PLACE:
        return
    if not os.path.exists(python):
        if subprocess.run([sys.executable, "-m", "venv", PLACE], stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit("peers: no virtual environment; install python3-venv")
    for package, pinned in PACKAGES.items():
        stamp = os.path.join(PLACE, f"{package}.installed")
        if os.path.exists(stamp) and open(stamp, encoding="utf-8").read() == pinned:
            continue
        if subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", pinned],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).returncode:
            print(f"peers: {pinned} cannot be installed here; left out")
        else:
            with open(stamp, "w", encoding="utf-8") as file:
                file.write(pinned)
    os.execv(python, [python, os.path.dirname(os.path.abspath(__file__)), *sys.argv[1:]])


def watchman():
    """Path of watchman's server, or None with the reason. Built from the Go module proxy alone, without libpostal."""
    server = os.path.join(BENCH, f"watchman-{WATCHMAN_VERSION}")
    if os.path.exists(server):
        return server, f"watchman {WATCHMAN_VERSION}"
    if shutil.which("go") is None:
        return None, "no Go compiler"
    module = os.path.join(BENCH, "watchman")
    os.makedirs(module, exist_ok=True)
    with open(os.path.join(module, "go.mod"), "w", encoding="utf-8") as file:
        file.write(f"module peer\n\ngo 1.21\n\nrequire {WATCHMAN} {WATCHMAN_VERSION}\n")
    with open(os.path.join(module, "peer.go"), "w", encoding="utf-8") as file:
        file.write(f'package peer\n\nimport _ "{WATCHMAN}/cmd/server"\n')
    built = subprocess.run(["go", "build", "-mod=mod", "-o", server, f"{WATCHMAN}/cmd/server"], cwd=module,
                           env=os.environ | {"GOPATH": os.path.join(BENCH, "go"), "GOFLAGS": "-modcacherw"},
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if built.returncode:
        return None, built.stdout.strip().splitlines()[-1] if built.stdout.strip() else "it does not build"
    return server, f"watchman {WATCHMAN_VERSION}"
