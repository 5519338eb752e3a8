"""The same questions on the same list through jisr and its peers, one after the other on one core, and the tables."""

import argparse
import json
import os
import subprocess
import sys
import time

import install
import libraries
import questions
import score
from score import EQUAL, OWN, TUNED
from work import CUT_UNDER

FOLDER = os.path.join(install.BENCH, "peers-data")
CORE = str((os.cpu_count() or 1) - 1)
JISR_THRESHOLD, LOGIC_THRESHOLD = 0.70, 0.70 # each one's own
TRIGRAM_THRESHOLD = 0.30                     # pg_trgm.similarity_threshold as PostgreSQL has it
LOOSE = 0.50                                 # rapidfuzz and watchman recommend none
PERSONS, EACH = 1_000_000, 2000              # invented people, questions of a kind
WATCHMAN_PERSONS = 200_000


class Row:
    """One peer at one threshold."""

    def __init__(self, label, way, threshold, answers, told, phase, reference):
        self.label, self.way, self.threshold, self.answers = label, way, threshold, answers
        self.told, self.phase, self.reference = told, phase, reference


class Bench:
    def __init__(self, name, persons, asked, described, times):
        self.name, self.persons, self.times, self.described = name, persons, times, described
        self.tuning, self.measuring = questions.halves(asked)
        self.kinds = list(dict.fromkeys(q.kind for q in asked if q.right))
        self.rows = []
        self.paths = {half: os.path.join(FOLDER, f"{name}.{half}") for half in ("tuning", "measuring")}
        questions.write(self.paths["tuning"], self.tuning)
        questions.write(self.paths["measuring"], self.measuring)

    def path(self, *parts):
        return os.path.join(FOLDER, ".".join((self.name, *parts)))

    # ---- jisr itself ----

    def ask_jisr(self, arguments):
        done = subprocess.run(["taskset", "-c", CORE, os.path.join(questions.BINARIES, "bench_ask"), *arguments],
                              check=True, stdout=subprocess.PIPE, text=True)
        return {key: float(value) for key, value in (line.split() for line in done.stdout.splitlines())}

    def jisr(self):
        segment = self.path("jisr")
        told = self.ask_jisr(["load", self.persons, segment])
        for way, label in (("all", "jisr, name, birth, country"), ("name", "jisr, name alone")):
            answers = self.path("measuring", "jisr", way)
            asked = self.ask_jisr(["ask", segment, self.paths["measuring"], answers, way])
            answered = score.read(answers)
            phase = {"processor": sum(answer.processor for answer in answered.values()) / len(answered)}
            self.rows.append(Row(label, OWN, JISR_THRESHOLD, answered,
                                 told | {"bytes": asked["ask_bytes"], "version": "jisr, in process",
                                         "note": f"opened in {1e3 * asked['open_seconds']:.1f} ms"}, phase, None))

    # ---- the others ----

    def peer(self, peer, label, phases, way="name", tuned=None):
        """Phases: half, seconds, cut, and the threshold to report: a number, TUNED (`tuned`, else the best on the phase
        before), or None for a phase that only tunes. Gives the tuned threshold."""
        job = {"peer": peer, "persons": self.persons, "folder": FOLDER, "phases": [
            {"questions": self.paths[half], "answers": self.path(half, peer, str(at)), "seconds": seconds * self.times,
             "cut": cut} for at, (half, seconds, cut, _) in enumerate(phases)]}
        start = time.monotonic()
        done = subprocess.run(["taskset", "-c", CORE, sys.executable, os.path.dirname(os.path.abspath(__file__)), "work",
                               json.dumps(job)], stdout=subprocess.PIPE, text=True, check=False)
        try:
            told = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            told = {"failed": f"it ended with {done.returncode}"}
        print(f"  {label}: {time.monotonic() - start:.0f} s in all, load average {os.getloadavg()[0]:.1f}",
              file=sys.stderr)
        if "failed" in told:
            print(f"{label} is left out: {told['failed']}\n", flush=True)
            return None
        reference = score.read(self.path("measuring", "jisr", way))
        lowest = None
        for at, (_, _, _, threshold) in enumerate(phases):
            answers, phase = score.read(job["phases"][at]["answers"]), told["phases"][at]
            if threshold is None:
                tuned = score.best_threshold(self.tuning, answers)
                continue
            self.rows.append(Row(label, TUNED if threshold == TUNED else OWN, tuned if threshold == TUNED else threshold,
                                 answers, told, phase, reference))
            if lowest is None or phase["cut"] < lowest.phase["cut"]:
                lowest = self.rows[-1]
        negatives = score.split(self.measuring, {number: reference[number] for number in lowest.answers})[1]
        if not peer.startswith("jisr") and len(negatives) >= score.FEW:
            equal = score.equal_threshold(self.measuring, lowest.answers, score.alarms(negatives, JISR_THRESHOLD))
            self.rows.append(Row(label, EQUAL, max(equal, lowest.phase["cut"]), lowest.answers, told, lowest.phase,
                                 reference))
        return tuned

    def logic(self, peer, label, seconds):
        self.peer(peer, label, [("measuring", seconds, 0.0, LOGIC_THRESHOLD)], way="all")

    # ---- the tables ----

    def shares(self, answers, threshold):
        """Recall of each kind, of all, and false alarms, as text."""
        cells = []
        for kind in [*self.kinds, None]:
            positives, _ = score.split([q for q in self.measuring if kind in (None, q.kind)], answers)
            cells.append(f"{100 * score.found(positives, threshold) / len(positives):.1f} %" if positives else "-")
        _, negatives = score.split(self.measuring, answers)
        return [*cells, f"{score.alarms(negatives, threshold)} of {len(negatives)}"]

    def speed_table(self):
        print(f"{'':32} {'questions':>9} {'median':>10} {'99 of 100':>10} {'mean':>10} {'CPU each':>10} {'memory':>8} "
              f"{'ready in (CPU)':>16}")
        shown = set()
        for row in self.rows:
            if id(row.phase) in shown:
                continue
            shown.add(id(row.phase))
            seconds = [answer.seconds for answer in row.answers.values()]
            label = row.label + (f" at {row.phase['cut']:.2f}" if row.phase.get("cut") and row.label == "pg_trgm" else "")
            print(f"{label:32} {len(seconds):9} {in_units(score.percentile(seconds, 0.5)):>10} "
                  f"{in_units(score.percentile(seconds, 0.99)):>10} {in_units(sum(seconds) / len(seconds)):>10} "
                  f"{in_units(row.phase['processor']):>10} {row.told['bytes'] / 1e6:5.0f} MB "
                  f"{row.told['load_seconds']:6.1f} s ({row.told['load_processor']:.1f} s)")
        print()

    def quality_table(self):
        print(f"{'':32} {'threshold':>14} " + " ".join(f"{kind:>9}" for kind in [*self.kinds, "all"]) +
              f" {'false alarms':>15}")
        for row in self.rows:
            print(f"{row.label:32} {row.threshold:8.2f} {row.way:5} " +
                  " ".join(f"{cell:>9}" for cell in self.shares(row.answers, row.threshold)[:-1]) +
                  f" {self.shares(row.answers, row.threshold)[-1]:>15}")
        print()

    def verdicts(self):
        """Each beside jisr on the very questions that it was asked. Where it raises fewer false alarms than jisr does
        at its own threshold, jisr's is raised until it has no more."""
        print("On the same questions: how many times faster jisr is; whom each finds at no more false alarms")
        shown = set()
        for row in self.rows:
            if row.reference is None:
                continue
            own = {number: row.reference[number] for number in row.answers}
            theirs, ours = ([answer.seconds for answer in side.values()] for side in (row.answers, own))
            positives, negatives = score.split(self.measuring, row.answers)
            our_positives, our_negatives = score.split(self.measuring, own)
            if id(row.phase) not in shown:
                shown.add(id(row.phase))
                cpu = row.phase["processor"] * len(own) / sum(answer.processor for answer in own.values())
                ratio = lambda share: score.percentile(theirs, share) / score.percentile(ours, share)
                print(f"{row.label}: {ratio(0.5):.0f} x by median, {ratio(0.99):.0f} x by 99 of 100, "
                      f"{sum(theirs) / sum(ours):.0f} x by mean, {cpu:.0f} x by CPU")
            alarms = score.alarms(negatives, row.threshold)
            raised = max(JISR_THRESHOLD, score.equal_threshold(self.measuring, own, alarms))
            print(f"    {row.way:5} {row.threshold:.2f}: {score.found(positives, row.threshold)} of {len(positives)} found, "
                  f"{alarms} of {len(negatives)} false alarms;  jisr at {raised:.2f}: "
                  f"{score.found(our_positives, raised)} found, {score.alarms(our_negatives, raised)} false alarms")
        print()

    def show(self):
        print(f"== {self.described}\n   {len(self.measuring)} questions to measure, {len(self.tuning)} to tune "
              "thresholds\n")
        self.speed_table()
        self.quality_table()
        self.verdicts()
        for version in dict.fromkeys(f"{row.told['version']}{'; ' if row.told['note'] else ''}{row.told['note']}"
                                     for row in self.rows):
            print(f"  {version}")
        print(flush=True)


