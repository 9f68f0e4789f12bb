#!/usr/bin/env python3
"""Compile production.csv and concentration.csv: 24 tables of Mineral Commodity Summaries 2025.

usage: compile.py FIXTURES_DIR

production.csv holds what USGS prints, country by country; concentration.csv what another program
made of it: share of the largest and of the three largest, and the Herfindahl-Hirschman index,
with the digits to which they must come out.  "Other countries" is ROW: part of the total, never a
country.  The rounded world totals of USGS are left out: the total is the sum of the rows.
"""
import csv
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ALIASES = {'other countries': 'ROW', 'congo (kinshasa)': 'COD', 'burma': 'MMR'}
STAGE = (('Refinery', 'refining'), ('Primary', 'refining'), ('smelter', 'refining'), ('Sponge', 'refining'),
         ('Mine', 'mining'))
NAME = {'Magnesium Compounds': 'magnesite', 'Mine production, Palladium content': 'palladium',
        'Mine production, Platinum content': 'platinum', 'Titanium & titanium dioxide': 'titanium_sponge',
        'Mine production, ilmentite, titanium dioxide (TiO2) content': 'ilmenite',
        'Mine production, rutile, titanium dioxide (TiO2) content': 'rutile', 'Rare earths': 'rare_earths',
        'Magnesium metal': 'magnesium', 'Graphite': 'graphite'}
UNIT = {'metric tons': 't', 'thousand metric tons': 'kt', 'kilograms': 'kg'}


def read(name):
    with open(os.path.join(sys.argv[1], 'usgs', name), newline='', encoding='utf-8-sig') as f:
        return list(csv.DictReader(f))


def write(name, head, rows):
    with open(os.path.join(HERE, name), 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow(head)
        w.writerows(rows)


def countries():
    code = dict(ALIASES)
    with open(os.path.join(HERE, '..', 'countries', 'countries.csv'), newline='', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            for name in [r['name'], *filter(None, r['aliases'].split('|'))]:
                code.setdefault(name.lower(), r['iso3'])
    return code


def key(r, commodity, kind):
    name = NAME.get(r[kind].strip()) or NAME.get(r[commodity].strip()) or r[commodity].strip().lower()
    return name, next(s for word, s in STAGE if word in r[kind])


def main():
    code = countries()
    expected, wanted, years, unit = [], {}, {}, {}
    for r in read('usgs_mcs2025_concentration.csv'):
        wanted[r['commodity'], r['type']] = key(r, 'commodity', 'type')
        unit[r['commodity'], r['type']] = UNIT[r['unit'].strip()]  # a few rows of USGS have none
        years.setdefault((r['commodity'], r['type']), []).append(r['year'])
        expected.append([*key(r, 'commodity', 'type'), r['year'], code[r['top1'].strip().lower()],
                         r['top1_share'], r['top3_share'], r['hhi_0_10000_on_named_rows']])
    rows = []
    for r in read('usgs_MCS2025_World_Data.csv'):
        at = r['COMMODITY'], r['TYPE']
        name = r['COUNTRY'].replace('\xa0', ' ').replace('’', "'").strip()
        if at not in wanted or 'total' in name.lower():
            continue
        for year, column in (('2023', 'PROD_2023'), ('2024', 'PROD_EST_ 2024')):
            value = r[column].replace(',', '').strip()
            if year not in years[at] or not re.fullmatch(r'[\d.]+', value):
                continue  # W, NA, dashes: not published
            rows.append([*wanted[at], code[name.lower()], year, value, unit[at]])
    rows.sort(key=lambda r: (r[0], r[1], r[3], -float(r[4]), r[2]))
    write('production.csv', ['commodity', 'stage', 'country', 'year', 'value', 'unit'], rows)
    write('concentration.csv', ['commodity', 'stage', 'year', 'country', 'top1', 'top3', 'hhi'], sorted(expected))


if __name__ == '__main__':
    main()
