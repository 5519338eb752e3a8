"""The desk at a node whose line to headquarters is cut: what waits there. Its pages in the form of desk_pages.OFFICE_PAGES, for
tools/pictures; test_outbox looks at the same pages while the line comes back."""

import types

from desk_world import Desk
from test_notices import CONTENT
from test_outbox import OutboxTest

PLAN = {"name": "Northern lights", "participants": ["MA", "FR"], "begins": "2027-01-02", "objectives": "Stolen cars at two ports.", "crime_areas": ["VEH"]}


class CutNode(OutboxTest):
    """Made by setUp, taken away by doCleanups."""

    def runTest(self):
        """None: it is a place, no test."""

    def setUp(self):
        super().setUp()
        self.service = types.SimpleNamespace(url=f"http://127.0.0.1:{self.port}")
        number = self.done("/api/v1/notices", {"content": CONTENT}).replace("/", "-")
        self.line.cut()
        self.wait("still connected", lambda: not self.status(self.ma)["node"]["connected"])
        self.draft(reference="R 1")
        self.first = self.ask("POST", "/api/v1/operations", PLAN, 202).json()["outbox"]["id"]
        self.ask("POST", f"/api/v1/notices/{number}/request", {}, 202)

    def desk(self, browser, page, *words):
        desk = Desk(browser, self.service, *words)
        for name, value in self.cookies.items():
            desk.send("Network.setCookie", name=name, value=value, url=self.service.url, httpOnly=True, sameSite="Strict")
        NODE_PAGES[page](desk, self)
        return desk


def outbox_page(desk, _):
    desk.open("/desk/outbox")
    desk.wait("document.querySelectorAll('[data-item]').length === 3 && document.querySelector('[data-cut]')")


def item_page(desk, node):
    """An operation that waits, its fields under change."""
    desk.open(f"/desk/outbox/{node.first}")
    desk.wait("document.querySelector('[data-item]') && document.querySelector('#item-change')")
    desk.run("document.querySelector('#item-change').click()")
    desk.wait("document.querySelector('input[name=name]')")


NODE_PAGES = {"outbox": outbox_page, "outbox-item": item_page}
