"""One bit turned in a file of a node and of headquarters, some times: flips.py. tools/bit-flips does it a thousand times."""

import random
import shutil
import tempfile
import unittest

import flips
from program import JISR

SEED = 8
AT_NODE = (".box", "objects/", "pictures/", "lists.json")
AT_HQ = ("papers/", "log.key")


class Flips(unittest.TestCase):
    def test_no_turned_bit_makes_a_wrong_answer(self):
        folder = tempfile.mkdtemp(prefix="jisr-flips-")
        self.addCleanup(shutil.rmtree, folder)
        world = flips.World(folder, JISR, notices=10)
        self.addCleanup(world.end)
        chance = random.Random(SEED)
        came = {}
        for place, names in ((world.node, AT_NODE), (world.hq, AT_HQ)):
            self.assertEqual(world.measure(place), [], "it answers otherwise without a flip")
            files = [path for paths in place.files().values() for path in paths]
            for name in names:
                path = chance.choice([one for one in files if name in one])
                outcome, said = world.flip(place, path, chance)
                self.assertNotIn(outcome, flips.BAD, said)
                came.setdefault(outcome, []).append(said)
        self.assertTrue(came.get("refused"), came)

    def test_a_wrong_answer_would_be_noticed(self):
        before, found = flips.Found(), flips.Found()
        place = flips.Place("/nowhere", "hq", "GS-6", True)
        before.answers, found.answers = {"GET /a": (200, "one", "")}, {"GET /a": (200, "another", "")}
        before.status = found.status = 0
        place.whole = [before]
        self.assertEqual(flips.World.judge(None, place, found)[0], flips.WRONG)
        found.answers["GET /a"] = (200, "one", "")
        found.status = -11
        self.assertEqual(flips.World.judge(None, place, found)[0], flips.CRASHED)


if __name__ == "__main__":
    unittest.main()
