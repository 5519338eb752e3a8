"""New nodes begin with a signed snapshot: from headquarters, from a hostile one, over lines that break, and after kills."""

import base64
import ctypes
import ctypes.util
import hashlib
import http.server
import os
import re
import ssl
import struct
import threading
import unittest

import pages
from program import PEOPLE, ftm
from test_network import Network

PIECE = 4 << 20


class Signer:
    """Signs notes with a log's key (c2sp.org/signed-note), by libsodium."""

    def __init__(self, directory):
        with open(os.path.join(directory, "keys", "log.key"), encoding="utf-8") as file:
            _, _, self.name, self.id, seed = file.read().strip().split("+", 4)
        self.sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
        public, self.secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_seed_keypair(public, self.secret, base64.b64decode(seed)[1:])

    def sign(self, text):
        signature = ctypes.create_string_buffer(64)
        self.sodium.crypto_sign_detached(signature, None, text.encode(), ctypes.c_ulonglong(len(text.encode())), self.secret)
        return f"{text}\n— {self.name} {base64.b64encode(bytes.fromhex(self.id) + signature.raw).decode()}\n"


class Snapshot:
    """One that headquarters made, taken apart and put together anew."""

    def __init__(self, hq, office):
        for name in os.listdir(os.path.join(hq, "snapshots")):
            folder = os.path.join(hq, "snapshots", name)
            if not os.path.exists(os.path.join(folder, "manifest")):
                continue
            with open(os.path.join(folder, "manifest"), "rb") as file:
                raw = file.read()
            note = raw[4:4 + struct.unpack(">I", raw[:4])[0]].decode()
            if f"\noffice {office}\n" in note:
                self.text = note.split("\n\n")[0] + "\n"
                with open(os.path.join(folder, "snapshot"), "rb") as file:
                    self.bytes = file.read()

    def grown(self, path, size):
        """The same rows in a file of more pieces."""
        with open(path, "wb") as file:
            file.write(self.bytes)
        with pages.changed(path) as db:
            db.execute("CREATE TABLE padding (bytes BLOB)")
            db.execute("INSERT INTO padding VALUES (zeroblob(?))", (size,))
            db.execute("DROP TABLE padding")
        with open(path, "rb") as file:
            self.bytes = file.read()
        return self

    def pieces(self):
        return [self.bytes[at:at + PIECE] for at in range(0, len(self.bytes), PIECE)]

    def said(self, **changed):
        """The text of the manifest for what the bytes are now."""
        listed = b"".join(hashlib.sha256(piece).digest() for piece in self.pieces())
        lines = {"bytes": len(self.bytes), "pieces": hashlib.sha256(listed).hexdigest(), **changed}
        text = self.text
        for name, value in lines.items():
            text = re.sub(f"(?m)^{name} .*$", f"{name} {value}", text)
        return text, listed


class Pretender:
    """A headquarters that has the certificates, and gives what a test tells it to."""

    def __init__(self, hq, port):
        pretender = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if pretender.closed: # who kept his connection is to call again
                    self.close_connection = True
                    return
                pretender.asked.append(self.path)
                status, body = 503, b""
                if self.path == "/network/v1/snapshot":
                    status, body = 200, pretender.manifest
                elif found := re.fullmatch("/network/v1/snapshot/([0-9a-f]{64})/([0-9]+)", self.path):
                    number = int(found.group(2))
                    if number in pretender.broken:
                        self.close_connection = True
                        self.send_response(200)
                        self.send_header("Content-Length", str(PIECE))
                        self.end_headers()
                        self.wfile.write(pretender.given[number][:100000])
                        return
                    status, body = 200, pretender.given[number]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.manifest, self.given, self.broken, self.asked, self.closed = b"", [], set(), [], False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(os.path.join(hq, "network", "server" + end) for end in (".crt", ".key")))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def show(self, note, listed, pieces):
        self.manifest = struct.pack(">I", len(note.encode())) + note.encode() + listed
        self.given, self.asked = pieces, []

    def close(self):
        self.closed = True
        self.server.shutdown()
        self.server.server_close()


