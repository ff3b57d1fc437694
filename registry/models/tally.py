"""Decides what is kept counted, so that a report over the country costs the same at one million doors and at thirty."""

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, ProvinceCode


class CommuneTally(Base):
    """Counts of the doors of one kind in a commune, by the unit they were recorded in; registry.tally proves them by a full count.

    `at_<rung>` are doors and `homes_<rung>` households on that rung of registry.ladder or beyond.
    """

    __tablename__ = "commune_tally"
    commune_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    recorded_unit_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    province_code: Mapped[ProvinceCode]
    addresses: Mapped[int] = mapped_column(Integer)
    household_addresses: Mapped[int] = mapped_column(Integer)
    households: Mapped[int] = mapped_column(Integer)
    households_coded: Mapped[int] = mapped_column(Integer)
    coded: Mapped[int] = mapped_column(Integer)
    notified: Mapped[int] = mapped_column(Integer)
    # Doors that hand-overs brought, retired ones too: the accepted part of what definition (c) expects.
    accepted: Mapped[int] = mapped_column(Integer)
    at_collected: Mapped[int] = mapped_column(Integer)
    at_complete: Mapped[int] = mapped_column(Integer)
    at_coded: Mapped[int] = mapped_column(Integer)
    at_verified: Mapped[int] = mapped_column(Integer)
    at_notified: Mapped[int] = mapped_column(Integer)
    at_plated: Mapped[int] = mapped_column(Integer)
    homes_collected: Mapped[int] = mapped_column(Integer)
    homes_complete: Mapped[int] = mapped_column(Integer)
    homes_coded: Mapped[int] = mapped_column(Integer)
    homes_verified: Mapped[int] = mapped_column(Integer)
    homes_notified: Mapped[int] = mapped_column(Integer)
    homes_plated: Mapped[int] = mapped_column(Integer)


class WaitingTally(Base):
    """Rows of a committed batch that did not enter and still wait; `commune_code` is empty where the commune is unknown.

    `province_code` is that of the batch, `00` for a batch of no single province.
    """

    __tablename__ = "waiting_tally"
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    commune_code: Mapped[str] = mapped_column(Text, primary_key=True)
    province_code: Mapped[str] = mapped_column(Text, primary_key=True)
    incomplete: Mapped[int] = mapped_column(Integer)
    rejected: Mapped[int] = mapped_column(Integer)
