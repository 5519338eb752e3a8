"""The organisation at the desk and the public pages, in a real browser against the built program: an administrator appoints
an officer, who enrols; an auditor looks at who looked; a citizen without an account and without a script finds a notice."""

import csv
import json
import os
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import test_desk_notices
from browser import CHROMIUM
from desk_admin import AdminTests
from desk_affairs import AffairTests
from desk_hostile import HostileTests
from desk_meetings import MeetingTests
from desk_messages import MessageTests
from desk_operations import OperationTests
from desk_work import WorkTests
from desk_world import LANGUAGES, Desk
from program import PATIENCE

HOSTILE = "<img src=x onerror='window.broken = 1'> {count}"


@unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
class DeskPeopleTest(AdminTests, HostileTests, WorkTests, OperationTests, AffairTests, MeetingTests, MessageTests, unittest.TestCase):
    maxDiff = None
    notices = test_desk_notices.DeskNoticesTest
    ballots = notices.ballots
    setUpClass, end = classmethod(notices.setUpClass.__func__), classmethod(notices.end.__func__)
    desk, no_complaints, put, click, pick = notices.desk, notices.no_complaints, notices.put, notices.click, notices.pick

    def test_an_officer_is_appointed_and_invited_and_his_roles_are_changed(self):
        desk = self.administrator("en")
        desk.open("/desk/officers")
        self.click(desk, "#officer-new")
        self.put(desk, "officer-name", "Zineb " + HOSTILE)
        self.put(desk, "officer-login", "zineb.new")
        self.click(desk, "#officer-appoint")  # without a role
        desk.wait("document.querySelector('dialog .field-fault')")
        self.click(desk, "dialog input[value=reviewer]")
        self.click(desk, "#officer-appoint")
        desk.wait("!document.querySelector('dialog')")
        desk.focus("search input")
        desk.put("zineb")
        desk.wait("document.querySelector('main').innerText.includes('zineb.new')")
        _, _, found = self.officers.ask("GET", "/api/v1/officers?limit=500&office=GS", officer="GS-1")
        made = next(one for one in found["officers"] if one["login"] == "zineb.new")
        self.assertEqual(made["roles"], ["reviewer"])
        self.click(desk, f"[data-invite={json.dumps(made['id'])}]")
        desk.wait("document.querySelector('.officer-code')")
        code = desk.run("document.querySelector('.officer-code').innerText")
        self.assertEqual(self.officers.ask("POST", "/api/v1/enrolment", {"enrolment": code})[0], 200)
        self.click(desk, "dialog .button-quiet")
        self.click(desk, f"[data-change={json.dumps(made['id'])}]")
        self.click(desk, "dialog input[value=reader]")
        self.click(desk, "dialog .button-main")
        desk.wait("!document.querySelector('dialog') && document.querySelector('main').innerText.includes('Reader · Reviewer')")
        self.assertEqual(desk.run("window.broken"), None)
        self.assertEqual(desk.run("document.querySelectorAll('main img').length"), 0)
        desk.follow("/desk/offices")
        desk.wait("document.querySelectorAll('[data-office]').length > 190")
        self.assertIn("Headquarters", desk.main_text())

    def test_a_page_that_comes_takes_the_focus_from_no_field_that_has_it_already(self):
        desk = self.administrator("en")
        desk.open()
        desk.run("""new MutationObserver((_, watch) => {
                     const field = document.querySelector('search input');
                     if (field) field.focus(), watch.disconnect();
                 }).observe(document.querySelector('main'), {childList: true, subtree: true})""")
        desk.follow("/desk/officers")
        desk.wait("document.querySelector('[data-change]')")
        desk.settled()
        self.assertTrue(desk.run("document.activeElement.matches('search input')"))

    def test_an_auditor_finds_who_looked_and_saves_it(self):
        self.officers.ask("GET", "/api/v1/notices?words=Nowhere", officer="MA-1")
        desk = self.desk("GS-4", "ar")
        folder = tempfile.mkdtemp(dir=self.folder)
        self.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder, browserContextId=desk.context)
        desk.open("/desk/access")
        desk.wait("document.querySelector('.access-table')")
        self.put(desk, "who", "MA-1")
        desk.press("Enter")
        desk.wait("[...document.querySelectorAll('.access-table tbody tr')].every(row => row.innerText.includes('MA-1'))")
        self.assertIn("بحث", desk.main_text())
        self.click(desk, "#access-save")
        path = os.path.join(folder, "access.csv")
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(path) and time.monotonic() < deadline:
            time.sleep(0.02)
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual({row["who"] for row in rows}, {"MA-1"})
        self.assertIn("search", {row["action"] for row in rows})

    def test_a_citizen_finds_a_public_notice_without_a_script_in_four_languages(self):
        def get(path, status=200):
            try:
                with urllib.request.urlopen(self.service.url + path) as reply:
                    self.assertEqual(reply.status, status)
                    return reply.headers, reply.read().decode()
            except urllib.error.HTTPError as error:
                self.assertEqual(error.code, status, path)
                return error.headers, error.read().decode()

        headers, text = get("/public/en/notices/red")
        self.assertNotIn("<script", text)
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        _, none = get("/public/en/notices/red?name=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        self.assertNotIn("<script", none)
        self.assertIn("&lt;script&gt;", none)
        for path in ("/public/en/notices/red/2026-1", "/public/en/notices/green", "/public/xx", "/public/en/notices/red/%3Cb%3E"):
            self.assertNotIn("<b>", get(path, 404)[1])
        desk = self.desk(None, "en")
        desk.go(self.service.url + "/public/en")
        desk.run("document.querySelector('.kinds .red a').click()")
        desk.wait("document.querySelector('.found li')")
        name = desk.run("document.querySelector('.found bdi').textContent.split(',')[0]")
        desk.run(f"document.querySelector('[name=name]').value = {json.dumps(name)}, document.querySelector('form button').click()")
        desk.wait("location.search.includes('name=') && document.querySelector('.found li')")
        desk.run("document.querySelector('.found a').click()")
        desk.wait("document.querySelector('article.red')")
        self.assertIn(name, desk.main_text())
        notice = desk.run("location.pathname.replace('/public/en', '')")
        for language in LANGUAGES:
            for after in ("", "/members", "/data", "/notices/yellow", notice):
                desk.go(f"{self.service.url}/public/{language}{after}")
                self.assertEqual(desk.run("document.documentElement.lang"), language)
        for after in ("", "/members", "/data", "/notices/un", notice):
            desk.go(f"{self.service.url}/public/ar{after}")
            self.assertEqual(self.faults(desk), [], after)
            desk.size(360, 740)
            self.assertLessEqual(desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, after)
        # What has no public extract is in none of the pages.
        _, _, found = self.officers.ask("GET", "/api/v1/notices?colour=blue&state=published&limit=1", officer="GS-6")
        for kind in ("red", "yellow", "un"):
            get(f"/public/en/notices/{kind}/{found['notices'][0]['href']}", 404)

    def faults(self, desk):
        """axe-core, put in by the browser itself: the page's own policy lets no script in."""
        desk.send("Page.setBypassCSP", enabled=True)
        return Desk.violations(desk)