class Beginning(Network):
    def start_hq(self, port=0):
        folder = os.path.join(self.hq, "network")
        return self.start("hq", self.hq, "--listen", f"127.0.0.1:{port}", "--set", f"tls-certificate={folder}/server.crt",
                          "--set", f"tls-key={folder}/server.key", "--set", f"tls-client-authority={folder}/authority.crt",
                          "--set", "insecure-listen=yes", "--set", "snapshot-from=5")

    def told(self, name, text):
        self.wait(f"{name} does not say: {text}", lambda: text in "".join(self.running[name][1]))

    def test_a_new_node_and_a_border_post_begin_with_a_snapshot_and_go_on_by_the_stream(self):
        self.jisr("load", "--data", self.hq, "--list", "invented", self.file("people.ftm.json", ftm(PEOPLE)))
        self.write(4, "MA")
        self.write(2, "FR")
        port = self.start_hq()
        ma, post = self.node("MA", port), self.node("MA", port, "MA-airport", "post")
        # It is made as soon as they are admitted, one for each kind.
        self.wait("no snapshots", lambda: len([1 for folder, _, names in os.walk(os.path.join(self.hq, "snapshots"))
                                               if "manifest" in names]) == 2)
        for name, directory in (("ma", ma), ("post", post)):
            self.start(name, directory, "--listen", "127.0.0.1:0")
            self.told(name, "began with a snapshot")
            self.told(name, "was proved")
            self.in_step(directory)
            self.assertEqual([one for one in os.listdir(os.path.join(directory, "network")) if "snapshot" in one or one == "unproved"], [])
        self.assertEqual(self.rows(post, "SELECT count(*) FROM register_officer"), [(0,)])
        self.assertEqual({office for office, in self.rows(ma, "SELECT office FROM register_officer")}, {"MA"})
        self.wait("the list does not come", lambda: self.run_raw("check", "--data", post, "--name", "Viktor Kuznedelev").status == 1)
        self.write(2, "MA")
        for directory in (ma, post):
            self.in_step(directory)
        self.wait("headquarters does not see both equal", lambda: [node.get("equal") for node in self.status(self.hq)["nodes"]] == [True] * 2)
        self.wait("it is not told", lambda: self.status(ma)["node"]["proving"] is False)
        # Whoever followed from the first entry holds the same.
        straight = self.node("MA", port, "MA-2")
        self.stop("hq")
        self.start_tls("hq", self.hq, "server", port)
        self.start("straight", straight, "--listen", "127.0.0.1:0")
        self.in_step(straight)
        self.in_step(ma)
        self.assertEqual(self.entries(ma), self.entries(straight))
        self.assertNotIn("snapshot", "".join(self.running["straight"][1]))
        told = lambda directory: [self.verify(directory)[name] for name in ("entries", "root")]
        self.stop_all()
        self.assertEqual(told(ma), told(straight))
        self.verify(post)
        self.assertFalse(os.path.exists(os.path.join(self.hq, "snapshots")))

    def test_what_is_forged_old_or_another_offices_is_refused_and_what_was_cut_off_goes_on(self):
        self.write(4, "MA")
        port = self.start_hq()
        ma, fr = self.node("MA", port), self.node("FR", port)
        self.wait("no snapshots", lambda: len([1 for folder, _, names in os.walk(os.path.join(self.hq, "snapshots"))
                                               if "manifest" in names]) == 2)
        signer, other = Signer(self.hq), Signer(self.hq)
        ours, theirs = Snapshot(self.hq, "MA"), Snapshot(self.hq, "FR")
        other.secret = ctypes.create_string_buffer(64)
        other.sodium.crypto_sign_seed_keypair(ctypes.create_string_buffer(32), other.secret, b"\x07" * 32)
        self.stop("hq")
        pretender = Pretender(self.hq, port)
        self.addCleanup(pretender.close)
        text, listed = ours.said()
        bent = [bytes([piece[0], piece[1] ^ 1]) + piece[2:] for piece in ours.pieces()]
        old_text, _ = ours.said(made="2026-01-01T00:00:00.000Z")
        their_text, their_list = theirs.said()
        claimed, claimed_list = theirs.said(office="MA")
        newer, _ = ours.said(tables="0" * 64)
        for note, hashes, pieces, sentence in (
                (other.sign(text), listed, ours.pieces(), "not signed by the log's key"),
                (signer.sign(text), listed, bent, "is not the one that was signed"),
                (signer.sign(text), listed, [ours.bytes[:PIECE // 100]], "is not the one that was signed"),
                (signer.sign(text), listed[:-1] + b"x", ours.pieces(), "list of the snapshot's pieces"),
                (signer.sign(old_text), listed, ours.pieces(), "more than 14 days"),
                (signer.sign(their_text), their_list, theirs.pieces(), "is for FR"),
                (signer.sign(claimed), claimed_list, theirs.pieces(), "is another office's than it says"),
                (signer.sign(newer), listed, ours.pieces(), "another version of jisr")):
            pretender.show(note, hashes, pieces)
            self.start("ma", ma, "--listen", "127.0.0.1:0")
            self.told("ma", sentence)
            self.wait("it does not follow then", lambda: "/network/v1/log?from=1" in pretender.asked)
            self.assertEqual(self.entries(ma)[0], 0)
            self.stop("ma", kill=True)
        # Three pieces; the line breaks in the second, and the node is killed: what was there is not asked for again.
        ours.grown(os.path.join(self.folder, "grown"), 2 * PIECE)
        text, listed = ours.said()
        pretender.broken = {1}
        pretender.show(signer.sign(text), listed, ours.pieces())
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.wait("it does not try again", lambda: len([path for path in pretender.asked if path.endswith("/1")]) > 1)
        self.stop("ma", kill=True)
        self.assertEqual(len([path for path in pretender.asked if path.endswith("/0")]), 1)
        pretender.broken, pretender.asked = set(), []
        self.start("ma", ma, "--listen", "127.0.0.1:0")
        self.told("ma", "began with a snapshot")
        self.told("ma", "was proved")
        self.assertEqual([path.rsplit("/", 1)[1] for path in pretender.asked if re.search("/[0-9]+$", path)], ["1", "2"])
        # A headquarters that signs tables which its log does not make: they are made again, and the node says so.
        path = os.path.join(self.folder, "forged")
        theirs.grown(path, 10)
        with pages.changed(path) as db:
            db.execute("UPDATE register_office SET en = 'Forged'")
        with open(path, "rb") as file:
            theirs.bytes = file.read()
        text, listed = theirs.said()
        pretender.show(signer.sign(text), listed, theirs.pieces())
        self.start("fr", fr, "--listen", "127.0.0.1:0")
        self.told("fr", "made again")
        self.assertTrue(os.path.exists(os.path.join(fr, "network", "alarm")))
        self.wait("no alarm", lambda: self.run_raw("network", "status", "--data", fr).status == 1)
        self.assertNotIn("Forged", self.jisr("offices", "list", "--data", fr).out)
        self.stop("fr", kill=True)
        # The true headquarters comes back.
        pretender.close()
        self.start_hq(port)
        self.in_step_soon(ma)
        self.jisr("network", "resume", "--data", fr)
        self.start("fr", fr, "--listen", "127.0.0.1:0")
        self.in_step_soon(fr)
        self.stop_all()
        for directory in (ma, fr):
            self.verify(directory)


if __name__ == "__main__":
    unittest.main()
