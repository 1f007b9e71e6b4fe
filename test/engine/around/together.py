"""Asks the installed Hermes what its file tools, its terminal and its webhooks do with given settings."""
import asyncio
import contextlib
import io
import json
import logging
import os
import sys

case = json.loads(os.environ.pop("CASE"))
logging.disable(logging.CRITICAL)
answer = {}
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    from agent.file_safety import is_write_denied
    from gateway.config import PlatformConfig
    from gateway.platforms.webhook import WebhookAdapter
    from tools.terminal_tool import check_terminal_requirements

    answer["denied"] = [path for path in case.get("paths", []) if is_write_denied(path)]
    answer["terminal"] = check_terminal_requirements()
    if "routes" in case:
        adapter = WebhookAdapter(PlatformConfig(enabled=True, extra={"port": 18644, "routes": case["routes"]}))
        try:
            asyncio.run(adapter.connect())
            answer["webhooks"] = "started"
        except ValueError as error:
            answer["webhooks"] = str(error)
json.dump(answer, sys.stdout)
