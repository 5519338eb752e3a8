"""Plays whole elections with files, each step by jisr or by belenios-tool, and knows what the result must be. Used by
test_election.py for a sample and by tools/elections for many."""

import json
import os
import random
import shutil
import subprocess

BELENIOS = shutil.which("belenios-tool")
LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GROUPS = ["BELENIOS-2048"] * 4 + ["RFC-3526-2048"]


def neighbour(character):
    """The next one of the 58 that credentials are made of. A sum modulo 53 tells neighbours apart, and not any two of them."""
    return LETTERS[(LETTERS.index(character) + 1) % len(LETTERS)]


class Failed(Exception):
    """A step that did not do what it should."""


class Play:
    """One election in one folder. `mixed`: each step is taken by either program, at random; else all by jisr."""

    def __init__(self, jisr, folder, seed, mixed, voters=4):
        self.program, self.folder, self.mixed = jisr, folder, mixed
        self.random = random.Random(seed)
        self.log = []
        self.most_voters = voters

    # ---- running ----

    def run(self, *words, input=b"", status=0):
        self.log.append(" ".join(os.path.basename(word) if word.startswith("/") else word for word in words))
        env = {**os.environ, "BELENIOS_USE_URANDOM": "1", "HOME": self.folder, "LC_ALL": "C.UTF-8"}
        done = subprocess.run(words, input=input, cwd=self.folder, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=300, check=False)
        if done.returncode != status or b"Sanitizer" in done.stderr or b"runtime error" in done.stderr:
            raise Failed(f"{self.log[-1]}: status {done.returncode}\n{done.stdout.decode()[-800:]}\n"
                         f"{done.stderr.decode()[-2000:]}\nbefore it:\n" + "\n".join(self.log[-12:-1]))
        return done.stdout

    def jisr(self, *words, **more):
        return self.run(self.program, "election", *words, **more)

    def belenios(self, *words, **more):
        return self.run(BELENIOS, *words, **more)

    def by_jisr(self):
        return not self.mixed or self.random.random() < 0.5

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(self.path(name), 0o600)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def names(self, ending):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(ending))

    # ---- what it is about ----

    def choose(self):
        pick = self.random
        self.group = pick.choice(GROUPS)
        self.questions = []
        for number in range(pick.randint(1, 3)):
            answers = [f"answer {number}.{i} \"é/\\" for i in range(pick.randint(1, 4))]
            most = pick.randint(1, len(answers))
            question = {"answers": answers}
            if pick.random() < 0.5:
                question["blank"] = True
            question.update(min=pick.randint(0, most), max=most, question=f"question {number}")
            self.questions.append(question)
        self.weights = [1] * pick.randint(1, self.most_voters)
        if pick.random() < 0.4:
            self.weights = [pick.choice([1, 2, 7, 100, 100000]) for _ in self.weights]
        self.singles = pick.randint(0, 2)
        self.pedersen = pick.randint(1, 3) if self.singles == 0 or pick.random() < 0.4 else 0
        self.needed = pick.randint(1, self.pedersen) if self.pedersen else 0

    def vote_for(self, question):
        pick, answers = self.random, len(question["answers"])
        blank = question.get("blank", False)
        if blank and pick.random() < 0.3:
            return [1] + [0] * answers
        chosen = pick.sample(range(answers), pick.randint(question["min"], question["max"]))
        return [0] * blank + [int(i in chosen) for i in range(answers)]

    # ---- the steps ----

    def setup(self):
        template = {"description": "", "name": "Election <&> é", "questions": self.questions}
        self.write("template.json", json.dumps(template))
        words = ["new", "template.json", "--group", self.group]
        if not self.by_jisr():
            words += ["--uuid", self.belenios("setup", "generate-token").decode().strip()]
        self.uuid = self.jisr(*words).decode().split()[1]
        self.draft, self.archive = self.uuid + ".draft.json", self.uuid + ".bel"

    def credentials(self):
        lines = [f"voter{i},login{i},{weight}" if max(self.weights) > 1 else f"voter{i}"
                 for i, weight in enumerate(self.weights)]
        self.write("voters.txt", "\n".join(lines) + "\n")
        if self.by_jisr():
            self.jisr("credentials", self.draft, "--voters", "voters.txt")
        else:
            self.belenios("setup", "generate-credentials", "--uuid", self.uuid, "--group", self.group, "--file", "voters.txt")
            for ending in (".privcreds", ".pubcreds"):
                os.rename(self.path(self.names(ending)[0]), self.path(self.uuid + ending))
        self.secrets = [line.split()[-1] for line in self.read(self.uuid + ".privcreds").decode().splitlines()]

    def mandatory(self):
        for _ in range(self.singles):
            if self.by_jisr():
                self.jisr("trustee", "key", "--group", self.group)
            else:
                self.belenios("setup", "generate-trustee-key", "--group", self.group)

    def ceremony(self):
        group = ["--group", self.group]
        tool = ["setup", "generate-trustee-key-threshold", *group]
        for _ in range(self.pedersen):
            if self.by_jisr():
                self.jisr("trustee", "certificate", *group)
            else:
                self.belenios(*tool, "--step", "1")
        ids = [name[:-5] for name in self.names(".cert")]
        self.write("certs.jsons", b"".join(self.read(i + ".cert") for i in ids))
        certs = ["--certs", "certs.jsons"]
        if self.by_jisr():
            self.jisr("trustee", "check", *certs, *group)
        else:
            self.belenios(*tool, *certs, "--step", "2")
        for i in ids:
            key, needed = ["--key", i + ".key"], ["--threshold", str(self.needed)]
            if self.by_jisr():
                self.jisr("trustee", "polynomial", *certs, *key, *needed, *group)
            else:
                self.write(i + ".polynomial", self.belenios(*tool, *certs, *key, *needed, "--step", "3"))
        polynomials = [i + ".polynomial" for i in ids]
        self.write("polynomials.jsons", b"".join(self.read(name) for name in polynomials))
        if self.by_jisr():
            self.jisr("trustee", "route", *certs, *polynomials, *group)
        else:
            self.belenios(*tool, *certs, "--step", "4", "--polynomials", "polynomials.jsons")
        for i in ids:
            if self.by_jisr():
                self.jisr("trustee", "accept", *certs, "--key", i + ".key", i + ".vinput", *group)
            else:
                self.write(i + ".voutput", self.belenios(*tool, *certs, "--key", i + ".key", "--step", "5",
                                                         input=self.read(i + ".vinput")))
        outputs = [i + ".voutput" for i in ids]
        if self.by_jisr():
            self.jisr("trustee", "combine", *certs, "--polynomials", "polynomials.jsons", *outputs, *group)
        else:
            self.write("threshold.json", self.belenios(*tool, *certs, "--step", "6", "--polynomials", "polynomials.jsons",
                                                       input=b"".join(self.read(name) for name in outputs)))
        self.group_ids = ids

    def open(self):
        keys = self.names(".pubkey")
        pubcreds = self.uuid + ".pubcreds"
        if self.by_jisr():
            words = ["--credentials", pubcreds]
            for key in keys:
                words += ["--trustee", key]
            if self.pedersen:
                words += ["--threshold", "threshold.json"]
            if self.by_jisr():
                self.jisr("open", self.draft, *words)
                return
            self.jisr("open", self.draft, *words, "--parts")
        else:
            self.write("public_keys.jsons", b"".join(self.read(key) for key in keys))
            self.belenios("setup", "make-trustees")
            self.belenios("setup", "make-election", "--uuid", self.uuid, "--group", self.group, "--template", self.draft)
            if self.by_jisr():
                self.jisr("open", "election.json", "--credentials", pubcreds, "--trustees", "trustees.json")
                return
            shutil.copy(self.path(pubcreds), self.path("public_creds.json"))
        self.belenios("archive", "init")

    def vote(self):
        self.expected = [[0] * (len(q["answers"]) + q.get("blank", False)) for q in self.questions]
        last = {}
        order = [i for i in range(len(self.secrets)) for _ in range(self.random.choice([0, 1, 1, 1, 2]))]
        self.random.shuffle(order)
        for voter in order:
            choices = [self.vote_for(question) for question in self.questions]
            self.write("credential", self.secrets[voter] + "\n")
            self.write("choices", json.dumps(choices))
            if self.by_jisr():
                ballot = self.jisr("vote", self.archive, "--credential", "credential", "--choices", "choices")
            else:
                ballot = self.belenios("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices")
            if self.by_jisr():
                self.jisr("post", self.archive, "-", input=ballot)
            else:
                self.belenios("archive", "add-event", "--type=Ballot", input=ballot)
            last[voter] = choices
        for voter, choices in last.items():
            for row, chosen in zip(self.expected, choices):
                for i, one in enumerate(chosen):
                    row[i] += one * self.weights[voter]
        self.ballots = len(order)

    def tally(self):
        if self.by_jisr():
            self.jisr("close", self.archive)
        else:
            self.belenios("archive", "add-event", "--type=EndBallots")
        if self.by_jisr():
            self.jisr("tally", self.archive)
        else:
            tally = self.belenios("election", "compute-encrypted-tally")
            self.belenios("archive", "add-event", "--type=EncryptedTally", input=tally)

    def decrypt(self):
        keys = [name[:-7] for name in self.names(".pubkey")]
        trustees = [(number, ["--key", key + ".privkey"], ["decrypt", "--privkey", key + ".privkey"])
                    for number, key in enumerate(keys, 1)]
        if self.pedersen:
            some = self.random.sample(range(self.pedersen), self.random.randint(self.needed, self.pedersen))
            for i in some:
                pair = ["--key", self.group_ids[i] + ".key", "--decryption-key", self.group_ids[i] + ".dkey"]
                trustees.append((self.singles + i + 1, pair, ["decrypt-threshold", *pair]))
        self.random.shuffle(trustees)
        for number, own, tool in trustees:
            if self.by_jisr():
                part = self.jisr("decrypt", self.archive, *own)
            else:
                part = self.belenios("election", *tool, "--trustee-id", str(number))
            if self.by_jisr():
                self.jisr("post", self.archive, "-", input=part)
            else:
                self.belenios("archive", "add-event", "--type=PartialDecryption", input=part)

    def result(self):
        if self.by_jisr():
            result = self.jisr("result", self.archive, "--json")
        else:
            result = self.belenios("election", "compute-result")
            self.belenios("archive", "add-event", "--type=Result", input=result)
        if json.loads(result) != {"result": self.expected}:
            raise Failed(f"the result is {result.decode()}, not {self.expected}")

    def verify(self):
        done = subprocess.run([BELENIOS, "election", "verify"], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300, check=False)
        if done.returncode != 0 or b"all checks passed" not in done.stdout:
            raise Failed("belenios-tool election verify: " + done.stdout.decode()[-1000:])
        if b"election verify" in self.jisr("--help"):
            self.jisr("verify", self.archive)

    def play(self):
        self.choose()
        for step in (self.setup, self.credentials, self.mandatory, self.ceremony if self.pedersen else None, self.open,
                     self.vote, self.tally, self.decrypt, self.result, self.verify):
            if step is not None:
                step()
