"""What strangers write is shown as they wrote it, everywhere: text that would become markup or a script, put into every field that
takes text, by everybody who may write there; then every page is looked at that shows any of it. A test for a class that has the
world of tests/system/test_desk_people.py."""

import json
import re

from desk_pages import at_headquarters

BAD = "<img src=x onerror=window.broken=1>{count}"
LINK = "javascript:window.broken=1//" + BAD
WORDS = {language: BAD for language in ("ar", "en", "fr", "es")}
REVIEW = {question: {"finding": "complies", "text": BAD} for question in ("article_2", "article_3", "conditions", "quality")}
NOTICE = {
    "colour": "red", "subject": "person", "source_language": "en", "name": BAD, "forename": BAD, "names": [{"text": BAD, "kind": "alias"}], "sex": "M",
    "birth": {"date": "1971", "place": BAD, "country": "MA"}, "nationalities": ["MA"], "documents": [{"kind": "passport", "number": BAD, "country": "MA"}],
    "parents": {"father_name": BAD, "father_forename": BAD, "mother_name": BAD, "mother_forename": BAD}, "marks": BAD, "profession": BAD,
    "status": "charged", "crimes": ["FIN"], "extradition": {"assured": True, "countries": ["MA"]}, "summary": WORDS, "advice": WORDS,
    "warrants": [{"purpose": "prosecution", "country": "MA", "authority": BAD, "reference": BAD, "date": "2026-03-01", "charge": BAD,
                  "charge_translation": BAD, "law": BAD, "maximum_penalty_months": 60}]}

# Told to the page before anything else runs: every breach of its policy.
WATCH = "window.breaches = []; document.addEventListener('securitypolicyviolation', event => window.breaches.push(event.violatedDirective + ' ' + event.blockedURI))"
LOOK = """[window.broken ?? 0, window.breaches.length, document.querySelectorAll('img[src=x], main script, [onerror], a[href^=javascript]').length,
    document.querySelector('main').innerText.includes('onerror=')]"""


