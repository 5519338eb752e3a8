"""/reconcile/{dataset} as OpenRefine uses it: the requests that OpenRefine makes, and a client from PyPI."""

import json
import unittest

import clients
from program import ftm
from service import ServiceTest

HOSTILE = {"id": "h<1>&\"'", "schema": "Person", "properties": {"name": ["<script>alert(1)</script>"], "birthPlace": ["\"><img src=x>"]}}


def setUpModule():
    try:
        clients.python("clients_api.txt")
    except unittest.SkipTest:
        pass # the one test that needs it says so


class Reconcile(ServiceTest):
    def setUp(self):
        super().setUp()
        self.load_people()
        self.serve()

    def manifest(self, dataset="default", query=""):
        return self.ask("GET", f"/reconcile/{dataset}{query}").json()

    def queries(self, queries, status=200, **more):
        return self.ask("POST", "/reconcile/default", [("queries", json.dumps(queries))], status=status, **more)

    def extend(self, ids, properties):
        answer = self.ask("POST", "/reconcile/default", [("extend", json.dumps({"ids": ids, "properties": properties}))])
        return answer.json()

    def follow(self, url):
        """What stands at an address that the service gave."""
        self.assertTrue(url.startswith(f"http://{self.address}/"), url)
        return self.ask("GET", url[len(f"http://{self.address}"):])

    def test_the_manifest_leads_to_everything_else(self):
        manifest = self.manifest()
        self.assertEqual((manifest["versions"], manifest["name"], manifest["batchSize"]), (["0.2"], "default (jisr)", 3))
        self.assertIn({"id": "Person", "name": "People", "description": "Person"}, manifest["defaultTypes"])
        for kind, prefix in (("entity", "vikt"), ("property", "birth"), ("type", "comp")):
            service = manifest["suggest"][kind]
            answer = self.follow(service["service_url"] + service["service_path"] + "?prefix=" + prefix).json()
            self.assertEqual((answer["code"], answer["status"], answer["prefix"]), ("/api/status/ok", "200 OK", prefix))
            self.assertTrue(answer["result"])
        service = manifest["extend"]["propose_properties"]
        self.assertTrue(self.follow(service["service_url"] + service["service_path"] + "?type=Person").json()["properties"])
        for kind in ("view", "preview"):
            self.assertIn("Viktor Kuznedelev", self.follow(manifest[kind]["url"].replace("{{id}}", "inv-1")).text)
        self.assertEqual([setting["name"] for setting in manifest["extend"]["propose_settings"]], ["limit", "render"])

    def test_a_list_is_a_dataset_and_the_query_string_goes_along(self):
        manifest = self.manifest("invented", "?algorithm=best&who=a%20b%26c")
        self.assertEqual(manifest["suggest"]["entity"]["service_path"], "/suggest/entity?algorithm=best&who=a%20b%26c")
        self.ask("GET", "/reconcile/nowhere", status=404)
        self.assertEqual(self.ask("POST", "/reconcile/nowhere", [("queries", "{}")], status=404).json(), {"detail": "No such dataset."})

    def test_candidates_come_best_first(self):
        answer = self.queries({"q0": {"query": "Wiktor Kusnedelew", "type": "Person", "limit": 3, "type_strict": "should",
                                      "properties": [{"pid": "Person:birthDate", "v": "1971-03-14"}]},
                               "q1": {"query": "Golden Pelikan"}, "q2": {"query": "Nobody Known"}})
        self.assertEqual(answer.headers["x-batch-size"], "3")
        answer = answer.json()
        self.assertEqual(list(answer), ["q0", "q1", "q2"])
        first = answer["q0"]["result"][0]
        self.assertEqual((first["id"], first["name"], first["match"], first["type"][0]["id"]),
                         ("inv-1", "Viktor Kuznedelev", True, "Person"))
        self.assertEqual([hit["id"] for hit in answer["q1"]["result"]], ["inv-5"])
        self.assertEqual(answer["q2"]["result"], [])

    def test_properties_tell_people_of_one_name_apart(self):
        score = lambda *properties: self.queries({"q": {"query": "Viktor Kuznedelev", "type": "Person", "properties": [
            {"pid": pid, "v": v} for pid, v in properties]}}).json()["q"]["result"][0]["score"]
        self.assertLess(score(("Person:birthDate", "1930")), score())
        self.assertLess(score(("Person:nationality", ["fr", "it"])), score())
        self.assertEqual(score(("Person:nationality", ["fr", "by"])), score())
        self.assertEqual(score(("birthDate", {"id": "x", "name": "1971"}), ("nothing:known", "x"), ("column 3", 7)), score())

    def test_a_document_alone_finds(self):
        answer = self.queries({"q": {"type": "Person", "properties": [{"pid": "Person:passportNumber", "v": "MP4471203"}]}}).json()
        self.assertEqual([hit["id"] for hit in answer["q"]["result"]], ["inv-1"])

    def test_wrong_queries_are_refused(self):
        for queries in ({"q": {"query": "x", "type": "Banana"}}, {"q": 7}, [], {f"q{i}": {"query": "x"} for i in range(101)}):
            self.assertIn("detail", self.queries(queries, status=400).json())
        for form in ([("queries", "{")], [("extend", "{")], [("extend", "{}")], [("extend", '{"ids":[7],"properties":[]}')],
                     [("extend", '{"ids":[],"properties":[{}]}')], [("other", "x")], [("queries", "[" * 1000)]):
            self.ask("POST", "/reconcile/default", form, status=400)
        self.ask("POST", "/reconcile/default?algorithm=banana", [("queries", "{}")], status=400)
        self.assertEqual(self.queries({"q": {"query": "Viktor Kuznedelev", "limit": -5}}).json()["q"]["result"], [])
        self.assertEqual(len(self.queries({"q": {"query": "Viktor Kuznedelev", "limit": "1"}}).json()["q"]["result"]), 1)

    def test_columns_are_added_from_reconciled_rows(self):
        answer = self.extend(["inv-1", "inv-4", "nobody"], [{"id": "nationality"}, {"id": "name", "settings": {"limit": "1"}},
                             {"id": "birthDate", "settings": {"limit": 0, "render": "raw"}}, {"id": "notaproperty"}, {"id": "name"}])
        self.assertEqual(answer["meta"], [{"id": "nationality", "name": "Nationality"}, {"id": "name", "name": "Name"},
                                          {"id": "birthDate", "name": "Birth date"}])
        self.assertEqual(answer["rows"]["inv-1"], {"nationality": [{"str": "Belarus"}], "name": [{"str": "Viktor Kuznedelev"}],
                                                   "birthDate": [{"str": "1971-03-14"}]})
        self.assertEqual(answer["rows"]["inv-4"], {"name": [{"str": "Quelmond Trading GmbH"}]})
        self.assertEqual(answer["rows"]["nobody"], {})
        self.assertEqual(self.extend(["inv-1"], [{"id": "nationality", "settings": {"render": "raw"}}])["rows"],
                         {"inv-1": {"nationality": [{"str": "by"}]}})

    def test_suggestions(self):
        get = lambda kind, query: self.ask("GET", f"/reconcile/default/suggest/{kind}?{query}").json()["result"]
        self.assertEqual([item["id"] for item in get("entity", "prefix=viktor%20kuz")], ["inv-1"])
        self.assertEqual([item["id"] for item in get("entity", "prefix=%D0%92%D0%B8%D0%BA")], ["inv-1"])
        for prefix in ("", "prefix=", "prefix=banana%20man", "prefix=*", "prefix=%22%28%5B", "prefix=" + "a" * 3000):
            self.assertEqual(get("entity", prefix), [])
        self.assertEqual(get("entity", "prefix=v&limit=0"), [])
        self.assertIn("Person:nationality", [item["id"] for item in get("property", "prefix=nat")])
        self.assertEqual(get("property", "prefix="), [])
        self.assertEqual([item["id"] for item in get("type", "prefix=Organ")], ["Organization"])
        self.assertEqual(get("type", "prefix=banana"), [])
        answer = self.ask("GET", "/reconcile/default/extend/property?limit=5&type=LegalEntity").json()
        self.assertEqual((answer["limit"], answer["type"], len(answer["properties"])), (5, "LegalEntity", 5))
        self.assertTrue({"name", "country"} <= {item["id"] for item in answer["properties"]})
        self.ask("GET", "/reconcile/default/extend/property?type=Banana", status=400)

    def test_pages_are_escaped_and_harmless(self):
        self.jisr("load", "--list", "hostile", self.file("hostile.json", ftm([HOSTILE])))
        self.stop()
        self.serve()
        for kind in ("view", "preview"):
            answer = self.ask("GET", f"/reconcile/default/{kind}/h%3C1%3E%26%22%27")
            self.assertTrue(answer.headers["Content-Type"].startswith("text/html"))
            self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])
            self.assertNotIn("<script", answer.text)
            self.assertNotIn("<img", answer.text)
            self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", answer.text)
        self.ask("GET", "/reconcile/default/view/nobody", status=404)

    def test_only_pages_of_this_machine_may_read_the_answers(self):
        allowed = lambda origin: self.queries({}, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"]
        for origin in ("http://127.0.0.1:3333", "http://localhost:3333", "http://[::1]:3333", "http://127.0.0.1"):
            self.assertEqual(allowed(origin), origin)
        for origin in ("https://example.org", "http://127.0.0.1.example.org", "null", "http://localhost.example.org:3333"):
            self.assertIsNone(allowed(origin))

    def test_a_client_from_pypi(self):
        passed, said = clients.run("reconcile_clients.py", self.address, pins="clients_api.txt")
        self.assertTrue(passed, said)


if __name__ == "__main__":
    unittest.main()
