"""Here is decided what lies apart by province and what lies whole on every node, should one server not be enough.

Every key and every join of a distributed table holds `province_code`, so that rows of one province lie together and no question needs two
nodes (README.md, Decisions). A door, its codes, its households and the accepted rows that brought it bear the province of the door's
commune of today. A kept row waits with its batch, whatever commune it was read to mean: mended, it may turn out to lie elsewhere.
"""

from typing import Final

# Rows that belong to no province: kept rows of a batch of the whole country, changes of units. No province bears this code.
NO_PROVINCE: Final = "00"

DISTRIBUTED: Final = (
    "address",
    "household",
    "digital_address",
    "external_code",
    "batch_row",
    "change",
    "commune_tally",
    "life_event",
    "resident",
)
# What joins with all of them and is small, or is read by every node; `place` is the largest, half a million rows for the country.
REFERENCE: Final = (
    "unit", "unit_boundary", "succession", "former_unit", "place_name", "place", "batch", "baseline", "ledger", "service_point", "feedback",
    "feed", "feed_head", "snapshot", "snapshot_figure", "waiting_tally", "target", "population", "correction",
    "reform", "reform_waiting", "api_key", "audit", "job", "upload", "restriction", "restricted_row", "breach", "breach_entry",
)  # fmt: skip
