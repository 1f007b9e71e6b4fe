"""The agent's log."""


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


def mcp():
    """The declared MCP servers, and what the log says of those whose last line is a failure."""
    servers = merged(yaml_or_empty(DATA + "/config.yaml"), yaml_or_empty(MANAGED + "/config.yaml")).get("mcp_servers")
    if not isinstance(servers, dict):
        return {"servers": [], "failed": {}}
    names = [str(name) for name, row in servers.items() if not (isinstance(row, dict) and row.get("enabled") is False)]
    failed = {}
    started = last_start()
    for line, at in timed_lines(DATA + "/logs/agent.log"):
        match = re.search(ASK["mcpLines"]["server"], line)
        if not match or at < started or match.group(1) not in names:
            continue
        failed.pop(match.group(1), None)
        if re.search(ASK["mcpLines"]["failed"], line):
            failed[match.group(1)] = line[match.end() :].partition(": ")[2].strip()[:200] or "no reason"
    return {"servers": names, "failed": failed}
