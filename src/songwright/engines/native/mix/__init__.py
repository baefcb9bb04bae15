"""Tracks to stems: channel strips, spaces, balance. Start at :mod:`.mixer`."""
