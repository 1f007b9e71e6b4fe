"""A volume with the merge on it, for the tests: each line of stdin is a history, each line of stdout what it left.

A step is a boot, or something that a person or the agent does. A boot can be killed before the n-th change that it makes
to the file system: it then runs in a process of its own, which ends at once, as with SIGKILL.
"""

import contextlib
import fcntl
import io
import json
import os
import shutil
import stat
import sys
import tempfile

import dotenv.parser
import yaml

PROGRAM = compile(sys.argv[1], "merge.py", "exec")
# Hermes' own, from 0.18.2 on.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CHANGES = ["mkdir", "rename", "link", "unlink", "rmdir", "fchmod", "open"]


def boot(data, declaration, values, kill=None):
    """The log; None if the boot was killed."""
    space = {"__name__": "merge"}
    exec(PROGRAM, space)
    # Nothing may depend on the clock or on chance.
    space["now"] = lambda: "2026-11-28T00:00:00+00:00"
    space["secrets"].token_hex = lambda _: "5a" * 16
    space["LOCK_SECONDS"] = 0.3
    space["INSTALL"] = os.path.join(data, "../install")
    log = io.StringIO()
    space["say"] = lambda text: log.write(text + "\n")
    if kill is None:
        space["merge"](data, declaration, values)
        return log.getvalue()
    child = os.fork()
    if child == 0:
        die_at(kill)
        space["merge"](data, declaration, values)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return None if os.waitstatus_to_exitcode(status) == 9 else "done"


def die_at(count):
    left = [count]

    def counted(name, call):
        def wrapped(*args, **options):
            if name != "open" or args[1] & os.O_CREAT:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(9)
            return call(*args, **options)

        return wrapped

    for name in CHANGES:
        setattr(os, name, counted(name, getattr(os, name)))


def seen(data):
    found = {}
    for folder, folders, files in os.walk(data):
        for name in folders + files:
            path = os.path.join(folder, name)
            state = os.lstat(path)
            row = {"mode": stat.S_IMODE(state.st_mode)}
            if stat.S_ISREG(state.st_mode):
                with open(path, "rb") as file:
                    row["text"] = file.read().decode("latin-1")
            elif stat.S_ISLNK(state.st_mode):
                row["link"] = os.readlink(path)
            elif not stat.S_ISDIR(state.st_mode):
                row["special"] = True
            found[os.path.relpath(path, data)] = row
    for path, row in found.items():
        if os.path.basename(path) == ".env" and "text" in row:
            row["variables"] = variables(row["text"])
        # A deeper one would end this process.
        if path.endswith(".yaml") and "text" in row and row["text"].count("[") < 1000:
            try:
                row["yaml"] = json.loads(json.dumps(yaml.load(row["text"].encode("latin-1"), Loader=LOADER)))
            except Exception:
                row["broken"] = True
    return found


def variables(text):
    """As python-dotenv reads them, the last of each name."""
    stream = io.StringIO(text.encode("latin-1").decode("utf-8", "replace"), newline="")
    bindings = dotenv.parser.parse_stream(stream)
    return {binding.key: binding.value for binding in bindings if binding.key is not None and binding.value is not None}


def written(path, second=[0]):
    """Two files of one moment would have no order."""
    second[0] += 1
    os.utime(path, (second[0], second[0]))


def step(data, outside, given):
    kind = given["do"]
    path = os.path.join(data, given.get("path", ""))
    if kind == "seed":
        kind = "write"
        path = os.path.join(data, "../install", given["path"])
    if kind == "boot":
        with contextlib.ExitStack() as stack:
            if given.get("beside"):
                # Another container's merge, which does not end meanwhile.
                other = os.open(data, os.O_RDONLY)
                stack.callback(os.close, other)
                fcntl.flock(other, fcntl.LOCK_EX)
            return boot(data, given["declaration"], given.get("values", {}), given.get("kill"))
    if kind == "write":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(given["text"].encode("latin-1"))
        os.chmod(path, given.get("mode", 0o644))
        os.utime(path, (given["at"], given["at"])) if "at" in given else written(path)
    elif kind == "remove":
        shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.path.lexists(path) and os.unlink(path)
    elif kind == "link":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(given["to"].replace("OUTSIDE", outside), path)
    elif kind == "fifo":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.mkfifo(path)
    elif kind == "folder":
        os.makedirs(path)
    elif kind == "edit":
        edit(data, given)
    return None


def edit(data, given):
    """A person or Hermes changes a setting or a job, without care for comments."""
    path = os.path.join(data, given["path"])
    with open(path, encoding="utf-8") as file:
        content = yaml.safe_load(file) if path.endswith(".yaml") else json.load(file)
    at = content
    for key in given["at"][:-1]:
        at = at.setdefault(key, {}) if isinstance(key, str) else at[key]
    if isinstance(at, list) and given["at"][-1] == len(at):
        at.append(given["value"])
    elif "value" in given:
        at[given["at"][-1]] = given["value"]
    else:
        del at[given["at"][-1]]
    with open(path, "w", encoding="utf-8") as file:
        yaml.safe_dump(content, file, sort_keys=False) if path.endswith(".yaml") else json.dump(content, file)


def history(steps):
    # In memory, because every write waits for the disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    top = tempfile.mkdtemp(prefix="cdktf-hermes-merge-", dir=memory)
    data, outside = os.path.join(top, "data"), os.path.join(top, "outside")
    os.mkdir(data)
    os.mkdir(outside)
    with open(os.path.join(outside, "file"), "w") as file:
        file.write("outside\n")
    try:
        results = []
        for given in steps:
            if given["do"] == "every-kill":
                results += every_kill(top, data, given)
                continue
            log = step(data, outside, given)
            results.append({"log": log, "data": seen(data) if given["do"] == "boot" or given.get("look") else None, "outside": seen(outside)})
        return results
    finally:
        shutil.rmtree(top)


def every_kill(top, data, given):
    """What a boot leaves that was killed before each of its changes and then ran again, once for each."""
    results = []
    for kill in range(10_000):
        copy = os.path.join(top, "copy")
        shutil.copytree(data, copy, symlinks=True)
        killed = boot(copy, given["declaration"], {}, kill) is None
        between = seen(copy)
        boot(copy, given.get("then", given["declaration"]), {})
        results.append({"kill": kill, "between": between, "data": seen(copy)})
        shutil.rmtree(copy)
        if not killed:
            return results


for line in sys.stdin:
    print(json.dumps(history(json.loads(line))), flush=True)
