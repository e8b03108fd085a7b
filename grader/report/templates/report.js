"use strict";
// A table keeps its rows here, and shows as many of those that are wanted as the page came
// with: a browser takes seconds to lay out thousands. The rest came compressed.
const collator = new Intl.Collator("ko", { numeric: true });
const folded = (text) => text.normalize("NFC").toLowerCase().trim();
const filter = document.getElementById("filter");
const which = document.getElementById("which");

const inflated = async (text) => {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text();
};

class Table {
  constructor(table) {
    this.body = table.tBodies[0];
    this.kind = table.dataset.filtered;
    this.rows = [...this.body.rows];
    this.most = this.body.dataset.rest ? this.rows.length : Infinity;
    this.button = table.closest(".scroll").nextElementSibling?.querySelector("button.all");
    this.button?.addEventListener("click", () => { this.most = Infinity; this.show(); });
    this.heads = [...table.tHead.rows[0].cells];
    this.heads.forEach((head, column) =>
      head.querySelector("button")?.addEventListener("click", () => this.sort(head, column)));
  }

  async load() {
    if (!this.body.dataset.rest) return;
    const rest = document.createElement("tbody");
    rest.innerHTML = await inflated(this.body.dataset.rest);
    delete this.body.dataset.rest;
    this.rows.push(...rest.rows);
    this.show();
  }

  // By the buttons in the head; what has no value comes last, either way.
  sort(head, column) {
    const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    this.heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", turn < 0 ? "descending" : "ascending");
    const values = this.rows.map((row) => [row.cells[column].dataset.v ?? "", row]);
    const numbers = values.every(([value]) => !isNaN(value));
    const compare = numbers ? (a, b) => a - b : collator.compare;
    values.sort(([a], [b]) =>
      a === "" || b === "" ? (a === "") - (b === "") : compare(a, b) * turn);
    this.rows = values.map(([, row]) => row);
    this.show();
  }

  // In any case and Unicode form.
  wanted() {
    if (!this.kind) return this.rows;
    const text = folded(filter.value);
    const all = this.kind !== "groups" || which.value === "all";
    return this.rows.filter((row) =>
      (all || which.value in row.dataset) &&
      (!text || (row.folded ??= folded(row.dataset.name)).includes(text)));
  }

  show() {
    const wanted = this.wanted();
    this.body.replaceChildren(...wanted.slice(0, this.most));
    if (this.button) {
      this.button.hidden = wanted.length <= this.most;
      this.button.textContent = `Show all ${wanted.length}`;
    }
    return wanted.length;
  }
}

const tables = [...document.querySelectorAll("table[data-sortable]")].map((one) => new Table(one));
const show = () => {
  const shown = tables.map((table) => table.kind ? table.show() : 0);
  const groups = tables.findIndex((table) => table.kind === "groups");
  document.getElementById("count").value = `${shown[groups]} of ${tables[groups].rows.length} groups`;
};
filter.addEventListener("input", show);
which.addEventListener("change", show);
document.querySelector("form.tools").addEventListener("submit", (event) => event.preventDefault());
const loaded = Promise.all(tables.map((table) => table.load()));
