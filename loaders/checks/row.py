"""Here is decided which rows say nothing at all; what is wrong with single cells is told where they are read."""

from loaders.checks.check import Check

CHECKS = (
    Check(
        "SELECT p.row_no, 'row.blank', false, NULL::jsonb FROM parsed AS p LEFT JOIN unit_key AS u USING (k)"
        " WHERE p.x IS NULL AND p.y IS NULL AND p.p IS NULL AND p.h IS NULL AND p.house_path = '' AND p.flat_key = '' AND p.code = ''"
        " AND p.ma_ho !~ '[[:alnum:]]' AND p.dia_chi !~ '[[:alnum:]]' AND coalesce(u.said, '') !~ '[[:alnum:]]'",
        ("row.blank",),
    ),
)
