"""What bureaus do at the desk with hits, registered objects and individuals' requests: tests for a class that has the world of
tests/system/test_desk_people.py."""

import csv
import json
import os
import struct
import tempfile
import time
import zlib

from desk_pages import ADMIN_PAGES, OFFICE_PAGES, click, office_desk
from program import PATIENCE

HOSTILE = "<img src=x onerror='window.broken = 1'> {count} \u202eelbuort"
KEY = 0


def idempotent():
    global KEY  # pylint: disable=global-statement
    KEY += 1
    return {"Idempotency-Key": f"desk-work-{KEY}"}


def plain_png(side):
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes(3 * side) for _ in range(side))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class WorkTests:
    def saved(self, desk, selector, name):
        """The rows of a file that a click saves."""
        folder = tempfile.mkdtemp(dir=self.folder)
        self.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder, browserContextId=desk.context)
        click(desk, selector)
        path = os.path.join(folder, name)
        deadline = time.monotonic() + PATIENCE
        while not (os.path.exists(path) and os.path.getsize(path)) and time.monotonic() < deadline: # its name is there before its lines
            time.sleep(0.02)
        with open(path, encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def take_step(self, desk, step, **fields):
        """Opens the dialog of a step, fills it in, and sends it."""
        click(desk, f"[data-step={json.dumps(step)}]")
        desk.wait("document.querySelector('dialog[open] form')")
        for name, text in fields.items():
            self.put(desk, name, text)
        click(desk, "dialog form .button-main")
        desk.wait("!document.querySelector('dialog')")

    def state_of(self, desk, state):
        desk.wait(f"document.querySelector('main [data-state={state}]')")

    def nothing_ran(self, desk):
        self.assertEqual(desk.run("window.broken"), None)
        self.assertEqual(desk.run("document.querySelectorAll('main img[src=x]').length"), 0)

    # ---- hits ----

    def test_a_hit_goes_from_the_report_to_the_hand_over_between_two_languages(self):
        _, _, found = self.officers.ask("GET", "/api/v1/notices?colour=red&state=published&limit=500", officer="FR-1")
        notice = next(one for one in found["notices"] if one["owner"] not in ("FR", "GS"))
        status, _, made = self.officers.ask("POST", "/api/v1/hits", {"notice": notice["id"], "place": "Desk 4 " + HOSTILE, "text": HOSTILE, "urgent": True,
                                                                     "evidence": {"score": 0.97, "caption": HOSTILE}}, "FR-1", idempotent())
        self.assertEqual(status, 201, made)
        href = made["id"].replace("/", "-")
        owner = self.desk(f"{notice['owner']}-1", "ar")
        owner.open("/desk/hits")
        owner.wait(f"document.querySelector('.table a[href=\"/desk/hit/{href}\"]')")  # what waits for the own office comes first
        self.assertIn("عاجل", owner.main_text())
        self.assertIn("خلال", owner.main_text())
        click(owner, f".table a[href='/desk/hit/{href}']")
        self.state_of(owner, "reported")
        self.nothing_ran(owner)
        self.take_step(owner, "confirm", text="أمرنا ما زال قائمًا")
        self.state_of(owner, "confirmed")
        self.assertIn("أُكدت الهوية", owner.main_text())

        finder = self.desk("FR-1", "en")
        finder.open("/desk/hits")
        click(finder, f".table a[href='/desk/hit/{href}']")
        self.take_step(finder, "arrest")
        self.state_of(finder, "arrested")
        self.assertIn("in 1", finder.main_text())  # 18 days, and already some seconds less
        owner.open(f"/desk/hit/{href}")
        click(owner, "[data-step=request]")
        owner.wait("document.querySelector('dialog [name=reference]')")
        click(owner, "dialog form .button-main")  # the browser asks for what is missing
        self.assertEqual(owner.run("document.querySelector('dialog [name=reference]').validity.valueMissing"), True)
        self.put(owner, "reference", "E 12/2026")
        click(owner, "dialog form .button-main")
        self.state_of(owner, "requested")
        finder.open(f"/desk/hit/{href}")
        self.take_step(finder, "grant", text="Court of Nowhere")
        self.take_step(finder, "hand-over")
        self.state_of(finder, "handed_over")
        owner.open(f"/desk/hit/{href}")
        click(owner, "[data-step=conclude]")
        click(owner, "#hit-end")
        click(owner, "dialog form .button-main")
        self.state_of(owner, "closed")
        self.assertEqual(owner.run("document.querySelectorAll('.history > li').length"), 7)
        self.assertEqual(self.officers.ask("GET", f"/api/v1/notices/{notice['href']}", officer=f"{notice['owner']}-1")[2]["state"], "ended")
        self.nothing_ran(owner)
        self.assertEqual(self.officers.ask("GET", f"/api/v1/hits/{href}", officer="ES-1")[0], 404)

        # All of them: sorted, narrowed by a word, saved as a file in which no formula begins.
        desk = self.desk("FR-1", "fr")
        desk.open("/desk/hits?view=all&step=hand-over")
        desk.wait("document.querySelector('.table tbody tr')")
        rows = self.saved(desk, ".sheet-save", "hits.csv")
        self.assertIn(made["id"], " ".join(row["who"] for row in rows))
        click(desk, "[data-sort=found]")
        desk.wait("document.querySelector('th[aria-sort=ascending] [data-sort=found]')")
        desk.focus(".sheet input")
        desk.put("no such word")
        desk.wait("document.querySelectorAll('.table tbody tr').length === 0")
        self.assertTrue(desk.run("document.querySelector('.sheet-save').disabled"))
        click(desk, "[data-without=step]")
        desk.wait("!location.search.includes('step=')")

    def test_figures_of_hits_are_what_their_lists_hold(self):
        _, _, told = self.officers.ask("GET", "/api/v1/hits/figures", officer="GS-6")
        self.assertGreater(told["total"], 3)
        for name in ("finder", "owner", "colour", "state"):
            self.assertEqual(sum(one["count"] for one in told[name]), told["total"], name)
            first = told[name][0]
            _, _, found = self.officers.ask("GET", f"/api/v1/hits?limit=1&{name}={first['value']}", officer="GS-6")
            self.assertEqual(found["total"], first["count"], name)
        for one in told["month"]:
            year, month = map(int, one["value"].split("-"))
            until = f"{year + month // 12}-{month % 12 + 1:02}-01"
            _, _, found = self.officers.ask("GET", f"/api/v1/hits?limit=1&step={one['step']}&from={one['value']}-01&until={until}", officer="GS-6")
            self.assertEqual(found["total"], one["count"], one)
        for question in ("step=nonsense", "from=2026", "until=yesterday", "colour=pink", "limit=1", "cursor=x", "due=2026-01-01T00:00:00Z"):
            self.assertEqual(self.officers.ask("GET", f"/api/v1/hits/figures?{question}", officer="GS-6")[0], 400, question)

    def test_each_figure_opens_the_list_of_what_it_counts(self):
        desk = office_desk(self.officers, self.browser, "figures-hits", "en")
        self.addCleanup(desk.leave)
        self.addCleanup(self.no_complaints, desk)
        counted = int(desk.run("document.querySelector('.months a:last-of-type title').textContent.split(': ')[1]"))
        desk.run("document.querySelector('.months a:last-of-type').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))")
        desk.wait("location.pathname === '/desk/hits' && document.querySelector('[data-rows]')")
        self.assertEqual(int(desk.run("document.querySelector('[data-rows]').dataset.rows")), counted)
        desk.open("/desk/figures")
        desk.wait("document.querySelector('.map-place') && document.querySelector('.table tbody tr')")
        rows = self.saved(desk, ".sheet-save", "notices.csv")
        places = desk.run("document.querySelectorAll('.map-place').length")
        self.assertEqual(places, len(rows))  # each owner has a circle

    # ---- registered objects ----

    def test_an_object_is_entered_found_reported_and_withdrawn(self):
        desk = self.desk("MA-1", "ar")
        desk.open("/desk/object/new")
        click(desk, "input[value=vehicle]")
        desk.wait("document.querySelector('[name=vin]')")
        self.put(desk, "make", HOSTILE[:60])
        self.put(desk, "date", "31.12.2099")
        click(desk, "#object-send")
        desk.wait("document.querySelectorAll('.field-fault').length >= 2")
        self.pick(desk, "type", "car")
        self.pick(desk, "status", "stolen")
        click(desk, "#object-send")
        desk.wait("document.querySelector('[name=date][aria-invalid]')")  # what is still to come is not entered
        self.put(desk, "date", "31.3.2026")
        click(desk, "#object-send")
        desk.wait("document.querySelector('[name=vin][aria-invalid]')")  # and no number at all
        self.put(desk, "vin", "QQ-000 000 111")
        click(desk, "#object-send")
        desk.wait("document.querySelector('[data-do=withdraw]')")
        self.assertIn("31 مارس 2026", desk.main_text())
        self.nothing_ran(desk)
        address = desk.run("location.pathname")

        other = self.desk("FR-1", "en")
        other.open("/desk/objects")
        other.wait("document.querySelector('.object-ask')")
        other.focus("[data-field=number]")
        other.put("qq000000111")
        other.press("Enter")
        other.wait("document.querySelector('[data-found=\"1\"]')")
        self.assertIn("Morocco", other.main_text())
        self.assertNotIn("QQ", other.run("location.href").upper())
        self.nothing_ran(other)
        click(other, ".object-hit a")
        click(other, "[data-do=report]")
        self.put(other, "place", "Road check")
        self.put(other, "text", "the same number")
        click(other, "dialog form .button-main")
        self.state_of(other, "reported")

        desk.open("/desk/hits")
        click(desk, ".table .hit-link[data-colour=object]")
        self.state_of(desk, "reported")
        desk.open(address)
        click(desk, "[data-do=amend]")
        desk.wait("document.querySelector('[name=model]')")
        self.put(desk, "model", "نموذج")
        click(desk, "#object-send")
        desk.wait("document.querySelector('[data-do=withdraw]') && document.querySelector('main').innerText.includes('نموذج')")
        click(desk, "[data-do=withdraw]")
        self.pick(desk, "reason", "found")
        click(desk, "dialog form .button-main")
        desk.wait("!document.querySelector('dialog') && document.querySelector('main').innerText.includes('عُثر عليه')")
        other.open("/desk/objects")
        other.wait("document.querySelector('.object-ask')")
        other.focus("[data-field=number]")
        other.put("QQ000000111")
        other.press("Enter")
        other.wait("document.querySelector('[data-found=\"0\"]')")

    def test_a_file_of_objects_is_entered_and_its_bad_lines_told(self):
        path = os.path.join(self.folder, "stolen.csv")

        def write(text):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)

        def send(desk):
            desk.open("/desk/object-file")
            desk.wait("document.querySelector('input[type=file]')")
            desk.choose_file(path)
            desk.run("[...document.querySelectorAll('.choice input')][2].click()")
            click(desk, "#objects-send")

        lines = "".join(f"passport,stolen,MA,QX{i:06}\n" for i in range(3000))
        write("type,status,country,number\n" + lines + "passport,<b>bad</b>,MA,QX900000\npassport,stolen,FR,QX900001\n")
        desk = self.desk("MA-1", "fr")
        send(desk)
        desk.wait("document.querySelector('[data-entered=\"3000\"]')")
        self.assertEqual(desk.run("document.querySelectorAll('.table tbody tr').length"), 2)
        self.assertIn("3 002", desk.main_text().replace("\u202f", " ").replace("\u00a0", " "))
        rows = self.saved(desk, ".sheet-save", "lines.csv")
        self.assertEqual([row["line"] for row in rows], ["3002", "3003"])
        write("type,status,country,number\n" + lines[:2000] + "passport,stol")  # cut off on its way
        send(desk)
        desk.wait("document.querySelector('.trouble')")
        write("name,number\nSomebody,QX1\n")  # a column that is not known
        send(desk)
        desk.wait("document.querySelector('.trouble')")
        _, _, found = self.officers.ask("GET", "/api/v1/object-files", officer="MA-1")
        self.assertEqual([one["objects"] for one in found["files"] if one["name"] == "stolen"], [3000])
        status, _, found = self.officers.ask("POST", "/api/v1/objects/check", {"number": "QX000007", "country": "MA"}, "MA-1")
        self.assertEqual(len(found["hits"]), 1)
        desk.open(f"/desk/object/{found['hits'][0]['id']}")  # a line of a file, withdrawn by its owner
        click(desk, "[data-do=withdraw]")
        self.pick(desk, "reason", "returned")
        click(desk, "dialog form .button-main")
        desk.wait("location.pathname === '/desk/objects'")
        self.assertEqual(self.officers.ask("POST", "/api/v1/objects/check", {"number": "QX000007", "country": "MA"}, "MA-1")[2]["hits"], [])

    # ---- individuals' requests ----

    def add_a_copy(self, desk):
        """One that came by letter: refused when it is no picture, then shown where it stands."""
        with tempfile.TemporaryDirectory() as folder:
            for name, content in (("bad.png", b"no picture"), ("good.png", plain_png(160))):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(content)
            click(desk, "[data-step=paper]")
            desk.wait("document.querySelector('dialog input[type=file]')")
            desk.choose_file(os.path.join(folder, "bad.png"))
            click(desk, "dialog form .button-main")
            desk.wait("document.querySelector('dialog [role=alert][data-status=\"422\"]')")
            desk.choose_file(os.path.join(folder, "good.png"))
            click(desk, "dialog form .button-main")
            desk.wait("!document.querySelector('dialog')")
        click(desk, "[data-look]")
        desk.wait("document.querySelector('dialog img')?.naturalWidth === 160")
        desk.run("document.querySelector('dialog').dispatchEvent(new Event('cancel', {cancelable: true}))")
        desk.wait("!document.querySelector('dialog')")

    def test_a_persons_request_is_examined_decided_by_a_second_officer_and_carried_out(self):
        _, _, found = self.officers.ask("GET", "/api/v1/notices?colour=blue&state=published&limit=500", officer="GS-6")
        notice = next(one for one in found["notices"] if one["owner"] != "GS")
        status, _, receipt = self.officers.ask("POST", "/api/v1/requests", {
            "kind": "deletion", "language": "ar", "signed": True, "text": HOSTILE,
            "applicant": {"name": HOSTILE, "birth": "1984-02-29", "identity": {"kind": "passport", "number": "ZZ1", "country": "Nowhere"}}})
        self.assertEqual(status, 201, receipt)
        href = receipt["receipt"].replace("/", "-")
        first = self.desk("CCF-1", "ar")
        first.open("/desk/requests")
        click(first, f".table a[href='/desk/request/{href}']")
        self.add_a_copy(first)
        click(first, "[data-step=admit]")
        first.wait("document.querySelector('dialog [name=form-founded]')")
        self.assertTrue(first.run("document.querySelector('dialog form .button-main').disabled"))
        for name in ("identity", "signed", "authority", "founded"):
            click(first, f"dialog [name=form-{name}]")
        click(first, "dialog form .button-main")
        self.state_of(first, "examined")
        first.wait("document.querySelector('.due')")  # nine months from now on
        self.take_step(first, "link", notices=notice["id"])
        first.wait(f"document.querySelector('a[href=\"/desk/notice/{notice['href']}\"]')")
        click(first, "[data-step=consult]")
        first.wait("document.querySelectorAll('dialog select option').length === 2")
        self.pick(first, "code", notice["owner"])
        self.put(first, "text", "ما الذي يجوز إبلاغه؟")
        click(first, "dialog form .button-main")
        self.state_of(first, "consulting")
        self.nothing_ran(first)

        owner = self.desk(f"{notice['owner']}-1", "en")  # is asked, and does not learn who asks
        owner.open(f"/desk/request/{href}")
        owner.wait("document.querySelector('[data-step=reply]')")
        self.assertNotIn("window.broken", owner.main_text())
        click(owner, "[data-step=reply]")
        self.pick(owner, "code", "nothing")
        self.put(owner, "text", "Not at present.")
        click(owner, "dialog form .button-main")
        owner.wait("!document.querySelector('dialog')")

        first.open(f"/desk/request/{href}")
        click(first, "[data-step=propose]")
        self.pick(first, "code", "granted")
        self.put(first, "text", "لا أساس للنشرة")
        click(first, "dialog form .button-main")
        self.state_of(first, "proposed")
        first.wait("document.querySelector('[data-step=decide]').disabled")  # four eyes
        second = self.desk("CCF-2", "fr")
        second.open(f"/desk/request/{href}")
        self.take_step(second, "decide")
        self.state_of(second, "decided")
        headquarters = self.desk("GS-6", "es")
        headquarters.open(f"/desk/request/{href}")
        self.take_step(headquarters, "execute")
        headquarters.wait("!document.querySelector('[data-step=execute]')")
        second.open(f"/desk/request/{href}")
        self.take_step(second, "answer")
        self.state_of(second, "answered")
        _, _, told = self.officers.ask("POST", "/api/v1/receipts/state", receipt)
        self.assertEqual(told["phase"], "answered")
        self.assertEqual(self.officers.ask("GET", f"/api/v1/notices/{notice['href']}", officer="GS-6")[0], 404)
        owner.open("/desk/requests")  # and says that its own copies are gone
        click(owner, f"[data-receive='{notice['id']}']")
        owner.wait(f"!document.querySelector('[data-receive=\"{notice['id']}\"]')")

    # ---- for everybody ----

    def test_axe_finds_nothing_on_the_pages_of_work_and_nothing_is_cut_off(self):
        self.look_over([name for name in OFFICE_PAGES if name not in ADMIN_PAGES])

    def look_over(self, names):
        for index, name in enumerate(names):
            language, theme = [("ar", "dark"), ("en", "light"), ("fr", "dark"), ("es", "light")][index % 4]
            desk = office_desk(self.officers, self.browser, name, language, theme, 360, 740)
            desk.settled()
            self.assertLessEqual(desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, name)
            desk.size(1280, 3000)  # nothing below the foot, which stays in sight
            desk.settled()
            self.assertEqual(desk.violations(), [], name)
            self.no_complaints(desk)
            desk.leave()
