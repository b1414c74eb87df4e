"""What is wrong with the input, where it stands, and what to do (X5)."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(eq=False)
class InputProblem(Exception):
	"""Input that can't be used. `line` counts from 1, the header included."""

	file: Path
	message: str
	line: int | None = None
	column: str | None = None

	def __str__(self) -> str:
		place = [str(self.file)]
		if self.line is not None:
			place.append(f"line {self.line}")
		if self.column is not None:
			place.append(f"column {self.column}")
		return f"{', '.join(place)}: {self.message}"
