"""Run with the interpreter of tests/clients_notices.txt against a serving process: de-interpol, which was generated from the
published description of INTERPOL's API and not written here, and the requests of the OpenSanctions crawler (its order of
splitting: nationality, age, sex, length of name). EXPECTED names a file with the public numbers by colour; CAP is the
setting of the service."""

import json
import os
import unittest
import urllib.parse
import urllib.request

from deutschland.interpol import ApiClient, Configuration
from deutschland.interpol.api.default_api import DefaultApi

BASE = os.environ["BASE"].rstrip("/")
CAP = int(os.environ.get("CAP", "160"))
with open(os.environ["EXPECTED"], encoding="utf-8") as file:
    EXPECTED = json.load(file)


def get(url, **query):
    if query:
        url += "?" + urllib.parse.urlencode(query)
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0", "Origin": "https://www.interpol.int"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return json.load(answer)


class DeInterpol(unittest.TestCase):
    """Its description says that a list of notices is one of texts, which the real service does not give either: as its users
    do, the check of types is switched off."""

    def setUp(self):
        self.api = DefaultApi(ApiClient(Configuration(host=BASE)))

    def crawl(self, **filters):
        found, page = [], 1
        while True:
            answer = self.api.notices_v1_red_get(result_per_page=160, page=page, _check_return_type=False, **filters)
            notices = answer["embedded"]["notices"]
            if answer["query"]["page"] != page or not notices:
                break
            found += [one["entity_id"] for one in notices]
            page += 1
        return answer["total"], found

    def test_every_red_notice_is_read_once(self):
        found = []
        for age in range(0, 121):
            total, some = self.crawl(age_min=age, age_max=age)
            self.assertEqual(len(some), min(total, CAP))
            if total > CAP:
                some = []
                for sex in ("M", "F", "U"):
                    for dots in range(0, 60):
                        inner, more = self.crawl(age_min=age, age_max=age, sex_id=sex, name="^" + "." * dots + "$")
                        self.assertLessEqual(inner, CAP)
                        some += more
            found += some
        self.assertEqual(sorted(found), sorted(EXPECTED["red"]))

    def test_details_and_images_are_of_the_published_form(self):
        for number in EXPECTED["red"][:40]:
            notice = number.replace("/", "-")
            detail = self.api.notices_v1_red_notice_id_get(notice, _check_return_type=False)
            self.assertEqual(detail["entity_id"], number)
            images = self.api.notices_v1_red_notice_id_images_get(notice, _check_return_type=False)
            self.assertIn("images", images["embedded"])


class OpenSanctions(unittest.TestCase):
    """As the crawler of 2022 asks; left-over keys would make it warn, a missing one end it."""

    KEYS = {"arrest_warrants", "date_of_birth", "distinguishing_marks", "weight", "nationalities", "entity_id", "eyes_colors_id",
            "sex_id", "place_of_birth", "forename", "country_of_birth_id", "hairs_id", "name", "languages_spoken_ids", "height",
            "_embedded", "_links"}

    def setUp(self):
        self.seen = {}

    def notices(self, url, query):
        query = {**query, "resultPerPage": 160}
        answer = get(url, **query)
        if answer["total"] > CAP:
            return False
        for one in answer["_embedded"]["notices"]:
            self.seen[one["entity_id"]] = one["_links"]["self"]["href"]
        return True

    def split(self, url, query):
        if self.notices(url, query):
            return
        for low, high in [(0, 20)] + [(age, age) for age in range(20, 91)] + [(90, 300)]:
            aged = {**query, "ageMin": low, "ageMax": high}
            if self.notices(url, aged):
                continue
            for sex in ("M", "F", "U"):
                sexed = {**aged, "sexId": sex}
                if self.notices(url, sexed):
                    continue
                for field in ("name", "forename"):
                    for dots in range(0, 70):
                        self.notices(url, {**sexed, field: "^" + "." * dots + "$"})

    def test_every_public_notice_is_read(self):
        for colour in ("red", "yellow"):
            self.seen = {}
            url = f"{BASE}/notices/v1/{colour}"
            for country in EXPECTED["countries"]:
                self.split(url, {"nationality": country})
                if colour == "red":
                    self.split(url, {"arrestWarrantCountryId": country})
            self.split(url, {})
            self.assertEqual(sorted(self.seen), sorted(EXPECTED[colour]))
        for number, href in list(self.seen.items())[:20]:
            self.assertEqual(get(href)["entity_id"], number)

    def test_details_have_the_known_keys(self):
        for number in EXPECTED["red"][:40]:
            detail = get(f"{BASE}/notices/v1/red/{number.replace('/', '-')}")
            self.assertEqual(set(detail), self.KEYS)
            for warrant in detail["arrest_warrants"]:
                warrant.pop("charge_translation")
                self.assertEqual(set(warrant), {"charge", "issuing_country_id"})
            images = get(detail["_links"]["images"]["href"])["_embedded"]["images"]
            for image in images:
                with urllib.request.urlopen(image["_links"]["self"]["href"], timeout=20) as answer:
                    self.assertIn(answer.read(4), (b"\x89PNG", b"\xff\xd8\xff\xe0"))

    def test_un_notices_in_their_three_lists(self):
        for path in ("un", "un/persons", "un/entities"):
            page, found = 1, []
            while True:
                answer = get(f"{BASE}/notices/v1/{path}", unResolution="", page=page, resultPerPage=160)
                if answer["query"]["page"] != page:
                    break
                found += [one["entity_id"] for one in answer["_embedded"]["notices"]]
                page += 1
            self.assertEqual(len(set(found)), len(found))
            self.assertEqual(len(found), min(CAP, 0 if path == "un/entities" else len(EXPECTED["un"])))


if __name__ == "__main__":
    unittest.main()
