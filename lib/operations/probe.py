"""Looks at the agent in this container, and prints what it sees as one line of JSON.

It is sent in by `verify`, and needs only Python's standard library and the YAML parser that Hermes brings. It changes
nothing: files are only read, and databases are opened for reading, which leaves at most SQLite's own -wal and -shm
files. It runs no `hermes` command but the question, because looking with those changes what is looked at: an expired
Codex login is spent. Nothing that it prints holds a secret.
"""

import base64
import concurrent.futures
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
PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def homes():
    """The folders of the default profile and of the others, each with its path below the data."""
    profiles = sorted(glob.glob(DATA + "/profiles/*/"))
    names = [os.path.basename(path.rstrip("/")) for path in profiles]
    return [("", DATA)] + [("profiles/%s/" % n, DATA + "/profiles/" + n) for n in names if PROFILE.fullmatch(n)]


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
OUTSIDE = urllib.request.build_opener()


def json_of(body):
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


# One function for each part of the observation


def version():
    from importlib import metadata

    return metadata.version("hermes-agent")


def json_file(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json_of(file.read())
    except FileNotFoundError:
        return {}


def is_gateway(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            command = file.read().split(b"\0")
    except OSError:
        return False
    return b"gateway" in command and b"run" in command


def supervised_pid():
    try:
        out = subprocess.run(
            ["/command/s6-svstat", "-o", "up,pid", GATEWAY_SLOT], capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"true (\d+)", out.stdout)
    return int(match.group(1)) if match else None


def gateway_pid():
    """The process of the default profile's gateway; None if there is none."""
    if os.path.exists(GATEWAY_SLOT):
        pid = supervised_pid()
        return pid if pid is not None and is_gateway(pid) else None
    pids = [int(path.split("/")[2]) for path in glob.glob("/proc/[0-9]*/cmdline")]
    return next((pid for pid in sorted(pids) if is_gateway(pid)), None)


def started_at(pid):
    """When the process started, in seconds since the epoch."""
    with open("/proc/%d/stat" % pid, encoding="utf-8", errors="replace") as file:
        ticks = int(file.read().rsplit(")", 1)[1].split()[19])
    with open("/proc/stat", encoding="utf-8") as file:
        boot = next(int(line.split()[1]) for line in file if line.startswith("btime "))
    return boot + ticks / os.sysconf("SC_CLK_TCK")


def starts():
    """The gateway's starts in this container, in seconds since the epoch, as far as it counts them."""
    try:
        with open(DATA + "/gateway-starts.log", encoding="utf-8", errors="replace") as file:
            found = [float(line.split()[0]) for line in file.read().splitlines()[-200:] if line.strip()]
    except (OSError, ValueError):
        return []
    return [at for at in found if at >= STARTED]


def deaths():
    """When the gateway's process ended, in seconds since the epoch; one that dies at once counts no start."""
    try:
        out = subprocess.run(["/command/s6-svdt", GATEWAY_SLOT], capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return []
    # International atomic time, which is 37 s ahead.
    labels = re.findall(r"^@([0-9a-f]{16})", out.stdout, re.MULTILINE)
    return [int(label, 16) - 2**62 - 37 for label in labels]


def last_start():
    """When the gateway started last."""
    pid = gateway_pid()
    known = starts()
    try:
        # The kernel counts it in whole seconds since its own start.
        return started_at(pid) - 1 if pid is not None else max(known, default=STARTED)
    except (OSError, ValueError, StopIteration):
        return max(known, default=STARTED)


def gateway():
    state = json_file(DATA + "/gateway_state.json")
    alive = gateway_pid() is not None
    seen = {"alive": alive, "startedMs": round(last_start() * 1000)}
    # After a crash the file still has the state of the process that died.
    if isinstance(state.get("gateway_state"), str):
        seen["state"] = state["gateway_state"]
    reason = state.get("exit_reason") or state.get("gateway_exit_reason")
    if isinstance(reason, str):
        seen["exitReason"] = reason[:300]
    recent = [len([at for at in times if at >= time.time() - 600]) for times in (starts(), deaths())]
    seen["recentStarts"] = max(recent)
    try:
        beat = os.stat(DATA + "/state/gateway.heartbeat").st_mtime
        seen["heartbeatSeconds"] = round(max(0, time.time() - max(beat, last_start())))
    except OSError:
        pass
    return seen


def platforms():
    state = json_file(DATA + "/gateway_state.json").get("platforms") or {}
    return {
        name: {
            "state": str(row.get("state") or row.get("status") or "unknown"),
            **({"errorCode": str(row["error_code"])} if row.get("error_code") else {}),
            **({"errorMessage": str(row["error_message"])[:300]} if row.get("error_message") else {}),
        }
        for name, row in state.items()
        if isinstance(row, dict)
    }


def api_server():
    status, _, _ = request(API + "/health", INSIDE)
    seen = {"health": status}
    if status != 200:
        return seen
    seen["withoutKey"] = request(API + "/v1/models", INSIDE)[0]
    key = GIVEN.get("API_SERVER_KEY") or VOLUME_ENV.get("API_SERVER_KEY")
    if key:
        headers = {"Authorization": "Bearer " + key}
        seen["withKey"] = request(API + "/v1/models", INSIDE, headers=headers)[0]
    return seen


def dashboard():
    root, headers, _ = request(DASHBOARD + "/", INSIDE)
    seen = {"root": root, "config": request(DASHBOARD + "/api/config", INSIDE)[0]}
    if headers.get("Location"):
        seen["location"] = urllib.parse.urlsplit(headers["Location"]).path
    status = json_of(request(DASHBOARD + "/api/status", INSIDE)[2])
    if isinstance(status.get("auth_required"), bool):
        seen["authRequired"] = status["auth_required"]
    return seen


def token(row):
    value = ENVIRONMENT.get(row["variable"])
    if not value:
        return {"accepted": False, "error": "the container does not have it"}
    headers = {"User-Agent": "cdktf-hermes"}
    if row.get("scheme"):
        headers["Authorization"] = row["scheme"] + " " + value
    url = row["url"].replace("{token}", urllib.parse.quote(value, safe=":"))
    body = b"" if row["method"] == "POST" else None
    status, _, text = request(url, OUTSIDE, body=body, headers=headers, timeout=10)
    if status == 0 or status >= 500 or status == 429:
        reason = text.decode(errors="replace")[:200] if status == 0 else "HTTP %d" % status
        return {"accepted": False, "unreachable": True, "error": reason}
    answer = json_of(text)
    if status == 200 and answer.get("ok", True) is True:
        return {"accepted": True}
    return {
        "accepted": False,
        "error": str(answer.get("error") or answer.get("description") or answer.get("message") or status)[:200],
    }


def model():
    home = yaml_or_empty(DATA + "/config.yaml")
    pinned = yaml_or_empty(MANAGED + "/config.yaml")
    chosen = merged(home, pinned).get("model")
    if isinstance(chosen, str):
        return {"name": chosen}
    if not isinstance(chosen, dict):
        return {}
    return {
        key: str(chosen[field])
        for key, field in (("provider", "provider"), ("name", "default"))
        if chosen.get(field) not in (None, "", "auto")
    }


def yaml_or_empty(path):
    try:
        value = yaml_of(path)
    except Exception:
        return {}
    return value if isinstance(value, dict) else {}


NO_ANSWER = "no answer in %d s"


def expired(token):
    """Whether an access token's time is over; False if it does not say."""
    try:
        part = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"] < time.time()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return False


def answer():
    if model().get("provider") == "openai-codex" and codex_login().get("expired"):
        raise Unseen("the Codex login's access token has expired; a question would renew it, or end the login")
    nonce = ASK["nonce"]
    question = "Reply with exactly: " + nonce
    key = ENVIRONMENT.get("API_SERVER_KEY")
    if ASK.get("apiPort") and key:
        body = json.dumps({"model": "hermes-agent", "messages": [{"role": "user", "content": question}]})
        headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
        _, _, text = request(
            API + "/v1/chat/completions", INSIDE, body=body.encode(), headers=headers, timeout=ASK["askSeconds"]
        )
        choices = json_of(text).get("choices") or [{}]
        content = (choices[0].get("message") or {}).get("content") if isinstance(choices[0], dict) else None
        said = content if isinstance(content, str) else text.decode(errors="replace")
        if said.startswith("TimeoutError"):
            said = NO_ANSWER % ASK["askSeconds"]
        return {"by": "gateway", "exact": nonce in said, "text": said.strip()[:300]}
    user = runtime_user()
    command = [HERMES, "-z", question, "-t", "todo"]
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        out = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=ASK["askSeconds"],
            **as_user,
        )
    except subprocess.TimeoutExpired:
        return {"by": "cli", "exact": False, "text": NO_ANSWER % ASK["askSeconds"]}
    said = (out.stdout.strip() or out.stderr.strip())[-300:]
    # The question itself must not count as the answer.
    return {"by": "cli", "exact": nonce in out.stdout.replace(question, ""), "text": said}


def codex_login():
    path = DATA + "/auth.json"
    try:
        with open(path, encoding="utf-8") as file:
            auth = json.load(file)
        owner = os.stat(path).st_uid
    except FileNotFoundError:
        return {"state": "missing"}
    except (ValueError, UnicodeError):
        return {"state": "broken"}
    # Root can read it. The agent can't.
    if owner != runtime_user().pw_uid and not os.stat(path).st_mode & 0o004:
        return {"state": "unreadable"}
    login = (auth.get("providers") or {}).get("openai-codex") or {}
    pool = (auth.get("credential_pool") or {}).get("openai-codex") or []
    there = bool((login.get("tokens") or {}).get("refresh_token")) or any(
        isinstance(entry, dict) and entry.get("refresh_token") for entry in pool
    )
    tokens = [login.get("tokens"), *pool]
    access = next((row["access_token"] for row in tokens if isinstance(row, dict) and row.get("access_token")), None)
    return {
        "state": "logged-in" if there else "logged-out",
        "loginAgain": bool((login.get("last_auth_error") or {}).get("relogin_required")),
        "expired": expired(access),
    }


def config():
    path = DATA + "/config.yaml"
    if not os.path.exists(path):
        return {"present": False, "parses": False}
    try:
        value = yaml_of(path)
    except ImportError:
        raise Unseen("Hermes' YAML parser is not there")
    except Exception as error:
        return {"present": True, "parses": False, "error": where(error)}
    seen = {"present": True, "parses": isinstance(value, (dict, type(None)))}
    if not seen["parses"]:
        seen["error"] = "it holds a %s instead of settings" % type(value).__name__
    return seen


def where(error):
    """Where YAML ends to be readable, without the line itself, which may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    kind = type(error).__name__
    return "%s in line %d" % (kind, mark.line + 1) if mark is not None else kind


def managed():
    path = MANAGED + "/config.yaml"
    settings = []
    problem = {}
    try:
        value = yaml_of(path)
        if isinstance(value, dict):
            settings = leaves(value)
        elif value is not None:
            problem = {"error": "it holds a %s instead of settings" % type(value).__name__}
    except FileNotFoundError:
        pass
    except ImportError:
        raise Unseen("Hermes' YAML parser is not there")
    except Exception as error:
        problem = {"error": where(error)}
    for name in (".env", "config.yaml"):
        if not readable(MANAGED + "/" + name):
            problem = {"error": "the agent can't read /etc/hermes/%s" % name}
    return {"variables": names_seen(MANAGED_ENV), "config": {**names_seen(settings), **problem}}


def readable(path):
    """Whether the agent can read the file; root can read any."""
    user = runtime_user()
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return True
    if state.st_uid == user.pw_uid:
        return bool(state.st_mode & 0o400)
    return bool(state.st_mode & (0o040 if state.st_gid == user.pw_gid else 0o004))


def files_of(depth=3):
    """Files of the data, without folders that hold other people's files by the thousand."""
    left = 20_000
    pending = [(DATA, 0)]
    while pending:
        folder, level = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            left -= 1
            if left < 0:
                return
            if entry.is_dir(follow_symlinks=False):
                if level < depth and entry.name not in BIG_FOLDERS:
                    pending.append((entry.path, level + 1))
            elif entry.is_file(follow_symlinks=False):
                yield entry.path


def databases():
    found = []
    for path in files_of():
        try:
            with open(path, "rb") as file:
                if file.read(16) == b"SQLite format 3\0":
                    found.append(path)
        except OSError:
            continue
    deadline = time.time() + SECONDS
    return [{"path": os.path.relpath(path, DATA), "check": check_of(path, deadline)} for path in sorted(found)]


def check_of(path, deadline):
    try:
        connection = sqlite3.connect("file:%s?mode=ro" % urllib.parse.quote(path), uri=True, timeout=2)
        try:
            connection.set_progress_handler(lambda: time.time() > deadline, 10_000)
            return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0]).splitlines()[0][:200]
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        return "slow" if str(error) == "interrupted" else first_line(error)
    except sqlite3.Error as error:
        return first_line(error)


