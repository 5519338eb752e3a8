"""jisr-people, the generator behind ./run: what it prints is a list, and the same list every time."""

import json
import os
import subprocess
import unittest

PEOPLE = os.path.join(os.environ.get("JISR_BUILD", "build-test"), "bench", "jisr-people")


def people(*arguments, status=0):
    done = subprocess.run([PEOPLE, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8")


class People(unittest.TestCase):
    def test_every_line_is_an_entity_or_a_document_of_one(self):
        entities = [json.loads(line) for line in people("--count", "1000").splitlines()]
        ids = {entity["id"] for entity in entities}
        self.assertEqual(len(ids), len(entities))
        holders = [entity for entity in entities if "holder" not in entity["properties"]]
        self.assertEqual(len(holders), 1000)
        self.assertEqual({entity["schema"] for entity in holders}, {"Person", "Company", "Vessel"})
        for entity in entities:
            self.assertTrue(set(entity["properties"].get("holder", [])) <= ids)

    def test_the_same_seed_gives_the_same_list_from_any_beginning(self):
        whole = people("--count", "100", "--seed", "5").splitlines()
        rest = people("--count", "60", "--seed", "5", "--from", "40").splitlines()
        self.assertEqual(whole[-len(rest):], rest)
        self.assertNotEqual(whole, people("--count", "100", "--seed", "6").splitlines())

    def test_somebody_can_be_picked_whom_the_list_writes_in_one_script_only(self):
        for arguments in (["arabic"], ["chinese", "--listed", "native"], ["cyrillic"]):
            number, listed, asked, born, country = people("--count", "20000", "--pick", *arguments).strip().split("\t")
            self.assertNotEqual(listed, asked)
            self.assertNotEqual(listed.isascii(), asked.isascii())
            self.assertRegex(born, r"^\d{4}-\d\d-\d\d$")
            self.assertRegex(country, r"^[a-z]{2}$")
            self.assertTrue(number.isdigit())

    def test_a_passport_has_two_lines_of_44(self):
        lines = people("--mrz").splitlines()
        self.assertEqual([len(line) for line in lines], [44, 44])

    def test_wrong_options_are_refused(self):
        people("--count", "many", status=2)
        people("--nonsense", status=2)
        people("--count", "10", "--pick", "klingon", status=2)


if __name__ == "__main__":
    unittest.main()
