"""What `jisr doctor` says of installations that are well and of those that are not."""

import contextlib
import os
import sqlite3
import unittest

from program import ProgramTest


class Doctor(ProgramTest):
    def findings(self, *words, status=0):
        answer = self.jisr("doctor", "--json", *words, status=status).json()
        self.assertEqual(answer["mend"], sum(line["finding"] == "mend" for line in answer["findings"]))
        return {line["what"]: (line["finding"], line["says"]) for line in reversed(answer["findings"])}

    def test_what_is_well_and_what_is_not(self):
        nothing = self.jisr("doctor", status=1)
        self.assertIn("is not there", nothing.out)
        self.assertFalse(os.path.exists(self.data), "it makes nothing")

        self.jisr("init", "test.invalid/record")
        found = self.findings()
        self.assertEqual([found[what][0] for what in ("directory", "keys", "record")], ["good"] * 3)
        self.assertEqual(found["lists"][0], "look")
        self.assertIn("test.invalid/record", found["record"][1])

        keys = os.path.join(self.data, "keys")
        os.chmod(os.path.join(keys, "log.key"), 0o644)
        os.chmod(self.data, 0o755)
        found = self.findings(status=1)
        self.assertIn("chmod", found["keys"][1])
        self.assertEqual(found["directory"][0], "mend")
        os.chmod(os.path.join(keys, "log.key"), 0o600)
        os.chmod(self.data, 0o700)

        with open(os.path.join(self.data, "lists.json"), "w", encoding="utf-8") as file:
            file.write("{")
        self.assertEqual(self.findings(status=1)["lists"][0], "mend")

    def test_a_whole_organisation_is_well(self):
        self.jisr("demo", "--notices", "20", "--objects", "20", "--entities", "50", "--ballots", "0")
        self.assertEqual(self.findings()["record"][0], "good")
        # SQLite 3.40 finds damage that is not there in a table without a rowid whose key is not its first columns.
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/record.db?mode=ro", uri=True)) as db:
            for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%WITHOUT ROWID%'").fetchall():
                places = [row[0] for row in db.execute("SELECT cid FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (name,))]
                self.assertEqual(places, list(range(len(places))), name)

    def turn(self, name, at):
        """Another bit in a file; at < 0 counts from its end."""
        with open(os.path.join(self.data, name), "r+b") as file:
            file.seek(at, os.SEEK_SET if at >= 0 else os.SEEK_END)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 4]))

    def test_a_bit_that_turned_is_found_in_keys_and_tables(self):
        self.jisr("init", "--administrator", "Invented Person", "--login", "i.person", "test.invalid/record")
        self.jisr("message", "box", "--officer", "GS-1")
        box = next(name for name in os.listdir(os.path.join(self.data, "keys")) if name.endswith(".box"))
        self.findings()
        for name, at in ((f"keys/{box}", -9), ("keys/log.key", -9), ("local.db", -900), ("record.db", 3 * 4096 + 900)):
            self.turn(name, at)
            answer = self.jisr("doctor", "--json", status=1).json()
            self.assertIn(name, " ".join(line["says"] for line in answer["findings"] if line["finding"] == "mend"))
            self.turn(name, at)
        self.findings()

    def test_settings_and_certificate(self):
        self.jisr("init", "test.invalid/record")
        path = os.path.join(self.folder, "serve.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("conections = 5\n")
        self.assertIn("serve.conf:1", self.findings("--config", path, status=1)["settings"][1])
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"tls-certificate = {self.folder}/none.pem\ntls-key = {self.folder}/none.key\nconfine = no\n")
        found = self.findings("--config", path, status=1)
        self.assertEqual(found["certificate"][0], "mend")
        self.assertIn("confine = no", self.jisr("doctor", "--config", path, status=1).out)


if __name__ == "__main__":
    unittest.main()
