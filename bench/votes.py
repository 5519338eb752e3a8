"""196 delegations vote within the same five seconds: each has its own connection and its own API token, `jisr serve` on a
record founded for it keeps every vote durably before it answers. Then the vote is closed, every receipt is looked for in the
record, the log is verified, and the tables are made again from it.

Then the same in secret: ballots made beforehand, as delegates' devices do, sent by nobody within the same five seconds; every
tracking number is looked for in the archive, which is verified, and the counts are those that were cast.

  tools/bench votes [--votes N] [--secret N] [--seconds 5]"""

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
    writes.jisr(data, "demo", "--entities", "20", "--notices", "0", "--ballots", "0")
    do = lambda *words: writes.jisr(data, "assembly", "do", *words)
    codes = [one["code"] for one in json.loads(writes.jisr(data, "members", "list", "--json"))["members"]]
    do("session.call", f"number={SESSION}", "city=Nowhere", "country=MA", "first=2026-11-01", "last=2026-11-04")
    do("invite", str(SESSION))
    people = '[{"name":"Invented Head","role":"head"},{"name":"Invented Other","role":"delegate"}]'
    for code in codes:
        do("delegation", str(SESSION), f"office={code}", f"people={people}")
    told = json.loads(writes.jisr(data, "assembly", "show", str(SESSION), "delegations", "--json"))["delegations"]
    suspended = [one["code"] for one in told if one["suspended"]]  # in arrears: here all 196 are to vote
    do("arrears", str(SESSION), "offices=" + ",".join(suspended), "suspended=no", "text=paid")
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


# ---- in secret ----

TRUSTEES, REGISTRARS = ["FR", "JP", "MA"], ["ES", "KE"]


def written(folder, ending):
    return next(os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(ending))


def open_secret(data, folder, number):
    """Trustees' keys and the registrars' parts, each in a folder of its own; returns the vote's id and the credentials."""
    jisr = lambda *words: writes.jisr(data, *words)
    do = lambda act, path, office: jisr("poll", "do", uuid, act, path, "--officer", office + "-1")
    writes.jisr(data, "assembly", "do", "vote.open", str(SESSION), "matter=admission", "method=secret", f"title=secret {number}")
    vote_number = json.loads(jisr("assembly", "show", "--json", str(SESSION), "votes"))["votes"][0]["number"]
    call = os.path.join(folder, "call.json")
    with open(call, "w", encoding="utf-8") as file:
        json.dump({"session": SESSION, "vote": vote_number, "trustees": TRUSTEES, "threshold": 2, "registrars": REGISTRARS}, file)
    uuid = json.loads(jisr("poll", "call", call, "--json"))["id"]
    certs = os.path.join(folder, "certs.jsons")
    for office in TRUSTEES:
        os.makedirs(os.path.join(folder, office))
        jisr("election", "trustee", "certificate", "--folder", os.path.join(folder, office))
        do("certificate", written(os.path.join(folder, office), ".cert"), office)
    jisr("poll", "fetch", uuid, "certificates", "--out", certs)
    for office in TRUSTEES:
        own = os.path.join(folder, office)
        jisr("election", "trustee", "polynomial", "--certs", certs, "--key", written(own, ".key"), "--threshold", "2", "--folder", own)
        do("polynomial", written(own, ".polynomial"), office)
    for office in TRUSTEES:
        own = os.path.join(folder, office)
        jisr("poll", "fetch", uuid, "input", "--trustee", office, "--out", os.path.join(own, "vinput"))
        jisr("election", "trustee", "accept", "--certs", certs, "--key", written(own, ".key"), os.path.join(own, "vinput"),
             "--folder", own)
        do("share", written(own, ".voutput"), office)
    draft, voters, parts, order = os.path.join(folder, uuid + ".draft.json"), os.path.join(folder, "voters"), [], []
    jisr("poll", "fetch", uuid, "draft", "--out", draft)
    jisr("poll", "fetch", uuid, "voters", "--out", voters)
    for office in REGISTRARS:
        own = os.path.join(folder, office)
        os.makedirs(own)
        jisr("election", "credentials", draft, "--voters", voters, "--registrar", office, "--folder", own, *order)
        order = ["--order", written(own, ".order")] if not order else order
        do("credentials", written(own, ".part"), office)
        with open(written(own, ".privcreds"), encoding="utf-8") as file:
            parts.append(dict(line.split() for line in file))
    jisr("poll", "do", uuid, "open")
    return uuid, vote_number, {code: "\n".join(part[code] for part in parts) for code in parts[0]}


