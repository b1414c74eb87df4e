frappe.ui.form.on("Sales Ledger Run", {
	refresh(frm) {
		const { total_orders: total, done_orders: done } = frm.doc;
		if (total) frm.dashboard.add_progress(__("Orders"), (100 * done) / total, __("{0} of {1}", [done, total]));
		frappe.realtime.on("sales_ledger_run", (run) => run.run === frm.doc.name && frm.reload_doc());
	},
});
