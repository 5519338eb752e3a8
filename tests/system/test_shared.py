"""One log for several machines: two services on data directories of their own over one PostgreSQL, which the test starts
and lets crash."""

import os
import random
import shutil
import signal
import subprocess
import time
import unittest

from program import JISR, PATIENCE
from test_assembly import AssemblyTest
from service import ServiceTest

POSTGRES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "store", "postgres")
COUNTRIES = ["AD", "AE", "AF", "AG", "AL", "AM", "AO", "AR", "AT", "AU", "AZ", "BA", "BB", "BD", "BE", "BF"]


class Shared(ServiceTest):
    token = AssemblyTest.token

    def setUp(self):
        super().setUp()
        self.server = os.path.join(self.folder, "pg")
        os.chmod(self.folder, 0o755)
        self.postgres("start")
        self.addCleanup(self.postgres, "stop")
        self.address = f"host={self.server} user=jisr dbname=postgres"
        self.a, self.b = os.path.join(self.folder, "a"), os.path.join(self.folder, "b")
        self.jisr("init", "--data", self.a, "shared.example/record")
        self.jisr("log", "share", "--data", self.a, self.address)

    def postgres(self, *words):
        return subprocess.run([POSTGRES, words[0], self.server, *words[1:]], check=True, capture_output=True, timeout=PATIENCE,
                              text=True).stdout

    def join(self):
        self.jisr("log", "join", "--data", self.b, self.address)
        shutil.copytree(os.path.join(self.a, "keys"), os.path.join(self.b, "keys"), dirs_exist_ok=True)

    def entries(self, directory):
        return self.jisr("log", "verify", "--json", "--data", directory).json()["entries"]

    def head(self):
        return int(self.ask("GET", "/api/v1/log/checkpoint").body.decode().split("\n")[1])

    def test_a_service_follows_what_another_directory_appends_also_after_a_crash_of_the_server(self):
        self.serve("--data", self.b, "--log", self.address)
        for round, country in enumerate(COUNTRIES[:4]):
            if round == 2:
                self.postgres("restart")
            self.jisr("members", "admit", "--data", self.a, country)
            until = time.monotonic() + 15
            while self.head() < round + 2:
                self.assertLess(time.monotonic(), until, "the other service does not follow")
                time.sleep(0.02)
        self.stop()
        self.assertEqual(self.entries(self.b), 5)

    def test_what_is_not_known_here_is_not_denied_while_the_shared_log_does_not_answer(self):
        for words in (["members", "admit", "MA"], ["offices", "open", "MA"],
                      ["officers", "appoint", "GS", "--name", "Somebody Invented", "--login", "o-gs", "--roles", "administrator"]):
            self.jisr(*words, "--data", self.a)
        self.join()
        self.data = self.b
        self.serve("--data", self.b)
        headers = self.token("GS-1", "officers.read")
        known, unknown = "/api/v1/officers/GS-1", "/api/v1/officers/MA-1"
        stranger = {"Authorization": "Bearer jisr_" + "A" * (len(headers["Authorization"]) - len("Bearer jisr_"))}

        def answers(*statuses):
            return lambda: (self.ask("GET", known, headers=headers, status=None).status,
                            self.ask("GET", unknown, headers=headers, status=None).status,
                            self.ask("GET", known, headers=stranger, status=None).status) == statuses

        self.wait_for(answers(200, 404, 401))
        self.postgres("stop")
        self.wait_for(answers(200, 503, 503))
        said = self.ask("GET", unknown, headers=headers, status=503)
        self.assertIn("may have been made at another machine", said.json()["detail"])
        self.assertIn("Retry-After", said.headers)
        self.postgres("restart")
        self.jisr("officers", "appoint", "MA", "--name", "Somebody Else", "--login", "o-ma", "--roles", "reader", "--data", self.a)
        self.wait_for(answers(200, 200, 401))
        self.stop()

    def test_a_document_stored_at_one_machine_is_opened_and_archived_at_the_other(self):
        self.data = self.a
        self.jisr("members", "admit", "MA")
        self.jisr("offices", "open", "MA")
        for office, role in ("GS", "assembly-secretary"), ("MA", "delegate"):
            self.jisr("officers", "appoint", office, "--name", "Somebody Invented", "--login", "o-" + office.lower(), "--roles", role)
        self.jisr("assembly", "do", "session.call", "number=93", "city=Nowhere", "country=MA", "first=2025-11-24", "last=2025-11-27")
        self.join()
        self.serve("--data", self.a)
        first = {name: getattr(self, name) for name in ("process", "reader", "said", "address")}
        secretary, delegate = self.token("GS-1", "assembly.read", "assembly.secretary"), self.token("MA-1", "assembly.read")
        self.serve("--data", self.b)
        second, paper = self.address, b"A paper\n" * 200_000 # more than one part
        self.address = first["address"]
        digest = self.ask("POST", "/api/v1/assembly/documents", paper, headers={**secretary, "Content-Type": "text/plain"},
                          status=201).json()["hash"]
        fields = {"code": "DOC-1", "language": "en", "title": "A paper", "hash": digest}
        self.ask("POST", "/api/v1/assembly/sessions/93/document", fields, headers=secretary)
        self.address = second
        until = time.monotonic() + 15
        while not self.ask("GET", "/api/v1/assembly/sessions/93/documents", headers=delegate).json()["documents"]:
            self.assertLess(time.monotonic(), until, "the other service does not follow")
            time.sleep(0.05)
        self.assertEqual(self.ask("GET", f"/api/v1/assembly/documents/{digest}", headers=delegate).body, paper)
        made = self.jisr("assembly", "export", "93", "--out", "session.tar", "--json", "--data", self.b).json()
        self.assertEqual((made["documents"], made["missing"]), (1, 0))
        self.stop()
        for name, value in first.items():
            setattr(self, name, value)
        self.stop()

    def test_writers_killed_at_random_lose_and_double_nothing(self):
        self.join()
        chance, done = random.Random(8), []
        for number, country in enumerate(COUNTRIES):
            directory = self.b if number % 2 else self.a
            writer = subprocess.Popen([JISR, "members", "admit", "--data", directory, country], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, env=self.environment(), cwd=self.folder)
            if number % 4 < 2:
                time.sleep(chance.random() * 0.3)
                writer.send_signal(signal.SIGKILL)
            out, _ = writer.communicate(timeout=PATIENCE)
            if b"done" in out:
                done.append(country)
        for directory in self.a, self.b: # a write that is refused brings the copy up to date, too
            self.run_raw("members", "suspend", "--data", directory, done[0], "--reason", "x")
        lists = [{member["code"] for member in self.jisr("members", "list", "--json", "--data", directory).json()["members"]}
                 for directory in (self.a, self.b)]
        self.assertEqual(lists[0], lists[1])
        self.assertLessEqual(set(done), lists[0])
        self.assertEqual(self.entries(self.a), 1 + len(lists[0]) + 1)
        self.assertEqual(self.postgres("query", "SELECT count(*) FROM jisr_log").strip(), str(1 + len(lists[0]) + 1))

    def test_careless_words_are_refused_with_a_sentence(self):
        for words, sentence in ((["share", self.address, "--data", self.a], "shares its log already"),
                                (["join", self.address, "--data", self.a], "holds a record already"),
                                (["join", "colour=blue", "--data", self.b], "no address"),
                                (["join", "--data", self.b], "at which address"),
                                (["unshare", "now", "--data", self.a], "not needed")):
            self.assertIn(sentence, self.jisr("log", *words, status=2).err.replace("\n", " "), words)
        self.jisr("init", "--data", self.b, "another.example/record")
        self.assertIn("lies the log", self.jisr("log", "share", self.address, "--data", self.b, status=2).err)
        self.assertIn("not shared", self.jisr("serve", "--log", self.address, "--data", self.b, status=2).err)
        self.jisr("log", "unshare", "--data", self.a)
        self.assertIn("taken back", self.jisr("log", "join", self.address, "--data", os.path.join(self.folder, "c"),
                                              status=2).err)
        self.jisr("members", "admit", "--data", self.a, "MA")


if __name__ == "__main__":
    unittest.main()
