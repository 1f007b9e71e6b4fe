"""The gateway's process, its starts and its chat platforms."""


def is_gateway(pid):
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            command = file.read().split(b"\0")
    except OSError:
        return False
    return b"gateway" in command and b"run" in command


def profile_of(pid):
    """Whose gateway a process is: by its words, or by the home that it was given."""
    with open("/proc/%d/cmdline" % pid, "rb") as file:
        words = [word.decode(errors="replace") for word in file.read().split(b"\0")]
    for word, after in zip(words, words[1:] + [""]):
        if word in ("-p", "--profile"):
            return after
        if word.startswith("--profile="):
            return word.split("=", 1)[1]
    try:
        with open("/proc/%d/environ" % pid, "rb") as file:
            found = re.search(rb"(?:^|\0)HERMES_HOME=([^\0]*)", file.read())
    except OSError:
        return DEFAULT
    home = found.group(1).decode(errors="replace").rstrip("/") if found else DATA
    return DEFAULT if home == DATA else os.path.basename(home)


def gateways_of(name):
    """The processes of a profile's gateway where nothing supervises them."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        pid = int(path.split("/")[2])
        try:
            if is_gateway(pid) and profile_of(pid) == name:
                found.append(pid)
        except OSError:
            continue
    return sorted(found)


def supervised_pid(slot):
    try:
        out = subprocess.run(["/command/s6-svstat", "-o", "up,pid", slot], capture_output=True, text=True, timeout=5)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"true (\d+)", out.stdout)
    return int(match.group(1)) if match else None


def gateway_pid():
    """The process of the default profile's gateway; None if there is none."""
    if os.path.exists(GATEWAY_SLOT):
        pid = supervised_pid(GATEWAY_SLOT)
        return pid if pid is not None and is_gateway(pid) else None
    return next(iter(gateways_of(DEFAULT)), None)


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


def profile_runs(name):
    """Whether the profile has a gateway of its own."""
    slot = "/run/service/gateway-" + name
    if os.path.exists(slot):
        pid = supervised_pid(slot)
        return pid is not None and is_gateway(pid)
    return bool(gateways_of(name))


def served_profiles():
    """The profiles that the default profile's gateway serves, while it runs."""
    served = json_file(DATA + "/gateway_state.json").get("served_profiles")
    return served if isinstance(served, list) and gateway_pid() is not None else []


def profiles():
    """The profiles beside the default one, as the boot knows them: by their SOUL.md."""
    served = served_profiles()
    found = []
    for prefix, home in homes()[1:]:
        name = os.path.basename(home)
        if name == "default" or not os.path.exists(home + "/SOUL.md"):
            continue
        state = json_file(home + "/gateway_state.json")
        stated = state.get("gateway_state")
        desired = state.get("desired_state")
        # Without an order, the boot goes by the last state.
        wanted = desired == "running" if desired is not None else stated in ("running", "draining", "degraded")
        seen = {"name": name, "runs": name in served or profile_runs(name), "wanted": wanted}
        if name in served:
            seen["served"] = True
        if isinstance(stated, str):
            seen["state"] = stated
        found.append({**seen, "platforms": served_platforms(name) if name in served else platforms(name)})
    return found


def served_platforms(name):
    """What the log of the gateway that serves all profiles says last of each platform of this one."""
    started = last_start()
    pattern = re.compile(r"(✓|✗|Secondary) (\S+) .*\(profile: %s\)" % re.escape(name))
    found = {}
    for line, at in timed_lines(DATA + "/logs/gateway.log"):
        match = pattern.search(line)
        if match and at >= started:
            found[match.group(2)] = {"state": "connected" if match.group(1) == "✓" else "retrying"}
    return found


def platforms(name=DEFAULT):
    state = json_file(home_of(name) + "/gateway_state.json").get("platforms")
    if not isinstance(state, dict):
        return {}
    return {
        name: {
            "state": str(row.get("state") or row.get("status") or "unknown"),
            **({"errorCode": str(row["error_code"])} if row.get("error_code") else {}),
            **({"errorMessage": str(row["error_message"])[:300]} if row.get("error_message") else {}),
        }
        for name, row in state.items()
        if isinstance(row, dict)
    }
