"""Reads at random, as random officers, through every address that may show notices, hits, objects, operations, bilateral meetings,
agreements, contributions or votes, and holds each answer against a model that knows all: it reads the tables themselves, and says the rule in
its own words. What must not be: a number, a name, a hit, an object, an operation, a meeting or an agreement of what the reader may not see, in
body or headers; how another office voted or what it paid; a count that tells of it; an answer for something hidden that differs
from that for something that never was, in status, bytes or headers. How long both take is compared and told.

tools/leaks runs it long; tests/system/test_leaks.py runs some thousand reads."""

import http.client
import json
import os
import random
import re
import sqlite3
import time
import urllib.parse

from program import PATIENCE

OFFICES = ["FR", "BR", "MA", "JP", "KE", "SE"]
SCOPES = ["check", "search", "lists.read", "notices.read", "hits.read", "hits.write", "objects.read", "operations.read", "events", "log.read", "log.prove", "members.read",
          "assembly.read", "assembly.delegate", "agreements.write"]
NOT_COMPARED = {"date", "x-request-id", "connection", "keep-alive"}


class Notice:
    def __init__(self, row):
        self.id, self.owner, self.state, self.reach, self.public, self.caption, self.colour, self.content = row
        self.key = self.id.replace("/", "-")
        content = json.loads(self.content)
        self.name = " ".join(part for part in (content.get("forename"), content.get("name")) if part) or content.get("title") or ""
        self.hash = (content.get("photographs") or ["0" * 64])[0]

    def sees(self, office):
        """docs/notices.md, in other words."""
        if office == self.owner and office != "":
            return True
        if self.state not in ("published", "amending"):
            return False
        named = self.reach[1:].split(",")
        if office == "":
            return bool(self.public) and self.reach == "*"
        return self.reach == "*" or (office in named) == (self.reach[0] == "+")


class Hit:
    def __init__(self, row):
        self.id, self.finder, self.owner = row
        self.key = self.id.replace("/", "-")

    def sees(self, office):
        return office != "" and office in (self.finder, self.owner)


class Object:
    def __init__(self, row):
        self.id, self.owner, self.withdrawn, self.reach, self.kind = row
        self.key = self.id.replace("/", "-")

    def sees(self, office):
        """docs/objects.md, in other words."""
        if office == "" or office == self.owner:
            return office != ""
        if self.withdrawn:
            return False
        return self.reach == "*" or (office in self.reach[1:].split(",")) == (self.reach[0] == "+")


class Operation:
    def __init__(self, row):
        self.id, self.lead, participants, self.published, self.crimes = row
        self.key, self.inside = self.id.replace("/", "-"), {self.lead, *participants.split(",")} - {""}

    def sees(self, office):
        return office in self.inside or bool(self.published)


class Meeting:
    def __init__(self, row):
        self.id, asker, other = row
        self.key, self.sides = self.id, (asker, other)

    def sees(self, office):
        """docs/delegate.md, in other words; of officers those alone who act for the delegation."""
        return office != "" and office in self.sides


class Agreement:
    def __init__(self, row):
        self.id, self.session, self.deposited, parties = row
        self.key, self.parties = self.id, parties.split(",")

    def sees(self, office):
        """docs/agreements.md, in other words."""
        return bool(self.deposited) or (office != "" and (office in self.parties or self.session > 0))


class Model:
    def __init__(self, data):
        base = sqlite3.connect(f"file:{os.path.join(data, 'record.db')}?mode=ro", uri=True)
        self.notices = [Notice(row) for row in base.execute("SELECT id, owner, state, reach, public, caption, colour, content FROM notice WHERE content <> ''")]
        self.hits = [Hit(row) for row in base.execute("SELECT id, finder, owner FROM hit")]
        self.objects = [Object(row) for row in base.execute("SELECT id, owner, withdrawn, reach, kind FROM object")]
        self.operations = [Operation(row) for row in base.execute("SELECT id, lead, participants, published, crimes FROM operation")]
        self.meetings = [Meeting(row) for row in base.execute("SELECT id, asker, other FROM meeting")]
        self.agreements = [Agreement(row) for row in base.execute(
            "SELECT id, session, deposited, (SELECT group_concat(code) FROM agreement_party p WHERE p.id = a.id) FROM agreement a")]
        self.votes = base.execute("SELECT session, number, record FROM assembly_vote").fetchall()
        self.members = [code for code, in base.execute("SELECT code FROM register_member")]
        self.all = {one.id for one in self.notices + self.hits + self.objects + self.operations + self.meetings + self.agreements}
        self.last = base.execute("SELECT max(sequence) FROM notice_history").fetchone()[0]
        base.close()


