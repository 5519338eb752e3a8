"""A session of the Assembly through the real program: the demonstration's figures, acts on the command line and over HTTP, what
is refused and how, live events, and votes while the program is killed."""

import hashlib
import http.client
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import unittest
from decimal import Decimal

import stranger
import test_signin
from program import JISR, PATIENCE, SOURCE
from service import ServiceTest

KILLS = int(os.environ.get("JISR_KILLS", 6)) # JISR_KILLS=200 for a long run
SERVICE_KILLS = int(os.environ.get("JISR_POLL_KILLS", 2)) # tools/poll-kills asks for 200
DEVICES = 3 if SERVICE_KILLS < 10 else 12


class AssemblyTest(ServiceTest):
    made = None

    @classmethod
    def tearDownClass(cls):
        if AssemblyTest.made:
            shutil.rmtree(AssemblyTest.made, ignore_errors=True)
            AssemblyTest.made = None

    def found(self):
        if AssemblyTest.made is None:
            AssemblyTest.made = tempfile.mkdtemp(prefix="jisr-test-")
            self.jisr("demo", "--data", os.path.join(AssemblyTest.made, "data"), "--entities", "20", "--notices", "0", "--ballots", "0")
        shutil.copytree(os.path.join(AssemblyTest.made, "data"), self.data)

    def show(self, *words, officer=None):
        return self.jisr("assembly", "show", "93", *words, *(["--officer", officer] if officer else []), "--json").json()

    def do(self, act, *words, officer=None, **more):
        return self.jisr("assembly", "do", act, "93", *words, *(["--officer", officer] if officer else []), **more)

    def waiting(self):
        return [one["code"] for one in self.show("vote", "2")["ballots"] if not one["voted"]]

    def token(self, officer, *scopes):
        code = self.jisr("officers", "enrol", "--json", officer).json()["enrolment"]
        page = {"Origin": f"http://{self.address}", "Sec-Fetch-Site": "same-origin"}
        offer = self.ask("POST", "/api/v1/enrolment", {"enrolment": code}, headers=page).json()
        sent = {"enrolment": code, "password": test_signin.PASSWORD,
                "code": test_signin.one_time_code(offer["codes"], time.time())}
        cookies = self.ask("POST", "/api/v1/enrolment/password", sent, headers=page, status=201).headers.get_all("Set-Cookie")
        page["Cookie"] = "; ".join(cookie.split(";")[0] for cookie in cookies)
        made = {"name": "a device", "scopes": list(scopes)}
        return {"Authorization": "Bearer " + self.ask("POST", "/api/v1/me/tokens", made, headers=page, status=201).json()["token"]}

    def listen(self, headers):
        """What is told live to whoever has these headers, as a list that grows."""
        heard, begun = [], threading.Event()

        def take():
            request = subprocess.Popen(["curl", "-sN", "-H", f"Authorization: {headers['Authorization']}",
                                        f"http://{self.address}/api/v1/events"], stdout=subprocess.PIPE)
            self.addCleanup(request.wait)
            self.addCleanup(request.kill)
            for line in request.stdout:
                begun.set()
                if line.startswith(b"data: "):
                    heard.append(json.loads(line[6:]))

        threading.Thread(target=take, daemon=True).start()
        self.assertTrue(begun.wait(PATIENCE))
        return heard


