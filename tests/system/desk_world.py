"""The desk in a browser against the built program: lists of invented people, one of them hostile, and a way to every page
that it has. Used by the tests of the desk and by tools/pictures."""

import json
import os
import re
import signal
import subprocess
import time

from browser import Page
from program import JISR, PATIENCE, PEOPLE, SOURCE, ftm, passport

LANGUAGES = ["ar", "en", "fr", "es"]
AXE = os.path.join(SOURCE, "desk", "app", "node_modules", "axe-core", "axe.min.js")

# Names made to break the page that shows them.
HOSTILE = [
    "<script>window.broken = 1</script> Tarvik Oslomund",
    "Tarvik Oslomund <img src=x onerror='window.broken = 1'>",
    "Tarvik \u202edlosO\u202c Oslomund",
    "\u2067Tarvik\u2069 Oslomund \u200f\u061c",
    "Tarvik Oslomund " + "e" + "\u0301" * 400,
    "Tarvik Oslomund " + "\ufdfd" * 60,
    "javascript:window.broken=1 Tarvik Oslomund",
    "{count} {name} Tarvik Oslomund &lt;b&gt;",
    "Tarvik" + "\u00a0" * 300 + "Oslomund",
]

WITH_HITS = passport("KUZNEDELEV", "VIKTOR", "BLR", "MP4471203", "710314", "M")
NOBODY = passport("FJELLHEIM", "SOLVEIG", "NOR", "X1234567", "870412", "F")
WRONG = NOBODY.replace("870412", "870413")

CUSTOMERS = """\
id,name,birthDate,nationality,document
1,Viktor Kuznedelev,1971-03-14,by,
2,Solveig Fjellheim,1987-04-12,no,
3,Salma Benrahhou,not a date,Atlantis,
4,,,,
5,\u2014,,,
6,\u8d75\u660e\u8f69,1990-11,cn,
7,Vik\0tor Kuznedelev,soon,,
"""


def hostile_people():
    people = [{"id": f"bad-{i}", "caption": name, "schema": "Person",
               "properties": {"name": [name, "Tarvik Oslomund"], "birthDate": ["1955-06-07"], "notes": [name],
                              "sourceUrl": ["javascript:window.broken=1"]}} for i, name in enumerate(HOSTILE)]
    people.append({"id": "bad-marks", "caption": "a" + "\u0300" * 500, "schema": "Person",
                   "properties": {"name": ["Tarvik Oslomund"], "notes": ["a" + "\u0300" * 10000, "\u202e" * 1000 + "x"]}})
    return people


