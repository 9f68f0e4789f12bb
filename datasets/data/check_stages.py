#!/usr/bin/env python3
"""Build a stage network out of work tables: the slow, plain reference for the builder in C.

usage: check_stages.py WORK_DIR OUT_DIR

Reads production.csv, trade.csv and stages.csv (see critical-minerals-2024/SOURCE.md for their columns) and writes
nodes.csv and flows.csv. Every step of the method is one function below.
"""
import csv
import os
import sys
from collections import defaultdict

ROW = 'ROW'
SMALL_TRADE = 1e-6     # trade cells below this part of their table are left out
EPSILON = 1e-6         # prior of every cell of a fitted step, as part of the gravity cell r d / sum(d)
SMALL_FIT = 1e-9       # fitted cells below this part of the step are dropped, then the step is fitted again
SMALL_USE = 1e-7       # cells of a last step below this part of it are dropped, then rows are scaled back
FAR = 3.0              # a cell that fitting moved by more than this factor is no longer what was reported
FIT_ERROR = 1e-12      # largest relative error of a margin, the promise is 1e-10
DIGITS = 12


def say(*words):
    print(*words, file=sys.stderr)


def read(path):
    with open(path, newline='', encoding='utf-8') as f:
        return list(csv.DictReader(f))


# ---------------------------------------------------------------------- linear algebra

def solve(a, b):
    """X with A X = B by Gauss elimination with partial pivoting; A n x n, B n x m, both lists of rows (destroyed)."""
    n, m = len(a), len(b[0])
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(a[i][k]))
        if a[p][k] == 0:
            raise ZeroDivisionError('singular')
        a[k], a[p], b[k], b[p] = a[p], a[k], b[p], b[k]
        pivot, bk = a[k], b[k]
        for i in range(k + 1, n):
            f = a[i][k] / pivot[k]
            if f:
                ai, bi = a[i], b[i]
                for j in range(k + 1, n):
                    if pivot[j]:
                        ai[j] -= f * pivot[j]
                for j in range(m):
                    if bk[j]:
                        bi[j] -= f * bk[j]
                ai[k] = 0.0
    for k in range(n - 1, -1, -1):
        bk, ak = b[k], a[k]
        for j in range(m):
            s = bk[j]
            for i in range(k + 1, n):
                if ak[i]:
                    s -= ak[i] * b[i][j]
            bk[j] = s / ak[k]
    return b


# ---------------------------------------------------------------------- trade to origin -> consumer

def trade_matrix(rows, name):
    """(exporter, importer) -> tonnes, and the estimated part of each exporter's trade (for one that does not export:
    of the whole table); tiny cells left out."""
    t, est = defaultdict(float), defaultdict(float)
    for r in rows:
        e, i, q = r['exporter'], r['importer'], float(r['quantity'])
        if e != i:
            t[e, i] += q
            if r['basis'] == 'estimated':
                est[e, i] += q
    floor = SMALL_TRADE * sum(t.values())
    kept = {k: v for k, v in sorted(t.items()) if v >= floor}
    say(f'  {name}: {len(t)} trade cells, {len(t) - len(kept)} below 1e-6 left out '
        f'({1 - sum(kept.values()) / sum(t.values()):.2e} of the tonnes)')
    exports, guess = defaultdict(float), defaultdict(float)
    for k, v in kept.items():
        exports[k[0]] += v
        guess[k[0]] += est[k]
    whole = sum(guess.values()) / sum(exports.values())
    return kept, defaultdict(lambda: whole, {c: guess[c] / exports[c] for c in exports})


def spread_row(trade, made):
    """Let rest of world stand on the net exporters that no production table names: in proportion to net exports,
    and never more than net exports. Returns production of those countries and what is left of rest of world."""
    rest = made.get(ROW, 0.0)
    net = defaultdict(float)
    for (e, i), v in trade.items():
        net[e] += v
        net[i] -= v
    net = {c: v for c, v in sorted(net.items()) if v > 0 and c not in made}
    total = sum(net.values())
    if rest <= 0 or total <= 0:
        return {}, rest
    part = min(1.0, rest / total)
    spread = {c: v * part for c, v in net.items()}
    return spread, rest - sum(spread.values()) if part == 1.0 else 0.0


