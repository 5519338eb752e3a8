"""196 delegations vote within the same five seconds: each has its own connection and its own API token, `jisr serve` on a
record founded for it keeps every vote durably before it answers. Then the vote is closed, every receipt is looked for in the
record, the log is verified, and the tables are made again from it.

  tools/bench votes [--votes N] [--seconds 5]"""

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
import writes # noqa: E402

SESSION = 94


def ask(address, method, path, token, body=None, connection=None):
    own = connection is None
    connection = connection or http.client.HTTPConnection(address, timeout=60)
    sent = json.dumps(body).encode() if body is not None else None
    connection.request(method, path, sent, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    reply = connection.getresponse()
    read = reply.read()
    if own:
        connection.close()
    return reply.status, read


def token_of(data, url, officer, scopes):
    code = json.loads(writes.jisr(data, "officers", "enrol", "--json", officer))["enrolment"]
    offer, _ = writes.post(url, "/api/v1/enrolment", {"enrolment": code})
    _, cookie = writes.post(url, "/api/v1/enrolment/password",
                            {"enrolment": code, "password": writes.PASSWORD, "code": writes.one_time_code(offer["codes"])})
    answer, _ = writes.post(url, "/api/v1/me/tokens", {"name": "bench", "scopes": scopes}, cookie)
    return answer["token"]


def prepare(data):
    """The demonstration's organisation, and a session of its own to which all members have come."""
    writes.jisr(data, "demo", "--entities", "20", "--notices", "0")
    do = lambda *words: writes.jisr(data, "assembly", "do", *words)
    codes = [one["code"] for one in json.loads(writes.jisr(data, "members", "list", "--json"))["members"]]
    do("session.call", f"number={SESSION}", "city=Nowhere", "country=MA", "first=2026-11-01", "last=2026-11-04")
    do("invite", str(SESSION))
    people = '[{"name":"Invented Head","role":"head"},{"name":"Invented Other","role":"delegate"}]'
    for code in codes:
        do("delegation", str(SESSION), f"office={code}", f"people={people}")
    do("credentials", str(SESSION), "offices=" + ",".join(codes), "result=accepted")
    do("presence", str(SESSION), "offices=" + ",".join(codes), "present=yes")
    do("session.open", str(SESSION))
    return codes


def vote(address, number, code, token, at, choice, results):
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.connect()
    time.sleep(max(0, at - time.monotonic()))
    begin = time.monotonic()
    status, body = ask(address, "POST", f"/api/v1/assembly/sessions/{SESSION}/vote", token,
                       {"vote": number, "choice": choice}, connection)
    results[code] = (status, time.monotonic() - begin, begin, choice, body)
    connection.close()


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def run(address, chair, tokens, seconds, chance):
    path = f"/api/v1/assembly/sessions/{SESSION}"
    status, body = ask(address, "POST", f"{path}/vote.open", chair,
                       {"matter": "resolution", "method": "device", "title": f"vote {chance.random()}", "record": True})
    assert status == 200, body
    number = int(json.loads(body)["id"])
    results, start = {}, time.monotonic() + 1
    threads = [threading.Thread(target=vote, args=(address, number, code, token, start + chance.random() * seconds,
                                                   chance.choice(["yes", "yes", "no", "abstain"]), results))
               for code, token in tokens.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begin = time.monotonic()
    status, body = ask(address, "POST", f"{path}/vote.close", chair, {"vote": number})
    assert status == 200, body
    told = json.loads(ask(address, "GET", f"{path}/vote/{number}", chair)[1])
    closing = time.monotonic() - begin
    for code, (status, _, _, choice, body) in results.items():
        assert status == 200, (code, status, body)
        kept = next(one for one in told["ballots"] if one["code"] == code)
        assert kept["choice"] == choice and kept["receipt"] == json.loads(body)["version"], code
    choices = [one[3] for one in results.values()]
    assert [told[key] for key in ("yes", "no", "abstain")] == [choices.count(key) for key in ("yes", "no", "abstain")]
    times = [one[1] for one in results.values()]
    spread = max(one[2] for one in results.values()) - min(one[2] for one in results.values())
    print(f"vote {number}: {len(times)} votes within {spread:.2f} s; receipt p50 {1000 * percentile(times, .5):.1f} ms, "
          f"p99 {1000 * percentile(times, .99):.1f} ms, longest {1000 * max(times):.1f} ms; closed and result told in "
          f"{1000 * closing:.1f} ms: {told['outcome']}", flush=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--votes", type=int, default=5)
    options.add_argument("--seconds", type=float, default=5)
    options = options.parse_args()
    data = os.path.join(tempfile.mkdtemp(prefix="jisr-bench-"), "data")
    process = None
    try:
        codes = prepare(data)
        process = subprocess.Popen([writes.JISR, "serve", "--listen", "127.0.0.1:0", "--data", data],
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in process.stdout:
            found = re.search(r"https?://([0-9.]+:[0-9]+)", line)
            if found:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        address = found.group(1)
        print(f"a record of {len(codes)} members, every delegation with a token and a connection of its own", flush=True)
        officers = json.loads(writes.jisr(data, "officers", "list", "--json", "GS"))["officers"]
        chair = next(one["id"] for one in officers if one["roles"] == ["chair"])
        chair = token_of(data, f"http://{address}", chair, ["assembly.read", "assembly.chair"])
        tokens = {code: token_of(data, f"http://{address}", f"{code}-1", ["assembly.read", "assembly.delegate"])
                  for code in codes}
        chance = random.Random(93)
        for _ in range(options.votes):
            run(address, chair, tokens, options.seconds, chance)
        process.terminate()
        process.wait(60)
        print("log verify:", writes.jisr(data, "log", "verify").strip().splitlines()[0])
        print("rebuild:", writes.jisr(data, "rebuild").strip().splitlines()[-1])
    finally:
        if process is not None and process.poll() is None:
            process.kill()
        shutil.rmtree(os.path.dirname(data), ignore_errors=True)


if __name__ == "__main__":
    main()
