"""Lines of a `.env`: the declared value or none. All other lines stay byte for byte."""

EVERYWHERE = re.compile(r"[A-Za-z0-9_@%+=:,./~-]*\Z")
LONGEST_ENV = 2**20
MASKED = "# %s=*** (cdktf-hermes replaced the line that was here)"


def env_line(name, value):
    """A line that every reader of Hermes' reads alike, if the value allows it."""
    if EVERYWHERE.match(value):
        return "%s=%s\n" % (name, value)
    if re.search(r"[\x00\r\n]|\$\{", value):
        raise Refused("its value can't stand in a line of .env")
    return "%s='%s'\n" % (name, value.replace("\\", "\\\\").replace("'", "\\'"))


def want_env(home):
    def make(name, declared):
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise Refused("it is no name of a variable")
        if declared is None:
            return None, None
        value = text_of(declared, home.values)
        env_line(name, value)
        return value, value

    for name, declared in home.declared.get("env", {}).items():
        home.want("env", "variable", name, lambda: make(name, declared))


class EnvFile:
    """The `.env` of a home, in pieces."""

    def __init__(self, home):
        self.home = home
        self.place = home.at(".env")
        self.found = home.tree.read(self.place, LONGEST_ENV)
        if (self.found or b"").startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refused("it is UTF-16")
        text = (self.found or b"").decode("utf-8", "surrogateescape")
        self.mark = "\ufeff" * text.startswith("\ufeff")
        self.pieces = pieces_of(text.removeprefix("\ufeff"))

    def write(self, pieces):
        content = (self.mark + read_alike(self.home, pieces)).encode("utf-8", "surrogateescape")
        if content != (self.found or b""):
            self.home.tree.write(self.place, content, 0o600)
        elif self.found is not None and self.home.tree.state(self.place).st_mode & 0o177:
            self.home.tree.chmod(self.place, 0o600)


def want_moved(home, homes):
    """Notes the variables whose value goes to another profile, so that the record knows their lines without a value."""
    others = [other.wanted["env"] for other in homes if other is not home]
    if not others:
        return
    things = home.things["env"]
    gone = home.undeclared("env")
    with contextlib.suppress(Refused, OSError):
        for name, value in bindings_of(EnvFile(home).pieces):
            goes = value != "" and any(other.get(name) == value for other in others)
            ours = name in home.wanted["env"] or (name in gone and things.is_ours(name, value))
            if goes and ours and home.wanted["env"].get(name) != value:
                home.moved.add(name)
                things.intend(name, "")


def give_up_moved(home):
    """Takes those values away. A boot that is killed then leaves no gateway with the token of another one."""
    if home.moved:
        file = EnvFile(home)
        pieces = file.pieces
        for name in home.moved:
            pieces = with_variable(home, pieces, name, "")
        file.write(pieces)


def merge_env(home):
    things = home.things["env"]
    home.tree.sweep(home.at(".env"))
    gone = home.undeclared("env")
    if not home.wanted["env"] and not gone and "env" not in home.left:
        return
    file = EnvFile(home)
    pieces = file.pieces
    new = set()
    for name, value in home.wanted["env"].items():
        pieces = with_variable(home, pieces, name, value)
    for name in gone:
        lines = [piece for piece in pieces if piece.name == name]
        if lines and all(line.value is not None and things.is_ours(name, line.value) for line in lines):
            home.report.add("takenBack", home.name, "variable", name)
            pieces = [piece for piece in pieces if piece.name != name]
        elif lines and things.ours(name):
            home.leave("env", name)
            new.add(name)
    file.write(pieces)
    for name, value in home.wanted["env"].items():
        things.rows[name] = [] if value is None else [home.record.digest(value)]
        if any(piece.text.startswith(MASKED % name) for piece in pieces):
            home.report.add("replaced", home.name, "variable", name, log=False)
    for name in gone:
        things.forget(name)
    home.report_left("env", "variable", lambda name: any(piece.name == name for piece in pieces), new)


def read_alike(home, pieces):
    """The text of the pieces, in which each is read as it is meant. A quote that nobody closed would end in a line behind it."""
    own = [piece for piece in pieces if piece.value is not None and piece.name in home.wanted["env"]]
    for order in (pieces, own + [piece for piece in pieces if piece not in own]):
        text = "".join(piece.text for piece in order)
        if bindings_of(pieces_of(text)) == bindings_of(order):
            return text
    raise Refused("a quote in it has no end")


def bindings_of(pieces):
    return [(piece.name, piece.value) for piece in pieces if piece.value is not None]


def with_variable(home, pieces, name, value):
    """The pieces with one line for the name, or with none."""
    lines = [piece for piece in pieces if piece.name == name]
    if value is not None and len(lines) == 1 and lines[0].value == value:
        return pieces
    ours = {*home.things["env"].ours(name)}
    foreign = [line for line in lines if line.value is None or home.record.digest(line.value) not in ours]
    seeded = {
        (piece.name, piece.value)
        for seed in (seeds_of(".env") if foreign else ())
        for piece in pieces_of(seed.decode("utf-8", "surrogateescape"))
    }
    foreign = [line for line in foreign if line.value != value and (name, line.value) not in seeded]
    mask = MASKED % name
    masked = any(piece.text.startswith(mask) for piece in pieces)
    if foreign:
        home.report.add("replaced", home.name, "variable", name)
    result = []
    for piece in pieces:
        if piece.name != name:
            result.append(piece)
            continue
        if foreign and not masked:
            result.append(Piece(mask + "\n"))
            masked = True
        if value is not None and piece is lines[-1]:
            result.append(Piece(env_line(name, value), name, value))
    if value is not None and not lines:
        if result and not result[-1].text.endswith(("\n", "\r")):
            result[-1] = Piece(result[-1].text + "\n", result[-1].name, result[-1].value)
        result.append(Piece(env_line(name, value), name, value))
    return result
