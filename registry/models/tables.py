"""Gathers every table, for the migrations and for queries that join across files."""

from registry.models.address import Address, DigitalAddress, ExternalCode, Household, Place
from registry.models.base import Base
from registry.models.batch import Batch, BatchRow, Change
from registry.models.correction import Correction
from registry.models.feedback import Feedback
from registry.models.ledger import Ledger
from registry.models.life import LifeEvent
from registry.models.service_point import ServicePoint
from registry.models.tally import CommuneTally
from registry.models.unit import Baseline, FormerUnit, PlaceName, Succession, Unit, UnitBoundary

__all__ = [
    "Address", "Base", "Baseline", "Batch", "BatchRow", "Change", "CommuneTally", "Correction", "DigitalAddress", "ExternalCode",
    "Feedback", "FormerUnit", "Household", "Ledger", "LifeEvent", "Place", "PlaceName", "ServicePoint", "Succession", "Unit",
    "UnitBoundary",
]  # fmt: skip
