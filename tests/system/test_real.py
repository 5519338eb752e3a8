"""The real lists, where JISR_SHARED holds them: what the program counts against an own count. Names are read at run time
and stand nowhere in the tests."""

import csv
import os
import unittest
import xml.etree.ElementTree

from program import ProgramTest

SHARED = os.path.join(os.environ.get("JISR_SHARED", ""), "data")
JANUARY = os.path.join(SHARED, "ofac-sdn-2024-01")
MAY = os.path.join(SHARED, "ofac-sdn-2024-05")
NATIONS = os.path.join(SHARED, "un-consolidated", "UN_consolidated.xml")


def sdn_ids(path):
    with open(path, encoding="latin-1", newline="") as f:
        return {row[0].strip() for row in csv.reader(f) if len(row) > 2 and row[0].strip().isdigit()}


class Real(ProgramTest):
    def need(self, *paths):
        for path in paths:
            if not os.path.exists(path):
                self.skipTest("the real lists are not here")

    def test_ofac_january_then_may(self):
        old, new = os.path.join(JANUARY, "sdn.csv"), os.path.join(MAY, "sdn.csv")
        self.need(old, new)
        before, after = sdn_ids(old), sdn_ids(new)
        (first,) = self.jisr("load", *(os.path.join(JANUARY, n) for n in ("sdn.csv", "alt.csv", "add.csv")),
                             "--json").json()["lists"]
        self.assertEqual((first["list"], first["added"], first["skipped"]), ("ofac-sdn", len(before), 0))
        (second,) = self.jisr("load", new, "--json").json()["lists"]
        self.assertEqual((second["added"], second["removed"]), (len(after - before), len(before - after)))
        self.assertEqual(second["changed"] + second["unchanged"], len(after & before))
        self.assertEqual(self.lists()["ofac-sdn"]["entities"], len(after))
        with open(new, encoding="latin-1", newline="") as f:
            people = [row for row in csv.reader(f) if len(row) > 2 and row[2].strip() == "individual"]
        for at in (0, 10, len(people) // 2, len(people) - 1):
            with self.subTest(position=at):
                ids = self.ids("--name", people[at][1], "--limit", "20")
                self.assertTrue(any(people[at][0].strip() in found for found in ids), (at, len(ids)))

    def test_united_nations(self):
        self.need(NATIONS)
        root = xml.etree.ElementTree.parse(NATIONS).getroot()
        records = root.findall("./INDIVIDUALS/INDIVIDUAL") + root.findall("./ENTITIES/ENTITY")
        (item,) = self.jisr("load", NATIONS, "--json").json()["lists"]
        self.assertEqual((item["list"], item["entities"], item["skipped"]), ("un-sc", len(records), 0))
        individuals = root.findall("./INDIVIDUALS/INDIVIDUAL")
        for at in (0, 7, len(individuals) // 2, len(individuals) - 1):
            with self.subTest(position=at):
                person = individuals[at]
                fields = [person.findtext(tag) for tag in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
                name = " ".join(field.strip() for field in fields if field)
                answer = self.jisr("check", "--name", name, "--limit", "20", "--json", status=1).json()
                self.assertGreaterEqual(answer["hits"][0]["score"], 0.95)
                original = person.findtext("NAME_ORIGINAL_SCRIPT")
                if original:
                    self.assertEqual(self.run_raw("check", "--name", original.strip()).status, 1)


if __name__ == "__main__":
    unittest.main()
