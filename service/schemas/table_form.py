"""Decides what may be asked with a table, by the names of addok and the BAN: forms of `/search/csv`, `/reverse/csv` and `/v1/jobs`."""

from typing import Annotated, Final, Literal

from fastapi import UploadFile
from pydantic import ConfigDict, Field

from service.schemas.params import Strict

MOST_COLUMNS: Final = 64
_SEARCHED: Final = "Columns of the address, in order."
_ADDED: Final = "Which columns to add; else all."
_TABLE: Final = "CSV, XLSX, ODS or Parquet; at most 200,000 rows and 128 MiB."
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
SearchColumn = Literal[
    "latitude", "longitude", "result_score", "result_score_next", "result_label", "result_type", "result_id", "result_housenumber",
    "result_name", "result_street", "result_postcode", "result_city", "result_context", "result_citycode", "result_oldcitycode",
    "result_oldcity", "result_district", "result_code", "result_verdict", "result_status", "result_reason",
]  # fmt: skip
ReverseColumn = Literal[
    "result_latitude", "result_longitude", "result_distance", "result_label", "result_type", "result_id", "result_housenumber",
    "result_name", "result_street", "result_postcode", "result_city", "result_context", "result_citycode", "result_oldcitycode",
    "result_oldcity", "result_district", "result_code", "result_status", "result_reason",
]  # fmt: skip


class TableChoice(Strict):
    """How a table is written and what of it is asked; what is left out is found out as for a hand-over. The answer is always UTF-8."""

    encoding: Annotated[str | None, Field(max_length=40, description="utf-8, utf-16, windows-1258, tcvn3, vni …")] = None
    delimiter: Annotated[str | None, Field(max_length=3, description="One character, or `tab`.")] = None
    quote: Annotated[Literal['"'], Field(description="Accepted for addok's scripts; only the double quote is read.")] = '"'
    with_bom: Annotated[bool, Field(description="Begin the answer with the mark by which spreadsheets know UTF-8.")] = False
    format: Annotated[Literal["csv", "xlsx"], Field(description="Of the answer; a workbook comes when its last row is answered.")] = "csv"
    filename: Annotated[str | None, Field(min_length=1, max_length=120, description="Name of the answer's file.")] = None
    lat: Annotated[ColumnName | None, Field(description="Column of latitudes, degrees WGS 84.")] = None
    lon: Annotated[ColumnName | None, Field(description="Column of longitudes, degrees WGS 84.")] = None
    type: Annotated[ColumnName | None, Field(description="A type of feature, or the column that holds one.")] = None
    postcode: Annotated[ColumnName | None, Field(description="Column of five-digit postal codes to filter by.")] = None
    citycode: Annotated[ColumnName | None, Field(description="Column of five-digit commune codes to filter by.")] = None


class SearchChoice(TableChoice):
    """What is asked of a table that is searched; without `columns` the column of addresses known by its name is asked, else all columns."""

    columns: Annotated[list[ColumnName], Field(default_factory=list, max_length=MOST_COLUMNS, description=_SEARCHED)]
    result_columns: Annotated[list[SearchColumn], Field(default_factory=list, max_length=MOST_COLUMNS, description=_ADDED)]


class ReverseChoice(TableChoice):
    """What is asked of a table of points; without `lat` and `lon` the columns latitude or lat and longitude, lon, lng or long are read."""

    result_columns: Annotated[list[ReverseColumn], Field(default_factory=list, max_length=MOST_COLUMNS, description=_ADDED)]


class _Sent(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class SearchTable(SearchChoice, _Sent):
    """Form of `POST /search/csv`."""

    data: Annotated[UploadFile, Field(description=_TABLE)]


class ReverseTable(ReverseChoice, _Sent):
    """Form of `POST /reverse/csv`."""

    data: Annotated[UploadFile, Field(description=_TABLE)]


class JobTable(SearchChoice, _Sent):
    """Form of `POST /v1/jobs`."""

    data: Annotated[UploadFile, Field(description="CSV, XLSX, ODS or Parquet; at most 1 GiB.")]
