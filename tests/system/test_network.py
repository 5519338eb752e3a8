"""Headquarters and nodes: real services over TLS with client certificates, lines that are cut, processes that are killed."""

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import socket
import ssl
import subprocess
import threading
import time
import unittest

from program import JISR, PATIENCE, PEOPLE, ProgramTest, ftm


class Proxy:
    """A line that can be cut: passes bytes on until it is told not to."""

    def __init__(self, port):
        self.target, self.open, self.pairs, self.passed = port, True, [], 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self.target), 5)
                server.settimeout(None) # a line that says nothing for a while is still a line
            except OSError:
                client.close()
                continue
            self.pairs.append((client, server))
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.carry, args=(a, b), daemon=True).start()

    def carry(self, a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
                self.passed += len(data)
        except OSError:
            pass
        for one in (a, b):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.open = False
        for pair in self.pairs:
            for one in pair:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                one.close()
        self.pairs = []

    def mend(self):
        self.open = True

    def close(self):
        self.cut()
        self.listener.close()


class Network(ProgramTest):
    def setUp(self):
        super().setUp()
        self.running = {}
        self.addCleanup(self.stop_all)
        self.hq = os.path.join(self.folder, "hq")
        self.found()

    def found(self):
        self.jisr("init", "--data", self.hq, "network.example/record")
        for country in ("MA", "FR"):
            self.jisr("members", "admit", "--data", self.hq, country)
            self.jisr("offices", "open", "--data", self.hq, "--member", country, "--country", country, country)
        self.jisr("node", "authority", "--data", self.hq, "--host", "127.0.0.1")

    # ---- processes ----

    def start(self, name, directory, *words):
        process = subprocess.Popen([JISR, "serve", "--data", directory, *words], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=self.environment(), cwd=self.folder)
        said, port = [], None
        for line in process.stdout:
            said.append(line.decode("utf-8", "replace"))
            if found := re.search(r"listening on https?://[0-9.]+:([0-9]+)", said[-1]):
                port = int(found.group(1))
                break
        self.assertIsNotNone(port, "".join(said))
        threading.Thread(target=lambda: said.extend(l.decode("utf-8", "replace") for l in process.stdout), daemon=True).start()
        self.running[name] = (process, said)
        return port

    def start_hq(self, port=0):
        return self.start_tls("hq", self.hq, "server", port)

    def start_tls(self, name, directory, certificate, port=0):
        folder = os.path.join(directory, "network")
        return self.start(name, directory, "--listen", f"127.0.0.1:{port}", "--set", f"tls-certificate={folder}/{certificate}.crt",
                          "--set", f"tls-key={folder}/{certificate}.key", "--set", f"tls-client-authority={folder}/authority.crt",
                          "--set", "insecure-listen=yes")

    def stop(self, name, kill=False):
        process, said = self.running.pop(name)
        process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        process.wait(PATIENCE)
        time.sleep(0.05)
        text = "".join(said)
        self.assertNotIn("Sanitizer", text)
        self.assertNotIn("runtime error", text)
        if not kill:
            self.assertEqual(process.returncode, 0, text[-3000:])
        return text

    def stop_all(self):
        for name in list(self.running):
            self.stop(name)

    def node(self, office, port, name=None, kind="national", more=()):
        """Makes, admits and joins a node; its directory."""
        name = name or office
        directory, request, admission = (os.path.join(self.folder, name + end) for end in ("", ".request", ".admission"))
        self.jisr("node", "init", "--data", directory, "--office", office, "--name", name, "--kind", kind, "--url",
                  f"https://127.0.0.1:{port}", "--out", request, *more)
        self.jisr("node", "admit", "--data", self.hq, "--out", admission, request)
        self.jisr("node", "join", "--data", directory, admission)
        return directory

    # ---- looking ----

    def entries(self, directory):
        with sqlite3.connect(f"file:{directory}/record.db?mode=ro", uri=True) as db:
            hashes = db.execute("SELECT count(*) FROM log_hash").fetchone()[0]
            whole = [row[0] for row in db.execute("SELECT sequence FROM log_entry ORDER BY sequence")]
        db.close()
        size = 0
        while 2 * (size + 1) - bin(size + 1).count("1") <= hashes:
            size += 1
        return size, whole

    def rows(self, directory, statement, *values):
        with sqlite3.connect(f"file:{directory}/record.db?mode=ro", uri=True) as db:
            rows = db.execute(statement, values).fetchall()
        db.close()
        return rows

    def wait(self, what, condition): # a node waits up to 30 before it calls again
        until = time.monotonic() + PATIENCE
        while not condition():
            self.assertLess(time.monotonic(), until, what)
            time.sleep(0.02)

    def in_step(self, directory):
        self.wait("the node does not follow", lambda: self.entries(directory)[0] == self.entries(self.hq)[0])

    def in_step_soon(self, directory):
        self.wait("the node does not follow", lambda: self.entries(directory)[0] == self.entries(self.hq)[0])

    def verify(self, directory):
        return self.jisr("log", "verify", "--tables", "--json", "--data", directory).json()

    def status(self, directory, status=0):
        return self.jisr("network", "status", "--json", "--data", directory, status=status).json()

    def write(self, count, office="MA"):
        """Entries that all may see, and such that one office alone may see."""
        for number in range(count):
            if number % 2:
                self.jisr("offices", "edit", "--data", self.hq, office, "--name-en", f"Bureau {number}")
            else:
                self.jisr("officers", "appoint", "--data", self.hq, office, "--name", f"Officer {number}", "--login",
                          f"o.{office.lower()}.{time.monotonic_ns()}", "--roles", "reader")


class Travel(Network):
    def test_nodes_follow_what_they_may_see_over_lines_that_are_cut_and_after_kills(self):
        port = self.start_hq()
        line = Proxy(port)
        self.addCleanup(line.close)
        ma, fr = self.node("MA", line.port), self.node("FR", port)
        post = self.node("MA", port, "MA-airport", "post")
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.start("fr", fr, "--listen", "127.0.0.1:0")
        self.start("post", post, "--listen", "127.0.0.1:0")
        self.jisr("load", "--data", self.hq, "--list", "invented", self.file("people.ftm.json", ftm(PEOPLE)))
        self.write(2, "MA")
        self.write(2, "FR")
        for directory in (ma, fr, post):
            self.in_step(directory)
        # What is for Morocco is there whole, what is for France is not; the airport has no officers.
        with sqlite3.connect(f"file:{ma}/record.db?mode=ro", uri=True) as db:
            self.assertEqual({row[0] for row in db.execute("SELECT office FROM register_officer")}, {"MA"})
        db.close()
        with sqlite3.connect(f"file:{post}/record.db?mode=ro", uri=True) as db:
            self.assertEqual(db.execute("SELECT count(*) FROM register_officer").fetchone()[0], 0)
        db.close()
        size, whole = self.entries(fr)
        self.assertLess(len(whole), size)
        # The copy is not written to.
        self.assertIn("written at headquarters", self.jisr("members", "admit", "--data", ma, "BE", status=2).err)
        # Lists are fetched, and checks answered at the node.
        self.wait("the list does not come", lambda: self.run_raw("check", "--data", post, "--name", "Viktor Kuznedelev").status == 1)
        # The line is cut while headquarters goes on; a node is killed meanwhile.
        line.cut()
        self.write(4, "MA")
        self.stop("ma", kill=True)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.assertLess(self.entries(ma)[0], self.entries(self.hq)[0])
        self.assertEqual(self.jisr("check", "--data", ma, "--name", "Viktor Kuznedelev", "--json", status=1).json()["hits"][0]["id"],
                         "inv-1")
        line.mend()
        self.in_step(ma)
        # Headquarters is killed and comes back.
        self.stop("hq", kill=True)
        self.write(2, "FR")
        self.start_hq(port)
        for directory in (ma, fr, post):
            self.in_step(directory)
        self.wait("headquarters does not see all nodes equal", lambda: all(
            node.get("equal") and node["connected"] and node["lag_entries"] == 0
            for node in self.status(self.hq)["nodes"]) and len(self.status(self.hq)["nodes"]) == 3)
        for directory in (ma, fr, post):
            self.wait("connected", lambda: self.status(directory).get("node", {}).get("connected"))
        # Nothing new costs next to nothing.
        time.sleep(1)
        before = line.passed
        time.sleep(3)
        self.assertLess(line.passed - before, 10000)
        self.stop_all()
        for directory in (ma, fr, post):
            self.verify(directory)

    def test_who_is_not_admitted_gets_nothing(self):
        port = self.start_hq()
        ma = self.node("MA", port)
        context = ssl.create_default_context(cafile=os.path.join(self.hq, "network", "authority.crt"))

        def ask(path, method="GET", body=None):
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
            connection.request(method, path, body=body)
            reply = connection.getresponse()
            text = reply.read() if reply.status != 200 else b""
            connection.close()
            return reply.status, text
        self.assertEqual(ask("/network/v1/log?from=1")[0], 403) # no certificate
        context.load_cert_chain(os.path.join(ma, "network", "node.crt"), os.path.join(ma, "network", "node.key"))
        self.assertEqual(ask("/network/v1/log?from=1")[0], 200)
        self.assertEqual(ask("/network/v1/log?from=x")[0], 400)
        self.assertEqual(ask("/network/v1/log?from=99999")[0], 409)
        for path in ("lists/..%2frecord.db", "lists/" + "0" * 64, "..%2fkeys/" + "0" * 64, "keys/" + "0" * 64, "network/" + "a" * 64):
            self.assertEqual(ask("/network/v1/files/" + path)[0], 404, path)
        self.assertEqual(ask("/network/v1/report", "POST", b"{}")[0], 422)
        report = {"size": 5, "version": "x", "at": "2026-11-27T00:00:00.000Z", "note": "forged\n5\nAAAA\n\n"}
        self.assertGreaterEqual(ask("/network/v1/report", "POST", json.dumps(report).encode())[0], 400)
        self.jisr("node", "end", "--data", self.hq, "--reason", "stolen", "MA")
        self.assertEqual(ask("/network/v1/log?from=1")[0], 403)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.wait("the node does not say why", lambda: "Trouble: headquarters refuses this node (403): No node is known by this "
                  "certificate" in self.run_raw("network", "status", "--data", ma).out)
        self.assertIn("ended already", self.jisr("node", "end", "--data", self.hq, "--reason", "x", "MA", status=2).err)

    def end_of(self, data):
        """When a node's certificate ends, as OpenSSL reads it."""
        said = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-dateopt", "iso_8601", "-in", os.path.join(data, "network", "node.crt")],
                              check=True, capture_output=True, text=True).stdout
        return said.strip().split("=")[1].replace(" ", "T")

    def test_a_certificate_that_ends_soon_and_a_copied_directory_are_told(self):
        port = self.start_hq()
        ma = self.node("MA", port)

        def at_hq():
            out = self.run_raw("network", "status", "--json", "--data", self.hq).out
            return json.loads(out)["nodes"][0] if out else {}
        # Of another request, though of the same name: refused, and what was there stays.
        second = os.path.join(self.folder, "second")
        self.jisr("node", "init", "--data", second, "--office", "MA", "--url", "https://x", "--out", second + ".request")
        self.assertIn("answers another request", self.jisr("node", "join", "--data", second, ma + ".admission", status=2).err)
        self.assertFalse(os.path.exists(os.path.join(second, "network", "node.crt")))
        for step in (["authority", "--host", "x"], ["admit", ma + ".request"]):
            self.assertIn("done at headquarters", self.jisr("node", *step, "--data", ma, status=2).err)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.in_step(ma)
        self.wait("not reported", lambda: at_hq().get("alarm") == "")
        self.assertEqual(self.status(ma)["node"]["alarm"], "")
        self.assertIn("good  network      node.crt ends at " + self.end_of(ma), self.run_raw("doctor", "--data", ma).out)
        # A new admission for a day: it goes on, and both sides are told in time.
        self.jisr("node", "admit", "--data", self.hq, "--days", "1", "--out", ma + ".another", ma + ".request")
        self.jisr("node", "join", "--data", ma, ma + ".another")
        self.wait("not told", lambda: "certificate ends at " + self.end_of(ma) in self.run_raw("network", "status", "--data", ma).out)
        self.jisr("network", "status", "--data", ma, status=1)
        self.wait("headquarters is not told", lambda: "ALARM: the node's certificate ends" in
                  self.run_raw("network", "status", "--data", self.hq).out)
        self.assertIn(f"look  network      node.crt ends at {self.end_of(ma)}: 'jisr node admit'", self.run_raw("doctor", "--data", ma).out)
        # Started again it is one machine; with a copy beside it there are two.
        self.stop("ma")
        copy = ma + "-copy"
        shutil.copytree(ma, copy)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.wait("no line", lambda: at_hq()["connected"])
        self.assertEqual(at_hq()["trespasses"], 0)
        self.start("copy", copy, "--listen", "127.0.0.1:0")
        self.wait("two are not noticed", lambda: at_hq()["trespasses"] >= 1)
        self.wait("not logged", lambda: "two machines are at work" in "".join(self.running["hq"][1]))

    def test_headquarters_that_shows_another_history_stops_the_node_with_an_alarm(self):
        port = self.start_hq()
        ma = self.node("MA", port)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.in_step(ma)
        self.stop("hq")
        other = self.hq + "-other"
        subprocess.run(["cp", "-r", self.hq, other], check=True)
        self.write(2)
        self.start_hq(port)
        self.in_step(ma)
        held = self.entries(ma)
        self.stop("hq")
        self.hq = other
        self.write(4, "FR")
        self.start_hq(port)
        alarm = os.path.join(ma, "network", "alarm")
        self.wait("no alarm", lambda: os.path.exists(alarm))
        self.assertEqual(self.entries(ma), held)
        time.sleep(3)
        status = self.status(ma, 1)["node"]
        self.assertTrue(status["forked"])
        self.assertIn("France", self.jisr("members", "list", "--data", ma).out)
        # A backup without keys holds none of the network's either.
        self.jisr("backup", "--without-keys", "--data", self.hq, os.path.join(self.folder, "saved"))
        saved = [name for _, _, names in os.walk(os.path.join(self.folder, "saved")) for name in names]
        self.assertIn("authority.crt", saved)
        self.assertEqual([name for name in saved if name.endswith(".key")], [])
        # A checkpoint of the other history, carried by hand, tells it, too.
        note = os.path.join(self.folder, "theirs.note")
        theirs = self.jisr("log", "checkpoint", "--data", self.hq).out
        open(note, "w").write(theirs)
        self.jisr("network", "compare", "--data", ma, note, status=2) # longer than what the node has
        self.assertIn("network-alarm", self.stop("ma"))
        self.jisr("network", "resume", "--data", ma)
        self.assertIn("not stopped", self.jisr("network", "resume", "--data", ma, status=2).err)
        self.verify(ma)

    def test_headquarters_that_went_back_to_an_old_backup_stops_the_node(self):
        port = self.start_hq()
        ma = self.node("MA", port)
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.in_step(ma)
        self.jisr("backup", "--data", self.hq, os.path.join(self.folder, "saved"))
        self.write(2)
        self.in_step(ma)
        held = self.entries(ma)
        self.stop("hq")
        kept = os.path.join(self.folder, "kept.note")
        self.jisr("log", "checkpoint", "--data", self.hq, "--out", kept)
        self.hq += "-restored"
        self.jisr("restore", "--data", self.hq, os.path.join(self.folder, "saved"))
        self.assertIn("entries were taken away", self.jisr("log", "verify", "--checkpoint", kept, "--data", self.hq, status=1).out)
        self.start_hq(port)
        self.wait("no alarm", lambda: self.run_raw("network", "status", "--json", "--data", ma).json()["node"]["forked"])
        self.assertTrue(os.path.exists(os.path.join(ma, "network", "alarm")))
        self.status(ma, 1)
        self.assertEqual(self.entries(ma), held)
        self.assertIn("fewer entries", self.stop("ma"))

    def test_careless_words_are_refused_with_a_sentence(self):
        for words, sentence in ((["init", "--office", "MA"], "--url are needed"),
                                (["init", "--office", "ma", "--url", "https://x"], "no code of an office"),
                                (["init", "--office", "MA", "--url", "http://x"], "no address of headquarters"),
                                (["init", "--office", "GS", "--url", "https://x"], "no code of an office"),
                                (["init", "--office", "MA", "--url", "https://x", "--kind", "king"], "no kind of node"),
                                (["join", "/nonexistent"], "nonexistent"),
                                (["join"], "which admission"),
                                (["authority", "--host", "a b"], "no name or address"),
                                (["authority"], "name the machine")):
            self.assertIn(sentence, " ".join(self.jisr("node", *words, "--data", self.data, status=2).err.split()), words)
        self.assertIn("holds a record already", self.jisr("node", "init", "--office", "MA", "--url", "https://x", "--data",
                                                          self.hq, status=2).err)
        request = os.path.join(self.folder, "request")
        self.jisr("node", "init", "--office", "XX", "--url", "https://x", "--data", self.data, "--out", request)
        self.assertIn("XX", self.jisr("node", "admit", "--data", self.hq, request, status=2).err)
        asked = json.load(open(request))
        for change in ({"office": "FR"}, {"certificate_request": "none"}, {"key": "x"}, {"kind": "post"}):
            path = self.file("changed", json.dumps({**asked, "office": "MA", **change}))
            self.jisr("node", "admit", "--data", self.hq, path, status=2)
        admitted = self.jisr("node", "end", "--data", self.hq, "--reason", "x", "XX", status=2)
        self.assertIn("there is no node", admitted.err)


