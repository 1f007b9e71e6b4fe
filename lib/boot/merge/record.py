"""What was declared at the last boot, as salted hashes: what is no longer declared, and still as it was, is taken back.

A thing has all hashes that the merge may have written: before a change the record gets the new one too, and afterwards
it loses the earlier ones. So a merge that was killed in between knows its own work. What a later version of this program
put into the record stays in it.

Of a profile that is taken out stays only what is known to be no secret, so each thing that was declared as plain text has
a mark: the hash of that text. An earlier version makes no marks, and what it wrote later than a mark has another hash.
"""

RECORD = OWN + "/record.json"
KINDS = ("config", "env", "files", "jobs")
MARKS = "harmless"


class Record:
    def __init__(self, tree, report):
        self.tree = tree
        self.stored = None
        self.content = {}
        tree.sweep(RECORD)
        found = tree.read(RECORD)
        if found is not None:
            try:
                self.content = json.loads(found)
                if not all(isinstance(part, dict) for part in self._maps()):
                    raise ValueError
            except (ValueError, RecursionError):
                # Without it nothing is taken back. A new one is begun.
                kept = tree.keep(RECORD, found)
                self.content = {}
                reason = "it can't be read, so nothing is taken back; it is kept as " + kept
                report.add("refused", DEFAULT, "file", RECORD, reason=reason)
        self.stored = canonical(self.content)
        self.content.setdefault("version", VERSION)
        if not isinstance(self.content.setdefault("salt", secrets.token_hex(16)), str):
            raise Refused("it is of a later version")
        self.content.setdefault("homes", {})

    def _maps(self):
        yield self.content
        yield self.content.get("homes", {})
        for home in self.content.get("homes", {}).values():
            yield home.get("left", {})
            yield from home.get("left", {}).values()
            for part in (home, home.get(MARKS, {})):
                yield part
                for kind in KINDS:
                    yield part.get(kind, {})

    @property
    def homes(self):
        return self.content["homes"]

    def home(self, name):
        return self.homes.setdefault(name, {})

    def digest(self, content):
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        return hmac.new(self.content["salt"].encode(), data, hashlib.sha256).hexdigest()[:32]

    def save(self):
        """Writes it if it has changed. An empty one is not begun."""
        for home in self.homes.values():
            for part in (home.get(MARKS, {}), home):
                for kind in (*KINDS, "left", MARKS):
                    if part.get(kind) == {}:
                        del part[kind]
        for name in [name for name, home in self.homes.items() if home == {}]:
            del self.homes[name]
        text = canonical(self.content)
        if text == self.stored or (not self.homes and self.tree.state(RECORD) is None):
            return
        self.tree.write(RECORD, (json.dumps(self.content, indent=1, sort_keys=True) + "\n").encode(), 0o600)
        self.stored = text


class Things:
    """The things of one kind in one home, by name: what the program owned, and what it owns now."""

    def __init__(self, record, home, kind):
        self.record = record
        self.name = home
        self.kind = kind

    @property
    def rows(self):
        return self.record.home(self.name).setdefault(self.kind, {})

    def ours(self, name):
        row = self.rows.get(name)
        return [item for item in row if isinstance(item, str)] if isinstance(row, list) else []

    def is_ours(self, name, content):
        return self.record.digest(content) in self.ours(name)

    @property
    def marks(self):
        return self.record.home(self.name).setdefault(MARKS, {}).setdefault(self.kind, {})

    def is_harmless(self, name):
        """Whether nothing that the merge may have written there is a secret."""
        ours = self.ours(name)
        return ours != [] and all(item == self.marks.get(name) for item in ours)

    def known(self):
        """The names of all that this version understands."""
        return [name for name, row in self.rows.items() if isinstance(row, list)]

    def intend(self, name, content):
        digest = self.record.digest(content)
        earlier = self.ours(name)
        if digest not in earlier:
            self.rows[name] = [*earlier[-7:], digest]

    def settle(self, name, content, harmless):
        self.rows[name] = [self.record.digest(content)]
        self.marks.pop(name, None)
        if harmless:
            self.marks[name] = self.record.digest(content)

    def withdraw(self, name, earlier):
        """Nothing was written: what was intended is forgotten."""
        if earlier is None:
            self.rows.pop(name, None)
        else:
            self.rows[name] = earlier

    def forget(self, name):
        self.rows.pop(name, None)
        self.marks.pop(name, None)


class NoRecord(Record):
    """In the place of a record that can't be used."""

    def __init__(self, tree):
        self.tree = tree
        self.content = {"version": VERSION, "salt": secrets.token_hex(16), "homes": {}}

    def save(self):
        pass
