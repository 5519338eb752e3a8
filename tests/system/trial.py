"""A whole organisation in network namespaces, with lines that are late, lose, break and flap, processes that are killed and clocks
that are wrong: headquarters (one machine, or the cluster of packaging/cluster with two serving processes for nodes), a regional
bureau, five countries, a border post. For test_trial.py and tools/network-trial.

Every place has a namespace of its own with one device, a TAP; the other ends are held by `Switch`, which carries frames from one to
another as the lines of both allow: later, not, or not at all. It needs no module of the kernel (sch_netem is often missing) and
loses real frames, so that TCP does below it what it does on a bad line."""

import concurrent.futures
import ctypes
import fcntl
import heapq
import json
import os
import random
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import threading
import time
import uuid

from failover import ask, cluster
from program import PATIENCE
from test_notices import CONTENT
from test_signin import PASSWORD, one_time_code

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
PORT = 8470
COUNTRIES = ("MA", "SN", "CI", "FR", "BE")
SERVED = ("MA", "SN") # by the bureau
SCOPES = ["notices.read", "notices.write", "members.read"]
PERSON = {"id": "trial-1", "schema": "Person", "properties": {"name": ["Ostap Brambillov"], "birthDate": ["1966-02-02"]}}
libc = ctypes.CDLL(None, use_errno=True)


def missing():
    """Why there can be no such network here; "" for nothing."""
    if os.geteuid() != 0:
        return "only root makes network namespaces"
    if shutil.which("ip") is None:
        return "iproute2 is not installed"
    if not os.path.exists("/dev/net/tun"):
        return "the kernel has no TAP devices (/dev/net/tun)"
    name = f"jisr-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return "network namespaces may not be made here (CAP_SYS_ADMIN and CAP_NET_ADMIN are missing)"
    try:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            os.close(pool.submit(device, name, "10.77.0.1").result())
    except (OSError, subprocess.CalledProcessError) as error:
        return f"a namespace can be made here, but no TAP device in it ({error})"
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)
        leave_nothing()
    return ""


MOUNTED = os.path.ismount("/run/netns")


def leave_nothing():
    """The folder of namespaces, a mount that the first of them made, unless others are in it still."""
    if not MOUNTED:
        subprocess.run(["umount", "/run/netns"], capture_output=True, check=False)


def enter(name):
    """This thread, and what it starts, lives in a namespace from now on."""
    handle = os.open(f"/run/netns/{name}", os.O_RDONLY)
    result = libc.setns(handle, CLONE_NEWNET)
    os.close(handle)
    if result != 0:
        raise OSError(ctypes.get_errno(), f"setns {name}")


def device(namespace, address):
    """Moves this thread into the namespace and makes a TAP device there. Programs that it starts are there, too: `ip -n` would
    change mounts, which it may not where the root is no mount point (a chroot)."""
    enter(namespace)
    handle = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(handle, TUNSETIFF, struct.pack("16sH22x", b"up0", IFF_TAP | IFF_NO_PI))
        for words in (["addr", "add", address + "/24", "dev", "up0"], ["link", "set", "up0", "up"], ["link", "set", "lo", "up"]):
            subprocess.run(["ip", *words], check=True)
    except BaseException:
        os.close(handle)
        raise
    return handle


class Line:
    """Between a place and the rest, both ways."""

    def __init__(self, handle):
        self.handle = handle
        self.open, self.delay, self.jitter, self.loss = True, 0.0, 0.0, 0.0
        self.lost = self.carried = 0

    def __str__(self):
        if not self.open:
            return "cut"
        said = [f"{self.delay * 1000:.0f} to {(self.delay + self.jitter) * 1000:.0f} ms"] if self.delay else []
        said += [f"loses {self.loss:.0%}"] if self.loss else []
        return ", ".join(said) or "good"


