"""Work at a node whose line is cut: what its officers give waits, and headquarters answers it later, each thing once."""

import hashlib
import http.client
import json
import os
import signal
import time
import types
import unittest

import test_signin
from browser import CHROMIUM, Browser
from desk_look import broken
from desk_pages import click
from desk_world import LANGUAGES, Desk
from program import PATIENCE
from test_network import Network, Proxy
from test_notices import CONTENT

SCOPES = ["check", "search", "members.read", "officers.read", "officers.change", "events", "notices.read", "notices.write",
          "hits.read", "hits.write", "hits.follow", "objects.read", "objects.write", "messages.read", "messages.write", "operations.read", "operations.write", "keys.change"]
OBJECT = {"object": {"kind": "vehicle", "type": "car", "status": "stolen", "vin": "1M8GDM9AXKP042788", "crime_areas": ["VEH"]}}


def labelled(desk, label, text):
    """Into the field under that label, in place of what stands there."""
    desk.wait(f"[...document.querySelectorAll('label')].some(e => e.textContent === {json.dumps(label)})")
    desk.run(f"(e => {{ e.focus(); e.select(); }})([...document.querySelectorAll('label')].find(e => e.textContent === {json.dumps(label)}).control)")
    desk.put(text)


KILLS = int(os.environ.get("JISR_OUTBOX_KILLS", "3"))


class Answer:
    def __init__(self, reply):
        self.status, self.headers, self.text = reply.status, reply.headers, reply.read().decode()

    def json(self):
        return json.loads(self.text)


