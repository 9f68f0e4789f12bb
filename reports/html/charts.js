// SPDX-License-Identifier: MIT
// charts.js - bars with intervals, gaps, curves, changes, series.
// rows: {label, value, text, low, lowText, chosen, note}; low and value 0..1, or any numbers with a most.
sn.bars = (parent, label, rows, options) => {
  const most = options.most || d3.max(rows, r => r.value) || 1, tail = options.tail || 176;
  sn.figure(parent, label, wide => rows.length * (wide < 560 ? 44 : 28) + 22, (svg, wide) => {
    const narrow = wide < 560, left = narrow ? 0 : Math.min(230, Math.max(90, (d3.max(rows, r => sn.measure(r.label, 12.5, r.chosen ? 600 : 400)) || 0) + 14));
    const high = narrow ? 44 : 28, x = d3.scaleLinear().domain([0, most]).range([0, wide - left - (narrow ? 166 : tail)]).clamp(true);
    const group = svg.selectAll("g").data(rows).enter().append("g").attr("transform", (d, k) => "translate(0," + k * high + ")");
    sn.speak(group, r => r.label + ": " + r.text + (r.lowText ? ", at best " + r.lowText : "") + (r.note ? "; " + r.note : ""), true);
    group.append("text").attr("y", narrow ? 13 : 17).attr("class", r => r.chosen ? "num" : null)
      .text(r => sn.fit(r.label, narrow ? wide - 4 : left - 10, 12.5, r.chosen ? 600 : 400));
    const bar = group.append("g").attr("transform", "translate(" + left + "," + (narrow ? 20 : 4) + ")");
    bar.append("rect").attr("class", "focus bar-track").attr("width", x(most)).attr("height", 18).attr("rx", 2);
    bar.append("rect").attr("class", "bar-high").attr("width", r => x(r.value)).attr("height", 18).attr("rx", 2);
    bar.append("rect").attr("class", "bar-low").attr("width", r => x(r.low === null || r.low === undefined ? (options.interval ? 0 : r.value) : Math.min(r.low, r.value))).attr("height", 18).attr("rx", 2);
    const text = bar.append("text").attr("x", r => x(r.value) + 6).attr("y", 13.5);
    text.append("tspan").attr("class", "num").text(r => r.text);
    text.append("tspan").attr("class", "soft").text(r => r.lowText && r.lowText !== r.text ? "  at best " + r.lowText : r.extra && !narrow ? "  " + r.extra : "");
  });
  if (options.interval)
    sn.legend(parent, [[sn.swatch("bar-low"), "lost even if everyone else does all they can"], [sn.swatch("bar-high"), "lost as well if nobody reacts"]]);
};

// rows: {label, direct, directText, through, throughText}
sn.gap = (parent, label, rows) => {
  sn.figure(parent, label, wide => rows.length * (wide < 560 ? 46 : 30) + 26, (svg, wide, high) => {
    const narrow = wide < 560, left = narrow ? 0 : Math.min(220, (d3.max(rows, r => sn.measure(r.label)) || 0) + 16), row = narrow ? 46 : 30;
    const x = d3.scaleLinear().domain([0, 1]).range([left + 8, wide - (narrow ? 64 : 150)]);
    const axis = svg.append("g").attr("aria-hidden", "true").attr("class", "axis");
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      axis.append("line").attr("class", "grid").attr("x1", x(tick)).attr("x2", x(tick)).attr("y1", 0).attr("y2", high - 22);
      axis.append("text").attr("x", x(tick)).attr("y", high - 6).attr("text-anchor", tick === 0 ? "start" : "middle").text(tick * 100 + " %");
    }
    const group = svg.selectAll(".row").data(rows).enter().append("g").attr("transform", (d, k) => "translate(0," + k * row + ")");
    sn.speak(group, r => r.label + ": " + r.directText + " bought there, " + r.throughText + " comes from or passes through there", true);
    group.append("text").attr("y", narrow ? 13 : 19).text(r => sn.fit(r.label, narrow ? wide : left - 10));
    const bar = group.append("g").attr("transform", "translate(0," + (narrow ? 28 : 15) + ")");
    bar.append("line").attr("class", "rod").attr("x1", r => x(r.direct)).attr("x2", r => x(r.through));
    bar.append("circle").attr("class", "full").attr("r", 6.5).attr("cx", r => x(r.through));
    bar.append("circle").attr("class", "focus open").attr("r", 5).attr("cx", r => x(r.direct));
    const text = bar.append("text").attr("x", r => x(Math.max(r.through, r.direct)) + 12).attr("y", 4.5);
    text.append("tspan").attr("class", "num").text(r => r.throughText);
    text.append("tspan").attr("class", "soft").text(r => !narrow && r.directText !== r.throughText ? "  bought there " + r.directText : "");
  });
  sn.legend(parent, [[svg => svg.append("circle").attr("class", "open").attr("cx", 11).attr("cy", 6).attr("r", 4.5), "bought there directly"],
    [svg => svg.append("circle").attr("class", "full").attr("cx", 11).attr("cy", 6).attr("r", 5.5), "comes from or passes through there at any tier"]]);
};