def prebalance(trade, made):
    """Drop trade that no production can reach, then scale exporters down until exports <= production + imports."""
    reach, todo = set(made), sorted(made)
    buyers = defaultdict(list)
    for e, i in trade:
        buyers[e].append(i)
    while todo:
        for i in buyers[todo.pop()]:
            if i not in reach:
                reach.add(i)
                todo.append(i)
    lost = sum(v for k, v in trade.items() if k[0] not in reach)
    t = {k: v for k, v in trade.items() if k[0] in reach}
    before = sum(t.values())
    for passes in range(1000):
        exports, imports = defaultdict(float), defaultdict(float)
        for (e, i), v in t.items():
            exports[e] += v
            imports[i] += v
        scale, worst = {}, 0.0
        for c in exports:
            supply = made.get(c, 0.0) + imports[c]
            excess = exports[c] / supply - 1 if supply > 0 else 1.0
            if excess > 0:
                scale[c] = supply / exports[c]
                worst = max(worst, excess)
        if worst < 1e-12:
            break
        t = {k: v * scale.get(k[0], 1.0) for k, v in t.items()}
    after = sum(t.values())
    say(f'    unreached {lost:.6g} t; prebalanced in {passes} passes, {before:.6g} -> {after:.6g} t, excess {worst:.1e}')
    return t


def origins(trade, made):
    """Origin -> consumer amounts after taking out re-exports: C[j][i] of METHODS 3.6."""
    t = prebalance(trade, made)
    exports, x = defaultdict(float), defaultdict(float)
    for c, v in made.items():
        x[c] += v
    for (e, i), v in t.items():
        exports[e] += v
        x[i] += v
    names = sorted(c for c in x if x[c] > 0)
    at = {c: k for k, c in enumerate(names)}
    n = len(names)
    a = [[0.0] * n for _ in range(n)]
    for k in range(n):
        a[k][k] = 1.0
    for (e, i), v in t.items():
        if v > 0:
            a[at[i]][at[e]] -= v / x[e]
    producers = sorted(c for c in made if made[c] > 0)
    b = [[0.0] * len(producers) for _ in range(n)]
    for k, c in enumerate(producers):
        b[at[c]][k] = made[c]
    r = solve(a, b)
    out = {}
    for k, j in enumerate(producers):
        row = {}
        for c in names:
            kept = max(0.0, (x[c] - exports[c]) / x[c])
            v = kept * r[at[c]][k]
            if v > 0:
                row[c] = v
        # rounding only: the sum over consumers is production
        f = made[j] / sum(row.values())
        assert abs(f - 1) < 1e-6, (j, f)
        out[j] = {c: v * f for c, v in row.items()}
    return out


# ---------------------------------------------------------------------- steps

def gravity(r, d):
    """Own supply first, then surplus x need: margins r and d are met exactly."""
    own = {c: min(r[c], d[c]) for c in r if c in d}
    surplus = {c: r[c] - own.get(c, 0.0) for c in r}
    need = {c: d[c] - own.get(c, 0.0) for c in d}
    total = sum(need.values())
    g = {}
    for i in r:
        for j in d:
            v = own.get(i, 0.0) if i == j else (surplus[i] * need[j] / total if total > 0 else 0.0)
            if v > 0:
                g[i, j] = v
    return g


def fit(prior, r, d, name):
    """Biproportional fitting: rows to r, columns to d."""
    f = dict(prior)
    for turn in range(3000000):
        s = defaultdict(float)
        for (i, _), v in f.items():
            s[i] += v
        f = {k: v * (r[k[0]] / s[k[0]]) for k, v in f.items()}
        s = defaultdict(float)
        for (_, j), v in f.items():
            s[j] += v
        f = {k: v * (d[k[1]] / s[k[1]]) for k, v in f.items()}
        s = defaultdict(float)
        for (i, _), v in f.items():
            s[i] += v
        worst = max(abs(s[i] / r[i] - 1) for i in r)
        if worst < FIT_ERROR:
            break
    say(f'    {name}: {len(f)} cells, {turn + 1} rounds, margin error {worst:.1e}')
    assert worst < 1e-10
    return f


