"""One page per song: pictures, words and figures in a single HTML file that needs nothing else."""

from .page import write_report

__all__ = ["write_report"]
