#!/usr/bin/env python3
"""Sends the lines of a file to an HTTP address, each as one POST, and insists until each is accepted.

    send.py --file events.jsonl --to http://127.0.0.1:PORT/api/v1/events --token TOKEN [--connections 8]
    send.py --file invoices.jsonl --to http://127.0.0.1:PORT/api/invoices --token TOKEN

Lines with the same subject (events) or vendor invoice go over the same connection, in their order. A refused line
(4xx but 429) is an error; 429, 5xx and broken connections are tried again, as a real sender would. Tell an event
twice and nothing happens twice; an invoice's repeat is refused by the ERP with duplicate_invoice, which counts as sent.
"""
import argparse
import http.client
import json
import sys
import threading
import time
import urllib.parse
import zlib


class Sender(threading.Thread):
    """One connection with its lines; `refused` and `retries` are read after join()."""

    def __init__(self, address, token, give_up):
        super().__init__()
        self.address, self.token, self.give_up = address, token, give_up
        self.lines, self.refused, self.sent, self.retries = [], [], 0, 0
        self.connection = None

    def run(self):
        for line in self.lines:
            pause = 0.05
            while not self.send(line):
                if time.monotonic() > self.give_up:
                    self.refused.append("gave up waiting: " + line[:200])
                    return
                self.retries += 1
                time.sleep(pause)
                pause = min(pause * 2, 2.0)

    def send(self, line):
        """Whether the line is settled: accepted, or refused for good."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30)
            self.connection.request("POST", self.address.path, body=line.encode(), headers={
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
            answer = self.connection.getresponse()
            body = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            self.connection = None
            return False
        if answer.status == 429 or answer.status >= 500:
            return False
        if answer.status >= 300 and not (answer.status == 409 and "duplicate_invoice" in body):
            self.refused.append(f"{answer.status} {body[:300]} for {line[:200]}")
        else:
            self.sent += 1
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--token", default="")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--limit-s", type=int, default=600)
    options = parser.parse_args()
    address = urllib.parse.urlsplit(options.to)
    give_up = time.monotonic() + options.limit_s
    senders = [Sender(address, options.token, give_up) for _ in range(options.connections)]
    with open(options.file, encoding="utf-8") as stream:
        for line in stream:
            value = json.loads(line)
            key = value.get("subject") or value.get("vendorInvoice") or ""
            senders[zlib.crc32(key.encode()) % len(senders)].lines.append(line.strip())
    started = time.monotonic()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.monotonic() - started
    refused = [text for sender in senders for text in sender.refused]
    sent, retries = sum(sender.sent for sender in senders), sum(sender.retries for sender in senders)
    for text in refused[:20]:
        print(text)
    print(f"send: {sent} accepted, {len(refused)} refused, {retries} retries, {seconds:.1f} s")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
