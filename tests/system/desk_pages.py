"""Pages of the desk behind signing in, for tools/pictures and the tests: in an invented organisation (desk_officers), each
as one officer sees it. To add one: a function that opens it, and a line in OFFICE_PAGES."""

import json
import os
import re

from desk_world import Desk


def path_of(officers, officer, question, member):
    """The address of the first thing that a list of the service gives to an officer."""
    status, _, found = officers.ask("GET", f"/api/v1/{question}", officer=officer)
    assert status == 200 and found[member], (question, found)
    return found[member][0]


def click(desk, selector):
    desk.wait(f"document.querySelector({json.dumps(selector)}) && !document.querySelector({json.dumps(selector)}).disabled")
    desk.run(f"document.querySelector({json.dumps(selector)}).click()")


def hit_of(officers):
    """An open hit, and the first officer of the office that it waits for: head of a bureau."""
    status, _, found = officers.ask("GET", "/api/v1/hits?open=true&limit=500", officer="GS-6")
    assert status == 200
    hit = next(one for one in found["hits"] if one["awaits"] not in (None, "GS"))
    return hit, f"{hit['awaits']}-1"


def hits_page(desk, _):
    desk.open("/desk/hits?view=open")
    desk.wait("document.querySelector('.table')")


def hit_page(desk, officers):
    desk.open(f"/desk/hit/{hit_of(officers)[0]['href']}")
    desk.wait("document.querySelector('.history li')")


def step_page(desk, officers):
    hit_page(desk, officers)
    desk.run("document.querySelector('[data-step]').click()")
    desk.wait("document.querySelector('dialog[open]')")


def objects_page(desk, officers):
    """Asked for a number that is registered."""
    known = path_of(officers, "GS-6", "objects?kind=document&limit=1", "objects")
    desk.open("/desk/objects")
    desk.wait("document.querySelector('.object-ask')")
    desk.focus("[data-field=number]")
    desk.put(known["object"]["number"])
    desk.press("Enter")
    desk.wait("document.querySelector('.object-hit')")


def object_page(desk, officers):
    desk.open(f"/desk/object/{path_of(officers, 'GS-6', 'objects?kind=vehicle&limit=1', 'objects')['href']}")
    desk.wait("document.querySelector('.facts')")


def object_form_page(desk, _):
    """Sent too early: what is lacking is told at its field."""
    desk.open("/desk/object/new")
    click(desk, "input[value=vehicle]")
    click(desk, "#object-send")
    desk.wait("document.querySelector('.field-fault')")


