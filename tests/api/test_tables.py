"""Tables in the dialect of addok and the BAN: the same rows back with what `/search` and `/reverse` say of each."""

import csv
import io

import httpx
import openpyxl
import pytest

from service import body_limit, uploaded
from service.app import create_app
from service.reports.geocoded_csv import REVERSE_COLUMNS, SEARCH_COLUMNS
from tests.api.made_up import CODE, COMMUNE, LAT, LON, POSTAL, STREET
from tests.api.service import serving

WARD = "phường Điện Biên Phủ, Điện Biên"
DOOR = f"5 đường {STREET}, {WARD}"
SEARCH, REVERSE = "/search/csv", "/reverse/csv"


def table(*rows: tuple[object, ...], delimiter: str = ",") -> bytes:
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


def post(client: httpx.Client, path: str, content: bytes, name: str = "don.csv", **form: str | list[str]) -> httpx.Response:
    """Send a table with its form."""
    return client.post(path, files={"data": (name, content)}, data=form)


def lines(answer: httpx.Response, delimiter: str = ",") -> list[dict[str, str]]:
    """Read the rows that came back."""
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=delimiter))


def test_rows_come_back_in_order_with_their_columns_and_what_search_says_first(client: httpx.Client) -> None:
    """All columns of the BAN are there; every value is that of the first feature of `/search`, and the score of the second."""
    asked = [DOOR, "xã Thanh Bình", "zzqx wvvk", "", f"7 {STREET}, {WARD}"]
    found = lines(post(client, SEARCH, table(("ma", "dia_chi"), *enumerate(asked))))
    assert tuple(found[0]) == ("ma", "dia_chi", *SEARCH_COLUMNS)
    assert [(each["ma"], each["dia_chi"]) for each in found] == [(str(at), text) for at, text in enumerate(asked)]
    assert [each["result_status"] for each in found] == ["ok", "ok", "not-found", "skipped", "ok"]
    for text, row in zip(asked, found, strict=True):
        features = client.get("/search", params={"q": text, "limit": 2}).json()["features"] if row["result_status"] == "ok" else []
        shown = features[0]["properties"] if features else {}
        assert [row[f"result_{name}"] for name in ("label", "city", "id", "context")] == [
            str(shown.get(name, "")) for name in ("label", "city", "id", "context")
        ]
        assert row["result_score_next"] == (str(features[1]["properties"]["score"]) if features[1:] else "")
    assert (found[0]["result_code"], found[0]["result_postcode"], found[0]["result_citycode"]) == (CODE, POSTAL, COMMUNE)
    assert (float(found[0]["longitude"]), float(found[0]["latitude"])) == pytest.approx((LON, LAT), abs=1e-6)


def test_columns_are_joined_in_their_order_and_without_any_all_are_asked(client: httpx.Client) -> None:
    """`columns` repeated; a name is also found without its marks."""
    content = table(("phường", "số nhà", "đường"), (WARD, "5", STREET))
    named = lines(post(client, SEARCH, content, columns=["so nha", "đường", "phường"]))
    assert named[0]["result_code"] == CODE
    assert lines(post(client, SEARCH, table(("so", "duong", "xa"), ("5", STREET, WARD))))[0]["result_code"] == CODE


def test_filters_and_the_point_to_lean_to_are_columns(client: httpx.Client) -> None:
    """A row's own postal code, commune, type and point; an empty cell asks nothing, a broken one is the row's error alone."""
    rows = [
        ("dia_chi", "pc", "xa", "loai", "y", "x"), (DOOR, POSTAL, COMMUNE, "housenumber", LAT, LON), (DOOR, "00001", "", "", "", ""),
        (DOOR, "3212", "", "", "", ""), (DOOR, "x", "", "", "", ""), (DOOR, "", "", "", "north", LON),
    ]  # fmt: skip
    found = lines(post(client, SEARCH, table(*rows), postcode="pc", citycode="xa", type="loai", lat="y", lon="x"))
    assert [each["result_status"] for each in found] == ["ok", "not-found", "not-found", "error", "error"]
    assert found[0]["result_code"] == CODE
    assert "năm chữ số" in found[3]["result_reason"]
    fixed = lines(post(client, SEARCH, table(("dia_chi",), (DOOR,)), type="housenumber"))
    assert fixed[0]["result_code"] == CODE


