"""Merges what a program declares into the agent's data, at each boot of the container.

It runs as the runtime user, below the folder of the data only. Needs Python's standard library, and Hermes' PyYAML for
config.yaml. Each step can be killed: the next boot finishes it, and twice is the same as once.
"""

import base64
import contextlib
import copy
import fcntl
import hashlib
import hmac
import itertools
import json
import os
import re
import secrets
import stat
import sys
import time

VERSION = 1
DEFAULT = "default"
OWN = ".cdktf-hermes"
# Longer files are no settings. Reading one must not take the time of the others.
LONGEST = 32 * 2**20
# How long another process may hold a lock.
LOCK_SECONDS = 5
# Of one thing so many earlier versions are kept: the first, from before the program, and the newest.
MOST_OF_ONE = 10
PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
RESERVED = {"hermes", "test", "tmp", "root", "sudo"}
MARKER = "You are a helpful assistant.\n"
# What the image puts on a new volume is nobody's own.
INSTALL = "/opt/hermes"
SEEDS = {
    "SOUL.md": ["docker/SOUL.md"],
    "config.yaml": ["cli-config.yaml.example", "docker/config.yaml.example"],
    ".env": [".env.example"],
}


# Why something is left as it is, in words without a value.
class Refused(Exception):
    pass


def say(text):
    print("[cdktf-hermes] merge: " + text, flush=True)


def shown(name):
    """A name from the volume, which may hold anything."""
    return re.sub(r"[^\x20-\x7e]", "?", str(name))[:200]


def seeds_of(path):
    """The contents that the image may have given to the file."""
    for seed in SEEDS.get(path, []):
        with contextlib.suppress(OSError), open(os.path.join(INSTALL, seed), "rb") as file:
            yield file.read()


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def canonical(value):
    """Text that is equal exactly for equal values. Python itself takes 1, 1.0 and True for the same."""
    if isinstance(value, dict):
        return "{" + ",".join(sorted(canonical(k) + ":" + canonical(v) for k, v in value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value == value and abs(value) != float("inf") and value == int(value):
        return str(int(value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return json.dumps(value)
    return type(value).__name__ + json.dumps(str(value))


def lock(file, holder):
    """Takes the lock of an open file. It ends with the process, or when the file is closed."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(holder)
            time.sleep(0.1)


def value_of(declared, values):
    """A declared value, which may stand apart."""
    if "value" in declared:
        return declared["value"]
    if "from" in declared and declared["from"] in values:
        return values[declared["from"]]
    raise Refused("its value did not reach the container")


def text_of(declared, values):
    value = value_of(declared, values)
    if not isinstance(value, str):
        raise Refused("its value is not a text")
    return value
