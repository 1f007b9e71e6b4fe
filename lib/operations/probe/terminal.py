"""Where the agent's commands run: whether its login is taken there. No command of the agent's is run."""

CLIENT_SECONDS = 12


def terminal():
    asked = ASK["terminal"]
    if asked["backend"] == "docker":
        # What the program says: the volume's `.env` decides nothing of it.
        given = {name: GIVEN[name] for name in asked["variables"] if GIVEN.get(name)}
        return reached(["docker", "version", "--format", "{{.Server.Version}}"], given)
    pinned = merged(yaml_or_empty(DATA + "/config.yaml"), yaml_or_empty(MANAGED + "/config.yaml")).get("terminal")
    chosen = pinned if isinstance(pinned, dict) else {}
    rows = asked["settings"].items()
    said = {key: chosen.get(row["configKey"]) or ENVIRONMENT.get(row["variable"]) for key, row in rows}
    if not said["host"] or not said["user"]:
        raise Unseen("config.yaml names no machine")
    port = ["-p", str(said["port"])] if said["port"] else []
    key = ["-i", str(said["key"])] if said["key"] else []
    # It asks nobody, and learns no key.
    options = ["BatchMode=yes", "StrictHostKeyChecking=yes", "ControlPath=none", "ConnectTimeout=%d" % (CLIENT_SECONDS - 2)]
    flags = [word for option in options for word in ("-o", option)]
    return reached(["ssh", "-T", *flags, *port, *key, "--", "%s@%s" % (said["user"], said["host"]), "exit 0"], {})


def reached(command, more):
    """What a client says, run as the agent's own user, as Hermes runs it."""
    user = runtime_user()
    groups = os.getgrouplist(user.pw_name, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": groups} if os.getuid() == 0 else {}
    home = os.environ.get("HOME") if os.environ.get("HOME", "/root") != "/root" else DATA + "/home"
    try:
        client = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            env={"PATH": os.environ.get("PATH", os.defpath), "HOME": home, **more},
            **as_user,
        )
    except FileNotFoundError:
        return {"reached": False, "said": "no program " + command[0]}
    try:
        _, errors = client.communicate(timeout=CLIENT_SECONDS)
    except subprocess.TimeoutExpired:
        # With what it has started itself.
        os.killpg(client.pid, 9)
        client.communicate()
        return {"reached": False, "said": "no answer in %d s" % CLIENT_SECONDS}
    if client.returncode == 0:
        return {"reached": True}
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return {"reached": False, "said": (lines or ["it ended with %d" % client.returncode])[-1][-400:]}
