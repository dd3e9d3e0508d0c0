// Writes the tables of this folder from the CLDR that Node's ICU contains:
//   python tests/judges/cldr.py tags | node crates/content/src/cldr/tables.mjs
// languages.tsv has a line for each language tag whose values differ from those of its parent: the
// pattern of the long date (UTS 35, dateFormats/long of the Gregorian calendar), the names of the
// months in it, the digit zero, the separators of groups and decimals, the sizes of the last group
// and of the others, and the number of digits that precede the first separator.
// territories.tsv has a line for each territory, and a column for each language.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const version = `CLDR ${process.versions.cldr}, ICU ${process.versions.icu}; written by tables.mjs`;
const letters = [..."abcdefghijklmnopqrstuvwxyz"];
const two = letters.flatMap((a) => letters.map((b) => a + b));

// The tags on standard input that ICU has data of its own for.
function tags() {
  const exact = (tag) => {
    try {
      return new Intl.DateTimeFormat(tag).resolvedOptions().locale === tag;
    } catch {
      return false;
    }
  };
  return readFileSync(0, "utf8").split(/\s+/).filter((tag) => tag && exact(tag));
}

function quoted(text) {
  return /[A-Za-z']/.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

function datePattern(tag) {
  const format = new Intl.DateTimeFormat(tag, { dateStyle: "long", calendar: "gregory", timeZone: "UTC" });
  const months = [];
  const patterns = new Set();
  for (let month = 0; month < 12; month += 1) {
    const parts = format.formatToParts(Date.UTC(2023, month, 9));
    months.push(parts.find(({ type }) => type === "month").value);
    const pattern = parts.map(({ type, value }) => {
      if (type === "day") return value.length === 2 ? "dd" : "d";
      if (type === "month") return "MMMM";
      return type === "year" ? "y" : quoted(value);
    });
    patterns.add(pattern.join(""));
  }
  if (patterns.size !== 1) throw new Error(`${tag}: ${[...patterns].join(" | ")}`);
  return /^M\d\d$/.test(months[0]) ? null : [[...patterns][0], months.join("|")];
}

function numberSymbols(tag) {
  const format = new Intl.NumberFormat(tag, { maximumFractionDigits: 18 });
  const parts = (number) => format.formatToParts(number);
  const symbol = (number, wanted) => parts(number).find(({ type }) => type === wanted)?.value ?? "";
  const groups = parts(1e12).filter(({ type }) => type === "integer").map(({ value }) => [...value].length);
  const before = [1e3, 1e4, 1e5].findIndex((number) => symbol(number, "group") !== "") + 1;
  return [format.format(0), symbol(1e12, "group"), symbol(1.5, "decimal"), groups.at(-1), groups.at(-2) ?? 0, before];
}

const lines = new Map();
for (const tag of tags().sort()) {
  const date = datePattern(tag);
  if (date) lines.set(tag, [...date, ...numberSymbols(tag)].join("\t"));
}
const inherited = (tag) => {
  const parent = tag.slice(0, Math.max(tag.lastIndexOf("-"), 0));
  return parent === "" ? undefined : lines.get(parent) ?? inherited(parent);
};
const shown = [...lines].filter(([tag, line]) => line !== inherited(tag));
shown.sort(([a], [b]) => (a < b ? -1 : 1));
const header = "# language\tdate\tmonths\tzero\tgroup\tdecimal\tlast group\tother groups\tdigits before";
writeFileSync(here("languages.tsv"), [`# ${version}`, header, ...shown.map((entry) => entry.join("\t"))].join("\n") + "\n");

// The languages of the countries whose addresses are known, and of the words that are embedded.
const named = "bg ca cs cy da de el en es et eu fi fr fy ga gl hr hu is it ja lb lt lv mk mt nb nl nn pl pt rm ro sk sl sq sr sv tr uk".split(" ");
const names = named.map((language) => new Intl.DisplayNames(language, { type: "region", fallback: "none" }));
const english = names[named.indexOf("en")];
// Territories of ISO 3166-1: not the groupings and outlying names that CLDR adds.
const none = new Set(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]);
const codes = two.map((code) => code.toUpperCase()).filter((code) => !none.has(code))
  .filter((code) => english.of(code) && Intl.getCanonicalLocales(`und-${code}`)[0] === `und-${code}`);
const rows = codes.map((code) => [code, ...names.map((name) => name.of(code) ?? "")].join("\t"));
writeFileSync(here("territories.tsv"), [`# ${version}`, ["#", ...named].join("\t"), ...rows].join("\n") + "\n");
