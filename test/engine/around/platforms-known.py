"""Asks the installed Hermes about chat platforms with given variables: whether it knows the platform and takes it for
configured, which variables it reads until it is connected or gives up, and at which ports it listens then. It has no network.
Each case is asked in a process of its own."""
import asyncio
import contextlib
import glob
import io
import json
import logging
import os
import pathlib
import signal
import sys
import tempfile

CONNECT_SECONDS = 4
# A few adapters block, and none may hold up the others.
LONGEST_SECONDS = 30
TOGETHER = 4

cases = json.loads(sys.stdin.read())
home = tempfile.mkdtemp()
os.environ.update(HERMES_HOME=home, HERMES_MANAGED_DIR=tempfile.mkdtemp())
# Some loaders do nothing without the file. The image seeds one.
pathlib.Path(home, "config.yaml").write_text("{}\n")
logging.disable(logging.CRITICAL)

read = set()
plain = type(os.environ).__getitem__


def watched(self, name):
    read.add(name)
    return plain(self, name)


def listening():
    """Port, and whether at all addresses, of what this process listens on."""
    own = set()
    for path in glob.glob("/proc/self/fd/*"):
        with contextlib.suppress(OSError):
            own.add(os.readlink(path))
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError), open(table, encoding="ascii") as lines:
            for fields in map(str.split, list(lines)[1:]):
                if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                    address, port = fields[1].split(":")
                    found.add((int(port, 16), set(address) == {"0"}))
    return sorted(found)


def failure(error):
    return f"{type(error).__name__}: {error}"[:300]


async def connect(adapter):
    try:
        return bool(await asyncio.wait_for(adapter.connect(), CONNECT_SECONDS))
    except BaseException as error:  # noqa: BLE001
        return failure(error)


def asked(case):
    answer = {"known": False, "configured": False, "connected": None, "ports": [], "read": [], "named": []}
    os.environ.update(case["variables"])
    type(os.environ).__getitem__ = watched
    try:
        platform = Platform(case["platform"])
    except ValueError:
        return answer
    answer["known"] = True
    runner = object.__new__(gateway.run.GatewayRunner)
    runner.config, runner.adapters, runner.pairing_store = load_gateway_config(), {}, PairingStore()
    answer["configured"] = platform in runner.config.get_connected_platforms()
    adapter = None
    if answer["configured"]:
        try:
            adapter = runner._create_adapter(platform, runner.config.platforms[platform])
        except Exception as error:  # noqa: BLE001
            answer["connected"] = failure(error)
    if adapter is not None:
        runner.adapters[platform] = adapter
        answer["connected"] = asyncio.new_event_loop().run_until_complete(connect(adapter))
        answer["ports"] = listening()
    for kind in ("dm", "group"):
        for bot in (False, True):
            source = {"chat_type": kind, "chat_id": "c", "user_id": "999", "is_bot": bot}
            with contextlib.suppress(Exception):
                runner._is_user_authorized(SessionSource(platform=platform, **source))
    answer["read"] = sorted(read)
    answer["named"] = [name for name in case["names"] if f'"{name}"' in sources]
    return answer


def child(case, file):
    signal.alarm(LONGEST_SECONDS)
    with open(os.devnull, "w", encoding="utf-8") as nothing:
        with contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
            try:
                answer = asked(case)
            except BaseException as error:  # noqa: BLE001
                answer = {"error": failure(error)}
    file.write_text(json.dumps(answer))
    os._exit(0)


with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import gateway.run
    from gateway.config import Platform, load_gateway_config
    from gateway.pairing import PairingStore
    from gateway.session import SessionSource

root = pathlib.Path(gateway.run.__file__).parent.parent
sources = "".join(
    file.read_text(encoding="utf-8")
    for part in ("gateway", "plugins/platforms")
    for file in sorted((root / part).rglob("*.py"))
)
folder = pathlib.Path(tempfile.mkdtemp())
running = 0
for i, case in enumerate(cases):
    if running == TOGETHER:
        os.wait()
        running -= 1
    if os.fork() == 0:
        child(case, folder / str(i))
    running += 1
while running:
    os.wait()
    running -= 1
answers = [folder / str(i) for i in range(len(cases))]
json.dump([json.loads(file.read_text()) if file.exists() else {"error": "no answer"} for file in answers], sys.stdout)
