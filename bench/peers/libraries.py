"""Peers that are Python libraries: nomenklatura's logic-v2, and rapidfuzz."""

import hashlib
import json
import pathlib
import time

import questions
from work import LIMIT, Peer


def best_of_each(hits):
    """[(person, score)] with a person once, best first."""
    best = {}
    for who, score in hits:
        best[who] = max(score, best.get(who, 0))
    return sorted(best.items(), key=lambda item: -item[1])[:LIMIT]


class Rapidfuzz(Peer):
    """process.extract over all names, which were put into lower case without punctuation before."""

    CHOICES = 3 * LIMIT # names asked for: a person may have several

    def __init__(self, scorer):
        import rapidfuzz
        self.process, self.clean = rapidfuzz.process, rapidfuzz.utils.default_process
        self.scorer = getattr(rapidfuzz.fuzz, scorer)
        self.version = f"rapidfuzz {rapidfuzz.__version__}, {scorer}, every name compared"

    def load(self, persons, folder):
        self.names, self.ids = [], []
        for person in questions.persons(persons):
            for name in questions.names_of(person):
                self.names.append(self.clean(name))
                self.ids.append(person["id"])

    def cut(self, lowest):
        self.lowest = 100 * lowest

    def ask(self, question):
        found = self.process.extract(self.clean(question.name), self.names, scorer=self.scorer, limit=self.CHOICES,
                                     score_cutoff=self.lowest)
        return best_of_each((self.ids[at], score / 100) for _, score, at in found)


class People:
    """The persons where the file has them, read when a candidate is scored, so that Python need not hold them all."""

    class scope:
        name = "bench"

    def __init__(self, path):
        from followthemoney import EntityProxy
        self.make, self.path, self.places = EntityProxy.from_dict, path, {}
        self.file = open(path, "rb")
        place = 0
        for line in self.file:
            start = line.index(b'"id":') + 5
            start = line.index(b'"', start) + 1
            self.places[line[start:line.index(b'"', start)].decode()] = place
            place += len(line)

    def entities(self, include_schemata=None):
        for person in questions.persons(self.path):
            yield self.make(person)

    def get(self, who):
        self.file.seek(self.places[who])
        return self.make(json.loads(self.file.readline()))


def index_of(persons):
    """Where the index of a list is kept, and the file in it that tells that it is whole and of this list."""
    with open(persons, "rb") as file:
        return pathlib.Path(persons).with_suffix(".blocker"), hashlib.file_digest(file, "sha256").hexdigest()[:16]


def has_index(persons):
    place, digest = index_of(persons)
    return (place / digest).exists()


class Logic(Peer):
    """logic-v2 over candidates, which come from
    index      nomenklatura's own blocker (nomenklatura.blocker.Index, DuckDB), asked with a batch at once, because a
               question alone costs it as much as hundreds; its share is counted to each. Tokens count as too frequent
               from max_bucket_size 1000 on instead of 60: among a million people that finds more, and a still larger
               one does not. The number of candidates is its own (75).
    given      the 75 best names by rapidfuzz's WRatio and, always, the right person, at no cost: the best that any index
               could do for it"""

    CANDIDATES = 75

    def __init__(self, candidates):
        import nomenklatura
        from nomenklatura.matching import get_algorithm
        self.algorithm = get_algorithm("logic-v2")
        self.config = self.algorithm.default_config()
        self.candidates, self.batch, self.used = candidates, 400 if candidates == "index" else 1, 0.0
        way = {"index": "its own index (blocker) proposes",
               "given": "the right person and rapidfuzz's best 75 proposed at no cost"}
        self.version = f"nomenklatura {nomenklatura.__version__}, logic-v2, {way[candidates]}"

    def load(self, persons, folder):
        self.people = People(persons)
        if self.candidates == "given":
            self.fuzz = Rapidfuzz("WRatio")
            self.fuzz.load(persons, folder)
        else:
            self.load_index(persons, folder)

    def load_index(self, persons, folder):
        """The index is kept beside the list, with what building it took."""
        from nomenklatura.blocker import Index
        place, digest = index_of(persons)
        self.index = Index(self.people, place, {"max_bucket_size": 1000, "memory": 4000})
        if not has_index(persons):
            start, used = time.perf_counter(), time.process_time()
            self.index.build()
            (place / digest).write_text(json.dumps({"load_seconds": time.perf_counter() - start,
                                                    "load_processor": time.process_time() - used}), encoding="ascii")
        self.built = json.loads((place / digest).read_text(encoding="ascii"))
        self.size = sum(file.stat().st_size for file in place.iterdir())

    def entity(self, question):
        from followthemoney import model
        made = model.make_entity("Person")
        made.id = f"q{question.number}"
        made.add("name", question.name)
        made.add("birthDate", question.born)
        made.add("nationality", question.country)
        return made

    def score(self, entity, candidates):
        hits = [(candidate.id, self.algorithm.compare(entity, candidate, self.config).score)
                for candidate in candidates]
        return best_of_each(hits)

    def given(self, question):
        found = self.fuzz.process.extract(self.fuzz.clean(question.name), self.fuzz.names, scorer=self.fuzz.scorer,
                                          limit=self.CANDIDATES)
        return list(dict.fromkeys([*question.right, *(self.fuzz.ids[at] for _, _, at in found)]))

    def ask_all(self, asked):
        entities = {f"q{question.number}": self.entity(question) for question in asked}
        proposed, share = {}, 0
        if self.candidates == "index":
            start, used = time.perf_counter(), time.process_time()
            for who, matches in self.index.match_entities(list(entities.values())):
                proposed[str(who)] = [str(match) for match, _ in matches[:self.CANDIDATES]]
            share = (time.perf_counter() - start) / len(asked)
            self.used += time.process_time() - used
        for question in asked:
            who = f"q{question.number}"
            candidates = proposed.get(who, ()) if self.candidates == "index" else self.given(question)
            start, used = time.perf_counter(), time.process_time()
            hits = self.score(entities[who], map(self.people.get, candidates))
            self.used += time.process_time() - used
            yield hits, share + time.perf_counter() - start

    def processor(self):
        return self.used

    def note(self):
        return f"index of {self.size / 1e6:.0f} MB on disk" if self.candidates == "index" else ""