// lines: {name, points: [[x, y, text]]}; y 0..1
sn.lines = (parent, label, lines, options) => {
  sn.figure(parent, label, wide => wide < 560 ? 260 : 320, (svg, wide, high) => {
    const right = Math.min(wide * 0.34, 16 + (d3.max(lines, l => sn.measure(l.name, 12.5, 600)) || 0)), left = 46, foot = 40;
    const from = options.from || 0, to = d3.max(lines, l => d3.max(l.points, p => p[0])) || 1;
    const x = d3.scaleLinear().domain([from, to]).range([left, wide - right]), y = d3.scaleLinear().domain([0, 1]).range([high - foot, 10]);
    const axis = svg.append("g").attr("aria-hidden", "true").attr("class", "axis");
    for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
      axis.append("line").attr("class", "grid").attr("x1", left).attr("x2", wide - right).attr("y1", y(tick)).attr("y2", y(tick));
      axis.append("text").attr("x", left - 8).attr("y", y(tick) + 4).attr("text-anchor", "end").text(tick * 100 + " %");
    }
    x.ticks(wide < 560 ? 5 : 10).filter(Number.isInteger).forEach(tick => axis.append("text").attr("x", x(tick)).attr("y", high - foot + 18).attr("text-anchor", "middle").text(tick));
    axis.append("text").attr("x", (left + wide - right) / 2).attr("y", high - 4).attr("text-anchor", "middle").text(options.xName);
    const path = d3.line().x(p => x(p[0])).y(p => y(p[1]));
    if (options.band)
      lines.slice(1).forEach((line, k) => svg.append("path").attr("class", "band t" + (k + 1) % 6).attr("aria-hidden", "true")
        .attr("d", d3.area().x(p => x(p[0])).y0((p, n) => y(lines[0].points[n] ? lines[0].points[n][1] : p[1])).y1(p => y(p[1]))(line.points)));
    lines.forEach((line, k) => {
      const last = line.points[line.points.length - 1];
      sn.speak(svg.append("path").datum(line).attr("class", "focus line l" + k % 6).attr("d", path(line.points)).attr("stroke-dasharray", [null, "7 4", "2 3", "10 3 2 3", "4 2", "12 4"][k % 6]),
        l => l.name + ": " + options.tell(l), true);
      line.end = { text: sn.fit(line.name, right - 10, 12.5, 600), y: y(last[1]), x: x(last[0]) + 8, k };
    });
    const ends = lines.map(l => l.end).sort((a, b) => a.y - b.y);
    ends.forEach((end, k) => { if (k > 0) end.y = Math.max(end.y, ends[k - 1].y + 16); });
    for (let k = ends.length - 1, low = high - foot; k >= 0; k--) { ends[k].y = Math.min(ends[k].y, low); low = ends[k].y - 16; }
    svg.append("g").attr("aria-hidden", "true").selectAll("text").data(ends).enter().append("text").attr("class", d => "num t" + d.k % 6)
      .attr("x", d => d.x).attr("y", d => d.y + 4).text(d => d.text);
  });
};

