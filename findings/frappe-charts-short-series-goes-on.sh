#!/usr/bin/env bash
# One would guess that a series shorter than the labels ends there in frappe-charts, or is filled
# with zeros. frappe-charts 2.0.0-rc27 repeats its last value to the end: four labels with the
# values 4 and 2 give bars of 4, 2, 2 and 2. A null in the middle, which one would take for a gap,
# is drawn as zero, in bars and in lines. Source: dataPrep and fillArray in the package: zero is
# passed as the filler and then taken for 'no filler given'. Whoever gives a year's labels and
# only the months so far meets it on a Frappe or ERPNext dashboard: December has November's
# turnover. Fill the series to the length of the labels, and cut the labels where there is no
# figure yet.
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
  const heights = async (values) => (await draw({ type: 'bar', data: { labels: ['Q1', 'Q2', 'Q3', 'Q4'], datasets: [{ values }] } })).bars.map((bar) => bar.height);
  const short = await heights([4, 2]);
  const hole = await heights([4, null, 2, 2]);
  console.log('values 4, 2:          heights', short);
  console.log('values 4, null, 2, 2: heights', hole);
  assert.strictEqual(short.length, 4);
  assert.ok(short[0] > short[1] && short[1] > 0 && short[2] === short[1] && short[3] === short[1]);
  assert.strictEqual(hole[1], 0);
  const { line } = await draw({ type: 'line', data: { labels: ['Q1', 'Q2', 'Q3', 'Q4'], datasets: [{ values: [4, null, 2, 2] }] } });
  const points = line.find((path) => path && path.split('L').length === 4);
  const heightsDown = points.slice(1).split('L').map((point) => Number(point.split(',')[1]));
  console.log('line 4, null, 2, 2:   from the top', heightsDown);
  assert.ok(heightsDown[1] > heightsDown[2] && heightsDown[0] === 0);
  process.exit(0);
})().catch((error) => { console.error(error); process.exit(1); });
JS
