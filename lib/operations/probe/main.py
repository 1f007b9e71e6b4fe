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
    values = {value for _, home in homes() for value in unless_unreadable(dotenv, home + "/.env").values()}
    values |= {value for _, home in homes() for value in literals(yaml_or_empty(home + "/config.yaml"))}
    values |= {*MANAGED_ENV.values(), *(os.environ[name] for name in ASK["given"] if name in os.environ)}
    return sorted((value for value in values if len(value) >= 8), key=len, reverse=True)


def literals(config):
    """Values of a config.yaml that may be secrets: a profile has them there, since a reference would be the process's."""
    chosen = config.get("model")
    servers = config.get("mcp_servers")
    found = [chosen.get("api_key")] if isinstance(chosen, dict) else []
    for server in servers.values() if isinstance(servers, dict) else ():
        for part in ("env", "headers"):
            values = server.get(part) if isinstance(server, dict) else None
            found += values.values() if isinstance(values, dict) else ()
    return [value for value in found if isinstance(value, str)]


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
    if os.path.exists(DECLARATION):
        parts["merge"] = merge
    if ASK.get("apiPort"):
        parts["apiServer"] = api_server
    if ASK.get("dashboardPort"):
        parts["dashboard"] = dashboard
    if ASK.get("endpoint"):
        parts["endpoint"] = endpoint
    if ASK.get("terminal"):
        parts["terminal"] = terminal
    deadline = time.time() + SECONDS
    # Where they are asked one after the other, each has its time.
    asking = deadline + ASK["askSeconds"] * (1 + len(PROFILES))
    tokens = {DEFAULT: ASK["tokens"], **{name: asked["tokens"] for name, asked in PROFILES.items()}}
    workers = len(parts) + sum(2 + len(rows) for rows in tokens.values())
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=workers)
    jobs = {name: pool.submit(guarded, part) for name, part in parts.items()}
    answers = {name: pool.submit(guarded, lambda name=name: answer(name)) for name in tokens} if ASK["ask"] else {}
    proofs = {
        (name, row["variable"]): pool.submit(guarded, lambda name=name, row=row: token(row, environment_of(name)))
        for name, rows in tokens.items()
        for row in rows
    }
    found = guarded(platforms)
    seen = {name: in_time(job, deadline) for name, job in jobs.items()}
    if "unseen" not in found or isinstance(found["unseen"], dict):
        seen["platforms"] = found
    proven = {proof: in_time(job, deadline) for proof, job in proofs.items()}
    said = {name: {"answer": in_time(job, asking)} for name, job in answers.items()}
    for name in tokens:
        of = {variable: proof for (whose, variable), proof in proven.items() if whose == name and "unseen" not in proof}
        said[name] = {**said.get(name, {}), "tokens": of}
    seen.update(said.pop(DEFAULT))
    if isinstance(seen["profiles"], list):
        seen["profiles"] = [
            {**row, **said[row["name"]], "model": guarded(lambda row=row: model(home_of(row["name"])))}
            if row["name"] in said
            else row
            for row in seen["profiles"]
        ]
    print(json.dumps(scrubbed(seen, secrets())), flush=True)
    # A part that hangs must not keep the others from being told.
    os._exit(0)


def in_time(job, deadline):
    try:
        return job.result(timeout=max(0.1, deadline - time.time()))
    except concurrent.futures.TimeoutError:
        return {"unseen": "it took longer than %d s" % SECONDS}


main()
