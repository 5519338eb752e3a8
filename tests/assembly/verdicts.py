#!/usr/bin/env python3
"""Verdicts computed with fractions, apart from the program: the reference of tests/vectors/verdicts.tsv.

  tests/assembly/verdicts.py            writes the table on standard output
  tests/assembly/verdicts.py --check F  compares a table with what is computed here; exit 1 when they differ

A share is a Fraction of a base; it is reached by comparing whole numbers with fractions, never by the cross products of
src/assembly/verdict.c."""

import math
import random
import sys
from fractions import Fraction

# Written by hand, from the rules' own words. Columns as in the table.
HAND = """\
cast >1/2 1 rejects none 98 97 1 196 196 196 1 adopted 98
cast >1/2 1 rejects none 98 98 0 196 196 196 1 rejected 99
cast >1/2 1 rejects none 1 0 195 196 196 196 1 adopted 1
cast >1/2 1 rejects none 0 0 196 196 196 196 1 rejected 1
cast 2/3 1 rejects none 2 1 0 3 3 3 1 adopted 2
cast 2/3 1 rejects none 120 60 16 196 196 196 1 adopted 120
cast 2/3 1 rejects none 119 60 17 196 196 196 1 rejected 120
cast >2/3 1 rejects none 120 60 16 196 196 196 1 rejected 121
members 2/3 1 rejects none 131 0 0 179 179 196 1 adopted 131
members 2/3 1 rejects none 130 0 49 179 179 196 1 rejected 131
members 2/3 1 rejects none 130 0 0 179 179 195 1 adopted 130
present >1/2 1 rejects none 90 0 0 179 179 196 1 adopted 90
present >1/2 1 rejects none 89 0 0 179 179 196 1 rejected 90
voting >1/2 1 rejects none 90 10 80 180 190 196 1 rejected 91
voting >1/2 1 rejects none 91 10 79 180 190 196 1 adopted 91
accepted >1/2 1 rejects none 95 0 0 180 190 196 1 rejected 96
accepted >1/2 1 rejects none 96 0 0 180 190 196 1 adopted 96
cast >1/2 1 rejects >1/2:members 50 0 0 98 196 196 1 no-quorum 26
cast >1/2 1 rejects >1/2:members 50 0 0 99 196 196 1 adopted 26
cast >1/2 1 rejects 1/2:members 50 0 0 98 196 196 1 adopted 26
cast >1/2 1 rejects 1/3:accepted 1 0 0 59 179 196 1 no-quorum 1
cast >1/2 1 rejects 1/3:accepted 1 0 0 60 179 196 1 adopted 1
cast >1/2 1 chair none 70 70 10 196 196 196 1 chair-decides 71
cast >1/2 1 chair none 70 71 10 196 196 196 1 rejected 71
cast >1/2 2 again none 70 70 0 196 196 196 1 another-round 71
cast >1/2 2 again none 70 70 0 196 196 196 2 rejected 71
cast 2/3,2/3,>1/2 10 again none 100 79 0 179 179 196 1 another-round 120
cast 2/3,2/3,>1/2 10 again none 119 60 0 179 179 196 2 another-round 120
cast 2/3,2/3,>1/2 10 again none 120 59 0 179 179 196 2 adopted 120
cast 2/3,2/3,>1/2 10 again none 90 89 0 179 179 196 3 adopted 90
cast 2/3,2/3,>1/2 10 again none 89 89 1 179 179 196 3 another-round 90
cast 2/3,2/3,>1/2 10 again none 89 89 1 179 179 196 10 rejected 90
cast 3/4 1 rejects none 3 1 0 4 4 4 1 adopted 3
cast 4/5 1 rejects none 79 20 0 99 99 99 1 rejected 80
cast 1/1 1 rejects none 179 0 17 196 196 196 1 adopted 179
cast 1/1 1 rejects none 179 1 16 196 196 196 1 rejected 180
"""
COLUMNS = "base shares rounds tie quorum yes no abstain present accepted members round outcome needed"


