"""Running an installation at the desk: the first start of an empty one, lists, keys, members, nodes, backups, what officers sign
in with. Part of test_desk_people, for its service and its browser."""

import json
import os
import re
import subprocess
import time

from desk_pages import ADMIN_PAGES, public_desk
from desk_world import Desk, Service
from program import JISR, PATIENCE, PEOPLE, ftm
from test_signin import PASSWORD, one_time_code

class AdminTests:
    def administrator(self, language):
        """A tab of headquarters' administrator, who has just proved to be there."""
        self.officers.cookies.pop("GS-1", None)
        return self.desk("GS-1", language)

    def gone(self, desk):
        desk.wait("!document.querySelector('dialog')")

    def written(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def test_an_empty_installation_leads_its_first_administrator_to_the_check_desk(self):
        for language in ("ar", "en"):
            folder = os.path.join(self.folder, f"empty-{language}")
            os.mkdir(folder)
            said = subprocess.run([JISR, "init", "--data", os.path.join(folder, "data"), "test.example/record"], stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
            code = re.search(r"^ +([0-9A-Z-]{29})$", said, re.M).group(1)
            service = Service(folder)
            try:
                self.first_start(service, language, code)
            finally:
                self.assertNotIn("Sanitizer", service.stop())

    def first_start(self, service, language, code):
        desk = Desk(self.browser, service, language)
        desk.open()
        desk.wait("location.pathname === '/desk/setup'")
        self.put(desk, "setup-code", "0" * 25)
        self.click(desk, "#setup-code")
        desk.wait("document.querySelector('main .trouble[data-status=\"403\"]')")
        self.put(desk, "setup-code", code.lower())
        self.click(desk, "#setup-code")
        desk.wait("document.querySelector('[name=name-en]')")
        self.assertEqual(desk.violations(), [])
        self.put(desk, "name-en", "Invented Secretariat <b>")
        self.click(desk, "#setup-name")
        self.put(desk, "person", "Amal Invented")
        self.put(desk, "login", "amal")
        self.click(desk, "#setup-person")
        desk.wait("document.querySelector('details .code')")
        uri = desk.run("document.querySelector('details .code').textContent")
        self.put(desk, "password", PASSWORD)
        self.put(desk, "code", one_time_code(uri, time.time()))
        self.click(desk, "#enrol-password")
        desk.wait("document.querySelector('#list-load')")
        desk.choose_file(self.written(f"first-{language}.json", (ftm(PEOPLE) + '{"broken\n').encode()))
        self.click(desk, "#list-load")
        desk.wait("document.querySelector('[data-loaded]')")
        self.assertEqual(desk.run("[...document.querySelectorAll('[data-figure] strong')].map(e => e.innerText.replace(/[٠-٩]/g, d => d.charCodeAt(0) - 0x660)).join()"), "5,0,0,0,1")
        self.assertIn(":7", desk.main_text())
        self.assertEqual(desk.violations(), [])
        self.click(desk, "#setup-end")
        desk.wait("location.pathname === '/' && document.querySelector('[data-field=name]')")
        # Nobody comes that way again, signed in or not.
        stranger = Desk(self.browser, service, language)
        stranger.open()
        stranger.wait("document.querySelector('[data-field=name]')")
        stranger.open("/desk/setup")
        stranger.wait("document.querySelector('main .card') && !document.querySelector('[name=setup-code]')")

    def test_axe_finds_nothing_on_the_pages_of_administration_and_nothing_is_cut_off(self):
        self.officers.cookies.pop("GS-1", None)
        self.look_over(ADMIN_PAGES)

    def test_a_list_is_loaded_fails_and_is_taken_away(self):
        desk = self.administrator("ar")
        desk.open("/desk/lists")
        desk.choose_file(self.written("own.csv", b"name,birthDate\nTarvik Oslomund,1955-06-07\nSalma Benrahhou,1984\n"))
        self.put(desk, "list-name", "own")
        self.click(desk, "#list-load")
        desk.wait("document.querySelector('[data-loaded=own]')")
        desk.wait("document.querySelector('[data-drop=own]')")
        desk.choose_file(self.written("nothing.bin", b"\0\1\2" * 99))
        self.click(desk, "#list-load")
        desk.wait("document.querySelector('[data-failed]')")
        self.assertNotIn(self.folder, desk.main_text())
        self.assertTrue(desk.run("!!document.querySelector('[data-drop=own]')"))
        self.click(desk, "[data-drop=own]")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("!document.querySelector('[data-drop=own]')")
        reader = self.desk("MA-1", "en")
        reader.open("/desk/lists")
        reader.wait("document.querySelector('.list')")
        self.assertFalse(reader.run("!!document.querySelector('#list-load, [data-drop]')"))

    def test_a_member_is_suspended_and_reinstated_and_an_office_gets_another_key(self):
        desk = self.administrator("en")
        desk.open("/desk/members")
        desk.wait("document.querySelectorAll('[data-member]').length > 90")
        desk.focus(".sheet input[type=search]")
        desk.put("MC")
        desk.wait("document.querySelectorAll('[data-member]').length < 20 && document.querySelector('[data-member=MC]')")
        for word in ("Suspended", "Member"):
            self.click(desk, "[data-member=MC]")
            self.put(desk, "reason", "decision 12 <script>window.broken = 1</script>")
            self.click(desk, "dialog [data-send]")
            self.gone(desk)
            desk.wait(f"document.querySelector('[data-member=MC]').closest('tr').innerText.includes({json.dumps(word)})")
        desk.follow("/desk/office/MC")
        self.click(desk, "#key-new")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("document.querySelectorAll('[data-end-key]').length === 2")
        desk.run("document.querySelectorAll('[data-end-key]')[1].click()")
        self.put(desk, "reason", "rotated")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("document.querySelectorAll('[data-end-key]').length === 1")
        # Before the last one ends it is said what that means.
        self.click(desk, "[data-end-key]")
        desk.wait("document.querySelector('dialog .trouble').innerText.includes('last key')")
        desk.press("Escape")
        self.gone(desk)
        desk.follow("/desk/keys")
        desk.wait("document.querySelector('[data-log]') && document.querySelectorAll('.sheet tbody tr').length > 90")
        self.assertEqual(desk.run("window.broken"), None)

    def test_what_an_officer_signs_in_with_is_taken_away(self):
        officer = next(one for one in self.officers.ask("GET", "/api/v1/officers?office=GS&limit=500", officer="GS-1")[2]["officers"] if one["roles"] == ["reader"])["id"]
        self.officers.signed(officer)
        self.assertEqual(self.officers.ask("GET", "/api/v1/session", officer=officer)[2]["officer"]["id"], officer)
        desk = self.administrator("ar")
        desk.open(f"/desk/officer/{officer}")
        self.click(desk, "#means-end")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("document.querySelector('[data-means]') && !document.querySelector('#means-end')")
        self.assertIsNone(self.officers.ask("GET", "/api/v1/session", officer=officer)[2]["officer"])
        del self.officers.cookies[officer]
        desk.follow("/desk/officer/GS-1")  # the own ones cannot be taken away
        desk.wait("document.querySelector('main h1 + p').innerText.includes('GS-1') && document.querySelector('[data-means] li')")
        self.assertFalse(desk.run("!!document.querySelector('#means-end')"))

    def test_an_officer_is_out_at_once_when_suspended_goes_on_when_reinstated_and_moves(self):
        officer = json.loads(self.officers.run("officers", "appoint", "GS", "--name", "Zineb <b>", "--login", "zineb.posted", "--roles", "reader", "--json"))["id"]
        theirs = self.desk(officer, "ar")
        theirs.open("/desk/notices")
        theirs.focus("main input[type=search]")
        theirs.put("typed before")
        desk = self.administrator("en")
        desk.open(f"/desk/officer/{officer}")
        self.click(desk, "main [data-step=suspend]")
        self.put(desk, "reason", "an inquiry <img src=x onerror='window.broken = 1'>")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("document.querySelector('[data-state=suspended]')")
        self.assertIsNone(self.officers.ask("GET", "/api/v1/session", officer=officer)[2]["officer"])
        theirs.run("dispatchEvent(new Event('online'))")  # its look at the line, which comes by itself
        theirs.wait("document.querySelector('dialog.dialog-ended[open]')")
        self.assertEqual(theirs.violations(), [])
        theirs.press("Escape")
        theirs.press("Escape")
        theirs.settled()
        self.assertTrue(theirs.run("document.querySelector('dialog.dialog-ended').open"))
        self.click(desk, "main [data-step=reinstate]")
        self.put(desk, "reason", "cleared")
        self.click(desk, "dialog [data-send]")
        desk.wait("!document.querySelector('dialog') && document.querySelector('[data-state=active]')")
        self.assertIsNone(self.officers.ask("GET", "/api/v1/session", officer=officer)[2]["officer"])  # that session stays ended
        self.put(theirs, "login", "zineb.posted")
        self.put(theirs, "password", PASSWORD)
        self.put(theirs, "code", one_time_code(self.officers.codes[officer], time.time() + 30))
        self.click(theirs, "#sign-password")
        theirs.wait("!document.querySelector('dialog')")
        self.assertEqual(theirs.run("document.querySelector('main input[type=search]').value"), "typed before")
        self.click(desk, "main [data-step=move]")
        self.pick(desk, "office", "RB-ABJ")
        self.put(desk, "reason", "posted")
        self.assertEqual(desk.violations(), [])
        self.click(desk, "#officer-move")
        desk.wait("location.pathname.startsWith('/desk/officer/RB-ABJ-') && document.querySelector('[data-state=active]')")
        theirs.run("dispatchEvent(new Event('online'))")
        theirs.wait("document.querySelector('dialog.dialog-ended[open]')")
        desk.follow(f"/desk/officer/{officer}")
        desk.wait("document.querySelector('[data-state=moved]') && !document.querySelector('main [data-step]')")
        self.assertEqual(desk.run("document.querySelectorAll('main a[href^=\"/desk/officer/RB-ABJ-\"]').length"), 1)
        self.assertEqual(desk.run("window.broken"), None)

    def test_a_node_is_admitted_by_its_digits_and_shut_out(self):
        self.officers.run("node", "authority", "--host", "127.0.0.1")
        request = os.path.join(self.folder, "request.json")
        said = subprocess.run([JISR, "node", "init", "--data", os.path.join(self.folder, "node"), "--office", "MA", "--url", "https://127.0.0.1:1", "--name", "rabat", "--out", request],
                              stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", check=True).stderr
        digits = re.search(r"([0-9a-f]{4}(?: [0-9a-f]{4}){3})", said).group(1)
        desk = self.administrator("en")
        self.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=self.folder, browserContextId=desk.context)
        desk.open("/desk/nodes")
        self.click(desk, "#node-new")
        desk.choose_file(request)
        self.put(desk, "digits", "0000 0000 0000 0000")
        self.assertNotIn(digits, desk.run("document.querySelector('dialog').innerText"))
        self.click(desk, "#node-send")
        desk.wait("document.querySelector('dialog .trouble')")
        self.put(desk, "digits", digits)
        self.click(desk, "#node-send")
        desk.wait("document.querySelector('[data-admitted=rabat]')")
        path = os.path.join(self.folder, "admission-rabat.json")
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(path) and time.monotonic() < deadline:
            time.sleep(0.02)
        subprocess.run([JISR, "node", "join", "--data", os.path.join(self.folder, "node"), path], stdin=subprocess.DEVNULL, check=True)
        self.click(desk, "dialog .button-main")
        self.click(desk, "[data-end-node=rabat]")
        self.put(desk, "reason", "a test")
        self.click(desk, "dialog [data-send]")
        self.gone(desk)
        desk.wait("document.querySelector('.sheet') && !document.querySelector('[data-end-node=rabat]')")

    def test_a_backup_is_made_and_checked(self):
        desk = self.administrator("ar")
        desk.open("/desk/backups")
        self.click(desk, "#backup-make")
        desk.wait("document.querySelector('[data-ended=done]') && document.querySelector('[data-check]')")
        name = desk.run("document.querySelector('[data-check]').dataset.check")
        with open(os.path.join(self.folder, "backups", name, "lists.json"), "a", encoding="utf-8") as file:
            file.write(" ")
        self.click(desk, "[data-check]")
        desk.wait("document.querySelector('[data-ended=failed]')")
        desk.wait("document.querySelector('main').innerText.includes('تالفة')")

    def test_a_citizen_asks_without_a_script_and_sees_where_it_stands(self):
        for language in ("ar", "en"):
            page = public_desk(self.browser, self.service, f"/public/{language}/data")
            self.addCleanup(page.leave)
            page.wait("document.querySelector('form.ask [name=paper-number]')")
            self.assertEqual(page.violations(), [])
            # Sent with things missing and a wrong date: told at the fields, and nothing that was typed is lost.
            page.run("""document.querySelectorAll('form.ask input:not([type=radio], [type=checkbox], [type=file], [type=hidden]), form.ask textarea').forEach(one => {
                            one.type = 'text', one.value = '"></textarea><img src=x onerror=window.broken=1><script>window.broken = 1</script>'; }),
                        document.querySelector('[name=birth]').value = '31.12.1984', document.querySelector('form').noValidate = true,
                        document.querySelector('form button').click()""")
            page.wait("document.querySelectorAll('.wrong').length > 1")
            self.assertIn("<script>", page.run("document.querySelector('[name=name]').value"))
            self.assertEqual(page.run("[window.broken ?? 0, document.querySelectorAll('img[src=x], script').length]"), [0, 0])
            self.assertEqual(page.violations(), [])
            page.run("""(values => { for (const [name, value] of Object.entries(values)) document.querySelector(`[name=${name}]`).value = value; })(
                        {name: 'Invented', email: '', birth: '1984-02-29', 'paper-kind': 'passport', 'paper-number': 'ZZ1', 'paper-country': 'Nowhere', text: 'What is held?'}),
                        document.querySelector('[name=signed]').checked = true, document.querySelector('form button').click()""")
            page.wait("document.querySelector('#given-secret')")
            self.assertEqual(page.violations(), [])
            number, secret = page.run("[document.querySelector('#given-receipt').innerText, document.querySelector('#given-secret').innerText]")
            self.assertNotIn(secret, page.run("location.href"))
            page.run("document.querySelector('[name=secret]').value = 'wrong', document.querySelector('form button').click()")
            page.wait("document.querySelector('.wrong')")
            page.run(f"document.querySelector('[name=secret]').value = {json.dumps(secret)}, document.querySelector('form button').click()")
            page.wait("document.querySelector('#phase')")
            self.assertEqual(page.violations(), [])
            found = self.officers.ask("GET", "/api/v1/requests?limit=500", officer="CCF-1")[2]["requests"]
            self.assertEqual(next(one for one in found if one["id"] == number)["state"], "filed")
            page.run("[...document.querySelectorAll('form button')].at(-1).click()")
            page.wait("document.querySelector('#phase') && document.querySelectorAll('form').length === 0")
            found = self.officers.ask("GET", "/api/v1/requests?limit=500", officer="CCF-1")[2]["requests"]
            self.assertEqual(next(one for one in found if one["id"] == number)["state"], "withdrawn")
        status, _, _ = self.officers.ask("POST", "/public/en/data", {}, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"})
        self.assertEqual(status, 403)
