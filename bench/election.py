"""tools/bench election [VOTERS...]

A whole count with the commands that an organiser, a trustee and a stranger run: verify while the vote is open, close,
tally, decrypt, post, result, verify. For 10,000 and 100,000 voters, each of whom has voted once (a question of two
choices), to see whether cost grows in proportion and memory with the ballots. --peers has belenios-tool verify the
smallest of them, too."""

import glob
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build-bench")
JISR = os.path.join(BUILD, "jisr")
VOTERS = [10_000, 100_000]


def run(folder, *words):
    """Seconds by the clock, seconds of processor, MB at most; the output."""
    begin = time.monotonic()
    child = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"bench election: {' '.join(words)} ended with {child.returncode}: {output}")
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output


def own_memory(folder, *words):
    """MB of the process at most, without pages of mapped files: read from /proc while it runs."""
    child = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while child.poll() is None:
        try:
            with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
                lines = dict(line.split(":", 1) for line in file)
            most = max(most, int(lines["RssAnon"].split()[0]))
        except (OSError, KeyError):
            pass
        time.sleep(0.05)
    return most / 1024


def count(voters, peers):
    folder = tempfile.mkdtemp(prefix="bench-election-")
    try:
        begin = time.monotonic()
        subprocess.run([os.path.join(BUILD, "bench", "bench_ballot"), "make", folder, str(voters)], check=True)
        archive = os.path.basename(glob.glob(os.path.join(folder, "*.bel"))[0])
        size = os.path.getsize(os.path.join(folder, archive)) / 1e6
        print(f"{voters:,} voters: made in {time.monotonic() - begin:.0f} s, {size:.0f} MB")
        for words in (["verify", archive], ["close", archive], ["tally", archive],
                      ["decrypt", archive, "--key", "trustee.privkey", "--out", "part"], ["post", archive, "part"],
                      ["result", archive], ["verify", archive]):
            clock, used, most, output = run(folder, JISR, "election", *words)
            print(f"  {words[0]:8} {clock:8.2f} s {used:8.2f} s of processor {used / voters * 1e3:6.3f} ms a ballot"
                  f" {most:6.0f} MB, mapped file included", flush=True)
        print(f"  verify   {own_memory(folder, JISR, 'election', 'verify', archive):6.1f} MB of its own")
        print("  " + output.strip().replace("\n", "\n  "), flush=True)
        if peers:
            os.environ["BELENIOS_USE_URANDOM"] = "1"
            clock, used, most, _ = run(folder, "belenios-tool", "election", "verify")
            print(f"  belenios-tool verify {clock:8.2f} s {used:8.2f} s of processor {most:6.0f} MB", flush=True)
    finally:
        shutil.rmtree(folder)


def main():
    peers = "--peers" in sys.argv
    wanted = [int(word) for word in sys.argv[1:] if word != "--peers"] or VOTERS
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for voters in wanted:
        count(voters, peers and voters == min(wanted))


main()
