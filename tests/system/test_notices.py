"""Notices through the real program: their life on the command line and over HTTP, whom they reach, the printed notice, the
public extracts and who reads them elsewhere."""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import clients
import test_signin
from program import PATIENCE
from service import ServiceTest

PINS = "clients_notices.txt"
COUNT = 160
CAP = 6

CONTENT = {
    "colour": "red", "subject": "person", "source_language": "fr", "name": "BENRAHHOU", "forename": "Salma",
    "names": [{"text": "سلمى بلعلاوي", "kind": "original"}, {"text": "علاء (أم الاسم)", "kind": "weak"},
              {"text": "Сельма Алауи", "kind": "alias"}],
    "sex": "F", "birth": {"date": "1984-02-29", "place": "Nowhere", "country": "MA"}, "nationalities": ["MA"], "height": 1.68,
    "status": "charged", "crimes": ["FIN"], "extradition": {"assured": True},
    "warrants": [{"country": "MA", "authority": "Tribunal of Nowhere", "reference": "2026/1234-5", "date": "2026-01-15",
                  "purpose": "prosecution", "charge": "Fraud", "law": "article 540", "maximum_penalty_months": 60}],
    "summary": {"fr": "Le 3 mars 2025, à Nulle-Part.", "ar": "في 3 مارس 2025، الملف رقم 2026/1234-5."},
}
REVIEW = {q: {"finding": "complies", "text": "looked at"} for q in ("article_2", "article_3", "conditions", "quality")}


def plain(text):
    """Without the marks of direction that pdftotext adds."""
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)


class NoticesTest(ServiceTest):
    made = {} # folders of demonstrations, by how many notices they have: each test works in a copy

    @classmethod
    def tearDownClass(cls):
        while cls.made:
            shutil.rmtree(cls.made.popitem()[1], ignore_errors=True)

    def found(self, notices=0, objects=0):
        if (notices, objects) not in self.made:
            folder = self.made[notices, objects] = tempfile.mkdtemp(prefix="jisr-test-")
            self.jisr("demo", "--data", os.path.join(folder, "data"), "--entities", "20", "--notices", str(notices), "--objects", str(objects), "--ballots", "0")
        shutil.copytree(os.path.join(self.made[notices, objects], "data"), self.data)

    def step(self, step, *words, officer="MA-1", **more):
        return self.jisr("notice", step, *words, "--officer", officer, **more)

    def draft(self, *words, content=CONTENT, officer="MA-1"):
        path = self.file("content.json", json.dumps(content))
        return self.step("draft", "--content", path, *words, officer=officer).out.split(":")[0]

    def publish(self, number):
        self.step("request", number)
        self.step("take", number, officer="GS-6")
        self.step("assess", number, "--review", self.file("review.json", json.dumps(REVIEW)), officer="GS-6")
        self.step("publish", number, officer="GS-7")

    def token(self, officer, scopes=("check", "search", "lists.read", "notices.read")):
        """Of a program to which the officer, signed in, gave these rights."""
        code = self.jisr("officers", "enrol", "--json", officer).json()["enrolment"]
        page = {"Origin": f"http://{self.address}", "Sec-Fetch-Site": "same-origin"}
        offer = self.ask("POST", "/api/v1/enrolment", {"enrolment": code}, headers=page).json()
        sent = {"enrolment": code, "password": test_signin.PASSWORD,
                "code": test_signin.one_time_code(offer["codes"], time.time())}
        cookies = self.ask("POST", "/api/v1/enrolment/password", sent, headers=page, status=201).headers.get_all("Set-Cookie")
        page["Cookie"] = "; ".join(cookie.split(";")[0] for cookie in cookies)
        made = {"name": "a program", "scopes": list(scopes)}
        return {"Authorization": "Bearer " + self.ask("POST", "/api/v1/me/tokens", made, headers=page, status=201).json()["token"]}

    def numbers(self, officer, *words):
        answer = self.jisr("notice", "list", "--json", "--limit", "500", "--officer", officer, *words).json()
        self.assertEqual(answer["total"], len(answer["notices"]))
        return {one["id"]: one for one in answer["notices"]}

    def get(self, path, status=200):
        try:
            with urllib.request.urlopen(f"http://{self.address}{path}", timeout=PATIENCE) as answer:
                self.assertEqual(answer.status, status)
                return json.load(answer)
        except urllib.error.HTTPError as error:
            self.assertEqual(error.code, status)
            return json.load(error)


