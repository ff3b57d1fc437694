"""Every refusal is a problem document in two languages, and never a traceback."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import get_origin

import httpx
import pytest
from pydantic import BaseModel
from sqlalchemy.exc import ProgrammingError

from service.app import create_app
from service.repeated import LISTS
from service.schemas.table_form import JobTable, ReverseTable, SearchTable
from service.schemas.uploads import UploadForm
from tests.api.service import serving

WRONG = [
    ("/search", 400, "Thiếu q"),
    ("/search?q=", 400, "q đang trống"),
    ("/search?q=%00", 400, "q đang trống"),
    ("/search?q=" + "a" * 5000, 400, "dài quá 500"),
    ("/search?q=a&limit=0", 400, "limit phải từ 1"),
    ("/search?q=a&limit=21", 400, "limit chỉ được đến 20"),
    ("/search?q=a&limit=x", 400, "limit phải là số nguyên"),
    ("/search?q=a&lat=21", 400, "lat và lon phải đi cùng nhau"),
    ("/search?q=a&lat=nan&lon=105", 400, "lat phải là một số hữu hạn"),
    ("/search?q=a&postcode=abc", 400, "postcode không đúng dạng"),
    ("/search?q=a&type=house", 400, "type chỉ nhận"),
    ("/search?q=a&q=b", 400, "q được ghi nhiều lần"),
    ("/search?q=a&colour=red", 400, "Không có tham số nào tên là colour"),
    ("/api?q=a&bbox=1,2,3", 400, "bbox phải là"),
    ("/api?q=a&bbox=1,2,3,nan", 400, "bbox phải là"),
    ("/api?q=a&osm_tag=x", 400, "osm_tag"),
    ("/reverse?lat=91&lon=105", 400, "lat chỉ được đến 90"),
    ("/reverse?lat=21", 400, "Thiếu lon"),
    ("/v1/resolve?q=a&on=yesterday", 400, "on phải là ngày"),
    ("/v1/codes/32110-K7Q4X", 422, "sai ký tự kiểm tra"),
    ("/v1/codes/5", 422, "Đây không phải mã"),
    ("/v1/codes/9999900000", 404, "chưa có trong sổ"),
    ("/v1/codes/9999900000?x=1", 400, "Không có tham số"),
    ("/v1/units/99999", 404, "99999"),
    ("/v1/units?province=99", 404, "99"),
    ("/v1/coverage?province=02", 404, "02"),
    ("/v1/coverage?on=2019-01-01", 400, "2019-01-01"),
    ("/v1/coverage?by=ward", 400, "by chỉ nhận"),
    ("/v1/coverage?by=h3", 400, "by=h3 cần có province"),
    ("/v1/coverage?by=h3&province=11&on=2026-01-01", 400, "by=h3 không nhận"),
    ("/v1/coverage?province=11&resolution=8", 400, "resolution chỉ đi cùng by=h3"),
    ("/v1/coverage?by=h3&province=11&resolution=6", 400, "resolution phải từ 7"),
    ("/v1/coverage?baseline=nobody", 404, "nobody"),
    ("/v1/coverage?colour=red", 400, "Không có tham số nào tên là colour"),
    ("/v1/tiles/communes/5/99/14.mvt", 400, "không có trên lưới"),
    ("/v1/tiles/roads/5/9/14.mvt", 400, "layer chỉ nhận"),
    ("/nothing/here", 404, "Không có trang"),
    ("/static/../app.py", 404, "Không có trang"),
]


@pytest.mark.parametrize(("path", "status", "words"), WRONG)
def test_a_wrong_request_is_a_problem_that_says_what_is_wrong(client: httpx.Client, path: str, status: int, words: str) -> None:
    """RFC 9457: media type, status, title, and a sentence in each language."""
    answer = client.get(path)
    body = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in body["detail"]
    assert body["status"] == status
    assert body["title"]
    assert body["detail_en"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("body", ["[", "[]", '"a"', "{}", '{"queries":[]}', '{"queries":[1]}', '{"queries":["a"],"x":1}'])
def test_a_wrong_body_is_a_problem_with_a_pointer(client: httpx.Client, body: str) -> None:
    """Every mistake in a body is named by its JSON pointer."""
    answer = client.post("/v1/resolve", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert all(each["pointer"].startswith("/") for each in answer.json()["errors"])


def test_more_than_a_thousand_queries_are_refused(client: httpx.Client) -> None:
    """The list has a limit, and it is told."""
    answer = client.post("/v1/resolve", json={"queries": ["a"] * 1001})
    assert answer.status_code == 422
    assert "1000" in answer.json()["detail"]


def test_a_list_of_texts_is_not_read_without_end(client: httpx.Client) -> None:
    """413 behind sixteen megabytes, whatever they hold."""
    answer = client.post("/v1/resolve", content=b" " * ((16 << 20) + 1), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_method_that_is_not_served_is_a_problem(client: httpx.Client) -> None:
    """405 keeps its Allow header."""
    answer = client.delete("/search")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.headers["content-type"] == "application/problem+json"


ODD = [
    ("http://localhost/v1/me", {}, 200),
    ("http://localhost/v1/units?province=11", {}, 200),
    ("HTTP://localhost", {}, 200),
    ("http://localhost/nothing", {}, 404),
    ("*", {}, 404),
    ("localhost:80", {}, 404),
    ("/v1/me", {"Origin": "http://["}, 200),
    ("/v1/me", {"Origin": "null"}, 200),
    ("/v1/me", {"Host": "["}, 400),
    ("/v1/units?province=11", {"Host": "[::1"}, 400),
]


@pytest.mark.parametrize(("target", "headers", "status"), ODD)
def test_an_odd_head_is_no_fault_of_the_program(served: str, target: str, headers: dict[str, str], status: int) -> None:
    """A target in absolute form is its path, an origin that cannot be read is another site's, a host that cannot be read is refused."""
    connection = HTTPConnection(served, timeout=60)
    connection.putrequest("GET", target, skip_host=True)
    for name, value in ({"Host": served} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == status
    if headers.get("Origin"):
        assert json.loads(answer.read())["role"] == "public"
    connection.close()


def test_nothing_is_said_twice(client: httpx.Client) -> None:
    """A parameter, a field of a form, a key of a JSON object however deep: refused by its place; lists may go on."""
    table = [("data", ("a.csv", b"dia_chi\nx\n", "text/csv"))]
    said = {"right_text": "b"}
    cases = [
        (client.get("/v1/units?province=11&province=37"), 400, "parameter", "province"),
        (client.post("/search/csv?a=1&a=2", files=table), 400, "parameter", "a"),
        (client.post("/search/csv", files=table, data={"encoding": ["utf-8", "tcvn3"]}), 422, "pointer", "/encoding"),
        (client.post("/reverse/csv", files=[*table, *table]), 422, "pointer", "/data"),
        (client.post("/v1/jobs", files=table, data={"format": ["csv", "xlsx"]}), 422, "pointer", "/format"),
        (_sent(client, "/v1/feedback", '{"query": "a", "query": "b", "right_text": "c"}'), 422, "pointer", "/query"),
        (_sent(client, "/v1/resolve", '{"queries": ["a", {"q": "a", "q": "b"}]}'), 422, "pointer", "/queries/1/q"),
    ]
    for answer, status, where, place in cases:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
        assert place in [each.get(where) for each in answer.json()["errors"]]
        assert "được ghi nhiều lần" in answer.json()["detail"]
    several = client.post("/search/csv", files=table, data={"columns": ["dia_chi"], "result_columns": ["result_code", "result_status"]})
    assert several.status_code == 200, several.text
    assert client.post("/v1/feedback", json={"query": "a"} | said).status_code == 201


def _sent(client: httpx.Client, path: str, body: str) -> httpx.Response:
    return client.post(path, content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("form", [SearchTable, ReverseTable, JobTable, UploadForm])
def test_fields_that_may_repeat_are_those_that_are_lists(form: type[BaseModel]) -> None:
    """A new list of a form is named where repeated fields are refused."""
    lists = {name for name, field in form.model_fields.items() if get_origin(field.annotation) is list}
    assert lists == LISTS & set(form.model_fields)


def test_what_was_asked_is_not_repeated_in_a_refusal(client: httpx.Client) -> None:
    """A refused value may be an address, so it stays out of the problem."""
    assert "Nguyễn" not in client.get("/search", params={"q": "a", "limit": "Nguyễn"}).text


@pytest.fixture
def asleep() -> Iterator[httpx.Client]:
    """Give a service whose database does not answer."""
    with serving(create_app("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/readyz", "/search?q=a", "/v1/coverage", "/v1/codes/9999900000", "/v1/tiles/communes/5/25/14.mvt"])
def test_without_its_database_the_service_says_when_to_come_back(asleep: httpx.Client, path: str) -> None:
    """503 with Retry-After, and still a problem document."""
    answer = asleep.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"].isdigit()


def test_without_its_database_the_process_is_still_up(asleep: httpx.Client) -> None:
    """/healthz asks nobody, and the page is there."""
    assert asleep.get("/healthz").json() == {"status": "ok"}
    assert asleep.get("/").status_code == 200


def test_an_empty_database_is_not_ready(empty_db: str) -> None:
    """Without tables the service says which command makes them."""
    with serving(create_app(empty_db)) as opened:
        for path in ("/readyz", "/search?q=a"):
            answer = opened.get(path)
            assert answer.status_code == 503
            assert "diachiso db upgrade" in answer.json()["hint"]


def test_a_fault_of_the_program_tells_nothing_of_its_inside(
    service_db: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """500 is a problem document; the log names the place and not what was asked."""

    def broken(*_: object, **_more: object) -> None:
        statement, secret = "SELECT secret", "Nguyễn Trãi"
        raise ProgrammingError(statement, {"q": secret}, ValueError(secret))

    monkeypatch.setattr("service.routes.codes.find", broken)
    with serving(create_app(service_db)) as opened:
        answer = opened.get("/v1/codes/9999900000")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in answer.text
    logged = capfd.readouterr().err
    assert "ProgrammingError" in logged
    assert "Nguyễn" not in logged
