// SPDX-License-Identifier: MIT
// base.js - what every picture needs: elements, tables, tips, colours.  Text goes in as text only.
"use strict";
const sn = { data: JSON.parse(document.getElementById("data").textContent), width: 0 };

// An element with attributes, and children that are elements or text.
sn.el = (name, attributes, ...children) => {
  const node = document.createElement(name);
  for (const key in attributes || {})
    if (attributes[key] !== null && attributes[key] !== undefined && attributes[key] !== false)
      node.setAttribute(key, attributes[key] === true ? "" : attributes[key]);
  for (const child of children.flat())
    if (child !== null && child !== undefined)
      node.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  return node;
};

// Classes of loss: what is missing of normal supply.
sn.steps = [0.0005, 0.1, 0.25, 0.5, 0.75];
sn.stepNames = ["nothing lost", "up to 10 %", "10 to 25 %", "25 to 50 %", "50 to 75 %", "75 % and more"];
sn.step = loss => d3.bisectRight(sn.steps, loss || 0);

sn.capital = text => text.charAt(0).toUpperCase() + text.slice(1);
sn.title = text => String(text).replace(/_/g, " ");

// Width in pixels of a text in the pictures, and a text cut to a width.
sn.measure = (() => {
  const pen = document.createElement("canvas").getContext("2d");
  const family = getComputedStyle(document.body).fontFamily;
  return (text, size, weight) => {
    pen.font = (weight || 400) + " " + (size || 12.5) + "px " + family;
    return pen.measureText(text).width * 1.02;
  };
})();
sn.fit = (text, room, size, weight) => {
  if (sn.measure(text, size, weight) <= room)
    return text;
  let end = text.length;
  while (end > 1 && sn.measure(text.slice(0, end) + "\u2026", size, weight) > room)
    end--;
  return text.slice(0, end) + "\u2026";
};

// Tips: the text of a mark, on hover and on focus.  Screen readers get the same as its label.
sn.tip = (() => {
  const box = document.getElementById("tip");
  const place = (x, y) => {
    box.hidden = false;
    const wide = box.offsetWidth, high = box.offsetHeight;
    box.style.left = Math.max(8, Math.min(x + 14, innerWidth - wide - 8)) + "px";
    box.style.top = (y + high + 24 > innerHeight ? y - high - 12 : y + 16) + "px";
  };
  return {
    show: (text, x, y) => { box.textContent = text; place(x, y); },
    hide: () => { box.hidden = true; },
  };
})();

// Make marks speak: text(d) is the tip and the label; focus makes them stops of the Tab key.
sn.speak = (marks, text, focus) => {
  marks.classed("mark", true)
    .attr("role", "img").attr("aria-label", text)
    .on("mousemove", function (d) { sn.tip.show(text(d), d3.event.clientX, d3.event.clientY); })
    .on("mouseleave", sn.tip.hide);
  if (focus)
    marks.attr("tabindex", 0)
      .on("focus", function (d) {
        const box = this.getBoundingClientRect();
        sn.tip.show(text(d), box.left, box.bottom);
      })
      .on("blur", sn.tip.hide);
  return marks;
};
addEventListener("keydown", event => { if (event.key === "Escape") sn.tip.hide(); });
addEventListener("scroll", sn.tip.hide, { passive: true });

// A section of the page, and the parts of one.
sn.section = (id, title, ...lead) => {
  const node = sn.el("section", { id, class: "card", "aria-labelledby": id + "-title" },
    sn.el("h2", { id: id + "-title" }, title), lead.map(text => text ? sn.el("p", { class: "soft" }, text) : null));
  document.getElementById("sections").appendChild(node);
  return node;
};
sn.figure = (parent, label, height, draw, caption) => {
  const node = sn.el("figure");
  parent.appendChild(node);
  const wide = sn.width || Math.max(280, Math.floor(node.clientWidth));
  const high = typeof height === "function" ? height(wide) : height;
  const svg = d3.select(node).append("svg").attr("viewBox", "0 0 " + wide + " " + high)
    .attr("role", "group").attr("aria-label", label);
  draw(svg, wide, high);
  if (caption)
    node.appendChild(sn.el("figcaption", null, caption));
  return svg;
};

// columns: {heading, number}; rows: arrays of text, or of elements.
sn.table = (parent, caption, columns, rows, open) => {
  if (rows.length === 0)
    return;
  const head = columns.map(c => sn.el("th", { scope: "col", class: c.number ? "number" : null }, c.heading));
  const body = rows.map(row => sn.el("tr", null, row.map((cell, k) =>
    k === 0 ? sn.el("th", { scope: "row" }, cell) : sn.el("td", { class: columns[k].number ? "number" : null }, cell === null ? "-" : cell))));
  const scroll = sn.el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table: " + caption },
    sn.el("table", null, sn.el("caption", null, caption), sn.el("thead", null, sn.el("tr", null, head)), sn.el("tbody", null, body)));
  parent.appendChild(sn.el("details", { open }, sn.el("summary", null, "Table: " + caption), scroll));
};

sn.legend = (parent, items) => {
  const list = sn.el("ul", { class: "legend" });
  for (const [draw, text] of items) {
    const svg = d3.select(list.appendChild(sn.el("li"))).append("svg").attr("viewBox", "0 0 22 12").attr("aria-hidden", "true");
    draw(svg);
    svg.node().parentNode.appendChild(document.createTextNode(text));
  }
  parent.appendChild(list);
};
sn.swatch = name => svg => svg.append("rect").attr("width", 22).attr("height", 12).attr("rx", 2).attr("class", name);
sn.lossLegend = parent => sn.legend(parent, sn.stepNames.map((text, k) => [sn.swatch("f" + k), text]));
sn.hatch = (svg, id) => svg.append("defs").append("pattern").attr("id", id).attr("width", 6).attr("height", 6)
  .attr("patternUnits", "userSpaceOnUse").attr("patternTransform", "rotate(45)")
  .append("line").attr("class", "hatch").attr("y2", 6);

sn.tabs = (parent, label, names, chosen, choose) => {
  const box = sn.el("div", { class: "tabs", role: "group", "aria-label": label });
  names.forEach((name, k) => {
    const button = sn.el("button", { type: "button", "aria-pressed": String(k === chosen) }, name);
    button.addEventListener("click", () => choose(k));
    box.appendChild(button);
  });
  parent.appendChild(box);
};

// Put labels where they do not meet: the first come first; others are left to tips and tables.
sn.uncrowd = labels => {
  const taken = [];
  return labels.filter(l => {
    const box = { x0: l.x - (l.anchor === "middle" ? l.wide / 2 : l.anchor === "end" ? l.wide : 0), y0: l.y - 11 };
    box.x1 = box.x0 + l.wide;
    box.y1 = box.y0 + 15;
    if (l.room && (box.x0 < 0 || box.x1 > l.room))
      return false;
    if (taken.some(t => box.x0 < t.x1 + 3 && t.x0 < box.x1 + 3 && box.y0 < t.y1 && t.y0 < box.y1))
      return false;
    taken.push(box);
    return true;
  });
};
