"""Officers at the desk: an invented organisation, and who is signed in in a tab. For the tests of the desk's pages behind
signing in, and for tools/pictures."""

import http.client
import json
import os
import subprocess
import time

from desk_world import Desk
from program import JISR, PATIENCE
from test_signin import PASSWORD, one_time_code


def demo(folder, notices, program=JISR, ballots=0):
    """An invented organisation in the folder's data; with secret votes where a page needs them, since they take a while."""
    subprocess.run([program, "demo", "--data", os.path.join(folder, "data"), "--entities", "20", "--notices", str(notices), "--objects", "2000",
                    "--ballots", str(ballots)],
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)


class Officers:
    """Who works in a service's organisation. Each is enrolled once, and signed in from then on."""

    def __init__(self, service, program=JISR):
        self.service, self.program = service, program
        self.cookies = {}
        self.codes = {} # what each one's one-time codes are made of

    def run(self, *words):
        done = subprocess.run([self.program, *words, "--data", os.path.join(self.service.folder, "data")], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, method, path, body=None, officer=None, headers=None):
        """A request as the service's own page sends it. Returns status, headers and the parsed answer."""
        address = self.service.url[len("http://"):]
        connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        sent = {"Origin": self.service.url, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        if officer is not None:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.signed(officer).items())
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, sent)
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        try:
            found = json.loads(text)
        except ValueError:
            found = text
        return reply.status, reply.headers, found

    def signed(self, officer):
        """The cookies of an officer's browser."""
        if officer not in self.cookies:
            code = json.loads(self.run("officers", "enrol", "--json", officer))["enrolment"]
            status, _, offer = self.ask("POST", "/api/v1/enrolment", {"enrolment": code})
            assert status == 200, offer
            status, headers, found = self.ask("POST", "/api/v1/enrolment/password",
                                              {"enrolment": code, "password": PASSWORD, "code": one_time_code(offer["codes"], time.time())})
            assert status == 201, found
            self.codes[officer] = offer["codes"]
            self.cookies[officer] = dict(one.split(";")[0].split("=", 1) for one in headers.get_all("Set-Cookie"))
        return self.cookies[officer]

    def sign(self, page, officer):
        """Signs the officer in in this tab, as if by its form."""
        for name, value in self.signed(officer).items():
            page.send("Network.setCookie", name=name, value=value, url=self.service.url, httpOnly=True, sameSite="Strict")

    def desk(self, browser, officer, *words, **settings):
        desk = Desk(browser, self.service, *words, **settings)
        if officer is not None:
            self.sign(desk, officer)
        return desk
