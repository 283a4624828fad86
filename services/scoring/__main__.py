"""``python -m services.scoring``."""

from services.scoring.cli import main

if __name__ == "__main__":
    main()
