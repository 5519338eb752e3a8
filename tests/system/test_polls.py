"""Secret votes in the record: a whole one through the real program, with trustees, registrar and voters on "machines" of
their own, ballots over HTTP; judged by jisr and by belenios-tool; what is refused; kill -9 among the ballots; and that
nothing the service keeps, writes or holds in memory ties a choice to a voter."""

import http.client
import io
import json
import os
import re
import shutil
import signal
import subprocess
import tarfile
import threading

from program import PATIENCE
from service import ServiceTest
from test_assembly import AssemblyTest

BELENIOS = shutil.which("belenios-tool")
OFFICES = ["MA", "FR", "ES", "IS", "KE", "JP"]
TRUSTEES = ["MA", "FR", "JP"]
REGISTRARS = ["IS", "KE"]
KILLS = int(os.environ.get("JISR_POLL_KILLS", "2")) # tools/poll-kills asks for 200
CALL = {
    "name": "President (round 1)",
    "questions": [{"question": "President", "answers": ["A. Aleph", "B. Beth", "C. Gimel"], "blank": True, "min": 1, "max": 1}],
    "electorate": OFFICES, "trustees": TRUSTEES, "threshold": 2, "registrars": REGISTRARS,
}


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Polls(ServiceTest):
    def jisr(self, *words, status=0, input=b""):
        done = self.run_raw(*words, input=input)
        self.assertEqual(done.status, status, f"{words}\n{done.out}\n{done.err}")
        return done

    def refused(self, words, *call, **more):
        done = self.jisr(*call, status=2, **more)
        self.assertIn(words, done.err)

    def organise(self):
        self.jisr("init", "test.example/record")
        for code in OFFICES:
            self.jisr("members", "admit", code)
            self.jisr("offices", "open", code)
            self.jisr("officers", "appoint", code, "--name", "Somebody Invented", "--login", "head-" + code.lower(), "--roles",
                      "head-of-bureau")

    def act(self, name, *fields, officer=None, **expect):
        return self.jisr("assembly", "do", name, "93", *fields, *(["--officer", officer + "-1"] if officer else []), **expect)

    def convene(self):
        """A session to which all have come but Japan, and its election of a President, of which the first round is open."""
        self.jisr("assembly", "do", "session.call", "number=93", "city=Nowhere", "country=MA", "first=2025-11-24", "last=2025-11-27")
        self.act("invite")
        for code in OFFICES:
            self.act("delegation", 'people=[{"name":"Head of %s","role":"head"}]' % code, officer=code)
        self.act("credentials", "offices=" + ",".join(OFFICES), "result=accepted")
        self.act("presence", "offices=" + ",".join(OFFICES[:5]), "present=yes")
        self.act("session.open")
        self.act("contest.call", "post=president")
        for code in OFFICES[:3]:
            self.act("candidature", "contest=1", "person=1", officer=code)
        self.act("vote.open", "matter=president", "subject=contest:1", "method=secret")

    def path(self, *parts):
        path = os.path.join(self.folder, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, path, text):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path

    def do(self, act, *more, officer=None, **expect):
        words = ["poll", "do", self.id, act, *more]
        return self.jisr(*words, *(["--officer", officer + "-1"] if officer else []), **expect)

    def fetch(self, what, out, *more):
        self.jisr("poll", "fetch", self.id, what, "--out", out, "--replace", *more)
        return out

    def one(self, folder, ending):
        names = [name for name in os.listdir(os.path.join(self.folder, folder)) if name.endswith(ending)]
        self.assertEqual(len(names), 1, names)
        return self.path(folder, names[0])

    def trustee(self, office, *words):
        self.jisr("election", "trustee", *words, "--folder", self.path(office, ""))

    def carry(self):
        """The stick at the service, and at the machine of the trustee MA, which has no line."""
        return self.jisr("poll", "carry", self.id, "--folder", self.path("stick", ""), "--officer", "MA-1").out

    def carried(self, *more, **expect):
        return self.jisr("trustee", "--keys", self.path("MA", ""), "--carry", self.path("stick", ""), *more, **expect)

    def ceremony(self):
        os.chmod(self.path("MA", ""), 0o755)
        self.assertIn("chmod 700", self.carried(status=2).err)
        os.chmod(self.path("MA", ""), 0o700)
        self.assertIn("one folder", self.jisr("trustee", "--keys", self.path("MA", ""), "--carry", self.path("MA", ""), status=2).err)
        self.carried()
        self.assertIn("taken: certificate", self.carry())
        self.assertIn("nothing to do now: certs.jsons", self.carried().out)
        for office in TRUSTEES[1:]:
            self.trustee(office, "certificate")
            self.do("certificate", self.one(office, ".cert"), officer=office)
        certs = self.fetch("certificates", self.path("certs.jsons"))
        self.carry()
        self.assertIn("compare these lines", self.carried().out)
        self.assertIn("--threshold", self.carried("--agreed", status=2).err)
        self.carried("--agreed", "--threshold", "2")
        self.assertIn("taken: polynomial", self.carry())
        for office in TRUSTEES[1:]:
            self.trustee(office, "polynomial", "--certs", certs, "--key", self.one(office, ".key"), "--threshold", "2")
            self.do("polynomial", self.one(office, ".polynomial"), officer=office)
        self.write(self.path("stick", "certs.jsons"), "another group") # what was agreed is kept beside the key
        self.carry()
        self.carried()
        self.assertIn("taken: share", self.carry())
        for office in TRUSTEES[1:]:
            given = self.fetch("input", self.path(office, "vinput"), "--trustee", office)
            self.trustee(office, "accept", "--certs", certs, "--key", self.one(office, ".key"), given)
            self.do("share", self.one(office, ".voutput"), officer=office)

    def register(self):
        """Each registrar makes its part of every credential, in the order that the first drew; voters get all parts."""
        parts, order, seen = {}, [], set()
        for office in REGISTRARS:
            draft = self.fetch("draft", self.path(office, self.id + ".draft.json"))
            voters = self.fetch("voters", self.path(office, "voters.txt"))
            made = self.jisr("election", "credentials", draft, "--voters", voters, "--registrar", office, *order, "--json",
                             "--folder", self.path(office, "")).json()
            seen.add(made["order"])
            order = order or ["--order", self.one(office, ".order")]
            self.do("credentials", self.one(office, ".part"), officer=office)
            with open(self.one(office, ".privcreds"), encoding="utf-8") as file:
                parts[office] = dict(line.split() for line in file)
        self.assertEqual(len(seen), 1) # the fingerprint that they compare
        self.parts = parts
        self.secrets = {code: " ".join(parts[office][code] for office in REGISTRARS) for code in parts[REGISTRARS[0]]}

    def ballot(self, office, choices):
        """Made on the voter's own device."""
        archive = self.fetch("archive", self.path("device-" + office, "vote.bel"))
        secret = self.write(self.path("device-" + office, "credential"), self.secrets[office] + "\n")
        chosen = self.write(self.path("device-" + office, "choices"), json.dumps([choices]))
        return self.jisr("election", "vote", archive, "--credential", secret, "--choices", chosen).out_bytes

    def post(self, ballot, status=201):
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request("POST", f"/api/v1/elections/{self.id}/ballots", body=ballot)
            reply = connection.getresponse()
            body = reply.read()
        finally:
            connection.close()
        self.assertEqual(reply.status, status, body)
        return json.loads(body)

    def verify(self, name="final.bel"):
        archive = self.fetch("archive", self.path("public", name))
        self.jisr("election", "verify", archive)
        if BELENIOS:
            folder = self.path("belenios", "")
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            shutil.copy(archive, os.path.join(folder, self.id + ".bel"))
            done = subprocess.run([BELENIOS, "election", "verify"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=PATIENCE, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)
        return archive

    def count(self):
        self.do("close", officer=None)
        self.assertIn("given: vote.bel", self.carry())
        self.carried()
        self.assertIn("taken: decrypt", self.carry())
        self.assertIn("everything is done", self.carried().out)
        self.assertEqual([name for name in os.listdir(self.path("stick", "")) if name.endswith(".key")], [])
        for office in TRUSTEES[1:2]:
            archive = self.fetch("archive", self.path(office, "closed.bel"))
            key = self.fetch("key", self.path(office, "dkey"), "--trustee", office)
            part = self.path(office, "part.json")
            self.jisr("election", "decrypt", archive, "--key", self.one(office, ".key"), "--decryption-key", key, "--out", part)
            self.do("decrypt", part, officer=office)
        self.do("result")

    def open_vote(self):
        self.organise()
        call = self.write(self.path("call.json"), json.dumps(CALL))
        self.id = self.jisr("poll", "call", call, "--json").json()["id"]
        self.ceremony()
        self.register()
        self.do("open")

    def searched(self, needles):
        """Files of the data directory, what the service said, and its memory."""
        found = []
        places = [("said", "".join(self.said).encode())]
        for folder, _, names in os.walk(self.data):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    places.append((name, file.read()))
        with open(f"/proc/{self.process.pid}/maps", encoding="ascii") as maps, \
             open(f"/proc/{self.process.pid}/mem", "rb", 0) as memory:
            for line in maps:
                match = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
                if not match or int(match[2], 16) - int(match[1], 16) > 1 << 28: # not the sanitizer's shadow
                    continue
                try:
                    memory.seek(int(match[1], 16))
                    places.append(("memory", memory.read(int(match[2], 16) - int(match[1], 16))))
                except (OSError, ValueError, OverflowError):
                    continue
        for name, content in places:
            found += [(needle, name) for needle in needles if needle in content]
        return found

    def name_observers(self):
        """Two observers with keys of their own; a third whom nobody names."""
        for name in "aleph.example", "beth.example", "stranger.example":
            self.jisr("election", "head", "--new-key", name)
        self.do("observer", "aleph.example.verifier", officer="KE")
        self.do("observer", "beth.example.verifier", officer="ES")
        self.refused("called beth.example already", "poll", "do", self.id, "observer", "beth.example.verifier", "--officer", "MA-1")
        self.refused("no public key", "poll", "do", self.id, "observer", "beth.example.signer", "--officer", "MA-1")

    def observe(self, name, archive, status=201, agrees=True):
        self.jisr("election", "observe", archive, "--key", name + ".signer", "--out", name + ".head")
        note = read(os.path.join(self.folder, name + ".head"))
        answer = self.ask("POST", f"/api/v1/elections/{self.id}/heads", note, status=status)
        if status < 300:
            self.assertEqual((answer.json()["observer"], answer.json()["agrees"]), (name, agrees))
        return note

    def observers(self, early, ballot):
        """They sign what they see; one is shown another board, and everybody learns of it."""
        path = f"/api/v1/elections/{self.id}/heads"
        note = self.observe("aleph.example", early)
        self.assertTrue(self.ask("POST", path, note).json()["again"])
        self.observe("stranger.example", early, status=403)
        self.ask("POST", path, note.replace(self.id.encode(), b"x" * len(self.id)), status=422)
        self.ask("POST", path, b"x" * 3000, status=413)
        told = self.ask("GET", f"/api/v1/elections/{self.id}").json()
        self.assertEqual([(one["name"], one["office"], one.get("agrees")) for one in told["observers"]],
                         [("aleph.example", "KE", True), ("beth.example", "ES", None)])
        self.assertFalse(told["fork"])
        heads = self.path("public", "heads.jsonl")
        with open(heads, "wb") as file:
            file.write(self.ask("GET", path).body)
        self.jisr("election", "verify", early, "--heads", heads)
        other = shutil.copy(early, self.path("other", self.id + ".bel")) # the board of somebody who forks it
        with open(self.path("other", "ballot"), "wb") as file:
            file.write(ballot)
        self.jisr("election", "post", other, self.path("other", "ballot"))
        self.observe("beth.example", other, agrees=False)
        told = self.ask("GET", f"/api/v1/elections/{self.id}").json()
        self.assertTrue(told["fork"])
        self.assertEqual([one["fork"] for one in told["observers"]], [False, True])
        self.wait_for_log("election-fork")
        self.fetch("heads", heads)
        self.assertIn("beth.example", self.jisr("election", "verify", early, "--heads", heads, status=1).err)
        self.assertIn("NOT THE ONE", self.jisr("election", "observe", early, "--key", "beth.example.signer", "--out",
                                               "beth.example.head", status=1).err)

    def from_nobody(self, ballot):
        """Who shows who he is is refused, and what names him stands nowhere; nor does what he would have the log call it."""
        path = f"/api/v1/elections/{self.id}/ballots"
        device = AssemblyTest.token(self, "FR-1", "assembly.read")
        shown = [device, {"Authorization": "Basic eDp5"}, {"Cookie": "a=b; __Host-jisr-session=" + "x" * 43}, {"Cookie": "jisr-device=1"}]
        for headers in shown:
            self.assertIn("comes from nobody", self.ask("POST", path, ballot, headers=headers, status=400).text)
            self.assertIn("comes from nobody", self.ask("GET", f"{path}/x", headers=headers, status=400).text)
        self.ask("POST", f"{path}?api_key=secret-of-somebody", ballot, status=400)
        self.ask("GET", f"{path}/x", headers={"X-Request-Id": "the-device-of-MA", "Cookie": "sticky=machine-1"}, status=404)
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE) # one line for what is asked with a token, and a ballot
        try:
            for method, where, headers in (("GET", "/api/v1/me", device), ("POST", path, {"X-Request-Id": "the-device-of-MA"})):
                connection.request(method, where, body=b"{}" if method == "POST" else None, headers=headers)
                connection.getresponse().read()
        finally:
            connection.close()
        about = lambda: [line for line in "".join(self.said).splitlines() if "api_election_ballot" in line or "api_election_board" in line]
        self.assertTrue(self.wait(lambda: len(about()) > 8), self.said)
        for line in about():
            self.assertNotRegex(line, "127[.]0|FR-1|the-device")
        self.assertEqual([one for one in self.searched([b"the-device-of-MA"]) if one[1] != "memory"], [])

    def archived(self, final):
        """The archive of the session holds the secret vote; a stranger without a record verifies it, and finds what is changed."""
        path = self.path("public", "session.tar")
        self.jisr("assembly", "export", "93", "--out", path)
        with tarfile.open(path) as tar:
            self.assertEqual(tar.extractfile(f"elections/{self.id}.bel").read(), read(final))
        told = self.jisr("assembly", "verify", path, "--data", self.path("nowhere", ""), "--json").json()
        self.assertEqual((told["session"], told["votes"], told["elections"], told["ballots"]), (93, 1, 1, 6))
        self.assertEqual((told["heads"], told["forks"]), (3, 1))
        self.jisr("assembly", "verify", path, "--key", told["key"])
        # another result, in an archive that is made anew around it
        changed = self.path("public", "changed.tar")
        with tarfile.open(path) as tar, tarfile.open(changed, "w", format=tarfile.USTAR_FORMAT) as out:
            for member in tar.getmembers():
                content = tar.extractfile(member).read()
                if member.name == "views/vote-1.json":
                    content = content.replace(b'"votes":2', b'"votes":3')
                member.size = len(content)
                out.addfile(member, io.BytesIO(content))
        self.assertRegex(self.jisr("assembly", "verify", changed, status=1).err, "its digest differs|not as it was written")

    def test_a_secret_vote_that_everybody_can_verify(self):
        self.organise()
        for change, words in [({"registrars": ["GS", "IS"]}, "cannot be its registrar"), ({"registrars": ["IS"]}, "2 to 4 offices"),
                              ({"registrars": ["IS", "MA"]}, "MA is registrar and trustee"), ({"session": 93}, "both of them"), ({"threshold": 1}, "from 2 to 3"),
                              ({"electorate": ["MA", "MA"]}, "names MA twice"), ({"trustees": ["MA"]}, "2 to 16 offices"),
                              ({"questions": []}, "questions"), ({"electorate": ["MA", "XX"]}, "XX"), ({"more": 1}, "no field")]:
            self.refused(words, "poll", "call", "-", input=json.dumps({**CALL, **change}))
        self.convene()
        call = {"session": 93, "vote": 1, **{key: CALL[key] for key in ("trustees", "threshold", "registrars")}}
        self.refused("what the vote of the session says", "poll", "call", "-", input=json.dumps({**call, "name": "x"}))
        self.refused("no vote 2", "poll", "call", "-", input=json.dumps({**call, "vote": 2}))
        self.id = self.jisr("poll", "call", "-", "--json", input=json.dumps(call)).json()["id"]
        self.refused("is under way", "poll", "call", "-", input=json.dumps(call))
        shown = self.jisr("poll", "show", self.id, "--json").json()["call"]
        self.assertEqual(shown["electorate"], sorted(OFFICES[:5])) # present when the vote was opened
        self.assertEqual(shown["questions"][0]["answers"], ["Head of MA (MA)", "Head of FR (FR)", "Head of ES (ES)"])
        self.refused("awaits certificates", "poll", "do", self.id, "open")
        self.ceremony()
        self.refused("already", "poll", "do", self.id, "certificate", self.one("MA", ".cert"), "--officer", "MA-1")
        self.refused("is no trustee", "poll", "do", self.id, "certificate", self.one("MA", ".cert"), "--officer", "ES-1")
        self.register()
        self.name_observers()
        self.do("open")
        self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
        votes = {"MA": [0, 1, 0, 0], "FR": [0, 1, 0, 0], "ES": [0, 0, 1, 0], "IS": [1, 0, 0, 0], "KE": [0, 1, 0, 0]}
        ballots = {office: self.ballot(office, choices) for office, choices in votes.items()}
        self.from_nobody(ballots["MA"])
        first = self.post(ballots["MA"])
        self.assertEqual((first["place"], first["again"]), (1, False))
        again = self.post(ballots["MA"], status=200) # the receipt was lost
        self.assertEqual((again["tracking"], again["place"], again["again"]), (first["tracking"], 1, True))
        with self.subTest("at once"):
            threads = [threading.Thread(target=self.post, args=(ballots[office],)) for office in ("FR", "ES", "IS", "KE")]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.post(self.ballot("FR", [0, 0, 0, 1])) # changed her mind
        self.assertIn("detail", json.dumps(self.post(ballots["ES"].replace(b'"alpha":"', b'"alpha":"1', 1), status=422)))
        self.post(b"{}", status=422)
        shown = json.loads(self.ask("GET", f"/api/v1/elections/{self.id}").text)
        self.assertEqual((shown["state"], shown["ballots"], "result" in shown), ("open", 6, False))
        head = json.loads(self.ask("GET", f"/api/v1/elections/{self.id}/head").text)
        self.do("witness", "--height", str(head["height"]), "--head", head["head"], officer="KE")
        self.refused("another head", "poll", "do", self.id, "witness", "--height", str(head["height"]), "--head", "0" * 64)
        early = self.fetch("archive", self.path("public", "early.bel"))
        needles = [part.encode() for secrets in self.parts.values() for part in secrets.values()]
        self.assertEqual(self.searched(needles), [])
        self.assertNotEqual(self.searched([first["tracking"].encode()]), []) # the search does find what is there
        self.refused("not possible now", "poll", "do", self.id, "result")
        self.observers(early, self.ballot("KE", [0, 0, 0, 1]))
        self.count()
        self.post(ballots["MA"], status=200) # is there
        self.post(self.ballot("KE", [0, 0, 1, 0]), status=409)
        final = self.verify()
        self.jisr("election", "verify-diff", early, final)
        self.observe("aleph.example", final)
        shown = json.loads(self.ask("GET", f"/api/v1/elections/{self.id}").text)
        self.assertEqual(shown["result"], {"result": [[1, 2, 1, 1]]})
        self.assertEqual(shown["witnesses"][0]["office"], "KE")
        self.act("vote.close", "vote=1")
        contest = self.jisr("assembly", "show", "93", "contest", "1", "--json").json()
        self.assertEqual((contest["state"], contest["round"], contest["rounds"][0]["outcome"]), ("voting", 2, "another-round"))
        self.assertEqual([one["votes"] for one in contest["rounds"][0]["votes"]], [2, 1, 1])
        self.assertEqual(self.jisr("assembly", "show", "93", "vote", "1", "--json").json()["election"], self.id)
        self.archived(final)
        self.assertEqual(self.ask("GET", f"/api/v1/elections/{self.id}/archive").body, read(final))
        said = "".join(self.said)
        self.assertNotIn("api_election_ballot status=201 caller", said)
        self.stop()
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(read(self.fetch("archive", self.path("public", "again.bel"))), read(final))
        for name in os.listdir(self.data):
            if os.path.isfile(os.path.join(self.data, name)):
                self.assertNotIn(b"127.0.0.1", read(os.path.join(self.data, name)))

    def test_no_ballot_is_lost_or_doubled_when_the_service_is_killed(self):
        self.open_vote()
        receipts = {}
        for kill in range(KILLS):
            self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
            office = OFFICES[kill % len(OFFICES)]
            ballot = self.ballot(office, [0, 1, 0, 0] if kill % 2 else [0, 0, 1, 0])
            got = []

            def send(ballot=ballot, got=got):
                try:
                    got.append(self.post(ballot))
                except (OSError, http.client.HTTPException):
                    pass

            thread = threading.Thread(target=send)
            thread.start()
            if kill % 3:
                thread.join(0.002 * (kill % 40))
            else:
                thread.join()
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            thread.join()
            self._cleanups = [c for c in self._cleanups if c[0] != self.stop]
            self.process.stdout.close()
            self.serve(env={"ASAN_OPTIONS": "detect_leaks=0"})
            for receipt in got: # acknowledged: there
                receipts[receipt["tracking"]] = receipt["place"]
            connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
            connection.request("POST", f"/api/v1/elections/{self.id}/ballots", body=ballot)
            reply = connection.getresponse()
            receipt = json.loads(reply.read())
            connection.close()
            self.assertIn(reply.status, (200, 201))
            if got:
                self.assertTrue(receipt["again"])
                self.assertEqual(receipt["place"], got[0]["place"])
            receipts[receipt["tracking"]] = receipt["place"]
            self.stop()
            self._cleanups = [c for c in self._cleanups if c[0] != self.stop]
        self.assertEqual(sorted(receipts.values()), list(range(1, KILLS + 1)))
        self.count()
        self.verify()
        shown = self.jisr("poll", "show", self.id, "--json").json()
        self.assertEqual(shown["ballots"], KILLS)
        self.assertEqual(sum(shown["result"]["result"][0]), min(KILLS, len(OFFICES)))


if __name__ == "__main__":
    import unittest
    unittest.main()
