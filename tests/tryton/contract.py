"""Starts a Tryton with the prepared database and runs the contract suite of connectors against it.

    contract.py PROGRAM [--cache FOLDER] [arguments of the program]
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timezone

import prepare
from tryton import ADMIN_PASSWORD, DATABASE, Server


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--cache", required=True)
    options, more = parser.parse_known_args()
    prepared = prepare.prepared(options.cache)
    # In memory where there is such a place: nothing is killed here, and a busy disk makes it three times as long.
    memory = "/dev/shm"
    folder = tempfile.mkdtemp(prefix="tieline-tryton-", dir=memory if os.access(memory, os.W_OK) else None)
    server = Server(folder)
    try:
        shutil.copyfile(prepared, os.path.join(folder, "db", DATABASE + ".sqlite"))
        server.start()
        environment = {**os.environ, "TRYTON_URL": f"http://127.0.0.1:{server.port}",
                       "TRYTON_USER": prepare.HUB_USER, "TRYTON_PASSWORD": prepare.HUB_PASSWORD,
                       "TRYTON_ADMIN": ADMIN_PASSWORD, "TRYTON_DATABASES": os.path.join(folder, "db"),
                       "TRYTON_PREPARED": prepared,
                       "TRYTON_TODAY": datetime.now(timezone.utc).strftime("%Y-%m-%d")}
        return subprocess.run([options.program, *more], env=environment, check=False).returncode
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
