"""The voter's side in a real browser: ballots made in headless Chromium on the demo page, judged by belenios-tool."""

import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from browser import Browser, Server
from election_play import neighbour
from program import ProgramTest

DESK = os.path.join(os.environ.get("JISR_BUILD", "build-test"), "desk")

PRESIDENT = [{"answers": ["Amina", "Boris", "Chen", "Dina", "Eloi"], "blank": True, "min": 1, "max": 1, "question": "President"}]
TREATY = [{"answers": ["accept", "refuse"], "min": 0, "max": 1, "question": "Treaty"},
          {"answers": ["a", "b", "c"], "blank": True, "min": 2, "max": 3, "question": "Delegates"}]


class Election:
    """An election that belenios-tool set up, in a folder of its own."""

    def __init__(self, group, questions, voters):
        self.dir = tempfile.mkdtemp(prefix="jisr-election-")
        uuid = self.tool("setup", "generate-token").strip()
        self.write("template", json.dumps({"description": "", "name": "Invented", "questions": questions}))
        common = ["--uuid", uuid, "--group", group]
        self.tool("setup", "generate-credentials", *common, "--count", str(voters))
        self.public_credentials = self.read("*.pubcreds")
        self.write("public_creds.json", self.public_credentials)
        self.credentials = [line.split(" ")[-1] for line in self.read("*.privcreds").splitlines()]
        self.tool("setup", "generate-trustee-key", "--group", group)
        self.write("public_keys.jsons", self.read("*.pubkey"))
        self.tool("setup", "make-trustees")
        self.tool("setup", "make-election", *common, "--template", "template")
        self.text = self.read("election.json").strip()
        self.tool("archive", "init")

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, pattern):
        with open(glob.glob(os.path.join(self.dir, pattern))[0], encoding="utf-8") as file:
            return file.read()

    def tool(self, *args, text=""):
        done = subprocess.run(["belenios-tool", *args], cwd=self.dir, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8", env=dict(os.environ, BELENIOS_USE_URANDOM="1"), check=False)
        if done.returncode != 0:
            raise AssertionError(f"belenios-tool {' '.join(args)}: {done.stderr}")
        return done.stdout

    def verify(self):
        """Fails unless belenios-tool accepts the archive."""
        self.tool("election", "verify")

    def add(self, ballot):
        self.tool("archive", "add-event", "--type=Ballot", text=ballot + "\n")

    def count(self):
        """Closes the election and returns its result."""
        self.tool("archive", "add-event", "--type=EndBallots")
        for event, command in [("EncryptedTally", ["compute-encrypted-tally"]),
                               ("PartialDecryption", ["decrypt", "--privkey", glob.glob(os.path.join(self.dir, "*.privkey"))[0],
                                                      "--trustee-id", "1"]),
                               ("Result", ["compute-result"])]:
            output = self.tool("election", *command)
            self.tool("archive", "add-event", f"--type={event}", text=output)
        return json.loads(output)["result"]

    def remove(self):
        shutil.rmtree(self.dir)


class Voting:
    """What a voter does on the demo page."""

    server = browser = page = None

    def new_page(self):
        return self.browser.page(self.server.origin + "/demo.html")

    def open_texts(self, text, credentials, page=None, announced=""):
        page = page or self.page
        page.fill("election", text)
        page.fill("announced", announced)
        page.fill("credentials", credentials)
        page.click("open-election")

    def prepare(self, credential, choices):
        for question, answers in enumerate(choices):
            for answer, chosen in enumerate(answers):
                self.page.run(f"document.querySelectorAll('input[data-question=\"{question}\"]')[{answer}].checked = {json.dumps(bool(chosen))}")
        self.page.fill("credential", credential)
        self.page.click("prepare")

    def check(self, page, text, noted="", own=""):
        page.fill("noted", noted)
        page.fill("own", own)
        page.fill("received", text)
        page.click("check")

    def assert_refused(self, code, page=None):
        page = page or self.page
        self.assertEqual(page.run("document.getElementById('problem').dataset.code"), code)
        self.assertTrue(page.text("problem").endswith("."))


@unittest.skipUnless(os.path.exists("/usr/bin/chromium"), "tools/setup installs Chromium")
class BallotInBrowser(Voting, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(DESK)
        cls.browser = Browser()
        cls.president = Election("BELENIOS-2048", PRESIDENT, 3)
        cls.treaty = Election("RFC-3526-2048", TREATY, 2)

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()
        cls.server.close()
        for election in (cls.president, cls.treaty):
            election.remove()

    def setUp(self):
        self.page = self.new_page()

    def open(self, election, page=None, announced="", text=None):
        self.open_texts(election.text if text is None else text, election.public_credentials, page, announced)

    def cast(self, credential, choices):
        self.prepare(credential, choices)
        self.assertEqual(self.page.text("problem"), "")
        commitment = self.page.text("commitment")
        self.page.click("cast")
        ballot = self.page.text("result")
        self.assertEqual(json.loads(ballot)["signature"]["hash"], commitment)
        return ballot

    def test_an_election_voted_in_the_browser_is_counted_by_belenios_tool(self):
        for election, votes, result in [
                (self.president, [(0, [[0, 0, 0, 1, 0, 0]]), (1, [[1, 0, 0, 0, 0, 0]]), (2, [[0, 0, 0, 0, 0, 1]]), (0, [[0, 1, 0, 0, 0, 0]])],
                 [[1, 1, 0, 0, 0, 1]]),
                (self.treaty, [(0, [[0, 1], [0, 1, 1, 1]]), (1, [[0, 0], [1, 0, 0, 0]])], [[0, 1], [1, 1, 1, 1]])]:
            self.open(election)
            for voter, choices in votes:
                ballot = self.cast(election.credentials[voter], choices)
                election.add(ballot)
                expected = election.tool("sha256-b64", text=ballot).strip()
                self.assertEqual(self.page.text("tracking"), expected)
            election.verify()
            counted = [[int(number) for number in question] for question in election.count()]
            self.assertEqual(counted, result)
            election.verify()

    def test_a_ballot_of_belenios_tool_is_accepted_by_the_page(self):
        self.president.write("credential", self.president.credentials[0])
        self.president.write("choices", "[[0,0,0,0,1,0]]")
        ballot = self.president.tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices").strip()
        self.open(self.president)
        self.page.fill("received", ballot)
        self.page.click("check")
        self.assertEqual(json.loads(self.page.text("checked"))["trackingNumber"], self.president.tool("sha256-b64", text=ballot).strip())
        self.page.fill("received", re.sub(r'"response":"\d(\d+)"', r'"response":"1\1"', ballot))
        self.page.click("check")
        self.assert_refused("ballot-hash")

    def test_audit_or_cast(self):
        self.open(self.president)
        self.prepare(self.president.credentials[1], [[0, 0, 1, 0, 0, 0]])
        commitment = self.page.text("commitment")
        self.page.click("audit")
        opened = self.page.text("result")
        self.assertNotIn("signature", opened)
        self.page.click("cast")
        self.assert_refused("ballot-used")

        second = self.new_page()
        self.open(self.president, second, announced=self.page.text("fingerprint"))
        self.check(second, opened, noted=commitment, own=self.president.credentials[1])
        found = json.loads(second.text("checked"))
        self.assertEqual(found["choices"], [[0, 0, 1, 0, 0, 0]])
        self.assertEqual(found["commitment"], commitment)
        # A device that shows other random numbers than it used.
        first = json.loads(opened)["randomness"][0][0]
        self.check(second, opened.replace(f'"{first}"', f'"{int(first) - 1}"'))
        self.assert_refused("opened-randomness", second)
        # A device that shows another ballot than it committed to, or one of another voter.
        self.check(second, opened, noted=self.page.text("fingerprint"))
        self.assert_refused("opened-commitment", second)
        self.check(second, opened, own=self.president.credentials[0])
        self.assert_refused("opened-credential", second)
        self.assertEqual(second.run("document.getElementById('own').value"), "")

    def test_what_is_wrong_is_said(self):
        text = self.president.text
        elections = [
            ("election-group", text.replace("BELENIOS-2048", "BELENIOS-1024")),
            ("election-key", self.treaty.text.replace("RFC-3526-2048", "BELENIOS-2048")),
            ("election-key", re.sub(r'"public_key":"\d+"', '"public_key":"1"', text)),
            ("election-question", text.replace('"max":1', '"max":6')),
            ("election-form", text[:-1]),
            ("election-form", text.replace('"version":1', '"version":1,"version":1')),
        ]
        for code, altered in elections:
            self.open(self.president, text=altered)
            self.assert_refused(code)
        self.open(self.president)
        fingerprint = self.page.text("fingerprint")
        self.assertEqual(fingerprint, self.president.tool("sha256-b64", text=text).strip())
        self.open(self.president, announced=fingerprint, text=text.replace("Boris", "Borja"))
        self.assert_refused("election-fingerprint")

        self.open(self.president, announced=fingerprint)
        credential, good = self.president.credentials[0], [[0, 1, 0, 0, 0, 0]]
        mistyped = neighbour(credential[0]) + credential[1:]
        for code, typed, choices in [
                ("credential-form", credential[:-1], good), ("credential-checksum", mistyped, good),
                ("credential-unknown", self.treaty.credentials[0], good),
                ("choices-blank", credential, [[1, 1, 0, 0, 0, 0]]), ("choices-few", credential, [[0, 0, 0, 0, 0, 0]]),
                ("choices-many", credential, [[0, 1, 1, 0, 0, 0]])]:
            self.prepare(typed, choices)
            self.assert_refused(code)
            self.assertTrue(self.page.run("document.getElementById('decide').hidden"))
        self.cast(credential.replace("-", ""), good)

    def turns(self, election, choices):
        """How often something else comes in between while a ballot is made and signed."""
        return self.page.run("""(async () => {
            const { prepareBallot, readElection } = await import("/ballot.js");
            let turns = 0;
            const timer = setInterval(() => { turns += 1; }, 1);
            const prepared = await prepareBallot(await readElection(ELECTION), CREDENTIAL, CHOICES);
            await prepared.cast();
            clearInterval(timer);
            return turns;
        })()""".replace("ELECTION", json.dumps(election.text)).replace("CREDENTIAL", json.dumps(election.credentials[0]))
                             .replace("CHOICES", json.dumps(choices)))

    def test_the_page_does_not_freeze(self):
        """How long a ballot takes is for the benchmark to tell; here, that others get their turn in between."""
        self.assertGreater(self.turns(self.treaty, [[0, 1], [0, 1, 1, 1]]), 2) # dozens, unless the machine is busy

    def test_the_page_keeps_its_policy_and_its_secrets(self):
        credential = self.president.credentials[2]
        self.open(self.president)
        self.cast(credential, [[0, 0, 0, 0, 1, 0]])
        self.assertEqual(self.page.complaints(), [])
        allowed = {self.server.origin + path for path in ("/demo.html", "/demo.js", "/ballot.js")}
        self.assertEqual(set(self.page.requests()) - allowed, set())
        self.assertEqual(self.page.run("location.href"), self.server.origin + "/demo.html")
        for form in (credential, credential.replace("-", "")):
            self.assertNotIn(form, self.page.run("document.documentElement.outerHTML + [...document.querySelectorAll('input,textarea')].map(e => e.value)"))
            self.assertNotIn(form, self.page.run("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"))
        # The policy is at work: what it forbids does not run.
        self.assertFalse(self.page.run("(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; "
                                       "document.body.append(s); return window.ran === 1; })()"))


@unittest.skipUnless(os.path.exists("/usr/bin/chromium") and shutil.which("belenios-tool"), "tools/setup installs Chromium")
class BrowserAndProgram(Voting, ProgramTest):
    """One election held with `jisr election`, its ballots made on the page."""

    def setUp(self):
        super().setUp()
        self.server, self.browser = Server(DESK), Browser()
        self.addCleanup(self.server.close)
        self.addCleanup(self.browser.close)
        self.page = self.new_page()

    def election(self, *words, **more):
        return self.jisr("election", *words, **more)

    def read(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return file.read()

    def begin(self):
        """Opens it; the archive's name, the voters' credentials, the trustee's key."""
        self.election("new", "--name", "Committee", "--question", "Who?", "--answer", "Ann", "--answer", "Bob", "--blank",
                      "--question", "Which?", "--answer", "x", "--answer", "y", "--min", "0", "--max", "2", "--uuid", "TestTestTest22")
        self.file("voters", "v1\nv2,,3\nv3\n")
        self.election("credentials", "TestTestTest22.draft.json", "--voters", "voters")
        trustee = self.election("trustee", "key").out.split()[1]
        self.election("open", "TestTestTest22.draft.json", "--credentials", "TestTestTest22.pubcreds", "--trustee", trustee + ".pubkey")
        archive = "TestTestTest22.bel"
        subprocess.run(["tar", "xf", archive], cwd=self.folder, check=True)
        text = [content for content in map(self.read, self.names(".data.json")) if '"questions"' in content]
        self.open_texts(text[0], self.read("TestTestTest22.pubcreds"))
        return archive, [line.split()[1] for line in self.read("TestTestTest22.privcreds").splitlines()], trustee + ".privkey"

    def names(self, ending):
        return [name for name in os.listdir(self.folder) if name.endswith(ending)]

    def vote(self, credential, choices, button):
        self.prepare(credential, choices)
        commitment = self.page.text("commitment")
        self.page.click(button)
        self.assertEqual(self.page.text("problem"), "")
        return commitment, self.page.text("result")

    def test_ballots_of_the_page_are_posted_tallied_and_verified_by_both_programs(self):
        archive, credentials, key = self.begin()
        cast = [(0, [[0, 0, 1], [1, 1]]), (1, [[0, 1, 0], [0, 1]]), (2, [[1, 0, 0], [0, 0]]), (0, [[0, 1, 0], [1, 0]])]
        for voter, choices in cast:
            commitment, ballot = self.vote(credentials[voter], choices, "cast")
            self.file("ballot", ballot + "\n")
            told = self.election("post", archive, "ballot", "--json").json()
            self.assertEqual(told["accepted"], [{"ballot": self.page.text("tracking")}])
            self.assertIn(commitment, self.election("show", archive, "--ballots").out)
        self.election("close", archive)
        self.election("tally", archive)
        self.election("decrypt", archive, "--key", key, "--out", "part")
        self.election("post", archive, "part")
        # Voter 1 has weight 3.
        self.assertEqual(self.election("result", archive, "--json").json(), {"result": [[1, 4, 0], [1, 3]]})
        self.assertEqual(self.election("verify", archive, "--json").json()["counted"], 3)
        done = subprocess.run(["belenios-tool", "election", "verify"], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, BELENIOS_USE_URANDOM="1"), check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_each_audits_what_the_other_has_opened(self):
        archive, credentials, _ = self.begin()
        choices = [[0, 1, 0], [1, 1]]
        commitment, opened = self.vote(credentials[0], choices, "audit")
        self.file("opened", opened + "\n")
        os.chmod(self.file("credential", credentials[0]), 0o600)
        os.chmod(self.file("choices", json.dumps(choices)), 0o600)
        told = self.election("audit", archive, "opened", "--commitment", commitment, "--credential", "credential", "--json").json()
        self.assertEqual(told, {"commitment": commitment, "choices": choices})
        self.assertEqual(self.election("post", archive, "opened").out.splitlines()[0], "opened " + commitment)
        said = self.election("vote", archive, "--credential", "credential", "--choices", "choices", "--ask", "--out", "other", input="audit\n")
        noted = said.err.split("commitment ")[1].split()[0]
        self.check(self.page, self.read("other"), noted=noted, own=credentials[0])
        self.assertEqual(self.page.text("problem"), "")
        self.assertEqual(json.loads(self.page.text("checked"))["choices"], choices)


if __name__ == "__main__":
    unittest.main()
