"""The guided tour goes from the first picture to the last, and each picture shows something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from calmreply.errors import KnownError
from calmreply.rehearsal import Rehearsal
from calmreply.ui.tour import pictures, run, steps

CHECKOUT = Path(__file__).parents[2]
LARGEST = 200_000


@pytest.mark.timeout(300)
def test_every_step_is_done_and_leaves_a_picture(qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    taken: list[run.Made] = []
    rehearsal = Rehearsal()
    run.take(Rehearsal(filled=False), rehearsal, tmp_path / "new" / "pictures", taken.append)
    assert tuple(made.file.name for made in taken) == run.names()
    assert [made.file.name for made in taken if pictures.is_blank(made.file)] == []
    sizes = {made.file.name: QImage(str(made.file)).size() for made in taken}
    whole = {size for name, size in sizes.items() if "-alone" not in name}
    assert whole == {run.SIZE}
    assert all(made.words for made in taken)
    # The whole job, without a word on the way: everything went by the scripted channels.
    assert rehearsal.now() - rehearsal.begin > timedelta(hours=20)
    mail = rehearsal.home.channels["mail"]
    assert mail.attempts == ()  # type: ignore[attr-defined]  # a ScriptedChannel


def test_a_step_that_cannot_be_done_ends_in_a_sentence(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qapp is not None
    first = steps.steps()[0]
    lost = steps.Step("lost", "words", lambda guide, _said: guide.press("no.such.button"))
    monkeypatch.setattr(run, "steps", lambda: (first, lost))
    taken: list[run.Made] = []
    with pytest.raises(KnownError) as problem:
        run.take(Rehearsal(filled=False), Rehearsal(), tmp_path, taken.append)
    assert problem.value.code == "tour_stuck"
    assert "2, lost" in problem.value.words
    assert "no.such.button" in problem.value.words
    assert [made.file.name for made in taken] == ["01-first-start.png"]


def test_a_folder_that_cannot_be_made_is_said_before_the_window_opens(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(KnownError) as problem:
        run.take(Rehearsal(filled=False), Rehearsal(), tmp_path / "taken", lambda _made: None)
    assert problem.value.code == "cannot_write"


def test_a_blank_picture_is_told_from_one_that_shows_something(
    qapp: QApplication, tmp_path: Path
) -> None:
    assert qapp is not None
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFE)
    image.save(str(tmp_path / "blank.png"))
    assert pictures.is_blank(tmp_path / "blank.png")
    assert pictures.is_blank(tmp_path / "not_there.png")
    assert not pictures.is_blank(kept()["case.png"])


# --- the pictures of the README ------------------------------------------------------------------


def kept() -> dict[str, Path]:
    folder = CHECKOUT / "resources" / "pictures"
    return {file.name: file for file in sorted(folder.iterdir())}


def test_the_readme_s_pictures_are_there_and_made_by_the_tour() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[[^\]]+\]\(resources/pictures/([\w.-]+)\)", readme)
    made = dict(copies())
    assert shown
    assert set(shown) <= set(made)
    assert set(made) == set(kept())
    for name, pattern in made.items():
        fitting = [one for one in run.names() if re.fullmatch(pattern, one)]
        assert len(fitting) == 1, f"{name} would be made of {fitting}"


def copies() -> Iterator[tuple[str, str]]:
    """What `make pictures` copies: the picture's name, and a pattern of the tour's."""
    rule = re.compile(r"^\tcp tour/(\S+) resources/pictures/(\S+)$", re.MULTILINE)
    for pattern, name in rule.findall((CHECKOUT / "Makefile").read_text(encoding="utf-8")):
        yield name, re.escape(pattern).replace(r"\*", ".*")


@pytest.mark.parametrize("name", ["case.png", "inbox-dark.png", "review.png"])
def test_a_shipped_picture_is_small_and_shows_something(qapp: QApplication, name: str) -> None:
    assert qapp is not None
    file = kept()[name]
    assert file.stat().st_size < LARGEST
    assert not pictures.is_blank(file)
