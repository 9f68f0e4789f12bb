// SPDX-License-Identifier: MIT
// flow.js - the flow diagram and the network drawing.  All places were worked out beforehand.
sn.flow = (parent, view, height, loss, lossText, buyer) => {
  const box = 12, head = 26;
  const drawn = view.flows.filter(f => f.length > 5);
  const label = (node, short) => short && node.country ? node.country : node.label;
  sn.figure(parent, "Flow diagram of " + view.label + ", suppliers on the left", height + head + 8, (svg, wide) => {
    const short = wide < 620, columns = Math.max(1, view.columns.length - 1);
    const x = d => d.column * (wide - box) / columns;
    sn.hatch(svg, "hatch-flow");
    view.columns.forEach((name, c) => {
      const anchor = c === 0 ? "start" : c === columns && columns > 0 ? "end" : "middle";
      svg.append("text").attr("class", "head").attr("y", 14).attr("text-anchor", anchor)
        .attr("x", c === 0 ? 0 : c === columns ? wide : c * (wide - box) / columns + box / 2).text(sn.capital(sn.title(name)));
    });
    const plane = svg.append("g").attr("transform", "translate(0," + head + ")");
    const ribbon = f => {
      const x0 = x(view.nodes[f[0]]) + box, x1 = x(view.nodes[f[1]]), m = (x0 + x1) / 2, h = Math.max(0.6, f[7]) / 2;
      return "M" + x0 + "," + (f[5] - h) + "C" + m + "," + (f[5] - h) + " " + m + "," + (f[6] - h) + " " + x1 + "," + (f[6] - h) +
        "V" + (f[6] + h) + "C" + m + "," + (f[6] + h) + " " + m + "," + (f[5] + h) + " " + x0 + "," + (f[5] + h) + "Z";
    };
    const tell = f => view.nodes[f[0]].label + " to " + view.nodes[f[1]].label + ": " + f[3] + " " + (view.unit || "") +
      (f[4] > 0.5 ? ", estimated" : "") + "; " + lossText(f[0]) + " of it missing";
    sn.speak(plane.append("g").selectAll("path").data(drawn).enter().append("path").attr("d", ribbon)
      .attr("class", f => "ribbon f" + sn.step(loss(f[0])) + (buyer !== null && f[1] !== buyer && view.nodes[f[1]].column === view.nodes[buyer].column ? " other" : "")), tell);
    plane.append("g").attr("aria-hidden", "true").attr("pointer-events", "none").selectAll("path").data(drawn.filter(f => f[4] > 0.5))
      .enter().append("path").attr("d", ribbon).attr("fill", "url(#hatch-flow)");
    const seats = view.nodes.map((node, k) => ({ node, k })).filter(d => d.node.height > 0 || drawn.some(f => f[0] === d.k || f[1] === d.k));
    const groups = plane.append("g").selectAll("g").data(seats).enter().append("g");
    sn.speak(groups, d => d.node.label + ", " + sn.title(view.columns[d.node.column]) + ": " + d.node.amount_text + " " + (view.unit || "") +
      "; " + lossText(d.k) + " missing", true);
    groups.append("rect").attr("x", d => x(d.node)).attr("y", d => d.node.top).attr("width", box)
      .attr("height", d => Math.max(1.5, d.node.height)).attr("class", d => "focus seat f" + sn.step(loss(d.k)) + (d.k === buyer ? " chosen" : ""));
    const room = (wide - box * (columns + 1)) / columns / (short ? 2.2 : 1.9) - 10;
    groups.append("text").attr("class", d => "halo" + (d.k === buyer ? " num" : "")).attr("dy", "0.35em")
      .attr("x", d => d.node.column === columns && columns > 0 ? x(d.node) - 6 : x(d.node) + box + 6)
      .attr("y", d => d.node.top + d.node.height / 2)
      .attr("text-anchor", d => d.node.column === columns && columns > 0 ? "end" : "start")
      .text(d => sn.fit(label(d.node, short), room));
  });
  sn.lossLegend(parent);
  sn.legend(parent, [[svg => { sn.hatch(svg, "hatch-key"); svg.append("rect").attr("width", 22).attr("height", 12).attr("class", "f0 ribbon"); svg.append("rect").attr("width", 22).attr("height", 12).attr("fill", "url(#hatch-key)"); }, "who buys from whom is estimated"]]);
  const aside = view.flows.length - drawn.length;
  parent.appendChild(sn.el("p", { class: "note" }, "Width: amount" + (view.unit ? " in " + view.unit + " a year" : "") +
    ". Drawn are the largest of " + view.flows_total + " flows, " + view.drawn_text + " of what flows; small places of a column are joined." +
    (view.inside > 0 ? " Flows within a stage (re-exports) or back, " + view.inside_text + ", cannot be drawn in this picture" + (aside ? "; the largest are in the table." : ".") : "")));
  sn.table(parent, "flows of " + view.label,
    [{ heading: "supplier" }, { heading: "at" }, { heading: "buyer" }, { heading: "at" }, { heading: "amount" + (view.unit ? ", " + view.unit : ""), number: true }, { heading: "basis" }, { heading: "missing", number: true }],
    view.flows.map(f => [view.nodes[f[0]].label, sn.title(view.columns[view.nodes[f[0]].column] || ""), view.nodes[f[1]].label,
      sn.title(view.columns[view.nodes[f[1]].column] || ""), f[3], f[4] > 0.5 ? "estimated" : "reported or fitted", lossText(f[0])]));
};

