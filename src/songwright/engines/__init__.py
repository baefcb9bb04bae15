"""Engines: everything that turns an action into sound. Each is a folder behind one protocol."""