class Switch(threading.Thread):
    """Carries frames between TAP devices by the addresses of their cards."""

    def __init__(self, chance):
        super().__init__(daemon=True)
        self.lines, self.homes, self.late, self.number = {}, {}, [], 0
        self.chance, self.poll, self.stopping = chance, select.epoll(), False

    def plug(self, namespace, address):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            handle = pool.submit(device, namespace, address).result()
        line = self.lines[handle] = Line(handle)
        self.poll.register(handle, select.EPOLLIN)
        return line

    def passes(self, line):
        """Whether a frame gets over one line; how long it takes."""
        if not line.open or (line.loss and self.chance.random() < line.loss):
            line.lost += 1
            return None
        line.carried += 1
        return line.delay + self.chance.random() * line.jitter

    def give(self, source, frame):
        self.homes[frame[6:12]] = source
        home = self.homes.get(frame[0:6])
        first = self.passes(self.lines[source])
        if first is None:
            return
        for target in ([home] if home is not None else [one for one in self.lines if one != source]):
            second = self.passes(self.lines[target])
            if second is None or target == source:
                continue
            self.number += 1
            heapq.heappush(self.late, (time.monotonic() + first + second, self.number, target, frame))

    def run(self):
        while not self.stopping:
            wait = max(0.0, self.late[0][0] - time.monotonic()) if self.late else 0.2
            for handle, _ in self.poll.poll(min(wait, 0.2)):
                for _ in range(64):
                    try:
                        self.give(handle, os.read(handle, 65536))
                    except OSError:
                        break
            now = time.monotonic()
            while self.late and self.late[0][0] <= now:
                _, _, target, frame = heapq.heappop(self.late)
                try:
                    os.write(target, frame)
                except OSError: # its queue is full, or the device is down: lost, as on a real line
                    self.lines[target].lost += 1

    def close(self):
        self.stopping = True
        self.join(5)
        for handle in self.lines:
            os.close(handle)


class Place:
    """A namespace, its line, and one thread that lives in it for every caller."""

    def __init__(self, trial, name, address):
        self.name, self.address = name, address
        self.namespace = f"jisr-{os.getpid()}-{name.lower()}"
        self.pool = concurrent.futures.ThreadPoolExecutor(12, initializer=enter, initargs=(self.namespace,))
        self.processes = {} # name: (process, log)
        subprocess.run(["ip", "netns", "add", self.namespace], check=True)
        trial.places[name] = self
        self.line = trial.switch.plug(self.namespace, address)
        self.clock = 0      # seconds by which it is wrong
        self.node = self.token = None

    def call(self, function, *words, **more):
        return self.pool.submit(function, *words, **more).result()

    def close(self):
        self.pool.shutdown(wait=True, cancel_futures=True)
        subprocess.run(["ip", "netns", "del", self.namespace], check=False)


class Writer(threading.Thread):
    """Officers of a node, or of headquarters, who enter one thing after another until each is acknowledged."""

    def __init__(self, trial, place, write, rest):
        super().__init__(daemon=True)
        self.trial, self.place, self.rest = trial, place, rest
        self.write = write
        self.done, self.unknown, self.wrong = {}, set(), []
        self.pause = threading.Event()

    def run(self):
        while not self.trial.stopping:
            try:
                self.write(self)
            except Exception as error: # pylint: disable=broad-except
                self.wrong.append(f"{self.place.name}: a client failed: {error!r}")
                return
            self.pause.wait(self.rest)