class CommandLine(AssemblyTest):
    def test_the_table_of_verdicts_is_what_the_reference_computes(self):
        folder = os.path.join(SOURCE, "tests")
        subprocess.run([sys.executable, os.path.join(folder, "assembly", "verdicts.py"), "--check",
                        os.path.join(folder, "vectors", "verdicts.tsv")], check=True)

    def test_the_demonstration_is_a_session_under_way(self):
        self.found()
        figures = self.show("figures")["figures"]
        self.assertEqual(figures["members"], 196)
        self.assertEqual({key: figures["present"][key] for key in ("countries", "delegates", "ministers", "chiefs")},
                         {"countries": 179, "delegates": 812, "ministers": 25, "chiefs": 82})
        self.assertEqual(self.show("electorate")["count"], 179)
        vote = self.show("vote", "1")
        self.assertEqual((vote["outcome"], vote["decision"]), ("adopted", "GA-2025-93-RES-01"))
        choices = [one["choice"] for one in vote["ballots"] if one["voted"]]
        self.assertEqual([vote[key] for key in ("yes", "no", "abstain")],
                         [choices.count(key) for key in ("yes", "no", "abstain")])
        self.assertIn("Quorum: 179 present, 99 needed", vote["arithmetic"])
        self.assertIn("quorum", vote["rule"]["unsure"])
        self.assertEqual(len(self.waiting()), 179 - 89)
        for language, words in (("ar", "١٧٩ دولة"), ("en", "179 countries"), ("es", "179 países"), ("fr", "179 pays")):
            self.assertIn(words, self.jisr("assembly", "show", "93", "communique", language).out)
        for view in ("delegations", "floor", "rules"):
            self.jisr("assembly", "show", "93", view)
        for day, seats in ("2021-12-31", 1), ("2023-12-31", 11), ("2025-06-01", 13):
            sitting = self.jisr("assembly", "committee", "--on", day, "--json").json()["members"]
            self.assertEqual((len(sitting), len({one["country"] for one in sitting})), (seats, seats))
        told = self.show("committee")
        self.assertEqual((told["needs"]["president"], told["needs"]["vice_presidents"], sum(told["needs"]["delegates"].values())), (1, 2, 4))
        standing = [len(self.show("contest", str(one["number"]))["candidates"]) for one in told["contests"]]
        self.assertEqual(standing, [3, 4, 2, 2, 2, 2])
        for view in ("agenda", "decisions", "draws"):
            self.show(view)
        acts = self.jisr("assembly", "acts", "--json").json()["acts"]
        for act in acts[::9]:
            self.assertIn(act["act"], self.jisr("assembly", "acts", act["act"]).out)
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(self.show("vote", "1"), vote)

    def test_mistakes_and_malice_are_refused_with_a_sentence(self):
        self.found()
        code = self.waiting()[0]
        before = self.show("votes")
        for words, says in ((("vote", "vote=2", "choice=yes", "--officer", "GS-1"), "may not act for the office's delegation"),
                            (("vote", "vote=1", "choice=yes", "--officer", f"{code}-1"), "vote 1 is closed"),
                            (("vote", "vote=2", "choice=ja", "--officer", f"{code}-1"), "yes, no, abstain or absent"),
                            (("vote", "vote=-2", "choice=yes", "--officer", f"{code}-1"), "whole number"),
                            (("vote", "vote=2", "choise=yes", "--officer", f"{code}-1"), "did you mean \"choice\"?"),
                            (("vote", "vote=2", "choice=yes", "choice=no", "--officer", f"{code}-1"), "given twice"),
                            (("vote.close", "vote=2", "--officer", f"{code}-1"), "may not preside"),
                            (("vote.open", "matter=resolution", "method=device", "title=X"), "vote 2 is open"),
                            (("delegation", "people=[{\"name\":\"\\u202e\\u0007\",\"role\":\"head\"}]", "office=FR"), "name"),
                            (("delegation", "people=[{]"), "people"),
                            (("credentials", "offices=ZZ", "result=accepted"), "not invited"),
                            (("session.open",), "is open"),
                            (("fly",), "there is no act")):
            result = self.do(*words[:1], *words[1:], status=2)
            self.assertIn(says, result.err, words)
        self.assertIn("there is no session 7", self.jisr("assembly", "show", "7", status=2).err)
        self.assertIn("draft", self.jisr("assembly", "show", "93", "nothing", status=2).err)
        self.assertEqual(self.show("votes"), before)
        self.jisr("log", "verify")

    def test_a_vote_that_is_killed_is_there_whole_or_not_at_all(self):
        self.found()
        chance, killed, number = random.Random(7), 0, 2
        begin = time.monotonic()
        first = self.waiting()
        self.do("vote", "vote=2", "choice=yes", officer=f"{first[0]}-1")
        longest = time.monotonic() - begin
        given, tried = 89 + 1, set()
        for round_ in range(KILLS):
            left = [code for code in first if code not in tried and (number > 2 or code != first[0])]
            if not left: # a long run: everybody was tried, the next vote
                self.close_after(number, tried, given)
                self.do("vote.open", "matter=procedure", "method=device", f"title=round {round_}")
                number, given, tried, left = number + 1, 0, set(), first
            code = chance.choice(left)
            tried.add(code)
            voting = subprocess.Popen([JISR, "assembly", "do", "vote", "93", f"vote={number}", "choice=no", "--officer", f"{code}-1"],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment(),
                                      cwd=self.folder)
            time.sleep(chance.random() * longest)
            voting.send_signal(signal.SIGKILL)
            hit = voting.wait(PATIENCE) == -signal.SIGKILL
            killed += hit
            longest *= 1.1 if hit else 0.7 # the machine may have been busier when it was measured
        self.assertGreater(killed, 0)
        self.close_after(number, tried, given)
        self.jisr("log", "verify")

    def close_after(self, number, tried, given):
        """Whoever was killed has voted, or votes now; nobody twice."""
        waiting = [one["code"] for one in self.show("vote", str(number))["ballots"] if not one["voted"]]
        for code in tried:
            if code in waiting:
                self.do("vote", f"vote={number}", "choice=no", officer=f"{code}-1")
            else:
                self.assertIn("has voted already",
                              self.do("vote", f"vote={number}", "choice=yes", officer=f"{code}-1", status=2).err)
        self.do("vote.close", f"vote={number}")
        vote = self.show("vote", str(number))
        self.assertEqual(vote["yes"] + vote["no"] + vote["abstain"], given + len(tried))


