// Sales Tracker (K1-K5). The page's parts are plain files, so that no build is needed.

frappe.pages["sales-tracker"].on_page_load = (wrapper) => {
	const parts = ["sales_tracker.js", "sales_tracker_columns.js", "sales_tracker_job.js"];
	frappe
		.require([
			"/assets/sales_extensions/css/sales_tracker.css",
			...parts.map((part) => `/assets/sales_extensions/js/${part}`),
		])
		.then(() => {
			wrapper.tracker = new sales_extensions.tracker.Tracker(wrapper);
		});
};

frappe.pages["sales-tracker"].on_page_show = (wrapper) => wrapper.tracker?.shown_again();