class Trial:
    def __init__(self, folder, program, chance, clustered=False, environment=None, rest=0.2):
        self.folder, self.program, self.chance, self.rest = folder, os.path.abspath(program), chance, rest
        self.environment = {**os.environ, "LC_ALL": "C.UTF-8", "HOME": folder, **(environment or {})}
        self.clustered, self.whole = clustered, None
        self.places, self.writers, self.troubles, self.waiting = {}, [], [], []
        self.stopping = False
        self.switch = Switch(random.Random(chance.random()))
        self.faults = {}

    # ---- the program ----

    def run(self, *words, status=0, seconds=PATIENCE):
        done = subprocess.run([self.program, *words], env=self.environment, cwd=self.folder, capture_output=True, text=True,
                              timeout=seconds, check=False)
        if status is not None and done.returncode != status:
            raise RuntimeError(f"jisr {' '.join(words)}: {done.returncode}\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def serve(self, place, name, directory, *words):
        """Starts a serving process in a place, with the place's clock."""
        environment = dict(self.environment)
        if place.clock and os.path.exists(FAKETIME):
            environment.update(LD_PRELOAD=FAKETIME, FAKETIME=f"{place.clock:+d}", DONT_FAKE_MONOTONIC="1", FAKETIME_NO_CACHE="1",
                               ASAN_OPTIONS="verify_asan_link_order=0")
        log = open(self.at(f"{place.name}-{name}.log"), "ab")
        process = place.call(subprocess.Popen, [self.program, "serve", "--data", directory, *words], stdin=subprocess.DEVNULL,
                             stdout=log, stderr=log, env=environment, cwd=self.folder)
        log.close()
        place.processes[name] = (process, directory, words)

    def kill(self, place, name):
        process = place.processes[name][0]
        process.send_signal(signal.SIGKILL)
        process.wait()

    def again(self, place, name):
        _, directory, words = place.processes[name]
        self.serve(place, name, directory, *words)

    def ready(self, place, port=PORT, seconds=PATIENCE):
        cluster.wait_for(f"{place.name} serves", lambda: place.call(ask, port, "GET", "/healthz", seconds=5)[0] == 200, seconds)

    # ---- the organisation ----

    def tls(self, directory, certificate):
        folder = os.path.join(directory, "network")
        return ["--set", f"tls-certificate={folder}/{certificate}.crt", "--set", f"tls-key={folder}/{certificate}.key",
                "--set", f"tls-client-authority={folder}/authority.crt", "--set", "insecure-listen=yes"]

    def found(self):
        first = self.hq = self.at("hq")
        self.run("init", "--data", first, "trial.example/record")
        for country in COUNTRIES:
            self.run("members", "admit", "--data", first, country)
            self.run("offices", "open", "--data", first, "--member", country, "--country", country, country)
            self.run("officers", "appoint", "--data", first, country, "--name", f"Head of {country}", "--login", country.lower() + ".head",
                     "--roles", "administrator,head-of-bureau,bureau-officer")
        self.run("offices", "open", "--data", first, "RB-ABJ")
        self.run("node", "authority", "--data", first, "--host", self.places["HQ"].address)
        with open(self.at("list.json"), "w", encoding="utf-8") as file:
            file.write(json.dumps(PERSON) + "\n")
        self.run("load", "--data", first, "--list", "invented", self.at("list.json"))

    def headquarters(self):
        place, first = self.places["HQ"], self.at("hq")
        if not self.clustered:
            self.serve(place, "serve", first, "--listen", f"{place.address}:{PORT}", *self.tls(first, "server"))
            self.fronts = {"serve": PORT}
            return
        self.whole = cluster.Cluster(self.at("cluster"))
        os.makedirs(self.at("cluster"), mode=0o755)
        place.call(self.whole.up, self.program, given=first, serves=1)
        self.hq = self.whole.data(1)
        self.fronts = {"front1": PORT, "front2": PORT + 1}
        for name, port in self.fronts.items():
            directory = self.at(name)
            os.makedirs(os.path.join(directory, "keys"), mode=0o700)
            shutil.copy(os.path.join(self.hq, "keys", "shared.seal"), os.path.join(directory, "keys"))
            shutil.copytree(os.path.join(first, "network"), os.path.join(directory, "network"))
            self.serve(place, name, directory, "--listen", f"{place.address}:{port}", "--log", self.whole.address,
                       *self.tls(directory, "server"))

    def node(self, name, office, kind, urls, more=()):
        directory, request, admission = (self.at(name + end) for end in ("", ".request", ".admission"))
        words = [word for url in urls for word in ("--url", url)]
        self.run("node", "init", "--data", directory, "--office", office, "--name", name, "--kind", kind, *words, "--out", request, *more)
        self.at_hq("node", "admit", "--out", admission, request)
        self.run("node", "join", "--data", directory, admission)
        place = self.places[name]
        place.node = directory
        words = ["--listen", f"127.0.0.1:{PORT}"]
        if kind == "bureau":
            words = ["--listen", f"{place.address}:{PORT}", *self.tls(directory, "node")]
        self.serve(place, "serve", directory, *words)

    def at_hq(self, *words, **more):
        return self.places["HQ"].call(self.run, *words, "--data", self.hq, **more)

    def build(self):
        for number, name in enumerate(("HQ", "RB-ABJ", *COUNTRIES, "MA-airport"), 1):
            Place(self, name, f"10.77.0.{number}")
        self.switch.start()
        self.found()
        self.headquarters()
        straight = [f"https://{self.places['HQ'].address}:{port}" for port in self.fronts.values()]
        through = [f"https://{self.places['RB-ABJ'].address}:{PORT}", *straight]
        self.node("RB-ABJ", "RB-ABJ", "bureau", straight, ("--serves", ",".join(SERVED), "--host", self.places["RB-ABJ"].address))
        for country in COUNTRIES:
            self.node(country, country, "national", through if country in SERVED else straight)
        self.node("MA-airport", "MA", "post", through)
        for name, place in self.places.items():
            if place.node:
                cluster.wait_for(f"{name} follows", lambda place=place: self.size(place.node) > 10, PATIENCE)
                if name in COUNTRIES:
                    place.token = place.call(self.sign_in, name, place)

    def sign_in(self, office, place):
        code = json.loads(self.run("officers", "enrol", "--json", "--data", place.node, f"{office}-1").stdout)["enrolment"]
        page = {"Origin": f"http://127.0.0.1:{PORT}"}
        status, _, offer = ask(PORT, "POST", "/api/v1/enrolment", {"enrolment": code}, page)
        assert status == 200, offer
        status, headers, said = ask(PORT, "POST", "/api/v1/enrolment/password",
                                    {"enrolment": code, "password": PASSWORD, "code": one_time_code(json.loads(offer)["codes"], time.time())}, page)
        assert status == 201, said
        page["Cookie"] = "; ".join(value.split(";")[0] for value in headers.get_all("Set-Cookie"))
        status, _, said = ask(PORT, "POST", "/api/v1/me/tokens", {"name": "trial", "scopes": SCOPES}, page)
        assert status == 201, said
        return json.loads(said)["token"]

    # ---- writing ----

    def draft(self, writer):
        """One notice at a node, with one key until it is acknowledged: by headquarters (201) or by the outbox (202)."""
        reference, place = uuid.uuid4().hex, writer.place
        headers = {"Authorization": f"Bearer {place.token}", "Idempotency-Key": reference}
        while True:
            status, _, said = place.call(ask, PORT, "POST", "/api/v1/notices", {"content": CONTENT, "reference": reference}, headers)
            if status in (201, 202):
                writer.done[reference] = status
                return
            if status not in (None, 500, 502, 503, 504) and not (status == 409 and "Idempotency-Key" in said):
                writer.wrong.append(f"{place.name}: a draft: {status} {said[:300]}")
                return
            if self.stopping:
                writer.unknown.add(reference)
                return
            time.sleep(0.1)

    def appoint(self, writer):
        """One officer at headquarters; what the command's end does not acknowledge is looked for and not asked again."""
        name = f"Invented {uuid.uuid4().hex}"
        office = self.chance.choice(COUNTRIES)
        done = self.at_hq("officers", "appoint", office, "--name", name, "--login", "x" + name[-32:], "--roles", "reader", status=None)
        if done.returncode == 0:
            writer.done[name] = 0
        else:
            writer.unknown.add(name)
            if "Sanitizer" in done.stderr or done.returncode < 0:
                writer.wrong.append(done.stderr[-2000:])

    def start_writing(self):
        self.writers = [Writer(self, self.places["HQ"], self.appoint, self.rest)]
        self.writers += [Writer(self, self.places[name], self.draft, self.rest) for name in COUNTRIES]
        for writer in self.writers:
            writer.start()

    # ---- what goes wrong ----

    def cut(self, place):
        place.line.open = False
        return f"{place.name} is cut off"

    def flap(self, place):
        for _ in range(self.chance.randrange(4, 10)):
            place.line.open = not place.line.open
            time.sleep(self.chance.uniform(0.05, 0.4))
        place.line.open = True
        return f"{place.name}'s line flaps"

    def slow(self, place):
        place.line.delay, place.line.jitter = self.chance.uniform(0.01, 0.3), self.chance.uniform(0, 0.1)
        return f"{place.name}'s line: {place.line}"

    def lossy(self, place):
        place.line.loss = self.chance.uniform(0.01, 0.15)
        return f"{place.name}'s line: {place.line}"

    def die(self, place):
        if place.name == "HQ" and self.whole:
            kind = self.chance.choice(["leader", "etcd", "front"])
            if kind != "front":
                part = f"db{place.call(self.whole.leader) or 1}" if kind == "leader" else f"etcd{self.chance.randrange(1, 4)}"
                place.call(self.whole.kill, part)
                self.waiting.append(lambda: place.call(self.whole.start, part))
                return f"{part} is killed"
        name = self.chance.choice(list(place.processes))
        self.kill(place, name)
        self.waiting.append(lambda: self.again(place, name))
        return f"{place.name} ({name}) is killed"

    def wrong_clock(self, place):
        if place.name == "HQ":
            return self.slow(place)
        place.clock = int(self.chance.choice([-1, 1]) * self.chance.choice([20, 600, 7200, 80000]))
        self.kill(place, "serve")
        self.again(place, "serve")
        return f"{place.name} is killed, and its clock is {place.clock:+d} s wrong"

    FAULTS = ("cut", "flap", "slow", "lossy", "die", "wrong_clock")

    def round(self, seconds):
        """One to three things go wrong at places of their own, for a while; then all is mended but, now and then, a line."""
        told = []
        kinds = [kind for kind in self.FAULTS if kind != "wrong_clock" or os.path.exists(FAKETIME)]
        for place in self.chance.sample(list(self.places.values()), self.chance.randrange(1, 4)):
            kind = self.chance.choice(kinds)
            self.faults[kind] = self.faults.get(kind, 0) + 1
            told.append(getattr(self, kind)(place))
        time.sleep(self.chance.uniform(0.3, 1) * seconds)
        self.mend(all_lines=self.chance.random() < 0.7)
        return "; ".join(told)

    def mend(self, all_lines=True):
        for start in self.waiting:
            start()
        self.waiting = []
        for place in self.places.values():
            place.line.open = True
            if all_lines:
                place.line.delay = place.line.jitter = place.line.loss = 0.0

    # ---- what is there in the end ----

    def size(self, directory):
        """Entries of a record, whole or as hashes."""
        try:
            base = sqlite3.connect(f"file:{directory}/record.db?mode=ro", uri=True, timeout=20)
            hashes = base.execute("SELECT count(*) FROM log_hash").fetchone()[0]
            base.close()
        except sqlite3.OperationalError:
            return 0
        size = 0
        while 2 * (size + 1) - bin(size + 1).count("1") <= hashes:
            size += 1
        return size

    def rows(self, directory, statement):
        base = sqlite3.connect(f"file:{directory}/record.db?mode=ro", uri=True, timeout=20)
        rows = base.execute(statement).fetchall()
        base.close()
        return rows

    def open_items(self, place):
        status, _, said = place.call(ask, PORT, "GET", "/api/v1/outbox?state=open&limit=1", headers={"Authorization": f"Bearer {place.token}"})
        return json.loads(said)["total"] if status == 200 else None

    def end(self, seconds=PATIENCE):
        """Mends everything, waits until all is quiet, and says what is wrong."""
        self.stopping = True
        self.mend()
        for place in self.places.values():
            if place.clock:
                place.clock = 0
                self.kill(place, "serve")
                self.again(place, "serve")
        for writer in self.writers:
            writer.join(PATIENCE)
            self.troubles += writer.wrong + ([f"{writer.place.name}: no answer for 90 s"] if writer.is_alive() else [])
        if self.whole:
            self.places["HQ"].call(cluster.wait_for, "the cluster is whole", self.whole.whole, seconds)
        front = list(self.fronts)[0]
        hq = self.places["HQ"].processes[front][1]
        try:
            for name in COUNTRIES:
                cluster.wait_for(f"{name}'s outbox is empty", lambda name=name: self.open_items(self.places[name]) == 0, seconds)
            for name, place in self.places.items():
                if place.node:
                    cluster.wait_for(f"{name} is in step", lambda place=place: self.size(place.node) == self.size(hq), seconds)
        except cluster.Failed as failed:
            self.troubles.append(str(failed))
        self.compare(hq)
        return self.troubles

    def compare(self, hq):
        note = self.at("headquarters.note")
        for place in self.places.values():
            for name, (process, _, _) in place.processes.items():
                process.send_signal(signal.SIGTERM)
                if process.wait(PATIENCE) != 0:
                    self.troubles.append(f"{place.name} ({name}) ended with {process.returncode}")
        with open(note, "w", encoding="utf-8") as file:
            file.write(self.places["HQ"].call(self.run, "log", "checkpoint", "--data", hq).stdout)
        for directory in [hq] + [place.node for place in self.places.values() if place.node]:
            verified = self.places["HQ"].call(self.run, "log", "verify", "--tables", "--data", directory, status=None)
            if verified.returncode != 0:
                self.troubles.append(f"{directory}: {verified.stdout[-500:]} {verified.stderr[-500:]}")
            compared = self.places["HQ"].call(self.run, "network", "compare", note, "--data", directory, status=None)
            if compared.returncode != 0:
                self.troubles.append(f"{directory}: {compared.stdout} {compared.stderr}")
            if os.path.exists(os.path.join(directory, "network", "alarm")):
                self.troubles.append(f"{directory} stopped with an alarm")
        for name in os.listdir(self.folder):
            if name.endswith(".log"):
                with open(self.at(name), encoding="utf-8", errors="replace") as file:
                    text = file.read()
                if found := re.search(".*(Sanitizer|runtime error|network-alarm)", text):
                    self.troubles.append(f"{name}: {text[found.start():][:4000]}")
        self.counts(hq)

    def counts(self, hq):
        """Each acknowledged thing is there once."""
        there = {}
        for what, in self.rows(hq, "SELECT reference FROM notice WHERE reference <> ''") + self.rows(hq, "SELECT name FROM register_officer"):
            there[what] = there.get(what, 0) + 1
        self.troubles += [f"{what} is there {count} times" for what, count in there.items() if count > 1 and not what.startswith("Head of")]
        for writer in self.writers:
            self.troubles += [f"{writer.place.name}: {what} was acknowledged and is not there" for what in writer.done if what not in there]
        for name in COUNTRIES: # and at the node that gave it, too
            here = {what for what, in self.rows(self.places[name].node, "SELECT reference FROM notice WHERE reference <> ''")}
            self.troubles += [f"{name}: {what} is not at its own node" for writer in self.writers if writer.place.name == name
                              for what in writer.done if what not in here]

    def acknowledged(self):
        return sum(len(writer.done) for writer in self.writers), sum(status == 202 for writer in self.writers for status in writer.done.values())

    def down(self):
        self.stopping = True
        for place in self.places.values():
            for process, _, _ in place.processes.values():
                if process.poll() is None:
                    process.kill()
                process.wait()
        if self.whole and self.whole.state:
            self.places["HQ"].call(self.whole.down)
        for place in self.places.values():
            place.close()
        self.switch.close()
        leave_nothing()