class Reader:
    """One officer, or nobody, with a connection that stays open."""

    def __init__(self, address, office, headers, model, seed, acts=True):
        """`acts`: for the office's delegation."""
        self.address, self.office, self.headers, self.model = address, office, headers, model
        self.chance = random.Random(seed)
        self.connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        self.seen = [one for one in model.notices if one.sees(office)]
        self.hidden = [one for one in model.notices if not one.sees(office)]
        self.hits = [one for one in model.hits if one.sees(office)]
        self.hidden_hits = [one for one in model.hits if not one.sees(office)]
        self.objects = [one for one in model.objects if one.sees(office)]
        self.hidden_objects = [one for one in model.objects if not one.sees(office)]
        self.operations = [one for one in model.operations if one.sees(office)]
        self.hidden_operations = [one for one in model.operations if not one.sees(office)]
        self.meetings = [one for one in model.meetings if acts and one.sees(office)]
        self.hidden_meetings = [one for one in model.meetings if one not in self.meetings]
        self.agreements = [one for one in model.agreements if one.sees(office)]
        self.hidden_agreements = [one for one in model.agreements if not one.sees(office)]
        self.hidden_affairs = {one.id for one in self.hidden_meetings + self.hidden_agreements}
        # a hit and a notice may have one number
        numbers = {one.id for one in self.seen + self.hits + self.objects + self.operations}
        shown = {one.caption for one in self.seen}
        self.marks = {one.id for one in self.hidden + self.hidden_hits + self.hidden_objects + self.hidden_operations if one.id not in numbers}
        # Hits name the notice that they are on, also when it reaches their finder no longer.
        self.names = {one.caption for one in self.hidden if one.caption not in shown and len(one.caption) > 12}
        self.number = re.compile(r"(?<!AG-)20\d\d[/-]\d{1,7}(?!\d)")
        self.affair = re.compile(r"(?:MT-\d+|AG-20\d\d)-\d{1,4}(?!\d)")
        self.times = {}
        self.reads, self.by_route, self.found = 0, {}, []

    def ask(self, route, method, path, body=None, mark=True, allow=()):
        headers = dict(self.headers)
        if body is not None:
            body = json.dumps(body) if not isinstance(body, str) else body
            headers["Content-Type"] = "application/json" if body[:1] in "{[" else "application/x-www-form-urlencoded"
        begin = time.perf_counter()
        for again in (False, True):
            try:
                self.connection.request(method, path, body=body.encode() if body is not None else None, headers=headers)
                reply = self.connection.getresponse()
                content = reply.read()
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
                if again:
                    raise
        seconds = time.perf_counter() - begin
        self.reads += 1
        self.by_route[route] = self.by_route.get(route, 0) + 1
        text = content.decode("utf-8", "replace")
        sent = (body or "") + urllib.parse.unquote(path) # an answer may repeat what was asked
        kept = sorted((name.lower(), value) for name, value in reply.getheaders() if name.lower() not in NOT_COMPARED)
        if mark:
            said = text + " " + " ".join(value for _, value in kept)
            for number in set(self.number.findall(said)):
                plain = number.replace("-", "/")
                if plain in self.marks and plain not in allow:
                    self.tell(route, path, f"tells of {plain}: {said[:300]}")
            for number in set(self.affair.findall(said)) & self.hidden_affairs:
                self.tell(route, path, f"tells of {number}: {said[:300]}")
            for name in self.names & set(re.findall(r'"((?:[^"\\]|\\.)*)"', text)) if self.names else ():
                if name not in sent and not allow:
                    self.tell(route, path, f"tells of {name}")
        return reply.status, text, kept, seconds

    def tell(self, route, path, what):
        self.found.append(f"{self.office or 'nobody'}: {route} {path}: {what}")

    # ---- hidden is as if it never was ----

    def never(self, like):
        """A number that nothing has, as long as that one."""
        while True:
            begin, digits = re.fullmatch(r"(.*\D)(\d+)", like.id).groups()
            number = f"{begin}{self.chance.randrange(10 ** (len(digits) - 1), 10 ** len(digits))}"
            if number not in self.model.all:
                return number

    def same(self, route, one, make, method="GET", body=None, there=False):
        """make(key) gives the path. `there`: an answer is no leak, if it is the same."""
        other = self.never(one)
        pair = [("hidden", one.id), ("never", other)]
        self.chance.shuffle(pair)
        answers = {}
        for what, number in pair:
            key = number.replace("/", "-")
            sent = json.loads(json.dumps(body).replace("NUMBER", number)) if body is not None else None
            status, text, kept, seconds = self.ask(route, method, make(key), sent, mark=False)
            answers[what] = (status, text.replace(number, "X").replace(key, "X"),
                             [(name, value.replace(number, "X").replace(key, "X")) for name, value in kept])
            self.times.setdefault(route, {}).setdefault(what, []).append(seconds)
        if answers["hidden"] != answers["never"]:
            self.tell(route, make(one.key), f"{answers['hidden']} is not {answers['never']}")
        if answers["hidden"][0] < 400 and not there:
            self.tell(route, make(one.key), "is there")

    def pick(self):
        return self.chance.choice(self.model.notices)

    def read(self):
        routes = [self.one_hidden, self.one_hidden, self.one_hidden, self.check, self.match, self.search, self.pages, self.reconcile,
                  self.lists, self.public, self.public_page, self.removal, self.log, self.hit, self.facets, self.report, self.object, self.operation,
                  self.meeting, self.agreement, self.contribution, self.vote]
        self.chance.choice(routes)()

    def one_hidden(self):
        if not self.hidden:
            return
        one = self.chance.choice(self.hidden)
        picture = f"/pictures/{one.hash}"
        what = self.chance.choice(["notice", "history", "picture", "step", "entity", "adjacent", "cursor", "print"])
        if what == "entity":
            self.same("entity", one, lambda key: f"/entities/notice-{key}")
        elif what == "adjacent":
            self.same("adjacent", one, lambda key: f"/entities/notice-{key}/adjacent")
        elif what == "cursor":
            self.same("cursor", one, lambda key: f"/api/v1/notices?limit=3&cursor=2026-11-27T01:00:00.123Z_{key}", there=True)
        elif what == "step":
            self.same("step", one, lambda key: f"/api/v1/notices/{key}/withdraw", "POST", {"text": "x"})
        else:
            ending = {"notice": "", "history": "/history", "picture": picture, "print": "/print"}[what]
            self.same(what, one, lambda key: f"/api/v1/notices/{key}{ending}")

    def check(self):
        self.ask("check", "POST", "/api/v1/check", {"name": self.pick().name or "Nobody", "limit": 50})
        self.ask("batch", "POST", "/api/v1/check/batch", {"checks": [{"name": self.pick().name or "Nobody"} for _ in range(3)]})

    def match(self):
        dataset = self.chance.choice(["default", "notices"])
        query = {"queries": {"q": {"schema": "Person", "properties": {"name": [self.pick().name or "Nobody"]}}}}
        self.ask("match", "POST", f"/match/{dataset}", query)

    def search(self):
        words = urllib.parse.quote(self.chance.choice([self.pick().name, self.pick().name.split(" ")[0], ""]))
        status, text, _, _ = self.ask("search", "GET", f"/search/notices?q={words}&limit={self.chance.choice([0, 10, 100])}")
        if status == 200 and json.loads(text)["total"]["value"] > len(self.seen):
            self.tell("search", words, "counts more than there are")

    def pages(self):
        one = self.pick()
        colour, owner = self.chance.choice([None, one.colour]), self.chance.choice([None, one.owner])
        words = "".join([f"&colour={colour}" if colour else "", f"&owner={owner}" if owner else ""])
        status, text, _, _ = self.ask("notices", "GET", f"/api/v1/notices?limit={self.chance.choice([1, 20, 200])}{words}")
        if status == 200:
            expected = sum(1 for two in self.seen if colour in (None, two.colour) and owner in (None, two.owner))
            if json.loads(text)["total"] != expected:
                self.tell("notices", words, f"counts {json.loads(text)['total']}, not {expected}")

    def facets(self):
        self.ask("facets", "GET", "/api/v1/notices/facets")

    def reconcile(self):
        one = self.pick()
        queries = urllib.parse.urlencode({"queries": json.dumps({"q": {"query": one.name or "Nobody", "limit": 50}})})
        self.ask("reconcile", "POST", "/reconcile/default", queries)
        self.ask("suggest", "GET", "/reconcile/default/suggest/entity?prefix=" + urllib.parse.quote(one.name[:6] or "No"))

    def lists(self):
        status, text, _, _ = self.ask("catalog", "GET", self.chance.choice(["/catalog", "/api/v1/lists"]))
        for count in re.findall(r'"name":"notices"[^}]*?"(?:entity_count|entities)":(\d+)', text):
            if int(count) > len(self.seen):
                self.tell("catalog", "", f"counts {count}")

    def public(self):
        one = self.pick()
        colour = self.chance.choice(["red", "yellow", "un"])
        seen = [two for two in self.model.notices if two.sees("")]
        status, text, _, _ = self.ask("public list", "GET", f"/notices/v1/{colour}?resultPerPage=160&page={self.chance.randrange(1, 4)}",
                                      mark=self.office == "")
        if json.loads(text)["total"] != sum(1 for two in seen if two.colour == colour):
            self.tell("public list", colour, "counts others than those with an extract")
        if not one.sees(""):
            self.same("public detail", one, lambda key: f"/notices/v1/{colour}/{key}{self.chance.choice(['', ''])}")

    def public_page(self):
        """The same extracts as pages for everybody."""
        one = self.pick()
        language, kind = self.chance.choice(["ar", "en", "es", "fr"]), self.chance.choice(["red", "yellow", "un"])
        words = urllib.parse.quote(self.chance.choice([one.name, ""]))
        self.ask("public page", "GET", f"/public/{language}/notices/{kind}?name={words}", mark=self.office == "")
        if not one.sees(""):
            self.same("public page detail", one, lambda key: f"/public/{language}/notices/{kind}/{key}")

    def removal(self):
        self.ask("removals", "GET", "/api/v1/removals")
        if self.hidden:
            one = self.chance.choice(self.hidden)
            self.same("removal proof", one, lambda key: f"/api/v1/removals/{key}/proof")
            self.same("removal receipt", one, lambda key: f"/api/v1/removals/{key}/receipt", "POST", {})

    def log(self):
        """Entries stay with whom they were for then; a number that only its owner and headquarters know is in none of theirs."""
        sequence = self.chance.randrange(1, self.model.last + 1)
        for route, path in (("log", f"/api/v1/log?from={sequence}&limit=20"), ("log entry", f"/api/v1/log/{sequence}"),
                            ("proof", f"/api/v1/log/proof?entry={sequence}")):
            status, text, _, _ = self.ask(route, "GET", path, mark=False)
            self.look_for_secrets(route, path, text)
            for named in re.findall(r'"audience":\{"only":\[([^\]]*)\]', text):
                if f'"{self.office}"' not in named and f'"author":"{self.office}"' not in text:
                    self.tell(route, path, f"an entry for {named}")

    def look_for_secrets(self, route, path, text):
        for number in set(re.findall(r"notice/(20\d\d-\d+)", text)):
            one = next((one for one in self.model.notices if one.key == number), None)
            if one is not None and one.state in ("draft", "requested", "in_review", "returned", "refused", "discarded") and not one.sees(self.office):
                self.tell(route, path, f"tells of {number}")
        for number in set(self.affair.findall(text)) & self.hidden_affairs:
            self.tell(route, path, f"tells of {number}")
        for number in set(re.findall(r"operation/(20\d\d-\d+)", text)):
            if any(one.key == number for one in self.hidden_operations):
                self.tell(route, path, f"tells of the operation {number}")
        for number in set(re.findall(r"hit/(20\d\d-\d+)", text)):
            if any(one.key == number for one in self.hidden_hits):
                self.tell(route, path, f"tells of the hit {number}")

    def hit(self):
        if self.hidden_hits:
            one = self.chance.choice(self.hidden_hits)
            self.same("hit", one, lambda key: f"/api/v1/hits/{key}")
            self.same("hit history", one, lambda key: f"/api/v1/hits/{key}/history")
            self.same("hit step", one, lambda key: f"/api/v1/hits/{key}/note", "POST", {"text": "x"})
        mine = {row for row in re.findall(r"20\d\d/\d+", " ".join(one.id for one in self.hits))}
        status, text, _, _ = self.ask("hits", "GET", f"/api/v1/hits?limit={self.chance.choice([1, 50, 500])}", mark=False)
        if status == 200:
            answer = json.loads(text)
            if answer["total"] != len(self.hits) or not {one["id"] for one in answer["hits"]} <= mine:
                self.tell("hits", "", f"counts {answer['total']}, not {len(self.hits)}")

    def object(self):
        if self.hidden_objects:
            one = self.chance.choice(self.hidden_objects)
            self.same("object", one, lambda key: f"/api/v1/objects/{key}")
            self.same("object report", one, lambda key: "/api/v1/hits", "POST", {"object": "NUMBER", "place": "x", "text": "y"})
        kind = self.chance.choice(["document", "vehicle", "firearm", "artwork", "vessel"])
        status, text, _, _ = self.ask("objects", "GET", f"/api/v1/objects?kind={kind}&limit={self.chance.choice([1, 20, 500])}")
        expected = sum(1 for one in self.objects if one.kind == kind)
        if status == 200 and json.loads(text)["total"] != expected:
            self.tell("objects", kind, f"counts {json.loads(text)['total']}, not {expected}")
        self.ask("object check", "POST", "/api/v1/objects/check", {"number": f"{self.chance.randrange(10 ** 7)}"})
        self.ask("object files", "GET", "/api/v1/object-files")

    def operation(self):
        if self.hidden_operations:
            one = self.chance.choice(self.hidden_operations)
            self.same("operation", one, lambda key: f"/api/v1/operations/{key}")
            self.same("operation history", one, lambda key: f"/api/v1/operations/{key}/history")
            self.same("operation step", one, lambda key: f"/api/v1/operations/{key}/leave", "POST", {})
        outside = [one for one in self.operations if self.office not in one.inside]
        if outside:
            one = self.chance.choice(outside)
            status, text, kept, _ = self.ask("summary", "GET", f"/api/v1/operations/{one.key}")
            if status == 200 and ("participants" in text or "countries\":[" in text or any(name == "etag" for name, _ in kept)):
                self.tell("summary", one.id, f"tells who took part: {text[:300]}")
            self.same("summary history", one, lambda key: f"/api/v1/operations/{key}/history")
        if self.operations:
            self.ask("operation seen", "GET", f"/api/v1/operations/{self.chance.choice(self.operations).key}")
        area = self.chance.choice([None, "DRU", "ORG", "FIR"])
        query = f"crime_area={area}" if area else ""
        expected = sum(1 for one in self.operations if area is None or area in one.crimes.split(" "))
        for route, path, name in (("operations", f"/api/v1/operations?limit=7&{query}", "total"), ("operation figures", f"/api/v1/operations/figures?{query}", "operations")):
            status, text, _, _ = self.ask(route, "GET", path)
            if status == 200 and json.loads(text)[name] != expected:
                self.tell(route, query, f"counts {json.loads(text)[name]}, not {expected}")

    def ids(self, route, path, name, expected):
        """What a list has, and nothing else."""
        status, text, _, _ = self.ask(route, "GET", path)
        if status == 200 and {one["id"] for one in json.loads(text)[name]} != {one.id for one in expected}:
            self.tell(route, path, f"lists others than the {len(expected)} that there are")

    def meeting(self):
        if self.hidden_meetings:
            one = self.chance.choice(self.hidden_meetings)
            self.same("meeting", one, lambda key: f"/api/v1/meetings/{key}")
            self.same("meeting step", one, lambda key: f"/api/v1/meetings/{key}/cancel", "POST", {"text": "x"})
        self.ids("meetings", "/api/v1/meetings", "meetings", self.meetings)
        self.ask("timetable", "GET", f"/api/v1/timetables/93{self.chance.choice(['', '/meetings'])}")

    def agreement(self):
        if self.hidden_agreements:
            one = self.chance.choice(self.hidden_agreements)
            ending = self.chance.choice(["", "/note"])
            self.same("agreement", one, lambda key: f"/api/v1/agreements/{key}{ending}")
            self.same("agreement step", one, lambda key: f"/api/v1/agreements/{key}/agree", "POST", {"revision": 1})
        unregistered = [one for one in self.model.agreements if not one.deposited]
        one, ending = self.chance.choice(unregistered), self.chance.choice(["", "/note", "/texts/en"])
        self.same("register", one, lambda key: f"/api/v1/public/agreements/{key}{ending}")
        self.ids("agreements", "/api/v1/agreements", "agreements", self.agreements)
        self.ids("register list", "/api/v1/public/agreements", "agreements", [one for one in self.model.agreements if one.deposited])

    def contribution(self):
        code = self.chance.choice([one for one in self.model.members if one != self.office])
        status, text, _, _ = self.ask("contribution", "GET", f"/api/v1/dues/{code}")
        if status == 200 and ({"payments", "appeal", "decision", "text"} & set(json.loads(text)) or '"appealed"' in text):
            self.tell("contribution", code, f"tells what is its own: {text[:300]}")
        status, text, _, _ = self.ask("contributions", "GET", "/api/v1/dues")
        if status == 200 and ('"payments"' in text or '"appeal' in text):
            self.tell("contributions", "", f"tells what is their own: {text[:300]}")

    def vote(self):
        """Only where it is published does anybody learn how another voted; the public learns not even who has."""
        session, number, record = self.chance.choice(self.model.votes)
        status, text, _, _ = self.ask("vote", "GET", f"/api/v1/assembly/sessions/{session}/vote/{number}")
        if status == 200 and not record and any("choice" in one for one in json.loads(text)["ballots"] if one["code"] != self.office):
            self.tell("vote", str(number), "tells how another voted")
        status, text, _, _ = self.ask("public vote", "GET", f"/api/v1/public/assembly/sessions/{session}/vote/{number}")
        if status == 200 and not record and "ballots" in json.loads(text):
            self.tell("public vote", str(number), "tells who voted")

    def report(self):
        if self.hidden:
            self.same("report", self.chance.choice(self.hidden), lambda key: "/api/v1/hits", "POST",
                      {"notice": "NUMBER", "place": "x", "text": "y"})

    def events(self, count):
        """The first events since the beginning."""
        connection = http.client.HTTPConnection(self.address, timeout=5)
        connection.request("GET", "/api/v1/events", headers=dict(self.headers, **{"Last-Event-ID": "0"}))
        reply, told = connection.getresponse(), ""
        try:
            while reply.status == 200 and told.count("\n\n") < count:
                line = reply.fp.readline()
                if not line:
                    break
                told += line.decode()
        except OSError:
            pass # no more came
        connection.close()
        self.reads += 1
        self.look_for_secrets("events", "", told)


def separation(first, second):
    """How well the time tells one from the other: 0.5 not at all, 1 (or 0) surely."""
    order = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(place for place, (_, which) in enumerate(order, 1) if which == 0)
    count = len(first)
    return (ranks - count * (count + 1) / 2) / (count * len(second))
