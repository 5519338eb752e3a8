"""jisr batch: a CSV file of customers in, a CSV file of hits out."""

import csv
import io
import json
import os
import subprocess
import unittest

from program import JISR, PATIENCE, ProgramTest, ftm

CUSTOMERS = """\
id,name,birthDate,nationality,sex,document
k1,Viktor Kuznedelev,1971-03-14,by,m,
k2,Annelies Grootjans,1980-05-09,nl,f,
k3,"Benrahhou, Salma",1984,Morocco,female,
k4,,,,,BY:MP4471203
k5,Zhao Mingxuan,,,,
"""
HEADER = ["id", "entity", "caption", "list", "score", "matched name"]


class Batch(ProgramTest):
    def setUp(self):
        super().setUp()
        self.load_people()

    def batch(self, text, *words, status=1):
        result = self.jisr("batch", self.file("customers.csv", text), *words, status=status)
        return list(csv.reader(io.StringIO(result.out))), result.err

    def test_a_row_a_hit(self):
        rows, error = self.batch(CUSTOMERS)
        self.assertEqual(rows[0], HEADER)
        self.assertEqual([row[:2] for row in rows[1:]], [["k1", "inv-1"], ["k3", "inv-2"], ["k4", "inv-1"], ["k5", "inv-3"]])
        for row in rows[1:]:
            self.assertEqual(len(row), 6)
            self.assertEqual(row[3], "invented")
            self.assertRegex(row[4], r"^[01]\.\d{4}$")
        self.assertEqual(rows[1][2], "Viktor Kuznedelev")
        self.assertEqual(rows[3][5], "") # found by its document
        self.assertIn("5 rows checked, 4 with hits", error)

    def test_no_hit_is_status_0(self):
        rows, _ = self.batch("name\nAnnelies Grootjans\n", status=0)
        self.assertEqual(rows, [HEADER])

    def test_columns_by_their_usual_names_and_other_delimiters(self):
        for text in ("Full_Name;Date of Birth;Gender\nViktor Kuznedelev;1971;M\n",
                     "\ufeffFIRST NAME\tLast-Name\tDOB\r\nViktor\tKuznedelev\t1971\r\n",
                     "customer_id,surname,given_names,passport_number\n7,Kuznedelev,Viktor,MP4471203\n",
                     "notes,name\n\"a, b\nc\",\"Kuznedelev, \"\"Viktor\"\"\"\n"):
            with self.subTest(text=text):
                rows, _ = self.batch(text)
                self.assertEqual([row[1] for row in rows[1:]], ["inv-1"])
        rows, _ = self.batch("name\nAnnelies Grootjans\n\nViktor Kuznedelev\n")
        self.assertEqual(rows[1][0], "4") # no ids: the line

    def test_several_values_in_a_cell(self):
        rows, _ = self.batch("id,name,nationality\n1,Nobody Known; Somebody Else ; Salma Benrahhou;,fr; ma\n")
        self.assertEqual([row[1:6] for row in rows[1:]], [["inv-2", "Salma Benrahhou", "invented", "1.0000", "Salma Benrahhou"]])

    def test_bad_rows_are_told_with_their_line_and_do_not_stop_the_rest(self):
        text = "id,name,birthDate,nationality\n1,Viktor Kuznedelev,14/03/1971,Atlantis\n2,,,\n3,Salma Benrahhou\n"
        rows, error = self.batch(text)
        self.assertEqual([row[:2] for row in rows[1:]], [["1", "inv-1"], ["3", "inv-2"]])
        self.assertRegex(error, r"customers\.csv:2: birthDate .*1971-03-14.*Atlantis.*checked without")
        self.assertRegex(error, r"customers\.csv:3: NOT CHECKED")
        self.assertIn("1 rows not checked", error)
        self.assertIn("NOT CHECKED", self.batch("id,name\n1,\n2,Annelies Grootjans\n", status=2)[1])

    def test_files_that_cannot_be_checked(self):
        for text in ("", "\n\n", "colour,size\nred,3\n", "\0\0\0", "id,name\n1,\"open\n" + "x,\n" * 10):
            with self.subTest(text=text[:20]):
                _, error = self.batch(text, status=2)
                self.assertIn("customers.csv", error)
        self.assertIn("nothere.csv", self.jisr("batch", "nothere.csv", status=2).err)
        self.assertIn("directory", self.jisr("batch", self.folder, status=2).err)

    def test_out_is_whole_or_not_there(self):
        out = os.path.join(self.folder, "hits.csv")
        _, _ = self.batch(CUSTOMERS, "--out", out)
        with open(out, encoding="utf-8") as f:
            whole = f.read()
        self.assertEqual(whole.splitlines()[0], ",".join(HEADER))
        self.assertEqual(len(whole.splitlines()), 5)
        self.batch("id,name\n1,\"open", "--out", out, status=2)
        with open(out, encoding="utf-8") as f:
            self.assertEqual(f.read(), whole)
        self.assertEqual(sorted(n for n in os.listdir(self.folder) if "hits" in n), ["hits.csv"])
        customers = self.file("customers.csv", CUSTOMERS)
        self.assertIn("is the file that is read", self.jisr("batch", customers, "--out", customers, status=2).err)
        self.jisr("batch", customers, "--out", self.folder, status=2)
        self.jisr("batch", customers, "--out", "/nowhere/at/all.csv", status=2)

    def test_any_number_of_threads_gives_the_same_file(self):
        rows = "".join(f"r{i},{name}\n" for i in range(700) for name in (
            ["Viktor Kuznedelev", "Annelies Grootjans", "Salma Benrahhou"][i % 3],))
        path = self.file("many.csv", "id,name\n" + rows)
        outputs = {self.jisr("batch", path, "--threads", str(n), status=1).out for n in (1, 2, 7)}
        self.assertEqual(len(outputs), 1)
        ids = [row[0] for row in csv.reader(io.StringIO(outputs.pop()))][1:]
        self.assertEqual(ids, [f"r{i}" for i in range(700) if i % 3 != 1])

    def test_json_is_an_object_a_row(self):
        result = self.jisr("batch", self.file("customers.csv", CUSTOMERS), "--json", status=1)
        answers = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual([answer["id"] for answer in answers], ["k1", "k2", "k3", "k4", "k5"])
        self.assertEqual([len(answer["hits"]) for answer in answers], [1, 0, 1, 1, 1])
        self.assertEqual(answers[0]["hits"][0]["lists"], ["invented"])

    def test_standard_input_and_threshold(self):
        result = self.jisr("batch", "-", "--threshold", "0.99", status=1, input=CUSTOMERS)
        self.assertNotIn("0.8", result.out)

    def test_values_that_need_quotes_come_back_whole(self):
        tricky = {"id": "q,\"1\"", "schema": "Person", "caption": "Comma, \"Quote\" Person", "properties": {
            "name": ["Eustachius Brockenbrough"]}}
        self.jisr("load", "--list", "tricky", self.file("tricky.json", ftm([tricky])))
        rows, _ = self.batch("id,name\n\"a,b \"\"c\"\"\",Eustachius Brockenbrough\n")
        self.assertEqual(rows[1][:3], ["a,b \"c\"", "q,\"1\"", "Comma, \"Quote\" Person"])

    def test_a_closed_pipe_ends_quietly(self):
        path = self.file("many.csv", "name\n" + "Viktor Kuznedelev\n" * 5000)
        done = subprocess.run(["sh", "-c", '"$0" batch "$1" 2>&1 >/dev/null | head -1; "$0" batch "$1" 2>/dev/null | head -1', JISR,
                               path], env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=PATIENCE, check=False)
        self.assertNotIn(b"Sanitizer", done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
