"""All parts together."""


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
        "profiles": profiles,
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
    if ASK.get("endpoint"):
        parts["endpoint"] = endpoint
    if ASK.get("terminal"):
        parts["terminal"] = terminal
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