class OutboxTest(Network):
    def setUp(self):
        super().setUp()
        for number, roles in enumerate(("administrator", "reviewer", "reviewer,secretary-general")):
            self.jisr("officers", "appoint", "--data", self.hq, "GS", "--name", f"Officer {number}", "--login", f"gs.{number}",
                      "--roles", roles)
        for office in ("MA", "FR"):
            self.jisr("officers", "appoint", "--data", self.hq, office, "--name", f"Head of {office}", "--login",
                      office.lower() + ".head", "--roles", "administrator,head-of-bureau,bureau-officer")
        self.jisr("message", "box", "--data", self.hq, "--office", "FR")
        self.hq_port = self.start_hq()
        self.line = Proxy(self.hq_port)
        self.addCleanup(self.line.close)
        self.ma = self.node("MA", self.way())
        self.start_node()
        self.in_step(self.ma)
        self.token = self.sign_in()

    def way(self):
        """The port by which the node reaches headquarters."""
        return self.line.port

    def start_node(self):
        self.port = self.start("ma", self.ma, "--listen", "127.0.0.1:0")
        self.wait("no line", lambda: self.status(self.ma).get("node", {}).get("connected")) # its state is told once it has begun

    def ask(self, method, path, body=None, status=None, headers=None, raw=None, port=None):
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE)
        sent = {"Authorization": "Bearer " + self.token} if hasattr(self, "token") else {}
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(method, path, raw if raw is not None else json.dumps(body) if body is not None else None,
                           {**sent, **(headers or {})})
        answer = Answer(connection.getresponse())
        connection.close()
        if status is not None:
            self.assertEqual(answer.status, status, answer.text)
        return answer

    def sign_in(self, officer="MA-1"):
        code = self.jisr("officers", "enrol", "--json", "--data", self.ma, officer).json()["enrolment"]
        page = {"Origin": f"http://127.0.0.1:{self.port}", "Sec-Fetch-Site": "same-origin"}
        offer = self.ask("POST", "/api/v1/enrolment", {"enrolment": code}, 200, page).json()
        sent = {"enrolment": code, "password": test_signin.PASSWORD,
                "code": test_signin.one_time_code(offer["codes"], time.time())}
        cookies = self.ask("POST", "/api/v1/enrolment/password", sent, 201, page).headers.get_all("Set-Cookie")
        self.cookies = dict(cookie.split(";")[0].split("=", 1) for cookie in cookies)
        page["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return self.ask("POST", "/api/v1/me/tokens", {"name": "a program", "scopes": SCOPES}, 201, page).json()["token"]

    def item(self, number):
        return self.ask("GET", "/api/v1/outbox/" + number, status=200).json()

    def settled(self, number, state="accepted"):
        self.wait(f"{number} is not settled", lambda: self.item(number)["state"] not in ("waiting", "at-headquarters"))
        item = self.item(number)
        self.assertEqual(item["state"], state, item)
        return item

    def draft(self, **more):
        """One that waits in the outbox: its number there."""
        return self.ask("POST", "/api/v1/notices", {"content": CONTENT, **more}, 202).json()["outbox"]["id"]

    def done(self, path, body):
        """What headquarters made of it, whether its answer came at once or after the node's own."""
        answer = self.ask("POST", path, body)
        self.assertIn(answer.status, (200, 201, 202), answer.text)
        return self.settled(answer.json()["outbox"]["id"])["made"] if answer.status == 202 else answer.json().get("id")

    def at_hq(self, *words, **more):
        return self.jisr(*words, "--data", self.hq, **more)


class Outbox(OutboxTest):
    def test_what_is_given_without_a_line_is_answered_by_headquarters_later(self):
        # With a line each answer is headquarters' own, and the node has what it brought at once.
        made = self.ask("POST", "/api/v1/notices", {"content": CONTENT}, 201, {"Idempotency-Key": "first"})
        number, address = made.json()["id"], made.headers["Location"]
        self.assertEqual(address, "/api/v1/notices/" + number.replace("/", "-"))
        self.assertEqual(self.ask("GET", address, status=200).json()["id"], number)
        again = self.ask("POST", "/api/v1/notices", {"content": CONTENT}, 201, {"Idempotency-Key": "first"})
        self.assertEqual(again.json()["id"], number)
        self.ask("POST", "/api/v1/notices", {"content": {**CONTENT, "name": "OTHER"}}, 422, {"Idempotency-Key": "first"})
        version = self.ask("POST", address + "/request", {}, 200).json()["version"]
        # What is plainly wrong is refused here, with a line and without.
        self.assertIn("findings", self.ask("POST", "/api/v1/notices", {"content": {"colour": "red"}}, 422).json())
        self.assertEqual(self.ask("POST", address + "/publish", {}, None).status, 403)
        self.line.cut()
        self.wait("still connected", lambda: not self.status(self.ma)["node"]["connected"])
        self.ask("POST", "/api/v1/notices", {"content": {"colour": "red"}}, 422)
        # Drafts, a request that builds on one, a message that is sealed here, an object: all wait, also when the power is cut.
        first, second, third = (self.draft(reference=f"R {n}") for n in range(3))
        asked = self.ask("POST", f"/api/v1/notices/~{first}/request", {}, 202).json()["outbox"]
        self.assertEqual((asked["needs"], asked["thing"]), (first, f"notices/~{first}"))
        box = self.ask("POST", "/api/v1/boxes", {}, 202).json()["outbox"]["id"]
        self.ask("POST", "/api/v1/objects", OBJECT, 202, {"Idempotency-Key": "object"})
        object_item = self.ask("POST", "/api/v1/objects", OBJECT, 202, {"Idempotency-Key": "object"}).json()["outbox"]["id"]
        self.stop("ma", kill=True)
        self.port = self.start("ma", self.ma, "--listen", "127.0.0.1:0")
        self.assertEqual(self.ask("GET", "/api/v1/outbox?state=open&limit=2", status=200).json()["total"], 6)
        self.ask("PUT", "/api/v1/outbox/" + first, {"content": {**CONTENT, "height": 1.99}, "reference": "R amended"}, 202)
        self.ask("PUT", "/api/v1/outbox/" + first, {"content": {"colour": "red"}}, 422)
        dependent = self.ask("POST", f"/api/v1/notices/~{second}/request", {}, 202).json()["outbox"]["id"]
        self.assertEqual(self.ask("DELETE", "/api/v1/outbox/" + second, status=200).json()["dropped"], 2)
        self.assertEqual(self.item(dependent)["state"], "dropped")
        self.ask("POST", f"/api/v1/notices/~{second}/request", {}, 409)
        self.ask("POST", "/api/v1/notices/~aaaaaaaaaaaaaaaa/request", {}, 404)
        # Meanwhile headquarters returns the request: what the node changes with the version that it saw is in conflict.
        self.at_hq("notice", "take", number, "--officer", "GS-2")
        self.at_hq("notice", "return", number, "--officer", "GS-2", "--text", "Which town?")
        stale = self.ask("POST", address + "/discard", {}, None, {"If-Match": f'"{version}"'})
        stale_edit = self.ask("POST", address + "/withdraw", {"text": "no"}, None, {"If-Match": f'"{version}"'})
        waiting = [one.json()["outbox"]["id"] for one in (stale, stale_edit) if one.status == 202]
        self.assertTrue(waiting, (stale.text, stale_edit.text))
        self.wait("the outbox is not told of", lambda: f"{4 + len(waiting) + 1} in the outbox" in self.jisr("network", "status", "--data", self.ma).out)
        self.line.mend()
        item = self.settled(first)
        self.assertIsNone(item["reason"] if "reason" in item else None)
        self.assertIn("jisr/answer/1", item["answer"])
        requested = self.settled(asked["id"])
        told = self.ask("GET", "/api/v1/notices/" + item["made"].replace("/", "-"), status=200).json()
        self.assertEqual((told["state"], told["reference"], told["content"]["height"]), ("requested", "R amended", 1.99))
        self.assertGreater(requested["first"], item["last"])
        self.settled(third)
        self.settled(object_item)
        self.settled(box)
        conflict = self.settled(waiting[0], "refused")
        self.assertEqual(conflict["status"], 412)
        self.assertIn("has changed since", conflict["reason"])
        self.assertEqual(json.loads(conflict["newer"])["id"], number)
        self.assertEqual(self.ask("DELETE", "/api/v1/outbox/" + first).status, 409)
        # A message: headquarters carries it, and cannot read it.
        held = self.ask("POST", "/api/v1/attachments", status=201, raw=b"%PDF secret word " * 60000,
                        headers={"Content-Type": "application/octet-stream"}).json()
        self.line.cut()
        self.wait("still connected", lambda: not self.status(self.ma)["node"]["connected"])
        content = {"subject": "a secret word", "text": "quiet", "files": [{**held, "name": "a.pdf", "type": "application/pdf"}]}
        message = self.ask("POST", "/api/v1/messages", {"to": ["FR"], "content": content}, 202).json()["outbox"]
        self.line.mend()
        sent = self.settled(message["id"])
        self.assertEqual("messages/" + sent["made"], message["thing"])
        self.in_step(self.ma)
        seen = self.at_hq("message", "show", sent["made"], "--officer", "FR-1", "--json").json()
        self.assertEqual(seen["content"]["text"], "quiet")
        out = os.path.join(self.folder, "saved.pdf")
        self.at_hq("message", "save", sent["made"], "--officer", "FR-1", "--out", out)
        self.assertEqual(os.path.getsize(out), 17 * 60000)
        self.turn_bits(sent["made"], held["digest"])
        # And back: stored and read are said by the node.
        letter = self.file("letter.txt", "come")
        back = self.at_hq("message", "send", "--to", "MA", "--subject", "s", "--text", letter, "--officer", "FR-1").out.split(":")[0]
        self.wait("the receipt does not come", lambda: self.at_hq("message", "show", back, "--officer", "FR-1", "--json").json()["to"][0]["stored"])
        self.ask("POST", f"/api/v1/messages/{back}/read", {}, 204)
        self.assertEqual(self.at_hq("message", "show", back, "--officer", "FR-1", "--json").json()["to"][0]["officer"], "MA-1")
        self.at_hq("log", "verify", "--tables")
        self.stop("ma")
        self.verify(self.ma)

    def test_the_command_line_acts_on_what_it_saw(self):
        number = self.done("/api/v1/notices", {"content": CONTENT})
        self.in_step(self.ma)
        files = {height: self.file(f"{height}.json", json.dumps({**CONTENT, "height": height})) for height in (1.5, 1.6, 1.7)}

        def edit(height, directory, **more):
            return self.jisr("notice", "edit", number, "--content", files[height], "--officer", "MA-1", "--data", directory, **more)
        self.line.cut()
        self.wait("still connected", lambda: not self.status(self.ma)["node"]["connected"])
        edit(1.5, self.ma)
        edit(1.6, self.ma) # builds on the first, and falls with it
        second, first = (one["id"] for one in self.ask("GET", "/api/v1/outbox?state=open", status=200).json()["outbox"])
        edit(1.7, self.hq)
        self.line.mend()
        refused = self.settled(first, "refused")
        self.assertEqual((refused["status"], json.loads(refused["newer"])["content"]["height"]), (412, 1.7))
        self.settled(second, "refused")
        shown = self.jisr("outbox", "show", first, "--data", self.ma).out
        self.assertIn("has changed since", shown)
        self.assertRegex(shown, r'"height":\s*1\.7')
        self.in_step(self.ma)
        self.assertIn("accepted", edit(1.5, self.ma).out)

    def turn_bit(self, path):
        with open(path, "r+b") as file:
            file.seek(70000)
            byte = file.read(1)[0]
            file.seek(70000)
            file.write(bytes([byte ^ 4]))

    def turn_bits(self, message, digest):
        """A stored attachment is compared before it is given: replaced from headquarters, or refused, and the log says it."""
        here, there = (os.path.join(directory, "messages", digest[:2], digest) for directory in (self.ma, self.hq))
        address = f"/api/v1/messages/{message}/files/1"
        self.wait("connected", lambda: self.ask("GET", "/api/v1/line", status=200).json()["node"]["connected"])
        self.turn_bit(here)
        self.assertEqual(len(self.ask("GET", address, status=200).text), 17 * 60000)
        with open(here, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), digest)
        self.turn_bit(there)
        out = os.path.join(self.folder, "never.pdf")
        refused = self.run_raw("message", "save", message, "--officer", "FR-1", "--out", out, "--data", self.hq)
        self.assertIn(digest + " is damaged", refused.err)
        self.assertFalse(os.path.exists(out))
        self.turn_bit(here) # and headquarters has no other
        self.assertIn(digest + " is damaged", self.ask("GET", address, status=409).text)
        self.assertTrue(os.path.exists(here))
        said = self.running["ma"][1]
        self.wait("the log does not say it", lambda: any("request-trouble" in line and digest in line for line in said))

    # ---- at the desk ----

    def state_of(self, desk, state):
        desk.wait(f"document.querySelector('[data-item] [data-state]')?.dataset.state === {json.dumps(state)}")

    def item_shown(self, desk):
        desk.wait("location.pathname.startsWith('/desk/outbox/') && document.querySelector('[data-item]')")
        return desk.run("document.querySelector('[data-item]').dataset.item")

    @unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
    def test_the_desk_of_a_node_without_a_line_says_so_and_shows_what_waits(self):
        browser = Browser()
        self.addCleanup(browser.close)
        service = types.SimpleNamespace(url=f"http://127.0.0.1:{self.port}")
        number = self.done("/api/v1/notices", {"content": CONTENT})
        self.line.cut()
        self.wait("still connected", lambda: not self.status(self.ma)["node"]["connected"])
        stranger = Desk(browser, service, "ar")
        stranger.open()
        stranger.wait("document.querySelector('[data-cut]')")  # also for who is not signed in
        stranger.send("Page.close")
        desk = Desk(browser, service, "en")
        for name, value in self.cookies.items():
            desk.send("Network.setCookie", name=name, value=value, url=service.url, httpOnly=True, sameSite="Strict")
        desk.open("/desk/draft/new")
        # A draft that waits, changed in its own form, dropped.
        click(desk, "[data-colour=red]")
        desk.wait("document.querySelector('.draft')")
        labelled(desk, "Family name *", "Nowhere")
        click(desk, "#draft-save")
        desk.wait("location.pathname.startsWith('/desk/draft/~') && document.querySelector('.draft .near')")
        first = desk.run("location.pathname.slice('/desk/draft/~'.length)")
        labelled(desk, "Family name *", "Somewhere")
        click(desk, "#draft-save")
        desk.wait("document.querySelector('[data-saved=true]')")
        self.assertIn("Somewhere", self.item(first)["body"])
        self.assertEqual(len(self.ask("GET", "/api/v1/outbox?state=open").json()["outbox"]), 1)
        desk.follow(f"/desk/outbox/{first}")
        click(desk, "#item-drop")
        click(desk, "dialog form .button-main")
        self.state_of(desk, "dropped")
        # A draft that headquarters has, changed twice: one change waits, and while the line is cut somebody else changes it there.
        desk.follow(f"/desk/draft/{number.replace('/', '-')}")
        for name in ("First", "Second"):
            labelled(desk, "Family name *", name)
            click(desk, "#draft-save")
            desk.wait("document.querySelector('[data-saved=true]')")
        waiting = self.ask("GET", "/api/v1/outbox?state=waiting").json()["outbox"]
        self.assertEqual([one["target"] for one in waiting], [f"/api/v1/notices/{number.replace('/', '-')}/edit"])
        edit = waiting[0]["id"]
        path = self.file("theirs.json", json.dumps({**CONTENT, "height": 1.5}))
        self.at_hq("notice", "edit", number, "--content", path, "--officer", "MA-1")
        # An operation, by its form: it leads to what waits; changed there, value by value.
        desk.follow("/desk/operation/new")
        desk.wait("document.querySelector('[name=objectives]')")
        for name, value in (("name", "Nothing"), ("begins", "2027-01-02"), ("objectives", "none " * 30)):
            desk.run(f"(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})(document.querySelector('[name={name}]'))")
        click(desk, ".choice input[type=checkbox]")
        click(desk, "#plan-send")
        plan = self.item_shown(desk)
        self.state_of(desk, "waiting")
        click(desk, "#item-change")
        desk.wait("document.querySelector('input[name=name]')")
        desk.run("(e => { e.value = 'Northern lights'; e.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('input[name=name]'))")
        click(desk, "#item-send")
        desk.wait("!document.querySelector('#item-send')")
        desk.wait("document.querySelector('main').innerText.includes('Northern lights')")
        self.assertEqual(desk.violations(), [])
        for language in LANGUAGES:
            desk.speak(language)
            self.assertEqual(broken(desk, language), [])
        desk.speak("en")
        desk.follow("/desk/outbox")
        desk.wait("document.querySelectorAll('[data-item]').length === 2 && document.querySelector('[data-line=false]')")
        self.assertEqual(desk.violations(), [])
        # The line is back: headquarters takes the one, and refuses the other.
        self.line.mend()
        desk.wait("!document.querySelector('[data-item]') && !document.querySelector('[data-cut]')")
        self.settled(plan)
        self.settled(edit, "refused")
        desk.follow("/desk/outbox?state=refused")
        desk.run("document.querySelector('.choice input[type=radio]:nth-of-type(1)')")
        desk.run("document.querySelectorAll('.choice input')[1].click()")
        click(desk, f"a[data-item={json.dumps(edit)}]")
        self.state_of(desk, "refused")
        self.assertIn("has changed since", desk.run("document.querySelector('[data-reason]').innerText"))
        self.in_step(self.ma)
        click(desk, "#item-again")
        desk.wait("location.pathname === '/desk/outbox'")
        told = self.ask("GET", f"/api/v1/notices/{number.replace('/', '-')}", status=200).json()
        self.assertEqual(told["content"]["name"], "Second")
        # What ails the node stands on the page of the nodes.
        self.jisr("node", "admit", "--data", self.hq, "--days", "1", "--out", self.ma + ".another", self.ma + ".request")
        self.jisr("node", "join", "--data", self.ma, self.ma + ".another")
        desk.follow("/desk/nodes")
        desk.wait("document.querySelector('[data-alarm=MA]')?.innerText.includes('certificate ends at')")
        for language in LANGUAGES:
            desk.speak(language)
            self.assertEqual(broken(desk, language), [])
        self.assertEqual([one for one in desk.complaints() if "Refused to" in json.dumps(one)], [])


