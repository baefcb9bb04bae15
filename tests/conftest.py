"""Tests do not depend on the optional programs of the machine they run on."""

import os

os.environ["SONGWRIGHT_ESPEAK"] = "none"
