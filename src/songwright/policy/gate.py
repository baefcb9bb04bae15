"""What the operator refuses: texts and recordings, each with the documented message."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.errors import BadRequest, Forbidden
from songwright.settings import Settings

from .folder import Lists, PolicyFileError, read_lists, register, stamp
from .malformed import is_malformed
from .moderation import Moderation

LOOK_EVERY_S = 1.0


class Policy:
    """The operator's lists and service. Safe to share between threads; without a folder only the mild default."""

    def __init__(
        self,
        *,
        folder: Path | None = None,
        moderation: Moderation | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._moderation, self._clock = folder, moderation, clock
        self._lock = Lock()
        self._looked_s = clock()
        self._stamp = stamp(folder) if folder else ()
        self._lists = read_lists(folder) if folder else Lists()

    @classmethod
    def load(cls, folder: Path | None, *, moderation: Moderation | None = None) -> Policy:
        """The policy of a folder; None is the mild default. Raises PolicyFileError naming file and line."""
        return cls(folder=folder, moderation=moderation)

    @classmethod
    def from_settings(cls, settings: Settings) -> Policy:
        """The policy that the settings ask for. Raises PolicyFileError."""
        moderation = Moderation(
            url=settings.moderation_url, key=settings.moderation_key, on_failure=settings.moderation_on_failure
        )
        folder = Path(settings.policy_dir) if settings.policy_dir else None
        return cls.load(folder, moderation=moderation if moderation.url else None)

    def check_text(
        self, *, prompt: str = "", style: str = "", lyrics: str = "", title: str = "", lyrics_prompt: str = ""
    ) -> None:
        """Raise Forbidden with the documented message if a text is refused.

        May ask the moderation service, up to 10 s: call it in a thread.
        """
        described = "\n".join(part for part in (prompt, lyrics_prompt) if part)
        texts = (prompt, style, lyrics, title, lyrics_prompt)
        if any(is_malformed(text) for text in texts):
            raise Forbidden("Prompt likely malformed")
        lists = self._fresh()
        _refuse_names(lists, described=described, style=style)
        if any(lists.blocked_words.find(text) for text in texts):
            raise Forbidden("Prompt contained inappropriate material")
        if _flagged(lists, described):
            raise Forbidden("Song Description flagged for moderation")
        if _flagged(lists, lyrics):
            raise Forbidden("Prompt flagged for moderation")
        if lists.lyrics.find(lyrics):
            raise Forbidden("Lyrics contained copyrighted material")
        if lists.lyrics.find_in_sentence(described):
            raise Forbidden("Prompt likely copyrighted")
        whole = "\n".join(text for text in texts if text.strip())
        if self._moderation and whole:
            self._moderation.check(whole)

    def check_audio(self, audio: F32, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> None:
        """Raise BadRequest if the sound, (n,) or (n, 2), comes from a registered recording."""
        if self._fresh().recordings.match(audio, sample_rate_hz=sample_rate_hz):
            raise BadRequest("Uploaded audio matches existing work of art.")

    def register(self, audio: F32, name: str, *, sample_rate_hz: int = SAMPLE_RATE_HZ) -> Path:
        """Add a recording to the folder; the file written. Raises ValueError without a folder or for short sound."""
        if self._folder is None:
            raise ValueError("set SONGWRIGHT_POLICY_DIR to the folder that keeps the policy")
        return register(audio, name, folder=self._folder, sample_rate_hz=sample_rate_hz)

    def _fresh(self) -> Lists:
        """The lists, read again if a file changed; a list that became unreadable leaves the last good ones."""
        if self._folder is None:
            return self._lists
        with self._lock:
            now_s = self._clock()
            if now_s - self._looked_s >= LOOK_EVERY_S:
                self._looked_s = now_s
                self._read_again(self._folder)
            return self._lists

    def _read_again(self, folder: Path) -> None:
        try:
            seen = stamp(folder)
            if seen != self._stamp:
                self._stamp = seen
                self._lists = read_lists(folder)
        except (PolicyFileError, OSError) as error:
            import structlog

            structlog.get_logger().error("policy not read again, the last one stays", error=str(error))


def _refuse_names(lists: Lists, *, described: str, style: str) -> None:
    for terms, text, what in (
        (lists.artist_names, described, "Song Description contained artist name"),
        (lists.artist_names, style, "Tags contained artist name"),
        (lists.producer_tags, described, "Song Description contained producer tag"),
    ):
        if name := terms.find(text):
            raise Forbidden(f"{what}: {name}")


def _flagged(lists: Lists, text: str) -> bool:
    return bool(lists.flagged_words.find(text)) or any(pattern.search(text) for pattern in lists.flagged_patterns)
