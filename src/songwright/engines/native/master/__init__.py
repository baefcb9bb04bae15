"""Pre-master to master: tone, glue, loudness, true-peak ceiling. Start at :mod:`.master`."""
