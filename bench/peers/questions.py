"""The list and the questions, in the files that bench/questions.c describes."""

import csv
import datetime
import json
import os
import subprocess
import unicodedata

import install

SHARED = os.environ.get("JISR_SHARED", "../shared")
BINARIES = os.path.join(install.BENCH, "bench")
NAMES = ("name", "alias", "weakAlias", "previousName")


class Question:
    __slots__ = ("number", "kind", "name", "born", "country", "right")

    def __init__(self, number, kind, name, born, country, right):
        self.number, self.kind, self.name = int(number), kind, name
        self.born, self.country, self.right = born, country, frozenset(right)

    def line(self):
        return "\t".join((str(self.number), self.kind, self.name, self.born, self.country, " ".join(self.right))) + "\n"


def read(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            *fields, right = line.rstrip("\n").split("\t")
            yield Question(*fields, right.split())


def write(path, questions):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(question.line() for question in questions)


def persons(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def names_of(person):
    return [name for key in NAMES for name in person["properties"].get(key, [])]


def is_latin(name):
    letters = [letter for letter in name if letter.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)


def interleave(positives, negatives):
    """One negative after each positive, so that any beginning has as many of both; the other negatives at the end. The
    kinds of positives take turns."""
    kinds = {}
    for question in positives:
        kinds.setdefault(question.kind, []).append(question)
    turns = [queue[i] for i in range(max(map(len, kinds.values()))) for queue in kinds.values() if i < len(queue)]
    mixed = [question for pair in zip(turns, negatives) for question in pair]
    return mixed + list(negatives[len(turns):])


def halves(questions):
    """A half to tune thresholds on, and the half that is reported. Both have every kind."""
    tuning, measuring = [], []
    for half, odd in ((tuning, 0), (measuring, 1)):
        seen = {}
        for question in questions:
            place = seen[question.kind] = seen.get(question.kind, -1) + 1
            if place % 2 == odd:
                half.append(question)
    return tuple(interleave([q for q in half if q.right], [q for q in half if not q.right])
                 for half in (tuning, measuring))


def real_date(text):
    """The date, or "": some treated birth dates are none (a thirteenth month)."""
    try:
        datetime.date(*[int(part) for part in (text + "-1-1").split("-")[:3]])
        return text
    except ValueError:
        return ""


def key(name):
    return " ".join(sorted(name.casefold().replace(",", " ").split()))


def rows(name):
    with open(os.path.join(SHARED, "data", "screening-bench", name), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def listed(folder):
    """The persons of OFAC and the UN with their Latin names, and questions. Right is whoever on the list bears the name
    from which the question was made; a question whose name nobody bears any more is left out."""
    whole, path = os.path.join(folder, "listed-whole.jsonl"), os.path.join(folder, "listed.jsonl")
    subprocess.run([os.path.join(BINARIES, "bench_questions"), "listed", whole], check=True)
    bearers, originals, names = {}, [], 0
    with open(path, "w", encoding="utf-8") as file:
        for person in persons(whole):
            foreign = [name for name in names_of(person) if not is_latin(name)]
            for field in NAMES:
                kept = [name for name in person["properties"].pop(field, []) if is_latin(name)]
                if kept:
                    person["properties"][field] = kept
            if not names_of(person):
                continue
            names += len(names_of(person))
            for name in names_of(person):
                bearers.setdefault(key(name), set()).add(person["id"])
            if foreign:
                originals.append((person, foreign[0]))
            file.write(json.dumps(person, ensure_ascii=False) + "\n")
    made, left_out = [], 0

    def add(kind, name, born, country, right):
        made.append(Question(len(made), kind, " ".join(name.split()), real_date(born), country, right))

    plain, treated = rows("positives_un_untreated.csv"), rows("positives_un_treated.csv")
    for clean, changed in zip(plain, treated):
        right = bearers.get(key(clean["full_name"]), ())
        left_out += not right
        if right:
            add("clean", clean["full_name"], clean["date_of_birth"], clean["nationality"], right)
            add("treated", changed["full_name"], changed["date_of_birth"], changed["nationality"], right)
    for person, name in originals:
        first = lambda field, of=person["properties"]: of.get(field, [""])[0]
        right = {person["id"]}.union(*(bearers.get(key(n), ()) for n in person["properties"].get("name", [])))
        add("script", name, first("birthDate"), first("nationality") or first("country"), right)
    for row in rows("negatives_us.csv"):
        add("stranger", row["full_name"], row["date_of_birth"], row["nationality"], ())
    count = sum(1 for _ in persons(path))
    return path, made, (f"{count} persons of OFAC SDN (January 2024) and of the UN list with {names} Latin names\n"
                        f"(names in other scripts are taken off the list and asked for; {left_out} questions left out, "
                        "as nobody bears the name any more)")


def invented(folder, count, each):
    path = os.path.join(folder, f"invented-{count}.jsonl")
    asked = os.path.join(folder, f"invented-{count}.questions")
    subprocess.run([os.path.join(BINARIES, "bench_questions"), "invented", str(count), path, asked, str(each)],
                   check=True)
    return path, list(read(asked)), f"{count} invented persons"
