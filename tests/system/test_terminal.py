"""What a terminal sees and a pipe does not: colours, the progress bar, marks around right-to-left names."""

import os
import pty
import select
import subprocess
import termios
import unittest

from program import ESCAPE, JISR, PATIENCE, ProgramTest, ftm


class Terminal(ProgramTest):
    def setUp(self):
        super().setUp()
        self.load_people()

    def on_terminal(self, *words, env=None, out=True, err=True):
        """Runs with standard output or error (or both) on a terminal of 100 columns: status, what the terminal got."""
        main, side = pty.openpty()
        termios.tcsetwinsize(side, (40, 100))
        environment = self.environment()
        environment.update(env or {})
        process = subprocess.Popen([JISR, *words], stdin=subprocess.DEVNULL, stdout=side if out else subprocess.DEVNULL,
                                   stderr=side if err else subprocess.DEVNULL, env=environment, cwd=self.folder)
        os.close(side)
        got = b""
        while True:
            ready, _, _ = select.select([main], [], [], PATIENCE)
            try:
                piece = os.read(main, 65536) if ready else b""
            except OSError: # the other side has closed it
                break
            if not piece:
                break
            got += piece
        os.close(main)
        return process.wait(timeout=PATIENCE), got.decode()

    def test_colours_only_on_a_terminal_and_never_with_no_color(self):
        status, seen = self.on_terminal("check", "Viktor Kuznedelev")
        self.assertEqual(status, 1)
        self.assertIn("\033[1;31m", seen)
        self.assertIn("\033[0m", seen)
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", self.on_terminal("check", "Viktor Kuznedelev", env=env)[1])
        self.assertNotIn("\033", self.jisr("check", "Viktor Kuznedelev", status=1).out)
        self.assertIn("\033[1m", self.on_terminal("help")[1])
        self.assertIn("\033[1;31m", self.on_terminal("chekc")[1])

    def test_a_terminal_and_a_pipe_read_the_same_apart_from_that(self):
        plain = self.jisr("check", "Salma Benrahhou", status=1).out
        seen = ESCAPE.sub("", self.on_terminal("check", "Salma Benrahhou")[1]).replace("\r\n", "\n")
        self.assertEqual(seen.replace("\u2068", "").replace("\u2069", ""), plain)

    def test_right_to_left_names_stand_apart_on_a_terminal(self):
        seen = self.on_terminal("check", "سلمى بنرحو")[1]
        self.assertIn("\u2068", seen)
        self.assertEqual(seen.count("\u2068"), seen.count("\u2069"))
        self.assertNotIn("\u2068", self.jisr("check", "سلمى بنرحو", status=1).out)

    def test_without_utf8_the_bar_is_of_ascii(self):
        seen = self.on_terminal("compare", "Nikola Tesla", "Nicola Tesla", env={"LC_ALL": "C"})[1]
        self.assertIn("####", seen)
        self.assertNotIn("█", seen)

    def test_the_progress_bar_is_on_the_terminal_of_standard_error_only(self):
        people = [{"id": f"p{i}", "schema": "Person", "properties": {"name": [f"Person Number{i}"]}} for i in range(3000)]
        path = self.file("many.json", ftm(people))
        status, seen = self.on_terminal("load", "--list", "many", path, out=False)
        self.assertEqual(status, 0)
        self.assertIn("\r\033[K", seen)
        self.assertRegex(seen, r"\d %")
        self.assertTrue(seen.endswith("\r\033[K"), repr(seen[-200:]))
        self.assertEqual(self.jisr("load", "--list", "many", path).err, "")
        self.assertNotIn("\r\033[K", self.on_terminal("load", "--list", "many", path, err=False)[1])

    def test_batch_shows_progress(self):
        path = self.file("customers.csv", "name\n" + "Viktor Kuznedelev\nAnnelies Grootjans\n" * 1000)
        status, seen = self.on_terminal("batch", path, "--out", os.path.join(self.folder, "hits.csv"))
        self.assertEqual(status, 1)
        self.assertIn("rows, ", seen)
        self.assertIn("2,000 rows checked", seen)

    def test_wide_letters_keep_the_columns(self):
        out = self.jisr("compare", "赵明轩", "赵明轩").out
        lines = [line for line in out.splitlines() if "~" in line]
        self.assertTrue(lines)


if __name__ == "__main__":
    unittest.main()
