"""Joint operations at the desk: tests for a class that has the world of tests/system/test_desk_people.py."""

import json
import time

from desk_pages import click
from desk_work import HOSTILE


class OperationTests:
    def take_part(self, desk, office):
        """Chooses an office by its code."""
        field = "[...document.querySelectorAll('[role=combobox]')].at(-1)"
        desk.run(f"{field}.focus()")
        desk.put(office)
        desk.wait("document.querySelector('[role=listbox]:not([hidden])')")
        desk.press("Enter")
        desk.wait(f"document.querySelector('[data-office={office}]')")

    def report(self, desk, arrests, kind, quantity, text):
        click(desk, "[data-step=report]")
        desk.wait("document.querySelector('dialog[open] [name=arrests]')")
        self.put(desk, "arrests", arrests)
        click(desk, "[data-add=seizure]")
        desk.wait("document.querySelector('dialog [name=kind]')")
        desk.run(f"(one => {{ one.value = {json.dumps(kind)}; one.dispatchEvent(new Event('change', {{bubbles: true}})); }})(document.querySelector('dialog [name=kind]'))")
        self.put(desk, "quantity", quantity)
        self.put(desk, "text", text)

    def test_an_operation_is_planned_reported_from_two_countries_and_adds_up(self):
        lead, other = self.desk("MA-1", "en"), self.desk("FR-1", "ar")
        lead.open("/desk/operation/new")
        lead.wait("document.querySelector('[name=name]')")
        self.put(lead, "name", "Operation " + HOSTILE)
        self.put(lead, "objectives", HOSTILE)
        self.take_part(lead, "FR")
        self.take_part(lead, "ES")
        click(lead, "input[value=DRU]")
        lead.go(lead.run("location.href"))  # loaded anew: nothing typed is lost
        lead.wait("document.querySelector('[name=name]') && document.querySelector('[data-office=ES]')")
        click(lead, "#plan-send")  # without a day
        lead.wait("document.querySelectorAll('.field-fault').length === 1")
        lead.run("(one => { one.value = '%s'; one.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('[name=begins]'))" % time.strftime("%Y-%m-%d"))
        click(lead, "#plan-send")
        self.state_of(lead, "planned")
        self.take_step(lead, "start")
        self.state_of(lead, "under-way")
        address = lead.run("location.pathname")
        other.open(address)
        other.wait("document.querySelector('[data-step=report]')")
        # Both report at once, each in the digits of the own language: the second is told that it changed, and loses nothing.
        self.report(other, "\u0661\u0662", "cocaine", "\u0661\u0662\u066b\u0665", HOSTILE)
        self.report(lead, "3", "cocaine", "0.125", "Nothing else")
        click(other, "#report-send")
        other.wait("!document.querySelector('dialog')")
        click(lead, "#report-send")
        lead.wait("document.querySelector('dialog [data-status=\"412\"]')")
        lead.wait("document.querySelector('[data-figure=arrests]').innerText === '12'")
        click(lead, "#report-send")
        lead.wait("!document.querySelector('dialog')")
        lead.wait("document.querySelector('[data-figure=arrests]').innerText === '15'")
        sums = lead.run("[...document.querySelectorAll('[data-sum]')].map(one => [one.dataset.sum, one.innerText.trim()])")
        self.assertEqual(dict(sums)["arrests"], "15")
        self.assertIn("12.625", dict(sums)["seizures"])
        rows = self.saved(lead, ".sheet[data-file=operation] .sheet-save", "operation.csv")
        self.assertEqual(sum(int(row["arrests"]) for row in rows), 15)
        self.assertEqual({row["office"] for row in rows if row["at"]}, {"NCB France", "NCB Morocco"})
        other.open("/desk/operations")
        other.wait("document.querySelector('.table tbody tr')")
        self.assertIn("elbuort", other.main_text())
        stranger = self.desk("JP-1", "fr")
        stranger.open(address)
        stranger.wait("document.querySelector('.trouble')")
        for desk in (lead, other):
            self.nothing_ran(desk)
