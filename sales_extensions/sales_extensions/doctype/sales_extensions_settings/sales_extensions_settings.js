frappe.ui.form.on("Sales Extensions Settings", {
	refresh(frm) {
		frm.add_custom_button(__("Reconcile"), () =>
			frappe.xcall("sales_extensions.api.books.reconcile").then(() => {
				frappe.show_alert({
					message: __("Checking every target against its orders; what differs is repaired and listed."),
					indicator: "blue",
				});
			})
		);
		frm.add_custom_button(__("Ledger Runs"), () => frappe.set_route("List", "Sales Ledger Run"));
		frm.add_custom_button(__("Preview Weekly Digest"), () => frm.events.preview_digest());
		frappe.xcall("sales_extensions.api.books.last_run").then((run) => {
			if (!run) return;
			const text = run.status === "Finished"
				? __("Last reconcile {0}: {1} orders checked, {2} entries written.", [
						frappe.datetime.comment_when(run.finished_on),
						run.done_orders,
						run.entries_written,
				  ])
				: __("Reconcile: {0}", [__(run.status)]);
			frm.dashboard.set_headline(text);
		});
		frm.events.show_open_runs(frm);
		if (frm.follows_runs) return;
		frm.follows_runs = true;
		frappe.realtime.on("sales_ledger_run", frappe.utils.debounce(() => frm.events.show_open_runs(frm), 500));
	},

	preview_digest() {
		frappe.xcall("sales_extensions.api.digest.preview").then((mail) => {
			const dialog = new frappe.ui.Dialog({
				title: mail.subject,
				size: "large",
				fields: [{ fieldname: "mail", fieldtype: "HTML", options: mail.html }],
			});
			dialog.show();
		});
	},

	show_open_runs(frm) {
		frappe.xcall("sales_extensions.api.books.open_runs").then((runs) => {
			frm.dashboard.progress_area.body.empty();
			if (!runs.length) frm.dashboard.progress_area.hide();
			for (const run of runs) {
				const share = run.total_orders ? (100 * run.done_orders) / run.total_orders : 0;
				const count = run.total_orders
					? __("{0} of {1}", [run.done_orders, run.total_orders])
					: __(run.status);
				frm.dashboard.add_progress(__(run.purpose), share, count);
			}
		});
	},
});
