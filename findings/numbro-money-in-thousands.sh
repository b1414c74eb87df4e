#!/usr/bin/env bash
# One would guess that numbro's formatCurrency() without options writes the amount in the
# language's own way: $1,234.56, and EUR 1.234,56 in Dutch. numbro 2.5.0 shortens every amount
# from a thousand up: "$ 1.235 k", "€ 1,235 k", "€ 1,235 mln", while 12.30 stays "€ 12,30". The
# languages' own default for currency asks for an average in four digits. Giving only a mantissa
# drops the abbreviation but also the thousands separators (€1234567,89). Source: the languages'
# currencyFormat and numbro's formatting guide. Dashboards that print target and actual this way
# show 1.234.567,89 and 1.234.999,00 as the same "1,235 mln". State both {thousandSeparated: true,
# mantissa: 2}.
set -euo pipefail

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

cd "$tmp"
npm init --yes >npm.log
npm install --silent --no-audit --no-fund numbro@2.5.0

node - <<'JS'
const assert = require('node:assert');
const numbro = require('numbro');
numbro.registerLanguage(require('numbro/dist/languages/nl-NL.min.js'));
const show = (value, options) => numbro(value).formatCurrency(options);
const rows = [];
rows.push(['en-US 1234.56', show(1234.56), '$ 1.235 k']);
numbro.setLanguage('nl-NL');
rows.push(['nl-NL 12.3', show(12.3), '€ 12,30']);
rows.push(['nl-NL 1234.56', show(1234.56), '€ 1,235 k']);
rows.push(['nl-NL 1234567.89', show(1234567.89), '€ 1,235 mln']);
rows.push(['nl-NL 1234999', show(1234999), '€ 1,235 mln']);
rows.push(['nl-NL with mantissa only', show(1234567.89, { mantissa: 2 }), '€1234567,89']);
rows.push(['nl-NL said in full', show(1234567.89, { thousandSeparated: true, mantissa: 2 }), '€1.234.567,89']);
for (const [what, seen, stated] of rows) {
  console.log(what.padEnd(26), seen);
  assert.strictEqual(seen, stated);
}
JS
