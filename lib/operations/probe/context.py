"""Looks at the agent in this container, and prints what it sees as one line of JSON.

It is sent in by `verify`, and needs only Python's standard library and the YAML parser that Hermes brings. It changes
nothing: files are only read, and databases are opened for reading, which leaves at most SQLite's own -wal and -shm
files. It runs no `hermes` command but the question, because looking with those changes what is looked at: an expired
Codex login is spent. Nothing that it prints holds a secret.
"""

import base64
import concurrent.futures
import datetime
import glob
import hashlib
import json
import os
import pwd
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

DATA = "/opt/data"
MANAGED = "/etc/hermes"
HERMES = "/opt/hermes/.venv/bin/hermes"
GATEWAY_SLOT = "/run/service/gateway-default"
ASK = json.loads(sys.argv[1])
SECONDS = ASK["seconds"]
STARTED = ASK["startedMs"] / 1000
DASHBOARD = "http://127.0.0.1:%d" % ASK.get("dashboardPort", 0)
API = "http://127.0.0.1:%d" % ASK.get("apiPort", 0)
BIG_FOLDERS = {".git", "node_modules", ".cache", "venv", ".venv", "checkpoints", "__pycache__"}


class Unseen(Exception):
    """Why something can't be seen."""


# What the agent is told


def dotenv(path):
    """The variables of a .env file, as Hermes reads them; none if there is no such file."""
    found = {}
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        match = re.match(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$", line)
        if not match:
            continue
        name, value = match.groups()
        quoted = re.match(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""", value)
        if quoted:
            value = re.sub(r"\\(.)", r"\1", quoted.group(1) if quoted.group(1) is not None else quoted.group(2))
        else:
            value = re.split(r"\s+#", value, maxsplit=1)[0].strip()
        found[name] = value
    return found


def unless_unreadable(read, path):
    try:
        return read(path)
    except OSError:
        return {}


MANAGED_ENV = unless_unreadable(dotenv, MANAGED + "/.env")
VOLUME_ENV = unless_unreadable(dotenv, DATA + "/.env")
# The last one wins.
ENVIRONMENT = {**os.environ, **VOLUME_ENV, **MANAGED_ENV}
# What the program says, whatever the volume makes of it.
GIVEN = {**os.environ, **MANAGED_ENV}
DEFAULT = "default"
PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# The declared profiles beside the default one, by name.
PROFILES = {name: asked for name, asked in ASK.get("profiles", {}).items() if PROFILE.fullmatch(name)}


def homes():
    """The folders of the default profile and of the others, each with its path below the data."""
    profiles = sorted(glob.glob(DATA + "/profiles/*/"))
    names = [os.path.basename(path.rstrip("/")) for path in profiles]
    return [("", DATA)] + [("profiles/%s/" % n, DATA + "/profiles/" + n) for n in names if PROFILE.fullmatch(n)]


def home_of(profile):
    return DATA if profile == DEFAULT else DATA + "/profiles/" + profile


def environment_of(profile):
    """What the processes of a profile are told."""
    if profile == DEFAULT:
        return ENVIRONMENT
    return {**os.environ, **unless_unreadable(dotenv, home_of(profile) + "/.env"), **MANAGED_ENV}


def runtime_user():
    """The user that the agent's processes run as."""
    try:
        return pwd.getpwnam("hermes")
    except KeyError:
        raise Unseen("the image has no user `hermes`")


def yaml_of(path):
    import yaml

    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def merged(base, over):
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{key: merged(base.get(key), value) for key, value in over.items()}}
    return over


def names_seen(names):
    ordered = sorted(set(names))
    text = "\n".join(ordered).encode()
    return {"count": len(ordered), "hash": hashlib.sha256(text).hexdigest()[:16]}


def leaves(value, path=()):
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, path + (str(key),))]
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in leaves(item, path + (str(i),))]
    return [".".join(path)]


def first_line(error):
    lines = str(error).strip().splitlines()
    return "%s: %s" % (type(error).__name__, lines[0][:200] if lines else "")


# HTTP


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def request(url, opener, body=None, headers=None, timeout=8):
    """Status, headers and the beginning of the body; status 0 if nothing answers."""
    asked = urllib.request.Request(url, data=body, headers=headers or {})
    try:
        with opener.open(asked, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read(1_000_000)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read(1_000_000)
    except (OSError, ValueError) as error:
        return 0, {}, first_line(getattr(error, "reason", error)).encode()


# Never through a proxy: the agent is in this very container.
INSIDE = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect())
# A redirect could lead a token to somebody else.
OUTSIDE = urllib.request.build_opener(NoRedirect())


def json_of(body):
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def json_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json_of(file.read())
    except FileNotFoundError:
        return {}