class Bureau(Network):
    def test_a_regional_bureau_serves_its_countries_and_headquarters_does_when_it_is_gone(self):
        for country in ("SN", "BE"):
            self.jisr("members", "admit", "--data", self.hq, country)
            self.jisr("offices", "open", "--data", self.hq, "--member", country, "--country", country, country)
        self.jisr("offices", "open", "--data", self.hq, "RB-ABJ")
        self.write(4, "MA")
        port = self.start_hq()
        line = Proxy(port)
        self.addCleanup(line.close)
        rb = self.node("RB-ABJ", line.port, kind="bureau", more=("--serves", "MA,SN", "--host", "127.0.0.1"))
        below = self.start_tls("rb", rb, "node")
        ma = self.node("MA", below, more=("--url", f"https://127.0.0.1:{port}"))
        sn, be = self.node("SN", below), self.node("BE", below)
        post = self.node("SN", below, "SN-airport", "post")
        for name, directory in (("ma", ma), ("sn", sn), ("be", be), ("post", post)):
            self.start(name, directory, "--listen", "127.0.0.1:0")
        self.jisr("load", "--data", self.hq, "--list", "invented", self.file("people.ftm.json", ftm(PEOPLE)))
        for office in ("MA", "SN", "BE", "FR"):
            self.write(2, office)
        for directory in (rb, ma, sn, post):
            self.in_step(directory)
        # Each has what it would have from headquarters; the bureau what those that it serves have, and nothing of others.
        officers = lambda directory: {row[0] for row in self.rows(directory, "SELECT DISTINCT office FROM register_officer")}
        self.assertEqual((officers(rb), officers(ma), officers(sn), officers(post)), ({"MA", "SN"}, {"MA"}, {"SN"}, set()))
        straight = self.node("MA", port, "MA-2")
        self.start("straight", straight, "--listen", "127.0.0.1:0")
        self.in_step(straight)
        self.in_step(ma) # both were told of the new node
        self.assertEqual(self.entries(ma), self.entries(straight))
        self.wait("lists do not come through the bureau", lambda: self.run_raw(
            "check", "--data", sn, "--name", "Viktor Kuznedelev").status == 1)
        # Whom it does not serve gets nothing there.
        self.assertEqual(self.entries(be)[0], 0)
        self.wait("it is not told why", lambda: "403" in self.run_raw("network", "status", "--json", "--data", be).json()["node"]["alarm"])
        # Headquarters knows through the bureau that all hold the same.
        self.wait("no report comes through", lambda: {node["name"]: node.get("equal") for node in self.status(self.hq)["nodes"]
                                                      if node.get("through") == "RB-ABJ"} ==
                  {"MA": True, "SN": True, "SN-airport": True})
        # The bureau is cut off and killed: who knows headquarters' address follows it, and the other waits and checks.
        line.cut()
        self.stop("rb", kill=True)
        self.write(2, "MA")
        self.wait("the node does not turn to headquarters", lambda: self.entries(ma)[0] == self.entries(self.hq)[0])
        self.wait("it does not say so", lambda: self.status(ma)["node"]["headquarters"].endswith(f":{port}"))
        self.assertLess(self.entries(sn)[0], self.entries(self.hq)[0])
        self.jisr("check", "--data", sn, "--name", "Viktor Kuznedelev", status=1)
        # A bureau that is behind is no fork: the node is ahead of it for a while.
        self.start_tls("rb", rb, "node", below)
        self.stop("ma")
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        # One that has no line itself is followed for a while, and left by who knows another way.
        self.wait("it does not hear of the bureau's line", lambda: not self.status(ma)["node"]["reaches"])
        self.write(2, "MA")
        self.in_step_soon(ma)
        self.assertLess(self.entries(sn)[0], self.entries(self.hq)[0])
        line.mend()
        for directory in (rb, sn, ma):
            self.in_step_soon(directory)
        self.assertFalse(os.path.exists(os.path.join(ma, "network", "alarm")))
        self.stop_all()
        for directory in (rb, ma, sn, post):
            self.verify(directory)

    def test_careless_words_about_bureaus(self):
        for words, sentence in ((["--kind", "bureau"], "says whom it serves"), (["--serves", "MA"], "says whom it serves"),
                                (["--kind", "bureau", "--serves", "ma", "--host", "x"], "no codes of offices"),
                                (["--kind", "bureau", "--serves", "MA", "--host", "a b"], "no name or address"),
                                (["--url", "x", "--url", "y", "--url", "z", "--url", "w"], "at most 4 addresses")):
            said = self.jisr("node", "init", "--office", "RB-ABJ", "--url", "https://x", *words, "--data", self.data, status=2).err
            self.assertIn(sentence, " ".join(said.split()), words)


