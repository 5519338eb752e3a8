"""Lists are loaded, replaced and dropped while checks are under way: no check fails, and each answer rests on one whole
version of every list. Every entity carries the version of its list, and so does the answer."""

import http.client
import json
import os
import random
import threading
import time
import unittest

from program import PATIENCE, ftm
from service import ServiceTest

NAME = "Ostap Brambillov"
LISTS = ["harbour", "airport", "station"]
VERSIONS = 4
CLIENTS = 4
CHECKS = 1500
CHANGES = 40


def people(name, version):
    """A version is told by how many people it has and by what each of them carries."""
    return [{"id": f"{name}-{i}", "schema": "Person", "properties": {"name": [NAME], "notes": [f"version {version}"]}}
            for i in range(5 + version)]


class Client(threading.Thread):
    """Asks on one connection until it is told to end; keeps what was wrong."""

    def __init__(self, test):
        super().__init__(daemon=True)
        self.test, self.ending = test, threading.Event()
        self.checks, self.longest, self.wrong, self.seen = 0, 0.0, [], set()

    def run(self):
        try:
            connection = http.client.HTTPConnection(self.test.address, timeout=PATIENCE)
            body = json.dumps({"name": NAME, "limit": 500})
            while not self.ending.is_set():
                begin = time.monotonic()
                connection.request("POST", "/api/v1/check", body=body, headers={"Content-Type": "application/json"})
                reply = connection.getresponse()
                bytes_ = reply.read()
                self.longest = max(self.longest, time.monotonic() - begin)
                if reply.status != 200:
                    raise AssertionError(f"{reply.status}: {bytes_[:500]}")
                self.judge(json.loads(bytes_))
                self.checks += 1
            connection.close()
        except Exception as error: # noqa: everything that goes wrong in here is the test's result
            self.wrong.append(repr(error))

    def judge(self, answer):
        expected = {}
        for item in answer["lists"]:
            version = self.test.versions[item["version"]]
            if version[0] != item["name"]:
                raise AssertionError(f"{item} has the version of {version}")
            expected[item["name"]] = version[1]
            self.seen.add(version)
        found = {name: [] for name in expected}
        for hit in answer["hits"]:
            found[hit["lists"][0]].append(hit["properties"]["notes"][0])
        for name, version in expected.items():
            if found[name] != [f"version {version}"] * (5 + version):
                raise AssertionError(f"the answer says {name} is of version {version}, its hits: {found[name]}")


class Live(ServiceTest):
    def load(self, name, version):
        self.jisr("load", "--list", name, self.files[name, version])

    def prepare(self):
        """Every version is loaded once, so that its content address is known."""
        self.files, self.versions = {}, {}
        for name in LISTS:
            for version in range(VERSIONS):
                self.files[name, version] = self.file(f"{name}-{version}.json", ftm(people(name, version)))
                self.load(name, version)
                self.versions[self.lists()[name]["version"]] = (name, version)
        self.assertEqual(len(self.versions), len(LISTS) * VERSIONS)

    def state(self):
        return {item["name"]: self.versions[item["version"]][1] for item in self.ask("GET", "/api/v1/lists").json()["lists"]}

    def test_no_answer_fails_or_mixes_while_lists_change(self):
        self.prepare()
        self.serve()
        clients = [Client(self) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        chance = random.Random(7)
        loaded = {name: VERSIONS - 1 for name in LISTS}
        changes, begin = 0, time.monotonic()
        while changes < CHANGES or sum(client.checks for client in clients) < CHECKS:
            if time.monotonic() - begin > PATIENCE or any(client.wrong for client in clients):
                break
            name = chance.choice(LISTS)
            if name in loaded and chance.random() < 0.25:
                self.jisr("lists", "--drop", name)
                del loaded[name]
            else:
                loaded[name] = chance.randrange(VERSIONS)
                self.load(name, loaded[name])
            changes += 1
        self.wait_for(lambda: self.state() == loaded, f"the service never came to {loaded}")
        for client in clients:
            client.ending.set()
        for client in clients:
            client.join(PATIENCE)
        self.assertEqual([client.wrong for client in clients if client.wrong], [])
        checks = sum(client.checks for client in clients)
        seen = set().union(*(client.seen for client in clients))
        self.assertGreater(checks, 200)
        self.assertGreater(changes, 10)
        self.assertGreater(len(seen), len(LISTS) * VERSIONS // 2)
        print(f"{checks} checks, {changes} changes, longest answer {max(client.longest for client in clients):.3f} s")

    def test_a_damaged_list_leaves_the_earlier_one_in_use_and_is_told(self):
        self.prepare()
        self.serve()
        self.assertEqual(self.ask("GET", "/readyz").json(), {"status": "ok"})
        # Written beside and renamed over, as a broken copying program might.
        self.load("harbour", 0)
        self.wait_for(lambda: self.state()["harbour"] == 0, "the list was not taken over")
        with open(os.path.join(self.data, "lists.json"), encoding="utf-8") as file:
            manifest = json.load(file)
        address = next(item["file"] for item in manifest["lists"] if item["name"] == "harbour")
        with open(os.path.join(self.data, "lists", address + ".jisr"), "rb") as file:
            segment = bytearray(file.read())
        segment[300] ^= 1
        address = "0" * 64
        with open(os.path.join(self.data, "lists", address + ".jisr"), "wb") as file:
            file.write(segment)
        for item in manifest["lists"]:
            if item["name"] == "harbour":
                item["file"] = address
        temporary = os.path.join(self.data, "lists.tmp")
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        os.rename(temporary, os.path.join(self.data, "lists.json"))
        self.wait_for(lambda: self.ask("GET", "/readyz", status=None).status == 503, "/readyz does not tell")
        self.assertIn("harbour", self.ask("GET", "/readyz", status=503).text)
        self.assertEqual(self.state()["harbour"], 0)
        client = Client(self)
        client.judge(self.ask("POST", "/api/v1/check", {"name": NAME, "limit": 500}).json())
        self.wait_for(lambda: any("harbour" in line and "damaged" in line for line in self.said), "the log does not tell")
        self.load("harbour", 2)
        self.wait_for(lambda: self.ask("GET", "/readyz", status=None).status == 200, "/readyz stays at 503")
        self.assertEqual(self.state()["harbour"], 2)


if __name__ == "__main__":
    unittest.main()