def in_units(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.{2 if seconds * scale < 10 else 1 if seconds * scale < 100 else 0}f} {unit}"
    return f"{seconds * 1e6:.0f} us"


def ask_everybody(bench, options, tuned):
    """Every peer on one list. `tuned` keeps thresholds that were tuned on the first list for the second."""
    real = bench.name == "listed"

    def wanted(label):
        return options.only in label

    def tune(peer, label, phases, loose):
        """Tunes on the first list; asks on the second with that threshold."""
        if not wanted(label):
            return
        if real:
            tuned[label] = bench.peer(peer, label, [("tuning", 12, loose, None), *phases, ("measuring", 15, None, TUNED)])
        elif tuned.get(label):
            bench.peer(peer, label, [*phases, ("measuring", 40, max(tuned[label] - CUT_UNDER, loose), TUNED)],
                       tuned=tuned[label])

    if wanted("jisr check"):
        bench.peer("jisr-command", "jisr check (a process each)", [("measuring", 8, 0.0, JISR_THRESHOLD)], way="all")
    if wanted("jisr serve"):
        bench.peer("jisr-http", "jisr serve, HTTP", [("measuring", 8, 0.0, JISR_THRESHOLD)], way="all")
    if wanted("logic-v2, own index"):
        if real or options.full or libraries.has_index(bench.persons):
            bench.logic("logic-index", "logic-v2, own index", 40)
        else:
            print("logic-v2 is left out: no index of these people is kept; --full builds it\n")
    if real and wanted("logic-v2, right one given"):
        bench.logic("logic-given", "logic-v2, right one given", 25)
    for scorer in ("WRatio", "token_sort_ratio"):
        tune(f"rapidfuzz-{scorer}", f"rapidfuzz {scorer}", [], LOOSE)
    tune("pg_trgm", "pg_trgm", [("measuring", 12, TRIGRAM_THRESHOLD, TRIGRAM_THRESHOLD)], TRIGRAM_THRESHOLD)
    if real or options.persons <= WATCHMAN_PERSONS:
        tune("watchman", "watchman", [], LOOSE)
    else:
        print(f"watchman is left out: over {WATCHMAN_PERSONS} people it takes minutes to load, and a question longer than "
              "its own server waits\n")