class HostileTests:
    def given(self, officer, method, path, body, *statuses, **headers):
        status, _, found = self.officers.ask(method, f"/api/v1/{path}", body, officer, headers)
        self.assertIn(status, statuses or (200, 201, 204), (path, found))
        return found

    def taken(self, officer, href, step, body):
        version = self.given(officer, "GET", href, None)["version"]
        return self.given(officer, "POST", f"{href}/{step}", body, **{"If-Match": f'"{version}"'})

    def write_in_the_assembly(self):
        """Agreements, meetings, and what delegations and the secretariat say in the session that is under way."""
        general, secretary, chair = (at_headquarters(role)(self.officers) for role in ("secretary-general", "assembly-secretary", "chair"))
        terms = {"title": WORDS, "days": 30, "notice_days": 180}
        own = self.given("MA-1", "POST", "agreements", {"kind": "cooperation", "parties": [{"code": "MA"}, {"code": "FR"}], **terms})["id"]
        self.given("MA-1", "POST", f"agreements/{own}/text", {"language": "en", "title": BAD, "wording": BAD + "\n" + BAD})
        outside = self.given(general, "POST", "agreements", {"kind": "relations", "parties": [{"code": "GS"}, {"code": "EX-1", "name": BAD}], **terms})["id"]
        wish = self.given("MA-1", "POST", "meetings", {"session": 93, "with": "FR", "subject": BAD, "languages": ["ar", "fr"], "times": ["2025-11-27"]})["id"]
        self.given("FR-1", "POST", f"meetings/{wish}/propose", {"text": BAD, "languages": ["fr"], "times": ["2025-11-27"]})

        def act(officer, name, body):
            return self.given(officer, "POST", f"assembly/sessions/93/{name}", body)["id"]

        act("MA-1", "item", {"title": WORDS, "text": BAD})
        draft = int(act("MA-1", "draft", {"title": WORDS, "preamble": [WORDS], "operative": [WORDS]}))
        act("FR-1", "amendment", {"draft": draft, "kind": "add", "paragraph": 0, "text": WORDS})
        act(secretary, "document", {"code": "AG-2025-93-BAD-01", "language": "en", "title": BAD, "hash": "00" * 32})
        act("MA-1", "delegate", {"name": BAD, "role": "delegate", "title": BAD})
        act(secretary, "draw", {"commitment": "00" * 32, "text": BAD})
        act(secretary, "session.edit", {"city": BAD})
        return [("MA-1", f"agreement/{own}"), (general, f"agreement/{outside}"), ("FR-1", "agreements"), ("MA-1", "meetings"), ("FR-1", "meetings"),
                (secretary, "timetable"), (None, "assembly"), ("MA-1", "delegate"), ("MA-1", "committee"), (chair, "hall"), (secretary, "secretary"), (chair, "chair")]

    def write_everywhere(self):
        """Returns the pages that show it, each with who sees it there."""
        notice = self.given("MA-1", "POST", "notices", {"content": NOTICE, "reference": BAD, "public": True})["id"].replace("/", "-")
        draft = self.given("MA-1", "POST", "notices", {"content": NOTICE, "reference": BAD})["id"].replace("/", "-")
        self.taken("MA-1", f"notices/{notice}", "request", {})
        reviewers = [one["id"] for one in json.loads(self.officers.run("officers", "list", "--json", "GS"))["officers"] if "reviewer" in one["roles"]][:2]
        self.taken(reviewers[0], f"notices/{notice}", "take", {})
        self.taken(reviewers[0], f"notices/{notice}", "assess", {"review": REVIEW})
        self.taken(reviewers[1], f"notices/{notice}", "publish", {})
        hit = self.given("FR-1", "POST", "hits", {"notice": notice.replace("-", "/"), "place": BAD, "text": BAD, "urgent": True,
                                                  "evidence": {"score": 0.9, "caption": BAD, BAD: BAD}})["id"].replace("/", "-")
        self.taken("MA-1", f"hits/{hit}", "ask", {"text": BAD})
        kept = self.given("MA-1", "POST", "objects", {"object": {"kind": "vehicle", "type": "car", "status": "stolen", "vin": "1M8GDM9AXKP042788",
                                                                 "make": BAD, "model": BAD, "reference": BAD, "crime_areas": ["VEH"]}})["id"].replace("/", "-")
        operation = self.given("MA-1", "POST", "operations", {"name": BAD, "participants": ["MA", "FR"], "begins": "2026-11-01", "objectives": BAD,
                                                             "crime_areas": ["FIN"]})["id"].replace("/", "-")
        self.taken("MA-1", f"operations/{operation}", "start", {})
        message = self.given("MA-1", "POST", "messages", {"to": ["FR"], "content": {"subject": BAD, "text": BAD, "reference": BAD, "your_reference": BAD,
                                                                                    "handling": {"note": BAD}}})["id"]
        receipt = self.given(None, "POST", "requests", {"kind": "access", "language": "en", "signed": True, "text": BAD,
                                                        "applicant": {"name": BAD, "birth": "1984-02-29", "identity": {"kind": "passport", "number": BAD, "country": BAD},
                                                                      "address": BAD, "email": BAD}})["receipt"].replace("/", "-")
        self.officers.run("offices", "edit", "MC", *(word for language in WORDS for word in (f"--name-{language}", BAD)))
        self.officers.run("officers", "appoint", "GS", "--name", BAD, "--login", "bad.name", "--roles", "reader")
        return [("FR-1", f"notice/{notice}"), ("MA-1", f"notice/{notice}"), ("MA-1", f"draft/{draft}"), ("MA-1", f"compare/{notice}"), ("MA-1", "notices"),
                (reviewers[0], f"notice/{notice}"), ("MA-1", f"hit/{hit}"), ("FR-1", "hits?view=open"), ("MA-1", f"object/{kept}"), ("MA-1", f"operation/{operation}"), ("FR-1", "operations"),
                ("FR-1", f"message/{message}"), ("FR-1", f"write/{message}"), ("FR-1", "messages"), ("CCF-1", f"request/{receipt}"), ("CCF-1", "requests"),
                ("GS-1", "offices"), ("GS-1", "office/MC"), ("GS-1", "officers"), ("GS-1", "keys"), ("MA-1", "members"), *self.write_in_the_assembly()]

    def test_nothing_that_strangers_write_becomes_markup_or_a_script_on_any_page(self):
        pages = self.write_everywhere()
        silent = {"offices", "officers", "keys", "members", "secretary", "chair", "requests", "committee", "hall", "timetable"}  # long, or shown when asked for
        desks, seen = {}, 0
        for officer, path in pages:
            if officer not in desks:
                desks[officer] = desk = self.desk(officer, "ar" if officer == "MA-1" else "en")
                desk.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
                desk.open("/desk/settings")
            desk = desks[officer]
            desk.run("document.querySelector('main h1').dataset.old = 1")
            desk.follow("/desk/" + path)
            desk.wait("document.querySelector('main h1') && !document.querySelector('main h1[data-old]')")
            if path not in silent:
                desk.wait("/onerror=/.test(document.querySelector('main').innerText + [...document.querySelectorAll('main input, main textarea')].map(one => one.value).join())")
            desk.settled()
            broken, breaches, elements, shown = desk.run(LOOK)
            self.assertEqual((broken, breaches, elements), (0, 0, 0), path)
            seen += shown
        self.assertGreaterEqual(seen, 20)
        # The watch sees what is forbidden: else it would see nothing above, either.
        trial = self.officers.desk(self.browser, None)
        trial.send("Page.addScriptToEvaluateOnNewDocument", source=WATCH)
        trial.open("/desk/settings")
        trial.run("(() => { try { document.querySelector('main').insertAdjacentHTML('beforeend', '<b></b>'); } catch { /* refused */ } })()")
        trial.wait("window.breaches.length === 1")
        # On public pages, which need no script, it stands as text.
        status, _, text = self.officers.ask("GET", "/public/en/notices/red?name=img")
        public = text.decode()
        self.assertEqual(status, 200)
        self.assertNotIn("<img src=x", public)
        for href in re.findall(r'href="(/public/en/notices/red/[^"?]+)"', public)[:3]:
            page = self.officers.ask("GET", href)[2].decode()
            self.assertIn("&lt;img src=x onerror=", page)
            self.assertNotIn("<img src=x", page)
        form = self.officers.ask("GET", "/public/en/data?name=" + BAD.replace("<", "%3C").replace(">", "%3E").replace(" ", "+").replace("{", "%7B").replace("}", "%7D"))[2]
        self.assertNotIn(b"<img src=x", form)
        # What a browser keeps is a stranger's too: a search that was saved, a draft that was typed, the name of a file.
        desk = desks["MA-1"]
        desk.run(f"localStorage.setItem('jisr.searches', JSON.stringify(JSON.stringify([{{name: {json.dumps(BAD)}, asked: {{words: {json.dumps(LINK)}}}}}])))")
        desk.open("/desk/notices?colour=" + BAD.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20"))
        desk.wait("document.querySelector('.saved')?.innerText.includes('onerror=')")
        desk.open("/desk/file")
        path = self.written("<img src=x onerror=window.broken=1>.csv", f"id,name,birthDate\n1,{LINK},1971\n{BAD},{BAD},{BAD}\n".encode())
        desk.choose_file(path)
        desk.wait("document.querySelector('.file-state')?.innerText.includes('onerror=')")
        for words in ("%3Cscript%3E", "notice/%3Cimg%20src=x%20onerror=window.broken=1%3E", "record/javascript:window.broken=1"):
            desk.follow("/desk/" + words)
            desk.settled()
        self.assertEqual(desk.run(LOOK)[:3], [0, 0, 0])
