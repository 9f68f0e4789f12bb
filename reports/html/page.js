// SPDX-License-Identifier: MIT
// page.js - what is chosen, and the sections in their order.
(() => {
  const data = sn.data, results = data.results, globe = results.globe;
  const state = { view: 0, stop: null, buyer: null, column: 0, region: 0 };
  const places = new Map(globe.places.map(p => [p.id, p.label]));
  const named = id => id === null ? "unknown" : id === "ROW" ? "rest of the world" : places.get(id) || id;
  const verbOf = { production: "stopped", exports: "stopped exporting", imports: "stopped importing", transit: "let nothing through" };

  (results.commodities || []).forEach(c => { c.label = sn.title(c.label); });

  // ---- what is chosen -------------------------------------------------------------------------
  const view = () => results.commodities[state.view];
  const outcome = () => view().whatif.find(w => w.stop === state.stop) || null;
  const losses = () => {
    const by = new Map(), one = outcome();
    for (const [node, loss, text] of one ? one.nodes : [])
      by.set(node, { loss, text });
    return { loss: k => by.has(k) ? by.get(k).loss : 0, text: k => by.has(k) ? by.get(k).text : "0.0 %" };
  };
  const buyerSeat = () => {
    const k = view().nodes.findIndex(node => node.buyer && (node.country || node.id) === state.buyer);
    return k < 0 ? null : k;
  };
  const ofBuyer = () => {
    const one = outcome(), seat = buyerSeat();
    return one && seat !== null ? one.buyers.find(b => b[0] === seat) || null : null;
  };
  const stopLabel = () => state.stop === null ? null : results.stops[state.stop].label;

  const fill = (select, items, chosen) => {
    select.textContent = "";
    for (const [value, text] of items)
      select.appendChild(sn.el("option", { value, selected: String(value) === String(chosen) }, text));
    select.value = String(chosen);
  };
  const controls = {};
  const choosers = () => {
    const form = document.getElementById("choose");
    form.hidden = false;
    form.addEventListener("submit", event => event.preventDefault());
    for (const [key, text] of [["view", "Commodity"], ["stop", "What stops"], ["buyer", "For whom"]]) {
      controls[key] = sn.el("select", { id: "choose-" + key });
      form.appendChild(sn.el("label", { for: "choose-" + key }, text, controls[key]));
      controls[key].addEventListener("change", () => {
        const value = controls[key].value;
        if (key === "view") { state.view = Number(value); settle(); }
        else if (key === "stop") state.stop = Number(value);
        else state.buyer = value === "" ? null : value;
        offer();
        draw();
        remember();
      });
    }
  };
  // After another commodity: the stop stays if it matters there, else the worst one is taken.
  const settle = () => {
    if (!view().whatif.some(w => w.stop === state.stop))
      state.stop = view().whatif.length ? view().whatif[0].stop : null;
    const marked = c => view().nodes.filter(n => n.column === c && places.has(n.country)).length;
    state.column = Math.max(0, view().columns.length - 2);
    if (marked(state.column) < 2)
      state.column = d3.scan(view().columns.map((name, c) => -marked(c)));
  };
  const offer = () => {
    fill(controls.view, results.commodities.map((c, k) => [k, sn.capital(sn.title(c.label))]), state.view);
    fill(controls.stop, view().whatif.length ? view().whatif.map(w => [w.stop, results.stops[w.stop].label + " (" + w.loss_text + ")"]) : [["", "nothing loses"]],
      state.stop === null ? "" : state.stop);
    const seen = new Set();
    const buyers = view().nodes.filter(n => n.buyer && !seen.has(n.country || n.id) && seen.add(n.country || n.id))
      .map(n => [n.country || n.id, n.label]).sort((a, b) => d3.ascending(a[1], b[1]));
    if (state.buyer !== null && !buyers.some(b => b[0] === state.buyer))
      buyers.push([state.buyer, named(state.buyer) + " (not listed here)"]);
    fill(controls.buyer, [["", "all buyers"], ...buyers], state.buyer === null ? "" : state.buyer);
  };
  const remember = () => {
    const words = [["c", view().id], ["stop", state.stop === null ? null : results.stops[state.stop].id], ["buyer", state.buyer]];
    const hash = words.filter(w => w[1] !== null).map(w => w[0] + "=" + encodeURIComponent(w[1])).join("&");
    try { history.replaceState(null, "", "#" + hash); } catch (refused) { /* a page in a frame may not */ }
  };
  const recall = () => {
    for (const word of location.hash.slice(1).split("&")) {
      const [key, raw] = word.split("=");
      let value;
      try { value = decodeURIComponent(raw || ""); } catch (damaged) { continue; }
      if (key === "c") state.view = Math.max(0, results.commodities.findIndex(c => c.id === value));
      if (key === "stop") { const k = results.stops.findIndex(s => s.id === value); if (k >= 0) state.stop = k; }
      if (key === "buyer" && value) state.buyer = value;
    }
  };
  // At first the commodity with the largest loss.
  const begin = () => {
    const asked = results.stops.findIndex(s => s.asked);
    results.commodities.forEach((c, k) => {
      const most = w => w ? w.loss : 0, one = asked >= 0 ? c.whatif.find(w => w.stop === asked) : c.whatif[0];
      const now = results.commodities[state.view], best = asked >= 0 ? now.whatif.find(w => w.stop === asked) : now.whatif[0];
      if (most(one) > most(best)) state.view = k;
    });
    state.stop = asked >= 0 ? asked : null;
    recall();
    settle();
  };

  // ---- sections of a network ------------------------------------------------------------------
  const unit = amount => amount + (view().unit ? " " + view().unit + " a year" : "");
  const pathText = id => {
    const node = view().nodes.find(n => n.id === id);
    return node ? node.label + (view().columns[node.column] ? ", " + sn.title(view().columns[node.column]) : "") : id;
  };
  const answer = () => {
    const one = outcome(), label = sn.title(view().label), who = stopLabel();
    const box = sn.section("answer", who === null ? "What if? " + sn.capital(label) : "What if " + who + " " + verbOf[results.model.mode] + "? " + sn.capital(label));
    if (!one) {
      box.appendChild(sn.el("p", null, "Nothing that was tried takes anything of it from final buyers."));
      return;
    }
    const seat = buyerSeat(), mine = ofBuyer(), all = sn.el("div"), own = sn.el("div");
    const best = low => low && low !== "-" ? "At best, if everybody else does all they can with what they have, " + low + "." : "";
    all.append(sn.el("p", { class: "big" }, one.loss_text), sn.el("p", null, "of " + label + (results.model.weight === "final_demand" ? " for final use" : "") +
      " is missing if nobody reacts" + (one.lost_text !== "-" ? ": " + unit(one.lost_text) : "") + ". " + best(one.low_text)));
    if (one.loss_others_text !== "-")
      all.append(sn.el("p", { class: "soft" }, "Users elsewhere lose " + one.loss_others_text + " of theirs."));
    if (one.only_way_for > 0)
      all.append(sn.el("p", { class: "soft" }, "It is the only way from any producer to " + one.only_way_for + " of " + one.buyers_elsewhere + " buyers elsewhere" +
        (one.sole_supplier_of ? ", and the sole direct supplier of " + one.sole_supplier_of : "") + "."));
    if (state.buyer !== null) {
      const name = seat === null ? named(state.buyer) : view().nodes[seat].label;
      own.append(sn.el("p", { class: "big" }, seat === null ? "-" : mine ? mine[2] : "<0.1 %"), sn.el("p", null,
        seat === null ? name + " is not among the buyers shown for " + label + "." :
        "of the supply of " + name + " is missing" + (mine && mine[6] !== "-" ? ": " + unit(mine[6]) : "") + ". " + (mine ? best(mine[4]) : "")));
      if (mine && mine[9].length > 1)
        own.append(sn.el("p", { class: "soft" }, "The path that carries most of it" + (mine[8] !== "-" ? ", " + unit(mine[8]) : "") + ":"),
          sn.el("ol", { class: "path" }, mine[9].map(id => sn.el("li", null, pathText(id)))));
    } else {
      const away = one.buyers.filter(b => view().nodes[b[0]].country !== results.stops[one.stop].id);
      const worst = away.filter(b => b[5] !== null).sort((a, b) => b[5] - a[5])[0] || away[0];
      if (worst) {
        own.append(sn.el("p", null, sn.el("strong", null, view().nodes[worst[0]].label), " loses most of the buyers shown elsewhere: " + worst[2] + " of its supply" + (worst[6] !== "-" ? ", " + unit(worst[6]) : "") + "."));
        if (worst[9].length > 1)
          own.append(sn.el("p", { class: "soft" }, "The path that carries most of it:"), sn.el("ol", { class: "path" }, worst[9].map(id => sn.el("li", null, pathText(id)))));
        own.append(sn.el("p", { class: "soft" }, "Choose a buyer above to see its own answer."));
      }
    }
    box.appendChild(sn.el("div", { class: "answer" }, all, own));
    const rows = one.buyers.slice().sort((a, b) => b[1] - a[1]).slice(0, 14).map(b => ({
      label: view().nodes[b[0]].label, value: b[1], text: b[2], low: b[3], lowText: b[4] === "-" ? null : b[4], chosen: b[0] === seat,
      note: b[6] === "-" ? null : unit(b[6]) }));
    if (rows.length) {
      box.appendChild(sn.el("h3", null, "What buyers lose"));
      sn.bars(box, "Losses of buyers of " + label, rows, { most: 1, interval: one.low !== null });
    }
    sn.table(box, "buyers of " + label + " if " + who + " " + verbOf[results.model.mode],
      [{ heading: "buyer" }, { heading: "loss", number: true }, { heading: "at best", number: true }, { heading: "lost" + (view().unit ? ", " + view().unit : ""), number: true }, { heading: "mostly along" }],
      one.buyers.map(b => [view().nodes[b[0]].label, b[2], b[4], b[6], b[9].map(pathText).join(" > ") || "-"]));
  };
  const flows = () => {
    const box = sn.section("flows", "Who passes what to whom", "Colour: how much is missing if " + (stopLabel() || "nothing") + " " + verbOf[results.model.mode] + ".");
    sn.flow(box, view(), results.height, losses().loss, losses().text, buyerSeat());
  };
  const world = () => {
    if (new Set(view().nodes.map(n => n.country).filter(id => places.has(id))).size < 2)
      return;
    const box = sn.section("world", "Where in the world");
    const part = sn.el("div");
    box.appendChild(part);
    const redraw = () => {
      const id = part.contains(document.activeElement) ? Array.from(part.querySelectorAll("button")).indexOf(document.activeElement) : -1;
      part.textContent = "";
      sn.world(part, view(), globe, Object.assign(state, {}), losses().loss, losses().text, redraw);
      if (id >= 0) part.querySelectorAll("button")[id].focus();
    };
    const seat = buyerSeat();
    state.seat = seat;
    redraw();
  };
  const proofText = w => w.only_way_for > 0 ? "only way for " + w.only_way_for + " of " + w.buyers_elsewhere : "";
  const chokepoints = () => {
    const label = sn.title(view().label), list = view().whatif;
    const box = sn.section("chokepoints", "Chokepoints of " + label, results.model.best_case_reason ? "The best case was not worked out: " + results.model.best_case_reason + "." : null);
    if (!list.length) {
      box.appendChild(sn.el("p", null, "None."));
      return;
    }
    sn.bars(box, "Chokepoints of " + label, list.map(w => ({ label: results.stops[w.stop].label, value: w.loss, text: w.loss_text, low: w.low,
      lowText: w.low_text === "-" ? null : w.low_text, chosen: w.stop === state.stop, note: proofText(w), extra: proofText(w) })), { most: 1, interval: list.some(w => w.low !== null), tail: 190 });
    sn.table(box, "chokepoints of " + label, [{ heading: "stops" }, { heading: "loss", number: true }, { heading: "at best", number: true }, { heading: "users elsewhere", number: true },
      { heading: "lost" + (view().unit ? ", " + view().unit : ""), number: true }, { heading: "proof" }],
      list.map(w => [results.stops[w.stop].label, w.loss_text, w.low_text, w.loss_others_text, w.lost_text, proofText(w) || "-"]));
    const groups = results.concentration.filter(g => view().id === null || g.commodity === view().id).slice(0, 6);
    if (groups.some(g => g.members.length > 1)) {
      box.appendChild(sn.el("h3", null, "How few make how much"));
      const name = g => sn.title(g.stage || g.product || "all");
      sn.lines(box, "Share of output by the largest countries", groups.map(g => ({ name: sn.capital(name(g)), points: [[0, 0, "0 %"], ...g.members.map((m, k) => [k + 1, m.cumulative, m.cumulative_text])], group: g })),
        { xName: "number of countries, the largest first", tell: l => l.group.members.slice(0, 3).map((m, k) => k + 1 + ": " + m.cumulative_text).join(", ") });
      sn.table(box, "shares of output of " + label, [{ heading: "stage" }, { heading: "rank", number: true }, { heading: "country" }, { heading: "share", number: true }, { heading: "with those before", number: true }],
        groups.flatMap(g => g.members.map((m, k) => [sn.capital(name(g)), String(k + 1), m.label, m.share_text, m.cumulative_text])));
    }
  };
  const hidden = () => {
    const seat = buyerSeat(), list = view().exposure;
    const one = list.find(e => e.node === seat) || (seat === null ? list.slice().sort((a, b) => view().nodes[b.node].amount - view().nodes[a.node].amount)[0] : null);
    if (!one || !one.suppliers.length)
      return;
    const who = view().nodes[one.node].label;
    const box = sn.section("hidden", "What " + who + " really depends on: " + sn.title(view().label), seat === null ? "The largest buyer; choose another one above. Shares of its supply." : "Shares of its supply.");
    sn.gap(box, "Direct and look-through dependence of " + who, one.suppliers.map(s => ({ label: named(s[0]), direct: s[1], directText: s[2], through: s[3], throughText: s[4] })));
    sn.table(box, "dependence of " + who, [{ heading: "supplier" }, { heading: "bought there", number: true }, { heading: "comes from or passes through", number: true }, { heading: "made there first", number: true }],
      one.suppliers.map(s => [named(s[0]), s[2], s[4], s[6]]));
  };
  const concentration = () => {
    const list = results.concentration.slice().sort((a, b) => b.top1 - a.top1);
    if (!list.length)
      return;
    const name = g => [g.commodity, g.stage || g.product].filter(x => x).map(sn.title).join(", ") || "all";
    const box = sn.section("concentration", "How concentrated it is", "Share of the largest country in each commodity and stage, by place of production; where owners are known, by the country of the largest shareholder too.");
    const shown = list.slice(0, 45);
    sn.dots(box, "Largest share by commodity and stage", shown.map(g => ({ label: sn.capital(name(g)), value: g.top1, text: g.top1_text, leader: g.members[0].label, hhi: g.hhi_text,
      owner: g.owner && g.owner.top1_share !== null ? g.owner.top1_share : null, ownerText: g.owner && g.owner.top1_share !== null ? g.owner.top1_label + " " + g.owner.top1_share_text : null,
      chosen: g.commodity !== null && g.commodity === view().id })));
    sn.legend(box, [[svg => svg.append("circle").attr("class", "full").attr("cx", 11).attr("cy", 6).attr("r", 5.5), "by place"],
      [svg => svg.append("circle").attr("class", "open").attr("cx", 11).attr("cy", 6).attr("r", 4.5), "by owner, where more than half is known"]]);
    for (const g of list)
      for (const q of g.quoted || [])
        if (q.by === "owner" && g.commodity === view().id)
          box.appendChild(sn.el("p", { class: "note" }, "By owner, as quoted (" + q.year + "): " + q.label + " " + (q.share_text !== "-" ? q.share_text : q.low_text + " to " + q.high_text) + " of " + name(g) + ". " + q.source + "."));
    sn.table(box, "concentration", [{ heading: "commodity, stage" }, { heading: "largest" }, { heading: "share", number: true }, { heading: "top 3", number: true }, { heading: "HHI", number: true }, { heading: "without the largest", number: true }, { heading: "by owner" }, { heading: "owner known", number: true }, { heading: "total", number: true }, { heading: "unit" }],
      list.map(g => [sn.capital(name(g)), g.members[0].label, g.top1_text, g.top3_text, g.hhi_text, g.n_minus_1_text, g.owner && g.owner.top1_share !== null ? g.owner.top1_label + " " + g.owner.top1_share_text : "-", g.owner ? g.owner.known_text : "-", g.total_text, g.unit || "-"]));
  };
  const heat = () => {
    const list = view().whatif.slice(0, 10), rows = view().nodes.map((node, k) => ({ node, k })).filter(d => d.node.buyer).sort((a, b) => b.node.amount - a.node.amount).slice(0, 24);
    if (list.length < 2 || rows.length < 2)
      return;
    const box = sn.section("heat", "Who hurts whom: " + sn.title(view().label), "Share of a buyer's supply (rows) that is missing if a supplier (columns) stops and nobody reacts.");
    const cell = (w, k) => w.buyers.find(b => b[0] === k), seat = buyerSeat();
    const table = sn.el("table", { class: "heat" }, sn.el("caption", null, "Losses of buyers by what stops"),
      sn.el("thead", null, sn.el("tr", null, sn.el("th", { scope: "col" }, "buyer"), list.map(w => sn.el("th", { scope: "col", class: w.stop === state.stop ? "is" : null }, results.stops[w.stop].label)))),
      sn.el("tbody", null, rows.map(d => sn.el("tr", null, sn.el("th", { scope: "row" }, d.k === seat ? sn.el("strong", null, d.node.label) : d.node.label),
        list.map(w => { const b = cell(w, d.k); return sn.el("td", { class: (b ? "b" + sn.step(b[1]) : "") + (d.k === seat && w.stop === state.stop ? " is" : "") }, b ? b[2] : "-"); })))));
    box.appendChild(sn.el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Losses of buyers by what stops" }, table));
    sn.lossLegend(box);
  };
  const network = () => {
    const box = sn.section("network", "The network", "Neighbours are drawn near one another; size: amount; colour: missing if " + (stopLabel() || "nothing") + " " + verbOf[results.model.mode] + ".");
    sn.network(box, view(), losses().loss, losses().text, buyerSeat());
  };

  // ---- sections of documents ------------------------------------------------------------------
  const number = cell => Array.isArray(cell) ? cell[0] : null;
  const text = cell => Array.isArray(cell) ? cell[1] : cell === null ? "-" : sn.title(cell);
  const spelled = cell => cell ? cell.split(" / ").map(word => sn.title(named(word))).join(", ") : "everything";
  const chart = (box, part, columns) => {
    const at = heading => columns.findIndex(c => c.heading === heading);
    const value = columns.findIndex(c => c.type !== "text"), low = at("at best"), second = columns.findIndex((c, k) => k > 0 && c.type === "text" && ["commodity", "stage", "mitigation", "number"].includes(c.heading));
    const label = row => text(row[0]) + (second > 0 && row[second] !== null ? ", " + text(row[second]) : "");
    const pick = at("loss") >= 0 ? at("loss") : value;
    const rows = part.rows.filter(r => number(r[pick]) !== null).slice(0, 24);
    if (!rows.length)
      return;
    if (part.chart === "gap")
      sn.gap(box, part.title, rows.map(r => ({ label: label(r), direct: number(r[at("direct")]) || 0, directText: text(r[at("direct")]), through: number(r[at("look-through")]) || 0, throughText: text(r[at("look-through")]) })));
    else if (part.chart === "change")
      sn.changes(box, part.title, part.rows.filter(r => number(r[at("change")]) !== null).slice(0, 24).map(r => ({ label: spelled(r[0]) + (at("buyer") > 0 ? " to " + spelled(r[at("buyer")]) : ""), change: number(r[at("change")]),
        text: (number(r[at("change")]) > 0 ? "+" : "") + text(r[at("change")]), detail: text(r[at("before")]) + " before, " + text(r[at("after")]) + " after" })));
    else
      sn.bars(box, part.title, rows.map(r => ({ label: label(r), value: number(r[pick]), text: text(r[pick]), low: low >= 0 ? number(r[low]) : null, lowText: low >= 0 && r[low] !== null ? text(r[low]) : null })),
        { most: columns[pick].type === "percent" ? 1 : 0, interval: part.chart === "interval" });
  };
  const points = (box, part, columns) => {
    const country = columns.findIndex(c => c.heading === "country"), value = columns.findIndex(c => c.type === "percent" && (c.heading === "loss" || c.heading === "look-through"));
    const amount = columns.findIndex(c => c.type === "amount"), seen = new Set();
    if (country < 0 || value < 0 || amount < 0)
      return;
    const rows = part.rows.filter(r => places.has(r[country]) && number(r[value]) !== null && !seen.has(r[country]) && seen.add(r[country]));
    if (rows.length < 3)
      return;
    const nodes = rows.map(r => ({ label: named(r[country]), country: r[country], column: 0, amount: number(r[amount]) || 0, amount_text: text(r[amount]) }));
    const unitAt = columns.findIndex(c => c.heading === "unit"), units = new Set(rows.map(r => r[unitAt]));
    if (units.size > 1)
      return;
    const map = sn.el("div"), own = { column: 0, region: 0, buyer: null };
    box.appendChild(map);
    const redraw = () => { map.textContent = ""; sn.world(map, { label: part.title, unit: unitAt >= 0 ? rows[0][unitAt] : null, columns: [columns[amount].heading], nodes, flows: [] }, globe, own, k => number(rows[k][value]), k => text(rows[k][value]), redraw); };
    redraw();
  };
  const documents = () => {
    (results.documents || []).forEach((doc, d) => {
      doc.sections.forEach((part, k) => {
        const box = sn.section("doc-" + d + "-" + k, part.title, k === 0 ? doc.verb === doc.name ? null : doc.verb + ": " + doc.name : null, part.note);
        if (k === 0 && doc.series.length) {
          box.appendChild(sn.el("h3", null, "Share of normal supply, day by day"));
          sn.lines(box, "Share of normal supply by day", doc.series.map(s => ({ name: s.name, points: s.points })), { xName: "days since the first event", band: true,
            tell: l => "lowest " + l.points.reduce((a, b) => b[1] < a[1] ? b : a)[2] });
          if (doc.series.length > 1)
            box.appendChild(sn.el("p", { class: "note" }, "Shaded: what stocks and the like make up for, against the first line."));
          sn.table(box, "share of normal supply by day", [{ heading: "day", number: true }, ...doc.series.map(s => ({ heading: s.name, number: true }))],
            doc.series[0].points.map((p, n) => [String(p[0]), ...doc.series.map(s => s.points[n] ? s.points[n][2] : "-")]));
        }
        if (part.chart)
          chart(box, part, part.columns);
        points(box, part, part.columns);
        sn.table(box, part.title, part.columns.map(c => ({ heading: c.heading, number: c.type !== "text" })), part.rows.map(r => r.map(text)), !part.chart);
        if (part.rows_total > part.rows.length)
          box.appendChild(sn.el("p", { class: "note" }, part.rows.length + " of " + part.rows_total + " rows; --top 0 shows all."));
      });
    });
  };

  // ---- sources, methods, limits ---------------------------------------------------------------
  const commandLine = text => text.replace(/^\S*supplynet(?= )/, "supplynet");
  const items = list => sn.el("ul", { class: "plain" }, list.map(x => sn.el("li", null, x)));
  const inputRows = inputs => inputs.map(i => [i.path, i.role, String(i.rows.used) + " of " + i.rows.read, sn.el("code", null, i.sha256.slice(0, 16))]);
  const inputHead = [{ heading: "file" }, { heading: "role" }, { heading: "rows used", number: true }, { heading: "SHA-256 begins" }];
  const sources = () => {
    const box = sn.section("sources", "Sources, methods, limits"), docs = results.documents || [];
    const methods = [...data.methods, ...docs.flatMap(d => d.methods || [])].filter((m, k, all) => all.findIndex(o => o.id === m.id && o.version === m.version) === k);
    const cautions = data.findings.filter(f => f.level !== "note").map(f => sn.capital(f.message) + ".");
    box.append(sn.el("h3", null, "How it was made"), sn.el("p", null, sn.el("code", null, commandLine(data.run.command.join(" ")))),
      sn.el("p", { class: "soft" }, "supplynet " + data.tool.version + ", " + data.run.started + ", fingerprint "), sn.el("p", null, sn.el("code", null, data.provenance.fingerprint)));
    docs.filter(d => d.command).forEach(d => box.append(sn.el("p", { class: "soft" }, d.name + ": ", sn.el("code", null, commandLine(d.command)))));
    sn.table(box, "inputs", inputHead, inputRows([...data.provenance.inputs, ...docs.flatMap(d => d.inputs || [])]
      .filter((i, k, all) => all.findIndex(o => o.path === i.path && o.sha256 === i.sha256) === k)), true);
    if (data.network) {
      const c = data.network.coverage;
      box.append(sn.el("h3", null, "Coverage"), sn.el("p", null, "Flows: " + c.flows_reported + " reported, " + c.flows_balanced + " fitted to reported trade, " + c.flows_estimated +
        " estimated. Owners are known of " + c.nodes_with_owner + " of " + data.network.nodes + " nodes."));
    }
    box.append(sn.el("h3", null, "Methods"), items(methods.map(m => sn.capital(m.id.replace(/[-_]/g, " ")) + " (version " + m.version + "): " + m.definition + ". Source: " + m.source + ".")),
      sn.el("h3", null, "Limits"), items([...cautions, "Losses hold before anyone reacts; the best case is what a linear program finds that all others could still do. Unknown is written \"-\", never 0.",
        "The points of the map are marks, not borders, and say nothing about any of them."]));
    if (data.diagnostics.length)
      box.append(sn.el("h3", null, "Notes on the inputs"), items(data.diagnostics.map(n => n.subject + ": " + n.message + ".")));
    box.append(sn.el("h3", null, "How to cite"), sn.el("p", null, "\u201c" + results.title + "\u201d, made with supplynet " + data.tool.version + " on " + data.run.started.slice(0, 10) + ", data fingerprint " +
      data.provenance.fingerprint.slice(0, 16) + ". Cite the sources of the data too."));
  };

  // ---- the page -------------------------------------------------------------------------------
  const about = () => {
    const n = data.network, parts = [];
    if (n) {
      parts.push(results.commodities_total > 1 ? results.commodities_total + " commodities" : null, n.nodes.toLocaleString("en-US") + " nodes", n.flows.toLocaleString("en-US") + " flows",
        results.stops_tried + " what-ifs by " + results.model.by);
    } else {
      parts.push(results.documents.length + (results.documents.length === 1 ? " report" : " reports"));
    }
    parts.push(data.run.started.slice(0, 10));
    document.getElementById("about").textContent = parts.filter(p => p).join(" \u00b7 ");
    const box = document.getElementById("cautions");
    for (const f of data.findings.filter(f => f.level !== "note").slice(0, 4))
      box.appendChild(sn.el("p", { class: "caution" }, sn.capital(f.message) + "."));
    const lead = document.getElementById("findings");
    lead.hidden = !lead.querySelector("li") && !box.firstChild;
    document.getElementById("foot").append(sn.el("p", null, "Made with supplynet, free software. This file asks no server for anything; its numbers are in it as JSON. Licences of the page's parts are at the end of the file."));
  };
  const draw = () => {
    const scroll = scrollY;
    document.getElementById("sections").textContent = "";
    sn.tip.hide();
    if (results.kind === "network")
      [answer, flows, world, chokepoints, hidden, concentration, heat, network].forEach(part => part());
    documents();
    sources();
    scrollTo(0, scroll);
    document.body.setAttribute("data-ready", "yes");
  };
  about();
  if (results.kind === "network") {
    begin();
    choosers();
    offer();
  }
  draw();
  let width = innerWidth, wait = 0;
  addEventListener("resize", () => {
    clearTimeout(wait);
    wait = setTimeout(() => { if (innerWidth !== width) { width = innerWidth; draw(); } }, 150);
  });
  addEventListener("beforeprint", () => { sn.width = 680; draw(); });
  addEventListener("afterprint", () => { sn.width = 0; draw(); });
})();
