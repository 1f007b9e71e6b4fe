"""Asks the installed Hermes whom its gateway lets in and where its model's key goes, with a given volume and managed files."""
import contextlib
import io
import json
import logging
import os
import pathlib
import sys
import tempfile

case = json.loads(os.environ.pop("CASE"))
for name in ("HERMES_HOME", "HERMES_MANAGED_DIR"):
    folder = pathlib.Path(tempfile.mkdtemp())
    for file, text in case[name].items():
        (folder / file).write_text(text)
    os.environ[name] = str(folder)

logging.disable(logging.CRITICAL)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import gateway.run
    from gateway.config import Platform, load_gateway_config
    from gateway.pairing import PairingStore
    from gateway.session import SessionSource

    runner = object.__new__(gateway.run.GatewayRunner)
    runner.config, runner.adapters, runner.pairing_store = load_gateway_config(), {}, PairingStore()
    let_in = [
        name
        for name, source in case["sources"].items()
        if runner._is_user_authorized(SessionSource(**{**source, "platform": Platform(source["platform"])}))
    ]
    model = gateway.run._resolve_runtime_agent_kwargs()
json.dump({"letIn": let_in, "baseUrl": model.get("base_url"), "apiKey": model.get("api_key")}, sys.stdout)
