"""Ballots in headless Chromium: made, checked, opened and checked again, for 5 candidates and blank, in both groups;
and the same ballots made by belenios-tool. Every ballot that is timed is then verified by belenios-tool."""

import json
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

# pylint: disable=wrong-import-position
from browser import CHROMIUM, Browser, Server
from test_ballot_web import PRESIDENT, Election

PAGES = 5 # fresh pages: the first ballot of each is with cold code and without tables
WARM = 10 # further ballots on each page
CHOICES = [[0, 0, 1, 0, 0, 0]]

SCRIPT = """(async () => {
    const { prepareBallot, readElection, verifyBallot, verifyOpenedBallot } = await import("/ballot.js");
    const times = { make: [], verify: [], opened: [] }, ballots = [];
    const timed = async (kind, work) => {
        const begin = performance.now();
        const result = await work();
        times[kind].push(performance.now() - begin);
        return result;
    };
    const read = () => readElection(ELECTION);
    let election;
    for (let i = 0; i <= WARM; i++) {
        const { ballot } = await timed("make", async () =>
            (await prepareBallot(election ??= await read(), CREDENTIAL, CHOICES)).cast());
        ballots.push(ballot);
    }
    for (const ballot of ballots.slice(0, 5)) await timed("verify", () => verifyBallot(election, ballot));
    for (let i = 0; i < 5; i++) {
        const opened = (await prepareBallot(election, CREDENTIAL, CHOICES)).open();
        await timed("opened", () => verifyOpenedBallot(election, opened));
    }
    return { times, ballots };
})()"""


def milliseconds(values):
    return f"{statistics.median(values):7.1f} ms median, {min(values):.1f} to {max(values):.1f} ({len(values)})"


def main():
    print(f"browser  {subprocess.run([CHROMIUM, '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout.strip()}")
    print(f"peer     belenios-tool {subprocess.run(['belenios-tool', '--version'], stdout=subprocess.PIPE, check=True, text=True).stdout.strip()}")
    server = Server(os.path.join(ROOT, "build-bench", "desk"))
    browser = Browser()
    try:
        for group in ("BELENIOS-2048", "RFC-3526-2048"):
            election = Election(group, PRESIDENT, PAGES)
            first, warm, verify, opened, tool, ballots = [], [], [], [], [], []
            for voter in range(PAGES):
                page = browser.page(server.origin + "/demo.html")
                found = page.run(SCRIPT.replace("ELECTION", json.dumps(election.text)).replace("WARM", str(WARM))
                                 .replace("CREDENTIAL", json.dumps(election.credentials[voter])).replace("CHOICES", json.dumps(CHOICES)))
                first.append(found["times"]["make"][0])
                warm += found["times"]["make"][1:]
                verify += found["times"]["verify"]
                opened += found["times"]["opened"]
                ballots += found["ballots"]
                election.write("credential", election.credentials[voter])
                election.write("choices", json.dumps(CHOICES))
                begin = time.monotonic()
                election.tool("election", "generate-ballot", "--privcred", "credential", "--ballot", "choices")
                tool.append((time.monotonic() - begin) * 1000)
            for ballot in ballots:
                election.add(ballot)
            election.verify()
            election.remove()
            print(f"\n{group}, 5 candidates and blank, {len(ballots[0])} bytes a ballot; belenios-tool verified all {len(ballots)}")
            print(f"  first ballot of a page    {milliseconds(first)}")
            print(f"  further ballots           {milliseconds(warm)}")
            print(f"  check a cast ballot       {milliseconds(verify)}")
            print(f"  check an opened ballot    {milliseconds(opened)}")
            print(f"  belenios-tool, make       {milliseconds(tool)}, with its start")
    finally:
        browser.close()
        server.close()


main()
