"""The log on its way to nodes: how fast a new node catches up, how long after it was accepted an entry is in a node's tables,
what a line costs when nothing is new, and how far many nodes at once are behind. Everything is `jisr serve` over TLS but the many
nodes, which read and count batches and check none.

  tools/bench network [--notices N] [--entries N] [--nodes N] [--rate N] [--seconds N]"""

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


def main():
    parser = argparse.ArgumentParser(prog="tools/bench network")
    parser.add_argument("--notices", type=int, default=5000, help="of the demonstration that is the log to catch up with")
    parser.add_argument("--entries", type=int, default=300, help="whose delay is measured")
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--rate", type=int, default=100, help="entries a second, while many nodes follow")
    parser.add_argument("--seconds", type=int, default=15)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-network-", dir=os.path.join(ROOT, "build-bench")) # on a disk; /tmp may be memory
    hq, processes = os.path.join(folder, "hq"), []
    try:
        jisr(hq, "demo", "--notices", str(arguments.notices), "--objects", "0", "--entities", "1000")
        jisr(hq, "node", "authority", "--host", "127.0.0.1")
        at = os.path.join(hq, "network")
        server, port = serve(hq, "--set", f"tls-certificate={at}/server.crt", "--set", f"tls-key={at}/server.key", "--set",
                             f"tls-client-authority={at}/authority.crt", "--set", "insecure-listen=yes", "--set",
                             "connections-per-address=5000", "--set", "connections=6000")
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
        print(f"load {os.getloadavg()[0]:.1f}")
    finally:
        for process in processes:
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
