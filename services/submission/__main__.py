"""``python -m services.submission``."""

from services.submission.cli import main

if __name__ == "__main__":
    main()
