"""An individual's request through the real program: filed over HTTP without signing in, decided on the command line, the
notice removed to the last byte, also from the next backup; the proof checked by code of our own; kills in between."""

import base64
import hashlib
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import time
import unittest
import zlib

from program import JISR, PATIENCE
from service import ServiceTest
from test_notices import NoticesTest

NAMES = ["VANISHING", "Zaynab-Test", "زينب الاختفاء", "QQ7654321"]
CONTENT = {
    "colour": "red", "subject": "person", "source_language": "en", "name": NAMES[0], "forename": NAMES[1],
    "names": [{"text": NAMES[2], "kind": "original"}], "sex": "F", "birth": {"date": "1984-02-29", "place": "Nowhere"},
    "nationalities": ["MA"], "status": "charged", "crimes": ["FIN"], "extradition": {"assured": True},
    "documents": [{"kind": "passport", "number": NAMES[3], "country": "MA"}],
    "warrants": [{"country": "MA", "authority": "Court of Nowhere", "reference": "2026/9", "date": "2026-01-15",
                  "purpose": "prosecution", "charge": "Fraud", "law": "article 1", "maximum_penalty_months": 60}],
    "summary": {"en": "Invented."},
}
REVIEW = {q: {"finding": "complies", "text": "looked at"} for q in ("article_2", "article_3", "conditions", "quality")}
FORM = {"kind": "deletion", "language": "en", "signed": True, "text": "Delete it",
        "applicant": {"name": "Applicant", "identity": {"kind": "passport", "number": "RR1", "country": "Nowhere"}}}


def pdf(root="", more=""):
    """One page; who reads it makes the table of objects anew."""
    return (f"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {root} >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n"
            f"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R >>\nendobj\n4 0 obj\n<< /Length 18 >>\nstream\n"
            f"% PAPERFACE 1 2 3 4\nendstream\nendobj\n{more}\ntrailer\n<< /Root 1 0 R /Info << /Author (PAPERAUTHOR) >> >>\n%%EOF\n").encode()


