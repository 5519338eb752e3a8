"""Decisions as a program that asks over HTTP makes them, and what is left of them after kill -9."""

import hashlib
import http.client
import json
import os
import random
import signal
import threading
import time
import unittest

from program import PATIENCE, PEOPLE, ftm
from service import ServiceTest

ASKED = {"name": "Viktor Kuznedelev", "born": "1971-03-14", "nationality": "by", "reference": "customer-7"}
PATH = "/api/v1/decisions"


class Decisions(ServiceTest):
    def setUp(self):
        super().setUp()
        self.load_people()
        self.serve()

    def decide(self, query=None, decision="different", status=201, headers=None, **more):
        body = {"query": query or ASKED, "list": "invented", "entity": "inv-1", "decision": decision, **more}
        return self.ask("POST", PATH, body, status=status, headers=headers)

    def check(self, **more):
        return self.ask("POST", "/api/v1/check", {**ASKED, **more}).json()

    def test_a_pair_is_hidden_counted_shown_on_request_and_again_when_the_list_changes(self):
        self.assertEqual((len(self.check()["hits"]), self.check()["hidden"]), (1, 0))
        made = self.decide(reason="born elsewhere", by="ana")
        self.assertEqual(made.headers["Location"], f"{PATH}/{made.json()['id']}")
        self.assertEqual(made.headers["Cache-Control"], "no-store")
        self.assertEqual((made.json()["entity"], made.json()["reference"], made.json()["by"]), ("inv-1", "customer-7", "ana"))
        hidden = self.check()
        self.assertEqual((hidden["hits"], hidden["total"], hidden["hidden"]), ([], 0, 1))
        shown = self.check(show_hidden=True)["hits"]
        self.assertEqual((shown[0]["id"], shown[0]["decision"]["hidden"]), ("inv-1", True))
        other = self.check(reference="customer-8")
        self.assertEqual((len(other["hits"]), "decision" in other["hits"][0]), (1, False))
        people = json.loads(json.dumps(PEOPLE))
        people[0]["properties"]["birthDate"] = ["1971-03-15"]
        self.jisr("load", "--list", "invented", self.file("changed.json", ftm(people)))
        self.wait(lambda: not self.check()["hidden"])
        again = self.check()["hits"][0]["decision"]
        self.assertEqual((again["id"], again["hidden"]), (made.json()["id"], False))
        self.assertRegex(again["again"], r"^the list changed birthDate \(its version loaded 20..-..-..T..:..:..Z\)$")
        question = self.check(born="1972")["hits"][0]["decision"]["again"]
        self.assertEqual(question, "the question changed: birth date")

    def match(self, status=200, query="", **changed):
        """What /match says of the customer whom ASKED describes: (ids of results, the whole reply)."""
        example = {"id": "customer-7", "schema": "Person", "properties": {
            "name": ["Viktor Kuznedelev"], "birthDate": ["1971-03-14"], "nationality": ["Belarus"]}, **changed}
        answer = self.ask("POST", f"/match/default{query}", {"queries": {"q": example}}, status=status)
        return [hit["id"] for hit in answer.json()["responses"]["q"]["results"]], answer

    def test_a_client_of_yente_is_not_shown_what_it_called_different(self):
        before = self.match()
        self.assertEqual(before[0], ["inv-1"])
        self.assertNotIn("decision", before[1].json()["responses"]["q"]["results"][0])
        self.decide(query={**ASKED, "reference": "customer-9"})
        self.assertEqual(self.match()[1].text, before[1].text) # a decision about somebody else changes no byte
        made = self.decide().json()
        found, answer = self.match()
        self.assertEqual((found, answer.headers["X-Hidden"]), ([], "1"))
        self.assertEqual(answer.json()["responses"]["q"]["total"], {"value": 0, "relation": "eq"})
        found, answer = self.match(query="?show_hidden=true")
        self.assertEqual((found, answer.headers["X-Hidden"]), (["inv-1"], None))
        self.assertEqual(answer.json()["responses"]["q"]["results"][0]["decision"],
                         {"id": made["id"], "decision": "different", "made": made["made"], "hidden": True, "again": None})
        self.assertEqual(self.match(id="customer-8")[0], ["inv-1"])
        self.assertEqual(self.match(id=None)[0], ["inv-1"])
        self.ask("POST", "/match/default?show_hidden=perhaps", {"queries": {}}, status=422)
        found, answer = self.match(properties={"name": ["Viktor Kuznedelev"], "birthDate": ["1971-03-15"]})
        self.assertEqual(found, ["inv-1"])
        self.assertEqual(answer.json()["responses"]["q"]["results"][0]["decision"]["again"],
                         "the question changed: birth date and nationalities")
        self.assertTrue(self.wait(lambda: self.figure("jisr_decisions") == 2))
        self.assertTrue(self.wait(lambda: self.figure("jisr_hidden_total") == 1))
        self.assertTrue(self.wait(lambda: self.figure("jisr_decision_failures_total") == 0))

    def figure(self, name):
        lines = [line for line in self.ask("GET", "/metrics").text.splitlines() if line.startswith(name + " ")]
        return float(lines[0].split(" ")[1])

    def test_a_decision_is_made_about_an_example_entity_and_heeded_by_openrefine(self):
        asked = lambda **more: self.ask("POST", "/reconcile/default" + more.pop("query", ""), [("queries", json.dumps(
            {"q": {"query": "Golden Pelikan", "type": "Vessel", "properties": [{"pid": "Vessel:imoNumber", "v": "9876543"}], **more}}))])
        candidates = lambda answer: [hit["id"] for hit in answer.json()["q"]["result"]]
        self.assertEqual(candidates(asked()), ["inv-5"])
        example = {"schema": "Vessel", "properties": {"name": ["golden  pelikan"], "imoNumber": "9876543"}}
        body = {"match": example, "list": "invented", "entity": "inv-5", "decision": "different"}
        made = self.ask("POST", PATH, body, status=201).json()
        self.assertEqual((made["reference"], made["query"]["schema"]), (None, "Vessel"))
        answer = asked()
        self.assertEqual((candidates(answer), answer.headers["X-Hidden"]), ([], "1"))
        self.assertEqual(candidates(asked(query="?show_hidden=1")), ["inv-5"])
        self.assertEqual(candidates(asked(type="Thing")), ["inv-5"]) # another question
        self.assertEqual(candidates(asked(properties=[])), ["inv-5"])
        match = lambda example: self.ask("POST", "/match/default", {"queries": {"q": example}}).json()["responses"]["q"]
        self.assertEqual(match({**example, "id": "customer-7"})["results"], []) # made without a reference: for all of these facts
        thing = {"schema": "Thing", "properties": {"name": ["Golden Pelikan"]}}
        self.ask("POST", PATH, {**body, "match": thing}, status=201)
        answer = asked(type="Thing", properties=[]) # asked twice, as a thing and as a vessel, and counted once
        self.assertEqual((candidates(answer), answer.headers["X-Hidden"]), ([], "1"))
        for wrong, said in (({"query": ASKED}, "one of 'query'"), ({"match": None}, "one of 'query'"), ({"match": 7}, "valid dictionary"),
                            ({"match": {"schema": "Banana", "properties": {}}}, "Unknown schema"),
                            ({"match": {"schema": "Person", "properties": {}}}, "a name or a document"),
                            ({"match": {"schema": "Person", "properties": {"name": [f"A {i}" for i in range(51)]}}}, "at most 50"),
                            ({"match": {**example, "id": "x" * 201}}, "200 bytes")):
            fault = self.ask("POST", PATH, {**body, **wrong} if wrong.get("match", 1) is not None else
                             {key: value for key, value in body.items() if key != "match"}, status=422).json()["errors"][0]
            self.assertIn(said, fault["detail"])

    def test_decisions_are_listed_by_pages_taken_back_and_erased(self):
        for i in range(5):
            self.decide({**ASKED, "reference": f"c-{i}"}, decision="same" if i == 4 else "different")
        first = self.ask("GET", PATH + "?limit=2").json()
        self.assertEqual([item["reference"] for item in first["decisions"]], ["c-4", "c-3"])
        second = self.ask("GET", f"{PATH}?limit=3&cursor={first['next']}").json()
        self.assertEqual(([item["reference"] for item in second["decisions"]], second["next"]), (["c-2", "c-1", "c-0"], None))
        one = self.ask("GET", PATH + "?reference=c-1&decision=different&list=invented&entity=inv-1").json()["decisions"]
        self.assertEqual(one, [self.ask("GET", f"{PATH}/{one[0]['id']}").json()])
        self.assertEqual(self.check(reference="c-1")["hidden"], 1)
        self.ask("DELETE", f"{PATH}/{one[0]['id']}", status=204)
        self.ask("DELETE", f"{PATH}/{one[0]['id']}", status=404)
        self.assertEqual(self.check(reference="c-1")["hidden"], 0)
        self.assertEqual(len(self.ask("GET", PATH).json()["decisions"]), 4)
        self.assertEqual(len(self.ask("GET", PATH + "?withdrawn=true").json()["decisions"]), 5)
        self.ask("DELETE", f"{PATH}/{one[0]['id']}?erase=true", status=204)
        self.assertEqual(len(self.ask("GET", PATH + "?withdrawn=true").json()["decisions"]), 4)

    def test_what_cannot_be_read_is_refused_with_its_place(self):
        answer = self.ask("POST", PATH, {"query": {"nome": "X"}, "verdict": "different", "entity": 7}, status=422).json()
        places = {fault["pointer"] for fault in answer["errors"]}
        self.assertTrue({"/verdict", "/entity", "/list", "/decision", "/query/nome"} <= places, places)
        self.assertIn("inv-9", self.decide(status=422, entity="inv-9").text)
        self.decide(decision="perhaps", status=422)
        for path in ("?limit=0", "?limit=1001", "?cursor=x", "?curser=1", "?decision=maybe", "?withdrawn=yes"):
            self.ask("GET", PATH + path, status=400)
        for path in ("/0", "/x", "/99999999999999999999", "/4711"):
            self.ask("GET", PATH + path, status=404)
            self.ask("DELETE", PATH + path, status=404)
        self.ask("DELETE", PATH + "/1?erase=perhaps", status=400)

    def test_an_idempotency_key_makes_one_decision(self):
        first = self.decide(headers={"Idempotency-Key": "k-1"}).json()
        self.assertEqual(self.decide(headers={"Idempotency-Key": "k-1"}).json(), first)
        self.decide(decision="same", status=422, headers={"Idempotency-Key": "k-1"})
        self.decide(status=400, headers={"Idempotency-Key": "k" * 201})
        self.assertEqual(len(self.ask("GET", PATH + "?withdrawn=true").json()["decisions"]), 1)

    def test_a_file_of_customers_heeds_decisions_by_their_ids(self):
        self.decide()
        self.decide({**ASKED, "reference": "customer-9"}, decision="unsure")
        customers = self.file("customers.csv", "id,name,birthDate,nationality\n" + "".join(
            f"customer-{i},Viktor Kuznedelev,1971-03-14,by\n" for i in (7, 8, 9)))
        self.jisr("batch", customers, status=1)
        heeded = self.jisr("batch", customers, "--caller", "anonymous", status=1)
        lines = heeded.out.splitlines()
        self.assertEqual(lines[0], "id,entity,caption,list,score,matched name,decision")
        self.assertEqual([(line.split(",")[0], line.split(",")[-1]) for line in lines[1:]],
                         [("customer-8", ""), ("customer-9", "unsure")])
        self.assertIn("1 hits left out because of decisions of anonymous", heeded.err)
        shown = self.jisr("batch", customers, "--caller", "anonymous", "--show-hidden", "--json", status=1)
        rows = [json.loads(line) for line in shown.out.splitlines()]
        self.assertEqual([row["hits"][0].get("decision", {}).get("hidden") for row in rows], [True, None, False])
        changed = self.file("moved.csv", "id,name,birthDate\ncustomer-7,Viktor Kuznedelev,1971-03-14\n")
        again = self.jisr("batch", changed, "--caller", "anonymous", status=1).out
        self.assertIn('"different, shown again: the question changed: nationalities"', again)
        self.assertEqual(len(self.jisr("batch", customers, "--caller", "bank", status=1).out.splitlines()), 4)
        self.jisr("batch", customers, "--show-hidden", status=2)

    def decide_on(self, number, acknowledged):
        """Decides until the service is gone."""
        try:
            connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
            for i in range(100000):
                reference = f"{number}-{i}"
                body = {"query": {**ASKED, "reference": reference}, "list": "invented", "entity": "inv-1", "decision": "different"}
                connection.request("POST", PATH, json.dumps(body), {"Content-Type": "application/json"})
                reply = connection.getresponse()
                reply.read()
                if reply.status == 201:
                    acknowledged.append(reference)
        except (OSError, http.client.HTTPException):
            pass

    def test_every_acknowledged_decision_survives_kill_9(self):
        chance, all_acknowledged = random.Random(5), []
        for kill in range(3):
            acknowledged = [[], []]
            threads = [threading.Thread(target=self.decide_on, args=(f"{kill}-{n}", acknowledged[n])) for n in range(2)]
            for thread in threads:
                thread.start()
            self.assertTrue(self.wait(lambda told=acknowledged: len(told[0]) + len(told[1]) > 1))
            time.sleep(chance.random())
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            for thread in threads:
                thread.join(PATIENCE)
            self.reader.join(PATIENCE)
            self.process.stdout.close()
            all_acknowledged += acknowledged[0] + acknowledged[1]
            self.serve()
            stored, cursor = set(), None
            while True:
                page = self.ask("GET", PATH + "?limit=1000" + (f"&cursor={cursor}" if cursor else "")).json()
                stored |= {item["reference"] for item in page["decisions"]}
                cursor = page["next"]
                if cursor is None:
                    break
            self.assertEqual(set(all_acknowledged) - stored, set())
            self.assertEqual(self.check(reference=all_acknowledged[-1])["hidden"], 1)
        self.assertGreater(len(all_acknowledged), 5)


