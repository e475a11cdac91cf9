"""Alerts on a real Prefect server: each fires, and somebody is told over HTTP."""

import json
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue

import pytest

from tests.serving import model_server

LONG_S = 900.0
"""For a message to come, on a busy machine; Prefect's services look every few seconds."""
BLOCK = """
import sys
from prefect.blocks.notifications import CustomWebhookNotificationBlock
words = {"subject": "{{subject}}", "body": "{{body}}"}
block = CustomWebhookNotificationBlock(name="alarm", url=sys.argv[1], json_data=words)
block.save("alarm", overwrite=True)
"""


@pytest.fixture
def messages():
    """What comes to a webhook: its address, and a queue of the bodies."""
    found = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            found.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/alarm", found
        server.shutdown()


@pytest.fixture
def corpus(built_corpus, tmp_path):
    """A built corpus of its own name, in which no refusal is allowed."""
    shutil.copytree(built_corpus.parent, tmp_path / "alarmed")
    path = tmp_path / "alarmed/corpus.yaml"
    text = path.read_text().replace("name: small", "name: alarmed")
    path.write_text(text + "release: {thresholds: {max_refused_share: 0.0}}\n")
    return path


@pytest.mark.slow  # three builds, and the server's services take their time
def test_each_alert_fires_and_is_sent(corpus, partimento, environment, messages):
    url, came = messages
    subprocess.run([sys.executable, "-c", BLOCK, url], env=environment, check=True)
    made = partimento("alerts", corpus, "--notify", "custom-webhook/alarm")
    assert made.returncode == 0, made.stderr

    def told(n):
        found = [came.get(timeout=LONG_S) for _ in range(n)]
        return {each["subject"]: each["body"] for each in found}

    done = partimento("build", corpus, "--until", "describe")
    assert done.returncode == 0, done.stderr
    refused = told(1)["alarmed: too much was refused"]
    assert "% of all rows were refused, more than `release.thresholds.max_refused" in refused

    config = corpus.read_text()
    corpus.write_text(config.replace("execution:\n", "execution:\n  budget_tokens: 100\n"))
    with model_server() as endpoint:
        writer = ("--role", f"writer={endpoint},model=m")
        stopped = partimento("build", corpus, "--until", "describe", *writer)
    assert stopped.returncode == 1
    assert "budget_tokens 100" in stopped.stderr and "Traceback" not in stopped.stderr
    both = told(2)
    assert both["alarmed: the budget is reached"].startswith("budget_tokens 100: 0 used")
    name, state = both["alarmed: a run failed"].splitlines()[:2]
    assert name == "alarmed: build to describe, snapshot 1"
    assert state.startswith("Failed: ") and "budget_tokens 100" in state
    assert came.empty()
