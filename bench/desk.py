"""The desk in Chromium, beside the service that it asks, on the same machine: first load and time until the page can be used; the
answer on the screen after Enter, a million persons loaded; a list of a hundred thousand notices, its first page and the frames
while it is scrolled; a ballot with thirteen candidates encrypted in the browser; and what somebody does who has never seen the
desk, step by step and counted.

  tools/bench desk [--people N] [--notices N] [--only load,answer,list,ballot,uses] [--keep DIR]

Making the world takes minutes: with --keep it stays in DIR and is used again, so that what is measured can be in short pieces."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
os.environ["JISR"] = JISR = os.path.join(ROOT, "build-bench", "jisr")
PEOPLE = os.path.join(ROOT, "build-bench", "bench", "jisr-people")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(ROOT, "tests", "system"))

# pylint: disable=wrong-import-position
from browser import CHROMIUM, Browser, Server
from desk_first import check_passport, request_red, send_red, vote
from desk_officers import Officers
from desk_world import WITH_HITS, Desk, Service
from test_ballot_web import Election

# From the key to the picture: the answer is in the page and the frame that shows it was drawn.
WATCH = """(() => { window.times = []; let pressed = 0;
    document.addEventListener('keydown', event => { if (event.key === 'Enter') pressed = event.timeStamp; }, true);
    new MutationObserver(() => { if (pressed && document.querySelector('[data-verdict]')) { const from = pressed; pressed = 0;
        requestAnimationFrame(() => { const channel = new MessageChannel();
            channel.port1.onmessage = () => window.times.push(performance.now() - from); channel.port2.postMessage(0); }); } })
        .observe(document.body, {childList: true, subtree: true}); })()"""

# The list drawn, counted from the click that leads there.
LIST = """(async () => {
    const from = performance.now();
    history.pushState(null, '', '/desk/notices?order=new&again=' + from), dispatchEvent(new PopStateEvent('popstate'));
    for (;;) {
        await new Promise(done => requestAnimationFrame(done));
        if (document.querySelector('.notice-line')) break;
        if (performance.now() - from > 20000) return null;
    }
    await new Promise(done => { const channel = new MessageChannel(); channel.port1.onmessage = done; channel.port2.postMessage(0); });
    return performance.now() - from;
})()"""

# Four seconds of scrolling down as a wheel does: the time of each frame, and in how many the middle of the list had not come yet. Then
# a jump to the middle of all of it, until its lines are there.
SCROLL = """(async () => {
    const box = document.querySelector('.virtual');
    const frames = [], edge = box.getBoundingClientRect();
    const there = () => document.elementFromPoint(edge.x + edge.width / 2, edge.y + Math.min(edge.height, innerHeight - edge.y - 60) / 2)?.closest('.notice-line') != null;
    let white = 0, looked = 0, last = await new Promise(done => requestAnimationFrame(done));
    const begun = last;
    while (last - begun < 4000) {
        box.scrollBy(0, 90);
        const now = await new Promise(done => requestAnimationFrame(done));
        frames.push(now - last);
        last = now;
        looked++;
        if (!there()) white++;
    }
    const at = box.scrollTop, from = performance.now();
    box.scrollTop = box.scrollHeight / 2;
    do await new Promise(done => requestAnimationFrame(done)); while (!there() && performance.now() - from < 20000);
    return {frames, white: white / looked, at, high: box.scrollHeight, jump: performance.now() - from};
})()"""

BALLOT = """(async () => {
    const { prepareBallot, readElection } = await import("/ballot.js");
    const times = [];
    let election, ballot;
    for (let i = 0; i < 3; i++) {
        const from = performance.now();
        election ??= await readElection(ELECTION);
        ({ ballot } = await (await prepareBallot(election, CREDENTIAL, CHOICES)).cast());
        times.push(performance.now() - from);
    }
    return { times, ballot };
})()"""


def spread(values, unit="ms"):
    ordered = sorted(values)
    return f"median {statistics.median(ordered):.1f} {unit}, 95th of 100 {ordered[int(len(ordered) * 0.95)]:.1f}, most {ordered[-1]:.1f} ({len(ordered)} times)"


def load(browser, service):
    times, busy = [], []
    for _ in range(21):
        desk = Desk(browser, service) # an empty cache each time: contexts share nothing
        desk.send("Page.addScriptToEvaluateOnNewDocument", source="""window.long = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) window.long += one.duration - 50; })
            .observe({type: 'longtask', buffered: true});""")
        desk.open()
        times.append(desk.run("""Math.max(performance.getEntriesByType('navigation')[0].domComplete,
            performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0)"""))
        busy.append(desk.run("window.long"))
        sizes = desk.run("""performance.getEntriesByType('resource').filter(one => /\\.(js|css)$/.test(one.name))
            .reduce((sum, one) => sum + one.encodedBodySize, 0)""")
        desk.send("Page.close")
    print(f"first load: {sizes} bytes of script and style, compressed (to reach: 200,000)")
    print(f"from the address to a page that can be used, nothing cached: {spread(times)} (to reach: 1,000)")
    print(f"of which blocked by tasks longer than 50 ms: {spread(busy)}")


def answer(browser, service):
    lines = subprocess.run([PEOPLE, "--pairs", "--count", "100", "--seed", "1"], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    desk = Desk(browser, service)
    desk.open()
    desk.run(WATCH)
    waits, verdicts = [], {}
    for line in lines.splitlines()[:100]:
        desk.focus("[data-field=name]")
        desk.put(line.split("\t")[1])
        desk.press("Enter")
        verdict = desk.verdict()
        verdicts[verdict] = verdicts.get(verdict, 0) + 1
        desk.wait("window.times.length > 0")
        desk.settled()
        waits.append(desk.run("performance.getEntriesByType('resource').filter(one => one.name.endsWith('/check')).at(-1).duration"))
        desk.run("performance.clearResourceTimings()")
        desk.press("Escape")
        desk.wait("document.querySelector('[data-field=name]')")
        desk.run("document.querySelector('[data-field=name]').select()")
    print(f"answer on the screen after Enter: {spread(desk.run('window.times'))} (to reach: 100); {json.dumps(verdicts)}")
    print(f"of which waiting for the service: {spread(waits)}")


def notices(browser, officers):
    desk = officers.desk(browser, "GS-6") # whom all of them reach
    desk.open("/desk/lists")
    times, waits = [], []
    for _ in range(11):
        desk.run("performance.clearResourceTimings()")
        took = desk.run(LIST)
        assert took is not None
        times.append(took)
        waits.append(desk.run("Math.max(...performance.getEntriesByType('resource').filter(one => one.name.includes('/api/v1/notices?')).map(one => one.duration))"))
        desk.follow("/desk/lists")
        desk.wait("document.querySelector('.list, .empty') && !document.querySelector('.notice-line')")
    print(f"notices in the list: {officers.ask('GET', '/api/v1/notices?limit=1', officer='GS-6')[2]['total']}")
    print(f"first page of the list, from the click to the frame that shows it: {spread(times[1:])} (to reach: 200); the first time, with its code: {times[0]:.1f} ms")
    print(f"of which waiting for the service: {spread(waits[1:])}")
    desk.run(LIST)
    desk.wait("document.querySelectorAll('.notice-line').length > 5")
    time.sleep(0.5)
    found = desk.run(SCROLL)
    frames = found["frames"]
    late = sum(one > 50 for one in frames)
    print(f"scrolling 4 s: {len(frames)} frames, {spread(frames)}; {late} later than 50 ms; {found['white'] * 100:.1f} % of frames with nothing yet in the middle; {found['at']:.0f} of {found['high']} pixels")
    print(f"a jump to the middle of the list, until its lines are there: {found['jump']:.0f} ms")


def ballot(browser):
    names = [f"Candidate {number}" for number in range(1, 14)]
    election = Election("BELENIOS-2048", [{"answers": names, "blank": True, "min": 1, "max": 1, "question": "President"}], 5)
    server = Server(os.path.join(ROOT, "build-bench", "desk"))
    first, more = [], []
    try:
        for voter in range(5):
            page = browser.page(server.origin + "/demo.html")
            found = page.run(BALLOT.replace("ELECTION", json.dumps(election.text)).replace("CREDENTIAL", json.dumps(election.credentials[voter]))
                             .replace("CHOICES", json.dumps([[0, 0, 1] + [0] * 11])))
            first.append(found["times"][0])
            more += found["times"][1:]
            election.add(found["ballot"])
        election.verify()
    finally:
        election.remove()
        server.close()
    print(f"a ballot with 13 candidates and blank, on a fresh page: {spread(first)} (to reach: 2,000); further ones: {spread(more)}; belenios-tool verified the five first")


def uses(browser, officers):
    """Each scripted as somebody does it who has never seen the desk: what he reads on it leads him."""
    for what, play in (("check a passport with a reader", lambda: check_passport(browser, officers.service, WITH_HITS)),
                       ("request a red notice", lambda: send_red(request_red(officers.desk(browser, "MA-1")))),
                       ("vote in the Assembly", lambda: vote(browser, officers))):
        begun = time.monotonic()
        steps = play()
        print(f"{what}: {len(steps)} steps, {time.monotonic() - begun:.1f} s by a script")
        for number, step in enumerate(steps, 1):
            print(f"    {number}. {step}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1000000)
    parser.add_argument("--notices", type=int, default=100000)
    parser.add_argument("--keep", metavar="DIR")
    parser.add_argument("--only", default="load,answer,list,ballot,uses")
    options = parser.parse_args()
    only = options.only.split(",")
    print(f"browser  {subprocess.run([CHROMIUM, '--version'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True).stdout.strip()}, headless, 1280 x 900")
    folder = options.keep or tempfile.mkdtemp(prefix="jisr-bench-")
    browser = service = None
    try:
        begun = time.monotonic()
        data = os.path.join(folder, "data")
        if os.path.exists(data):
            print(f"world    as it was kept in {folder}\n")
        else:
            count = options.notices if "list" in only else 160
            subprocess.run([JISR, "demo", "--data", data, "--entities", str(options.people), "--notices", str(count), "--objects", "0"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            print(f"world    {options.people} people, {count} notices, made in {time.monotonic() - begun:.0f} s\n")
        service = Service(folder, program=JISR)
        officers = Officers(service, JISR)
        browser = Browser()
        if "load" in only:
            load(browser, service)
        if "answer" in only:
            answer(browser, service)
        if "list" in only:
            notices(browser, officers)
        if "ballot" in only:
            ballot(browser)
        if "uses" in only:
            uses(browser, officers)
    finally:
        if browser is not None:
            browser.close()
        if service is not None:
            service.stop()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
