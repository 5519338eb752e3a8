"""Somebody who has a node's certificate and keys, and somebody who sits at headquarters with the log's: what each tries is refused,
logged, and told in status, figures and events."""

import base64
import glob
import hashlib
import http.client
import json
import os
import socket
import ssl
import subprocess
import threading
import time
import unittest

import test_signin
from program import PATIENCE
from test_network import Network
from test_notices import CONTENT
from test_outbox import OutboxTest

DER = bytes.fromhex("302e020100300506032b657004220420") # of an Ed25519 secret key (RFC 8410)
LOG = "network.example/record"


class Signer:
    """An office's key as DIR/keys has it, used by OpenSSL."""

    def __init__(self, folder, path):
        with open(path, encoding="utf-8") as file:
            _, _, self.name, self.hash, secret = file.read().strip().split("+", 4)
        self.seed, self.folder = base64.b64decode(secret)[1:33], folder

    def note(self, text, name=None):
        for end, content in (("der", DER + self.seed), ("text", text.encode())):
            with open(os.path.join(self.folder, "sign." + end), "wb") as file:
                file.write(content)
        signature = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", self.folder + "/sign.der",
                                    "-in", self.folder + "/sign.text"], stdout=subprocess.PIPE, check=True).stdout
        return f"{text}\n— {name or self.name} {base64.b64encode(bytes.fromhex(self.hash) + signature).decode()}\n"


def counted(kind, *parts):
    return kind + b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def command(signer, number, body, **more):
    """One command of the node's officer as a node sends it; `more` replaces what the note says."""
    said = {"id": f"{number:a<16}", "node": "MA", "office": "MA", "officer": "MA-1", "scopes": "0000ffffffffffff", "method": "POST",
            "target": "/api/v1/notices", "type": "application/json", "match": "", "said": "2026-11-27T00:00:00.000Z",
            "body": hashlib.sha256(body).hexdigest(), "length": len(body)}
    said.update(more)
    return counted(b"P", signer.note(f"jisr/command/1\n{LOG}\n{json.dumps(said)}\n").encode(), body)


class Hostile:
    """Looks, for both."""

    def context(self, name):
        context = ssl.create_default_context(cafile=os.path.join(self.hq, "network", "authority.crt"))
        if name:
            key = os.path.join(self.folder, name, "network", "node")
            context.load_cert_chain(key + ".crt", key + ".key")
        return context

    def tls(self, port, method, path, body=None, headers=None, node=None):
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=self.context(node))
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        content = reply.read()
        connection.close()
        return reply, content

    def listen(self, connection, headers):
        """Events of a service as they come: [(name, data)]."""
        heard = []
        connection.request("GET", "/api/v1/events", headers=headers)
        reply = connection.getresponse()
        self.assertEqual(reply.status, 200)

        def read():
            name = None
            try:
                while line := reply.readline():
                    if line.startswith(b"event:"):
                        name = line[6:].strip().decode()
                    elif line.startswith(b"data:"):
                        heard.append((name, line[5:].strip().decode()))
            except (OSError, ValueError, http.client.HTTPException):
                pass
        threading.Thread(target=read, daemon=True).start()
        self.addCleanup(connection.close)
        return heard

    def said(self, name):
        return "".join(self.running[name][1])

    def told(self, name, text, since=0):
        """Its log says it, or will: the log is written beside the answers."""
        self.wait(f"{name} does not say: {text}", lambda: text in self.said(name)[since:])


