"""Asks the installed Hermes what it would make of a terminal that it can't reach here: what its terminal tool hands to the
backend, whether it takes the login for complete, and what the makers' own packages read of the variables."""
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
pathlib.Path(os.environ["HERMES_HOME"], "config.yaml").write_text("{}\n")
if case["config"]:
    text = json.dumps({"terminal": case["config"]})
    pathlib.Path(os.environ["HERMES_MANAGED_DIR"], "config.yaml").write_text(text)
os.environ.update(case["variables"])


class Asked(Exception):
    pass


handed = {}


def backend(name):
    def make(**given):
        handed.update(backend=name, **given)
        raise Asked

    return make


def sdk():
    """The login that the maker's own package takes from the environment."""
    if case["backend"] == "modal":
        from modal.config import config

        return {name: config.get(name) for name in ("token_id", "token_secret")}
    if case["backend"] == "daytona":
        from daytona import Daytona

        try:
            return {"key": Daytona()._api_key}
        except Exception as error:  # noqa: BLE001
            return {"error": type(error).__name__}
    return {}


logging.disable(logging.CRITICAL)
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    import gateway.run  # noqa: F401 - it turns settings of config.yaml into variables
    import tools.environments.daytona
    import tools.terminal_tool as terminal

    terminal._SingularityEnvironment = backend("singularity")
    terminal._ModalEnvironment = backend("modal")
    terminal._ManagedModalEnvironment = backend("managed modal")
    tools.environments.daytona.DaytonaEnvironment = backend("daytona")
    ready = terminal.check_terminal_requirements()
    said = terminal.terminal_tool(command="true")
    answer = {"handed": handed, "ready": ready, "said": "" if handed else said, "sdk": sdk()}
json.dump(answer, sys.stdout, default=str)
sys.stdout.flush()
os._exit(0)
