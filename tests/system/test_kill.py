"""kill -9 while `jisr load` is at work: afterwards there is the old version of the list or the new one, whole, and the
next load works and leaves nothing behind. (tests/watch/test_catalogue.c does the same at each single system call.)"""

import os
import random
import signal
import subprocess
import time
import unittest

from program import JISR, PATIENCE, ProgramTest, ftm

PEOPLE = 1500
KILLS = 40
LIST = "invented"
SURNAMES = ["Brambillov", "Quelmond", "Oslomund", "Vandermeulen", "Novakowitz", "Benrahhou", "Kuznedelev", "Obiakorandu"]
GIVEN = ["Ostap", "Tarvik", "Orsolya", "Tiberiu", "Salma", "Viktor", "Ngozi", "Edmondo", "Zinaida", "Leocadia"]


def people(version):
    """A list whose ids and passport numbers all carry the version; the two versions have different lengths."""
    count = PEOPLE + (100 if version == "B" else 0)
    return [{"id": f"{version}-{i}", "schema": "Person",
             "properties": {"name": [f"{GIVEN[i % len(GIVEN)]} {SURNAMES[i % len(SURNAMES)]} {i}"],
                            "birthDate": [str(1940 + i % 60)],
                            "passportNumber": [f"{version}{i:07d}"]}} for i in range(count)]


class Kill(ProgramTest):
    def setUp(self):
        super().setUp()
        self.files = {version: self.file(version + ".json", ftm(people(version))) for version in "AB"}

    def load(self, version):
        self.jisr("load", "--list", LIST, self.files[version])

    def killed_load(self, version, delay):
        """Starts a load and kills it after so many seconds; True when it was still running."""
        load = subprocess.Popen([JISR, "load", "--list", LIST, self.files[version]], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env=self.environment(), cwd=self.folder)
        time.sleep(delay)
        load.send_signal(signal.SIGKILL)
        return load.wait(PATIENCE) == -signal.SIGKILL

    def killed_drop(self, delay):
        drop = subprocess.Popen([JISR, "lists", "--drop", LIST], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                env=self.environment(), cwd=self.folder)
        time.sleep(delay)
        drop.send_signal(signal.SIGKILL)
        return drop.wait(PATIENCE) == -signal.SIGKILL

    def test_a_killed_drop_leaves_the_list_or_takes_it_whole(self):
        chance, killed, dropped = random.Random(3), 0, 0
        self.load("A")
        begin = time.monotonic()
        self.jisr("lists", "--drop", LIST)
        longest = time.monotonic() - begin
        for _ in range(KILLS // 2):
            self.load("A")
            hit = self.killed_drop(chance.random() * longest)
            killed += hit
            longest *= 1.1 if hit else 0.7
            if LIST in self.lists():
                self.assertEqual(self.version(), "A")
            else:
                dropped += 1
        self.assertGreater(killed, 0)
        self.load("B")
        self.assertEqual((self.version(), self.left_behind()), ("B", []))

    def version(self):
        """The version that `lists` and a check agree on."""
        item = self.lists()[LIST]
        version = {PEOPLE: "A", PEOPLE + 100: "B"}[item["entities"]]
        numbers = [f"{v}{i:07d}" for v in "AB" for i in (0, PEOPLE // 2, PEOPLE - 1)]
        words = [word for number in numbers for word in ("--document", number)]
        found = self.ids(*words, "--limit", "20")
        self.assertEqual(sorted(found), sorted(f"{version}-{i}" for i in (0, PEOPLE // 2, PEOPLE - 1)))
        return version

    def left_behind(self):
        """Names in the data directory that should not be there once a load has ended."""
        segments = os.listdir(os.path.join(self.data, "lists"))
        others = [name for name in os.listdir(self.data) if ".new-" in name]
        return others + segments[1:] + [name for name in segments[:1] if len(name) != 64 + len(".jisr")]

    def test_a_killed_load_leaves_the_old_version_or_the_new(self):
        self.load("A")
        start = time.monotonic()
        self.load("B")
        whole = time.monotonic() - start
        source = random.Random(20261123)
        killed = 0
        version = "B"
        for n in range(KILLS):
            other = "A" if version == "B" else "B"
            # Spread over the whole run and a little beyond, most of them late, where it is written.
            delay = whole * (source.uniform(0.0, 1.1) if n % 2 else source.uniform(0.6, 1.05))
            with self.subTest(kill=n, delay=round(delay, 4)):
                hit = self.killed_load(other, delay)
                killed += hit
                whole *= 1.05 if hit else 0.8 # the machine may have been busier when it was measured
                version = self.version()
                if n % 10 == 9:
                    self.load(version)
                    self.assertEqual(self.left_behind(), [])
        self.assertGreaterEqual(killed, KILLS // 4, "the kills came too late to tell anything")
        self.load("A")
        self.assertEqual(self.version(), "A")
        self.assertEqual(self.left_behind(), [])
        self.jisr("lists", "--verify")

    def test_a_first_load_that_is_killed_leaves_no_list_or_the_whole(self):
        for delay in (0.01, 0.1, 0.2, 0.4):
            self.killed_load("A", delay)
            if os.path.exists(self.data):
                self.assertIn(len(self.jisr("lists", "--json").json()["lists"]), (0, 1))
        self.load("A")
        self.assertEqual(self.version(), "A")
        self.assertEqual(self.left_behind(), [])


if __name__ == "__main__":
    unittest.main()
