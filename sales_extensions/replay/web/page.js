// The page of a replay. All figures come from the engine, as text; here they are looked up, grouped and written down.
// Text of the files is put on the page as text nodes alone.

(() => {
	"use strict";

	const read = (id) => JSON.parse(document.getElementById(id).textContent);
	const data = read("data");
	const WORDS = { nl: read("words") };
	const LANGUAGES = { en: "English", nl: "Nederlands" };
	const FEW = 6;
	const MANY = 200;
	// what is left of one visit for the next; a browser may refuse
	const kept = {
		get: (name) => {
			try {
				return localStorage.getItem(name);
			} catch {
				return null;
			}
		},
		set: (name, value) => {
			try {
				localStorage.setItem(name, value);
			} catch {
				// then it is chosen anew
			}
		},
	};
	let language = kept.get("sales-extensions-language") || document.documentElement.lang;
	let book = null;
	let sought = "";

	// --- words ---

	const __ = (text, values = []) =>
		(WORDS[language]?.[text] ?? text).replace(/\{(\d+)\}/g, (place, number) => values[number] ?? place);

	/** 1,234.50: a number as the language writes it, with the decimals that it has. */
	function number(text) {
		const [, sign, whole, decimals] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
		if (whole === undefined) return text;
		const [comma, point] = language === "nl" ? [".", ","] : [",", "."];
		const grouped = whole.replace(/\B(?=(\d{3})+$)/g, comma);
		return (sign ? "−" : "") + grouped + (decimals ? point + decimals : "");
	}

	const plain = (text) => text.replace(/\.0+$/, "");
	const per_cent = (text) => `${number(text)} %`;
	const money = (text, of) => `${number(text)} ${data.books[of].currency}`.trim();
	const book_name = (one) => [one.company, one.currency].filter(Boolean).join(" · ");
	const orders = (text) => (text === "1" ? __("1 order") : __("{0} orders", [number(text)]));
	const figure = (target, text) => (target.type === "Numeric" ? orders(plain(text)) : money(text, target.book));
	const date = (iso, options) =>
		new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { timeZone: "UTC", ...options }).format(new Date(`${iso.slice(0, 10)}T00:00Z`));
	const day = (iso) => date(iso, { day: "numeric", month: "short", year: "numeric" });
	const month = (iso) => date(`${iso.slice(0, 7)}-01`, { month: "long", year: "numeric" });
	const short_month = (iso) => date(`${iso.slice(0, 7)}-01`, { month: "short", year: "2-digit" });

	/** A value in a reason: amounts, percentages and days, which stand in lists, as they are written elsewhere on the page. */
	function in_words(value) {
		if (Array.isArray(value)) return day(value[0]);
		const found = /^(-?[\d,]+(?:\.\d+)?)( %| [A-Z]{3})?$/.exec(value);
		// a whole number that says not what it is of may be a name
		const is_figure = found && (found[2] || found[1].includes("."));
		return is_figure ? number(found[1].replaceAll(",", "")) + (found[2] ?? "") : value;
	}

	function reason(place) {
		const [sentence, ...values] = data.reasons[place];
		return __(sentence, values.map(in_words));
	}

	// --- parts ---

	function el(tag, attributes, ...children) {
		const node = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes ?? {})) {
			if (value === null || value === undefined || value === false) continue;
			if (name === "on") for (const [event, does] of Object.entries(value)) node.addEventListener(event, does);
			else if (name === "style") Object.assign(node.style, value);
			else node.setAttribute(name, value === true ? "" : value);
		}
		node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
		return node;
	}

	const to = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;
	const link = (text, ...parts) => el("a", { href: to(...parts) }, text);
	const order_link = (place) => link(data.orders[place].name, "order", data.orders[place].name);
	const seller_link = (place) => link(data.sellers[place].name, "seller", data.sellers[place].name);
	const card = (title, ...children) => el("section", { class: "card" }, title && el("h2", {}, title), children);
	const head = (title, words, ...beside) =>
		el("div", { class: "head" }, el("h1", { tabindex: "-1" }, title), beside, words && el("p", { class: "soft" }, words));
	const figures = (...pairs) =>
		el("dl", { class: "figures" }, pairs.filter(Boolean).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
	const chip = (text, current, ...parts) => el("a", { class: "chip", href: to(...parts), "aria-current": current && "true" }, text);

	const why = (places) =>
		places.length > 0 && el("details", {}, el("summary", {}, __("Why")), places.map((place) => el("p", {}, reason(place))));

	/** `columns`: heading, how to show a row, and a class. */
	function table(columns, rows, { caption, foot } = {}) {
		const cell = (content, [heading, , kind]) => el("td", { class: kind, "data-heading": heading }, content && el("span", {}, content));
		const line = (row) => el("tr", {}, columns.map((column) => cell(column[1](row), column)));
		const body = el("tbody", {}, rows.slice(0, MANY).map(line));
		const all = el(
			"table",
			{ class: "stacks" },
			caption && el("caption", {}, caption),
			el("thead", {}, el("tr", {}, columns.map(([heading, , kind]) => el("th", { scope: "col", class: kind }, heading)))),
			body,
			foot && el("tfoot", {}, el("tr", {}, columns.map((column, place) => cell(foot[place] ?? "", column)))),
		);
		return el("div", { class: "wide" }, all, rest(rows, body, line));
	}

	/** What is not drawn at once: thousands of rows keep nobody waiting. */
	function rest(rows, body, line) {
		if (rows.length <= MANY) return null;
		const left = rows.slice(MANY);
		const button = el("button", { class: "more", on: { click: show } }, __("{0} more", [number(String(left.length))]));
		function show() {
			body.append(...left.map(line));
			button.remove();
		}
		return button;
	}

	const nothing = (words) => el("p", { class: "soft" }, words);
	const found_in = (text) => text.toLowerCase().includes(sought.trim().toLowerCase());
	const of_book = (one) => book === null || one.book === book;

	function search(words, redraw) {
		const type = (event) => {
			sought = event.target.value;
			redraw();
		};
		return el("input", { type: "search", placeholder: words, "aria-label": words, value: sought, on: { input: type } });
	}

	/** A list with a field to search it: only the list is drawn anew while one types. */
	function searched(words, draw, ...beside) {
		const place = el("div", { class: "card" });
		const redraw = () => place.replaceChildren(draw());
		redraw();
		return [el("div", { class: "bar-of-tools" }, search(words, redraw), beside), place];
	}

	// --- targets ---

	const state = (target) => (target.behind ? "behind" : target.status.toLowerCase());
	const status = (target) => el("span", { class: `badge ${state(target)}` }, target.behind ? __("At Risk") : __(target.status));
	const width = (text) => `${Math.max(0, Math.min(100, Number(text)))}%`;

	function bar(target, tall) {
		const words = __("{0} of the goal, {1} expected by now", [per_cent(target.percentage), per_cent(target.expected_percentage)]);
		return el(
			"span",
			{ class: tall ? "bar tall" : "bar", role: "img", "aria-label": words, title: words },
			el("span", { class: `done ${state(target)}`, style: { width: width(target.percentage) } }),
			el("span", { class: "pace", style: { left: `min(${width(target.expected_percentage)}, 100% - 2px)` } }),
		);
	}

	function standing(target) {
		const of_goal = __("{0} of {1}", [figure(target, target.realised), figure(target, target.goal)]);
		return `${of_goal} · ${pace(target)}`;
	}

	function pace(target) {
		if (target.status === "Achieved") return __("achieved");
		if (target.status === "Missed") return __("{0} short", [figure(target, target.missing)]);
		if (target.status === "Upcoming") return __("begins on {0}", [day(target.from)]);
		if (target.behind) return __("{0} a week needed", [figure(target, target.weekly)]);
		return target.ahead.startsWith("-") ? __("on pace") : __("{0} ahead of pace", [figure(target, target.ahead)]);
	}

	const target_row = (target) =>
		el(
			"a",
			{ class: `target ${state(target)}`, href: to("target", target.name) },
			el("b", { class: "title" }, target.title),
			el("b", {}, per_cent(target.percentage)),
			bar(target),
			el("span", { class: "soft small" }, standing(target)),
			el("span", { class: "soft small" }, target.assignees.length > 1 ? __("{0} sellers", [target.assignees.length]) : target.assignees[0]),
		);

	function ranked(title, places, empty, filter) {
		const rows = places.map((place) => data.targets[place]).filter(of_book);
		const more = rows.length > FEW && el("p", { class: "more" }, link(__("{0} more", [rows.length - FEW]), "targets", filter));
		return card(title, rows.length ? rows.slice(0, FEW).map(target_row) : nothing(empty), more);
	}

	// --- overview ---

	function overview() {
		return [
			head(data.title, __("As it stands on {0}. Every figure opens to what it is made of.", [day(data.as_of)])),
			el("div", { class: book === null && data.books.length > 1 ? "pair" : "" }, data.books.map((one, place) => (book === null || book === place) && summary(one, place))),
			el(
				"div",
				{ class: "pair" },
				ranked(__("At Risk"), data.behind, __("No target is behind its pace."), "behind"),
				ranked(__("Leaders"), data.leaders, __("No target is on pace."), "leaders"),
			),
		];
	}

	function summary(one, place) {
		const open = (text, filter) => el("a", { href: to("orders", filter), on: { click: () => choose(place) } }, text);
		return card(
			book_name(one),
			figures(
				[__("Orders that count"), open(number(String(one.orders)), "counted")],
				[__("Worth"), open(money(one.worth, place), "counted")],
				[__("Credited to sellers"), open(money(one.credited, place), "credited")],
				[__("Credited to nobody"), open(money(one.uncredited, place), "nobody")],
				Number(one.overlay) !== 0 && [__("Credited twice, as agreed"), open(money(one.overlay, place), "overlay")],
			),
			el("p", { class: "sum soft small" }, equation(one, place)),
			el("div", { class: "chips sum" }, tally(one, place)),
		);
	}

	function equation(one, place) {
		const values = [one.credited, one.uncredited, one.worth, one.overlay].map((text) => money(text, place));
		if (!one.conserved) return __("Credits do not add up to what the orders are worth.");
		if (Number(one.overlay) === 0) return __("To the cent: {0} + {1} = {2}.", values);
		return __("To the cent: {0} + {1} = {2} + {3}.", values);
	}

	const STATUSES = { behind: "At Risk", Running: "Running", Achieved: "Achieved", Missed: "Missed", Upcoming: "Upcoming" };

	const tally = (one, place) =>
		Object.keys(STATUSES)
			.filter((status) => one.tally[status])
			.map((status) =>
				el("a", { class: "chip", href: to("targets", status), on: { click: () => choose(place) } }, `${__(STATUSES[status])}: ${one.tally[status]}`),
			);

	// --- lists ---

	function targets(filter = "") {
		const draw = () => {
			const rows = those(filter).filter((one) => of_book(one) && found_in(`${one.title} ${one.name} ${one.assignees.join(" ")}`));
			return el("div", {}, rows.length ? rows.map(target_row) : nothing(__("Nothing is like that.")));
		};
		const chips = [["", __("All")], ["leaders", __("Leaders")], ...Object.entries(STATUSES).map(([one, words]) => [one, __(words)])];
		return [
			head(__("Targets")),
			searched(__("Search a target or a seller"), draw, el("div", { class: "chips" }, chips.map(([one, words]) => chip(words, one === filter, "targets", one)))),
		];
	}

	function those(filter) {
		if (filter === "behind" || filter === "leaders") return data[filter].map((place) => data.targets[place]);
		return data.targets.filter((one) => !filter || one.status === filter);
	}

	const ORDERS = {
		"": () => true,
		counted: (one) => one.counts,
		credited: (one) => one.credits.length > 0,
		allocated: (one) => one.allocated,
		nobody: (one) => Number(one.uncredited) !== 0,
		overlay: (one) => one.overlay && one.counts,
		closed: (one) => one.status === "Closed",
		idle: (one) => !one.counts,
	};

	function orders_list(filter = "") {
		const names = () => ({
			"": __("All"), counted: __("Orders that count"), credited: __("Credited to sellers"), allocated: __("Allocated"), nobody: __("Credited to nobody"),
			overlay: __("Credited twice, as agreed"), closed: __("Closed"), idle: __("Do not count"),
		});
		const draw = () => {
			const rows = data.orders.filter((one) => of_book(one) && ORDERS[filter]?.(one) && found_in(`${one.name} ${sellers_of(one)} ${one.territory}`));
			return rows.length ? order_table(rows.reverse()) : nothing(__("Nothing is like that."));
		};
		const chips = Object.entries(names()).map(([one, words]) => chip(words, one === filter, "orders", one));
		return [head(__("Orders")), searched(__("Search an order or a seller"), draw, el("div", { class: "chips" }, chips))];
	}

	const sellers_of = (order) => order.credits.map(([place]) => data.sellers[place].name).join(", ");

	const order_table = (rows) =>
		table(
			[
				[__("Date"), (one) => day(one.date), "day"],
				[__("Order"), (one) => link(one.name, "order", one.name)],
				[__("Status"), (one) => __(one.status)],
				[__("Sellers"), (one) => sellers_of(one)],
				[__("Credited to nobody"), (one) => (Number(one.uncredited) !== 0 ? money(one.uncredited, one.book) : ""), "number"],
				[__("Worth"), (one) => money(one.worth, one.book), "number"],
			],
			rows,
		);

	function sellers() {
		const draw = () => {
			const rows = data.sellers.flatMap((one) => one.books.filter(of_book).map((sums) => ({ ...one, ...sums })));
			return table(
				[
					[__("Seller"), (one) => link(one.name, "seller", one.name)],
					[__("Group"), (one) => one.path[0] ?? ""],
					[__("Company"), (one) => data.books[one.book].company],
					[__("Orders"), (one) => number(String(one.orders)), "number"],
					[__("Credited"), (one) => money(one.amount, one.book), "number"],
				],
				rows.filter((one) => found_in(`${one.name} ${one.path.join(" ")}`)),
			);
		};
		return [head(__("Sellers")), searched(__("Search a seller or a group"), draw)];
	}

	// --- one target ---

	function target_page(name, chosen) {
		const target = data.targets.find((one) => one.name === name);
		if (!target) return missing();
		return [
			head(target.title, about(target), status(target)),
			card(null, bar(target, true), el("p", { class: "small soft" }, standing(target)), el("div", { class: "sum" }, target_figures(target))),
			card(__("By Month"), target.months.map((one) => month_row(target, one, chosen))),
			target.sellers.length > 0 && card(__("By Seller"), seller_table(target)),
			card(chosen ? __("Orders of {0}", [month(chosen)]) : __("Orders"), entry_table(target, chosen)),
		];
	}

	const about = (target) =>
		[
			target.name, __(target.type), data.books[target.book].company, `${day(target.from)} – ${day(target.to)}`,
			target.assignees.join(", "), ...target.filters, target.by_month && __("by a Monthly Distribution"),
		].filter(Boolean).join(" · ");

	const target_figures = (target) =>
		figures(
			[__("Result"), figure(target, target.realised)],
			[__("Goal"), figure(target, target.goal)],
			[__("Expected by now"), figure(target, target.expected)],
			target.ahead.startsWith("-")
				? [__("Behind"), figure(target, target.ahead.slice(1))]
				: [__("Ahead"), figure(target, target.ahead)],
			target.status === "Running" && [__("Needed a week"), figure(target, target.weekly)],
			target.forecast !== null && target.days_left >= 0 && [__("Forecast"), figure(target, target.forecast)],
		);

	function month_row(target, [first, due, brought], chosen) {
		const most = Math.max(...target.months.flatMap((one) => [Number(one[1]), Number(one[2])]), 1);
		const part = (text) => width(String((100 * Number(text)) / most));
		const here = chosen === first.slice(0, 7);
		return el(
			"a",
			{ class: "month", href: here ? to("target", target.name) : to("target", target.name, first.slice(0, 7)), "aria-current": here && "true" },
			el("span", {}, short_month(first)),
			el(
				"span",
				{ class: "bar" },
				el("span", { class: "done", style: { width: part(brought) } }),
				el("span", { class: "pace", title: __("due"), style: { left: `min(${part(due)}, 100% - 2px)` } }),
			),
			el("b", { class: "number" }, figure(target, brought)),
			el("span", { class: "soft small number due" }, __("{0} due", [figure(target, due)])),
		);
	}

	const seller_table = (target) =>
		table(
			[
				[__("Seller"), ([place]) => seller_link(place)],
				[__("Orders"), ([, , count]) => number(String(count)), "number"],
				[__("Amount"), ([, amount]) => money(amount, target.book), "number"],
			],
			target.sellers,
			{ foot: [__("Together"), number(String(target.count)), money(target.amount, target.book)] },
		);

	function entry_table(target, chosen) {
		const rows = target.entries.filter(([place]) => !chosen || data.orders[place].date.startsWith(chosen));
		if (!rows.length) return nothing(__("No order counts here yet."));
		return table(
			[
				[__("Date"), ([place]) => day(data.orders[place].date), "day"],
				[__("Order"), ([place]) => order_link(place)],
				[__("Seller"), ([, seller]) => seller_link(seller)],
				[__("Why"), ([, , , , , reasons]) => why(reasons), "why"],
				[__("Counts as"), ([, , , count]) => orders(String(count)), "number"],
				[__("Amount"), ([, , amount]) => money(amount, target.book), "number"],
			],
			rows,
			chosen ? {} : { foot: [__("Together"), "", "", "", orders(String(target.count)), money(target.amount, target.book)] },
		);
	}

	// --- one order ---

	function order_page(name) {
		const place = data.orders.findIndex((one) => one.name === name);
		if (place < 0) return missing();
		const order = data.orders[place];
		return [
			head(order.name, of_order(order), el("span", { class: "badge plain" }, __(order.status))),
			card(__("Sales Credit"), order_figures(order), el("p", { class: "sum" }, reason(order.why)), order.credits.length > 0 && credit_table(order.credits, order)),
			order.upsells.length > 0 && card(__("Upsells"), credit_table(order.upsells, order)),
			card(__("Targets in which it counts"), in_targets(place, order)),
			what_if(order),
		];
	}

	const of_order = (order) =>
		[
			data.books[order.book].company, day(order.date), order.territory, order.group,
			order.allocated && __("Allocated"), order.overlay && __("Credited twice, as agreed"),
		].filter(Boolean).join(" · ");

	const order_figures = (order) =>
		figures(
			[__("Grand Total"), money(order.total, order.book)],
			[__("Net Total"), money(order.net, order.book)],
			[__("Counts for"), money(order.worth, order.book)],
			[__("Credited to nobody"), money(order.uncredited, order.book)],
		);

	const credit_table = (credits, order) =>
		table(
			[
				[__("Seller"), ([place]) => seller_link(place)],
				[__("Rule"), ([, , rule]) => __(rule)],
				[__("Why"), ([, , , reasons]) => why(reasons), "why"],
				[__("Amount"), ([, amount]) => money(amount, order.book), "number"],
			],
			credits,
		);

	function in_targets(place, order) {
		const rows = data.targets.flatMap((target) => target.entries.filter((entry) => entry[0] === place).map((entry) => [target, ...entry]));
		if (!rows.length) return nothing(__("It counts in no target."));
		return table(
			[
				[__("Target"), ([target]) => link(target.title, "target", target.name)],
				[__("Seller"), ([, , seller]) => seller_link(seller)],
				[__("Why"), ([, , , , , , reasons]) => why(reasons), "why"],
				[__("Counts as"), ([, , , , count]) => orders(String(count)), "number"],
				[__("Amount"), ([, , , amount]) => money(amount, order.book), "number"],
			],
			rows,
		);
	}

	// --- what if ---

	function what_if(order) {
		if (!order.asked) return card(__("What if …"), nothing(__("Worked out for the {0} latest orders only.", [number(String(data.what_ifs))])));
		if (!order.what_if.length) return card(__("What if …"), nothing(__("Nothing changes a cancelled order.")));
		const place = el("div", { "aria-live": "polite" });
		const buttons = order.what_if.map((one) => el("button", { "aria-pressed": "false", on: { click: (event) => show(one, event.target) } }, reason(one.change)));
		function show(one, pressed) {
			for (const button of buttons) button.setAttribute("aria-pressed", String(button === pressed));
			place.replaceChildren(...outcome(order, one));
		}
		return card(
			__("What if …"),
			el("p", { class: "soft small" }, __("Each is worked out by the same engine, all else being as it is.")),
			el("div", { class: "chips more no-print" }, buttons),
			place,
		);
	}

	const change = (before, after) => (before === after ? after : [el("s", { class: "was" }, before), " ", el("span", { class: "now" }, after)]);

	function outcome(order, one) {
		const amount = (text) => money(text, order.book);
		return [
			el(
				"div",
				{ class: "sum" },
				figures([__("Counts for"), change(amount(order.worth), amount(one.worth))], [__("Credited to nobody"), change(amount(order.uncredited), amount(one.uncredited))]),
			),
			el("p", { class: "sum" }, reason(one.why)),
			one.credits.length > 0 && sellers_then(order, one),
			one.targets.length > 0 ? targets_then(one) : el("p", { class: "sum soft" }, __("No target moves.")),
		].filter(Boolean);
	}

	function sellers_then(order, one) {
		const before = new Map(order.credits.map(([place, amount]) => [place, amount]));
		const given = (amount) => (amount ? money(amount, order.book) : __("nothing"));
		return table(
			[
				[__("Seller"), ([place]) => seller_link(place)],
				[__("Why"), ([, , , reasons]) => why(reasons), "why"],
				[__("Amount"), ([place, amount]) => change(given(before.get(place)), given(amount)), "number"],
			],
			one.credits,
		);
	}

	const targets_then = (one) =>
		table(
			[
				[__("Target"), ([place]) => link(data.targets[place].title, "target", data.targets[place].name)],
				[__("Status"), ([place, , , name, behind]) => change(status_name(data.targets[place]), status_name({ status: name, behind }))],
				["%", ([place, , percentage]) => change(per_cent(data.targets[place].percentage), per_cent(percentage)), "number"],
				[__("Result"), ([place, realised]) => change(figure(data.targets[place], data.targets[place].realised), figure(data.targets[place], realised)), "number"],
			],
			one.targets,
		);

	const status_name = (target) => (target.behind ? __("At Risk") : __(target.status));

	// --- one seller ---

	function seller_page(name) {
		const seller = data.sellers.find((one) => one.name === name);
		if (!seller) return missing();
		const own = seller.targets.map((place) => data.targets[place]);
		const print = el("button", { class: "no-print", on: { click: () => window.print() } }, __("Print"));
		return [
			head(seller.name, seller.path.join(" · "), print),
			seller.books.length ? seller.books.map((one) => statement(one)) : card(__("Statement"), nothing(__("No order is credited to this seller."))),
			own.length > 0 && card(__("Targets"), own.map(target_row)),
		];
	}

	function statement(one) {
		const [from, to_month] = [one.months[0].month, one.months.at(-1).month];
		return card(
			`${__("Statement")} · ${book_name(data.books[one.book])}`,
			figures([__("Credited"), money(one.amount, one.book)], [__("Orders"), number(String(one.orders))], [__("From"), month(from)], [__("To"), month(to_month)]),
			one.months.map((own) => statement_month(own, one.book)),
		);
	}

	const statement_month = (own, of) =>
		table(
			[
				[__("Date"), ([place]) => day(data.orders[place].date), "day"],
				[__("Order"), ([place]) => order_link(place)],
				[__("Rule"), ([, , rule]) => __(rule)],
				[__("Why"), ([, , , reasons]) => why(reasons), "why"],
				[__("Amount"), ([, amount]) => money(amount, of), "number"],
			],
			own.lines,
			{ caption: month(own.month), foot: [orders(String(own.orders)), "", "", "", money(own.amount, of)] },
		);

	// --- the page ---

	const missing = () => [head(__("That is not here.")), card(null, link(__("Overview")))];
	const PAGES = { "": overview, targets, orders: orders_list, sellers, target: target_page, order: order_page, seller: seller_page };
	const PART_OF = { target: "targets", order: "orders", seller: "sellers" };

	function route() {
		const [page, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
		return [page, rest];
	}

	function decoded(part) {
		try {
			return decodeURIComponent(part);
		} catch {
			return part;
		}
	}

	function choose(place) {
		book = place;
	}

	/** The page is drawn anew, and who pressed stays where they were. */
	function pressed_on(text, does) {
		does();
		draw();
		const again = [...document.querySelectorAll(".top button")].find((button) => button.textContent === text);
		(again ?? document.querySelector(".top button[aria-pressed=true]")).focus();
	}

	function top(page) {
		const here = PART_OF[page] ?? page;
		const names = { "": __("Overview"), targets: __("Targets"), orders: __("Orders"), sellers: __("Sellers") };
		const press = (text, pressed, does) => el("button", { "aria-pressed": String(pressed), on: { click: () => pressed_on(text, does) } }, text);
		return el(
			"header",
			{ class: "top" },
			el(
				"div",
				{},
				el("nav", { "aria-label": __("Pages") }, Object.keys(names).map((one) => el("a", { href: to(one), "aria-current": one === here && "page" }, names[one]))),
				data.books.length > 1 &&
					el(
						"div",
						{ class: "chips", role: "group", "aria-label": __("Company") },
						press(__("All"), book === null, () => choose(null)),
						data.books.map((one, place) => press(book_name(one), book === place, () => choose(place))),
					),
				el(
					"div",
					{ class: "chips", role: "group", "aria-label": __("Language") },
					Object.entries(LANGUAGES).map(([code, name]) => press(name, language === code, () => speak(code))),
				),
			),
		);
	}

	function speak(code) {
		language = code;
		kept.set("sales-extensions-language", code);
	}

	function foot() {
		const { count_on, basis, closed } = data.policy;
		return el(
			"footer",
			{ class: "foot" },
			__("Orders count on {0}, by {1}; of closed ones: {2}.", [__(count_on), __(basis), __(closed)]),
			" ",
			__("Made by Sales Extensions from CSV files, with the engine that runs in ERPNext; nothing here leaves this page."),
		);
	}

	function draw() {
		const [page, rest] = route();
		document.documentElement.lang = language;
		const content = (PAGES[page] ?? missing)(...rest);
		document.body.replaceChildren(top(page), el("main", {}, content), foot());
		document.title = `${document.querySelector("h1").textContent} · Sales Extensions`;
	}

	window.addEventListener("hashchange", () => {
		sought = "";
		draw();
		window.scrollTo(0, 0);
		document.querySelector("h1").focus({ preventScroll: true });
	});
	window.addEventListener("beforeprint", () => {
		for (const one of document.querySelectorAll("details")) one.open = true;
	});
	draw();
})();
