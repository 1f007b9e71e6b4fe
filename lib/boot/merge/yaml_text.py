"""Changes values in YAML, and leaves everything else as it is, byte for byte: comments, quotes, the order of keys.

PyYAML says where each value stands, in the text that Hermes reads with the same PyYAML. What comes out is read again,
and refused if it does not say what it should.
"""

NODES = 100_000
# The parser in C ends the whole process for a text that is far deeper.
DEEPEST = 200
MERGE = "tag:yaml.org,2002:merge"
ALIAS = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+")
WORDS_OF_YAML = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


# The text has a form in which nothing can be changed.
class Unfit(Exception):
    pass


def loader(yaml):
    """Hermes' own, which reads some texts that PyYAML's other one rejects, such as a tab before a comment."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_depth(yaml, text):
    depth = 0
    for event in yaml.parse(text, Loader=loader(yaml)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Refused("it is too deep")


def parsed(yaml, text):
    """The settings, without shared parts."""
    left = [NODES]

    def plain(value):
        left[0] -= 1
        if left[0] < 0:
            raise Refused("it has too many values")
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value

    try:
        check_depth(yaml, text)
        value = plain(yaml.load(text, Loader=loader(yaml)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Refused("it can't be read%s" % (", see line %d" % (mark.line + 1) if mark else ""))
    except (RecursionError, ValueError, TypeError):
        raise Refused("it can't be read")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("it holds no settings")
    return value


def changed(yaml, text, before, after):
    """The text with the settings of `after` in the place of those of `before`."""
    try:
        node = yaml.compose(text, Loader=loader(yaml))
        if node is None:
            new = text + "\n" * (text != "" and not text.endswith("\n")) + block(after, 0)
        else:
            edits = Edits(yaml, text)
            edits.change(node, before, after)
            new = edits.applied()
        if canonical(parsed(yaml, new)) == canonical(after):
            return new
    except (Unfit, Refused, IndexError, TypeError, ValueError, yaml.YAMLError):
        pass
    raise Refused("its form allows no change; anchors and keys with `?` are such forms")


def scalar(value):
    """JSON, as YAML 1.1 reads it."""
    text = json_line(value)
    # Without a fraction, a number with an exponent would be a text.
    return re.sub(r"^(-?\d+)e", r"\1.0e", text) if isinstance(value, float) else text


def flow(value):
    if isinstance(value, dict):
        return "{%s}" % ", ".join("%s: %s" % (json_line(str(key)), flow(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[%s]" % ", ".join(map(flow, value))
    return scalar(value)


def block(settings, indent):
    lines = []
    for key, value in settings.items():
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key) and key.lower() not in WORDS_OF_YAML
        start = " " * indent + (key if plain else json_line(key)) + ":"
        if isinstance(value, dict) and value:
            lines.append("%s\n%s" % (start, block(value, indent + 2)))
        else:
            lines.append("%s %s\n" % (start, flow(value)))
    return "".join(lines)


class Edits:
    def __init__(self, yaml, text):
        self.yaml = yaml
        self.text = text
        self.found = []

    def applied(self):
        result = []
        at = 0
        for start, end, new in sorted(self.found, key=lambda edit: edit[:2]):
            if start < at:
                raise Unfit
            result += [self.text[at:start], new]
            at = end
        return "".join([*result, self.text[at:]])

    def change(self, node, before, after, key=None):
        """Changes a map, of which the root's has no key."""
        if not isinstance(node, self.yaml.MappingNode):
            raise Unfit
        if node.flow_style:
            new = flow(after) if key or not after else block(after, 0).rstrip("\n")
            self.put(node.start_mark.index, node.end_mark.index, new, node, key or node)
            return
        entries = {}
        for each, value in node.value:
            if each.tag != MERGE:
                name = self.yaml.SafeLoader("").construct_object(each, deep=True)
                entries.setdefault(name, []).append((each, value))
        new = {}
        for name in before:
            if name not in after:
                if name not in entries:
                    raise Unfit
                for each, value in entries[name]:
                    self.remove(each, value)
            elif canonical(before[name]) != canonical(after[name]):
                # What a merge key brings has no place of its own. Of a key that is written twice the last one counts.
                if name not in entries:
                    new[name] = after[name]
                    continue
                each, value = entries[name][-1]
                inner = isinstance(before[name], dict) and before[name] and isinstance(after[name], dict)
                if inner and after[name] and isinstance(value, self.yaml.MappingNode):
                    self.change(value, before[name], after[name], each)
                else:
                    self.replace(each, value, after[name])
        new.update({name: after[name] for name in after if name not in before})
        if new:
            self.insert(node, new)

    def insert(self, node, new):
        end = self.line_end(self.end_of(node))
        lines = block(new, node.start_mark.column)
        whole = self.text[:end].endswith("\n")
        if self.is_open(node, whole):
            end, whole = self.start_of_line(node.value[0][0]), True
        self.found.append((end, end, lines if whole else "\n" + lines))

    def is_open(self, node, whole):
        """Whether lines behind the block would belong to the text at its end: its newlines count there."""
        while isinstance(node, self.yaml.CollectionNode):
            if node.flow_style:
                return False
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        start = node.start_mark.index
        return node.style in ("|", ">") and (not whole or "+" in self.text[start : start + 3])

    def replace(self, key, value, new):
        colon = self.after_colon(key, value)
        start, end = value.start_mark.index, self.end_of(value, key)
        if start < colon:
            self.found.append((colon, end, " " + flow(new)))
        elif self.is_block(value):
            # It stands in lines of its own, below the key.
            self.found.append((colon, colon, " " + flow(new)))
            start = self.line_start(start)
            column = " " * key.start_mark.column
            self.found.append((start, self.line_end(end), self.comments(value, start, self.line_end(end), column)))
        else:
            self.put(start, end, (" " if start == colon else "") + flow(new), value, key)

    def put(self, start, end, new, node, first):
        """Puts a text in the place of a value. Comments inside that stand then before the line of `first`."""
        comments = self.comments(node, start, end, " " * first.start_mark.column)
        if comments:
            above = self.start_of_line(first)
            self.found.append((above, above, comments))
        self.found.append((start, end, new))

    def start_of_line(self, node):
        """Where the line begins in which the node comes first."""
        start = self.line_start(node.start_mark.index)
        if self.text[start : node.start_mark.index].strip():
            raise Unfit
        return start

    def remove(self, key, value):
        start, end = self.start_of_line(key), self.line_end(self.end_of(value, key))
        self.found.append((start, end, self.comments(value, start, end, " " * key.start_mark.column)))

    def is_block(self, node):
        return isinstance(node, self.yaml.CollectionNode) and not node.flow_style

    def after_colon(self, key, value):
        return self.text.index(":", key.end_mark.index) + 1

    def end_of(self, node, key=None):
        """Where a value ends. A block's own mark stands after the comments that follow it."""
        if key is not None and node.start_mark.index < key.end_mark.index:
            # The value stands where it has its anchor.
            alias = ALIAS.match(self.text, key.end_mark.index)
            if not alias:
                raise Unfit
            return alias.end()
        if self.is_block(node):
            last = node.value[-1]
            return self.end_of(last[1], last[0]) if isinstance(last, tuple) else self.end_of(last)
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:end].rstrip())

    def line_start(self, at):
        return self.text.rfind("\n", 0, at) + 1

    def line_end(self, at):
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def comments(self, node, start, end, indent):
        """The comments between, as lines."""
        scalars = list(self.scalars(node))
        found = []
        at = start
        while at < end:
            line_end = min(self.line_end(at), end)
            for hit in re.finditer(r"(?:^|(?<=\s))\#", self.text[at:line_end]):
                place = at + hit.start()
                if not any(first <= place < last for first, last in scalars):
                    found.append(indent + self.text[place:line_end].rstrip("\r\n") + "\n")
                    break
            at = line_end
        return "".join(found)

    def scalars(self, node):
        if isinstance(node, self.yaml.CollectionNode):
            for item in node.value:
                for part in item if isinstance(item, tuple) else (item,):
                    yield from self.scalars(part)
        else:
            start = node.start_mark.index
            # A comment can stand behind the sign of a block.
            yield self.line_end(start) if node.style in ("|", ">") else start, self.end_of(node)
