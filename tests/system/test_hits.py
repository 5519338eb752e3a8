"""Hits through the real program: on the command line, over HTTP, with reminders, and a rejected pair that comes back."""

import json
import os
import time
import types
import unittest

import test_notices
from browser import CHROMIUM, Browser
from desk_world import Desk
from test_notices import CONTENT


class Hits(test_notices.NoticesTest):
    def report(self, notice, officer="FR-1", *words):
        out = self.jisr("hit", "report", "--notice", notice, "--place", "Harbourton", "--text", "same face", "--officer", officer, *words).out
        return out.split(":")[0]

    def take(self, step, number, *words, officer, **more):
        return self.jisr("hit", step, number, *words, "--officer", officer, **more)

    def notice(self, *words):
        number = self.draft(*words)
        self.publish(number)
        return number

    def shown(self, number, officer, status=0):
        result = self.jisr("hit", "show", number, "--json", "--officer", officer, status=status)
        return result.json() if status == 0 else result.err

    def test_from_the_report_to_the_hand_over(self):
        self.found()
        notice = self.notice()
        check = self.file("hit.json", json.dumps({"id": "notice-x", "score": 0.97, "caption": "سلمى"}))
        number = self.report(notice, "FR-1", "--urgent", "--country", "FR", "--check-evidence", check)
        self.assertEqual(self.shown(number, "MA-1")["hit"]["evidence"]["caption"], "سلمى")
        for office in ("ES-1", "PT-1"): # whom the notice reaches, and who is not to know
            never = self.shown("2025/1", office, status=2)
            self.assertEqual(self.shown(number, office, status=2), never.replace("2025/1", number))
            self.assertEqual(self.jisr("hit", "list", "--json", "--officer", office).json(), {"hits": [], "total": 0})
        self.assertIn("only the owner (MA)", self.take("confirm", number, officer="FR-1", status=2).err)
        self.take("confirm", number, "--text", "our warrant stands", officer="MA-1")
        self.take("arrest", number, "--days", "40", officer="FR-1")
        self.assertEqual([hit["id"] for hit in self.jisr("hit", "due", "--within", "41d", "--json", "--officer", "MA-1").json()["hits"]], [number])
        self.assertEqual(self.jisr("hit", "due", "--within", "39d", "--json", "--officer", "MA-1").json()["total"], 0)
        self.take("request", number, "--reference", "E 12/2026", officer="MA-1")
        self.take("grant", number, "--text", "Court of Nowhere", officer="FR-1")
        self.take("hand-over", number, officer="FR-1")
        self.take("conclude", number, "--end", officer="MA-1")
        self.assertIn("extradition", self.step("show", notice).out)
        self.assertEqual([one["step"] for one in self.shown(number, "FR-1")["history"]],
                         ["report", "confirm", "arrest", "request", "grant", "hand-over", "conclude"])
        self.jisr("log", "verify")
        before = self.shown(number, "GS-6")
        self.jisr("rebuild")
        self.assertEqual(self.shown(number, "GS-6"), before)

    def test_careless_words_are_answered_with_a_sentence(self):
        self.found()
        notice = self.notice("--reach", "except:ES")
        number = self.report(notice)
        report = ["report", "--notice", notice, "--place", "x", "--text", "y", "--officer", "FR-1"]
        cases = [
            (["report"], "notice"),
            (["report", "--notice", "nonsense", "--place", "x", "--text", "y"], "there is no notice nonsense"),
            (report[:-1] + ["ES-1"], f"there is no notice {notice}"),
            (report + ["--at", "tomorrow"], "no moment"),
            (report + ["--at", "2099-01-01T00:00:00Z"], "still to come"),
            (report + ["--check-evidence", self.file("x.json", "[1]")], "no object"),
            (report + ["--check-evidence", "/nowhere/x.json"], "/nowhere/x.json"),
            (["confirm"], "which hit"),
            (["confirm", "../../etc"], "there is no hit"),
            (["arrest", number, "--days", "x", "--officer", "FR-1"], "--days"),
            (["hand-over", number, "--officer", "FR-1"], "nobody can report the hand-over now"),
            (["list", "--state", "lost"], "there is no state"),
            (["due", "--within", "3 weeks"], "--within is"),
            (["due", "--at", "now"], "--at is"),
            (["conclud", number], "Did you mean"),
        ]
        for words, says in cases:
            self.assertIn(says, self.jisr("hit", *words, status=2).err, words)

    def test_a_line_of_a_file_is_found_answered_and_taken_back(self):
        self.found()
        lines = "type,status,country,number,date\npassport,stolen,MA,LN123456,2026-01-02\npassport,lost,MA,LN123457,2026-01-02\n"
        self.jisr("object", "load", self.file("lines.csv", lines), "--name", "passports", "--kind", "document", "--officer", "MA-1")
        check = lambda status: self.jisr("object", "check", "LN123456", "--json", "--officer", "FR-1", status=status).json()["hits"]
        line = check(1)[0]["id"]
        report = ["report", "--object", line, "--place", "Harbourton", "--text", "the number", "--officer", "FR-1"]
        self.assertIn("there is no object", self.jisr("hit", "report", "--object", line + "9", *report[3:], status=2).err)
        first = self.jisr("hit", *report, "--json").json()
        self.assertNotIn("warning", first)
        again = self.jisr("hit", *report, "--json").json()
        self.assertIn(f"FR has reported a hit on it already, {first['id']}", again["warning"])
        self.assertNotIn("warning", self.jisr("hit", *report[:-1], "ES-1", "--json").json()) # who else found it is not told
        self.take("withdraw", again["id"], "--text", "the same one", officer="FR-1")
        shown = self.shown(first["id"], "MA-1")["hit"]
        self.assertEqual((shown["about"], shown["subject"], shown["owner"]), ("object", line, "MA"))
        listed = self.jisr("hit", "list", "--object", line, "--json", "--officer", "FR-1").json()
        self.assertEqual(listed["total"], 2)
        self.take("confirm", first["id"], officer="MA-1")
        self.take("find", first["id"], "--text", "taken off him", officer="FR-1")
        self.take("conclude", first["id"], "--end", officer="MA-1")
        self.assertEqual(check(0), [])
        self.assertIn("withdrawn: nothing is found by it", self.jisr("hit", *report, status=2).err)
        self.jisr("log", "verify")

    def test_over_http_with_keys_versions_and_pages(self):
        self.found()
        notice = self.notice()
        self.serve()
        border, owner, spain = (self.token(who, ["check", "decide", "hits.read", "hits.write", "hits.follow", "events"]) for who in ("FR-1", "MA-1", "ES-1"))
        sent = {"notice": notice, "place": "Harbourton", "text": "same face", "urgent": True, "evidence": {"score": 0.9}}
        key = dict(border, **{"Idempotency-Key": "one-and-the-same-key"})
        first = self.ask("POST", "/api/v1/hits", sent, headers=key, status=201)
        again = self.ask("POST", "/api/v1/hits", sent, headers=key, status=201)
        self.assertEqual(first.json(), again.json())
        where = first.headers["Location"]
        hit = self.ask("GET", where, headers=owner)
        self.assertEqual((hit.json()["state"], hit.json()["awaits"], hit.json()["overdue"]), ("reported", "MA", False))
        self.assertEqual(hit.json()["steps"], ["acknowledge", "ask", "confirm", "deny", "close", "note"])
        self.assertEqual(self.ask("GET", where, headers=border).json()["steps"], ["withdraw", "note"])
        hidden = self.ask("GET", where, headers=spain, status=404).text
        self.assertEqual(hidden, self.ask("GET", "/api/v1/hits/2025-1", headers=spain, status=404).text.replace("2025-1", where.split("/")[-1]))
        self.ask("GET", where, status=401)
        stale = dict(owner, **{"If-Match": '"3"'})
        self.ask("POST", where + "/confirm", headers=stale, status=412)
        fresh = dict(owner, **{"If-Match": hit.headers["ETag"]})
        self.ask("POST", where + "/confirm", headers=fresh)
        self.ask("POST", where + "/confirm", headers=owner, status=409)
        self.assertEqual(self.ask("POST", where + "/deny", {"txt": "x"}, headers=owner, status=409).status, 409)
        faults = self.ask("POST", "/api/v1/hits", {"notice": notice, "plce": "x"}, headers=border, status=422).json()
        self.assertEqual(sorted(one["field"] for one in faults["findings"]), ["place", "plce", "text"])
        for number in range(7):
            again = self.ask("POST", "/api/v1/hits", dict(sent, text=f"again {number}"), headers=border, status=201).json()
            self.assertIn("has reported a hit on it already", again["warning"])
        seen, cursor = [], ""
        while cursor is not None:
            page = self.ask("GET", f"/api/v1/hits?limit=3{cursor}", headers=owner).json()
            self.assertEqual(page["total"], 8)
            seen += [one["id"] for one in page["hits"]]
            cursor = page["next"] and f"&cursor={page['next']}"
            if len(seen) == 3: # what moves while somebody turns pages is not met twice, and the place stays a place
                self.ask("POST", f"/api/v1/hits/{seen[-1].replace('/', '-')}/acknowledge", headers=owner)
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(len(seen), 8)
        self.assertEqual(self.ask("GET", "/api/v1/hits?awaits=FR", headers=owner).json()["total"], 1)
        self.assertEqual(self.ask("GET", "/api/v1/hits?due=2099-01-01T00:00:00Z&limit=1", headers=owner).json()["total"], 8)
        self.assertEqual(self.ask("GET", "/api/v1/hits", headers=spain).json(), {"hits": [], "total": 0, "next": None})
        for wrong in ("state=lost", "due=soon", "limit=0", "cursor=2026-1", "open=perhaps"):
            self.ask("GET", "/api/v1/hits?" + wrong, headers=owner, status=400)

    def test_the_service_reminds_of_what_is_late(self):
        self.found()
        notice = self.notice()
        number = self.report(notice, "FR-1", "--at", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 30 * 86400)))
        self.take("confirm", number, officer="MA-1")
        self.take("arrest", number, "--days", "18", "--at", time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 20 * 86400)), officer="FR-1")
        self.assertIn("!", self.jisr("hit", "list", "--officer", "FR-1").out)
        self.serve()
        self.wait_for(lambda: self.shown(number, "MA-1")["history"][-1]["step"] == "remind")
        self.assertIn("0 reminders", self.jisr("hit", "remind").out)
        self.jisr("log", "verify")

    def test_a_rejected_pair_is_hidden_until_the_notice_changes(self):
        self.found()
        notice = self.notice()
        entity = "notice-" + notice.replace("/", "-")
        self.serve()
        border = self.token("FR-1", ["check", "decide"])
        query = {"name": "Salma Benrahhou", "born": "1984"}
        check = lambda: self.ask("POST", "/api/v1/check", query, headers=border).json()
        self.wait_for(lambda: [hit["id"] for hit in check()["hits"]] == [entity])
        self.ask("POST", "/api/v1/decisions", {"query": query, "list": "notices", "entity": entity, "decision": "different", "reason": "another face"}, headers=border, status=201)
        self.assertEqual((check()["hits"], check()["hidden"]), ([], 1))
        self.step("restrict", notice, "--reach", "except:ES") # nothing that it says has changed
        time.sleep(0.3)
        self.assertEqual(check()["hits"], [])
        changed = dict(CONTENT, nationalities=["MA", "FR"])
        self.step("amend", notice, "--content", self.file("changed.json", json.dumps(changed)))
        self.step("assess", notice, "--review", self.file("review.json", json.dumps(test_notices.REVIEW)), officer="GS-6")
        self.step("accept", notice, officer="GS-7")
        self.wait_for(lambda: check()["hits"])
        self.assertIn("changed", check()["hits"][0]["decision"]["again"])

    @unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
    def test_at_the_desk_the_same_person_is_reported_to_the_owner(self):
        self.found()
        notice = self.notice("--public", "yes")
        self.serve()
        border = self.token("FR-1", ["check", "decide", "hits.write"])["Authorization"].split()[1]
        browser = Browser()
        self.addCleanup(browser.close)
        for secret in ("", border): # who may not report is told to call the bureau
            desk = Desk(browser, types.SimpleNamespace(url=f"http://{self.address}"))
            desk.run(f"sessionStorage.setItem('jisr.token', {json.dumps(json.dumps(secret))})")
            desk.open()
            self.assertEqual(desk.ask_name("Salma Benrahhou", "29/2/1984"), "hit")
            desk.press("1")
            desk.wait("document.querySelector('dialog[open]')")
            desk.press("2")
            desk.press("Enter")
            desk.wait("document.querySelector('dialog .field-fault')") # without a place nothing is sent
            desk.run("[...document.querySelectorAll('dialog input[type=text]')][1].focus()")
            desk.put("Harbourton, desk 4")
            desk.run("document.querySelector('dialog input[type=checkbox]').click()")
            desk.press("Enter")
            desk.wait("!document.querySelector('dialog[open]')")
            hits = self.jisr("hit", "list", "--json", "--officer", "MA-1").json()["hits"]
            said = desk.run("document.body.innerText")
            if secret == "":
                self.assertEqual(hits, [])
                self.assertIn("tell your bureau", said)
        self.assertEqual([(hit["subject"], hit["finder"], hit["place"], hit["urgent"]) for hit in hits], [(notice, "FR", "Harbourton, desk 4", True)])
        self.assertIn(hits[0]["id"], said)
        whole = self.shown(hits[0]["id"], "MA-1")
        self.assertEqual(whole["hit"]["evidence"]["query"]["name"], ["Salma Benrahhou"])
        self.assertEqual(whole["history"][0]["text"], "The same face")


if __name__ == "__main__":
    unittest.main()
