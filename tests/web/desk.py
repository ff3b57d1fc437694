"""The desk of a province for tests: a closed service with a real worker, keys of officers, and the steps of a hand-over."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from loaders.batch import import_file
from registry import db
from registry.security import keys
from registry.security.roles import Role
from service.app import create_app
from tests.api.jobs import apart, worker
from tests.api.made_up import fill
from tests.api.service import serving
from tests.conftest import _name
from tests.db.handover import door, write
from tests.run import database
from tests.web.visit import DESK, Visit

Open = Callable[..., Visit]
Desk = tuple[httpx.Client, str]
_KEEP = "sessionStorage.setItem('diachiso.key', '{}')"


@pytest.fixture(scope="module")
def desk(server: str, template_db: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Give a closed service of its own with a worker beside it, over the made-up doors and one batch that somebody imported."""
    folder = tmp_path_factory.mktemp("desk")
    with database(server, _name("province"), template_db) as url, apart(folder / "files"):
        with db.session(url) as session:
            fill(session)
            import_file(
                session, write(folder / "lo_dau.csv", [door(so_nha="901"), door(so_nha="902", kinh_do="", vi_do="")]), province="11"
            )
        with worker(url, folder), serving(create_app(url, open_to="0")) as client:
            yield client, url
        db.engine(url).dispose()


@pytest.fixture(scope="module")
def tokens(desk: Desk) -> dict[str, str]:
    """Give the keys of officers of Điện Biên (11) and of Ninh Bình (37), and of one of both."""
    with db.session(desk[1]) as session:
        made = {
            name: keys.create(session, holder=name, role=Role.PROVINCE_OFFICER, provinces=name.split("+"), created_by="test").token
            for name in ("11", "37", "11+37")
        }
        session.commit()
    return made


@pytest.fixture
def officer(browser: Any, desk: Desk, tokens: dict[str, str]) -> Iterator[Open]:  # noqa: ANN401
    """Give a function that opens the desk as an officer who has entered his key."""
    with ExitStack() as opened:

        def go(where: str = "", size: tuple[int, int] = DESK, who: str = "11", **options: Any) -> Visit:  # noqa: ANN401
            made = Visit(browser, desk[0].base_url.netloc.decode(), "/du-lieu", size, **options)
            opened.callback(made.context.close)
            made.page.evaluate(_KEEP.format(tokens[who]))
            made.page.goto(f"{desk[0].base_url}/tinh{where}")
            return made

        yield go


def send(page: Any, path: Path) -> None:  # noqa: ANN401 - playwright's page
    """Hand a file over and wait until it is checked."""
    page.set_input_files("#hand-over", path)
    page.wait_for_selector(".steps")


def step(page: Any, number: int, shown: str) -> None:  # noqa: ANN401
    """Go to one of the three steps of a hand-over."""
    page.click(f".steps li:nth-child({number}) a")
    page.wait_for_selector(shown)


def some(folder: Path, street: str) -> Path:
    """Write a file: two good rows, one with its coordinates swapped, one without."""
    good = [door(so_nha="1", duong=street), door(so_nha="2", duong=street, ma_ho="H11-00001")]
    swapped = door(so_nha="3", duong=street)
    swapped |= {"kinh_do": swapped["vi_do"], "vi_do": swapped["kinh_do"]}
    return write(folder / "ban_giao.csv", [*good, swapped, door(so_nha="4", duong=street, kinh_do="", vi_do="")])


def tab_to(page: Any, selector: str) -> None:  # noqa: ANN401
    """Press Tab until that is focused, as somebody without a mouse does."""
    for _ in range(150):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)
