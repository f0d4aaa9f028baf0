"""A Tryton 6.0 server of one's own, and its API as a person's client uses it. Shares no code with the hub."""
import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from decimal import Decimal

ADMIN_PASSWORD, DATABASE = "admin-of-the-test", "erp"
# Tests sign in hundreds of times; the hash of a real server is meant to be slow.
HASHING = "schemes = pbkdf2_sha512\npbkdf2_sha512__default_rounds = 1000"


class Refused(Exception):
    """Tryton's own refusal (UserError and the like), or no answer at all."""


def decoded(value):
    """Tryton's typed values as Python's: decimals stay exact, dates become their ISO text."""
    kind = value.get("__class__")
    if kind == "Decimal":
        return Decimal(value["decimal"])
    if kind == "date":
        return f"{value['year']:04}-{value['month']:02}-{value['day']:02}"
    return value


def dec(text):
    return {"__class__": "Decimal", "decimal": str(text)}


def date(iso):
    year, month, day = (int(part) for part in iso.split("-"))
    return {"__class__": "date", "year": year, "month": month, "day": day}


class Client:
    """One signed-in user. Each call is a request of its own."""

    def __init__(self, port, user="admin", password=ADMIN_PASSWORD, database=DATABASE):
        self.port, self.database, self.context = port, database, {"language": "en"}
        self.basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        user_id, session = self.call("common.db.login", [user, {"password": password}, "en"])
        self.user = user_id
        self.session = base64.b64encode(f"{user}:{user_id}:{session}".encode()).decode()

    def call(self, method, params):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json"}
        if hasattr(self, "session"):
            headers["Authorization"] = f"Session {self.session}"
        try:
            connection.request("POST", f"/{self.database}/",
                               json.dumps({"id": 1, "method": method, "params": params}), headers)
            answer = connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(f"{method}: {error}") from error
        finally:
            connection.close()
        if answer.status != 200:
            raise Refused(f"{method}: HTTP {answer.status} {raw[:200]!r}")
        body = json.loads(raw, object_hook=decoded, parse_float=Decimal)
        if "error" in body:
            raise Refused(f"{method}: {body['error'][:2]}")
        return body["result"]

    def model(self, name, method, *params):
        return self.call(f"model.{name}.{method}", [*params, self.context])

    def create(self, model, /, **values):
        return self.model(model, "create", [values])[0]

    def write(self, model, ids, /, **values):
        self.model(model, "write", ids, values)

    def rows(self, name, domain, fields, order=None):
        return self.model(name, "search_read", domain, 0, None, order or [["id", "ASC"]], fields)

    def one(self, name, domain, fields=("id",)):
        rows = self.rows(name, domain, list(fields))
        if len(rows) != 1:
            raise Refused(f"{name} {domain}: {len(rows)} found, one was expected")
        return rows[0]

    def id_of(self, name, *domain):
        return self.one(name, list(domain))["id"]

    def preferences(self):
        """The user's company and employee go with every call, as a client does it."""
        wanted = self.model("res.user", "get_preferences", True)
        self.context = {"language": "en", **{key: wanted[key] for key in ("company", "employee") if wanted.get(key)}}

    def wizard(self, name, *steps, **context):
        """Steps: (state's name of the form, its values, button's state)."""
        session, _, _ = self.call(f"wizard.{name}.create", [self.context])
        for form, values, state in steps:
            self.call(f"wizard.{name}.execute", [session, {form: values} if form else {}, state,
                                                 {**self.context, **context}])
        self.call(f"wizard.{name}.delete", [session, self.context])


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """trytond on 127.0.0.1 over the SQLite databases of one folder; killed and started again on the same port."""

    def __init__(self, folder):
        self.folder, self.port, self.process, self.starts = folder, free_port(), None, 0
        os.makedirs(os.path.join(folder, "db"), exist_ok=True)
        self.config = os.path.join(folder, "trytond.conf")
        hashing = os.path.join(folder, "passlib.conf")
        with open(hashing, "w", encoding="ascii") as stream:
            stream.write(f"[passlib]\n{HASHING}\n")
        with open(self.config, "w", encoding="ascii") as stream:
            stream.write(f"[database]\nuri = sqlite://\npath = {folder}/db\n"
                         f"[web]\nlisten = 127.0.0.1:{self.port}\n"
                         f"[password]\npasslib = {hashing}\n"
                         # The contract suite signs in wrongly on purpose, many times.
                         "[session]\ntimeout = 300\nmax_attempt = 1000\nmax_attempt_ip_network = 1000\n")

    def start(self, limit_s=60):
        self.starts += 1
        with open(os.path.join(self.folder, "trytond.log"), "ab") as log:
            self.process = subprocess.Popen(["trytond", "-c", self.config], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL)
        give_up = time.monotonic() + limit_s
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                raise Refused(f"trytond ended with {self.process.returncode}: {self.log_tail()}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise Refused("trytond does not listen")

    def log_tail(self, count=600):
        with open(os.path.join(self.folder, "trytond.log"), "rb") as log:
            return log.read().decode(errors="replace")[-count:]

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.alive():
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def package_versions():
    """Names the prepared database: other packages make another one."""
    done = subprocess.run(["dpkg-query", "-W", "-f=${Package}=${Version} ", "tryton-server", "tryton-modules-*"],
                          capture_output=True, text=True, check=False)
    return re.sub(r"\S+=(?= |$)", "", done.stdout).strip()
