"""The whole organisation on bad lines, in short; tools/network-trial does it with the cluster, for as many rounds as one likes."""

import random
import unittest

import trial
from program import JISR, ProgramTest


class Lines(ProgramTest):
    @unittest.skipIf(trial.missing(), trial.missing())
    def test_over_lines_that_are_cut_late_and_lossy_nothing_acknowledged_is_lost_or_doubled_and_all_are_equal(self):
        seed = random.randrange(1 << 30)
        play = trial.Trial(self.folder, JISR, random.Random(seed), environment=self.environment(), rest=0.5)
        try:
            play.build()
            play.start_writing()
            told = [play.round(3) for _ in range(2)]
            while play.acknowledged()[0] <= 5: # how soon depends on the machine
                told.append(play.round(3))
            self.assertEqual(play.end(), [], (seed, told))
            self.assertGreater(sum(place.line.carried for place in play.places.values()), 100)
        finally:
            play.down()


if __name__ == "__main__":
    unittest.main()
