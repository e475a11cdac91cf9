from flows.markdown import as_plain, plain_cells


def test_marks_are_shown_and_lines_are_joined():
    assert as_plain("![a](b)\n# c | <d>") == r"\!\[a\]\(b\) \# c \| \<d\>"
    assert as_plain("two  words\x1b[0m") == r"two words\\x1b\[0m"


def test_no_address_becomes_a_link():
    assert as_plain("http://a.b www.c.d e@f.g") == r"http\://a.b www\.c.d e\@f.g"


def test_only_words_in_cells_are_changed():
    row = {"genre": "![x](http://a)", "count": 3, "share": None}
    assert plain_cells([row]) == [{"genre": r"\!\[x\]\(http\://a\)", "count": 3, "share": None}]
