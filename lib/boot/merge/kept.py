"""Earlier values that the program's own have replaced, in a file of one line each, for a person to read and to copy."""

MOST = 500
HEAD = (
    "# Values that somebody had set, and that the program's own have replaced, the newest last.\n"
    "# Nothing reads this file. Remove what is no longer needed.\n"
)


def kept_rows(home, file):
    """The lines of the file, each with what it holds; None for a line that is not the merge's."""
    found = (home.tree.read(home.at(file)) or b"").decode("utf-8", "surrogateescape")
    rows = []
    text = found.removeprefix(HEAD).removesuffix("\n")
    for line in text.split("\n") if text else ():
        try:
            row = json.loads(line[2:]) if line.startswith("- ") else None
        except (ValueError, RecursionError):
            row = None
        rows.append((line, row if isinstance(row, dict) else None))
    return rows


def keep_values(home, file, label, is_declared, replaced):
    """Adds each value, which is then there once, and reports all of the declared things."""
    home.tree.sweep(home.at(file))
    rows = kept_rows(home, file)
    before = list(rows)
    for name, value in replaced:
        home.report.add("replaced", home.name, label, name, kept=file)
        same = (name, canonical(value))
        rows = [kept for kept in rows if not kept[1] or (kept[1].get(label), canonical(kept[1].get("value"))) != same]
        row = {label: name, "replaced": now(), "value": value}
        rows.append(("- " + json_line(row), row))
    rows = bounded(rows, label)
    if rows != before:
        text = HEAD + "".join(line + "\n" for line, _ in rows)
        home.tree.write(home.at(file), text.encode("utf-8", "surrogateescape"), 0o600)
    for name in {str(row.get(label)) for _, row in rows if row}:
        if is_declared(name):
            home.report.add("replaced", home.name, label, name, log=False, kept=file)


def bounded(rows, label):
    """Without those between the first and the newest of one thing, and without the oldest of all."""
    places = {}
    for at, (_, row) in enumerate(rows):
        if row:
            places.setdefault(str(row.get(label)), []).append(at)
    own = sorted(at for found in places.values() for at in found[:1] + found[1:][1 - MOST_OF_ONE :])
    left = set(own[-MOST:])
    return [kept for at, kept in enumerate(rows) if not kept[1] or at in left]


def json_line(value):
    """JSON that is YAML too."""
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]",
        lambda found: "\\u%04x" % ord(found.group()),
        json.dumps(value, ensure_ascii=False, default=str),
    )
