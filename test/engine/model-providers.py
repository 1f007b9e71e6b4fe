"""Asks the installed Hermes what it knows of its model providers, and which server and key it uses with given settings."""
import contextlib
import io
import json
import logging
import os
import pathlib
import socket
import sys
import tempfile

cases = json.loads(os.environ.pop("CASES"))
managed = pathlib.Path(tempfile.mkdtemp())
os.environ["HERMES_MANAGED_DIR"] = str(managed)


def refuse(*_args, **_options):
    raise OSError("no network")


socket.socket.connect = refuse
socket.getaddrinfo = refuse
logging.disable(logging.CRITICAL)


def answer(case):
    """In a process of its own, because Hermes keeps what it has read."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        home = tempfile.mkdtemp()
        (managed / "config.yaml").write_text(json.dumps(case["config"]))
        os.environ.update({"HERMES_HOME": home, **case["env"]})
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                import gateway.run

                model = gateway.run._resolve_runtime_agent_kwargs()
            key = model.get("api_key")
            result = {"server": model.get("base_url"), "key": key if isinstance(key, str) else None}
        except Exception as error:
            result = {"error": str(error)}
        os.write(write, json.dumps(result).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text)


with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import gateway.run
    from hermes_cli.auth import PROVIDER_REGISTRY
    from providers import list_providers

    known = {}
    for name, row in PROVIDER_REGISTRY.items():
        known[name] = {
            "server": row.inference_base_url or None,
            "keys": list(row.api_key_env_vars or ()),
            "endpointVariable": row.base_url_env_var or None,
        }
    profiles = {profile.name: sorted(profile.aliases) for profile in list_providers()}

json.dump({"known": known, "profiles": profiles, "answers": [answer(case) for case in cases]}, sys.stdout)
