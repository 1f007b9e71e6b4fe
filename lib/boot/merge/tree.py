"""Files below one folder. No symbolic link below it is followed, and nothing but a regular file is opened."""

SAFE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def parts_of(path):
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        raise Refused("its path is not below the data")
    return parts


class Tree:
    def __init__(self, root):
        self.root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    @contextlib.contextmanager
    def alone(self):
        """Two containers on one volume would write into each other's temporary files."""
        try:
            with contextlib.suppress(OSError):
                # Some file systems have no locks.
                lock(self.root, "another container merges into this data")
            yield
        finally:
            os.close(self.root)

    @contextlib.contextmanager
    def parent(self, path, make=False):
        """The open folder of the path, with the last name. @raises FileNotFoundError without such a folder"""
        *folders, name = parts_of(path)
        fd = os.dup(self.root)
        try:
            for folder in folders:
                if make:
                    with contextlib.suppress(FileExistsError):
                        # Like the image's own setup. A home has secrets in it.
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
        """What is there, without following a link; None if nothing is."""
        try:
            with self.parent(path) as (fd, name):
                return os.stat(name, dir_fd=fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def read(self, path, longest=LONGEST):
        """The bytes of a regular file; None if nothing is there."""
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
        """Puts a whole file in the place of what is there."""
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
                # On a disk that is full, a part of the file would take the room of others.
                os.unlink(temporary, dir_fd=fd)
                raise

    def keep(self, path, content):
        """Gives the file a second name beside its own, one for each content. Returns that name. Too many are removed."""
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
                        # A file system without hard links.
                        self.write(beside, content, stat.S_IMODE(self.state(path).st_mode))
                elif found != content:
                    continue
                self.drop_versions(path, fd, kept)
                return kept
        raise Refused("its earlier version can't be kept")

    def drop_versions(self, path, fd, newest):
        """Leaves the first of the kept versions and the newest ones.

        Their order is that of their times. A clock can run backwards, so the newest gets a time behind all others.
        """
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
        """Removes what a killed write left."""
        with contextlib.suppress(OSError, Refused), self.parent(path) as (fd, name):
            os.unlink(temporary_name(name), dir_fd=fd)

    def kept_versions(self, path):
        """The names of earlier versions beside the file."""
        try:
            with self.parent(path) as (fd, name):
                pattern = re.compile(re.escape(name) + r"\.replaced-[0-9a-f]{8,64}\Z")
                return sorted(entry for entry in os.listdir(fd) if pattern.match(entry))
        except (OSError, Refused):
            return []


def temporary_name(name):
    return ".%s.cdktf-hermes" % name
