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
	},
});
