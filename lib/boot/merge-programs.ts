/** Written from the Python in `merge/` by `npm run boot-programs`. */

const ENV_LINES = `import re
BLANK = re.compile(r"[^\\S\\r\\n]*(?:\\#[^\\r\\n]*)?(?:\\r\\n|\\n|\\r|\\Z)")
START = re.compile(r"\\s*(?:export[^\\S\\r\\n]+)?")
NAME = re.compile(r"'([^']+)'|(?!')([^=\\#\\s]+)")
EQUALS = re.compile(r"[^\\S\\r\\n]*=[^\\S\\r\\n]*")
SINGLE = re.compile(r"'((?:\\\\'|[^'])*)'")
DOUBLE = re.compile(r'"((?:\\\\"|[^"])*)"')
PLAIN = re.compile(r"[^\\r\\n]*")
END = re.compile(r"(?:[^\\S\\r\\n]*\\#[^\\r\\n]*)?[^\\S\\r\\n]*(?:\\r\\n|\\n|\\r|\\Z)")
LINE = re.compile(r"[^\\r\\n]*(?:\\r\\n|\\n|\\r|\\Z)")
STARTS = re.compile(r"\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=")
class Piece:
    def __init__(self, text, name=None, value=None):
        self.text = text
        self.name = name
        self.value = value
def pieces_of(text):
    pieces = []
    at = 0
    while at < len(text):
        blank = BLANK.match(text, at)
        piece = Piece(blank.group()) if blank and blank.group() else binding_at(text, at)
        pieces.append(piece)
        at += len(piece.text)
    return pieces
def binding_at(text, at):
    start = START.match(text, at)
    name = NAME.match(text, start.end())
    equals = name and EQUALS.match(text, name.end())
    value = equals and value_at(text, equals.end())
    end = value and END.match(text, value[1])
    if end:
        return Piece(text[at : end.end()], name.group(1) or name.group(2), value[0])
    line = LINE.match(text, value[1] if value else (equals or name or start).end())
    whole = text[at : line.end()]
    first = STARTS.match(whole)
    return Piece(whole, first and first.group(1))
def value_at(text, at):
    quote = text[at : at + 1]
    if quote == "'":
        found = SINGLE.match(text, at)
        return found and (re.sub(r"\\\\[\\\\']", lambda pair: pair.group()[1], found.group(1)), found.end())
    if quote == '"':
        found = DOUBLE.match(text, at)
        return found and (re.sub(r"\\\\[\\\\'\\"abfnrtv]", unescaped, found.group(1)), found.end())
    found = PLAIN.match(text, at)
    return re.sub(r"\\s+\\#.*", "", found.group()).rstrip(), found.end()
def unescaped(pair):
    letter = pair.group()[1]
    return {"a": "\\a", "b": "\\b", "f": "\\f", "n": "\\n", "r": "\\r", "t": "\\t", "v": "\\v"}.get(letter, letter)
`;

