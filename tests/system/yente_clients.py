"""Run by test_yente_clients.py with the Python of clients.py: yente-client, nomenklatura's enricher and followthemoney
against the serving process at $BASE."""

import json
import os
import unittest
import urllib.parse
import urllib.request

from followthemoney import model, Dataset, StatementEntity
from followthemoney.dataset.util import dataset_name_check
from nomenklatura.cache import Cache
from nomenklatura.db import Session
from nomenklatura.enrich.yente import YenteEnricher
from nomenklatura.matching.types import AlgorithmDocs
from followthemoney.dataset.dataset import DatasetModel
from sqlalchemy import create_engine
from yente_client import Client
from yente_client.entities import Company, Person, Vessel
from yente_client.exceptions import BadRequestError, NotFoundError

BASE = os.environ["BASE"]


def check_entity(test, entity):
    """What followthemoney says of an entity that we gave."""
    schema = model.get(entity["schema"])
    test.assertIsNotNone(schema, entity["schema"])
    for name, values in entity["properties"].items():
        prop = schema.get(name)
        test.assertIsNotNone(prop, f"{entity['schema']} has no {name}")
        test.assertTrue(values, name)
        for value in values:
            if isinstance(value, dict):
                test.assertEqual(prop.type.name, "entity", name)
                check_entity(test, value)
                continue
            test.assertIsInstance(value, str)
            if prop.type.name in ("name", "date", "country", "gender"):
                test.assertIsNotNone(prop.type.clean(value, proxy=None), f"{name}: {value!r}")
    for name in entity["datasets"]:
        dataset_name_check(name)
    test.assertTrue(all(isinstance(name, str) for name in entity["referents"]))
    test.assertIsInstance(entity["target"], bool)
    proxy = model.get_proxy({key: entity[key] for key in ("id", "schema", "caption", "properties")}, cleaned=False)
    test.assertEqual(proxy.id, entity["id"])


def get(path):
    with urllib.request.urlopen(BASE + path, timeout=30) as reply:
        return json.load(reply)


