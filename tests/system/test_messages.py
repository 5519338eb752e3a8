"""Sealed messages through the real program: on the command line and over HTTP."""

import array
import itertools
import json
import os
import time
import unittest

import test_notices


def resident(pid):
    """The pages of a process that are in memory, run by run."""
    page = os.sysconf("SC_PAGESIZE")
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/pagemap", "rb", 0) as pages, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            begin, end = (int(part, 16) // page for part in where.split("-"))
            if not rights.startswith("rw") or end - begin > 1 << 20: # beyond are shadows of a sanitizer
                continue
            pages.seek(begin * 8)
            there = pages.read((end - begin) * 8)
            for present, run in itertools.groupby(enumerate(array.array("Q", there)), lambda one: one[1] >> 63):
                run = list(run)
                if present:
                    memory.seek((begin + run[0][0]) * page)
                    try:
                        yield memory.read(len(run) * page)
                    except OSError:
                        continue


class Messages(test_notices.NoticesTest):
    def message(self, step, *words, officer=None, **more):
        return self.jisr("message", step, *words, *(["--officer", officer] if officer else []), **more)

    def boxes(self, *offices):
        for office in offices:
            self.message("box", "--office", office)

    def send(self, to, subject, text, officer="MA-1", *words):
        out = self.message("send", "--to", to, "--subject", subject, "--text", self.file("letter.txt", text), *words, officer=officer).out
        return out.split(":")[0]

    def shown(self, number, officer, step="show"):
        return self.message(step, number, "--json", officer=officer).json()

    def test_from_one_bureau_to_two_others_with_an_attachment(self):
        self.found()
        self.boxes("MA", "FR", "ES")
        picture = os.path.join(self.folder, "صورة.jpg")
        with open(picture, "wb") as file:
            file.write(os.urandom(300_000))
        number = self.send("FR,ES", "شاحنة حمراء", "رأيناها في الميناء", "MA-1", "--urgency", "urgent", "--attach", picture)
        seen = self.shown(number, "FR-1")
        self.assertEqual((seen["content"]["subject"], seen["content"]["text"]), ("شاحنة حمراء", "رأيناها في الميناء"))
        self.assertEqual([one["office"] for one in seen["to"]], ["ES", "FR"])
        # Nothing is said of what a reader is not told: neither that it arrived there nor that it waits.
        self.assertRegex(self.message("show", number, officer="FR-1").out, r"to ES\n +to FR +stored ")
        out = os.path.join(self.folder, "saved.jpg")
        self.message("save", number, "--out", out, officer="FR-1")
        with open(out, "rb") as saved, open(picture, "rb") as sent:
            self.assertEqual(saved.read(), sent.read())
        self.assertIn("is there already", self.message("save", number, "--out", out, officer="FR-1", status=2).err)
        self.assertIn("there is no message", self.message("show", number, officer="PT-1", status=2).err)
        self.assertTrue(all(one["stored"] for one in self.shown(number, "MA-1")["to"]))
        self.assertIn(number, self.message("list", "--unread", officer="ES-1").out)
        self.message("read", number, officer="ES-1")
        self.assertNotIn(number, self.message("list", "--unread", officer="ES-1").out)
        told = {one["office"]: one for one in self.shown(number, "MA-1")["to"]}
        self.assertEqual((told["ES"]["officer"], told["FR"]["read"]), ("ES-1", None))
        carried = self.message("list", "--folder", "carried", "--json").json()["messages"]
        self.assertEqual([(one["id"], one["subject"]) for one in carried], [(number, None)])
        self.assertIn("sealed", self.shown(number, None)["sealed"])
        self.jisr("log", "verify")
        before = self.shown(number, "MA-1")
        self.jisr("rebuild")
        self.assertEqual(self.shown(number, "MA-1"), before)
        keys = os.path.join(self.data, "keys")
        path = next(os.path.join(keys, name) for name in os.listdir(keys) if name.startswith("FR-") and name.endswith(".box"))
        with open(path, "r+b") as box:
            good = box.read()
            box.seek(len(good) // 2)
            box.write(bytes([good[len(good) // 2] ^ 1]))
        listed = self.message("list", officer="FR-1")
        self.assertIn("(does not open)", listed.out)
        self.assertIn("It is damaged: put it back", listed.err)
        told = self.message("list", "--json", officer="FR-1").json()["messages"][0]
        self.assertIn("It is damaged: put it back", told["sealed"])
        self.assertIsNone(told["subject"])
        with open(path, "wb") as box:
            box.write(good)
        self.assertNotIn("(does not open)", self.message("list", officer="FR-1").out)
        self.assertIsNone(self.message("list", "--json", officer="FR-1").json()["messages"][0]["sealed"])
        self.message("remove", number, "--reason", "wrong bureau", officer="MA-1")
        self.assertIn("there is no message", self.message("show", number, officer="FR-1", status=2).err)
        self.assertEqual([name for _, _, names in os.walk(os.path.join(self.data, "messages")) for name in names], [])
        self.jisr("log", "verify")

    def test_careless_words_are_answered_with_a_sentence(self):
        self.found()
        letter = self.file("letter.txt", "words")
        plain = ["--subject", "s", "--text", letter]
        cases = [
            (["send", *plain], "to whom?"),
            (["send", "--to", "FR"], "what?"),
            (["send", "--to", "FR", *plain], "MA has no box"),
            (["show"], "which message?"),
            (["show", "2026/1"], "there is no message 2026/1"),
            (["list", "--folder", "spam"], "no folder 'spam'"),
            (["list", "--folder", "carried"], "only headquarters"),
            (["box", "--office", "ZZ"], "may"),
        ]
        for words, expected in cases:
            self.assertIn(expected, self.message(*words, officer="MA-1", status=2).err, words)
        self.boxes("MA", "FR")
        cases = [
            (["send", "--to", "FR,XX", *plain], "no office XX"),
            (["send", "--to", "region:moon", *plain], "list of offices"),
            (["send", "--to", "FR", *plain, "--urgency", "now"], "very-urgent"),
            (["send", "--to", "FR", *plain, "--attach", "/nowhere/at/all"], "cannot"),
            (["send", "--to", "FR", *plain, "--reply-to", "2026-0123456789abc"], "there is no message"),
            (["send", "--to", "FR", "--content", self.file("c.json", "[]")], "is an object"),
            (["send", "--to", "FR", "--content", self.file("d.json", '{"subject":"s","form":"answer","fields":{}}')], '"result" is missing'),
        ]
        for words, expected in cases:
            self.assertIn(expected, self.message(*words, officer="MA-1", status=2).err, words)
        self.assertEqual(self.message("list", "--json", "--folder", "both", officer="MA-1").json()["total"], 0)

    def test_over_http_with_receipts_by_itself(self):
        self.found()
        self.boxes("MA", "FR")
        self.serve()
        scopes = ("messages.read", "messages.write", "members.read")
        tokens = {office: self.token(f"{office}-1", scopes) for office in ("MA", "FR", "ES")}

        def ask(method, path, office="MA", status=200, json=None, body=None, headers=None):
            return self.ask(method, path, json if json is not None else body, {**tokens[office], **(headers or {})}, status)

        held = ask("POST", "/api/v1/attachments", status=201, body=b"%PDF " + b"x" * 100_000, headers={"Content-Type": "application/octet-stream"}).json()
        content = {"subject": "A question", "form": "identity", "fields": {"name": "Invented", "question": "Is it he?"},
                   "files": [{**held, "name": "paper.pdf", "type": "application/pdf"}]}
        sent = ask("POST", "/api/v1/messages", status=201, json={"to": ["FR"], "content": content})
        number = sent.json()["id"]
        self.assertEqual(sent.headers["Location"], f"/api/v1/messages/{number}")
        self.wait_for(lambda: ask("GET", f"/api/v1/messages/{number}").json()["to"][0]["stored"])
        self.assertEqual(ask("GET", f"/api/v1/messages/{number}", "FR").json()["content"], content)
        file = ask("GET", f"/api/v1/messages/{number}/files/1", "FR")
        self.assertEqual(file.body, b"%PDF " + b"x" * 100_000)
        self.assertEqual(file.headers["Content-Type"], "application/octet-stream")
        ask("GET", f"/api/v1/messages/{number}/files/2", "FR", status=404)
        ask("GET", f"/api/v1/messages/{number}", "ES", status=404)
        ask("GET", f"/api/v1/messages/{number}/files/1", "ES", status=404)
        ask("POST", f"/api/v1/messages/{number}/read", "FR", status=204)
        ask("POST", f"/api/v1/messages/{number}/refuse", "FR", status=422, json={})
        ask("POST", f"/api/v1/messages/{number}/burn", "FR", status=404)
        listed = ask("GET", "/api/v1/messages?folder=in", "FR").json()
        self.assertEqual([(one["subject"], one["unread"]) for one in listed["messages"]], [("A question", False)])
        for wrong in ("folder=spam", "cursor=x", "limit=0", "thread=7", "color=red"):
            ask("GET", f"/api/v1/messages?{wrong}", "FR", status=400)
        ask("POST", "/api/v1/messages", status=422, json={"to": ["FR"], "content": {"subject": "s"}})
        ask("POST", "/api/v1/messages", status=422, json={"to": ["FR"], "content": {"subject": "s", "text": "x" * 60_001}})
        self.assertEqual([one["office"] for one in ask("GET", "/api/v1/boxes").json()["boxes"]], ["FR", "MA"])
        ask("POST", "/api/v1/boxes", status=403, json={})
        ask("POST", f"/api/v1/messages/{number}/remove", "FR", status=403, json={"reason": "no"})
        ask("POST", f"/api/v1/messages/{number}/remove", status=204, json={"reason": "a mistake"})
        ask("GET", f"/api/v1/messages/{number}", "FR", status=404)


    def test_headquarters_carries_what_it_cannot_read(self):
        """Sealed on a bureau's machine, sent through one that has nobody's box: no word of it in its files or its memory."""
        self.found()
        self.boxes("MA", "FR")
        secret, subject = "the convoy leaves at dawn from warehouse nine", "Convoy of Thursday"
        sealed = self.message("seal", "--to", "FR", "--subject", subject, "--text", self.file("l.txt", secret), officer="MA-1").out
        kept = os.path.join(self.folder, "kept")
        os.mkdir(kept)
        keys = os.path.join(self.data, "keys")
        for name in [name for name in os.listdir(keys) if name.endswith(".box")]:
            os.rename(os.path.join(keys, name), os.path.join(kept, name))
        self.serve()
        token = self.token("MA-1", ("messages.read", "messages.write"))
        number = self.ask("POST", "/api/v1/messages", json.loads(sealed), token, 201).json()["id"]
        self.assertIn("not on this installation", self.ask("GET", f"/api/v1/messages/{number}", headers=token).json()["sealed"])
        time.sleep(1) # the postman has looked, too
        found = set()
        for piece in resident(self.process.pid):
            found |= {words for words in (secret, subject, secret[4:20], number) if words.encode() in piece}
        self.assertEqual(found, {number}) # that it looks where things are
        for folder, _, names in os.walk(self.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    held = file.read()
                self.assertFalse(any(words.encode() in held for words in (secret, subject, secret[4:20])), name)
        for name in os.listdir(kept):
            os.rename(os.path.join(kept, name), os.path.join(keys, name))
        self.assertEqual(self.shown(number, "FR-1")["content"]["text"], secret)


if __name__ == "__main__":
    unittest.main()
