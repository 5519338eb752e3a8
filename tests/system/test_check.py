"""jisr check: hits across scripts, evidence, documents, machine readable zones, answers for people and programs."""

import unittest

from program import PEOPLE, ProgramTest, ftm, passport


class Check(ProgramTest):
    def setUp(self):
        super().setUp()
        self.load_people()

    def test_hits_in_the_same_and_in_other_scripts(self):
        for name, expected in (("Viktor Kuznedelev", "inv-1"), ("KUZNEDELEV, Viktor", "inv-1"), ("Wiktor Kusnedelew", "inv-1"),
                               ("Виктор Кузнеделев", "inv-1"), ("Salma Benrahhou", "inv-2"), ("سلمى بنرحو", "inv-2"),
                               ("Zhao Mingxuan", "inv-3"), ("赵明轩", "inv-3"), ("Mingxuan Zhao", "inv-3")):
            with self.subTest(name=name):
                self.assertEqual(self.ids("--name", name)[:1], [expected])

    def test_a_clear_traveller_is_no_hit(self):
        result = self.jisr("check", "Annelies Grootjans", "--born", "1980", "--nationality", "nl")
        self.assertIn("No hit.", result.out)
        self.assertIn("invented", result.out)
        answer = self.jisr("check", "Annelies Grootjans", "--json").json()
        self.assertEqual((answer["hits"], answer["total"]), ([], 0))

    def test_the_answer_for_people_tells_why(self):
        out = self.jisr("check", "Viktor Kuznedelev", "--born", "1971-03-14", "--nationality", "Belarus", status=1).out
        for words in ("Viktor Kuznedelev", "Person on the list invented", "inv-1", "born 1971-03-14", "Belarus", "loaded just now",
                      "asked", "on the list", "rule", "similarity", "birth date", "1 hit."):
            self.assertIn(words, out)
        self.assertNotIn("\033", out)
        self.assertNotIn("\u2068", out)

    def test_the_answer_for_programs(self):
        answer = self.jisr("check", "Viktor Kuznedelev", "--born", "1971", "--json", status=1).json()
        hit = answer["hits"][0]
        self.assertGreaterEqual(set(hit), {"id", "caption", "schema", "lists", "score", "explanation"})
        self.assertEqual((hit["id"], hit["caption"], hit["schema"], hit["lists"]),
                         ("inv-1", "Viktor Kuznedelev", "Person", ["invented"]))
        self.assertTrue(0.9 <= hit["score"] <= 1)
        explanation = hit["explanation"]
        self.assertEqual(explanation["matched_name"], "Viktor Kuznedelev")
        self.assertEqual({part["rule"] for part in explanation["parts"]}, {"same"})
        self.assertIn("birth_date", [evidence["feature"] for evidence in explanation["evidence"]])
        self.assertEqual(hit["properties"]["birthDate"], ["1971-03-14"])
        self.assertEqual(answer["lists"][0]["name"], "invented")
        self.assertEqual(answer["total"], 1)

    def test_contradicting_evidence_lowers_the_score(self):
        score = lambda *words: self.jisr("check", "Viktor Kuznedelev", "--threshold", "0.01", "--json", *words,
                                         status=1).json()["hits"][0]["score"]
        plain = score()
        self.assertLess(score("--born", "1931"), plain)
        self.assertLess(score("--nationality", "jp"), plain)
        self.assertLess(score("--sex", "f"), plain)
        self.assertGreaterEqual(score("--born", "1971-03-14", "--nationality", "BLR", "--sex", "m"), plain)

    def test_hits_come_best_first_and_limit_and_threshold_hold(self):
        many = [{"id": f"t{i}", "schema": "Person", "properties": {"name": [name]}} for i, name in enumerate(
            ["Casimir Dubrovniak", "Kasimir Dubrovnyak", "Casimir Dubrovniak Petersen", "Kazimierz Dubrowniak"])]
        self.jisr("load", "--list", "many", self.file("many.json", ftm(many)))
        hits = self.jisr("check", "Casimir Dubrovniak", "--json", status=1).json()["hits"]
        scores = [hit["score"] for hit in hits]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(hits[0]["id"], "t0")
        self.assertGreaterEqual(len(hits), 2)
        answer = self.jisr("check", "Casimir Dubrovniak", "--limit", "1", "--json", status=1).json()
        self.assertEqual((len(answer["hits"]), answer["total"]), (1, len(hits)))
        self.assertIn("--limit", self.jisr("check", "Casimir Dubrovniak", "--limit", "1", status=1).out)
        for hit in self.jisr("check", "Casimir Dubrovniak", "--threshold", "0.99", "--json", status=1).json()["hits"]:
            self.assertGreaterEqual(hit["score"], 0.99)

    def test_a_document_number_is_a_hit_on_its_own(self):
        self.assertEqual(self.ids("--document", "BY:MP4471203"), ["inv-1"])
        self.assertEqual(self.ids("--document", "mp 447-12.03"), ["inv-1"])
        self.assertEqual(self.ids("--document", "Belarus:MP4471203"), ["inv-1"])
        self.assertEqual(self.ids("--document", "FR:MP4471203", status=0), [])
        self.assertEqual(self.ids("--document", "MP4471204", status=0), [])
        self.assertEqual(self.ids("--document", "9876543", "--schema", "Vessel"), ["inv-5"])
        out = self.jisr("check", "--document", "BY:MP4471203", status=1).out
        self.assertIn("document", out)

    def test_companies_and_vessels(self):
        self.assertEqual(self.ids("--schema", "company", "Quelmond Trading Limited"), ["inv-4"])
        self.assertEqual(self.ids("--schema", "Vessel", "GOLDEN PELIKAN"), ["inv-5"])
        self.assertEqual(self.ids("--schema", "Vessel", "Viktor Kuznedelev", status=0), [])

    def test_an_acronym_and_what_it_stands_for(self):
        self.jisr("load", "--list", "firms", self.file("firms.json", ftm(
            [{"id": "f1", "schema": "Company", "properties": {"name": ["Nordlicht Logistik Handel"]}},
             {"id": "f2", "schema": "Organization", "properties": {"name": ["QVU"]}}])))
        self.assertEqual(self.ids("--schema", "Company", "NLH"), ["f1"])
        self.assertEqual(self.ids("--schema", "Organization", "Quarzmann Veltheim Union"), ["f2"])

    def test_several_names_of_one_person(self):
        self.assertEqual(self.ids("--name", "Nobody Known", "--name", "Salma Benrahhou"), ["inv-2"])

    def test_hits_of_several_lists_with_their_lists(self):
        self.jisr("load", "--list", "second", self.file("second.json", ftm(PEOPLE[:1])))
        hits = self.jisr("check", "Viktor Kuznedelev", "--json", status=1).json()["hits"]
        self.assertEqual(sorted(hit["lists"][0] for hit in hits), ["invented", "second"])

    def test_any_bytes_may_be_a_name(self):
        for name in (b"\xff\xfe\xfd", "\u202eabc".encode(), ("a" * 1000000)[:100000].encode(), ("e" + "\u0301" * 10000).encode(),
                     b"%s%n%d", b"'; DROP TABLE x; --", "\u200f\u200e".encode(), b"-"):
            with self.subTest(name=name[:20]):
                result = self.run_raw(b"check", b"--json", b"--name", name)
                self.assertIn(result.status, (0, 1, 2))
                self.assertNotIn("Sanitizer", result.err)
                if result.status < 2:
                    result.json()

    def test_without_a_list_nothing_is_clear(self):
        result = self.jisr("check", "Viktor Kuznedelev", "--data", self.folder + "/none", status=2)
        self.assertIn("no list is loaded", result.err)
        self.assertIn("jisr load", result.err)
        self.assertEqual(result.out, "")


