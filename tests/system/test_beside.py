"""What lies beside a shared log: two services on data directories of their own over one PostgreSQL; who signs in at one is signed
in at the other, what is loaded at one is found at the other, and all of it is taken back by one command."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
import unittest

import pages
from program import PATIENCE, ftm
from service import ServiceTest
from test_shared import POSTGRES
from test_signin import PASSWORD, one_time_code

PERSON = {"id": "inv-9", "caption": "Ostap Brambillov", "schema": "Person", "datasets": ["invented"],
          "properties": {"name": ["Ostap Brambillov"], "birthDate": ["1966-02-02"]}}


class Beside(ServiceTest):
    def setUp(self):
        super().setUp()
        self.server = os.path.join(self.folder, "pg")
        os.chmod(self.folder, 0o755)
        subprocess.run([POSTGRES, "start", self.server], check=True, capture_output=True, timeout=PATIENCE)
        self.addCleanup(subprocess.run, [POSTGRES, "stop", self.server], check=False, capture_output=True, timeout=PATIENCE)
        self.log = f"host={self.server} user=jisr dbname=postgres"
        self.a, self.b = os.path.join(self.folder, "a"), os.path.join(self.folder, "b")
        self.jisr("init", "--data", self.a, "--administrator", "Invented Person", "--login", "i.person", "beside.example/record")
        self.jisr("load", "--data", self.a, "--list", "before", self.file("before.json", ftm([{**PERSON, "id": "inv-8"}])))
        self.jisr("log", "share", "--data", self.a, self.log)

    def join(self):
        os.makedirs(os.path.join(self.b, "keys"))
        shutil.copy(os.path.join(self.a, "keys", "shared.seal"), os.path.join(self.b, "keys"))

    def both(self):
        """Serves both directories; their addresses."""
        self.serve("--data", self.a, "--set", "public-url=http://127.0.0.1:8470")
        first, process, said, reader = self.address, self.process, self.said, self.reader

        def stop():
            self.process, self.said, self.reader = process, said, reader
            self.stop()
        self.addCleanup(stop)
        self.serve("--data", self.b, "--log", self.log, "--set", "public-url=http://127.0.0.1:8470")
        return first, self.address

    def at(self, address, method, path, body=None, cookie="", status=200):
        self.address = address
        answer = self.ask(method, path, json.dumps(body) if body is not None else None,
                          {"Origin": "http://127.0.0.1:8470", "Sec-Fetch-Site": "same-origin", "Cookie": cookie,
                           "Content-Type": "application/json"}, status)
        return answer

    def test_officers_lists_and_keys_are_the_same_at_both_and_come_back(self):
        self.join()
        first, second = self.both()
        self.assertIn("inv-8", self.at(second, "POST", "/api/v1/check", {"name": "Ostap Brambillov"}).text)
        code = json.loads(self.jisr("officers", "enrol", "--json", "--data", self.a, "GS-1").out)["enrolment"]
        until = time.monotonic() + PATIENCE
        while True: # the invitation was given out by a command at the other machine
            self.address = second
            offer = self.ask("POST", "/api/v1/enrolment", json.dumps({"enrolment": code}),
                             {"Origin": "http://127.0.0.1:8470", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}, None)
            if offer.status == 200:
                break
            self.assertLess(time.monotonic(), until, offer.text)
        done = self.at(second, "POST", "/api/v1/enrolment/password",
                       {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer.json()["codes"], time.time())}, status=201)
        cookie = "; ".join(value.split(";")[0] for value in done.headers.get_all("Set-Cookie"))
        self.assertEqual(self.at(first, "GET", "/api/v1/me", cookie=cookie).status, 200) # at once
        token = self.at(first, "POST", "/api/v1/me/tokens", {"name": "t", "scopes": ["officers.read"]}, cookie, 201).json()["token"]
        self.address = second
        self.assertEqual(self.ask("GET", "/api/v1/officers/GS-1", headers={"Authorization": f"Bearer {token}"}).status, 200)
        # a list that is loaded at one is found at the other
        self.jisr("load", "--data", self.a, "--list", "after", self.file("after.json", ftm([PERSON])))
        self.wait_for(lambda: "inv-9" in self.at(second, "POST", "/api/v1/check", {"name": "Ostap Brambillov"}).text,
                      "the other machine does not find it")
        # a pair that was judged at one is judged at the other, by the service and by the command
        question = {"name": "Ostap Brambillov", "reference": "customer 1"}

        def shown(address):
            return {hit["id"] for hit in self.at(address, "POST", "/api/v1/check", question).json()["hits"]}
        self.assertEqual(shown(second), {"inv-8", "inv-9"})
        self.at(first, "POST", "/api/v1/decisions", {"query": question, "list": "after", "entity": "inv-9", "decision": "different",
                                                     "reason": "Another.", "by": "A. Analyst"}, status=201)
        self.jisr("decide", "record", "--data", self.b, "--caller", "anonymous", "--list", "before", "--entity", "inv-8", "--decision",
                  "different", "Ostap Brambillov", "--reference", "customer 1", "--reason", "Another.", "--by", "A. Analyst")
        for address in (first, second):
            self.wait_for(lambda address=address: not shown(address), "the other machine does not know")
        # a change at each, after a key was made at one
        self.jisr("keys", "add", "--data", self.a, "GS")
        self.jisr("officers", "appoint", "--data", self.b, "GS", "--name", "Invented Other", "--login", "i.other", "--roles", "reader")
        # signed out at one is signed out at the other
        self.at(second, "DELETE", "/api/v1/session", cookie=cookie, status=204)
        self.wait_for(lambda: self.ask_me(first, cookie) != 200, "the session goes on at the other machine")
        self.stop()

    def ask_me(self, address, cookie):
        self.address = address
        return self.ask("GET", "/api/v1/me", headers={"Origin": "http://127.0.0.1:8470", "Sec-Fetch-Site": "same-origin",
                                                      "Cookie": cookie}, status=None).status

    def test_everything_is_taken_back_by_one_command_and_no_other_goes_on(self):
        self.join()
        self.jisr("log", "join", "--data", self.b, self.log)
        self.jisr("load", "--data", self.b, "--list", "after", self.file("after.json", ftm([PERSON])))
        self.jisr("officers", "enrol", "--data", self.b, "GS-1")
        os.unlink(os.path.join(self.b, "keys", "local.seal"))
        decide = ("decide", "record", "--caller", "bank", "--list", "before", "--entity", "inv-8", "--decision", "different",
                  "Ostap Brambillov", "--reason", "Another.", "--by", "A. Analyst", "--data")
        self.jisr(*decide, self.a)
        self.jisr("log", "unshare", "--data", self.b)
        self.assertTrue(os.path.exists(os.path.join(self.b, "keys", "local.seal")))
        self.assertEqual(self.jisr("check", "--data", self.b, "--name", "Ostap Brambillov", status=1).err, "")
        self.jisr("officers", "enrol", "--data", self.b, "GS-1")
        self.assertIn("inv-8", self.jisr("decide", "list", "--caller", "bank", "--data", self.b).out)
        self.jisr(*decide, self.b)
        self.assertIn("taken back", self.jisr(*decide, self.a, status=2).err)
        self.assertIn("taken back", self.jisr("officers", "enrol", "--data", self.a, "GS-1", status=2).err)
        self.assertIn("taken back", self.jisr("load", "--data", self.a, "--list", "x", self.file("x.json", ftm([PERSON])), status=2).err)
        base = sqlite3.connect(os.path.join(self.b, "local.db"))
        self.assertEqual(base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'mirror'").fetchone()[0], 0)
        base.close()

    def test_machines_that_shared_the_log_before_decisions_were_shared_bring_theirs_together(self):
        self.join()
        self.jisr("log", "join", "--data", self.b, self.log)
        decide = ("decide", "record", "--caller", "bank", "--list", "before", "--entity", "inv-8", "--decision", "different",
                  "--reason", "Another.", "--by", "A. Analyst")
        # as an earlier version left it: nothing of decisions beside the log, and each machine has its own
        for folder, person, reference in ((self.a, "Ostap Brambillov", "first"), (self.b, "Ostap Brambillov", "second")):
            self.jisr(*decide, person, "--reference", reference, "--data", folder)
        self.jisr(*decide, "Ostap Brambillov", "--born", "1966", "--reference", "third", "--data", self.b)
        subprocess.run([POSTGRES, "query", self.server, "DELETE FROM jisr_row WHERE base = 'decisions'; "
                        "DELETE FROM jisr_change WHERE base = 'decisions'"], check=True, capture_output=True, timeout=PATIENCE)
        for folder, own in ((self.a, "= 'first'"), (self.b, "<> 'first'")):
            with pages.changed(os.path.join(folder, "decisions.db")) as base:
                base.execute(f"DELETE FROM decision WHERE NOT reference {own}")
                base.execute("UPDATE decision SET withdrawn = ''")
                base.execute("DELETE FROM mirror")

        def told(folder):
            return {(one["reference"], bool(one.get("withdrawn"))) for one in json.loads(
                self.jisr("decide", "list", "--caller", "bank", "--withdrawn", "--json", "--data", folder).out)["decisions"]}
        self.serve("--data", self.a)
        self.stop()
        self.assertEqual(told(self.a), {("first", False)})
        self.serve("--data", self.b, "--log", self.log)
        self.stop()
        self.jisr("decide", "list", "--caller", "bank", "--data", self.a)
        for folder in (self.a, self.b):
            self.serve("--data", folder)
            self.stop()
            self.assertEqual({reference for reference, _ in told(folder)}, {"first", "second", "third"}, folder)
            self.assertIn(("first", False), told(folder)) # the one of who came first counts


if __name__ == "__main__":
    unittest.main()
