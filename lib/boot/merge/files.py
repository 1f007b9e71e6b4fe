"""Declared files. An earlier version that somebody else wrote is kept beside the new one."""

# The merge writes these by their own rules.
NOT_FILES = {"config.yaml", ".env", "cron/jobs.json", "gateway_state.json"}


def want_files(home):
    def make(path, declared):
        parts_of(path)
        if path in NOT_FILES or path.split("/")[0] in (OWN, "profiles"):
            raise Refused("it is no file that a program declares")
        if "base64" in declared:
            content = base64.b64decode(declared["base64"], validate=True)
        else:
            content = text_of(declared, home.values).encode()
        mode = 0o600 if "from" in declared else 0o644
        if declared.get("executable"):
            mode |= (mode & 0o444) >> 2
        return (content, mode), content

    for path, declared in home.declared.get("files", {}).items():
        home.want("files", "file", path, lambda: make(path, declared), harmless="from" not in declared)
    if home.name != DEFAULT and "SOUL.md" not in home.declared.get("files", {}):
        want_marker(home)
    rows = home.record.home(home.name)
    gone = home.undeclared("files")
    for path in home.wanted["files"]:
        with contextlib.suppress(Refused, OSError):
            missing = missing_folders(home, path, gone)
            if missing:
                rows["folders"] = sorted({*folders_of(rows), *missing})


def missing_folders(home, path, gone):
    """The folders above the path that are to be made. A file that goes can be in the place of one."""
    folders = ["/".join(parts_of(path)[:n]) for n in range(1, len(parts_of(path)))]
    there = itertools.takewhile(lambda each: each not in gone and home.tree.state(home.at(each)) is not None, folders)
    return folders[len(list(there)) :]


def want_marker(home):
    """By a SOUL.md the supervisor knows a profile. Without a declared one it has a neutral text, unless it has another."""
    try:
        found = home.tree.read(home.at("SOUL.md"))
    except (OSError, Refused):
        return
    if found is None:
        neutral = not home.retired
    else:
        neutral = found == MARKER.encode() or home.things["files"].is_ours("SOUL.md", found)
    if neutral:
        home.want("files", "file", "SOUL.md", lambda: ((MARKER.encode(), 0o644), MARKER), harmless=True)


def merge_files(home):
    new = set()
    # First, since a file can be declared where a folder was, or a folder where a file was.
    for path in home.undeclared("files"):
        with home.report.guard(home.name, "file", path):
            if take_file_back(home, path):
                new.add(path)
    remove_folders(home)
    written = []
    # The marker comes last: a profile whose files are not all there must not start.
    for path in sorted(home.wanted["files"], key=lambda path: (path == "SOUL.md", path)):
        with home.report.guard(home.name, "file", path, lambda: home.withdraw("files", path)):
            merge_file(home, path, *home.wanted["files"][path])
            written.append(path)
    home.report_left("files", "file", lambda path: home.tree.state(home.at(path)) is not None, new)
    for path in written:
        for kept in home.tree.kept_versions(home.at(path)):
            home.report.add("replaced", home.name, "file", path, log=False, kept=kept)


def merge_file(home, path, content, mode):
    place = home.at(path)
    home.tree.sweep(place)
    found = home.tree.read(place)
    if found != content:
        if found is not None and not home.things["files"].is_ours(path, found):
            if found not in seeds_of(path) and not (path == "SOUL.md" and found == MARKER.encode()):
                kept = home.tree.keep(place, found)
                home.report.add("replaced", home.name, "file", path, kept=kept)
        home.tree.write(place, content, mode)
    elif stat.S_IMODE(home.tree.state(place).st_mode) != mode:
        home.tree.chmod(place, mode)
    home.settle("files", path, content)


def take_file_back(home, path):
    """Whether the file was left alone."""
    place = home.at(path)
    home.tree.sweep(place)
    found = home.tree.read(place)
    left = found is not None and not home.things["files"].is_ours(path, found)
    if left:
        home.leave("files", path)
    elif found is not None:
        home.report.add("takenBack", home.name, "file", path)
        home.tree.remove(place)
    home.things["files"].forget(path)
    return left


def remove_folders(home):
    """Removes folders that the merge made and no declared file needs, the innermost first, unless something is in them."""
    rows = home.record.home(home.name)
    owned = home.things["files"].rows
    needed = []
    for folder in sorted(folders_of(rows), reverse=True):
        if any(path.startswith(folder + "/") for path in owned):
            needed.append(folder)
        else:
            with contextlib.suppress(Refused):
                home.tree.remove_empty_folder(home.at(folder))
    rows.pop("folders", None)
    if needed:
        rows["folders"] = sorted(needed)


def folders_of(rows):
    """Those of the record, which a later version may know otherwise."""
    folders = rows.get("folders")
    return [folder for folder in folders if isinstance(folder, str)] if isinstance(folders, list) else []
