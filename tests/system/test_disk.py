"""A disk that is full or cannot be written, for real: a small tmpfs in a mount namespace of this process's own. Where the
system does not allow that, the tests are skipped with a word. JISR_DISK_LEVELS=N tries N levels of fullness (tools/faults)."""

import ctypes
import json
import os
import time
import unittest

from program import PEOPLE, ftm
from service import ServiceTest

CLONE_NEWNS, CLONE_NEWUSER = 0x20000, 0x10000000
MS_RDONLY, MS_REMOUNT, MS_REC, MS_PRIVATE = 1, 32, 16384, 1 << 18
LEVELS = int(os.environ.get("JISR_DISK_LEVELS", "2"))
libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, kind, flags, options):
    if libc.mount(source.encode(), target.encode(), kind.encode(), flags, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}: {os.strerror(ctypes.get_errno())}")


def own_namespace():
    """None, or why there is none."""
    user, group = os.getuid(), os.getgid()
    flags = CLONE_NEWNS if user == 0 else CLONE_NEWNS | CLONE_NEWUSER
    if libc.unshare(flags) != 0:
        return f"this system gives no mount namespace: {os.strerror(ctypes.get_errno())}"
    try:
        if user != 0:
            for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
        mount("none", "/", "", MS_REC | MS_PRIVATE, "")
    except OSError as error:
        return f"this system gives no mount namespace: {error}"
    return None


class Disk(ServiceTest):
    @classmethod
    def setUpClass(cls):
        cls.refused = own_namespace()

    def setUp(self):
        super().setUp()
        if self.refused:
            self.skipTest(self.refused)
        os.mkdir(self.data)
        try:
            mount("tmpfs", self.data, "tmpfs", 0, "size=16m,mode=700")
        except OSError as error:
            self.skipTest(f"this system mounts no tmpfs: {error}")
        self.addCleanup(libc.umount2, self.data.encode(), 2)
        people = os.path.join(self.folder, "people.json")
        with open(people, "w", encoding="utf-8") as file:
            file.write(ftm(PEOPLE))
        self.did("init", "test.example/record")
        self.did("load", "--list", "invented", people)

    def did(self, *words, status=0):
        done = self.run_raw(*words)
        self.assertEqual(done.status, status, f"{words}: {done.out}{done.err}")
        return done

    def fill(self, left):
        """Leaves so many bytes, then less than a page."""
        self.filler = os.path.join(self.data, "filler")
        with open(self.filler, "wb", buffering=0) as file:
            status = os.statvfs(self.data)
            free = max(status.f_bavail * status.f_frsize - left, 0)
            try:
                while free > 0:
                    free -= file.write(bytes(min(free, 1 << 16)))
            except OSError:
                pass

    def keys(self):
        return [key["id"] for key in json.loads(self.did("keys", "--json").out)["keys"]]

    def test_on_a_full_disk_reading_goes_on_and_so_does_writing_when_there_is_room(self):
        self.serve()
        question = {"name": "Viktor Kuznedelev"}
        self.ask("POST", "/api/v1/check", question)
        for level in range(LEVELS):
            before = self.keys()
            self.fill(level * (96 << 10) // max(LEVELS - 1, 1))
            done, said = 0, None
            for _ in range(40):
                said = self.run_raw("keys", "add", "GS")
                if said.status != 0:
                    break
                done += 1
            self.assertEqual(said.status, 2, said.err)
            self.assertRegex(said.err, "(?i)disk is full|no space left|make room")
            self.assertEqual(len(self.keys()), len(before) + done) # what was acknowledged, and nothing else
            self.did("log", "verify")
            self.did("log", "show")
            self.ask("GET", "/api/v1/lists")
            self.fill(0)
            for _ in range(3): # who asked is held in memory until there is room
                self.ask("POST", "/api/v1/check", question)
            os.unlink(self.filler)
            time.sleep(1.1) # what is held is tried once a second
            self.ask("POST", "/api/v1/check", question)
            self.did("keys", "add", "GS")
            self.assertEqual(len(self.keys()), len(before) + done + 1)
            self.did("log", "verify", "--tables")

    def test_on_a_disk_that_cannot_be_written_reading_goes_on(self):
        mount("none", self.data, "", MS_REMOUNT | MS_RDONLY, "")
        before = self.keys()
        said = self.did("keys", "add", "GS", status=2)
        self.assertRegex(said.err, "(?i)read-only|mount the disk for writing")
        self.did("log", "verify")
        self.did("log", "show")
        self.did("lists")
        said = self.did("check", "Viktor Kuznedelev", status=2) # what cannot be written down is not shown
        self.assertEqual(said.out, "")
        mount("none", self.data, "", MS_REMOUNT, "")
        self.did("keys", "add", "GS")
        self.assertEqual(len(self.keys()), len(before) + 1)
        self.did("check", "Viktor Kuznedelev", status=1)
        self.did("log", "verify", "--tables")


if __name__ == "__main__":
    unittest.main()