class Files(Network):
    """The demonstration is headquarters: notices with photographs, objects, messages."""

    def found(self):
        self.jisr("demo", "--ballots", "0", "--data", self.hq, "--notices", "40", "--objects", "50", "--entities", "50")
        self.jisr("node", "authority", "--data", self.hq, "--host", "127.0.0.1")

    def files(self, directory, *folders):
        found = set()
        for folder in folders or ("objects", "pictures", "messages"):
            for _, _, names in os.walk(os.path.join(directory, folder)):
                found |= {name.split(".")[0] for name in names if ".new-" not in name} # but what is just being fetched
        return found

    def may_have(self, office):
        """What headquarters' tables say that an office's entries name, by a way of our own."""
        found = set()
        for parts, owner in self.rows(self.hq, "SELECT parts, owner FROM object_file"):
            found |= {part["file"] for part in json.loads(parts) if owner == office or self.inside(part["reach"], office)}
        for identity, owner, state, reach, content in self.rows(self.hq, "SELECT id, owner, state, reach, content FROM notice"):
            if owner == office or (state in ("published", "amending") and self.inside(reach, office)):
                found |= {name for name, in self.rows(self.hq, "SELECT hash FROM notice_picture WHERE id = ?", identity)
                          if owner == office or name in content}
        for identity, sender in self.rows(self.hq, "SELECT id, sender FROM message"):
            readers = {name for name, in self.rows(self.hq, "SELECT office FROM message_to WHERE id = ?", identity)}
            if office in readers | {sender}:
                found |= {name for name, in self.rows(self.hq, "SELECT digest FROM message_file WHERE id = ?", identity)}
        return found

    @staticmethod
    def inside(reach, office):
        return reach == "*" or (office in reach[1:].split(",")) == (reach[0] == "+")

    def test_a_node_has_the_files_that_its_office_may_see_and_no_other(self):
        attached = self.file("attached.txt", "page after page " * 900)
        self.jisr("message", "send", "--data", self.hq, "--officer", "FR-1", "--to", "MA", "--subject", "With a file",
                  "--text", attached, "--attach", attached)
        port = self.start_hq()
        line = Proxy(port)
        self.addCleanup(line.close)
        nodes = {"MA": self.node("MA", line.port), "SN": self.node("SN", port)}
        served = {name: self.start(name, directory, "--listen", "127.0.0.1:0") for name, directory in nodes.items()}
        for name, directory in nodes.items():
            self.assertTrue(self.may_have(name))
            self.wait(f"{name} does not get its files", lambda: self.files(directory) == self.may_have(name))
            for folder, _, names in os.walk(directory):
                for file in names if re.search("/(objects|pictures|messages)", folder) else ():
                    with open(os.path.join(folder, file), "rb") as opened:
                        self.assertEqual(hashlib.sha256(opened.read()).hexdigest(), file.split(".")[0])
        self.assertTrue(self.files(nodes["MA"], "messages"))
        self.assertFalse(self.files(nodes["SN"], "messages"))
        # Another's file and none at all are answered alike.
        context = ssl.create_default_context(cafile=os.path.join(self.hq, "network", "authority.crt"))
        context.load_cert_chain(*(os.path.join(nodes["SN"], "network", "node" + end) for end in (".crt", ".key")))

        def ask(path):
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
            connection.request("GET", "/network/v1/files/" + path)
            reply = connection.getresponse()
            text = reply.read()
            connection.close()
            return reply.status, re.sub("[0-9a-f]{64}", "", text.decode("utf-8", "replace"))
        foreign = next(iter(self.files(nodes["MA"], "messages")))
        never = ask("messages/" + "a" * 64)
        self.assertEqual(never[0], 404)
        self.assertEqual(ask("messages/" + foreign), never)
        # One that is missing is fetched when it is asked for, if there is a line.
        public, colour, name = self.rows(nodes["MA"], "SELECT id, colour, hash FROM notice JOIN notice_picture USING (id) WHERE "
                                         "public = 1 AND state = 'published' AND instr(content, hash) > 0")[0]
        kept = os.path.join(nodes["MA"], "pictures", name[:2], name)

        def picture():
            def get(path):
                connection = http.client.HTTPConnection("127.0.0.1", served["MA"], timeout=PATIENCE)
                connection.request("GET", path)
                reply = connection.getresponse()
                body = reply.read()
                connection.close()
                return reply.status, body
            address = f"/notices/v1/{colour}/{public.replace('/', '-')}/images"
            listed = json.loads(get(address)[1])["_embedded"]["images"]
            return get(f"{address}/{listed[0]['picture_id']}")
        os.unlink(kept)
        line.cut()
        self.wait("the line is still there", lambda: not self.status(nodes["MA"])["node"]["connected"])
        self.assertNotEqual(picture()[0], 200)
        line.mend()
        self.wait("it is not fetched", lambda: picture()[0] == 200)
        self.assertEqual(hashlib.sha256(picture()[1]).hexdigest(), name)
        self.assertTrue(os.path.exists(kept))
        # What is lost sight of goes.
        shown = self.rows(nodes["MA"], "SELECT p.hash, p.id FROM notice_picture p JOIN notice n USING (id) WHERE n.owner NOT IN ('MA', 'GS') "
                          "AND n.state = 'published' AND n.reach = '*'")
        alone = [(name, identity) for name, identity in shown if sum(name == other for other, _ in self.rows(
            nodes["MA"], "SELECT hash, id FROM notice_picture")) == 1]
        name, identity = alone[0]
        owner = self.rows(self.hq, "SELECT owner FROM notice WHERE id = ?", identity)[0][0]
        officer = owner + "-1"
        subject = "notice/" + identity.replace("/", "-")
        line.cut()
        self.jisr("notice", "restrict", identity, "--reach", "except:MA", "--data", self.hq, "--officer", officer)
        waiting = self.jisr("network", "removals", "--json", "--data", self.hq, status=1).json()["removals"]
        self.assertEqual([(one["node"], one["subject"], one["answered"]) for one in waiting], [("MA", subject, None)])
        self.assertIn("no answer yet", self.jisr("network", "removals", "--data", self.hq, status=1).out)
        line.mend()
        self.wait("the picture stays", lambda: self.files(nodes["MA"]) == self.may_have("MA") and name not in self.files(nodes["MA"]))
        self.assertEqual(self.rows(nodes["MA"], "SELECT count(*) FROM notice WHERE id = ?", identity), [(0,)])
        self.assertIn(name, self.files(nodes["SN"]))
        # The node says so, by a receipt that its office has signed, once.
        self.wait("no receipt", lambda: self.run_raw("network", "removals", "--data", self.hq).status == 0)
        answered = self.jisr("network", "removals", "--all", "--json", "--data", self.hq).json()["removals"]
        self.assertEqual([(one["node"], one["entry"]) for one in answered], [("MA", waiting[0]["entry"])])
        self.assertIn("headquarters keeps", self.jisr("network", "removals", "--data", nodes["MA"], status=2).err)
        note = json.loads(self.rows(self.hq, "SELECT body FROM log_body WHERE sequence = ?", answered[0]["receipt"])[0][0])["note"]
        self.assertIn(f"\nMA\n", note)
        self.assertRegex(note, f"\n{waiting[0]['entry']} {subject} [1-9][0-9]*\n\n— MA [A-Za-z0-9+/=]+\n$")
        key = os.path.join(nodes["SN"], "network", "node")
        context = ssl.create_default_context(cafile=os.path.join(self.hq, "network", "authority.crt"))
        context.load_cert_chain(key + ".crt", key + ".key")
        for forged in (note, note.replace("\nMA\n", "\nSN\n"), "", "x" * 1000, note.replace("jisr removal", "jisr removed")):
            connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=PATIENCE, context=context)
            connection.request("POST", "/network/v1/removals", body=forged.encode())
            self.assertIn(connection.getresponse().status, (400, 403, 422), forged[:60])
            connection.close()
        self.assertEqual(len(self.rows(self.hq, "SELECT 1 FROM log_entry WHERE header LIKE '%\"node.removed\"%'")), 1)
        # Let in again, it comes back with its picture.
        self.jisr("notice", "restrict", identity, "--reach", "all", "--data", self.hq, "--officer", officer)
        self.wait("the picture does not come back", lambda: self.files(nodes["MA"]) == self.may_have("MA") and
                  name in self.files(nodes["MA"]))
        self.in_step(nodes["MA"])
        self.stop_all()
        self.verify(nodes["MA"])

    def test_a_border_post_finds_what_reaches_its_office_though_nobody_signs_in_there(self):
        number, owner, name = self.rows(
            self.hq, "SELECT id, owner, content ->> '$.forename' || ' ' || (content ->> '$.name') FROM notice WHERE public = 0 AND "
            "state = 'published' AND reach = '*' AND owner NOT IN ('MA', 'GS') AND content ->> '$.forename' <> ''")[0]
        stolen, = self.rows(self.hq, "SELECT id, content ->> '$.country', content ->> '$.number', owner FROM object WHERE status <> 'found' AND "
                            "reach = '*' AND owner <> 'MA' AND withdrawn = 0 AND content ->> '$.kind' = 'document'")[:1]
        port = self.start_hq()
        post = self.node("MA", port, "MA-airport", "post")
        served = self.start("post", post, "--listen", "127.0.0.1:0")

        def hits(question):
            connection = http.client.HTTPConnection("127.0.0.1", served, timeout=PATIENCE)
            connection.request("POST", "/api/v1/check", json.dumps(question), {"Content-Type": "application/json"})
            told = json.load(connection.getresponse())
            connection.close()
            return [hit["id"] for hit in told.get("hits", [])]
        listed = "notice-" + number.replace("/", "-")
        self.wait("the notice is not found", lambda: listed in hits({"name": name}))
        document = {"document": f"{stolen[1]}:{stolen[2]}"}
        self.wait("the document is not found", lambda: hits(document) == ["object-" + stolen[0].replace("/", "-")])
        # Shut out of both, it finds neither, also without a new start; let in again, it does.
        self.jisr("notice", "restrict", number, "--reach", "except:MA", "--data", self.hq, "--officer", owner + "-1")
        self.jisr("object", "amend", stolen[0], "--reach", "except:MA", "--data", self.hq, "--officer", stolen[3] + "-1")
        self.wait("the notice is found still", lambda: listed not in hits({"name": name}))
        self.wait("the document is found still", lambda: not hits(document))
        self.jisr("notice", "restrict", number, "--reach", "all", "--data", self.hq, "--officer", owner + "-1")
        self.wait("the notice does not come back", lambda: listed in hits({"name": name}))


if __name__ == "__main__":
    unittest.main()
