#!/usr/bin/env python3
"""The connector to SAP S/4HANA against SAP's own mock server: run.py BUILD --program PATH [--folder F].

Installs the packages of package-lock.json below the build folder, starts the server on a free port of 127.0.0.1, runs
the test program against it. Exit code 77: skipped, because node or npm is missing.
"""
import argparse
import filecmp
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77
PACKAGE_FILES = ("package.json", "package-lock.json")


def foreign_packages(lockfile):
    """Packages of @sap/, by name: nobody has agreed to the licence of @sap/cds."""
    packages = json.loads(lockfile.read_text(encoding="utf-8"))["packages"]
    return [name for name in packages if "node_modules/@sap/" in name + "/"]


def install(folder):
    """npm ci, only when the lockfile is another than the one installed."""
    foreign = foreign_packages(HERE / "package-lock.json")
    if foreign:
        sys.exit("package-lock.json names " + ", ".join(foreign) + ", whose licence nobody here has agreed to; "
                 "take out what needs it")
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "installed-lock.json"
    if done.exists() and filecmp.cmp(HERE / "package-lock.json", done, shallow=False):
        return
    for name in PACKAGE_FILES:
        shutil.copyfile(HERE / name, folder / name)
    answer = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    if answer.returncode != 0:
        sys.exit("the packages of SAP's mock server cannot be installed; connect this machine to its npm registry and "
                 "start again:\n" + answer.stdout[-2000:])
    shutil.copyfile(HERE / "package-lock.json", done)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--folder", default=".", help="below this one, where metadata/ and data/ are")
    arguments = parser.parse_args()
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if missing:
        print("SKIPPED: SAP's mock server needs " + " and ".join(missing) + ", which are missing here")
        return SKIPPED
    packages = arguments.build / "sap_mock"
    install(packages)
    server = subprocess.Popen(["node", str(HERE / "server.mjs"), str(packages), arguments.folder],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = server.stdout.readline().strip()
        if not port.isdigit():
            print("SAP's mock server did not start: " + port)
            return 1
        environment = dict(os.environ, TIELINE_SAP_MOCK="http://127.0.0.1:" + port)
        return subprocess.run([str(arguments.program)], env=environment, check=False, timeout=100).returncode
    finally:
        server.stdin.close()  # which ends it
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
