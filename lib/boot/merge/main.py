"""All parts together: first the record gets what will be written, then it is written."""


def merge(data, declaration, values):
    if declaration.get("version") != VERSION:
        say("refused the declaration: version %s of it is not known here" % shown(declaration.get("version")))
        return
    tree = Tree(data)
    try:
        with tree.alone():
            merge_all(tree, declaration, values)
    except Refused as error:
        say("refused everything: %s" % error)


def merge_all(tree, declaration, values):
    report = Report(tree, declaration)
    record = opened_record(tree, report)
    declared = {DEFAULT: {}, **declaration["profiles"]}
    homes = []
    for name in declared:
        if name != DEFAULT and (not PROFILE.match(name) or name in RESERVED):
            report.add("refused", shown(name), "profile", name, reason="its name is not allowed")
            continue
        home = Home(name, declared[name], tree, record, report, values)
        want_all(home)
        homes.append(home)
    for home in homes:
        want_moved(home, homes)
    gone = [name for name in record.homes if name not in declared and PROFILE.match(name)]
    with report.guard(DEFAULT, "file", RECORD):
        record.save()
    # First, so that no token is ever in the homes of two profiles, of which one takes the other's place.
    for name in gone:
        with report.guard(name, "profile", name):
            if tree.state("profiles/" + name) is None:
                del record.homes[name]
            else:
                retire(Home(name, None, tree, record, report, values))
    for home in homes:
        with report.guard(home.name, "file", ".env"):
            give_up_moved(home)
    for home in homes:
        merge_home(home)
    with report.guard(DEFAULT, "file", REPORT):
        report.save()
    with report.guard(DEFAULT, "file", RECORD):
        record.save()


def opened_record(tree, report):
    """Without a record nothing is taken back, and what is replaced is kept."""
    try:
        return Record(tree, report)
    except (Refused, OSError) as error:
        reason = str(error) if isinstance(error, Refused) else os.strerror(error.errno or 0)
        report.add("refused", DEFAULT, "file", RECORD, reason=reason)
        return NoRecord(tree)


def want_all(home):
    for kind, want in (("env", want_env), ("config", want_config), ("jobs", want_jobs), ("files", want_files)):
        with home.report.guard(home.name, "part", kind):
            want(home)
    row = home.record.home(home.name)
    row.pop("removed", None)
    if home.name != DEFAULT:
        row["declared"] = True


def merge_home(home):
    merge_parts(home)
    merge_gateway(home)


def merge_parts(home):
    for kind, path, part in (("env", ".env", merge_env), ("config", CONFIG, merge_config), ("jobs", JOBS, merge_jobs)):
        with home.report.guard(home.name, "file", path, lambda: home.withdraw_all(kind)):
            part(home)
    with home.report.guard(home.name, "part", "files"):
        merge_files(home)


def main():
    declaration, data = sys.argv[1:]
    try:
        values = json.loads(sys.stdin.read() or "{}")
        with open(declaration, encoding="utf-8") as file:
            merge(data, json.load(file), values)
        say("done")
    except Exception as error:
        say("refused everything: %s" % type(error).__name__)


if __name__ == "__main__":
    main()
