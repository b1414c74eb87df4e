#!/usr/bin/env bash
# One would guess that a line chart whose axis does not begin at zero fits its values: 1000, 1005,
# 1010 between about 1000 and 1010. frappe-charts 2.0.0-rc27 keeps the lowest value as the
# beginning but finds the end by rounding the highest value up for itself: 1000 to 2000. The three
# points then lie within one hundredth of the height, a flat line on the bottom edge, which reads
# as no turnover; 1200000 to 1300000 gets 1000000 to 2000000. A bar chart of the same begins at 0.
# Source: calcChartIntervals in the package, against the axis drawn. Whoever shows a slowly
# growing figure (customers, open pipeline, a price) on a Frappe or ERPNext dashboard meets it.
# Use bars, or plot the difference from the start.
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
  const ends = (axis) => [axis[0], axis[axis.length - 1]];
  const chart = (type, values) => draw({ type, data: { labels: ['Jan', 'Feb', 'Mar'], datasets: [{ values }] } });
  const low = await chart('line', [1000, 1005, 1010]);
  const points = low.line.find((path) => path && path.split('L').length === 3).slice(1).split('L').map((point) => Number(point.split(',')[1]));
  console.log('line 1000, 1005, 1010: axis', ends(low.axis), '| points from the top', points);
  assert.deepStrictEqual(ends(low.axis), [1000, 2000]);
  assert.ok(points[0] - points[2] < 2 && points[0] > 120);
  const high = await chart('line', [1200000, 1250000, 1300000]);
  console.log('line 1200000..1300000: axis', ends(high.axis));
  assert.deepStrictEqual(ends(high.axis), [1000000, 2000000]);
  const bars = await chart('bar', [1000, 1005, 1010]);
  console.log('bars 1000, 1005, 1010: axis', ends(bars.axis));
  assert.deepStrictEqual(ends(bars.axis), [0, 2000]);
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
JS
