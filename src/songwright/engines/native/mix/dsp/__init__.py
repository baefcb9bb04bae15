"""Effects as streaming kernels: explicit state, the same output for any block size.

Every processor works in place on float32 blocks of shape (n, 1) or (n, 2) at 48 kHz, keeps its state between calls,
and never looks at a clock. Coefficients and states are float64.
"""
