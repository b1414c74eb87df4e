"""Make the companies and people of the site tests: python -m tests.site.build_world"""

from tests.site import world
from tests.site.stateful import connected

if __name__ == "__main__":
	with connected():
		world.in_test(True)
		world.build()
