#!/usr/bin/python3
"""Stands in for a model's server, for SearXNG, and for Camofox.

SERVER_PORT or CAMOFOX_PORT is where it listens, SERVER_MODELS names a file with the names of the models that it has, one
a line. SERVER_CONTEXT is how many tokens they see, which vLLM shows as `max_model_len` and Ollama beside its models. A
chat gets what its last question asks to repeat.
"""

import json
import os
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("SERVER_PORT") or os.environ.get("CAMOFOX_PORT") or "8080")
MODELS = os.environ.get("SERVER_MODELS", "/var/lib/models")
CONTEXT = int(os.environ.get("SERVER_CONTEXT", "262144"))


def models():
    try:
        with open(MODELS, encoding="utf-8") as file:
            return file.read().split()
    except FileNotFoundError:
        return []


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/v1/models":
            data = [{"id": name, "object": "model", "max_model_len": CONTEXT} for name in models()]
            return self.answer({"object": "list", "data": data})
        if path == "/api/tags":
            return self.answer({"models": [{"name": name} for name in models()]})
        if path in ("/healthz", "/health"):
            return self.answer("OK")
        if path == "/search":
            found = {"title": "found", "url": "http://example.test/", "content": "by the stand-in"}
            return self.answer({"results": [found]})
        return self.answer({"error": "not found"}, 404)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/pull":
            with open(MODELS, "a", encoding="utf-8") as file:
                file.write(body + "\n")
            return self.answer({})
        if self.path == "/api/show":
            return self.answer({"model_info": {"stand-in.context_length": CONTEXT}, "parameters": ""})
        if self.path != "/v1/chat/completions":
            return self.answer({"error": "not found"}, 404)
        asked = re.findall(r"Reply with exactly: ([\w-]+)", body)
        text = asked[-1] if asked else "hello"
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "stand-in"}
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        for delta, reason, more in (
            ({"role": "assistant"}, None, {}),
            ({"content": text}, None, {}),
            ({}, "stop", {"usage": usage}),
        ):
            event = {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}], **more}
            self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def log_message(self, *_):
        pass


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", PORT), Handler).serve_forever()
