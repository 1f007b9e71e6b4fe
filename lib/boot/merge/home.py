"""One profile's folder, with what is declared of it and what the record says."""


class Home:
    def __init__(self, name, declared, tree, record, report, values):
        """@param declared None for a profile that is no longer declared, and is kept"""
        self.name = name
        self.retired = declared is None
        self.declared = declared or {}
        self.tree = tree
        self.record = record
        self.report = report
        self.values = values
        self.prefix = "" if name == DEFAULT else "profiles/%s/" % name
        self.things = {kind: Things(record, name, kind) for kind in KINDS}
        self.earlier = {kind: dict(self.things[kind].rows) for kind in KINDS}
        # What to write, by kind and name, and what is declared but can't be written.
        self.wanted = {kind: {} for kind in KINDS}
        self.unfit = {kind: set() for kind in KINDS}
        self.harmless = {kind: set() for kind in KINDS}
        # Variables whose value another profile gets.
        self.moved = set()

    def at(self, path):
        return self.prefix + path

    def want(self, kind, label, name, make, called=None, harmless=False):
        """Makes what is to be written; `make` returns it with the content that the record hashes.

        A person knows it as `called`, if not by its name. What is `harmless` has no secret in it.
        """
        with self.report.guard(self.name, label, called or name, lambda: self.unfit[kind].add(name)):
            thing, content = make()
            self.wanted[kind][name] = thing
            if harmless:
                self.harmless[kind].add(name)
            if content is None:
                self.things[kind].rows.setdefault(name, [])
            else:
                self.things[kind].intend(name, content)

    def undeclared(self, kind):
        """What the program owned and no longer names. Of a profile that is kept, all that may have a secret in it."""
        kept = self.wanted[kind].keys() | self.unfit[kind]
        things = self.things[kind]
        return [name for name in things.known() if name not in kept and not (self.retired and things.is_harmless(name))]

    def settle(self, kind, name, content):
        """It is written. The default profile is always declared, so that it needs no marks."""
        harmless = name in self.harmless[kind] and self.name != DEFAULT
        self.things[kind].settle(name, content, harmless)

    def withdraw(self, kind, name):
        self.things[kind].withdraw(name, self.earlier[kind].get(name))

    def withdraw_all(self, kind):
        for name in [*self.wanted[kind], *self.undeclared(kind)]:
            self.withdraw(kind, name)

    @property
    def left(self):
        """What is no longer declared and was left alone, by kind and name, with the time."""
        return self.record.home(self.name).setdefault("left", {})

    def leave(self, kind, name):
        rows = self.left.setdefault(kind, {})
        rows.setdefault(name, now())

    def report_left(self, kind, label, there, log, called=lambda name: name):
        """Names what is still there, as `called` says; `log` has the names that are new."""
        rows = self.left.get(kind, {})
        for name in list(rows):
            declared = name in self.wanted[kind] or name in self.unfit[kind]
            if declared or not there(name):
                del rows[name]
            else:
                self.report.add("left", self.name, label, called(name), log=name in log, since=rows[name])
        if not rows:
            self.left.pop(kind, None)
        if not self.left:
            self.record.home(self.name).pop("left", None)
