from flows.failures import failure_page, what_to_do
from pipeline.corpus.build import BuildError
from pipeline.corpus.outcomes import StepFailure
from tools.chat.request import EndpointError

INJECTED = "<script>x</script> [a](http://e) **b** | c\n# d"


def test_each_failed_step_is_named_with_what_to_do():
    failures = [
        StepFailure("caption", "p000001", INJECTED, "EndpointError"),
        StepFailure("judge", "p000004", "budget spent", "BudgetReachedError"),
        StepFailure("lint", "p000001", "never ran: nobody says why"),
    ]
    page = failure_page("songs", BuildError("3 of 9 steps failed; run again", None, failures))
    assert page.startswith("# songs: failed\n\n3 of 9 steps failed; run again\n")
    for step, advice in (
        ("caption p000001", "partimento doctor CONFIG"),
        ("judge p000004", "execution.budget_usd"),
        ("lint p000001", "it waited for one that failed"),
    ):
        entry = page.partition(f"- **{step}**: ")[2].partition("\n- ")[0]
        assert advice in entry.partition("**What to do:** ")[2]
    assert "<script>" not in page and "\n# d" not in page, "words of others are no markup"


def test_what_ends_a_run_before_its_steps_is_told_too():
    page = failure_page("songs", EndpointError("writer: no such model"))
    assert "writer: no such model" in page and what_to_do("EndpointError") in page
    assert "mend" not in page
    none = failure_page("songs", BuildError("none of 3 files is a track\nmore"))
    assert "- more" in none
