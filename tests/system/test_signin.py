"""Signing in through the real program: enrolling, password and code, guesses from many addresses, and passkeys in Chromium
with its virtual authenticator."""

import base64
import hmac
import http.client
import json
import os
import socket
import ssl
import struct
import subprocess
import time
import unittest
import urllib.parse

from browser import CHROMIUM, Browser
from desk_world import AXE
from program import PATIENCE, PEOPLE, ftm
from service import Answer, ServiceTest

PASSWORD = "kettle orbit wharf"


def one_time_code(uri, when):
    """RFC 6238, by Python's own HMAC."""
    secret = base64.b32decode(urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)["secret"][0])
    digest = hmac.digest(secret, struct.pack(">Q", int(when) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


class SignIn(ServiceTest):
    def found(self, *officers):
        """A record with officers of headquarters, (login, role) each, and the service over it."""
        self.assertEqual(self.run_raw("init", "test.example/record").status, 0)
        for login, role in officers:
            done = self.run_raw("officers", "appoint", "GS", "--name", f"Invented {login}", "--login", login, "--roles", role)
            self.assertEqual(done.status, 0, done.err)
        self.serve()

    def invite(self, officer):
        done = self.run_raw("officers", "enrol", "--json", officer)
        self.assertEqual(done.status, 0, done.err)
        return done.json()["enrolment"]

    def page_ask(self, method, path, body=None, cookies=None, source=None, status=None, key=None):
        """A request as this service's own page sends it; cookies are kept in the dict."""
        host, port = self.address.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE, source_address=(source, 0) if source else None)
        headers = {"Origin": f"http://{self.address}", "Sec-Fetch-Site": "same-origin"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/json"
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.assertRegex(cookie, r"; Path=/; HttpOnly; SameSite=Strict")
            if cookies is not None:
                cookies[name] = value
        if status is not None:
            self.assertEqual(answer.status, status, f"{method} {path}: {answer.text[:2000]}")
        return answer

    def enrol(self, officer, cookies):
        code = self.invite(officer)
        offer = self.page_ask("POST", "/api/v1/enrolment", {"enrolment": code}, status=200).json()
        self.page_ask("POST", "/api/v1/enrolment/password", {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"], time.time())},
                      cookies, status=201)
        return offer["codes"]

    def test_an_officer_enrols_and_signs_in_with_password_and_code(self):
        self.found(("root", "administrator"))
        browser = {}
        codes = self.enrol("GS-1", browser)
        told = self.page_ask("GET", "/api/v1/session", cookies=browser, status=200).json()
        self.assertEqual((told["officer"]["id"], told["officer"]["roles"]), ("GS-1", ["administrator"]))
        self.page_ask("DELETE", "/api/v1/session", cookies=browser, status=204)
        sent = {"login": "Root", "password": PASSWORD, "code": one_time_code(codes, time.time() + 30)}
        self.page_ask("POST", "/api/v1/session", sent, browser, status=201)
        self.page_ask("POST", "/api/v1/session", sent, browser, status=401) # a code is taken once
        # A token for a program; the service started again knows session and token. Sent again, none is made and none shown.
        asked = {"name": "nightly", "scopes": ["lists.read"]}
        token = self.page_ask("POST", "/api/v1/me/tokens", asked, browser, status=201, key="a-token").json()["token"]
        self.assertIn("shown once", self.page_ask("POST", "/api/v1/me/tokens", asked, browser, status=409, key="a-token").text)
        made = self.page_ask("POST", "/api/v1/keys", {"office": "GS"}, browser, status=201, key="a-key")
        self.assertIsNone(made.headers.get("Idempotency-Replayed"))
        self.stop()
        self.serve()
        self.assertIn("shown once", self.page_ask("POST", "/api/v1/me/tokens", asked, browser, status=409, key="a-token").text)
        again = self.page_ask("POST", "/api/v1/keys", {"office": "GS"}, browser, status=201, key="a-key")
        self.assertEqual((again.text, again.headers["ETag"], again.headers["Location"], again.headers["Idempotency-Replayed"]),
                         (made.text, made.headers["ETag"], made.headers["Location"], "true"))
        self.page_ask("POST", "/api/v1/keys", {"office": "MA"}, browser, status=422, key="a-key")
        self.assertEqual(len(self.ask("GET", "/api/v1/keys?office=GS").json()["keys"]), 2)
        self.assertEqual(len(self.page_ask("GET", "/api/v1/me", cookies=browser, status=200).json()["tokens"]), 1)
        self.ask("GET", "/api/v1/lists", headers={"Authorization": f"Bearer {token}"})
        self.ask("POST", "/api/v1/check", {"name": "Somebody"}, headers={"Authorization": f"Bearer {token}"}, status=403)
        self.page_ask("GET", "/api/v1/me", cookies=browser, status=200)
        # What is secret lies nowhere else than in local.db, and there not in clear; the log says only that it was set.
        with open(os.path.join(self.data, "record.db"), "rb") as record, open(os.path.join(self.data, "local.db"), "rb") as local:
            record, local = record.read(), local.read()
        for text in (PASSWORD, token, browser["jisr-session"], browser["jisr-device"]):
            self.assertNotIn(text.encode(), record + local)
        self.assertNotIn(b"argon2", record)
        self.assertIn(b"$argon2id$", local)
        self.assertEqual(os.stat(os.path.join(self.data, "local.db")).st_mode & 0o777, 0o600)
        shown = self.run_raw("log", "show").out
        self.assertIn("means.set", shown)
        self.assertEqual(self.run_raw("log", "verify").status, 0)
        # The end of the officer ends all of it.
        self.assertEqual(self.run_raw("officers", "appoint", "GS", "--name", "Invented Second", "--login", "second", "--roles", "administrator").status, 0)
        done = self.run_raw("officers", "end", "--reason", "left", "GS-1")
        self.assertEqual(done.status, 0, done.err)
        self.page_ask("GET", "/api/v1/me", cookies=browser, status=401)
        self.ask("GET", "/api/v1/lists", headers={"Authorization": f"Bearer {token}"}, status=401)

    def test_what_is_asked_stands_in_the_access_log_with_its_purpose(self):
        path = os.path.join(self.folder, "people.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(ftm(PEOPLE))
        rows = os.path.join(self.folder, "rows.csv")
        with open(rows, "w", encoding="utf-8") as file:
            file.write("id,name\n1,Viktor Kuznedelev\n2,Nobody Atall\n")
        self.assertEqual(self.run_raw("load", "--list", "invented", path).status, 0)
        said = self.run_raw("check", "Viktor Kuznedelev", "--purpose", "case 1") # no record: nothing would keep it
        self.assertEqual((said.status, said.out), (2, ""))
        self.assertEqual(self.run_raw("init", "test.example/record").status, 0)
        self.assertEqual(self.run_raw("check", "Viktor Kuznedelev", "--purpose", "case 2").status, 1) # before any service ran
        self.assertEqual(self.run_raw("officers", "appoint", "GS", "--name", "Invented", "--login", "aud", "--roles", "auditor").status, 0)
        self.serve()
        browser = {}
        self.enrol("GS-1", browser)
        one = {"name": "Viktor Kuznedelev"}
        self.ask("POST", "/api/v1/check", {**one, "purpose": "case 3"}, headers={"Purpose": "not this"})
        self.ask("POST", "/api/v1/check", one, headers={"Purpose": "case 4"})
        self.ask("POST", "/api/v1/check/batch", {"checks": [one, one], "purpose": "case 5"})
        self.ask("POST", "/api/v1/check/batch", {"checks": [one, {**one, "purpose": "case 6"}]})
        for purpose in ("", 7, "x" * 501):
            self.ask("POST", "/api/v1/check", {**one, "purpose": purpose}, status=422)
            self.ask("POST", "/api/v1/check/batch", {"checks": [one], "purpose": purpose}, status=422)
        self.assertEqual(self.run_raw("check", "Nobody Atall", "--purpose", "case 7", "--json").status, 0) # beside the service
        self.assertEqual(self.run_raw("batch", rows, "--purpose", "case 8").status, 1)
        self.assertEqual(self.run_raw("notice", "list", "--colour", "red").status, 0)
        self.assertEqual(self.run_raw("request", "state", "2026/1", "--secret", "not told").status, 2)
        self.page_ask("GET", "/api/v1/log?from=1", cookies=browser, status=200)
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), 20) as listening:
            cookie = "; ".join(f"{name}={value}" for name, value in browser.items())
            listening.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: t\r\nCookie: {cookie}\r\n\r\n".encode())
            self.assertIn(b"200", listening.recv(15))
            lines = self.page_ask("GET", "/api/v1/access", cookies=browser, status=200).json()["lines"]
        told = [(line["who"].split(":")[0], line["action"], line["purpose"], line["result"]) for line in reversed(lines)]
        self.assertEqual(told, [("console", "check", "case 2", "1 hits"),
                                ("anonymous", "check", "case 3", "1 hits"), ("anonymous", "check", "case 4", "1 hits"),
                                ("anonymous", "check", "case 5", "2 hits"), ("anonymous", "check", "case 6", "2 hits"),
                                ("console", "check", "case 7", "0 hits"),
                                ("console", "check", "case 8", "begun"), ("console", "check", "case 8", "2 rows, 1 hits"),
                                ("console", "search", "", "shown"), ("console", "view", "", "shown"),
                                ("GS-1", "view", "", "given"), ("GS-1", "view", "", "given")])
        self.assertIn("Viktor Kuznedelev", lines[-1]["what"])
        self.assertEqual([line["what"] for line in lines[2:4]], ["request state 2026/1", "notice list --colour red"])
        self.assertEqual(self.run_raw("log", "verify").status, 0)
        # What cannot be written down is not shown.
        self.stop()
        os.rename(os.path.join(self.data, "keys", "access.key"), os.path.join(self.folder, "access.key"))
        said = self.run_raw("check", "Viktor Kuznedelev")
        self.assertEqual((said.status, said.out), (2, ""), said.err)
        self.assertIn("keys/access.key is missing", said.err)
        self.assertFalse(os.path.exists(os.path.join(self.data, "keys", "access.key")))

    def test_a_demonstration_can_be_tried_by_one_officer_of_each_role(self):
        self.assertIn("11 officers who can sign in", self.run_raw("demo", "--ballots", "0", "--entities", "20", "--notices", "0").out)
        self.assertEqual(os.stat(os.path.join(self.data, "demo-accounts.json")).st_mode & 0o777, 0o600)
        self.serve()
        told = self.run_raw("demo", "--codes", "--json").json()
        self.assertEqual(len({officer["role"] for officer in told["officers"]}), 11)
        for officer in told["officers"]:
            browser = {}
            for _ in range(2): # the half minute may end meanwhile
                answer = self.page_ask("POST", "/api/v1/session", {"login": officer["login"], "password": told["passphrase"],
                                                                   "code": officer["code"]}, browser)
                if answer.status == 201:
                    break
                again = self.run_raw("demo", "--codes", "--json").json()["officers"]
                officer["code"] = [one["code"] for one in again if one["login"] == officer["login"]][0]
            self.assertEqual(answer.status, 201, answer.text)
            session = self.page_ask("GET", "/api/v1/session", cookies=browser, status=200).json()
            self.assertEqual(session["officer"]["roles"], [officer["role"]])
            self.page_ask("DELETE", "/api/v1/session", cookies=browser, status=204)
        shown = self.run_raw("demo", "--codes").out
        self.assertIn(told["passphrase"], shown)
        os.unlink(os.path.join(self.data, "demo-accounts.json"))
        self.assertEqual(self.run_raw("demo", "--codes").status, 2)
        self.assertEqual(self.run_raw("log", "verify").status, 0)

    def openssl(self, *words):
        subprocess.run(["openssl", *words], check=True, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def authority(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key",
                     "-out", f"{name}.pem", "-days", "30", "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1")

    def certificate(self, authority, name, common, days=30):
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key",
                     "-out", f"{name}.csr", "-subj", f"/CN={common}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial",
                     "-out", f"{name}.pem", "-days", str(days))

    def ask_tls(self, path, shown=None):
        """The status of a GET over TLS, with the client's certificate of this name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(os.path.join(self.folder, "server.pem"))
        if shown:
            context.load_cert_chain(os.path.join(self.folder, shown + ".pem"), os.path.join(self.folder, shown + ".key"))
        host, port = self.address.split(":")
        connection = http.client.HTTPSConnection(host, int(port), timeout=PATIENCE, context=context)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            reply.read()
            return reply.status
        finally:
            connection.close()

    def test_a_clients_certificate_acts_for_its_officer_and_no_other_does(self):
        self.assertEqual(self.run_raw("init", "test.example/record").status, 0)
        for login in ("one", "two"):
            self.assertEqual(self.run_raw("officers", "appoint", "GS", "--name", f"Invented {login}", "--login", login,
                                          "--roles", "administrator").status, 0)
        for name in ("server", "ours", "theirs"):
            self.authority(name)
        self.certificate("ours", "gate", "gate-7")
        self.certificate("ours", "same-name", "gate-7")
        self.certificate("ours", "ended", "gate-7", days=-1)
        self.certificate("theirs", "foreign", "gate-7")

        def register(*words):
            return self.run_raw("officers", "certificate", *words).status

        path = os.path.join(self.folder, "gate.pem")
        for words, status in ((("--certificate", path, "--scopes", "log.read,officers.read", "GS-1"), 0),
                              (("--certificate", path, "--scopes", "check", "GS-2"), 2), # once, for one officer
                              (("--certificate", os.path.join(self.folder, "ended.pem"), "--scopes", "log.read", "GS-1"), 0),
                              (("--certificate", os.path.join(self.folder, "foreign.pem"), "--scopes", "log.read", "GS-1"), 0),
                              (("--certificate", "ab" * 32, "--scopes", "log.read", "GS-2"), 0),
                              (("--certificate", os.path.join(self.folder, "gate.key"), "--scopes", "check", "GS-1"), 2),
                              (("--certificate", "/nowhere", "--scopes", "check", "GS-1"), 2),
                              (("--certificate", "cd" * 32, "--scopes", "nonsense", "GS-1"), 2),
                              (("--certificate", "cd" * 32, "--scopes", "self", "GS-1"), 2),
                              (("--certificate", "cd" * 32, "GS-1"), 2), (("--forget", "GS-1"), 2),
                              (("--certificate", "cd" * 32, "--scopes", "check", "XX-9"), 2)):
            self.assertEqual(register(*words), status, words)
        listed = self.run_raw("officers", "certificate", "--json", "GS-1").json()["certificates"]
        printed = subprocess.run(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", path], capture_output=True, text=True,
                                 check=True).stdout.strip().split("=")[1]
        self.assertEqual((listed[-1]["sha256"], listed[-1]["scopes"]), (printed.replace(":", "").lower(), "officers.read log.read"))

        def file(name):
            return os.path.join(self.folder, name)

        self.serve("--set", f"tls-certificate={file('server.pem')}", "--set", f"tls-key={file('server.key')}",
                   "--set", f"tls-client-authority={file('ours.pem')}")
        entries = "/api/v1/log"
        self.assertEqual(self.ask_tls(entries), 401)
        self.assertEqual(self.ask_tls(entries, "gate"), 200)
        self.assertEqual(self.ask_tls("/api/v1/officers", "gate"), 200)
        self.assertEqual(self.ask_tls("/api/v1/me", "gate"), 403)       # not among its scopes
        self.assertEqual(self.ask_tls(entries, "same-name"), 403)       # of the authority, of the same name, not registered
        self.assertEqual(self.ask_tls(entries, "ended"), 401)           # registered, but ended
        self.assertEqual(self.ask_tls(entries, "foreign"), 401)         # registered, but of another authority
        self.assertEqual(register("--certificate", printed, "--forget", "GS-2"), 2)
        self.assertEqual(register("--certificate", printed, "--forget", "GS-1"), 0) # as openssl prints it; at once
        self.assertEqual(self.ask_tls(entries, "gate"), 403)
        self.assertEqual(register("--certificate", path, "--scopes", "log.read", "GS-2"), 0)
        self.assertEqual(self.ask_tls(entries, "gate"), 200)
        self.assertEqual(self.run_raw("officers", "end", "--reason", "left", "GS-2").status, 0)
        self.assertEqual(self.ask_tls(entries, "gate"), 403)            # its officer ended
        shown = self.run_raw("log", "show", "--json").out
        self.assertEqual((shown.count("means.set"), shown.count("means.removed")), (5, 1))

    def test_guesses_from_many_addresses_open_nothing_and_lock_no_owner_out(self):
        self.found(("root", "administrator"))
        own = {}
        codes = self.enrol("GS-1", own)
        self.page_ask("DELETE", "/api/v1/session", cookies=own, status=204)
        seen = {}
        for number in range(100):
            sent = {"login": "root" if number % 2 else "nobody", "password": f"guess number {number}", "code": f"{number:06d}"}
            status = self.page_ask("POST", "/api/v1/session", sent, source=f"127.1.{number}.1").status
            seen[status] = seen.get(status, 0) + 1
        self.assertEqual(seen, {401: 20, 429: 80}) # ten of root's, ten of the name that nobody has; then patience
        answer = self.page_ask("POST", "/api/v1/session", {"login": "root", "password": PASSWORD, "code": one_time_code(codes, time.time() + 30)}, source="127.2.1.1")
        self.assertEqual(answer.status, 429) # not even with the right password, from a browser unknown
        self.assertRegex(answer.json()["ticket"], r"^[\w-]{64}$")
        self.page_ask("POST", "/api/v1/session", {"login": "root", "password": PASSWORD, "code": one_time_code(codes, time.time() + 30)}, own, status=201)

    def virtual(self, page, transport):
        return page.send("WebAuthn.addVirtualAuthenticator", options={
            "protocol": "ctap2", "transport": transport, "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True})["authenticatorId"]

    def assert_accessible(self, page):
        """axe-core finds nothing to mend."""
        with open(AXE, encoding="utf-8") as axe:
            page.run(axe.read() + ";0")
        self.assertEqual(page.run("axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html).slice(0, 3)]))"), [])

    @unittest.skipUnless(os.path.exists(CHROMIUM), "there is no Chromium")
    def test_a_passkey_enrols_and_signs_in_in_chromium(self):
        self.found(("root", "administrator"))
        code = self.invite("GS-1")
        browser = Browser()
        self.addCleanup(browser.close)
        port = self.address.split(":")[1]
        page = browser.page(f"http://localhost:{port}/desk/enrol#{code}")
        page.send("WebAuthn.enable")
        first = self.virtual(page, "internal")
        page.wait("document.getElementById('enrol-begin')")
        page.run("document.getElementById('enrol-begin').click()")
        page.wait("document.getElementById('enrol-passkey')")
        self.assertIn("Invented root", page.run("document.querySelector('main').innerText"))
        page.wait("document.querySelector('form svg[role=img] path[d^=M4]')") # the codes' picture
        self.assert_accessible(page)
        page.run("document.getElementById('enrol-passkey').click()")
        page.wait("location.pathname === '/desk/sign' && document.getElementById('sign-out')")
        self.assertEqual(page.run("location.hash"), "") # the code stays in no history
        self.assertEqual(page.run("document.cookie"), "") # no script sees them
        page.run("sessionStorage.setItem('jisr.draft.1', 'typed'); localStorage.setItem('jisr.searches', '[1]')")
        page.run("document.getElementById('sign-out').click()")
        page.wait("document.getElementById('sign-passkey')")
        # Whoever sits down next finds nothing of this officer.
        self.assertEqual(page.run("sessionStorage.getItem('jisr.draft.1')"), None)
        self.assertEqual(page.run("localStorage.getItem('jisr.searches')"), None)
        self.assertEqual(page.run("fetch('/api/v1/me').then(a => a.status)"), 401)
        page.run("document.getElementById('sign-passkey').click()")
        page.wait("document.getElementById('sign-out')")
        told = page.run("fetch('/api/v1/session').then(a => a.json())")
        self.assertEqual((told["officer"]["id"], told["session"]["means"]), ("GS-1", "passkey"))
        # A second passkey on another authenticator; before that the proof is asked for again when it is old.
        page.send("WebAuthn.setAutomaticPresenceSimulation", authenticatorId=first, enabled=False)
        self.virtual(page, "usb")
        page.wait("document.getElementById('sign-add')")
        page.run("document.getElementById('sign-add').click()")
        page.wait("[...document.querySelectorAll('ul.stack')].some(list => list.children.length === 2)")
        self.assert_accessible(page)
        # Wrong words at the form are told; and no page threw or was forbidden anything.
        page.run("document.getElementById('sign-out').click()")
        page.wait("document.querySelector('input[name=login]')")
        for name, text in (("login", "root"), ("password", "wrong wrong wrong"), ("code", "000000")):
            page.run(f"(e => {{ e.value = {json.dumps(text)}; e.dispatchEvent(new Event('input', {{bubbles: true}})); }})(document.querySelector('input[name={name}]'))")
        page.run("document.getElementById('sign-password').click()")
        page.wait("document.getElementById('sign-fault')")
        self.assert_accessible(page)
        complaints = [one for one in page.complaints() if "Failed to load resource" not in json.dumps(one)]
        self.assertEqual(complaints, [])


if __name__ == "__main__":
    unittest.main()
