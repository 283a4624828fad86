import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import pytest

from dev.child import StackError
from dev.data_directory import DataDirectory


def test_a_second_stack_on_the_same_data_gets_one_sentence(tmp_path: Path) -> None:
    first = DataDirectory(tmp_path / "data")
    first.acquire()
    with pytest.raises(StackError, match=r"^The stack with its data in .*/data is running already \(process \d+\)\.$"):
        DataDirectory(tmp_path / "data").acquire()
    first.release()
    DataDirectory(tmp_path / "data").acquire()


def test_it_is_known_whether_the_stack_before_ended_in_order(tmp_path: Path) -> None:
    first = DataDirectory(tmp_path)
    first.acquire()
    assert not first.left_behind
    first.release()
    second = DataDirectory(tmp_path)
    second.acquire()
    assert not second.left_behind
    second.release()
    (tmp_path / "lock").write_text("4711")  # as a killed process leaves it
    third = DataDirectory(tmp_path)
    third.acquire()
    assert third.left_behind


def test_a_full_disk_gets_one_sentence_and_locks_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=300 << 20))
        with pytest.raises(StackError, match=r"^Only 300 MiB are free on the disk of .*, but 1024 are needed\.$"):
            DataDirectory(tmp_path).acquire()
    DataDirectory(tmp_path).acquire()


def test_a_place_that_is_not_a_directory_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match=r"^The data directory .*/file cannot be used: "):
        DataDirectory(tmp_path / "file").acquire()


def test_the_token_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    token = DataDirectory(tmp_path).administrator_token()
    assert len(token) >= 40
    assert DataDirectory(tmp_path).administrator_token() == token
    assert stat.S_IMODE((tmp_path / "administrator-token").stat().st_mode) == 0o600


def test_a_demo_keeps_its_end_when_it_is_loaded_again(tmp_path: Path) -> None:
    assert DataDirectory(tmp_path).demo_end("school") == DataDirectory(tmp_path).demo_end("school")


def test_a_demo_is_remembered_once_it_is_loaded_and_before_that_as_broken_off(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    assert (data.loaded(), data.broken_off()) == ([], [])
    data.demo_end("school")
    data.demo_end("bureau")
    data.note_loaded("school")
    assert (data.loaded(), data.broken_off()) == (["school"], ["bureau"])


def test_the_addresses_are_known_while_a_stack_runs(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with pytest.raises(StackError, match="No stack is running"):
        data.addresses()
    data.acquire()
    with pytest.raises(StackError, match="No stack is running"):
        DataDirectory(tmp_path).addresses()
    data.note_addresses({"scoring": "http://127.0.0.1:8102"})
    assert DataDirectory(tmp_path).addresses() == {"scoring": "http://127.0.0.1:8102"}
    data.release()
    with pytest.raises(StackError, match="No stack is running"):
        DataDirectory(tmp_path).addresses()


def test_the_addresses_of_a_stack_that_was_killed_are_forgotten(tmp_path: Path) -> None:
    killed = DataDirectory(tmp_path)
    killed.acquire()
    killed.note_addresses({"scoring": "http://127.0.0.1:8102"})
    (tmp_path / "addresses.json").rename(tmp_path / "kept")
    killed.release()
    (tmp_path / "kept").rename(tmp_path / "addresses.json")
    DataDirectory(tmp_path).acquire()
    with pytest.raises(StackError, match="No stack is running"):
        DataDirectory(tmp_path).addresses()


def test_removing_deletes_all_data_but_not_that_of_a_running_stack(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.acquire()
    (data.path / "something").touch()
    with pytest.raises(StackError, match="is running already"):
        DataDirectory(tmp_path / "data").remove()
    data.release()
    DataDirectory(tmp_path / "data").remove()
    assert not data.path.exists()
    DataDirectory(tmp_path / "data").remove()
