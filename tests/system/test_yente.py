"""yente's endpoints as a program sees them that is no client of yente: shapes, statuses, limits, hostile requests."""

import unittest
import urllib.parse

from program import ftm
from service import ServiceTest
from yente_world import WORLD

MEMBERS = {"id", "caption", "schema", "properties", "datasets", "referents", "target", "first_seen", "last_seen",
           "last_change"}


def batch(**queries):
    return {"queries": queries}


def person(*names, **properties):
    return {"schema": "Person", "properties": dict(properties, name=list(names))}


class Yente(ServiceTest):
    def setUp(self):
        super().setUp()
        self.jisr("load", "--list", "world", self.file("world.json", ftm(WORLD)))
        self.serve()

    def match(self, body, query="", status=200, dataset="default"):
        return self.ask("POST", f"/match/{dataset}{query}", body, status=status)

    def search(self, query="", status=200):
        return self.ask("GET", f"/search/default{query}", status=status).json()

    def one(self, query, parameters=""):
        return self.match(batch(q=query), parameters).json()["responses"]["q"]

    def test_a_batch_is_answered_by_the_names_of_its_queries(self):
        answer = self.match(batch(a=person("Viktor Kuznedelev", nationality="Belarus"), b=person("Nobody Known")))
        self.assertEqual(answer.headers["x-batch-size"], "2")
        self.assertEqual(answer.headers["x-algorithm"], "jisr-names-1")
        body = answer.json()
        self.assertEqual(list(body), ["responses", "limit"])
        self.assertEqual((list(body["responses"]), body["limit"]), (["a", "b"], 5))
        found = body["responses"]["a"]
        self.assertEqual(list(found), ["status", "results", "total", "query"])
        self.assertEqual(found["query"], {"id": None, "schema": "Person",
                                          "properties": {"nationality": ["by"], "name": ["Viktor Kuznedelev"]}})
        self.assertEqual(found["total"], {"value": 1, "relation": "eq"})
        result = found["results"][0]
        self.assertEqual(set(result), MEMBERS | {"score", "match", "explanations"})
        self.assertEqual(set(result["explanations"]["name"]), {"detail", "score", "query", "candidate"})
        self.assertIn("jisr-names-1", result["explanations"]["name"]["detail"])
        self.assertEqual(body["responses"]["b"]["results"], [])

    def test_a_lower_cutoff_shows_more_and_changes_no_score(self):
        asked = person("Viktor Benrahhou", birthDate="1971-03-14")
        self.assertEqual(self.one(asked)["results"], [])
        low = self.one(asked, "?cutoff=0.4")
        self.assertTrue(low["results"])
        self.assertEqual((low["total"]["value"], {r["match"] for r in low["results"]}), (0, {False}))
        sure = person("Wiktor Kusnedelew", birthDate="1971-03-14")
        self.assertEqual(self.one(sure)["results"], [r for r in self.one(sure, "?cutoff=0.4")["results"] if r["match"]])
        doubtful = self.one(sure, "?threshold=0.99")
        self.assertEqual((doubtful["total"]["value"], [r["match"] for r in doubtful["results"]]), (0, [False]))
        self.assertEqual(self.one(sure, "?threshold=0.99&cutoff=1")["results"], [])

    def test_filters_act_before_the_limit(self):
        crowd = [{"id": f"k-{i:03}", "schema": "Person", "datasets": ["even" if i % 2 == 0 else "odd"],
                  "properties": {"name": ["Hisham Majid Alhussaini"], "topics": ["sanction"] if i == 251 else ["crime"]}}
                 for i in range(300)]
        self.jisr("load", "--list", "crowd", self.file("crowd.json", ftm(crowd)))
        self.wait_for(lambda: self.ask("GET", "/catalog").json()["current"] == ["world", "crowd"])
        asked = person("Hisham Majid Alhussaini")
        self.assertEqual(self.one(asked, "?limit=2")["total"]["value"], 300)
        found = self.one(asked, "?limit=1&topics=sanction")
        self.assertEqual(([r["id"] for r in found["results"]], found["total"]["value"]), (["k-251"], 1))
        self.assertEqual(self.one(asked, "?exclude_dataset=odd")["total"]["value"], 150)
        self.assertEqual(len(self.one(asked, "?limit=500&include_dataset=odd")["results"]), 150)
        many = "&".join(f"exclude_entity_ids=k-{i:03}" for i in range(50))
        self.assertEqual(self.one(asked, "?" + many)["total"]["value"], 250)
        self.match(batch(q=asked), "?" + many + "&exclude_entity_ids=x", status=422)

    def test_more_names_and_documents_than_one_check_takes(self):
        names = [f"Nobody Number {i}" for i in range(120)] + ["Viktor Kuznedelev"]
        found = self.one(person(*names, passportNumber=[f"X{i}" for i in range(30)] + ["MP4471203"]))
        self.assertEqual(found["total"], {"value": 1, "relation": "eq"})
        self.assertEqual([r["id"] for r in found["results"]], ["w-1"])
        self.assertIn("name", found["results"][0]["explanations"])

    def test_statuses(self):
        good = batch(q=person("Viktor Kuznedelev"))
        for status, path, body in ((404, "/match/banana", good), (400, "/match/default?algorithm=none", good),
                                   (400, "/match/default?algorithm=jisr-names-0", good),
                                   (200, "/match/default?algorithm=jisr-names-1", good),
                                   (200, "/match/default?algorithm=LOGIC-V1&fuzzy=false&unknown=1", good),
                                   (400, "/match/default", dict(good, config={"x": 1})),
                                   (400, "/match/default?algorithm=logic-v2", dict(good, config={"x": 1})),
                                   (200, "/match/default?algorithm=logic-v2", dict(good, config={"nm_number_mismatch": 0.4})),
                                   (400, "/match/default", dict(good, weights={"name": 0.5})),
                                   (200, "/match/default", dict(good, weights={"name_literal": 0.5})),
                                   (400, "/match/default", batch()), (422, "/match/default", {}),
                                   (400, "/match/default", batch(q={"schema": "Xyz", "properties": {}})),
                                   (422, "/match/default", batch(q={"properties": {}})),
                                   (422, "/match/default?limit=501", good), (422, "/match/default?limit=x", good),
                                   (200, "/match/default?limit=0", good), (422, "/match/default?threshold=nan", good),
                                   (422, "/match/default?changed_since=yesterday", good),
                                   (400, "/match/default", batch(**{f"q{i}": person("A B") for i in range(101)})),
                                   (200, "/match/default", batch(**{f"q{i}": person("A B") for i in range(100)})),
                                   (422, "/match/default", '{"queries": {"a": 1, "a": 2}}'), (422, "/match/default", "[" * 5000),
                                   (422, "/match/default", b"\xff\xfe"), (422, "/match/default", "")):
            answer = self.ask("POST", path, body, status=status)
            self.assertEqual("detail" in answer.json(), status != 200, answer.text)
        for status, path in ((422, "/search/default?limit=501"), (422, "/search/default?offset=9500"),
                             (404, "/search/banana"), (400, "/search/default?schema=Banana"),
                             (400, "/search/default?filter=banana"), (422, "/search/default?facets=banana"),
                             (422, "/search/default?filter_op=XOR"), (400, "/search/default?q=a/b"),
                             (200, "/search/default?q=a/b&simple=true"), (404, "/entities/banana"),
                             (404, "/entities/w-1/adjacent/banana"), (200, "/entities/w-1/adjacent/sanctions"),
                             (422, "/entities/w-1?nested=perhaps"), (405, "/match/default")):
            self.ask("GET", path, status=status)

    def test_other_rules_are_refused_where_the_settings_say_so(self):
        self.stop()
        self.serve("--set", "accept-algorithms=no", "--set", "prepare-search=yes")
        asked = batch(q=person("Viktor Kuznedelev"))
        self.assertIn("own rules alone", self.match(asked, "?algorithm=logic-v2", 400).text)
        self.match(asked, "?algorithm=best")
        self.assertEqual([a["name"] for a in self.ask("GET", "/algorithms").json()["algorithms"]], ["jisr-names-1"])
        self.wait_for(lambda: self.ask("GET", "/readyz", status=None).status == 200)
        self.assertGreater(self.ask("GET", "/search/default?q=kuznedelev").json()["total"]["value"], 0)

    def test_an_update_wants_a_token(self):
        for query in ("", "?token=", "?token=guessed", "?sync=true"):
            self.assertEqual(self.ask("POST", "/updatez" + query, status=403).json(), {"detail": "Invalid token."})
        self.stop()
        made = self.jisr("serve", "--new-token", "updater").out
        token = next(word for word in made.split() if word.startswith("jisr_"))
        self.serve("--config", self.file("serve.conf", "\n".join(made.splitlines()[-3:]) + "\n"))
        for query in ("?token=" + token, "?sync=true&token=" + token):
            self.assertEqual(self.ask("POST", "/updatez" + query).json(), {"status": "ok"})

    def test_an_answer_that_would_be_too_large_or_take_too_long_is_refused(self):
        talkative = [{"id": "t-1", "schema": "Person",
                      "properties": {"name": ["Ada Verbosa"], "notes": [f"{i} " + "x" * 60000 for i in range(20)]}}]
        self.jisr("load", "--list", "talk", self.file("talk.json", ftm(talkative)))
        self.wait_for(lambda: len(self.ask("GET", "/catalog").json()["current"]) == 2)
        asked = {f"q{i}": person("Ada Verbosa") for i in range(100)}
        self.assertIn("more than 64 MiB", self.match(batch(**asked), status=400).text)
        self.match(batch(**dict(list(asked.items())[:10])))
        self.stop()
        self.serve("--set", "answer-time=10ms")
        slow = {f"q{i}": person(*[f"Long Invented Name {i} Number {k} Of Many" for k in range(50)]) for i in range(100)}
        self.match(batch(**slow), status=503)
        self.match(batch(q=person("Viktor Kuznedelev")))

    def test_facets_order_and_pages_of_a_search(self):
        everything = self.search("?facets=datasets&facets=identifiers&limit=0")
        self.assertEqual((everything["results"], everything["total"]["value"]), ([], 6))
        counted = {v["name"]: v["count"] for v in everything["facets"]["datasets"]["values"]}
        self.assertEqual(counted, {"world": 6, "inv_sanctions": 2, "inv_companies": 2, "inv_peps": 2, "inv_travel": 1})
        self.assertIn("9876543", [v["name"] for v in everything["facets"]["identifiers"]["values"]])
        order = [r["id"] for r in self.search("?sort=caption:desc")["results"]]
        self.assertEqual(order, ["w-1", "w-4", "w-2", "w-3", "q-1", "w-5"])
        self.assertEqual([r["id"] for r in self.search("?sort=caption:desc&limit=2&offset=3")["results"]], order[3:5])
        self.assertEqual(self.search("?sort=first_seen")["results"][-1]["first_seen"], None)
        for found, query in ((["w-1"], "?q=nowhere&topics=sanction"), (["w-4"], "?filter=properties.birthDate:1984"),
                             (["w-3"], "?countries=mt"), (["w-1"], "?q=kuznedelev%20-salma"), ([], "?q=kuznedelew"),
                             (["w-1"], "?q=Wiktor%20Kusnedelew&fuzzy=true"), (["w-1"], "?q=MP4471203"),
                             (["w-4"], "?q=benrahhou&exclude_schema=Company"), ([], "?q=benrahhou&exclude_dataset=inv_peps")):
            self.assertEqual([r["id"] for r in self.search(query)["results"]], found, query)
        self.assertEqual(self.search("?countries=by&countries=mt")["total"]["value"], 2)
        self.assertEqual(self.search("?countries=by&countries=mt&filter_op=AND")["total"]["value"], 0)
        self.assertEqual(self.search("?target=true&schema=Person")["total"]["value"], 2)

    def test_a_search_that_need_not_read_records_answers_as_one_that_reads_all(self):
        """Words and profiles spare the reading (web/yente_columns.h); a day of change or a sort makes every record be read."""
        for query in ("", "countries=by", "countries=by&countries=mt", "topics=sanction&countries=by&filter_op=AND", "schema=Company",
                      "datasets=inv_peps", "exclude_datasets=inv_sanctions", "target=true", "target=false", "filter=genders:male",
                      "facets=schema&facets=genders", "limit=2&offset=1", "limit=0", "filter=nothing:1", "exclude_schema=Person"):
            spared = self.search(f"?{query}")
            self.assertEqual(spared, self.search(f"?{query}&changed_since=1900-01-01"), query)
            sorted_too = self.search(f"?{query}&sort=nothing:asc")
            self.assertEqual((spared["total"], spared["facets"]), (sorted_too["total"], sorted_too["facets"]), query)
        self.assertEqual(self.search("?q=name:quelmond&schema=Company")["total"]["value"], 2)
        self.assertEqual(self.search("?q=w-3")["results"][0]["id"], "w-3")
        self.assertEqual(self.search("?q=Quel*+-trading")["total"]["value"], 1)

    def test_ids_that_lead_to_an_entity(self):
        answer = self.ask("GET", "/entities/old-1?nested=false", status=308)
        self.assertEqual(answer.headers["Location"], "/entities/w-1?nested=false")
        self.assertEqual(self.ask("GET", "/entities/old-2/adjacent/sanctions", status=308).headers["Location"],
                         "/entities/w-1/adjacent/sanctions")
        address = self.ask("GET", "/entities/a-1").json()
        self.assertEqual((address["schema"], address["properties"]["things"][0]["id"]), ("Address", "w-1"))
        occupancy = self.ask("GET", "/entities/c-1").json()
        self.assertEqual(occupancy["properties"]["post"][0]["caption"], "Minister of Invention")
        position = self.ask("GET", "/entities/q-1").json()
        self.assertEqual(position["properties"]["occupancies"][0]["properties"]["holder"][0]["id"], "w-4")
        self.assertEqual(self.one(person("Minister of Invention"))["results"], [])

    def test_the_catalogue_is_sent_once(self):
        answer = self.ask("GET", "/catalog")
        self.assertEqual(answer.headers["Cache-Control"], "public, max-age=300")
        tag = answer.headers["ETag"]
        for header, status in ((tag, 304), (f'"x", {tag}', 304), ("*", 304), ('"x"', 200)):
            self.assertEqual(self.ask("GET", "/catalog", headers={"If-None-Match": header}, status=status).headers["ETag"], tag)
        self.assertEqual(self.ask("GET", "/manifest").json(), answer.json())
        self.jisr("load", "--list", "world", self.file("less.json", ftm(WORLD[:1])))
        self.wait_for(lambda: self.ask("GET", "/catalog").headers["ETag"] != tag)

    def test_hostile_requests_are_answered(self):
        long_name = "".join(chr(97 + i % 26) + (" " if i % 7 == 6 else "") for i in range(1000))
        hostile = [
            batch(**{f"q{i}": person(*[f"{long_name} {i} {k}" for k in range(50)]) for i in range(20)}),
            batch(q=person("x" * 1000000)), batch(q=person("\u200f\u202e\u0000"[:2] + "Viktor Kuznedelev")),
            batch(q=person(*["Viktor Kuznedelev"] * 20000)), batch(q=person("ا" * 5000, "赵" * 5000)),
            batch(q={"schema": "Person", "properties": {f"p{i}": ["x"] for i in range(5000)}}),
            batch(q=person("!!!", birthDate=["9999-99-99", "0", -1, 1e300, True], country=["", " ", "\U0001f600"])),
            {"queries": {"": person("Viktor Kuznedelev")}},
        ]
        for body in hostile:
            self.match(body)
        self.match('{"queries":{"q":{"schema":"Person","properties":{"name":"a\\u0000b"}}}}', status=422)
        self.match('{"queries":' * 60 + "1" + "}" * 60, status=422)
        bomb = "&".join(f"filter=properties.name:{i}" for i in range(200))
        self.assertEqual(self.search("?" + bomb)["total"]["value"], 0)
        self.search("?" + bomb + "&filter=a:b", status=422)
        for words in ("*", "-", "OR OR", "a" * 4000, "\u202e\u200f", "赵" * 300, "((((", "x" + " y" * 60):
            self.search("?simple=true&q=" + urllib.parse.quote(words))
        self.search("?simple=true&q=" + "a%20" * 100, status=400)
        self.search("?offset=-5&limit=-5")
        for name in ("%00", "%ff", "..%2f..", "x" * 300, "%E2%80%AE"):
            answer = self.ask("GET", f"/entities/{name}", status=None)
            self.assertIn(answer.status, (400, 404), name)
        self.assertEqual(self.one(person("\u200fViktor\u200e Kuznedelev"))["results"][0]["id"], "w-1")


if __name__ == "__main__":
    unittest.main()
