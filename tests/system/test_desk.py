"""The desk in a real browser against the built program: the officer's work in Arabic and in English, by keyboard; what
strangers' names may not do; no line; and that axe-core finds nothing to mend. tools/pictures does more of the same."""

import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.request

from browser import CHROMIUM, Browser
from desk_world import CUSTOMERS, HOSTILE, LANGUAGES, NOBODY, PAGES, WITH_HITS, WRONG, Desk, Service, load, load_world
from program import JISR, PATIENCE, PEOPLE

# What Chromium logs by itself when a request is refused or the line is cut; and about a focus that is where it belongs.
EXPECTED = ("Failed to load resource", "Autofocus processing was blocked")


@unittest.skipUnless(os.path.exists(CHROMIUM), "tools/setup installs Chromium")
class DeskTest(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="jisr-desk-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        load_world(cls.folder)
        cls.service = Service(cls.folder)
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)
        cls.addClassCleanup(cls.end)

    @classmethod
    def end(cls):
        said = cls.service.stop()
        if "Sanitizer" in said or "runtime error" in said:
            raise AssertionError(said)

    def desk(self, *words, **settings):
        desk = Desk(self.browser, self.service, *words, **settings)
        self.addCleanup(desk.leave)
        self.addCleanup(self.no_complaints, desk)
        return desk

    def no_complaints(self, desk):
        """Nothing was thrown or forbidden, and nobody else was spoken to."""
        found = [one for one in desk.complaints() if not one.get("entry", {}).get("text", "").startswith(EXPECTED)]
        self.assertEqual(found, [])
        for url in desk.requests():
            self.assertTrue(url.startswith((self.service.url, "blob:" + self.service.url, "about:")), url)

    # ---- the officer's work ----

    def work(self, language, words):
        """One sitting by keyboard alone: scan, look, reject with a reason, next, scan again, take back."""
        desk = self.desk(language)
        desk.open()
        self.assertEqual(desk.scan(WITH_HITS), "hit")
        text = desk.main_text()
        for word in words["hit"]:
            self.assertIn(word, text)
        self.assertIn("MP4471203", text)
        self.assertEqual(desk.run("document.activeElement.tagName"), "H1") # a screen reader begins at the answer
        desk.press("2")
        desk.wait("document.querySelector('dialog[open]')")
        desk.press("Enter") # without a reason nothing is stored
        desk.wait("document.querySelector('dialog .field-fault')")
        desk.press("2")
        desk.press("Enter")
        desk.wait("document.querySelector('[data-verdict=rejected]')")
        self.assertIn(words["rejected"], desk.main_text())
        desk.next()
        self.assertEqual(desk.run("document.activeElement.tagName"), "TEXTAREA")
        self.assertEqual(desk.scan(WITH_HITS), "clear")
        self.assertIn(words["hidden"], desk.main_text())
        # The next passport on the reader needs no key of the officer's.
        desk.type(WRONG)
        desk.wait("document.querySelector('[data-verdict=look]')")
        self.assertEqual(desk.run("document.querySelectorAll('.zone-bad').length"), 2) # the date's, and the composite
        # Take the decision back, so that others find the world as it was.
        desk.open("/desk/decisions")
        desk.wait("document.querySelector('.table')")
        self.assertIn(words["reason"], desk.main_text())
        desk.run("document.querySelector('.table button').click()")
        desk.wait("document.querySelector('.empty')")
        desk.open()
        self.assertEqual(desk.scan(WITH_HITS), "hit")

    def test_the_officers_work_in_english(self):
        self.work("en", {"hit": ["HIT", "1 possible match", "Belarus", "same spelling", "Number and country agree"], "rejected": "SOMEBODY ELSE",
                         "hidden": "1 hidden", "reason": "Another face"})

    def test_the_officers_work_in_arabic(self):
        self.work("ar", {"hit": ["تطابق محتمل", "شخص واحد قد يطابق", "بيلاروس", "الكتابة نفسها", "الوثيقة نفسها"], "rejected": "شخص آخر",
                         "hidden": "أُخفي شخص واحد", "reason": "وجه آخر"})

    def test_a_name_is_asked_by_keyboard_and_marked_in_both_scripts(self):
        desk = self.desk()
        desk.open()
        desk.run("document.activeElement.blur()")
        desk.press("/")
        desk.wait("document.activeElement.dataset.field === 'name'")
        desk.put("Виктор Кузнецделев")
        desk.press("Tab")
        desk.put("14.3.1971")
        desk.press("Tab")
        desk.put("bela")
        desk.wait("document.querySelector('[role=listbox]:not([hidden]) [role=option]')")
        desk.press("Enter") # takes the country
        desk.press("Enter") # asks
        self.assertEqual(desk.verdict(), "hit")
        marked = desk.run("[...document.querySelectorAll('.compare-name mark')].map(mark => mark.textContent)")
        self.assertEqual(marked[0], "Виктор")
        self.assertIn("14 March 1971", desk.main_text())
        self.assertIn("Belarus", desk.main_text())

    def test_switching_the_language_keeps_what_was_typed_and_what_was_answered(self):
        desk = self.desk()
        desk.open()
        desk.focus("[data-field=name]")
        desk.put("Viktor Kuznedelev")
        for language in LANGUAGES:
            desk.speak(language)
            self.assertEqual(desk.run("document.documentElement.dir"), "rtl" if language == "ar" else "ltr")
            self.assertEqual(desk.run("document.querySelector('[data-field=name]').value"), "Viktor Kuznedelev")
        desk.focus("[data-field=name]")
        desk.press("Enter")
        desk.verdict()
        desk.speak("ar")
        self.assertIn("شخص واحد قد يطابق", desk.main_text())
        desk.follow("/desk/lists")
        desk.wait("document.querySelector('.list')")
        desk.follow("/")
        self.assertEqual(desk.verdict(), "hit")
        desk.open() # remembered
        self.assertEqual(desk.run("document.documentElement.lang"), "ar")

    def test_no_word_of_another_language_stands_on_any_page(self):
        english = self.desk("en")
        others = {language: self.desk(language) for language in ("ar", "fr", "es")}
        # Words of the page: not what lists, files and people say (bdi, lang), keys, code, or what is typed.
        words = """[...function* (root) {
            const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const parent = walker.currentNode.parentElement;
                const text = walker.currentNode.data.trim();
                if (text && !parent.closest('bdi, [lang]:not(html), kbd, code, option, script, noscript, .zone-lines')) yield text;
            }
            for (const element of root.querySelectorAll('[aria-label], [title], [placeholder]'))
                for (const name of ['aria-label', 'title', 'placeholder']) if (element.getAttribute(name)) yield element.getAttribute(name);
        }(document.body)]"""
        same = {"fr": {"Pages", "Format", "Documents"}, "es": {"No", "Control"}, "ar": set()}
        for page in ("check", "look", "hit", "failed", "results", "lists", "settings", "record", "missing", "help"):
            PAGES[page](english)
            spoken = {text for text in english.run(words) if any(letter.isalpha() for letter in text)}
            self.assertGreater(len(spoken), 10, page)
            english.line(True)
            for language, desk in others.items():
                PAGES[page](desk)
                found = desk.run(words)
                desk.line(True)
                left = (spoken & set(found)) - same[language]
                self.assertEqual({text for text in left if len(text) > 2 and "jisr" not in text}, set(), f"{page} in {language}")
                if language == "ar":
                    for text in found:
                        text = text.replace("\u2068Viktor Kuznedelev\u2069", " ") # announced: a person's name, set apart
                        latin = [word for word in text.replace("\u2068", " ").split() if word.isascii() and word.isalpha() and len(word) > 1]
                        self.assertLessEqual(set(latin), {"CSV", "Ctrl", "Alt", "jisr", "load", "batch"}, f"{page}: {text}")

    # ---- files ----

    def test_a_file_is_checked_its_faults_told_and_the_result_saved(self):
        desk = self.desk()
        folder = tempfile.mkdtemp(dir=self.folder)
        self.browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder,
                          browserContextId=desk.context)
        PAGES["results"](desk)
        text = desk.main_text()
        for word in ("7 of 7 rows checked", "3 rows with hits", "Line 4, row 3: Birth date “not a date” cannot be read", "Nationality “Atlantis”",
                     "Line 5, row 4: neither name nor document", "Line 6, row 5: the name has nothing", "Line 8, row 7: the service could not read it"):
            self.assertIn(word, text.replace("\u2068", "").replace("\u2069", ""))
        desk.run("document.querySelector('.file-state .button-main').click()")
        path = os.path.join(folder, "customers-jisr.csv")
        deadline = time.monotonic() + PATIENCE
        while not os.path.exists(path) and time.monotonic() < deadline:
            time.sleep(0.02)
        with open(path, encoding="utf-8-sig") as file:
            lines = file.read().splitlines()
        self.assertEqual(lines[0], "id,entity,caption,list,score,matched name,decision")
        self.assertEqual([line.split(",")[:2] for line in lines[1:]], [["1", "inv-1"], ["3", "inv-2"], ["6", "inv-3"]])
        self.assertEqual(len(CUSTOMERS.splitlines()) - 1, 7)

    # ---- strangers' names ----

    def test_names_of_strangers_run_nothing_and_break_nothing(self):
        desk = self.desk()
        PAGES["hostile"](desk)
        self.assertEqual(desk.run("document.querySelectorAll('.hit').length"), len(HOSTILE) + 1)
        self.assertIn("<script>window.broken = 1</script>", desk.main_text())
        self.assertIn("{count} {name}", desk.main_text())
        self.assertGreater(desk.run("document.querySelectorAll('.tamed').length"), 3) # and it says that something was left out
        self.assertEqual(desk.run("[...document.querySelectorAll('main *')].filter(e => /^(SCRIPT|IMG|IFRAME)$/.test(e.tagName)).length"), 0)
        self.assertEqual(desk.run("[...document.querySelectorAll('.hit')].filter(e => e.getBoundingClientRect().height > 900).length"), 0)
        self.assertLessEqual(desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"), 0)
        for name in ("bad-0", "bad-marks"):
            desk.open(f"/desk/record/{name}")
            desk.wait("document.querySelector('.facts-wide')")
            self.assertEqual(desk.run("document.querySelectorAll('a[href^=javascript]').length"), 0)
            self.assertLess(desk.run("Math.max(...[...document.querySelectorAll('dd')].map(e => e.getBoundingClientRect().height))"), 500)
        self.assertEqual(desk.run("window.broken"), None)
        # A name in the address is not a page, and runs nothing either.
        desk.go(self.service.url + "/desk/record/%3Cimg%20src%3Dx%20onerror%3D%22window.broken%3D1%22%3E")
        desk.wait("document.querySelector('.trouble')")
        self.assertEqual(desk.run("window.broken"), None)

    def test_what_the_officer_types_runs_nothing(self):
        desk = self.desk()
        desk.open()
        self.assertEqual(desk.ask_name("<img src=x onerror=window.broken=1> \u202eabc"), "clear")
        self.assertIn("<img src=x", desk.main_text())
        self.assertEqual(desk.run("window.broken"), None)

    def test_the_policy_forbids_what_was_not_built_in(self):
        desk = self.desk()
        desk.open()
        kept = desk.complaints()
        desk.run("""(() => { const script = document.createElement('script');
            try { script.textContent = 'window.broken = 1'; document.body.append(script); } catch {} })()""")
        self.assertEqual(desk.run("window.broken"), None)
        self.assertIn("TypeError", desk.run("(() => { try { document.body.innerHTML = '<b>x</b>'; return 'taken'; } catch (error) { return String(error); } })()"))
        self.assertEqual(desk.run("fetch('http://127.0.0.1:9/').then(() => 'let out', () => 'kept in')"), "kept in")
        self.browser.events = [event for event in self.browser.events if event.get("session") != desk.session]
        self.assertGreater(len(desk.complaints()), len(kept)) # the browser told of each; they are no fault of the page
        self.browser.events.clear()

    # ---- no line ----

    def test_a_cut_line_is_told_what_was_typed_is_kept_and_the_page_opens_without_it(self):
        service = Service(self.folder)
        try:
            desk = Desk(self.browser, service, "en")
            desk.open()
            desk.wait("navigator.serviceWorker.controller || navigator.serviceWorker.ready.then(() => 1)")
            desk.run("navigator.serviceWorker.ready.then(() => 0)")
            desk.focus("[data-field=name]")
            desk.put("Viktor Kuznedelev")
            address = service.url[len("http://"):]
            service.stop()
            desk.press("Enter")
            self.assertEqual(desk.verdict(), "failed") # never to be taken for "no hit"
            text = desk.main_text()
            for words in ("NOT CHECKED", "The line to the service is cut since", "The oldest list was loaded"):
                self.assertIn(words, text)
            desk.press("Escape")
            desk.wait("document.querySelector('[data-field=name]')?.value === 'Viktor Kuznedelev'")
            # The page itself opens from what the browser keeps, and says that there is no line.
            desk.open("/desk/lists")
            desk.wait("document.querySelector('.cut-line')")
            self.assertIn("Loaded", desk.main_text())
            service.start(address)
            desk.wait("!document.querySelector('.cut-line')", 20)
            desk.open()
            self.assertEqual(desk.scan(NOBODY), "clear")
        finally:
            said = service.stop()
        self.assertNotIn("Sanitizer", said)

    # ---- who asks, and no list ----

    def test_where_a_token_is_wanted_the_page_asks_for_it(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        load(folder, "invented", PEOPLE)
        config = os.path.join(folder, "serve.conf")
        made = subprocess.run([JISR, "serve", "--new-token", "desk"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
        secret = next(word for word in made.split() if word.startswith("jisr_"))
        with open(config, "w", encoding="utf-8") as file:
            file.write("require-token = yes\n" + made)
        service = Service(folder, "--config", config)
        try:
            desk = Desk(self.browser, service, "en")
            desk.open()
            desk.wait("document.querySelector('dialog input[type=password]')")
            desk.focus("dialog input")
            desk.put("jisr_wrong")
            desk.press("Enter")
            desk.wait("document.querySelector('dialog .field-fault')")
            desk.focus("dialog input")
            desk.run("document.querySelector('dialog input').select()")
            desk.put(secret)
            desk.press("Enter")
            desk.wait("!document.querySelector('dialog')")
            self.assertEqual(desk.scan(WITH_HITS), "hit")
            self.assertEqual(desk.run("JSON.stringify(localStorage).includes('jisr_')"), False) # only until the tab is closed
        finally:
            service.stop()

    def test_without_a_list_nobody_is_told_to_be_clear(self):
        folder = tempfile.mkdtemp(dir=self.folder)
        service = Service(folder)
        try:
            desk = Desk(self.browser, service, "en")
            desk.open()
            self.assertEqual(desk.ask_name("Viktor Kuznedelev"), "failed")
            self.assertIn("No list is loaded", desk.main_text())
        finally:
            service.stop()

    # ---- for everybody ----

    def test_axe_finds_nothing(self):
        desk = self.desk()
        desk.open()
        desk.run("document.querySelector('main h1').setAttribute('aria-bogus', '1')")
        self.assertNotEqual(desk.violations(), []) # it does look
        for index, go in enumerate(PAGES.values()):
            tab = Desk(self.browser, self.service, *[("ar", "dark"), ("en", "light"), ("fr", "dark"), ("es", "light")][index % 4])
            go(tab)
            tab.settled()
            self.assertEqual(tab.violations(), [], go.__name__)
            self.no_complaints(tab)
            tab.leave()

    def test_nothing_is_cut_off_from_360_pixels_to_4k(self):
        for language in ("ar", "fr"):
            desk = self.desk(language, "light", 360, 740)
            for page in ("check", "hit", "clear", "lists", "record", "settings", "results", "decide"):
                PAGES[page](desk)
                desk.settled()
                over = desk.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                self.assertLessEqual(over, 0, f"{page} in {language}")
        desk = self.desk("en", "light", 3840, 2160)
        PAGES["hit"](desk)
        self.assertGreaterEqual(desk.run("parseFloat(getComputedStyle(document.documentElement).fontSize)"), 20)

    def test_every_step_of_the_keyboard_is_seen(self):
        desk = self.desk()
        desk.open()
        desk.run("document.activeElement.blur(), document.body.focus()")
        seen = set()
        for _ in range(40):
            desk.press("Tab")
            seen.add(desk.run("""(e => e === document.body ? 'end' : (getComputedStyle(e).outlineStyle !== 'none' || (e.matches('.choice-row input')
                && getComputedStyle(e.nextElementSibling).outlineStyle !== 'none') ? 'seen ' : 'unseen ') + e.tagName + (e.className.baseVal ?? e.className))(document.activeElement)"""))
        self.assertEqual([one for one in seen if one.startswith("unseen")], [])
        self.assertGreater(len(seen), 10)

    def test_the_first_page_is_small_and_says_what_to_keep(self):
        sizes = 0
        desk = self.desk()
        desk.open()
        for url in {url for url in desk.requests() if url.endswith((".js", ".css"))}:
            request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
            with urllib.request.urlopen(request) as reply:
                sizes += len(reply.read())
        self.assertGreater(sizes, 20_000)
        self.assertLess(sizes, 200_000)