sn.network = (parent, view, loss, lossText, buyer) => {
  const shapes = [d3.symbolCircle, d3.symbolSquare, d3.symbolDiamond, d3.symbolTriangle, d3.symbolStar, d3.symbolWye, d3.symbolCross, d3.symbolCircle];
  const largest = d3.max(view.nodes, d => d.amount) || 1, widest = d3.max(view.flows, f => f[2]) || 1;
  const area = d3.scaleLinear().domain([0, largest]).range([30, 1100]);
  sn.figure(parent, "Network of " + view.label, wide => wide < 620 ? 440 : 560, (svg, wide, high) => {
    const edge = 34, x = d => edge + d.x * (wide - 2 * edge), y = d => edge + d.y * (high - 2 * edge);
    const line = f => {
      const a = view.nodes[f[0]], b = view.nodes[f[1]], x0 = x(a), y0 = y(a), x1 = x(b), y1 = y(b);
      return "M" + x0 + "," + y0 + "Q" + ((x0 + x1) / 2 + (y1 - y0) * 0.12) + "," + ((y0 + y1) / 2 - (x1 - x0) * 0.12) + " " + x1 + "," + y1;
    };
    sn.speak(svg.append("g").selectAll("path").data(view.flows.filter(f => f[0] !== f[1])).enter().append("path").attr("d", line)
      .attr("class", f => "edge s" + sn.step(loss(f[0]))).attr("stroke-width", f => 1 + 9 * Math.sqrt(f[2] / widest)),
      f => view.nodes[f[0]].label + " to " + view.nodes[f[1]].label + ": " + f[3] + " " + (view.unit || ""));
    const joined = new Set(view.flows.filter(f => f[0] !== f[1]).flatMap(f => [f[0], f[1]]));
    const seats = view.nodes.map((node, k) => ({ node, k })).filter(d => joined.has(d.k)).sort((a, b) => b.node.amount - a.node.amount);
    sn.speak(svg.append("g").selectAll("path").data(seats).enter().append("path")
      .attr("transform", d => "translate(" + x(d.node) + "," + y(d.node) + ")")
      .attr("d", d => d3.symbol().type(shapes[d.node.column % shapes.length]).size(area(d.node.amount))())
      .attr("class", d => "focus seat f" + sn.step(loss(d.k)) + (d.k === buyer ? " chosen" : "")),
      d => d.node.label + ", " + sn.title(view.columns[d.node.column] || "") + ": " + d.node.amount_text + (view.unit ? " " + view.unit : "") + "; " + lossText(d.k) + " missing", true);
    const labels = sn.uncrowd(seats.map(d => {
      const text = sn.fit(d.node.label, 150), radius = Math.sqrt(area(d.node.amount) / Math.PI);
      return { text, x: x(d.node), y: y(d.node) - radius - 5, anchor: "middle", wide: sn.measure(text), room: wide, chosen: d.k === buyer };
    }).sort((a, b) => b.chosen - a.chosen));
    svg.append("g").attr("aria-hidden", "true").attr("pointer-events", "none").selectAll("text").data(labels).enter().append("text")
      .attr("class", d => "halo" + (d.chosen ? " num" : "")).attr("x", d => d.x).attr("y", d => d.y).attr("text-anchor", "middle").text(d => d.text);
  });
  const staged = view.columns.filter(name => name);
  if (staged.length > 0)
    sn.legend(parent, view.columns.map((name, c) => [svg => svg.append("path").attr("transform", "translate(11,6)").attr("class", "bar-low")
      .attr("d", d3.symbol().type(shapes[c % shapes.length]).size(70)()), sn.title(name)]));
  sn.lossLegend(parent);
  sn.table(parent, "places of " + view.label,
    [{ heading: "place" }, { heading: "stage" }, { heading: "amount" + (view.unit ? ", " + view.unit : ""), number: true }, { heading: "missing", number: true }],
    view.nodes.map((node, k) => [node.label, sn.title(view.columns[node.column] || "-"), node.amount_text, lossText(k)]));
};
