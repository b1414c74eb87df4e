// On a phone (D1, X4): our reports begin with their figures, the filters folded above them, and our pages have their
// whole title.

frappe.provide("sales_extensions");

(() => {
	const MODULE = "Sales Extensions";
	const FOLDED = "se-folded"; // of a report's page: its filters are put away
	const REPORT = "se-report"; // of a report's page
	const OURS = "se-ours"; // of the desk, while it shows a page of ours

	const style = document.createElement("style");
	style.textContent = `@media (max-width: 767px) {
		.${FOLDED} .page-form { display: none !important; }
		.se-filters { align-self: flex-start; margin: 8px 10px 0; }
		.${REPORT} .layout-main-section { display: flex; flex-direction: column; }
		.${REPORT} .layout-main-section > * { min-width: 0; max-width: 100%; }
		.${REPORT} .layout-main-section > :is(.se-filters, .page-form) { order: -3; }
		.${REPORT} .layout-main-section > .report-summary { order: -2; }
		.${REPORT} .layout-main-section > .form-message { order: -1; }
		.${REPORT} .report-summary { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; margin: 8px; padding: 4px 0 8px; }
		.${REPORT} .report-summary .summary-item { margin: 0; min-width: 0; height: auto; padding: 4px; }
		.${REPORT} .report-summary .summary-value { overflow-wrap: anywhere; }
		body.${OURS} .page-head .title-text { white-space: normal; overflow: visible; text-overflow: clip; line-height: 1.2;
			font-size: var(--text-lg); overflow-wrap: anywhere; max-width: none; height: auto; }
		body.${OURS} .page-head .page-title, body.${OURS} .page-head .title-area { max-width: none; min-width: 0; overflow: visible; }
		body.${OURS} .page-head .page-head-content { height: auto; min-height: var(--page-head-height, 45px); }
		.page-head-content:has(.log-it) :is(.page-title, .title-area) { min-width: 0; } /* the name gives way to the buttons */
		/* counts stand beside each other, so that what they count is seen */
		body.${OURS} .ce-block:has(.number-widget-box) { flex: 0 0 50%; width: 50%; max-width: 50%; }
		body.${OURS} .number-widget-box .widget-head { align-items: flex-start; }
		body.${OURS} .number-widget-box .widget-title, body.${OURS} .number-widget-box .widget-title .ellipsis { white-space: normal; overflow: visible; }
		.page-head-content:has(.log-it) .standard-items-section { flex-shrink: 0; }
	}
	@media (min-width: 768px) { .se-filters { display: none; } }`;
	document.head.append(style);

	// --- reports ---------------------------------------------------------------------------------------

	const ours = new Set();

	/** The settings of a report of ours; what they do at load is done too. */
	sales_extensions.report = (name, settings) => {
		ours.add(name);
		return {
			...settings,
			onload(report) {
				fold(report);
				return settings.onload?.(report);
			},
		};
	};

	sales_extensions.is_phone = () => window.matchMedia("(max-width: 767px)").matches;

	/** A report's columns, on a phone those first that say most. */
	sales_extensions.first_on_a_phone = (columns, names) => {
		if (!columns || !sales_extensions.is_phone()) return columns;
		const first = names.map((name) => columns.find(({ fieldname }) => fieldname === name)).filter(Boolean);
		return [...first, ...columns.filter((column) => !first.includes(column))];
	};

	function fold(report) {
		const page = report.page.wrapper;
		page.find(".se-filters").remove();
		const button = $(`<button type="button" class="btn btn-default btn-sm se-filters" aria-expanded="false"></button>`);
		button.text(told(report)).on("click", () => {
			const folded = page.toggleClass(FOLDED).hasClass(FOLDED);
			button.attr("aria-expanded", !folded).text(told(report));
		});
		for (const { df } of report.filters || []) {
			const { onchange } = df;
			df.onchange = function (...given) {
				button.text(told(report));
				return onchange?.apply(this, given);
			};
		}
		look(); // the desk told of the page before its script was there
		page.addClass([FOLDED, REPORT]).find(".page-form").before(button);
	}

	/** How many filters there are. */
	function told(report) {
		const filled = (report.filters || []).filter((filter) => filter.get_value() && !filter.df.hidden).length;
		return filled ? __("Filters: {0}", [filled]) : __("Filters");
	}

	// --- whose page it is --------------------------------------------------------------------------------

	function is_ours([kind, name]) {
		if (kind === "query-report") return ours.has(name);
		if (kind === "Form" || kind === "List") return frappe.get_meta(name)?.module === MODULE;
		if (kind === "Workspaces") return sales_extensions.lines.workspaces().some((one) => one.name === name && one.module === MODULE);
		return locals.Page?.[kind]?.module === MODULE;
	}

	function look() {
		const route = frappe.get_route() || [];
		document.body.classList.toggle(OURS, Boolean(is_ours(route)));
		// the desk has one page for all reports: another's filters are its own
		if (route[0] === "query-report" && !ours.has(route[1])) {
			$(`.${REPORT}`).removeClass([FOLDED, REPORT]).find(".se-filters").remove();
		}
	}

	$(document).on("page-change form-refresh", look);
})();
