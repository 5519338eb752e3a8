"""Help, wrong words on the command line, and that the manual page says what --help says."""

import os
import re
import subprocess
import unittest

from program import ESCAPE, SOURCE, ProgramTest

COMMANDS = ["load", "check", "compare", "batch", "lists", "serve", "demo", "doctor", "help", "completion"]
WITH_STEPS = ["decide", "election", "members", "offices", "officers", "keys", "notice", "assembly", "poll", "request", "budget", "dues", "agreement", "meeting", "timetable"]


class Options(ProgramTest):
    def refused(self, *words, says):
        result = self.jisr(*words, status=2)
        self.assertEqual(result.out, "")
        self.assertTrue(result.err.startswith("jisr"), result.err)
        for word in says if isinstance(says, (list, tuple)) else [says]:
            self.assertIn(word, result.err)
        return result

    def test_version_and_help_go_to_standard_output(self):
        self.assertRegex(self.jisr("--version").out, r"^jisr \d+\.\d+\.\d+\n$")
        overview = self.jisr("help").out
        self.assertEqual(overview, self.jisr("--help").out)
        for command in COMMANDS:
            self.assertIn(f"\n  {command} ", overview)
            text = self.jisr("help", command).out
            self.assertEqual(text, self.jisr(command, "--help").out)
            self.assertEqual(text, self.jisr(command, "-h").out)
            self.assertIn("--data DIR", text)
            self.assertIn("Exit status", text)
            self.assertLessEqual(max(len(line) for line in text.splitlines()), 110, text)

    def test_no_command_prints_the_overview_as_an_error(self):
        result = self.jisr(status=2)
        self.assertIn("Usage: jisr COMMAND", result.err)
        self.assertEqual(result.out, "")

    def test_a_wrong_command_names_the_nearest(self):
        self.refused("chekc", says="Did you mean 'jisr check'?")
        self.refused("--lists", says="Did you mean 'jisr lists'?")
        self.refused("frobnicate", says="jisr help")
        self.refused("help", "laod", says="Did you mean 'load'?")

    def test_a_wrong_option_names_the_nearest(self):
        self.refused("check", "--nmae", "X", says=["--nmae", "Did you mean --name TEXT?"])
        self.refused("check", "--nat", "ma", says="Did you mean --nationality CC?")
        self.refused("check", "--dateofbirth=1970", says="'jisr check --help'")
        self.refused("check", "-z", says="no option -z")
        self.refused("load", "--jsno", says="--json")

    def test_values_missing_or_too_many_are_told(self):
        self.refused("check", "--name", says="--name needs a value: --name TEXT")
        self.refused("check", "--name", "--born", "1970", says="the option --born follows it")
        self.refused("check", "--json=yes", "X", says="--json takes no value")
        self.refused("check", says="nothing to check")
        self.refused("check", "Nikola", "Tesla", says="in quotes")
        self.refused("load", says="which file?")
        self.refused("notice", "rules", "one.json", "two.json", "--officer", "GS-6", says="not 'two.json' as well")
        self.refused("hit", "rules", "one.json", "two.json", "--officer", "GS-6", says="not 'two.json' as well")
        self.refused("batch", says="which file?")
        self.refused("compare", "A", says="two names are needed")
        self.refused("compare", "A", "B", "C", says="more than two names")
        self.refused("completion", "fish", says="only bash")

    def test_values_that_cannot_be_read_show_the_right_form(self):
        self.refused("check", "X", "--born", "14/03/1971", says="1971-03-14")
        self.refused("check", "X", "--born", "03/14/1971", says="1971-03-14")
        self.refused("check", "X", "--born", "1971-02-30", says="1971-03-14")
        self.refused("check", "X", "--born", "yesterday", says="year-month-day")
        self.refused("check", "X", "--born", "2999", says="future")
        self.refused("check", "X", "--nationality", "Atlantis", says="Atlantis")
        self.refused("check", "X", "--sex", "q", says="write m, f")
        self.refused("check", "X", "--limit", "0", says="from 1 to 500")
        self.refused("check", "X", "--limit", "501", says="from 1 to 500")
        self.refused("check", "X", "--limit", "-5", says="from 1 to 500")
        self.refused("check", "X", "--limit", "99999999999999999999", says="from 1 to 500")
        self.refused("check", "X", "--threshold", "70", says="as in 0.75")
        self.refused("check", "X", "--threshold", "0,7", says="as in 0.75")
        self.refused("check", "X", "--threshold", "", says="as in 0.75")
        self.refused("check", "--document", "--", "---", says="neither a letter nor a digit")
        self.refused("check", "--document", "Q1:AB12", says="before the colon")
        self.refused("check", "--schema", "Vesel", "X", says="Did you mean Vessel?")
        self.refused("check", "--name", "  ", says="the name is empty")
        self.refused("batch", "x.csv", "--threads", "0", says="from 1 to")
        self.refused("hit", "due", "--limit", "501", says="hit due: --limit '501': write a whole number from 1 to 500.")

    def test_wrong_values_cannot_write_on_the_terminal(self):
        for words in (["check", "--\033[2Jx"], ["\033]0;title\007"], ["check", "X", "--born", "\033[31m"],
                      ["check", "X", "--limit", "\u202e5"]):
            result = self.jisr(*words, status=2)
            self.assertNotIn("\033", result.err)
            self.assertNotIn("\u202e", result.err)

    def test_data_directory_comes_from_option_then_environment_then_home(self):
        self.assertIn("/given", self.jisr("lists", "--data", "/nowhere/given").out)
        self.assertIn(self.data, self.jisr("lists").out)
        self.assertIn(self.folder + "/.local/share/jisr", self.jisr("lists", env={"JISR_DATA": ""}).out)
        self.refused("lists", "--data", "", says="empty")

    def test_completion_is_a_script_that_completes(self):
        script = self.jisr("completion", "bash").out
        for words, expected in ((["jisr", "che"], "check"), (["jisr", "check", "--na"], "--name --nationality"),
                                (["jisr", "check", "--sex", ""], "m f x"), (["jisr", "help", "loa"], "load"),
                                (["jisr", "serve", "--set", "log-f"], "log-format=")):
            line = (f"{script}\ncompopt() {{ :; }}\nCOMP_WORDS=({' '.join(repr(w) for w in words)})\n"
                    f"COMP_CWORD={len(words) - 1}\n_jisr\necho \"${{COMPREPLY[*]}}\"\n")
            done = subprocess.run(["bash", "-c", line], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual((done.stdout.decode().strip(), done.stderr), (expected, b""))


class ManualPage(ProgramTest):
    def test_the_manual_page_has_the_options_that_help_has(self):
        path = os.path.join(SOURCE, "docs", "jisr.1")
        if not os.path.exists(path):
            self.skipTest("docs/jisr.1 is not here")
        with open(path, encoding="utf-8") as f:
            page = f.read()
        sections = dict(re.findall(r"^\.Ss (\w+)\n(.*?)(?=^\.S[sh] )", page, re.S | re.M))
        common = set(re.findall(r"^\.It .*?Fl Fl (\w+)", sections.get("common", ""), re.M))
        self.assertEqual(common, {"data", "help", "json"})
        for command in WITH_STEPS:
            steps = re.findall(rf"^  {command} (\w+) ", ESCAPE.sub("", self.jisr("help", command).out), re.M)
            self.assertGreater(len(steps), 1)
            told_of_steps = set()
            for step in steps:
                text = ESCAPE.sub("", self.jisr("help", command, step).out)
                self.assertIn(f"\n.Cm {command} {step}\n", sections[command])
                told_of_steps |= set(re.findall(r"^  (?:-\w,|   ) --(\w+)", text.split("\nExamples\n")[0], re.M)) - common
            self.assertEqual(set(re.findall(r"^\.It .*?Fl Fl (\w+)", sections[command], re.M)), told_of_steps)
        for command in COMMANDS:
            text = ESCAPE.sub("", self.jisr("help", command).out)
            options = text.split("\nOptions\n")[1].split("\nExamples\n")[0].split("\nExit status\n")[0]
            told = set(re.findall(r"^  (?:-\w,|   ) --([\w-]+)", options, re.M)) - common
            self.assertIn(command, sections)
            written = set(re.findall(r"^\.It .*?Fl Fl ([\w-]+)", sections[command], re.M))
            self.assertEqual(written, told, command)

    def test_the_manual_page_is_well_formed(self):
        path = os.path.join(SOURCE, "docs", "jisr.1")
        if not os.path.exists(path):
            self.skipTest("docs/jisr.1 is not here")
        try:
            done = subprocess.run(["man", "--warnings", "-l", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"}, check=False)
        except FileNotFoundError:
            self.skipTest("man is not installed")
        if b"troff" in done.stderr and b"not found" in done.stderr or b"No such file" in done.stderr:
            self.skipTest("groff is not installed")
        self.assertEqual(done.stderr.decode(), "")
        self.assertIn(b"watchlists", done.stdout)


if __name__ == "__main__":
    unittest.main()
