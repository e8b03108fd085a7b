"use strict";
// Sorting by the buttons in a table's head; what has no value comes last, either way.
const value = (row, column) => row.cells[column].dataset.v ?? "";
const compare = (a, b) =>
  a !== "" && b !== "" && !isNaN(a) && !isNaN(b)
    ? a - b
    : a.localeCompare(b, "ko", { numeric: true });
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.querySelector("button")?.addEventListener("click", () => {
      const descending = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [value(row, column), row]);
      rows.sort(([a], [b]) =>
        a === "" || b === "" ? (a === "") - (b === "") : compare(a, b) * (descending ? -1 : 1));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}
// Filtering, in any case and Unicode form.
const folded = (text) => text.normalize("NFC").toLowerCase().trim();
const filter = document.getElementById("filter");
const which = document.getElementById("which");
const filtered = [...document.querySelectorAll("table[data-filtered] tbody tr")].map((row) => ({
  row,
  name: folded(row.dataset.name),
  group: row.closest("table").dataset.filtered === "groups",
}));
const show = () => {
  const wanted = folded(filter.value);
  for (const { row, name, group } of filtered) {
    const kind = !group || which.value === "all" || which.value in row.dataset;
    row.hidden = !kind || !name.includes(wanted);
  }
  const groups = document.querySelector("table[data-filtered='groups']").tBodies[0].rows;
  const left = [...groups].filter((row) => !row.hidden).length;
  document.getElementById("count").value = `${left} of ${groups.length} groups`;
};
filter.addEventListener("input", show);
which.addEventListener("change", show);
document.querySelector("form.tools").addEventListener("submit", (event) => event.preventDefault());
