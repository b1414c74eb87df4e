// The ways from figures and charts to the reports behind them (X4).

frappe.provide("sales_extensions");

// What is shown, `shown` being HTML, as a way to a report.
sales_extensions.report_link = (report, filters, shown) =>
	`<a href="${sales_extensions.desk(`query-report/${encodeURIComponent(report)}`, filters)}">${shown}</a>`;

// The days of a month, "2026-03", as filters; of the first and the last month those that the report is of.
sales_extensions.days_of_month = (month, { from_date, to_date }) => {
	const first = `${month}-01`;
	const last = moment(first).endOf("month").format("YYYY-MM-DD");
	return {
		from_date: from_date > first ? from_date : first,
		to_date: to_date && to_date < last ? to_date : last,
	};
};

// The title of a chart on a workspace leads there too: its method says where, as `behind`. The desk has such a way for
// its own charts only.
(() => {
	// `then`: what else is done with each answer. A source is read anew with each of its charts, and asks once.
	sales_extensions.chart_leads_on = (label, then) => {
		const { method } = frappe.dashboards.chart_sources[label];
		const asked = `ajaxSuccess.${method.replaceAll(".", "-")}`;
		$(document).off(asked).on(asked, (_event, request, { url }) => {
			if (!(url || "").endsWith(method)) return;
			then?.(request);
			const { behind, until } = request.responseJSON?.message || {};
			if (behind) chart_titles(label).forEach((title) => link_title(title, behind));
			if (until !== undefined) chart_titles(label).forEach((title) => end_lines(title.closest(".dashboard-widget-box"), until));
		});
	};

	const chart_ends = new WeakMap();

	// The last line of a chart, a result, ends with its last point: the library has no gaps, and would draw it on to the end.
	function end_lines(box, until) {
		chart_ends.get(box)?.disconnect();
		const end = () => {
			const lines = [...box.querySelectorAll(".dataset-units")];
			const result = lines[lines.length - 1];
			if (!result) return;
			const path = result.querySelector(".line-graph-path");
			const points = path?.getAttribute("d").replace(/^M/, "").split("L") || [];
			if (!until && path) path.style.display = "none";
			else if (points.length > until) path.setAttribute("d", `M${points.slice(0, until).join("L")}`);
			[...result.querySelectorAll("circle")].forEach((dot, at) => (dot.style.display = at < until ? "" : "none"));
		};
		const observer = new MutationObserver(end);
		observer.observe(box, { childList: true, subtree: true, attributes: true, attributeFilter: ["d"] });
		chart_ends.set(box, observer);
		end();
	}

	function chart_titles(label) {
		const titles = document.querySelectorAll(".dashboard-widget-box .widget-title");
		return [...titles].filter((title) => title.innerText.trim() === __(label));
	}

	function link_title(title, behind) {
		const link = document.createElement("a");
		link.href = behind;
		link.className = "text-reset text-decoration-none";
		link.append(title.innerText.trim(), " ");
		link.insertAdjacentHTML("beforeend", frappe.utils.icon("es-line-arrow-up-right", "xs"));
		title.replaceChildren(link);
	}
})();
