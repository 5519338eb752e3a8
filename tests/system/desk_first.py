"""First uses of the desk: what somebody does, step by step, who has never seen it and reads no manual. Each gives back its steps, as
sentences: for the tests, which hold their number, and tools/bench desk, which reports them."""

import json

from desk_pages import click
from desk_world import Desk


class Steps(list):
    """Does things in a tab, and keeps what was done."""

    def __init__(self, desk):
        super().__init__()
        self.desk = desk

    def press(self, selector, what):
        self.append(what)
        click(self.desk, selector)

    def fill(self, name, text, what):
        """Into the field of that name, as pasting does."""
        self.append(f"{what}: {text}")
        self.desk.wait(f"document.querySelector('[name={json.dumps(name)}]')")
        self.desk.run(f"(e => {{ e.focus(); e.select?.(); }})(document.querySelector('[name={json.dumps(name)}]'))")
        self.desk.put(text)

    def pick(self, name, value, what):
        self.append(f"{what}: {value}")
        self.desk.run(f"""(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})
                      (document.querySelector('select[name={json.dumps(name)}]'))""")

    def under(self, label, text):
        """Into the field under that label; then leaves it, as its faults and dates are read then."""
        self.append(f"{label}: {text}")
        self.desk.run(f"[...document.querySelectorAll('label')].find(e => e.textContent === {json.dumps(label)}).control.focus()")
        self.desk.put(text)
        self.desk.press("Tab")


def check_passport(browser, service, zone):
    """At the window: the desk is open, a passport lies there."""
    desk = Desk(browser, service)
    desk.open()
    steps = Steps(desk)
    steps.append("put the passport on the reader")
    assert desk.scan(zone) in ("hit", "clear")
    steps.append("read the answer, which fills the screen; press Enter for the next traveller")
    desk.next()
    return steps


def request_red(desk, name="BENRAHHOU", early=None):
    """A red notice, from the check desk to the request; `early` is called when half of it is filled in, and goes on from there."""
    steps = Steps(desk)
    desk.open("/")
    desk.wait("document.querySelector('.navigation a[href=\"/desk/notices\"]')")
    steps.press('.navigation a[href="/desk/notices"]', "Notices")
    steps.press('a[href="/desk/draft/new"]', "Request a notice")
    steps.press('.draft-colour[data-colour="red"]', "Red")
    steps.fill("name", name, "Family name")
    steps.fill("forename", "Salma", "Forename")
    steps.pick("sex", "F", "Sex")
    steps.under("Birth date", "29.2.1984")
    steps.under("Height in metres", "1,68")
    steps.pick("status", "charged", "Status")
    steps.press('input[name=crimes][value=FIN]', "Financial crime")
    if early is not None:
        early(desk)
    steps.press("[data-add=warrants]", "Add an arrest warrant")
    steps.under("Country of the court", "Morocco")
    steps.fill("warrants.authority", "Tribunal of Nowhere", "Court")
    steps.fill("warrants.reference", "2026/1234-5", "Its number")
    steps.under("Date of the warrant", "15/1/2026")
    steps.fill("warrants.charge", "Fraud", "Charge")
    steps.fill("warrants.law", "article 540", "Law")
    steps.fill("warrants.maximum_penalty_months", "60", "Longest penalty in months")
    steps.press('input[name="extradition.assured"]', "Extradition will be asked for")
    steps.fill("summary.en", "On 3 March 2025, at Nowhere.", "What happened")
    return steps


def send_red(steps):
    steps.press("#draft-send", "Ask for publication")
    steps.desk.wait("document.querySelector('[data-state=requested]')")
    return steps


def give_vote(desk):
    """From the check desk to the receipt, while a vote is open."""
    desk.open("/")
    desk.wait("document.querySelector('.navigation a[href=\"/desk/delegate\"]')")
    steps = Steps(desk)
    steps.press('.navigation a[href="/desk/delegate"]', "My delegation")
    steps.press("[data-choice=yes]", "Yes")
    steps.press("#give-vote", "Give the vote")
    desk.wait("document.querySelector('[data-receipt]')")
    return steps


def vote(browser, officers):
    """As the first member that has not voted yet in the vote that is open in the demonstration."""
    found = json.loads(officers.run("officers", "list", "--json", "GS"))["officers"]
    chair = next(one["id"] for one in found if one["roles"] == ["chair"])
    _, _, told = officers.ask("GET", "/api/v1/assembly/sessions/93/vote/2", officer=chair)
    code = next(one["code"] for one in told["ballots"] if not one["voted"])
    return give_vote(officers.desk(browser, f"{code}-1"))
