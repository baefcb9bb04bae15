"""What Prometheus reads."""

from __future__ import annotations

from prometheus_client import Gauge, Histogram

REQUEST_SECONDS = Histogram(
    "songwright_http_request_seconds",
    "Time to answer, seconds",
    ["path", "method", "status"],
    buckets=(0.005, 0.02, 0.05, 0.2, 1.0, 5.0, 30.0, 120.0, 600.0),
)
JOBS = Gauge("songwright_jobs", "Jobs by state", ["state"])
WORKERS = Gauge("songwright_workers_alive", "Workers seen within three heartbeats")