/** Runs as root. */
export const ROOT_PROGRAM = `${ENV_LINES}import base64
import json
import os
import shutil
import sys
import tempfile
def say(text):
    print("[cdktf-hermes] merge: " + text, file=sys.stderr, flush=True)
def names_in(part):
    if isinstance(part, list):
        return {name for item in part for name in names_in(item)}
    if not isinstance(part, dict):
        return set()
    own = {part["from"]} if isinstance(part.get("from"), str) else set()
    return own.union(*(names_in(item) for item in part.values()))
def lines_of(path):
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            pieces = pieces_of(file.read())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        say("refused the secrets file: %s" % type(error).__name__)
        return {}
    return {piece.name: piece.value for piece in pieces if piece.value is not None}
def values_of(names, path, environment):
    found = {}
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        if not isinstance(found, dict):
            found = {}
            raise ValueError
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        say("refused the values: %s" % type(error).__name__)
    found = {**lines_of(os.path.join(os.path.dirname(path), "secrets.env")), **found}
    values = {name: found[name] for name in names if name in found}
    for name in names - values.keys():
        try:
            with open(os.path.join(environment, name), encoding="utf-8") as file:
                values[name] = json.load(file)
        except (OSError, ValueError):
            continue
    return values
def skill_content(declared, values):
    if "base64" in declared:
        return base64.b64decode(declared["base64"])
    return (declared["value"] if "value" in declared else values[declared["from"]]).encode()
def write_skill(folder, path, declared, values):
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise ValueError("path")
    place = os.path.join(folder, *parts)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "wb") as file:
        file.write(skill_content(declared, values))
    os.chmod(place, 0o755 if declared.get("executable") else 0o644)
def write_skills(profiles, values, folder):
    new = folder + ".new"
    shutil.rmtree(new, ignore_errors=True)
    for profile, declared in profiles.items():
        for path, skill in declared.get("skills", {}).items():
            try:
                write_skill(os.path.join(new, profile), path, skill, values)
            except Exception as error:
                say("refused skill %s of profile %s: %s" % (path, profile, type(error).__name__))
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(new):
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        os.rename(new, folder)
def write_secret_file(path, text, owner):
    content = base64.b64decode(text, validate=True).replace(b"\\r", b"").rstrip(b"\\n") + b"\\n"
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), 0o600)
            os.fchown(file.fileno(), *owner)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
def write_secret_files(declared, values, owner):
    for path, part in declared.items():
        try:
            write_secret_file(path, values[part["from"]], owner)
        except Exception as error:
            say("refused secret file %s: %s" % (path, type(error).__name__))
def main():
    declaration_path, values_path, environment, skills, *owner = sys.argv[1:]
    with open(declaration_path, encoding="utf-8") as file:
        declaration = json.load(file)
    profiles = declaration["profiles"]
    secret_files = declaration.get("secretFiles", {})
    values = values_of(names_in([profiles, secret_files]), values_path, environment)
    os.umask(0o022)
    write_secret_files(secret_files, values, [int(number) for number in owner])
    of_skills = names_in([profile.get("skills", {}) for profile in profiles.values()])
    rest = [{key: part for key, part in profile.items() if key != "skills"} for profile in profiles.values()]
    needed = names_in(rest)
    print(json.dumps({name: value for name, value in values.items() if name in needed}), flush=True)
    write_skills(profiles, {name: values[name] for name in of_skills if name in values}, skills)
if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        say("refused the declaration: %s" % type(error).__name__)
`;

