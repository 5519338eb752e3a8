"""Running an installation over HTTP: the first administrator of an empty one, lists sent in pieces and loaded, backups made and
checked, nodes admitted, what officers sign in with taken away."""

import concurrent.futures
import gzip
import http.client
import os
import re
import time

import test_signin
from program import PATIENCE, PEOPLE, ftm
from service import Answer, ServiceTest
from test_signin import PASSWORD, one_time_code


class Admin(ServiceTest):
    page_ask = test_signin.SignIn.page_ask

    def raw(self, method, path, body=b"", status=None):
        host, port = self.address.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        headers = {"Origin": f"http://{self.address}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/octet-stream",
                   "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()
        if status is not None:
            self.assertEqual(answer.status, status, f"{method} {path}: {answer.text[:2000]}")
        return answer

    def api(self, method, path, body=None, status=200, cookies=None):
        answer = self.page_ask(method, f"/api/v1/{path}", body, self.cookies if cookies is None else cookies, status=status)
        return answer.json() if answer.body else None

    def enrol(self, code):
        offer = self.page_ask("POST", "/api/v1/enrolment", {"enrolment": code}, status=200).json()
        cookies = {}
        self.page_ask("POST", "/api/v1/enrolment/password", {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"], time.time())},
                      cookies, status=201)
        return cookies

    def ended(self, begun):
        """What came of a piece of work."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            chore = self.api("GET", f"chores/{begun['chore']}")
            if chore["state"] != "running":
                return chore
            time.sleep(0.02)
        self.fail("it does not end")

    def send(self, *files):
        upload = self.api("POST", "uploads", status=201)["id"]
        for name, content in files:
            self.raw("PUT", f"/api/v1/uploads/{upload}/{name}?at=0", content, status=200)
        return upload

    def load(self, *files, name=None):
        return self.ended(self.api("POST", "lists", {"upload": self.send(*files), "list": name}, status=202))

    def listed(self):
        return {one["name"]: one["entities"] for one in self.api("GET", "lists")["lists"]}

    def set_up(self):
        """Founds a record and appoints its first administrator as the desk does."""
        self.backups = os.path.join(self.folder, "backups")
        os.mkdir(self.backups)
        self.code = re.search(r"^ +([0-9A-Z-]{29})$", self.jisr("init", "test.example/record").out, re.M).group(1)
        self.serve("--set", f"backups={self.backups}")

    def test_an_installation_is_set_up_and_run_over_http(self):
        self.set_up()
        self.first_administrator()
        self.lists()
        self.means()
        self.copies()
        self.nodes()

    def first_administrator(self):
        self.assertTrue(self.page_ask("GET", "/api/v1/session").json()["setup"])
        person = {"name": "Invented First", "login": "first"}
        for code in ("", "A" * 25, self.code[:-1] + ("0" if self.code[-1] != "0" else "2"), "\u0660" * 25, "A" * 10000):
            self.page_ask("POST", "/api/v1/setup", {"code": code, "administrator": person}, status=403)
        self.page_ask("POST", "/api/v1/setup", {"administrator": person}, status=422)
        self.page_ask("POST", "/api/v1/setup", {"code": self.code, "administrator": person, "role": "auditor"}, status=422)
        for more in ({"roles": ["auditor"]}, {"office": "MA"}):
            self.page_ask("POST", "/api/v1/setup", {"code": self.code, "administrator": {**person, **more}}, status=422)
        self.page_ask("POST", "/api/v1/setup", {"code": self.code, "administrator": {**person, "login": "No Good"}}, status=422)
        self.ask("POST", "/api/v1/setup", {"code": self.code, "administrator": person}, {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}, 403)
        told = self.page_ask("POST", "/api/v1/setup", {"code": self.code.lower().replace("-", " ")}, status=200).json()
        self.assertEqual(told["names"]["fr"], "Secr\u00e9tariat g\u00e9n\u00e9ral")
        # Eight at once with the right code: one gets in.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda i: self.page_ask("POST", "/api/v1/setup", {
                "code": self.code, "names": {"en": "Invented Secretariat"}, "administrator": {"name": f"Invented {i}", "login": f"first{i}"}}), range(8)))
        self.assertEqual(sorted(answer.status for answer in answers), [201] + 7 * [404])
        made = next(answer for answer in answers if answer.status == 201).json()
        self.assertEqual(made["officer"], "GS-1")
        self.assertFalse(os.path.exists(os.path.join(self.data, "setup.json")))
        # Never again: also with a file that somebody put back.
        with open(os.path.join(self.data, "setup.json"), "w", encoding="utf-8") as file:
            file.write('{"sha256":"' + 64 * "0" + '","ends":9999999999999}')
        for body in ({"code": self.code}, {"code": self.code, "administrator": person}, {"nothing": 1}):
            self.page_ask("POST", "/api/v1/setup", body, status=404)
        self.assertEqual(self.page_ask("GET", "/api/v1/setup").json(), {"needed": False})
        self.assertFalse(self.page_ask("GET", "/api/v1/session").json()["setup"])
        self.cookies = self.enrol(made["enrolment"])
        self.assertEqual(self.api("GET", "offices/GS")["names"]["en"], "Invented Secretariat")
        self.assertEqual([one["roles"] for one in self.api("GET", "officers")["officers"]], [["administrator"]])

    def lists(self):
        content = (ftm(PEOPLE) + '{"broken\n').encode()
        upload = self.api("POST", "uploads", status=201)["id"]
        path = f"/api/v1/uploads/{upload}/people.json"
        self.raw("PUT", f"{path}?at=0", content[:100], status=200)
        self.assertIn("100 bytes are here", self.raw("PUT", f"{path}?at=50", content[100:], status=409).text)
        self.raw("PUT", path, content, status=400)
        for name in ("..%2Fevil", ".hidden", "-flag", "a" * 121, "%0A", "%FF"):
            self.assertIn(self.raw("PUT", f"/api/v1/uploads/{upload}/{name}?at=0", b"x").status, (400, 404, 422), name)
        for other in ("0" * 16, "..", "..%2F..%2Fkeys", upload.upper() + "G"):
            self.assertIn(self.raw("PUT", f"/api/v1/uploads/{other}/x?at=0", b"x").status, (400, 404), other)
        self.raw("PUT", f"{path}?at=100", content[100:], status=200)
        self.assertEqual(self.api("GET", f"uploads/{upload}"), {"files": [{"name": "people.json", "bytes": len(content)}]})
        for body in ({}, {"upload": "../keys"}, {"upload": upload, "list": 1}, {"upload": upload, "liste": "x"}, []):
            self.assertIn(self.raw_json("lists", body), (404, 422))
        chore = self.ended(self.api("POST", "lists", {"upload": upload, "list": "people"}, status=202))
        self.assertEqual(chore["state"], "done", chore)
        result = chore["result"]
        self.assertEqual((result["added"], result["skipped"], result["skipped_records"][0]["line"], result["skipped_records"][0]["file"]),
                         (5, 1, 7, "people.json"))
        self.api("GET", f"uploads/{upload}", status=404)
        self.wait_for(lambda: self.listed() == {"people": 5})
        entry = self.api("GET", "log?limit=500")["entries"][-1]
        self.assertEqual((entry["kind"], entry["officer"]), ("list.loaded", "GS-1"))
        # Packed, again with one person less and one changed.
        people = [dict(one) for one in PEOPLE if one["id"] != "inv-3"]
        people[0] = {**people[0], "caption": "Viktor Changed"}
        result = self.load(("people.json.gz", gzip.compress(ftm(people).encode())), name="people")["result"]
        self.assertEqual((result["added"], result["changed"], result["removed"], result["unchanged"]), (0, 1, 1, 3))
        # What jisr load refuses is refused, and the list stays.
        for files, says in (([("nothing.bin", b"\0\1\2" * 100)], "not a list that is known"), ([("cut.json.gz", gzip.compress(b"x" * 9000)[:-4])], ""),
                            ([("people.json", ftm(PEOPLE).encode())], "")):
            chore = self.load(*files, name="people" if not files[0][0].startswith("people") else "No Name!")
            self.assertEqual(chore["state"], "failed", chore)
            self.assertIn(says, chore["problem"])
            self.assertNotIn(self.data, chore["problem"])
        self.wait_for(lambda: self.listed() == {"people": 4})
        self.assertEqual(self.api("POST", "lists", {"upload": self.api("POST", "uploads", status=201)["id"]}, status=422)["status"], 422)
        self.load(("other.json", ftm(PEOPLE[:1]).encode()), name="other")
        self.api("DELETE", "lists/other", status=204)
        self.api("DELETE", "lists/other", status=404)
        self.wait_for(lambda: self.listed() == {"people": 4})
        for _ in range(12):
            answer = self.page_ask("POST", "/api/v1/uploads", cookies=self.cookies)
        self.assertEqual(answer.status, 503)
        self.page_ask("POST", "/api/v1/uploads", status=401)
        self.assertIn("people", self.jisr("lists").out)

    def raw_json(self, path, body):
        return self.page_ask("POST", f"/api/v1/{path}", body, self.cookies).status

    def means(self):
        officer = self.api("POST", "officers", {"office": "GS", "name": "Invented Second", "login": "second", "roles": ["reader"]}, status=201)["id"]
        code = self.api("POST", f"officers/{officer}/enrolment", {}, status=201)["enrolment"]
        second = self.enrol(code)
        self.api("POST", "me/tokens", {"name": "nightly", "scopes": ["check"]}, status=201, cookies=second)
        print_of = "ab" * 32
        for body in ({"sha256": "/etc/passwd", "scopes": ["check"]}, {"sha256": print_of, "scopes": []}, {"sha256": print_of, "scopes": ["self"]},
                     {"sha256": print_of, "scopes": ["lists.load"]}, {"sha256": print_of}):
            self.api("POST", f"officers/{officer}/certificates", body, status=422)
        self.api("POST", f"officers/{officer}/certificates", {"sha256": ":".join(32 * ["AB"]), "scopes": ["check"]}, status=201)
        found = self.api("GET", f"officers/{officer}/means")
        self.assertTrue(found["password"])
        self.assertEqual([one["scopes"] for one in found["tokens"] + found["certificates"]], [["check"], ["check"]])
        self.api("GET", "officers/GS-1/means", status=403, cookies=second)
        self.api("DELETE", f"officers/{officer}/certificates/{print_of}", status=204)
        self.api("DELETE", f"officers/{officer}/tokens/{found['tokens'][0]['id']}", status=204)
        self.api("DELETE", f"officers/{officer}/tokens/7x", status=404)
        self.api("DELETE", f"officers/{officer}/means", status=204)
        self.assertEqual(self.api("GET", f"officers/{officer}/means"), {"officer": officer, "password": None, "passkeys": [], "tokens": [], "certificates": []})
        self.assertIsNone(self.api("GET", "session", cookies=second)["officer"])
        self.api("DELETE", "officers/GS-1/means", status=409)
        self.api("GET", "officers/GS-99/means", status=404)
        kinds = [entry["kind"] for entry in self.api("GET", "log?limit=500")["entries"][-3:]]
        self.assertEqual(kinds, 3 * ["means.removed"])

    def copies(self):
        self.assertEqual(self.api("GET", "backups"), {"folder": self.backups, "backups": []})
        self.api("POST", "backups", {"key": False}, status=422)
        chore = self.ended(self.api("POST", "backups", status=202))
        self.assertEqual(chore["state"], "done", chore)
        (made,) = self.api("GET", "backups")["backups"]
        self.assertEqual((made["name"], made["keys"], made["checked"]["good"]), (chore["result"]["name"], True, True))
        restored = os.path.join(self.folder, "restored")
        self.jisr("restore", "--data", restored, os.path.join(self.backups, made["name"]))
        self.assertFalse(os.path.exists(os.path.join(restored, "uploads")))
        self.jisr("log", "verify", "--data", restored)
        with open(os.path.join(self.backups, made["name"], "lists.json"), "a", encoding="utf-8") as file:
            file.write(" ")
        chore = self.ended(self.api("POST", f"backups/{made['name']}/check", status=202))
        self.assertEqual(chore["state"], "failed")
        (made,) = self.api("GET", "backups")["backups"]
        self.assertFalse(made["checked"]["good"])
        self.assertIn("lists.json", made["checked"]["problem"])
        for name in ("..", "nothing", "..%2Fdata", made["name"] + ".checked"):
            begun = self.page_ask("POST", f"/api/v1/backups/{name}/check", cookies=self.cookies)
            self.assertTrue(begun.status == 404 or self.ended(begun.json())["state"] == "failed", name)
        self.assertEqual(sorted(os.listdir(self.backups)), [made["name"], made["name"] + ".checked"])
        self.page_ask("GET", "/api/v1/backups", status=401)

    def nodes(self):
        self.api("POST", "members", {"code": "MA"}, status=201)
        self.api("POST", "offices", {"code": "MA"}, status=201)
        self.jisr("node", "authority", "--host", "127.0.0.1")
        node, request = os.path.join(self.folder, "node"), os.path.join(self.folder, "request.json")
        said = self.jisr("node", "init", "--data", node, "--office", "MA", "--url", "https://127.0.0.1:1", "--name", "rabat", "--out", request)
        digits = re.search(r"([0-9a-f]{4}(?: [0-9a-f]{4}){3})", said.err).group(1)
        with open(request, encoding="utf-8") as file:
            text = file.read()
        told = self.api("POST", "network/requests", {"request": text})
        self.assertEqual((told["name"], told["office"], told["kind"]), ("rabat", "MA", "national"))
        self.api("POST", "network/requests", {"request": "{}"}, status=422)
        for wrong in (None, "", digits[:-1], digits + "0", "0000 0000 0000 0000"):
            body = {"request": text, "digits": wrong} if wrong is not None else {"request": text}
            self.assertIn("digits", self.api("POST", "network/nodes", body, status=422)["detail"])
        admitted = self.api("POST", "network/nodes", {"request": text, "digits": digits.upper().replace(" ", "-")}, status=201)
        self.jisr("node", "join", "--data", node, self.file("admission.json", admitted["admission"]))
        self.assertEqual([one["name"] for one in self.api("GET", "network")["nodes"]], ["rabat"])
        self.api("POST", "network/nodes/rabat/end", {"reason": ""}, status=422)
        self.api("POST", "network/nodes/rabat/end", {"reason": "a test"}, status=204)
        self.api("POST", "network/nodes/rabat/end", {"reason": "a test"}, status=409)
        self.api("POST", "network/nodes/nowhere/end", {"reason": "a test"}, status=404)
