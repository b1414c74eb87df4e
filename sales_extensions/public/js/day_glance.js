// The day's work of the one who is logged in, at the head of My Sales: what is overdue, what is to do today and when, and
// tasks that have no day (D1). My Day has all of it.

frappe.provide("sales_extensions");

sales_extensions.day_glance = async function (root) {
	const MOST = 8;
	const place = root.querySelector(".day");
	const found = await frappe.xcall("sales_extensions.api.activities.today");
	const open = found.items.filter((one) => !one.done);
	place.innerHTML = `
		<h3><a href="${sales_extensions.desk("my-day")}">${__("My Day")}</a> <small>${frappe.datetime.str_to_user(found.day)}</small></h3>
		<div class="day-columns">
			${column(__("Overdue"), found.overdue, late)}
			${column(__("To Do"), open, hours)}
			${column(__("Without a Day"), found.undated, () => "")}
		</div>
		${found.overdue.length + open.length + found.undated.length ? "" : `<p class="day-nothing">${__("Nothing is left to do today.")}</p>`}
		<p class="day-done">${__("Done today: {0}", [found.items.length - open.length])}</p>`;
	// the desk sees no link within a block
	place.addEventListener("click", (event) => {
		const link = event.target.closest("a");
		if (!link || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		const { doctype, name } = link.dataset;
		doctype ? frappe.set_route("Form", doctype, name) : frappe.set_route("my-day");
	});

	function column(title, items, when) {
		if (!items.length) return "";
		const more = items.length - MOST;
		return `<section>
			<h4 class="${when === late ? "is-late" : ""}">${title} (${items.length})</h4>
			${items.slice(0, MOST).map((one) => item(one, when)).join("")}
			${more > 0 ? `<a class="day-more" href="${sales_extensions.desk("my-day")}">${__("{0} more", [more])}</a>` : ""}
		</section>`;
	}

	function item(one, when) {
		const safe = sales_extensions.showing.text;
		const address = frappe.utils.get_form_link(one.doctype, one.name);
		return `<a class="day-item" href="${address}" data-doctype="${safe(one.doctype)}" data-name="${safe(one.name)}">
			<span class="day-when">${safe(when(one))}</span>
			<span class="day-what"><b>${safe(one.title)}</b> <small>${[one.kind, one.detail].filter(Boolean).map(safe).join(", ")}</small></span>
		</a>`;
	}

	function late(one) {
		return frappe.datetime.str_to_user(one.starts.slice(0, 10));
	}

	function hours(one) {
		if (one.all_day) return __("Today");
		const of = (moment) => moment.slice(11, 16);
		return one.ends && one.ends !== one.starts ? `${of(one.starts)}\u2013${of(one.ends)}` : of(one.starts);
	}
};
