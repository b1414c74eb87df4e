// What our forms and lists have in common.

frappe.provide("sales_extensions.forms");
frappe.provide("sales_extensions.lists");

(() => {
	const is_ours = (meta) => meta?.module === "Sales Extensions";

	// --- what a menu offers ----------------------------------------------------------------------------

	// Rows come in by a document of the framework's own, a Data Import: who may not make one is not offered it, nor who
	// would be refused the rows.
	const { can_import } = frappe.model;
	frappe.model.can_import = function (doctype, frm, meta = null) {
		if (is_ours(meta || frm?.meta) && !(frappe.model.can_create("Data Import") && frappe.perm.has_perm(doctype, 0, "import")))
			return false;
		return can_import.call(frappe.model, doctype, frm, meta);
	};

	// --- templates -------------------------------------------------------------------------------------

	// The desk gives each loop of a template two variables of three letters drawn by lot (15.72, 16.17). Once in some
	// thousand pages one of them is "for" or "new", or both are the same: the template is none then, and the page stays
	// half empty. Drawn again it is one.
	const { compile } = frappe.template;
	frappe.template.compile = (...given) => compile(...given) || compile(...given);

	// --- forms -----------------------------------------------------------------------------------------

	/** A section above a form's fields, once: a form is drawn again where it stands, and a new one twice on its first save. */
	sales_extensions.forms.section = (frm, name, html, label) => {
		frm.dashboard.parent.find(`.${name}`).remove();
		frm.dashboard.add_section(html, label, `custom ${name}`);
		frm.dashboard.show();
	};

	// --- lists -----------------------------------------------------------------------------------------

	/**
	 * Columns of a list, by name, or by name, heading and how many times as wide as others; those of a site that has
	 * chosen its own stay. The title is `title` times as wide. For its `onload`.
	 */
	sales_extensions.lists.columns = (listview, columns, title = 2.4) => {
		const { fields, total_fields } = listview.list_view_settings || {};
		if (fields || total_fields) return;
		const first = listview.columns.filter(({ type }) => type !== "Field");
		const shown = columns.map((column) => {
			const [fieldname, label] = [].concat(column);
			const df = frappe.meta.get_docfield(listview.doctype, fieldname);
			return { type: "Field", df: label ? { ...df, label } : df };
		});
		listview.columns = [...first, ...shown];
		listview.render_header(true);
		widen(listview, title, columns.map(([, , width]) => width || 1), first.length);
	};

	// Rows and heading have the same columns in the same places. A style holds for the whole desk, its lists stay in it.
	function widen({ $frappe_list, doctype }, title, widths, first) {
		const list = `.frappe-list[data-widths-of="${doctype}"]`;
		const rules = widths.map((width, at) => `${list} .list-row-col:nth-child(${first + at + 1}) { flex: ${width}; }`);
		rules.push(`${list} .level-left { flex: 5; min-width: 87%; }`); // what stands at the right needs no more
		rules.push(`${list} .list-subject { flex: ${title}; } ${list} .list-subject .level-item.ellipsis { min-width: 0; flex-shrink: 1; }`); // or it is cut without a sign
		$frappe_list.attr("data-widths-of", doctype);
		$("<style>").text(`@media (min-width: 768px) { ${rules.join(" ")} }`).prependTo($frappe_list);
	}

	/** More fields above a list to filter it by: of the rows of its documents' tables too, and by other than equality. */
	sales_extensions.lists.add_filters = (listview, fields) => {
		const { page, filter_area } = listview;
		for (const df of fields) {
			const onchange = () => filter_area.debounced_refresh_list_view();
			// the condition goes by another name where a field may have several
			const match_type = df.condition || "=";
			page.add_field({ is_filter: 1, ...df, match_type, onchange }, filter_area.standard_filters_wrapper);
		}
		const condition_of = Object.fromEntries(fields.map(({ fieldname, condition }) => [fieldname, condition || "="]));
		const { set_standard_filter } = filter_area;
		filter_area.set_standard_filter = function (filters) {
			const [own, others] = parted(filters, ([, name]) => name in condition_of);
			const [fit, unfit] = parted(own, ([, name, condition]) => condition_of[name] === condition);
			const found = set_standard_filter.call(this, others);
			const set = fit.map(([, name, , value]) => page.fields_dict[name].set_value(value));
			return {
				promise: Promise.all([found.promise, ...set]),
				non_standard_filters: [...found.non_standard_filters, ...unfit],
			};
		};
	};

	const parted = (all, is_so) => [all.filter(is_so), all.filter((one) => !is_so(one))];

	/** A list of ours: all its columns in sight, and nothing of a visit kept. For its `onload`. */
	sales_extensions.lists.set_up = (listview) => {
		sales_extensions.lines.fit(listview);
		sales_extensions.lists.let_go(listview);
	};

	/**
	 * Filters that an address has brought, from a card or a link, are that visit's: the list does not keep them for the
	 * next, and who opens it without them finds it as they left it. For its `onload`.
	 */
	sales_extensions.lists.let_go = (listview) => {
		const { before_refresh, save_view_user_settings } = listview;
		let brought = new Set();
		let kept = [];
		const are_brought = (filters) => filters.some((filter) => brought.has(key_of(filter)));

		listview.before_refresh = async function () {
			const asked = frappe.route_options && this.filter_area ? this.parse_filters_from_route_options() : [];
			const is_opened = Boolean(frappe.route_options); // and not drawn anew where it stands
			const shown = this.filter_area?.get() || [];
			if (!are_brought(shown)) kept = shown;
			await before_refresh.call(this);
			if (asked.length) brought = new Set(this.filter_area.get().map(key_of));
			else if (is_opened && are_brought(shown)) await this.filter_area.clear(false).then(() => this.filter_area.set(kept));
		};
		listview.save_view_user_settings = function (view) {
			const filters = are_brought(view.filters || []) ? kept : view.filters;
			return save_view_user_settings.call(this, { ...view, filters });
		};
	};

	const key_of = ([doctype, field, condition, value]) => JSON.stringify([doctype, field, condition, String(value)]);
})();