class Through(OutboxTest):
    """The node knows a regional bureau alone, and the line that is cut is the bureau's."""

    def way(self):
        self.at_hq("offices", "open", "RB-ABJ")
        self.bureau = self.node("RB-ABJ", self.line.port, kind="bureau", more=("--serves", "MA", "--host", "127.0.0.1"))
        self.below = self.start_tls("rb", self.bureau, "node")
        self.in_step(self.bureau)
        return self.below

    def line_is(self, there):
        self.wait(f"the bureau's line is not told of ({there})", lambda: self.ask("GET", "/api/v1/line", status=200).json()["node"]["connected"] == there)
        self.assertEqual(self.ask("GET", "/api/v1/outbox", status=200).json()["connected"], there)

    def message(self, subject):
        held = self.ask("POST", "/api/v1/attachments", status=201, raw=subject.encode() * 40000,
                        headers={"Content-Type": "application/octet-stream"}).json()
        content = {"subject": subject, "text": "quiet", "files": [{**held, "name": "a.bin", "type": "application/octet-stream"}]}
        return {"to": ["FR"], "content": content}

    def test_a_regional_bureau_carries_what_its_countries_give_and_says_when_its_own_line_is_cut(self):
        self.line_is(True)
        self.done("/api/v1/boxes", {})
        number = self.done("/api/v1/notices", {"content": CONTENT})
        address = "/api/v1/notices/" + number.replace("/", "-")
        self.done(address + "/request", {})
        self.in_step(self.ma)
        version = self.ask("GET", address, status=200).json()["version"]
        sent = [self.done("/api/v1/messages", self.message("a first word"))]
        # The node is connected, with a bureau that has no line. Nothing leaves the node, so that all of it can be changed.
        self.line.cut()
        self.line_is(False)
        self.wait("the state is not told", lambda: "the regional bureau, which has no line" in self.jisr("network", "status", "--data", self.ma).out)
        self.assertTrue(self.status(self.ma)["node"]["connected"])
        waits = self.draft(reference="amended?")
        message = self.ask("POST", "/api/v1/messages", self.message("another word"), 202).json()["outbox"]["id"]
        stale = self.ask("POST", address + "/withdraw", {"text": "no"}, 202, {"If-Match": f'"{version}"'}).json()["outbox"]["id"]
        self.at_hq("notice", "take", number, "--officer", "GS-2")
        self.stop("rb", kill=True)
        self.start_tls("rb", self.bureau, "node", self.below)
        self.wait("no bureau", lambda: self.status(self.ma)["node"]["connected"])
        self.line_is(False)
        self.assertEqual([self.item(one)["state"] for one in (waits, message, stale)], ["waiting"] * 3)
        self.ask("PUT", "/api/v1/outbox/" + waits, {"content": CONTENT, "reference": "amended"}, 202)
        self.line.mend()
        self.settled(waits)
        self.assertEqual(self.rows(self.hq, "SELECT reference FROM notice WHERE reference LIKE 'amended%'"), [("amended",)])
        sent.append(self.settled(message)["made"])
        refused = self.settled(stale, "refused")
        self.assertEqual((refused["status"], json.loads(refused["newer"])["id"]), (412, number))
        self.assertIn("has changed since", refused["reason"])
        for one, word in zip(sent, ("a first word", "another word")):
            out = os.path.join(self.folder, "saved.bin")
            self.at_hq("message", "save", one, "--officer", "FR-1", "--out", out)
            with open(out, "rb") as saved:
                self.assertEqual(saved.read(), word.encode() * 40000)
            os.unlink(out)
        # A bureau that stands still: what was handed to it may have arrived, and is done once.
        self.line_is(True)
        still = self.running["rb"][0]
        self.addCleanup(still.send_signal, signal.SIGCONT)
        still.send_signal(signal.SIGSTOP)
        handed = self.draft(reference="handed over")
        self.wait("it is not handed over", lambda: self.item(handed)["state"] == "at-headquarters")
        self.ask("PUT", "/api/v1/outbox/" + handed, {"content": CONTENT}, 409)
        still.send_signal(signal.SIGCONT)
        self.settled(handed)
        self.assertEqual(len(self.rows(self.hq, "SELECT 1 FROM notice WHERE reference = 'handed over'")), 1)
        self.assertEqual([node["trespasses"] for node in self.status(self.hq)["nodes"]], [0, 0])
        self.in_step(self.ma)
        self.stop_all()
        for directory in (self.hq, self.bureau, self.ma):
            self.verify(directory)


if __name__ == "__main__":
    unittest.main()