class Service:
    """`jisr serve` on a free port of this machine."""

    def __init__(self, folder, *words, program=JISR, address="127.0.0.1:0"):
        self.folder = folder
        self.program, self.words = program, words
        self.env = {k: v for k, v in os.environ.items() if k != "JISR_DATA"}
        self.env.update(JISR_DATA=os.path.join(folder, "data"), HOME=folder, LC_ALL="C.UTF-8")
        self.process = None
        self.start(address)

    def start(self, address):
        self.process = subprocess.Popen([self.program, "serve", "--listen", address, "--set", "log-level=error", *self.words],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=self.env, cwd=self.folder)
        said = b""
        for line in self.process.stdout:
            said += line
            found = re.search(rb"http://127\.0\.0\.1:\d+", line)
            if found:
                self.url = found.group(0).decode()
                return
        raise AssertionError("the service did not start:\n" + said.decode("utf-8", "replace"))

    def stop(self):
        """What it said until its end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.communicate(timeout=PATIENCE)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.communicate()[0].decode("utf-8", "replace") + "\nSanitizer: it did not end\n"


def load(folder, name, entities, program=JISR):
    path = os.path.join(folder, f"{name}.ftm.json")
    with open(path, "w", encoding="utf-8") as file:
        file.write(ftm(entities) if isinstance(entities, list) else entities)
    subprocess.run([program, "load", "--data", os.path.join(folder, "data"), "--list", name, path], stdin=subprocess.DEVNULL,
                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)


def load_world(folder, program=JISR):
    load(folder, "invented", PEOPLE, program)
    load(folder, "hostile", hostile_people(), program)


class Desk(Page):
    """One officer's tab."""

    def __init__(self, browser, service, language="en", theme="light", width=1280, height=900, **settings):
        super().__init__(browser, service.url + "/healthz") # the same origin, for its storage
        self.url = service.url
        settings.update(language=language, theme=theme)
        for name, value in settings.items():
            self.run(f"localStorage.setItem({json.dumps('jisr.' + name)}, {json.dumps(json.dumps(value))})")
        self.size(width, height)

    def leave(self, url=None):
        super().leave(url or self.url + "/healthz")

    def open(self, path="/"):
        self.go(self.url + path)
        self.wait("document.querySelector('main h1') && document.fonts.status === 'loaded'")
        self.settled() # before it is drawn, keys are dropped

    def follow(self, path):
        """To another page of the desk as a link leads there, without loading anew."""
        self.run(f"history.pushState(null, '', {json.dumps(path)}), dispatchEvent(new PopStateEvent('popstate'))")

    def focus(self, selector):
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")

    def put(self, text):
        """Into the field that has the focus, at once, as pasting does; again where the browser lost it."""
        self.wait("document.activeElement.matches('input, textarea')")
        self.run("window.field = document.activeElement, window.took = false, "
                 "addEventListener('input', () => { window.took = true; }, {capture: true, once: true})")
        self.send("Input.insertText", text=text)
        tries = 0
        while not self.holds("window.took"):
            time.sleep(0.02)
            if (tries := tries + 1) % 100 == 0:
                self.run("field.focus(), field.select()")
                self.send("Input.insertText", text=text)
            if tries > PATIENCE * 10:
                raise TimeoutError(f"the field does not take '{text}'\n{self.told()}")

    def verdict(self):
        self.wait("document.querySelector('[data-verdict]')")
        return self.run("document.querySelector('[data-verdict]').dataset.verdict")

    def scan(self, zone):
        """What a passport reader does: keys, as fast as they come, wherever the focus is."""
        self.type(zone)
        return self.verdict()

    def ask_name(self, name, born=""):
        self.focus("[data-field=name]")
        self.put(name)
        if born:
            self.press("Tab")
            self.put(born)
        self.press("Enter")
        return self.verdict()

    def next(self):
        """Enter, once the answer has stood long enough for it."""
        self.run("new Promise(done => setTimeout(done, 750))")
        self.press("Enter")
        self.wait("document.querySelector('.ask')")

    def settled(self):
        """Waits until the page stands still."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        self.run("document.fonts.ready.then(() => 0)")

    def speak(self, language):
        self.run(f"""(select => {{ select.value = {json.dumps(language)}; select.dispatchEvent(new Event('change', {{bubbles: true}})); }})
                 (document.querySelector('.tools-language select'))""")
        self.wait(f"document.documentElement.lang === {json.dumps(language)}")
        self.settled()

    def paint(self, theme):
        button = "document.querySelector('.tools-language').nextElementSibling"
        for _ in range(3):
            if self.run("JSON.parse(localStorage.getItem('jisr.theme'))") == theme:
                break
            self.run(f"{button}.click()")
            self.settled()
        self.wait(f"document.documentElement.dataset.theme === {json.dumps(theme)}")

    def choose_file(self, *paths):
        root = self.send("DOM.getDocument")["root"]["nodeId"]
        node = self.send("DOM.querySelector", nodeId=root, selector="input[type=file]")["nodeId"]
        self.send("DOM.setFileInputFiles", nodeId=node, files=list(paths))

    def main_text(self):
        return self.run("document.querySelector('main').innerText")

    def violations(self):
        """What axe-core finds, one line each."""
        if not self.run("typeof axe === 'object'"):
            with open(AXE, encoding="utf-8") as file:
                self.run(file.read() + "; 0")
        # All of the page at once: what stands at the edge of the window stands over what is scrolled there.
        # Again while it grows: what is live may come meanwhile.
        width, height = self.run("[innerWidth, innerHeight]")
        for _ in range(8):
            self.settled()
            now, whole = self.run("[innerHeight, document.documentElement.scrollHeight]")
            if whole <= now:
                break
            self.size(width, whole)
        found = self.run("""axe.run(document, {resultTypes: ['violations'], runOnly: {type: 'tag',
            values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}})
            .then(result => result.violations.map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ') + ' '
                + (node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? '')).slice(0, 3).join(' | ')))""")
        self.size(width, height)
        return found


def ask_page(desk):
    desk.open()


def clear_page(desk):
    desk.open()
    assert desk.scan(NOBODY) == "clear"


def look_page(desk):
    desk.open()
    assert desk.scan(WRONG) == "look"


def hit_page(desk):
    desk.open()
    assert desk.scan(WITH_HITS) == "hit"


def arabic_hit_page(desk):
    """Asked in Arabic letters, listed in Latin ones."""
    desk.open()
    assert desk.ask_name("\u0641\u064a\u0643\u062a\u0648\u0631 \u0643\u0648\u0632\u0646\u064a\u062f\u0644\u064a\u0641", "14/3/1971") == "hit"


def decide_page(desk):
    hit_page(desk)
    desk.press("2")
    desk.wait("document.querySelector('dialog[open]')")


def hostile_page(desk):
    desk.open()
    assert desk.ask_name("Tarvik Oslomund") == "hit"


def failed_page(desk):
    desk.open()
    desk.line(False)
    desk.focus("[data-field=name]")
    desk.put("Viktor Kuznedelev")
    desk.press("Enter")
    assert desk.verdict() == "failed"


def file_page(desk):
    desk.open("/desk/file")


def results_page(desk):
    path = os.path.join(desk.browser.profile, "customers.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CUSTOMERS)
    desk.open("/desk/file")
    desk.choose_file(path)
    desk.wait("document.querySelector('.file-state .button-main:not(:disabled)')")


def lists_page(desk):
    desk.open("/desk/lists")
    desk.wait("document.querySelector('.list')")


def decisions_page(desk):
    desk.open("/desk/decisions")
    desk.wait("document.querySelector('.table, .empty')")


def settings_page(desk):
    desk.open("/desk/settings")


def record_page(desk):
    desk.open("/desk/record/inv-1")
    desk.wait("document.querySelector('.facts-wide')")


def missing_page(desk):
    desk.open("/desk/nowhere")


def palette_page(desk):
    desk.open("/desk/lists")
    desk.press("k", ctrl=True)
    desk.wait("document.querySelector('dialog[open]')")


def help_page(desk):
    desk.open()
    desk.press("F1")
    desk.wait("document.querySelector('dialog[open]')")


# Every page and what can stand on it, in the order of the picture book.
PAGES = {"check": ask_page, "clear": clear_page, "look": look_page, "hit": hit_page, "hit-arabic": arabic_hit_page,
         "decide": decide_page, "hostile": hostile_page, "failed": failed_page, "file": file_page, "results": results_page,
         "lists": lists_page, "decisions": decisions_page, "settings": settings_page, "record": record_page,
         "missing": missing_page, "palette": palette_page, "help": help_page}
