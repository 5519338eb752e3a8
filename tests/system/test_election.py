"""Whole elections with files: by jisr alone, and with belenios-tool at random steps; what is refused; the head of the
board, judged by Go's own implementation of signed notes."""

import base64
import hashlib
import json
import os
import secrets
import shutil
import stat
import subprocess
import unittest

from election_play import BELENIOS, Failed, Play, neighbour
from program import JISR, ProgramTest

SAMPLE = 4 # elections of each kind; tools/elections holds many
STEPS = ["new", "credentials", "trustee", "open", "vote", "audit", "post", "close", "tally", "decrypt", "result", "head"]

GO = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
GO_PACKAGES = "/usr/share/gocode" # of Debian's packages golang-*-dev

# BELENIOS-2048
P = int("A3EF2D011FEFB1B6E39E568FCCDFFB0FB7DC7EF3A791B6862791811D21FC35F21E6D36856B428030421F514ED40BFD4C06E0"
        "92A495AF8D79A2F85E0FB11C0EDE07DD973F9C53E50930C6E82AC36DE1AE3FB8C3AABFFF12CE27A5022DDD8912D107435012"
        "768A2CDD0A4091D8FA447F6C7EBC15A349FA318A6B4FE17D8D47E843A3E14DFA9B2162F4D7229ABE93A188B46B006517D6F6"
        "747EBBB29C9EC3099B607F18FB1A8BC858279AA8599411D998D3E3FADA9E010840D082D8C31911ACDD4A0E7992D0F18CC759"
        "CB5DE0ACF66A3882555BC810941E021B6A4CCFA04EE4008F878AFFA2375E2999B44F6CEF17D707301E59E0E6351E051ED9CE"
        "C4157646E64F", 16)
Q = int("ADB6066A73522565F4DAA0F2579DB7F2F0FA90C2168BC709E20263387D55C491", 16)
G = int("1307C1AB5F295885D7CAA3A78A42415E31FD1C5807B61FB1E781878A52230A51988B98C259597F9C5A9DFD001D26BA31D9D8"
        "976F01D95A1C8262EE68A0E92CEA541E5219E0D0D094301B894236823FE1D4BC04E29F3748AEFD4F10D5B1A356A8643E673F"
        "D9D215FC8FE5FB9CF9FDB8EA88FDB1A3381A697FDF9C2458570B06D26AEF1BE365FDD90165F397C6B870DF8C1B9E519EDCEE"
        "8BB0F74B7A1615A274BA60A7EA574A61F552D2DDE0CE514E0927C4FF49B1964C4A913731AE4268D60D7F22127B6CBBA44D45"
        "3AC8B72FD04E0991B7AEFF04867D8724AC638F5F34100D2D47AA680D43771902743D663F42D853C041E1C91FE3823F4BCF28"
        "4308F1D7E653", 16)

NOTE_PROGRAM = """package main

import (
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Opens the note in os.Args[2] with the verifier in os.Args[1]; the other arguments are the events, whose tree's root
// must stand in the note.
func main() {
	key, _ := os.ReadFile(os.Args[1])
	verifier, err := note.NewVerifier(string(key[:len(key)-1]))
	if err != nil {
		fmt.Println("key:", err)
		os.Exit(1)
	}
	bytes, _ := os.ReadFile(os.Args[2])
	opened, err := note.Open(bytes, note.VerifierList(verifier))
	if err != nil {
		fmt.Println("note:", err)
		os.Exit(1)
	}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var list []tlog.Hash
		for _, index := range indexes {
			list = append(list, hashes[index])
		}
		return list, nil
	})
	for i, path := range os.Args[3:] {
		event, _ := os.ReadFile(path)
		more, err := tlog.StoredHashes(int64(i), event, reader)
		if err != nil {
			fmt.Println("tree:", err)
			os.Exit(1)
		}
		hashes = append(hashes, more...)
	}
	root, err := tlog.TreeHash(int64(len(os.Args)-3), reader)
	if err != nil {
		fmt.Println("tree:", err)
		os.Exit(1)
	}
	fmt.Printf("%d\\n%s\\n%s", len(os.Args)-3, root.String(), opened.Text)
}
"""


