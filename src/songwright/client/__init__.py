"""A small typed client of a Songwright server."""

from .client import ApiError, Client

__all__ = ["ApiError", "Client"]