def object_file_page(desk, _):
    path = os.path.join(desk.browser.profile, "few.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("type,status,country,number,date\npassport,stolen,MA,QQ100001,2026-03-31\npassport,lost,ZZ,QQ100002,2026-04\npassport,stolen,MA,QQ100003,2099-01-01\n")
    desk.open("/desk/object-file")
    desk.wait("document.querySelector('input[type=file]')")
    desk.choose_file(path)
    click(desk, "input[type=radio] + span")
    desk.run("[...document.querySelectorAll('.choice input')][2].click()")
    click(desk, "#objects-send")
    desk.wait("document.querySelector('[data-entered]')")


def requests_page(desk, _):
    desk.open("/desk/requests")
    desk.wait("document.querySelector('.table')")


def request_page(desk, officers):
    desk.open(f"/desk/request/{path_of(officers, 'CCF-1', 'requests?state=examined', 'requests')['href']}")
    desk.wait("document.querySelector('.history li')")


def request_step_page(desk, officers):
    desk.open(f"/desk/request/{path_of(officers, 'CCF-1', 'requests?state=filed', 'requests')['href']}")
    click(desk, "[data-step=admit]")
    desk.wait("document.querySelector('dialog[open]')")


def figures_page(desk, _):
    desk.open("/desk/figures")
    desk.wait("document.querySelector('.map-place')")


def hit_figures_page(desk, _):
    figures_page(desk, _)
    desk.run("document.querySelectorAll('.figures .choice input')[1].click()")
    desk.wait("document.querySelector('.months-bar')")


def messages_page(desk, _):
    desk.open("/desk/messages")
    desk.wait("document.querySelector('.table')")


def message_page(desk, officers):
    answer = next(one for one in officers.ask("GET", "/api/v1/messages", officer="MA-1")[2]["messages"] if one["from"] == "FR")
    desk.open(f"/desk/message/{answer['id']}")
    desk.wait("document.querySelector('main ol li')")


def write_page(desk, _):
    desk.open("/desk/write/new")
    desk.wait("document.querySelectorAll('[data-field=office] option').length > 2 && document.querySelectorAll('[data-field=form] option').length > 2")
    desk.run("const form = document.querySelector('[data-field=form]'); form.value = 'wanted-person'; form.dispatchEvent(new Event('change', { bubbles: true }))")
    desk.wait("document.querySelector('[data-field=reason]')")


def operations_page(desk, _):
    desk.open("/desk/operations")
    desk.wait("document.querySelector('.table')")


def operation_of(officers, state):
    _, _, found = officers.ask("GET", f"/api/v1/operations?state={state}", officer="GS-6")
    return next(one for one in found["operations"] if one["lead"] != "GS")


def operation_page(desk, officers):
    """Reported, with the results of each country."""
    desk.open(f"/desk/operation/{operation_of(officers, 'reported')['href']}")
    desk.wait("document.querySelector('.history li')")


def plan_page(desk, _):
    """Sent too early: what is lacking is told at its field."""
    desk.open("/desk/operation/new")
    click(desk, "#plan-send")
    desk.wait("document.querySelector('.field-fault')")


def report_page(desk, officers):
    desk.open(f"/desk/operation/{operation_of(officers, 'under-way')['href']}")
    click(desk, "[data-step=report]")
    click(desk, "[data-add=seizure]")
    click(desk, "#report-send")
    desk.wait("document.querySelector('dialog .field-fault')")


def session_page(page, there):
    """A page of the session that is under way."""
    def show(desk, _):
        desk.open(f"/desk/{page}")
        desk.wait(f"document.querySelector({json.dumps(there)})")
    return show


def account_of(officers, state):
    _, _, found = officers.ask("GET", "/api/v1/dues", officer="GS-6")
    return next(one for one in found["accounts"] if one["state"] == state)["code"]


def account_page(desk, officers):
    """Of a member that is in arrears and appealed."""
    desk.open(f"/desk/dues/{account_of(officers, 'appealed')}")
    desk.wait("document.querySelector('.table')")


def budget_page(desk, _):
    desk.open("/desk/budget")
    desk.wait("document.querySelectorAll('.table').length > 4")


def wish_page(desk, _):
    session_page("meetings", ".times-day")(desk, None)
    click(desk, "#ask")
    desk.wait("document.querySelector('dialog .times-day')")


def agreement_page(desk, officers):
    """One in force, whose texts are there in four languages."""
    status, _, found = officers.ask("GET", "/api/v1/agreements", officer="MA-1")
    assert status == 200
    desk.open(f"/desk/agreement/{next(one['id'] for one in found['agreements'] if one['state'] == 'in-force')}")
    desk.wait("document.querySelector('#texts article')")


def at_headquarters(role):
    def find(officers):
        found = json.loads(officers.run("officers", "list", "--json", "GS"))["officers"]
        return next(one["id"] for one in found if one["roles"] == [role])
    return find


class Tables:
    """Whether tables of all members or offices are shown whole: axe-core takes long over hundreds of rows that are alike."""
    whole = False


def table_page(page, words, row=".sheet tbody tr"):
    """A table of all members or offices."""
    def show(desk, _):
        desk.open(f"/desk/{page}")
        desk.wait(f"document.querySelectorAll({json.dumps(row)}).length > 90")
        if Tables.whole:
            return
        desk.focus("main input[type=search]")
        desk.put(words)
        desk.wait(f"document.querySelectorAll({json.dumps(row)}).length < 30")
    return show


def admit_page(desk, _):
    desk.open("/desk/nodes")
    click(desk, "#node-new")
    desk.wait("document.querySelector('dialog textarea')")


def end_key_page(desk, _):
    table_page("keys", "MC")(desk, None)
    click(desk, "[data-end-key]")
    desk.wait("document.querySelector('dialog [name=reason]')")


# Pages of who runs the installation, in the same form as below.
ADMIN_PAGES = {
    "members": ("GS-1", table_page("members", "MC")),
    "offices": ("GS-1", table_page("offices", "MC", "[data-office]")),
    "office": ("GS-1", session_page("office/MA", "[data-officers] li")),
    "officers": ("GS-1", table_page("officers", "GS-", "[data-change]")),
    "officer": ("GS-1", session_page("officer/GS-1", "[data-means] li")),
    "roles": ("MA-1", session_page("roles", "[data-role]")),
    "keys": ("GS-1", table_page("keys", "MC")),
    "key-end": ("GS-1", end_key_page),
    "lists-load": ("GS-1", session_page("lists", "#list-load")),
    "nodes": ("GS-1", session_page("nodes", "#node-new")),
    "node-admit": ("GS-1", admit_page),
    "backups": ("GS-1", session_page("backups", ".steps")),
    "access": ("GS-4", session_page("access", ".access-table")),
}

# Name: officer (or who it is, asked of the officers), and how it is opened.
def election_of(officers, state):
    return next((one["id"] for one in officers.ask("GET", "/api/v1/elections")[2]["elections"] if one["state"] == state), None)


def ballot_page(desk, officers):
    """The President's election, counted; the session, where the demonstration holds no election."""
    found = election_of(officers, "counted")
    desk.open(f"/desk/ballot/{found}" if found else "/desk/assembly")
    desk.wait("document.querySelector('main table, .assembly')")


def trustee_page(desk, officers):
    found = election_of(officers, "open")
    desk.open("/desk/trustee" + (f"/{found}" if found else ""))
    desk.wait("document.querySelector('[data-turn], [data-none]')")


OFFICE_PAGES = {
    "hits": ("GS-6", hits_page),
    "objects": ("MA-1", objects_page),
    "object": ("MA-1", object_page),
    "object-form": ("MA-1", object_form_page),
    "object-file": ("MA-1", object_file_page),
    "requests": ("CCF-1", requests_page),
    "request": ("CCF-1", request_page),
    "request-step": ("CCF-1", request_step_page),
    "operations": ("MA-1", operations_page),
    "operation": ("GS-6", operation_page),
    "operation-plan": ("MA-1", plan_page),
    "operation-report": (lambda officers: operation_of(officers, "under-way")["lead"] + "-1", report_page),
    "figures": ("GS-6", figures_page),
    "figures-hits": ("GS-6", hit_figures_page),
    "messages": ("MA-1", messages_page),
    "message": ("MA-1", message_page),
    "write": ("MA-1", write_page),
    "hit": (lambda officers: hit_of(officers)[1], hit_page),
    "assembly": (None, session_page("assembly", ".assembly .agenda li")),
    "ballot": (None, ballot_page),
    "trustee": ("MA-1", trustee_page),
    "delegate": ("MA-1", session_page("delegate", ".checks")),
    "chair": (at_headquarters("chair"), session_page("chair", "#next")),
    "secretary": (at_headquarters("assembly-secretary"), session_page("secretary", "[data-delegation]")),
    "committee": ("MA-1", session_page("committee", ".tabs")),
    "budget": (at_headquarters("secretary-general"), budget_page),
    "dues": ("MA-1", session_page("dues", ".table")),
    "account": ("MA-1", account_page),
    "meetings": ("MA-1", session_page("meetings", "[data-meeting]")),
    "meeting-wish": ("MA-1", wish_page),
    "timetable": (at_headquarters("assembly-secretary"), session_page("timetable", ".room-grid [data-cell]")),
    "agreements": ("MA-1", session_page("agreements", ".table")),
    "agreement": ("MA-1", agreement_page),
    "hall": (at_headquarters("chair"), session_page("hall", ".hall-scene")),
    "hit-step": (lambda officers: hit_of(officers)[1], step_page),
    **ADMIN_PAGES,
}


def public_notice(officers):
    """The first red notice that everybody may see, as the public list gives it."""
    _, _, text = officers.ask("GET", "/public/en/notices/red")
    return re.search(r'href="/public/en(/notices/red/[^"?]+)"', text.decode()).group(1)


# Pages for everybody, without a script: what follows "/public/LANGUAGE".
PUBLIC_PAGES = {"public": "", "public-notices": "/notices/red", "public-notice": public_notice, "public-members": "/members", "public-data": "/data",
                "public-receipt": "/receipt"}


def office_desk(officers, browser, name, *words, **settings):
    """A tab that shows the page of that name."""
    officer, show = OFFICE_PAGES[name]
    desk = officers.desk(browser, officer(officers) if callable(officer) else officer, *words, **settings)
    show(desk, officers)
    return desk


def public_desk(browser, service, path, width=1280, height=900):
    """A public page: no script may run in it but axe-core, which the browser itself puts in."""
    desk = Desk(browser, service, width=width, height=height)
    desk.go(service.url + path)
    desk.send("Page.setBypassCSP", enabled=True)
    return desk
