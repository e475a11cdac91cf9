"""Behind an aligned projector a piece's tokens are near what is said of it."""

import json
from pathlib import Path

import torch
from align import align_projector, kept_frames, mean_word, words_said


def test_what_is_said_of_a_piece_is_nearest_to_its_tokens(tiny):
    model, processor = tiny
    words = model.model.language_model.embed_tokens.weight.detach()
    projector = model.model.multi_modal_projector
    answers = ["slow", "moderate", "fast"]
    said = torch.stack([mean_word(processor.tokenizer, words, [answer]) for answer in answers])
    generator = torch.Generator().manual_seed(0)
    width = projector.linear_1.in_features
    # Frames differ by a fifth of what they vary within a piece, of 100 frames.
    kinds = torch.arange(400) % 3
    told = torch.nn.functional.one_hot(kinds, width).float()
    heard = 5 + told[:, None] + 5 * torch.randn(400, 100, width, generator=generator)
    with torch.no_grad():
        align_projector(model, heard[:300], said[kinds[:300]])
        tokens = projector(heard[300:]).mean(1)
    apart = said - said.mean(0)
    nearest = ((tokens - tokens.mean(0)) @ apart.T).argmax(1)
    right = (nearest == kinds[300:]).float().mean()
    assert right > 0.6, "of pieces that it was not aligned with; chance is 0.33"
    torch.testing.assert_close(tokens.mean(0), words.mean(0), atol=0.1, rtol=0)


def test_the_projector_is_linear(tiny):
    model, _ = tiny
    projector = model.model.multi_modal_projector
    generator = torch.Generator().manual_seed(1)
    heard = torch.randn(20, 10, projector.linear_1.in_features, generator=generator)
    wanted = torch.randn(20, projector.linear_2.out_features, generator=generator)
    with torch.no_grad():
        align_projector(model, heard, wanted)
        one, other = heard[0], heard[1]
        between = projector((one + other) / 2)
        torch.testing.assert_close(between, (projector(one) + projector(other)) / 2)


def test_words_are_those_of_the_assistant(tmp_path):
    path = tmp_path / "talk.jsonl"
    turns = [{"from": "human", "value": "How fast?"}, {"from": "gpt", "value": "slow"}]
    rows = [{"sound": name, "conversations": turns} for name in ("b.wav", "a.wav", "b.wav")]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert words_said(path) == {"b.wav": ["slow", "slow"], "a.wav": ["slow"]}


def test_frames_are_kept_for_the_next_time(tiny, tmp_path, monkeypatch):
    asked = []

    def frames(_model, _processor, path):
        asked.append(path.name)
        return torch.full((4, 2), float(path.stem))

    monkeypatch.setattr("align.frames", frames)
    file = tmp_path / "frames.pt"
    first, second, third = (Path(f"{number}.wav") for number in (1, 2, 3))
    kept_frames(*tiny, [first, second], file)
    heard = kept_frames(*tiny, [third, second], file)
    assert asked == ["1.wav", "2.wav", "3.wav"]
    assert heard[:, 0, 0].tolist() == [3, 2], "each by its name, in whatever order"
    assert kept_frames(*tiny, [first], file).shape == (1, 4, 2)
