"""The Assembly at the desk, in real browsers against the built program, acting on one another: a chair who presides in Arabic,
delegates in English and Arabic, a secretary, the screen in the hall and the public; a secret vote from its envelope to the
board; what an officer does who has never seen it, counted."""

import json
import os
import subprocess
import time
import unittest

import test_desk_notices
from browser import CHROMIUM, Browser
from desk_first import give_vote
from desk_world import LANGUAGES, Desk
from program import JISR, PATIENCE
from test_polls import BELENIOS, Polls

NEXT = "document.querySelector('#next')"


@unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
class DeskAssemblyTest(unittest.TestCase):
    maxDiff = None
    ballots = 4
    notices = test_desk_notices.DeskNoticesTest
    setUpClass, end = classmethod(notices.setUpClass.__func__), classmethod(notices.end.__func__)
    desk, no_complaints, put, click, pick = notices.desk, notices.no_complaints, notices.put, notices.click, notices.pick

    def officer(self, role):
        found = json.loads(self.officers.run("officers", "list", "--json", "GS"))["officers"]
        return next(one["id"] for one in found if one["roles"] == [role])

    def shown(self, desk, page):
        desk.open("/desk/" + page)
        desk.wait("document.querySelector('.hall-scene, .assembly, [data-delegation]')")
        return desk

    def waiting(self):
        _, _, vote = self.officers.ask("GET", "/api/v1/assembly/sessions/93/vote/2", officer=self.officer("chair"))
        return [one["code"] for one in vote["ballots"] if not one["voted"]]

    def test_a_session_goes_on_from_a_vote_to_the_end_of_its_item(self):
        chair = self.shown(self.desk(self.officer("chair"), "ar"), "chair")
        hall = self.shown(self.desk(self.officer("reader"), "en"), "hall")
        public = self.shown(self.desk(None, "fr"), "assembly")
        first, second = self.waiting()[:2]
        # A first use: from the check desk to the receipt, without the manual.
        delegate = self.desk(first + "-1", "en")
        self.assertEqual(len(give_vote(delegate)), 3)
        self.assertIn("Your delegation has voted: \u2068Yes\u2069", delegate.main_text())
        receipt = int(delegate.run("document.querySelector('[data-receipt]').dataset.receipt"))
        _, _, vote = self.officers.ask("GET", "/api/v1/assembly/sessions/93/vote/2", officer=first + "-1")
        self.assertEqual(next(one for one in vote["ballots"] if one["code"] == first)["receipt"], receipt)
        # The same in Arabic by the keyboard alone; the chair and the hall see the count move.
        arab = self.shown(self.desk(second + "-1", "ar"), "delegate")
        arab.wait("document.querySelector('[data-choice=no]')")
        arab.press("2")
        arab.wait("document.querySelector('[data-choice=no][aria-checked=true]')")
        arab.focus("#give-vote")
        arab.press("Enter")
        arab.wait("document.querySelector('[data-receipt]')")
        self.assertIn("صوّت وفدكم", arab.main_text())
        hall.wait("document.querySelector('.hall-count')?.innerText.includes('91')")
        chair.wait("document.querySelector('progress')?.value === 91")
        # The autopilot closes it; everybody has the result with its arithmetic, the public too.
        chair.wait(NEXT + "?.dataset.act === 'vote.close'")
        chair.press("n")
        for desk in (chair, hall, public, delegate, arab):
            desk.wait("document.querySelector('[data-outcome]')")
        self.assertIn("×", public.main_text())
        self.assertNotIn("Prend la parole", public.main_text())
        self.assertEqual(public.run("document.querySelectorAll('.speaking, .waiting').length"), 0)
        # A delegate asks for the floor and has it when the chair gives it.
        self.click(delegate, "#ask-floor")
        delegate.wait("document.querySelector('#my-place')")
        for _ in range(12):
            chair.wait(NEXT + "?.dataset.act && !" + NEXT + ".disabled")
            if delegate.run("document.querySelector('.speaking strong')?.innerText === document.querySelector('.waiting-own')?.innerText"):
                break
            before = chair.run("document.querySelector('.speaking')?.innerText ?? ''")
            self.assertEqual(chair.run(NEXT + ".dataset.act"), "speak.next")
            chair.press("n")
            chair.wait(f"(document.querySelector('.speaking')?.innerText ?? '') !== {json.dumps(before)}")
            if delegate.run("document.querySelector('main').innerText.includes('You have the floor.')"):
                break
        delegate.wait("document.querySelector('main').innerText.includes('You have the floor.')")
        hall.wait("document.querySelector('.hall-speaker [role=timer]')")
        # A point of order that a delegate raises stands before everything else.
        self.click(arab, "#motion")
        arab.wait("document.querySelector('select[name=kind]')")
        self.pick(arab, "kind", "point-of-order")
        self.click(arab, "dialog .button-main")
        chair.wait(NEXT + "?.dataset.act === 'motion.rule'")
        self.assertEqual(delegate.run("window.broken"), None)

    def test_a_secretary_announces_accepts_and_signs_in_a_delegation_that_came_late(self):
        secretary = self.shown(self.desk(self.officer("assembly-secretary"), "en"), "secretary")
        self.click(secretary, "[data-filter=silent]")
        secretary.wait("document.querySelector('[data-delegation]')")
        code = secretary.run("document.querySelector('[data-delegation]').dataset.delegation")
        self.click(secretary, f"[data-announce={code}]")
        secretary.wait("document.querySelector('dialog [name=name]')")
        self.put(secretary, "name", "Zineb <img src=x onerror='window.broken = 1'>")
        self.click(secretary, "dialog .button-main")
        secretary.wait("!document.querySelector('dialog')")
        self.click(secretary, "[data-filter=examine]")
        secretary.wait(f"document.querySelector('[data-delegation={code}] input')")
        self.click(secretary, f"[data-delegation={code}] input")
        self.click(secretary, "#accept")
        secretary.wait(f"!document.querySelector('[data-delegation={code}]')")
        self.click(secretary, "[data-filter=accepted]")
        secretary.focus("input[type=search]")
        secretary.put(code)
        secretary.wait(f"document.querySelector('[data-delegation={code}] input')")
        self.click(secretary, f"[data-delegation={code}] input")
        self.click(secretary, "#sign-in")
        delegate = self.shown(self.desk(code + "-1", "ar"), "delegate")
        delegate.wait("document.querySelectorAll('.checks .good').length === 3")
        self.assertEqual(delegate.run("window.broken"), None)
        self.assertEqual(delegate.run("document.querySelectorAll('main img').length"), 0)
        self.click(secretary, "#archive-make") # at any time; everybody finds it
        secretary.wait("document.querySelector('#archive a[download]')")
        everybody = self.shown(self.desk(None, "es"), "assembly")
        everybody.wait("document.querySelector('#archive a[href$=\"/public/assembly/sessions/93/archive.tar\"]')")
        self.assertEqual(everybody.run("document.querySelectorAll('#archive-make').length"), 0)

    def test_the_hall_says_that_the_line_is_cut_and_goes_on_when_it_is_back(self):
        hall = self.shown(self.desk(self.officer("chair"), "es"), "hall")
        hall.run("dispatchEvent(new Event('offline')), 0")
        hall.wait("document.querySelector('.cut-live')")
        hall.run("dispatchEvent(new Event('online')), 0")
        hall.open("/desk/hall")
        hall.wait("document.querySelector('.hall-scene') && !document.querySelector('.cut-live')")

    # ---- trustees ----

    def call(self, name):
        """A secret vote of three members, with two trustees of whom both are needed."""
        call = {"name": name, "questions": [{"question": "Seat", "answers": ["A. Aleph", "B. Beth"], "blank": True, "min": 1, "max": 1}],
                "electorate": ["MA", "AD", "ES"], "trustees": ["MA", "AD"], "threshold": 2, "registrars": ["IS", "KE"]}
        self.at("call.json", json.dumps(call))
        return json.loads(self.officers.run("poll", "call", self.at("call.json"), "--json"))["id"]

    def at(self, name, text=None):
        path = os.path.join(self.folder, name)
        if text is not None:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o600)
        return path

    def trustee(self, officer, language, poll):
        desk = self.desk(officer, language)
        downloads = os.path.join(self.folder, "trustee-" + officer)
        os.makedirs(downloads, mode=0o700, exist_ok=True)
        self.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=downloads, browserContextId=desk.context)
        desk.open(f"/desk/trustee/{poll}")
        return desk, downloads

    def saved(self, downloads, ending):
        """The files that the browser saved, by their ending; once they are whole."""
        for _ in range(PATIENCE * 20):
            found = [one for one in os.listdir(downloads) if one.endswith(ending)]
            if found:
                return os.path.join(downloads, found[0])
            time.sleep(0.05)
        self.fail(f"no *{ending} in {os.listdir(downloads)}")

    def register(self, poll, folder):
        secrets = {}
        for office in ("IS", "KE"):
            for what, name in (("draft", f"{poll}.draft.json"), ("voters", "voters.txt")):
                self.officers.run("poll", "fetch", poll, what, "--out", os.path.join(folder, name), "--replace")
            order = [os.path.join(folder, f"{poll}.order")] if secrets else []
            subprocess.run([JISR, "election", "credentials", os.path.join(folder, f"{poll}.draft.json"), "--voters", os.path.join(folder, "voters.txt"),
                            "--registrar", office, *(["--order", *order] if order else []), "--folder", folder], check=True, stdout=subprocess.DEVNULL)
            self.officers.run("poll", "do", poll, "credentials", os.path.join(folder, f"{poll}.{office}.part"), "--officer", office + "-1")
            with open(os.path.join(folder, f"{poll}.{office}.privcreds"), encoding="utf-8") as file:
                for line in file:
                    secrets.setdefault(line.split()[0], []).append(line.split()[1])
        return secrets

    def vote(self, poll, folder, secret, choices):
        self.officers.run("poll", "fetch", poll, "archive", "--out", os.path.join(folder, "vote.bel"), "--replace")
        made = subprocess.run([JISR, "election", "vote", os.path.join(folder, "vote.bel"), "--credential", self.at("credential", " ".join(secret)),
                               "--choices", self.at("choices", json.dumps([choices]))], check=True, stdout=subprocess.PIPE).stdout
        self.officers.run("poll", "post", poll, self.at("ballot", made.decode()))

    def verify(self, poll):
        """By both programs, as a stranger."""
        folder = self.at("public-" + poll)
        os.makedirs(folder)
        path = os.path.join(folder, poll + ".bel")
        self.officers.run("poll", "fetch", poll, "archive", "--out", path)
        subprocess.run([JISR, "election", "verify", path], check=True, stdout=subprocess.DEVNULL)
        if BELENIOS:
            subprocess.run([BELENIOS, "election", "verify"], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return json.loads(self.officers.run("poll", "show", poll, "--json"))

    def take(self, desk, turn, *files):
        desk.wait(f"document.querySelector('[data-turn={turn}]')")
        if turn == "agree":
            desk.wait("document.querySelectorAll('[data-fingerprint]').length === 2")
            self.click(desk, "[name=same]")
        desk.choose_file(*files)
        self.click(desk, "#take-step")

    def test_two_trustees_make_the_key_in_their_browsers_and_decrypt_with_it(self):
        poll = self.call("A seat")
        folder = self.at("registrars")
        os.makedirs(folder, mode=0o700)
        desks = {office: self.trustee(office + "-1", language, poll) for office, language in (("MA", "ar"), ("AD", "en"))}
        keys = {}
        for office, (desk, downloads) in desks.items():
            self.click(desk, "#make-key")
            keys[office] = self.saved(downloads, ".key")
            self.assertTrue(desk.run("document.querySelector('#send-certificate').disabled"))
            self.click(desk, "[name=safe]")
            self.click(desk, "#send-certificate")
        for office, (desk, downloads) in desks.items():
            desk.wait("document.querySelector('[data-turn=agree]')")
            if office == "AD":  # somebody else's file is no key, and another trustee's key is not this one's
                self.take(desk, "agree", self.at("ballot", "no key"))
                desk.wait("document.querySelector('[data-problem=trustee-key]')")
                desk.choose_file(keys[office])
                self.click(desk, "#take-step")
            else:
                self.take(desk, "agree", keys[office])
            self.saved(downloads, "certs.jsons")
        self.assertEqual(desks["MA"][0].violations(), [])
        for office, (desk, downloads) in desks.items():
            self.take(desk, "share", keys[office], os.path.join(downloads, "certs.jsons"))
        for desk, _ in desks.values():
            desk.wait("document.querySelector('[data-turn=wait]')")
        secrets = self.register(poll, folder)
        self.officers.run("poll", "do", poll, "open")
        self.vote(poll, folder, secrets["ES"], [0, 1, 0])
        self.vote(poll, folder, secrets["MA"], [0, 0, 1])
        self.vote(poll, folder, secrets["ES"], [0, 0, 1])  # the last one counts
        self.officers.run("poll", "do", poll, "close")
        desk, downloads = desks["MA"]
        self.take(desk, "decrypt", keys["AD"], os.path.join(downloads, "certs.jsons"))  # another's key is refused by the key itself
        desk.wait("document.querySelector('.trouble')")
        desk.choose_file(keys["MA"], os.path.join(downloads, "certs.jsons"))
        self.click(desk, "#take-step")
        desk.wait("document.querySelector('[data-turn=done]')")
        with open(keys["MA"], encoding="utf-8") as file:
            self.assertNotIn(file.read(), desk.run("JSON.stringify([localStorage, sessionStorage])"))
        # The other goes on with the same files by the command.
        stick = self.at("stick")
        os.makedirs(stick)
        self.officers.run("poll", "carry", poll, "--folder", stick, "--officer", "AD-1")
        subprocess.run([JISR, "trustee", "--keys", desks["AD"][1], "--carry", stick], check=True, stdout=subprocess.DEVNULL)
        self.officers.run("poll", "carry", poll, "--folder", stick, "--officer", "AD-1")
        self.officers.run("poll", "do", poll, "result")
        self.assertEqual(self.verify(poll)["result"], {"result": [[0, 0, 2]]})

    def test_an_election_of_the_demonstration_is_counted_by_its_trustees_and_the_archive_holds(self):
        poll = next(one for one in json.loads(self.officers.run("poll", "list", "--json"))["elections"] if one.get("vote") == 4)["id"]
        president = next(one for one in json.loads(self.officers.run("poll", "list", "--json"))["elections"] if one.get("vote") == 3)["id"]
        found = self.verify(president)
        self.assertEqual((found["state"], found["ballots"], found["fork"]), ("counted", 4, False))
        self.assertEqual([one["agrees"] for one in found["observers"]], [True, True])
        self.assertEqual(found["result"], {"result": [[0, 4, 0, 0]]})
        self.officers.run("poll", "do", poll, "close")
        kept = os.path.join(self.folder, "data", "demo-election")
        for officer in ("MA-1", "AD-1"):
            desk, _ = self.trustee(officer, "fr", poll)
            desk.wait("document.querySelector('[data-turn=decrypt]')")
            self.assertEqual(desk.violations(), [])
            self.take(desk, "decrypt", os.path.join(kept, officer[:2] + ".key"), os.path.join(kept, "certs.jsons"))
            desk.wait("document.querySelector('[data-turn=done]')")
        self.officers.run("poll", "do", poll, "result")
        self.assertEqual(self.verify(poll)["state"], "counted")

    def test_axe_finds_nothing_and_nothing_stands_over_the_edge_in_four_languages(self):
        pages = [("chair", "chair"), ("assembly-secretary", "secretary"), (None, "assembly"), ("chair", "hall"), ("MA-1", "delegate")]
        for number, (role, page) in enumerate(pages):
            officer = role if role is None or "-1" in role else self.officer(role)
            desk = self.shown(self.desk(officer, LANGUAGES[-1], "light", 360, 740), page)
            if page == "secretary":
                self.click(desk, "[data-filter=suspended]")
            for language in LANGUAGES:
                if page == "hall":  # which has no head to choose in, and one look
                    desk = self.shown(self.desk(officer, language, "light", 360, 740), page)
                else:
                    desk.speak(language)
                    desk.paint(("light", "dark")[(number + LANGUAGES.index(language)) % 2])
                desk.settled()
                self.assertLessEqual(desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, (page, language))
                self.assertEqual(desk.violations(), [], (page, language))


@unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
class DeskBallotTest(Polls):
    """A secret vote of which every step but the voter's is taken as in test_polls."""

    def choose(self, desk, answer):
        desk.wait("document.querySelector('.ballot-answer')")
        desk.run(f"[...document.querySelectorAll('.ballot-answer')].find(e => e.innerText.includes({json.dumps(answer)})).querySelector('input').click()")

    def encrypt(self, desk, credential):
        desk.focus("[name=credential]")
        desk.put(credential)
        desk.run("document.querySelector('#encrypt').click()")

    def test_a_delegate_challenges_the_device_then_votes_and_finds_the_ballot_on_the_board(self):
        self.open_vote()
        self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
        browser = Browser()
        self.addCleanup(browser.close)

        class Here:
            url = f"http://{self.address}"

        desk = Desk(browser, Here, "ar")
        desk.open(f"/desk/ballot/{self.id}")
        self.choose(desk, "A. Aleph")
        self.encrypt(desk, "no credential")
        desk.wait("document.querySelector('[data-problem=credential-form]')")
        desk.run("document.querySelector('[name=credential]').select()")
        self.encrypt(desk, self.secrets["MA"])
        desk.wait("document.querySelector('[data-commitment]')")
        self.assertEqual(desk.run("document.querySelector('[name=credential]')?.value ?? ''"), "")
        desk.run("document.querySelector('#challenge').click()")
        desk.wait("document.querySelector('[data-opened]')")
        self.assertIn("A. Aleph", desk.main_text())
        self.assertEqual(json.loads(self.ask("GET", f"/api/v1/elections/{self.id}").text)["ballots"], 0)
        desk.run("document.querySelector('[data-opened] .button-main').click()")
        self.choose(desk, "B. Beth")
        self.encrypt(desk, self.secrets["MA"])
        desk.wait("document.querySelector('#cast')")
        desk.run("document.querySelector('#cast').click()")
        desk.wait("document.querySelector('[data-tracking]')")
        tracking = desk.run("document.querySelector('[data-tracking]').dataset.tracking")
        self.assertEqual(desk.violations(), [])
        # On another device, in another language.
        other = Desk(browser, Here, "en", "dark", 360, 740)
        other.open(f"/desk/ballot/{self.id}")
        for number, found in ((tracking, "board"), ("A" * 43, "none")):
            other.wait("document.querySelector('[name=tracking]')")
            other.run("(e => { e.focus(); e.select(); })(document.querySelector('[name=tracking]'))")
            other.put(number)
            other.run("document.querySelector('#look').click()")
            other.wait(f"document.querySelector('[data-found={found}]')")
        self.assertLessEqual(other.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0)
        self.assertEqual(other.violations(), [])
        for page in (desk, other):
            kept = page.run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
            for part in self.secrets["MA"].split():
                self.assertNotIn(part, kept)
        self.count()
        self.verify()
        self.assertEqual(json.loads(self.ask("GET", f"/api/v1/elections/{self.id}").text)["result"], {"result": [[0, 0, 1, 0]]})
        other.open(f"/desk/ballot/{self.id}")
        other.wait("document.querySelector('table.table')")
        self.assertIn("B. Beth", other.main_text())


for name in [name for name in dir(Polls) if name.startswith("test_")]:
    setattr(DeskBallotTest, name, None)  # they are run where they stand
del Polls

if __name__ == "__main__":
    unittest.main()
