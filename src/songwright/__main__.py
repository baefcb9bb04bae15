"""``python -m songwright``."""

from songwright.cli import main

if __name__ == "__main__":
    main()
