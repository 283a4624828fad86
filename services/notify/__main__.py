"""``python -m services.notify``."""

from services.notify.cli import main

if __name__ == "__main__":
    main()
