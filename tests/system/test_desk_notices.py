"""Notices at the desk, in a real browser against the built program: from the request in one language to the publication in
another, by the people whose work it is; what strangers' names may not do; and that axe-core finds nothing to mend."""

import json
import os
import shutil
import tempfile
import time
import unittest

from browser import CHROMIUM, Browser
from desk_first import request_red, send_red
from desk_officers import Officers, demo
from desk_world import Service
from test_desk import EXPECTED

HOSTILE = "<img src=x onerror='window.broken = 1'> {count} \u0645\u062d\u0645\u062f"
REVIEW = {question: {"finding": "complies", "text": "looked at"} for question in ("article_2", "article_3", "conditions", "quality")}


@unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
class DeskNoticesTest(unittest.TestCase):
    maxDiff = None
    ballots = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="jisr-desk-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        demo(cls.folder, 160, ballots=cls.ballots)
        os.mkdir(os.path.join(cls.folder, "backups"))
        cls.service = Service(cls.folder, "--set", f"backups={cls.folder}/backups")
        cls.officers = Officers(cls.service)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        cls.addClassCleanup(cls.end)

    @classmethod
    def end(cls):
        said = cls.service.stop()
        if "Sanitizer" in said or "runtime error" in said:
            raise AssertionError(said)

    def desk(self, officer, *words, **settings):
        desk = self.officers.desk(self.browser, officer, *words, **settings)
        self.addCleanup(desk.leave)
        self.addCleanup(self.no_complaints, desk)
        return desk

    def no_complaints(self, desk):
        found = [one for one in desk.complaints() if not one.get("entry", {}).get("text", "").startswith(EXPECTED)]
        self.assertEqual(found, [])
        for url in desk.requests():
            self.assertTrue(url.startswith((self.service.url, "blob:" + self.service.url, "about:", "data:")), url)  # data: a field's own picture

    def put(self, desk, name, text):
        """Into the field of that name, as pasting does."""
        # A page that is still being filled may draw the field anew: until it has the focus.
        desk.wait(f"(e => e && (e.focus(), e.select?.(), e === document.activeElement))(document.querySelector('[name={json.dumps(name)}]'))")
        desk.put(text)

    def pick(self, desk, name, value):
        desk.run(f"""(e => {{ e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change', {{bubbles: true}})); }})
                 (document.querySelector('select[name={json.dumps(name)}]'))""")

    def click(self, desk, selector):
        desk.wait(f"document.querySelector({json.dumps(selector)}) && !document.querySelector({json.dumps(selector)}).disabled")
        desk.run(f"document.querySelector({json.dumps(selector)}).click()")

    def labelled(self, desk, label, text):
        """Into the field under that label; then leaves it, as its faults and dates are read then."""
        desk.run(f"[...document.querySelectorAll('label')].find(e => e.textContent === {json.dumps(label)}).control.focus()")
        desk.put(text)
        desk.press("Tab")

    # ---- a first use: request a red notice, see it examined and published ----

    def send_early(self, desk):
        """What is lacking is told at its field, and what is there is kept."""
        self.click(desk, "#draft-send")
        desk.wait("document.querySelectorAll('.draft .field-fault').length >= 3")
        self.assertIn("Needed: fill it in.", desk.main_text())
        self.assertTrue(desk.run("location.pathname").startswith("/desk/draft/20"))
        self.assertEqual(desk.run("sessionStorage.getItem('jisr.draft.new')"), None)

    def test_a_red_notice_is_requested_in_english_reviewed_in_arabic_and_published_by_a_second_officer(self):
        desk = self.desk("MA-1", "en")
        done = request_red(desk, "BENRAHHOU " + HOSTILE, self.send_early)
        desk.run("location.reload()")  # typed and not saved: it is there again
        desk.wait("document.querySelector('[name=\"summary.en\"]')?.value === 'On 3 March 2025, at Nowhere.'")
        self.assertLessEqual(len(send_red(done)), 22)
        self.assertIn("29 February 1984", desk.main_text())
        address = desk.run("location.pathname")
        self.assertEqual(desk.run("document.querySelectorAll('.notice-steps [data-step=publish]').length"), 0)
        # Whom it reaches: seen before it is saved.
        self.click(desk, "[data-step=restrict]")
        self.click(desk, "dialog input[type=radio] + span, dialog input[type=radio]")
        desk.run("document.querySelectorAll('dialog input[type=radio]')[2].click()")
        self.click(desk, "dialog input[type=checkbox][value=XK], dialog input[type=checkbox][value=FR]")
        desk.wait("document.querySelector('dialog .reach-shown').dataset.outside === '1'")
        self.click(desk, "dialog .button-main")
        desk.wait("!document.querySelector('dialog') && document.querySelector('.notice-side .reach-shown').dataset.outside === '1'")

        reviewer = self.desk("GS-6", "ar")
        reviewer.open("/desk/bench")
        reviewer.wait(f"document.querySelector('a[href={json.dumps(address)}]')")
        self.click(reviewer, f"a[href={json.dumps(address)}]")
        self.click(reviewer, "[data-step=take]")
        reviewer.wait("document.querySelector('.review')")
        self.click(reviewer, "#review-store")  # nothing filled in
        reviewer.wait("document.querySelectorAll('.review .field-fault').length === 4")
        for question in REVIEW:
            self.click(reviewer, f"input[name=review-{question}][value=complies]")
            self.put(reviewer, f"review-{question}-text", "لا مانع")
        self.click(reviewer, "#review-store")
        reviewer.wait("[...document.querySelectorAll('.history strong')].some(e => e.textContent === 'مُلئت استمارة المراجعة')")
        reviewer.wait("document.querySelector('[data-step=publish]').disabled")  # four eyes
        self.assertIn("النشر لموظف آخر", reviewer.main_text())

        second = self.desk("GS-7", "fr")
        second.open(address)
        self.click(second, "[data-step=publish]")
        second.wait("document.querySelector('[data-state=published]')")
        self.click(second, ".history li:last-child .proof-ask")  # and the log's tree is climbed here, in the browser
        second.wait("document.querySelector('.proof')?.dataset.holds === 'true'")

        for officer, sees in (("FR-1", False), ("ES-1", True)):
            status, _, _ = self.officers.ask("GET", "/api/v1/notices/" + address.rsplit("/", 1)[1], officer=officer)
            self.assertEqual(status, 200 if sees else 404, officer)
        # Its name tried to run something on every page that showed it.
        for one, path in ((second, address), (second, "/desk/notices"), (second, address.replace("notice", "compare"))):
            one.open(path)
            one.wait("document.querySelector('.notice-band, .notice-line, .compare-choose')")
            one.settled()
            self.assertEqual(one.run("window.broken"), None)
            self.assertEqual(one.run("document.querySelectorAll('main img[src=x]').length"), 0)

    def test_a_list_is_narrowed_saved_looked_through_and_shared(self):
        desk = self.desk("GS-6", "en")
        desk.open("/desk/notices")
        total = "Number(document.querySelector('.notices-count')?.dataset.total)"
        desk.wait(f"{total} > 100 && document.querySelector('.facet-value[data-colour=red]')")
        told = int(desk.run("document.querySelector('.facet-value[data-colour=red] .number').textContent"))
        self.click(desk, ".facet-value[data-colour=red]")
        desk.wait(f"{total} === {told}")
        self.assertEqual(desk.run("location.search"), "?colour=red")
        self.assertEqual(desk.run("[...document.querySelectorAll('.notice-line')].filter(e => e.dataset.colour !== 'red').length"), 0)
        # Words stay out of the address, and can be kept under a name.
        name = desk.run("document.querySelector('.notice-line strong').textContent")
        desk.run("document.activeElement.blur()")
        desk.press("/")
        desk.wait("document.activeElement.dataset.field === 'words'")
        desk.put(name)
        desk.wait(f"{total} >= 1 && {total} < {told}")
        self.assertEqual(desk.run("location.search"), "?colour=red")
        self.click(desk, "[aria-label='Saved searches'] .button-quiet")
        desk.wait("document.querySelector('[aria-label=\"Saved searches\"] input')")
        desk.focus("[aria-label='Saved searches'] input")
        desk.put("mine <b>")
        desk.press("Enter")
        desk.wait("document.querySelector('.saved')")
        desk.open("/desk/notices?colour=yellow&state=nonsense!&order=caption")  # a shared address; what is none is passed over
        desk.wait("document.querySelector('.notice-line')")
        self.assertEqual(desk.run("[...new Set([...document.querySelectorAll('.notice-line')].map(e => e.dataset.colour))].join()"), "yellow")
        self.click(desk, ".saved .facet-value")
        desk.wait("document.querySelector('[data-field=words]').value !== '' && document.querySelector('.notice-line')?.dataset.colour === 'red'")
        # To the end of all of them, at once.
        desk.open("/desk/notices")
        desk.wait(f"{total} > 100 && document.querySelector('.notice-line')")
        desk.run("document.querySelector('.virtual').scrollTop = 1e9")
        desk.wait(f"document.querySelector('.virtual-cell[aria-posinset=\"' + {total} + '\"] .notice-line')")
        self.assertLess(desk.run("document.querySelectorAll('.virtual-cell').length"), 60)

    def test_axe_finds_nothing_on_the_pages_of_notices_and_nothing_is_cut_off(self):
        _, _, found = self.officers.ask("GET", "/api/v1/notices?state=published&colour=red&limit=1", officer="GS-6")
        href = found["notices"][0]["href"]
        pages = [("GS-6", "/desk/notices", ".notice-line"), ("GS-6", "/desk/bench", ".table, .empty"), ("GS-6", f"/desk/notice/{href}", ".history li"),
                 ("GS-6", f"/desk/compare/{href}", ".compare-choose"), ("MA-1", "/desk/draft/new", ".draft-colour")]
        looks = [("ar", "dark"), ("en", "light"), ("fr", "dark"), ("es", "light")]
        for index, (officer, path, there) in enumerate(pages):
            language, theme = looks[index % 4]
            desk = self.desk(officer, language, theme, 360, 740)
            desk.open(path)
            desk.wait(f"document.querySelector({json.dumps(there)})")
            if "draft" in path:
                self.click(desk, ".draft-colour[data-colour=red]")
                self.click(desk, "[data-add=warrants]")
                desk.wait("document.querySelector('.draft-item')")
            desk.settled()
            self.assertLessEqual(desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0, path)
            desk.size(1440, 900)
            desk.settled()
            time.sleep(0.1)
            self.assertEqual(desk.violations(), [], path)
