"""Faults of a cluster (packaging/cluster) while it is written to and read: parts are killed at random moments, and what was
answered is compared with what the record says afterwards. For test_cluster.py and tools/failover."""

import http.client
import importlib.machinery
import importlib.util
import json
import os
import random
import sqlite3
import sys
import threading
import time
import uuid

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(SOURCE, "tests", "system"))
from program import PATIENCE # noqa: E402
from test_signin import PASSWORD, one_time_code # noqa: E402


def load_cluster():
    """packaging/cluster/cluster is a program; here it is a module."""
    path = os.path.join(SOURCE, "packaging", "cluster", "cluster")
    loader = importlib.machinery.SourceFileLoader("cluster", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("cluster", loader))
    was, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = was
    return module


cluster = load_cluster()
BACK_SECONDS = 15 # after a leader's death
STILL_SECONDS = 3 # without a turn for a loop that sleeps 20 ms: the machine stood still
FAULTS = ("leader", "postgres", "replica", "serve", "etcd")
PERSON = {"id": "failover-1", "schema": "Person",
          "properties": {"name": ["Ostap Brambillov"], "birthDate": ["1966-02-02"], "nationality": ["by"]}}


def ask(port, method, path, body=None, headers=None, seconds=40):
    """Status, headers, body; (None, {}, reason) when there is no answer."""
    connection = http.client.HTTPConnection(cluster.HOST, port, timeout=seconds)
    sent = {"Origin": f"http://{cluster.HOST}:{port}", "Sec-Fetch-Site": "same-origin", **(headers or {})}
    if body is not None:
        sent["Content-Type"] = "application/json"
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, sent)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return None, {}, repr(error)
    finally:
        connection.close()


def enrol(whole, port):
    """The administrator's session at one serving process: its cookies."""
    code = json.loads(whole.jisr("officers", "enrol", "--json", "GS-1", "--data", whole.data(1)))["enrolment"]
    origin = {"Origin": whole.url}
    status, _, offer = ask(port, "POST", "/api/v1/enrolment", {"enrolment": code}, origin)
    assert status == 200, offer
    status, headers, said = ask(port, "POST", "/api/v1/enrolment/password",
                                {"enrolment": code, "password": PASSWORD, "code": one_time_code(json.loads(offer)["codes"], time.time())},
                                origin)
    assert status == 201, said
    return "; ".join(value.split(";")[0] for value in headers.get_all("Set-Cookie"))


def token(whole, port, cookie):
    status, _, said = ask(port, "POST", "/api/v1/me/tokens",
                          {"name": "failover", "scopes": ["officers.change", "officers.read"]},
                          {"Origin": whole.url, "Cookie": cookie})
    assert status == 201, said
    return json.loads(said)["token"]