// rows: {label, change, text, detail}
sn.changes = (parent, label, rows) => {
  const most = d3.max(rows, r => Math.abs(r.change)) || 1;
  sn.figure(parent, label, wide => rows.length * (wide < 560 ? 44 : 28) + 4, (svg, wide) => {
    const narrow = wide < 560, left = narrow ? 0 : Math.min(280, (d3.max(rows, r => sn.measure(r.label)) || 0) + 16), row = narrow ? 44 : 28;
    const edge = 14 + (d3.max(rows, r => sn.measure(r.text, 12.5, 600)) || 0);
    const x = d3.scaleLinear().domain([-most, most]).range([left + edge, wide - edge]), zero = x(0);
    svg.append("line").attr("class", "grid").attr("x1", zero).attr("x2", zero).attr("y1", 0).attr("y2", rows.length * row).attr("aria-hidden", "true");
    const group = svg.selectAll(".row").data(rows).enter().append("g").attr("transform", (d, k) => "translate(0," + k * row + ")");
    sn.speak(group, r => r.label + ": " + r.text + (r.detail ? " (" + r.detail + ")" : ""), true);
    group.append("text").attr("y", narrow ? 13 : 18).text(r => sn.fit(r.label, narrow ? wide : left - 10));
    const bar = group.append("g").attr("transform", "translate(0," + (narrow ? 20 : 5) + ")");
    bar.append("rect").attr("class", r => "focus " + (r.change < 0 ? "minus" : "plus")).attr("x", r => Math.min(zero, x(r.change))).attr("width", r => Math.max(1, Math.abs(x(r.change) - zero))).attr("height", 18).attr("rx", 2);
    bar.append("text").attr("class", "num").attr("y", 13.5).attr("x", r => x(r.change) + (r.change < 0 ? -6 : 6)).attr("text-anchor", r => r.change < 0 ? "end" : "start").text(r => r.text);
  });
};

// groups: {label, value, text, leader, owner, ownerText, chosen}
sn.dots = (parent, label, groups) => {
  sn.figure(parent, label, groups.length * 24 + 30, (svg, wide, high) => {
    const narrow = wide < 560, left = narrow ? 138 : Math.min(260, (d3.max(groups, g => sn.measure(g.label, 12.5, g.chosen ? 600 : 400)) || 0) + 14);
    const x = d3.scaleLinear().domain([0, 1]).range([left, wide - (narrow ? 112 : 190)]);
    const axis = svg.append("g").attr("aria-hidden", "true").attr("class", "axis");
    for (const tick of narrow ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]) {
      axis.append("line").attr("class", "grid").attr("x1", x(tick)).attr("x2", x(tick)).attr("y1", 0).attr("y2", high - 26);
      axis.append("text").attr("x", x(tick)).attr("y", high - 8).attr("text-anchor", "middle").text(tick * 100 + " %");
    }
    const group = svg.selectAll(".row").data(groups).enter().append("g").attr("transform", (d, k) => "translate(0," + (k * 24 + 12) + ")");
    sn.speak(group, g => g.label + ": " + g.leader + " " + g.text + (g.ownerText ? "; by owner: " + g.ownerText : "") + "; HHI " + g.hhi, true);
    group.append("text").attr("y", 4).attr("class", g => g.chosen ? "num" : null).text(g => sn.fit(g.label, left - 10, 12.5, g.chosen ? 600 : 400));
    group.append("line").attr("class", "rod").attr("x1", x(0)).attr("x2", g => x(g.value));
    group.append("circle").attr("class", "focus full").attr("r", 6).attr("cx", g => x(g.value));
    group.filter(g => g.owner !== null).append("circle").attr("class", "open").attr("r", 5).attr("cx", g => x(g.owner));
    const text = group.append("text").attr("y", 4).attr("x", g => x(Math.max(g.value, g.owner || 0)) + 12);
    text.append("tspan").attr("class", "num").text(g => g.text);
    text.append("tspan").attr("class", "soft").text(g => {
      const room = wide - x(Math.max(g.value, g.owner || 0)) - 20 - sn.measure(g.text, 12.5, 600);
      return room < 30 ? "" : "  " + sn.fit(g.leader, room, 12);
    });
  });
};