def test_result_columns_are_chosen_by_name_and_replace_those_of_an_earlier_run(client: httpx.Client) -> None:
    """`result_columns` repeated; the file of an earlier answer can be sent again."""
    first = post(client, SEARCH, table(("dia_chi",), (DOOR,)), result_columns=["result_code", "result_score"])
    assert lines(first) == [{"dia_chi": DOOR, "result_score": lines(first)[0]["result_score"], "result_code": CODE}]
    again = lines(post(client, SEARCH, first.content, columns="dia_chi"))
    assert list(again[0]) == ["dia_chi", *SEARCH_COLUMNS]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_that_came_goes_back(client: httpx.Client, delimiter: str) -> None:
    """Found out or stated."""
    content = table(("ma", "dia_chi"), (1, DOOR), delimiter=delimiter)
    assert lines(post(client, SEARCH, content), delimiter)[0]["result_code"] == CODE
    stated = post(client, SEARCH, content, delimiter="tab" if delimiter == "\t" else delimiter)
    assert lines(stated, delimiter)[0]["result_code"] == CODE


@pytest.mark.parametrize(("encoding", "stated"), [("utf-8-sig", None), ("utf-16", None), ("cp1258", "windows-1258"), ("utf-8", "utf-8")])
def test_encodings_are_found_out_and_the_answer_is_utf_8(client: httpx.Client, encoding: str, stated: str | None) -> None:
    """As a hand-over is read; a mark at the head only where it is asked for."""
    text = table(("dia_chi",), (f"5 Sao Hôm, {WARD}",)).decode()
    if encoding == "cp1258":
        text = "dia_chi\r\n5 Sao Hôm\r\n"
    answer = post(client, SEARCH, text.encode(encoding), **({"encoding": stated} if stated else {}))
    assert "Sao Hôm" in lines(answer)[0]["dia_chi"]
    assert not answer.content.startswith(b"\xef\xbb\xbf")
    assert post(client, SEARCH, text.encode(encoding), with_bom="1").content.startswith(b"\xef\xbb\xbf")


def test_a_workbook_is_read_too(client: httpx.Client) -> None:
    """XLSX in, CSV out, named after it."""
    book = openpyxl.Workbook()
    for row in (("Mã", "Địa chỉ"), (1, DOOR)):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    answer = post(client, SEARCH, content.getvalue(), name="Đơn hàng.xlsx", columns="Địa chỉ")
    assert lines(answer)[0]["result_code"] == CODE
    assert "filename*=UTF-8''%C4%90%C6%A1n%20h%C3%A0ng.geocoded.csv" in answer.headers["content-disposition"]
    named = post(client, SEARCH, content.getvalue(), name="../../x.xlsx", filename='k"\r\n.csv')
    assert named.headers["content-disposition"].startswith('attachment; filename="k___.csv"')


def test_a_workbook_comes_back_where_it_is_asked_for(client: httpx.Client) -> None:
    """The rows of the CSV, degrees and scores as numbers, the rest as text; nothing runs; also of points."""
    content = table(("ma", "dia_chi"), ("=1+1", DOOR), ("007", ""))
    answer = post(client, SEARCH, content, format="xlsx", filename="kq.xlsx")
    assert "kq.xlsx" in answer.headers["content-disposition"]
    header, first, second = ([cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(answer.content)).active)
    plain = lines(post(client, SEARCH, content))
    assert tuple(header) == tuple(plain[0])
    assert [["" if cell is None else str(cell) for cell in row] for row in (first, second)] == [list(row.values()) for row in plain]
    assert (first[0], second[0], type(first[header.index("latitude")])) == ("'=1+1", "007", float)
    points = post(client, REVERSE, table(("lat", "lng"), (LAT, LON)), format="xlsx")
    assert openpyxl.load_workbook(io.BytesIO(points.content)).active.max_row == 2


def test_cells_that_a_spreadsheet_would_run_are_disarmed(client: httpx.Client) -> None:
    """In the header, in the sender's cells, at every start; what the answer itself writes as a number is one."""
    content = table(("=x", "dia_chi", "so"), ('=HYPERLINK("x")', DOOR, "-12.5"), ("@SUM(1)", "+cmd|' /C calc'!A0", "-1+2"))
    rows = list(csv.reader(io.StringIO(post(client, SEARCH, content, columns="dia_chi").content.decode())))
    assert [row[0] for row in rows] == ["'=x", '\'=HYPERLINK("x")', "'@SUM(1)"]
    assert rows[2][1].startswith("'+cmd")
    assert [row[2] for row in rows] == ["so", "'-12.5", "'-1+2"]


