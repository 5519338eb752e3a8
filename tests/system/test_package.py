"""What the Debian package is made of, as far as it can be looked at where it is not installed; tools/package builds it, and tries it on
a bare Debian."""

import os
import re
import shutil
import subprocess
import unittest

from program import SOURCE, ProgramTest

UNIT = os.path.join(SOURCE, "packaging", "jisr.service")
MOST = 2.0 # of systemd's measure of exposure, from 0 to 10


def text(*names):
    with open(os.path.join(SOURCE, *names), encoding="utf-8") as file:
        return file.read()


@unittest.skipUnless(os.path.exists(UNIT), "the sources are not here")
class Package(ProgramTest):
    def exposure(self, unit):
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={round(MOST * 10)}", unit],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
        found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)
        self.assertIsNotNone(found, done.stdout)
        return float(found[1]), done.returncode

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not here")
    def test_the_unit_exposes_little(self):
        measured, status = self.exposure(UNIT)
        self.assertLess(measured, MOST)
        self.assertEqual(status, 0)
        self.assertIn(f"says {measured}", text("docs", "security.md"))
        # A unit without its sandbox is told apart.
        open_unit = self.file("jisr.service", re.sub(r"(?m)^(Protect|Private|Restrict|System|Cap|NoNew).*\n", "", text("packaging", "jisr.service")))
        self.assertGreater(self.exposure(open_unit)[0], MOST)
        self.assertNotEqual(self.exposure(open_unit)[1], 0)

    def test_the_units_command_is_one_that_the_program_knows(self):
        words = re.search(r"(?m)^ExecStart=/usr/bin/jisr (.*)$", text("packaging", "jisr.service"))[1].split()
        shutil.copy(os.path.join(SOURCE, "docs", "serve.conf"), self.folder)
        places = {"/var/lib/jisr": self.data, "/etc/jisr/serve.conf": os.path.join(self.folder, "serve.conf")}
        self.assertLessEqual(set(places), set(words))
        self.assertIn("good", self.jisr(*[places.get(word, word) for word in words], "--check-config").out)

    @unittest.skipUnless(shutil.which("systemd-sysusers") and os.geteuid() == 0, "only root makes users")
    def test_the_packages_user_owns_the_data_directory(self):
        os.mkdir(os.path.join(self.folder, "etc"))
        subprocess.run(["systemd-sysusers", "--root=" + self.folder, os.path.join(SOURCE, "debian", "jisr.sysusers")],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        with open(os.path.join(self.folder, "etc", "passwd"), encoding="utf-8") as file:
            users = {line.split(":")[0]: line.rstrip().split(":") for line in file}
        self.assertEqual(users["jisr"][5:], ["/var/lib/jisr", "/usr/sbin/nologin"])

    def test_what_it_is_built_with_is_what_setup_installs(self):
        development = r"\b(?:lib[a-z0-9.+-]+|zlib1g|nettle)-dev\b"
        setup = set(re.findall(development, text("tools", "setup")))
        control = set(re.findall(development, text("debian", "control")))
        self.assertEqual(control, {name for name in setup if name not in ("libc6-dev", "libclang-rt-14-dev", "libcmocka-dev")})


if __name__ == "__main__":
    unittest.main()
