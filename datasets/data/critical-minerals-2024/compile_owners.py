#!/usr/bin/env python3
"""Compile owners.csv: shares of a node's output by the country of the headquarters of the largest shareholder.

usage: compile_owners.py SHARED_DATA_DIR > owners.csv

Shares of DR Congo come from exports by project in 2023 and the ownership table of the same source; the other ones
from mine output in company reports of 2018 to 2020 over national output of the same year. Unknown stays unknown.
"""
import csv
import importlib.util
import os
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
# copper content by the product that a Congolese project exports; cobalt is one product (hydroxide)
COPPER = {'Copper Cathodes': 1.0, 'Electrolytic copper': 1.0, 'Black Copper': 0.95, 'Copper Blister': 0.98,
          'Copper Concentrate': 0.27, 'White Alloy': 0.27, 'Copper Mattes': 0.5, 'Copper-Cobalt Concentrate': 0.2,
          'Copper Scraps': 0.9, 'Copper Nodules': 0.9}
REFINED = ('Copper Cathodes', 'Electrolytic copper')
# tonnes per unit of the mine tables
UNITS = {'Kt': 1e3, 'thousand metric tons': 1e3, 'tonnes': 1.0, 'metric tonnes': 1.0, '000 troy oz': 31.1035e-3,
         'millions of pounds': 453.592, 'million pounds': 453.592, 'million recoverable pounds': 453.592,
         'billion pounds': 453592.0}
# sites left out: two largest shareholders of equal size; or sold or closed since the year of the record
TIES = {'Antamina', 'Collahuasi'}
CHANGED = {'CSA', 'Ernest Henry and Mount Isa', 'Mopani', 'Koniambo', 'Pend Oreille', 'Salobo', 'Barro Alto',
           'Ravensthorpe', 'Loma de Niquel', 'Pyhäsalmi'}
# the largest shareholder is not the first one named
LARGEST = {'Grasberg': 'IDN'}
NODES = {('copper', 'mining'), ('cobalt', 'mining'), ('nickel', 'mining'), ('zinc', 'mining')}
FEW = 0.05      # nodes of which less than this is known are left out


def read(path):
    with open(path, newline='', encoding='utf-8-sig') as f:
        yield from csv.DictReader(f)


def congo(data):
    spec = importlib.util.spec_from_file_location('drc', os.path.join(HERE, '..', 'drc-copper-cobalt-2023', 'compile.py'))
    drc = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drc)
    table = drc.owners(data)
    project = {r['exporter_firm']: r['project_id'] for r in read(os.path.join(data, 'networks', 'drc_firm_exports.csv'))}
    made = defaultdict(lambda: defaultdict(float))
    for r in read(os.path.join(data, 'networks', 'drc_project_destination_2015_2023.csv')):
        if r['year'] != '2023':
            continue
        owner = drc.owner_of(project[r['project']], table)
        q, kind = float(r['quantity_t']), r['concentration']
        if r['product'] == 'Cobalt':
            made['COD:cobalt:mining'][owner] += q
        else:
            made['COD:copper:mining'][owner] += q * COPPER[kind]
            if kind in REFINED:
                made['COD:copper:refining'][owner] += q
    source = 'DR Congo mining statistics by project and ownership table (emmanuelubachi/copper-cobalt-prod-dv); derived shares'
    for node in sorted(made):
        total = sum(made[node].values())
        coverage = 1 - made[node][''] / total
        for owner, v in sorted(made[node].items(), key=lambda e: (-e[1], e[0])):
            if owner:
                yield node, owner, v / total, coverage, '2023', source


def mines(data):
    national = defaultdict(float)
    for r in read(os.path.join(data, 'production.csv')):
        if r['stage'] == 'mining' and r['value'] and r['source'].startswith(('WMD', 'BGS')):
            key = (r['mineral'], r['country_iso3'], r['year'])
            national[key] = max(national[key], float(r['value']))
    known = defaultdict(lambda: defaultdict(float))
    years = defaultdict(set)
    for r in read(os.path.join(data, 'facilities.csv')):
        if not r['source'].startswith('JASANSKY') or not r['capacity'] or not r['owner_hq_iso3'] or int(r['year']) < 2018:
            continue
        if (r['mineral'], r['stage']) not in NODES or r['country_iso3'] == 'COD' or r['name'] in TIES | CHANGED:
            continue
        unit = r['unit'].split(' produced')[0]
        key = (r['mineral'], r['country_iso3'], r['year'])
        if unit not in UNITS or not national[key]:
            print('left out:', r['name'], unit, key, file=sys.stderr)
            continue
        share = float(r['capacity']) * UNITS[unit] / national[key]
        node = f"{r['country_iso3']}:{r['mineral']}:{r['stage']}"
        known[node][LARGEST.get(r['name'], r['owner_hq_iso3'])] += share
        years[node].add(r['year'])
    source = 'Jasansky et al. 2022 raw compilation (fineprint) over World Mining Data or BGS; derived shares'
    for node in sorted(known):
        coverage = sum(known[node].values())
        if coverage < FEW:
            continue
        over = max(1.0, coverage)
        for owner, v in sorted(known[node].items(), key=lambda e: (-e[1], e[0])):
            yield node, owner, v / over, coverage / over, '-'.join(sorted({min(years[node]), max(years[node])})), source


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    nodes = {r['id'] for r in read(os.path.join(HERE, 'nodes.csv'))}
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow('id owner share rule coverage year source'.split())
    for node, owner, share, coverage, year, source in [*congo(sys.argv[1]), *mines(sys.argv[1])]:
        if node in nodes:
            w.writerow([node, owner, f'{share:.4f}', 'largest', f'{coverage:.4f}', year, source])
        else:
            print('no such node:', node, file=sys.stderr)


if __name__ == '__main__':
    main()