class Node(OutboxTest, Hostile):
    def sign_in_at_hq(self):
        code = self.jisr("officers", "enrol", "--json", "--data", self.hq, "GS-1").json()["enrolment"]
        page = {"Origin": f"https://127.0.0.1:{self.hq_port}", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
        reply, offer = self.tls(self.hq_port, "POST", "/api/v1/enrolment", json.dumps({"enrolment": code}), page)
        self.assertEqual(reply.status, 200, offer)
        sent = {"enrolment": code, "password": test_signin.PASSWORD, "code": test_signin.one_time_code(json.loads(offer)["codes"], time.time())}
        reply, said = self.tls(self.hq_port, "POST", "/api/v1/enrolment/password", json.dumps(sent), page)
        self.assertEqual(reply.status, 201, said)
        return {"Cookie": "; ".join(value.split(";")[0] for value in reply.headers.get_all("Set-Cookie"))}

    def send(self, *commands):
        """What headquarters answers: [(accepted or None for not now, answer)], or the status of a refusal as a whole."""
        reply, content = self.tls(self.hq_port, "POST", "/network/v1/commands", b"".join(commands), node="MA")
        if reply.status != 200:
            return reply.status
        answers = []
        while content:
            size = int.from_bytes(content[1:5], "big")
            told = content[5:5 + size].decode()
            answer = json.loads(told if content[:1] == b"L" else told.split("\n")[2])
            answers.append((None if content[:1] == b"L" else answer["accepted"], answer))
            content = content[5 + size:]
        return answers

    def trespasses(self):
        reply, text = self.tls(self.hq_port, "GET", "/metrics")
        self.assertEqual(reply.status, 200)
        return float(next(line for line in text.decode().splitlines() if line.startswith('jisr_network_trespasses{node="MA"}')).split()[1])

    def refused(self, sentence, *commands, status=403):
        """Each command is refused with the sentence, counted, logged and told as an event."""
        before, told = self.trespasses(), len(self.heard)
        answers = self.send(*commands)
        self.assertEqual([(accepted, answer["status"]) for accepted, answer in answers], [(False, status)] * len(commands), answers)
        for _, answer in answers:
            self.assertIn(sentence, json.loads(answer["reply"])["detail"])
        self.assertEqual(self.trespasses(), before + len(commands))
        self.wait("no event", lambda: any(name == "network-alarm" and sentence in data for name, data in self.heard[told:]))
        self.told("hq", sentence)

    def count(self, reference):
        return self.rows(self.hq, "SELECT count(*) FROM notice WHERE reference = ?", reference)[0][0]

    def test_who_has_a_nodes_keys_can_neither_replay_reorder_forge_write_as_another_see_more_nor_flood(self):
        signer = Signer(self.folder, glob.glob(os.path.join(self.ma, "keys", "MA-*.key"))[0])
        self.stop("ma")
        cookie = self.sign_in_at_hq()
        self.heard = self.listen(http.client.HTTPSConnection("127.0.0.1", self.hq_port, timeout=PATIENCE, context=self.context(None)), cookie)
        body = json.dumps({"content": CONTENT, "reference": "first"}).encode()
        first = command(signer, "first", body)
        accepted, answer = self.send(first)[0]
        self.assertTrue(accepted, answer)
        # Replayed, alone and twice in one request: it is answered as before, and done once.
        for _, again in self.send(first, first):
            self.assertEqual((again["accepted"], again["first"], again["last"]), (True, answer["first"], answer["last"]))
        self.assertEqual(self.count("first"), 1)
        # Out of order: what builds on something that has not come yet is refused, and changes nothing.
        second = command(signer, "second", json.dumps({"content": CONTENT, "reference": "second"}).encode())
        step = command(signer, "step", b"{}", target="/api/v1/notices/~secondaaaaaaaaaa/request")
        (early, why), (late, _) = self.send(step, second)
        self.assertEqual((early, late, why["status"]), (False, True, 409), why)
        self.assertEqual(self.rows(self.hq, "SELECT state FROM notice WHERE reference = 'second'"), [("draft",)])
        # Forged: another body under the note, another signature, another's key.
        self.assertEqual(self.send(command(signer, "cut", body)[:-5]), 422)
        changed = command(signer, "body", body).replace(b'"reference": "first"', b'"reference": "other"')
        self.assertEqual(self.send(changed), 422)
        stranger = Signer(self.folder, glob.glob(os.path.join(self.hq, "keys", "FR-*.key"))[0])
        stranger.name = "MA"
        self.refused("no key of the office has signed", command(stranger, "foreign", body))
        # As another: its office, its officer, its node, headquarters.
        self.refused("as another than itself", command(stranger, "asfr", body, office="FR", officer="FR-1", node="FR"),
                     command(signer, "asgs", body, office="GS", officer="GS-1"), command(signer, "node", body, node="FR"))
        for number, officer in (("officer", "FR-1"), ("chief", "GS-1"), ("nobody", "MA-99")):
            (accepted, answer), = self.send(command(signer, number, body, officer=officer))
            self.assertEqual((accepted, answer["status"]), (False, 403), answer)
        # One name for two commands; what nodes do not send.
        self.refused("two commands the same name", command(signer, "first", body.replace(b'"first"', b'"FIRST"')))
        self.refused("that nodes do not send", command(signer, "member", b'{"code":"BE"}', target="/api/v1/members"),
                     command(signer, "admit", b"{}", target="/api/v1/network/nodes"))
        self.assertEqual(self.count("first") + self.count("FIRST") + self.count("other"), 1)
        # What it may not see: another's line, files, and what officers alone see.
        before = self.trespasses()
        for path in ("/network/v1/log?from=1&for=FR", "/network/v1/files/pictures/" + "a" * 64 + "?for=FR"):
            self.assertEqual(self.tls(self.hq_port, "GET", path, node="MA")[0].status, 403, path)
        self.assertEqual(self.trespasses(), before + 2)
        self.told("hq", "does not serve")
        self.assertEqual(json.loads(self.tls(self.hq_port, "GET", "/api/v1/network", node="MA")[1])["nodes"], [])
        for path in ("/api/v1/notices", "/api/v1/officers", "/api/v1/log"):
            self.assertIn(self.tls(self.hq_port, "GET", path, node="MA")[0].status, (401, 403), path)
        # A tree that it does not hold.
        report = {"size": 5, "version": "1", "at": "2026-11-27T00:00:00.000Z", "note": signer.note(f"{LOG}\n5\n{'A' * 43}=\n")}
        self.assertGreaterEqual(self.tls(self.hq_port, "POST", "/network/v1/report", json.dumps(report), node="MA")[0].status, 400)
        self.wait("no event of another tree", lambda: sum(name == "network-alarm" for name, _ in self.heard) >= 9)
        # Floods: a third line, bodies without end, many lines that say nothing; others are answered meanwhile.
        lines = []
        for number in range(4):
            line = http.client.HTTPSConnection("127.0.0.1", self.hq_port, timeout=PATIENCE, context=self.context("MA"))
            line.request("GET", "/network/v1/log?from=1")
            lines.append((line, line.getresponse().status))
        self.assertEqual(sorted(status for _, status in lines), [200, 200, 503, 503])
        # It is refused by its head, and the line closed: who went on sending might not come to read why.
        self.assertEqual(self.tls(self.hq_port, "POST", "/network/v1/report", b"x" * (16 << 10), {"Content-Length": str(2 << 20)}, "MA")[0].status, 413)
        silent = [socket.create_connection(("127.0.0.1", self.hq_port)) for _ in range(60)]
        self.assertEqual(self.tls(self.hq_port, "GET", "/healthz")[0].status, 200)
        for one in silent + [line for line, _ in lines]:
            one.close()
        # The operator sees it.
        self.wait("no status", lambda: any(node.get("trespasses", 0) > 5 for node in
                  self.run_raw("network", "status", "--json", "--data", self.hq).json()["nodes"]))
        self.assertIn("ALARM", self.jisr("network", "status", "--data", self.hq, status=1).out)
        self.at_hq("log", "verify", "--tables")


class Headquarters(Network, Hostile):
    """The log's key and the certificate are there; a process in front of the true service gives what it likes."""

    def front(self, port):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key = os.path.join(self.hq, "network", "server")
        context.load_cert_chain(key + ".crt", key + ".key")
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        self.change, self.lines = (lambda kind, content: [(kind, content)]), []

        def serve(client):
            try:
                client = context.wrap_socket(client, server_side=True)
                head = b""
                while b"\r\n\r\n" not in head:
                    got = client.recv(65536)
                    if not got:
                        return
                    head += got
                start, _, body = head.partition(b"\r\n\r\n")
                method, path, _ = start.split(b"\r\n")[0].decode().split(" ")
                length = next((int(line.split(b":")[1]) for line in start.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
                while len(body) < length:
                    body += client.recv(65536)
                upstream = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=self.context("MA"))
                upstream.request(method, path, body if method == "POST" else None)
                reply = upstream.getresponse()
                client.sendall(f"HTTP/1.1 {reply.status} Told\r\nConnection: close\r\n\r\n".encode())
                if not path.startswith("/network/v1/log") or reply.status != 200:
                    client.sendall(reply.read())
                else:
                    self.lines.append((client, upstream))
                    while size := reply.read(4):
                        frame = reply.read(int.from_bytes(size, "big"))
                        for kind, content in self.change(frame[:1], frame[1:]):
                            client.sendall(counted(b"", kind + content))
                upstream.close()
            except (OSError, ValueError, http.client.HTTPException, AttributeError):
                pass
            client.close()

        def accept():
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=serve, args=(client,), daemon=True).start()
        threading.Thread(target=accept, daemon=True).start()
        return listener.getsockname()[1]

    def cut(self):
        for pair in self.lines:
            for one in pair:
                one.close()
        self.lines = []

    def figure(self, name):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
        connection.close()
        return float(next(line for line in text.splitlines() if line.startswith(f'jisr_network_{name}{{node="MA"}}')).split()[1])

    def refused(self, change, sentence, event, figure, between=lambda: True):
        """The node believes none of it, says so in its log, status and figures, and goes on when it is given the truth."""
        held, told = self.entries(self.ma), len(self.said("ma"))
        self.change = change
        self.write(1)
        self.wait("the first entry does not come through", between)
        self.write(1)
        self.wait(f"not refused: {sentence}", lambda: sentence in self.said("ma")[told:])
        self.told("ma", event, told)
        self.wait("not counted", lambda: self.figure(figure) == 1)
        self.wait("not in the status", lambda: sentence in self.run_raw("network", "status", "--data", self.ma).out)
        self.assertIn("ALARM", self.jisr("network", "status", "--data", self.ma, status=1).out)
        self.assertEqual(self.entries(self.ma), held)
        self.change = lambda kind, content: [(kind, content)]
        self.cut()
        if figure == "forked":
            self.jisr("network", "resume", "--data", self.ma)
        self.in_step_soon(self.ma)
        self.wait("the alarm stays", lambda: self.figure(figure) == 0)

    def test_what_headquarters_changes_replays_reorders_withholds_or_shows_anew_is_refused_by_the_node(self):
        hq_port = self.start_hq()
        self.ma = self.node("MA", self.front(hq_port))
        self.port = self.start("ma", self.ma, "--listen", "127.0.0.1:0")
        self.in_step(self.ma)
        old = self.jisr("log", "checkpoint", "--data", self.hq).out.encode()
        # The same twice is taken once.
        self.change = lambda kind, content: [(kind, content)] * 2
        self.write(3)
        self.in_step(self.ma)
        # A byte of an entry is another.
        def tamper(kind, content):
            at = content.find(b'"kind"')
            return [(kind, content[:at + 9] + b"x" + content[at + 10:] if kind == b"B" and at > 0 else content)]
        self.refused(tamper, "not signed", "network-refused", "refused")
        # A later batch without the one before: the second is written when the first is lost, so that they are two.
        batches = []
        def skip(kind, content):
            batches.append(kind)
            return [] if kind == b"B" and batches.count(b"B") == 1 else [(kind, content)]
        self.refused(skip, "begins with entry", "network-refused", "refused", lambda: b"B" in batches)
        # The checkpoint alone, and not what it is of.
        def withhold(kind, content):
            if kind == b"B":
                content = content[content.rindex(b"C\0\0", 0, content.rindex(LOG.encode())) + 5:]
            return [(b"N", content)]
        self.refused(withhold, "it withholds them", "network-refused", "refused")
        # An old checkpoint as the newest.
        self.refused(lambda kind, content: [(b"N", old)], "as the newest", "network-alarm", "forked")
        self.stop("ma")
        self.verify(self.ma)

    def test_two_histories_are_found_by_nodes_that_compare(self):
        port = self.start_hq()
        nodes = {"MA": self.node("MA", port), "FR": self.node("FR", port)}
        for name, directory in nodes.items():
            self.start(name.lower(), directory, "--listen", "127.0.0.1:0")
            self.in_step(directory)
        self.stop("hq")
        self.stop("fr")
        # France is shown another one, by a second service with the same keys.
        other = self.hq + "-other"
        subprocess.run(["cp", "-r", self.hq, other], check=True)
        first, self.hq = self.hq, other
        self.write(3, "FR")
        config = os.path.join(nodes["FR"], "node.json")
        second = self.start_tls("other", other, "server")
        with open(config, encoding="utf-8") as file:
            text = file.read()
        with open(config, "w", encoding="utf-8") as file:
            file.write(text.replace(f":{port}", f":{second}"))
        self.start("fr", nodes["FR"], "--listen", "127.0.0.1:0")
        self.in_step(nodes["FR"])
        self.hq = first
        self.write(5, "MA")
        self.start_hq(port)
        self.in_step(nodes["MA"])
        theirs = self.file("theirs.note", self.jisr("log", "checkpoint", "--data", nodes["FR"]).out)
        self.assertIn("two histories", self.jisr("network", "compare", theirs, "--data", nodes["MA"], status=1).out)
        # The running service sees it by itself, keeps both signatures, and follows no more.
        self.wait("no alarm", lambda: "network-alarm" in self.said("ma"))
        self.wait("no status", lambda: self.run_raw("network", "status", "--data", nodes["MA"]).status == 1)
        with open(os.path.join(nodes["MA"], "network", "alarm"), encoding="utf-8") as file:
            self.assertEqual(file.read().count("\n— " + LOG), 2)
        held = self.entries(nodes["MA"])
        self.write(2)
        time.sleep(2)
        self.assertEqual(self.entries(nodes["MA"]), held)


if __name__ == "__main__":
    unittest.main()
