"""Joint operations through the real program: planned, reported and published on the command line and over HTTP, in figures that
add up, with the demonstration's."""

import json
import unittest

import test_notices

PLAN = {"name": "Operation Bridge", "participants": ["MA", "FR", "ES"], "begins": "2026-03-01", "ends": "2026-03-14",
        "objectives": "Cocaine at sea", "crime_areas": ["DRU", "ORG"]}
SCOPES = {"GS": ["operations.read", "operations.publish", "log.read"]}
BUREAU = ["operations.read", "operations.write", "log.read"]


class Operations(test_notices.NoticesTest):
    def take(self, step, *words, officer, fields=None, status=0):
        more = ["--content", self.file("fields.json", json.dumps(fields))] if fields is not None else []
        return self.jisr("operation", step, *words, *more, "--officer", officer, status=status)

    def program(self, officer):
        return self.token(officer, SCOPES.get(officer[:2], BUREAU))

    def shown(self, number, officer):
        return self.jisr("operation", "show", number, "--json", "--officer", officer).json()["operation"]

    def test_from_the_plan_to_the_summary_on_the_command_line(self):
        self.found()
        number = self.take("plan", officer="MA-1", fields=PLAN).out.split(":")[0]
        self.assertIn("there is no operation", self.take("start", number, officer="PT-1", status=2).err)
        self.assertIn("only the lead, MA", self.take("start", number, officer="FR-1", status=2).err)
        self.take("start", number, officer="MA-1")
        notice = self.draft("--form", "diffusion", "--reach", "only:FR")
        self.assertIn("never published", self.take("link", number, officer="MA-1", fields={"notice": notice}, status=2).err)
        self.step("circulate", notice)
        self.take("link", number, officer="MA-1", fields={"notice": notice})
        self.take("report", number, officer="MA-1", fields={"arrests": 1, "notices": 9, "seizures": [{"kind": "cocaine", "quantity": 0.1}]})
        self.take("report", number, officer="FR-1", fields={"arrests": 2, "victims": 3, "seizures": [{"kind": "cocaine", "quantity": 0.2}]})
        hit = self.jisr("hit", "report", "--notice", notice, "--place", "x", "--text", "y", "--officer", "FR-1").out.split(":")[0]
        self.assertIn("led to no arrest", self.take("link", number, officer="FR-1", fields={"hit": hit}, status=2).err)
        self.jisr("hit", "confirm", hit, "--officer", "MA-1")
        self.jisr("hit", "arrest", hit, "--officer", "FR-1")
        self.take("link", number, officer="FR-1", fields={"hit": hit})
        seen = self.shown(number, "FR-1")["results"]
        total = {"countries": 2, "arrests": 3, "victims": 3, "cells": 0, "notices": 1, "seizures": [{"kind": "cocaine", "quantity": 0.3, "unit": "kg"}]}
        self.assertEqual((seen["total"], seen["linked"], seen["hits"]), (total, [{"notice": notice, "office": "MA"}], [{"hit": hit, "office": "FR"}]))
        seen = self.shown(number, "ES-1")["results"]
        self.assertEqual((seen["total"], seen["linked"], seen["hits"]), (total, [], []))
        self.take("end", number, officer="MA-1")
        self.assertIn("be it nothing: ES", self.take("close", number, officer="MA-1", status=2).err)
        self.take("report", number, officer="ES-1", fields={})
        self.take("close", number, officer="MA-1")
        self.assertIn("nobody can report results", self.take("report", number, officer="FR-1", fields={}, status=2).err)
        self.assertEqual(self.jisr("operation", "list", "--json", "--officer", "PT-1").json(), {"operations": [], "total": 0})
        self.take("publish", number, officer="GS-6", fields={"summary": "Three countries, one bridge."})
        outside = self.shown(number, "PT-1")
        self.assertEqual((outside["summary"], outside["results"]), ("Three countries, one bridge.", {"total": dict(total, countries=3)}))
        self.assertNotIn("lead", outside)
        self.assertIn("arrests 3", self.jisr("operation", "figures", "--crime-area", "DRU", "--officer", "PT-1").out)
        self.assertIn("1 in all", self.jisr("operation", "list", "--words", "bridge", "--officer", "PT-1").out)
        before = self.shown(number, "GS-6")
        self.jisr("log", "verify")
        self.jisr("rebuild")
        self.assertEqual(self.shown(number, "GS-6"), before)
        for words, says in ((["list", "--state", "lost"], "no state"), (["list", "--crime-area", "X"], "no crime area"), (["show"], "which operation"),
                            (["list", "--limit", "0"], "--limit"), (["show", "x"], "there is no operation"), (["plan", "7"], "not needed")):
            self.assertIn(says, self.jisr("operation", *words, status=2).err, words)

    def test_over_http_those_inside_see_all_and_others_the_summary(self):
        self.found()
        self.serve()
        lead, france, portugal, reviewer = (self.program(who) for who in ("MA-1", "FR-1", "PT-1", "GS-6"))
        key = dict(lead, **{"Idempotency-Key": "one-and-the-same-key"})
        first = self.ask("POST", "/api/v1/operations", PLAN, headers=key, status=201)
        self.assertEqual(self.ask("POST", "/api/v1/operations", PLAN, headers=key, status=201).json(), first.json())
        where, number = first.headers["Location"], first.json()["id"]
        mine = self.ask("GET", where, headers=lead)
        self.assertEqual((mine.json()["state"], mine.json()["steps"]), ("planned", ["edit", "start", "leave", "call-off"]))
        self.assertEqual(self.ask("GET", where, headers=france).json()["steps"], ["leave"])
        never = self.ask("GET", "/api/v1/operations/2025-1", headers=portugal, status=404)
        for path in ("", "/history"):
            hidden = self.ask("GET", where + path, headers=portugal, status=404).text
            self.assertEqual(hidden.replace(where.split("/")[-1], "2025-1"), never.text)
        self.ask("POST", where + "/start", headers=dict(lead, **{"If-Match": '"3"'}), status=412)
        self.ask("POST", where + "/start", headers=dict(lead, **{"If-Match": mine.headers["ETag"]}))
        self.ask("POST", where + "/start", headers=lead, status=409)
        self.ask("POST", where + "/start", headers=france, status=403)
        self.ask("POST", where + "/begin", headers=lead, status=404)
        self.assertIn("counted in kg", self.ask("POST", where + "/report", {"seizures": [{"kind": "cocaine", "quantity": 1, "unit": "t"}]}, headers=france, status=422).text)
        self.ask("POST", where + "/report", {"arrests": 5, "seizures": [{"kind": "cocaine", "quantity": 12.505}]}, headers=france)
        seen = self.ask("GET", where, headers=lead).json()["results"]
        self.assertEqual([one["office"] for one in seen["countries"]], ["FR"])
        self.assertEqual([one["step"] for one in self.ask("GET", where + "/history", headers=france).json()["history"]], ["plan", "start", "report"])
        self.ask("POST", where + "/end", headers=lead)
        for who in (lead, self.program("ES-1")):
            self.ask("POST", where + "/report", {}, headers=who)
        self.ask("POST", where + "/close", headers=lead)
        self.assertEqual(self.ask("GET", "/api/v1/operations", headers=portugal).json(), {"operations": [], "total": 0, "next": None})
        nothing = {"operations": 0, "arrests": 0, "victims": 0, "cells": 0, "notices": 0, "seizures": []}
        self.assertEqual(self.ask("GET", "/api/v1/operations/figures", headers=portugal).json(), nothing)
        self.ask("POST", where + "/publish", {"summary": "One bridge."}, headers=reviewer)
        shown = self.ask("GET", where, headers=portugal)
        self.assertIsNone(shown.headers["ETag"])
        self.assertEqual(sorted(shown.json()), ["begins", "crime_areas", "ends", "href", "id", "name", "published", "results", "steps", "summary"])
        self.assertEqual(self.ask("GET", "/api/v1/operations?lead=MA", headers=portugal).json()["total"], 0)
        self.assertEqual(self.ask("GET", "/api/v1/operations?crime_area=DRU", headers=portugal).json()["total"], 1)
        sums = self.ask("GET", "/api/v1/operations/figures?crime_area=DRU", headers=portugal).json()
        self.assertEqual((sums["operations"], sums["arrests"], sums["seizures"]), (1, 5, [{"kind": "cocaine", "quantity": 12.505, "unit": "kg"}]))
        published = [entry for entry in self.ask("GET", f"/api/v1/log?from={first.json()['version']}", headers=portugal).json()["entries"]
                     if entry.get("header", entry).get("kind", "").startswith("operation.")]
        self.assertEqual([one.get("header", one)["kind"] for one in published], ["operation.publish"])
        codes = self.ask("GET", "/api/v1/operations/codes").json()
        self.assertEqual((codes["state"]["ended"]["fr"], codes["seizure"]["cocaine"]["unit"]), ("terminée", "kg"))
        for wrong in ("state=lost", "crime_area=X", "limit=0", "cursor=2026-1", "cursor=2026-13-01_2026-1"):
            self.ask("GET", "/api/v1/operations?" + wrong, headers=lead, status=400)
        self.ask("GET", "/api/v1/operations/figures?limit=3", headers=lead, status=400)
        self.assertIn(number, self.jisr("operation", "list", "--officer", "GS-6").out)

    def test_the_figures_of_the_demonstration_add_up(self):
        self.found(160)
        self.serve()
        for who in ("MA-1", "GS-6"):
            officer = self.program(who)
            seen, cursor = [], ""
            while cursor is not None:
                page = self.ask("GET", f"/api/v1/operations?limit=5{cursor}", headers=officer).json()
                seen += page["operations"]
                cursor = page["next"] and f"&cursor={page['next']}"
            self.assertEqual((len(seen), len({one["id"] for one in seen})), (page["total"], page["total"]))
            sums = self.ask("GET", "/api/v1/operations/figures", headers=officer).json()
            self.assertEqual(sums["operations"], len(seen))
            for name in ("arrests", "victims", "cells", "notices"):
                self.assertEqual(sums[name], sum(one["total"][name] for one in seen), name)
            kinds = {}
            for one in seen:
                whole = self.ask("GET", f"/api/v1/operations/{one['href']}", headers=officer).json()
                self.assertEqual(whole["results"]["total"], one["total"])
                for line in one["total"]["seizures"]:
                    kinds[line["kind"]] = kinds.get(line["kind"], 0) + round(line["quantity"] * 1000)
                if "lead" in one:
                    countries = whole["results"]["countries"]
                    self.assertEqual(one["total"]["arrests"], sum(country["arrests"] for country in countries))
                    self.assertEqual(one["total"]["countries"], len(countries))
            self.assertEqual({line["kind"]: round(line["quantity"] * 1000) for line in sums["seizures"]}, kinds)
        self.assertEqual(len(seen), 24)
        self.assertTrue(any(self.ask("GET", f"/api/v1/operations/{one['href']}", headers=officer).json()["results"]["linked"] for one in seen))


if __name__ == "__main__":
    unittest.main()
