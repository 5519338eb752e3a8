"""What others feel while hostile clients hold on: 10,000 idle connections (each has had one answer) and 100 that drip a
byte every 50 ms and come again whenever they are closed. Checks of two ordinary clients are timed before and during.

  tools/bench hostile [--idle N] [--drip N] [--seconds N] [--people N]"""

import argparse
import http.client
import multiprocessing
import os
import random
import re
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
import time

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build-bench")
ASK = b"GET /healthz HTTP/1.1\r\nHost: hostile\r\n\r\n"


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def connect(address):
    connection = socket.socket()
    connection.bind((f"127.0.0.{random.randint(2, 250)}", 0)) # many addresses, as a real flood has
    connection.settimeout(20)
    connection.connect(address)
    return connection


def hold(address, idle, drip, ready, stop):
    """The hostile clients, in a process of their own."""
    held = []
    for _ in range(idle):
        connection = connect(address)
        connection.sendall(ASK)
        connection.recv(4096)
        held.append(connection)
    dripping = [connect(address) for _ in range(drip)]
    ready.set()
    closed = 0
    while not stop.wait(0.05):
        for i, connection in enumerate(dripping):
            try:
                connection.send(b"x")
            except OSError:
                connection.close()
                dripping[i] = connect(address)
                closed += 1
    print(f"         {closed} dripping connections were closed and came again")


def measure(address, names, seconds):
    """Milliseconds of each check that two clients make one after another."""
    times = []

    def client(which):
        connection = http.client.HTTPConnection(*address, timeout=60)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            body = '{"name": "%s"}' % names[random.randrange(len(names))]
            begin = time.monotonic()
            connection.request("POST", "/api/v1/check", body.encode(), {"Content-Type": "application/json"})
            reply = connection.getresponse()
            reply.read()
            if reply.status != 200:
                raise SystemExit(f"a check was answered with {reply.status}")
            times.append((time.monotonic() - begin) * 1000)
            time.sleep(0.002) # ordinary clients, not a load test

    threads = [threading.Thread(target=client, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    return len(times), times[len(times) // 2], times[len(times) * 99 // 100]


def main():
    parser = argparse.ArgumentParser(prog="tools/bench hostile")
    parser.add_argument("--idle", type=int, default=10000)
    parser.add_argument("--drip", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--people", type=int, default=100000)
    arguments = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    idle = min(arguments.idle, limit - arguments.drip - 100)
    folder = tempfile.mkdtemp(prefix="jisr-hostile-")
    people = os.path.join(folder, "people.ftm.json")
    with open(people, "wb") as file:
        subprocess.run([f"{BUILD}/bench/jisr-people", "--count", str(arguments.people)], stdout=file, check=True)
    with open(people, encoding="utf-8") as file:
        names = [name for name in re.findall(r'"caption":"([^"\\]+)"', file.read(3_000_000))]
    subprocess.run([f"{BUILD}/jisr", "load", "--data", f"{folder}/data", "--list", "invented", people], check=True,
                   stdout=subprocess.DEVNULL)
    server = subprocess.Popen([f"{BUILD}/jisr", "serve", "--data", f"{folder}/data", "--listen", "127.0.0.1:0",
                               "--set", "idle-time=10min"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        host, port = re.search(rb"http://([0-9.]+):([0-9]+)", server.stdout.readline()).groups()
        address = (host.decode(), int(port))
        measure(address, names, 3)
        print(f"people   {arguments.people}; two clients that ask one check after another for {arguments.seconds:.0f} s")
        before, memory = measure(address, names, arguments.seconds), resident(server.pid)
        ready, stop = multiprocessing.Event(), multiprocessing.Event()
        hostile = multiprocessing.Process(target=hold, args=(address, idle, arguments.drip, ready, stop))
        hostile.start()
        ready.wait(120)
        during, flooded = measure(address, names, arguments.seconds), resident(server.pid)
        print(f"alone    {before[0]} checks: median {before[1]:.2f} ms, 99th of 100 {before[2]:.2f} ms; resident {memory:.0f} MB")
        print(f"hostile  {during[0]} checks: median {during[1]:.2f} ms, 99th of 100 {during[2]:.2f} ms; resident {flooded:.0f} MB"
              f" ({idle} idle, {arguments.drip} dripping)")
        stop.set()
        hostile.join()
        print(f"         99th of 100: {during[2] / before[2]:.2f} times; {(flooded - memory) * 1024 / (idle + arguments.drip):.1f} kB a connection")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
