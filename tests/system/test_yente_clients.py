"""Clients of yente that were not written here, run for real against `jisr serve`."""

import unittest

import clients
from program import ADD, ALT, PLAIN_CSV, SDN, UN, ftm
from service import ServiceTest
from yente_world import WORLD


def setUpModule():
    clients.python()


class YenteClients(ServiceTest):
    def test_yente_client_nomenklatura_and_followthemoney_are_answered_as_by_yente(self):
        self.jisr("load", "--list", "world", self.file("world.json", ftm(WORLD)))
        self.serve()
        passed, said = clients.run("yente_clients.py", self.address)
        self.assertTrue(passed, said[-6000:])

    def test_entities_of_native_formats_are_ones_of_the_model(self):
        for name, files in (("ofac", {"sdn.csv": SDN, "alt.csv": ALT, "add.csv": ADD}), ("un", {"un.xml": UN}),
                            ("plain", {"plain.csv": PLAIN_CSV})):
            self.jisr("load", "--list", name, *[self.file(file, content) for file, content in files.items()])
        self.serve()
        passed, said = clients.run("yente_clients.py", self.address, "FollowTheMoney")
        self.assertTrue(passed, said[-6000:])


if __name__ == "__main__":
    unittest.main()
