"""Real processes for the acceptance of the main line: sandbox ERP, sandbox CMMS and hub in a folder of their own.

Waits by asking with a time limit, never by a fixed pause; a World that is left ends every process it started.
"""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from decimal import Decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ERP_TOKEN, CMMS_TOKEN, HUB_TOKEN = "erp-token-of-the-acceptance", "cmms-token-of-the-acceptance", "hub-token"
WEBHOOK_SECRET = "webhook-secret-of-the-acceptance"
# Short times, so that an unclear outcome is settled within a run: none of them may change what is booked.
PACE = {"in_flight_max": 32, "deadline": "2s", "settle": "300ms", "backoff_first": "50ms", "backoff_max": "1s",
        "breaker_after": 5, "breaker_pause": "300ms", "poll_every": "500ms", "follow_every": "200ms"}


LIVE = set()  # worlds in use


def end_all(*_):
    """For signals: ends every process that was started, removes the folders, and leaves."""
    for plant in list(LIVE):
        for program in plant.running:
            if program.alive():
                program.process.kill()
        plant.remove()
    os._exit(130)


class Unavailable(Exception):
    """Something that a point needs is not there or did not answer; the message says what."""


def wait_until(what, ready, limit_s, pause_s=0.02):
    """The first true answer of `ready`; Unavailable when there is none in time."""
    give_up = time.monotonic() + limit_s
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() > give_up:
            raise Unavailable(f"waited {limit_s:.0f} s for {what}")
        time.sleep(pause_s)


def call(port, method, path, body=None, token="", limit_s=30, headers=None):
    """(status, JSON or text); status 0 when nobody answered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=limit_s)
    sent = dict(headers or {})
    if token:
        sent["Authorization"] = f"Bearer {token}"
    if body is not None:
        sent.setdefault("Content-Type", "application/json")
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        connection.request(method, path, body=body, headers=sent)
        answer = connection.getresponse()
        raw = answer.read()
    except (OSError, http.client.HTTPException):
        return 0, None
    finally:
        connection.close()
    try:
        return answer.status, json.loads(raw, parse_float=Decimal)
    except ValueError:
        return answer.status, raw.decode(errors="replace")


def programs(folder=None):
    """Paths of tieline and tieline-sandbox: of the given build folder, else release, else asan, else built now."""
    folders = [folder] if folder else [os.path.join(ROOT, "build", name) for name in ("release", "asan")]
    for candidate in folders:
        found = [os.path.join(candidate, *place) for place in (("src", "app", "tieline"),
                                                               ("sandbox", "tieline-sandbox"))]
        if all(os.access(path, os.X_OK) for path in found):
            return found
    if folder:
        raise Unavailable(f"{folder} has no tieline and tieline-sandbox; build them")
    for command in (["cmake", "--preset", "release"], ["ninja", "-C", "build/release", "tieline", "tieline-sandbox"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Unavailable(f"'{' '.join(command)}' failed: {(done.stdout + done.stderr).strip()[-400:]}")
    return programs(os.path.join(ROOT, "build", "release"))


class Program:
    """One process that prints its address once it is ready, and is started again on the same port."""

    def __init__(self, name, command, folder, environment=None):
        self.name, self.command, self.port = name, command, 0
        self.log_path = os.path.join(folder, name + ".log")
        self.environment = {**os.environ, **(environment or {})}
        self.process, self.starts = None, 0

    def start(self, limit_s=60):
        self.starts += 1
        with open(self.log_path, "ab") as log:
            seen = log.tell()
            self.process = subprocess.Popen(self.command + ["--port", str(self.port)], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, env=self.environment)
        match = wait_until(f"{self.name} to be ready", lambda: self.address(seen), limit_s, 0.005)
        self.port = int(match.group(1))

    def address(self, seen):
        with open(self.log_path, "rb") as log:
            log.seek(seen)
            text = log.read().decode(errors="replace")
        match = re.search(r"(?:listens on|ready at) http://[\d.]+:(\d+)", text)
        if not match and self.process.poll() is not None:
            raise Unavailable(f"{self.name} ended with {self.process.returncode}: {text.strip()[-600:]}")
        return match

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """kill -9, and gone when this returns."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if not self.alive():
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory_kib(self, field="VmHWM"):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(field + r":\s+(\d+) kB", status.read()).group(1))

    def log_tail(self, count=400):
        with open(self.log_path, "rb") as log:
            return log.read().decode(errors="replace").strip()[-count:]


