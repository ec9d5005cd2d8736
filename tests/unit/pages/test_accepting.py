"""What a browser takes, as it says so in a header."""

import pytest

from server.pages.accepting import by_preference


def test_what_is_wanted_most_comes_first_and_what_is_refused_not_at_all() -> None:
    assert by_preference("en;q=0.2, de, ar;q=0") == ["de", "en"]
    assert by_preference("br;q=0.9, gzip; q=0.000, identity") == ["identity", "br"]


@pytest.mark.parametrize("header", ["gzip", "GZIP", "deflate, gzip;q=1.0", "gzip ; q=0.5", "gzip\t;\tQ=1"])
def test_case_and_spaces_change_nothing(header: str) -> None:
    assert "gzip" in by_preference(header)


@pytest.mark.parametrize("header", ["", ",;;=,", "gzip;q=nonsense", "gzip;q=nan", "gzip;q=-1", "gzip;q=2"])
def test_what_makes_no_sense_is_left_out(header: str) -> None:
    assert "gzip" not in by_preference(header)


def test_a_header_is_never_read_without_end() -> None:
    assert len(by_preference(",".join(f"x{i}" for i in range(1000)))) == 20