class YenteClient(unittest.TestCase):
    def setUp(self):
        self.client = Client(base_url=BASE.rstrip("/"))
        self.addCleanup(self.client.close)

    def test_health(self):
        self.assertEqual(self.client.healthz().status, "ok")
        self.assertEqual(self.client.readyz().status, "ok")

    def test_datasets_come_once_and_are_then_known(self):
        first = self.client.datasets()
        names = {dataset.name: dataset for dataset in first.datasets}
        self.assertIn("default", names)
        self.assertEqual(names["default"].children, ["world"])
        self.assertEqual(first.current, ["world"])
        self.assertTrue(names["world"].load)
        self.assertIn("inv_sanctions", names["world"].children)
        self.assertEqual(names["inv_companies"].entity_count, 2)
        self.assertEqual(self.client.datasets(), first) # by the tag that came with the first
        for dataset in get("catalog")["datasets"]:
            DatasetModel.model_validate(dataset)

    def test_algorithms(self):
        answer = self.client.algorithms()
        self.assertEqual((answer.default, answer.best), ("best", "jisr-names-1"))
        self.assertLessEqual({"jisr-names-1", "logic-v1", "logic-v2", "name-based"}, {a.name for a in answer.algorithms})
        for algorithm in get("algorithms")["algorithms"]:
            AlgorithmDocs.model_validate(algorithm["docs"])
            self.assertEqual(set(algorithm["features"]), {"name", "document", "birth_date", "nationality", "sex"})

    def test_match_finds_and_explains(self):
        person = Person(name=["Wiktor Kusnedelew"], birthDate=["1971-03-14"], nationality=["by"])
        answer = self.client.match(person, limit=3, algorithm="logic-v2")
        self.assertEqual(answer.top.id, "w-1")
        self.assertTrue(answer.top.match)
        self.assertEqual(answer.limit, 3)
        self.assertEqual((answer.total.value, answer.total.relation), (1, "eq"))
        explained = answer.top.explanations
        self.assertEqual(explained["name"].query, "Wiktor Kusnedelew")
        self.assertEqual(explained["name"].candidate, "Viktor Kuznedelev")
        self.assertAlmostEqual(explained["birth_date"].score, 0.05)
        self.assertIn("birth_date", answer.top.contributing_explanations)
        self.assertEqual(answer.query["properties"]["nationality"], ["by"])

    def test_match_filters(self):
        person = Person(name=["Viktor Kuznedelev"])
        for found, filters in ((1, {"datasets": ["default"]}), (1, {"datasets": ["world", "inv_travel"]}),
                               (0, {"datasets": ["world", "inv_companies"]}), (1, {"datasets": ["inv_travel"]}),
                               (0, {"exclude_datasets": ["inv_sanctions", "inv_travel"]}), (1, {"topics": ["sanction"]}),
                               (0, {"topics": ["role.pep"]}), (0, {"exclude_schemata": ["Person"]}),
                               (1, {"changed_since": "2025-06-07"}), (0, {"changed_since": "2025-07-01"}),
                               (0, {"exclude_entities": ["old-2"]}), (0, {"exclude_entities": ["w-1"]}),
                               (1, {"exclude_entities": ["w-2"]})):
            self.assertEqual(len(self.client.match(person, **filters).results), found, filters)

    def test_match_of_other_kinds(self):
        self.assertEqual(self.client.match(Vessel(name=["GOLDEN PELIKAN"])).top.id, "w-5")
        self.assertEqual(self.client.match(Vessel(imoNumber=["IMO 9876543"])).top.id, "w-5")
        self.assertEqual(self.client.match(Company(name=["Kwelmond Trading"])).top.id, "w-2")
        self.assertEqual(self.client.match(Person(name=["Golden Pelikan"])).results, [])

    def test_match_iter(self):
        people = [(str(i), Person(name=["Viktor Kuznedelev" if i % 2 else "Nobody Whatsoever"])) for i in range(40)]
        answers = dict(self.client.match_iter(people, workers=4))
        self.assertEqual(len(answers), 40)
        for key, answer in answers.items():
            self.assertEqual(len(answer.results), int(key) % 2, key)

    def test_what_yente_refuses_is_refused(self):
        person = Person(name=["Viktor Kuznedelev"])
        with self.assertRaises(NotFoundError):
            self.client.match(person, datasets=["banana"])
        with self.assertRaises(BadRequestError) as refused:
            self.client.match(person, algorithm="neural-net")
        self.assertIn("Invalid algorithm", refused.exception.detail)
        with self.assertRaises(BadRequestError):
            self.client.match(person, config={"invented": 1})
        with self.assertRaises(NotFoundError):
            self.client.fetch("banana")
        with self.assertRaises(NotFoundError):
            self.client.adjacent("w-1", prop="name")

    def test_search(self):
        answer = self.client.search("kuznedelev")
        self.assertEqual([entity.id for entity in answer.results], ["w-1"])
        self.assertEqual((answer.total.value, answer.limit, answer.offset), (1, 10, 0))
        facet = answer.facets["countries"]
        self.assertEqual((facet.label, [(v.name, v.label, v.count) for v in facet.values]),
                         ("Countries", [("by", "Belarus", 1)]))
        every = self.client.search("", facets=["schema", "topics"], limit=2, offset=1, sort=["caption:asc"])
        self.assertEqual(every.total.value, 6)
        self.assertEqual(len(every.results), 2)
        self.assertEqual({v.name: v.count for v in every.facets["schema"].values},
                         {"Company": 2, "Person": 2, "Position": 1, "Vessel": 1})
        self.assertEqual(self.client.search("quelmond", countries=["mt"]).results[0].id, "w-3")
        self.assertEqual(self.client.search("", schema="Vessel", datasets=["inv_sanctions"]).results[0].id, "w-5")
        self.assertEqual(self.client.search("Кузнеделев Виктор", simple=True).results[0].id, "w-1")
        self.assertEqual(self.client.search("Kusnedelew", fuzzy=True).total.value, 1)

    def test_fetch_nested_flat_and_merged(self):
        entity = self.client.fetch("w-1")
        self.assertEqual(entity.properties["sanctions"][0].properties["program"], ["Decree 12"])
        self.assertEqual(entity.properties["ownershipOwner"][0].properties["asset"][0].caption, "Quelmond Trading GmbH")
        self.assertEqual(entity.properties["familyPerson"][0].properties["relative"][0].id, "w-4")
        self.assertEqual(entity.properties["addressEntity"][0].schema_, "Address")
        self.assertEqual(entity.properties["identification"][0].schema_, "Passport")
        flat = self.client.fetch("w-1", nested=False)
        self.assertEqual(flat.properties["addressEntity"], ["a-1"])
        self.assertNotIn("sanctions", flat.properties)
        self.assertEqual(self.client.fetch("old-1").id, "w-1")
        self.assertEqual(self.client.fetch("s-1").properties["entity"][0].id, "w-1")

    def test_adjacent(self):
        answer = self.client.adjacent("w-2")
        self.assertEqual(set(answer.adjacent), {"ownershipAsset", "subsidiaries", "ownedVehicles"})
        self.assertEqual(answer.adjacent["subsidiaries"].results[0].id, "w-3")
        owners = self.client.adjacent("w-2", prop="ownershipAsset", limit=1)
        self.assertEqual((owners.total.value, owners.limit, len(owners.results)), (1, 1, 1))
        self.assertEqual(owners.results[0].properties["owner"][0].id, "w-1")
        self.assertEqual(self.client.adjacent("w-2", prop="ownershipAsset", offset=1).results, [])


