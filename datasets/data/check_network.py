#!/usr/bin/env python3
"""Check a committed stage network: references, codes, rows = output, use = inflow, duplicates, and print its size.

usage: check_network.py DIR
"""
import csv
import os
import sys
from collections import Counter, defaultdict


def read(path):
    with open(path, newline='', encoding='utf-8') as f:
        return list(csv.DictReader(f))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    iso = {r['iso3'] for r in read(os.path.join(here, 'countries', 'countries.csv'))} | {'ROW'}
    nodes = {r['id']: r for r in read(os.path.join(sys.argv[1], 'nodes.csv'))}
    flows = read(os.path.join(sys.argv[1], 'flows.csv'))
    bad = 0

    def wrong(*words):
        nonlocal bad
        bad += 1
        print('WRONG', *words)

    if len(nodes) != len(read(os.path.join(sys.argv[1], 'nodes.csv'))):
        wrong('duplicate node ids')
    for k, n in Counter((f['source'], f['target']) for f in flows).items():
        if n > 1:
            wrong('duplicate flow', k)
    out, inn = defaultdict(float), defaultdict(float)
    for f in flows:
        v = float(f['value'])
        if f['source'] not in nodes or f['target'] not in nodes or not v > 0:
            wrong('flow', f)
        out[f['source']] += v
        inn[f['target']] += v
    worst = 0.0
    for k, n in nodes.items():
        if n['country'] not in iso or n['id'] != f"{n['country']}:{n['commodity']}:{n['stage']}":
            wrong('node', n)
        if n['output']:
            worst = max(worst, abs(out[k] / float(n['output']) - 1))
        if n['stage'] == 'use':
            worst = max(worst, abs(inn[k] / float(n['final_demand']) - 1))
    print(f'{len(nodes)} nodes, {len(flows)} flows, largest margin error {worst:.1e}')
    if worst > 1e-9:
        wrong('margins')
    # the same factor from inflow to output in a whole stage, or none at all
    for c in sorted({n['commodity'] for n in nodes.values()}):
        parts = [f for f in flows if nodes[f['source']]['commodity'] == c]
        est = sum(float(f['value']) for f in parts if f['basis'] == 'estimated') / sum(float(f['value']) for f in parts)
        sizes = Counter(n['stage'] for n in nodes.values() if n['commodity'] == c)
        print(f"{c:20} {sum(sizes.values()):4} nodes {len(parts):5} flows  {est:6.1%} estimated  "
              + ' '.join(f'{s} {n}' for s, n in sizes.items()))
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
