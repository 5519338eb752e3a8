"""A headless Chromium for system tests, spoken to by the DevTools protocol over a pipe: no driver, no open port. And a
server of files on 127.0.0.1 with the headers that the desk will have."""

import base64
import fcntl
import http.server
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from program import PATIENCE

CHROMIUM = "/usr/bin/chromium"
# Without these, Chromium looks for its maker's servers as soon as it starts.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"


class Server:
    """Serves a folder's files."""

    def __init__(self, folder):
        class Handler(http.server.SimpleHTTPRequestHandler):
            extensions_map = {".html": "text/html", ".js": "text/javascript"}

            def __init__(self, *args):
                super().__init__(*args, directory=folder)

            def end_headers(self):
                self.send_header("Content-Security-Policy", POLICY)
                super().end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Browser:
    """One Chromium with an empty profile."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="jisr-chromium-")
        to_read, self.writer = os.pipe()
        self.reader, to_write = os.pipe()
        # Chromium reads commands from 3 and writes answers to 4; away from these first, they may be among the four.
        to_read, to_write = (fcntl.fcntl(old, fcntl.F_DUPFD_CLOEXEC, 10) for old in (to_read, to_write))

        def pipes_to_3_and_4():
            os.dup2(to_read, 3)
            os.dup2(to_write, 4)

        # pylint: disable-next=subprocess-popen-preexec-fn
        self.process = subprocess.Popen([CHROMIUM, *FLAGS, f"--user-data-dir={self.profile}", "--remote-debugging-pipe"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        close_fds=False, preexec_fn=pipes_to_3_and_4, start_new_session=True)
        os.close(to_read)
        os.close(to_write)
        self.number = 0
        self.buffer = b""
        self.events = []
        self.left = []  # (context, target) of tabs that pages left

    def close(self):
        try:
            self.send("Browser.close", seconds=5)
            self.process.wait(5)
        except (OSError, EOFError, TimeoutError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.writer)
        os.close(self.reader)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, deadline):
        while b"\0" not in self.buffer:
            if not select.select([self.reader], [], [], max(0, deadline - time.monotonic()))[0]:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self.reader, 1 << 20)
            if not data:
                raise EOFError("Chromium ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, method, session=None, seconds=PATIENCE, **params):
        """One command and its result; events that come meanwhile are kept."""
        return self.send_all([(method, params)], session, seconds)

    def send_all(self, commands, session=None, seconds=PATIENCE):
        """Several commands without waiting in between; the result of the last one."""
        data = b""
        for method, params in commands:
            self.number += 1
            command = {"id": self.number, "method": method, "params": params}
            if session:
                command["sessionId"] = session
            data += json.dumps(command).encode() + b"\0"
        while data:
            data = data[os.write(self.writer, data):]
        deadline = time.monotonic() + seconds
        while True:
            message = self._message(deadline)
            if "id" not in message:
                self.events.append(message)
            elif "error" in message:
                raise RuntimeError(f"{commands[-1][0]}: {message['error']['message']}")
            elif message["id"] == self.number:
                return message["result"]

    def page(self, url):
        return Page(self, url)


class Page:
    """A tab with storage of its own, as if on another device. A device that another page left is taken again: it knows nobody
    and remembers nothing, but the service's files lie there, which a new one takes a second of processor to get."""

    def __init__(self, browser, url):
        self.browser = browser
        if browser.left:
            self.context, self.target = browser.left.pop()
        else:
            self.context = browser.send("Target.createBrowserContext")["browserContextId"]
            self.target = browser.send("Target.createTarget", url="about:blank", browserContextId=self.context)["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Runtime", "Log", "Network", "Page"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setFocusEmulationEnabled", enabled=True) # of several tabs each is as if in front
        self.go(url)

    def leave(self, url):
        """Ends the page, forgets what it stored, and gives its tab to the next one. The address is one of its origin, without
        a script."""
        self.line(True)
        self.go(url)
        self.run("localStorage.clear(), sessionStorage.clear()")
        self.send("Network.clearBrowserCookies")
        self.send("Log.clear")
        self.send("Runtime.discardConsoleEntries")
        self.browser.send("Target.detachFromTarget", sessionId=self.session)
        self.browser.events = [event for event in self.browser.events if event.get("sessionId") != self.session]
        self.browser.left.append((self.context, self.target))

    def send(self, method, **params):
        return self.browser.send(method, session=self.session, **params)

    def go(self, url):
        self.holds("window.left = true") # the page that is there now may still answer for a while
        self.send("Page.navigate", url=url)
        self.wait("!window.left && document.readyState === 'complete' && location.href !== 'about:blank'")

    def run(self, script):
        """The value of a JavaScript expression; waits for a promise."""
        found = self.send("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return found["result"].get("value")

    def holds(self, condition):
        """Whether it is true now. A page that is just being left or loaded anew holds nothing."""
        try:
            return self.run(f"Boolean({condition})")
        except RuntimeError as error:
            if "navigated or closed" in str(error) or "context was destroyed" in str(error):
                return False
            raise

    def wait(self, condition, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not self.holds(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(f"never came true: {condition}\n{self.told()}")
            time.sleep(0.02)

    def told(self):
        """What is on the page, for who has to find out why a test failed."""
        try:
            return self.run("""[location.href, document.activeElement?.outerHTML.slice(0, 300),
                ...[...document.querySelectorAll('dialog, main')].map(e => e.innerText.slice(0, 1000)),
                ...[...document.querySelectorAll('input, textarea')].map(e => `${e.name || e.id}=${e.value.slice(0, 80)}`)].join('\\n')""")
        except (RuntimeError, TimeoutError) as error:
            return str(error)

    def fill(self, name, text):
        self.run(f"document.getElementById({json.dumps(name)}).value = {json.dumps(text)}")

    def text(self, name):
        return self.run(f"(e => e.value ?? e.textContent)(document.getElementById({json.dumps(name)}))")

    def click(self, name):
        """Clicks a button and waits until it can be clicked again."""
        self.run(f"document.getElementById({json.dumps(name)}).click()")
        self.wait(f"!document.getElementById({json.dumps(name)}).disabled")

    KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "F1": (112, ""), " ": (32, " ")}

    def press(self, key, ctrl=False, alt=False, shift=False):
        """One key down and up, as from a keyboard."""
        self.browser.send_all(self._strokes(key, ctrl, alt, shift), self.session)

    def _strokes(self, key, ctrl=False, alt=False, shift=False):
        code, text = self.KEYS.get(key, (ord(key[0].upper()), key))
        if ctrl or alt:
            text = ""
        names = {"key": key, "windowsVirtualKeyCode": code, "modifiers": alt + 2 * ctrl + 8 * shift}
        if len(key) == 1 and key.isascii() and key.isalnum():
            names["code"] = ("Digit" if key.isdigit() else "Key") + key.upper()
        return [("Input.dispatchKeyEvent", dict(names, type="keyDown" if text else "rawKeyDown", text=text, unmodifiedText=text)),
                ("Input.dispatchKeyEvent", dict(names, type="keyUp"))]

    def type(self, text):
        """Keys one after the other, as fast as a reader sends them; a line's end is Enter."""
        keys = ("Enter" if character == "\n" else character for character in text)
        strokes = [stroke for key in keys for stroke in self._strokes(key)]
        begin = time.time()
        for number, (_, names) in enumerate(strokes): # the times that a reader's keys have, however busy this machine is
            names["timestamp"] = begin + number * 0.002
        self.browser.send_all(strokes, self.session)

    def size(self, width, height, scale=1):
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)

    def line(self, up):
        """Cuts the page off from every network, or lets it back."""
        self.send("Network.emulateNetworkConditions", offline=not up, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    def complaints(self):
        """What the page logged, threw, or was forbidden."""
        return [message["params"] for message in self._events("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")]

    def requests(self):
        return [message["params"]["request"]["url"] for message in self._events("Network.requestWillBeSent")]

    def _events(self, *methods):
        self.run("0") # what happened before has been told by now
        return [event for event in self.browser.events if event.get("sessionId") == self.session and event["method"] in methods]
