"""The budget, contributions and the Executive Committee at the desk: tests for a class that has the world of
tests/system/test_desk_people.py."""

import json
import time

from desk_pages import account_of, at_headquarters, click
from desk_work import HOSTILE


def value_of(desk, selector):
    """A number as French writes it, of the text at that place."""
    text = desk.run(f"document.querySelector({json.dumps(selector)}).innerText")
    return float("".join(one for one in text.replace(",", ".") if one.isdigit() or one == "."))


class AffairTests:
    def form(self, desk, step, **fields):
        """Opens the form of a step, fills it in, and sends it."""
        click(desk, f"[data-step={json.dumps(step)}]")
        self.fill(desk, step, fields)

    def fill(self, desk, name, fields):
        desk.wait(f"document.querySelector('dialog[open] [data-form={json.dumps(name)}] .button-main:not(:disabled)')")
        for field, text in fields.items():
            if desk.run(f"document.querySelector('dialog [name={field}]').type") in ("date", "select-one"):
                desk.run(f"(one => {{ one.value = {json.dumps(text)}; for (const kind of ['input', 'change']) one.dispatchEvent(new Event(kind, {{bubbles: true}})); }})(document.querySelector('dialog [name={field}]'))")
            else:
                self.put(desk, field, text)
        click(desk, "dialog form .button-main")

    def test_expenditure_is_entered_and_seen_by_members_and_never_beyond_the_chapter(self):
        general, member = self.desk(at_headquarters("secretary-general")(self.officers), "ar"), self.desk("MA-1", "fr")
        year = time.strftime("%Y")
        member.open(f"/desk/budget/{year}")
        member.wait("document.querySelector('.sheet[data-file^=execution] [data-sum=spent]')")
        before = value_of(member, ".sheet[data-file^=execution] [data-sum=spent]")
        self.assertEqual(member.run("document.querySelectorAll('[data-step]').length"), 0)
        general.open(f"/desk/budget/{year}")
        general.wait("document.querySelector('[data-step=spend]')")
        self.form(general, "spend", chapter="3", amount="1000.25", text=HOSTILE)
        general.wait("!document.querySelector('dialog')")
        general.wait("document.querySelector('.sheet[data-file^=account]').innerText.includes('elbuort')")
        self.form(general, "spend", chapter="3", amount="999999999.00", text="Too much")
        general.wait("document.querySelector('dialog .trouble')")
        self.nothing_ran(general)
        member.go(member.run("location.href"))
        member.wait("document.querySelector('.sheet[data-file^=execution] [data-sum=spent]')")
        self.assertAlmostEqual(value_of(member, ".sheet[data-file^=execution] [data-sum=spent]") - before, 1000.25, 2)
        rows = self.saved(member, ".sheet[data-file^=contributions] .sheet-save", f"contributions-{year}.csv")
        _, _, told = self.officers.ask("GET", f"/api/v1/budgets/{year}/contributions", officer="MA-1")
        self.assertEqual(f"{sum(float(row['amount']) for row in rows):.2f}", told["total"])

    def test_a_member_whose_vote_is_suspended_appeals(self):
        code = account_of(self.officers, "noted")
        desk = self.desk(f"{code}-1", "es")
        desk.open("/desk/dues")
        desk.wait("document.querySelector('.table tbody tr')")
        desk.follow(f"/desk/dues/{code}")
        desk.wait("document.querySelector('[data-state=noted]')")
        desk.wait("[...document.querySelectorAll('[data-step]')].map(one => one.dataset.step).join() === 'appeal'")
        self.form(desk, "appeal", text="A flood " + HOSTILE)
        self.state_of(desk, "appealed")
        self.nothing_ran(desk)

    def test_the_committee_is_entered_and_a_delegate_stands_for_a_seat(self):
        secretary, delegate, public = self.desk(at_headquarters("assembly-secretary")(self.officers), "ar"), self.desk("MA-1", "en"), self.desk(None, "fr")
        for desk in (secretary, delegate, public):
            desk.open("/desk/committee")
            desk.wait("document.querySelector('.tabs, main h1')")
        click(secretary, "[data-act='committee.sits']")
        self.fill(secretary, "committee.sits", {"name": "Zineb " + HOSTILE[:25], "office": "NO", "post": "vice-president", "year": "2024", "since": "2024-11-30", "until": "2027"})
        secretary.wait("!document.querySelector('dialog')")
        click(secretary, "[data-act='contest.call']")
        self.fill(secretary, "contest.call", {"post": "president"})
        secretary.wait("!document.querySelector('dialog')")
        delegate.wait("document.querySelector('[data-contest] [data-act=candidature]')")
        click(delegate, "[data-act=candidature]")
        click(delegate, "dialog [name=person]:not(:disabled)")
        click(delegate, "dialog .button-main")
        for desk in (secretary, delegate, public):
            desk.wait("document.querySelector('[data-candidate]')")
            self.nothing_ran(desk)
        delegate.open("/desk/committee")
        delegate.wait("document.querySelector('.sheet')")
        self.assertIn("Zineb", delegate.main_text())
        delegate.run("(one => { one.value = '2020-01-01'; one.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('[name=day]'))")
        delegate.wait("!document.querySelector('.sheet')")  # nobody is known to have sat then