class CommandLine(ServiceTest):
    """jisr decide, and check, batch and the service that heed it."""

    PERSON = ["Viktor Kuznedelev", "--born", "1971-03-14", "--nationality", "by"]
    BANK = ["--caller", "bank"]

    def setUp(self):
        super().setUp()
        self.load_people()

    def record(self, *more, decision="different", status=0):
        return self.jisr("decide", "record", *self.BANK, "--list", "invented", "--entity", "inv-1", "--decision", decision,
                         *self.PERSON, *more, status=status)

    def decisions(self, *words):
        return self.jisr("decide", "list", *self.BANK, "--json", *words).json()["decisions"]

    def test_what_is_decided_is_heeded_listed_taken_back_and_erased(self):
        self.assertEqual(self.jisr("decide", "list", *self.BANK).out, "No decision.\n")
        self.assertFalse(os.path.exists(os.path.join(self.data, "decisions.db")))
        number = self.record("--reference", "4711", "--reason", "born elsewhere", "--by", "ana", "--json").json()["id"]
        hidden = self.jisr("check", *self.PERSON, *self.BANK, "--reference", "4711")
        self.assertIn("1 not shown, because of decisions", hidden.out)
        self.jisr("check", *self.PERSON, *self.BANK, status=1) # of no customer
        self.jisr("check", *self.PERSON, "--caller", "others", "--reference", "4711", status=1)
        self.jisr("check", *self.PERSON, status=1)
        shown = self.jisr("check", *self.PERSON, *self.BANK, "--reference", "4711", "--show-hidden", "--json", status=1).json()
        self.assertEqual((shown["hits"][0]["decision"]["id"], shown["hits"][0]["decision"]["hidden"], shown["hidden"]), (number, True, 0))
        changed = self.jisr("check", self.PERSON[0], "--born", "1972", *self.BANK, "--reference", "4711", status=1)
        self.assertIn("different; shown again, because the question changed: birth date and nationalities", changed.out)
        rows = self.file("rows.csv", "id,name,birthDate,nationality\n4711,Viktor Kuznedelev,1971-03-14,by\n4712,Viktor Kuznedelev,1971-03-14,by\n")
        self.assertEqual([line[:4] for line in self.jisr("batch", rows, *self.BANK, status=1).out.splitlines()[1:]], ["4712"])
        one, = self.decisions("--reference", "4711", "--decision", "different", "--list", "invented", "--entity", "inv-1")
        self.assertEqual((one["id"], one["reason"], one["by"], one["caption"]), (number, "born elsewhere", "ana", "Viktor Kuznedelev"))
        self.assertEqual(self.decisions("--reference", "4712"), [])
        self.record(decision="same")
        self.assertEqual([one["decision"] for one in self.decisions("--limit", "1")], ["same"])
        self.assertIn("Viktor Kuznedelev  and  Viktor Kuznedelev", self.jisr("decide", "list", *self.BANK).out)
        self.jisr("decide", "withdraw", str(number), *self.BANK)
        self.jisr("check", *self.PERSON, *self.BANK, "--reference", "4711", status=1)
        self.assertEqual(len(self.decisions()), 1)
        self.assertEqual(len(self.decisions("--withdrawn")), 2)
        self.jisr("decide", "erase", str(number), *self.BANK, "--data", self.data)
        with open(os.path.join(self.data, "decisions.db"), "rb") as file:
            self.assertNotIn(b"born elsewhere", file.read())

    def test_a_running_service_heeds_it_and_the_reverse(self):
        token = "jisr_a_secret_for_a_test"
        config = self.file("serve.conf", f"[token bank]\nsha256 = {hashlib.sha256(token.encode()).hexdigest()}\n")
        self.serve("--config", config)
        bearer = {"Authorization": f"Bearer {token}"}
        check = lambda: self.ask("POST", "/api/v1/check", ASKED, headers=bearer).json()
        self.assertEqual(check()["hidden"], 0)
        number = self.record("--reference", ASKED["reference"], "--json").json()["id"]
        self.wait(lambda: check()["hidden"])
        self.assertEqual(check()["hidden"], 1)
        self.ask("DELETE", f"{PATH}/{number}", headers=bearer, status=204)
        self.assertEqual(self.decisions(), [])

    def test_what_is_missing_or_wrong_is_told_and_nothing_is_kept(self):
        for words, said in ((["decide", "list"], "whose decisions"), (["decide", "withdraw", *self.BANK], "which one"),
                            (["decide", "withdraw", "0", *self.BANK], "which one"), (["decide", "withdraw", "7x", *self.BANK], "which one"),
                            (["decide", "withdraw", "1", "2", *self.BANK], "one decision"), (["decide", "erase", "7", *self.BANK], "decision"),
                            (["decide", "record", *self.BANK, "Ann Other"], "--list is missing"),
                            (["decide", "record", *self.BANK, "--list", "x", "--entity", "y", "Ann Other"], "--decision is missing"),
                            (["decide", "record", *self.BANK, "--list", "x", "--entity", "y", "--decision", "same"], "nothing to check"),
                            (["decide", "record", *self.BANK, "--list", "x", "--entity", "y", "--decision", "same", "Ann Other"], "no 'y' on the list 'x'"),
                            (["decide", "record", *self.BANK, "--list", "invented", "--entity", "inv-1", "--decision", "perhaps", "Ann Other"], "write different, same or unsure"),
                            (["decide", "record", *self.BANK, "--list", "invented", "--entity", "inv-1", "--decision", "same", "--born", "soon", "Ann"], "--born"),
                            (["decide", "record", *self.BANK, "--list", "invented", "--entity", "inv-1", "--decision", "same", "-r", "", "Ann"], "--reference is empty"),
                            (["decide", "record", *self.BANK, "--list", "invented", "--entity", "inv-1", "--decision", "same", "--reason", "x" * 4001, "Ann"], "4000 bytes"),
                            (["check", "Ann Other", "--reference", "4711"], "--reference needs --caller"),
                            (["check", "Ann Other", "--show-hidden"], "--show-hidden needs --caller"), (["decide", "forget"], "")):
            self.assertIn(said, self.jisr(*words, status=2).err)
        self.assertEqual(self.decisions("--withdrawn"), [])



if __name__ == "__main__":
    unittest.main()
