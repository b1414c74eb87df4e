// A conversation from the list of customers, leads or prospects: a button in each row, the context menu of a row (right
// click, or the Menu key on the row that the arrow keys chose), and in the menu for the row that is ticked (C3).

(function () {
	for (const doctype of ["Customer", "Lead", "Prospect"]) {
		if (cur_list_is(doctype)) extend(doctype);
	}

	/** Each list's file is run with that of its doctype: only the one that was set up is extended. */
	function cur_list_is(doctype) {
		return frappe.get_route()?.[1] === doctype || frappe.listview_settings[doctype];
	}

	function extend(doctype) {
		const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
		if (settings.sales_extensions_extended) return;
		settings.sales_extensions_extended = true;
		if (!frappe.model.can_create("Conversation")) return;
		const add = (party) => sales_extensions.conversations.quick_add({ party_type: doctype, party });
		const onload = settings.onload;
		settings.onload = function (listview) {
			onload?.call(this, listview);
			listview.$result.addClass("log-it-list");
			const add_ticked = () => add(listview.get_checked_items()[0]?.name);
			listview.page.add_menu_item(__("Log It"), add_ticked);
			listview.page.add_action_item(__("Log It"), add_ticked);
			listview.$result.on("contextmenu", ".list-row-container", (event) => {
				const name = name_of(event.currentTarget);
				if (name && !is_the_browsers(event)) open_menu(event, name, menu_of(doctype, name, add));
			});
		};
		settings.button = settings.button || {
			show: () => true,
			get_label: () => __("Log It"), // a longer one pushes the row's comments and likes out of the list
			get_description: (doc) => __("Log a conversation with {0}", [sales_extensions.showing.text(doc.name)]),
			action: (doc) => add(doc.name),
		};
	}

	// On a phone the desk shows nothing but a row's name and status; on a tablet the button would stand beyond the edge.
	frappe.dom.set_style(
		`@media (max-width: 767px) {
			.log-it-list .list-row .list-row-col:has(> .btn-action) { display: flex !important; margin: 4px 0 0 26px; }
		}
		/* where the button stands beside the row's comments and likes */
		@media (max-width: 991px) {
			.log-it-list .list-row-activity:has(.list-actions),
			.log-it-list .list-row-activity > div:has(> .list-actions) { display: flex !important; }
		}
		@media (max-width: 767px) {
			.log-it-list .list-row-activity > :not(:has(> .list-actions)) { display: none !important; }
		}
		@media (min-width: 768px) and (max-width: 991px) {
			.log-it-list .list-row-col:nth-child(n + 3):not(:has(> .btn-action)) { display: none; }
			.log-it-list .list-row-col:has(> .btn-action) { flex: none; overflow: visible; }
		}`,
		"log-it-list"
	);

	/** Whose row it is: its place says it where the head of the list is no row. */
	const name_of = (row) => $(row).find("[data-name]").attr("data-name");

	// --- the context menu of a row ---------------------------------------------------------------

	const menu_of = (doctype, name, add) => [
		[__("Log a Conversation"), () => add(name)],
		[
			__("Show Conversations"),
			() => frappe.set_route("List", "Conversation", "List", { party_type: doctype, party: name }),
		],
	];

	/** The browser keeps its menu for links, fields and marked text, and where a modifier asks for it. */
	function is_the_browsers(event) {
		if (event.ctrlKey || event.altKey || event.metaKey) return true;
		if (event.shiftKey && event.button === 2) return true; // Shift+F10 is the Menu key of others
		const marked = window.getSelection();
		return Boolean(
			event.target.closest("a, button, input, select, textarea, [contenteditable]") ||
				(!marked.isCollapsed && marked.containsNode(event.target, true))
		);
	}

	function open_menu(event, name, items) {
		event.preventDefault();
		const row = event.currentTarget;
		const $menu = $(`<div class="dropdown-menu show" role="menu" tabindex="-1"></div>`)
			.attr("aria-label", name)
			.css({ position: "fixed", margin: 0, zIndex: 1030 });
		for (const [label, action] of items)
			$(`<button type="button" class="dropdown-item" role="menuitem" tabindex="-1"></button>`)
				.text(label)
				.on("click", () => {
					close();
					action();
				})
				.appendTo($menu);

		function close(back) {
			$menu.remove();
			$(window).off(".row_menu");
			$(document).off(".row_menu");
			if (back) row.focus();
		}

		$menu.on("keydown", (pressed) => {
			pressed.stopPropagation(); // the arrow keys are not the list's now
			const step = { ArrowDown: 1, ArrowUp: -1 }[pressed.key];
			const $items = $menu.children();
			if (step) $items.get(($items.index(document.activeElement) + step) % items.length).focus();
			if (["Escape", "Tab"].includes(pressed.key)) close(true);
			if (step || ["Escape", "Tab"].includes(pressed.key)) pressed.preventDefault();
		});
		$menu.on("contextmenu", (again) => again.preventDefault());
		$(document).on("mousedown.row_menu touchstart.row_menu", (outside) => {
			if (!$menu[0].contains(outside.target)) close();
		});
		$(window).on("scroll.row_menu resize.row_menu blur.row_menu popstate.row_menu", () => close());

		$menu.appendTo(document.body);
		place($menu[0], event, row);
		$menu.children().first().focus();
	}

	/** At the pointer; under the row where a key opened it. Always within the window. */
	function place(menu, event, row) {
		const { left, bottom } = row.getBoundingClientRect();
		const by_key = event.button !== 2 && !event.clientX;
		const [x, y] = by_key ? [left + 30, bottom] : [event.clientX, event.clientY];
		menu.style.left = `${Math.max(0, Math.min(x, window.innerWidth - menu.offsetWidth - 4))}px`;
		menu.style.top = `${Math.max(0, Math.min(y, window.innerHeight - menu.offsetHeight - 4))}px`;
	}
})();
