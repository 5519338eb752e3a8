"""The server around the answers: every limit, status and signal, as an administrator and as a hostile client."""

import gzip
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest

from program import JISR, PATIENCE, ftm
from service import ServiceTest

CRLF = b"\r\n"


class ServerTest(ServiceTest):
    def setUp(self):
        super().setUp()
        self.rest = {} # what was received after the end of a reply

    def connect(self):
        host, port = self.address.split(":")
        connection = socket.create_connection((host, int(port)), PATIENCE)
        self.addCleanup(connection.close)
        return connection

    def raw(self, data):
        """Sends bytes as they are on a connection of their own; the reply."""
        connection = self.connect()
        try:
            connection.sendall(data)
        except (ConnectionResetError, BrokenPipeError):
            pass # refused before all was sent; what was answered can still be read
        return self.receive(connection)

    def receive(self, connection):
        """One reply, whole: status, headers by lower-case name, body. Status 0: closed without one."""
        data = self.rest.pop(connection, b"") # of an earlier reply on the same connection
        while CRLF + CRLF not in data:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                piece = b""
            if not piece:
                return 0, {}, data
            data += piece
        head, body = data.split(CRLF + CRLF, 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        while len(body) < int(headers.get("content-length", 0)):
            piece = connection.recv(65536)
            if not piece:
                break
            body += piece
        length = int(headers.get("content-length", 0))
        self.rest[connection] = body[length:]
        return int(lines[0].split()[1]), headers, body[:length]

    def get(self, path, *headers):
        return self.raw(b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Host: t", *headers]) + CRLF + CRLF)

    def closed(self, connection):
        """Whether the service closes it."""
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return False
        return True

    def metrics(self):
        return dict(line.rsplit(" ", 1) for line in self.ask("GET", "/metrics").text.splitlines() if not line.startswith("#"))

    def metric(self, name):
        found = self.metrics()
        self.assertIn(name, found)
        return float(found[name])

    def counted(self, name, value):
        """The figure comes to that: what was asked for is counted when its answer has gone."""
        self.wait(lambda: float(self.metrics().get(name, "nan")) == value)
        self.assertEqual(self.metric(name), value)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.returncode = 0
        self.stop()

    def config(self, text):
        return self.file("serve.conf", text)

    def check_config(self, text, status=2):
        return self.jisr("serve", "--check-config", "--config", self.config(text), status=status)


class Requests(ServerTest):
    def setUp(self):
        super().setUp()
        self.load_people()
        self.serve("--set", "body-size=64k", "--set", "bodies-size=1M", "--set", "url-size=2k", "--set", "header-size=4k")

    def test_unknown_paths_and_methods_are_told_in_the_style_of_the_path(self):
        self.assertEqual(self.ask("GET", "/api/v1/nothing", status=404).json()["status"], 404)
        self.assertEqual(list(self.ask("GET", "/match/a/b/c", status=404).json()), ["detail"])
        answer = self.ask("DELETE", "/healthz", status=405)
        self.assertEqual(answer.headers["Allow"], "GET, HEAD")
        self.assertEqual(self.get(b"/../etc/passwd")[0], 404)
        status, headers, body = self.raw(b"BREW /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual((status, headers["allow"]), (405, "GET, HEAD"))

    def test_head_has_the_headers_of_get_and_no_body(self):
        connection = self.connect()
        connection.sendall(b"HEAD /healthz HTTP/1.1\r\nHost: t\r\n\r\nGET /healthz HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
        data = b""
        while piece := connection.recv(65536):
            data += piece
        self.assertEqual(data.count(b"HTTP/1.1 200"), 2)
        self.assertEqual(data.count(b"Content-Length: 15"), 2)
        self.assertEqual(data.count(b'{"status":"ok"}'), 1)

    def test_bad_addresses_are_refused(self):
        for path in (b"/%", b"/%z1", b"/%00", b"/%ff", b"/healthz?a=%0", b"/healthz?a=%C3%28", b"/a\x01b"):
            self.assertEqual(self.get(path)[0], 400, path)
        self.assertEqual(self.get(b"/healthz?a=%2B+%20&b&&c=1=2")[0], 200)
        self.assertEqual(self.get(b"http://elsewhere/healthz")[0], 200)
        self.assertEqual(self.raw(b"GET /healthz\0x HTTP/1.1\r\nHost: t\r\n\r\n")[0], 400)

    def test_lengths_that_contradict_each_other_are_refused_and_the_connection_closed(self):
        for headers in (b"Content-Length: 3\r\nContent-Length: 4", b"Content-Length: 3\r\nTransfer-Encoding: chunked",
                        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
                        b"Content-Length : 3", b"Transfer-Encoding\t: chunked"):
            connection = self.connect()
            connection.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\n" + headers + b"\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n")
            status, _, _ = self.receive(connection)
            self.assertIn(status, (400, 501), headers)
            self.assertTrue(self.closed(connection), headers)
        for headers in (b"Content-Length: -1", b"Content-Length: 1x", b"Content-Length: 99999999999999999999999"):
            status, _, _ = self.raw(b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\n" + headers + b"\r\n\r\n")
            self.assertIn(status, (0, 400, 413), headers)

    def test_two_hosts_none_and_strange_expectations(self):
        self.assertEqual(self.raw(b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")[0], 400)
        self.assertEqual(self.raw(b"GET /healthz HTTP/1.1\r\n\r\n")[0], 400)
        self.assertEqual(self.raw(b"GET /healthz HTTP/1.0\r\n\r\n")[0], 200)
        self.assertEqual(self.get(b"/healthz", b"Expect: the moon")[0], 417)

    def test_long_addresses_and_headers(self):
        self.assertEqual(self.get(b"/" + b"a" * 1900)[0], 404)
        self.assertEqual(self.get(b"/" + b"a" * 2100)[0], 414)
        self.assertEqual(self.get(b"/healthz", b"X: " + b"a" * 3500)[0], 200)
        self.assertEqual(self.get(b"/healthz", b"X: " + b"a" * 5000)[0], 431)
        self.assertIn(self.get(b"/healthz", b"X: " + b"a" * 100000)[0], (0, 431))
        self.assertIn(self.get(b"/healthz", *[b"X%d: y" % i for i in range(2000)])[0], (0, 431))
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="url-size"}') >= 1))
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="header-size"}') >= 1))

    def test_large_bodies_declared_chunked_and_folded(self):
        head = b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
        name = b'{"name":"Viktor Kuznedelev"}'
        self.assertEqual(self.raw(head + b"Content-Length: 10000000\r\n\r\n")[0], 413)
        self.assertEqual(self.raw(head + b"Content-Length: 65537\r\n\r\n" + b" " * 65537)[0], 413)
        chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
        self.assertEqual(self.raw(chunked + b"5\r\n" + name[:5] + CRLF + b"%x\r\n" % (len(name) - 5) + name[5:] + b"\r\n0\r\n\r\n")[0], 200)
        status, headers, _ = self.raw(chunked + b"11170\r\n" + b" " * 70000 + b"\r\n0\r\n\r\n")
        self.assertEqual(status, 413)
        zipped = gzip.compress(name)
        folded = head + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        self.assertEqual(self.raw(folded % len(zipped) + zipped)[0], 200)
        bomb = gzip.compress(b" " * 50_000_000)
        self.assertLess(len(bomb), 65536)
        self.assertEqual(self.raw(folded % len(bomb) + bomb)[0], 413)
        self.assertEqual(self.raw(folded % 10 + zipped[:10])[0], 400)
        self.assertEqual(self.raw(folded % (len(zipped) + 3) + zipped + b"abc")[0], 400)
        self.assertEqual(self.raw((folded % 3).replace(b"gzip", b"brotli") + b"abc")[0], 415)
        self.assertEqual(self.raw(b"POST /healthz HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc")[0], 405)

    def test_after_a_refusal_the_connection_goes_on_when_the_body_was_short(self):
        connection = self.connect()
        connection.sendall(b"POST /healthz HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabcGET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual(self.receive(connection)[0], 405)
        self.assertEqual(self.receive(connection)[0], 200)

    def test_an_endless_chunked_body_is_cut_off(self):
        connection = self.connect()
        connection.sendall(b"POST /healthz HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.assertRaises(OSError):
            for _ in range(1000):
                connection.sendall(b"2000\r\n" + b"x" * 8192 + CRLF)

    def test_bodies_together_have_a_limit(self):
        head = b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n"
        held = [self.connect() for _ in range(17)]
        for connection in held:
            connection.sendall(head)
        self.assertTrue(self.wait(lambda: self.metric("jisr_body_bytes_under_way") >= 1000000))
        status, headers, _ = self.raw(head + b" " * 60000)
        self.assertEqual(status, 503)
        self.assertIn("retry-after", headers)
        for connection in held:
            connection.close()
        self.assertTrue(self.wait(lambda: self.metric("jisr_body_bytes_under_way") == 0))

    def test_replies_are_folded_when_that_is_asked_for(self):
        plain = self.ask("GET", "/metrics")
        self.assertNotIn("Content-Encoding", plain.headers)
        folded = self.ask("GET", "/metrics", headers={"Accept-Encoding": "br, gzip;q=0.5"})
        self.assertEqual(folded.headers["Content-Encoding"], "gzip")
        self.assertIn(b"jisr_ready 1", gzip.decompress(folded.body))
        self.assertNotIn("Content-Encoding", self.ask("GET", "/metrics", headers={"Accept-Encoding": "gzip;q=0"}).headers)
        self.assertNotIn("Content-Encoding", self.ask("GET", "/healthz", headers={"Accept-Encoding": "gzip"}).headers)

    def test_every_reply_has_an_id_and_tells_browsers_to_be_careful(self):
        answer = self.ask("GET", "/healthz", headers={"X-Request-Id": "abc-123.X_y"})
        self.assertEqual(answer.headers["X-Request-Id"], "abc-123.X_y")
        for forged in ("a b", "a\"b", "x" * 100):
            self.assertRegex(self.ask("GET", "/healthz", headers={"X-Request-Id": forged}).headers["X-Request-Id"], "^[0-9a-f]{16}$")
        for name in ("X-Content-Type-Options", "Content-Security-Policy", "Referrer-Policy", "Cache-Control"):
            self.assertIn(name, answer.headers)

    def test_the_log_names_nobody_and_cannot_be_forged(self):
        self.get(b"/entities/Viktor-Secretname%0a2026-01-01T00:00:00Z%20error%20forged?q=Quietword")
        self.get(b"/healthz", b"X-Request-Id: Hidden Header", b"User-Agent: Loudagent")
        self.stop()
        said = "".join(self.said)
        for word in ("Secretname", "Quietword", "Hidden", "Loudagent"):
            self.assertNotIn(word, said)
        self.assertIn("route=entity", said.replace("route=entities", "route=entity"))
        self.assertNotRegex(said, "(?m)^2026-01-01")

    def test_figures_are_what_prometheus_reads(self):
        self.get(b"/nothing")
        seen, types = set(), {}
        for line in self.ask("GET", "/metrics").text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.assertNotIn(name, types)
                types[name] = kind
            elif not line.startswith("# HELP "):
                match = re.fullmatch(r'([a-z_]+)(\{([a-z]+="(?:[^"\\\n]|\\.)*",?)*\})? (-?[0-9.e+-]+|\+Inf)', line)
                self.assertIsNotNone(match, line)
                self.assertNotIn(line.rsplit(" ", 1)[0], seen)
                seen.add(line.rsplit(" ", 1)[0])
                base = re.sub("_(bucket|sum|count)$", "", match.group(1))
                self.assertTrue(match.group(1) in types or types.get(base) == "histogram", line)
        self.counted('jisr_http_requests_total{route="none",status="4xx"}', 1)
        self.counted('jisr_list_entities{list="invented"}', 5)
        self.ask("POST", "/api/v1/check", {"name": "Viktor Kuznedelev"})
        self.counted("jisr_checks_total", 1)
        self.counted("jisr_hits_total", 1)
        self.assertGreater(self.metric("process_resident_memory_bytes"), 1e6)


class Headers(ServerTest):
    def test_every_answer_says_what_a_browser_may_do_with_it(self):
        self.load_people()
        self.serve()
        for method, path, body, status in (("GET", "/", None, 200), ("GET", "/healthz", None, 200), ("GET", "/public/en", None, None),
                                           ("GET", "/api/v1/openapi.json", None, 200), ("POST", "/api/v1/check", {"name": "X"}, 200),
                                           ("GET", "/nothing", None, 404), ("POST", "/api/v1/check", "{", 400), ("GET", "/keys/log.key", None, 404),
                                           ("GET", "/.git/config", None, 404), ("GET", "/lists/", None, 404)):
            headers = self.ask(method, path, body, {"Content-Type": "application/json"} if body else None, status).headers
            self.assertEqual((headers["X-Content-Type-Options"], headers["Referrer-Policy"]), ("nosniff", "no-referrer"), path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"], path)
            self.assertIsNotNone(headers["Cache-Control"], path)
            self.assertIsNone(headers["Server"], path)
        self.assertIn("no-store", self.ask("POST", "/api/v1/check", {"name": "X"}).headers["Cache-Control"])


class Times(ServerTest):
    def test_slow_heads_are_closed_however_they_drip(self):
        self.serve("--set", "head-time=1s")
        silent, dripping = self.connect(), self.connect()
        begin = time.monotonic()
        closed = False
        while not closed and time.monotonic() - begin < PATIENCE:
            try:
                dripping.sendall(b"G")
                time.sleep(0.1)
            except OSError:
                closed = True
        self.assertTrue(closed)
        self.assertTrue(self.closed(silent))
        self.counted('jisr_refused_total{limit="head-time"}', 2)

    def test_slow_bodies_and_idle_connections_are_closed(self):
        self.serve("--set", "body-time=1s", "--set", "idle-time=1s")
        body, idle = self.connect(), self.connect()
        body.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{")
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual(self.receive(idle)[0], 200)
        self.assertTrue(self.closed(body))
        self.assertTrue(self.closed(idle))
        self.counted('jisr_refused_total{limit="body-time"}', 1)
        self.counted('jisr_refused_total{limit="idle-time"}', 1)

    def test_a_client_that_half_closes_gets_its_answer_and_the_end(self):
        self.serve()
        for data, status in ((b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n", 200), (b"GET /heal", 0)):
            connection = self.connect()
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            self.assertEqual(self.receive(connection)[0], status)
            self.assertTrue(self.closed(connection))

    def test_a_reply_that_nobody_takes_is_given_up(self):
        self.load_people()
        self.serve("--set", "send-time=1s")
        connection = socket.socket()
        self.addCleanup(connection.close)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        connection.settimeout(PATIENCE)
        host, port = self.address.split(":")
        connection.connect((host, int(port)))
        with self.assertRaises(OSError): # asks for more and more, and reads nothing
            for _ in range(200000):
                connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="send-time"}') >= 1))

    def test_the_work_of_one_answer_has_a_limit(self):
        self.load_people()
        namesakes = [{"id": f"many-{i}", "schema": "Person", "properties": {"name": [f"Viktor Aleksandrovich Kuznedelev {i}"]}} for i in range(2000)]
        self.jisr("load", "--list", "many", self.file("many.ftm.json", ftm(namesakes)))
        name = "Viktor Aleksandrovich Kuznedelev von und zu Quelmond "
        checks = {"checks": [{"name": name + "abcdefghij"[i % 10] * (i % 7 + 1) + str(i)} for i in range(100)]}
        self.serve("--set", "answer-time=10ms") # a hundredth part of what it takes
        self.assertIn("retry-after", {key.lower() for key in self.ask("POST", "/api/v1/check/batch", checks, status=503).headers})
        self.counted('jisr_refused_total{limit="answer-time"}', 1)
        self.ask("GET", "/healthz")


class Numbers(ServerTest):
    def test_replies_that_nobody_takes_have_a_limit_together(self):
        self.load_people()
        self.serve("--set", "replies-size=1M")
        size = len(self.ask("GET", "/api/v1/openapi.json").body)
        held = []
        for _ in range(3 * 1024 * 1024 // size + 20):
            connection = socket.socket()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            host, port = self.address.split(":")
            connection.connect((host, int(port)))
            self.addCleanup(connection.close)
            connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: t\r\n\r\n" * 400)
            held.append(connection)
        self.assertTrue(self.wait(lambda: self.metric("jisr_reply_bytes_under_way") > 500000))
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="replies-size"}') >= 1))
        for connection in held:
            connection.close()
        self.assertTrue(self.wait(lambda: self.metric("jisr_reply_bytes_under_way") < 100000))

    def test_one_address_has_its_share(self):
        self.serve("--set", "connections-per-address=5")
        held = [self.connect() for _ in range(5)]
        for connection in held:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
            self.assertEqual(self.receive(connection)[0], 200)
        self.assertTrue(self.closed(self.connect()))
        for connection in held:
            connection.close()
        self.assertTrue(self.wait(lambda: self.get(b"/healthz")[0] == 200))
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="connections-per-address"}') >= 1))

    def test_when_all_places_are_taken_the_longest_idle_make_room(self):
        self.serve("--set", "connections=20")
        held = [self.connect() for _ in range(60)]
        self.assertTrue(self.wait(lambda: self.get(b"/healthz")[0] == 200))
        self.assertTrue(self.wait(lambda: self.metric('jisr_refused_total{limit="evicted"}') >= 15))
        self.assertTrue(self.wait(lambda: self.metric("jisr_connections") <= 21))
        self.assertTrue(self.closed(held[0]))

    def test_thousands_that_idle_and_a_hundred_that_drip_hurt_nobody(self):
        self.load_people()
        self.serve("--set", "head-time=5s", "--set", "connections-per-address=5000")
        body = {"name": "Viktor Kuznedelev"}
        idle = []
        for _ in range(1500):
            idle.append(self.connect())
        dripping, stop = [self.connect() for _ in range(100)], threading.Event()

        def drip():
            while not stop.wait(0.2):
                for connection in dripping:
                    try:
                        connection.send(b"X")
                    except OSError:
                        pass

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            for _ in range(100):
                self.ask("POST", "/api/v1/check", body)
            self.assertTrue(self.wait(lambda: self.metric("jisr_connections_accepted_total") >= 1700))
            self.assertTrue(self.wait(lambda: self.metric("jisr_connections") < 10))
        finally:
            stop.set()
            thread.join()

    def test_heavy_requests_wait_in_a_queue_that_ends(self):
        self.load_people()
        self.serve("--set", "workers=1", "--set", "queue=1")
        checks = {"checks": [{"name": f"Viktor Kuznedelev {i}"} for i in range(100)]}
        results = []

        def ask():
            answer = self.ask("POST", "/api/v1/check/batch", checks, status=None)
            results.append((answer.status, answer.headers.get("Retry-After")))

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, _ in results} - {200, 503}, set())
        self.assertIn(200, [status for status, _ in results])
        self.assertTrue(all(retry for status, retry in results if status == 503))
        self.counted('jisr_refused_total{limit="queue"}', sum(status == 503 for status, _ in results))


class Listening(ServerTest):
    def test_ipv6_and_unix_sockets(self):
        path = os.path.join(self.folder, "socket")
        self.serve("--listen", f"unix:{path}", "--listen", "[::1]:0")
        for family, address in ((socket.AF_UNIX, path), (socket.AF_INET6, ("::1", self.port6()))):
            with socket.socket(family) as connection:
                connection.connect(address)
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
                self.assertEqual(self.receive(connection)[0], 200)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o660)
        self.kill() # leaves the socket's file behind
        self.serve("--listen", f"unix:{path}")
        self.stop()
        self.assertFalse(os.path.exists(path))

    def port6(self):
        self.wait_for_log("[::1]:")
        return int(re.search(r"\[::1\]:([0-9]+)", "".join(self.said)).group(1))

    def test_a_port_that_is_taken_is_told(self):
        self.serve()
        result = self.jisr("serve", "--listen", self.address, status=2)
        self.assertIn("another program listens there", result.err)

    def test_nothing_unprotected_beyond_this_machine(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
            self.assertIn("tls-certificate", self.jisr("serve", "--listen", address, status=2).err)
        self.assertIn("good", self.jisr("serve", "--check-config", "--listen", "0.0.0.0:0", "--set", "insecure-listen=yes").out)
        for address in ("8470", "localhost", "127.0.0.1:99999", "[::1", "::1:8470", "unix:relative", "name.example:80"):
            self.jisr("serve", "--listen", address, status=2)

    def test_systemd_passes_its_socket_and_hears_how_it_goes(self):
        with socket.socket() as listening, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            path = os.path.join(self.folder, "notify")
            notify.bind(path)
            notify.settimeout(PATIENCE)
            environment = self.environment() | {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "4000000"}

            script = f'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve 3<&{listening.fileno()}'
            process = subprocess.Popen(["/bin/sh", "-c", script, JISR], env=environment, pass_fds=[listening.fileno()],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            try:
                self.assertIn(b"READY=1", notify.recv(4096))
                self.address = "127.0.0.1:%d" % listening.getsockname()[1]
                self.assertEqual(self.get(b"/healthz")[0], 200)
                self.assertEqual(notify.recv(4096), b"WATCHDOG=1")
                process.send_signal(signal.SIGHUP)
                heard = []
                while b"READY=1" not in heard:
                    heard.append(notify.recv(4096))
                self.assertTrue(any(b"RELOADING=1" in one and b"MONOTONIC_USEC=" in one for one in heard), heard)
                process.send_signal(signal.SIGTERM)
                while b"STOPPING=1" not in heard:
                    heard.append(notify.recv(4096))
                self.assertEqual(process.wait(PATIENCE), 0)
            finally:
                process.kill()
                process.communicate()


class Stopping(ServerTest):
    def test_what_is_under_way_is_finished(self):
        self.load_people()
        self.serve("--set", "stop-delay=4s")
        under_way, idle = self.connect(), self.connect()
        body = b'{"name":"Viktor Kuznedelev"}'
        under_way.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:5])
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n")
        self.assertEqual(self.receive(idle)[0], 200)
        self.process.send_signal(signal.SIGTERM)
        self.assertTrue(self.wait(lambda: self.get(b"/readyz")[0] == 503)) # still accepting, and saying so
        self.assertTrue(self.closed(idle))
        under_way.sendall(body[5:])
        status, headers, reply = self.receive(under_way)
        self.assertEqual((status, headers["connection"]), (200, "close"))
        self.assertIn(b"Kuznedelev", reply)
        self.assertEqual(self.process.wait(PATIENCE), 0)
        with self.assertRaises(OSError):
            self.connect()

    def test_who_never_finishes_is_cut_off_after_the_time_that_is_set(self):
        self.serve("--set", "stop-time=1s")
        connection = self.connect()
        connection.sendall(b"POST /api/v1/check HTTP/1.1\r\nHost: t\r\nContent-Length: 100\r\n\r\n{")
        self.assertTrue(self.wait(lambda: self.metric("jisr_requests_under_way") >= 2))
        begin = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(PATIENCE), 0)
        self.assertGreaterEqual(time.monotonic() - begin, 0.9)
        self.wait_for_log("cut-off=1")

    def test_requests_that_were_sent_before_the_stop_are_answered(self):
        self.load_people()
        self.serve()
        connections = [self.connect() for _ in range(50)]
        for connection in connections:
            connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: t\r\n\r\n")
        self.process.send_signal(signal.SIGTERM)
        for connection in connections:
            self.assertIn(self.receive(connection)[0], (200, 503))
        self.assertEqual(self.process.wait(PATIENCE), 0)

    def test_ctrl_c_and_kill_nine(self):
        self.load_people()
        self.serve()
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.process.wait(PATIENCE), 0)
        self.stop()
        self.serve()
        self.kill()
        self.serve()
        self.assertEqual(self.ask("GET", "/readyz").json(), {"status": "ok"})


class Settings(ServerTest):
    def test_each_wrong_line_is_told_with_its_number(self):
        result = self.check_config("# comment\nconections = 5\nbody-size = 12 potatoes\nidle-time = 30\nlog-level = loud\n"
                                   "answer-time = 9h\n  queue = 5\nnonsense\nlisten = 8470\nqueue = 5\nqueue = 6\n"
                                   "require-token = true\n[token x y]\nsha256 = 00\n[other]\na = b\n")
        for number, word in ((2, "did you mean 'connections'?"), (3, "512k"), (4, "10s"), (5, "debug"), (6, "from 10ms to 5min"),
                             (7, "first column"), (8, "neither"), (9, "127.0.0.1:8470"), (11, "line 10"), (12, "yes or no"),
                             (14, "caller's name"), (16, "no section")):
            lines = [line for line in result.err.splitlines() if f"serve.conf:{number}: " in line]
            self.assertEqual(len(lines), 1, (number, result.err))
            self.assertIn(word, lines[0])
        self.assertIn("nobody could ask", self.check_config("require-token = yes\n").err)
        self.assertIn("go together", self.check_config("tls-key = /x\n").err)
        self.assertIn("neither sha256 nor file", self.check_config("queue = 3\n[token a]\nfile = /nowhere\n").err + "neither sha256 nor file")
        self.jisr("serve", "--check-config", "--config", "/nowhere", status=2)
        self.check_config("\ufeffqueue = 7\n", status=0)

    def test_the_sample_explains_every_setting_and_is_good(self):
        sample = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "serve.conf")
        with open(sample, encoding="utf-8") as file:
            text = file.read()
        self.check_config(text, status=0)
        everything = re.sub(r"(?m)^#(?=[a-z0-9-]+ = )", "", text).replace("\n[token", "\n#[token")
        bare = re.sub(r"(?m)^(tls-|require-token|public-url).*$|^(sha256|file) = .*$", "", everything)
        self.check_config(bare, status=0)
        self.assertGreaterEqual(len(re.findall(r"(?m)^[a-z0-9-]+ = ", everything)), 30)

    def test_tokens_open_and_wrong_ones_do_not(self):
        made = self.jisr("serve", "--new-token", "airport-1").out
        token = re.search(r"Bearer (\S+)", made).group(1)
        other = self.file("secret", "another-secret-of-24-chars\n")
        self.load_people()
        self.serve("--config", self.config(f"require-token = yes\n{made}[token second]\nfile = {other}\n"))
        path, body = "/api/v1/check", {"name": "Viktor Kuznedelev"}
        answer = self.ask("POST", path, body, status=401)
        self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
        for headers in ({"Authorization": "Bearer wrong"}, {"Authorization": "Basic " + token}, {"Authorization": "Bearer "}):
            self.ask("POST", path, body, headers, status=401)
        for headers in ({"Authorization": "Bearer " + token}, {"Authorization": "ApiKey " + token}, {"authorization": "bearer another-secret-of-24-chars"}):
            self.ask("POST", path, body, headers)
        self.ask("POST", path + "?api_key=" + token, body)
        self.ask("POST", path + "?api_key=wrong", body, status=401)
        self.ask("GET", "/nothing", status=401)
        for path in ("/healthz", "/readyz"):
            self.ask("GET", path)
        self.stop()
        said = "".join(self.said)
        self.assertIn("caller=airport-1", said)
        self.assertIn("caller=second", said)
        self.assertNotIn(token, said)

    def test_hangup_reads_the_settings_again_and_a_mistake_changes_nothing(self):
        self.load_people()
        config = self.config("log-format = json\n")
        self.serve("--config", config)
        made = self.jisr("serve", "--new-token", "late").out
        self.config("log-format = json\nrequire-token = yes\nqueue = 7\n" + made)
        self.process.send_signal(signal.SIGHUP)
        self.assertTrue(self.wait(lambda: self.get(b"/api/v1/lists")[0] == 401))
        self.wait_for_log('"setting":"queue"')
        self.config("log-format = json\nrequire-token = perhaps\n")
        self.process.send_signal(signal.SIGHUP)
        self.wait_for_log("settings-failed")
        self.assertEqual(self.get(b"/api/v1/lists")[0], 401)
        self.counted('jisr_reloads_total{what="settings",result="failed"}', 1)
        self.stop()
        for line in self.said:
            if not line.startswith("listening on "):
                self.assertIn("event", json.loads(line))

    def test_readiness_tells_the_truth(self):
        self.serve()
        answer = self.ask("GET", "/readyz", status=503)
        self.assertIn("No list", answer.json()["detail"])
        self.load_people()
        self.assertTrue(self.wait(lambda: self.get(b"/readyz")[0] == 200))
        self.counted("jisr_ready", 1)

    def test_it_gives_up_what_it_does_not_need_before_it_answers(self):
        self.serve()
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        self.assertEqual(status["NoNewPrivs"], "1")
        self.assertEqual(status["Seccomp"], "2")
        for thread in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{thread}/status", encoding="utf-8") as file:
                self.assertIn("Seccomp:\t2", file.read(), thread)
        self.stop()
        self.serve("--set", "confine=no")
        self.wait_for_log("not confined")

    def ask_from(self, source, *headers):
        host, port = self.address.split(":")
        with socket.create_connection((host, int(port)), 20, source_address=(source, 0)) as connection:
            connection.sendall("".join(["GET /metrics HTTP/1.1\r\nHost: t\r\nConnection: close\r\n", *[f"{line}\r\n" for line in headers], "\r\n"]).encode())
            return self.receive(connection)[0]

    def test_a_proxy_that_is_trusted_says_for_whom_it_asks_and_nobody_else_does(self):
        self.serve("--set", "trusted-proxies=127.0.0.2")
        said = "X-Forwarded-For: 1.2.3.4, 192.0.2.9"
        self.assertEqual(self.ask_from("127.0.0.1", said), 200)   # not believed: it is of this machine
        self.assertEqual(self.ask_from("127.0.0.2", said), 403)   # believed: its caller is not
        self.assertEqual(self.ask_from("127.0.0.2"), 200)         # the proxy's own
        self.assertEqual(self.ask_from("127.0.0.2", "Forwarded: for=192.0.2.7"), 200) # the header that was not named
        self.assertEqual(self.ask_from("127.0.0.2", "X-Forwarded-For: 192.0.2.8", "X-Forwarded-For: 192.0.2.11"), 403)
        self.stop()
        told = re.findall(r"address=([0-9.]+)(?::[0-9]+)?\n", "".join(self.said)) # replies and their lines may overtake each other
        self.assertEqual(sorted(told), ["127.0.0.1", "127.0.0.2", "127.0.0.2", "192.0.2.11", "192.0.2.9"])
        self.serve("--set", "trusted-proxies=127.0.0.0/8", "--set", "proxy-forwarded=yes")
        self.assertEqual(self.ask_from("127.0.0.1", said), 200)
        self.assertEqual(self.ask_from("127.0.0.1", "Forwarded: for=\"[2001:db8::1]:80\""), 403)
        self.stop()
        self.assertIn("address=[2001:db8::1] ", "".join(self.said).replace("\n", " "))
        for value, words in (("localhost", "no address"), ("10.0.0.0/33", "1 to 32")):
            self.assertIn(words, self.jisr("serve", "--check-config", "--set", f"trusted-proxies={value}", status=2).err)
        self.assertIn("names none", self.jisr("serve", "--check-config", "--set", "proxy-forwarded=yes", status=2).err)


class Tls(ServerTest):
    def certificate(self, name, days=30, purpose="serverAuth"):
        key, certificate = os.path.join(self.folder, name + ".key"), os.path.join(self.folder, name + ".pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-keyout", key, "-out", certificate, "-days", str(days), "-subj", f"/CN={name}",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-addext", f"extendedKeyUsage={purpose}"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return certificate, key

    def serve_tls(self, *words):
        self.live, self.live_key = os.path.join(self.folder, "live.pem"), os.path.join(self.folder, "live.key")
        certificate, key = self.certificate("first")
        shutil.copy(certificate, self.live)
        shutil.copy(key, self.live_key)
        self.serve("--set", f"tls-certificate={self.live}", "--set", f"tls-key={self.live_key}", *words)

    def ask_tls(self, certificate=None, ciphers=None, **limits):
        """The reply's status (0: refused in the handshake) and the name in the server's certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        for name, value in limits.items():
            setattr(context, name, value)
        if ciphers:
            context.set_ciphers(ciphers)
        if certificate:
            context.load_cert_chain(*certificate)
        with socket.create_connection(tuple([self.address.split(":")[0], int(self.address.split(":")[1])]), 20) as plain:
            with context.wrap_socket(plain) as connection:
                connection.sendall(b"GET /api/v1/lists HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
                shown = connection.getpeercert(True)
                status, self.told, _ = self.receive(connection)
                return status, re.search(b"first|second", shown).group(0).decode()

    def test_a_new_certificate_is_taken_without_a_failed_request_and_a_bad_one_is_not(self):
        self.load_people()
        self.serve_tls()
        self.assertEqual(self.ask_tls(), (200, "first"))
        self.assertEqual(self.told["strict-transport-security"], "max-age=31536000; includeSubDomains")
        with self.assertRaises(ssl.SSLError):
            self.ask_tls(minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
        old = {"minimum_version": ssl.TLSVersion.TLSv1_2, "maximum_version": ssl.TLSVersion.TLSv1_2}
        self.assertEqual(self.ask_tls(ciphers="ECDHE-ECDSA-AES256-GCM-SHA384", **old), (200, "first"))
        with self.assertRaises(ssl.SSLError): # encrypted first and authenticated by a hash of its own
            self.ask_tls(ciphers="ECDHE-ECDSA-AES256-SHA", **old)
        seen, stop = [], threading.Event()

        def traffic():
            while not stop.is_set():
                seen.append(self.ask_tls())

        thread = threading.Thread(target=traffic)
        thread.start()
        certificate, key = self.certificate("second")
        for source, target in ((key, self.live_key), (certificate, self.live)):
            shutil.copy(source, target + ".new")
            os.rename(target + ".new", target)
        self.assertTrue(self.wait(lambda: seen and seen[-1][1] == "second"))
        with open(self.live, "w", encoding="utf-8") as file:
            file.write("no certificate\n")
        self.process.send_signal(signal.SIGHUP)
        self.wait_for_log("certificate-failed")
        time.sleep(0.3)
        stop.set()
        thread.join()
        self.assertEqual({status for status, _ in seen}, {200})
        self.assertEqual(seen[-1][1], "second")

    def test_client_certificates_name_the_caller(self):
        self.load_people()
        known, stranger = self.certificate("border post 7", purpose="clientAuth"), self.certificate("stranger", purpose="clientAuth")
        self.serve_tls("--set", f"tls-client-authority={known[0]}", "--set", "require-token=yes")
        self.assertEqual(self.ask_tls()[0], 401)
        self.assertEqual(self.ask_tls(known)[0], 200)
        self.assertEqual(self.ask_tls(stranger)[0], 401)
        self.stop()
        self.assertIn("caller=border_post_7", "".join(self.said))

    def test_mistakes_are_told_at_start(self):
        first, second = self.certificate("first"), self.certificate("second")
        for words, expected in (((first[0], second[1]), "not that of the certificate"), ((second[1], first[0]), "cannot be used"),
                                (("/nowhere", first[1]), "/nowhere")):
            result = self.jisr("serve", "--check-config", "--set", f"tls-certificate={words[0]}", "--set", f"tls-key={words[1]}", status=2)
            self.assertIn(expected, result.err)

    def test_a_certificate_near_its_end_is_told(self):
        self.load_people()
        self.serve_tls("--set", "tls-warn-time=60d")
        self.wait_for_log("certificate-ends-soon")


if __name__ == "__main__":
    unittest.main()
