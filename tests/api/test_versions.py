"""Answers carry a tag and the version of the data, and an asker who has the answer is told so."""

import httpx
import pytest
from sqlalchemy import text

from registry import db
from registry.history import remember
from service.app import create_app
from tests.api.made_up import CODE, LAT, LON, STREET, fill
from tests.api.service import serving
from tests.api.test_live import becomes

Q = f"5 {STREET}, phường Điện Biên Phủ, Điện Biên"
PRIVATE = (
    "/search?q=Điện Biên", f"/reverse?lat={LAT}&lon={LON}", "/api?q=Điện Biên", f"/v1/resolve?q={Q}", "/v1/convert?q=Điện Biên",
    f"/v1/codes/{CODE}", f"/v1/codes/{CODE}/history", "/v1/collections/addresses/items",
)  # fmt: skip
PUBLIC = ("/v1/units", "/v1/units/03127", "/v1/coverage?province=11", "/v1/targets", "/v1/indicators?province=11&year=2025")


@pytest.mark.parametrize("path", [*PRIVATE, *PUBLIC])
def test_an_answer_that_the_asker_has_is_not_sent_again(client: httpx.Client, path: str) -> None:
    """Weak tags, in a list too; another tag gets the answer; what holds a question stays out of shared caches."""
    first = client.get(path)
    tag = first.headers["etag"]
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache" if path in PRIVATE else "public, max-age=60")
    assert first.json()["data_version"]
    for sent in (tag, f'"x", {tag}', tag.removeprefix("W/"), "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(path, headers={"If-None-Match": '"x"'}).json() == first.json()


@pytest.mark.parametrize("path", ["/search", "/v1/codes/9999900000", "/healthz", "/v1/changes"])
def test_refusals_and_what_is_never_old_carry_no_tag(client: httpx.Client, path: str) -> None:
    """A problem is not kept, nor is the feed."""
    answer = client.get(path, headers={"If-None-Match": "*"})
    assert ("etag" in answer.headers, answer.headers["cache-control"]) == (False, "no-store")


def test_the_version_is_another_one_after_every_change(fresh_db: str) -> None:
    """One door amended by hand: at once where the database is asked, within moments where the process answers by heart."""
    with db.session(fresh_db) as session:
        fill(session)
    with serving(create_app(fresh_db)) as client:
        code, resolved = (client.get(path) for path in (f"/v1/codes/{CODE}", f"/v1/resolve?q={Q}"))
        with db.session(fresh_db) as session:
            (number,) = session.execute(text("SELECT min(id) FROM address")).one()
            remember(session, "address", [number], "update", actor="an", reason="đo lại")
            session.execute(text("UPDATE address SET status = 'plated' WHERE id = :id"), {"id": number})
            session.execute(text("NOTIFY diachiso_registry, 'test'"))
            session.commit()
        now = client.get(f"/v1/codes/{CODE}", headers={"If-None-Match": code.headers["etag"]})
        assert (now.status_code, now.json()["stage"]) == (200, "plated")
        assert now.json()["data_version"] != code.json()["data_version"]
        becomes(lambda: client.get(f"/v1/resolve?q={Q}").json()["data_version"] == now.json()["data_version"])
        assert client.get(f"/v1/resolve?q={Q}").headers["etag"] != resolved.headers["etag"]