def bomb(megabytes):
    """A whole PDF whose table of objects unfolds to so much."""
    head, objects = b"%PDF-1.7\n", [b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n", b"2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\nendobj\n",
                                     b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>\nendobj\n"]
    places = [len(head) + sum(map(len, objects[:i])) for i in range(4)]
    packer = zlib.compressobj(1)
    table = b"".join([packer.compress(struct.pack(">BIB", 0, 0, 255) + b"".join(struct.pack(">BIB", 1, place, 0) for place in places))]
                     + [packer.compress(b"\0" * (1 << 20)) for _ in range(megabytes)] + [packer.flush()])
    return head + b"".join(objects) + b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n" % len(table) + \
        table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[3]


def wide_png():
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2."""
    node, fn, sn = leaf, index, size - 1
    for other in path:
        if fn & 1 or fn == sn:
            node = hashlib.sha256(b"\1" + other + node).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = hashlib.sha256(b"\1" + node + other).digest()
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return node


class RequestsTest(ServiceTest):
    def act(self, step, *words, officer="CCF-1", **more):
        return self.jisr("request", step, *words, "--officer", officer, **more)

    def found(self):
        self.jisr("demo", "--ballots", "0", "--entities", "20", "--notices", "40")
        self.invented = set()
        self.invented = self.copies()
        path = self.file("content.json", json.dumps(CONTENT))
        out = self.jisr("notice", "draft", "--content", path, "--officer", "MA-1", "--json").json()
        self.notice = out["id"]
        self.jisr("notice", "request", self.notice, "--officer", "MA-1")
        self.jisr("notice", "take", self.notice, "--officer", "GS-6")
        self.jisr("notice", "assess", self.notice, "--review", self.file("review.json", json.dumps(REVIEW)), "--officer", "GS-6")
        self.jisr("notice", "publish", self.notice, "--officer", "GS-7")

    def copies(self):
        """The files of papers that came since the demonstration, which has some of its own."""
        return {name for _, _, names in os.walk(os.path.join(self.data, "papers")) for name in names} - self.invented

    def files_with(self, text, folder=None):
        found = []
        for place, _, names in os.walk(folder or self.data):
            for name in names:
                with open(os.path.join(place, name), "rb") as file:
                    if text.encode() in file.read():
                        found.append(name)
        return found

    def decide(self, receipt):
        self.act("admit", receipt)
        self.act("link", receipt, "--notices", self.notice)
        self.act("propose", receipt, "--outcome", "granted", "--text", "Article 3")
        self.act("decide", receipt, officer="CCF-2")

    def test_from_the_form_to_the_proof(self):
        self.found()
        self.serve(env={"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":max_allocation_size_mb=300"})
        receipt = self.ask("POST", "/api/v1/requests", FORM, status=201).json()
        self.assertEqual(len(receipt["secret"]), 32)
        state = self.ask("POST", "/api/v1/receipts/state", receipt).json()
        self.assertEqual((state["phase"], state["until"], state["answer"]), ("received", None, None))
        wrong = dict(receipt, secret="0" * 32)
        one = self.ask("POST", "/api/v1/receipts/state", wrong, status=404).body
        other = self.ask("POST", "/api/v1/receipts/state", dict(receipt, receipt="2026/1"), status=404).body
        self.assertEqual(one, other)
        self.ask("POST", "/api/v1/requests", dict(FORM, kind="gossip"), status=422)
        ahead = dict(FORM, applicant=dict(FORM["applicant"], birth="2150-01-01"))
        self.assertIn("lies ahead", self.ask("POST", "/api/v1/requests", ahead, status=422).text)
        self.ask("GET", "/api/v1/requests", status=401)
        # somebody looked for the person: the access log says so
        self.ask("GET", "/search/default?q=" + "Zaynab-Test+Vanishing")
        self.assertIn("access.db", " ".join(self.files_with("Vanishing")))
        listed = self.ask("GET", "/api/v1/openapi.json").json()
        self.assertIn("/api/v1/receipts/state", listed["paths"])
        for name in NAMES:
            self.assertTrue(self.files_with(name), name)
        kept = self.papers(receipt)
        self.form_with_copies()
        self.decide(receipt["receipt"])
        state = self.ask("POST", "/api/v1/receipts/state", receipt).json()
        self.assertEqual(state["phase"], "examination")
        self.act("execute", receipt["receipt"], officer="GS-12")
        self.act("answer", receipt["receipt"])
        state = self.ask("POST", "/api/v1/receipts/state", receipt).json()
        self.assertEqual(state["phase"], "answered")
        self.assertIn("no data about you", state["answer"])
        france, where = NoticesTest.token(self, "FR-1", ["notices.read"]), f"/api/v1/removals/{self.notice.replace('/', '-')}/proof"
        proof = self.ask("GET", where, headers=france)
        self.check_proof(proof.json())
        self.ask("GET", where + "?headers=true", headers=france, status=403)
        self.ask("GET", where + "?headers=all", headers=france, status=400)
        self.ask("GET", "/api/v1/removals/2026-1/proof", headers=france, status=404)
        self.ask("GET", where, status=401)
        # who asked is forgotten: nobody opens the copies again, and they are gone
        self.act("forget", receipt["receipt"])
        self.ask("GET", f"/api/v1/requests/{receipt['receipt'].replace('/', '-')}/papers/{kept[0]['digest']}", headers=self.commission, status=404)
        self.stop()
        self.jisr("retention", "--run") # what readers of the running service held back
        for name in NAMES + ["Vanishing", "vanishing"]:
            self.assertEqual(self.files_with(name), [], name)
        backup = os.path.join(self.folder, "backup")
        self.jisr("backup", backup)
        self.assertEqual(self.files_with("PAPERFACE") + self.files_with("PAPERFACE", backup), [])
        for one in kept: # the access log says who looked at which, and nothing of what stood there
            self.assertLessEqual(set(self.files_with(one["digest"]) + self.files_with(one["digest"], backup)), {"access.db"})
        self.assertEqual(self.copies(), set())
        for name in NAMES:
            self.assertEqual(self.files_with(name, backup), [], name)
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.check_proof(self.jisr("request", "proof", self.notice).json())
        self.jisr("request", "received", self.notice, "--officer", "FR-1")
        self.jisr("request", "received", self.notice, "--officer", "FR-1", status=2)
        listed = self.jisr("request", "removals", "--json").json()["removals"]
        mine = [one for one in listed if one["notice"] == self.notice][0]
        self.assertEqual(mine["received"], 1)
        self.assertGreater(mine["told"], 190)

    def send(self, receipt, bytes, status=200, **more):
        """As a form that a browser sends."""
        fields = b"".join(b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), str(value).encode())
                          for name, value in dict(receipt, **more).items())
        body = fields + b'--XX\r\nContent-Disposition: form-data; name="paper"; filename="a.pdf"\r\n\r\n' + bytes + b"\r\n--XX--\r\n"
        return self.ask("POST", "/api/v1/receipts/papers", body, {"Content-Type": "multipart/form-data; boundary=XX"}, status)

    def post_form(self, path, fields, files, status):
        """A public form with files, as a browser sends it: one in which none was chosen sends an empty part."""
        parts = [(name, None, str(value).encode()) for name, value in fields.items()] + [("paper", "a.pdf", one) for one in files or [b""]]
        body = b"".join(b'--XX\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' %
                        (name.encode(), b'; filename="%s"' % (file.encode() if files else b"") if file else b"", value) for name, file, value in parts) + b"--XX--\r\n"
        return self.ask("POST", path, body, {"Content-Type": "multipart/form-data; boundary=XX"}, status)

    def form_with_copies(self):
        """The public form takes copies with the request, in four languages and without a script; says its limits before anything is
        sent, and what is wrong with a file; files no request for a bad one, and loses nothing that was typed."""
        fields = {"asked": "access", "name": "Formula<b>", "paper-kind": "passport", "paper-number": "ZZ1", "paper-country": "Nowhere", "text": "Что?", "signed": "yes"}
        refused = {"en": "no JPEG", "fr": "n’est pas", "es": "no es un", "ar": "ليس ملف"}
        for language in ("en", "fr", "es", "ar"):
            page = self.ask("GET", f"/public/{language}/data").text
            self.assertIn('enctype="multipart/form-data"', page)
            limits = page.split('id="paper-limits"')[1].split("</p>")[0]
            self.assertEqual([word for word in ("6", "8", "20", "15") if word not in limits], [])
            files = [pdf()] if language == "en" else []
            page = self.post_form(f"/public/{language}/data", fields, files + [b"MZ" + b"0" * 1000], 422).text
            self.assertIn(refused[language], page)
            self.assertIn(str(len(files) + 1), page.split('id="paper-fault"')[1].split("</p>")[0])
            self.assertIn("Formula&lt;b&gt;", page)
        here = "/public/en/data"
        self.assertIn("damaged or locked", self.post_form(here, fields, [pdf("/X << /S /Launch >>")], 422).text)
        self.assertIn("Choose the files again", self.post_form(here, dict(fields, name=""), [pdf()], 422).text)
        self.assertIn("no more copies", self.post_form(here, fields, [pdf()] * 7, 422).text)
        self.assertIn("too large", self.post_form(here, fields, [b"%PDF-" + bytes(9 << 20)], 422).text)
        self.post_form(here, dict(fields, name="\udcff".encode("utf-8", "surrogateescape").decode("latin-1")), [], 201)
        self.assertIn("الملفات", self.post_form(here, fields, [bytes(16 << 20)], 413).text)
        self.ask("POST", here, b"--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\xff\r\n--XX--\r\n", {"Content-Type": "multipart/form-data; boundary=XX"}, 400)
        self.ask("POST", here, b"--XX\r\nContent-Disp", {"Content-Type": "multipart/form-data; boundary=XX"}, 400)
        before = len(self.ask("GET", "/api/v1/requests?limit=500", headers=self.commission).json()["requests"])
        page = self.post_form(here, fields, [pdf(), pdf()], 201).text
        self.assertIn("Copies received: 2.", page)
        given = {name: page.split(f'id="given-{name}">')[1].split("<")[0] for name in ("receipt", "secret")}
        whole = self.ask("GET", f"/api/v1/requests/{given['receipt'].replace('/', '-')}", headers=self.commission).json()
        self.assertEqual((len(whole["papers"]), whole["applicant"]["name"]), (2, "Formula<b>"))
        self.assertEqual(len(self.ask("GET", "/api/v1/requests?limit=500", headers=self.commission).json()["requests"]), before + 1)
        # later, with number and secret
        self.assertIn('id="paper-limits"', self.post_form("/public/es/receipt", given, [], 200).text)
        page = self.post_form("/public/es/receipt", dict(given, step="paper"), [pdf()], 200).text
        self.assertIn("Copias recibidas: 1.", page)
        self.post_form("/public/es/receipt", dict(given, step="paper", secret="0" * 32), [pdf()], 404)
        self.assertIn("no es un archivo", self.post_form("/public/es/receipt", dict(given, step="paper"), [b"MZ"], 422).text)
        self.assertIn("6", self.post_form("/public/ar/receipt", dict(given, step="paper"), [pdf()] * 4, 422).text)
        self.post_form("/public/en/receipt", dict(given, step="withdraw"), [], 200)
        self.act("forget", given["receipt"])

    def papers(self, receipt):
        """Copies of identity papers: sent, refused, seen by the Commission alone. Gives those that are left."""
        here = f"/api/v1/requests/{receipt['receipt'].replace('/', '-')}"
        self.commission = NoticesTest.token(self, "CCF-1", ["requests.read", "requests.handle"])
        self.send(receipt, pdf(), 404, secret="0" * 32)
        self.send(receipt, b"MZ" + b"0" * 1000, 422)
        self.assertIn("script", self.send(receipt, pdf("/OpenAction << /S /J#61vaScript /JS (x) >>"), 422).text)
        self.assertIn("starts another program", self.send(receipt, pdf("/X << /S /Launch >>"), 422).text)
        self.assertIn("another file", self.send(receipt, pdf("/Names << /EmbeddedFiles << >> >>"), 422).text)
        self.assertIn("60000", self.send(receipt, wide_png(), 422).text)
        self.assertIn("made to do harm", self.send(receipt, bomb(700), 422).text)
        sent = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", f"http://{self.address}/api/v1/receipts/papers", "-F",
                               f"paper=@{self.file('large.pdf', b'%PDF-' + bytes(50000000))}"], capture_output=True, text=True)
        self.assertEqual(sent.stdout, "413")
        self.ask("POST", "/api/v1/receipts/papers", b"--XX\r\n", {"Content-Type": "multipart/form-data; boundary=XX"}, 400)
        self.ask("POST", "/api/v1/receipts/papers", dict(receipt, paper="x"), status=415)
        self.assertEqual(self.ask("GET", here, headers=self.commission).json()["papers"], [])
        self.ask("GET", "/api/v1/requests?due=2026/12/31", headers=self.commission, status=400)
        self.jisr("request", "list", "--due", "2026/12/31", "--officer", "CCF-1", status=2)
        self.assertEqual(self.copies(), set())
        self.assertEqual(self.send(receipt, pdf()).json()["phase"], "received")
        # by letter: an officer adds it, by API and by command
        self.ask("POST", here + "/papers", pdf(), dict(self.commission, **{"Content-Type": "application/pdf"}))
        self.act("paper", receipt["receipt"], self.file("copy.pdf", pdf()))
        self.ask("POST", here + "/paper", {"paper": {"digest": "0" * 64}}, self.commission, 422)
        whole = self.ask("GET", here, headers=self.commission).json()
        papers = whole["papers"]
        self.assertEqual([one["officer"] for one in papers], ["", "CCF-1", "CCF-1"])
        self.assertNotIn("key", papers[0])
        self.assertEqual(papers, self.act("show", receipt["receipt"]).json()["papers"])
        copy = self.ask("GET", f"{here}/papers/{papers[0]['digest']}", headers=self.commission)
        self.assertEqual((copy.headers["Content-Type"], copy.headers["Content-Disposition"]), ("application/pdf", "attachment"))
        self.assertTrue(b"PAPERFACE" in copy.body and b"PAPERAUTHOR" not in copy.body)
        out = os.path.join(self.folder, "copy-out.pdf")
        self.act("copy", receipt["receipt"], papers[0]["digest"], "--out", out)
        with open(out, "rb") as file:
            self.assertEqual(file.read(), copy.body)
        # sealed where they lie; nobody else sees one, nor that there is one
        self.assertEqual(self.files_with("PAPERFACE"), [])
        for officer in ("GS-12", "MA-1"):
            other = NoticesTest.token(self, officer, ["requests.read"])
            self.ask("GET", f"{here}/papers/{papers[0]['digest']}", headers=other, status=403)
            self.ask("GET", here, headers=other, status=404)
        self.ask("GET", f"{here}/papers/{papers[0]['digest']}", status=401)
        self.ask("GET", f"{here}/papers/{'0' * 64}", headers=self.commission, status=404)
        # one is removed for good
        self.ask("POST", here + "/shred", {"paper": papers[1]["digest"]}, self.commission)
        self.ask("GET", f"{here}/papers/{papers[1]['digest']}", headers=self.commission, status=404)
        self.assertEqual(len(self.copies()), 2)
        for _ in range(4):
            self.send(receipt, pdf())
        self.assertIn("6 copies", self.send(receipt, pdf(), 409).text)
        self.assertNotIn("paper", json.dumps(self.ask("POST", "/api/v1/receipts/state", receipt).json()))
        return [one for one in papers if one != papers[1]]

    def check_proof(self, proof):
        text = json.dumps(proof, ensure_ascii=False)
        for name in NAMES + ["MA-1"]:
            self.assertNotIn(name, text)
        lines = proof["checkpoint"].split("\n")
        size, root = int(lines[1]), base64.b64decode(lines[2])
        self.assertEqual(len(proof["entries"]), 5)
        for entry in proof["entries"]:
            said = entry["dropped_by"]
            self.assertEqual(json.loads(said["body"])["sequence"], entry["sequence"])
            body = hashlib.sha256(bytes.fromhex(said["body_salt"]) + said["body"].encode()).hexdigest()
            self.assertEqual(json.loads(said["header"])["body"], body)
            for one in (entry, said):
                path = [bytes.fromhex(h) for h in one["inclusion"]]
                self.assertEqual(root_of(bytes.fromhex(one["leaf_hash"]), one["sequence"] - 1, size, path), root)

    def test_a_kill_in_the_middle_leaves_all_or_nothing(self):
        self.found()
        out = self.act("file", "--fields", self.file("form.json", json.dumps(FORM)), "--json").json()
        self.decide(out["id"])
        kept = os.path.join(self.folder, "kept")
        shutil.copytree(self.data, kept)
        random.seed(5)
        for turn in range(6):
            shutil.rmtree(self.data)
            shutil.copytree(kept, self.data)
            process = subprocess.Popen([JISR, "request", "execute", out["id"], "--officer", "GS-12", "--data", self.data],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(random.random() * 0.25)
            process.send_signal(signal.SIGKILL)
            process.wait()
            state = self.act("show", out["id"]).json()["state"]
            gone = self.run_raw("notice", "show", self.notice).status != 0
            self.assertEqual(gone, state == "executed")
            self.jisr("log", "verify")
            if state == "decided":
                self.act("execute", out["id"], officer="GS-12")
            else:
                self.sweep()
            for name in NAMES:
                self.assertEqual(self.files_with(name), [], name)

    def sweep(self):
        """What a kill left is done by the service within a minute of its start, at once in fact."""
        self.serve()
        deadline = time.time() + PATIENCE
        while os.path.exists(os.path.join(self.data, "sweep.pending")) and time.time() < deadline:
            time.sleep(0.05)
        self.stop()


if __name__ == "__main__":
    unittest.main()
