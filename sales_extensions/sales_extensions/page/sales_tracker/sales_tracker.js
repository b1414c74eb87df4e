// Sales Tracker (K1-K5). The page's parts are plain files, so that no build is needed.

frappe.pages["sales-tracker"].on_page_load = (wrapper) => {
	// at once: the desk writes the title into the page that it finds
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Sales Tracker"), single_column: true });
	const parts = ["sales_tracker_view.js", "sales_tracker.js", "sales_tracker_columns.js", "sales_tracker_job.js"];
	frappe
		.require([
			"/assets/sales_extensions/css/sales_tracker.css",
			...parts.map((part) => `/assets/sales_extensions/js/${part}`),
		])
		.then(() => {
			wrapper.tracker = new sales_extensions.tracker.Tracker(page);
		});
};

frappe.pages["sales-tracker"].on_page_show = (wrapper) => {
	sales_extensions.lines.lead_back(wrapper);
	wrapper.tracker?.shown_again();
};
