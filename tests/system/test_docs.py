"""What the documents name is there: files, tests, pages they link to, and every command with its options."""

import importlib.machinery
import json
import os
import re
import subprocess
import unittest

from program import JISR, SOURCE

PLACES = ("src", "tests", "tools", "docs", "bench", "packaging")


def documents():
    folder = os.path.join(SOURCE, "docs")
    names = [os.path.join("docs", name) for name in sorted(os.listdir(folder)) if name.endswith(".md")]
    for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", *names]:
        with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
            yield name, file.read()


def tests_by_name():
    names = set()
    for folder, _, files in os.walk(os.path.join(SOURCE, "tests")):
        for file in files:
            if file.startswith(("test_", "desk_")) and file.endswith((".py", ".c")):
                with open(os.path.join(folder, file), encoding="utf-8") as text:
                    names.update(re.findall(r"\b(test_[a-z0-9_]+)", text.read()))
    return names


@unittest.skipUnless(os.path.isdir(os.path.join(SOURCE, "docs")), "the documents are not here")
class Documents(unittest.TestCase):
    def test_what_they_name_is_there(self):
        tests = tests_by_name()
        self.assertIn("test_what_they_name_is_there", tests)
        missing = []
        for name, text in documents():
            folder = os.path.dirname(os.path.join(SOURCE, name))
            for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if not re.match(r"[a-z]+:", link) and not os.path.exists(os.path.join(folder, link)):
                    missing.append(f"{name}: ({link})")
            for word in re.findall(r"`([^`\n]+)`", text):
                path = word.split()[0] if word.split() else ""
                if re.fullmatch(rf"(?:{'|'.join(PLACES)})/[\w./-]+", path) and "NAME" not in path:
                    if not any(os.path.exists(os.path.join(SOURCE, path + end)) for end in ("", ".h", ".c")):
                        missing.append(f"{name}: `{path}`")
                if re.fullmatch(r"test_[a-z0-9_]+", word) and word not in tests:
                    missing.append(f"{name}: `{word}`")
        self.assertEqual(missing, [])

    def test_the_files_that_the_architecture_names_are_there(self):
        """Which it names by their folders below src/."""
        with open(os.path.join(SOURCE, "ARCHITECTURE.md"), encoding="utf-8") as file:
            named = set(re.findall(r"`((?:" + "|".join(os.listdir(os.path.join(SOURCE, "src"))) + r")/[\w./-]+)`", file.read()))
        self.assertGreater(len(named), 40)
        self.assertEqual([name for name in sorted(named) if not os.path.exists(os.path.join(SOURCE, "src", name))], [])

    def test_the_table_of_asvs_adds_up_and_says_by_what(self):
        with open(os.path.join(SOURCE, "docs", "asvs.md"), encoding="utf-8") as file:
            text = file.read()
        rows = re.findall(r"^\| ([0-9.]+)(?: \(level 3\))? \| .*? \| (yes|\*\*part\*\*|\*\*no\*\*|none) \| ?(.*?) ?\|$", text, re.MULTILINE)
        told = re.search(r"^(\d+) are met, (\d+) in part, (\d+) not; of (\d+) there is nothing here", text, re.MULTILINE)
        self.assertEqual([int(number) for number in told.groups()],
                         [sum(found == which for _, found, _ in rows) for which in ("yes", "**part**", "**no**", "none")])
        self.assertEqual([number for number, found, why in rows if found == "yes" and why == ""], [])

    def test_every_fuzzer_is_told_of(self):
        with open(os.path.join(SOURCE, "docs", "fuzzing.md"), encoding="utf-8") as file:
            told = re.findall(r"^\| `(\w+)` \|", file.read(), re.MULTILINE)
        files = os.listdir(os.path.join(SOURCE, "tests", "fuzz"))
        self.assertEqual(told, sorted(name[len("fuzz_"):-len(".c")] for name in files if re.fullmatch(r"fuzz_\w+\.c", name)))

    def test_every_command_and_option_they_show_is_known(self):
        """By the manual page, of which test_options shows that it says what --help says."""
        with open(os.path.join(SOURCE, "docs", "jisr.1"), encoding="utf-8") as file:
            front, *sections = file.read().split("\n.Ss ")
        common = set(re.findall(r"Fl Fl ([a-z][a-z-]*)", front)) | {"help", "data", "json", "version"}
        known = {section.split("\n")[0].strip(): set(re.findall(r"Fl Fl ([a-z][a-z-]*)", section)) | common for section in sections}
        self.assertIn("config", known["serve"])
        wrong = []
        for name, text in documents():
            shown = re.findall(r"`((?:sudo -u jisr )?jisr [^`\n]+)`", text)
            shown += [line.strip() for line in re.findall(r"^(?: {4}|\t)(.*)$", text, re.MULTILINE)]
            for line in shown:
                match = re.match(r"(?:sudo -u jisr )?jisr ([a-z]+)(?=\s|$)([^|;>&]*)", re.split(r"\s#", line)[0])
                if not match or match[1] in ("entry",):
                    continue
                if match[1] not in known:
                    wrong.append(f"{name}: {line}: no command {match[1]}")
                    continue
                wrong += [f"{name}: {line}: no option --{option}" for option in re.findall(r"(?<=\s)--([a-z][a-z-]+)", match[2])
                          if option not in known[match[1]]]
        self.assertEqual(wrong, [])


@unittest.skipUnless(os.path.isdir(os.path.join(SOURCE, "docs")), "the documents are not here")
class Commands(unittest.TestCase):
    """What the documents say to run does what it should, and of the rest each says why it is not run. tools/docs tells how."""

    @classmethod
    def setUpClass(cls):
        cls.tool = importlib.machinery.SourceFileLoader("tools_docs", os.path.join(SOURCE, "tools", "docs")).load_module()
        cls.demo = staticmethod(cls.tool.Demonstration(JISR))

    def run_part(self, part, least):
        ran, faults = 0, []
        for name, own, _, found in self.tool.run_documents(self.tool.all_documents()[part::3], JISR, self.demo):
            ran += own
            faults += [f"{name}: {fault}" for fault in found]
        self.assertEqual(faults, [])
        self.assertGreater(ran, least)

    def test_the_commands_of_a_third_of_the_documents(self):
        self.run_part(0, 40)

    def test_the_commands_of_the_second_third(self):
        self.run_part(1, 40)

    def test_the_commands_of_the_last_third(self):
        self.run_part(2, 40)


@unittest.skipUnless(os.path.exists(os.path.join(SOURCE, "tools", "sbom")), "the sources are not here")
class Parts(unittest.TestCase):
    def test_every_library_and_package_is_listed(self):
        said = subprocess.run([os.path.join(SOURCE, "tools", "sbom"), JISR], capture_output=True, text=True, check=True).stdout
        parts = json.loads(said)
        names = {part["name"]: part["scope"] for part in parts["components"]}
        self.assertEqual(names.get("preact"), "required")
        self.assertEqual(names.get("typescript"), "excluded")
        for name in ("libsodium23", "libmicrohttpd12", "libsqlite3-0", "libgnutls30", "libseccomp2"):
            self.assertEqual(names.get(name), "required", name)
        references = [part["bom-ref"] for part in parts["components"]]
        self.assertEqual(len(references), len(set(references)))


if __name__ == "__main__":
    unittest.main()
