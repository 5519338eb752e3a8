"""Peers that are processes of their own: PostgreSQL with pg_trgm, watchman, and jisr's command and service."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse

import install
import questions
from libraries import best_of_each
from work import LIMIT, Peer, processor, resident

READY_SECONDS = 600


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def children(process):
    found = [process]
    try:
        with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
            for child in file.read().split():
                found += children(int(child))
    except OSError:
        pass
    return found


class Server(Peer):
    """A server of this peer's own on 127.0.0.1, asked over one connection that stays open."""

    def start(self, command, env, log, port, path):
        self.port = port
        with open(log, "wb") as out:
            self.process = subprocess.Popen(command, env=os.environ | env, stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=READY_SECONDS)
        for _ in range(READY_SECONDS * 10):
            if self.process.poll() is not None:
                with open(log, encoding="utf-8", errors="replace") as file:
                    raise RuntimeError(f"it ended: {file.read()[-500:]}")
            try:
                self.get(path)
                return
            except OSError:
                self.connection.close()
                time.sleep(0.1)
        raise RuntimeError("it is not ready")

    def get(self, path, method="GET", body=None):
        self.connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status} {data[:200]!r}")
        return data

    def processor(self):
        return processor(self.process.pid)

    def memory(self):
        return resident(self.process.pid)

    def end(self):
        if getattr(self, "process", None) is not None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Watchman(Server):
    """The list written as OFAC's own files, which is what it reads without the network; no other list is loaded. It
    compares names alone."""

    processors = 1

    def load(self, persons, folder):
        server, self.version = install.watchman()
        if server is None:
            raise RuntimeError(f"watchman cannot be built here: {self.version}")
        place = os.path.join(folder, "watchman")
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        self.ids = []
        blank = "-0- "
        with open(os.path.join(place, "sdn.csv"), "w", encoding="utf-8") as sdn, \
             open(os.path.join(place, "alt.csv"), "w", encoding="utf-8") as alt:
            for person in questions.persons(persons):
                first, *others = (name.replace('"', "'") for name in questions.names_of(person))
                self.ids.append(person["id"])
                number = len(self.ids)
                sdn.write(f'{number},"{first}","individual","X",{",".join([blank] * 8)}\n')
                for other, name in enumerate(others):
                    alt.write(f'{number},{number * 100 + other},"aka","{name}",{blank}\n')
        for empty in ("add.csv", "sdn_comments.csv"):
            open(os.path.join(place, empty), "w", encoding="utf-8").close()
        self.started = time.perf_counter()
        off = {f"WITH_{name}": "false" for name in ("US_DPL_LIST", "EU_SCREENING_LIST", "UK_CSL_SANCTIONS_LIST",
                                                     "UK_SANCTIONS_LIST", "US_CSL_SANCTIONS_LIST")}
        port, admin = free_port(), free_port()
        self.start([server, "-http.addr", f"127.0.0.1:{port}", "-admin.addr", f"127.0.0.1:{admin}"],
                   off | {"INITIAL_DATA_DIRECTORY": place, "DATA_REFRESH_INTERVAL": "off", "DISABLE_WEB_UI": "true",
                          "GOMAXPROCS": str(self.processors)}, os.path.join(folder, "watchman.log"), port, "/ping")
        self.built = {"load_seconds": time.perf_counter() - self.started, "load_processor": self.processor()}

    def ask(self, question):
        path = "/search?" + urllib.parse.urlencode({"name": question.name, "limit": 3 * LIMIT})
        found = json.loads(self.get(path))
        return best_of_each((self.ids[int(hit["entityID"]) - 1], hit["match"])
                            for hit in (found.get("SDNs") or []) + (found.get("altNames") or []))


class Service(Server):
    """jisr serve, over HTTP: /api/v1/check with birth date and nationality."""

    def load(self, persons, folder):
        data = Command.loaded(persons, folder)
        port = free_port()
        self.version = "jisr serve, /api/v1/check"
        self.start([os.path.join(install.BENCH, "jisr"), "serve", "--listen", f"127.0.0.1:{port}"],
                   {"JISR_DATA": data}, os.path.join(folder, "jisr.log"), port, "/readyz")

    def ask(self, question):
        body = {"name": question.name, "limit": LIMIT}
        if question.born:
            body["born"] = question.born
        if question.country:
            body["nationality"] = question.country
        found = json.loads(self.get("/api/v1/check", "POST", json.dumps(body)))
        return [(hit["id"], hit["score"]) for hit in found["hits"]]