def peers(arguments):
    parser = argparse.ArgumentParser(prog="tools/bench peers")
    parser.add_argument("--full", action="store_true", help="five times as many questions; logic-v2's own index of the "
                        "invented people is built (some ten minutes) and kept")
    parser.add_argument("--persons", type=int, default=PERSONS, help="invented people (%(default)s)")
    parser.add_argument("--seconds", type=float, default=1, help="how much longer each peer is asked (%(default)s)")
    parser.add_argument("--only", default="", help="peers whose label contains this, for development")
    options = parser.parse_args(arguments)
    os.makedirs(FOLDER, exist_ok=True)
    print(f"each on core {CORE} alone, server and client together; thresholds: own, as its makers give it; tuned, best "
          "F1 on the half\nof the OFAC and UN questions that is not reported; equal, the lowest with no more false alarms "
          f"than jisr has at {JISR_THRESHOLD:.2f}\n", flush=True)
    tuned = {}
    for name, source in (("listed", lambda: questions.listed(FOLDER)),
                         ("invented", lambda: questions.invented(FOLDER, options.persons, EACH))):
        bench = Bench(name, *source(), options.seconds * (5 if options.full else 1))
        bench.jisr()
        ask_everybody(bench, options, tuned)
        bench.show()


def lists():
    """What `tools/bench lists --peers` adds: logic-v2 on a sample of its questions."""
    os.makedirs(FOLDER, exist_ok=True)
    bench = Bench("listed", *questions.listed(FOLDER), 1)
    bench.jisr()
    bench.logic("logic-given", "logic-v2, right one given", 40)
    bench.logic("logic-index", "logic-v2, own index", 40)
    print()
    bench.show()
