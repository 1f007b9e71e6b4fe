"""What answers: the API server, the dashboard, the chat platforms' own services and the model."""


def version():
    from importlib import metadata

    return metadata.version("hermes-agent")


def api_server():
    status, _, _ = request(API + "/health", INSIDE)
    seen = {"health": status}
    if status != 200:
        return seen
    seen["withoutKey"] = request(API + "/v1/models", INSIDE)[0]
    key = GIVEN.get("API_SERVER_KEY") or VOLUME_ENV.get("API_SERVER_KEY")
    if key:
        headers = {"Authorization": "Bearer " + key}
        seen["withKey"] = request(API + "/v1/models", INSIDE, headers=headers)[0]
    return seen


def dashboard():
    root, headers, _ = request(DASHBOARD + "/", INSIDE)
    seen = {"root": root, "config": request(DASHBOARD + "/api/config", INSIDE)[0]}
    if headers.get("Location"):
        seen["location"] = urllib.parse.urlsplit(headers["Location"]).path
    status = json_of(request(DASHBOARD + "/api/status", INSIDE)[2])
    if isinstance(status.get("auth_required"), bool):
        seen["authRequired"] = status["auth_required"]
    return seen


def filled(template, row, environment, quote=str):
    """A template of a row, with the values of the variables that its props become."""

    def value(match):
        name = row["variables"][match.group(1)]
        return quote(environment.get(name) or match.group(2) or "")

    return re.sub(r"\{(\w+)(?::-([^}]*))?\}", value, template)


def url_of(row, environment):
    """A server's own address stays as it is; everything else in a URL is quoted."""
    elsewhere = row.get("elsewhere")
    if elsewhere and environment.get(row["variables"][elsewhere["prop"]]) == elsewhere["value"]:
        return elsewhere["url"]
    whole = re.match(r"\{[^}]*\}", row["url"])
    start = whole.end() if whole else 0
    server = filled(row["url"][:start], row, environment).rstrip("/")
    return server + filled(row["url"][start:], row, environment, lambda value: urllib.parse.quote(value, safe=":@"))


def mailbox(row, environment):
    import imaplib
    import ssl

    host, port, user, password = (filled(row["imap"][key], row, environment) for key in ("host", "port", "user", "password"))
    try:
        box = imaplib.IMAP4_SSL(host, int(port), ssl_context=ssl.create_default_context(), timeout=10)
    except (OSError, ValueError, imaplib.IMAP4.error) as error:
        return {"accepted": False, "unreachable": True, "error": first_line(error)}
    try:
        box.login(user, password)
        return {"accepted": True}
    except imaplib.IMAP4.error:
        return {"accepted": False, "error": "the mail server rejects the login"}
    except OSError as error:
        return {"accepted": False, "unreachable": True, "error": first_line(error)}
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            pass


def token(row, environment=ENVIRONMENT):
    if not environment.get(row["variable"]):
        return {"accepted": False, "error": "the container does not have it"}
    if "imap" in row:
        return mailbox(row, environment)
    headers = {"User-Agent": "cdktf-hermes"}
    basic = filled(row.get("basic", ""), row, environment)
    if ":" in basic:
        headers["Authorization"] = "Basic " + base64.b64encode(basic.encode()).decode()
    elif row.get("authorization"):
        headers["Authorization"] = filled(row["authorization"], row, environment)
    body = b"" if row["method"] == "POST" else None
    if "json" in row:
        headers["Content-Type"] = "application/json"
        body = json.dumps({key: filled(value, row, environment) for key, value in row["json"].items()}).encode()
    elif "form" in row:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urllib.parse.urlencode({key: filled(value, row, environment) for key, value in row["form"].items()}).encode()
    status, _, text = request(url_of(row, environment), OUTSIDE, body=body, headers=headers, timeout=10)
    if status == 0 or status >= 500 or status == 429 or 300 <= status < 400:
        reason = text.decode(errors="replace")[:200] if status == 0 else "HTTP %d" % status
        return {"accepted": False, "unreachable": True, "error": reason}
    answer = json_of(text)
    # Slack and Telegram say `ok`, the services of China `errcode` or `code`, ntfy `success`.
    fine = answer.get("ok", True) is True and answer.get("success", True) is True
    fine = fine and answer.get("errcode", 0) == 0 and answer.get("code", 0) == 0
    if status < 300 and fine:
        return {"accepted": True}
    known = ("error", "description", "message", "errmsg", "msg")
    said = next((answer[key] for key in known if isinstance(answer.get(key), str)), status)
    return {"accepted": False, "error": str(said)[:200]}