class Command(Peer):
    """jisr check, a process a question."""

    @staticmethod
    def loaded(persons, folder):
        """A data directory with the list, loaded once for the command and the service."""
        jisr = os.path.join(install.BENCH, "jisr")
        data = os.path.join(folder, os.path.basename(persons) + ".data")
        if os.path.exists(data) and os.path.getmtime(data) > max(map(os.path.getmtime, (persons, jisr))):
            return data
        shutil.rmtree(data, ignore_errors=True)
        subprocess.run([jisr, "load", "--list", "bench", persons], check=True,
                       env=os.environ | {"JISR_DATA": data}, stdout=subprocess.DEVNULL)
        return data

    def load(self, persons, folder):
        self.version = "jisr check --json, a process a question"
        self.env = os.environ | {"JISR_DATA": self.loaded(persons, folder)}
        self.used = self.peak = 0

    def ask(self, question):
        command = [os.path.join(install.BENCH, "jisr"), "check", "--json", "--limit", str(LIMIT),
                   "--name", question.name]
        if question.born:
            command += ["--born", question.born]
        if question.country:
            command += ["--nationality", question.country]
        done = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        answer = done.stdout.read()
        _, status, usage = os.wait4(done.pid, 0)
        done.returncode = os.waitstatus_to_exitcode(status)
        done.stdout.close()
        if done.returncode not in (0, 1):
            raise RuntimeError(f"jisr check ended with {done.returncode}")
        self.used += usage.ru_utime + usage.ru_stime
        self.peak = max(self.peak, usage.ru_maxrss * 1024)
        return [(hit["id"], hit["score"]) for hit in json.loads(answer)["hits"]]

    def processor(self):
        return self.used

    def memory(self):
        return self.peak


class Trigrams(Peer):
    """PostgreSQL with pg_trgm and a GIN index over the names, in a cluster of its own. One process answers; just in time
    compilation and parallel workers are off, which suits short questions on one core."""

    def load(self, persons, folder):
        import psycopg
        if not os.path.exists(os.path.join(install.POSTGRES, "initdb")):
            raise RuntimeError("no PostgreSQL 15; tools/setup --bench installs it")
        self.place = os.path.join(folder, "postgres")
        shutil.rmtree(self.place, ignore_errors=True)
        os.makedirs(self.place, mode=0o755)
        self.user = []
        if os.geteuid() == 0: # PostgreSQL refuses root
            self.user = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
            shutil.chown(self.place, "nobody", "nogroup")
        data = os.path.join(self.place, "data")
        self.run("initdb", "-D", data, "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "bench", "--no-sync")
        settings = {"listen_addresses": "", "unix_socket_directories": self.place, "shared_buffers": "1GB",
                    "work_mem": "64MB", "maintenance_work_mem": "512MB", "fsync": "off", "jit": "off",
                    "max_parallel_workers_per_gather": "0", "max_parallel_maintenance_workers": "0",
                    "autovacuum": "off", "random_page_cost": "1.1"}
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.server = subprocess.Popen([*self.user, os.path.join(install.POSTGRES, "postgres"), "-D", data],
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for attempt in range(300):
            try:
                self.connection = psycopg.connect(host=self.place, user="bench", dbname="postgres", autocommit=True)
                break
            except psycopg.OperationalError:
                if attempt == 299 or self.server.poll() is not None:
                    raise
                time.sleep(0.1)
        cursor = self.cursor = self.connection.cursor()
        cursor.execute("SELECT current_setting('server_version'), pg_backend_pid()")
        version, self.backend = cursor.fetchone()
        cursor.execute("CREATE EXTENSION pg_trgm")
        cursor.execute("CREATE UNLOGGED TABLE names (person text, name text)")
        with cursor.copy("COPY names FROM STDIN") as copy:
            for person in questions.persons(persons):
                for name in questions.names_of(person):
                    copy.write_row((person["id"], name))
        cursor.execute("CREATE INDEX names_trgm ON names USING gin (name gin_trgm_ops)")
        cursor.execute("VACUUM ANALYZE names")
        cursor.execute("SELECT pg_total_relation_size('names')")
        self.size = cursor.fetchone()[0]
        self.version = f"PostgreSQL {version.split()[0]}, pg_trgm, GIN index"
        self.built = {"load_processor": sum(processor(child) for child in children(self.server.pid))}

    def cut(self, lowest):
        self.cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, false)", (str(lowest),))

    def run(self, program, *arguments):
        subprocess.run([*self.user, os.path.join(install.POSTGRES, program), *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def ask(self, question):
        self.cursor.execute("SELECT person, similarity(name, %(name)s) AS score FROM names WHERE name %% %(name)s "
                            f"ORDER BY score DESC LIMIT {3 * LIMIT}", {"name": question.name}, prepare=True)
        return best_of_each(self.cursor.fetchall())

    def processor(self):
        return processor(self.backend)

    def memory(self):
        total = 0
        for child in children(self.server.pid):
            with open(f"/proc/{child}/smaps_rollup", encoding="ascii") as file:
                total += sum(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
        return total

    def note(self):
        return f"table and index of {self.size / 1e6:.0f} MB on disk"

    def end(self):
        if getattr(self, "server", None) is not None:
            self.server.send_signal(signal.SIGINT)
            self.server.wait(60)
        shutil.rmtree(getattr(self, "place", "-"), ignore_errors=True)
