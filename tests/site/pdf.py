"""What stands in a PDF. A reader finds spaces between letters that are set closer, so none counts."""

import io

from pypdf import PdfReader


def bare(text: str) -> str:
	return "".join(text.split())


def pages(content: bytes) -> list[str]:
	"""Each page's text, bare."""
	return [bare(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages]


def tells(content: bytes, *told: str) -> bool:
	"""Whether all of it stands there; names what does not."""
	text = "".join(pages(content))
	for each in told:
		assert bare(each) in text, (each, text)
	return True