class Budget(AssemblyTest):
    def tell(self, *words, officer=None):
        return self.jisr(*words[:1], "show", *words[1:], *(["--officer", officer] if officer else []), "--json").json()

    def years(self):
        tabled, adopted = (str(one["year"]) for one in self.jisr("budget", "list", "--json").json()["budgets"])
        return tabled, adopted

    def test_a_budget_adds_up_is_voted_on_and_who_pays_votes_again(self):
        self.found()
        tabled, adopted = self.years()
        for year in (tabled, adopted):
            told = self.tell("budget", year, "contributions")
            parts = [Decimal(one["amount"]) for one in told["contributions"]]
            self.assertEqual((len(parts), sum(parts)), (196, Decimal(told["total"])))
            budget = self.tell("budget", year)
            self.assertEqual(sum(Decimal(one["amount"]) for one in budget["content"]["chapters"]), Decimal(budget["expenditure"]))
        beside = self.tell("budget", tabled, "compare")
        self.assertEqual(str(beside["beside"]), adopted)
        self.assertEqual(sum(Decimal(one["difference"]) for one in beside["chapters"]),
                         sum(Decimal(one["difference"]) for one in beside["income"]))
        accounts = self.jisr("dues", "list", "--json").json()
        owing = [one["code"] for one in accounts["accounts"] if one["in_arrears"]]
        self.assertEqual((len(owing), accounts["total"]["in_arrears"], self.show("figures")["figures"]["suspended"]), (6, 6, 6))
        self.assertEqual(sum(Decimal(one["unpaid"]) for one in accounts["accounts"]), Decimal(accounts["total"]["unpaid"]))
        self.do("vote.close", "vote=2")
        self.do("vote.open", "matter=budget", "subject=draft:3", "method=hands")
        self.assertIn("is open", self.jisr("budget", "do", "take-back", tabled, "text=late", status=2).err)
        self.do("vote.hands", "vote=3", "yes=120", "no=40", "abstain=19")
        self.do("vote.close", "vote=3")
        budget = self.tell("budget", tabled)
        self.assertEqual((budget["state"], budget["decision"]), ("adopted", self.show("vote", "3")["decision"]))
        debt = self.tell("dues", owing[1])["unpaid_before"]
        self.jisr("dues", "do", "pay", owing[1], f"amount={debt}")
        self.assertEqual(self.show("figures")["figures"]["suspended"], 5)
        self.assertFalse(self.show("delegation", owing[1])["suspended"])
        for words in (("budget", "list"), ("budget", "show", adopted, "postings"), ("dues", "list"), ("budget", "steps", "spend")):
            self.jisr(*words)
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(self.tell("budget", tabled), budget)

    def test_mistakes_and_malice_are_refused_with_a_sentence(self):
        self.found()
        tabled, adopted = self.years()
        before = self.tell("budget", adopted)
        long = os.path.join(self.folder, "long.json")
        with open(long, "w", encoding="utf-8") as file:
            json.dump({"scale": [{"code": "MA", "weight": 1}] * 401}, file)
        for words, says in ((("spend", adopted, "chapter=1", "amount=1e9", "text=A"), "sum of money such as 1250.00"),
                            (("spend", adopted, "chapter=1", "amount=-5", "text=A"), "sum of money"),
                            (("spend", adopted, "chapter=1", "amount=999999999999.99", "text=A"), "chapter 1 has"),
                            (("spend", adopted, "chapter=1", "amount=1", "text=A", "day=1999-01-01"), "is no day of"),
                            (("spend", adopted, "chapter=1", "amount=1", "text=A", "--officer", "MA-1"), "may not draft"),
                            (("approve", tabled, "day=2026-01-01", "procedure=meeting", "yes=FR"), "is tabled"),
                            (("carry-over", tabled, "decision=X"), "is tabled"),
                            (("adopt", tabled), "decided elsewhere"),
                            (("scale", tabled, "--content", long), "1 to 400 elements"),
                            (("spend", adopted, "--content", "/dev/null"), "/dev/null"),
                            (("spend", "2026;DROP", "chapter=1"), "missing"),
                            (("fly", adopted), "there is no step")):
            self.assertIn(says, self.jisr("budget", "do", *words, status=2).err, words)
        self.assertIn("contributions", self.jisr("budget", "show", adopted, "nothing", status=2).err)
        self.assertIn("no budget 1999", self.jisr("budget", "show", "1999", status=2).err)
        self.assertEqual(self.tell("budget", adopted), before)
        self.jisr("log", "verify")

    def test_programs_read_and_act_by_the_same_rules(self):
        self.found()
        self.serve()
        tabled, adopted = self.years()
        owing = [one["code"] for one in self.jisr("dues", "list", "--json").json()["accounts"] if one["in_arrears"]]
        code = owing[2]
        member = self.token(f"{code}-1", "assembly.read", "assembly.delegate")
        secretary = self.token(self.secretary(), "assembly.read", "budget.write", "assembly.secretary")
        self.ask("GET", "/api/v1/budgets", status=401)
        told = self.ask("GET", f"/api/v1/budgets/{adopted}", headers=member)
        self.assertEqual(told.headers["ETag"], f'"{told.json()["version"]}"')
        self.assertEqual(self.ask("GET", f"/api/v1/budgets/{tabled}/compare", headers=member).json()["beside"], int(adopted))
        steps = {one["name"]: len(one["steps"]) for one in self.ask("GET", "/api/v1/affairs", headers=member).json()["affairs"]}
        self.assertGreater(steps["budget"], 20)
        spend = {"chapter": 3, "amount": "12.34", "text": "An invented cable"}
        path = f"/api/v1/budgets/{adopted}"
        self.ask("POST", f"{path}/spend", spend, headers=member, status=403)
        self.ask("POST", f"{path}/spend", spend, headers={**secretary, "If-Match": '"1"'}, status=412)
        self.ask("POST", f"{path}/spend", {"chapter": 3, "amount": 12.34, "text": "A"}, headers=secretary, status=422)
        self.ask("POST", f"{path}/fly", {}, headers=secretary, status=404)
        self.ask("GET", f"{path}/fly", headers=secretary, status=404)
        self.ask("GET", "/api/v1/budgets/1999", headers=secretary, status=404)
        kept = {**secretary, "Idempotency-Key": "one-cable"}
        first = self.ask("POST", f"{path}/spend", spend, headers=kept).json()
        self.assertEqual(self.ask("POST", f"{path}/spend", spend, headers=kept).json(), first)
        postings = [one for one in self.ask("GET", f"{path}/postings", headers=member).json()["postings"] if one["amount"] == "12.34"]
        self.assertEqual([one["text"] for one in postings], ["An invented cable"])
        appeal = self.ask("POST", f"/api/v1/dues/{code}/appeal", {"text": "A flood"}, headers=member).json()
        self.assertEqual(appeal["id"], code)
        self.ask("POST", f"/api/v1/dues/{owing[3]}/appeal", {"text": "A flood"}, headers=member, status=403)
        self.ask("POST", f"/api/v1/dues/{code}/appeal", {"text": "Again"}, headers=member, status=409)
        self.assertEqual(self.ask("GET", f"/api/v1/dues/{code}", headers=member).json()["appeal"]["text"], "A flood")
        self.assertNotIn("appeal", self.ask("GET", f"/api/v1/dues/{owing[0]}", headers=member).json())
        self.assertEqual(len(self.ask("GET", "/api/v1/dues", headers=member).json()["accounts"]), 196)
        self.documents(member, secretary)

    def test_an_agreement_goes_from_the_proposal_to_a_register_that_strangers_verify(self):
        self.found()
        ask = lambda *words, **more: self.jisr("agreement", *words, **more)
        ids = {one["state"]: one["id"] for one in ask("list", "--json").json()["agreements"]}
        self.assertEqual(set(ids), {"in-force", "deposited", "ended", "tabled", "negotiated"})
        self.do("vote.close", "vote=2")
        draft = ask("show", ids["tabled"], "--json").json()["draft"]
        self.do("vote.open", "matter=agreement", f"subject=draft:{draft}", "method=hands")
        self.do("vote.hands", "vote=3", "yes=150", "no=9", "abstain=20")
        self.do("vote.close", "vote=3")
        approved = ask("show", ids["tabled"], "--json").json()
        self.assertEqual((approved["state"], approved["decision"]), ("approved", self.show("vote", "3")["decision"]))
        # between two bureaus, on the command line
        wording = os.path.join(self.folder, "patrols.txt")
        with open(wording, "w", encoding="utf-8") as file:
            file.write("Article 1\nEach bureau sends two officers.\n")
        with open(os.path.join(self.folder, "binary.txt"), "wb") as file:
            file.write(b"\xff\xfe\x00")
        parties = '[{"code":"MA"},{"code":"ES"}]'
        made = ask("do", "propose", "kind=cooperation", "title.en=On patrols", f"parties={parties}", "--officer", "MA-1", "--json").json()["id"]
        ask("do", "text", made, "language=en", "title=On patrols", f"wording=@{wording}", "--officer", "MA-1")
        for words, says in ((("text", made, "language=fr", "title=P", "wording=@/nowhere", "--officer", "MA-1"), "/nowhere"),
                            (("text", made, "language=fr", "title=P", "wording=@binary.txt", "--officer", "MA-1"), "no text in UTF-8"),
                            (("agree", made, "revision=1", "--officer", "ES-1"), "it is 2 now"),
                            (("agree", made, "revision=2", "--officer", "FR-1"), f"no agreement {made}"),
                            (("sign", made, "signer=Head", "--officer", "ES-1"), "is negotiated"),
                            (("deposit", made, "--officer", "ES-1"), "only headquarters"),
                            (("propose", "kind=cooperation", "title.en=X", "parties=[]", "--officer", "ES-1"), "1 to 20 elements"),
                            (("settle", made), "decided elsewhere"),
                            (("agree", "AG-2026-1;DROP", "revision=1"), "there is no agreement")):
            self.assertIn(says, ask("do", *words, status=2).err, words)
        self.assertEqual(ask("show", made, "--officer", "FR-1", status=2).err, f"jisr agreement show: there is no agreement {made}\n")
        self.assertNotIn(made, ask("list", "--officer", "FR-1").out)
        for officer in ("MA-1", "ES-1"):
            ask("do", "agree", made, "revision=2", "--officer", officer)
        for officer in ("MA-1", "ES-1"):
            ask("do", "sign", made, "signer=Head", "--officer", officer)
        ask("do", "deposit", made)
        self.strangers(made, wording)

    def strangers(self, made, wording):
        """The register over HTTP without signing in, and its note verified in a folder without a record."""
        keys = [one["verifier"] for one in self.jisr("keys", "list", "--json").json()["keys"] if one["office"] in ("MA", "ES")]
        self.serve()
        public = "/api/v1/public/agreements"
        self.assertIn(made, [one["id"] for one in self.ask("GET", public).json()["agreements"]])
        self.assertEqual(self.ask("GET", f"{public}/{made}").json()["state"], "in-force")
        note = os.path.join(self.folder, "agreement.note")
        with open(note, "wb") as file:
            file.write(self.ask("GET", f"{public}/{made}/note").body)
        with open(wording, "rb") as file:
            self.assertEqual(self.ask("GET", f"{public}/{made}/texts/en").body, file.read())
        nowhere = os.path.join(self.folder, "nowhere")
        verify = lambda *words, **more: self.jisr("agreement", "verify", note, "--data", nowhere, *words, **more)
        given = [word for key in keys for word in ("--key", key)]
        told = verify(*given, "--text", wording, "--json").json()
        self.assertEqual([one["signature"] for one in told["parties"]], ["good", "good"])
        self.assertTrue(told["texts"][0]["shown"])
        self.assertIn("not given", verify(*given[:2], status=1).err)
        self.assertIn("none of the texts", verify(*given, "--text", note, status=1).err)
        self.jisr("election", "head", "--new-key", "EX-9")
        self.assertIn("of 'EX-9', which is no party", self.jisr("agreement", "sign", "--secret", "EX-9.signer", note, status=2).err)
        with open(note, "r+b") as file:
            body = file.read().replace(b"revision 2", b"revision 3")
            file.seek(0)
            file.write(body)
        self.assertIn("does not hold", verify(*given, status=1).err)
        for path in (f"{public}/AG-2026-52", f"{public}/{made}/texts/xx", f"{public}/..%2f..", "/public/en/agreements/AG-2026-52"):
            self.ask("GET", path, status=404)
        for language, word in (("en", "In force"), ("fr", "En vigueur"), ("ar", "نافذ"), ("es", "En vigor")):
            page = self.ask("GET", f"/public/{language}/agreements/{made}").body.decode()
            self.assertIn(word, page)
            self.assertIn(made, self.ask("GET", f"/public/{language}/agreements").body.decode())
        # a program acts for its office, and signing wants the officer himself
        member = self.token("ES-1", "assembly.read", "agreements.write", "agreements.sign")
        sent = {"kind": "technical", "title": {"en": "<script>alert(1)</script>"}, "parties": [{"code": "ES"}, {"code": "MA"}]}
        answer = self.ask("POST", "/api/v1/agreements", sent, headers=member, status=201)
        self.assertEqual(answer.headers["Location"], f"/api/v1/agreements/{answer.json()['id']}")
        path = answer.headers["Location"]
        self.ask("POST", f"{path}/text", {"language": "en", "title": "T", "wording": "W"}, headers=member)
        self.ask("POST", f"{path}/agree", {"revision": 1}, headers=member, status=409)
        self.ask("POST", f"{path}/agree", {"revision": "2"}, headers=member, status=422)
        self.ask("GET", path, status=401)
        self.assertIn("revision 2", self.ask("GET", f"{path}/note", headers=member).json()["text"])
        self.jisr("log", "verify")

    def test_a_meeting_goes_from_the_wish_to_a_note_and_no_other_delegation_learns_of_it(self):
        self.found()
        ask = lambda *words, **more: self.jisr("meeting", *words, **more)
        states = [one["state"] for one in ask("list", "--json").json()["meetings"]]
        self.assertEqual({state: states.count(state) for state in ("held", "placed")}, {"held": 14, "placed": 19})
        plan = self.jisr("timetable", "show", "93", "--json").json()["plans"][0]
        self.assertTrue(plan["proven"])
        made = ask("do", "ask", "session=93", "with=FR", "subject=Vessels", "languages=ar", "times=2025-11-26T14:30", "--officer", "MA-1", "--json").json()["id"]
        for words, says in ((("accept", made, "--officer", "MA-1"), "the side that is to answer"),
                            (("accept", made, "--officer", "ES-1"), f"no meeting {made}"),
                            (("accept", "MT-93-1';--", "--officer", "ES-1"), "no meeting MT-93-1';--"),
                            (("ask", "session=93", "with=XX", "subject=S", "--officer", "MA-1"), "no office XX"),
                            (("ask", "session=93", "with=CCF", "subject=S", "--officer", "MA-1"), "holds no meetings"),
                            (("ask", "session=93", "with=ES", "subject=S", "times=tomorrow", "--officer", "MA-1"), "days and times"),
                            (("place", made, "time=2025-11-26T14:30", "room=Menara"), "is asked"),
                            (("wait", made), "only a plan"),
                            (("hold", made, "text=x", "--officer", "MA-1"), "is asked")):
            self.assertIn(says, ask("do", *words, status=2).err, words)
        ask("do", "accept", made, "languages=fr", "people=3", "--officer", "FR-1")
        self.assertIn("may not run", self.jisr("timetable", "plan", "93", "--officer", "MA-1", status=2).err)
        self.assertIn("no session's number", self.jisr("timetable", "plan", "ninety", status=2).err)
        self.assertIn("a rehearsal", self.jisr("timetable", "plan", "93", "--rehearsal").out)
        self.assertIn("no plan places more", self.jisr("timetable", "plan", "93", "--after", "2025-11-26").out)
        told = ask("show", made, "--officer", "FR-1", "--json").json()
        self.assertEqual((told["state"], told["begin"]), ("placed", "2025-11-26T14:30"))
        self.assertIn("hold", told["may"])
        self.serve()
        tokens = {code: self.token(f"{code}-1", "assembly.read", "assembly.delegate", "events") for code in ("MA", "ES")}
        secretary = self.token(self.secretary(), "assembly.read", "assembly.secretary")
        path = f"/api/v1/meetings/{made}"
        heard = {code: self.listen(tokens[code]) for code in tokens}
        listed = {code: self.ask("GET", "/api/v1/meetings", headers=tokens[code]) for code in tokens}
        self.assertIn(made, [one["id"] for one in listed["MA"].json()["meetings"]])
        self.assertNotIn(made, listed["ES"].body.decode())
        gone = [self.ask("GET", f"/api/v1/meetings/{one}", headers=tokens["ES"], status=404).json()["detail"].replace(one, "") for one in (made, "MT-93-0")]
        self.assertEqual(gone[0], gone[1])
        self.ask("POST", f"{path}/cancel", {"text": "x"}, headers=tokens["ES"], status=404)
        self.ask("GET", "/api/v1/meetings", status=401)
        self.ask("GET", path, headers=self.token("FR-1", "assembly.read"), status=404) # a token without the delegation
        for body, status in (({"seconds": 61}, 422), ({"after": "noon"}, 422), ({"rehearsal": True}, 200), ({}, 200)):
            self.ask("POST", "/api/v1/timetables/93/plan", body, headers=secretary, status=status)
        self.ask("POST", "/api/v1/timetables/93/plan", {}, headers=tokens["MA"], status=403)
        self.ask("POST", "/api/v1/timetables/1/plan", {}, headers=secretary, status=404)
        self.ask("POST", "/api/v1/timetables/93/plan", {"wishes": 1}, headers=secretary, status=422)
        seen = self.ask("GET", path, headers=tokens["MA"])
        self.ask("POST", f"{path}/hold", {"text": "Settled"}, headers={**tokens["MA"], "If-Match": '"1"'}, status=412)
        self.ask("POST", f"{path}/hold", {"text": "Settled <b>"}, headers={**tokens["MA"], "If-Match": seen.headers["ETag"]})
        wish = self.ask("POST", "/api/v1/meetings", {"session": 93, "with": "GS", "subject": "Training"}, headers=tokens["ES"], status=201)
        self.assertEqual(wish.headers["Location"], f"/api/v1/meetings/{wish.json()['id']}")
        self.assertEqual(ask("show", made, "--officer", "FR-1", "--json").json()["note"], "Settled <b>")
        self.ask("POST", f"/api/v1/meetings/{wish.json()['id']}/cancel", {"text": "By telephone"}, headers=tokens["ES"])
        self.wait(lambda: "meeting.cancel" in str(heard["ES"]) and "meeting.hold" in str(heard["MA"]))
        self.assertEqual({one["kind"] for one in heard["MA"] if "meeting" in one["kind"]}, {"meeting.hold"})
        self.assertEqual({one["subject"] for one in heard["ES"] if "meeting" in one["kind"]}, {f"meeting/{wish.json()['id']}"})
        self.assertNotIn(made, str(heard["ES"]))
        self.assertNotIn("timetable.plan", str(heard))
        self.stop()
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(ask("show", made, "--officer", "MA-1", "--json").json()["state"], "held")

    def documents(self, member, secretary):
        """A paper in four languages: stored, distributed, opened by a delegation, in the archive; what is none is refused."""
        path, act = "/api/v1/assembly/documents", "/api/v1/assembly/sessions/93/document"
        raw = {"Content-Type": "application/octet-stream"}
        files = {"ar": "تقرير\n".encode(), "en": b"%PDF-1.7\n%invented", "es": b"{\\rtf1 Informe}",
                 "fr": b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml"}
        for bad in (b"", b"<!DOCTYPE html><script>", "\ufeff <svg/>".encode(), b"MZ\x90\x00", b"PK\x03\x04" + bytes(26) + b"run.exe"):
            self.ask("POST", path, bad, headers={**secretary, **raw}, status=422)
        try:
            self.ask("POST", path, b"%PDF-" + bytes(32 << 20), headers={**secretary, **raw}, status=413)
        except BrokenPipeError:
            pass # it was refused before all of it was sent
        self.ask("POST", path, files["en"], headers={**member, **raw}, status=403)
        for language, content in files.items():
            digest = self.ask("POST", path, content, headers={**secretary, **raw}, status=201).json()["hash"]
            self.assertEqual(digest, hashlib.sha256(content).hexdigest())
            self.ask("GET", f"{path}/{digest}", headers=member, status=404) # not distributed yet
            self.ask("GET", f"{path}/{digest}", headers=secretary)
            fields = {"code": "AG-2025-93-DOC-01", "language": language, "title": "A paper", "hash": digest, "draft": 1}
            self.ask("POST", act, {**fields, "draft": 99}, headers=secretary, status=404)
            self.ask("POST", act, fields, headers=secretary)
            given = self.ask("GET", f"{path}/{digest}", headers=member)
            self.assertEqual(given.body, content)
            self.assertIn(f'filename="AG-2025-93-DOC-01.{language}.', given.headers["Content-Disposition"])
            self.ask("GET", f"{path}/{digest}", status=401)
        stored = os.path.join(self.data, "documents", digest[:2], digest)
        for content, status in ((bytes([files["fr"][0] ^ 4]) + files["fr"][1:], 409), (files["fr"], 200)): # a bit that turned
            with open(stored, "wb") as file:
                file.write(content)
            given = self.ask("GET", f"{path}/{digest}", headers=member, status=status)
            self.assertEqual(digest + " is damaged" in given.text, status == 409)
        told = self.show("documents")["documents"][0]
        self.assertEqual((told["draft"], told["complete"]), (1, True))
        self.ask("GET", f"{path}/{'0' * 64}", headers=member, status=404)
        report = os.path.join(self.folder, "report.txt")
        with open(report, "wb") as file:
            file.write(files["ar"])
        self.assertIn("--title", self.jisr("assembly", "file", "-s", "93", "-c", "AG-1", "-l", "ar", report, status=2).err)
        self.assertIn("--session", self.jisr("assembly", "file", "-c", "AG-1", report, status=2).err)
        self.jisr("assembly", "file", "-s", "93", "-c", "AG-1", "-l", "ar", "-t", "A report", "--item", "1", report)
        out = self.jisr("assembly", "fetch", "93", "AG-1", "ar", "--officer", "GS-1").out.strip()
        with open(os.path.join(self.folder, out), "rb") as file:
            self.assertEqual(file.read(), files["ar"])
        self.assertIn("no document AG-1", self.jisr("assembly", "fetch", "93", "AG-1", "fr", status=2).err)
        archive, public = "/api/v1/assembly/sessions/93/archive.tar", "/api/v1/public/assembly/sessions/93/archive.tar"
        self.ask("GET", public, status=404) # none was made
        self.ask("POST", archive, headers=secretary, status=201) # a vote is open, and told as open
        with tarfile.open(fileobj=io.BytesIO(self.ask("GET", public).body)) as tar:
            votes = json.load(tar.extractfile("views/votes.json"))["votes"]
            self.assertEqual([(one["number"], one["state"], "yes" in one) for one in votes][0], (2, "open", False))
            self.assertNotIn("views/vote-2.json", tar.getnames())
        self.do("vote.close", "vote=2")
        self.ask("POST", archive, headers=member, status=403)
        self.ask("POST", archive, status=401)
        first = self.ask("POST", archive, headers=secretary, status=201).json()
        made = self.ask("POST", archive, headers=secretary, status=201).json()
        self.assertEqual(made["missing"], 0)
        given = self.ask("GET", public)
        self.assertEqual((hashlib.sha256(given.body).hexdigest(), len(given.body)), (made["file"], made["size"]))
        self.assertEqual((given.headers["ETag"], given.headers["Content-Type"]), (f'"{made["file"]}"', "application/x-tar"))
        self.assertEqual(self.ask("GET", archive, headers=member).body, given.body)
        self.assertFalse(os.path.exists(os.path.join(self.data, "documents", first["file"][:2], first["file"]))) # the last is kept
        self.ask("GET", "/api/v1/public/assembly/sessions/94/archive.tar", status=404)
        with open(os.path.join(self.folder, "session.tar"), "wb") as file:
            file.write(given.body)
        key = self.jisr("assembly", "verify", "session.tar", "--json").json()["key"]
        self.assertEqual(stranger.check(os.path.join(self.folder, "session.tar"), self.folder, key), [])
        for at in (b'"outcome":"adopted"', b"A paper", b'"signature":"'): # whatever is changed, the stranger sees it
            where = given.body.index(at) + len(at)
            changed = bytearray(given.body)
            changed[where] = ord("0") if changed[where] != ord("0") else ord("1")
            with open(os.path.join(self.folder, "changed.tar"), "wb") as file:
                file.write(changed)
            try:
                self.assertNotEqual(stranger.check(os.path.join(self.folder, "changed.tar"), self.folder, key), [], at)
            except json.JSONDecodeError:
                pass # not even JSON any more
        with tarfile.open(os.path.join(self.folder, "session.tar")) as tar:
            for language, ending in (("ar", "txt"), ("en", "pdf"), ("es", "rtf"), ("fr", "zip")):
                name = f"documents/AG-2025-93-DOC-01.{language}.{ending}"
                self.assertEqual(tar.extractfile(name).read(), files[language])

    def secretary(self):
        officers = self.jisr("officers", "list", "GS", "--json").json()["officers"]
        return next(one["id"] for one in officers if "secretary-general" in one["roles"])


class Http(AssemblyTest):
    def test_a_device_votes_once_and_hears_what_happens(self):
        self.found()
        self.serve()
        code = self.waiting()[0]
        device = self.token(f"{code}-1", "assembly.read", "assembly.delegate", "events")
        path = "/api/v1/assembly/sessions/93"
        self.ask("GET", path, status=401)
        heard = self.listen(device)
        answer = self.ask("POST", f"{path}/vote", {"vote": 2, "choice": "yes"}, headers=device).json()
        again = self.ask("POST", f"{path}/vote", {"vote": 2, "choice": "no"}, headers=device, status=409).json()
        self.assertIn("has voted already", again["detail"])
        self.assertIn(str(answer["version"]), again["detail"])
        told = self.ask("GET", f"{path}/vote/2", headers=device).json()
        mine = [one for one in told["ballots"] if "choice" in one]
        self.assertEqual([(one["code"], one["choice"], one["receipt"]) for one in mine], [(code, "yes", answer["version"])])
        self.ask("POST", f"{path}/vote.close", {"vote": 2}, headers=device, status=403)
        self.ask("POST", f"{path}/vote", {"vote": 2, "choice": "yes", "office": "XX"}, headers=device, status=403)
        self.ask("POST", f"{path}/vote", {"vote": "2"}, headers=device, status=422)
        self.ask("POST", f"{path}/nothing", {}, headers=device, status=404)
        self.ask("GET", f"{path}/nothing", headers=device, status=404)
        self.ask("GET", "/api/v1/assembly/sessions/94", headers=device, status=404)
        other = self.ask("POST", f"{path}/speak", {"kind": "statement"}, headers=device).json()
        self.do("vote.close", "vote=2")
        self.wait(lambda: any(one["kind"] == "assembly.vote.close" for one in heard))
        kinds = [one["kind"] for one in heard]
        self.assertIn("assembly.vote", kinds)
        self.assertIn("assembly.speak", kinds)
        self.assertIn("assembly.vote.close", kinds)
        self.assertGreater(other["version"], answer["version"])
        self.ask("POST", f"{path}/vote", {"vote": 2, "choice": "yes"}, headers=device, status=409)

    def test_no_open_vote_is_lost_or_doubled_when_the_service_is_killed(self):
        """Devices vote over HTTP, the service is killed among them, and they send again: each vote is kept once, as it was
        sent, and whoever had a receipt has it still."""
        self.found()
        self.do("vote.cancel", "vote=2", "text=to begin with")
        self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
        codes = [one["code"] for one in self.show("vote", "1")["ballots"]][:DEVICES]
        devices = {code: self.token(f"{code}-1", "assembly.read", "assembly.delegate") for code in codes}
        chance, path, killed = random.Random(9), "/api/v1/assembly/sessions/93", 0
        for round_ in range(SERVICE_KILLS):
            self.do("vote.open", "matter=procedure", "method=device", f"title=round {round_}", "record=yes")
            number = 3 + round_
            choices = {code: chance.choice(["yes", "no", "abstain"]) for code in codes}
            receipts = {}

            def send(code, number=number, choices=choices, receipts=receipts):
                try:
                    sent = json.dumps({"vote": number, "choice": choices[code]}).encode()
                    reply = self.post_raw(f"{path}/vote", sent, devices[code])
                    receipts[code] = reply["version"]
                except (OSError, http.client.HTTPException, ValueError, KeyError):
                    pass # killed, or refused: looked at below

            threads = [threading.Thread(target=send, args=(code,)) for code in codes]
            for thread in threads:
                thread.start()
            time.sleep(chance.random() * 0.05)
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            for thread in threads:
                thread.join()
            killed += len(receipts) < len(codes)
            self.reader.join(PATIENCE)
            self.process.stdout.close()
            self._cleanups = [one for one in self._cleanups if one[0] != self.stop]
            self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
            for code in codes:
                try:
                    reply = self.post_raw(f"{path}/vote", json.dumps({"vote": number, "choice": choices[code]}).encode(),
                                          devices[code])
                except KeyError:
                    reply = None # it has voted already
                if reply is not None:
                    self.assertNotIn(code, receipts) # what was acknowledged is there
                    receipts[code] = reply["version"]
            self.do("vote.close", f"vote={number}")
            kept = {one["code"]: one for one in self.show("vote", str(number))["ballots"] if one["code"] in codes}
            for code in codes:
                self.assertEqual(kept[code]["choice"], choices[code])
                if code in receipts:
                    self.assertEqual(kept[code]["receipt"], receipts[code])
        self.stop()
        self._cleanups = [one for one in self._cleanups if one[0] != self.stop]
        self.jisr("log", "verify")
        if SERVICE_KILLS >= 10:
            self.assertGreater(killed, 0) # some were hit

    def post_raw(self, path, body, headers):
        """The reply's object; KeyError when it was refused."""
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request("POST", path, body, {**headers, "Content-Type": "application/json"})
            return {"version": json.loads(connection.getresponse().read())["version"]}
        finally:
            connection.close()


if __name__ == "__main__":
    unittest.main()
