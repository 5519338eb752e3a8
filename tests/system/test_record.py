"""The record: a log founded, filled by loading lists, shown, verified, proved to a program not written here, rebuilt."""

import hashlib
import json
import os
import shutil
import subprocess
import unittest

import pages
from program import JISR, PEOPLE, ProgramTest, ftm

# Checks a checkpoint, a proof of inclusion and one of consistency with Go's own packages.
GO_PROGRAM = """\
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func read(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// The signed checkpoint's size and root.
func open(text, key string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		panic(err)
	}
	signed, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		panic(err)
	}
	lines := strings.Split(signed.Text, "\\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		panic(err)
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		panic(err)
	}
	if lines[0] != verifier.Name() {
		panic("another log")
	}
	return size, root
}

func main() {
	key := os.Args[1]
	if os.Args[2] == "inclusion" {
		head, rest, _ := strings.Cut(read(os.Args[3]), "\\n\\n")
		lines := strings.Split(head, "\\n")
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		if lines[0] != "c2sp.org/tlog-proof@v1" || err != nil {
			panic("no proof")
		}
		var proof tlog.RecordProof
		for _, line := range lines[2:] {
			hash, err := base64.StdEncoding.DecodeString(line)
			if err != nil {
				panic(err)
			}
			proof = append(proof, *(*tlog.Hash)(hash))
		}
		size, root := open(rest, key)
		leaf := []byte(read(os.Args[4]))
		if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)); err != nil {
			panic(err)
		}
		changed := bytes.Clone(leaf)
		changed[40] ^= 1
		if tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(changed)) == nil {
			panic("a changed entry passes")
		}
		fmt.Println("included", index, size)
		return
	}
	head, rest, _ := strings.Cut(read(os.Args[3]), "\\n\\n")
	var proof tlog.TreeProof
	for _, line := range strings.Split(head, "\\n")[2:] {
		hash, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			panic(err)
		}
		proof = append(proof, *(*tlog.Hash)(hash))
	}
	size, root := open(rest, key)
	oldSize, oldRoot := open(read(os.Args[4]), key)
	if err := tlog.CheckTree(proof, size, root, oldSize, oldRoot); err != nil {
		panic(err)
	}
	fmt.Println("consistent", oldSize, size)
}
""".replace("bytes.Clone(leaf)", "append([]byte{}, leaf...)")

NAME = "test.example/record"


