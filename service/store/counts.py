"""How much there is of everything, for metrics."""

from collections.abc import Mapping

from sqlalchemy import Column, ColumnElement, func, select

from service.store.tables import inbox, outbox, reports
from service.store.unit import Repository


class Counts(Repository):
    """Numbers of rows, by the values of some columns."""

    def turns(self) -> Mapping[tuple[str, ...], int]:
        """Messages and steps of calls taken, by provider, channel and kind."""
        return self._by(inbox.c.provider, inbox.c.channel, inbox.c.kind)

    def reports(self) -> Mapping[tuple[str, ...], int]:
        """Real reports, by category, status and publication."""
        return self._by(
            reports.c.category, reports.c.status, reports.c.publication, where=reports.c.practice.is_(False)
        )

    def messages(self) -> Mapping[tuple[str, ...], int]:
        """Messages that we started, by gateway and status."""
        return self._by(outbox.c.gateway, outbox.c.status)

    def _by(self, *columns: Column[str], where: ColumnElement[bool] | None = None) -> Mapping[tuple[str, ...], int]:
        query = select(func.count(), *columns).group_by(*columns)
        if where is not None:
            query = query.where(where)
        return {tuple(map(str, values)): int(count) for count, *values in self._connection.execute(query)}
