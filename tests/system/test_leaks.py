"""Nothing that an office may not see is told to it by any address: leaks.py, some thousand reads. tools/leaks goes on for a
million."""

import unittest

import leaks
from test_notices import NoticesTest

READS = 500 # of each reader
WITHOUT = {"GS": ("hits.write", "assembly.delegate", "agreements.write"), "KE": ("assembly.delegate",)} # rights; these act for no delegation


class LeaksTest(NoticesTest):
    def readers(self, offices, seed=1):
        self.serve()
        tokens = {office: self.token(officer, [one for one in leaks.SCOPES if one not in WITHOUT.get(office, ())])
                  for office, officer in ((one, "GS-6" if one == "GS" else one + "-1") for one in offices)}
        model = leaks.Model(self.data) # enrolling changes no notice
        readers = [leaks.Reader(self.address, office, headers, model, seed + place, office not in WITHOUT) for place, (office, headers) in enumerate(tokens.items())]
        readers.append(leaks.Reader(self.address, "", {}, model, seed - 1))
        for reader in readers:
            self.addCleanup(reader.connection.close)
        return readers

    def test_no_read_tells_what_its_reader_may_not_see(self):
        self.found(220, 40)
        self.draft("--reach", "except:FR")
        readers = self.readers(["FR", "KE"])
        for reader in readers:
            self.assertGreater(len(reader.hidden), 20)
            for _ in range(READS):
                reader.read()
            reader.events(300)
            self.assertEqual(reader.found[:3], [])
        self.assertGreater(len(readers[0].by_route), 20)
        self.assertGreater(len(readers[0].hidden_hits), 5)
        self.assertGreater(len(readers[0].hidden_meetings), 20)
        self.assertTrue(any(one.sees("KE") for one in readers[1].hidden_meetings)) # its office's, and not for who does not act for it

    def test_a_leak_would_be_noticed(self):
        self.found(220, 40)
        readers = self.readers(["FR", "GS", "MA"])
        france, headquarters, morocco = readers[:3]
        france.headers = morocco.headers # whose delegation meets most
        france.meeting()
        self.assertIn("meetings", {line.split(" ")[1] for line in france.found})
        france.headers = headquarters.headers # as if everything were shown to France
        wanted, routes = {"notice", "notices", "entity", "search", "hit", "hits", "log", "operation", "operations", "agreement", "agreements"}, set()
        for _ in range(2000): # routes are drawn by lot
            france.read()
            routes = {line.split(" ")[1] for line in france.found}
            if wanted <= routes:
                break
        self.assertLessEqual(wanted, routes)


if __name__ == "__main__":
    unittest.main()
