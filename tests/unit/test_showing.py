"""What is shown of documents and people (X5)."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from sales_extensions import showing


def test_x5_the_name_of_a_file_is_only_a_name():
	assert showing.file_name('a"b\r\nX: y/..\\é.pdf') == "a_b_X_ y_.._é.pdf"


@given(st.text())
def test_x5_a_header_carries_any_name_in_plain_signs(name):
	header = showing.as_attachment(name)
	assert header.isascii() and header.isprintable()
	_kind, plain, whole = header.split("; ", 2)
	assert re.fullmatch(r'filename="[^"\\]*"', plain)
	assert unquote(whole.removeprefix("filename*=UTF-8''")) == showing.file_name(name)
