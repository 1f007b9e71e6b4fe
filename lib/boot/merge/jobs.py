"""Scheduled jobs: their declared fields are the program's. What Hermes and a person add stays, and a pause too."""

JOBS = "cron/jobs.json"
LOCK = "cron/.jobs.lock"
LONGEST_JOBS = 2**22
# What somebody sets by hand: a job that has it was changed.
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
            # For releases that read only one.
            "skill": skills[0] if skills else None,
            "workdir": text_of(job["workdir"], home.values) if "workdir" in job else None,
        }
        return fields, canonical(fields)

    for job in home.declared.get("jobs", []):
        plain = not any("from" in job.get(field, {}) for field in ("prompt", "deliver", "workdir"))
        home.want("jobs", "job", str(job.get("id")), lambda: make(job), called=job.get("name"), harmless=plain)


def fields_of(job):
    skills = job.get("skills") or ([job["skill"]] if job.get("skill") else [])
    # Hermes reads a schedule that somebody has written as a text, too.
    schedule = job.get("schedule") if isinstance(job.get("schedule"), dict) else {}
    return {
        **{key: job.get(key) for key in ("name", "prompt", "schedule", "deliver", "workdir")},
        "schedule_display": job.get("schedule_display") or schedule.get("display"),
        "skills": skills,
        "skill": skills[0] if skills else None,
    }


@contextlib.contextmanager
def jobs_lock(home):
    """The lock that Hermes takes for each change of its jobs."""
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
    """The whole file, and the list of jobs in it."""
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
                # The next tick of Hermes computes it.
                job["next_run_at"] = None
            job.update(fields)
        # With these a job stops when the model changes.
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
        home.tree.write(home.at(JOBS), (json.dumps(store, indent=2) + "\n").encode(), 0o600)
    for name, fields in home.wanted["jobs"].items():
        home.settle("jobs", name, canonical(fields))
    for name in gone:
        things.forget(name)
    by_id = {job.get("id"): job for job in jobs if isinstance(job.get("id"), str)}
    home.report_left("jobs", "job", by_id.__contains__, new, called=lambda name: name_of(by_id[name]))


def name_of(job):
    """As a person knows it. The id says nothing to anybody."""
    return job.get("name") or job["id"]


def new_job(name, fields):
    """As Hermes makes one, without the model of today: a job follows the configured model."""
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
