"""One bit turned in a file of a node, or of headquarters, and everything asked of it before and after: on the command line, and over
HTTP of a service that was started again, the node's joined to the living headquarters. An answer that is another than before, without a
word, is what must not be. tools/bit-flips does it for long, test_flips.py some times in each ./test."""

import collections
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import signal
import ssl
import subprocess
import threading
import time

import test_signin
from desk_work import plain_png
from program import PATIENCE
from test_notices import CONTENT

SCOPES = ["check", "search", "decide", "lists.read", "members.read", "officers.read", "notices.read", "notices.write", "hits.read", "hits.write",
          "objects.read", "objects.write", "messages.read", "messages.write", "operations.read", "log.prove", "assembly.read"]
OBJECT = {"object": {"kind": "vehicle", "type": "car", "status": "stolen", "vin": "1M8GDM9AXKP042788", "crime_areas": ["VEH"]}}
COMMISSION = "CCF-1"
# What is another each time, and no record: how long ago something was, and the bytes of what is drawn by lot.
PASSING = re.compile(r'"[a-z_]*seconds":\s*[0-9.]+|"connected":\s*[a-z]+|"(at|generated|time|served)":\s*"[^"]*"|^good +disk .*$|\(0\.[0-9]+ s\)', re.M)
WORD = re.compile(r"^\S+Z (warning|error) (.*)$", re.M)
TWICE = "follows already" # the line that ended just now: headquarters has not seen its end yet
SAYS = re.compile("is damaged|does not belong|cannot be read")
SETTLED, HELD, DEAD = "settled", "held up", "dead"
BAD = WRONG, CRASHED = "WRONG", "CRASHED"


def kind_of(path):
    """Digests and identifiers are no kinds."""
    path = re.sub(r"/[0-9a-f]{2}/", "/", re.sub(r"[0-9a-f]{64}", "DIGEST", path))
    return re.sub(r"[A-Z0-9-]+-[0-9a-f]{8}\.", "OFFICE.", path)


class Service:
    def __init__(self, world, place):
        self.said, self.port, self.place = [], None, place
        self.process = subprocess.Popen([world.program, "serve", "--config", place.config, "--listen", f"127.0.0.1:{place.port}", "--data", place.data],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=world.environment,
                                        cwd=world.folder)
        for line in self.process.stdout:
            self.said.append(line.decode("utf-8", "replace"))
            if found := re.search(r"listening on https?://[0-9.]+:([0-9]+)", self.said[-1]):
                self.port = int(found.group(1))
                break
        self.reader = threading.Thread(target=lambda: self.said.extend(line.decode("utf-8", "replace") for line in self.process.stdout), daemon=True)
        self.reader.start()
        self.line = None

    def words(self):
        """What its log says that somebody should read."""
        return [found[1] for found in WORD.findall("".join(self.said))]

    def ask(self, method, path, body=None, headers=None):
        """(status, headers, text); (0, {}, why) when there is no answer."""
        sent = {**({"Authorization": "Bearer " + self.place.token} if self.place.token else {}), **(headers or {})}
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body), "application/json"
        for _ in range(5): # a connection that stayed open may have ended
            try:
                if self.line is None:
                    self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE) if not self.place.tls else \
                        http.client.HTTPSConnection("127.0.0.1", self.port, timeout=PATIENCE, context=ssl._create_unverified_context())
                self.line.request(method, path, body, sent)
                reply = self.line.getresponse()
                return reply.status, reply.headers, reply.read().decode("latin-1")
            except (OSError, http.client.HTTPException) as error:
                why, self.line = repr(error), None
                if self.process.poll() is not None:
                    break
                time.sleep(0.2)
        return 0, {}, why + ''.join(self.said[-30:])

    def figures(self):
        return {name: float(value) for name, value in re.findall(r"^jisr_network_([a-z_]+){[^}]*} (\S+)", self.ask("GET", "/metrics")[2], re.M)}

    def stop(self, kill=False):
        self.process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.process.wait(PATIENCE)
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        if self.line is not None:
            self.line.close()
        return self.process.returncode


