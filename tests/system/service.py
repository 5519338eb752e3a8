"""A serving process for the tests of what it answers: started on a free port, stopped at the end."""

import http.client
import json
import re
import signal
import subprocess
import threading
import time
import urllib.parse

from program import JISR, PATIENCE, ProgramTest


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body.decode("utf-8", "strict"))


class ServiceTest(ProgramTest):
    """`self.serve()` starts the program on the test's data directory; self.address is then "127.0.0.1:PORT"."""

    def serve(self, *words, env=None):
        environment = self.environment()
        environment.update(env or {})
        self.process = subprocess.Popen([JISR, "serve", "--listen", "127.0.0.1:0", *words], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=self.folder)
        self.said = []
        self.addCleanup(self.stop)
        for line in self.process.stdout:
            self.said.append(line.decode("utf-8", "replace"))
            found = re.search(r"https?://([0-9.]+:[0-9]+)", self.said[-1])
            if found:
                self.address = found.group(1)
                break
        else:
            self.fail("the service did not start:\n" + "".join(self.said))
        self.reader = threading.Thread(target=self.read_on, daemon=True)
        self.reader.start()

    def read_on(self):
        for line in self.process.stdout:
            self.said.append(line.decode("utf-8", "replace"))

    def stop(self):
        """Ends the service as an administrator does; nothing it said was a sanitizer's report."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                self.fail("the service did not end:\n" + "".join(self.said))
        self.reader.join(PATIENCE)
        self.process.stdout.close()
        said = "".join(self.said)
        self.assertNotIn("Sanitizer", said)
        self.assertNotIn("runtime error", said)
        self.assertEqual(self.process.returncode, 0, said[-3000:])

    def wait(self, what, seconds=PATIENCE):
        """Until what() is true; the machine may be busy."""
        end = time.monotonic() + seconds
        while not what():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def wait_for(self, what, told="it did not come"):
        self.assertTrue(self.wait(what), told)

    def wait_for_log(self, text):
        self.assertTrue(self.wait(lambda: text in "".join(self.said)), text + " not in " + "".join(self.said)[-2000:])

    def ask(self, method, path, body=None, headers=None, status=200):
        """One request on a connection of its own. A dict is sent as JSON, a list of pairs as a form."""
        headers = dict(headers or {})
        if isinstance(body, dict):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        elif isinstance(body, list):
            body = urllib.parse.urlencode(body)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        if isinstance(body, str):
            body = body.encode()
        connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=headers)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.headers, reply.read())
        finally:
            connection.close()
        if status is not None:
            self.assertEqual(answer.status, status, f"{method} {path}: {answer.text[:3000]}")
        return answer
