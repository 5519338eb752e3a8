"""The log on its way to nodes: how fast a new node catches up, how long after it was accepted an entry is in a node's tables,
what a line costs when nothing is new, how far many nodes at once are behind, how soon a new node or border post with many people
answers its first check, and what comes of a line that was cut for long. Everything is `jisr serve` over TLS but the many
nodes, which read and count batches and check none.

  tools/bench network [--notices N] [--entries N] [--nodes N] [--rate N] [--seconds N]
  tools/bench network --people N [--notices N]     new nodes, from a snapshot
  tools/bench network --cut N [--notices N]        a line cut while N entries are written"""

import argparse
import http.client
import json
import os
import re
import selectors
import shutil
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
from writes import JISR, PASSWORD, jisr, one_time_code # noqa: E402
sys.path.insert(0, os.path.join(ROOT, "bench", "peers"))
from work import processor # noqa: E402


def serve(data, *words):
    process = subprocess.Popen([JISR, "serve", "--data", data, "--listen", "127.0.0.1:0", *words], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    return process, int(re.search(r":([0-9]+)", process.stdout.readline().split("//")[1]).group(1))


def size_of(db):
    hashes = (db.execute("SELECT max(place) FROM log_hash").fetchone()[0] or -1) + 1
    low, high = 0, hashes
    while low < high:
        n = (low + high + 1) // 2
        low, high = (n, high) if 2 * n - bin(n).count("1") <= hashes else (low, n - 1)
    return low


def admit(folder, hq, port, name, kind="national"):
    directory = os.path.join(folder, name)
    request, admission = directory + ".request", directory + ".admission"
    for words in (["init", "--office", "MA", "--name", name, "--kind", kind, "--url", f"https://127.0.0.1:{port}", "--out",
                   request, "--data", directory],
                  ["admit", "--data", hq, "--out", admission, request], ["join", "--data", directory, admission]):
        subprocess.run([JISR, "node", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return directory


class Writer:
    """Changes a name of the office with each request, as an administrator's API token may: an entry that all may see."""

    def __init__(self, hq, port):
        self.port = port
        self.context = ssl.create_default_context(cafile=os.path.join(hq, "network", "authority.crt"))
        administrator = next(officer["id"] for officer in json.loads(jisr(hq, "officers", "--json", "GS"))["officers"]
                             if "administrator" in officer["roles"])
        code = json.loads(jisr(hq, "officers", "enrol", "--json", administrator))["enrolment"]
        offer, _ = self.post("/api/v1/enrolment", {"enrolment": code})
        _, cookie = self.post("/api/v1/enrolment/password",
                              {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"])})
        answer, _ = self.post("/api/v1/me/tokens", {"name": "bench", "scopes": ["offices.change"]}, cookie)
        self.token, self.count = answer["token"], 0
        self.line = http.client.HTTPSConnection("127.0.0.1", port, context=self.context)

    def post(self, path, body, cookie=""):
        url = f"https://127.0.0.1:{self.port}"
        request = urllib.request.Request(url + path, json.dumps(body).encode(), {
            "Content-Type": "application/json", "Origin": url, "Sec-Fetch-Site": "same-origin", "Cookie": cookie})
        with urllib.request.urlopen(request, timeout=60, context=self.context) as reply:
            cookies = [value.split(";")[0] for value in reply.headers.get_all("Set-Cookie") or []]
            return json.load(reply), "; ".join(cookies)

    def write(self):
        """Returns the moment at which the entry was known to be accepted."""
        self.count += 1
        self.line.request("PATCH", "/api/v1/offices/MA", json.dumps({"names": {"en": f"Bureau {self.count}"}}), {
            "Content-Type": "application/json", "Authorization": "Bearer " + self.token})
        reply = self.line.getresponse()
        text = reply.read()
        if reply.status not in (200, 201):
            sys.exit(f"bench network: {reply.status} {text[:300]}")
        return time.monotonic()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def caught_up(data, size, process):
    with sqlite3.connect(f"file:{data}/record.db?mode=ro", uri=True, timeout=60) as db:
        while size_of(db) < size:
            if process.poll() is not None:
                sys.exit("bench network: the node ended")
            time.sleep(0.01)


def delays(writer, data, count):
    """Milliseconds from the answer to the row in the node's own file."""
    found = []
    with sqlite3.connect(f"file:{data}/record.db?mode=ro", uri=True, timeout=60) as db:
        for _ in range(count):
            before = size_of(db)
            accepted = writer.write()
            while size_of(db) <= before:
                time.sleep(0.0005)
            found.append((time.monotonic() - accepted) * 1e3)
    return found


class Crowd(threading.Thread):
    """Many nodes that read frames and remember how far each is."""

    def __init__(self, port, directories, start):
        super().__init__(daemon=True)
        self.select, self.nodes, self.stopping, self.bytes = selectors.DefaultSelector(), [], False, 0
        for directory in directories:
            context = ssl.create_default_context(cafile=os.path.join(directory, "network", "authority.crt"))
            context.load_cert_chain(os.path.join(directory, "network", "node.crt"), os.path.join(directory, "network", "node.key"))
            line = context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname="127.0.0.1")
            line.sendall(f"GET /network/v1/log?from={start} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            line.setblocking(False)
            node = {"line": line, "raw": b"", "head": False, "data": b"", "size": start - 1}
            self.nodes.append(node)
            self.select.register(line, selectors.EVENT_READ, node)

    def run(self):
        while not self.stopping:
            for key, _ in self.select.select(0.2):
                self.take(key.data)

    def take(self, node):
        try:
            while True:
                piece = node["line"].recv(1 << 18)
                if not piece:
                    sys.exit("bench network: headquarters ended a line")
                node["raw"] += piece
                self.bytes += len(piece)
        except (ssl.SSLWantReadError, BlockingIOError):
            pass
        if not node["head"] and b"\r\n\r\n" in node["raw"]:
            node["head"], node["raw"] = True, node["raw"].split(b"\r\n\r\n", 1)[1]
        while node["head"] and b"\r\n" in node["raw"]: # chunks
            length, rest = node["raw"].split(b"\r\n", 1)
            count = int(length, 16)
            if len(rest) < count + 2:
                break
            node["data"] += rest[:count]
            node["raw"] = rest[count + 2:]
        while len(node["data"]) >= 4:
            count = struct.unpack(">I", node["data"][:4])[0]
            if len(node["data"]) < 4 + count:
                break
            frame, node["data"] = node["data"][4:4 + count], node["data"][4 + count:]
            # The checkpoint at its end says how far it goes.
            node["size"] = int(frame[frame.rindex(b"record\n"):].split(b"\n")[1])


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024


def crowd(arguments, folder, hq, port, server, writer):
    names = [admit(folder, hq, port, f"crowd-{i}", "national" if i % 2 else "post") for i in range(arguments.nodes)]
    with sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True, timeout=60) as db:
        many = Crowd(port, names, size_of(db) + 1)
        many.start()
        time.sleep(2)
        used, sent, lags, begin, written = processor(server.pid), many.bytes, [], time.monotonic(), 0
        moments = {}
        while time.monotonic() - begin < arguments.seconds:
            moment = writer.write()
            written += 1
            moments[size_of(db)] = moment
            slowest = min(node["size"] for node in many.nodes)
            behind = [moment - then for size, then in moments.items() if size > slowest]
            lags.append(max(behind, default=0))
            moments = {size: then for size, then in moments.items() if size > slowest}
            time.sleep(max(0, begin + written / arguments.rate - time.monotonic()))
        lasted = time.monotonic() - begin
        print(f"{arguments.nodes} nodes, {written / lasted:.0f} entries/s for {lasted:.0f} s: the slowest node behind by "
              f"{percentile(lags, 0.5) * 1e3:.0f} ms (median), {max(lags) * 1e3:.0f} ms (most); processor "
              f"{(processor(server.pid) - used) / lasted:.2f} of a core, memory {memory(server.pid):.0f} MB, "
              f"{(many.bytes - sent) / lasted / 1e3:.0f} kB/s sent")
        many.stopping = True
        many.join()


class Line:
    """A line that counts its bytes, and can be cut."""

    def __init__(self, port):
        self.target, self.open, self.pairs, self.bytes = port, True, [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            if not self.open:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.target))
            self.pairs += [client, server]
            for one, other in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    def carry(self, one, other):
        try:
            while data := one.recv(1 << 18):
                other.sendall(data)
                self.bytes += len(data)
        except OSError:
            pass
        for end in (one, other):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.open = False
        for end in self.pairs:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.pairs = []


def start_hq(hq):
    at = os.path.join(hq, "network")
    return serve(hq, "--set", f"tls-certificate={at}/server.crt", "--set", f"tls-key={at}/server.key", "--set",
                 f"tls-client-authority={at}/authority.crt", "--set", "insecure-listen=yes", "--set",
                 "connections-per-address=5000", "--set", "connections=6000")


def seen(hq, name):
    """What headquarters says of a node, from the file that it writes every other second."""
    with open(os.path.join(hq, "network", "status.json"), encoding="utf-8") as file:
        return next((node for node in json.load(file)["nodes"] if node["name"] == name), {})


def nothing_new(folder, hq, port):
    line = Line(port)
    node = admit(folder, hq, line.port, "quiet")
    process, own = serve(node)
    try:
        with sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True) as db:
            size = size_of(db)
        caught_up(node, size, process)
        while not seen(hq, "quiet").get("equal"):
            time.sleep(0.1)
        time.sleep(5)
        before, begin = line.bytes, time.monotonic()
        time.sleep(60)
        print(f"nothing new: {(line.bytes - before) / 1e3:.1f} kB in {time.monotonic() - begin:.0f} s of a standing line")
        process.terminate()
        process.wait()
        before = line.bytes
        process, own = serve(node)
        begin = time.monotonic()
        while seen(hq, "quiet").get("seen_seconds") is None or line.bytes == before:
            time.sleep(0.002)
        context = "/metrics"
        while True: # its own word, at once; headquarters' file is written every other second
            with urllib.request.urlopen(f"http://127.0.0.1:{own}{context}", timeout=10) as reply:
                if 'jisr_network_connected{node="quiet"} 1' in reply.read().decode():
                    break
            time.sleep(0.005)
        took = time.monotonic() - begin
        time.sleep(3)
        print(f"started again with nothing new: in step after {took:.2f} s; {(line.bytes - before) / 1e3:.1f} kB until both sides "
              f"had proved that they are equal ({seen(hq, 'quiet').get('equal')})")
    finally:
        process.terminate()
        process.wait()


def new_nodes(arguments, folder, hq):
    people = os.path.join(folder, "people.json")
    with open(people, "wb") as file:
        subprocess.run([os.path.join(ROOT, "build-bench", "bench", "jisr-people"), "--count", str(arguments.people)], check=True,
                       stdout=file)
    jisr(hq, "load", "--list", "people", people)
    with open(people, encoding="utf-8") as file:
        person = json.loads(file.readline())
    os.unlink(people)
    server, port = start_hq(hq)
    try:
        with sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True) as db:
            size = size_of(db)
        for name, kind in (("new", "national"), ("post", "post")):
            begin = time.monotonic()
            node = admit(folder, hq, port, name, kind)
            folders = os.path.join(hq, "snapshots")
            wanted = 1 if name == "new" else 2
            while sum("manifest" in names for _, _, names in os.walk(folders)) < wanted:
                time.sleep(0.05)
            made, begin = time.monotonic() - begin, time.monotonic()
            process, own = serve(node)
            question = json.dumps({"queries": {"q": {"schema": "Person", "properties": person["properties"]}}}).encode()
            taken = None
            while True:
                if taken is None:
                    with sqlite3.connect(f"file:{node}/record.db?mode=ro", uri=True) as db:
                        taken = time.monotonic() - begin if size_of(db) >= size else None
                try:
                    request = urllib.request.Request(f"http://127.0.0.1:{own}/match/default", question,
                                                     {"Content-Type": "application/json"})
                    with urllib.request.urlopen(request, timeout=30) as reply:
                        if any(one["id"] == person["id"] for one in json.load(reply)["responses"]["q"]["results"]):
                            break
                except OSError:
                    pass
                if process.poll() is not None:
                    sys.exit("bench network: the node ended")
                time.sleep(0.05)
            checks = time.monotonic() - begin
            peak = int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{process.pid}/status", encoding="utf-8").read()).group(1)) / 1024
            unproved = os.path.join(node, "network", "unproved")
            while os.path.exists(unproved):
                time.sleep(0.1)
            proved = time.monotonic() - begin
            print(f"a new {'node' if name == 'new' else 'border post'}, {arguments.people} people and {size} entries: snapshot made "
                  f"{made:.1f} s after admission; from the node's start: {taken:.1f} s until all entries are there, {checks:.1f} s until a "
                  f"check finds somebody, {proved:.1f} s until all was proved; memory {peak:.0f} MB at most")
            process.terminate()
            process.wait()
    finally:
        server.terminate()
        server.wait()


def long_cut(arguments, folder, hq):
    server, port = start_hq(hq)
    line = Line(port)
    node = admit(folder, hq, line.port, "far")
    process, _ = serve(node)
    try:
        with sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True, timeout=60) as db:
            caught_up(node, size_of(db), process)
            before = size_of(db)
            line.cut()
            writer = Writer(hq, port)
            left = [arguments.cut]

            def write():
                own = object.__new__(Writer)
                own.token, own.context, own.port = writer.token, writer.context, port
                own.count = threading.get_ident()
                own.line = http.client.HTTPSConnection("127.0.0.1", port, context=writer.context)
                while left[0] > 0:
                    left[0] -= 1
                    own.write()
            threads = [threading.Thread(target=write) for _ in range(16)]
            begin = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            written, size = time.monotonic() - begin, size_of(db)
        bytes_before, begin, used = line.bytes, time.monotonic(), processor(process.pid)
        line.open = True
        caught_up(node, before + 1, process)
        first = time.monotonic() - begin
        caught_up(node, size, process)
        took, used = time.monotonic() - begin, processor(process.pid) - used
        process.terminate()
        process.wait()
        process = None
        good = subprocess.run([JISR, "log", "verify", "--tables", "--data", node], capture_output=True, check=False).returncode == 0
        with sqlite3.connect(f"file:{node}/record.db?mode=ro", uri=True) as ours, \
                sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True) as theirs:
            select = "SELECT max(place), count(*), count(DISTINCT place) FROM log_hash"
            same = ours.execute(select).fetchone() == theirs.execute(select).fetchone()
        print(f"a line cut for {size - before} entries (written in {written:.0f} s): called again after {first:.1f} s, caught up after "
              f"{took:.1f} s, {(size - before) / max(took - first, 0.001):.0f} entries/s, {(size - before) / max(used, 0.001):.0f} a second of "
              f"the node's processor, {(line.bytes - bytes_before) / 1e6:.1f} MB; "
              f"verified: {good}; every entry there once: {same}")
    finally:
        for one in (process, server):
            if one is not None:
                one.terminate()
                one.wait()


