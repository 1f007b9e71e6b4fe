"""Declared leaves of config.yaml. All other settings, comments and the order of the file stay."""

CONFIG = "config.yaml"
# PyYAML needs seconds for so much.
LONGEST_CONFIG = 2**18
ABSENT = object()


def dotted(path):
    return ".".join(key if re.fullmatch(r"[^.\"\s]+", key) else json.dumps(key) for key in path)


def want_config(home):
    def make(leaf):
        path = tuple(leaf["path"])
        if not path or not all(isinstance(key, str) for key in path):
            raise Refused("its path is empty")
        if any(path[:n] in seen for n in range(1, len(path) + 1)) or any(p[: len(path)] == path for p in seen):
            raise Refused("another setting is declared at the same place")
        seen.add(path)
        value = value_of(leaf, home.values)
        return (path, value), canonical(value)

    seen = set()
    for leaf in home.declared.get("config", []):
        home.want("config", "setting", dotted(leaf["path"]), lambda: make(leaf), harmless="from" not in leaf)


def merge_config(home):
    home.tree.sweep(home.at(CONFIG))
    gone = home.undeclared("config")
    if not home.wanted["config"] and not gone and "config" not in home.left:
        return
    try:
        import yaml
    except ImportError:
        raise Refused("Hermes' YAML parser is not there")
    found = home.tree.read(home.at(CONFIG), LONGEST_CONFIG)
    try:
        whole = (found or b"").decode()
    except UnicodeDecodeError:
        raise Refused("it is not UTF-8")
    # The parser does not count it.
    text = whole.removeprefix("\ufeff")
    mark = whole[: len(whole) - len(text)]
    before = parsed(yaml, text)
    after = copy.deepcopy(before)
    things = home.things["config"]
    replaced, taken, left = [], [], set()
    for name in gone:
        path = path_of(name)
        current = leaf_at(after, path)
        if current is ABSENT:
            continue
        if things.is_ours(name, canonical(current)):
            taken.append(name)
            remove_leaf(after, path)
        else:
            home.leave("config", name)
            left.add(name)
    for path, value in home.wanted["config"].values():
        for at, earlier in set_leaf(after, path, value):
            if not things.is_ours(dotted(at), canonical(earlier)):
                replaced.append((at, earlier))
    seeds = list(seeded(yaml)) if replaced else []
    replaced = [
        (dotted(at), earlier)
        for at, earlier in replaced
        if not any(canonical(leaf_at(seed, at)) == canonical(earlier) for seed in seeds)
    ]
    new = text if canonical(before) == canonical(after) else changed(yaml, text, before, after)

    def is_declared(name):
        # A whole map can have made room for a setting below it.
        return any(other == name or other.startswith(name + ".") for other in home.wanted["config"])

    keep_values(home, "config.replaced.yaml", "setting", is_declared, replaced)
    for name in taken:
        home.report.add("takenBack", home.name, "setting", name)
    secret = any("from" in leaf for leaf in home.declared.get("config", []))
    mode = config_mode(home, secret)
    if new != text or (found is None and home.wanted["config"]):
        home.tree.write(home.at(CONFIG), (mark + new).encode(), mode)
    elif found is not None and secret and mode != stat.S_IMODE(home.tree.state(home.at(CONFIG)).st_mode):
        home.tree.chmod(home.at(CONFIG), mode)
    for name, (_, value) in home.wanted["config"].items():
        home.settle("config", name, canonical(value))
    for name in gone:
        things.forget(name)
    home.report_left("config", "setting", lambda name: leaf_at(after, path_of(name)) is not ABSENT, left)


def seeded(yaml):
    """The settings of the image's own examples."""
    for seed in seeds_of(CONFIG):
        with contextlib.suppress(Refused, UnicodeDecodeError):
            yield parsed(yaml, seed.decode())


def config_mode(home, secret):
    """That of the file, or of the image's own. A file with a value that stood apart is nobody else's."""
    state = home.tree.state(home.at(CONFIG))
    mode = 0o640 if state is None else stat.S_IMODE(state.st_mode) | 0o600
    return mode & 0o700 if secret else mode


def path_of(name):
    """The path of a dotted name."""
    parts = re.findall(r'"(?:[^"\\]|\\.)*"|[^."]+', name)
    return tuple(json.loads(part) if part.startswith('"') else part for part in parts)


def leaf_at(settings, path):
    for key in path:
        if not isinstance(settings, dict) or key not in settings:
            return ABSENT
        settings = settings[key]
    return settings


def set_leaf(settings, path, value):
    """Sets the leaf. Returns the earlier values that it replaces, with their paths."""
    replaced = []
    for n, key in enumerate(path[:-1], 1):
        below = settings.get(key)
        if not isinstance(below, dict):
            if below is not None:
                replaced.append((path[:n], below))
            below = settings[key] = {}
        settings = below
    earlier = settings.get(path[-1], ABSENT)
    if earlier is ABSENT or canonical(earlier) != canonical(value):
        settings[path[-1]] = value
        # A key without a value says nothing.
        if earlier is not ABSENT and earlier is not None:
            replaced.append((path, earlier))
    return replaced


def remove_leaf(settings, path):
    """Removes the leaf, and the maps that are empty without it."""
    parents = [settings]
    for key in path[:-1]:
        parents.append(parents[-1][key])
    for parent, key in reversed(list(zip(parents, path))):
        del parent[key]
        if parent:
            break
