"""The work of the whole organisation for an hour: checks at the pace of its peak, and beside them officers who draft, review and
publish notices, report and follow hits, send sealed messages, enter objects, search and print; a list is loaded anew every five
minutes. Told is, for each minute, how many of each were answered, how long they took, and what the service holds: memory, threads,
open files. At the end: errors (none may be), how much memory grew from the second quarter to the last, and the log verified.

  tools/bench soak [--minutes N] [--rate CHECKS] [--people N] [--notices N]"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
from publish import REVIEW, content # noqa: E402
from writes import JISR, PASSWORD, jisr, one_time_code, post # noqa: E402
sys.path.insert(0, os.path.join(ROOT, "bench", "peers"))
from work import processor # noqa: E402

CONNECTIONS = 512 # many, so that the pauses set the pace and not the answers
PAUSE = 0.2 # seconds between two steps of an officer
MAY_BE_GONE = ["notice read", "notice printed"] # it may have ended since it was listed
SCOPES = {"MA-1": ["notices.read", "notices.write", "hits.read", "hits.follow", "messages.read", "messages.write", "objects.read", "objects.write"],
          "FR-1": ["notices.read", "hits.read", "hits.write", "hits.follow", "messages.read", "messages.write"],
          "GS-6": ["notices.read", "notices.review"], "GS-7": ["notices.read", "notices.review", "notices.publish"]}


def tokens(data, url):
    found = {}
    for officer, scopes in SCOPES.items():
        code = json.loads(jisr(data, "officers", "enrol", "--json", officer))["enrolment"]
        offer, _ = post(url, "/api/v1/enrolment", {"enrolment": code})
        _, cookie = post(url, "/api/v1/enrolment/password", {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"])})
        found[officer] = post(url, "/api/v1/me/tokens", {"name": "soak", "scopes": scopes}, cookie)[0]["token"]
    return found


class Officers:
    """Threads that work until they are stopped; each keeps its connection. Counts and times by kind of work."""

    def __init__(self, url, held):
        self.host, self.tokens = url.split("//")[1], held
        self.lock, self.times, self.errors, self.stopping = threading.Lock(), {}, [], threading.Event()
        works = [self.notices, self.notices, self.messages, self.objects, self.reading]
        self.threads = [threading.Thread(target=self.go_on, args=(work, number)) for number, work in enumerate(works)]
        for thread in self.threads:
            thread.start()

    def go_on(self, work, number):
        line, chance = http.client.HTTPConnection(self.host, timeout=60), random.Random(number)

        def ask(kind, officer, method, path, body=None):
            begin = time.monotonic()
            line.request(method, path, None if body is None else json.dumps(body),
                         {"Authorization": f"Bearer {self.tokens[officer]}", "Content-Type": "application/json"})
            answer = line.getresponse()
            said = answer.read()
            taken = time.monotonic() - begin
            with self.lock:
                self.times.setdefault(kind, []).append(taken)
                if answer.status not in (200, 201) and not (answer.status == 404 and kind in MAY_BE_GONE):
                    self.errors.append(f"{method} {path}: {answer.status} {said[:200]!r}")
            self.stopping.wait(PAUSE)
            return json.loads(said) if answer.getheader("Content-Type", "").startswith("application/") and b"%PDF" not in said[:5] else None

        while not self.stopping.is_set():
            try:
                work(ask, chance)
            except (OSError, http.client.HTTPException, KeyError, TypeError, IndexError) as error:
                with self.lock:
                    self.errors.append(f"{work.__name__}: {error!r}")
                line.close()
                self.stopping.wait(1)

    @staticmethod
    def notices(ask, chance):
        """A notice from the draft to the arrest."""
        notice = ask("notice written", "MA-1", "POST", "/api/v1/notices", {"content": content(chance.randrange(1 << 30))})["id"]
        path = "/api/v1/notices/" + notice.replace("/", "-")
        ask("notice step", "MA-1", "POST", path + "/request", {})
        ask("notice step", "GS-6", "POST", path + "/take", {})
        ask("notice step", "GS-6", "POST", path + "/assess", {"review": REVIEW})
        ask("notice step", "GS-7", "POST", path + "/publish", {})
        hit = ask("hit reported", "FR-1", "POST", "/api/v1/hits", {"notice": notice, "place": "Nowhere", "text": "seen"})["id"]
        hit = "/api/v1/hits/" + hit.replace("/", "-")
        ask("hit step", "MA-1", "POST", hit + "/confirm", {})
        ask("hit step", "FR-1", "POST", hit + "/inform", {"text": "here"})
        ask("hit step", "MA-1", "POST", hit + "/conclude", {"end": True})

    @staticmethod
    def messages(ask, chance):
        ask("message sent", "MA-1", "POST", "/api/v1/messages", {"to": ["FR"], "content": {"subject": f"Question {chance.randrange(1 << 30)}", "text": "t" * chance.randrange(20, 4000)}})
        newest = ask("messages listed", "FR-1", "GET", "/api/v1/messages?limit=10")["messages"][0]["id"]
        ask("message read", "FR-1", "GET", "/api/v1/messages/" + newest.replace("/", "-"))

    @staticmethod
    def objects(ask, chance):
        number = f"SK{chance.randrange(10 ** 9):09d}"
        ask("object entered", "MA-1", "POST", "/api/v1/objects", {"object": {"kind": "document", "number": number, "type": "passport", "country": "MA", "status": "stolen"}})
        ask("objects listed", "MA-1", "GET", "/api/v1/objects?limit=20")

    @staticmethod
    def reading(ask, chance):
        found = ask("notices listed", "FR-1", "GET", f"/api/v1/notices?limit=50&colour={chance.choice(['red', 'blue', 'yellow'])}")["notices"]
        one = "/api/v1/notices/" + chance.choice(found)["id"].replace("/", "-")
        ask("notice read", "FR-1", "GET", one)
        ask("notice history", "GS-7", "GET", one + "/history") # others than the owner and headquarters have none
        ask("notice printed", "FR-1", "GET", one + "/print")
        ask("hits listed", "FR-1", "GET", "/api/v1/hits?limit=50")

    def take(self):
        with self.lock:
            times, self.times = self.times, {}
        return times

    def end(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


def status(process, field):
    with open(f"/proc/{process}/status", encoding="ascii") as file:
        return int(re.search(rf"(?m)^{field}:\s+(\d+)", file.read()).group(1))


def lists(stop, data, folder, errors):
    """A small list of invented people that changes each time; the program loads what changed."""
    number = 0
    while not stop.wait(300 if number else 20):
        number += 1
        path = os.path.join(folder, "watched.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("name,birth date,nationality\n")
            file.writelines(f"Invented Person{number * one},19{one % 90 + 10}-01-01,MA\n" for one in range(1, 2000))
        done = subprocess.run([JISR, "load", "--data", data, "--list", "soak", path], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            errors.append(f"jisr load: {done.returncode} {done.stderr.strip()}")
    if number == 0:
        errors.append("no list was loaded anew")


def checks(url, folder, rate, seconds):
    """wrk with pauses: CONNECTIONS travellers who each ask, wait for the answer, and leave room for the next one."""
    path, result = os.path.join(folder, "checks"), os.path.join(folder, "checks.json")
    with open(path, "w", encoding="utf-8") as file:
        for one in range(20000):
            known = content(one)
            file.write("POST /api/v1/check " + json.dumps({"name": f"{known['forename']} {known['name']}", "born": known["birth"]["date"], "nationality": "MA"}) + "\n")
    return subprocess.Popen(["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "30s", "-s", os.path.join(ROOT, "bench", "load.lua"), url],
                            env=os.environ | {"BENCH_REQUESTS": path, "BENCH_RESULT": result, "BENCH_PAUSE": str(1000 * CONNECTIONS / rate)},
                            stdout=subprocess.DEVNULL), result


def shown(times):
    return "  ".join(f"{kind} {len(found)}: {1e3 * sorted(found)[len(found) // 2]:.0f}/{1e3 * sorted(found)[len(found) * 99 // 100]:.0f}" for kind, found in sorted(times.items()))


def main():
    parser = argparse.ArgumentParser(prog="tools/bench soak")
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--rate", type=int, default=2400, help="checks a second")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--notices", type=int, default=5000)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-soak-", dir=os.path.join(ROOT, "build-bench")) # on a disk
    data, stop, served = os.path.join(folder, "data"), threading.Event(), None
    try:
        jisr(data, "demo", "--entities", str(arguments.people), "--notices", str(arguments.notices))
        served = subprocess.Popen([JISR, "serve", "--data", data, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE,
                                  stderr=open(os.path.join(folder, "log"), "w", encoding="utf-8"), text=True)
        url = served.stdout.readline().split(" on ")[1].strip()
        officers = Officers(url, tokens(data, url))
        loading = threading.Thread(target=lists, args=(stop, data, folder, officers.errors))
        loading.start()
        client, result = checks(url, folder, arguments.rate, 60 * arguments.minutes)
        begin, used, memory, every = time.monotonic(), processor(served.pid), [], {}
        print("minute  memory  threads  files  processor  of each: count: median/99th in ms")
        for minute in range(1, arguments.minutes + 1):
            time.sleep(max(0, begin + 60 * minute - time.monotonic()))
            times, now = officers.take(), processor(served.pid)
            memory.append(status(served.pid, "RssAnon") / 1024)
            for kind, found in times.items():
                every.setdefault(kind, []).extend(found)
            print(f"{minute:6} {memory[-1]:5.0f} MB {status(served.pid, 'Threads'):8} {len(os.listdir(f'/proc/{served.pid}/fd')):6} "
                  f"{(now - used) / 60:8.2f}   {shown(times)}", flush=True)
            used = now
        client.wait()
        officers.end()
        stop.set()
        loading.join()
        with open(result, encoding="utf-8") as file:
            told = json.load(file)
        failed = sum(told[kind] for kind in ("connect", "read", "write", "timeout", "status"))
        print(f"\nchecks: {told['requests']}, {told['requests'] / told['seconds']:.0f} a second (asked for: {arguments.rate}), median {1e3 * told['p50']:.1f} ms, "
              f"99th {1e3 * told['p99']:.1f} ms, most {1e3 * told['max']:.0f} ms, {failed} failed")
        print(f"officers, count: median/99th in ms: {shown(every)}")
        quarter = max(1, len(memory) // 4)
        print(f"memory: {sum(memory[quarter:2 * quarter] or memory) / len(memory[quarter:2 * quarter] or memory):.0f} MB in the second quarter, "
              f"{sum(memory[-quarter:]) / quarter:.0f} MB in the last")
        print(f"errors: {len(officers.errors)}" + "".join("\n  " + one for one in officers.errors[:20]))
        served.terminate()
        print(f"ended with {served.wait(60)}")
        print(jisr(data, "log", "verify", "--tables").strip())
        return 1 if officers.errors or failed else 0
    finally:
        stop.set()
        if served is not None and served.poll() is None:
            served.kill()
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
