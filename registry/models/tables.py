"""Gathers every table, for the migrations and for queries that join across files."""

from registry.models.address import Address, DigitalAddress, ExternalCode, Household, Place
from registry.models.base import Base
from registry.models.batch import Batch, BatchRow, Change
from registry.models.correction import Correction
from registry.models.feed import Feed, FeedHead
from registry.models.feedback import Feedback
from registry.models.job import Job, Upload
from registry.models.ledger import Ledger
from registry.models.life import LifeEvent
from registry.models.privacy import Breach, BreachEntry, Resident, RestrictedRow, Restriction
from registry.models.reform import Reform, ReformWaiting
from registry.models.security import ApiKey, Audit
from registry.models.service_point import ServicePoint
from registry.models.snapshot import Snapshot, SnapshotFigure
from registry.models.tally import CommuneTally, WaitingTally
from registry.models.target import Population, Target
from registry.models.unit import Baseline, FormerUnit, PlaceName, Succession, Unit, UnitBoundary

__all__ = [
    "Address", "ApiKey", "Audit", "Base", "Baseline", "Batch", "BatchRow", "Breach", "BreachEntry", "Change", "CommuneTally", "Correction",
    "DigitalAddress", "ExternalCode",
    "Feed", "FeedHead", "Feedback", "FormerUnit", "Household", "Job", "Ledger", "LifeEvent", "Place", "PlaceName", "Population",
    "Reform", "ReformWaiting", "Resident", "RestrictedRow", "Restriction",
    "ServicePoint", "Snapshot", "SnapshotFigure", "Succession", "Target", "Unit", "UnitBoundary", "Upload", "WaitingTally",
]  # fmt: skip
