frappe.ui.form.on("Sales Ledger Run", {
	refresh(frm) {
		const { total_orders, done_orders, total_parties, done_parties } = frm.doc;
		for (const [label, done, total] of [
			[__("Orders"), done_orders, total_orders],
			[__("Pipeline"), done_parties, total_parties],
		]) {
			if (total) frm.dashboard.add_progress(label, (100 * done) / total, __("{0} of {1}", [done, total]));
		}
		frappe.realtime.on("sales_ledger_run", (run) => run.run === frm.doc.name && frm.reload_doc());
	},
});
