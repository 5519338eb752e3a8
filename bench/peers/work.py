"""One peer, in a process of its own on one core: loads the list, answers questions until its time is over, and tells
what that took in one JSON object on standard output.

Answers are lines "number TAB score of the best right one TAB score of the best TAB seconds", scores from 0 to 1."""

import json
import os
import time

import questions
import score

LIMIT = 10       # hits a question, of every peer
CUT_UNDER = 0.05 # under a tuned threshold scores are still told, to find the threshold of equal false alarms


def resident(process="self"):
    with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as file:
        return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS:")), 0)


def processor(process):
    """Seconds of processor that a process has used, to a hundredth."""
    with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Peer:
    """What is asked of each. `ask` returns [(person's id, score)], best first."""

    batch = 1      # questions asked at once
    version = ""
    built = {}     # load_seconds and load_processor, where the process's own are not the ones to tell

    def load(self, persons, folder):
        raise NotImplementedError

    def cut(self, lowest):
        """Scores under `lowest` do not matter: a peer may use that to be faster."""

    def ask(self, question):
        raise NotImplementedError

    def ask_all(self, asked):
        """[(hits, seconds)] for a batch."""
        for question in asked:
            start = time.perf_counter()
            hits = self.ask(question)
            yield hits, time.perf_counter() - start

    def processor(self):
        return time.process_time()

    def memory(self):
        return resident()

    def note(self):
        return ""

    def end(self):
        pass


def make(name):
    import services
    import libraries
    makers = {
        "logic-index": lambda: libraries.Logic("index"),
        "logic-given": lambda: libraries.Logic("given"),
        "rapidfuzz-WRatio": lambda: libraries.Rapidfuzz("WRatio"),
        "rapidfuzz-token_sort_ratio": lambda: libraries.Rapidfuzz("token_sort_ratio"),
        "pg_trgm": services.Trigrams,
        "watchman": services.Watchman,
        "jisr-command": services.Command,
        "jisr-http": services.Service,
    }
    return makers[name]()


def answer(peer, asked, path, seconds):
    """Asks until the time is over. How many were answered, and the processor time of one."""
    begin, used, number = time.perf_counter(), peer.processor(), 0
    with open(path, "w", encoding="utf-8") as file:
        for at in range(0, len(asked), peer.batch):
            if time.perf_counter() - begin > seconds:
                break
            batch = asked[at:at + peer.batch]
            for question, (hits, took) in zip(batch, peer.ask_all(batch)):
                right = next((score for who, score in hits[:LIMIT] if who in question.right), 0)
                file.write(f"{question.number}\t{right:.4f}\t{hits[0][1] if hits else 0:.4f}\t{took:.9f}\n")
                number += 1
    return {"asked": number, "processor": (peer.processor() - used) / max(number, 1)}


def main(arguments):
    """One argument, JSON: peer, persons, folder, and phases in order, each with questions, answers, seconds, and "cut",
    the lowest score that matters; null: a little under the best threshold of the phase before."""
    job = json.loads(arguments[0])
    phases = job["phases"]
    peer = make(job["peer"])
    told = {"phases": []}
    try:
        start, used = time.perf_counter(), time.process_time()
        peer.load(job["persons"], job["folder"])
        told.update(load_seconds=time.perf_counter() - start, load_processor=time.process_time() - used)
        told.update(peer.built)
        for phase in phases:
            asked = list(questions.read(phase["questions"]))
            if phase["cut"] is None:
                before = phases[phases.index(phase) - 1]
                best = score.best_threshold(list(questions.read(before["questions"])), score.read(before["answers"]))
                phase["cut"] = max(best - CUT_UNDER, before["cut"])
            peer.cut(phase["cut"])
            list(peer.ask_all(asked[:max(peer.batch, 2)])) # what is asked first pays for caches
            told["phases"].append(answer(peer, asked, phase["answers"], phase["seconds"]) | {"cut": phase["cut"]})
        told.update(version=peer.version, bytes=peer.memory(), note=peer.note())
    except Exception as problem: # whatever a foreign program raises, the others are still measured
        told["failed"] = f"{type(problem).__name__}: {problem}"
    finally:
        peer.end()
    print(json.dumps(told))
