"""The agent's data."""


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


# What the boot merges, and what it says of it.
DECLARATION = "/usr/local/lib/cdktf-hermes/declaration.json"
MERGE_REPORT = DATA + "/.cdktf-hermes/report.json"
# The boot kills it after 20 s.
MERGE_SECONDS = 30
MERGED = {"replaced", "left", "takenBack", "refused", "kept"}


def merge():
    declared = json_file(DECLARATION).get("profiles")
    if not isinstance(declared, dict):
        raise Unseen("what is declared can't be read")
    report = json_file(MERGE_REPORT)
    at = written_at(report)
    # It reports in whole seconds, and nothing where nothing is declared and nothing ever was.
    finished = at >= int(STARTED) if at is not None else not any(map(anything_in, declared.values()))
    if not finished and time.time() - STARTED < MERGE_SECONDS:
        raise Unseen("the boot has not finished yet")
    items = report.get("items")
    return {
        "finished": finished,
        **({"atMs": round(at * 1000)} if at is not None else {}),
        "items": [
            {key: str(item[key])[:300] for key in ("what", "profile", "kind", "name", "reason") if key in item}
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict) and item.get("what") in MERGED
        ],
    }


def anything_in(profile):
    return isinstance(profile, dict) and any(profile.get(part) for part in ("config", "env", "files", "jobs", "ownGateway"))


def written_at(report):
    try:
        return datetime.datetime.fromisoformat(report["at"]).timestamp()
    except (KeyError, TypeError, ValueError):
        return None


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
