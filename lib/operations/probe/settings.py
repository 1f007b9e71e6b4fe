"""The settings of the agent, and its login."""


def codex_login(home=DATA):
    path = home + "/auth.json"
    try:
        with open(path, encoding="utf-8") as file:
            auth = json.load(file)
        owner = os.stat(path).st_uid
    except FileNotFoundError:
        return {"state": "missing"}
    except (ValueError, UnicodeError):
        return {"state": "broken"}
    # Root can read it. The agent can't.
    if owner != runtime_user().pw_uid and not os.stat(path).st_mode & 0o004:
        return {"state": "unreadable"}
    login = (auth.get("providers") or {}).get("openai-codex") or {}
    pool = (auth.get("credential_pool") or {}).get("openai-codex") or []
    there = bool((login.get("tokens") or {}).get("refresh_token")) or any(
        isinstance(entry, dict) and entry.get("refresh_token") for entry in pool
    )
    tokens = [login.get("tokens"), *pool]
    access = next((row["access_token"] for row in tokens if isinstance(row, dict) and row.get("access_token")), None)
    return {
        "state": "logged-in" if there else "logged-out",
        "loginAgain": bool((login.get("last_auth_error") or {}).get("relogin_required")),
        "expired": expired(access),
    }


def config():
    path = DATA + "/config.yaml"
    if not os.path.exists(path):
        return {"present": False, "parses": False}
    try:
        value = yaml_of(path)
    except ImportError:
        raise Unseen("Hermes' YAML parser is not there")
    except Exception as error:
        return {"present": True, "parses": False, "error": where(error)}
    seen = {"present": True, "parses": isinstance(value, (dict, type(None)))}
    if not seen["parses"]:
        seen["error"] = "it holds a %s instead of settings" % type(value).__name__
    return seen


def where(error):
    """Where YAML ends to be readable, without the line itself, which may hold a secret."""
    mark = getattr(error, "problem_mark", None)
    kind = type(error).__name__
    return "%s in line %d" % (kind, mark.line + 1) if mark is not None else kind


def managed():
    path = MANAGED + "/config.yaml"
    settings = []
    problem = {}
    try:
        value = yaml_of(path)
        if isinstance(value, dict):
            settings = leaves(value)
        elif value is not None:
            problem = {"error": "it holds a %s instead of settings" % type(value).__name__}
    except FileNotFoundError:
        pass
    except ImportError:
        raise Unseen("Hermes' YAML parser is not there")
    except Exception as error:
        problem = {"error": where(error)}
    for name in (".env", "config.yaml"):
        if not readable(MANAGED + "/" + name):
            problem = {"error": "the agent can't read /etc/hermes/%s" % name}
    return {"variables": names_seen(MANAGED_ENV), "config": {**names_seen(settings), **problem}}


def readable(path):
    """Whether the agent can read the file; root can read any."""
    user = runtime_user()
    try:
        state = os.stat(path)
    except FileNotFoundError:
        return True
    if state.st_uid == user.pw_uid:
        return bool(state.st_mode & 0o400)
    return bool(state.st_mode & (0o040 if state.st_gid == user.pw_gid else 0o004))


def shadowed():
    """The names of the program that the volume decides, and those that a profile has of its own."""
    given = set(ASK["given"])
    found = []
    for prefix, home in homes():
        for name in unless_unreadable(dotenv, home + "/.env"):
            # What the managed file says is read last, except keys and endpoints of model providers.
            if name in given and (name not in MANAGED_ENV or name in ASK["volumeWins"]):
                found.append({"name": name, "file": prefix + ".env"})
    return found
