// The summary of one job: details, what is related, its story, and what can be done about it (K3, K4).

frappe.provide("sales_extensions.tracker");

sales_extensions.tracker.open_job = (doctype, name, options = {}) =>
	sales_extensions.tracker
		.call("job", { doctype, name })
		.then((job) => new sales_extensions.tracker.JobDialog(job, options));

sales_extensions.tracker.JobDialog = class JobDialog {
	constructor(job, { on_hide, on_change }) {
		Object.assign(this, { job, on_change });
		this.dialog = sales_extensions.half_typed.guard(new frappe.ui.Dialog({
			title: sales_extensions.showing.text(`${__(job.doctype)} ${job.name}`),
			size: "extra-large",
			fields: [{ fieldtype: "HTML", fieldname: "body" }],
		}));
		this.dialog.on_hide = () => {
			this.dialog.$wrapper.remove(); // the next job has a dialog of its own
			on_hide?.();
		};
		this.dialog.$wrapper.addClass("sales-tracker-job");
		this.make_tabs();
		this.make_details();
		this.make_related();
		this.make_story();
		this.make_actions();
		this.dialog.show();
	}

	// The desk's own tabs work in forms only.
	make_tabs() {
		const tabs = [
			["details", __("Details")],
			["related", __("Related")],
			["story", __("Story")],
		];
		const state = (place) => (place ? "" : "active");
		const body = this.dialog.fields_dict.body.$wrapper.html(`
			<ul class="nav nav-tabs st-tabs" role="tablist">${tabs
				.map(
					([name, label], place) => `<li class="nav-item" role="presentation">
					<button type="button" class="nav-link ${state(place)}" data-toggle="tab" role="tab" id="st-tab-${name}" data-target="#st-pane-${name}"
						aria-controls="st-pane-${name}" aria-selected="${!place}" tabindex="${place ? -1 : 0}">${label}</button></li>`
				)
				.join("")}</ul>
			<div class="tab-content">${tabs
				.map(
					([name], place) => `<div class="tab-pane ${state(place)}" role="tabpanel" id="st-pane-${name}"
					aria-labelledby="st-tab-${name}"></div>`
				)
				.join("")}</div>`);
		body.on("shown.bs.tab", ".nav-link", (event) => {
			body.find(".nav-link").attr("tabindex", -1);
			$(event.target).attr("tabindex", 0);
		});
		body.on("keydown", ".nav-link", (event) => {
			const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
			const links = body.find(".nav-link");
			if (step) links.eq((links.index(event.target) + step) % links.length).tab("show").trigger("focus");
		});
	}

	html(name) {
		return this.dialog.$wrapper.find(`#st-pane-${name}`);
	}

	tab(name) {
		this.dialog.$wrapper.find(`#st-tab-${name}`).tab("show");
	}

	make_details() {
		const { job } = this;
		const escape_html = sales_extensions.showing.text;
		const fields = job.fields.map((field) => {
			const text = sales_extensions.tracker.shown(job, field, job.people);
			return `<div class="st-detail"><dt>${escape_html(field.label)}</dt><dd>${text || "–"}</dd></div>`;
		});
		this.html("details").html(`
			<p class="st-head"><span class="st-dot" style="background:${escape_html(job.colour)}"></span>
				<strong>${escape_html(__(job.stage))}</strong> <span class="text-muted">${escape_html(job.why)}</span></p>
			<dl class="st-details">${fields.join("")}</dl>
			<a class="btn btn-default btn-sm st-full" href="${frappe.utils.get_form_link(job.doctype, job.name)}">
				${__("Open {0}", [`${__(job.doctype)} ${escape_html(job.name)}`])}</a>`);
		this.html("details").on("click", "a", () => this.dialog.hide());
	}

	make_related() {
		const groups = this.job.related.map(
			({ label, rows, left_out }) => `<h5>${sales_extensions.showing.text(label)}</h5><ul class="st-related">${rows
				.map((row) => this.related_row(row))
				.join("")}</ul>${left_out ? `<p class="text-muted">${__("{0} more", [left_out])}</p>` : ""}`
		);
		this.html("related").html(
			groups.join("") || `<div class="st-empty text-muted">${__("Nothing is related to this job yet.")}</div>`
		);
		this.html("related").on("click", "a", () => this.dialog.hide());
	}

	related_row({ doctype, name, status, title, is_active }) {
		const escape_html = sales_extensions.showing.text;
		return `<li><span class="text-muted">${__(doctype)}</span>
			<a href="${frappe.utils.get_form_link(doctype, name)}">${escape_html(name)}</a>
			${title && title !== name ? escape_html(title) : ""}
			${status ? `<span class="indicator-pill se-pill no-indicator-dot ${is_active ? "blue" : "gray"}">${escape_html(__(status))}</span>` : ""}</li>`;
	}

	// --- story -----------------------------------------------------------------------------------

	make_story() {
		const area = this.html("story").html(`<div class="st-comment"></div><ol class="st-story"></ol>`);
		this.comment = frappe.ui.form.make_control({
			parent: area.find(".st-comment"),
			render_input: true,
			only_input: true,
			enable_mentions: true,
			df: { fieldtype: "Comment", fieldname: "comment" },
			on_submit: (content) => this.add_story(content),
		});
		this.draw_story(this.job.story);
	}

	draw_story(story) {
		this.html("story").find(".st-story").html(story.map((one) => this.story_entry(one)).join(""));
	}

	// The server has cleaned the html.
	story_entry({ kind, when, by, html }) {
		const what = {
			comment: __("Comment"),
			communication: __("Communication"),
			conversation: __("Conversation"),
			created: __("Created"),
			update: __("Update"),
		}[kind];
		return `<li class="st-${kind}"><div class="text-muted small">${what} · ${sales_extensions.showing.text(by)} ·
			<time datetime="${when}" title="${frappe.datetime.str_to_user(when)}">${comment_when(when)}</time></div>
			<div class="st-text">${html}</div></li>`;
	}

	async add_story(content) {
		const { doctype, name } = this.job;
		if (!strip_html(content || "").trim() && !(content || "").includes("<img")) return;
		this.comment.disable?.();
		await frappe
			.xcall("frappe.desk.form.utils.add_comment", {
				reference_doctype: doctype,
				reference_name: name,
				content,
				comment_email: frappe.session.user,
				comment_by: frappe.session.user_fullname,
			})
			.finally(() => this.comment.enable?.());
		this.comment.set_value("");
		this.changed();
	}

	async changed() {
		const { doctype, name } = this.job;
		this.draw_story(await sales_extensions.tracker.call("story", { doctype, name }));
		this.on_change?.();
	}

	// --- actions -----------------------------------------------------------------------------------

	make_actions() {
		this.dialog.add_custom_action(__("Add Story"), () => this.write_story(), "btn-default st-add-story");
		this.dialog.add_custom_action(__("Assign"), () => this.assign(), "btn-default st-assign");
		this.dialog.add_custom_action(__("Set Reminder"), () => this.set_reminder(), "btn-default st-reminder");
		if (this.job.may_export) {
			this.dialog.add_custom_action(__("Export CSV"), () => this.export(), "btn-default st-export");
		}
	}

	write_story() {
		this.tab("story");
		setTimeout(() => this.html("story").find(".ql-editor").trigger("focus"), 200);
	}

	assign() {
		const assignment = new frappe.ui.form.AssignToDialog({
			obj: this,
			method: "frappe.desk.form.assign_to.add",
			doctype: this.job.doctype,
			docname: this.job.name,
			callback: () => {
				frappe.show_alert({ message: __("Assigned"), indicator: "green" });
				this.changed();
			},
		});
		assignment.dialog.set_title(__("Assign {0}", [`${__(this.job.doctype)} ${sales_extensions.showing.text(this.job.name)}`]));
		assignment.dialog.show();
	}

	set_reminder() {
		const { doctype, name } = this.job;
		const tomorrow = moment(frappe.datetime.now_datetime()).add(1, "day").format("YYYY-MM-DD 09:00:00");
		const reminder = sales_extensions.lines.dialog({
			title: __("Set Reminder"),
			fields: [
				{ fieldtype: "Datetime", fieldname: "remind_at", label: __("Remind At"), reqd: 1, default: tomorrow },
				{
					fieldtype: "Small Text",
					fieldname: "description",
					label: __("Description"),
					reqd: 1,
					default: `${__(doctype)} ${name}`,
				},
			],
			primary_action_label: __("Set Reminder"),
			async primary_action({ remind_at, description }) {
				await frappe.xcall("frappe.automation.doctype.reminder.reminder.create_new_reminder", {
					remind_at,
					description,
					reminder_doctype: doctype,
					reminder_docname: name,
				});
				reminder.hide();
				const when = frappe.datetime.str_to_user(remind_at);
				frappe.show_alert({ message: __("You will be reminded at {0}.", [when]), indicator: "green" });
			},
		});
		reminder.show();
	}

	export() {
		const { doctype, name } = this.job;
		open_url_post("/api/method/sales_extensions.api.tracker.export_csv", { doctype, name });
	}
};