class World:
    """ERP, CMMS where asked for, and hub. Use it in a with statement."""

    def __init__(self, build=None, keep=False, poll_ms=500):
        """`poll_ms`: how often the hub asks its peers; settling waits for a few of these."""
        self.tieline, self.sandbox = programs(build)
        self.pace, self.quiet_s = {**PACE, "poll_every": f"{poll_ms}ms"}, 0.3 + poll_ms / 500
        self.folder = tempfile.mkdtemp(prefix="tieline-accept-")
        self.keep, self.running = keep, []
        self.erp = self.cmms = self.hub = None

        LIVE.add(self)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for program in reversed(self.running):
            program.stop()
        self.remove()
        LIVE.discard(self)

    def remove(self):
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def start_erp(self, seed):
        self.erp = self.begin("erp", [self.sandbox, "erp", "--data", self.path("erp.db"), "--token", ERP_TOKEN])
        self.erp_asks("POST", "/admin/seed", seed)

    def start_cmms(self, *more):
        self.cmms = self.begin("cmms", [self.sandbox, "cmms", "--data", self.path("cmms.db"), "--token", CMMS_TOKEN,
                                        *more])

    def start_hub(self, flows, *, parts=False, plan_horizon_days=None):
        """`parts`: masters, stock and part transactions are read too, and plans' due work with a horizon; else the
        main line alone."""
        erp_settings = {} if parts else {"kinds": "invoice,rate"}
        cmms_settings = {} if parts else {"reads": "workorders"}
        if plan_horizon_days:
            cmms_settings["plan_horizon_days"] = plan_horizon_days
        config = {"node": "accept", "data_dir": "data", "log": "warn",
                  "api": {"address": "127.0.0.1", "port": 0, "token": {"env": "ACCEPT_HUB_TOKEN"}},
                  "sites": [{"id": "plant1", "flows": flows}],
                  "connectors": [{"name": "erp", "system": "sandbox_erp", "pulls": True, "pace": self.pace,
                                  "settings": {"url": f"http://127.0.0.1:{self.erp.port}", "timeout": "2s",
                                                **erp_settings},
                                  "secrets": {"token": {"env": "ACCEPT_ERP_TOKEN"}}}]}
        if self.cmms:
            config["connectors"].append(
                {"name": "cmms", "system": "sandbox_cmms", "pulls": True, "pace": self.pace,
                 "settings": {"url": f"http://127.0.0.1:{self.cmms.port}", **cmms_settings},
                 "secrets": {"token": {"env": "ACCEPT_CMMS_TOKEN"}, "webhook_secret": {"env": "ACCEPT_WEBHOOK"}}})
        with open(self.path("tieline.yaml"), "w", encoding="utf-8") as stream:
            json.dump(config, stream, indent=1)
        self.hub = self.begin("hub", [self.tieline, "serve", "--config", self.path("tieline.yaml")],
                              {"ACCEPT_HUB_TOKEN": HUB_TOKEN, "ACCEPT_ERP_TOKEN": ERP_TOKEN,
                               "ACCEPT_CMMS_TOKEN": CMMS_TOKEN, "ACCEPT_WEBHOOK": WEBHOOK_SECRET})

    def begin(self, name, command, environment=None):
        program = Program(name, command, self.folder, environment)
        self.running.append(program)
        program.start()
        return program

    def erp_asks(self, method, path, body=None):
        status, answer = call(self.erp.port, method, path, body, ERP_TOKEN)
        if not 200 <= status < 300:
            raise Unavailable(f"the sandbox ERP answers {status} to {method} {path}: {answer}")
        return answer

    def faults(self, rules, seed=1):
        return self.erp_asks("POST", "/admin/faults", {"seed": seed, "rules": rules})["rules"]

    def hub_asks(self, method, path, body=None):
        return call(self.hub.port, method, path, body, HUB_TOKEN)

    def site(self):
        """The hub's own word on plant1; None while it does not answer."""
        status, answer = self.hub_asks("GET", "/api/v1/status")
        return answer["sites"][0] if status == 200 else None

    def exceptions(self):
        """All open ones, page by page."""
        found, before = [], ""
        while True:
            status, page = self.hub_asks("GET", "/api/v1/exceptions?open=true&limit=500" + before)
            if status != 200:
                raise Unavailable(f"the hub answers {status} to GET exceptions: {page}")
            found += page["exceptions"]
            if "next" not in page:
                return found
            before = "&before=" + page["next"]

    def settle(self, limit_s):
        """Waits until nothing moves any more: all decided, no command open, the log's head unchanged for a while."""
        last = {"head": None, "since": 0.0, "site": None}

        def quiet():
            site = self.site()
            if site is None:
                if not self.hub.alive():
                    raise Unavailable(f"the hub ended by itself: {self.hub.log_tail()}")
                return None
            last["site"] = site
            # Commands behind one that waits for a person stay open: then only a long standstill tells.
            behind = site["lag"]["open_commands"] > 0 and site["open_exceptions"] > 0
            busy = site["lag"]["undecided_events"] > 0 or (site["lag"]["open_commands"] > 0 and not behind)
            if busy or site["head"] != last["head"]:
                last["head"], last["since"] = site["head"], time.monotonic()
                return None
            return site if time.monotonic() - last["since"] > (5.0 if behind else self.quiet_s) else None

        try:
            return wait_until("the hub to settle", quiet, limit_s, 0.1)
        except Unavailable as error:
            site = last["site"] or {}
            raise Unavailable(f"{error}: lag {site.get('lag')}, {site.get('open_exceptions')} exceptions") from error

    def replay_all(self, limit_s, rounds=20):
        """A person replays what waits, until nothing does; the number of replays."""
        replays = 0
        for _ in range(rounds):
            waiting = self.exceptions()
            if not waiting:
                return replays
            for one in waiting:
                status, answer = self.hub_asks("POST", f"/api/v1/exceptions/{one['id']}/replay",
                                               {"actor": "acceptance", "reason": "the ERP takes it now"})
                if status not in (202, 409):
                    raise Unavailable(f"replay of {one['id']} answers {status}: {answer}")
                replays += status == 202
            self.settle(limit_s)
        return replays


class Disturber(threading.Thread):
    """Kills a program at given shares of a progress, and starts it again."""

    def __init__(self, program, moments, progress, rng, away_max_s):
        super().__init__()
        self.program, self.moments, self.progress = program, sorted(moments), progress
        self.rng, self.away_max_s = rng, away_max_s
        self.kills, self.failure, self.ended = 0, None, threading.Event()

    def run(self):
        try:
            for moment in self.moments:
                while self.progress() < moment and not self.ended.is_set():
                    time.sleep(0.002)
                self.program.kill()
                self.kills += 1
                if self.away_max_s:
                    time.sleep(self.rng.random() * self.away_max_s)
                self.program.start()
        except (Unavailable, OSError) as error:
            self.failure = str(error)