class Place:
    """A data directory, what is asked of it, and what it answered when it was whole. `first`: what each flip begins with."""

    def __init__(self, folder, name, officer, tls):
        self.name, self.data, self.first = name, os.path.join(folder, name), os.path.join(folder, name + ".first")
        self.officer, self.tls, self.token, self.port = officer, tls, "", 0
        self.config = os.path.join(self.data, "serve.conf")
        self.commands, self.requests, self.looks, self.whole = [], [], [], []

    def files(self, only=""):
        found = collections.defaultdict(list)
        for folder, _, names in os.walk(self.first):
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), self.first)
                if os.path.getsize(os.path.join(folder, name)) > 0 and only in path:
                    found[kind_of(path)].append(path)
        return found


class World:
    def __init__(self, folder, program, notices=20):
        self.folder, self.program = folder, os.path.abspath(program)
        self.environment = {**os.environ, "HOME": folder, "LC_ALL": "C.UTF-8"}
        self.hq, self.node = Place(folder, "hq", "GS-6", True), Place(folder, "node", "MA-1", False)
        self.services = {}
        try:
            self.found(notices)
        except BaseException:
            self.end()
            raise

    def run(self, *words, data):
        done = subprocess.run([self.program, *words, "--data", data], env=self.environment, cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout.decode("latin-1"), done.stderr.decode("utf-8", "replace")

    def do(self, *words, data):
        status, out, err = self.run(*words, data=data)
        if status != 0:
            raise RuntimeError(f"{words}: {status} {err}")
        return out

    def write(self, name, content):
        with open(os.path.join(self.folder, name), "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return file.name

    def start(self, place):
        service = self.services[place.name] = Service(self, place)
        place.port = service.port or place.port
        return service

    def stop(self, place, kill=False):
        return self.services.pop(place.name).stop(kill)

    def end(self):
        for service in self.services.values():
            service.stop()

    # ---- making it ----

    def found(self, notices):
        hq, node = self.hq, self.node
        self.do("demo", "--notices", str(notices), "--objects", "20", "--entities", "50", "--ballots", "0", data=hq.data)
        self.do("node", "authority", "--host", "127.0.0.1", data=hq.data)
        at = os.path.join(hq.data, "network")
        self.write("hq/serve.conf", f"tls-certificate = {at}/server.crt\ntls-key = {at}/server.key\ntls-client-authority = {at}/authority.crt\n"
                   "insecure-listen = yes\nsnapshot-from = 1\nlog-requests = no\n")
        paper = self.write("paper.txt", "What is proposed.\n" * 500)
        self.do("assembly", "file", "--session", "93", "--code", "AG-2026-93-DOC-09", "--language", "en", "--title", "A paper", paper, data=hq.data)
        hq_service = self.start(hq)
        self.do("node", "init", "--office", "MA", "--url", f"https://127.0.0.1:{hq.port}", "--out", os.path.join(self.folder, "request"), data=node.data)
        self.do("node", "admit", os.path.join(self.folder, "request"), "--out", os.path.join(self.folder, "admission"), data=hq.data)
        self.do("node", "join", os.path.join(self.folder, "admission"), data=node.data)
        self.write("node/serve.conf", "log-requests = no\nopen-metrics = yes\nidle-time = 75 s\n")
        service = self.start(node)
        self.until(lambda: self.settled(service) == SETTLED)
        for place in (hq, node):
            self.sign_in(place, self.services[place.name])
        self.do("message", "box", "--office", "MA", data=node.data)
        attached = self.write("attached.bin", random.Random(1).randbytes(70000))
        message = self.do("message", "send", "--to", "MA", "--subject", "With a file", "--text", paper, "--attach", attached, "--officer", "FR-1",
                          data=hq.data).split(":")[0]
        self.until(lambda: service.ask("GET", f"/api/v1/messages/{message}")[0] == 200 and service.ask("GET", f"/api/v1/messages/{message}/files/1")[0] == 200)
        self.until(lambda: json.loads(self.do("message", "show", message, "--json", "--officer", "FR-1", data=hq.data))["to"][0]["stored"])
        with open(os.path.join(node.data, "lists.json"), encoding="utf-8") as file:
            name = json.load(file)["lists"][0]["name"]
        entity = json.loads(service.ask("GET", f"/search/{name}?schema=Person&limit=1")[2])["results"][0]
        question = {"name": entity["properties"]["name"][0], "reference": "customer-7"}
        for place in (hq, node):
            decided = {"query": question, "list": name, "entity": entity["id"], "decision": "same"}
            self.give(self.services[place.name], "/api/v1/decisions", decided)
            self.ask_of(place, message, question)
        self.until(lambda: self.settled(service) == SETTLED)
        self.stop(hq)
        self.until(lambda: service.figures().get("connected") == 0)
        # What waits when the node ends: a draft with a photograph, a message with an attachment, an object.
        picture = self.give(service, "/api/v1/pictures", plain_png(160), "image/png")
        self.give(service, "/api/v1/notices", {"content": {**CONTENT, "photographs": [picture.get("picture") or picture.get("digest") or picture.get("hash")]}})
        held = self.give(service, "/api/v1/attachments", random.Random(2).randbytes(60000), "application/octet-stream")
        self.give(service, "/api/v1/messages", {"to": ["FR"], "content": {"subject": "It waits", "text": "quiet", "files": [
            {**held, "name": "a.bin", "type": "application/octet-stream"}]}})
        self.give(service, "/api/v1/objects", OBJECT)
        self.stop(node)
        for place in (hq, node):
            shutil.copytree(place.data, place.first)
        hq_service = self.start(hq)
        del hq_service

    def until(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError("it did not come: " + "\n".join("".join(one.said[-20:]) for one in self.services.values()))
            time.sleep(0.02)

    def give(self, service, path, body, kind=None, headers=None):
        status, _, text = service.ask("POST", path, body, {"Content-Type": kind} if kind else headers)
        if status not in (200, 201, 202):
            raise RuntimeError(f"{path}: {status} {text}")
        return json.loads(text)

    def sign_in(self, place, service):
        code = json.loads(self.do("officers", "enrol", "--json", place.officer, data=place.data))["enrolment"]
        page = {"Origin": f"http{'s' if place.tls else ''}://127.0.0.1:{service.port}", "Sec-Fetch-Site": "same-origin"}
        offer = self.give(service, "/api/v1/enrolment", {"enrolment": code}, headers=page)
        sent = {"enrolment": code, "password": test_signin.PASSWORD, "code": test_signin.one_time_code(offer["codes"], time.time())}
        cookies = service.ask("POST", "/api/v1/enrolment/password", sent, page)[1].get_all("Set-Cookie")
        page["Cookie"] = "; ".join(cookie.split(";")[0] for cookie in cookies)
        scopes = [one for one in SCOPES if place is self.node or one not in ("hits.write", "notices.write", "objects.write", "messages.write")]
        status, _, text = service.ask("POST", "/api/v1/me/tokens", {"name": "a program", "scopes": scopes}, page)
        if status != 201:
            raise RuntimeError(text)
        place.token = json.loads(text)["token"]

    # ---- asking ----

    def ask_of(self, place, message, question):
        """What is asked each time: of the lists the whole, of some things each."""
        own = ["--officer", place.officer]
        notices = json.loads(self.do("notice", "list", "--json", *own, data=place.data))["notices"]
        place.commands = [["notice", "list", "--json", *own], ["officers", "--json"], ["message", "list", "--json", *own],
                          ["log", "checkpoint"], ["check", "--name", question["name"], "--json"],
                          *(["notice", "show", one["id"], "--json", *own] for one in notices[:1])]
        place.looks = [["log", "verify", "--tables"], ["lists", "--verify"], ["doctor", "--config", place.config]]
        place.requests = [("GET", path, None) for path in (
            "/api/v1/notices?limit=100", "/api/v1/hits", "/api/v1/objects?limit=50", "/api/v1/object-files", "/api/v1/operations", "/api/v1/messages",
            "/api/v1/members", "/api/v1/offices", "/api/v1/officers", "/api/v1/keys", "/api/v1/boxes", "/api/v1/lists", "/api/v1/decisions",
            "/api/v1/assembly/sessions/93", "/api/v1/agreements", "/api/v1/budgets", "/api/v1/meetings",
            "/search/default?q=a", "/notices/v1/red", "/public/en")]
        place.requests.append(("POST", "/api/v1/check", question))
        for one in notices[:6]:
            path = "/api/v1/notices/" + one["id"].replace("/", "-")
            told = json.loads(self.services[place.name].ask("GET", path)[2])
            place.requests += [("GET", path, None)] + [("GET", path + "/history", None)] * (place is self.hq)
            place.requests += [("GET", f"{path}/pictures/{picture}", None) for picture in told["content"].get("photographs", [])]
        hq_only = place is self.hq
        if hq_only:
            place.commands.append(["request", "list", "--officer", COMMISSION, "--json"])
            for one in json.loads(self.do(*place.commands[-1], data=place.data))["requests"][:6]:
                words = ["request", "show", one["id"], "--officer", COMMISSION, "--json"]
                papers = [word for word in re.findall(r'"([0-9a-f]{64})"', self.do(*words, data=place.data))]
                place.commands += [words] * bool(papers) + [["request", "copy", one["id"], paper, "--officer", COMMISSION] for paper in papers]
        else:
            place.commands += [["outbox", "list", "--state", "all", "--json"], ["message", "show", message, "--json", *own]]
            place.requests += [("GET", f"/api/v1/messages/{message}", None), ("GET", f"/api/v1/messages/{message}/files/1", None),
                               ("GET", "/api/v1/outbox", None)]
        with contextlib.suppress(KeyError):
            shown = self.services[place.name].ask("GET", "/api/v1/assembly/sessions/93/documents")[2]
            place.requests += [("GET", "/api/v1/assembly/documents/" + digest, None) for digest in set(re.findall(r'"([0-9a-f]{64})"', shown))]

    def settled(self, service):
        """Whether the node has what headquarters has, and headquarters what the node has; or says that it has not."""
        if service.process.poll() is not None:
            return DEAD
        told = service.figures()
        if told.get("connected") == 1 and told["heard_seconds"] >= 0 and told["lag_entries"] == 0 and told.get("outbox") == 0:
            return SETTLED
        return HELD if any(word.startswith("network") and TWICE not in word for word in service.words()) else ""

    # ---- turning ----

    def take(self, place):
        """Asks everything of the directory as it lies there."""
        found = Found()
        for words in place.commands:
            status, out, err = self.run(*words, data=place.data)
            found.answers[" ".join(words)] = (status, PASSING.sub("", out), err)
        found.looks = [self.run(*words, data=place.data) for words in place.looks]
        service = self.start(place)
        try:
            end = time.monotonic() + PATIENCE
            if place is self.node and service.port:
                while not found.state and time.monotonic() < end:
                    found.state = self.settled(service)
                    time.sleep(0.02)
            for method, path, body in place.requests if service.port else ():
                status, headers, text = service.ask(method, path, body)
                found.answers[f"{method} {path}"] = (status, PASSING.sub("", text), text if status != 200 else "")
        finally:
            found.status = self.stop(place)
        found.started, found.said, found.words = bool(service.port), "".join(service.said), service.words()
        if place.whole and [one[0] for one in found.looks] == [one[0] for one in place.whole[0].looks]:
            found.after = found.looks
        else:
            found.after = [self.run(*words, data=place.data) for words in place.looks]
        return found

    def lay(self, place):
        shutil.rmtree(place.data)
        shutil.copytree(place.first, place.data)

    def measure(self, place):
        """What it answers while it is whole: with headquarters, and a node without it, too."""
        if place is self.hq and "hq" in self.services:
            self.stop(self.hq)
        self.lay(place)
        self.take(place) # what waits is accepted now
        place.whole.clear()
        for away in (False, True)[:2 if place is self.node else 1]:
            if away:
                self.stop(self.hq)
            self.lay(place)
            place.whole.append(self.take(place))
            if away:
                self.start(self.hq)
        self.lay(place)
        again = self.take(place)
        return [what for what, answer in again.answers.items() if answer != place.whole[0].answers[what]]

    def turn(self, place, count, chance, only=""):
        """Turns so many bits; of each (outcome, kind of file, what was said)."""
        changing = self.measure(place)
        if changing:
            raise RuntimeError(f"answers differ without a flip: {changing}")
        kinds = place.files(only)
        order = sorted(kinds)
        for number in range(count):
            kind = order[number % len(order)]
            outcome, said = self.flip(place, chance.choice(kinds[kind]), chance)
            yield outcome, kind, said

    def flip(self, place, path, chance):
        """What came of it: (outcome, what and why)."""
        self.lay(place)
        file = os.path.join(place.data, path)
        with open(file, "rb") as whole:
            before = whole.read()
        at, bit = turn(file, chance)
        size = self.size()
        found = self.take(place)
        where = f"{path}, byte {at}, bit {bit}: "
        outcome, why = self.judge(place, found)
        if outcome not in BAD and self.size() != size:
            outcome, why = WRONG, "headquarters got something new"
        if outcome in ("found", "told", "as before"):
            with open(file, "rb") as after:
                outcome = "repaired" if after.read() == before else outcome
        return outcome, where + why

    def size(self):
        return "" if "hq" not in self.services else self.services["hq"].ask("GET", "/api/v1/log/checkpoint")[2]

    def judge(self, place, found):
        """(outcome, why): what is another than both that a place answers while it is whole, and does not say so, is wrong."""
        whole = place.whole[0]
        for status, text in ((found.status, found.said), *((one[0], one[2]) for one in (*found.answers.values(), *found.looks, *found.after))):
            if status is not None and (status < 0 or status == 3 or "Sanitizer" in text or "runtime error" in text):
                return CRASHED, text[-300:]
        refused = ""
        for what, (status, out, said) in found.answers.items():
            if any(one.answers.get(what, (None,))[:2] == (status, out) for one in place.whole):
                continue
            good = whole.answers[what][0]
            if status in ((0, 1) if good < 100 else (200, 404)) and not SAYS.search(said + out + (" ".join(found.words) if "outbox" in what else "")):
                return WRONG, f"{what}: {status} {said[:200]}, where it was {good}"
            refused = refused or f"{what}: {status} {said[:300]}"
        if not found.started:
            return "refused", "serve: " + found.said[-300:]
        if refused:
            return "refused", refused
        if not place.tls and found.state not in (SETTLED, HELD):
            return WRONG, f"it does not come into step, and does not say why ({found.state}): {found.said[-500:]}"
        words = [word for word in found.words if word.split(" ")[0] not in whole.said and TWICE not in word]
        if words:
            return "told", words[0]
        looked = [f"{words[0]}: {look[1][-200:]} {look[2]}" for words, look, one in zip(place.looks, found.looks, whole.looks) if look[0] != one[0]]
        return ("found", looked[0]) if looked else ("as before", "")


class Found:
    def __init__(self):
        self.answers, self.state, self.started, self.status = {}, "", True, None
        self.looks, self.after, self.said, self.words = [], [], "", []


def turn(path, chance):
    with open(path, "r+b") as file:
        at, bit = chance.randrange(os.path.getsize(path)), chance.randrange(8)
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1 << bit]))
    return at, bit
