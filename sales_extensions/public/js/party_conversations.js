// Conversations on the form of a Customer, Lead or Prospect: a tab with its history, newest first; a new one is
// written there, completed or followed up, without a reload (C3).

(function () {
	const HISTORY = "sales_extensions_conversations";
	const PAGE = 20;

	const events = {
		refresh(frm) {
			const field = frm.fields_dict[HISTORY];
			if (!field) return;
			frm.toggle_display("sales_extensions_conversations_tab", !frm.is_new());
			if (frm.is_new() || !frappe.model.can_read("Conversation")) return field.$wrapper.empty();
			if (frappe.model.can_create("Conversation")) {
				frm.add_custom_button(__("Log It"), () => new History(frm).add());
				add_for_small_windows(frm);
			}
			new History(frm).load();
		},
	};
	for (const doctype of ["Customer", "Lead", "Prospect"]) frappe.ui.form.on(doctype, events);

	/** Where a window is too small for a form's buttons, the desk hides them in its menu: this one stands in the head. */
	function add_for_small_windows(frm) {
		const actions = frm.page.page_actions;
		actions.find(".log-it").remove();
		$(`<button type="button" class="btn btn-default btn-sm text-nowrap log-it d-lg-none"></button>`)
			.text(__("Log It"))
			.attr("title", __("Log a conversation with {0}", [frm.doc.name]))
			.on("click", () => new History(frm).add())
			.prependTo(actions);
	}

	class History {
		constructor(frm) {
			this.frm = frm;
			this.$wrapper = frm.fields_dict[HISTORY].$wrapper;
			this.rows = [];
		}

		async load(start = 0) {
			const { doctype, docname } = this.frm;
			const found = await frappe.xcall(`${sales_extensions.conversations.api}.history`, {
				party_type: doctype,
				party: docname,
				start,
				page_length: PAGE,
			});
			if (this.frm.docname !== docname) return;
			this.rows = [...(start ? this.rows : []), ...found.rows];
			this.more = found.more;
			this.draw();
		}

		add(values = {}) {
			sales_extensions.conversations.quick_add(
				{ party_type: this.frm.doctype, party: this.frm.docname, ...values },
				() => this.changed()
			);
		}

		answer(name) {
			const { doctype: party_type, docname: party } = this.frm;
			return sales_extensions.conversations.answer({ name, party_type, party }, () => this.changed());
		}

		complete(name) {
			return sales_extensions.conversations.complete(name, () => this.changed());
		}

		changed() {
			this.load();
			this.frm.sidebar?.reload_docinfo?.();
		}

		draw() {
			const may_add = frappe.model.can_create("Conversation");
			this.$wrapper.html(`
				<div class="party-conversations">
					<style>${STYLE}</style>
					<div class="pc-head">
						${may_add ? button("add", __("Log It"), "btn-primary") : ""}
						<a class="text-muted" href="${this.list_link()}">${__("As List")}</a>
					</div>
					${this.rows.length ? "" : `<p class="text-muted pc-none">${__("No conversation yet.")}</p>`}
					<ol>${this.rows.map((row) => item(row, may_add)).join("")}</ol>
					${this.more ? button("more", __("Show Older"), "btn-default") : ""}
				</div>`);
			this.$wrapper.find("[data-do]").on("click", (event) => this.clicked(event.currentTarget.dataset));
		}

		list_link() {
			const named = { party_type: this.frm.doctype, party: this.frm.docname };
			return sales_extensions.desk("conversation", named);
		}

		clicked({ do: what, name }) {
			if (what === "add") this.add();
			if (what === "more") this.load(this.rows.length);
			if (what === "complete") this.complete(name);
			if (what === "answer") this.answer(name);
		}
	}

	const safe = sales_extensions.showing.text;

	function button(what, label, kind, name = "") {
		return `<button type="button" class="btn btn-xs ${kind}" data-do="${what}" data-name="${safe(name)}"
			>${label}</button>`;
	}

	function item(row, may_add) {
		const facts = [row.how && __(row.how), row.about && __(row.about), row.with_whom, row.by];
		if (row.duration_minutes) facts.push(__("{0} min", [row.duration_minutes]));
		return `
			<li data-name="${safe(row.name)}">
				<div class="pc-line">
					<a href="${frappe.utils.get_form_link("Conversation", row.name)}"><b>${when(row)}</b></a>
					<span class="text-muted">${facts.filter(Boolean).map(safe).join(" &middot; ")}</span>
					${pills(row)}
					<span class="pc-do">${actions(row, may_add)}</span>
				</div>
				<div class="pc-note">${note(row)}</div>
				${document_link(row)}
			</li>`;
	}

	function when(row) {
		const day = frappe.datetime.str_to_user(row.conversation_date);
		return row.time_begin ? `${day} ${row.time_begin.split(":").slice(0, 2).join(":").padStart(5, "0")}` : day;
	}

	function note(row) {
		const hidden = row.is_private && !row.note;
		return hidden ? `<i class="text-muted">${__("Private Note")}</i>` : safe(row.note);
	}

	function pills(row) {
		const found = [];
		if (row.is_private) found.push(["gray", __("Private Note")]);
		if (row.is_follow_up) found.push(["gray", __("Is Follow Up")]);
		if (row.pipeline_position) found.push(["blue", __(row.pipeline_position)]);
		if (row.completed) found.push(["green", __("Completed")]);
		else if (row.follow_up_date) found.push(due(row.follow_up_date));
		return found
			.map(([colour, text]) => `<span class="indicator-pill se-pill ${colour} no-indicator-dot">${safe(text)}</span>`)
			.join(" ");
	}

	function due(day) {
		const late = day < frappe.datetime.get_today();
		return [late ? "red" : "orange", __("Follow up {0}", [frappe.datetime.str_to_user(day)])];
	}

	function actions(row, may_add) {
		const found = [];
		if (!row.completed && row.may_complete)
			found.push(button("complete", __("Complete"), "btn-default", row.name));
		if (may_add) found.push(button("answer", __("Answer"), "btn-default", row.name));
		return found.join(" ");
	}

	function document_link(row) {
		if (!row.reference_name) return "";
		const link = frappe.utils.get_form_link(row.reference_doctype, row.reference_name);
		return `<div><a href="${link}">${safe(__(row.reference_doctype))} ${safe(row.reference_name)}</a></div>`;
	}

	// more tabs than a window beside two sidebars has room for stand in two lines: nobody looks for one beyond the edge
	const STYLE = `
		@media (min-width: 768px) {
			.form-tabs:has([data-fieldname="sales_extensions_conversations_tab"]) { flex-wrap: wrap; }
		}
		.party-conversations { max-width: 60rem; }
		.party-conversations .pc-head { display: flex; gap: 1rem; align-items: center; margin-bottom: 1rem; }
		.party-conversations ol { list-style: none; padding: 0; margin: 0 0 1rem; }
		.party-conversations li { padding: 0.75rem 0; border-top: 1px solid var(--border-color); }
		.party-conversations .pc-line { display: flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: baseline; }
		.party-conversations .pc-do { margin-inline-start: auto; white-space: nowrap; }
		.party-conversations .pc-note { white-space: pre-line; overflow-wrap: anywhere; margin-top: 0.25rem; }`;
})();