def step_to_use(trade, guess, made):
    """Last step: rows fixed. Returns flows and the flows' basis."""
    if not trade:
        return {(i, ROW): v for i, v in made.items()}, {(i, ROW): 'estimated' for i in made}
    named = {c: v for c, v in made.items() if c != ROW}
    spread, left = spread_row(trade, made)
    c = origins(trade, {**named, **spread})
    flows, basis = defaultdict(float), {}
    for j in sorted(c):
        i = j if j in named else ROW
        for k, v in c[j].items():
            flows[i, k] += v
            basis[i, k] = 'estimated' if ROW in (i, k) or guess[j] > 0.5 else 'balanced'
    if left > 0:
        flows[ROW, ROW] += left
        basis[ROW, ROW] = 'estimated'
    floor = SMALL_USE * sum(flows.values())
    best = {}
    for k, v in sorted(flows.items()):
        if k[0] not in best or v > flows[best[k[0]]]:
            best[k[0]] = k
    kept = {k: v for k, v in sorted(flows.items()) if v >= floor or best[k[0]] == k}
    s = defaultdict(float)
    for k, v in kept.items():
        s[k[0]] += v
    kept = {k: v * (made[k[0]] / s[k[0]]) for k, v in kept.items()}
    say(f'    to use: {len(flows)} cells, {len(flows) - len(kept)} tiny ones left out')
    return kept, basis


def step_to_stage(trade, guess, made, need, name):
    """Middle step: rows to output, columns to need."""
    g = gravity(made, need)
    reported, prior = defaultdict(float), defaultdict(float)
    if trade:
        named = {c: v for c, v in made.items() if c != ROW}
        spread, left = spread_row(trade, made)
        c = origins(trade, {**named, **spread})
        outside = 0.0
        for j in sorted(c):
            for k, v in c[j].items():
                col = k if k in need and k != ROW else ROW
                if k in need and k != ROW and need[k] == 0 or col not in need:
                    outside += v
                    continue
                if j in named:
                    prior[j, col] += v
                    if guess[j] <= 0.5 and col != ROW:
                        reported[j, col] += v
                else:
                    prior[ROW, col] += v
        say(f'    {outside:.6g} t went to countries without output at the next stage; rest of world keeps {left:.6g} t of no known way')
        # Goods of no known taker go where the traced goods fall short of the need.
        traced = {j: sum(prior[i, j] for i in made) for j in need}
        keep = min(1.0, need[ROW] / traced[ROW]) if traced.get(ROW, 0.0) > 0 else 1.0
        short = {j: max(0.0, need[j] - traced[j]) for j in need}
        if sum(short.values()) > 0:
            for i in made:
                surplus = left if i == ROW else 0.0
                if ROW in need:
                    surplus += (1 - keep) * prior[i, ROW]
                    prior[i, ROW] *= keep
                for j in need:
                    prior[i, j] += surplus * short[j] / sum(short.values())
        total = sum(need.values())
        for i in made:
            for j in need:
                prior[i, j] += EPSILON * made[i] * need[j] / total
    else:
        prior.update(g)
    prior = {k: prior[k] for k in sorted(prior)}
    f = fit(prior, made, need, name)
    floor = SMALL_FIT * sum(made.values())
    kept = {k: v for k, v in f.items() if v >= floor}
    if len(kept) < len(f):
        kept = fit(kept, made, need, name + ' again')
    basis = {k: 'balanced' if reported.get(k, 0.0) > 0.5 * prior[k] and 1 / FAR < kept[k] / prior[k] < FAR else 'estimated'
             for k in kept}
    return kept, basis


