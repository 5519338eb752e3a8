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
        self.fill_form(desk, step, fields)

    def fill_form(self, desk, name, fields):
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

    def test_who_leaves_the_committee_is_entered_and_a_delegate_stands_for_a_seat(self):
        secretary, delegate, public = self.desk(at_headquarters("assembly-secretary")(self.officers), "ar"), self.desk("MA-1", "en"), self.desk(None, "fr")
        for desk in (secretary, delegate, public):
            desk.open("/desk/committee")
            desk.wait("document.querySelector('[data-contest=\"3\"] [data-candidate]')")
        before = public.run("document.querySelectorAll('[data-contest=\"3\"] [data-candidate]').length")
        _, _, told = self.officers.ask("GET", "/api/v1/assembly/committee", officer="MA-1")
        left = told["members"][-1]["person"]
        click(secretary, "[data-act='committee.leave']")
        self.fill_form(secretary, "committee.leave", {"name": left, "text": HOSTILE})
        secretary.wait("!document.querySelector('dialog')")
        click(delegate, "[data-contest='3'] [data-act=candidature]")
        click(delegate, "dialog [name=person]:not(:disabled)")
        click(delegate, "dialog .button-main")
        for desk in (secretary, delegate, public):
            desk.wait(f"document.querySelectorAll('[data-contest=\"3\"] [data-candidate]').length === {before + 1}")
            self.nothing_ran(desk)
        delegate.open("/desk/committee")
        delegate.wait("document.querySelectorAll('.sheet tbody tr').length === 12")
        delegate.run("(one => { one.value = '2020-01-01'; one.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('[name=day]'))")
        delegate.wait("!document.querySelector('.sheet')")  # nobody is known to have sat then
