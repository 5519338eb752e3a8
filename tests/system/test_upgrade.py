"""Data directories that earlier versions of the program made (tools/earlier) are taken over: all that they held is there, the log
verifies, and what was found is found."""

import json
import os
import tarfile
import unittest

import program
from program import SOURCE
from service import ServiceTest

EARLIER = os.path.join(SOURCE, "tests", "earlier")
PLURAL = ("members", "offices", "officers", "keys", "notices", "hits", "operations", "objects", "sessions")


class Upgrade(ServiceTest):
    def unpack(self, name):
        with tarfile.open(os.path.join(EARLIER, name + ".tar.xz")) as archive:
            archive.extractall(self.folder)
        with open(os.path.join(EARLIER, name + ".json"), encoding="utf-8") as file:
            return json.load(file)

    def holds(self, now, then, where):
        """All that was told then is told now; there may be more."""
        if isinstance(then, dict):
            for name, value in then.items():
                self.assertIn(name, now, where)
                self.holds(now[name], value, f"{where}.{name}")
        elif isinstance(then, list):
            self.assertEqual(len(now), len(then), where)
            for i, value in enumerate(then):
                self.holds(now[i], value, f"{where}[{i}]")
        else:
            self.assertEqual(now, then, where)

    def told(self, line):
        return self.jisr(*line, "--json").json()

    def load_again(self):
        """The files of lists have another form since; the entries that name them stay."""
        told = self.jisr("serve", "--listen", "127.0.0.1:0", status=2).err
        self.assertIn("load the list again", told)
        self.assertIn("record.db is of an earlier version: it was written anew with sums of its pages", told)
        self.jisr("load", "--list", "people", self.file("people.json", program.ftm(program.PEOPLE)))

    def verified(self, then, loaded):
        now = self.told(["log", "verify", "--tables"])
        self.assertTrue(now["good"])
        self.assertEqual((now["log"], now["key"]), (then["log"]["log"], then["log"]["key"]))
        self.assertEqual(now["entries"], then["log"]["entries"] + loaded)

    def test_a_record_without_officers(self):
        then = self.unpack("record")
        # Who only looks changes nothing, and says what would.
        self.assertIn("jisr rebuild", self.jisr("check", "--name", "Salma Benrahhou", status=2).err)
        self.load_again()
        self.verified(then, 1)
        self.assertEqual([hit["id"] for hit in self.jisr("check", "--name", "Salma Benrahhou", "--json", status=1).json()["hits"]],
                         [hit["id"] for hit in then["check"]["hits"]])
        self.serve()
        kept = self.ask("GET", "/api/v1/decisions").json()["decisions"]
        self.assertEqual([(d["reference"], d["entity"], d["decision"]) for d in kept], [("customer 4711", "inv-3", "different")])
        asked = {"name": "Zhao Mingxuan", "born": "1961", "reference": "customer 4711"}
        self.assertEqual(self.ask("POST", "/api/v1/check", json.dumps(asked), {"Content-Type": "application/json"}).json()["hidden"], 1)

    def test_an_organisation_with_notices_hits_objects_operations_and_a_session(self):
        then = self.unpack("notices")
        self.load_again() # serve has brought the tables up before it asked for the list
        self.verified(then, 1)
        lines = {"notices": ["notice", "list", "--officer", "MA-1"], "hits": ["hit", "list"], "operations": ["operation", "list"],
                 "objects": ["object", "list"], "sessions": ["assembly", "list"]}
        for what in PLURAL:
            self.assertGreater(len(then[what][what]), 0, what)
            self.holds(self.told(lines.get(what, [what])), then[what], what)
        self.holds(self.told(["assembly", "show", "93", "figures"])["figures"]["invited"], then["figures"]["figures"]["invited"], "invited")
        self.assertEqual(len(self.jisr("check", "--name", "Salma Benrahhou", "--json", status=1).json()["hits"]), len(then["check"]["hits"]))
        # Life goes on where it was.
        draft = [notice["id"] for notice in then["notices"]["notices"] if notice["state"] == "draft"]
        self.jisr("notice", "request", draft[0], "--officer", "MA-1")
        self.jisr("hit", "arrest", then["hits"]["hits"][0]["id"], "--days", "40", "--officer", "FR-1")
        self.jisr("rebuild")
        self.jisr("log", "verify", "--tables")


if __name__ == "__main__":
    unittest.main()
