{% include "sales_extensions/public/js/activity_reports.js" %}

frappe.query_reports["Follow Ups"] = sales_extensions.report("Follow Ups", {
	filters: [
		{
			fieldname: "day",
			label: __("Up To"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{ fieldname: "first", label: __("From"), fieldtype: "Date" },
		{
			fieldname: "whose",
			label: __("Whose"),
			fieldtype: "Select",
			options: ["Mine", "All", "Who Has Left"].map((value) => ({ value, label: __(value) })),
			default: frappe.user.has_role("Sales Manager") ? "All" : "Mine",
		},
		...sales_extensions.people_filters(),
		{ fieldname: "limit", label: __("Rows"), fieldtype: "Int", default: 500 },
	],

	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname === "action") return data ? action_buttons(data) : "";
		if (column.fieldname === "follow_up_date" && data) return due(data);
		if (column.fieldname === "days_overdue" && !value) return "";
		const shown = sales_extensions.activity_cell(value, row, column, data, default_formatter);
		return column.fieldname === "party_name" && data ? whom(data, shown) : shown;
	},

	// to hand over some of them
	get_datatable_options(options) {
		const checkboxColumn = frappe.user.has_role("Sales Manager");
		const columns = sales_extensions.first_on_a_phone(options.columns, ["party_name", "action"]);
		if (!columns || !sales_extensions.is_phone()) return { ...options, checkboxColumn };
		columns[0] = { ...columns[0], width: window.innerWidth - (checkboxColumn ? WITH_TICKS : BESIDE_WHOM) };
		return { ...options, columns, checkboxColumn, cellHeight: LINES_OF_A_PHONE };
	},

	onload(report) {
		report.page.wrapper
			.off("click.follow_ups")
			.on("click.follow_ups", ".follow-up-complete", (event) => complete(report, event))
			.on("click.follow_ups", ".follow-up-answer", (event) => answer(report, event));
		if (frappe.user.has_role("Sales Manager"))
			report.page.add_inner_button(__("Hand Over"), () => hand_over(report));
	},
});

// of a phone's width, what stands beside whom to follow up: the row's number, its buttons, and a tick; and a row's height
const BESIDE_WHOM = 190,
	WITH_TICKS = 224,
	LINES_OF_A_PHONE = 92;

function due({ state, why, follow_up_date }) {
	const color = { Overdue: "red", Today: "blue" }[state] || "gray";
	const day = frappe.datetime.str_to_user(follow_up_date);
	return `<span class="indicator-pill se-pill ${color}" title="${sales_extensions.showing.text(why)}">${day}</span>`;
}

// On a phone with what else is to be known before one answers: when, whose it is, and what was said.
function whom(data, shown) {
	const { text } = sales_extensions.showing;
	const barred = data.barred ? ` <span class="indicator-pill red">${text(data.barred)}</span>` : "";
	if (!sales_extensions.is_phone()) return shown + barred;
	const whose = frappe.query_report.get_filter_value("whose") === "Mine" ? "" : data.who;
	const said = [whose, data.note].filter(Boolean).map(text).join(": ");
	return `<div class="follow-up-whole" style="white-space: normal; line-height: 1.35">
		<div class="ellipsis">${shown}${barred}</div><div>${due(data)}</div>
		<small style="display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden" title="${said}">${said}</small></div>`;
}

// Those that are ticked; else all that are listed: those of who has left, or of whom the filters leave.
function hand_over(report) {
	const ticked = report.datatable?.rowmanager.getCheckedRows().map((at) => report.datatable.datamanager.data[at]) || [];
	const rows = ticked.length ? ticked : report.data || [];
	const names = rows.map((row) => row.name).filter(Boolean);
	if (!names.length) {
		frappe.show_alert({ message: __("No follow-up is listed."), indicator: "orange" });
		return;
	}
	const dialog = sales_extensions.lines.dialog({
		title: names.length === 1 ? __("Hand over one follow-up") : __("Hand over {0} follow-ups", [names.length]),
		fields: [
			sales_extensions.employee_field(
				{
					label: __("To Employee"),
					reqd: 1,
					description: ticked.length
						? __("The follow-ups that are ticked are theirs from now on. What was said stays its writer's.")
						: __("All follow-ups that are listed are theirs from now on. What was said stays its writer's."),
				},
				1
			),
		],
		primary_action_label: __("Hand Over"),
		async primary_action({ employee }) {
			const conversations = names;
			await frappe.xcall("sales_extensions.api.follow_ups.hand_over", { conversations, employee });
			dialog.hide();
			frappe.show_alert({ message: __("Handed over: {0}", [names.length]), indicator: "green" });
			report.refresh();
		},
	});
	dialog.show();
}

function action_buttons(data) {
	const name = sales_extensions.showing.text(data.name);
	// raised: a row of the table is as high as a button, and its words begin lower
	return `<span style="position: relative; bottom: 3px">
		<button class="btn btn-default btn-xs follow-up-complete" data-name="${name}"
			title="${__("Complete")}" aria-label="${__("Complete")}">${frappe.utils.icon("tick", "xs")}</button>
		<button class="btn btn-default btn-xs follow-up-answer" data-name="${name}">${__("Answer")}</button></span>`;
}

async function complete(report, event) {
	const button = event.currentTarget;
	button.disabled = true;
	try {
		await sales_extensions.conversations.complete(button.dataset.name, () => report.refresh());
	} finally {
		button.disabled = false;
	}
}

function answer(report, event) {
	const row = report.data.find((one) => one.name === event.currentTarget.dataset.name);
	if (row) sales_extensions.conversations.answer(row, () => report.refresh());
}