class Load:
    """Threads that appoint officers and others that check and read, all through the proxy, until stopped."""

    def __init__(self, whole, secret, writers=4, readers=2, behind=2):
        self.port = whole.state["proxy"]
        self.behind = behind # seconds that a serving process may be behind another
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.lock = threading.Lock()
        self.done = {}       # name: (id, when)
        self.unknown = set() # names of which it was never told
        self.refused = set() # names of which it was told that nothing was done
        self.wrong = []
        self.answers = 0
        self.checked = []    # when a check was answered
        self.stopping = False
        self.still = 0.0     # seconds in which this machine ran nobody
        self.threads = [threading.Thread(target=self.guard, args=(run,), daemon=True)
                        for run in [self.write] * writers + [self.read] * readers]
        for thread in self.threads:
            thread.start()

    def guard(self, run):
        try:
            while not self.stopping:
                run()
        except Exception as error: # pylint: disable=broad-except
            self.wrong.append(f"a client failed: {error!r}")

    def stop(self):
        self.stopping = True
        for thread in self.threads:
            thread.join(PATIENCE)
            if thread.is_alive():
                self.wrong.append(f"a client got no answer for {PATIENCE} seconds")

    def write(self):
        """One officer, with one key, until it is told what became of it. A second one would be refused: the login is taken."""
        name, headers = f"Invented {uuid.uuid4().hex}", {**self.headers, "Idempotency-Key": uuid.uuid4().hex}
        begun, last = time.monotonic(), ""
        while not self.stopping or time.monotonic() - begun < 30:
            status, _, said = ask(self.port, "POST", "/api/v1/officers", {"office": "GS", "name": name, "login": "x" + name[-32:], "roles": ["reader"]}, headers)
            if status == 201:
                with self.lock:
                    self.done[name] = (json.loads(said)["id"], begun, time.monotonic())
                return
            if status == 409 and time.monotonic() - begun > 5: # it was cut off: nobody will tell any more
                break
            if status not in (None, 500, 502, 503, 504) and (status != 409 or "Idempotency-Key" not in said):
                self.wrong.append(f"a change: {status} {said[:200]}")
                return
            last = f"{status} {said[:200]}"
            time.sleep(0.05)
        with self.lock:
            self.unknown.add(name)
        if "nothing was" in last:
            self.refused.add(name)

    def read(self):
        status, _, said = ask(self.port, "POST", "/api/v1/check", {"name": "Ostap Brambillov", "born": "1966"})
        if status == 200:
            self.answers += 1
            self.checked.append(time.monotonic())
            if "failover-1" not in said:
                self.wrong.append(f"a check found nobody: {said[:200]}")
        elif status not in (None, 502, 503, 504):
            self.wrong.append(f"a check: {status} {said[:200]}")
        with self.lock:
            old = [one for one in list(self.done.values())[-200:] if time.monotonic() - one[2] > self.behind]
        if old:
            found = random.choice(old)[0]
            status, _, said = ask(self.port, "GET", f"/api/v1/officers/{found}", headers=self.headers)
            if status == 200:
                self.answers += 1
            elif status not in (None, 502, 503, 504):
                self.wrong.append(f"officer {found}, appointed {self.behind} seconds before: {status} {said[:200]}")
        time.sleep(0.01)

    def back(self, since, dead, seconds):
        """Seconds from `since`, when a part was about to be killed, to the answer to a change that was asked for once it was
        `dead`; None when there is none in time. What is asked in between may still be answered by the part. Seconds in which even
        this loop did not get on, since the machine was stopped as a whole, are not counted, and told in `still`."""
        still, last = 0.0, time.monotonic()
        while last < since + still + seconds:
            with self.lock:
                answered = [one[2] for one in list(self.done.values())[-500:] if one[1] > dead]
            if answered:
                return max(0.0, min(answered) - since - still)
            time.sleep(0.02)
            now = time.monotonic()
            if now - last > STILL_SECONDS:
                still += now - last
                self.still += now - last
            last = now
        return None


