"""The text layer of printed notices: every name of the test set of names, where JISR_SHARED holds it, is put into notices, printed in
each of the four languages in turn, and read back by pdftotext. A sample in every run; JISR_NAMES=all ./test system/paper takes all."""

import csv
import os
import re
import subprocess
import unicodedata
import unittest

import test_notices

PAIRS = os.path.join(os.environ.get("JISR_SHARED", ""), "data", "name-pairs")
SAMPLE, NOTICE = 60, 30 # names of a run; names of one notice
LANGUAGES = ("ar", "en", "es", "fr")


def test_set():
    names = set()
    with open(os.path.join(PAIRS, "pairs.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names |= {row["name1"], row["name2"]}
    with open(os.path.join(PAIRS, "one-person-80-spellings.txt"), encoding="utf-8") as file:
        names |= {line.strip() for line in file}
    return sorted(name for name in names if name == name.strip() and 0 < len(name) <= 200)


def folded(text):
    """In one way of writing the same, and without the spaces at which lines are broken."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", test_notices.plain(text)))


class Paper(test_notices.NoticesTest):
    @unittest.skipUnless(os.path.exists(PAIRS), "the test set of names is not here")
    def test_every_name_is_read_back_as_it_was_written(self):
        names = test_set()
        self.assertGreater(len(names), 2 * SAMPLE)
        if os.environ.get("JISR_NAMES") != "all":
            names = names[:: len(names) // SAMPLE]
        self.found()
        lost = 0
        for place, first in enumerate(range(0, len(names), NOTICE)):
            some, language = names[first:first + NOTICE], LANGUAGES[place % len(LANGUAGES)]
            content = dict(test_notices.CONTENT, names=[{"text": name, "kind": "alias"} for name in some])
            number, path = self.draft(content=content), os.path.join(self.folder, f"{place}.pdf")
            self.step("print", number, "--language", language, "--out", path)
            try:
                text = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], stdout=subprocess.PIPE, check=True).stdout.decode()
            except FileNotFoundError:
                self.skipTest("poppler-utils is not installed")
            read = folded(text)
            lost += sum(folded(name) not in read for name in some) # real people: a failure counts them and names none
        self.assertEqual(lost, 0, f"of {len(names)} names")


if __name__ == "__main__":
    unittest.main()
