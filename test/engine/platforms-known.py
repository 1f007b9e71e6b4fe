"""Asks the installed Hermes about one platform with given variables: whether it knows it and takes it for configured, which
variables it reads until it is connected or gives up, and on which ports it listens then. It reaches nobody."""
import asyncio
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
    os.environ[name] = tempfile.mkdtemp()
# A gateway's own settings live there; without the file some of its loaders do nothing.
pathlib.Path(os.environ["HERMES_HOME"], "config.yaml").write_text("{}\n")
os.environ.update(case["variables"])

read = set()
plain = type(os.environ).__getitem__
def watched(self, name):
    read.add(name)
    return plain(self, name)


def listening():
    ports = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(table, encoding="ascii") as lines:
            for _, local, _, state, *_ in map(str.split, list(lines)[1:]):
                if state == "0A":
                    address, port = local.split(":")
                    ports.add((int(port, 16), set(address) == {"0"}))
    return ports


async def connect(adapter):
    try:
        return bool(await asyncio.wait_for(adapter.connect(), 8))
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"[:300]


logging.disable(logging.CRITICAL)
answer = {"known": False, "configured": False, "adapter": False}
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    type(os.environ).__getitem__ = watched
    import gateway.run
    from gateway.config import Platform, load_gateway_config
    from gateway.pairing import PairingStore
    from gateway.session import SessionSource

    runner = object.__new__(gateway.run.GatewayRunner)
    runner.config, runner.adapters, runner.pairing_store = load_gateway_config(), {}, PairingStore()
    with contextlib.suppress(ValueError):
        platform = Platform(case["platform"])
        answer["known"] = True
        answer["configured"] = platform in runner.config.get_connected_platforms()
        before = listening()
        adapter = None
        if answer["configured"]:
            try:
                adapter = runner._create_adapter(platform, runner.config.platforms[platform])
            except Exception as error:  # noqa: BLE001
                answer["error"] = f"{type(error).__name__}: {error}"[:300]
        if adapter is not None:
            runner.adapters[platform] = adapter
            answer["adapter"] = True
            loop = asyncio.new_event_loop()
            answer["connected"] = loop.run_until_complete(connect(adapter))
            answer["ports"] = sorted(listening() - before)
        for kind in ("dm", "group"):
            with contextlib.suppress(Exception):
                runner._is_user_authorized(
                    SessionSource(platform=platform, chat_type=kind, chat_id="c", user_id="999")
                )
answer["read"] = sorted(read)
json.dump(answer, sys.stdout)
sys.stdout.flush()
os._exit(0)
