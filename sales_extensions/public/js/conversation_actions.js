// From a conversation: a booking, a task, a calendar file, an e-mail; and below, what it led to (C6).

const ACTIONS = "sales_extensions.api.conversation_actions";

frappe.ui.form.on("Conversation", {
	refresh(frm) {
		show_outcomes(frm);
		if (frm.is_new()) return;
		if (frm.doc.is_private && frm.doc.written_by !== frappe.session.user) return;
		const group = __("Create");
		frm.add_custom_button(__("Booking"), () => ask_booking(frm), group);
		frm.add_custom_button(__("Task"), () => ask_task(frm), group);
		frm.add_custom_button(__("Calendar File (.ics)"), () => ask_file(frm), group);
		frm.add_custom_button(__("E-mail"), () => compose(frm), group);
	},
});

function when_fields(frm) {
	const day = frm.doc.follow_up_date || frappe.datetime.add_days(frappe.datetime.get_today(), 1);
	return [
		{
			fieldname: "starts_on",
			label: __("Starts On"),
			fieldtype: "Datetime",
			reqd: 1,
			default: `${day} 09:00:00`,
		},
		{
			fieldname: "ends_on",
			label: __("Ends On"),
			fieldtype: "Datetime",
			reqd: 1,
			default: `${day} 10:00:00`,
		},
	];
}

function subject_field(frm, text) {
	const party = frm.doc.party_name || frm.doc.party;
	return {
		fieldname: "subject",
		label: __("Subject"),
		fieldtype: "Data",
		reqd: 1,
		default: `${text}: ${party}`,
	};
}

function ask_booking(frm) {
	const fields = [
		subject_field(frm, __("Visit")),
		...when_fields(frm),
		{
			fieldname: "category",
			label: __("Category"),
			fieldtype: "Select",
			options: ["Event", "Meeting", "Call", "Other"].map((value) => ({ value, label: __(value) })),
			default: "Meeting",
		},
	];
	if (!frm.doc.is_private)
		fields.push({
			fieldname: "public",
			label: __("Show to Everyone"),
			fieldtype: "Check",
			description: __("Otherwise only you see the booking, and whose conversation it is."),
		});
	ask(frm, __("Booking"), fields, "make_event", "Event");
}

function ask_task(frm) {
	const fields = [
		subject_field(frm, __("Follow up")),
		{
			fieldname: "allocated_to",
			label: __("Allocated To"),
			fieldtype: "Link",
			options: "User",
			reqd: 1,
			default: frappe.session.user,
			read_only: frm.doc.is_private,
		},
		{
			fieldname: "due",
			label: __("Due Date"),
			fieldtype: "Date",
			default: frm.doc.follow_up_date || frappe.datetime.add_days(frappe.datetime.get_today(), 1),
		},
	];
	ask(frm, __("Task"), fields, "make_todo", "ToDo");
}

function ask(frm, title, fields, method, doctype) {
	const dialog = sales_extensions.lines.dialog({
		title,
		fields,
		primary_action_label: __("Create"),
		async primary_action(values) {
			const { name } = await frappe.xcall(`${ACTIONS}.${method}`, {
				conversation: frm.doc.name,
				...values,
			});
			dialog.hide();
			frappe.show_alert({
				message: __("Created: {0}", [frappe.utils.get_form_link(doctype, name, true)]),
				indicator: "green",
			});
			frm.reload_doc();
		},
	});
	dialog.show();
}

function ask_file(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Calendar File (.ics)"),
		fields: [
			{
				fieldname: "kind",
				label: __("Type"),
				fieldtype: "Select",
				options: [
					{ value: "Event", label: __("Appointment") },
					{ value: "Task", label: __("Task") },
				],
				default: "Event",
				reqd: 1,
			},
			subject_field(frm, __("Follow up")),
			...when_fields(frm).map((field) => ({
				...field,
				reqd: 0,
				depends_on: field.fieldname === "ends_on" ? "eval:doc.kind === 'Event'" : undefined,
			})),
		],
		primary_action_label: __("Download"),
		primary_action(values) {
			dialog.hide();
			download({ conversation: frm.doc.name, ...values });
		},
	});
	dialog.show();
}

function download(values) {
	const link = document.createElement("a");
	link.href = file_address(values);
	link.download = "";
	document.body.appendChild(link);
	link.click();
	link.remove();
}

// Written from the party, so that it is in the party's timeline. What is private is not put into a mail.
async function compose(frm) {
	const { party_type, party, party_name, note, is_private } = frm.doc;
	const found =
		party_type === "Prospect" ? null : await frappe.db.get_value(party_type, party, "email_id");
	new (composer())({
		doc: { doctype: party_type, name: party },
		subject: __("Our conversation: {0}", [party_name || party]),
		recipients: (found && found.message && found.message.email_id) || "",
		message: is_private ? "" : sales_extensions.showing.text(note || "").replace(/\n/g, "<br>"),
	});
}

/** The framework's own. Of who may not read the default account it asks that one's signature all the same, is refused,
 * and shows neither signature nor text: such a user has the text. */
function composer() {
	return class extends frappe.views.CommunicationComposer {
		async get_signature(sender) {
			const readable = frappe.boot.user.email_signature || frappe.model.can_read("Email Account");
			return readable ? super.get_signature(sender) : "";
		}
	};
}

// Of a booking or task that was moved: a calendar that has it moves it too.
function file_link(frm, { doctype, name }) {
	if (!["Event", "ToDo"].includes(doctype)) return "";
	const address = file_address({ conversation: frm.doc.name, made: name });
	return `<a href="${address}" download>${__("Calendar File (.ics)")}</a>`;
}

const file_address = (values) => sales_extensions.address(`/api/method/${ACTIONS}.ics`, values);

// Bookings and tasks by the words that they are made under.
const MADE = { Event: __("Booking"), ToDo: __("Task") };

async function show_outcomes(frm) {
	const shown = frm.docname;
	const found = frm.is_new() ? [] : await frappe.xcall(`${ACTIONS}.outcomes`, { conversation: shown });
	if (frm.docname !== shown) return;
	frm.fields_dict.led_to.$wrapper.html(
		`<div class="table-responsive"><table class="table table-sm led-to" style="margin: 0">${found
			.map((one) => outcome(frm, one))
			.join("")}</table></div>`
	);
	frm.toggle_display("led_to_section", Boolean(found.length));
}

function outcome(frm, one) {
	const safe = sales_extensions.showing.text;
	const address = frappe.utils.get_form_link(one.doctype, one.name);
	return `<tr>
		<td>${MADE[one.doctype] || __(one.doctype)}</td>
		<td><a href="${address}">${safe(one.title)}</a>${one.who ? ` <span class="text-muted">${safe(one.who)}</span>` : ""}</td>
		<td>${when(one.date)}</td><td>${safe(one.status)}</td><td>${file_link(frm, one)}</td>
	</tr>`;
}

// A time without its seconds, which nobody books.
function when(date) {
	if (!date) return "";
	const [day, time] = String(date).split(" ");
	return [frappe.datetime.str_to_user(day), time?.slice(0, 5)].filter(Boolean).join(" ");
}
