"""jisr compare: one pair, and the filter of many."""

import unittest

from program import ProgramTest


class Compare(ProgramTest):
    def test_the_score_is_explained_part_by_part(self):
        out = self.jisr("compare", "Nikola Tesla", "Никола Тесла").out
        self.assertIn("a match", out)
        self.assertRegex(out, r"Nikola +~ +Никола +script +\d\.\d\d +\d\.\d\d")
        self.assertRegex(out, r"Tesla +~ +Тесла ")
        self.assertIn("Rules: jisr-names-", out)

    def test_json_has_score_and_parts(self):
        answer = self.jisr("compare", "Tesla, Nikola", "Nikola Tesla", "--json").json()
        self.assertGreaterEqual(answer["score"], 0.9)
        self.assertIs(answer["match"], True)
        self.assertEqual({part["query"] for part in answer["explanation"]["parts"]}, {"Tesla", "Nikola"})
        other = self.jisr("compare", "Nikola Tesla", "Marie Curie", "--json").json()
        self.assertLess(other["score"], 0.5)
        self.assertIs(other["match"], False)

    def test_a_schema_is_used_and_a_wrong_one_refused(self):
        words = ["compare", "Quelmond Trading Ltd", "Quelmond Trading Limited", "--json"]
        self.assertGreaterEqual(self.jisr(*words, "--schema", "company").json()["score"], 0.95)
        self.assertIn("Did you mean Company?", self.jisr(*words, "--schema", "Compny", status=2).err)

    def test_names_without_letters_are_refused(self):
        self.assertIn("no letter", self.jisr("compare", "...", "Nikola Tesla", status=2).err)

    def test_tsv_keeps_lines_and_scores_in_step(self):
        lines = [b"Nikola Tesla\tNikola Tesla", b"no tab", b"", b"Nikola Tesla\tMarie Curie\tPerson", b"\t", b"\xff\xfe\t\xff",
                 b"Sea Star\tSEA STAR\tVessel\tmore", b"Nikola Tesla\tNikola Tesla\r", b"Nikola Tesla\tNikola Tesla"]
        result = self.jisr("compare", "--tsv", input=b"\n".join(lines))
        scores = result.out.splitlines()
        self.assertEqual(len(scores), len(lines))
        for score in scores:
            self.assertRegex(score, r"^[01]\.\d{4}$")
        self.assertEqual([i for i, s in enumerate(scores) if float(s) > 0.9], [0, 6, 7, 8])
        self.assertEqual([scores[i] for i in (1, 2, 4, 5)], ["0.0000"] * 4)
        for number in (2, 3, 5, 6):
            self.assertIn(f"line {number}:", result.err)
        self.assertEqual(result.err.count("compare: line "), 4)

    def test_tsv_and_one_pair_give_the_same_score(self):
        for pair in (("Salma Benrahhou", "سلمى بنرحو"), ("Zhao Mingxuan", "赵明轩"), ("V. Kuznedelev", "Viktor Kuznedelev")):
            one = self.jisr("compare", *pair, "--json").json()["score"]
            many = self.jisr("compare", "--tsv", input="\t".join(pair) + "\n").out
            self.assertEqual(f"{one:.4f}\n", many)

    def test_many_bad_lines_are_counted_not_all_told(self):
        result = self.jisr("compare", "--tsv", input="x\n" * 1000)
        self.assertEqual(result.out, "0.0000\n" * 1000)
        self.assertLess(len(result.err.splitlines()), 30)
        self.assertIn("1000 bad lines in all", result.err)

    def test_a_name_of_a_megabyte_gets_a_score(self):
        huge = "Nikola " * 150000
        result = self.jisr("compare", "--tsv", input=f"{huge}\tNikola Tesla\nNikola Tesla\tNikola Tesla\n")
        self.assertEqual(len(result.out.splitlines()), 2)
        marks = "N" + "\u0301" * 10000 + "ikola Tesla"
        self.assertEqual(len(self.jisr("compare", "--tsv", input=f"{marks}\tNikola Tesla\n").out.splitlines()), 1)

    def test_empty_input_gives_nothing(self):
        self.assertEqual(self.jisr("compare", "--tsv").out, "")

    def test_the_filter_takes_as_many_lines_as_come(self):
        lines = "Viktor Kuznedelev\tКузнеделев Виктор Петрович\n" * 3000
        self.assertEqual(len(set(self.jisr("compare", "--tsv", input=lines).out.splitlines())), 1)


if __name__ == "__main__":
    unittest.main()
