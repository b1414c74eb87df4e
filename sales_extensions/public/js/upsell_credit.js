// Who earned each charge: a section below the items of a Quotation and a Sales Order (U2, U4, U9, U10, U11).
// The file comes with the scripts of both doctypes, and is set up once.

(() => {
	frappe.provide("sales_extensions");
	if (sales_extensions.upsell_credit) return;
	sales_extensions.upsell_credit = true;

	const API = "sales_extensions.api.upsell";
	const escape = sales_extensions.showing.text;
	const STYLE = "/assets/sales_extensions/css/upsell_credit.css";
	// With more charges than this the section starts closed.
	const OPEN_UP_TO = 20;
	const NAMES_IN_DIALOG = 3;

	for (const doctype of ["Quotation", "Sales Order"]) {
		frappe.ui.form.on(doctype, { refresh });
	}

	function refresh(frm) {
		const there = frm.upsell_credit;
		if (there && (frm.is_new() || there.document !== frm.doc.name)) there.remove();
		frm.upsell_credit_request = null;
		if (!frm.is_new() && frappe.model.can_read("Upsell Credit")) load(frm);
	}

	function load(frm) {
		const request = (frm.upsell_credit_request = {});
		const { doctype: voucher_type, name: voucher_no } = frm.doc;
		return Promise.all([frappe.xcall(`${API}.credits_of`, { voucher_type, voucher_no }), style()]).then(
			([answer]) => {
				if (frm.upsell_credit_request === request && frm.doc.name === voucher_no) show(frm, answer);
			}
		);
	}

	function show(frm, answer) {
		frm.dashboard.transactions_area
			?.find('.document-link[data-doctype="Upsell Credit"]')
			.toggleClass("hidden", !answer.shown);
		if (!answer.shown) return frm.upsell_credit?.remove();
		frm.upsell_credit = frm.upsell_credit || new UpsellSection(frm);
		frm.upsell_credit.draw(answer);
		frm.sales_credit?.draw();
	}

	let styled;
	function style() {
		styled =
			styled ||
			new Promise((resolve) => {
				const link = document.createElement("link");
				link.rel = "stylesheet";
				link.href = `${STYLE}?v=${window._version_number}`;
				link.onload = link.onerror = resolve;
				document.head.append(link);
			});
		return styled;
	}

	// --- the section ------------------------------------------------------------------------

	class UpsellSection {
		constructor(frm) {
			this.frm = frm;
			this.document = frm.doc.name;
			this.opened = new Set();
			this.picked = new Set();
			this.sources = new Map();
			this.root = document.createElement("div");
			// not "form-section": the layout hides those without a control of its own
			this.root.className = "form-dashboard-section upsell-credit";
			this.root.addEventListener("click", (event) => this.on_click(event));
			this.root.addEventListener("change", (event) => this.on_change(event));
			this.root.addEventListener("keydown", (event) => this.on_key(event));
		}

		remove() {
			this.root.remove();
			if (this.frm.upsell_credit === this) this.frm.upsell_credit = null;
		}

		draw(answer) {
			this.answer = answer;
			this.credits = new Map(answer.credits.map((credit) => [credit.name, credit]));
			this.live = answer.credits.filter((credit) => !credit.is_removed);
			this.gone = answer.credits.filter((credit) => credit.is_removed);
			this.currency = this.frm.doc.currency;
			this.may_change = !answer.read_only && this.live.length > 0;
			this.picked = new Set([...this.picked].filter((name) => this.credits.get(name)?.is_removed === 0));
			this.place();
			this.render();
		}

		place() {
			const items = this.frm.fields_dict.items.$wrapper.closest(".form-section")[0];
			if (items && items.nextElementSibling !== this.root) sales_extensions.lines.stand_after(items, this.root);
		}

		render() {
			const scrolled = this.root.querySelector(".upsell-scroll")?.scrollTop || 0;
			const fold_open = this.root.querySelector(".upsell-removed")?.open;
			const closed = this.is_closed();
			this.root.innerHTML = this.head_html(closed) + (closed ? "" : this.body_html());
			if (closed) return;
			for (const name of this.opened) this.open_detail(name);
			this.root.querySelector(".upsell-scroll").scrollTop = scrolled;
			if (fold_open) this.root.querySelector(".upsell-removed")?.setAttribute("open", "");
			this.show_picked();
		}

		// Short lists and long ones are remembered apart, for each user of this browser.
		state_key() {
			const size = this.live.length > OPEN_UP_TO ? "long" : "short";
			return `sales_extensions:upsell_credit:${size}:${frappe.session.user}`;
		}

		is_closed() {
			const remembered = localStorage.getItem(this.state_key());
			return remembered ? remembered === "closed" : this.live.length > OPEN_UP_TO;
		}

		toggle() {
			localStorage.setItem(this.state_key(), this.is_closed() ? "open" : "closed");
			this.render();
			this.root.querySelector(".section-head").focus();
		}

		// --- what is drawn --------------------------------------------------------------------

		head_html(closed) {
			const icon = frappe.utils.icon(closed ? "es-line-down" : "es-line-up", "sm", "mb-1");
			return `<div class="section-head collapsible${closed ? " collapsed" : ""}" role="button" tabindex="0"
				aria-expanded="${!closed}" data-act="toggle">${this.title()}
				<span class="ml-2 collapse-indicator mb-1" aria-hidden="true">${icon}</span>
				${closed ? `<span class="upsell-summary">${this.summary()}</span>` : ""}</div>`;
		}

		// Who has no role for it sees what they are credited with, and no more.
		title() {
			return this.answer.own_only ? __("Your Upsell Credit") : __("Upsell Credit");
		}

		body_html() {
			return `<div class="section-body">${this.of_what()}${this.bar_html()}${this.table_html(this.live, true)}
				${this.gone.length ? this.removed_html() : ""}</div>`;
		}

		// Whose what is here, and which figure the other credit of the order is.
		of_what() {
			const told = [__("Who sold each charge, for targets of upsells.")];
			const other = `<button type="button" class="btn btn-link btn-xs upsell-other" data-act="order">${__("Sales Credit")}</button>`;
			if (this.frm.sales_credit) told.push(__("Who has the order, for other targets: {0}", [other]));
			return `<p class="text-muted small upsell-of-what">${told.join(" ")}</p>`;
		}

		summary() {
			const removed = this.gone.length ? [__("{0} removed", [this.gone.length])] : [];
			return [this.charges_text(), this.money(total(this.live)), this.upsells_text(), ...removed].join(" · ");
		}

		charges_text() {
			const count = this.live.length;
			return count === 1 ? __("1 charge") : __("{0} charges", [count]);
		}

		upsells_text() {
			const upsells = this.live.filter((credit) => upsell_part(credit) > 0);
			if (!upsells.length) return __("No upsells");
			const sum = upsells.reduce((sum, credit) => sum + flt(credit.subtotal) * upsell_part(credit), 0);
			const amount = `<span class="upsell-money">${this.money(sum)}</span>`;
			return upsells.length === 1
				? __("1 upsell: {0}", [amount])
				: __("{0} upsells: {1}", [upsells.length, amount]);
		}

		bar_html() {
			if (this.answer.read_only) {
				return `<div class="upsell-bar"><span class="upsell-hint upsell-read-only">
					${frappe.utils.icon("lock", "xs")} ${escape(this.answer.read_only)}</span></div>`;
			}
			if (!this.may_change) return "";
			const button = (act, label) =>
				`<button type="button" class="btn btn-default btn-xs" data-act="${act}" disabled>${label}</button>`;
			return `<div class="upsell-bar"><span class="upsell-hint" aria-live="polite"></span>
				${button("reassign", __("Reassign"))}${button("mark", __("Mark as Upsell"))}
				${button("unmark", __("No Upsell"))}</div>`;
		}

		table_html(credits, with_totals) {
			if (!credits.length) {
				return `<div class="upsell-scroll text-muted" style="padding: 10px">${with_totals ? empty_text() : ""}</div>`;
			}
			const boxes = with_totals && this.may_change;
			const label = with_totals ? this.title() : __("Removed charges");
			return `<div class="upsell-scroll" tabindex="0" role="region" aria-label="${label}">
				<table class="upsell-charges${boxes ? "" : " upsell-without-boxes"}" role="table">
				<thead role="rowgroup">${header_html(boxes)}</thead>
				<tbody role="rowgroup">${credits.map((credit) => this.row_html(credit, boxes)).join("")}</tbody>
				${with_totals ? this.totals_html(boxes) : ""}</table></div>`;
		}

		totals_html(boxes) {
			return `<tfoot role="rowgroup"><tr role="row">${boxes ? '<td role="cell"></td>' : ""}
				<th scope="row" role="rowheader">${this.charges_text()}</th><td role="cell"></td><td role="cell"></td>
				<td role="cell" class="upsell-number">${this.money(total(this.live))}</td>
				<td role="cell"></td><td role="cell"></td>
				<td role="cell" class="upsell-total">${this.upsells_text()}</td></tr></tfoot>`;
		}

		removed_html() {
			return `<details class="upsell-removed"><summary>${__("Removed charges ({0})", [this.gone.length])}</summary>
				${this.table_html(this.gone, false)}</details>`;
		}

		row_html(credit, boxes) {
			const charge = escape(credit.charge_name || credit.item_code);
			const pick = boxes
				? `<td role="cell" class="upsell-pick"><label><input type="checkbox" data-pick="${escape(credit.name)}"
					aria-label="${__("Choose {0}", [charge])}"></label></td>`
				: "";
			const cell = (kind, label, html) =>
				`<td role="cell" class="${kind}${html ? "" : " upsell-none"}" data-label="${label}">${html}</td>`;
			return `<tr role="row" class="upsell-row" data-credit="${escape(credit.name)}">${pick}
				<th scope="row" role="rowheader" class="upsell-charge"><div class="upsell-charge-line">
					<span class="upsell-idx">${credit.is_removed ? "" : cint(credit.charge_idx)}</span>
					<button type="button" class="upsell-open" data-act="open" aria-expanded="false"
						aria-controls="upsell-${escape(credit.name)}">${charge}</button></div></th>
				${cell("upsell-number", __("Hours"), flt(credit.hours) ? number(credit.hours) : "")}
				${cell("upsell-number", __("Qty"), number(credit.qty))}
				${cell("upsell-number", __("Subtotal"), this.money(credit.subtotal))}
				${cell("upsell-person", __("Credit Assigned To"), this.assignee_html(credit))}
				${cell("upsell-tick", __("Credit Assigned Customised"), tick_html(credit))}
				${cell("upsell-mark", __("Upsell"), mark_html(credit))}</tr>`;
		}

		assignee_html(credit) {
			const notes = [];
			if (!credit.sales_person) {
				const why = __("No target counts this charge: the user has no Sales Person.");
				notes.push(`<span title="${why}">${__("no Sales Person")}</span>`);
			}
			if (credit.is_inferred) notes.push(__("inferred"));
			if (credit.is_alternative) notes.push(__("alternative: not in the total"));
			const note = notes.length ? ` <span class="upsell-note">${notes.join(" · ")}</span>` : "";
			return this.person(credit.credit_assigned_to) + note;
		}

		person(user) {
			if (!user) return "–";
			return `<span title="${escape(user)}">${escape(this.answer.people[user] || user)}</span>`;
		}

		money(amount) {
			return sales_extensions.showing.money(amount, this.currency);
		}

		// --- a charge's detail ----------------------------------------------------------------

		detail_html(credit) {
			const removed = credit.is_removed
				? stamp(__("Removed On"), credit.removed_on) + fact(__("Removed By"), this.person(credit.removed_by))
				: "";
			return `<td role="cell" colspan="8"><dl class="upsell-stamps">
				<div>${stamp(__("Created On"), credit.charge_created_on)}
					${fact(__("Created By"), this.person(credit.charge_created_by))}</div>
				<div>${stamp(__("Last Edited On"), credit.last_edited_on)}
					${fact(__("Last Edited By"), this.person(credit.last_edited_by))}</div>
				<div>${stamp(__("Credit Assigned On"), credit.credit_assigned_on)}
					${fact(__("Credit Assigned By"), this.person(credit.credit_assigned_by))}</div>
				${removed ? `<div>${removed}</div>` : ""}
				<div class="upsell-wide">${fact(__("Why"), credit.reason)}</div>
				<div>${fact(__("Origin"), origin_html(credit))}</div>
				<div>${fact(__("Upsell"), why_upsell(credit))}</div>
				<div>${fact(__("Documents"), this.links_html(credit))}</div></dl>
				${this.changes_html(credit)}</td>`;
		}

		links_html(credit) {
			const links = [form_link("Upsell Credit", credit.name, __("This credit"))];
			const source = this.sources.get(credit.source_credit);
			if (source) links.push(form_link(source.voucher_type, source.voucher_no));
			if (credit.source_credit) {
				links.push(form_link("Upsell Credit", credit.source_credit, __("Credit it comes from")));
			}
			if (credit.invoiced_in) links.push(form_link("Sales Invoice", credit.invoiced_in));
			return links.join("<br>");
		}

		changes_html(credit) {
			if (!credit.changes.length) return "";
			const rows = credit.changes.map(
				(change) => `<tr><td>${moment_text(change.changed_on)}</td><td>${this.person(change.changed_by)}</td>
					<td>${escape(__(change.change))}</td><td>${this.person(change.from_user)}</td>
					<td>${this.person(change.to_user)}</td><td>${escape(change.reason || "")}</td></tr>`
			);
			const titles = [__("On"), __("By"), __("Change"), __("From"), __("To"), __("Reason")];
			return `<div class="upsell-changes"><table><caption>${__("Changes")}</caption>
				<thead><tr>${titles.map((title) => `<th scope="col">${title}</th>`).join("")}</tr></thead>
				<tbody>${rows.join("")}</tbody></table></div>`;
		}

		row_of(name) {
			return this.root.querySelector(`.upsell-row[data-credit="${CSS.escape(name)}"]`);
		}

		toggle_detail(name) {
			if (this.opened.delete(name)) this.close_detail(name);
			else {
				this.opened.add(name);
				this.open_detail(name);
			}
		}

		open_detail(name) {
			const row = this.row_of(name);
			if (!row) return this.opened.delete(name);
			const detail = document.createElement("tr");
			detail.className = "upsell-detail";
			detail.id = `upsell-${name}`;
			detail.setAttribute("role", "row");
			detail.innerHTML = this.detail_html(this.credits.get(name));
			row.after(detail);
			row.classList.add("upsell-is-open");
			row.querySelector(".upsell-open").setAttribute("aria-expanded", "true");
			this.find_source(this.credits.get(name).source_credit, name);
		}

		close_detail(name) {
			const row = this.row_of(name);
			row.nextElementSibling.remove();
			row.classList.remove("upsell-is-open");
			row.querySelector(".upsell-open").setAttribute("aria-expanded", "false");
		}

		// The document that a credit comes from is asked for when it is first looked at.
		find_source(source, name) {
			if (!source || this.sources.has(source)) return;
			frappe.db.get_value("Upsell Credit", source, ["voucher_type", "voucher_no"]).then(({ message }) => {
				if (!message?.voucher_no) return;
				this.sources.set(source, message);
				if (!this.opened.has(name) || !this.row_of(name)) return;
				this.close_detail(name);
				this.open_detail(name);
			});
		}

		// --- what a person does -----------------------------------------------------------------

		on_click(event) {
			const button = event.target.closest("[data-act]");
			if (!button || button.disabled) return;
			const act = button.dataset.act;
			if (act === "toggle") this.toggle();
			else if (act === "order") this.frm.sales_credit?.open();
			else if (act === "open") this.toggle_detail(button.closest(".upsell-row").dataset.credit);
			else this.open_dialog(act);
		}

		on_key(event) {
			if (event.target.dataset.act !== "toggle" || !["Enter", " "].includes(event.key)) return;
			event.preventDefault();
			this.toggle();
		}

		on_change(event) {
			const box = event.target;
			if ("pickAll" in box.dataset) {
				this.picked = new Set(box.checked ? this.live.map((credit) => credit.name) : []);
			} else if (box.dataset.pick) {
				if (box.checked) this.picked.add(box.dataset.pick);
				else this.picked.delete(box.dataset.pick);
			}
			this.show_picked();
		}

		show_picked() {
			if (!this.may_change) return;
			const count = this.picked.size;
			for (const box of this.root.querySelectorAll("input[data-pick]")) {
				box.checked = this.picked.has(box.dataset.pick);
				box.closest("tr").classList.toggle("upsell-picked", box.checked);
			}
			const all = this.root.querySelector("input[data-pick-all]");
			all.checked = count === this.live.length;
			all.indeterminate = count > 0 && !all.checked;
			this.root.querySelectorAll(".upsell-bar button").forEach((button) => (button.disabled = !count));
			this.refuse_own_mark();
			this.root.querySelector(".upsell-hint").textContent = count
				? __("{0} of {1} chosen", [count, this.live.length])
				: __("Choose charges to give their credit to another, or to mark them.");
		}

		// Nobody marks a charge of their own; the server refuses it too.
		refuse_own_mark() {
			const user = frappe.session.user;
			const is_own = (name) => this.credits.get(name).credit_assigned_to === user;
			const own = user !== "Administrator" && [...this.picked].some(is_own);
			const mark = this.root.querySelector('.upsell-bar [data-act="mark"]');
			if (own) mark.disabled = true;
			mark.title = own ? __("Somebody else must mark a charge of your own as an upsell.") : "";
		}

		open_dialog(act) {
			const credits = [...this.picked];
			const title = { reassign: __("Reassign Credit"), mark: __("Mark as Upsell"), unmark: __("No Upsell") };
			const dialog = sales_extensions.lines.dialog({
				title: title[act],
				fields: [
					{ fieldtype: "HTML", fieldname: "charges", options: this.charges_html(credits) },
					...(act === "reassign" ? [user_field()] : []),
					{
						fieldtype: "Small Text",
						fieldname: "reason",
						label: __("Reason"),
						reqd: 1,
						description: __("Kept with the credit, with your name and the time."),
					},
				],
				primary_action_label: act === "reassign" ? __("Reassign") : title[act],
				primary_action: (values) => this.send(act, credits, values, dialog),
			});
			dialog.$wrapper.addClass("upsell-dialog");
			dialog.show();
		}

		charges_html(names) {
			const credits = names.map((name) => this.credits.get(name));
			const shown = credits.slice(0, NAMES_IN_DIALOG).map((credit) => escape(credit.charge_name));
			const more = credits.length - shown.length;
			if (more > 0) shown.push(more === 1 ? __("1 more") : __("{0} more", [more]));
			return `<p class="text-muted" style="overflow-wrap: anywhere">${shown.join(", ")} ·
				${this.money(total(credits))}</p>`;
		}

		// The server says what is wrong, in a message above the dialog, which stays with what was typed.
		send(act, credits, { user, reason }, dialog) {
			const [method, args] =
				act === "reassign" ? ["reassign", { user }] : ["mark_upsell", { is_upsell: act === "mark" ? 1 : 0 }];
			dialog.disable_primary_action();
			return frappe
				.xcall(`${API}.${method}`, { credits, reason, ...args })
				.then(({ changed }) => {
					dialog.hide();
					this.picked.clear();
					frappe.show_alert({ message: changed_text(changed), indicator: changed ? "green" : "blue" });
					return load(this.frm);
				})
				.catch(() => dialog.enable_primary_action());
		}
	}

	// --- small parts ---------------------------------------------------------------------------

	function header_html(boxes) {
		const title = (kind, label) => `<th scope="col" role="columnheader" class="${kind}">${label}</th>`;
		const all = __("Choose all charges");
		const pick = `<label><input type="checkbox" data-pick-all aria-label="${all}">
			<span class="upsell-all">${all}</span></label>`;
		return `<tr role="row">${boxes ? title("upsell-pick", pick) : ""}
			${title("upsell-charge", __("Charge"))}${title("upsell-number", __("Hours"))}
			${title("upsell-number", __("Qty"))}${title("upsell-number", __("Subtotal"))}
			${title("upsell-person", __("Credit Assigned To"))}
			${title("upsell-tick", __("Credit Assigned Customised"))}${title("upsell-mark", __("Upsell"))}</tr>`;
	}

	// Drawn, and not an emoji, so that it looks the same on every machine.
	function tick_html(credit) {
		if (!cint(credit.credit_assigned_customised)) return "";
		const why = __("Yes: the credit is with another than the one who added the charge.");
		return `<svg role="img" aria-label="${why}" viewBox="0 0 16 16" width="16" height="16"><title>${why}</title>
			<rect width="16" height="16" rx="3" fill="var(--green-500)"></rect>
			<path d="M4 8.4l2.7 2.7L12 5.6" fill="none" stroke="white" stroke-width="1.8"></path></svg>`;
	}

	function mark_html(credit) {
		const rule = credit.upsell_rule ? `<span class="small text-muted">${escape(__(credit.upsell_rule))}</span>` : "";
		if (cint(credit.is_upsell)) {
			const part = flt(credit.qty_before)
				? ` ${__("{0} of {1}", [number(Math.max(0, credit.qty - credit.qty_before)), number(credit.qty)])}`
				: "";
			return `<span class="indicator-pill no-indicator-dot green">${__("Upsell")}${part}</span> ${rule}`;
		}
		return rule ? `<span class="small text-muted">${__("No upsell")} · </span>${rule}` : "";
	}

	function origin_html(credit) {
		const inferred = cint(credit.is_inferred)
			? ` <span class="text-muted">(${__("inferred: it was there before it was tracked")})</span>`
			: "";
		return escape(__(credit.origin || "")) + inferred;
	}

	function why_upsell(credit) {
		if (credit.upsell_rule === "By Hand") {
			return cint(credit.is_upsell) ? __("Yes, marked by hand.") : __("No, the mark was taken away by hand.");
		}
		const sentences = {
			"Added Later": __("Yes, added to what was there before."),
			"Added at Conversion": __("Yes, added while a quotation was converted."),
			"Carried Over": __("Yes, it was one on the quotation already."),
		};
		return sentences[credit.upsell_rule] || (cint(credit.is_upsell) ? __("Yes") : __("No"));
	}

	function user_field() {
		return {
			fieldtype: "Link",
			fieldname: "user",
			label: __("Credit Assigned To"),
			options: "User",
			reqd: 1,
			only_select: 1,
			// who left since may have the credit of before: the server knows of which
			filter_description: __("Users of the desk, also those who left since"),
			get_query: () => ({ filters: { enabled: ["in", [0, 1]], user_type: "System User" } }),
		};
	}

	function changed_text(changed) {
		if (!changed) return __("Nothing to change: it was so already.");
		return changed === 1 ? __("1 credit changed.") : __("{0} credits changed.", [changed]);
	}

	function empty_text() {
		return __("No charge has a credit yet. The next save gives each its credit; so does a reconcile.");
	}

	function form_link(doctype, name, label) {
		return `<a href="${frappe.utils.get_form_link(doctype, name)}">${escape(label || `${__(doctype)} ${name}`)}</a>`;
	}

	function stamp(label, value) {
		return fact(label, moment_text(value));
	}

	function fact(label, html) {
		return `<dt>${label}</dt><dd>${html || "–"}</dd>`;
	}

	function moment_text(value) {
		return value ? escape(frappe.datetime.str_to_user(value)) : "–";
	}

	// As many decimals as the number has: 2, 1.5
	function number(value) {
		const rounded = flt(value, cint(frappe.boot.sysdefaults.float_precision) || 3);
		return format_number(rounded, null, (String(rounded).split(".")[1] || "").length);
	}

	// Of alternatives, which the quotation's own total leaves out too, nothing.
	function total(credits) {
		return credits.reduce((sum, credit) => sum + (credit.is_alternative ? 0 : flt(credit.subtotal)), 0);
	}

	// The part of a charge that is an upsell: what of its quantity was not sold before.
	function upsell_part(credit) {
		if (!cint(credit.is_upsell)) return 0;
		const qty = flt(credit.qty), before = flt(credit.qty_before);
		return before && qty ? Math.max(0, (qty - before) / qty) : 1;
	}
})();
