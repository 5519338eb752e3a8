"""Bilateral meetings and agreements at the desk: tests for a class that has the world of tests/system/test_desk_people.py."""

import json

from desk_pages import at_headquarters, click
from desk_work import HOSTILE


class MeetingTests:
    def wish(self, desk, subject, code):
        """By keys alone but for sending: N, the other's code, the subject."""
        desk.open("/desk/meetings")
        desk.wait("document.querySelector('#ask') && document.querySelector('.times-day')")
        desk.press("n")
        desk.wait("document.querySelector('dialog [role=combobox]')")
        desk.run("document.querySelector('dialog [role=combobox]').focus()")
        desk.put(code)
        desk.wait("document.querySelector('dialog [role=option]')")
        desk.press("Enter")
        self.put(desk, "subject", subject)
        click(desk, "dialog [data-time='2025-11-27']")
        click(desk, "#wish-send")
        desk.wait("!document.querySelector('dialog')")

    def test_a_meeting_is_asked_for_answered_planned_and_held(self):
        secretary = self.desk(at_headquarters("assembly-secretary")(self.officers), "en")
        morocco, france = self.desk("MA-1", "ar"), self.desk("FR-1", "fr")
        france.open("/desk/meetings")  # and never again: it hears what the others do
        france.wait("document.querySelector('#duties')")
        self.wish(morocco, "Ports " + HOSTILE, "FR")
        _, _, found = self.officers.ask("GET", "/api/v1/meetings", officer="FR-1")
        made = next(one for one in found["meetings"] if one["subject"].startswith("Ports"))["id"]
        card = f"[data-meeting={json.dumps(made)}]"
        morocco.wait(f"document.querySelector({json.dumps(card)} + ' [data-state=asked]')")
        click(france, f"{card} [data-step=accept]")
        click(france, "#wish-send")
        for desk in (france, morocco):
            desk.wait(f"document.querySelector({json.dumps(card)} + ' [data-state=accepted]')")
        other = self.desk("ES-1", "es")
        other.open("/desk/meetings")
        other.wait("document.querySelector('#ask')")
        self.assertEqual(other.run(f"document.querySelectorAll({json.dumps(card)}).length"), 0)
        # the secretariat: tried, put in force with its proof, moved by hand, kept there
        secretary.open("/desk/timetable")
        secretary.wait("document.querySelector('.room-grid')")
        click(secretary, "#rehearse")
        secretary.wait("document.querySelector('#planned [data-proven=true]')")
        self.assertEqual(self.officers.ask("GET", f"/api/v1/meetings/{made}", officer="FR-1")[2]["state"], "accepted")
        click(secretary, "#run-plan")
        secretary.wait(f"document.querySelector('.sheet ' + {json.dumps(card)} + ' [data-step=free]')")
        click(secretary, f".sheet {card} [data-step=place]")
        self.pick(secretary, "time", "2025-11-27T17:30")
        self.pick(secretary, "room", "Koutoubia")
        click(secretary, "#place-send")
        secretary.wait("document.querySelector('dialog .trouble')")  # the room is closed on that day
        self.pick(secretary, "room", "Menara")
        click(secretary, "#place-send")
        secretary.wait(f"document.querySelector('.sheet ' + {json.dumps(card)} + ' [data-step=fix][aria-pressed=true]')")
        france.wait(f"(document.querySelector({json.dumps(card)})?.innerText ?? '').includes('Menara')")  # and not where the plan had put it
        click(france, f"{card} [data-step=hold]")
        self.put(france, "note", "A draft follows " + HOSTILE)
        click(france, "dialog form .button-main")
        france.wait(f"document.querySelector({json.dumps(card)} + ' [data-state=held]')")
        morocco.wait(f"document.querySelector({json.dumps(card)} + ' [data-state=held]')")
        self.assertIn("A draft follows", france.run(f"document.querySelector({json.dumps(card)}).innerText"))
        for desk in (secretary, morocco, france, other):
            self.nothing_ran(desk)

    def test_an_agreement_is_negotiated_signed_and_read_in_its_languages(self):
        spain = self.desk("ES-1", "ar")
        spain.open("/desk/agreements")
        spain.wait("document.querySelector('.sheet [data-state=in-force]')")
        _, _, found = self.officers.ask("GET", "/api/v1/agreements", officer="ES-1")
        made = next(one["id"] for one in found["agreements"] if one["state"] == "negotiated")
        spain.follow(f"/desk/agreement/{made}")
        spain.wait("document.querySelector('#texts article')")
        revision = int(spain.run("document.querySelector('[data-revision]').dataset.revision"))
        click(spain, "[data-step=text]")
        for name, text in (("language", "ar"), ("title", "عن المركبات"), ("wording", "المادة 1. " + HOSTILE)):
            self.put(spain, name, text)
        click(spain, "dialog form .button-main")
        spain.wait(f"document.querySelector('[data-revision=\"{revision + 1}\"]') && document.querySelectorAll('#texts input[type=radio]').length === 3")
        click(spain, "#texts input[type=radio]")
        spain.wait("document.querySelector('article[data-language=ar][dir=rtl] pre')")
        general = at_headquarters("secretary-general")(self.officers)
        for officer in (general, "PT-1"):
            status, _, told = self.officers.ask("POST", f"/api/v1/agreements/{made}/agree", {"revision": revision + 1}, officer=officer)
            self.assertEqual(status, 200, told)
        spain.open(f"/desk/agreement/{made}")
        click(spain, "[data-step=agree]")
        click(spain, "dialog form .button-main")
        self.state_of(spain, "agreed")
        for officer in (general, "PT-1"):
            self.assertEqual(self.officers.ask("POST", f"/api/v1/agreements/{made}/sign", {"signer": "Head"}, officer=officer)[0], 200)
        spain.open(f"/desk/agreement/{made}")
        click(spain, "[data-step=sign]")
        self.put(spain, "signer", "Directora general")
        click(spain, "dialog form .button-main")
        self.state_of(spain, "signed")
        self.assertIn("— ES ", spain.run("document.querySelector('.agreement-note').innerText"))
        secretary = self.desk(general, "fr")
        secretary.open(f"/desk/agreement/{made}")
        click(secretary, "[data-step=deposit]")
        click(secretary, "dialog form .button-main")
        self.state_of(secretary, "deposited")
        self.assertEqual(self.officers.ask("GET", f"/api/v1/public/agreements/{made}")[0], 200)
        self.nothing_ran(spain)
        self.nothing_ran(secretary)