@unittest.skipIf(BELENIOS is None, "belenios-tool is not installed")
class Elections(ProgramTest):
    def hold(self, seed, mixed):
        folder = os.path.join(self.folder, f"{seed}-{mixed}")
        os.mkdir(folder)
        play = Play(JISR, folder, seed, mixed, voters=2)
        try:
            play.play()
        except Failed as failure:
            self.fail(f"seed {seed!r}: {failure}")

    def test_elections_by_jisr_alone_are_accepted_by_belenios_tool(self):
        for seed in range(SAMPLE):
            self.hold(seed, False)

    def test_elections_with_either_program_at_each_step_come_to_the_right_result(self):
        for seed in range(SAMPLE):
            self.hold(f"mixed {seed}", True)


class Steps(ProgramTest):
    """One small election that several tests look at from different sides."""

    def election(self, *words, **more):
        return self.jisr("election", *words, **more)

    def open(self, voters=2, keys=1):
        self.election("new", "--name", "Committee", "--question", "Who?", "--answer", "Ann", "--answer", "Bob", "--blank",
                      "--uuid", "TestTestTest22")
        self.file("voters.txt", "".join(f"v{i}\n" for i in range(voters)))
        self.election("credentials", "TestTestTest22.draft.json", "--voters", "voters.txt")
        words = []
        for _ in range(keys):
            made = self.election("trustee", "key").out.split()[1]
            words += ["--trustee", made + ".pubkey"]
            self.keys = getattr(self, "keys", []) + [made + ".privkey"]
        self.election("open", "TestTestTest22.draft.json", "--credentials", "TestTestTest22.pubcreds", *words)
        with open(os.path.join(self.folder, "TestTestTest22.privcreds"), encoding="utf-8") as file:
            self.secrets = [line.split()[1] for line in file]
        return "TestTestTest22.bel"

    def ballot(self, archive, voter, choices, name):
        self.secret("credential", self.secrets[voter] + "\n")
        self.secret("choices", json.dumps(choices))
        return self.election("vote", archive, "--credential", "credential", "--choices", "choices", "--out", name,
                             "--replace")

    def secret(self, name, content):
        os.chmod(self.file(name, content), 0o600)

    def mode(self, name):
        return stat.S_IMODE(os.stat(os.path.join(self.folder, name)).st_mode)

    def test_secrets_are_readable_by_their_owner_alone_and_others_warned_of(self):
        self.open()
        self.assertEqual(self.mode("TestTestTest22.privcreds"), 0o600)
        self.assertEqual(self.mode(self.keys[0]), 0o600)
        self.assertEqual(self.mode("TestTestTest22.pubcreds"), 0o644)
        made = self.election("trustee", "certificate").out.split()[1]
        self.assertEqual((self.mode(made + ".key"), self.mode(made + ".cert")), (0o600, 0o644))
        os.chmod(os.path.join(self.folder, made + ".key"), 0o644)
        shutil.copy(os.path.join(self.folder, made + ".cert"), os.path.join(self.folder, "certs"))
        said = self.election("trustee", "polynomial", "--certs", "certs", "--key", made + ".key", "--threshold", "1").err
        self.assertIn("others may read it", said)

    def test_nothing_is_replaced_unasked(self):
        archive = self.open()
        again = ["new", "--name", "N", "--question", "Q", "--answer", "A", "--uuid", "TestTestTest22"]
        self.assertIn("--replace", self.election(*again, status=2).err)
        self.election(*again, "--replace")
        self.assertIn("is there already", self.election("credentials", "TestTestTest22.draft.json", "--voters",
                                                        "voters.txt", status=2).err)
        self.assertIn("is not replaced", self.election("open", "TestTestTest22.draft.json", "--credentials",
                                                       "TestTestTest22.pubcreds", "--trustee",
                                                       self.keys[0].replace("privkey", "pubkey"), status=2).err)
        self.assertTrue(os.path.getsize(os.path.join(self.folder, archive)) > 0)

    def test_what_is_sent_is_checked_before_it_is_posted(self):
        archive = self.open()
        self.ballot(archive, 0, [[0, 1, 0]], "b0")
        self.assertIn("ballot ", self.election("post", archive, "b0").out)
        said = self.election("post", archive, "b0", status=1)
        self.assertIn("is there already", said.err)
        with open(os.path.join(self.folder, "b0"), encoding="utf-8") as file:
            text = file.read()
        altered = text.replace('"challenge":"1', '"challenge":"2', 1)
        self.file("altered", altered)
        self.assertIn("refused", self.election("post", archive, "altered", status=1).err)
        self.file("junk", "{}\n[]\nnonsense\n")
        said = self.election("post", archive, "junk", "--json", status=1)
        self.assertEqual(said.json()["refused"], 3)
        self.election("close", archive)
        self.ballot(archive, 1, [[1, 0, 0]], "b1")
        self.assertIn("after EndBallots", self.election("post", archive, "b1", status=1).err)
        self.assertIn("after EndBallots", self.election("close", archive, status=2).err)

    def test_a_vote_that_is_not_allowed_and_a_strange_credential_are_refused(self):
        archive = self.open()
        for choices in ([[0, 1, 1]], [[0, 0, 0]], [[1, 1, 0]], [[0, 2, 0]], [[0, 1]], [], [[0, 1, 0], [1]]):
            self.secret("credential", self.secrets[0])
            self.secret("choices", json.dumps(choices))
            self.election("vote", archive, "--credential", "credential", "--choices", "choices", status=2)
        self.secret("choices", "[[0,1,0]]")
        self.secret("credential", self.secrets[0][:-1] + neighbour(self.secrets[0][-1]))
        said = self.election("vote", archive, "--credential", "credential", "--choices", "choices", status=2)
        self.assertNotIn(self.secrets[0][:10], said.err)

    def test_a_ballot_is_audited_on_a_second_device_or_cast(self):
        archive = self.open()
        self.secret("credential", self.secrets[0])
        self.secret("choices", "[[0,0,1]]")
        words = ["vote", archive, "--credential", "credential", "--choices", "choices", "--ask"]
        said = self.election(*words, "--out", "opened", input="audit\n")
        commitment = said.err.split("commitment ")[1].split()[0]
        told = self.election("audit", archive, "opened", "--json").json()
        self.assertEqual(told, {"commitment": commitment, "choices": [[0, 0, 1]]})
        self.assertIn("Bob", self.election("audit", archive, "opened").out)
        with open(os.path.join(self.folder, "opened"), encoding="utf-8") as file:
            opened = json.load(file)
        opened["randomness"][0][0] = "5"
        self.file("lie", json.dumps(opened, separators=(",", ":")))
        self.election("audit", archive, "lie", status=1)
        # The opened ballot without its opening is no ballot either: nobody signed it.
        self.file("bare", json.dumps(opened["ballot"], separators=(",", ":")) + "\n")
        self.assertIn("refused", self.election("post", archive, "bare", status=1).err)
        self.assertIn("tracking number", self.election(*words, "--out", "cast", input="cast\n").err)
        self.election("post", archive, "cast")
        self.assertIn("thrown away", self.election(*words, input="perhaps\n", status=2).err)

    def vote_and_ask(self, archive, voter, answer, name):
        """Makes a ballot for Bob, and casts or opens it; the commitment."""
        self.secret("credential", self.secrets[voter])
        self.secret("choices", "[[0,0,1]]")
        said = self.election("vote", archive, "--credential", "credential", "--choices", "choices", "--ask", "--out", name,
                             input=answer + "\n")
        return said.err.split("commitment ")[1].split()[0]

    def sign(self, opened, voter):
        """What a device that cheats does: signs the ballot that it has opened, with the credential that it was given."""
        with open(os.path.join(self.folder, opened), encoding="utf-8") as file:
            unsigned = file.read()[len('{"ballot":'):].split(',"randomness":')[0]
        digest = lambda text: hashlib.sha256(text.encode())
        number = lambda made: int.from_bytes(made, "big") % Q
        secret = number(hashlib.pbkdf2_hmac("sha256", self.secrets[voter].encode(), b"TestTestTest22", 1000, 32))
        hashed = base64.b64encode(digest(unsigned).digest()).decode().rstrip("=")
        w = secrets.randbelow(Q)
        challenge = number(digest(f"sig|{hashed}|{pow(G, w, P)}").digest())
        proof = {"challenge": str(challenge), "response": str((w - secret * challenge) % Q)}
        return unsigned[:-1] + ',"signature":' + json.dumps({"hash": hashed, "proof": proof}, separators=(",", ":")) + "}"

    def test_an_opened_ballot_is_never_counted_though_its_device_signs_it(self):
        archive = self.open()
        commitment = self.vote_and_ask(archive, 0, "audit", "opened")
        self.assertEqual(self.election("post", archive, "opened", "--json").json()["accepted"], [{"opened": commitment}])
        self.assertIn("is there already", self.election("post", archive, "opened", status=1).err)
        self.file("signed", self.sign("opened", 0) + "\n")
        said = self.election("post", archive, "signed", status=1)
        self.assertIn("was opened for an audit and is never counted", said.err)
        self.election("verify", archive, "--spoiled", "TestTestTest22.spoiled")
        # An organiser who takes it all the same: it holds in itself, and the list tells.
        os.rename(os.path.join(self.folder, "TestTestTest22.spoiled"), os.path.join(self.folder, "kept"))
        self.election("post", archive, "signed")
        self.election("verify", archive)
        self.assertIn("counts, though it was opened", self.election("verify", archive, "--spoiled", "kept", status=1).err)
        self.assertIs(self.election("verify", archive, "--spoiled", "kept", "--json", status=1).json()["valid"], False)
        # The voter who then has it listed is told what happened; voting again helps.
        said = self.election("post", archive, "opened", status=1).err
        self.assertIn("this very ballot was cast, at height 1", said)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "TestTestTest22.spoiled")))
        cast = self.vote_and_ask(archive, 0, "cast", "cast")
        self.election("post", archive, "cast")
        self.election("verify", archive, "--spoiled", "kept")
        shown = self.election("show", archive, "--ballots").out.splitlines()
        self.assertTrue(any(cast in line and "replaced" not in line for line in shown))
        self.assertTrue(any(commitment in line and "replaced by a later one" in line for line in shown))
        self.file("broken", "{}\n")
        self.assertIn("line 1", self.election("verify", archive, "--spoiled", "broken", status=1).err)
        self.election("verify", archive, "--spoiled", "nowhere", status=2)

    def test_a_device_that_shows_another_voters_ballot_is_found_out(self):
        """A clash: several voters who choose alike are shown one ballot, and the device has their votes to spare."""
        archive = self.open()
        first = self.vote_and_ask(archive, 0, "audit", "opened")
        self.election("audit", archive, "opened", "--commitment", first, "--credential", "credential")
        self.secret("own", self.secrets[1])
        said = self.election("audit", archive, "opened", "--commitment", first, "--credential", "own", status=1)
        self.assertIn("another credential than yours", said.err)
        self.assertNotIn(self.secrets[1], said.err + said.out)
        said = self.election("audit", archive, "opened", "--commitment", "A" * 43, status=1)
        self.assertIn("not the ballot that the first device showed", said.err)
        self.secret("mistyped", "x")
        self.election("audit", archive, "opened", "--credential", "mistyped", status=2)

    def test_trustees_decrypt_once_the_whole_tally_with_the_right_key_or_not_at_all(self):
        archive = self.open(keys=2)
        self.ballot(archive, 0, [[0, 1, 0]], "b0")
        self.election("post", archive, "b0")
        self.assertIn("no encrypted tally yet", self.election("decrypt", archive, "--key", self.keys[0], status=2).err)
        self.election("close", archive)
        self.election("tally", archive)
        stranger = self.election("trustee", "key").out.split()[1] + ".privkey"
        self.assertIn("none of the trustees", self.election("decrypt", archive, "--key", stranger, status=2).err)
        for number, key in enumerate(self.keys):
            self.election("decrypt", archive, "--key", key, "--out", f"part{number}")
        self.election("post", archive, "part0")
        said = self.election("result", archive, status=2)
        self.assertIn("mandatory, has not decrypted", said.err)
        self.election("decrypt", archive, "--key", self.keys[0], "--out", "again")
        self.assertIn("has decrypted already", self.election("post", archive, "again", status=1).err)
        with open(os.path.join(self.folder, "part1"), encoding="utf-8") as file:
            factors, owned = file.read().splitlines()
        for wrong in (owned.replace('"owner":2', '"owner":1'), owned.replace('"owner":2', '"owner":0'),
                      owned.replace('"owner":2', '"owner":3'), ""):
            self.file("wrong", factors + "\n" + wrong + "\n")
            self.election("post", archive, "wrong", status=1)
        self.election("post", archive, "part1")
        self.assertEqual(self.election("result", archive, "--json").json(), {"result": [[0, 1, 0]]})
        self.assertIn("cannot follow", self.election("result", archive, status=2).err)

    def test_a_tally_that_does_not_follow_from_the_ballots_is_not_decrypted(self):
        archive = self.open()
        self.ballot(archive, 0, [[0, 1, 0]], "b0")
        self.election("post", archive, "b0")
        self.election("close", archive)
        shutil.copy(os.path.join(self.folder, archive), os.path.join(self.folder, "kept.bel"))
        self.election("tally", archive)
        path = os.path.join(self.folder, archive)
        with open(path, "rb") as file:
            content = file.read()
        at = content.index(b'[[{"alpha"')
        with open(path, "wb") as file:
            file.write(content[:at + 15] + bytes([content[at + 15] ^ 1]) + content[at + 16:])
        said = self.run_raw("election", "decrypt", archive, "--key", self.keys[0])
        self.assertNotEqual(said.status, 0)
        self.assertEqual(said.out, "")

    def test_a_wrong_share_is_complained_of(self):
        ids = [self.election("trustee", "certificate").out.split()[1] for _ in range(2)]
        ids.sort()
        with open(os.path.join(self.folder, "certs"), "w", encoding="utf-8") as out:
            for i in ids:
                with open(os.path.join(self.folder, i + ".cert"), encoding="utf-8") as file:
                    out.write(file.read())
        told = self.election("trustee", "check", "--certs", "certs").out.split()
        self.assertEqual(told, ["trustee", "1", ids[0], "trustee", "2", ids[1]])
        for i in ids:
            self.election("trustee", "polynomial", "--certs", "certs", "--key", i + ".key", "--threshold", "2")
        self.election("trustee", "route", "--certs", "certs", *[i + ".polynomial" for i in ids])
        with open(os.path.join(self.folder, ids[0] + ".vinput"), encoding="utf-8") as file:
            vinput = json.load(file)
        vinput["secrets"].reverse()
        self.file("wrong", json.dumps(vinput, separators=(",", ":")))
        said = self.election("trustee", "accept", "--certs", "certs", "--key", ids[0] + ".key", "wrong", status=1)
        self.assertIn("complaint", said.err)
        self.assertIn("Tell all trustees", said.err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, ids[0] + ".voutput")))

    def test_the_head_of_the_board_is_signed_and_holds_the_organiser_to_it(self):
        archive = self.open()
        self.election("head", "--new-key", "board.example.org")
        self.assertEqual(self.mode("board.example.org.signer"), 0o600)
        self.ballot(archive, 0, [[0, 1, 0]], "b0")
        self.election("post", archive, "b0")
        self.election("head", archive, "--sign", "board.example.org.signer", "--out", "early")
        check = ["--check", "early", "--verifier", "board.example.org.verifier"]
        shutil.copy(os.path.join(self.folder, archive), os.path.join(self.folder, "early.bel"))
        self.ballot(archive, 1, [[0, 0, 1]], "b1")
        self.election("post", archive, "b1")
        self.assertEqual(self.election("head", archive, *check, "--json").json(), {"size": 2, "continues": True})
        self.election("head", archive, "--sign", "board.example.org.signer", "--out", "late")
        said = self.election("head", "early.bel", "--check", "late", "--verifier", "board.example.org.verifier", status=1)
        self.assertIn("some were taken away", said.err)
        with open(os.path.join(self.folder, "early"), encoding="utf-8") as file:
            note = file.read()
        self.file("early", note.replace("\n2\n", "\n1\n"))
        self.assertIn("does not hold", self.election("head", archive, *check, status=1).err)

    @unittest.skipUnless(GO and os.path.exists(GO_PACKAGES), "tools/setup installs Go and golang.org/x/mod")
    def test_gos_own_notes_and_trees_agree_with_the_signed_head(self):
        archive = self.open()
        for voter in range(2):
            self.ballot(archive, voter, [[0, 1, 0]], f"b{voter}")
            self.election("post", archive, f"b{voter}")
        self.election("close", archive)
        self.election("head", "--new-key", "board.example.org")
        self.election("head", archive, "--sign", "board.example.org.signer", "--out", "head")
        subprocess.run(["tar", "xf", archive], cwd=self.folder, check=True)
        names = subprocess.run(["tar", "tf", archive], cwd=self.folder, stdout=subprocess.PIPE, check=True).stdout.decode()
        events = [os.path.join(self.folder, name) for name in names.split() if name.endswith(".event.json")]
        self.file("main.go", NOTE_PROGRAM)
        cache = os.path.join(os.path.dirname(os.path.abspath(JISR)), "go-cache")
        env = {**os.environ, "GO111MODULE": "off", "GOFLAGS": "", "GOPATH": GO_PACKAGES, "GOTOOLCHAIN": "local", "GOCACHE": os.path.join(cache, "build"),
               "CGO_ENABLED": "0"}
        done = subprocess.run([GO, "run", "main.go", "board.example.org.verifier", "head", *events], cwd=self.folder, env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        said = done.stdout.decode()
        self.assertEqual(done.returncode, 0, said + done.stderr.decode()[-2000:])
        size, root, origin, signed_size, signed_root = said.splitlines()[:5]
        self.assertEqual((origin, size, root), ("board.example.org/TestTestTest22", signed_size, signed_root))
        self.assertEqual(size, "4")

    def test_a_mistake_is_told_with_what_to_do(self):
        self.assertIn("which step?", self.election(status=2).err)
        self.assertIn("Did you mean 'jisr election tally'?", self.election("taly", status=2).err)
        for step in STEPS:
            self.assertIn("Usage: jisr election " + step, self.election(step, "--help").out)
            self.assertEqual(self.election(step, "--help").out, self.jisr("help", "election", step).out)
            self.assertTrue(self.election(step, status=2).err.startswith(f"jisr election {step}: "))
        self.assertIn("--question", self.election("new", "--name", "x", status=2).err)
        self.assertIn("must stand before", self.election("new", "--answer", "x", status=2).err)
        self.assertIn("no such file", self.election("close", "nothing.bel", status=2).err.lower())
        self.file("not.bel", "hello" * 1000)
        self.election("close", "not.bel", status=2)
        self.assertIn("there is no step 'dance'", self.election("trustee", "dance", status=2).err)
        self.assertIn("needs --certs", self.election("trustee", "check", status=2).err)
        self.assertIn("BELENIOS-2048", self.election("trustee", "key", "--group", "Ed25519", status=2).err)


if __name__ == "__main__":
    unittest.main()
