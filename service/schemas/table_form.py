"""Decides what may be asked with a table: the fields of `/search/csv` and `/reverse/csv`, named as addok and the French BAN name them."""

from typing import Annotated, Final, Literal

from fastapi import UploadFile
from pydantic import ConfigDict, Field

from service.schemas.params import Strict

MOST_COLUMNS: Final = 64
_SEARCHED: Final = "Columns of the address, in order."
_ADDED: Final = "Which columns to add; else all."
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


class TableForm(Strict):
    """A table and how it is written; what is left out is found out as for a hand-over. The answer is always UTF-8."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    data: Annotated[UploadFile, Field(description="CSV, XLSX, ODS or Parquet; at most 200,000 rows and 128 MiB.")]
    encoding: Annotated[str | None, Field(max_length=40, description="utf-8, utf-16, windows-1258, tcvn3, vni …")] = None
    delimiter: Annotated[str | None, Field(max_length=3, description="One character, or `tab`.")] = None
    quote: Annotated[Literal['"'], Field(description="Accepted for addok's scripts; only the double quote is read.")] = '"'
    with_bom: Annotated[bool, Field(description="Begin the answer with the mark by which spreadsheets know UTF-8.")] = False
    filename: Annotated[str | None, Field(min_length=1, max_length=120, description="Name of the answer's file.")] = None
    lat: Annotated[ColumnName | None, Field(description="Column of latitudes, degrees WGS 84.")] = None
    lon: Annotated[ColumnName | None, Field(description="Column of longitudes, degrees WGS 84.")] = None
    type: Annotated[ColumnName | None, Field(description="A type of feature, or the column that holds one.")] = None
    postcode: Annotated[ColumnName | None, Field(description="Column of five-digit postal codes to filter by.")] = None
    citycode: Annotated[ColumnName | None, Field(description="Column of five-digit commune codes to filter by.")] = None


class SearchTable(TableForm):
    """Form of `POST /search/csv`; without `columns` the column of addresses known by its name is asked, else all columns."""

    columns: Annotated[list[ColumnName], Field(default_factory=list, max_length=MOST_COLUMNS, description=_SEARCHED)]
    result_columns: Annotated[list[SearchColumn], Field(default_factory=list, max_length=MOST_COLUMNS, description=_ADDED)]


class ReverseTable(TableForm):
    """Form of `POST /reverse/csv`; without `lat` and `lon` the columns latitude or lat and longitude, lon, lng or long are read."""

    result_columns: Annotated[list[ReverseColumn], Field(default_factory=list, max_length=MOST_COLUMNS, description=_ADDED)]
