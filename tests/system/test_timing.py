"""The ballot's secret operations under valgrind, which is told what is secret: no branch and no index depends on it."""

import os
import shutil
import subprocess
import unittest

VALGRIND = shutil.which("valgrind")
PROGRAM = os.path.join(os.environ.get("JISR_BUILD", "build-test"), "tests", "ballot", "ballot_taint")
TOLD = 9


@unittest.skipUnless(VALGRIND and os.path.exists(PROGRAM), "no valgrind, or ballot_taint is not built")
class Timing(unittest.TestCase):
    def watch(self, *words):
        done = subprocess.run([VALGRIND, "--quiet", f"--error-exitcode={TOLD}", PROGRAM, *words], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=110, check=False)
        return done.returncode, done.stdout.decode()

    def test_nothing_depends_on_a_secret(self):
        status, said = self.watch()
        self.assertEqual((status, said), (0, ""))

    def test_a_branch_on_a_secret_would_be_told(self):
        self.assertEqual(self.watch("branch")[0], TOLD)

    def test_an_index_that_is_secret_would_be_told(self):
        self.assertEqual(self.watch("index")[0], TOLD)


if __name__ == "__main__":
    unittest.main()