class Play:
    """A cluster with an administrator who is signed in, a list and a load on it."""

    def __init__(self, folder, chance, patience=BACK_SECONDS, **load):
        self.patience = patience
        self.whole = cluster.Cluster(folder)
        self.chance = chance
        self.troubles = []
        self.load = None
        self.load_words = load

    def begin(self, program):
        first = os.path.join(self.whole.folder + "-first")
        os.makedirs(first)
        self.whole.state["jisr"] = program
        try:
            self.whole.jisr("init", "--data", os.path.join(first, "data"), "--administrator", "Invented Person", "--login", "i.person",
                            "failover.example/record")
            with open(os.path.join(first, "list.json"), "w", encoding="utf-8") as file:
                file.write(json.dumps(PERSON) + "\n")
            self.whole.jisr("load", "--list", "invented", os.path.join(first, "list.json"), "--data", os.path.join(first, "data"))
            self.whole.up(program, given=os.path.join(first, "data"), words=["--set", "connections-per-address=2000"])
        finally:
            cluster.shutil.rmtree(first)
        ports = self.whole.state["serve"]
        self.cookie = enrol(self.whole, ports[0])
        self.secret = token(self.whole, ports[0], self.cookie)
        for port in ports: # an officer who signed in at one is signed in at all, at once
            status, _, said = ask(port, "GET", "/api/v1/me", headers={"Origin": self.whole.url, "Cookie": self.cookie})
            if status != 200:
                self.troubles.append(f"signed in at {ports[0]}, and at {port}: {status} {said[:200]}")

    def start_load(self):
        self.load = Load(self.whole, self.secret, **self.load_words)

    def fault(self, kind):
        """Kills a part at a random moment; its name, when, and how long it took until a change was answered again."""
        leader = self.whole.leader()
        parts = {"leader": [f"db{leader}"], "postgres": [f"postgres{leader}"],
                 "replica": [f"db{n}" for n in cluster.NODES if n != leader],
                 "serve": [f"serve{n}" for n in range(1, self.whole.state["serves"] + 1)], "etcd": [f"etcd{n}" for n in cluster.NODES]}
        part = self.chance.choice(parts[kind])
        time.sleep(self.chance.random() * 0.3)
        killed = time.monotonic()
        self.whole.kill(part)
        back = self.load.back(killed, time.monotonic(), max(60, self.patience))
        if back is None or back > self.patience:
            self.troubles.append(f"{part} was killed: no change was answered for {back or max(60, self.patience):.1f} s")
        return part, back

    def mend(self, part, seconds=240):
        self.whole.start(part.replace("postgres", "db"))
        cluster.wait_for(f"whole again after {part}", self.whole.whole, seconds)

    def majority(self, seconds):
        """Two of three etcd die: no change may be answered by and by, checks go on; then they come back."""
        parts = self.chance.sample([f"etcd{n}" for n in cluster.NODES], 2)
        killed = time.monotonic()
        for part in parts:
            self.whole.kill(part)
        time.sleep(seconds)
        answered = [when for when in self.load.checked if when > killed + seconds - 1]
        if not answered:
            self.troubles.append("no check was answered without a majority")
        mended = time.monotonic()
        for part in parts:
            self.whole.start(part)
        back = self.load.back(mended, mended, max(60, self.patience))
        if back is None:
            self.troubles.append("no change was answered in time after the majority was back")
        return "+".join(parts), back

    def end(self, whole=True):
        """Stops the load and compares what was told with what is there; sentences about what is wrong. `whole`: all parts must be
        back; else what is there is compared."""
        self.load.stop()
        if whole:
            cluster.wait_for("whole at the end", self.whole.whole, PATIENCE)
        troubles = self.troubles + self.load.wrong
        heads, people = set(), []
        cluster.wait_for("all copies at one entry", self.heads_equal, PATIENCE)
        for port in self.whole.state["serve"]:
            heads.add(ask(port, "GET", "/api/v1/log/checkpoint")[2])
        for number in range(1, self.whole.state["serves"] + 1):
            listed = json.loads(self.whole.jisr("officers", "--json", "--data", self.whole.data(number)))["officers"]
            people.append(sorted((one["id"], one["name"]) for one in listed))
        if len(heads) != 1 or any(one != people[0] for one in people):
            troubles.append("the copies are not the same")
        names = [name for _, name in people[0]]
        ids = dict((name, one) for one, name in people[0])
        counts = {}
        for name in names:
            counts[name] = counts.get(name, 0) + 1
        troubles += [f"{name} was acknowledged and is not there" for name in self.load.done if name not in counts]
        troubles += [f"{name} is there under another id" for name, one in self.load.done.items() if ids.get(name, one[0]) != one[0]]
        troubles += [f"{name} is there {count} times" for name, count in counts.items() if count > 1]
        troubles += [f"{name} is there, and nobody asked for it" for name in names
                     if name.startswith("Invented ") and len(name) > 30 and name not in self.load.done and name not in self.load.unknown]
        return troubles + self.beside()

    def heads_equal(self):
        return len({ask(port, "GET", "/api/v1/log/checkpoint")[2] for port in self.whole.state["serve"]}) == 1

    def beside(self):
        """After the services have ended: the logs verify, the tables are those that the log gives, local.db is the same."""
        troubles, copies = [], []
        for number in range(1, self.whole.state["serves"] + 1):
            pid = self.whole.pid(f"serve{number}")
            os.kill(pid, cluster.signal.SIGTERM)
        cluster.wait_for("the services end", lambda: self.whole.reap() or not any(
            self.whole.pid(f"serve{n}") for n in range(1, self.whole.state["serves"] + 1)), PATIENCE)
        for number in range(1, self.whole.state["serves"] + 1):
            try:
                self.whole.jisr("log", "verify", "--tables", "--data", self.whole.data(number))
            except cluster.Failed as failed:
                troubles.append(str(failed))
            base = sqlite3.connect(os.path.join(self.whole.data(number), "local.db"))
            copies.append([base.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
                           for table in ("secret", "account", "session", "token", "enrolment", "repeat", "owed")])
            base.close()
        if any(copy != copies[0] for copy in copies):
            troubles.append("local.db is not the same everywhere")
        return troubles