def main():
    parser = argparse.ArgumentParser(prog="tools/bench network")
    parser.add_argument("--notices", type=int, default=5000, help="of the demonstration that is the log to catch up with")
    parser.add_argument("--entries", type=int, default=300, help="whose delay is measured")
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--rate", type=int, default=100, help="entries a second, while many nodes follow")
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--people", type=int, help="of a list, with which new nodes begin")
    parser.add_argument("--cut", type=int, help="entries that are written while a line is cut")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-network-", dir=os.path.join(ROOT, "build-bench")) # on a disk; /tmp may be memory
    hq, processes = os.path.join(folder, "hq"), []
    try:
        jisr(hq, "demo", "--notices", str(arguments.notices), "--objects", "0", "--entities", "1000")
        jisr(hq, "node", "authority", "--host", "127.0.0.1")
        if arguments.people or arguments.cut:
            (new_nodes if arguments.people else long_cut)(arguments, folder, hq)
            print(f"load {os.getloadavg()[0]:.1f}")
            return
        server, port = start_hq(hq)
        processes.append(server)
        node = admit(folder, hq, port, "MA")
        with sqlite3.connect(f"file:{hq}/record.db?mode=ro", uri=True) as db:
            size = size_of(db)
        begin = time.monotonic()
        process, _ = serve(node)
        processes.append(process)
        caught_up(node, size, process)
        taken, used = time.monotonic() - begin, processor(process.pid)
        with sqlite3.connect(f"file:{node}/record.db?mode=ro", uri=True) as db:
            whole = db.execute("SELECT count(*) FROM log_entry").fetchone()[0]
        print(f"catching up: {size} entries, {whole} of them whole, in {taken:.2f} s with the start of the service; "
              f"{used:.2f} s of the node's processor: {size / taken:.0f} entries/s, {size / used:.0f} a second of processor")
        writer = Writer(hq, port)
        writer.write()
        time.sleep(1)
        found = delays(writer, node, arguments.entries)
        print(f"accepted to applied, {len(found)} entries: median {percentile(found, 0.5):.1f} ms, 99th of 100 "
              f"{percentile(found, 0.99):.1f} ms")
        crowd(arguments, folder, hq, port, server, writer)
        nothing_new(folder, hq, port)
        print(f"load {os.getloadavg()[0]:.1f}")
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
