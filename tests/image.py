"""Makes the Dockerfile's image without Docker: its steps, one by one, in an empty folder.

    python -m tests.image build FOLDER
    python -m tests.image run FOLDER [STAGE]   # as its user, on a read-only file system
    python -m tests.image check FOLDER         # its health check, beside it

The base image is this machine's Python and system folders, mounted read-only. So what is in the
real base image, its size and its Python version are not shown. Needs root and `unshare`, since
each step runs in a mount namespace of its own.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Of the machine; what of them is missing is left out. /opt may hold what pip is told to look at.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/opt", "/proc", "/dev")
# Where `python` is found, under that name, as in the base image.
PYTHON_FOLDER = "/python"
# What runs in the new mount namespace: folder, then "rw" or "ro", then the system's folders.
_ENTER = """
set -e
root=$1; mode=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --rbind "$1" "$root$1"
    [ "$1" = /proc ] || [ "$1" = /dev ] || mount -o remount,bind,ro "$root$1"
    shift
done
shift
mkdir -p "$root/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
if [ "$mode" = ro ]; then
    mount --bind "$root/data" "$root/data"
    mount -o remount,bind,ro "$root"
fi
exec "$@"
"""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of the Dockerfile, and the stage it belongs to."""

    stage: str
    name: str
    rest: str


def instructions() -> list[Instruction]:
    """Read the Dockerfile."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(_with_stages(lines))


def _with_stages(lines: Sequence[str]) -> Iterator[Instruction]:
    stage = ""
    for line in lines:
        name, _, rest = line.partition(" ")
        if name == "FROM":
            base, _, stage = rest.partition(" AS ")
            stage = stage or f"final from {base}"
        yield Instruction(stage, name, rest.strip())


def build(folder: Path) -> None:
    """Take the steps of the stages `build` and `run`, each in a folder below this one."""
    for each in instructions():
        if each.stage not in {"build", "run"}:
            continue
        root = folder / each.stage
        match each.name:
            case "FROM":
                _make_base(root)
            case "WORKDIR":
                (root / each.rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "COPY":
                _copy(folder, root, each.rest)
            case "RUN":
                _take("RUN", each.rest)
                subprocess.run(_inside(root, "rw", ["sh", "-ec", each.rest], cwd="/app"),
                               env=_build_environment(), check=True)  # fmt: skip


def run(folder: Path, stage: str = "run") -> None:
    """Become the container's process, with this process's environment below the image's."""
    _become(folder, "CMD", stage)


def check(folder: Path) -> None:
    """Become the container's health check."""
    _become(folder, "HEALTHCHECK", "run")


def _become(folder: Path, name: str, stage: str) -> None:
    stages = ("run", stage)  # the others are made from that one
    said = {each.name: each.rest for each in instructions() if each.stage in stages}
    user = said["USER"]
    drop = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    command = json.loads(said[name][said[name].index("[") :])
    own = _image_environment(said["ENV"]) | {
        name: value for name, value in os.environ.items() if name not in {"PATH", "HOME"}
    }
    inside = _inside(folder / "run", "ro", [*drop, *command], cwd=said["WORKDIR"])
    os.execvpe(inside[0], inside, own | {"PATH": f"/venv/bin:{_PATH}"})


def _make_base(root: Path) -> None:
    python = root / PYTHON_FOLDER.lstrip("/") / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(_machine_python())


def _machine_python() -> Path:
    """The Python below the virtual environment that this one may be."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return (Path(sys.base_prefix) / "bin" / name).resolve()


def _copy(folder: Path, root: Path, rest: str) -> None:
    """COPY, of whole files and folders into the working directory, or between stages."""
    options = dict(re.findall(r"--(\w+)=(\S+)", rest))
    *sources, target = [word for word in rest.split() if not word.startswith("--")]
    place = root / "app" if not target.startswith("/") else root
    start = folder / options["from"] if "from" in options else ROOT
    for source in sources:
        _take("COPY", source)
        to = place / (source if target == "./" else target).lstrip("/")
        _copy_one(start / source.lstrip("/"), to)
        if "chown" in options:
            shutil.chown(to, *map(int, options["chown"].split(":")))


def _copy_one(source: Path, to: Path) -> None:
    if source.is_dir():
        unseen = None if "__pycache__" not in (ROOT / ".dockerignore").read_text() else _CACHES
        ignore = unseen if source.is_relative_to(ROOT) else None
        shutil.copytree(source, to, symlinks=True, ignore=ignore)
    else:
        shutil.copy2(source, to)


def _inside(root: Path, mode: str, command: Sequence[str], *, cwd: str) -> list[str]:
    """The command that runs another one with `root` as its file system."""
    base = str(_machine_python().parents[1])
    system = [name for name in SYSTEM if Path(name).exists()]
    if not any(base == name or base.startswith(f"{name}/") for name in system):
        system.append(base)
    there = ["chroot", str(root), "sh", "-c", f'cd {shlex.quote(cwd)} && exec "$@"', "-", *command]
    return ["unshare", "--mount", "sh", "-c", _ENTER, "-", str(root), mode, *system, "--", *there]


def _build_environment() -> Mapping[str, str]:
    """What pip may need to know about this machine."""
    return os.environ | {"PATH": _PATH, "HOME": "/tmp"}


def _image_environment(line: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in line.split())
    return {name: value for name, _, value in pairs if name != "PATH"}


def _take(name: str, what: str) -> None:
    print(f"{name} {what}", flush=True)  # noqa: T201 - a command's output


_CACHES = shutil.ignore_patterns("__pycache__")
_PATH = f"{PYTHON_FOLDER}:/usr/sbin:/usr/bin:/sbin:/bin"


if __name__ == "__main__":
    {"build": build, "run": run, "check": check}[sys.argv[1]](
        Path(sys.argv[2]).resolve(), *sys.argv[3:]
    )
