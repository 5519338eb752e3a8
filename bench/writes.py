"""Changes that `jisr serve` accepts over HTTP: wrk appoints an officer with each request, over connections that stay open,
with an administrator's API token, on a record founded for it. Each answer is given after what it says is on the disk.
Afterwards the log is verified and every id that was given is looked for in the record.

  tools/bench writes [--seconds N] [--connections N,N] [--set NAME=VALUE]"""

import argparse
import base64
import hmac
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench", "peers"))
from work import processor # noqa: E402

JISR = os.path.join(ROOT, "build-bench", "jisr")
PASSWORD = "kettle orbit wharf"
WARM_UP = 3 # seconds


def jisr(data, *words):
    return subprocess.run([JISR, *words, "--data", data], check=True, stdout=subprocess.PIPE, text=True).stdout


def post(url, path, body, cookie=""):
    """As the service's own page posts; the answer, and the session's cookie."""
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {
        "Content-Type": "application/json", "Origin": url, "Sec-Fetch-Site": "same-origin", "Cookie": cookie})
    with urllib.request.urlopen(request, timeout=60) as reply:
        cookies = [value.split(";")[0] for value in reply.headers.get_all("Set-Cookie") or []]
        return json.load(reply), "; ".join(cookies)


def one_time_code(uri):
    secret = base64.b32decode(urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)["secret"][0])
    digest = hmac.digest(secret, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


def token_of(data, url):
    """The administrator sets a password and a code's secret, and makes a token that may appoint."""
    code = json.loads(jisr(data, "officers", "enrol", "--json", "GS-1"))["enrolment"]
    offer, _ = post(url, "/api/v1/enrolment", {"enrolment": code})
    _, cookie = post(url, "/api/v1/enrolment/password",
                     {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"])})
    answer, _ = post(url, "/api/v1/me/tokens", {"name": "bench", "scopes": ["officers.change", "officers.read"]}, cookie)
    return answer["token"]


def run(url, folder, token, connections, seconds, name):
    result = os.path.join(folder, name)
    environment = dict(os.environ, BENCH_TOKEN=token, BENCH_RESULT=result, BENCH_RUN=name)
    subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s",
                    "-s", os.path.join(ROOT, "bench", "writes.lua"), url], check=True, env=environment, stdout=subprocess.DEVNULL)
    with open(result, encoding="utf-8") as file:
        figures = json.load(file)
    with open(result + ".1", encoding="utf-8") as file:
        figures["ids"] = file.read().split()
    return figures


def syncs(folder):
    """What the disk does by itself in these minutes: 4 KiB and fdatasync, one after another, a second."""
    fd = os.open(os.path.join(folder, "sync"), os.O_WRONLY | os.O_CREAT, 0o600)
    begin = time.monotonic()
    count = 0
    while time.monotonic() - begin < 2:
        os.write(fd, bytes(4096))
        os.fdatasync(fd)
        count += 1
    os.close(fd)
    return count / (time.monotonic() - begin)


def main():
    parser = argparse.ArgumentParser(prog="tools/bench writes")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", default="1,64")
    parser.add_argument("--set", action="append", default=[], help="a setting of jisr serve")
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-writes-", dir=os.path.join(ROOT, "build-bench")) # on a disk; /tmp may be memory
    data = os.path.join(folder, "data")
    jisr(data, "init", "--administrator", "Invented Person", "--login", "i.person", "bench.example/record")
    words = [word for setting in arguments.set for word in ("--set", setting)]
    server = subprocess.Popen([JISR, "serve", "--data", data, "--listen", "127.0.0.1:0", *words], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    try:
        url = re.search(r"http://[0-9.]+:[0-9]+", server.stdout.readline()).group()
        token = token_of(data, url)
        ids = run(url, folder, token, 4, WARM_UP, "warm")["ids"]
        print("connections  accepted/s   p50 ms   p99 ms   max ms  errors  CPU each    load   disk's own syncs/s")
        for connections in map(int, arguments.connections.split(",")):
            alone = syncs(folder)
            before = processor(server.pid)
            told = run(url, folder, token, connections, arguments.seconds, f"c{connections}")
            each = (processor(server.pid) - before) / max(1, told["accepted"])
            print(f"{connections:11}  {told['accepted'] / told['seconds']:10.0f} {told['p50'] * 1e3:8.2f} {told['p99'] * 1e3:8.2f} "
                  f"{told['max'] * 1e3:8.2f} {told['errors']:7} {each * 1e6:6.0f} us  {os.getloadavg()[0]:6.1f} {alone:8.0f}")
            if told["errors"]:
                print(f"             refused: {told['refused']}")
            ids += told["ids"]
    finally:
        server.terminate()
        server.wait()
    verified = jisr(data, "log", "verify").strip()
    there = {officer["id"] for officer in json.loads(jisr(data, "officers", "--json"))["officers"]}
    lost = [officer for officer in ids if officer not in there]
    print(f"\n{verified}")
    print(f"{len(ids)} officers were accepted, {len(set(ids))} different; {len(lost)} of them are not in the record")
    shutil.rmtree(folder)
    raise SystemExit(1 if lost or len(set(ids)) != len(ids) else 0)


if __name__ == "__main__":
    main()