class Notices(NoticesTest):
    def test_from_the_draft_to_the_arrest(self):
        self.found()
        number = self.draft("--reference", "R 17", "--reach", "except:FR")
        self.assertEqual(self.numbers("FR-1"), {})
        self.step("request", number)
        self.step("take", number, officer="GS-6")
        self.assertIn("there is no notice", self.step("take", number, officer="FR-1", status=2).err)
        self.step("assess", number, "--review", self.file("review.json", json.dumps(REVIEW)), officer="GS-6")
        self.assertIn("another officer must publish it", self.step("publish", number, officer="GS-6", status=2).err)
        self.step("publish", number, officer="GS-7")
        self.assertEqual(list(self.numbers("ES-1")), [number])
        self.assertEqual(self.numbers("FR-1"), {})
        never = self.jisr("notice", "show", "2026/999999", "--officer", "FR-1", status=2).err
        hidden = self.jisr("notice", "show", number, "--officer", "FR-1", status=2).err
        self.assertEqual(hidden, never.replace("2026/999999", number))
        self.step("end", number, "--ending", "arrest", "--text", "In Nowhere")
        self.assertEqual(self.numbers("ES-1"), {})
        self.assertIn("arrest", self.step("show", number).out)
        self.assertIn("ended", self.step("renew", number, "--until", "2030-01-01", "--text", "x", status=2).err)
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(self.numbers("MA-1")[number]["state"], "ended")

    def test_what_is_exported_comes_in_again_elsewhere(self):
        self.found(120)
        lines = self.jisr("notice", "export", "--officer", "FR-1").out
        path = self.file("notices.ftm.json", lines)
        answer = self.jisr("notice", "import", path, "--colour", "blue", "--json", "--officer", "ES-1").json()
        self.assertEqual((answer["made"], answer["skipped_count"]), (len(lines.splitlines()), 0))
        again = self.jisr("notice", "import", path, "--colour", "blue", "--json", "--officer", "ES-1").json()
        self.assertEqual((again["made"], again["changed"], again["same"]), (0, 0, answer["made"]))
        names = sorted(json.loads(line)["caption"] for line in lines.splitlines())
        drafts = self.numbers("ES-1", "--state", "draft", "--owner", "ES")
        self.assertEqual(len([one for one in drafts.values() if one["caption"]]), len(drafts))
        self.assertGreaterEqual(len(drafts), len(names))
        broken = self.file("broken.json", lines + '{"id": "cut off at the e')
        self.assertIn("1 skipped", self.jisr("notice", "import", broken, "--colour", "blue", "--officer", "ES-1").out)
        self.jisr("log", "verify")

    def test_careless_words_are_answered_with_a_sentence(self):
        self.found()
        cases = [
            (["draft"], "content"),
            (["draft", "--content", self.file("a.json", "{")], "a.json"),
            (["draft", "--content", self.file("b.json", '{"colour":"pink"}')], "colour"),
            (["draft", "--content", "/nowhere/x.json"], "/nowhere/x.json"),
            (["request"], "which notice"),
            (["request", "2026/1"], "there is no notice"),
            (["publish", "../../etc"], "there is no notice"),
            (["restrict", "2026/1", "--reach", "some"], "--reach is"),
            (["print", "2026/1"], "there is no notice"),
            (["print", "2026/1", "--language", "de"], "--language is"),
            (["list", "--state", "lost"], "there is no state"),
            (["list", "--officer", "XX-9"], "XX-9"),
            (["picture", self.file("not.png", "no picture")], "neither a JPEG nor a PNG"),
            (["pubish", "2026/1"], "Did you mean"),
        ]
        for words, says in cases:
            result = self.jisr("notice", *words, status=2)
            self.assertIn(says, result.err, words)
        broken = dict(CONTENT, warrants=[dict(CONTENT["warrants"][0], maximum_penalty_months=12)])
        number = self.draft(content=broken)
        self.assertIn("24 months", self.step("request", number, status=2).err)
        answer = json.loads(self.step("request", number, "--json", status=2).out)
        self.assertEqual(answer["findings"][0]["field"], "warrants")

    def test_the_printed_notice_says_what_was_put_in(self):
        self.found()
        number = self.draft()
        self.publish(number)
        for language in ("ar", "en", "es", "fr"):
            path = os.path.join(self.folder, language + ".pdf")
            self.step("print", number, "--language", language, "--out", path)
            try:
                text = subprocess.run(["pdftotext", path, "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
                files = subprocess.run(["pdfdetach", "-saveall", "-o", self.folder, path], check=True, capture_output=True)
            except FileNotFoundError:
                self.skipTest("poppler-utils is not installed")
            self.assertEqual(files.returncode, 0)
            for name in ["BENRAHHOU", "Salma", number] + [one["text"] for one in CONTENT["names"]]:
                self.assertIn(name, plain(text), language)
            with open(os.path.join(self.folder, "record.json"), encoding="utf-8") as file:
                record = json.load(file)
            self.assertEqual(json.loads(record["body"])["notice"]["content"]["name"], "BENRAHHOU")
            self.assertEqual(json.loads(record["header"])["kind"], "notice.publish")
            if language == "ar":
                self.assertIn("رقم 2026/1234-5", plain(text))

    def test_what_is_published_is_public_at_once_and_gone_when_it_ends(self):
        self.found()
        self.serve()
        self.assertEqual(self.get("/notices/v1/red")["total"], 0)
        number = self.draft("--public", "yes")
        hidden = self.draft("--public", "yes", "--reach", "except:FR")
        self.publish(number)
        self.publish(hidden)
        self.wait_for(lambda: self.get("/notices/v1/red")["total"] == 1)
        answer = self.get("/notices/v1/red")
        self.assertEqual([one["entity_id"] for one in answer["_embedded"]["notices"]], [number])
        path = "/notices/v1/red/" + hidden.replace("/", "-")
        self.assertEqual(self.get(path, 404), self.get("/notices/v1/red/2026-999999", 404))
        self.step("withdraw", number, "--text", "no longer sought")
        self.wait_for(lambda: self.get("/notices/v1/red")["total"] == 0)

    def hits(self, token, name="Salma Benrahhou"):
        return [hit["id"] for hit in self.ask("POST", "/api/v1/check", {"name": name}, headers=token).json()["hits"]]

    def comes_to(self, expected, token):
        self.wait_for(lambda: self.hits(token) == expected) # how soon is for tools/bench to tell

    def test_each_office_finds_what_reaches_it_and_nothing_tells_of_the_rest(self):
        self.found()
        self.serve()
        france, spain, nobody = self.token("FR-1"), self.token("ES-1"), {}
        tokens = (france, spain, nobody)
        before = [self.ask("GET", path, headers=token).text for token in tokens for path in ("/catalog", "/api/v1/lists")]
        ages = re.compile(r'"age_seconds":\d+|"(updated_at|last_export)":"[^"]*"')
        number = self.draft("--reach", "except:FR")
        entity = "notice-" + number.replace("/", "-")
        self.publish(number)
        self.comes_to([entity], spain)
        self.assertEqual(self.ask("GET", f"/entities/{entity}", headers=spain).json()["schema"], "Person")
        found = self.ask("GET", "/search/notices?q=Benrahhou", headers=spain).json()
        self.assertEqual((found["total"]["value"], found["results"][0]["id"]), (1, entity))
        query = {"queries": {"q": {"schema": "Person", "properties": {"name": ["Salma Benrahhou"]}}}}
        answer = self.ask("POST", "/match/notices", query, headers=spain).json()["responses"]["q"]
        self.assertEqual([hit["id"] for hit in answer["results"]], [entity])
        for token in (france, nobody):
            self.assertEqual(self.hits(token), [])
            never = self.ask("GET", "/entities/notice-2026-999999", headers=token, status=404).text
            self.assertEqual(self.ask("GET", f"/entities/{entity}", headers=token, status=404).text.replace(entity, "notice-2026-999999"), never)
            self.assertEqual(self.ask("POST", "/match/notices", query, headers=token, status=404).status, 404)
            self.assertEqual(self.ask("GET", "/search/default?q=Benrahhou", headers=token).json()["total"]["value"], 0)
        after = [self.ask("GET", path, headers=token).text for token in tokens for path in ("/catalog", "/api/v1/lists")]
        for index in (0, 1, 4, 5): # what France and the public read is what they read before
            self.assertEqual(ages.sub("", after[index]), ages.sub("", before[index]))
        self.step("restrict", number, "--reach", "only:FR")
        self.comes_to([], spain)
        self.assertEqual(self.hits(france), [entity])
        self.step("withdraw", number, "--text", "no longer sought")
        self.comes_to([], france)

    def test_no_address_shows_an_office_what_does_not_reach_it(self):
        self.found(COUNT)
        self.serve()
        everything = self.numbers("GS-6", "--state", "published", "--state", "amending")
        extracts = {one["entity_id"] for colour in ("red", "yellow", "un")
                    for one in self.get(f"/notices/v1/{colour}?resultPerPage=160")["_embedded"]["notices"]}
        self.assertGreater(len(extracts), 10)
        chance = random.Random(5)
        readers = [({}, extracts)]
        for office in ("FR", "BR"):
            readers.append((self.token(f"{office}-1"), set(self.numbers(f"{office}-1"))))
            self.assertLess(len(readers[-1][1] & set(everything)), len(everything))
        for token, seen in readers:
            shown, cursor = set(), ""
            while token and cursor is not None:
                page = self.ask("GET", "/api/v1/notices?limit=40" + (f"&cursor={cursor}" if cursor else ""), headers=token).json()
                self.assertEqual(page["total"], len(seen))
                shown |= {one["id"] for one in page["notices"]}
                cursor = page["next"]
            if token:
                self.assertEqual(shown, seen)
            indexed = self.ask("GET", "/search/notices?limit=0", headers=token).json()["total"]["value"]
            entities = 0
            for number, notice in everything.items():
                key = number.replace("/", "-")
                there = number in seen
                status = self.ask("GET", f"/entities/notice-{key}", headers=token, status=None).status
                if status == 200:
                    entities += 1
                    self.assertTrue(there, number)
                else:
                    self.assertFalse(there and notice["colour"] in ("red", "yellow", "un") and notice["state"] == "published", number)
                if token:
                    for what in ("", "/print"):
                        if what == "" or chance.random() < 0.02:
                            self.assertEqual(self.ask("GET", f"/api/v1/notices/{key}{what}", headers=token, status=None).status, 200 if there else 404)
            self.assertEqual(entities, indexed)
            catalog = {one["name"]: one for one in self.ask("GET", "/catalog", headers=token).json()["datasets"]}
            self.assertEqual(catalog["notices"]["entity_count"], indexed)
        self.ask("GET", "/api/v1/notices", status=401)


class Clients(NoticesTest):
    def test_crawlers_that_were_not_written_here_read_every_public_notice(self):
        try:
            clients.python(PINS)
        except unittest.SkipTest as late:
            self.skipTest(str(late))
        self.found(COUNT)
        self.jisr("notice", "rules", self.file("rules.json", json.dumps({"public_cap": 0})), "--officer", "GS-6")
        self.serve()
        expected = {"countries": []}
        for colour in ("red", "yellow", "un"):
            notices, page = [], 1
            while True:
                answer = self.get(f"/notices/v1/{colour}?resultPerPage=160&page={page}")
                if answer["query"]["page"] != page:
                    break
                notices += answer["_embedded"]["notices"]
                page += 1
            expected[colour] = [one["entity_id"] for one in notices]
            expected["countries"] += [country for one in notices for country in one["nationalities"]]
            self.assertEqual(len(set(expected[colour])), len(expected[colour]))
        expected["countries"] = sorted(set(expected["countries"]))
        in_force = {n for n, one in self.numbers("GS-6").items() if one["state"] in ("published", "amending")}
        self.assertGreater(len(expected["red"]), CAP)
        self.assertTrue(set(expected["red"]) <= in_force)
        self.jisr("notice", "rules", self.file("rules.json", json.dumps({"public_cap": CAP})), "--officer", "GS-6")
        os.environ.update(EXPECTED=self.file("expected.json", json.dumps(expected)), CAP=str(CAP))
        passed, said = clients.run("notices_clients.py", self.address, pins=PINS)
        self.assertTrue(passed, said[-4000:])


if __name__ == "__main__":
    unittest.main()
