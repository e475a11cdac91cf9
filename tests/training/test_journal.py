import json

from tests.training.test_parallel import config_of
from training.journal import Journal


def journal(folder, *, is_written=True):
    config = config_of("m", trackers=("tensorboard",))
    return Journal(config.model_copy(update={"output": str(folder)}), is_written=is_written)


def test_what_is_measured_is_logged_printed_and_tracked(tmp_path, capsys):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    ours = journal(tmp_path)
    ours.write(3, {"loss": 1.5})
    ours.write(4, {"validation_loss": 2.0})
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"step": 3, "loss": 1.5},
        {"step": 4, "validation_loss": 2.0},
    ]
    assert "loss 1.5" in capsys.readouterr().out
    tracked = EventAccumulator(str(tmp_path)).Reload()
    assert [(each.step, each.value) for each in tracked.Scalars("loss")] == [(3, 1.5)]
    assert [(each.step, each.value) for each in tracked.Scalars("validation_loss")] == [(4, 2.0)]


def test_other_processes_write_nothing(tmp_path, capsys):
    journal(tmp_path / "none", is_written=False).write(3, {"loss": 1.5})
    assert not (tmp_path / "none").exists()
    assert capsys.readouterr().out == ""
