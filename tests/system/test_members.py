"""The register on the command line: an invented organisation from `jisr demo`, the same from the same seed; members,
offices, officers and keys; and what is refused."""

import os
import signal
import subprocess
import time
import unittest

from program import JISR, PATIENCE, ProgramTest

KILLS = 3


class Demo(ProgramTest):
    def filled(self, name, *words):
        data = os.path.join(self.folder, name)
        self.jisr("demo", "--ballots", "0", "--data", data, "--entities", "60", "--notices", "60", "--objects", "200", *words)
        told = {}
        for kind in ("members", "offices", "officers"):
            rows = self.jisr(kind, "--json", "--data", data).json()[kind]
            for row in rows:
                del row["since"]
            told[kind] = rows
        told["keys"] = [(key["office"], key["added"]) for key in self.jisr("keys", "--json", "--data", data).json()["keys"]]
        told["hit"] = self.jisr("lists", "--json", "--data", data).json()["lists"][0]["entities"]
        return told

    def test_the_same_seed_makes_the_same_organisation(self):
        first, again, other = self.filled("a"), self.filled("b"), self.filled("c", "--seed", "2")
        self.assertEqual(first, again)
        self.assertNotEqual(first["officers"], other["officers"])
        self.assertEqual(first["members"], other["members"])
        self.assertEqual(len(first["members"]), 196)
        self.assertEqual(len(first["offices"]), 210)
        self.assertEqual(len(first["officers"]), 405)
        self.assertEqual({key[0] for key in first["keys"]}, {office["code"] for office in first["offices"]})
        self.assertEqual(len({officer["login"] for officer in first["officers"]}), 405)
        bureaus = [office for office in first["offices"] if office["kind"] == "bureau"]
        self.assertEqual({office["code"] for office in bureaus}, {member["code"] for member in first["members"]})
        for office in first["offices"]:
            heads = [o for o in first["officers"] if o["office"] == office["code"] and "head-of-bureau" in o["roles"]]
            self.assertEqual(len(heads), 0 if office["code"] in ("GS", "CCF") else 1)

    def test_it_fills_nothing_but_an_empty_directory(self):
        os.makedirs(self.data)
        with open(os.path.join(self.data, "own"), "w", encoding="utf-8") as file:
            file.write("precious")
        result = self.jisr("demo", status=2)
        self.assertIn("is not empty", result.err)
        self.assertEqual(os.listdir(self.data), ["own"])
        self.assertIn("--seed", self.jisr("demo", "--seed", "many", status=2).err)

    def test_killed_at_any_moment_it_leaves_a_record_that_opens(self):
        begin = time.monotonic()
        self.jisr("demo", "--ballots", "0", "--entities", "60", "--notices", "60", "--objects", "200")
        longest, opened, i = time.monotonic() - begin, 0, -1
        while (i := i + 1) < KILLS or opened == 0:
            data = os.path.join(self.folder, f"killed-{i}")
            demo = subprocess.Popen([JISR, "demo", "--ballots", "0", "--entities", "60", "--notices", "60", "--objects", "200", "--data", data], stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL, env=self.environment())
            time.sleep(longest * (i + 1) / (KILLS + 1)) # longer and longer, if the machine is busier than when it was measured
            demo.send_signal(signal.SIGKILL)
            demo.wait(PATIENCE)
            if not os.path.exists(os.path.join(data, "record.db")):
                continue
            shown = subprocess.run([JISR, "members", "--json", "--data", data], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=self.environment(), check=False)
            if shown.returncode == 2 and b"jisr init" in shown.stderr:
                continue # killed before the record was founded
            self.assertEqual(shown.returncode, 0, shown.stderr)
            opened += 1
            self.jisr("log", "verify", "--data", data)
            self.jisr("members", "admit", "TV", "--region", "asia", "--data", data)


