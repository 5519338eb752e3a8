"""kill -9 at random moments of the workflow: officers of three offices lead notices and hits through their life over HTTP while
the service is killed. After each kill: what was acknowledged is there, everything is in the state that its last step leads to,
what goes together came together, and the log verifies. tools/faults does it 200 times."""

import json
import os
import random
import re
import sqlite3
import threading
import unittest

import test_notices
from program import PATIENCE
from test_notices import CONTENT, REVIEW

KILLS = int(os.environ.get("JISR_NOTICE_KILLS", "3"))
WORKERS = 4
SCOPES = {"MA-1": ["notices.read", "notices.write", "hits.read", "hits.follow"], "FR-1": ["notices.read", "hits.read", "hits.write", "hits.follow"],
          "GS-6": ["notices.read", "notices.review"], "GS-7": ["notices.read", "notices.review", "notices.publish"]}


class Stopped(Exception):
    pass


class NoticeKill(test_notices.NoticesTest):
    def post(self, who, path, body=None):
        try:
            answer = self.ask("POST", path, body or {}, headers=self.tokens[who], status=None)
        except OSError as error:
            raise Stopped from error
        except Exception as error: # an answer that was cut off
            raise Stopped from error
        self.assertIn(answer.status, (200, 201), answer.text)
        made = answer.json()
        with self.lock:
            self.acknowledged.append(("hit" if "/hits" in path else "notice", made["id"], made["step"], made["version"]))
        return made["id"]

    def live(self, seed):
        """One notice after the other, until nobody answers."""
        chance = random.Random(seed)
        try:
            while True:
                notice = self.post("MA-1", "/api/v1/notices", {"content": CONTENT})
                path = "/api/v1/notices/" + notice.replace("/", "-")
                self.post("MA-1", path + "/request")
                self.post("GS-6", path + "/take")
                self.post("GS-6", path + "/assess", {"review": REVIEW})
                self.post("GS-7", path + "/publish")
                for _ in range(chance.randrange(3)):
                    self.post("MA-1", path + "/restrict", {"reach": {"except": [chance.choice(["ES", "PT", "IT"])]}})
                hit = self.post("FR-1", "/api/v1/hits", {"notice": notice, "place": "x", "text": "y"})
                hit = "/api/v1/hits/" + hit.replace("/", "-")
                self.post("MA-1", hit + "/confirm")
                self.post("FR-1", hit + "/inform", {"text": "here"})
                self.post("MA-1", hit + "/conclude", {"end": True})
        except Stopped:
            pass

    def leads_to(self, command):
        """step -> state, as the program tells its table."""
        table = {}
        for line in self.jisr(command, "states").out.splitlines():
            found = re.match(r"(\S+)\s+.*-> (the same|\w+)", line)
            if found and not line.startswith(" "):
                table.setdefault(found[1], found[2])
        return table

    def look(self):
        base = sqlite3.connect(f"file:{os.path.join(self.data, 'record.db')}?mode=ro", uri=True)
        for what in ("notice", "hit"):
            table = self.tables[what]
            last = {}
            for number, step, sequence in base.execute(f"SELECT id, step, sequence FROM {what}_history ORDER BY sequence"):
                if table.get(step, "the same") != "the same":
                    last[number] = table[step]
                self.history.add((what, number, step, sequence))
            states = dict(base.execute(f"SELECT id, state FROM {what}"))
            self.assertEqual(states, last)
        for what, number, step, version in self.acknowledged: # restrict is followed by what those whom it reaches are told
            self.assertTrue(any((what, number, step, version - more) in self.history for more in range(3)), (what, number, step, version))
        wrong = base.execute("SELECT hit.id FROM hit JOIN notice ON notice.id = hit.subject WHERE (hit.ended = 1) <> (notice.state = 'ended')").fetchall()
        self.assertEqual(wrong, [])
        base.close()

    def kill(self, seconds):
        """Some time after the first answer of all: on a busy machine the first may come late."""
        threads = [threading.Thread(target=self.live, args=(self.chance.random(),)) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        while not self.seen and not self.acknowledged:
            threading.Event().wait(0.01)
        self.seen = True
        threading.Event().wait(seconds)
        self.process.kill()
        self.process.wait()
        for thread in threads:
            thread.join()
        self.reader.join(PATIENCE)
        self.process.stdout.close()

    def stop(self):
        if self.process.poll() is None:
            super().stop()

    def test_no_state_between_states(self):
        self.found()
        self.tables = {"notice": self.leads_to("notice"), "hit": self.leads_to("hit")}
        self.assertEqual((self.tables["notice"]["publish"], self.tables["hit"]["conclude"]), ("published", "closed"))
        self.serve()
        self.tokens = {who: self.token(who, scopes) for who, scopes in SCOPES.items()}
        self.seen, self.lock, self.acknowledged, self.history, self.chance = False, threading.Lock(), [], set(), random.Random(20261127)
        for _ in range(KILLS):
            self.kill(self.chance.uniform(0.02, 0.6))
            self.look()
            self.acknowledged.clear()
            self.serve()
        self.stop()
        self.jisr("log", "verify")
        before = self.jisr("notice", "list", "--json", "--limit", "500").out, self.jisr("hit", "list", "--json", "--limit", "500").out
        self.jisr("rebuild")
        self.assertEqual(before, (self.jisr("notice", "list", "--json", "--limit", "500").out, self.jisr("hit", "list", "--json", "--limit", "500").out))
        self.assertGreater(json.loads(before[0])["total"], 0)


if __name__ == "__main__":
    unittest.main()
