"""The operator's policy: what is refused, with which documented message. Mild unless a folder says more."""

from __future__ import annotations

from .folder import PolicyFileError, register
from .gate import Policy
from .moderation import Moderation

__all__ = ["Moderation", "Policy", "PolicyFileError", "register"]
