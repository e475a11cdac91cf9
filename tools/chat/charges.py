"""What a role's requests cost: counted against the budget, and written into the ledger."""

from schemas.ledger import LedgerLine
from schemas.roles import RoleConfig, RoleName
from schemas.usage import Usage
from tools.chat.answer_cache import AnswerCache
from tools.chat.budget import Budget


class Charges:
    """The account of one role; what is not paid is not counted.

    Parameters
    ----------
    name : RoleName
    role : RoleConfig
    cache : AnswerCache
    budget : Budget
    """

    def __init__(
        self, name: RoleName, role: RoleConfig, cache: AnswerCache, budget: Budget
    ) -> None:
        self._name, self._role, self._cache, self._budget = name, role, cache, budget

    def charge(self, stage: str, outcome: str, cost: Usage) -> None:
        """Count an attempt that is not kept as an answer."""
        self._count(cost)
        if self._role.is_paid:
            self._cache.charge(self._line(stage, outcome, cost))

    def keep(self, key: str, text: str, model: str, usage: Usage, stage: str, cost: Usage) -> None:
        """Count an answer's last attempt and keep the answer, both or none."""
        self._count(cost)
        self._cache.keep(key, text, model, usage, self._line(stage, "answered", cost))

    def _count(self, cost: Usage) -> None:
        if self._role.is_paid:
            self._budget.spend(cost.cost_usd, cost.input_tokens + cost.output_tokens)

    def _line(self, stage: str, outcome: str, cost: Usage) -> LedgerLine:
        return LedgerLine(
            stage=stage,
            role=self._name,
            model=self._role.model or "",
            outcome=outcome,
            **cost.model_dump(exclude={"is_estimated"}),
        )
