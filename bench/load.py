#!/usr/bin/env python3
"""tools/bench http: wrk against `jisr serve`, both on the same machine.

A list of invented people is loaded, then each route is asked over some connections at once, a different question each
time, in equal shares: names as listed, misspelt, in a script that the list does not have, strangers (bench/questions.c),
with birth date and nationality. /healthz, which does nothing, shows what wrk and the server can carry here at most.
The same with TLS (a certificate made here). With --peers, watchman's server and jisr on the persons of OFAC and the UN,
because watchman cannot answer among a million. What is told: answers a second, how long they took, errors, processor
time of both sides, memory of the server."""

import argparse
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench", "peers"))
import questions # noqa: E402
from work import processor, resident # noqa: E402

FOLDER = os.path.join(ROOT, "build-bench", "http")
JISR = os.path.join(ROOT, "build-bench", "jisr")
EACH = 10000          # questions of a kind
WARM_UP = 3           # seconds
READY_SECONDS = 60


def requests_of(path, route, asked):
    """One request a line, as bench/load.lua reads them."""
    with open(path, "w", encoding="utf-8") as file:
        for question in asked:
            if route == "/healthz":
                file.write("GET /healthz\n")
            elif route == "/match/default":
                known = {"name": question.name, "birthDate": question.born, "nationality": question.country}
                properties = {name: [value] for name, value in known.items() if value}
                body = {"queries": {"q": {"schema": "Person", "properties": properties}}}
                file.write(f"POST {route} {json.dumps(body)}\n")
            elif route == "/search":
                file.write(f"GET {route}?{urllib.parse.urlencode({'name': question.name, 'limit': 5})}\n")
            else:
                known = {"name": question.name, "born": question.born, "nationality": question.country}
                file.write(f"POST {route} {json.dumps({name: value for name, value in known.items() if value})}\n")
    return path


def certificate():
    files = [os.path.join(FOLDER, name) for name in ("certificate.pem", "key.pem")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=localhost", "-out", files[0], "-keyout", files[1]],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return files


class Jisr:
    """jisr serve on a free port, with or without TLS."""

    def __init__(self, data, tls):
        command = [JISR, "serve", "--data", data, "--listen", "127.0.0.1:0"]
        if tls:
            config = os.path.join(FOLDER, "serve.conf")
            with open(config, "w", encoding="utf-8") as file:
                file.write("tls-certificate = {}\ntls-key = {}\n".format(*certificate()))
            command += ["--config", config]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=open(os.path.join(FOLDER, "serve.log"), "w", encoding="utf-8"), text=True)
        line = self.process.stdout.readline()
        if " on " not in line:
            raise RuntimeError(f"jisr serve does not start: see {FOLDER}/serve.log")
        self.url = line.split(" on ")[1].strip()

    def end(self):
        self.process.terminate()
        self.process.wait(60)


def answers(url, request):
    """Whether the route is there: the first request, by hand."""
    method, path, *body = request.rstrip("\n").split(" ", 2)
    made = urllib.request.Request(url + path, method=method, data=body[0].encode() if body else None,
                                  headers={"Content-Type": "application/json"} if body else {})
    open_context = ssl.create_default_context()
    open_context.check_hostname, open_context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(made, timeout=120, context=open_context) as answer:
            return answer.status == 200, len(answer.read())
    except urllib.error.HTTPError as problem:
        return False, problem.code


