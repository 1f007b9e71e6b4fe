"""What was replaced, left alone, taken back and refused: one line of the log each, and a file that `verify` reads."""

REPORT = OWN + "/report.json"
WORDS = {
    "replaced": "replaced {kind} {name} of profile {profile}; what somebody had made of it is in {kept}",
    "masked": "replaced {kind} {name} of profile {profile}; a comment is in the place of the earlier line",
    "left": "left {kind} {name} of profile {profile}: it is no longer declared, and somebody has changed it",
    "takenBack": "took back {kind} {name} of profile {profile}: it is no longer declared",
    "refused": "refused {kind} {name} of profile {profile}: {reason}",
    "kept": "stopped profile {profile}: it is no longer declared, and its folder is kept",
}


class Report:
    def __init__(self, tree, declaration):
        self.tree = tree
        self.items = []
        # What a part that is not finished says. If it fails, it did nothing.
        self.held = None
        self.declaration = hashlib.sha256(canonical(declaration).encode("utf-8", "surrogatepass")).hexdigest()
        self.since = {}
        # What was taken back is named until something else is declared.
        self.taken = []
        try:
            earlier = json.loads(tree.read(REPORT) or b"{}")
            self.since = {self.identity(item): str(item["since"]) for item in earlier["items"]}
            if earlier["declaration"] == self.declaration:
                self.taken = [item for item in earlier["items"] if item["what"] == "takenBack"]
        except (KeyError, OSError, Refused, TypeError, ValueError, AttributeError, RecursionError):
            pass

    @staticmethod
    def identity(item):
        return canonical({key: value for key, value in item.items() if key != "since"})

    def add(self, what, profile, kind, name, log=True, since=None, **more):
        item = {"what": what, "profile": profile, "kind": kind, "name": shown(name), **more}
        if self.held is None:
            self.tell(item, log, since)
        else:
            self.held.append((item, log, since))

    def tell(self, item, log, since):
        if any(self.identity(item) == self.identity(other) for other in self.items):
            return
        item["since"] = since or self.since.get(self.identity(item)) or now()
        if log:
            words = "masked" if item["what"] == "replaced" and "kept" not in item else item["what"]
            say(WORDS[words].format(**{key: shown(value) for key, value in item.items()}))
        self.items.append(item)

    @contextlib.contextmanager
    def guard(self, profile, kind, name, otherwise=lambda: None):
        """What can't be done is reported, and hinders nothing else."""
        outer, self.held = self.held, []
        try:
            yield
        except Exception as error:
            self.held = []
            reason = "the merge failed (%s)" % type(error).__name__
            if isinstance(error, Refused):
                reason = str(error)
            elif isinstance(error, OSError):
                reason = os.strerror(error.errno or 0)
            self.add("refused", profile, kind, name, reason=reason)
            otherwise()
        finally:
            own, self.held = self.held, outer
            for each in own:
                self.tell(*each)

    def save(self):
        known = {self.identity(item) for item in self.items}
        self.items += [item for item in self.taken if self.identity(item) not in known]
        self.items.sort(key=self.identity)
        content = {"version": VERSION, "at": now(), "declaration": self.declaration, "items": self.items}
        self.tree.sweep(REPORT)
        if self.items or self.tree.state(OWN) is not None:
            self.tree.write(REPORT, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode(), 0o600)
