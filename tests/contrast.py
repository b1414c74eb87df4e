"""How well text can be read before what is behind it: the contrast ratio of WCAG 2, from 1 to 21. To be evaluated in a page."""

_RATIO = r"""
	const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
	const light = (colour) => colour.slice(0, 3).map((one) => one / 255)
		.map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
		.reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
	const ground = (node) => {
		for (; node; node = node.parentElement) {
			const [r, g, b, a = 1] = parts(getComputedStyle(node).backgroundColor);
			if (a) return [r, g, b];
		}
		return [255, 255, 255];
	};
	const ratio = (node) => {
		const [darker, lighter] = [light(parts(getComputedStyle(node).color)), light(ground(node))].sort((a, b) => a - b);
		return (lighter + 0.05) / (darker + 0.05);
	};
"""
#: of one element
CONTRAST = f"(node) => {{{_RATIO} return ratio(node); }}"
#: every text of a page that is shown with less than 4.5
UNREADABLE = f"""() => {{{_RATIO}
	const found = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {{
		const node = texts.currentNode.parentElement;
		if (!texts.currentNode.data.trim() || !node.checkVisibility()) continue;
		if (ratio(node) < 4.5) found.push(`${{ratio(node).toFixed(1)}}: ${{texts.currentNode.data}}`);
	}}
	return found;
}}"""
