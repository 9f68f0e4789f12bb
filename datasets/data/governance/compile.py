#!/usr/bin/env python3
"""Compile governance.csv: World Governance Indicators of the latest year, one row per country.

usage: compile.py SHARED_DATA_DIR > governance.csv

Codes that are not in countries.csv are left out and named. A missing indicator stays empty, and then the mean does too.
"""
import csv
import os
import sys
from collections import defaultdict

SIX = ['voice_accountability', 'political_stability', 'government_effectiveness', 'regulatory_quality',
       'rule_of_law', 'control_of_corruption']


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, '..', 'countries', 'countries.csv'), newline='', encoding='utf-8') as f:
        known = {r['iso3'] for r in csv.DictReader(f)}
    value = defaultdict(dict)
    with open(os.path.join(sys.argv[1], 'governance.csv'), newline='', encoding='utf-8') as f:
        rows = [r for r in csv.DictReader(f) if r['indicator'] != 'mean_of_six' and r['estimate']]
    year = max(r['year'] for r in rows)
    for r in rows:
        if r['year'] == year:
            assert r['indicator'] in SIX, r['indicator']
            value[r['country_iso3']][r['indicator']] = float(r['estimate'])
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow(['country', 'year', *SIX, 'mean'])
    for c in sorted(value):
        if c not in known:
            print('no such country:', c, file=sys.stderr)
            continue
        v = [value[c].get(k) for k in SIX]
        mean = f'{sum(v) / 6:.6f}' if None not in v else ''
        w.writerow([c, year, *('' if x is None else f'{x:g}' for x in v), mean])


if __name__ == '__main__':
    main()
