import socket

import pytest

from dev.child import StackError
from dev.ports import free_port, require_free_port


def test_a_port_in_use_gets_one_sentence() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", free_port()))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(StackError, match=rf"^Port {port}, which kafka needs, is in use by another program\.$"):
            require_free_port(port, "kafka")
    require_free_port(port, "kafka")
