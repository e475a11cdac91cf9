"""An OpenAI-compatible judge that gives every answer a seven, and `speechless` no mark."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Judge(BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.server.refuses in request:
            self.answer(400, {"error": {"message": f"{self.server.refuses} is not supported"}})
            return
        user = request["messages"][-1]["content"]
        text = "No." if "speechless" in user else "Mark: 7"
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        body = {"id": "1", "object": "chat.completion", "created": 0, "model": "judge"}
        self.answer(200, body | {"choices": [choice]})

    def answer(self, status, body):
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        pass


@contextmanager
def judge_server(refuses=None):
    """Runs on a free port of this machine; gives its base URL. Requests with a field may fail."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Judge)
    server.refuses = refuses
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