/** Runs as the runtime user. */
export const USER_PROGRAM = `import base64
import contextlib
import copy
import fcntl
import hashlib
import hmac
import itertools
import json
import os
import re
import secrets
import stat
import sys
import time
VERSION = 1
DEFAULT = "default"
OWN = ".cdktf-hermes"
LONGEST = 32 * 2**20
LOCK_SECONDS = 5
MOST_OF_ONE = 10
PROFILE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\\Z")
RESERVED = {"hermes", "test", "tmp", "root", "sudo"}
MARKER = "You are a helpful assistant.\\n"
INSTALL = "/opt/hermes"
SEEDS = {
    "SOUL.md": ["docker/SOUL.md"],
    "config.yaml": ["cli-config.yaml.example", "docker/config.yaml.example"],
    ".env": [".env.example"],
}
class Refused(Exception):
    pass
def say(text):
    print("[cdktf-hermes] merge: " + text, flush=True)
def shown(name):
    return re.sub(r"[^\\x20-\\x7e]", "?", str(name))[:200]
def seeds_of(path):
    for seed in SEEDS.get(path, []):
        with contextlib.suppress(OSError), open(os.path.join(INSTALL, seed), "rb") as file:
            yield file.read()
def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
def canonical(value):
    if isinstance(value, dict):
        return "{" + ",".join(sorted(canonical(k) + ":" + canonical(v) for k, v in value.items())) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value == value and abs(value) != float("inf") and value == int(value):
        return str(int(value))
    if value is None or isinstance(value, (bool, int, float, str)):
        return json.dumps(value)
    return type(value).__name__ + json.dumps(str(value))
def lock(file, holder):
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refused(holder)
            time.sleep(0.1)
def value_of(declared, values):
    if "value" in declared:
        return declared["value"]
    if "from" in declared and declared["from"] in values:
        return values[declared["from"]]
    raise Refused("its value did not reach the container")
def text_of(declared, values):
    value = value_of(declared, values)
    if not isinstance(value, str):
        raise Refused("its value is not a text")
    return value
SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
def parts_of(path):
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\\0" in part for part in parts):
        raise Refused("its path is not below the data")
    return parts
class Tree:
    def __init__(self, root):
        self.root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    @contextlib.contextmanager
    def alone(self):
        try:
            with contextlib.suppress(OSError):
                lock(self.root, "another container merges into this data")
            yield
        finally:
            os.close(self.root)
    @contextlib.contextmanager
    def parent(self, path, make=False):
        *folders, name = parts_of(path)
        fd = os.dup(self.root)
        try:
            for folder in folders:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(folder, 0o700 if path.startswith(("profiles/", OWN)) else 0o755, dir_fd=fd)
                try:
                    below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | SAFE, dir_fd=fd)
                except (NotADirectoryError, OSError) as error:
                    if isinstance(error, FileNotFoundError):
                        raise
                    raise Refused("the folder %s is a symbolic link, a file or closed" % shown(folder))
                os.close(fd)
                fd = below
            yield fd, name
        finally:
            os.close(fd)
    def state(self, path):
        try:
            with self.parent(path) as (fd, name):
                return os.stat(name, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
    def read(self, path, longest=LONGEST):
        state = self.state(path)
        if state is None:
            return None
        if not stat.S_ISREG(state.st_mode):
            kinds = {stat.S_IFLNK: "a symbolic link", stat.S_IFDIR: "a folder"}
            raise Refused("it is %s" % kinds.get(stat.S_IFMT(state.st_mode), "no regular file"))
        if state.st_size > longest:
            raise Refused("it is longer than %d KiB" % (longest // 2**10))
        with self.parent(path) as (fd, name):
            file = os.open(name, os.O_RDONLY | SAFE, dir_fd=fd)
        with os.fdopen(file, "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Refused("it is no regular file")
            return opened.read(longest + 1)
    def write(self, path, content, mode):
        with self.parent(path, make=True) as (fd, name):
            temporary = temporary_name(name)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=fd)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            opened = os.open(temporary, flags, 0o600, dir_fd=fd)
            try:
                with os.fdopen(opened, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fchmod(file.fileno(), mode)
                    os.fsync(file.fileno())
                os.rename(temporary, name, src_dir_fd=fd, dst_dir_fd=fd)
            except OSError:
                os.unlink(temporary, dir_fd=fd)
                raise
    def keep(self, path, content):
        digest = hashlib.sha256(content).hexdigest()
        with self.parent(path) as (fd, name):
            for length in (8, 16, 64):
                kept = "%s.replaced-%s" % (name, digest[:length])
                beside = path[: len(path) - len(name)] + kept
                try:
                    found = self.read(beside)
                except Refused:
                    continue
                if found is None:
                    try:
                        os.link(name, kept, src_dir_fd=fd, dst_dir_fd=fd, follow_symlinks=False)
                    except OSError:
                        self.write(beside, content, stat.S_IMODE(self.state(path).st_mode))
                elif found != content:
                    continue
                self.drop_versions(path, fd, kept)
                return kept
        raise Refused("its earlier version can't be kept")
    def drop_versions(self, path, fd, newest):
        versions = []
        for name in self.kept_versions(path):
            state = os.stat(name, dir_fd=fd, follow_symlinks=False)
            if stat.S_ISREG(state.st_mode) and name != newest:
                versions.append((state.st_mtime_ns, name))
        versions.sort()
        written = os.stat(newest, dir_fd=fd, follow_symlinks=False).st_mtime_ns
        if versions and versions[-1][0] >= written:
            after = versions[-1][0] + 1
            os.utime(newest, ns=(after, after), dir_fd=fd, follow_symlinks=False)
        for _, name in versions[1:][: 2 - MOST_OF_ONE]:
            os.unlink(name, dir_fd=fd)
    def chmod(self, path, mode):
        with self.parent(path) as (fd, name):
            file = os.open(name, os.O_RDONLY | SAFE, dir_fd=fd)
        try:
            os.fchmod(file, mode)
        finally:
            os.close(file)
    def remove(self, path):
        with contextlib.suppress(FileNotFoundError), self.parent(path) as (fd, name):
            os.unlink(name, dir_fd=fd)
    def remove_empty_folder(self, path):
        with contextlib.suppress(OSError), self.parent(path) as (fd, name):
            os.rmdir(name, dir_fd=fd)
    def sweep(self, path):
        with contextlib.suppress(OSError, Refused), self.parent(path) as (fd, name):
            os.unlink(temporary_name(name), dir_fd=fd)
    def kept_versions(self, path):
        try:
            with self.parent(path) as (fd, name):
                pattern = re.compile(re.escape(name) + r"\\.replaced-[0-9a-f]{8,64}\\Z")
                return sorted(entry for entry in os.listdir(fd) if pattern.match(entry))
        except (OSError, Refused):
            return []
def temporary_name(name):
    return ".%s.cdktf-hermes" % name
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
        self.tree.write(RECORD, (json.dumps(self.content, indent=1, sort_keys=True) + "\\n").encode(), 0o600)
        self.stored = text
class Things:
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
        ours = self.ours(name)
        return ours != [] and all(item == self.marks.get(name) for item in ours)
    def known(self):
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
        if earlier is None:
            self.rows.pop(name, None)
        else:
            self.rows[name] = earlier
    def forget(self, name):
        self.rows.pop(name, None)
        self.marks.pop(name, None)
class NoRecord(Record):
    def __init__(self, tree):
        self.tree = tree
        self.content = {"version": VERSION, "salt": secrets.token_hex(16), "homes": {}}
    def save(self):
        pass
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
        self.held = None
        self.declaration = hashlib.sha256(canonical(declaration).encode("utf-8", "surrogatepass")).hexdigest()
        self.since = {}
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
            self.tree.write(REPORT, (json.dumps(content, indent=1, sort_keys=True) + "\\n").encode(), 0o600)
MOST = 500
HEAD = (
    "# Values that somebody had set, and that the program's own have replaced, the newest last.\\n"
    "# Nothing reads this file. Remove what is no longer needed.\\n"
)
def kept_rows(home, file):
    found = (home.tree.read(home.at(file)) or b"").decode("utf-8", "surrogateescape")
    rows = []
    text = found.removeprefix(HEAD).removesuffix("\\n")
    for line in text.split("\\n") if text else ():
        try:
            row = json.loads(line[2:]) if line.startswith("- ") else None
        except (ValueError, RecursionError):
            row = None
        rows.append((line, row if isinstance(row, dict) else None))
    return rows
def keep_values(home, file, label, is_declared, replaced):
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
        text = HEAD + "".join(line + "\\n" for line, _ in rows)
        home.tree.write(home.at(file), text.encode("utf-8", "surrogateescape"), 0o600)
    for name in {str(row.get(label)) for _, row in rows if row}:
        if is_declared(name):
            home.report.add("replaced", home.name, label, name, log=False, kept=file)
def bounded(rows, label):
    places = {}
    for at, (_, row) in enumerate(rows):
        if row:
            places.setdefault(str(row.get(label)), []).append(at)
    own = sorted(at for found in places.values() for at in found[:1] + found[1:][1 - MOST_OF_ONE :])
    left = set(own[-MOST:])
    return [kept for at, kept in enumerate(rows) if not kept[1] or at in left]
def json_line(value):
    return re.sub(
        "[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ufffe\\uffff]",
        lambda found: "\\\\u%04x" % ord(found.group()),
        json.dumps(value, ensure_ascii=False, default=str),
    )
class Home:
    def __init__(self, name, declared, tree, record, report, values):
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
        self.wanted = {kind: {} for kind in KINDS}
        self.unfit = {kind: set() for kind in KINDS}
        self.harmless = {kind: set() for kind in KINDS}
        self.moved = set()
    def at(self, path):
        return self.prefix + path
    def want(self, kind, label, name, make, called=None, harmless=False):
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
        kept = self.wanted[kind].keys() | self.unfit[kind]
        things = self.things[kind]
        return [name for name in things.known() if name not in kept and not (self.retired and things.is_harmless(name))]
    def settle(self, kind, name, content):
        harmless = name in self.harmless[kind] and self.name != DEFAULT
        self.things[kind].settle(name, content, harmless)
    def withdraw(self, kind, name):
        self.things[kind].withdraw(name, self.earlier[kind].get(name))
    def withdraw_all(self, kind):
        for name in [*self.wanted[kind], *self.undeclared(kind)]:
            self.withdraw(kind, name)
    @property
    def left(self):
        return self.record.home(self.name).setdefault("left", {})
    def leave(self, kind, name):
        rows = self.left.setdefault(kind, {})
        rows.setdefault(name, now())
    def report_left(self, kind, label, there, log, called=lambda name: name):
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
    folders = ["/".join(parts_of(path)[:n]) for n in range(1, len(parts_of(path)))]
    there = itertools.takewhile(lambda each: each not in gone and home.tree.state(home.at(each)) is not None, folders)
    return folders[len(list(there)) :]
def want_marker(home):
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
    for path in home.undeclared("files"):
        with home.report.guard(home.name, "file", path):
            if take_file_back(home, path):
                new.add(path)
    remove_folders(home)
    written = []
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
    folders = rows.get("folders")
    return [folder for folder in folders if isinstance(folder, str)] if isinstance(folders, list) else []
${ENV_LINES}EVERYWHERE = re.compile(r"[A-Za-z0-9_@%+=:,./~-]*\\Z")
LONGEST_ENV = 2**20
MASKED = "# %s=*** (cdktf-hermes replaced the line that was here)"
def env_line(name, value):
    if EVERYWHERE.match(value):
        return "%s=%s\\n" % (name, value)
    if re.search(r"[\\x00\\r\\n]|\\$\\{", value):
        raise Refused("its value can't stand in a line of .env")
    return "%s='%s'\\n" % (name, value.replace("\\\\", "\\\\\\\\").replace("'", "\\\\'"))
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
    def __init__(self, home):
        self.home = home
        self.place = home.at(".env")
        self.found = home.tree.read(self.place, LONGEST_ENV)
        if (self.found or b"").startswith((b"\\xff\\xfe", b"\\xfe\\xff")):
            raise Refused("it is UTF-16")
        text = (self.found or b"").decode("utf-8", "surrogateescape")
        self.mark = "\\ufeff" * text.startswith("\\ufeff")
        self.pieces = pieces_of(text.removeprefix("\\ufeff"))
    def write(self, pieces):
        content = (self.mark + read_alike(self.home, pieces)).encode("utf-8", "surrogateescape")
        if content != (self.found or b""):
            self.home.tree.write(self.place, content, 0o600)
        elif self.found is not None and self.home.tree.state(self.place).st_mode & 0o177:
            self.home.tree.chmod(self.place, 0o600)
def want_moved(home, homes):
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
    own = [piece for piece in pieces if piece.value is not None and piece.name in home.wanted["env"]]
    for order in (pieces, own + [piece for piece in pieces if piece not in own]):
        text = "".join(piece.text for piece in order)
        if bindings_of(pieces_of(text)) == bindings_of(order):
            return text
    raise Refused("a quote in it has no end")
def bindings_of(pieces):
    return [(piece.name, piece.value) for piece in pieces if piece.value is not None]
def with_variable(home, pieces, name, value):
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
            result.append(Piece(mask + "\\n"))
            masked = True
        if value is not None and piece is lines[-1]:
            result.append(Piece(env_line(name, value), name, value))
    if value is not None and not lines:
        if result and not result[-1].text.endswith(("\\n", "\\r")):
            result[-1] = Piece(result[-1].text + "\\n", result[-1].name, result[-1].value)
        result.append(Piece(env_line(name, value), name, value))
    return result
NODES = 100_000
DEEPEST = 200
MERGE = "tag:yaml.org,2002:merge"
ALIAS = re.compile(r"\\s*:\\s*\\*[^\\s,\\[\\]{}]+")
WORDS_OF_YAML = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
class Unfit(Exception):
    pass
def loader(yaml):
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
def check_depth(yaml, text):
    depth = 0
    for event in yaml.parse(text, Loader=loader(yaml)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Refused("it is too deep")
def parsed(yaml, text):
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
    try:
        node = yaml.compose(text, Loader=loader(yaml))
        if node is None:
            new = text + "\\n" * (text != "" and not text.endswith("\\n")) + block(after, 0)
        else:
            edits = Edits(yaml, text)
            edits.change(node, before, after)
            new = edits.applied()
        if canonical(parsed(yaml, new)) == canonical(after):
            return new
    except (Unfit, Refused, IndexError, TypeError, ValueError, yaml.YAMLError):
        pass
    raise Refused("its form allows no change; anchors and keys with \`?\` are such forms")
def scalar(value):
    text = json_line(value)
    return re.sub(r"^(-?\\d+)e", r"\\1.0e", text) if isinstance(value, float) else text
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
            lines.append("%s\\n%s" % (start, block(value, indent + 2)))
        else:
            lines.append("%s %s\\n" % (start, flow(value)))
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
        if not isinstance(node, self.yaml.MappingNode):
            raise Unfit
        if node.flow_style:
            new = flow(after) if key or not after else block(after, 0).rstrip("\\n")
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
        whole = self.text[:end].endswith("\\n")
        if self.is_open(node, whole):
            end, whole = self.start_of_line(node.value[0][0]), True
        self.found.append((end, end, lines if whole else "\\n" + lines))
    def is_open(self, node, whole):
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
            self.found.append((colon, colon, " " + flow(new)))
            start = self.line_start(start)
            column = " " * key.start_mark.column
            self.found.append((start, self.line_end(end), self.comments(value, start, self.line_end(end), column)))
        else:
            self.put(start, end, (" " if start == colon else "") + flow(new), value, key)
    def put(self, start, end, new, node, first):
        comments = self.comments(node, start, end, " " * first.start_mark.column)
        if comments:
            above = self.start_of_line(first)
            self.found.append((above, above, comments))
        self.found.append((start, end, new))
    def start_of_line(self, node):
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
        if key is not None and node.start_mark.index < key.end_mark.index:
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
        return self.text.rfind("\\n", 0, at) + 1
    def line_end(self, at):
        end = self.text.find("\\n", at)
        return len(self.text) if end < 0 else end + 1
    def comments(self, node, start, end, indent):
        scalars = list(self.scalars(node))
        found = []
        at = start
        while at < end:
            line_end = min(self.line_end(at), end)
            for hit in re.finditer(r"(?:^|(?<=\\s))\\#", self.text[at:line_end]):
                place = at + hit.start()
                if not any(first <= place < last for first, last in scalars):
                    found.append(indent + self.text[place:line_end].rstrip("\\r\\n") + "\\n")
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
            yield self.line_end(start) if node.style in ("|", ">") else start, self.end_of(node)
CONFIG = "config.yaml"
LONGEST_CONFIG = 2**18
ABSENT = object()
def dotted(path):
    return ".".join(key if re.fullmatch(r"[^.\\"\\s]+", key) else json.dumps(key) for key in path)
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
    text = whole.removeprefix("\\ufeff")
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
    for seed in seeds_of(CONFIG):
        with contextlib.suppress(Refused, UnicodeDecodeError):
            yield parsed(yaml, seed.decode())
def config_mode(home, secret):
    state = home.tree.state(home.at(CONFIG))
    mode = 0o640 if state is None else stat.S_IMODE(state.st_mode) | 0o600
    return mode & 0o700 if secret else mode
def path_of(name):
    parts = re.findall(r'"(?:[^"\\\\]|\\\\.)*"|[^."]+', name)
    return tuple(json.loads(part) if part.startswith('"') else part for part in parts)
def leaf_at(settings, path):
    for key in path:
        if not isinstance(settings, dict) or key not in settings:
            return ABSENT
        settings = settings[key]
    return settings
def set_leaf(settings, path, value):
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
        if earlier is not ABSENT and earlier is not None:
            replaced.append((path, earlier))
    return replaced
def remove_leaf(settings, path):
    parents = [settings]
    for key in path[:-1]:
        parents.append(parents[-1][key])
    for parent, key in reversed(list(zip(parents, path))):
        del parent[key]
        if parent:
            break
JOBS = "cron/jobs.json"
LOCK = "cron/.jobs.lock"
LONGEST_JOBS = 2**22
BY_HAND = ("model", "provider", "base_url", "script", "no_agent", "context_from", "enabled_toolsets")
def want_jobs(home):
    def make(job):
        if not re.fullmatch(r"[0-9a-f]{12}", str(job.get("id"))):
            raise Refused("its id is not 12 hex digits")
        skills = list(job.get("skills", []))
        fields = {
            "name": job["name"],
            "prompt": text_of(job["prompt"], home.values),
            "schedule": dict(job["schedule"]),
            "schedule_display": job["schedule"]["display"],
            "deliver": text_of(job["deliver"], home.values),
            "skills": skills,
            "skill": skills[0] if skills else None,
            "workdir": text_of(job["workdir"], home.values) if "workdir" in job else None,
        }
        return fields, canonical(fields)
    for job in home.declared.get("jobs", []):
        plain = not any("from" in job.get(field, {}) for field in ("prompt", "deliver", "workdir"))
        home.want("jobs", "job", str(job.get("id")), lambda: make(job), called=job.get("name"), harmless=plain)
def fields_of(job):
    skills = job.get("skills") or ([job["skill"]] if job.get("skill") else [])
    schedule = job.get("schedule") if isinstance(job.get("schedule"), dict) else {}
    return {
        **{key: job.get(key) for key in ("name", "prompt", "schedule", "deliver", "workdir")},
        "schedule_display": job.get("schedule_display") or schedule.get("display"),
        "skills": skills,
        "skill": skills[0] if skills else None,
    }
@contextlib.contextmanager
def jobs_lock(home):
    with home.tree.parent(home.at(LOCK), make=True) as (fd, name):
        file = os.open(name, os.O_RDWR | os.O_CREAT | SAFE, 0o600, dir_fd=fd)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise Refused("the lock of the jobs is no regular file")
        lock(file, "another process holds the lock of the jobs")
        yield
    finally:
        os.close(file)
def merge_jobs(home):
    home.tree.sweep(home.at(JOBS))
    gone = home.undeclared("jobs")
    if not home.wanted["jobs"] and not gone and "jobs" not in home.left:
        return
    if not home.wanted["jobs"] and home.tree.state(home.at(JOBS)) is None:
        for name in gone:
            home.things["jobs"].forget(name)
        home.report_left("jobs", "job", lambda _: False, ())
        return
    with jobs_lock(home):
        merge_jobs_locked(home, gone)
def read_jobs(home):
    found = home.tree.read(home.at(JOBS), LONGEST_JOBS)
    try:
        store = {} if found is None else json.loads(found.decode("utf-8-sig"), strict=False)
        if isinstance(store, list):
            store = {"jobs": store}
        jobs = store.setdefault("jobs", [])
        if not isinstance(jobs, list) or not all(isinstance(job, dict) for job in jobs):
            raise TypeError
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Refused("it can't be read")
    return store, jobs
def merge_jobs_locked(home, gone):
    store, jobs = read_jobs(home)
    before = canonical(store)
    things = home.things["jobs"]
    new = set()
    replaced = []
    for name, fields in home.wanted["jobs"].items():
        job = next((job for job in jobs if job.get("id") == name), None)
        if job is None:
            jobs.append(new_job(name, fields))
            continue
        current = fields_of(job)
        if canonical(current) != canonical(fields):
            if not things.is_ours(name, canonical(current)):
                replaced.append((fields["name"], {key: job.get(key) for key in fields if job.get(key) != fields[key]}))
            if canonical(current["schedule"]) != canonical(fields["schedule"]):
                job["next_run_at"] = None
            job.update(fields)
        for key in ("model_snapshot", "provider_snapshot"):
            job.pop(key, None)
    for name in gone:
        job = next((job for job in jobs if job.get("id") == name), None)
        if job is None:
            continue
        if things.is_ours(name, canonical(fields_of(job))) and not any(job.get(key) for key in BY_HAND):
            home.report.add("takenBack", home.name, "job", name_of(job))
            jobs.remove(job)
        else:
            home.leave("jobs", name)
            new.add(name)
    names = {fields["name"] for fields in home.wanted["jobs"].values()}
    keep_values(home, "cron/jobs.replaced.yaml", "job", names.__contains__, replaced)
    if canonical(store) != before or home.tree.state(home.at(JOBS)) is None:
        store["updated_at"] = now()
        home.tree.write(home.at(JOBS), (json.dumps(store, indent=2) + "\\n").encode(), 0o600)
    for name, fields in home.wanted["jobs"].items():
        home.settle("jobs", name, canonical(fields))
    for name in gone:
        things.forget(name)
    by_id = {job.get("id"): job for job in jobs if isinstance(job.get("id"), str)}
    home.report_left("jobs", "job", by_id.__contains__, new, called=lambda name: name_of(by_id[name]))
def name_of(job):
    return job.get("name") or job["id"]
def new_job(name, fields):
    return {
        "id": name,
        **fields,
        "repeat": {"times": None, "completed": 0},
        "enabled": True,
        "state": "scheduled",
        "paused_at": None,
        "paused_reason": None,
        "created_at": now(),
        "next_run_at": None,
        "last_run_at": None,
        "last_status": None,
        "last_error": None,
    }
STATE = "gateway_state.json"
def merge_gateway(home):
    home.tree.sweep(home.at(STATE))
    row = home.record.home(home.name)
    stopped = row.get("stopped") is True
    if not home.declared.get("ownGateway") or home.name == DEFAULT:
        return
    with home.report.guard(home.name, "file", STATE):
        if home.tree.state(home.at(STATE)) is None:
            write_state(home, {"desired_state": "running"})
        elif stopped:
            state = gateway_state(home)
            if state.get("desired_state") == "stopped":
                write_state(home, {**state, "desired_state": "running"})
        row.pop("stopped", None)
        row["gateway"] = True
def retire(home):
    row = home.record.home(home.name)
    first = "removed" not in row
    row.setdefault("removed", now())
    if "SOUL.md" in home.undeclared("files"):
        want_marker(home)
    merge_parts(home)
    with home.report.guard(home.name, "file", STATE):
        home.tree.sweep(home.at(STATE))
        if row.get("gateway") and not row.get("stopped"):
            if home.tree.state(home.at(STATE)) is not None:
                write_state(home, {**gateway_state(home), "desired_state": "stopped"})
            row["stopped"] = True
    home.report.add("kept", home.name, "profile", home.name, log=first, since=row["removed"])
def gateway_state(home):
    try:
        state = json.loads(home.tree.read(home.at(STATE)))
    except (ValueError, RecursionError):
        raise Refused("it can't be read")
    if not isinstance(state, dict):
        raise Refused("it can't be read")
    return state
def write_state(home, state):
    home.tree.write(home.at(STATE), (json.dumps(state) + "\\n").encode(), 0o644)
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
`;