class FollowTheMoney(unittest.TestCase):
    def test_every_entity_that_is_given_is_one_of_the_model(self):
        seen = 0
        for offset in range(0, 9000, 500):
            page = get(f"search/default?limit=500&offset={offset}")["results"]
            for found in page:
                check_entity(self, found)
                check_entity(self, get(f"entities/{urllib.parse.quote(found['id'], safe='')}"))
                seen += 1
            if len(page) < 500:
                break
        self.assertGreater(seen, 5)


class Enricher(unittest.TestCase):
    def setUp(self):
        self.dataset = Dataset.make({"name": "enrichment", "title": "Enrichment"})
        cache = Cache(Session(create_engine("sqlite:///:memory:")), self.dataset, create=True)
        self.enricher = YenteEnricher(self.dataset, cache, {"type": "yente", "api": BASE, "cache_days": 0})
        self.addCleanup(self.enricher.close)

    def ask(self, schema, **properties):
        data = {"id": "asked", "schema": schema, "properties": {name: [value] for name, value in properties.items()}}
        return StatementEntity.from_data(self.dataset, data)

    def test_a_person_is_enriched_with_what_is_tied_to_them(self):
        asked = self.ask("Person", name="Wiktor Kusnedelew", birthDate="1971-03-14")
        matches = list(self.enricher.match(asked))
        self.assertEqual([match.id for match in matches], ["w-1"])
        self.assertEqual(matches[0].get("sourceUrl"), [BASE + "entities/w-1"])
        found = {entity.id: entity for entity in self.enricher.expand(asked, matches[0])}
        self.assertLessEqual({"w-1", "s-1", "p-1", "a-1", "o-1", "w-2", "f-1", "w-4"}, set(found))
        self.assertEqual(found["s-1"].get("entity"), ["w-1"])
        self.assertEqual(found["o-1"].get("asset"), ["w-2"])

    def test_a_company_and_nobody(self):
        self.assertEqual([m.id for m in self.enricher.match(self.ask("Company", name="Quelmond Trading"))][0], "w-2")
        self.assertEqual(list(self.enricher.match(self.ask("Person", name="Nobody Whatsoever"))), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
