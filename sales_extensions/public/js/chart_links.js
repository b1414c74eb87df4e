// The title of a chart on a workspace leads to the report behind it (X4): its method says which, as `behind`.
// The desk has such a way for its own charts only.
window.sales_extensions = window.sales_extensions || {};

sales_extensions.chart_leads_on = (label) => {
	const { method } = frappe.dashboards.chart_sources[label];
	$(document).on("ajaxSuccess", (_event, request, { url }) => {
		if (!(url || "").endsWith(method)) return;
		const behind = request.responseJSON?.message?.behind;
		if (behind) chart_titles(label).forEach((title) => link_title(title, behind));
	});
};

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