def test_points_are_reversed_row_by_row(client: httpx.Client) -> None:
    """By the columns that addok knows, or those named; far away is the commune, the sea nothing, no point skipped."""
    rows = [("lat", "lng"), (LAT, LON), ("21,03", "105,85"), (0, 160), ("", ""), (99, 1)]
    found = lines(post(client, REVERSE, table(*rows)))
    assert tuple(found[0]) == ("lat", "lng", *REVERSE_COLUMNS)
    assert [each["result_status"] for each in found] == ["ok", "ok", "not-found", "skipped", "error"]
    assert (found[0]["result_code"], found[0]["result_distance"], found[1]["result_type"]) == (CODE, "0", "municipality")
    named = lines(post(client, REVERSE, table(("y", "x"), (LAT, LON)), lat="y", lon="x", type="street"))
    assert named[0]["result_name"] == f"đường {STREET}"


@pytest.mark.parametrize(
    ("path", "content", "form", "status", "words"),
    [
        (SEARCH, b"", {}, 422, "trống"),
        (SEARCH, b"dia_chi\n1\n", {"columns": "nha"}, 400, "không có cột “nha”"),
        (SEARCH, b"dia_chi\n1\n", {"lat": "dia_chi"}, 400, "lat và lon"),
        (SEARCH, b"dia_chi\n1\n", {"result_columns": "result_x"}, 422, "chỉ nhận"),
        (SEARCH, b"dia_chi\n1\n", {"colour": "red"}, 422, "colour"),
        (SEARCH, b"dia_chi\n1\n", {"encoding": "klingon"}, 400, "bảng mã"),
        (SEARCH, b"%PDF-1.7", {}, 422, "PDF"),
        (REVERSE, b"dia_chi\n1\n", {}, 400, "vĩ độ"),
    ],
)
def test_a_table_that_cannot_be_answered_is_a_problem(
    client: httpx.Client, path: str, content: bytes, form: dict[str, str], status: int, words: str
) -> None:
    """Told before anything is sent."""
    answer = post(client, path, content, **form)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.json()["detail"]


def test_a_form_without_a_file_is_a_problem(client: httpx.Client) -> None:
    """As is one whose file is a text, and a parameter in the address that belongs to the form."""
    assert client.post(SEARCH, data={"columns": "a"}).status_code == 422
    assert client.post(SEARCH, data={"data": "a"}).status_code == 422
    assert client.post(SEARCH, params={"columns": "a"}, files={"data": b"a\n1\n"}).status_code == 400


def test_too_large_a_table_is_refused(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """413 with what to do instead."""
    monkeypatch.setattr(uploaded, "MOST_ROWS", 2)
    assert len(lines(post(client, SEARCH, b"a\n1\n2\n"))) == 2
    assert post(client, SEARCH, b"a\n1\n2\n3\n").status_code == 413


def test_a_body_is_not_read_behind_its_limit(service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """413 whether its length is announced or not; one within the limit is answered."""
    monkeypatch.setattr(body_limit, "MOST", (("/search/csv", 2000), *body_limit.MOST))
    sent = httpx.Request("POST", "http://x", files={"data": b"a\n" + b"1\n" * 2000})
    body, kind = sent.read(), sent.headers["content-type"]
    with serving(create_app(service_db)) as client:
        assert post(client, SEARCH, b"a\n1\n").status_code == 200
        for content in (body, iter([body[:1500], body[1500:]])):
            answer = client.post(SEARCH, content=content, headers={"content-type": kind})
            assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_row_of_very_many_cells_is_refused(client: httpx.Client) -> None:
    """A stray cell at the far right of a sheet: 413 that names the row, not minutes of empty cells."""
    answer = post(client, SEARCH, ("a" + ",b" * 1000).encode() + b"\n1\n" + b"1," * 1000 + b"x\n")
    assert answer.status_code == 413
    assert "1,001" in answer.json()["detail"]


def test_every_table_gives_its_place_back(service_db: str) -> None:
    """Refused ones, and those whose reader goes away half-way: after any number of them tables are answered as before."""
    with serving(create_app(service_db)) as client:
        many = table(("dia_chi",), *[(DOOR,)] * 1100)
        for _ in range(5):
            with client.stream("POST", SEARCH, files={"data": many}) as answer:
                assert answer.status_code in {200, 503}
                next(answer.iter_bytes())
        while post(client, SEARCH, b"a\n1\n").status_code == 503:
            assert client.get("/healthz").status_code == 200
        for content, status in ((b"", 422), (b"a\n1\n", 200)):
            assert {post(client, SEARCH, content).status_code for _ in range(6)} == {status}
        assert len(lines(post(client, SEARCH, many))) == 1100