class Zone(ProgramTest):
    def setUp(self):
        super().setUp()
        self.load_people()
        self.zone = passport("KUZNEDELEV", "VIKTOR", "BLR", "MP4471203", "710314", "M")

    def test_a_zone_from_a_file_from_standard_input_and_as_a_word(self):
        one = self.zone.replace("\n", "")
        for words, given in ((["--mrz", self.file("zone.txt", self.zone)], b""), (["--mrz", "-"], self.zone.encode()),
                             (["--mrz", self.zone], b""), (["--mrz", one], b""), (["--mrz", self.zone.replace("\n", "\\n")], b"")):
            with self.subTest(words=words):
                answer = self.jisr("check", *words, "--json", status=1, input=given).json()
                self.assertEqual(answer["hits"][0]["id"], "inv-1")
                zone = answer["mrz"]
                self.assertEqual((zone["format"], zone["surname"], zone["given_names"], zone["number"], zone["birth"], zone["sex"],
                                  zone["checks_passed"], zone["notes"]),
                                 ("TD3", "KUZNEDELEV", "VIKTOR", "MP4471203", "1971-03-14", "m", True, []))

    def test_what_was_read_is_printed_first(self):
        out = self.jisr("check", "--mrz", self.zone, status=1).out
        self.assertLess(out.index("Read from the document"), out.index("inv-1"))
        for words in ("TD3", "KUZNEDELEV", "VIKTOR", "MP4471203", "Belarus", "1971-03-14", "check digits right"):
            self.assertIn(words, out)

    def test_a_repair_is_told(self):
        answer = self.jisr("check", "--mrz", self.zone.replace("710314", "7I0314"), "--json", status=1).json()
        self.assertEqual(answer["mrz"]["birth"], "1971-03-14")
        self.assertEqual(len(answer["mrz"]["notes"]), 1)
        self.assertIs(answer["mrz"]["checks_passed"], True)

    def test_a_failed_check_digit_is_told_and_still_checked(self):
        hurt = self.zone.replace("MP4471203", "MP4471293")
        result = self.jisr("check", "--mrz", hurt, status=1)
        self.assertIn("CHECK DIGITS WRONG", result.out)
        self.assertIs(self.jisr("check", "--mrz", hurt, "--json", status=1).json()["mrz"]["checks_passed"], False)

    def test_an_unknown_traveller_is_clear(self):
        zone = passport("GROOTJANS", "ANNELIES MARIA", "NLD", "NX0011223", "800509", "F")
        self.assertIn("No hit.", self.jisr("check", "--mrz", zone).out)

    def test_a_name_that_the_zone_cut_is_found(self):
        person = {"id": "long-1", "schema": "Person",
                  "properties": {"name": ["Fernanda Guadalupe Concepción Villaseñor Etxeberrigaray"], "birthDate": ["1984-05-06"]}}
        self.jisr("load", "--list", "long", self.file("long.json", ftm([person])))
        zone = passport("VILLASENOR ETXEBERRIGARAY", "FERNANDA GUADALUPE CONCEPCION", "UTO", "X0000007", "840506", "F")
        self.assertIn("<<FERNANDA<GU", zone.split("\n")[0][-15:])
        hit = self.jisr("check", "--mrz", zone, "--json", status=1).json()["hits"][0]
        self.assertEqual(hit["id"], "long-1")
        self.assertGreater(hit["score"], 0.9)
        self.assertIn("cut", [part["rule"] for part in hit["explanation"]["parts"]])
        self.assertIn('the zone cut the name after "GU', hit["explanation"]["evidence"][0]["detail"])
        other = passport("VILLASENOR ETXEBERRIGARAY", "YOLANDA GUADALUPE CONCEPCION", "UTO", "X0000007", "840506", "F")
        self.assertIn("No hit.", self.jisr("check", "--mrz", other).out)

    def test_what_is_no_zone_is_refused(self):
        for text in ("", "hello\nworld\n", "P<UTO\n", "<" * 5000, "\0" * 88):
            result = self.jisr("check", "--mrz", self.file("zone.txt", text), status=2)
            self.assertIn("--mrz", result.err)
        self.assertIn("nothere", self.jisr("check", "--mrz", "nothere", status=2).err)
        self.assertIn("--mrz", self.jisr("check", "--mrz", "P<UTO<<<", status=2).err)
        self.assertIn("one --mrz", self.jisr("check", "--mrz", "-", "--mrz", "-", status=2).err)


if __name__ == "__main__":
    unittest.main()
