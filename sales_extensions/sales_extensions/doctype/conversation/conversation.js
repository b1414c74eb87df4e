// Drafting a conversation: the first letter of the note fills who and when; end and duration follow each other (C1).

frappe.ui.form.on("Conversation", {
	setup(frm) {
		for (const list of ["about", "how", "pipeline_position"])
			frm.set_query(list, () => ({ filters: { disabled: 0 } }));
		frm.set_query("follow_up_of", () => ({
			filters: { party: frm.doc.party, name: ["!=", frm.doc.name] },
		}));
	},

	onload(frm) {
		// the framework fills times that have no default with now; only a note begins a conversation
		if (frm.is_new() && !frm.doc.note) frm.doc.time_begin = frm.doc.time_end = null;
	},

	async refresh(frm) {
		show_private_note(frm);
		restrict(frm);
		if (!frm.is_new()) return;
		frm.found = await frappe.xcall(`${sales_extensions.conversations.api}.defaults`);
		frm.fields_dict.note.$input?.one("input", () => begin(frm));
		const first = frm.doc.party ? "note" : "party";
		// whoever went on to another conversation meanwhile is left alone
		setTimeout(() => frm.is_new() && frm.fields_dict[first].$input?.focus(), 300);
	},

	is_private: (frm) => warn_of_copies(frm),
	party_type: (frm) => frm.set_value("party", null),
	time_begin: (frm) => follow(frm, "time_begin"),
	time_end: (frm) => follow(frm, "time_end"),
	duration_minutes: (frm) => follow(frm, "duration_minutes"),
});

function begin(frm) {
	frm.set_value(sales_extensions.conversations.begun(frm.doc, frm.found || {}));
}

async function follow(frm, changed) {
	if (frm.following) return;
	frm.following = true;
	await frm.set_value(sales_extensions.conversations.follow(changed, frm.doc));
	frm.following = false;
}

/** The text of a private note comes to its writer alone, beside the document. */
function show_private_note(frm) {
	if (frm.doc.is_private && !frm.doc.note && frm.doc.__onload?.private_note) {
		frm.doc.note = frm.doc.__onload.private_note;
		frm.refresh_field("note");
	}
}

/** A note that was not private has been read, and may have been passed on. */
function warn_of_copies(frm) {
	if (frm.is_new() || !frm.doc.is_private || !frm.doc.note) return;
	frappe.msgprint({
		title: __("Private Note"),
		indicator: "orange",
		message: __(
			"When you save, the text is taken out of bookings, tasks and notices that have it, and of their versions. What was sent by e-mail, what others have written about it, and backups stay as they are."
		),
	});
}

/** What others said can be read; only what comes next is theirs to change. The server decides. */
function restrict(frm) {
	const others = !frm.is_new() && frm.doc.written_by !== frappe.session.user;
	const said = ["party_type", "party", "with_whom", "about", "how", "note", "is_private", "conversation_date",
		"time_begin", "time_end", "duration_minutes", "is_follow_up", "follow_up_of", "completes_earlier"];
	for (const fieldname of said) frm.set_df_property(fieldname, "read_only", others ? 1 : 0);
	const manager = frappe.user.has_role("Sales Manager") || frappe.user.has_role("System Manager");
	frm.set_df_property("employee", "read_only", manager ? 0 : 1);
	if (others && frm.doc.is_private)
		sales_extensions.showing.headline(frm, "private", __("The note is private: only its writer, {0}, reads it.", [sales_extensions.showing.text(frappe.user.full_name(frm.doc.written_by))]));
}