class RecordTest(ProgramTest):
    def found(self):
        self.key = self.jisr("init", NAME, "--json").json()["key"]

    def load(self, name, count=3):
        self.jisr("load", "--list", name, self.file(name + ".json", ftm(PEOPLE[:count])))

    def lists(self):
        return {name: {k: v for k, v in item.items() if k != "age_seconds"} for name, item in super().lists().items()}

    def entries(self, *words):
        return self.jisr("log", "show", "--json", "--count", "1000", *words).json()["entries"]

    def test_a_list_is_an_entry_first(self):
        self.found()
        self.load("one")
        self.load("two")
        self.load("one", 2)
        self.jisr("lists", "--drop", "two")
        self.assertEqual([(e["kind"], e["subject"], e["previous"]) for e in self.entries()],
                         [("log.founded", "log", 0), ("list.loaded", "list/one", 0), ("list.loaded", "list/two", 0),
                          ("list.loaded", "list/one", 2), ("list.dropped", "list/two", 3)])
        self.assertEqual([self.entries("--subject", "list/one")[0]["body"]["file"] + ".jisr"],
                         os.listdir(os.path.join(self.data, "lists")))
        self.assertEqual(list(self.lists()), ["one"])
        good = self.jisr("log", "verify", "--tables", "--key", self.key, "--json").json()
        self.assertEqual((good["good"], good["entries"], good["log"]), (True, 5, NAME))
        self.assertIn("Good", self.jisr("log", "verify").out)
        self.assertIn("just as they ought to be", self.jisr("rebuild").out)

    def test_lists_that_were_there_become_the_first_entries(self):
        self.load("one")
        self.load("two")
        before = self.lists()
        self.found()
        self.assertEqual([e["subject"] for e in self.entries()], ["log", "list/one", "list/two"])
        self.assertEqual(self.lists(), before)
        self.assertIn("holds a record already", self.jisr("init", "other.example", status=2).err)

    def test_what_a_crash_left_between_the_entry_and_the_lists_is_settled_at_the_next_start(self):
        self.found()
        self.load("one")
        manifest = os.path.join(self.data, "lists.json")
        shutil.copy(manifest, os.path.join(self.folder, "kept"))
        self.load("two")
        whole = self.lists()
        shutil.copy(os.path.join(self.folder, "kept"), manifest) # as if it had not been replaced yet
        self.assertEqual(self.lists(), whole)
        os.remove(manifest)
        self.assertEqual(self.ids("--name", "Viktor Kuznedelev", "--born", "1971-03-14")[:1], ["inv-1"])
        self.assertEqual(self.lists(), whole)
        # A file that is gone is told, and nothing is answered without it; loading it again mends it.
        os.remove(os.path.join(self.data, "lists", self.entries("--subject", "list/two")[0]["body"]["file"] + ".jisr"))
        os.remove(manifest)
        self.assertIn("Load it again", self.jisr("check", "--name", "X", status=2).err)
        self.load("two")
        self.assertEqual(list(self.lists()), ["one", "two"])

    def test_a_rebuild_brings_back_the_lists_byte_for_byte(self):
        self.found()
        self.load("one")
        self.load("two")
        self.load("one", 2)
        manifest = os.path.join(self.data, "lists.json")
        with open(manifest, "rb") as file:
            before = file.read()
        os.remove(manifest)
        self.jisr("rebuild")
        with open(manifest, "rb") as file:
            self.assertEqual(file.read(), before)
        os.remove(manifest)
        for name in os.listdir(os.path.join(self.data, "lists")):
            os.remove(os.path.join(self.data, "lists", name))
        self.assertIn("Load it again", self.jisr("rebuild", status=2).err)

    def test_one_changed_byte_is_found_and_its_entry_named(self):
        self.found()
        self.load("one")
        self.load("two")
        path = os.path.join(self.data, "record.db")
        with pages.changed(path) as base:
            base.execute("UPDATE log_body SET body = replace(body, 'two.json', 'tvo.json') WHERE sequence = 3")
        said = self.jisr("log", "verify", status=1)
        self.assertIn("entry 3: its body is not the one that was signed", said.out)
        said = self.jisr("log", "verify", "--json", status=1).json()
        self.assertEqual([(f["entry"], said["good"]) for f in said["findings"]], [(3, False)])
        with pages.changed(path) as base:
            base.execute("UPDATE log_body SET body = replace(body, 'tvo.json', 'two.json') WHERE sequence = 3")
            base.execute("UPDATE record_list SET entities = 9 WHERE name = 'one'")
        self.jisr("log", "verify")
        self.assertIn("not what the log makes", self.jisr("log", "verify", "--tables", status=1).out)
        self.assertIn("had been different", self.jisr("rebuild").out)
        self.jisr("log", "verify", "--tables")

    def test_a_log_that_was_founded_anew_does_not_pass_for_the_old_one(self):
        self.found()
        self.load("one")
        self.jisr("log", "checkpoint", "--out", "kept")
        self.jisr("log", "verify", "--key", self.key, "--checkpoint", "kept")
        shutil.rmtree(self.data)
        key = self.key
        self.found()
        self.jisr("log", "verify")
        self.assertIn("another key", self.jisr("log", "verify", "--key", key, status=1).out)
        self.assertIn("not signed by this log's key", self.jisr("log", "verify", "--checkpoint", "kept", status=1).out)

    def test_gos_own_notes_and_trees_agree(self):
        go = shutil.which("go") or ("/usr/local/go/bin/go" if os.path.exists("/usr/local/go/bin/go") else None)
        if go is None:
            self.skipTest("go is not installed")
        self.found()
        for i in range(6):
            self.load(f"list-{i}", 1)
            if i == 2:
                self.jisr("log", "checkpoint", "--out", "old")
        self.file("go.mod", "module recordcheck\n\ngo 1.18\n\nrequire golang.org/x/mod v0.17.0\n")
        self.file("main.go", GO_PROGRAM)
        cache = os.path.join(os.path.dirname(os.path.abspath(JISR)), "go-cache")
        env = {**os.environ, "GOFLAGS": "-mod=mod", "GOPATH": os.path.join(cache, "path"), "GOTOOLCHAIN": "local",
               "GOCACHE": os.path.join(cache, "build"), "GOMODCACHE": os.path.join(cache, "path", "mod"), "CGO_ENABLED": "0"}
        if subprocess.run([go, "mod", "download", "golang.org/x/mod@v0.17.0"], cwd=self.folder, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).returncode != 0:
            self.skipTest("the Go module proxy cannot be reached")
        subprocess.run([go, "build", "-gcflags=-N -l", "-o", "check", "."], cwd=self.folder, env=env, check=True)

        def checked(*words):
            done = subprocess.run(["./check", self.key, *words], cwd=self.folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, 0, done.stderr.decode()[-2000:])
            return done.stdout.decode().strip()

        for sequence in (1, 4, 7):
            self.jisr("log", "proof", str(sequence), "--leaf", f"leaf-{sequence}", "--out", f"proof-{sequence}")
            self.assertEqual(checked("inclusion", f"proof-{sequence}", f"leaf-{sequence}"), f"included {sequence - 1} 7")
        self.jisr("log", "proof", "2", "--size", "4", "--leaf", "leaf", "--out", "proof")
        self.assertEqual(checked("inclusion", "proof", "leaf"), "included 1 4")
        self.jisr("log", "proof", "--from", "4", "--out", "grown")
        self.assertEqual(checked("consistency", "grown", "old"), "consistent 4 7")

    def copy_of(self, folder):
        return {os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names}

    def test_a_backup_made_while_it_is_used_is_restored_whole(self):
        self.found()
        self.load("one")
        self.load("two")
        with subprocess.Popen([JISR, "load", "--list", "three", self.file("three.json", ftm(PEOPLE))],
                              env=self.environment(), stdout=subprocess.DEVNULL) as loading:
            made = self.jisr("backup", "saved", "--json").json()
            loading.wait()
        saved = os.path.join(self.folder, "saved")
        self.assertEqual(os.stat(saved).st_mode & 0o777, 0o700)
        self.assertIn("log.key", " ".join(os.listdir(os.path.join(saved, "keys"))))
        self.assertEqual(made["files"], len(self.copy_of(saved)) - 1)
        self.file("head", made["checkpoint"])
        self.jisr("log", "verify", "--checkpoint", "head")
        # Into a directory that is there: refused, nothing changed. Elsewhere: whole, and it goes on.
        before = self.entries()
        self.assertIn("not empty", self.jisr("restore", "saved", status=2).err)
        self.assertEqual(self.entries(), before)
        os.rename(self.data, os.path.join(self.folder, "old"))
        self.assertIn("restored", self.jisr("restore", "saved").out)
        self.jisr("log", "verify", "--tables", "--key", self.key)
        self.assertIn(len(self.lists()), (2, 3))
        self.load("four")
        self.assertEqual(self.entries()[-1]["subject"], "list/four")
        self.assertIn("there already", self.jisr("backup", "saved", status=2).err)

    def test_who_may_not_replace_the_directory_is_told_so(self):
        self.found()
        self.jisr("backup", "saved")
        os.makedirs(os.path.join(self.folder, "var", "jisr"))
        more = self.plain_user()
        os.chmod(self.folder, 0o755)
        os.chmod(os.path.join(self.folder, "var"), 0o555)
        said = self.jisr("restore", "saved", "--data", os.path.join("var", "jisr"), status=2, more=more).err
        self.assertIn("put a restored directory in its place", said)
        self.assertNotIn("not empty", said)

    def test_a_changed_backup_is_not_restored(self):
        self.found()
        self.load("one")
        self.jisr("backup", "saved")
        saved = os.path.join(self.folder, "saved")
        for name in sorted(self.copy_of(saved)):
            path = os.path.join(saved, name)
            with open(path, "rb") as file:
                whole = file.read()
            for changed in (whole[:-1], whole[:len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1:]):
                with open(path, "wb") as file:
                    file.write(changed)
                self.jisr("restore", "saved", "--data", "other", status=2)
                self.assertEqual([n for n in os.listdir(self.folder) if n.startswith("other")], [])
            with open(path, "wb") as file:
                file.write(whole)
        self.jisr("restore", "saved", "--data", "other")
        # A manifest that fits a log that was changed: the log itself is verified.
        with pages.changed(os.path.join(saved, "record.db")) as base:
            base.execute("UPDATE log_body SET body = replace(body, 'one.json', 'ome.json')")
        with open(os.path.join(saved, "record.db"), "rb") as file:
            data = file.read()
        with open(os.path.join(saved, "backup.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        for item in manifest["files"]:
            if item["path"] == "record.db":
                item.update(sha256=hashlib.sha256(data).hexdigest(), size=len(data))
        with open(os.path.join(saved, "backup.json"), "w", encoding="utf-8") as file:
            file.write(json.dumps(manifest, separators=(",", ":"), sort_keys=True, ensure_ascii=False))
        said = self.jisr("restore", "saved", "--data", "third", status=2)
        self.assertIn("entry 2: its body is not the one that was signed", said.err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "third")))

    def test_a_backup_without_keys_can_be_verified_and_not_written(self):
        self.found()
        self.load("one")
        self.jisr("backup", "--without-keys", "saved")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "saved", "keys")))
        self.jisr("restore", "saved", "--data", "other")
        self.jisr("log", "verify", "--data", "other")
        self.jisr("load", "--data", "other", "--list", "x", self.file("x.json", ftm(PEOPLE[:1])), status=2)

    def test_a_record_on_a_disk_that_cannot_be_written_is_read(self):
        self.found()
        self.load("one")
        user = self.plain_user()
        if not user:
            self.skipTest("needs root, to become another")
        os.chmod(self.data, 0o555)
        self.jisr("log", "verify", more=user)
        self.assertEqual(self.jisr("log", "show", "2", more=user).status, 0)
        said = self.run_raw("load", "--list", "x", self.file("x.json", ftm(PEOPLE[:1])), **user)
        self.assertEqual(said.status, 2, said.err)
        os.chmod(self.data, 0o755)
        self.jisr("load", "--list", "x", self.file("x.json", ftm(PEOPLE[:1])), more=user)
        self.jisr("log", "verify", more=user)

    def test_a_mistake_is_told_with_what_to_do(self):
        self.assertIn("'jisr init' founds one", self.jisr("log", "verify", status=2).err)
        self.assertIn("icpo.example/record", self.jisr("init", status=2).err)
        self.assertIn("word", self.jisr("init", "two words", status=2).err)
        self.assertFalse(os.path.exists(self.data))
        self.found()
        self.assertIn("no entry 9", self.jisr("log", "show", "9", status=2).err)
        self.assertIn("no number of an entry", self.jisr("log", "show", "x1", status=2).err)
        self.assertIn("which step?", self.jisr("log", status=2).err)
        self.assertIn("Did you mean 'jisr log verify'?", self.jisr("log", "verfy", status=2).err)
        self.assertIn("what is to be proved", self.jisr("log", "proof", status=2).err)
        self.assertIn("does not hold entry 5", self.jisr("log", "proof", "5", status=2).err)
        self.assertIn("no checkpoint", self.jisr("log", "checkpoint", "--size", "5", status=2).err)
        self.file("taken", "x")
        self.assertIn("there already", self.jisr("log", "checkpoint", "--out", "taken", status=2).err)
        self.assertIn("no such file", self.jisr("log", "verify", "--key", "none", status=2).err.lower())
        with open(os.path.join(self.data, "record.db"), "r+b") as file:
            file.write(b"not a database at all")
        self.assertIn("damaged", self.jisr("log", "verify", status=2).err)

    def test_a_secret_key_is_for_its_owner_alone(self):
        self.found()
        keys = os.path.join(self.data, "keys")
        self.assertEqual(os.stat(keys).st_mode & 0o777, 0o700)
        for name in os.listdir(keys):
            self.assertEqual(os.stat(os.path.join(keys, name)).st_mode & 0o777, 0o600)
        self.assertEqual(os.stat(os.path.join(self.data, "record.db")).st_mode & 0o777, 0o600)
        os.rename(os.path.join(keys, "log.key"), os.path.join(self.folder, "log.key"))
        said = self.jisr("load", "--list", "x", self.file("x.json", ftm(PEOPLE[:1])), status=2)
        self.assertIn("log.key", said.err)
        self.assertEqual(len(self.entries()), 1)
        self.assertEqual(self.lists(), {})
        os.rename(os.path.join(self.folder, "log.key"), os.path.join(keys, "log.key"))
        self.load("x", 1)


if __name__ == "__main__":
    unittest.main()
