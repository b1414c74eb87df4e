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

const TITLES = () => ({
	mine: __("My Targets"),
	teams: __("Targets of My Teams"),
	company: __("Targets of the Company"),
	leaders: __("Leaders: Achieved or on Pace"),
	behind: __("At Risk: Behind Pace"),
});

function show_mine(place, found) {
	const nothing = found.seller
		? __("No target that names you has today in its period.")
		: __("You are no Sales Person yet. Ask your manager to link one to your Employee.") + link_to_team();
	const lists = Object.entries({ mine: { targets: [], count: 0 }, ...found.lists });
	place.innerHTML = (found.seller ? ways_of_seller() : "") + columns(lists.map(([of, one]) => list(of, one, nothing)));
}

function show_team(place, { leaders, behind }) {
	place.innerHTML =
		ways() +
		(leaders.count + behind.count
			? columns([
					list("leaders", leaders, __("No target is on pace.")),
					list("behind", behind, __("No target is behind its pace."), next_steps),
				]) + `<p class="glance-nothing">${dated_later()}</p>`
			: `<p class="glance-nothing">${__("No target has today in its period.")}</p>`);
}

// On a first day somebody may lead by what is dated the last.
const dated_later = () => __("A result has all orders of the target's period, also those dated later than today.");

const columns = (lists) => `<div class="glance-columns">${lists.join("")}</div>`;

function ways() {
	const fresh = frappe.model.can_create("Sales Target") ? link("sales-target/new", __("New Sales Target")) : "";
	const disputed = link("sales-statement", __("Disputed Statements"), { unanswered: [">", 0], superseded_by: ["is", "not set"] });
	return `<nav class="glance-ways">${fresh}${link("sales-target", __("All Sales Targets"))}${disputed}</nav>`;
}

const ways_of_seller = () => `<nav class="glance-ways">${link("sales-statement", __("My Statements"))}</nav>`;

const link = (path, words, filters) => `<a href="${sales_extensions.desk(path, filters)}">${words}</a>`;

// who makes targets is in the wrong place here
function link_to_team() {
	if (!frappe.model.can_create("Sales Target")) return "";
	return ` ${link("team-sales", __("Team Sales"))}`;
}

function list(of, { targets, count, address }, nothing, below = () => "") {
	const more =
		count > targets.length
			? `<a class="glance-more" href="${address}">${__("{0} more", [count - targets.length])}</a>`
			: "";
	return `<section class="glance-list" data-of="${of}">
		<h3>${TITLES()[of]}${count ? ` (${count})` : ""}</h3>
		${targets.map((target) => row(target) + own_figure(target) + below(target)).join("") || `<p class="glance-nothing">${nothing}</p>`}
		${more}
	</section>`;
}

// of a year's months some are named
const MOST_INSTEAD = 3;

// Where Attainment has another figure of these sellers: it counts days of this target in others.
function own_figure({ instead, attainment }) {
	if (!instead?.length) return "";
	const { text, period } = sales_extensions.showing;
	const link = `<a href="${attainment}">${__("Attainment")}</a>`;
	const others = instead.slice(0, MOST_INSTEAD).map(({ name, title, first, last }) => {
		const target = `<a href="${frappe.utils.get_form_link("Sales Target", name)}" data-target="${text(name)}">${text(title)}</a>`;
		return __("{0} in {1}", [period(first, last), target]);
	});
	if (instead.length > MOST_INSTEAD) others.push(__("{0} more", [instead.length - MOST_INSTEAD]));
	return `<p class="glance-instead">${__("{0} counts {1}, not here.", [link, others.join(", ")])}</p>`;
}

// What may bring the target back on its pace: of one seller their pipeline, follow-ups and quotations; of several, who lags.
function next_steps({ name, title, company, from_date, to_date, target_type, measured_on, person }) {
	const steps = person
		? [
				["query-report/Pipeline Customers", { metric: "In Pipeline", employee: person.employee }, __("Open Pipeline")],
				["query-report/Follow Ups", { whose: "All", employee: person.employee }, __("Follow Ups")],
				// without a user they would be everybody's
				...(person.user
					? [["quotation", { status: ["in", TO_CHASE], owner: ["=", person.user] }, __("Quotations to Chase")]]
					: []),
			]
		: [["query-report/Attainment", { company, from_date, to_date, target_type, measured_on, sales_target: name }, __("By Seller")]];
	const links = steps.map(([path, filters, words]) => link(path, words, filters));
	return `<nav class="glance-steps" aria-label="${__("Next steps for {0}", [sales_extensions.showing.text(title)])}">${links.join("")}</nav>`;
}

// quotations that are out and not answered, or not wholly
const TO_CHASE = ["Open", "Replied", "Partially Ordered"];

function row(target) {
	const between = (part) => Math.max(0, Math.min(100, part));
	const state = target.status === "Achieved" ? "achieved" : target.behind ? "behind" : "ahead";
	return `<a class="glance-row ${state}" data-target="${sales_extensions.showing.text(target.name)}"
			href="${frappe.utils.get_form_link("Sales Target", target.name)}">
		<span class="glance-head">
			<span class="glance-title" title="${sales_extensions.showing.text(target.title)}">${sales_extensions.showing.text(target.title)}</span>
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
			<span class="glance-sellers" title="${sales_extensions.showing.text(target.sellers.join(", "))}">${sales_extensions.showing.text(target.sellers.join(", "))}</span>
			<span>${standing(target, state)}</span>
		</span>
		<span class="glance-words">${sales_extensions.showing.period(target.from_date, target.to_date)}</span>
	</a>`;
}

function standing(target, state) {
	const of_goal = __("{0} of {1}", [figure(target, target.realised), figure(target, target.goal)]);
	if (state === "achieved") return `${of_goal} · ${__("achieved")}`;
	if (state === "ahead") {
		const ahead = target.ahead < 0 ? __("on pace") : __("{0} ahead of pace", [figure(target, target.ahead)]);
		return `${of_goal} · ${ahead}`;
	}
	return `${of_goal} · ${__("{0} a week needed", [figure(target, target.weekly)])}`;
}

function figure(target, number) {
	return target.target_type === "Numeric"
		? format_number(number, null, Number.isInteger(Number(number)) ? 0 : 1)
		: sales_extensions.showing.money(number, target.currency, 0);
}
