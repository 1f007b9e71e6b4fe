"""The gateways of profiles: they start at the first boot, and stop when the profile is no longer declared."""

STATE = "gateway_state.json"


def merge_gateway(home):
    """Starts the gateway once. From then on it is as a person left it."""
    home.tree.sweep(home.at(STATE))
    row = home.record.home(home.name)
    stopped = row.get("stopped") is True
    if not home.declared.get("ownGateway") or home.name == DEFAULT:
        return
    with home.report.guard(home.name, "file", STATE):
        if home.tree.state(home.at(STATE)) is None:
            write_state(home, {"desired_state": "running"})
        elif stopped:
            state = gateway_state(home)
            if state.get("desired_state") == "stopped":
                write_state(home, {**state, "desired_state": "running"})
        row.pop("stopped", None)
        row["gateway"] = True


def retire(home):
    """Stops a profile that is no longer declared, and keeps its folder. What may be a secret of the program goes."""
    row = home.record.home(home.name)
    first = "removed" not in row
    row.setdefault("removed", now())
    if "SOUL.md" in home.undeclared("files"):
        want_marker(home)
    merge_parts(home)
    with home.report.guard(home.name, "file", STATE):
        home.tree.sweep(home.at(STATE))
        # Afterwards a person may start it again.
        if row.get("gateway") and not row.get("stopped"):
            if home.tree.state(home.at(STATE)) is not None:
                write_state(home, {**gateway_state(home), "desired_state": "stopped"})
            row["stopped"] = True
    home.report.add("kept", home.name, "profile", home.name, log=first, since=row["removed"])


def gateway_state(home):
    try:
        state = json.loads(home.tree.read(home.at(STATE)))
    except (ValueError, RecursionError):
        raise Refused("it can't be read")
    if not isinstance(state, dict):
        raise Refused("it can't be read")
    return state


def write_state(home, state):
    home.tree.write(home.at(STATE), (json.dumps(state) + "\n").encode(), 0o644)
