#!/usr/bin/env bash
# One would guess that in a stacked bar chart sales of 5 and credit notes of -8 stand on both
# sides of zero, axis -8 to 5. frappe-charts 2.0.0-rc27 stacks them as running totals: the second
# bar begins at the top of the first and goes down, over it, to -3, and the axis runs from -3 to
# 5. With 5 and -3 there is no negative part at all: the axis is 0 to 5 and the credit notes cover
# the upper three fifths of the sales. Source: the numbers drawn; the axis is made of the
# cumulated values. Whoever stacks invoices and returns, or won and lost, on a Frappe or ERPNext
# dashboard meets it: the colour of sales all but vanishes where returns are large. Show the two
# as bars side by side.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund frappe-charts@2.0.0-rc27 jsdom@29.1.1

node - <<'JS'
const assert = require('node:assert');
const { JSDOM } = require('jsdom');
// What a chart asks of a browser and jsdom has not: sizes, and something that watches them.
const { window } = new JSDOM('<!doctype html><body>', { pretendToBeVisual: true });
class ResizeObserver { observe() {} unobserve() {} disconnect() {} }
window.SVGElement.prototype.getComputedTextLength = function () { return this.textContent.length * 6; };
window.SVGElement.prototype.getBBox = () => ({ x: 0, y: 0, width: 10, height: 10 });
const { document, SVGElement, HTMLElement, Node, Element, getComputedStyle } = window;
Object.assign(globalThis, { window, document, SVGElement, HTMLElement, Node, Element, getComputedStyle, ResizeObserver });
globalThis.addEventListener = () => {};
globalThis.requestAnimationFrame = (step) => setTimeout(step, 0);
const { Chart } = require('frappe-charts');

async function draw(options) {
  const place = document.createElement('div');
  Object.defineProperty(place, 'clientWidth', { value: 600 });
  document.body.appendChild(place);
  new Chart(place, { animate: false, height: 200, ...options });
  await new Promise((done) => setTimeout(done, 1600));
  return {
    axis: [...place.querySelectorAll('.y.axis text')].map((text) => Number(text.textContent)),
    bars: [...place.querySelectorAll('rect.bar')].map((bar) => ({ top: Number(bar.getAttribute('y')), height: Number(bar.getAttribute('height')) })),
    line: [...place.querySelectorAll('path')].map((path) => path.getAttribute('d')),
  };
}

(async () => {
  const stack = (returns) => draw({
    type: 'bar', barOptions: { stacked: 1 },
    data: { labels: ['Q1', 'Q2', 'Q3'], datasets: [{ name: 'Sales', values: [5, 5, 5] }, { name: 'Returns', values: [returns, returns, returns] }] },
  });
  for (const [returns, low] of [[-3, 0], [-8, -3]]) {
    const { axis, bars } = await stack(returns);
    const [sales, back] = [bars[0], bars[3]];
    console.log('5 and', returns, '-> axis', axis[0], 'to', axis[axis.length - 1], '| sales', sales, '| returns', back);
    assert.deepStrictEqual([axis[0], axis[axis.length - 1]], [low, 5]);
    assert.strictEqual(sales.top, back.top);
    assert.ok(Math.abs(back.height / sales.height - -returns / 5) < 0.01);
  }
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
JS
