"""Runs as root, before the merge: writes the declared skills and secret files, and prints the values that the merge needs.

Needs only Python's standard library. It touches nothing that the runtime user can write.
"""

import base64
import json
import os
import shutil
import sys
import tempfile


def say(text):
    print("[cdktf-hermes] merge: " + text, file=sys.stderr, flush=True)


def names_in(part):
    """The names of the values that stand apart."""
    if isinstance(part, list):
        return {name for item in part for name in names_in(item)}
    if not isinstance(part, dict):
        return set()
    own = {part["from"]} if isinstance(part.get("from"), str) else set()
    return own.union(*(names_in(item) for item in part.values()))


def lines_of(path):
    """The variables of a secrets file of the host, the last of each name."""
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
    """The values by name: from the files, or each from a variable of its name, which holds it as JSON."""
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
            # The merge reports what it misses.
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
    """Makes the folder hold exactly what is declared."""
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
    """Writes the file for the owner alone. A carriage return or a missing last newline would spoil a key for ssh."""
    content = base64.b64decode(text, validate=True).replace(b"\r", b"").rstrip(b"\n") + b"\n"
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    # No moment in which somebody else could read it.
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
