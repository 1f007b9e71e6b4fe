"""Earlier values that the program's own have replaced, in a file of one line each, for a person to read and to copy."""

MOST_OF_ONE = 10
MOST = 500
HEAD = (
    "# Values that somebody had set, and that the program's own have replaced, the newest last.\n"
    "# Nothing reads this file. Remove what is no longer needed.\n"
)


def kept_rows(home, file):
    """The lines of the file, each with what it holds; None for a line that is not the merge's."""
    found = (home.tree.read(home.at(file)) or b"").decode("utf-8", "surrogateescape")
    rows = []
    for line in found.removeprefix(HEAD).splitlines():
        try:
            row = json.loads(line[2:]) if line.startswith("- ") else None
        except (ValueError, RecursionError):
            row = None
        rows.append((line, row if isinstance(row, dict) else None))
    return rows


def keep_values(home, file, label, declared, replaced):
    """Adds each value that is not there yet, and reports all of the declared things."""
    home.tree.sweep(home.at(file))
    rows = kept_rows(home, file)
    known = {(row.get(label), canonical(row.get("value"))) for _, row in rows if row}
    before = list(rows)
    for name, value in replaced:
        home.report.add("replaced", home.name, label, name, kept=file)
        if (name, canonical(value)) not in known:
            row = {label: name, "replaced": now(), "value": value}
            rows.append(("- " + json_line(row), row))
    rows = bounded(rows, label)
    if rows != before:
        text = HEAD + "".join(line + "\n" for line, _ in rows)
        home.tree.write(home.at(file), text.encode("utf-8", "surrogateescape"), 0o600)
    for name in {str(row.get(label)) for _, row in rows if row}:
        # A whole map can have made room for a setting below it.
        if any(other == name or other.startswith(name + ".") for other in declared):
            home.report.add("replaced", home.name, label, name, log=False, kept=file)


def bounded(rows, label):
    """Without the oldest of too many."""
    counts = {}
    result = []
    for line, row in reversed(rows):
        name = row.get(label) if row else None
        counts[name] = counts.get(name, 0) + 1
        if row is None or (counts[name] <= MOST_OF_ONE and len(result) < MOST):
            result.append((line, row))
    return result[::-1]


def json_line(value):
    """JSON that is YAML too."""
    return re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]",
        lambda found: "\\u%04x" % ord(found.group()),
        json.dumps(value, ensure_ascii=False, default=str),
    )