def post(address, uuid, code, ballot, at, results):
    connection = http.client.HTTPConnection(address, timeout=60)
    connection.connect()
    time.sleep(max(0, at - time.monotonic()))
    begin = time.monotonic()
    connection.request("POST", f"/api/v1/elections/{uuid}/ballots", ballot)
    reply = connection.getresponse()
    body = reply.read()
    results[code] = (reply.status, time.monotonic() - begin, begin, body)
    connection.close()


def secret(data, address, seconds, chance, number):
    folder = tempfile.mkdtemp(prefix="jisr-bench-")
    try:
        uuid, vote_number, credentials = open_secret(data, folder, number)
        archive, choices, cast = os.path.join(folder, uuid + ".bel"), os.path.join(folder, "choices"), []
        writes.jisr(data, "poll", "fetch", uuid, "archive", "--out", archive)
        ballots = {}
        for code, credential in credentials.items():
            cast.append(chance.choice([0, 1, 1, 1, 2]))
            with open(choices, "w", encoding="utf-8") as file:
                json.dump([[int(cast[-1] == n) for n in range(3)]], file)
            with open(os.path.join(folder, "credential"), "w", encoding="utf-8") as file:
                file.write(credential)
            ballots[code] = writes.jisr(data, "election", "vote", archive, "--credential", file.name, "--choices", choices).encode()
        results, start = {}, time.monotonic() + 1
        threads = [threading.Thread(target=post, args=(address, uuid, code, ballot, start + chance.random() * seconds, results))
                   for code, ballot in ballots.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for code, (status, _, _, body) in results.items():
            assert status == 201, (code, status, body)
        times = [one[1] for one in results.values()]
        spread = max(one[2] for one in results.values()) - min(one[2] for one in results.values())
        begin = time.monotonic()
        writes.jisr(data, "poll", "do", uuid, "close")
        closing = time.monotonic() - begin
        os.remove(archive)
        writes.jisr(data, "poll", "fetch", uuid, "archive", "--out", archive)
        shown = writes.jisr(data, "election", "show", archive, "--ballots")
        assert all(json.loads(one[3])["tracking"] in shown for one in results.values())
        for office in TRUSTEES[:2]:
            own = os.path.join(folder, office)
            writes.jisr(data, "poll", "fetch", uuid, "key", "--trustee", office, "--out", os.path.join(own, "dkey"))
            writes.jisr(data, "election", "decrypt", archive, "--key", written(own, ".key"), "--decryption-key",
                        os.path.join(own, "dkey"), "--out", os.path.join(own, "part.json"))
            writes.jisr(data, "poll", "do", uuid, "decrypt", os.path.join(own, "part.json"), "--officer", office + "-1")
        writes.jisr(data, "poll", "do", uuid, "result")
        writes.jisr(data, "assembly", "do", "vote.close", str(SESSION), f"vote={vote_number}")
        result = json.loads(writes.jisr(data, "poll", "show", uuid, "--json"))["result"]["result"][0]
        assert result == [cast.count(n) for n in range(3)], (result, cast)
        os.remove(archive)
        writes.jisr(data, "poll", "fetch", uuid, "archive", "--out", archive)
        writes.jisr(data, "election", "verify", archive)
        print(f"secret vote {number}: {len(times)} ballots within {spread:.2f} s; receipt p50 {1000 * percentile(times, .5):.1f} ms, "
              f"p99 {1000 * percentile(times, .99):.1f} ms, longest {1000 * max(times):.1f} ms; closed with the encrypted tally in "
              f"{1000 * closing:.0f} ms; counted, verified", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--votes", type=int, default=5)
    options.add_argument("--secret", type=int, default=2)
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
        for number in range(options.secret):
            secret(data, address, options.seconds, chance, number + 1)
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
