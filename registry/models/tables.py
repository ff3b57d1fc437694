"""Gathers every table, for the migrations and for queries that join across files."""

from registry.models.address import Address, DigitalAddress, ExternalCode, Household, Place
from registry.models.base import Base
from registry.models.batch import Batch, BatchRow, Change
from registry.models.feedback import Feedback
from registry.models.ledger import Ledger
from registry.models.reform import Reform, ReformWaiting
from registry.models.service_point import ServicePoint
from registry.models.tally import CommuneTally
from registry.models.unit import Baseline, FormerUnit, PlaceName, Succession, Unit, UnitBoundary

__all__ = [
    "Address", "Base", "Baseline", "Batch", "BatchRow", "Change", "CommuneTally", "DigitalAddress", "ExternalCode", "Feedback",
    "FormerUnit", "Household", "Ledger", "Place", "PlaceName", "Reform", "ReformWaiting",
    "ServicePoint", "Succession", "Unit", "UnitBoundary",
]  # fmt: skip