def disk():
    total, _, free = shutil.disk_usage(DATA)
    return {"usedPercent": round(100 * (total - free) / total), "freeMiB": free // 2**20}


def cron():
    jobs = []
    for prefix, home in homes():
        found = json_file(home + "/cron/jobs.json").get("jobs") or []
        jobs += [(prefix, job) for job in found if isinstance(job, dict) and job.get("enabled", True)]
    seen = {
        "jobs": len(jobs),
        "failed": {
            prefix + str(job.get("name") or job.get("id")): str(job.get("last_error") or job.get("last_status"))[:200]
            for prefix, job in jobs
            if job.get("last_status") not in (None, "ok", "success")
        },
    }
    try:
        # Releases that do not write it can't be judged by it.
        ticked = max(os.stat(DATA + "/cron/ticker_heartbeat").st_mtime, last_start())
        seen["tickerSeconds"] = round(max(0, time.time() - ticked))
    except OSError:
        pass
    return seen


SECRET = [".env", "auth.json", "cron/jobs.json"]
OWN = [
    "", "auth.lock", "config.yaml", "state.db", "state.db-wal", "state.db-shm", "response_store.db",
    "response_store.db-wal", "response_store.db-shm", "kanban.db", "cron", "gateway_state.json", "SOUL.md", "skills",
    "memories", "sessions", "logs", "logs/agent.log", "logs/errors.log", "logs/gateway.log", "profiles", *SECRET,
]  # fmt: skip


def files():
    uid = runtime_user().pw_uid
    unfit = []
    for prefix, home in homes():
        for name in OWN:
            try:
                state = os.lstat(os.path.join(home, name))
            except OSError:
                continue
            path = (prefix + name).rstrip("/") or "."
            row = {"path": path, "uid": state.st_uid, "mode": "%o" % stat.S_IMODE(state.st_mode)}
            if state.st_uid != uid:
                unfit.append({**row, "problem": "foreign-owner"})
            elif not stat.S_ISLNK(state.st_mode) and state.st_mode & 0o600 != 0o600:
                unfit.append({**row, "problem": "locked"})
            elif name in SECRET and state.st_mode & 0o077:
                unfit.append({**row, "problem": "open-to-others"})
    return unfit


def shadowed():
    """The names of the program that the volume decides, and those that a profile has of its own."""
    given = set(ASK["given"])
    found = []
    for prefix, home in homes():
        for name in unless_unreadable(dotenv, home + "/.env"):
            # What the managed file says is read last, except keys and endpoints of model providers.
            if name in given and (name not in MANAGED_ENV or name in ASK["volumeWins"]):
                found.append({"name": name, "file": prefix + ".env"})
    return found


def mcp():
    """The declared MCP servers, and what the log says of those that did not start."""
    servers = merged(yaml_or_empty(DATA + "/config.yaml"), yaml_or_empty(MANAGED + "/config.yaml")).get("mcp_servers")
    if not isinstance(servers, dict):
        return {"servers": [], "failed": {}}
    names = [str(name) for name, row in servers.items() if not (isinstance(row, dict) and row.get("enabled") is False)]
    failed = {}
    started = last_start()
    for line, at in timed_lines(DATA + "/logs/agent.log"):
        match = re.search(r"Failed to connect to MCP server '([^']*)'[^:]*: *(.*)", line)
        if match and at >= started and match.group(1) in names:
            failed[match.group(1)] = match.group(2)[:200] or "no reason"
    return {"servers": names, "failed": failed}


def log_lines():
    patterns = [(row, re.compile(row["pattern"])) for row in ASK["logPatterns"]]
    started = last_start()
    found = {}
    for name in ("agent.log", "errors.log", "gateway.log"):
        lines = list(timed_lines(DATA + "/logs/" + name))
        following = [line for line, _ in lines[1:]] + [""]
        for (line, at), after in zip(lines, following):
            for row, pattern in patterns:
                if at < (STARTED if row.get("atBoot") else started):
                    continue
                if time.time() - at > 4 * row.get("repeatsSeconds", float("inf")):
                    continue
                if pattern.search(line + " " + after if row.get("twoLines") else line):
                    found[row["id"]] = line.strip()[:300]
    return found


def timed_lines(path, most=2_000_000):
    """The lines of a log, each with its time; a line without one has that of the line before."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most))
            text = file.read().decode(errors="replace")
    except OSError:
        return
    at = 0
    for line in text.splitlines():
        match = re.match(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)", line)
        if match:
            at = time.mktime(time.strptime(match.group(1).replace("T", " "), "%Y-%m-%d %H:%M:%S"))
        yield line, at


# All together


def guarded(part):
    try:
        return part()
    except Unseen as reason:
        return {"unseen": str(reason)}
    except PermissionError as error:
        return {"unseen": "%s can't be read" % (error.filename or "a file")}
    except Exception as error:
        return {"unseen": "the probe failed (%s)" % first_line(error)}


# Words of Hermes, of files or of this program. A variable may have the same value, and is then no secret.
WORDS = {"state", "by", "problem", "provider", "name", "file", "path", "hash", "mode", "version", "servers", "errorCode"}


def secrets():
    values = {value for source in (MANAGED_ENV, VOLUME_ENV) for value in source.values()}
    values |= {os.environ[name] for name in ASK["given"] if name in os.environ}
    return sorted((value for value in values if len(value) >= 8), key=len, reverse=True)


def scrubbed(value, hidden):
    """Without anything in a text that could be a secret. Hermes itself does not mask each of them."""
    if isinstance(value, dict):
        return {key: item if key in WORDS else scrubbed(item, hidden) for key, item in value.items()}
    if isinstance(value, list):
        return [scrubbed(item, hidden) for item in value]
    if not isinstance(value, str):
        return value
    for secret in hidden:
        value = value.replace(secret, "***")
    value = re.sub(r"\b\d{6,}:[A-Za-z0-9_-]{20,}", "***", value)
    return re.sub(r"\b(?:xox[a-z]|xapp|sk|ghp|eyJ)[-_A-Za-z0-9.]{12,}", "***", value)


def main():
    parts = {
        "version": version,
        "gateway": gateway,
        "model": model,
        "codexLogin": codex_login,
        "config": config,
        "managed": managed,
        "databases": databases,
        "disk": disk,
        "cron": cron,
        "files": files,
        "shadowed": shadowed,
        "mcp": mcp,
        "logLines": log_lines,
    }
    if ASK.get("apiPort"):
        parts["apiServer"] = api_server
    if ASK.get("dashboardPort"):
        parts["dashboard"] = dashboard
    if ASK["ask"]:
        parts["answer"] = answer
    deadline = time.time() + SECONDS
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=32)
    jobs = {name: pool.submit(guarded, part) for name, part in parts.items()}
    proofs = {row["variable"]: pool.submit(guarded, lambda row=row: token(row)) for row in ASK["tokens"]}
    found = guarded(platforms)
    seen = {}
    for name, job in jobs.items():
        seen[name] = in_time(job, deadline + (ASK["askSeconds"] if name == "answer" else 0))
    if "unseen" not in found or isinstance(found["unseen"], dict):
        seen["platforms"] = found
    proven = {variable: in_time(job, deadline) for variable, job in proofs.items()}
    seen["tokens"] = {variable: proof for variable, proof in proven.items() if "unseen" not in proof}
    print(json.dumps(scrubbed(seen, secrets())), flush=True)
    # A part that hangs must not keep the others from being told.
    os._exit(0)


def in_time(job, deadline):
    try:
        return job.result(timeout=max(0.1, deadline - time.time()))
    except concurrent.futures.TimeoutError:
        return {"unseen": "it took longer than %d s" % SECONDS}


main()
