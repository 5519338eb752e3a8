"""Headquarters on several machines: etcd, PostgreSQL under Patroni, three serving processes and HAProxy, as packaging/cluster
brings them up, with parts killed while it is written to. tools/failover does the same for as long as one likes."""

import os
import random
import time
import unittest

from failover import Play, cluster
from program import JISR, PATIENCE, ProgramTest


class Cluster(ProgramTest):
    @unittest.skipIf(cluster.missing(), cluster.missing())
    def test_a_leader_a_serving_process_and_an_etcd_die_and_nothing_acknowledged_is_lost_or_doubled(self):
        os.chmod(self.folder, 0o755)
        # that it takes at most 15 seconds, and that all are in step in 2, is for tools/failover to tell: here others run at the same time
        play = Play(os.path.join(self.folder, "cluster"), random.Random(), patience=PATIENCE, writers=3, readers=1, behind=60)
        try:
            play.begin(os.path.abspath(JISR))
            play.start_load()
            play.fault("serve")
            play.fault("etcd")
            killed = [play.fault("leader")[0]]
            for part in play.whole.parts():
                play.whole.start(part)
            late = time.monotonic() + PATIENCE
            while min(len(play.load.done), play.load.answers) <= 20 and time.monotonic() < late: # how fast depends on the machine
                time.sleep(0.2)
            self.assertEqual(play.end(), [], killed)
            self.assertGreater(len(play.load.done), 20)
            self.assertGreater(play.load.answers, 20)
        finally:
            play.whole.down()


if __name__ == "__main__":
    unittest.main()