def share(text):
    strict = text.startswith(">")
    over, under = text.lstrip(">").split("/")
    return Fraction(int(over), int(under)), strict


def enough(part, number, base):
    fraction, strict = part
    return number > fraction * base if strict else number >= fraction * base


def least(part, base):
    fraction, strict = part
    return math.floor(fraction * base) + 1 if strict else math.ceil(fraction * base)


def verdict(base, shares, rounds, tie, quorum, yes, no, abstain, present, accepted, members, round_):
    bases = {"cast": yes + no, "voting": yes + no + abstain, "present": present, "accepted": accepted, "members": members}
    parts = [share(s) for s in shares.split(",")]
    part = parts[min(round_, len(parts)) - 1]
    needed = least(part, bases[base])
    if quorum != "none":
        wanted, of = quorum.split(":")
        if not enough(share(wanted), present, bases[of]):
            return "no-quorum", needed
    if yes > 0 and enough(part, yes, bases[base]):
        return "adopted", needed
    tied = yes == no and yes > 0
    if tied and tie == "chair":
        return "chair-decides", needed
    if round_ < rounds and not (tied and tie == "rejects"):
        return "another-round", needed
    return "rejected", needed


def table():
    rows = []
    for line in HAND.splitlines():
        cells = line.split()
        got = verdict(cells[0], cells[1], int(cells[2]), cells[3], cells[4], *map(int, cells[5:12]))
        if got != (cells[12], int(cells[13])):
            sys.exit(f"the reference disagrees with what was written by hand: {line}: {got}")
        rows.append(cells)
    draw = random.Random(93)
    kinds = [("cast", ">1/2", 1), ("cast", "2/3", 1), ("members", "2/3", 1), ("present", ">1/2", 1), ("voting", ">1/2", 1),
             ("accepted", "2/3", 1), ("cast", "2/3,2/3,>1/2", 10), ("cast", "3/4", 2), ("members", ">1/2", 1),
             ("cast", "4/5", 1), ("present", "2/3", 3), ("cast", ">2/3", 1)]
    while len(rows) < 700:
        base, shares, rounds = draw.choice(kinds)
        tie = draw.choice(["rejects", "again", "chair"])
        quorum = draw.choice(["none", "none", ">1/2:members", "1/3:members", "2/3:accepted", "1/2:members"])
        members = draw.choice([196, 196, 195, 3, 10, 100, draw.randint(1, 300)])
        accepted = draw.randint(0, members) if draw.random() < .3 else members - draw.randint(0, min(members, 20))
        present = accepted - draw.randint(0, min(accepted, 40))
        round_ = draw.randint(1, rounds + 1)
        style = draw.random()
        if style < .5: # around the border of what is needed
            cast = draw.randint(0, present)
            part = [share(s) for s in shares.split(",")]
            of = {"cast": cast, "voting": cast, "present": present, "accepted": accepted, "members": members}[base]
            yes = min(cast, max(0, least(part[min(round_, len(part)) - 1], of) + draw.randint(-2, 1)))
            no, abstain = cast - yes, 0
        elif style < .65: # a tie
            yes = no = draw.randint(0, present // 2)
            abstain = draw.randint(0, present - 2 * yes)
        else:
            yes = draw.randint(0, present)
            no = draw.randint(0, present - yes)
            abstain = draw.randint(0, present - yes - no)
        outcome, needed = verdict(base, shares, rounds, tie, quorum, yes, no, abstain, present, accepted, members, round_)
        rows.append([base, shares, str(rounds), tie, quorum, *map(str, (yes, no, abstain, present, accepted, members, round_)),
                     outcome, str(needed)])
    return "\t".join(COLUMNS.split()) + "\n" + "".join("\t".join(row) + "\n" for row in rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        with open(sys.argv[2], encoding="utf-8") as file:
            sys.exit(0 if file.read() == table() else f"{sys.argv[2]} is not what is computed here")
    sys.stdout.write(table())