def build(commodity, chain, production, trade):
    """Nodes and flows of one commodity."""
    say(commodity)
    nodes, flows = {}, []
    inflow = defaultdict(float)
    for s in chain:
        stage, nxt, y = s['stage'], s['next'], float(s['yield'])
        made = {r['country']: float(r['value']) for r in production if r['stage'] == stage}
        for r in production:
            if r['stage'] == stage:
                nodes[r['country'], stage] = {'output': float(r['value']), 'unit': r['unit'], 'source': r['source'] + ' ' + r['year']}
        rows = [r for r in trade if r['stage'] == stage]
        t, guess = trade_matrix(rows, f'{stage} -> {nxt}') if rows else ({}, {})
        if not rows:
            say(f'  {stage} -> {nxt}: no trade table')
        if nxt == 'use':
            f, basis = step_to_use(t, guess, made)
        else:
            need = {r['country']: float(r.get('need') or float(r['value']) / y) for r in production if r['stage'] == nxt}
            k = sum(made.values()) / sum(need.values())
            say(f'    output {sum(made.values()):.8g}, need {sum(need.values()):.8g}, scale {k:.6f}')
            f, basis = step_to_stage(t, guess, made, {c: v * k for c, v in need.items()}, f'{stage} -> {nxt}')
        unit = next(r['unit'] for r in production if r['stage'] == stage)
        for (i, j), v in sorted(f.items()):
            flows.append((i, stage, j, nxt, v, unit, basis[i, j]))
            inflow[j, nxt] += v
            if nxt == 'use':
                nodes.setdefault((j, 'use'), {'output': None, 'unit': unit, 'source': 'fitted'})
    first = chain[0]['stage']
    for (c, s), n in nodes.items():
        n['final_demand'] = inflow[c, s] if s == 'use' else 0.0  # a stage's gap between in and out is yield, not demand
        n['primary'] = None if s == 'use' else (n['output'] if s == first or inflow[c, s] == 0 else 0.0)
    # every row and every column once more
    for s in chain:
        out = defaultdict(float)
        for i, a, j, b, v, _, _ in flows:
            if a == s['stage']:
                out[i] += v
        for (c, st), n in nodes.items():
            if st == s['stage']:
                assert abs(out[c] / n['output'] - 1) < 1e-9, (commodity, c, st, out[c], n['output'])
    return nodes, flows


def number(v):
    return '' if v is None else '%.*g' % (DIGITS, v)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    work, out = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    names = {r['iso3']: r['name'] for r in read(os.path.join(here, 'countries', 'countries.csv'))}
    names[ROW] = 'Rest of world'
    production, trade = defaultdict(list), defaultdict(list)
    for r in read(os.path.join(work, 'production.csv')):
        production[r['commodity']].append(r)
    for r in read(os.path.join(work, 'trade.csv')):
        trade[r['commodity']].append(r)
    chains = defaultdict(list)
    for r in read(os.path.join(work, 'stages.csv')):
        chains[r['commodity']].append(r)
    os.makedirs(out, exist_ok=True)
    order = {}
    with open(os.path.join(out, 'nodes.csv'), 'w', newline='', encoding='utf-8') as fn, \
         open(os.path.join(out, 'flows.csv'), 'w', newline='', encoding='utf-8') as ff:
        wn, wf = csv.writer(fn, lineterminator='\n'), csv.writer(ff, lineterminator='\n')
        wn.writerow('id label kind country owner commodity stage output final_demand unit primary source'.split())
        wf.writerow('source target value unit basis'.split())
        for c in sorted(chains):
            nodes, flows = build(c, chains[c], production[c], trade[c])
            order = {s['stage']: k for k, s in enumerate(chains[c])}
            order['use'] = len(order)
            for (k, s), n in sorted(nodes.items(), key=lambda e: (order[e[0][1]], e[0][0])):
                wn.writerow([f'{k}:{c}:{s}', f"{names[k]} {c.replace('_', ' ')} {s}", 'stage', k, '', c, s,
                             number(n['output']), number(n['final_demand']), n['unit'], number(n['primary']), n['source']])
            for i, a, j, b, v, unit, basis in sorted(flows, key=lambda e: (order[e[1]], e[0], e[2])):
                wf.writerow([f'{i}:{c}:{a}', f'{j}:{c}:{b}', number(v), unit, basis])
            est = sum(f[4] for f in flows if f[6] == 'estimated') / sum(f[4] for f in flows)
            say(f'  {len(nodes)} nodes, {len(flows)} flows, {est:.1%} estimated')


if __name__ == '__main__':
    main()
