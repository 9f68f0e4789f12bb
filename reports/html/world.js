// SPDX-License-Identifier: MIT
// world.js - the world without borders: a dot for every country, a bubble where something is made or used.
sn.regions = [
  ["World", 0, 1, 0, 1], ["Europe", 0.44, 0.60, 0.09, 0.31], ["East and South-East Asia", 0.68, 0.92, 0.18, 0.60],
  ["Africa", 0.40, 0.66, 0.28, 0.74], ["Americas", 0.08, 0.44, 0.08, 0.88],
];

sn.world = (parent, view, globe, state, loss, lossText, redraw) => {
  const place = new Map(globe.places.map(p => [p.id, p]));
  const column = Math.min(state.column, view.columns.length - 1), region = sn.regions[state.region];
  sn.tabs(parent, "Stage on the map", view.columns.map(name => sn.capital(sn.title(name))), column, k => { state.column = k; redraw(); });
  sn.tabs(parent, "Part of the world", sn.regions.map(r => r[0]), state.region, k => { state.region = k; redraw(); });
  const seats = view.nodes.map((node, k) => ({ node, k, at: place.get(node.country) })).filter(d => d.at && d.node.column === column);
  const flows = view.flows.filter(f => {
    const a = view.nodes[f[0]], b = view.nodes[f[1]];
    return (a.column === column || b.column === column) && a.country !== b.country && place.has(a.country) && place.has(b.country);
  }).slice(0, 24);
  const part = (region[2] - region[1]) / (region[4] - region[3]) * globe.aspect;
  sn.figure(parent, "World picture of " + view.label, wide => Math.min(680, Math.round(wide / part)), (svg, wide, high) => {
    const scale = Math.min(wide / (region[2] - region[1]), high * globe.aspect / (region[4] - region[3]));
    const left = (wide - (region[2] - region[1]) * scale) / 2;
    const x = v => left + (v - region[1]) * scale, y = v => (v - region[3]) * scale / globe.aspect;
    const inside = d => x(d.x) >= 0 && x(d.x) <= wide && y(d.y) >= 0 && y(d.y) <= high;
    const trace = (points, back) => {
      const list = d3.range(0, points.length, 2).map(k => x(points[k]).toFixed(1) + "," + y(points[k + 1]).toFixed(1));
      return (back ? "L" : "M") + list.join("L");
    };
    svg.append("clipPath").attr("id", "world-clip").append("rect").attr("width", wide).attr("height", high);
    const plane = svg.append("g").attr("clip-path", "url(#world-clip)");
    const back = plane.append("g");
    back.append("path").attr("class", "sea").attr("d", trace(globe.edges[0]) + trace(globe.edges[1], true) + "Z");
    back.selectAll(".grid").data(globe.lines).enter().append("path").attr("class", "grid").attr("d", l => trace(l));
    if (state.region === 0 && wide > 620)
      back.selectAll(".continent").data([["North America", "USA", 30], ["South America", "BRA", 26], ["Africa", "TCD", 30], ["Asia", "MNG", -24], ["Australia", "AUS", 22], ["Antarctica", "ATA", -8]])
        .enter().append("text").attr("class", "continent").attr("text-anchor", "middle").attr("x", d => x(place.get(d[1]).x)).attr("y", d => y(place.get(d[1]).y) + d[2]).text(d => d[0]);
    sn.speak(back.append("g").selectAll("circle").data(globe.places).enter().append("circle").attr("class", "dot")
      .attr("cx", d => x(d.x)).attr("cy", d => y(d.y)).attr("r", state.region ? 3 : wide < 620 ? 1.3 : 2.2), d => d.label);
    const widest = d3.max(flows, f => f[2]) || 1, largest = d3.max(seats, d => d.node.amount) || 1;
    const arc = f => {
      const a = place.get(view.nodes[f[0]].country), b = place.get(view.nodes[f[1]].country);
      const x0 = x(a.x), y0 = y(a.y), x1 = x(b.x), y1 = y(b.y), lift = Math.hypot(x1 - x0, y1 - y0) * 0.22;
      return "M" + x0 + "," + y0 + "Q" + (x0 + x1) / 2 + "," + ((y0 + y1) / 2 - lift) + " " + x1 + "," + y1;
    };
    sn.speak(plane.append("g").selectAll("path").data(flows).enter().append("path").attr("d", arc)
      .attr("class", f => "arc s" + sn.step(loss(f[0]))).attr("stroke-width", f => 1 + 7 * Math.sqrt(f[2] / widest)),
      f => view.nodes[f[0]].label + " to " + view.nodes[f[1]].label + ": " + f[3] + " " + (view.unit || "") + "; " + lossText(f[0]) + " of it missing");
    const radius = d3.scaleSqrt().domain([0, largest]).range([2.5, wide < 620 ? 20 : 34]);
    const shown = seats.filter(d => inside(d.at)).sort((a, b) => b.node.amount - a.node.amount);
    sn.speak(plane.append("g").selectAll("circle").data(shown).enter().append("circle").attr("cx", d => x(d.at.x)).attr("cy", d => y(d.at.y))
      .attr("r", d => radius(d.node.amount)).attr("fill-opacity", 0.85)
      .attr("class", d => "focus seat f" + sn.step(loss(d.k)) + (d.k === state.buyer ? " chosen" : "")),
      d => d.node.label + ": " + d.node.amount_text + " " + (view.unit || "") + ", " + sn.title(view.columns[column]) + "; " + lossText(d.k) + " missing", true);
    const labels = sn.uncrowd(shown.map(d => ({ text: d.node.label, x: x(d.at.x), y: y(d.at.y) - radius(d.node.amount) - 4, anchor: "middle", wide: sn.measure(d.node.label), room: wide })));
    plane.append("g").attr("aria-hidden", "true").attr("pointer-events", "none").selectAll("text").data(labels).enter().append("text").attr("class", "halo")
      .attr("text-anchor", "middle").attr("x", d => d.x).attr("y", d => Math.max(12, d.y)).text(d => d.text);
  });
  sn.lossLegend(parent);
  const others = view.nodes.filter(d => d.column === column && !place.has(d.country)).map(d => d.label + " (" + d.amount_text + " " + (view.unit || "") + ")");
  parent.appendChild(sn.el("p", { class: "note" }, "Bubbles: amount at this stage; arcs: the largest flows from or to it across borders. Grey dots: every country of ISO 3166. Points, not borders." +
    (others.length ? " Not on the map: " + others.slice(0, 3).join(", ") + (others.length > 3 ? " and " + (others.length - 3) + " more" : "") + "." : "")));
  sn.table(parent, sn.title(view.columns[column]) + " of " + view.label + " by country", [{ heading: "country" }, { heading: "amount" + (view.unit ? ", " + view.unit : ""), number: true }, { heading: "missing", number: true }],
    view.nodes.map((node, k) => ({ node, k })).filter(d => d.node.column === column).map(d => [d.node.label, d.node.amount_text, lossText(d.k)]));
};
