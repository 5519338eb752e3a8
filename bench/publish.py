"""From the publication of a notice until a check finds it, with a million people loaded: `jisr serve` over a demonstration, notices
published one after another by the command line in a process of its own, and a client that asks until it is answered with the
hit. Counted is from the moment the publishing command was started (which ends before the time that it takes by itself is over)
and from the moment it was done.

  tools/bench publish [--entities N] [--notices N]"""

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

JISR = "build-bench/jisr"
LETTERS = "bdfgklmnprstvz"
REVIEW = {q: {"finding": "complies", "text": "looked at"} for q in ("article_2", "article_3", "conditions", "quality")}


def name_of(number):
    """Invented, and unlike each other."""
    family = "".join(LETTERS[number * 7 ** place % 97 % 14] + "aeiou"[(number + place) % 5] for place in range(4))
    given = "".join(LETTERS[number * 11 ** place % 89 % 14] + "oiuae"[(number + place) % 5] for place in range(3))
    return family.upper(), given.capitalize()


def content(number):
    family, given = name_of(number)
    return {"colour": "red", "subject": "person", "source_language": "en", "name": family, "forename": given, "sex": "F",
            "birth": {"date": f"19{60 + number % 40}-02-1{number % 10}", "place": "Nowhere"}, "nationalities": ["MA"], "height": 1.7,
            "status": "charged", "crimes": ["FIN"], "extradition": {"assured": True}, "summary": {"en": "Invented."},
            "warrants": [{"country": "MA", "authority": "Court of Nowhere", "reference": "1", "date": "2026-01-15", "purpose": "prosecution",
                          "charge": "Fraud", "law": "article 1", "maximum_penalty_months": 60}]}


def jisr(*words):
    done = subprocess.run([JISR, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--entities", type=int, default=1000000)
    parser.add_argument("--notices", type=int, default=20)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="jisr-bench-")
    service = None
    try:
        data = ["--data", os.path.join(folder, "data")]
        jisr("demo", *data, "--entities", str(options.entities), "--notices", "0", "--objects", "0")
        review = os.path.join(folder, "review.json")
        with open(review, "w", encoding="utf-8") as file:
            json.dump(REVIEW, file)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        service = subprocess.Popen([JISR, "serve", "--listen", f"127.0.0.1:{port}", *data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(600):
            try:
                line.request("GET", "/readyz")
                if line.getresponse().read() is not None:
                    break
            except OSError:
                line.close()
                time.sleep(0.1)

        def found(number, family, given):
            line.request("POST", "/match/default", json.dumps({"queries": {"q": {"schema": "Person", "properties": {"name": [f"{given} {family}"]}}}}),
                         {"Content-Type": "application/json"})
            results = json.loads(line.getresponse().read())["responses"]["q"]["results"]
            return any(one["id"] == "notice-" + number.replace("/", "-") for one in results)

        after_start, after_end = [], []
        for one in range(options.notices):
            path = os.path.join(folder, "content.json")
            family, given = name_of(one + 1)
            with open(path, "w", encoding="utf-8") as file:
                json.dump(content(one + 1), file)
            number = jisr("notice", "draft", "--content", path, "--public", "yes", "--officer", "MA-1", *data).split(":")[0]
            jisr("notice", "request", number, "--officer", "MA-1", *data)
            jisr("notice", "take", number, "--officer", "GS-6", *data)
            jisr("notice", "assess", number, "--review", review, "--officer", "GS-6", *data)
            begin = time.monotonic()
            publishing = subprocess.Popen([JISR, "notice", "publish", number, "--officer", "GS-7", *data], stdout=subprocess.DEVNULL)
            ended = None
            while not found(number, family, given):
                if ended is None and publishing.poll() is not None:
                    ended = time.monotonic()
                if time.monotonic() - begin > 30:
                    raise SystemExit(f"{number} was not found within 30 s")
            now = time.monotonic()
            if publishing.wait() != 0:
                raise SystemExit(f"{number} was not published")
            after_start.append(now - begin)
            after_end.append(now - ended if ended is not None else 0.0)
        for what, list_of in (("from the start of the command that publishes", after_start), ("from when it was done", after_end)):
            list_of.sort()
            print(f"{what:48} median {1000 * list_of[len(list_of) // 2]:6.0f} ms, most {1000 * list_of[-1]:6.0f} ms")
        print(f"{options.notices} notices, {options.entities} people loaded; the target is 1000 ms")
    finally:
        if service is not None:
            service.terminate()
            service.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
