"""Where an engine's work becomes files: opened in the compute child, wired from the settings.

encoding.py   a rendition as files          bringing.py  files as the engine's materials
shop.py       songs: plan and render        tools.py     uploads, videos, voices
"""

from .encoding import encode, plan_metadata
from .shop import Workshop, engine_settings, open_toolshop, open_workshop

__all__ = [
    "Workshop",
    "encode",
    "engine_settings",
    "open_toolshop",
    "open_workshop",
    "plan_metadata",
]
