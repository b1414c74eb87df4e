// How the app shows text of documents and of people: one way, and safe as HTML (X5). On the server it is showing.py.

frappe.provide("sales_extensions.showing");

(() => {
	const ours = sales_extensions.showing;
	const WORDS = ["Data", "Small Text", "Text", "Long Text", "Select", "Read Only"];

	/** A text as it is to the eye, safe as HTML. */
	ours.text = (value) => frappe.utils.escape_html(String(value ?? ""));

	/** The user's, for words of days and months. */
	ours.language = () => frappe.boot.lang || "en";

	/** A line above a form, as HTML. The desk adds one each time it is asked: this takes the place of what was said of `what`. */
	ours.headline = (frm, what, html, colour = "blue") => {
		const { message } = frm.layout;
		message.find(`[data-says="${what}"]`).closest(".form-message").remove();
		message.toggleClass("hidden", !message.children().length);
		if (html) frm.dashboard.set_headline(`<div data-says="${what}" style="padding-inline-end: 24px">${html}</div>`, colour);
	};

	/** The colour of a target, wherever one is shown. */
	ours.colour_of_target = (status, is_behind) =>
		({ Achieved: "green", Missed: "red", Upcoming: "gray" })[status] || (is_behind ? "orange" : "blue");

	/** An amount with its currency's sign, which no line of text breaks in two. */
	ours.money = (amount, currency, decimals) => format_currency(amount, currency, decimals).replace(/ /g, "\u00a0");

	/** A sentence, none of whose amounts is broken in two. */
	ours.unbroken = (html) => String(html ?? "").replace(/(\p{Sc}) (?=-?\d)/gu, "$1\u00a0");

	/** A period that is closed has a lock: a word has no room beside it. */
	ours.lock = ({ period_status }) =>
		period_status === "Closed"
			? `<span class="closed-lock" style="white-space: nowrap" title="${__("Closed")}" role="img" aria-label="${__("Closed")}">${frappe.utils.icon("lock", "xs")}</span>`
			: "";

	/** From a day to another, in as few words as tell it in the user's language: whole months by their names. */
	ours.period = (first, last) => {
		if (!first || !last) return [first, last].filter(Boolean).map(frappe.datetime.str_to_user).join(" ");
		const [from, to] = [first, last].map((day) => new Date(`${String(day).slice(0, 10)}T00:00`));
		const after = new Date(to.getFullYear(), to.getMonth(), to.getDate() + 1);
		const whole = from.getDate() === 1 && after.getDate() === 1;
		const parts = { month: "short", year: "numeric", ...(whole ? {} : { day: "numeric" }) };
		return new Intl.DateTimeFormat(ours.language(), parts).formatRange(from, to); // one month, or day, is named once
	};

	const OF_ORDERS = () => ({
		document: __("Sales Order"),
		documents: __("Orders"),
		behind: __("Orders behind the result"),
		nothing: __("No order counts for this target yet."),
		counted: __("Orders Counted"),
		count: (count) => __("Orders: {0}", [count]),
		of_goal: (result, goal) => __("{0} of {1} orders", [result, goal]),
	});
	const OF_DOCUMENTS = () => ({
		documents: __("Documents"),
		behind: __("Documents behind the result"),
		nothing: __("No document counts for this target yet."),
	});
	const OF_MEASURE = {
		Ordered: () => ({}),
		Delivered: () => ({
			...OF_DOCUMENTS(),
			document: __("Delivery"),
			counted: __("Deliveries Counted"),
			count: (count) => __("Deliveries: {0}", [count]),
			of_goal: (result, goal) => __("{0} of {1} deliveries", [result, goal]),
		}),
		Invoiced: () => ({
			...OF_DOCUMENTS(),
			document: __("Invoice"),
			counted: __("Invoices Counted"),
			count: (count) => __("Invoices: {0}", [count]),
			of_goal: (result, goal) => __("{0} of {1} invoices", [result, goal]),
		}),
		Paid: () => ({
			...OF_DOCUMENTS(),
			document: __("Payment"),
			counted: __("Paid Invoices Counted"),
			count: (count) => __("Paid invoices: {0}", [count]),
			of_goal: (result, goal) => __("{0} of {1} paid invoices", [result, goal]),
		}),
	};

	/** What a target counts, in words (M1). On the server it is measures.py. */
	ours.measure = (measured_on) => ({ ...OF_ORDERS(), ...OF_MEASURE[measured_on || "Ordered"]() });

	/** The measure beside a target, where it isn't orders: that goes without saying. */
	ours.measured = (measured_on) => (measured_on && measured_on !== "Ordered" ? __(measured_on) : "");

	/** Of a report or a chart: figures of several targets are of one measure. */
	ours.measure_filter = () => ({
		fieldname: "measured_on",
		label: __("Measured On"),
		fieldtype: "Select",
		options: Object.keys(OF_MEASURE).map((value) => ({ value, label: __(value) })),
		default: "Ordered",
	});

	/** A cell of a report: words are shown as they are, and nothing where there is nothing. */
	ours.cell = (value, row, column, data, default_formatter) => {
		if (value === null || value === undefined || value === "") return "";
		if (typeof value !== "string") return sales_extensions.lines.cell(value, row, column, data, default_formatter);
		if (WORDS.includes(column.fieldtype)) return default_formatter(ours.text(value), row, column, data);
		const kind = { Link: column.options, "Dynamic Link": data?.[column.options] }[column.fieldtype];
		// the framework shows the name of what can't be opened as HTML
		if (kind && !frappe.model.can_read(kind)) return ours.text(value);
		return default_formatter(value, row, column, data);
	};

	/** Reports whose charts of counts have whole numbers on their axis. */
	const WHOLE = new Set();

	/** Charts of counts in this report have whole numbers on their axis: of a small greatest one the library would make
	 * quarters. The desk has one page for all reports, and another's are drawn as they were. */
	ours.whole_axis = (report) => {
		WHOLE.add(report.report_name);
		ours.fit_axis(report);
	};

	/** Of months that have no room beside each other, some are named whole and others not, where the library would cut all. */
	ours.fit_axis = (report) => {
		if (report.sales_extensions_draws) return;
		report.sales_extensions_draws = report.render_chart;
		report.render_chart = (options) => {
			const is_whole = WHOLE.has(report.report_name) && options.fieldtype === "Int" && options.data?.datasets?.length;
			if (is_whole) options.axisOptions = { ...options.axisOptions, yAxisRange: { max: ceiling(options) } };
			if (options.in_time) options.axisOptions = { ...options.axisOptions, xIsSeries: 1 };
			report.sales_extensions_draws(options);
		};
	};

	/** What the axis reaches at least: the library parts 1, 2 and 10 into fractions. */
	function ceiling({ data: { datasets, labels }, barOptions }) {
		const heights = datasets.map(({ values }) => values);
		const tops = barOptions?.stacked
			? labels.map((_label, place) => heights.reduce((sum, values) => sum + values[place], 0))
			: heights.flat();
		const most = Math.max(...tops);
		return most <= 2 ? 3 : most === 10 ? 11 : most;
	}
})();
