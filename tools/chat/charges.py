"""What a role's requests cost: counted against the budget, and written into the ledger."""

from schemas.ledger import BoughtAnswer, LedgerLine
from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.quota import Quota


class Charges:
    """The account of one role; what is not paid is not counted.

    Parameters
    ----------
    name : RoleName
    role : RoleConfig
    cache : AnswerCache
    quota : Quota
    """

    def __init__(self, name: RoleName, role: RoleConfig, cache: AnswerCache, quota: Quota) -> None:
        self._name, self._role, self._cache, self._quota = name, role, cache, quota

    def charge(self, stage: str, outcome: str, cost: Usage) -> None:
        """Count an attempt that is not kept as an answer."""
        self._quota.spend(cost)
        if self._role.is_paid:
            self._cache.charge(self._line(stage, outcome, cost))

    def keep(self, answer: BoughtAnswer, scope: str | None, stage: str, cost: Usage) -> None:
        """Count an answer's last attempt and keep the answer, both or none."""
        self._quota.spend(cost)
        self._cache.keep(answer, self._line(stage, "answered", cost), scope)

    def _line(self, stage: str, outcome: str, cost: Usage) -> LedgerLine:
        return LedgerLine(
            stage=stage,
            role=self._name,
            model=self._role.model or "",
            outcome=outcome,
            **cost.model_dump(exclude={"is_estimated"}),
        )
