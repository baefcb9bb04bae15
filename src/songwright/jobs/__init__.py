"""Durable jobs: accept, run, follow, cancel; workers that may die at any time.

ports.py        what the engine, the storage and the HTTP layer plug in      settings.py  JobSettings
facade.py       Jobs: what the HTTP layer uses                               hub.py       one poller for all waiters
engine.py       durable workflows; the only importer of dbos                 flow.py      the steps of a song
compute.py      the compute child       child.py   its worker's side         worker.py    the worker process
sweep.py        heartbeats, takeover, reconciliation                         supervisor.py, lifeline.py  processes
"""