def wrk(url, requests, connections, seconds, process):
    result = os.path.join(FOLDER, "result.json")
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s",
               os.path.join(ROOT, "bench", "load.lua"), url]
    server, start = processor(process), time.monotonic()
    with subprocess.Popen(command, env=os.environ | {"BENCH_REQUESTS": requests, "BENCH_RESULT": result},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as done:
        output = done.stdout.read()
        _, status, usage = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
    if done.returncode:
        raise RuntimeError(f"wrk ended with {done.returncode}: {output}")
    told = json.load(open(result, encoding="utf-8"))
    whole = time.monotonic() - start
    told.update(server=(processor(process) - server) / whole, client=(usage.ru_utime + usage.ru_stime) / whole,
                memory=resident(process))
    return told


def measure(label, url, process, route, asked, options):
    path = requests_of(os.path.join(FOLDER, "requests"), route, asked)
    with open(path, encoding="utf-8") as file:
        there, found = answers(url, file.readline())
    if not there:
        print(f"{label:30} not answered here: {found}")
        return
    wrk(url, path, options.connections, WARM_UP, process)
    told = wrk(url, path, options.connections, options.seconds, process)
    errors = sum(told[kind] for kind in ("connect", "read", "write", "timeout", "status"))
    each = 1e6 * told["server"] * told["seconds"] / max(told["requests"], 1)
    print(f"{label:30} {told['requests'] / told['seconds']:9.0f} {1e3 * told['p50']:8.2f} {1e3 * told['p99']:8.2f} "
          f"{1e3 * told['p999']:8.2f} {errors:7} {each:9.0f} us {100 * told['server']:5.0f} % {100 * told['client']:5.0f} % "
          f"{told['memory'] / 1e6:5.0f} MB {os.getloadavg()[0]:5.1f}", flush=True)


def head(described, asked, options):
    print(f"{described}; {len(asked)} questions\n{options.connections} connections, {options.seconds} s each; server and "
          f"wrk (one thread) share {os.cpu_count()} cores; 100 % is one core\n")
    print(f"{'':30} {'answers/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'p99.9':>8} {'errors':>7} {'CPU each':>12} "
          f"{'server':>7} {'wrk':>7} {'memory':>8} {'load':>5}")


def load(persons):
    data = os.path.join(FOLDER, "data")
    shutil.rmtree(data, ignore_errors=True)
    subprocess.run([JISR, "load", "--data", data, "--list", "bench", persons], check=True, stdout=subprocess.DEVNULL)
    return data


def jisr(data, tls, routes, asked, options):
    server = Jisr(data, tls)
    try:
        for route in routes:
            measure(f"{route}{', TLS' if tls else ''}", server.url, server.process.pid, route, asked, options)
    finally:
        server.end()


def main():
    parser = argparse.ArgumentParser(prog="tools/bench http")
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement, after the warm-up (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="also watchman's server, on the same people")
    parser.add_argument("--record", action="store_true",
                        help="only /api/v1/check, by turns without a record and with one, whose access log takes each check down first")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench http: no wrk; tools/setup --bench installs it")
    os.makedirs(FOLDER, exist_ok=True)
    persons, asked, described = questions.invented(FOLDER, options.persons, EACH)
    data = load(persons)
    head(described, asked, options)
    if options.record:
        beside_record(data, asked, options)
        return
    for tls in (False, True):
        jisr(data, tls, ("/healthz", "/api/v1/check", "/match/default"), asked, options)
    if options.peers:
        beside_watchman(options)


def beside_record(data, asked, options):
    recorded = data + "-record"
    shutil.rmtree(recorded, ignore_errors=True)
    shutil.copytree(data, recorded)
    subprocess.run([JISR, "init", "--data", recorded, "bench.example/record"], check=True, stdout=subprocess.DEVNULL)
    for connections in (1, options.connections):
        options.connections = connections
        for turn in ("", " again"):
            for words, where in (("without a record", data), ("with its access log", recorded)):
                server = Jisr(where, False)
                try:
                    measure(f"{connections:4} {words}{turn}", server.url, server.process.pid, "/api/v1/check", asked, options)
                finally:
                    server.end()


def beside_watchman(options):
    from services import Watchman
    persons, asked, described = questions.listed(FOLDER)
    positives = [question for question in asked if question.right]
    asked = questions.interleave(positives, [question for question in asked if not question.right][:len(positives)])
    print()
    head(described, asked, options)
    jisr(load(persons), False, ("/api/v1/check",), asked, options)
    peer = Watchman()
    peer.processors = os.cpu_count()
    try:
        peer.load(persons, FOLDER)
        measure(f"{peer.version} /search", f"http://127.0.0.1:{peer.port}", peer.process.pid, "/search", asked, options)
    except RuntimeError as problem:
        print(f"watchman is left out: {problem}")
    finally:
        peer.end()


if __name__ == "__main__":
    main()
