// Sorting, filtering, tips, theme, copying, all metrics. The page is complete without it.
"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const id = name => document.getElementById(name);
  root.classList.add("scripted");

  // ---- light and dark: the system's choice until the button is pressed; remembered where the browser allows it
  const store = { get: () => { try { return localStorage.getItem("souk-theme"); } catch { return null; } },
                  set: v => { try { localStorage.setItem("souk-theme", v); } catch { /* a page from a file may not */ } } };
  if (store.get()) root.dataset.theme = store.get();
  id("theme").addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    store.set(root.dataset.theme);
  });

  // ---- sorting: the heading becomes a button; empty cells stay last
  const units = { ns: 1, "µs": 1e3, ms: 1e6, s: 1e9 };
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return "";
    if (cell.dataset.v !== undefined) return cell.dataset.v === "" ? "" : Number(cell.dataset.v);
    const text = (cell.firstChild && !cell.matches("th") ? cell.firstChild : cell).textContent.trim();
    const match = text.match(/^[▲▼±+ ]*([−-]?[\d,.]+(?:e[+-]?\d+)?)\s*(%|ns|µs|ms|s)?$/);
    if (match) return Number(match[1].replace("−", "-").replaceAll(",", "")) * (units[match[2]] || 1);
    return text === "–" ? "" : text;
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
  function sortable(table) {
    all("thead th", table).forEach(th => {
      if (th.dataset.nosort !== undefined) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...th.childNodes);
      th.append(button);
      button.addEventListener("click", () => {
        const down = th.getAttribute("aria-sort") ? th.getAttribute("aria-sort") === "ascending" : th.classList.contains("n") || th.classList.contains("h");
        all("th", table).forEach(other => other.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", down ? "descending" : "ascending");
        const body = table.tBodies[0], column = th.cellIndex;
        const rows = [...body.rows].map(row => [keyOf(row, column), row]);
        rows.sort(([a], [b]) => a === "" || b === "" ? (a === "") - (b === "") : down ? compare(b, a) : compare(a, b));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
  all("table.sort").forEach(sortable);

  // ---- filtering arms by name or label, everywhere at once
  const data = JSON.parse(id("souk-data").textContent);
  const filter = () => {
    const words = id("filter").value.toLowerCase().split(/[\s,]+/).filter(Boolean);
    const off = data.arms.map(arm => words.length > 0 && !words.some(w => (arm.name + " " + arm.label).toLowerCase().includes(w)));
    all("[data-arm]").forEach(e => e.classList.toggle("off", off[e.dataset.arm] === true));
  };
  id("filter").addEventListener("input", filter);

  // ---- tips: titles of marks and cells, at once and by keyboard; the titles stay for readers
  const tip = id("tip");
  const textOf = e => {
    const owner = e.closest("[data-tip],[title],svg *,svg");
    if (!owner) return null;
    if (owner.hasAttribute("title")) { owner.dataset.tip = owner.title; owner.setAttribute("aria-description", owner.title); owner.removeAttribute("title"); }
    if (owner.dataset.tip) return owner.dataset.tip;
    for (let node = owner; node && node.nodeName.toLowerCase() !== "div"; node = node.parentElement) {
      if (node.dataset && node.dataset.tip) return node.dataset.tip;
      const title = [...node.children].find(c => c.nodeName.toLowerCase() === "title");
      if (title) return title.textContent;
      if (node.nodeName.toLowerCase() === "svg" && node.getAttribute("role")) break;
    }
    return null;
  };
  const place = (x, y) => {
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(6, Math.min(x + 12, innerWidth - box.width - 6)) + "px";
    tip.style.top = (y + box.height + 22 > innerHeight ? y - box.height - 10 : y + 16) + "px";
  };
  const show = (text, x, y) => { tip.hidden = !text; if (text) { tip.textContent = text; place(x, y); } };
  document.addEventListener("pointerover", e => show(textOf(e.target), e.clientX, e.clientY));
  document.addEventListener("pointermove", e => { if (!tip.hidden) place(e.clientX, e.clientY); });
  document.addEventListener("focusin", e => {
    const box = e.target.getBoundingClientRect();
    if (e.target.matches("svg [tabindex]")) show(textOf(e.target), box.right, box.bottom);
  });
  document.addEventListener("focusout", () => { tip.hidden = true; });
  document.addEventListener("keydown", e => { if (e.key === "Escape") tip.hidden = true; });
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  // ---- copying and saving
  const said = (button, word) => { const before = button.textContent; button.textContent = word; setTimeout(() => { button.textContent = before; }, 1200); };
  const codeOf = button => button.closest("figure").querySelector("code").textContent;
  all("button.copy").forEach(button => button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(codeOf(button)); } catch {
      getSelection().selectAllChildren(button.closest("figure").querySelector("code"));
      document.execCommand("copy");
    }
    said(button, "copied");
  }));
  const save = (text, name, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  all("button.save").forEach(button => button.addEventListener("click", () => save(codeOf(button), button.dataset.file, "text/yaml")));

  // ---- all metrics, from the data block
  const pick = id("metric-pick");
  const names = Object.keys((data.arms[0] || { metrics: {} }).metrics);
  names.forEach(name => pick.append(new Option(name.replaceAll("_", " "), name)));
  const figure = v => v === null ? "–" : Math.abs(v) >= 1e5 || (v !== 0 && Math.abs(v) < 1e-3) ? v.toExponential(3) : String(Number(v.toPrecision(5)));
  const percent = v => (v < 0 ? "−" : "+") + Math.abs(100 * v).toFixed(Math.abs(v) < 0.00095 ? 2 : 1) + "%";
  const range = (i, text) => i && i.low !== null ? text(i.low) + " to " + text(i.high) : "";
  function cell(tag, text, value, css) {
    const e = document.createElement(tag);
    e.textContent = text;
    if (value !== undefined) e.dataset.v = value === null ? "" : value;
    if (css) e.className = css;
    return e;
  }
  function showMetric() {
    const name = pick.value;
    const table = document.createElement("table");
    const { unit, higher_is_better: up } = data.arms[0].metrics[name];
    const head = table.createTHead().insertRow();
    [["Arm", ""], [unit === "1" ? "Value" : "Value, " + unit, "n"], ["Uplift", "n"], ["95% interval", "n"]].forEach(([text, css]) => {
      const th = cell("th", text, undefined, css);
      th.scope = "col";
      if (text === "95% interval") th.dataset.nosort = "";
      head.append(th);
    });
    const body = table.createTBody();
    data.arms.forEach((arm, index) => {
      const row = body.insertRow(), m = arm.metrics[name];
      row.dataset.arm = index;
      const th = cell("th", arm.name);
      th.scope = "row";
      row.append(th);
      if (!m) return;
      const u = m.relative_uplift;
      const side = !u || u.low === null || m.identical ? 0 : u.low > 0 ? 1 : u.high < 0 ? -1 : 0;
      row.append(cell("td", figure(m.value.estimate), m.value.estimate, "n"),
                 cell("td", !u ? "incumbent" : m.identical ? "identical" : u.estimate === null ? "–" : percent(u.estimate) + (m.thin ? "*" : ""), u ? u.estimate : 0,
                      "n " + (side === 0 ? "" : (side > 0) === up ? "good" : "bad")),
                 cell("td", m.identical ? "" : range(u, percent), undefined, "n"));
    });
    id("metric-table").replaceChildren(table);
    sortable(table);
    filter();
  }
  if (names.length > 0) { pick.addEventListener("change", showMetric); showMetric(); }
  id("csv").addEventListener("click", () => {
    const quoted = v => v === null || v === undefined ? "" : /[",\n]/.test(String(v)) ? '"' + String(v).replaceAll('"', '""') + '"' : String(v);
    const lines = [["arm", "metric", "unit", "value", "uplift", "uplift_low", "uplift_high", "identical", "thin"]];
    data.arms.forEach(arm => Object.entries(arm.metrics).forEach(([name, m]) => {
      const u = m.relative_uplift || {};
      lines.push([arm.name, name, data.arms[0].metrics[name].unit, m.value.estimate, u.estimate, u.low, u.high, Boolean(m.identical), Boolean(m.thin)]);
    }));
    save(lines.map(line => line.map(quoted).join(",")).join("\n") + "\n", data.name + "-metrics.csv", "text/csv");
  });

  // ---- where am I
  const links = new Map(all("nav a").map(a => [a.hash.slice(1), a]));
  const seen = new Set();
  const watcher = new IntersectionObserver(entries => {
    entries.forEach(e => e.isIntersecting ? seen.add(e.target.id) : seen.delete(e.target.id));
    let first = true;
    links.forEach((a, name) => { const here = first && seen.has(name); if (here) first = false; a.classList.toggle("here", here); });
  }, { rootMargin: "-25% 0px -60% 0px" });
  all("main section").forEach(section => watcher.observe(section));
})();
