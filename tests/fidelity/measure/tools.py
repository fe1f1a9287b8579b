"""Running other programs, and where the corpora and our own programs are."""
import dataclasses
import os
import pathlib
import re
import resource
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
CORPORA = ROOT.parent / "shared/corpora"
SECOND_OPINION = ROOT.parent / "shared/tools/fidelity.py"
NEEDED = ("qpdf", "pdftotext", "pdftoppm", "pdfinfo", "pdffonts", "pdfimages", "exiftool", "heif-convert", "catdoc", "catppt", "unrtf")
CPU_SECONDS = 120


def missing():
    """The programs of .ci/packages [test] that are not installed."""
    gone = [name for name in NEEDED if not shutil.which(name)]
    try:
        import PIL  # noqa: F401
    except ImportError:
        gone.append("python3-pil (for this Python)")
    try:
        import xlrd  # noqa: F401
    except ImportError:
        gone.append("python3-xlrd (for this Python)")
    return gone


def bounded():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


@dataclasses.dataclass
class Done:
    status: int  # as subprocess has it; -9 when time was over
    out: bytes
    err: bytes

    def text(self):
        return self.out.decode("utf-8", "replace")


def call(*command, data=None, seconds=300, **more):
    try:
        done = subprocess.run([str(word) for word in command], input=data, capture_output=True, timeout=seconds, check=False,
                              stdin=subprocess.DEVNULL if data is None else None, preexec_fn=bounded, **more)
    except subprocess.TimeoutExpired:
        return Done(-9, b"", b"time is over")
    return Done(done.returncode, done.stdout, done.stderr)


class OnDisk:
    """Bytes as a file with that extension, for programs that want a path."""

    def __init__(self, data, extension, name="file"):
        self.data, self.name = data, f"{name}.{extension}"

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="fidelity-")
        path = pathlib.Path(self.folder.name) / self.name
        path.write_bytes(self.data)
        return str(path)

    def __exit__(self, *_):
        self.folder.cleanup()


@dataclasses.dataclass
class Rebuilt:
    """What fidelity_rebuild made of one file."""
    outcome: str  # "made", "refused" (by the checker), "died", or the reason why nothing was made
    words: str
    data: bytes
    losses: dict  # name of the reason: count


def rebuild(program, room, path):
    """room: pdf, ooxml, picture, or a kind that is converted. Never raises."""
    with tempfile.TemporaryDirectory(prefix="fidelity-") as folder:
        out = pathlib.Path(folder) / "out"
        done = call(program, room, path, out)
        said = done.text()
        losses = {m[1]: int(m[2]) for m in re.finditer(r"(?m)^loss (\w+) (\d+)$", said)}
        if done.status == 0:
            return Rebuilt("made", "", out.read_bytes(), losses)
        if done.status == 2:
            return Rebuilt("refused", said.rpartition("refused ")[2].strip(), out.read_bytes(), losses)
        reason = re.match(r"not_made (\w+) ?(.*)", said)
        if done.status == 1 and reason:
            return Rebuilt(reason[1], reason[2].strip(), b"", {})
        return Rebuilt("died", f"exit {done.status}", b"", {})


def rebuild_bytes(program, room, data):
    with OnDisk(data, "in") as path:
        return rebuild(program, room, path)


def corpus_files(word):
    """Every file of ../shared/corpora/file_*_WORD, and what is wrong with those folders."""
    folders = sorted(path for path in CORPORA.glob(f"file_*_{word}") if path.is_dir())
    empty = [f"{folder.name}: not one file in it" for folder in folders if not any(folder.iterdir())]
    if not folders:
        empty = [f"{CORPORA}: no folder file_*_{word} in it"]
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.is_file()], empty


def office_program():
    return shutil.which("soffice")


# Of sanitizer/engine/office.cpp what pages look like by: fonts of text that names none, as in charts.
OF_THE_ENGINE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="DefaultLocale_CJK" oor:op="fuse"><value>ja-JP</value></prop></item>
</oor:items>
"""


def office_profile(settings):
    """One for each process of ours and each settings: two at once are refused."""
    profile = pathlib.Path(tempfile.gettempdir()) / f"fidelity-office-{os.getpid()}{'-as-the-engine' if settings else ''}"
    file = profile / "user/registrymodifications.xcu"
    if settings and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(settings)
    return profile


def as_pdf(data, extension, name="file", settings=""):
    """What LibreOffice makes of a document; b"" when it cannot or is not there. Footers may show its name."""
    program = office_program()
    if not program:
        return b""
    profile = office_profile(settings)
    with OnDisk(data, extension, name) as path:
        folder = pathlib.Path(path).parent
        call(program, f"-env:UserInstallation=file://{profile}", "--headless", "--norestore", "--convert-to", "pdf", "--outdir", folder, path,
             seconds=180, env={**os.environ, "HOME": str(folder)})
        made = folder / f"{name}.pdf"
        return made.read_bytes() if made.exists() else b""
