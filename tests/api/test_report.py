"""Reports come over HTTP as files, with the right kind and a name that any disk takes."""

import io
import json

import httpx
import openpyxl
import pytest

from registry.periods import today
from service.reports.official_files import MEDIA
from tests.unit.paper import read

ASK = {"province": "11", "period": str(today().year)}


@pytest.mark.parametrize("form", MEDIA)
def test_a_report_is_a_file_of_its_kind(client: httpx.Client, form: str) -> None:
    """Content type, download name without marks, and a body that the kind's own reader takes."""
    answer = client.get("/v1/coverage/report", params={**ASK, "format": form})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == MEDIA[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="bao-cao-dia-chi-so_tinh-dien-bien_{ASK["period"]}.{form}"'
    readers = {
        "pdf": lambda body: "TỈNH ĐIỆN BIÊN" in read(body).text, "xlsx": lambda body: openpyxl.load_workbook(io.BytesIO(body)).sheetnames,
        "html": lambda body: "TỈNH ĐIỆN BIÊN" in body.decode(), "csv": lambda body: "03127" in body.decode("utf-8-sig"),
        "json": lambda body: json.loads(body)["province_code"] == "11",
    }  # fmt: skip
    assert readers[form](answer.content)


def test_the_report_of_today_needs_no_period(client: httpx.Client) -> None:
    """Without a period the report is of today, and of the country without a province."""
    told = client.get("/v1/coverage/report", params={"format": "json"}).json()
    assert (told["form"], told["period"], len(told["lines"])) == ("coverage", None, 34)


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"period": "2026-09"}, 400),
        ({"period": "2199"}, 400),
        ({"province": "35", "period": "2026"}, 404),
        ({"format": "doc"}, 400),
        ({"x": "1"}, 400),
    ],
)
def test_a_wrong_question_is_refused(client: httpx.Client, wrong: dict[str, str], status: int) -> None:
    """A month, a year to come, a province of the old map, an unknown kind or parameter: each a problem document."""
    answer = client.get("/v1/coverage/report", params=wrong)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