def model(home=DATA):
    pinned = yaml_or_empty(MANAGED + "/config.yaml")
    chosen = merged(yaml_or_empty(home + "/config.yaml"), pinned).get("model")
    if isinstance(chosen, str):
        return {"name": chosen, "written": True}
    if not isinstance(chosen, dict):
        return {}
    found = {
        key: str(chosen[field])
        for key, field in (("provider", "provider"), ("name", "default"))
        if chosen.get(field) not in (None, "", "auto")
    }
    return {**found, "written": True} if found else {}


def endpoint():
    """What the model's server lists, at the address and with the key of the merged config.yaml."""
    chosen = merged(yaml_or_empty(DATA + "/config.yaml"), yaml_or_empty(MANAGED + "/config.yaml")).get("model")
    base = chosen.get("base_url") if isinstance(chosen, dict) else None
    if not isinstance(base, str) or not base:
        raise Unseen("config.yaml names no address")
    key = re.sub(r"\$\{(\w+)\}", lambda name: ENVIRONMENT.get(name.group(1), ""), str(chosen.get("api_key") or ""))
    headers = {"Authorization": "Bearer " + (key or "no-key-required"), "User-Agent": "cdktf-hermes"}
    status, _, text = request(base.rstrip("/") + "/models", OUTSIDE, headers=headers)
    if status == 0:
        return {"status": 0, "error": text.decode(errors="replace")[:200]}
    listed = json_of(text).get("data")
    if status != 200 or not isinstance(listed, list):
        return {"status": status}
    names = [row.get("id") for row in listed if isinstance(row, dict)]
    return {"status": status, "models": [name[:200] for name in names if isinstance(name, str)][:50]}


def yaml_or_empty(path):
    try:
        value = yaml_of(path)
    except Exception:
        return {}
    return value if isinstance(value, dict) else {}


NO_ANSWER = "no answer in %d s"


def expired(token):
    """Whether an access token's time is over; False if it does not say."""
    try:
        part = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"] < time.time()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return False


# Two processes beside the gateways could need more memory than the container has.
ASKING = threading.Lock()


def api_of(profile):
    """Where a gateway answers for a profile, and its key; nothing if its API server is off."""
    asked = PROFILES.get(profile, {})
    port, owner, path = asked.get("apiPort"), profile, ""
    if profile == DEFAULT:
        port = ASK.get("apiPort")
    elif not asked.get("ownGateway"):
        port, owner, path = ASK.get("apiPort"), DEFAULT, "/p/" + profile
    key = environment_of(owner).get("API_SERVER_KEY")
    return ("http://127.0.0.1:%d%s" % (port, path), key) if port and key else (None, None)


def answer(profile=DEFAULT):
    home = home_of(profile)
    if profile != DEFAULT and profile not in served_profiles() and not profile_runs(profile):
        raise Unseen("its gateway does not run")
    if model(home).get("provider") == "openai-codex":
        login = codex_login(home)
        if profile != DEFAULT and login["state"] == "missing":
            raise Unseen("it has no Codex login of its own; a question would copy that of the default profile")
        if login.get("expired"):
            raise Unseen("the Codex login's access token has expired; a question would renew it, or end the login")
    question = "Reply with exactly: " + ASK["nonce"]
    api, key = api_of(profile)
    return by_gateway(question, api, key) if api else by_cli(question, profile)


def by_gateway(question, api, key):
    body = json.dumps({"model": "hermes-agent", "messages": [{"role": "user", "content": question}]})
    headers = {"Authorization": "Bearer " + key, "Content-Type": "application/json"}
    _, _, text = request(
        api + "/v1/chat/completions", INSIDE, body=body.encode(), headers=headers, timeout=ASK["askSeconds"]
    )
    choices = json_of(text).get("choices") or [{}]
    content = (choices[0].get("message") or {}).get("content") if isinstance(choices[0], dict) else None
    said = content if isinstance(content, str) else text.decode(errors="replace")
    if said.startswith("TimeoutError"):
        said = NO_ANSWER % ASK["askSeconds"]
    return {"by": "gateway", "exact": ASK["nonce"] in said, "text": said.strip()[:300]}


def by_cli(question, profile):
    user = runtime_user()
    command = [HERMES, *([] if profile == DEFAULT else ["-p", profile]), "-z", question, "-t", "todo"]
    as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    try:
        with ASKING:
            out = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=ASK["askSeconds"],
                **as_user,
            )
    except subprocess.TimeoutExpired:
        return {"by": "cli", "exact": False, "text": NO_ANSWER % ASK["askSeconds"]}
    said = (out.stdout.strip() or out.stderr.strip())[-300:]
    # The question itself must not count as the answer.
    return {"by": "cli", "exact": ASK["nonce"] in out.stdout.replace(question, ""), "text": said}
