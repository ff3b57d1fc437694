"""Gives the tests beside it the running service."""

from tests.api.service import client, served, service_db

__all__ = ["client", "served", "service_db"]
