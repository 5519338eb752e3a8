"""jisr load and jisr lists: formats, replacing, delta files, dropping, and input that is not what it seems."""

import fcntl
import os
import resource
import signal
import stat
import subprocess
import time
import unittest

from program import ADD, ALT, JISR, PATIENCE, PEOPLE, PLAIN_CSV, SDN, UN, ProgramTest, delta, ftm, zipped


class Load(ProgramTest):
    def load(self, *words, **more):
        return self.jisr("load", *words, "--json", **more).json()["lists"]

    def test_a_new_list_is_all_added_and_the_same_again_all_unchanged(self):
        path = self.file("people.json", ftm(PEOPLE))
        (first,) = self.load("--list", "invented", path)
        self.assertEqual((first["list"], first["added"], first["changed"], first["removed"], first["unchanged"],
                          first["skipped"], first["entities"]), ("invented", 5, 0, 0, 0, 0, 5))
        (again,) = self.load("--list", "invented", path)
        self.assertEqual((again["added"], again["changed"], again["removed"], again["unchanged"]), (0, 0, 0, 5))

    def test_a_newer_version_replaces_the_list_and_counts_what_changed(self):
        self.load_people()
        people = [dict(p, properties=dict(p["properties"])) for p in PEOPLE if p["id"] != "inv-3"]
        people[2]["properties"]["birthDate"] = ["1985"]
        people.append({"id": "inv-9", "schema": "Person", "properties": {"name": ["Orsolya Vandermeulen"]}})
        (new,) = self.load("--list", "invented", self.file("new.json", ftm(people)))
        self.assertEqual((new["added"], new["changed"], new["removed"], new["unchanged"]), (1, 1, 1, 3))
        self.assertEqual(self.ids("Zhao Mingxuan", status=0), [])
        self.assertEqual(self.ids("Orsolya Vandermeulen"), ["inv-9"])

    def test_the_text_answer_says_the_same(self):
        out = self.jisr("load", "--list", "invented", self.file("people.json", ftm(PEOPLE))).out
        for words in ("invented: FollowTheMoney", "5 entities: 5 added, 0 changed, 0 removed, 0 unchanged",
                      "0 skipped"):
            self.assertIn(words, out)

    def test_a_delta_changes_one_list_and_leaves_the_rest(self):
        self.load_people()
        changed = dict(PEOPLE[2], properties=dict(PEOPLE[2]["properties"], birthDate=["1983"]))
        changes = delta([("MOD", changed), ("DEL", {"id": "inv-4"}), ("DEL", {"id": "never-was"}),
                         ("ADD", {"id": "inv-10", "schema": "Person", "properties": {"name": ["Tiberiu Novakowitz"]}})])
        (new,) = self.load("--list", "invented", self.file("delta.json", changes))
        self.assertEqual((new["added"], new["changed"], new["removed"], new["unchanged"]), (1, 1, 1, 3))
        self.assertEqual(self.ids("Tiberiu Novakowitz"), ["inv-10"])
        self.assertEqual(self.ids("Viktor Kuznedelev")[0], "inv-1")

    def test_ofac_csv_with_its_side_files_in_any_order(self):
        paths = [self.file("alt.csv", ALT), self.file("sdn.csv", SDN), self.file("add.csv", ADD)]
        lists = self.load(*paths)
        self.assertEqual([(item["list"], item["entities"]) for item in lists], [("ofac-sdn", 3)])
        hits = self.jisr("check", "Ostap Brambiloff", "--born", "1966-02-02", "--json", status=1).json()["hits"]
        self.assertEqual(hits[0]["lists"], ["ofac-sdn"])
        self.assertIn("BRAMBILLOV", hits[0]["caption"].upper())
        self.assertEqual(len(self.ids("--document", "by:KH 1234509")), 1)
        self.assertEqual(len(self.ids("--document", "9111222", "--schema", "Vessel")), 1)

    def test_different_lists_in_one_command_stay_apart(self):
        lists = self.load(self.file("un.xml", UN), self.file("sdn.csv", SDN), self.file("mine.csv", PLAIN_CSV),
                          self.file("alt.csv", ALT))
        self.assertEqual(sorted(item["list"] for item in lists), ["mine", "ofac-sdn", "un-sc"])
        self.assertEqual(sorted(self.lists()), ["mine", "ofac-sdn", "un-sc"])
        self.assertEqual(len(self.ids("Tarvik Oslomund", "--born", "1955-06-07")), 1)
        self.assertEqual(self.ids("Edmondo Farinelliani"), ["c1"])

    def test_gzip_and_standard_input(self):
        (item,) = self.load("--list", "invented", self.file("people.gz", zipped(ftm(PEOPLE))))
        self.assertEqual(item["entities"], 5)
        (item,) = self.load("--list", "piped", "-", input=zipped(PLAIN_CSV))
        self.assertEqual(item["entities"], 2)
        self.assertIn("standard input", item["source"])

    def test_skipped_records_are_told_with_their_line(self):
        text = ftm(PEOPLE[:1]) + "{broken\n" + ftm(PEOPLE[2:3])
        result = self.jisr("load", "--list", "x", self.file("people.json", text))
        self.assertRegex(result.err, r"skipped .*people\.json:2: \S+")
        self.assertIn("1 skipped", result.out)
        self.assertEqual(self.lists()["x"]["entities"], 2)

    def test_many_skipped_records_are_counted_and_verbose_tells_all(self):
        good = [{"id": f"p{i}", "schema": "Person", "properties": {"name": [f"Person Number{i}"]}} for i in range(200)]
        path = self.file("people.json", ftm(good) + "{broken\n" * 30)
        result = self.jisr("load", "--list", "x", path)
        self.assertEqual(result.err.count("skipped "), 20, result.err)
        self.assertIn("10 more skipped", result.err)
        self.assertEqual(self.jisr("load", "--list", "x", path, "--verbose").err.count("skipped "), 30)

    def test_a_failure_is_in_the_json_answer_too(self):
        good, bad = self.file("mine.csv", PLAIN_CSV), self.file("text", "no list at all")
        answer = self.jisr("load", good, bad, "--json", status=2).json()["lists"]
        self.assertEqual([("error" in item, item.get("entities")) for item in answer], [(False, 2), (True, None)])
        self.assertEqual(list(self.lists()), ["mine"])

    def test_while_another_process_loads_nothing_else_does(self):
        self.load_people()
        path = self.file("mine.csv", PLAIN_CSV)
        with open(os.path.join(self.data, "lock"), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("Nothing has changed.\n", self.jisr("load", path, status=2).err)
            self.assertIn("invented stays as it was", self.jisr("load", "--list", "invented", path, status=2).err)
            self.jisr("lists", "--drop", "invented", status=2)
            self.assertEqual(self.ids("Viktor Kuznedelev"), ["inv-1"]) # asking needs no lock
        self.jisr("load", path)
        self.assertEqual(sorted(self.lists()), ["invented", "mine"])

    def test_a_wrong_list_name_is_refused(self):
        path = self.file("people.json", ftm(PEOPLE))
        for name in ("../x", "Große Liste", "", "x" * 64, ".hidden"):
            self.assertNotEqual(self.jisr("load", "--list", name, path, status=2).err, "")
        self.assertEqual(self.lists(), {})

    def test_drop_takes_one_list_away(self):
        self.load_people()
        self.load("--list", "other", self.file("mine.csv", PLAIN_CSV))
        self.assertIn("invented", self.jisr("lists", "--drop", "invented").out)
        self.assertEqual(list(self.lists()), ["other"])
        self.assertIn("invented", self.jisr("lists", "--drop", "invented", status=2).err)
        self.jisr("lists", "--drop", "other")
        self.assertIn("no list is loaded", self.jisr("check", "X Y", status=2).err)

    def test_lists_tells_what_is_loaded(self):
        self.assertIn("No list is loaded", self.jisr("lists").out)
        self.assertFalse(os.path.exists(self.data))
        self.load_people()
        item = self.lists()["invented"]
        self.assertEqual(item["entities"], 5)
        self.assertGreaterEqual(item["names"], 7)
        self.assertGreaterEqual(item["documents"], 1)
        self.assertLess(item["age_seconds"], PATIENCE)
        self.assertRegex(item["loaded"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        out = self.jisr("lists").out
        for words in ("invented", "just now", "people.ftm.json"):
            self.assertIn(words, out)

    def test_verify_finds_a_changed_byte(self):
        self.load_people()
        self.assertIn("invented: good", self.jisr("lists", "--verify").out)
        (name,) = os.listdir(os.path.join(self.data, "lists"))
        path = os.path.join(self.data, "lists", name)
        with open(path, "rb") as f:
            whole = bytearray(f.read())
        os.chmod(path, 0o600)
        for at in (0, len(whole) // 2, len(whole) - 1):
            hurt = bytearray(whole)
            hurt[at] ^= 0x20
            with open(path, "wb") as f:
                f.write(hurt)
            result = self.jisr("lists", "--verify", status=1)
            self.assertIn("invented", result.err)
            self.assertIs(self.jisr("lists", "--verify", "--json", status=1).json()["verified"][0]["good"], False)
        os.remove(path)
        self.jisr("lists", "--verify", status=1)
        self.assertIn("invented", self.jisr("check", "X Y", status=2).err)


class Hostile(ProgramTest):
    """Whatever is given as a list, what was loaded before stays."""

    def setUp(self):
        super().setUp()
        self.load_people()

    def stays(self, *words, **more):
        result = self.jisr("load", "--list", "invented", *words, status=2, **more)
        self.assertIn("jisr load:", result.err)
        self.assertIn("Nothing has changed", result.err)
        self.assertEqual(self.ids("Viktor Kuznedelev")[0], "inv-1")
        self.assertEqual(self.lists()["invented"]["entities"], 5)
        return result

    def test_files_that_are_no_list(self):
        self.assertIn("nothere.csv", self.stays("nothere.csv").err)
        self.stays(self.folder)
        self.stays(self.file("empty", b""))
        self.stays(self.file("binary", bytes(range(256)) * 500))
        self.stays(self.file("text", "Once upon a time\nthere was no list.\n"))
        self.stays(self.file("page.html", "<html><body><p>404 not found</p></body></html>"))
        self.stays(self.file("zipped", zipped("not a list")))
        self.stays("/dev/null")

    def test_files_that_are_cut_off(self):
        whole = zipped(ftm(PEOPLE * 50))
        self.stays(self.file("cut.gz", whole[:len(whole) // 2]))
        self.stays(self.file("cut.xml", UN[:len(UN) - 40]))
        self.stays("-", input=whole[:-10])

    def test_a_file_that_may_not_be_read(self):
        path = self.file("secret.csv", PLAIN_CSV)
        more = self.plain_user()
        os.chmod(path, 0)
        self.assertIn("secret.csv", self.stays(path, more=more).err)

    def test_a_name_of_a_megabyte(self):
        huge = {"id": "huge", "schema": "Person", "properties": {"name": ["Short Nameson", "A" * 1000000]}}
        self.run_raw("load", "--list", "huge", self.file("huge.json", ftm(PEOPLE + [huge])))
        self.assertIn(self.lists().get("huge", {"entities": 5})["entities"], (5, 6))
        self.assertEqual(self.run_raw("check", "A" * 100000).status in (0, 1), True)

    def test_names_that_would_write_on_the_terminal(self):
        bad = {"id": "bad", "schema": "Person", "caption": "Red\033[31mName", "properties": {
            "name": ["Evgraf\u202e Trunkenov\u2066", "Evgraf \033]0;x\007Trunkenov"]}}
        self.jisr("load", "--list", "bad", self.file("bad.json", ftm([bad])))
        result = self.jisr("check", "Evgraf Trunkenov", status=1)
        for mark in ("\033", "\u202e", "\u2066", "\007"):
            self.assertNotIn(mark, result.out)

    def test_a_data_directory_that_is_a_file(self):
        path = self.file("plain", "x")
        for command in (["lists"], ["check", "X Y"], ["load", self.file("p.csv", PLAIN_CSV)]):
            self.assertIn("is a file", self.jisr(*command, "--data", path, status=2).err)

    def test_a_data_directory_that_may_only_be_read_can_be_asked(self):
        path = self.file("p.csv", PLAIN_CSV)
        more = self.plain_user()
        for folder, _, _ in os.walk(self.data):
            os.chmod(folder, stat.S_IRUSR | stat.S_IXUSR)
        try:
            answer = self.jisr("check", "Viktor Kuznedelev", "--json", status=1, more=more).json()
            self.assertEqual(answer["hits"][0]["id"], "inv-1")
            self.jisr("lists", "--verify", more=more)
            self.assertIn("jisr load:", self.jisr("load", path, status=2, more=more).err)
        finally:
            for folder, _, _ in os.walk(self.data):
                os.chmod(folder, 0o700)

    def test_no_room_left(self):
        """A file may not grow over a few KB here, as if the disk were full."""
        people = [{"id": f"n{i}", "schema": "Person", "properties": {"name": [f"New Name{i}"]}} for i in range(2000)]
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8000, 8000))
        self.stays(self.file("many.json", ftm(people)), more={"preexec_fn": limit})
        self.jisr("lists", "--verify")

    def test_killed_at_any_moment_the_old_list_or_the_new_one_stands(self):
        versions = {size: self.file(f"{size}.json", ftm(
            [{"id": f"n{i}", "schema": "Person", "properties": {"name": [f"New{i} Name{size}"]}} for i in range(size)]))
            for size in (1500, 1600)}
        self.jisr("load", "--list", "invented", versions[1500])
        begin = time.monotonic()
        self.jisr("load", "--list", "invented", versions[1600])
        whole = time.monotonic() - begin
        for turn in range(8):
            process = subprocess.Popen([JISR, "load", "--list", "invented", versions[(1500, 1600)[turn % 2]]],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment())
            time.sleep(whole * (turn + 0.5) / 8)
            process.kill()
            process.wait()
            self.assertIn(self.lists()["invented"]["entities"], versions)
            self.jisr("lists", "--verify")

    def test_damaged_lists_json_is_told(self):
        path = os.path.join(self.data, "lists.json")
        for content in (b"", b"{", b"[]", b'{"version":99}', bytes(range(256))):
            with open(path, "wb") as f:
                f.write(content)
            self.assertIn("jisr", self.jisr("check", "X Y", status=2).err)
            self.jisr("lists", status=2)

    def test_closed_standard_output(self):
        for redirect in (">&-", ">/dev/full"):
            done = subprocess.run(["sh", "-c", f'"$0" lists {redirect}', JISR], env=self.environment(), check=False,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(b"standard output", done.stderr)
        done = subprocess.run(["bash", "-c", f'"$0" help check | head -c 1; echo "${{PIPESTATUS[0]}}"', JISR],
                              env=self.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.stderr, b"")
        path = self.file("p.csv", PLAIN_CSV)
        subprocess.run(["sh", "-c", '"$0" load --list closed "$1" >&- 2>&-', JISR, path], env=self.environment(),
                       check=False, stdin=subprocess.DEVNULL)
        self.jisr("lists", "--verify")
        self.assertEqual(self.lists()["closed"]["entities"], 2)

    def test_an_interrupted_load_changes_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            process = subprocess.Popen([JISR, "load", "--list", "invented", "-"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment(),
                                       # a suite in the background of a shell ignores SIGINT, and its children with it
                                       preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
            process.stdin.write(ftm([{"id": f"n{i}", "schema": "Person", "properties": {"name": [f"New Name{i}"]}}
                                     for i in range(2000)]).encode())
            process.stdin.flush()
            time.sleep(0.3)
            process.send_signal(number)
            time.sleep(0.1)
            error = process.communicate(timeout=PATIENCE)[1]
            self.assertEqual(process.returncode, -number, error)
            if number != signal.SIGKILL:
                self.assertIn(b"nothing has changed", error)
            self.assertEqual(self.lists()["invented"]["entities"], 5)
            self.jisr("lists", "--verify")
        self.load_people() # the lock of the killed one does not stay


if __name__ == "__main__":
    unittest.main()
