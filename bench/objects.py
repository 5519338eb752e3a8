"""A million stolen documents entered by file, found, entered again, withdrawn by line; beside SQLite's own import of the same
file into a table with the same keys.

  tools/bench objects [--lines N]"""

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time

JISR = "build-bench/jisr"
TYPES = ["passport", "passport", "passport", "identity-card", "visa"]
STATUSES = ["stolen", "lost", "lost", "revoked", "invalid"]


def write_file(path, lines, seed):
    chance = random.Random(seed)
    with open(path, "w", encoding="utf-8") as file:
        file.write("type,status,country,number,issued,date,place,reference,crime_areas\n")
        for i in range(lines):
            kind = i % 5
            file.write(f"{TYPES[kind]},{STATUSES[kind]},MA,{chr(65 + i % 26)}{chr(65 + i // 26 % 26)}{i:07d},"
                       f"20{10 + i % 15}-0{1 + i % 9}-1{i % 9},202{i % 6}-0{1 + i % 9}-2{i % 8},Nowhere,R {chance.randrange(10**6)},"
                       f"{'THB' if i % 7 == 0 else ''}\n")


def run(*words, status=(0,)):
    begun = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
        out = process.stdout.read()
        _, ended, own = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode not in status:
        raise SystemExit(f"{' '.join(words)}: status {process.returncode}")
    return out, time.monotonic() - begun, own.ru_utime + own.ru_stime, own.ru_maxrss / 1024


def tell(what, figures):
    _, wall, processor, memory = figures
    print(f"{what:44} {wall:7.2f} s by the clock, {processor:6.2f} s of processor, {memory:6.0f} MB")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=1000000)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-bench-")
    try:
        data, path = os.path.join(folder, "data"), os.path.join(folder, "stolen.csv")
        write_file(path, options.lines, 1)
        print(f"{options.lines} lines, {os.path.getsize(path) / 1e6:.0f} MB")
        run(JISR, "demo", "--data", data, "--entities", "20", "--notices", "0", "--objects", "0")
        load = [JISR, "object", "load", path, "--name", "passports", "--kind", "document", "--officer", "MA-1", "--data", data, "--json"]
        figures = run(*load)
        answer = json.loads(figures[0])
        if answer["entered"] != options.lines or answer["bad"] != 0:
            raise SystemExit("not every line was entered")
        tell("jisr object load, the first time", figures)
        figures = run(*load)
        if json.loads(figures[0])["unchanged"] != options.lines:
            raise SystemExit("the same file is not the same")
        tell("jisr object load, again, compared", figures)
        size = sum(os.path.getsize(os.path.join(data, "objects", one)) for one in os.listdir(os.path.join(data, "objects")))
        print(f"{'on the disk':44} {size / 1e6:7.0f} MB, {size / options.lines:.0f} bytes an object")
        number = f"{chr(65 + 7 % 26)}A0000007"
        tell("jisr check --document, program and all", run(JISR, "check", "--document", f"MA:{number}", "--data", data, "--json", status=(1,)))
        if shutil.which("sqlite3"):
            database = os.path.join(folder, "peer.db")
            statements = ["create table object(type, status, country, number, issued, date, place, reference, crime_areas, primary key(type, country, number));",
                          "create index by_number on object(number, country);", ".mode csv", f".import --skip 1 {path} object"]
            tell("sqlite3 .import, key and index by number", run("sqlite3", database, *statements))
            print(f"{'on the disk':44} {os.path.getsize(database) / 1e6:7.0f} MB")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
