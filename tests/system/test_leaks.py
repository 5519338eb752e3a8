"""Nothing that an office may not see is told to it by any address: leaks.py, some thousand reads. tools/leaks goes on for a
million."""

import unittest

import leaks
from test_notices import NoticesTest

READS = 500 # of each reader


class LeaksTest(NoticesTest):
    def readers(self, offices, seed=1):
        self.serve()
        tokens = {office: self.token(officer, [one for one in leaks.SCOPES if office != "GS" or one != "hits.write"])
                  for office, officer in ((one, "GS-6" if one == "GS" else one + "-1") for one in offices)}
        model = leaks.Model(self.data) # enrolling changes no notice
        readers = [leaks.Reader(self.address, office, headers, model, seed + place) for place, (office, headers) in enumerate(tokens.items())]
        readers.append(leaks.Reader(self.address, "", {}, model, seed - 1))
        for reader in readers:
            self.addCleanup(reader.connection.close)
        return readers

    def test_no_read_tells_what_its_reader_may_not_see(self):
        self.found(220, 40)
        self.draft("--reach", "except:FR")
        readers = self.readers(["FR", "BR"])
        for reader in readers:
            self.assertGreater(len(reader.hidden), 20)
            for _ in range(READS):
                reader.read()
            reader.events(300)
            self.assertEqual(reader.found[:3], [])
        self.assertGreater(len(readers[0].by_route), 20)
        self.assertGreater(len(readers[0].hidden_hits), 5)

    def test_a_leak_would_be_noticed(self):
        self.found(220, 40)
        readers = self.readers(["FR", "GS"])
        france, headquarters = readers[0], readers[1]
        france.headers = headquarters.headers # as if everything were shown to France
        wanted, routes = {"notice", "notices", "entity", "search", "hit", "hits", "log", "operation", "operations"}, set()
        for _ in range(2000): # routes are drawn by lot
            france.read()
            routes = {line.split(" ")[1] for line in france.found}
            if wanted <= routes:
                break
        self.assertLessEqual(wanted, routes)


if __name__ == "__main__":
    unittest.main()
