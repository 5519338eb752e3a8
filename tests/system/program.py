"""What the system tests share: running the built program as a user would, with an own data directory for each test, and
invented people in the formats that lists have. The environment variable JISR names the program."""

import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

JISR = os.environ.get("JISR", os.path.join(os.path.dirname(__file__), "..", "..", "build-test", "jisr"))
SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
# Seconds. What is waited for is waited for this long: a limit against hanging, no hope for a pace.
PATIENCE = 300
ESCAPE = re.compile(r"\033\[[0-9;]*[A-Za-z]")

# Nobody of these exists.
PEOPLE = [
    {"id": "inv-1", "caption": "Viktor Kuznedelev", "schema": "Person", "datasets": ["invented"],
     "properties": {"name": ["Viktor Kuznedelev", "Виктор Кузнеделев"], "birthDate": ["1971-03-14"],
                    "nationality": ["by"], "gender": ["male"]}},
    {"id": "inv-1-passport", "schema": "Passport", "properties": {"holder": ["inv-1"], "passportNumber": ["MP4471203"],
                                                                 "country": ["by"]}},
    {"id": "inv-2", "caption": "Salma Benrahhou", "schema": "Person",
     "properties": {"name": ["سلمى بنرحو"], "alias": ["Salma Benrahhou"], "birthDate": ["1984"], "nationality": ["ma"],
                    "gender": ["female"]}},
    {"id": "inv-3", "caption": "Zhao Mingxuan", "schema": "Person",
     "properties": {"name": ["Zhao Mingxuan", "赵明轩"], "birthDate": ["1990-11"], "nationality": ["cn"]}},
    {"id": "inv-4", "caption": "Quelmond Trading GmbH", "schema": "Company",
     "properties": {"name": ["Quelmond Trading GmbH"], "jurisdiction": ["de"], "registrationNumber": ["HRB 998877"]}},
    {"id": "inv-5", "caption": "Golden Pelikan", "schema": "Vessel",
     "properties": {"name": ["Golden Pelikan"], "imoNumber": ["9876543"], "flag": ["pa"]}},
]


def ftm(entities):
    return "".join(json.dumps(entity, ensure_ascii=False) + "\n" for entity in entities)


def delta(changes):
    return "".join(json.dumps({"op": op, "entity": entity}, ensure_ascii=False) + "\n" for op, entity in changes)


SDN = """\
9000001,"BRAMBILLOV, Ostap Igorevich","individual","INV",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 02 Feb 1966; POB Minsk, Belarus; nationality Belarus; Gender Male; Passport KH1234509 (Belarus)."
9000002,"QUELMOND SHIPPING COMPANY",-0- ,"INV",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- 
9000003,"PELIKAN STAR","vessel","INV",-0- ,"ABCD1","Cargo",-0- ,-0- ,"Panama",-0- ,"Vessel Registration Identification IMO 9111222."
\x1a
"""
ALT = """\
9000001,1,"aka","BRAMBILOFF, Ostap",-0- 
\x1a
"""
ADD = """\
9000001,1,"1 Nowhere Street","Minsk","Belarus",-0- 
\x1a
"""
UN = """\
<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-02T03:04:05.000Z">
<INDIVIDUALS>
<INDIVIDUAL><DATAID>990001</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>Tarvik</FIRST_NAME><SECOND_NAME>Oslomund</SECOND_NAME>
<UN_LIST_TYPE>Invented</UN_LIST_TYPE><REFERENCE_NUMBER>INi.001</REFERENCE_NUMBER><LISTED_ON>2020-01-01</LISTED_ON>
<NATIONALITY><VALUE>Iceland</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Tarwik Oslomunt</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1955-06-07</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>IS7654321</NUMBER><ISSUING_COUNTRY>Iceland</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL>
</INDIVIDUALS>
<ENTITIES></ENTITIES>
</CONSOLIDATED_LIST>
"""
PLAIN_CSV = """\
id,name,birthDate,nationality,passportNumber
c1,Edmondo Farinelliani,1962-02-03,it,YA1112223
c2,"Ngozi Obiakorandu",1977,ng,
"""


def digit(text):
    """The check digit of ICAO 9303."""
    values = [0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55 for c in text]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def passport(surname, given, country, number, birth, sex, expiry="301231"):
    """The two lines of a passport."""
    name = (surname.replace(" ", "<") + "<<" + given.replace(" ", "<")).ljust(39, "<")[:39]
    number = number.ljust(9, "<")
    optional = "<" * 14
    second = number + digit(number) + country.ljust(3, "<") + birth + digit(birth) + sex + expiry + digit(expiry)
    second += optional + digit(optional)
    second += digit(second[0:10] + second[13:20] + second[21:43])
    return "P<" + country.ljust(3, "<") + name + "\n" + second + "\n"


class Result:
    def __init__(self, status, out, err):
        self.status, self.out_bytes, self.err_bytes = status, out, err
        self.out, self.err = out.decode("utf-8", "strict"), err.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)


class ProgramTest(unittest.TestCase):
    """Each test has an empty folder; self.data inside it does not exist at the beginning."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="jisr-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = os.path.join(self.folder, "data")

    def environment(self):
        env = {k: v for k, v in os.environ.items() if k not in ("JISR_DATA", "NO_COLOR")}
        env.update(JISR_DATA=self.data, HOME=self.folder, LC_ALL="C.UTF-8", TERM="xterm")
        return env

    def run_raw(self, *words, input=b"", env=None, **more):
        if isinstance(input, str):
            input = input.encode()
        environment = self.environment()
        environment.update(env or {})
        done = subprocess.run([JISR, *words], input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment, cwd=self.folder, timeout=PATIENCE, check=False, **more)
        return Result(done.returncode, done.stdout, done.stderr)

    def plain_user(self):
        """What run_raw needs to run as a user whom permissions bind: root gives the folder away to nobody."""
        if os.geteuid() != 0:
            return {}
        for folder, folders, files in os.walk(self.folder):
            for name in [folder] + [os.path.join(folder, name) for name in files]:
                os.chown(name, 65534, 65534)
        more = {"user": 65534, "group": 65534, "extra_groups": []}
        try:
            subprocess.run([JISR, "--version"], stdout=subprocess.DEVNULL, cwd=self.folder, check=True, **more)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("only root can start the program where it lies")
        return more

    def jisr(self, *words, status=0, input=b"", env=None, more=None):
        """Runs the program and expects an exit status; nothing ever prints a sanitizer's report."""
        result = self.run_raw(*words, input=input, env=env, **(more or {}))
        said = f"jisr {' '.join(words)[:300]}\nstatus {result.status}\n{result.out[-3000:]}\n{result.err[-3000:]}"
        self.assertEqual(result.status, status, said)
        self.assertNotIn("Sanitizer", result.err, said)
        self.assertNotIn("runtime error", result.err, said)
        return result

    def file(self, name, content):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as f:
            f.write(content.encode() if isinstance(content, str) else content)
        return path

    def load_people(self):
        self.jisr("load", "--list", "invented", self.file("people.ftm.json", ftm(PEOPLE)))

    def ids(self, *words, status=1, **more):
        """Ids of the hits of a check, best first."""
        answer = self.jisr("check", *words, "--json", status=status, **more).json()
        return [hit["id"] for hit in answer["hits"]]

    def lists(self):
        return {item["name"]: item for item in self.jisr("lists", "--json").json()["lists"]}


def zipped(text):
    return gzip.compress(text.encode())
