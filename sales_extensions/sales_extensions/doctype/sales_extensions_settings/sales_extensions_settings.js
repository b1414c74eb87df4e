frappe.ui.form.on("Sales Extensions Settings", {
	refresh(frm) {
		frm.add_custom_button(__("Reconcile"), () =>
			frappe.xcall("sales_extensions.api.books.reconcile").then(() => {
				frappe.show_alert({
					message: __("Checking targets, upsell credits and the pipeline against the documents; what differs is repaired and listed."),
					indicator: "blue",
				});
			})
		);
		frm.add_custom_button(__("Ledger Runs"), () => frappe.set_route("List", "Sales Ledger Run"));
		frm.add_custom_button(__("Preview Weekly Digest"), () => frm.events.preview_digest());
		frappe.xcall("sales_extensions.api.books.last_run").then((run) => {
			if (!run) return;
			const text = run.status === "Finished"
				? __("Last reconcile {0}: {1} orders and {2} parties checked; {3} entries written, {4} parties changed.", [
						frappe.datetime.comment_when(run.finished_on),
						run.done_orders,
						run.done_parties,
						run.entries_written,
						run.parties_changed,
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
				const [done, total] = [run.done_orders + run.done_parties, run.total_orders + run.total_parties];
				const share = total ? (100 * done) / total : 0;
				const count = total ? __("{0} of {1}", [done, total]) : __(run.status);
				frm.dashboard.add_progress(__(run.purpose), share, count);
			}
		});
	},
});
