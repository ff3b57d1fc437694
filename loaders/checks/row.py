"""Here is decided what is wrong with a row in itself: its unit, numbers, words, codes, and personal data in it."""

from loaders.checks.check import Check, simple

CHECKS = (
    Check("SELECT row_no, code, false, details FROM stage_odd"),
    Check("SELECT p.row_no, i.code, i.mild, i.details FROM parsed AS p JOIN unit_issue AS i USING (k)"),
    simple("parsed", "row.point_missing", "NOT point_said"),
    simple("parsed", "row.point_not_number", "point_said AND (x IS NULL OR y IS NULL)"),
    simple("parsed", "row.point_comma", "point_comma AND x IS NOT NULL AND y IS NOT NULL"),
    simple("parsed", "row.place_missing", "NOT place_said AND coalesce(place_kind, '') <> 'alley'"),
    Check(
        "SELECT row_no, house_issue, false, CASE WHEN house_suggestion <> '' THEN"
        " jsonb_build_object('suggestion', jsonb_build_object('so_nha', house_suggestion)) END"
        " FROM parsed WHERE house_issue <> '' AND NOT (house_issue = 'row.house_unclear' AND (ma_ho <> '' OR code <> ''))",
    ),
    simple("parsed", "row.house_missing", "house_key = '' AND coalesce(house_issue, '') = '' AND place_kind = 'street' AND flat_key = ''"),
    Check(
        "SELECT row_no, code_issue, false, jsonb_strip_nulls(jsonb_build_object('why', code_words, 'suggestion',"
        " CASE WHEN code_suggestion <> '' THEN jsonb_build_object('ma_dia_chi_so', code_suggestion) END))"
        " FROM parsed WHERE code_issue <> ''",
    ),
    simple("parsed", "row.vpostcode_shape", "vpostcode_said <> '' AND vpostcode = ''"),
    simple("parsed", "row.kind_unknown", "loai <> '' AND kind IS NULL", "jsonb_build_object('loai', loai)"),
    simple("parsed", "row.status_unknown", "trang_thai <> '' AND status IS NULL", "jsonb_build_object('trang_thai', trang_thai)"),
    simple("parsed", "row.households_invalid", "so_ho <> '' AND households IS NULL", "jsonb_build_object('so_ho', left(so_ho, 40))"),
    simple("parsed", "row.date_invalid", "date_invalid"),
    simple("parsed", "row.personal_data", "note_scrubbed OR dia_chi ~ :personal"),
)
