"""Signing in through the real program: enrolling, password and code, guesses from many addresses, and passkeys in Chromium
with its virtual authenticator."""

import base64
import hmac
import http.client
import json
import os
import struct
import time
import unittest
import urllib.parse

from browser import CHROMIUM, Browser
from desk_world import AXE
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
        connection = http.client.HTTPConnection(host, int(port), timeout=60, source_address=(source, 0) if source else None)
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
        self.page_ask("POST", "/api/v1/enrolment/password", {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"], time.time() - 30)},
                      cookies, status=201)
        return offer["codes"]

    def test_an_officer_enrols_and_signs_in_with_password_and_code(self):
        self.found(("root", "administrator"))
        browser = {}
        codes = self.enrol("GS-1", browser)
        told = self.page_ask("GET", "/api/v1/session", cookies=browser, status=200).json()
        self.assertEqual((told["officer"]["id"], told["officer"]["roles"]), ("GS-1", ["administrator"]))
        self.page_ask("DELETE", "/api/v1/session", cookies=browser, status=204)
        sent = {"login": "Root", "password": PASSWORD, "code": one_time_code(codes, time.time())}
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
        # A program's certificate acts for the officer, once for one of them, with rights that exist.
        for words, status in ((("--certificate", "gate-7", "--scopes", "check,search"), 0), (("--certificate", "gate-7", "--scopes", "check"), 2),
                              (("--certificate", "gate-8", "--scopes", "nonsense"), 2), (("--certificate", "gate-8", "--scopes", "self"), 2),
                              (("--certificate", "gate-8"), 2)):
            self.assertEqual(self.run_raw("officers", "certificate", *words, "GS-1").status, status, words)
        self.assertEqual(self.run_raw("officers", "certificate", "--certificate", "g", "--scopes", "check", "XX-9").status, 2)
        # The end of the officer ends all of it.
        self.assertEqual(self.run_raw("officers", "appoint", "GS", "--name", "Invented Second", "--login", "second", "--roles", "administrator").status, 0)
        done = self.run_raw("officers", "end", "--reason", "left", "GS-1")
        self.assertEqual(done.status, 0, done.err)
        self.page_ask("GET", "/api/v1/me", cookies=browser, status=401)
        self.ask("GET", "/api/v1/lists", headers={"Authorization": f"Bearer {token}"}, status=401)

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
        answer = self.page_ask("POST", "/api/v1/session", {"login": "root", "password": PASSWORD, "code": one_time_code(codes, time.time())}, source="127.2.1.1")
        self.assertEqual(answer.status, 429) # not even with the right password, from a browser unknown
        self.assertRegex(answer.json()["ticket"], r"^[\w-]{64}$")
        self.page_ask("POST", "/api/v1/session", {"login": "root", "password": PASSWORD, "code": one_time_code(codes, time.time())}, own, status=201)

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
        page.run("document.getElementById('sign-out').click()")
        page.wait("document.getElementById('sign-passkey')")
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
