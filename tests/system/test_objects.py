"""Registered objects through the real program: entered one by one and by file, found on the command line and over HTTP by
those whom they reach, withdrawn; a kill while a file is entered."""

import json
import os
import random
import signal
import subprocess
import time
import unittest
import urllib.request

from program import JISR, PATIENCE
from test_notices import NoticesTest

SEED = 20261127
CAR = ["kind=vehicle", "type=car", "status=stolen", "vin=1M8GDM9AXKP042788"]
HEAD = "type,status,country,number,reach\n"


class ObjectsTest(NoticesTest):
    def load(self, text, *words, name="passports", officer="MA-1", status=0):
        path = self.file("objects.csv", text)
        return self.jisr("object", "load", path, "--name", name, "--kind", "document", "--officer", officer, *words, status=status)

    def found_by(self, officer, *words):
        """The ids that the officer's office finds."""
        answer = self.run_raw("object", "check", *words, "--officer", officer, "--json")
        self.assertIn(answer.status, (0, 1))
        return [hit["id"] for hit in answer.json()["hits"]]

    def object_token(self, officer):
        return self.token(officer, ["check", "search", "lists.read", "objects.read", "objects.write"])


class Objects(ObjectsTest):
    def test_from_the_theft_to_the_find(self):
        self.found()
        entered = self.jisr("object", "enter", *CAR, "--officer", "MA-1", "--reach", "except:FR", "--json").json()
        self.assertEqual(self.found_by("ES-1", "1M8-GDM9AXKP-042788"), ["object-" + entered["id"].replace("/", "-")])
        self.assertEqual(self.found_by("FR-1", "1M8GDM9AXKP042788"), [])
        self.assertIn("there is no object", self.jisr("object", "show", entered["id"], "--officer", "FR-1", status=2).err)
        self.jisr("object", "amend", entered["id"], "make=Almasar", "--officer", "MA-1")
        self.assertIn("Almasar", self.jisr("object", "show", entered["id"], "--officer", "ES-1").out)
        self.assertIn("only its owner", self.jisr("object", "withdraw", entered["id"], "--reason", "found", "--officer", "ES-1",
                                                  status=2).err)
        self.jisr("object", "withdraw", entered["id"], "--reason", "found", "--officer", "MA-1")
        self.assertEqual(self.found_by("ES-1", "1M8GDM9AXKP042788"), [])
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(self.jisr("object", "list", "--json").json()["objects"][0]["withdrawn"], True)

    def test_a_file_is_found_by_every_check_of_those_whom_it_reaches(self):
        self.found()
        loaded = self.load(HEAD + "passport,stolen,MA,L898902C,\npassport,lost,MA,AB123456,only:ES\npassport,stolen,FR,X1,\n", status=1)
        self.assertIn("2 entered", loaded.out)
        self.assertIn("line 4: country is FR", loaded.err)
        zone = "P<MARERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C<3MAR6908061F9406236ZE184226B<<<<<14\n"
        answer = self.jisr("check", "--mrz", self.file("zone.txt", zone), "--json", status=1).json()
        self.assertEqual(answer["hits"][0]["properties"]["status"], ["stolen"])
        self.assertEqual(answer["hits"][0]["lists"], ["objects"])
        self.jisr("check", "--document", "ma:ab-123 456", status=1)
        self.jisr("check", "--document", "FR:AB123456")
        self.serve()
        spain, france = self.object_token("ES-1"), self.object_token("FR-1")
        asked = {"document": [{"country": "MA", "number": "AB 123456"}]}
        def hits(who, path="/api/v1/check", body=None):
            return self.ask("POST", path, body or asked, headers=who).json()["hits"]
        self.assertEqual(hits(spain)[0]["properties"]["status"], ["lost"])
        self.assertEqual(hits(france), [])
        self.assertEqual(hits(None), [])
        number = {"number": "ab123456", "country": "Morocco", "kind": "document"}
        self.assertEqual(len(hits(spain, "/api/v1/objects/check", number)), 1)
        self.assertEqual(hits(france, "/api/v1/objects/check", number), [])
        line = hits(spain)[0]["id"]
        self.ask("GET", "/api/v1/objects/" + line, headers=spain)
        self.ask("GET", "/api/v1/objects/" + line, headers=france, status=404)
        seen = {who: self.ask("GET", "/api/v1/object-files", headers=token).json()["files"][0]["objects"]
                for who, token in (("ES", spain), ("FR", france))}
        self.assertEqual(seen, {"ES": 2, "FR": 1})
        # Another process withdraws it; the service hears of it.
        self.jisr("object", "withdraw", line, "--reason", "found", "--officer", "MA-1")
        until = time.monotonic() + 10
        while hits(spain) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(hits(spain), [])

    def test_a_file_in_which_a_bit_turned_is_refused_when_the_service_starts(self):
        self.found()
        self.load(HEAD + "passport,stolen,MA,L898902C,\n")
        folder = os.path.join(self.data, "objects")
        path = os.path.join(folder, os.listdir(folder)[0])
        with open(path, "r+b") as file:
            whole = file.read()
            at = whole.index(b"898902")
            file.seek(at)
            file.write(bytes([whole[at] ^ 4]))
        said = self.jisr("serve", "--listen", "127.0.0.1:0", status=2).err
        self.assertIn(os.path.basename(path) + " is damaged", said)
        self.assertIn("Put it back", said)

    def test_over_the_api(self):
        self.found()
        self.serve()
        france = self.object_token("FR-1")
        body = {"object": {"kind": "vehicle", "type": "car", "status": "stolen", "vin": "1M8GDM9AXKP042788", "crime_areas": ["VEH"]}}
        key = {**france, "Idempotency-Key": "one"}
        made = self.ask("POST", "/api/v1/objects", body, headers=key, status=201)
        self.assertEqual(self.ask("POST", "/api/v1/objects", body, headers=key, status=201).json(), made.json())
        address = made.headers["Location"]
        tag = self.ask("GET", address, headers=france).headers["ETag"]
        body["object"]["make"] = "Almasar"
        self.ask("PUT", address, body, headers={**france, "If-Match": tag})
        self.ask("PUT", address, body, headers={**france, "If-Match": tag}, status=409 if tag == "*" else 412)
        listed = self.ask("GET", "/api/v1/objects?crime_area=VEH&kind=vehicle", headers=france).json()
        self.assertEqual((listed["total"], listed["objects"][0]["object"]["make"]), (1, "Almasar"))
        self.assertEqual(self.ask("GET", "/api/v1/objects?crime_area=CUL", headers=france).json()["total"], 0)
        self.ask("GET", "/api/v1/objects?colour=red", headers=france, status=400)
        body["object"].pop("vin")
        wrong = self.ask("POST", "/api/v1/objects", body, headers=france, status=422).json()
        self.assertEqual(wrong["findings"][0]["field"], "vin")
        def put(path, text, status=200):
            request = urllib.request.Request(f"http://{self.address}{path}", text.encode(), {**france, "Content-Type": "text/csv"}, method="PUT")
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    self.assertEqual(answer.status, status)
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                self.assertEqual(error.code, status)
                return json.load(error)
        loaded = put("/api/v1/object-files/FR/lost?kind=document", HEAD + "passport,lost,FR,P1,\npassport,lost,MA,P2,\n")
        self.assertEqual((loaded["entered"], loaded["bad"], loaded["told"][0]["line"]), (1, 1, 3))
        self.assertIn("cut off", put("/api/v1/object-files/FR/lost?kind=document", HEAD + "passport,lost,FR,P1", 422)["detail"])
        put("/api/v1/object-files/MA/lost?kind=document", HEAD + "passport,lost,MA,P1,\n", 403)
        self.ask("POST", "/api/v1/object-files/FR/lost/withdraw", {"reason": "error"}, headers=france)
        self.assertEqual(self.ask("GET", "/api/v1/object-files", headers=france).json()["files"], [])
        self.ask("POST", address + "/withdraw", {"reason": "found"}, headers=france)

    def test_careless_words_are_answered_with_a_sentence(self):
        self.found()
        for words, said in [(["enter", "vin=1"], "kind '' is not known"), (["enter", "colour"], "is no FIELD=VALUE"),
                            (["enter", *CAR, "--reach", "FR"], "--reach is all"), (["amend", "2026/1"], "there is no object"),
                            (["withdraw", "../../etc", "--reason", "found"], "there is no file"), (["check", "//"], "letters or digits"),
                            (["load", "nothing.csv", "--name", "x"], "nothing.csv"), (["load", "x.csv", "--name", "../x"], ""),
                            (["list", "--kind", "cat"], "there is no kind"), (["show", "2026/1"], "there is no object")]:
            done = self.jisr("object", *words, "--officer", "MA-1", status=2)
            self.assertIn(said, done.err)
        self.assertIn("its SHA-256 is", self.load(HEAD + "passport,lost,MA,P1,\n", "--sha256", "0" * 64, status=2).err)

    def test_a_kill_while_a_file_is_entered_leaves_the_old_or_the_new(self):
        self.found()
        chance = random.Random(SEED)
        def rows(version):
            return HEAD + "".join(f"passport,{'lost' if version % 2 else 'stolen'},MA,V{version}N{i},\n" for i in range(3000))
        self.load(rows(0))
        begun = time.monotonic()
        self.load(rows(1))
        whole = time.monotonic() - begun
        now = 1
        for version in range(2, 14):
            path = self.file("objects.csv", rows(version))
            loading = subprocess.Popen([JISR, "object", "load", path, "--name", "passports", "--kind", "document", "--officer", "MA-1",
                                        "--data", self.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * whole)
            loading.send_signal(signal.SIGKILL)
            killed = loading.wait() != 0
            files = self.jisr("object", "list", "--files", "--json").json()["files"]
            self.assertEqual([file["objects"] for file in files], [3000])
            there = [one for one in (now, version) if self.found_by("ES-1", f"V{one}N2999")]
            self.assertEqual(len(there), 1)
            self.assertTrue(killed or there == [version])
            now = there[0]
        self.load(rows(20))
        folder = os.path.join(self.data, "objects")
        self.assertEqual(len(os.listdir(folder)), 1)
        self.jisr("log", "verify")


if __name__ == "__main__":
    unittest.main()
