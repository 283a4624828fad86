"""Run a command that does not outlive the process that started it.

Called as `python -I -S leash.py PARENT SIGNAL USER COMMAND...` by `dev.child`, never imported by it: everything here
happens between fork and exec, in a process of its own with one thread, which is what makes it safe.

PARENT is the process id to be tied to, SIGNAL the number of the signal the command gets when that parent dies (also
by SIGKILL, when it can no longer say goodbye), USER a user name to become, or `-` for the present one. The standard
library alone is used, for the interpreter runs without site-packages.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _become(user: str) -> None:
    import pwd

    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)
    os.environ["HOME"] = "/"  # the caller's home is closed to this user


def _tie_to(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` when `parent` ends. Only Linux can; elsewhere the command is left untied."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the process that started this one has ended")


def main(arguments: list[str]) -> None:
    """Become the user, tie to the parent (in that order: changing the user unties), and turn into the command."""
    parent, signal_number, user, *command = arguments
    if user != "-":
        _become(user)
    _tie_to(int(parent), int(signal_number))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
