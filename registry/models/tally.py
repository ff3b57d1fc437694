"""Decides what is kept counted of a commune, so that a report over the country costs the same at one million doors and at thirty."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, ProvinceCode


class CommuneTally(Base):
    """Counts of the live doors of a commune, written by the transactions that change them; registry.tally proves them by a full count."""

    __tablename__ = "commune_tally"
    commune_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    province_code: Mapped[ProvinceCode]
    addresses: Mapped[int] = mapped_column(BigInteger)
    household_addresses: Mapped[int] = mapped_column(BigInteger)
    households: Mapped[int] = mapped_column(BigInteger)
    households_coded: Mapped[int] = mapped_column(BigInteger)
    coded: Mapped[int] = mapped_column(BigInteger)
    notified: Mapped[int] = mapped_column(BigInteger)
    # Doors that hand-overs brought, retired ones too: the accepted part of what definition (c) expects.
    accepted: Mapped[int] = mapped_column(BigInteger)
