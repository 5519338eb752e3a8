"""Run by test_reconcile.py in the Python of tests/clients_api.txt: the PyPI client py-reconciliation-service-api asks the
service that BASE names."""

import asyncio
import os
import unittest

from py_reconciliation_service_api import build_reconciliation_service
from py_reconciliation_service_api.models.reconciliation import ReconciliationQuery, ReconciliationQueryProperty


class Client(unittest.TestCase):
    def setUp(self):
        self.service = build_reconciliation_service(os.environ["BASE"] + "reconcile/default")

    def test_one_query(self):
        found = self.service.reconcile(ReconciliationQuery(query="Wiktor Kusnedelew", type="Person", limit=3)).result
        self.assertEqual((found[0].id, found[0].name, found[0].match), ("inv-1", "Viktor Kuznedelev", True))
        self.assertEqual(found[0].type[0].id, "Person")

    def test_a_batch_with_properties(self):
        asked = [ReconciliationQuery(query="Viktor Kuznedelev", type=["Person"], properties=[
                     ReconciliationQueryProperty(pid="Person:birthDate", v=year)]) for year in ("1971", "1930")]
        first, second = self.service.reconcile_batch(asked)
        self.assertGreater(first.result[0].score, second.result[0].score)

    def test_values_of_every_kind(self):
        properties = [ReconciliationQueryProperty(pid="Person:birthDate", v=1971),
                      ReconciliationQueryProperty(pid="Person:nationality", v=[{"id": "by", "name": "Belarus"}, "pl"]),
                      ReconciliationQueryProperty(pid="a column", v=True)]
        found = self.service.reconcile(ReconciliationQuery(query="Viktor Kuznedelev", properties=properties)).result
        self.assertEqual(found[0].id, "inv-1")

    def test_asynchronously(self):
        answer = asyncio.run(self.service.reconcile_async(ReconciliationQuery(query="Nobody Known")))
        self.assertEqual(answer.result, [])


if __name__ == "__main__":
    unittest.main()
