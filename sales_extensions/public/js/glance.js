// Targets at a glance, in the workspaces: each with its result, its pace and what is behind it (T6, X4).

frappe.provide("sales_extensions");

sales_extensions.glance = function (root) {
	const place = root.querySelector(".glance");
	const show = () =>
		place.dataset.view === "mine"
			? frappe.xcall("sales_extensions.api.glance.mine").then((found) => show_mine(place, found))
			: frappe.xcall("sales_extensions.api.glance.team").then((found) => show_team(place, found));
	place.addEventListener("click", (event) => {
		const link = event.target.closest("a[data-target]");
		if (!link || event.ctrlKey || event.metaKey) return;
		event.preventDefault();
		frappe.set_route("Form", "Sales Target", link.dataset.target);
	});
	return show();
};

function show_mine(place, found) {
	const nothing = found.seller
		? __("No target of yours has today in its period.")
		: __("You are no Sales Person yet. Ask your manager to link one to your Employee.") + link_to_team();
	place.innerHTML = list(__("My Targets"), found.targets, found.all, nothing);
}

function show_team(place, found) {
	if (!found.leaders.length && !found.behind.length) {
		place.innerHTML = list(__("Targets of the Team"), [], [], __("No target has today in its period.") + link_to_new());
		return;
	}
	place.innerHTML = `<div class="glance-columns">
		${list(__("Leaders"), found.leaders, found.leaders_all, __("No target is on pace."))}
		${list(__("At Risk"), found.behind, found.behind_all, __("No target is behind its pace."))}
	</div>`;
}

function link_to_new() {
	if (!frappe.model.can_create("Sales Target")) return "";
	return ` <a href="/app/sales-target/new">${__("New Sales Target")}</a>`;
}

// who makes targets is in the wrong place here
function link_to_team() {
	if (!frappe.model.can_create("Sales Target")) return "";
	return ` <a href="/app/team-sales">${__("Team Sales")}</a>`;
}

function list(title, rows, all, nothing) {
	const names = encodeURIComponent(JSON.stringify(["in", all.join(",")]));
	const more =
		all.length > rows.length
			? `<a class="glance-more" href="/app/sales-target?name=${names}">${__("{0} more", [all.length - rows.length])}</a>`
			: "";
	return `<section class="glance-list">
		<h3>${title}</h3>
		${rows.map(row).join("") || `<p class="glance-nothing">${nothing}</p>`}
		${more}
	</section>`;
}

function row(target) {
	const between = (part) => Math.max(0, Math.min(100, part));
	const state = target.status === "Achieved" ? "achieved" : target.ahead < 0 ? "behind" : "ahead";
	return `<a class="glance-row ${state}" data-target="${escaped(target.name)}"
			href="/app/sales-target/${encodeURIComponent(target.name)}">
		<span class="glance-head">
			<span class="glance-title" title="${escaped(target.title)}">${escaped(target.title)}</span>
			<b>${format_number(target.percentage, null, target.percentage < 1000 ? 1 : 0)} %</b>
		</span>
		<span class="glance-bar" role="img" aria-label="${__("{0} % of target, {1} % expected", [
			format_number(target.percentage, null, 1),
			format_number(target.expected_percentage, null, 1),
		])}">
			<span class="glance-done" style="width: ${between(target.percentage)}%"></span>
			<span class="glance-pace" style="left: ${between(target.expected_percentage)}%"
				title="${__("Expected by today")}"></span>
		</span>
		<span class="glance-words">
			<span class="glance-sellers" title="${escaped(target.sellers.join(", "))}">${escaped(target.sellers.join(", "))}</span>
			<span>${standing(target, state)}</span>
		</span>
	</a>`;
}

function standing(target, state) {
	const of_goal = __("{0} of {1}", [figure(target, target.realised), figure(target, target.goal)]);
	if (state === "achieved") return `${of_goal} · ${__("achieved")}`;
	if (state === "ahead") return `${of_goal} · ${__("{0} ahead of pace", [figure(target, target.ahead)])}`;
	return `${of_goal} · ${__("{0} a week needed", [figure(target, target.weekly)])}`;
}

function figure(target, number) {
	return target.target_type === "Numeric"
		? format_number(number, null, Number.isInteger(Number(number)) ? 0 : 1)
		: format_currency(number, target.currency, 0);
}

function escaped(text) {
	return frappe.utils.escape_html(String(text));
}
