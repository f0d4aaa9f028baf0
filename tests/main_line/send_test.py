"""send.py against a server that refuses, is busy and drops."""
import http.server
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))


class Flaky(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # the base class asks for this name
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.asked += 1
            turn = self.server.asked
            status = 503 if turn % 5 == 0 else 400 if body.get("bad") else 202
            if status == 202 and turn % 7:
                self.server.got.append((body["subject"], body["number"]))
        if status == 202 and turn % 7 == 0:
            self.close_connection = True  # no answer at all
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Send(unittest.TestCase):
    def run_send(self, lines):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Flaky)
        server.lock, server.asked, server.got = threading.Lock(), 0, []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                file.write("".join(json.dumps(line) + "\n" for line in lines))
                file.flush()
                command = [sys.executable, "-B", os.path.join(HERE, "send.py"), "--file", file.name, "--connections",
                           "3", "--to", f"http://127.0.0.1:{server.server_port}/x"]
                answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
        return answer, server.got

    def test_every_line_arrives_in_the_order_of_its_subject(self):
        lines = [{"subject": f"S{number % 4}", "number": number} for number in range(40)]
        answer, got = self.run_send(lines)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        self.assertIn("40 accepted, 0 refused", answer.stdout)
        for subject in ("S0", "S1", "S2", "S3"):
            numbers = [number for name, number in got if name == subject]
            self.assertEqual(numbers, [line["number"] for line in lines if line["subject"] == subject])

    def test_a_refusal_is_told(self):
        answer, _ = self.run_send([{"subject": "A", "number": 1, "bad": True}])
        self.assertEqual(answer.returncode, 1)
        self.assertIn("0 accepted, 1 refused", answer.stdout)


if __name__ == "__main__":
    unittest.main()
