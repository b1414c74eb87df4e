// Conversations everywhere in the desk: Log It, its command in the awesome bar, and how the times of a
// conversation follow each other (C1, C3). The server decides by the same rules, in engine/conversation.py.

frappe.provide("sales_extensions.conversations");

(function () {
	const ours = sales_extensions.conversations;
	const API = "sales_extensions.api.conversations";
	const PARTIES = ["Customer", "Lead", "Prospect"];
	const DAY = 24 * 60;

	ours.api = API;
	ours.parties = PARTIES;

	// blue and grey behind words are too light in the dark to read them
	frappe.dom.set_style(
		`[data-theme="dark"] .se-pill { --bg-blue: var(--blue-700); --bg-gray: var(--gray-700); }`,
		"sales-extensions"
	);

	// --- times -------------------------------------------------------------------------------

	function minutes_of(time) {
		if (!time) return null;
		const [hours, minutes] = String(time).split(":").map(Number);
		return hours * 60 + minutes;
	}

	function time_of(minutes) {
		if (minutes === null || minutes < 0 || minutes >= DAY) return null;
		const two = (number) => String(number).padStart(2, "0");
		return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
	}

	/** What follows when one of time_begin, time_end and duration_minutes was changed. */
	ours.follow = function (changed, values) {
		const begin = minutes_of(values.time_begin);
		const end = minutes_of(values.time_end);
		const duration = cint(values.duration_minutes);
		if (changed === "time_end") {
			if (end === null) return { duration_minutes: 0 };
			return begin !== null && end >= begin ? { duration_minutes: end - begin } : {};
		}
		if (begin === null) return changed === "time_begin" ? { time_end: null } : {};
		if (duration > 0) return { time_end: time_of(begin + duration) };
		if (changed === "duration_minutes") return { time_end: null };
		return end !== null && end >= begin ? { duration_minutes: end - begin } : {};
	};

	ours.now = function () {
		return frappe.datetime.now_time().slice(0, 5) + ":00";
	};

	/** 9, 930, 9:30 and 09:30 are times; what is none is left to the server, which says so. */
	ours.typed_time = function (text) {
		const found = /^(\d{1,2})(?::?(\d{2}))?(?::\d{2})?$/.exec(String(text ?? "").trim());
		if (!found || found[1] > 23 || (found[2] || 0) > 59) return text || null;
		return `${found[1].padStart(2, "0")}:${found[2] || "00"}:00`;
	};

	const clock = (time) => (time ? String(time).slice(0, 5) : time);

	/** What the first letter of a note fills, where it is empty. */
	ours.begun = function (values, found) {
		const filled = {};
		if (!values.employee && found.employee) filled.employee = found.employee;
		if (!values.about && found.about) filled.about = found.about;
		if (!values.conversation_date) filled.conversation_date = frappe.datetime.get_today();
		const day = values.conversation_date || filled.conversation_date;
		if (!values.time_begin && !values.time_end && day === frappe.datetime.get_today())
			filled.time_begin = ours.now();
		return filled;
	};

	/** What was said in the conversation that is answered, by whom and when; a note that is not one's to read is none. */
	ours.answered = function ({ conversation_date, by, note }) {
		const safe = sales_extensions.showing.text;
		const head = [frappe.datetime.str_to_user(conversation_date), by].filter(Boolean).map(safe).join(", ");
		const said = note ? safe(note) : `<i>${__("Private Note")}</i>`;
		return `<blockquote class="answered-note" style="border-inline-start: 3px solid var(--border-color); padding-inline-start: 10px; margin: 0 0 10px; font-size: inherit">
			<div class="text-muted small">${__("Answers {0}", [head])}</div>
			<div style="white-space: pre-line; overflow-wrap: anywhere; max-height: 9rem; overflow-y: auto">${said}</div></blockquote>`;
	};

	/** Answers a conversation that waits for it, from whichever list it is in: one that follows it, and completes it. */
	ours.answer = ({ name, party_type, party }, after) =>
		ours.quick_add({ party_type, party, follow_up_of: name, is_follow_up: 1 }, after);

	/** Completes a conversation, by whichever list it is in, and offers to take it back. `after`: called when either is done. */
	ours.complete = async function (conversation, after) {
		const { changed } = await frappe.xcall("sales_extensions.api.follow_ups.complete", { conversation });
		after();
		if (changed)
			ours.completed(() => frappe.xcall("sales_extensions.api.follow_ups.reopen", { conversation }).then(after));
	};

	/** Says that something was completed, with a way back. */
	ours.completed = function (undo) {
		const message = { message: __("Completed"), indicator: "green" };
		message.body = `<button class="btn btn-xs btn-default" data-action="undo">${__("Undo")}</button>`;
		frappe.show_alert(message, 10, { undo });
	};

	// --- log it ------------------------------------------------------------------------------

	/** Opens the dialog. `values`: what is known already. `after`: called with the saved conversation. */
	ours.quick_add = async function (values = {}, after = null) {
		await new Promise((done) => frappe.model.with_doctype("Conversation", done));
		const found = await frappe.xcall(`${API}.defaults`, {
			party_type: values.party ? values.party_type : null,
			party: values.party,
			follow_up_of: values.follow_up_of,
		});
		return new QuickAdd(values, found, after).show();
	};

	const ASKED = [
		"party_type",
		"-",
		"party",
		"=",
		"answered",
		"note",
		"=",
		"how",
		"about",
		"pipeline_position",
		"-",
		"with_whom",
		"follow_up_date",
		"duration_minutes",
		"=",
		"is_follow_up",
		"completed",
		"-",
		"is_private",
		"= Who and When",
		"conversation_date",
		"employee",
		"-",
		"time_begin",
		"time_end",
	];

	/** What an answer takes over from what it answers, unless something else is said. */
	const TAKEN_OVER = ["with_whom", "how", "about"];
	const EXPLAINED = ["is_follow_up", "completed", "is_private"];

	// on a phone the columns stand below each other, as one
	const STYLE = `@media (max-width: 767px) {
		.quick-add-conversation .form-column { padding: 0 !important; border: 0 !important; }
	}
	/* the parties to choose from push the note down, and do not lie on it */
	.quick-add-conversation [data-fieldname="party"] .awesomplete > ul {
		position: static; max-height: 11rem; overflow-y: auto; margin-top: 4px;
	}`;
	const TIMES = ["time_begin", "time_end"];

	class QuickAdd {
		constructor(values, found, after) {
			Object.assign(this, { given: values, found, after });
			this.dialog = sales_extensions.lines.dialog({
				title: this.title(),
				fields: this.fields(),
				primary_action_label: __("Save"),
				primary_action: () => this.save(),
			});
			this.dialog.$wrapper.addClass("quick-add-conversation");
			this.dialog.$body.prepend(`<style>${STYLE}</style>`);
		}

		title() {
			const name = this.found.party_name || this.given.party;
			return name ? __("Conversation with {0}", [sales_extensions.showing.text(name)]) : __("Log It");
		}

		fields() {
			const known = this.given.party ? ["party_type", "-", "party", "="] : [];
			return ASKED.slice(known.length).map((asked) => {
				if (asked === "-") return { fieldtype: "Column Break" };
				if (asked.startsWith("= "))
					return {
						fieldtype: "Section Break",
						label: __("Who and When"),
						collapsible: 1,
					};
				if (asked === "=") return { fieldtype: "Section Break", hide_border: 1 };
				return this.field(asked);
			});
		}

		field(fieldname) {
			if (fieldname === "answered") return this.answered();
			const df = frappe.meta.get_docfield("Conversation", fieldname);
			const field = {
				fieldname,
				fieldtype: df.fieldtype,
				label: __(df.label),
				options: df.options,
				default: this.given[fieldname] ?? this.taken_over(fieldname) ?? df.default,
				reqd: df.reqd,
				description: EXPLAINED.includes(fieldname) ? __(df.description) : undefined,
			};
			if (fieldname === "follow_up_date") field.description = __("The day to come back to this. Empty: nothing is planned.");
			if (fieldname === "note") Object.assign(field, { fieldtype: "Small Text", reqd: 1 });
			// typed, not picked: 9, 930 or 9:30
			if (TIMES.includes(fieldname)) Object.assign(field, { fieldtype: "Data", placeholder: "9:30" });
			if (fieldname === "is_follow_up") this.offer_waiting(field);
			if (["about", "how", "pipeline_position"].includes(fieldname))
				field.get_query = () => ({ filters: { disabled: 0 } });
			if (fieldname === "conversation_date") field.reqd = 0;
			field.onchange = () => this.changed(fieldname);
			return field;
		}

		taken_over(fieldname) {
			return TAKEN_OVER.includes(fieldname) ? this.found.answered?.[fieldname] || undefined : undefined;
		}

		/** What is answered, above what is said to it. */
		answered() {
			const earlier = this.found.answered || this.found.waiting;
			return {
				fieldname: "answered",
				fieldtype: "HTML",
				options: earlier ? ours.answered(earlier) : "",
				depends_on: "eval:doc.is_follow_up",
			};
		}

		/** The open conversation that waits for a follow-up is answered, unless the tick is taken away. */
		offer_waiting(field) {
			if (this.given.follow_up_of) {
				field.label = __("Follows up the earlier one, and completes it");
				return;
			}
			const waiting = this.found.waiting;
			if (!waiting) return;
			const day = frappe.datetime.str_to_user(waiting.conversation_date);
			field.label = __("Follows up the one of {0}, and completes it", [day]);
			const due = waiting.follow_up_date <= frappe.datetime.get_today();
			field.default = this.given.is_follow_up ?? (due ? 1 : 0);
		}

		show() {
			this.dialog.show();
			const note = this.dialog.fields_dict.note.$input;
			note.attr("aria-label", __("Note"));
			note.on("input", () => {
				this.dialog.fields_dict.note.value = note.val();
				this.begin();
			});
			note.on("keydown", (event) => {
				if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.dialog.get_primary_btn().click();
			});
			// after the framework's own focus, which goes to the first field
			this.dialog.$wrapper.one("shown.bs.modal", () => this.focus());
			return this.dialog;
		}

		focus() {
			const typing = this.dialog.get_value("note");
			if (!typing) this.dialog.fields_dict[this.given.party ? "note" : "party"].$input?.focus();
		}

		begin() {
			if (this.begun) return;
			this.begun = true;
			this.set(ours.begun(this.values(), this.found));
		}

		changed(fieldname) {
			if (this.setting) return;
			if ([...TIMES, "duration_minutes"].includes(fieldname))
				this.set(ours.follow(fieldname, this.values()));
		}

		/** What stands in the dialog. The dialog's own get_values empties a required field that is being typed. */
		values() {
			const values = {};
			for (const [fieldname, field] of Object.entries(this.dialog.fields_dict)) {
				const value = field.get_value?.();
				if (!is_null(value)) values[fieldname] = value;
			}
			for (const fieldname of TIMES) values[fieldname] = ours.typed_time(values[fieldname]);
			return values;
		}

		async set(values) {
			this.setting = true;
			for (const fieldname of TIMES)
				if (fieldname in values) values[fieldname] = clock(values[fieldname]) || "";
			await this.dialog.set_values(values);
			this.setting = false;
		}

		async save() {
			if (!this.dialog.get_values()) return;
			const values = this.values();
			this.dialog.disable_primary_action();
			try {
				const doc = await frappe.xcall("frappe.client.insert", {
					doc: { doctype: "Conversation", ...this.given, ...values, ...this.followed(values) },
				});
				this.dialog.hide();
				frappe.show_alert({
					message: __("Conversation saved: {0}", [
						frappe.utils.get_form_link("Conversation", doc.name, true, sales_extensions.showing.text(doc.party_name)),
					]),
					indicator: "green",
				});
				this.after?.(doc);
			} finally {
				this.dialog.enable_primary_action();
			}
		}

		followed(values) {
			if (!values.is_follow_up) return { follow_up_of: null };
			const earlier = this.given.follow_up_of || this.found.waiting?.name;
			return earlier ? { follow_up_of: earlier } : {};
		}
	}

	// --- the board ---------------------------------------------------------------------------

	// The notice of a moved card offers to move it back, which takes the move back.
	// Before the desk follows it as the address of a page.
	const take_back = (event) => {
		const link = event.target.closest?.("a[href^='#undo-card?']");
		if (!link) return;
		event.preventDefault();
		event.stopPropagation();
		const asked = new URLSearchParams(link.getAttribute("href").split("?")[1]);
		$(link).closest(".alert").remove();
		frappe
			.xcall("frappe.desk.doctype.kanban_board.kanban_board.update_order_for_single_card", {
				board_name: asked.get("board"),
				docname: asked.get("card"),
				from_colname: asked.get("from"),
				to_colname: asked.get("to"),
				old_index: 0,
				new_index: 0,
			})
			.then(() => {
				frappe.show_alert({ message: __("Moved back."), indicator: "green" });
				cur_list?.refresh();
			});
	};
	document.addEventListener("click", take_back, true);

	// --- the awesome bar ---------------------------------------------------------------------

	$(document).on("toolbar_setup", () => {
		if (frappe.model.can_create("Conversation"))
			frappe.search.utils.make_function_searchable(
				() => ours.quick_add(),
				__("Log It: Conversation")
			);
	});
})();
