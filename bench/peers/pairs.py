#!/usr/bin/env python3
"""Other people's programs on the same questions, for `tools/bench NAME --peers`. Never needed by jisr.

A virtual environment in build-bench/peers gets them from PyPI (needs python3-venv). What cannot be installed is said
and left out."""

import csv
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PEERS = os.path.join(ROOT, "build-bench", "peers")
PACKAGES = ["rapidfuzz", "nomenklatura"]
THRESHOLD = 0.70


def install():
    python = os.path.join(PEERS, "bin", "python")
    if not os.path.exists(python):
        if subprocess.run([sys.executable, "-m", "venv", PEERS], stdout=subprocess.DEVNULL, check=False).returncode:
            sys.exit("peers: no virtual environment; install python3-venv")
    for package in PACKAGES:
        have = subprocess.run([python, "-c", f"import {package}"], stderr=subprocess.DEVNULL, check=False).returncode == 0
        if not have and subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", package],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).returncode:
            print(f"peers: {package} cannot be installed here; left out")
    os.execv(python, [python, os.path.abspath(__file__), *sys.argv[1:], "--installed"])


def peers():
    """name -> function(schema, name1, name2) -> score 0 to 1"""
    found = {}
    try:
        from rapidfuzz import fuzz, utils
        from rapidfuzz.distance import JaroWinkler
        clean = utils.default_process
        found["rapidfuzz token_sort"] = lambda _s, a, b: fuzz.token_sort_ratio(a, b, processor=clean) / 100
        found["rapidfuzz WRatio"] = lambda _s, a, b: fuzz.WRatio(a, b, processor=clean) / 100
        found["Jaro-Winkler"] = lambda _s, a, b: JaroWinkler.similarity(clean(a), clean(b))
    except ImportError:
        pass
    try:
        from followthemoney import model
        from nomenklatura.matching import get_algorithm
        import nomenklatura
        for name in ("logic-v1", "logic-v2"):
            algorithm = get_algorithm(name)
            config = algorithm.default_config()

            def score(schema, a, b, algorithm=algorithm, config=config):
                from followthemoney.proxy import EntityProxy
                make = lambda name: EntityProxy.from_dict({"id": "x" + name, "schema": schema, "properties": {"name": [name]}})
                return algorithm.compare(make(a), make(b), config).score
            score("Person", "Jo Do", "Jo Do")
            found[f"{name} (nomenklatura {nomenklatura.__version__})"] = score
    except Exception as problem: # whatever a foreign program raises, the others are still measured
        print(f"peers: nomenklatura is left out: {type(problem).__name__}: {problem}")
    return found


def figures(rows, scores, threshold):
    right = sum(s >= threshold and m for (_, _, _, m), s in zip(rows, scores))
    alarms = sum(s >= threshold and not m for (_, _, _, m), s in zip(rows, scores))
    missed = sum(s < threshold and m for (_, _, _, m), s in zip(rows, scores))
    precision = right / (right + alarms) if right + alarms else 0
    recall = right / (right + missed) if right + missed else 0
    return precision, recall, 2 * right / (2 * right + alarms + missed) if right else 0


def names():
    path = os.path.join(os.environ.get("JISR_SHARED", "../shared"), "data", "name-pairs", "pairs.csv")
    with open(path, encoding="utf-8", newline="") as file:
        rows = [(r["schema"], r["name1"], r["name2"], r["is_match"].lower() in ("true", "1")) for r in csv.DictReader(file)]
    persons = [i for i, row in enumerate(rows) if row[0] == "Person"]
    print(f"\npeers, same pairs, run now     all: precision recall F1 at 0.70   best F1     persons: F1 at 0.70   us a pair")
    for name, score in peers().items():
        start = time.perf_counter()
        scores = [score(schema, a, b) for schema, a, b, _ in rows]
        spent = (time.perf_counter() - start) / len(rows)
        precision, recall, f1 = figures(rows, scores, THRESHOLD)
        best, at = max((figures(rows, scores, t / 100)[2], t / 100) for t in range(30, 100))
        person = figures([rows[i] for i in persons], [scores[i] for i in persons], THRESHOLD)[2]
        print(f"{name:38} {precision:.3f} {recall:.3f} {f1:.3f}   {best:.3f} at {at:.2f}   {person:.3f}   {1e6 * spent:.0f}")


if __name__ == "__main__":
    if "--installed" not in sys.argv:
        install()
    elif sys.argv[1] == "names":
        names()
    else:
        print(f"peers: none for '{sys.argv[1]}'")
