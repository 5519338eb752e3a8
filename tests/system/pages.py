"""Changes a SQLite file of a data directory as somebody would who can write sums of pages (store/sums.c): only what the record's own
signatures, hashes and rules refuse is refused then."""

import contextlib
import sqlite3
import struct

PAGE = 4096
WORDS = struct.Struct("<1022I")


def page_sum(page, number):
    first, second = number, 0
    words = WORDS.unpack(page[:-8])
    for one, other in zip(words[::2], words[1::2]):
        first = first + one + second & 0xFFFFFFFF
        second = second + other + first & 0xFFFFFFFF
    return struct.pack("<2I", first, second)


def put_sums(path):
    with open(path, "r+b") as file:
        if file.read(21)[20] != 8:
            return
        file.seek(0)
        number = 0
        while page := file.read(PAGE):
            number += 1
            file.seek(-8, 1)
            file.write(page_sum(page, number))


@contextlib.contextmanager
def changed(path):
    """The file's connection; nobody else has it open."""
    base = sqlite3.connect(path, isolation_level=None)
    try:
        yield base
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        base.close()
    put_sums(path)
