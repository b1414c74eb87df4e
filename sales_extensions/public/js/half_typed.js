// What somebody has typed and not saved is not lost by Escape, by a click beside a dialog or by the browser's way back:
// it is asked first. It holds for the dialogs of the app that are guarded, and for its forms (C1, K3).

frappe.provide("sales_extensions.half_typed");

(() => {
	const ours = sales_extensions.half_typed;
	/** Fields in which a text was typed since it was there last as it is saved. */
	const typed = new WeakSet();
	/** Guarded dialogs that are open, by their element. */
	const guarded = new Map();
	const TEXTS = "textarea, .ql-editor";

	/** A dialog that whoever has typed into it does not lose unasked. What closes it by itself, as after a save, does. */
	ours.guard = (dialog) => {
		const [element] = dialog.$wrapper;
		const { hide } = dialog;
		dialog.hide = () => {
			forget(element);
			hide.call(dialog);
		};
		dialog.$wrapper
			.on("shown.bs.modal", () => guarded.set(element, { dialog, address: location.href }))
			.on("hidden.bs.modal", () => guarded.delete(element));
		return dialog;
	};

	/** A dialog that was taken out of the page has not told that it is closed. */
	function open_dialogs() {
		for (const element of guarded.keys()) if (!element.isConnected) guarded.delete(element);
		return guarded;
	}

	const is_typed = (field) => typed.has(field) && field.isConnected && Boolean((field.value ?? field.innerText).trim());
	const has_typed = (element) => [...element.querySelectorAll(TEXTS)].some(is_typed);
	const forget = (element) => element.querySelectorAll(TEXTS).forEach((field) => typed.delete(field));

	document.addEventListener("input", ({ target }) => {
		const field = target.closest?.(TEXTS);
		if (field) typed.add(field);
	}, true);

	/** A form of the app that was saved, or opened anew, has nothing to lose. */
	$(document).on("form-refresh", (_event, frm) => {
		if (!is_ours(frm)) return;
		frm.half_typed_address = location.href;
		if (!frm.is_dirty()) forget(frm.wrapper);
	});

	const is_ours = (frm) => frm?.meta?.module === "Sales Extensions";

	/** What would be lost now, and the address it stands at: of a dialog, else of the form that is shown. */
	function at_stake() {
		for (const [element, { dialog, address }] of [...open_dialogs()].reverse())
			if (has_typed(element)) return { address, leave: () => dialog.hide() };
		const frm = window.cur_frm;
		const is_shown = is_ours(frm) && frm.wrapper.offsetParent;
		if (!is_shown || !frm.is_dirty() || !has_typed(frm.wrapper)) return null;
		return { address: frm.half_typed_address, leave: () => forget(frm.wrapper) };
	}

	function ask(leave) {
		if (is_asked) return;
		is_asked = true; // a dialog is there before it is shown
		const dialog = new frappe.ui.Dialog({
			title: __("Not Saved"),
			primary_action_label: __("Keep Writing"), // what Enter does loses nothing
			primary_action: () => dialog.hide(),
			secondary_action_label: __("Discard"),
			secondary_action() {
				dialog.$wrapper.one("hidden.bs.modal", leave); // the desk closes dialogs in their order
				dialog.hide();
			},
		});
		dialog.confirm_dialog = true;
		dialog.$body.append(`<p class="frappe-confirm-message">${__("What you typed is not saved.")}</p>`);
		// who goes back while it goes is asked again
		dialog.$wrapper.one("hide.bs.modal", () => {
			is_asked = false;
		});
		dialog.show();
	}
	let is_asked = false;

	// a calendar that is open is what Escape closes
	document.addEventListener("keydown", (event) => {
		const calendar = event.key === "Escape" && $(event.target).data("datepicker");
		if (!calendar?.visible || !open_dialogs().size) return;
		event.stopPropagation();
		calendar.hide();
	}, true);

	// all that a user closes a dialog by ends here
	const { prototype } = $.fn.modal.Constructor;
	const { hide } = prototype;
	prototype.hide = function (event) {
		const open = guarded.get(this._element);
		if (!open || !has_typed(this._element)) return hide.call(this, event);
		event?.preventDefault();
		ask(() => open.dialog.hide());
	};

	// The desk follows an address that the browser went to, and has made those that it goes to itself. The one that was
	// left is put back, and gone from again by who leaves.
	const { route, push_state } = frappe.router;
	let goes_itself = false;
	frappe.router.push_state = function (...given) {
		goes_itself = true;
		try {
			return push_state.apply(this, given);
		} finally {
			goes_itself = false;
		}
	};
	frappe.router.route = function (...given) {
		const stake = goes_itself ? null : at_stake();
		if (!stake || stake.address === location.href) return route.apply(this, given);
		history.pushState(null, "", stake.address);
		ask(() => {
			stake.leave();
			history.back();
		});
	};
})();
