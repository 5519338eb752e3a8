"""jisr election verify, verify-diff and show, on an election that belenios-tool makes: its archive is accepted, and
refused with the reason when it is altered."""

import os
import shutil
import subprocess
import unittest

from program import ProgramTest

TOOL = shutil.which("belenios-tool")
QUESTIONS = ('{"description":"D","name":"Two questions","questions":[{"answers":["Anna","Bo"],"blank":true,"min":1,"max":1,'
             '"question":"Who?"},{"answers":["x","y","z"],"min":0,"max":2,"question":"Which?"}]}')
VOTES = ["[[0,1,0],[1,1,0]]", "[[1,0,0],[0,0,0]]", "[[0,0,1],[0,0,1]]"]


@unittest.skipUnless(TOOL, "belenios-tool is not installed")
class Archive(ProgramTest):
    def tool(self, *words, input=None):
        env = dict(os.environ, BELENIOS_USE_URANDOM="1")
        done = subprocess.run([TOOL, *words], cwd=self.folder, env=env, input=input, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(content)
        return name

    def rename(self, suffix, name):
        found = [file for file in os.listdir(self.folder) if file.endswith(suffix)]
        self.assertEqual(len(found), 1)
        os.rename(self.path(found[0]), self.path(name))

    def begin(self):
        uuid = self.tool("setup", "generate-token").decode().strip()
        self.tool("setup", "generate-credentials", "--uuid", uuid, "--group", "BELENIOS-2048", "--count", "3")
        self.rename(".pubcreds", "public_creds.json")
        self.rename(".privcreds", "private_creds.txt")
        self.tool("setup", "generate-trustee-key", "--group", "BELENIOS-2048")
        self.rename(".pubkey", "public_keys.jsons")
        self.rename(".privkey", "private")
        self.tool("setup", "make-trustees")
        self.tool("setup", "make-election", "--uuid", uuid, "--group", "BELENIOS-2048", "--template",
                  self.write("questions.json", QUESTIONS))
        self.tool("archive", "init")
        self.bel = self.path(uuid + ".bel")

    def vote(self, voter):
        with open(self.path("private_creds.txt"), encoding="utf-8") as file:
            credential = file.read().splitlines()[voter].split()[1]
        ballot = self.tool("election", "generate-ballot", "--privcred", self.write("credential", credential), "--ballot",
                           self.write("choices", VOTES[voter]))
        self.add("Ballot", ballot)

    def add(self, kind, payload):
        self.tool("archive", "add-event", "--type=" + kind, input=payload)

    def test_an_archive_of_belenios_tool_from_beginning_to_end(self):
        self.begin()
        self.assertIn("the vote is open", self.jisr("election", "verify", self.bel).out)
        self.vote(0)
        self.vote(1)
        shutil.copy(self.bel, self.path("before"))
        self.vote(2)
        self.vote(0)
        self.assertIn("4 ballots of 3 voters; 3 count", self.jisr("election", "verify", self.bel).out)
        self.add("EndBallots", b"")
        self.add("EncryptedTally", self.tool("election", "compute-encrypted-tally"))
        self.assertIn("no result yet", self.jisr("election", "verify", self.bel).out)
        self.add("PartialDecryption", self.tool("election", "decrypt", "--privkey", "private", "--trustee-id", "1"))
        self.add("Result", self.tool("election", "compute-result"))
        report = self.jisr("election", "verify", self.bel, "--threads", "2", "--json").json()
        self.assertEqual((report["valid"], report["ballots"], report["counted"], report["result"]), (True, 4, 3, True))
        shown = self.jisr("election", "show", self.bel, "--ballots").out
        self.assertRegex(shown, r"1  Anna\n")
        self.assertRegex(shown, r"1  \(blank\)\n")
        self.assertEqual(shown.count("replaced by a later one"), 1)
        self.jisr("election", "verify-diff", self.path("before"), self.bel)
        gone = self.jisr("election", "verify-diff", self.bel, self.path("before"), status=1).err
        self.assertIn("the event at height 3", gone)

    def test_what_is_wrong_is_told(self):
        self.begin()
        self.vote(0)
        with open(self.bel, "rb") as file:
            content = file.read()
        altered = self.path("altered")
        with open(altered, "wb") as file:
            digit = content.index(b'"response":"') + len(b'"response":"')
            other = b"2" if content[digit:digit + 1] == b"1" else b"1"
            file.write(content[:digit] + other + content[digit + 1:])
        self.assertIn("was altered", self.jisr("election", "verify", altered, status=1).err)
        self.assertIs(self.jisr("election", "verify", altered, "--json", status=1).json()["valid"], False)
        self.jisr("election", "verify", self.path("credential"), status=1)
        self.jisr("election", "verify", self.path("nothing"), status=2)
        self.jisr("election", "verify", status=2)
        self.jisr("election", "verify-diff", self.bel, status=2)
        self.jisr("election", "show", altered, status=2)


if __name__ == "__main__":
    unittest.main()
