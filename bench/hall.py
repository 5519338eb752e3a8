"""A full hall: 800 devices follow a session live over connections of their own (four a delegation, each with a token of its
office), and the chair opens and closes votes. Measured from the moment at which the chair's device sends its request until
each device holds the whole event; and while the delegations vote meanwhile.

  tools/bench hall [--devices 800] [--votes 20] [--public N]"""

import argparse
import json
import os
import random
import re
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import votes # noqa: E402
import writes # noqa: E402

PATH = f"/api/v1/assembly/sessions/{votes.SESSION}"


class Devices:
    """The devices' ends of their streams: reads all of them, and knows when which was told what."""

    def __init__(self, address, paths):
        self.selector = selectors.DefaultSelector()
        self.seen = {}  # number of a device -> the bytes of its last event, and when it was whole
        self.bytes = 0
        self.buffers = {}
        host, port = address.split(":")
        for number, (path, token) in enumerate(paths):
            line = socket.create_connection((host, int(port)))
            known = f"Authorization: Bearer {token}\r\n" if token else ""
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n{known}\r\n".encode())
            self.buffers[number] = b""
            self.selector.register(line, selectors.EVENT_READ, number)
        self.until(lambda event: b'"stage"' in event, 60)

    def until(self, wanted, seconds):
        """Reads until each device holds an event that is wanted; the moment at which each did."""
        left, told = set(self.buffers), {}
        for number in list(left):
            if wanted(self.seen.get(number, (b"", 0))[0]):
                told[number] = self.seen[number][1]
                left.discard(number)
        deadline = time.monotonic() + seconds
        while left:
            ready = self.selector.select(max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError(f"{len(left)} devices were not told within {seconds} s")
            for key, _ in ready:
                number = key.data
                data = key.fileobj.recv(1 << 16)
                if not data:
                    raise EOFError("a stream ended")
                self.bytes += len(data)
                buffer = self.buffers[number] + data
                end = buffer.rfind(b"\n\n")
                if end >= 0 and buffer.rfind(b"event: stage", 0, end) >= 0:
                    now = time.monotonic()
                    self.seen[number] = (buffer[buffer.rfind(b"event: stage", 0, end):end], now)
                    buffer = buffer[end:]
                    if number in left and wanted(self.seen[number][0]):
                        told[number] = now
                        left.discard(number)
                self.buffers[number] = buffer
        return told


def line(name, times):
    values = sorted(1000 * one for one in times)
    pick = lambda share: values[min(len(values) - 1, int(share * len(values)))]
    print(f"  {name}: first device {values[0]:.1f} ms, half {pick(.5):.1f}, 99 of 100 {pick(.99):.1f}, last {values[-1]:.1f} ms", flush=True)
    return values[-1]


def one_vote(address, chair, tokens, devices, chance, busy):
    title = f"vote {chance.random()}"
    sent = []

    def act(name, body):
        sent.append(time.monotonic())
        status, answer = votes.ask(address, "POST", f"{PATH}/{name}", chair, body)
        assert status == 200, answer
        return json.loads(answer)

    made = {}
    opening = threading.Thread(target=lambda: made.update(act("vote.open", {"matter": "resolution", "method": "device", "title": title})))
    opening.start()
    opened = devices.until(lambda event: f'"title":"{title}"'.encode() in event and b'"vote":null' not in event, 30)
    opening.join()
    open_times = [moment - sent[0] for moment in opened.values()]
    number, results = int(made["id"]), {}
    if busy:
        start = time.monotonic()
        threads = [threading.Thread(target=votes.vote, args=(address, number, code, token, start + chance.random() * 2, "yes", results))
                   for code, token in tokens.items()]
        for thread in threads:
            thread.start()
        devices.until(lambda event: b'"waiting":0,' in event, 60)
        for thread in threads:
            thread.join()
        assert all(one[0] == 200 for one in results.values())
    closing = threading.Thread(target=act, args=("vote.close", {"vote": number}))
    closing.start()
    wanted = f'"result":{{"number":{number},'.encode()
    closed = devices.until(lambda event: wanted in event, 30)
    closing.join()
    return open_times, [moment - sent[1] for moment in closed.values()], [one[1] for one in results.values()]


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--devices", type=int, default=800)
    options.add_argument("--votes", type=int, default=20)
    options.add_argument("--public", type=int, default=0, help="so many more who are nobody")
    options = options.parse_args()
    data = os.path.join(tempfile.mkdtemp(prefix="jisr-bench-"), "data")
    process = None
    try:
        codes = votes.prepare(data)
        process = subprocess.Popen([writes.JISR, "serve", "--listen", "127.0.0.1:0", "--data", data, "--set", "log-level=error",
                                    "--set", "connections-per-address=8000"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for said in process.stdout:
            found = re.search(r"https?://([0-9.]+:[0-9]+)", said)
            if found:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        address = found.group(1)
        officers = json.loads(writes.jisr(data, "officers", "list", "--json", "GS"))["officers"]
        chair = next(one["id"] for one in officers if one["roles"] == ["chair"])
        chair = votes.token_of(data, f"http://{address}", chair, ["assembly.read", "assembly.chair"])
        tokens = {code: votes.token_of(data, f"http://{address}", f"{code}-1", ["assembly.read", "assembly.delegate"]) for code in codes}
        paths = [(f"{PATH}/live", tokens[codes[i % len(codes)]]) for i in range(options.devices)]
        paths += [(PATH.replace("/api/v1", "/api/v1/public") + "/live", None)] * options.public
        begin = time.monotonic()
        devices = Devices(address, paths)
        print(f"{len(paths)} devices connected and shown the stage in {time.monotonic() - begin:.2f} s", flush=True)
        chance = random.Random(93)
        opened, closed, receipts, last = [], [], [], []
        for round_ in range(options.votes):
            results = one_vote(address, chair, tokens, devices, chance, round_ % 2 == 1)
            opened += results[0]
            closed += results[1]
            receipts += results[2]
            last.append(max(results[0]))
            time.sleep(0.5)
        print(f"{options.votes} votes, in every second one all {len(codes)} delegations voted within two seconds:")
        line("vote opened, from the chair's request to the whole event", opened)
        line("vote closed, to the result", closed)
        if receipts:
            line("a delegation's own vote, to its receipt", receipts)
        event = devices.seen[0][0]
        print(f"  the slowest device of each opening: {', '.join(f'{1000 * one:.0f}' for one in last)} ms; an event has {len(event)} bytes; "
              f"{devices.bytes / 1e6:.0f} MB were sent")
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            held = {name: int(kib) for name, kib in re.findall(r"(?m)^(VmRSS|RssAnon):\s+(\d+) kB", status.read())}
        print(f"  resident: {held['VmRSS'] * 1.024e-3:.0f} MB, {held['RssAnon'] * 1.024e-3:.0f} MB of them no mapped file")
        process.terminate()
        process.wait(60)
    finally:
        if process is not None and process.poll() is None:
            process.kill()
        shutil.rmtree(os.path.dirname(data), ignore_errors=True)


if __name__ == "__main__":
    main()
