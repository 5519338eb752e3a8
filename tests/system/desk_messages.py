"""What bureaus do at the desk with sealed messages: tests for a class that has the world of tests/system/test_desk_people.py."""

import json

from desk_pages import click

HOSTILE = "<img src=x onerror='window.broken = 1'> {count} \u202eelbuort"


def choose(desk, field, value):
    desk.wait(f"[...document.querySelectorAll('[data-field={field}] option')].some(one => one.value === {json.dumps(value)})")
    desk.run(f"const one = document.querySelector('[data-field={field}]'); one.value = {json.dumps(value)}; one.dispatchEvent(new Event('change', {{ bubbles: true }}))")


class MessageTests:
    def fill_field(self, desk, field, text):
        desk.wait(f"document.querySelector('[data-field={field}]')")
        desk.focus(f"[data-field={field}]")
        desk.put(text)

    def test_a_message_goes_from_bureau_to_bureau_and_is_answered_in_another_language(self):
        sender = self.desk("MA-1", "ar")
        sender.open("/desk/messages")
        click(sender, "a[href='/desk/write/new']")
        choose(sender, "office", "FR")
        self.fill_field(sender, "subject", "سؤال " + HOSTILE[:30])
        self.fill_field(sender, "text", "السطر الأول " + HOSTILE)
        # What was typed stays when the page is loaded anew before it is sent.
        sender.open("/desk/write/new")
        sender.wait("document.querySelector('[data-field=subject]').value.startsWith('سؤال')")
        click(sender, "form .button-main")
        sender.wait("location.pathname.startsWith('/desk/message/')")
        number = sender.run("location.pathname.split('/').pop()")
        sender.wait("document.querySelector('main').innerText.includes('لدى الأمانة العامة')")

        reader = self.desk("FR-1", "en")
        reader.open("/desk/messages?view=unread")
        click(reader, f".table a[href='/desk/message/{number}']")
        reader.wait("document.querySelector('.msg-text')")
        self.assertIn("السطر الأول", reader.main_text())
        self.assertNotIn(HOSTILE, reader.run("document.querySelector('main').innerHTML"))
        self.assertEqual(reader.run("window.broken"), None)
        self.assertEqual(reader.run("document.querySelectorAll('main img[src=x]').length"), 0)
        click(reader, f"a[href='/desk/write/{number}']")
        choose(reader, "form", "answer")
        self.fill_field(reader, "result", "He is not known here.")
        click(reader, "form .button-main")
        reader.wait(f"location.pathname.startsWith('/desk/message/') && !location.pathname.endsWith({json.dumps(number)})")

        sender.open(f"/desk/message/{number}")
        sender.wait("document.querySelectorAll('main ol li').length === 2")
        sender.wait("document.querySelector('main').innerText.includes('قُرئت')")
        told = self.officers.ask("GET", f"/api/v1/messages/{number}", officer="MA-1")[2]["to"][0]
        self.assertEqual(told["officer"], "FR-1")
        self.assertEqual(self.officers.ask("GET", f"/api/v1/messages/{number}", officer="ES-1")[0], 404)

    def test_a_message_is_refused_and_taken_back(self):
        status, _, made = self.officers.ask("POST", "/api/v1/messages", {"to": ["ES"], "content": {"subject": "Wrong bureau", "text": "t"}}, "MA-1", {"Idempotency-Key": "desk-message-1"})
        self.assertEqual(status, 201, made)
        reader = self.desk("ES-1", "es")
        reader.open(f"/desk/message/{made['id']}")
        reader.wait("document.querySelector('.msg-text')")
        reader.run("[...document.querySelectorAll('main .button-quiet')].find(one => one.innerText.includes('Rechazar')).click()")
        reader.wait("document.querySelector('dialog [name=reason]')")
        reader.focus("dialog [name=reason]")
        reader.put("no es para nosotros")
        click(reader, "dialog form .button-main")
        reader.wait("document.querySelector('main').innerText.includes('no es para nosotros')")
        sender = self.desk("MA-1", "fr")
        sender.open(f"/desk/message/{made['id']}")
        sender.wait("document.querySelector('main').innerText.includes('no es para nosotros')")
        sender.run("[...document.querySelectorAll('main .button-quiet')].find(one => one.innerText.includes('Retirer')).click()")
        sender.wait("document.querySelector('dialog [name=reason]')")
        sender.focus("dialog [name=reason]")
        sender.put("envoyé par erreur")
        click(sender, "dialog form .button-main")
        sender.wait("location.pathname === '/desk/messages'")
        self.assertEqual(self.officers.ask("GET", f"/api/v1/messages/{made['id']}", officer="ES-1")[0], 404)
