"""The wire: the only place that knows the Suno API's words."""
