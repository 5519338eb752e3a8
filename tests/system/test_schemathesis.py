"""Schemathesis, which was not written here, makes requests from /api/v1/openapi.json, good and bad ones, and holds every
answer against it. As a program (tools/fuzz api SECONDS) it goes on for as long as it is told."""

import os
import subprocess
import sys
import unittest

import clients
from service import ServiceTest

SECONDS = 30
SEED = 20261124
PINS = "clients_api.txt"

# What the description allows and the service refuses all the same: a date that no calendar has, a country that nobody
# knows, a zone with a letter that has no place in one (422); a text with U+0000 in it (400); the number of a decision that
# was never made (404); what is for officers, where nobody signed in (401). A cookie may be so long that the headers are
# refused before anybody looks at it (431). A decision that was taken back no longer hides anybody but can still be read: it
# is part of what an auditor asks for.
CONFIG = """\
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 404, 422]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, 431]
use_after_free.enabled = false
"""


def setUpModule():
    clients.python(PINS)


class Schemathesis(ServiceTest):
    def run_schemathesis(self, seconds, **more):
        self.load_people()
        self.serve()
        config = self.file("schemathesis.toml", CONFIG)
        program = os.path.join(os.path.dirname(clients.python(PINS)), "schemathesis")
        return subprocess.run([program, "--config-file", config, "run", f"http://{self.address}/api/v1/openapi.json", "--no-color",
                               "--max-time", str(seconds), "--seed", str(SEED), "--continue-on-failure", "--warnings", "off"],
                              cwd=self.folder, check=False, **more)

    def test_every_answer_is_as_described(self):
        done = self.run_schemathesis(SECONDS, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = done.stdout.decode("utf-8", "replace")
        self.assertEqual(done.returncode, 0, said[-6000:])
        self.assertRegex(said, r"\b[1-9][0-9]{2,} generated")


if __name__ == "__main__":
    class Long(Schemathesis):
        def test_every_answer_is_as_described(self):
            self.assertEqual(self.run_schemathesis(int(sys.argv[1])).returncode, 0)

    setUpModule()
    result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(Long))
    sys.exit(0 if result.wasSuccessful() else 1)
