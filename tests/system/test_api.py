"""/api/v1/... as a program that is not jisr sees it."""

import re
import time
import unittest

from program import PATIENCE, PEOPLE, ftm, passport
from service import ServiceTest

ZONE = passport("KUZNEDELEV", "VIKTOR", "BLR", "MP4471203", "710314", "M")


class Api(ServiceTest):
    def setUp(self):
        super().setUp()
        self.load_people()
        self.serve()

    def check(self, body, status=200):
        return self.ask("POST", "/api/v1/check", body, status=status).json()

    def faults(self, body, path="/api/v1/check"):
        answer = self.ask("POST", path, body, status=422)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual((problem["type"], problem["status"]), ("about:blank", 422))
        return {fault["pointer"]: fault["detail"] for fault in problem["errors"]}

    def test_a_person_is_found_and_explained_as_the_command_line_does(self):
        asked = {"name": "Wiktor Kusnedelew", "born": "1971-03-14", "nationality": "by", "sex": "m"}
        answer = self.check(asked)
        same = self.jisr("check", "Wiktor Kusnedelew", "--born", "1971-03-14", "--nationality", "by", "--sex", "m", "--json",
                         status=1).json()
        self.assertEqual(answer["hits"], same["hits"])
        self.assertEqual((answer["total"], answer["hidden"], answer["threshold"], answer["rules"]), (1, 0, 0.7, "jisr-names-1"))
        self.assertEqual([item["name"] for item in answer["lists"]], ["invented"])
        self.assertLess(answer["lists"][0]["age_seconds"], 600)

    def test_where_there_is_no_record_every_address_answers_strangers_too(self):
        asked = [(method.upper(), re.sub(r"{\w+}", "1", path)) for path, methods in self.ask("GET", "/api/v1/openapi.json").json()["paths"].items()
                 for method in methods if method in ("get", "post", "put", "delete")]
        self.assertGreater(len(asked), 200)
        asked += [("GET", path) for path in ("/public/en", "/public/en/members", "/public/en/agreements", "/public/en/data", "/notices/v1/red",
                                             "/notices/v1/un", "/network/v1/log", "/network/v1/snapshot", "/metrics", "/readyz")]
        for method, path in asked:
            with self.subTest(f"{method} {path}"):
                self.assertIn(self.ask(method, path, None if method in ("GET", "DELETE") else {}, status=None).status, (200, 204, 400, 401, 403, 404, 405, 415, 422, 428, 503))

    def test_nobody_is_an_answer_too_and_nothing_is_stored(self):
        answer = self.ask("POST", "/api/v1/check", {"name": "Solveig Fjellheim"})
        self.assertEqual((answer.json()["hits"], answer.json()["total"]), ([], 0))
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(answer.headers["Content-Type"], "application/json")

    def test_family_and_given_names_apart(self):
        for name in ({"family": "Kuznedelev", "given": "Viktor"}, {"family": "Виктор", "given": "Кузнеделев"},
                     ["Nobody Known", {"family": "KUZNEDELEV", "given": "Viktor"}]):
            self.assertEqual(self.check({"name": name})["hits"][0]["id"], "inv-1")

    def test_a_document_and_a_zone(self):
        for document in ("BY:MP4471203", {"country": "Belarus", "number": "mp 447-12.03"}, ["X1", "MP4471203"]):
            self.assertEqual([hit["id"] for hit in self.check({"document": document})["hits"]], ["inv-1"])
        for zone in (ZONE, ZONE.replace("\n", ""), ZONE.split()):
            answer = self.check({"mrz": zone})
            self.assertEqual(answer["hits"][0]["id"], "inv-1")
            self.assertEqual((answer["mrz"]["surname"], answer["mrz"]["checks_passed"]), ("KUZNEDELEV", True))
        repaired = self.check({"mrz": ZONE.replace("710314", "7I0314")})["mrz"]
        self.assertEqual((repaired["birth"], repaired["checks_passed"], len(repaired["notes"])), ("1971-03-14", True, 1))
        wrong = self.check({"mrz": ZONE.replace("MP4471203", "MP4471293")})["mrz"]
        self.assertEqual((wrong["checks_passed"], len(wrong["notes"]) > 0), (False, True))

    def test_a_document_hit_has_no_name(self):
        hit = self.check({"document": "BY:MP4471203"})["hits"][0]
        self.assertEqual((hit["explanation"]["query_name"], hit["explanation"]["matched_name"]), (None, None))

    def test_all_faults_at_once_and_what_was_meant(self):
        faults = self.faults({"name": ["Viktor Kuznedelev", ""], "birthDate": "1971", "nationality": ["by", "Atlantis"],
                              "limit": 0, "schema": "Persn"})
        self.assertEqual(sorted(faults), ["/birthDate", "/limit", "/name/1", "/nationality/1", "/schema"])
        self.assertIn('did you mean "born"', faults["/birthDate"])
        self.assertIn("Person", faults["/schema"])

    def test_a_name_that_cannot_be_compared_is_no_clear_answer(self):
        self.assertIn("/name", self.faults({"name": "?!"}))
        self.assertEqual(list(self.faults({"checks": [{"name": "A B"}, {"name": "\u0301"}]}, "/api/v1/check/batch")), ["/checks/1/name"])

    def test_what_is_not_json_is_refused_with_its_place(self):
        for body in ("", "{", '{"name":"A","name":"B"}', "[" * 60000, '{"name":"\xff"}'.encode("latin-1"), '{"limit":NaN}',
                     '{"name":"\\u0000"}', '{"limit":' + "9" * 100 + "}", b"\xfe\xff\x00{"):
            answer = self.ask("POST", "/api/v1/check", body, {"Content-Type": "application/json"}, status=400)
            self.assertRegex(answer.json()["detail"], "line 1|stands twice")
        self.ask("POST", "/api/v1/check", [("name", "A")], status=415)
        self.ask("POST", "/api/v1/check", "{}", {"Content-Type": "text/plain"}, status=415)
        self.ask("POST", "/api/v1/check", "{}", {"Content-Type": "application/problem+json; charset=utf-8"}, status=422)
        self.ask("POST", "/api/v1/check", "{" + " " * 70000 + "}", {"Content-Type": "application/json"}, status=413)

    def test_hostile_values(self):
        self.check({"name": "e" + "\u0301" * 500})
        self.check({"name": ["a" * 1024] * 50})
        for number in ("1e400", "-1e400", "1e300", "0.5", "1e-400"):
            answer = self.ask("POST", "/api/v1/check", '{"name":"A","limit":' + number + "}", {"Content-Type": "application/json"}, 422)
            self.assertEqual([fault["pointer"] for fault in answer.json()["errors"]], ["/limit"])
        self.assertIn("/mrz", self.faults({"mrz": ["P<"] * 10000}))
        self.assertIn("/mrz", self.faults({"mrz": "P<UTO\n" * 600}))
        self.assertIn("/name", self.faults({"name": "e" + "\u0301" * 10000}))
        self.assertEqual(len(self.faults({f"field{i}": 1 for i in range(3000)})), 50)

    def test_limit_threshold_rules_and_lists(self):
        self.jisr("load", "--list", "second", self.file("second.json", ftm(PEOPLE[:1])))
        deadline = time.monotonic() + PATIENCE
        while len((answer := self.check({"name": "Viktor Kuznedelev"}))["lists"]) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(sorted(hit["lists"][0] for hit in answer["hits"]), ["invented", "second"])
        answer = self.check({"name": "Viktor Kuznedelev", "lists": ["second"]})
        self.assertEqual([hit["lists"] for hit in answer["hits"]], [["second"]])
        self.assertEqual([item["name"] for item in answer["lists"]], ["second"])
        answer = self.check({"name": "Viktor Kuznedelev", "limit": 1})
        self.assertEqual((len(answer["hits"]), answer["total"]), (1, 2))
        self.assertEqual(self.check({"name": "Viktor Kusnedelew", "threshold": 0.999})["hits"], [])
        self.assertEqual(len(self.check({"name": "Viktor Kuznedelev", "rules": "jisr-names-1"})["hits"]), 2)
        self.assertIn("jisr-names-1", self.faults({"name": "A", "rules": "jisr-names-9"})["/rules"])
        self.assertIn("invented, second", self.faults({"name": "A", "lists": ["ofac"]})["/lists/0"])

    def test_a_batch_is_answered_in_its_order(self):
        answer = self.ask("POST", "/api/v1/check/batch", {"checks": [
            {"name": "Golden Pelikan", "schema": "Vessel"}, {"name": "Nobody Known"}, {"mrz": ZONE}]}).json()
        self.assertEqual([[hit["id"] for hit in one["hits"]] for one in answer["answers"]], [["inv-5"], [], ["inv-1"]])
        self.assertEqual(answer["answers"][2]["mrz"]["number"], "MP4471203")
        self.assertEqual(answer["lists"][0]["name"], "invented")
        faults = self.faults({"checks": [{"name": "A B"}, {"nam": "C"}, {"name": "D", "born": "?"}]}, "/api/v1/check/batch")
        self.assertEqual(sorted(faults), ["/checks/1/nam", "/checks/2/born"])
        for checks in ([], [{"name": "A"}] * 101, {}, None):
            self.assertIn("/checks", self.faults({"checks": checks}, "/api/v1/check/batch"))
        self.assertEqual(len(self.ask("POST", "/api/v1/check/batch", {"checks": [{"name": "A B"}] * 100}).json()["answers"]), 100)

    def test_two_names_compared(self):
        answer = self.ask("POST", "/api/v1/compare", {"query": "Виктор Кузнеделев", "listed": "Viktor Kuznedelev"}).json()
        self.assertEqual(answer, self.jisr("compare", "Виктор Кузнеделев", "Viktor Kuznedelev", "--json").json())
        self.assertEqual(sorted(self.faults({"query": "?", "lsted": "B"}, "/api/v1/compare")), ["/listed", "/lsted", "/query"])

    def test_the_lists_have_an_etag(self):
        answer = self.ask("GET", "/api/v1/lists")
        item = answer.json()["lists"][0]
        self.assertEqual((item["name"], item["entities"], item["source"]), ("invented", 5, "people.ftm.json"))
        etag = answer.headers["ETag"]
        again = self.ask("GET", "/api/v1/lists", headers={"If-None-Match": f'"x", {etag}'}, status=304)
        self.assertEqual((again.body, again.headers["ETag"]), (b"", etag))
        self.ask("GET", "/api/v1/lists", headers={"If-None-Match": 'W/"other"'})

    def test_the_description_of_the_interface_has_an_etag(self):
        answer = self.ask("GET", "/api/v1/openapi.json")
        self.assertEqual(answer.json()["openapi"], "3.1.0")
        names = [step["operationId"] for path in answer.json()["paths"].values() for step in path.values() if isinstance(step, dict)]
        self.assertGreater(len(names), 100)
        self.assertEqual(len(names), len(set(names)), "each operation has a name of its own")
        self.ask("GET", "/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}, status=304)
        self.assertEqual(self.ask("HEAD", "/api/v1/openapi.json").headers["ETag"], answer.headers["ETag"])

    def test_a_check_is_not_asked_by_an_address(self):
        self.ask("GET", "/api/v1/check?name=Viktor%20Kuznedelev", status=405)


class Empty(ServiceTest):
    def test_without_a_list_nothing_is_clear(self):
        self.serve()
        for path, body in (("/api/v1/check", {"name": "A B"}), ("/api/v1/check/batch", {"checks": [{"name": "A B"}]})):
            answer = self.ask("POST", path, body, status=503)
            self.assertIn("jisr load", answer.json()["detail"])
            self.assertIn("Retry-After", answer.headers)
        self.assertEqual(self.ask("GET", "/api/v1/lists").json()["lists"], [])


if __name__ == "__main__":
    unittest.main()