class Register(ProgramTest):
    def setUp(self):
        super().setUp()
        self.jisr("init", "test.example/record")
        self.jisr("members", "admit", "MA")
        self.jisr("offices", "open", "MA")

    def refused(self, *words, says):
        result = self.jisr(*words, status=2)
        self.assertEqual(result.out, "")
        self.assertIn(says, result.err)

    def rows(self, kind, *words):
        return self.jisr(kind, "list", "--json", *words).json()[kind]

    def test_members_are_admitted_edited_suspended(self):
        self.jisr("members", "suspend", "MA", "--reason", "a test")
        self.assertEqual([(m["code"], m["state"]) for m in self.rows("members")], [("MA", "suspended")])
        self.refused("officers", "appoint", "MA", "--name", "A B", "--login", "ab", "--roles", "reader",
                     says="MA is suspended")
        self.jisr("members", "reinstate", "MA", "--reason", "a test")
        done = self.jisr("members", "edit", "MA", "--name-en", "Kingdom of Morocco", "--json").json()
        (member,) = self.rows("members", "MA")
        self.assertEqual((member["names"]["en"], member["version"]), ("Kingdom of Morocco", done["version"]))
        self.assertIn("المغرب", self.jisr("members").out)
        self.refused("members", "admit", "MA", says="MA is a member already")
        self.refused("members", "admit", "Morocco", says="1 to 2 bytes")
        self.refused("members", "suspend", "MA", says='"reason" is missing')
        self.refused("members", "suspend", says="say which")
        self.refused("members", "list", "XX", says="there is no member XX")
        self.refused("members", "sack", "MA", says="there is no step 'sack'")

    def test_officers_come_and_go_by_the_rules(self):
        appoint = ["officers", "appoint", "MA", "--name", "Salma Benrahhou", "--login", "s.benrahhou"]
        self.refused(*appoint, "--roles", "reviewer", says="nobody in MA can be reviewer")
        self.refused(*appoint, says='"roles" is a list of at least one of')
        self.assertEqual(self.jisr(*appoint, "--roles", "head-of-bureau,reader", "--json").json()["id"], "MA-1")
        self.refused("officers", "appoint", "MA", "--name", "C D", "--login", "cd", "--roles", "reader",
                     says="headquarters does it only where nobody is in charge")
        self.refused("officers", "appoint", "GS", "--name", "C D", "--login", "s.benrahhou", "--roles", "reader",
                     says="another officer signs in as s.benrahhou")
        self.jisr("officers", "appoint", "GS", "--name", "Root", "--login", "root", "--roles", "administrator")
        self.refused("officers", "end", "GS-1", "--reason", "x", says="the last administrator of GS")
        (officer,) = self.rows("officers", "MA")
        self.assertEqual((officer["name"], officer["roles"]), ("Salma Benrahhou", ["reader", "head-of-bureau"]))
        self.jisr("offices", "close", "MA", "--reason", "a test")
        (officer,) = self.rows("officers", "MA")
        self.assertEqual(officer["state"], "ended")
        (key,) = self.rows("keys", "MA")
        self.assertIsNotNone(key["ended"])
        self.jisr("log", "verify")

    def test_keys_are_rotated(self):
        (old,) = self.rows("keys", "MA")
        new = self.jisr("keys", "add", "MA", "--json").json()["id"]
        self.jisr("keys", "end", f"MA/{old['id']}", "--reason", "rotated")
        self.assertEqual([(f"MA/{key['id']}" == new, key["ended"] is None) for key in self.rows("keys", "MA")],
                         [(False, False), (True, True)])
        (own,) = self.rows("keys", "GS")
        self.refused("keys", "end", f"GS/{own['id']}", "--reason", "x", says="headquarters' only key")
        self.refused("keys", "end", "MA", "--reason", "x", says="as in MA/1a2b3c4d")
        for name in os.listdir(os.path.join(self.data, "keys")):
            self.assertEqual(os.stat(os.path.join(self.data, "keys", name)).st_mode & 0o777, 0o600)
        self.jisr("log", "verify")

    def test_without_a_record_each_command_says_how_to_found_one(self):
        for command in ("members", "offices", "officers", "keys"):
            self.assertIn("jisr init", self.jisr(command, "--data", os.path.join(self.folder, "none"), status=2).err)

    def test_all_members_at_once_and_again_changes_nothing(self):
        first = self.jisr("members", "admit", "--all", "--json").json()
        self.assertEqual(first, {"members": 195, "offices": 207})
        self.assertEqual(self.jisr("members", "admit", "--all", "--json").json(), {"members": 0, "offices": 0})
        self.assertEqual(len(self.rows("members")), 196)


if __name__ == "__main__":
    unittest.main()
