"""Headquarters on several machines, all on this one (packaging/cluster): changes a second that it accepts over HTTP, each on two
databases before it is acknowledged; and checks a second of two serving processes against one, each held by
a quota of processor time. What loads them runs beside, on the same cores.

  tools/bench cluster [--seconds N] [--connections N,N] [--people N]"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(ROOT, "bench", "peers"), os.path.join(ROOT, "bench"), os.path.join(ROOT, "tests", "system")]
sys.dont_write_bytecode = True
from failover import Play, cluster # noqa: E402
from work import processor # noqa: E402
import writes # noqa: E402

JISR = os.path.join(ROOT, "build-bench", "jisr")
PEOPLE = os.path.join(ROOT, "build-bench", "bench", "jisr-people")


def measure_writes(play, folder, connections, seconds):
    print("connections  accepted/s   p50 ms   p99 ms   max ms  errors    load")
    ids = []
    for count in connections:
        told = writes.run(play.whole.url, folder, play.secret, count, seconds, f"c{count}")
        ids += told["ids"]
        print(f"{count:11}  {told['accepted'] / told['seconds']:10.0f} {told['p50'] * 1e3:8.2f} {told['p99'] * 1e3:8.2f} {told['max'] * 1e3:8.2f} "
              f"{told['errors']:7}  {os.getloadavg()[0]:6.1f}")
        if told["errors"]:
            print(f"             refused: {told['refused']}")
    for number in range(1, play.whole.state["serves"] + 1):
        until = time.monotonic() + 10
        while True:
            there = {one["id"] for one in json.loads(play.whole.jisr("officers", "--json", "--data", play.whole.data(number)))["officers"]}
            lost = [one for one in ids if one not in there]
            if not lost or time.monotonic() > until:
                break
        print(f"{len(ids)} were accepted, {len(set(ids))} different; {len(lost)} of them are not at serve{number}")


class Quota:
    """Holds a process to a share of a core (cgroup v1 or v2); what loads it has the rest."""

    def __init__(self, name, share):
        old = "/sys/fs/cgroup/cpu"
        self.folder = os.path.join(old if os.path.isdir(old) else "/sys/fs/cgroup", f"jisr-{os.getpid()}-{name}")
        os.mkdir(self.folder)
        period = 20000
        if self.folder.startswith(old):
            self.put("cpu.cfs_period_us", period)
            self.put("cpu.cfs_quota_us", int(period * share))
        else:
            self.put("cpu.max", f"{int(period * share)} {period}")

    def put(self, name, value):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(str(value))

    def hold(self, pid):
        self.put("cgroup.procs", pid)

    def end(self):
        os.rmdir(self.folder)


def checks(play, folder, targets, seconds):
    """Answers a second of all targets at once, a wrk for each, and the processor time that an answer took them."""
    pids = [play.whole.pid(f"serve{number}") for number in targets]
    before = [processor(pid) for pid in pids]
    results = [os.path.join(folder, f"checks-{number}") for number in targets]
    running = [subprocess.Popen(["wrk", "-t1", "-c8", f"-d{seconds}s", "-s", os.path.join(ROOT, "bench", "load.lua"),
                                 f"http://{cluster.HOST}:{play.whole.state['serve'][number - 1]}"], stdout=subprocess.DEVNULL,
                                env=dict(os.environ, BENCH_REQUESTS=os.path.join(folder, "requests"), BENCH_RESULT=result))
               for number, result in zip(targets, results)]
    for one in running:
        one.wait()
    told = []
    for result in results:
        with open(result, encoding="utf-8") as file:
            told.append(json.load(file))
    answers = sum(one["requests"] for one in told)
    used = sum(processor(pid) - was for pid, was in zip(pids, before))
    wrong = sum(one["status"] + one["read"] + one["timeout"] for one in told)
    return answers / seconds, used / max(1, answers), max(one["p99"] for one in told), wrong


def measure_checks(play, folder, people, seconds, share):
    listed = os.path.join(folder, "people.json")
    with open(listed, "w", encoding="utf-8") as file:
        subprocess.run([PEOPLE, "--count", str(people)], stdout=file, check=True)
    asked = []
    with open(listed, encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            if one.get("schema") == "Person" and len(asked) < 5000:
                asked.append({"name": one["properties"]["name"][0], "born": one["properties"].get("birthDate", [""])[0][:4] or "1970"})
    with open(os.path.join(folder, "requests"), "w", encoding="utf-8") as file:
        file.writelines(f"POST /api/v1/check {json.dumps(one)}\n" for one in asked)
    play.whole.jisr("load", "--list", "people", listed, "--data", play.whole.data(1))
    for port in play.whole.state["serve"]: # until its file has come
        cluster.wait_for("the list at each", lambda port=port: str(people) in cluster.ask(f"http://{cluster.HOST}:{port}/metrics")[1], 60)
    quotas = [Quota(number, share) for number in (1, 2)]
    for number, quota in enumerate(quotas, 1):
        quota.hold(play.whole.pid(f"serve{number}"))
    print(f"\n{people} people; each serving process may take {share:.2f} of a core\nprocesses   checks/s   p99 ms  CPU each  wrong    load")
    found = {1: [], 2: []}
    for targets in ([1], [1, 2], [2], [1, 2]):
        answers, each, slow, wrong = checks(play, folder, targets, seconds)
        found[len(targets)].append(answers)
        print(f"{len(targets):9} {answers:10.0f} {slow * 1e3:8.2f} {each * 1e6:6.0f} us {wrong:6}  {os.getloadavg()[0]:6.1f}", flush=True)
    print(f"two against one: {sum(found[2]) / sum(found[1]):.2f} times")
    return quotas


def main():
    parser = argparse.ArgumentParser(prog="tools/bench cluster")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", default="1,64")
    parser.add_argument("--people", type=int, default=100000)
    parser.add_argument("--share", type=float, default=0.4, help="of a core, for each serving process while checks are counted")
    words = parser.parse_args()
    why = cluster.missing()
    if why:
        raise SystemExit(f"tools/bench cluster: {why}")
    folder = tempfile.mkdtemp(prefix="jisr-cluster-", dir=os.path.join(ROOT, "build-bench"))
    quotas = []
    play = Play(os.path.join(folder, "cluster"), None)
    try:
        os.chmod(folder, 0o755)
        play.begin(JISR)
        quotas = measure_checks(play, folder, words.people, words.seconds, words.share)
        for number, quota in enumerate(quotas, 1): # from here on it may take all
            quota.put("cpu.cfs_quota_us" if "/cpu/" in quota.folder else "cpu.max", "-1" if "/cpu/" in quota.folder else "max 20000")
        print()
        measure_writes(play, folder, [int(one) for one in words.connections.split(",")], words.seconds)
    finally:
        play.whole.down()
        for quota in quotas:
            quota.end()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
