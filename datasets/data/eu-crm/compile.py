#!/usr/bin/env python3
"""Compile the tables of this folder out of transcriptions of the EU's assessments.

usage: compile.py FIXTURES_DIR

FIXTURES_DIR/eu_crm has the transcriptions.  Percentages become shares, country names ISO 3166
codes, "<0.1%" the column `below`.  Nothing is added up, normalised or filled in.
"""
import csv
import io
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
STAGE = {'E': 'extraction', 'P': 'processing', 'Extraction': 'extraction', 'Processing': 'processing'}
SUPPLY = {'GS + EUS': 'both', 'GS+EU': 'both', 'GS only': 'global', 'GSonly': 'global',
          'EUS only': 'sourcing', 'EUonly': 'sourcing', 'EU': 'sourcing'}
ALIASES = {'libanon': 'LBN', 'surinam': 'SUR', 'türkiye': 'TUR'}
GROUP = 'the transcription gives all platinum-group metals the end-of-life rate of the group, 12 %'
OTHER_RATE = 'end-of-life rate of the transcription differs from that of the 2017 study'
OPEN = 'not explained: the published shares do not give the published figure'
REASON = {'Rhodium': GROUP + '; 28 % would explain it', 'Iridium': GROUP + '; 5 % would explain it',
          'Ruthenium': GROUP + '; 5 % would explain it', 'Yttrium': OTHER_RATE + ' (31 %), which would explain it',
          'Terbium': OTHER_RATE + ' (6 %), which would explain it'}


def read(name):
    path = os.path.join(sys.argv[1], 'eu_crm', name)
    with open(path, 'rb') as f:
        data = f.read()
    try:
        text = data.decode('utf-8-sig')
    except UnicodeDecodeError:
        text = data.decode('latin-1')
    return list(csv.DictReader(io.StringIO(text, newline='')))


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
                code[name.lower()] = r['iso3']
    return code


def percent(text):
    """'31' or '31.0' percent as a share, with the digits that were printed."""
    return f'{float(text) / 100:.4f}'.rstrip('0').rstrip('.') if re.fullmatch(r'[\d.]+', text) else ''


def number(text):
    return '' if text.strip() in ('', '-') else text.strip()


def supply_risk_2017():
    rows = []
    for r in read('eu_crm_2017_tables_3_18_19.csv'):
        rows.append([r['material'], STAGE[r['stage']], SUPPLY[r['supply_used']], percent(r['IR_pct']),
                     percent(r['EOL_RIR_pct']), number(r['SI_SR']), number(r['HHI_WGI_t_GS']),
                     number(r['HHI_WGI_t_EU28']), number(r['SR_GS_only']), number(r['SR_EU_only']),
                     number(r['SR_both']), number(r['SR']), number(r['EI'])])
    write('supply_risk_2017.csv',
          ['material', 'stage', 'supply', 'import_reliance', 'recycling', 'substitution', 'hhi_global',
           'hhi_sourcing', 'sr_global', 'sr_sourcing', 'sr_both', 'sr', 'ei'], rows)


def supply_risk_2023():
    rows = []
    for r in read('eu_crm_2023_SR_replication.csv'):
        lacks = r['status'] == 'no-inputs'
        missed = r['status'] == '**'
        reason = REASON.get(r['material'], OPEN) if missed else \
            'no shares, or a factor that the transcription has lost' if lacks else ''
        if missed and r['stage'] == 'E' and r['material'] in REASON:
            reason = OPEN
        rows.append([r['material'], STAGE[r['stage']], SUPPLY.get(r['supply_used'], ''), percent(r['IR_pct']),
                     percent(r['EoL_RIR_pct']), number(r['SI_SR']), number(r['SR_published']),
                     'known' if missed else 'lacking' if lacks else '', number(r['SR_computed']) if missed else '',
                     reason])
    write('supply_risk_2023.csv',
          ['material', 'stage', 'supply', 'import_reliance', 'recycling', 'substitution', 'sr', 'status',
           'computed', 'reason'], rows)


def spelling():
    """Materials as supply_risk_2023.csv spells them: the annexes differ in capitals."""
    return {r['material'].lower(): r['material'] for r in read('eu_crm_2023_SR_replication.csv')}


def shares_2023(code):
    rows, spelled = [], spelling()
    for supply, name in (('global', 'eu_crm_2023_global_supply_shares_t.csv'),
                         ('sourcing', 'eu_crm_2023_eu_supply_shares_t.csv')):
        for r in read(name):
            text = r['Share'].strip()
            exact = re.fullmatch(r'([\d.]+)%?', text)
            below = re.fullmatch(r'<([\d.]+)%', text)
            if not exact and not below:
                print(f'{name}: {r["Material"]}, {r["Country"]}: no share: "{text}"', file=sys.stderr)
                continue
            material = r['Material'].strip()
            rows.append([supply, spelled.get(material.lower(), material), STAGE[r['Stage'].strip()], code[r['Country'].strip().lower()],
                         percent(exact.group(1)) if exact else '', percent(below.group(1)) if below else '',
                         f'{float(r["t"]):g}'])
    rows.sort(key=lambda r: (r[1], r[2], r[0], -float(r[4] or 0), r[3]))
    write('shares_2023.csv', ['supply', 'material', 'stage', 'country', 'share', 'below', 't'], rows)


def governance(code):
    rows = [[code[r['country_as_spelled_in_EU_dataset'].lower()], r['wgi_scaled_0_10_(2.5-mean6)*2']]
            for r in read('wgi_scaled_mean_2016_2020.csv') if r['wgi_scaled_0_10_(2.5-mean6)*2']]
    write('governance_2016_2020.csv', ['country', 'score'], sorted(rows))


def history():
    other = {'Aluminium': '1.2', 'Silicon metal': '1.4', 'Coking coal': '0.4'}  # in the table of results
    rows = []
    for r in read('eu_crm_SR_EI_2011_2023.csv'):
        name, year = r['Material'], r['Year']
        known = year == '2023' and name in other
        reason = 'the series and the table of results of the same study differ' if known else ''
        if known and name == 'Coking coal':
            reason = 'the transcription of the table of results has this row in the wrong columns'
        if number(r['SR']) or number(r['EI']):
            rows.append([name, year, number(r['SR']), number(r['EI']), 'known' if known else '',
                         other[name] if known else '', reason])
    write('history.csv', ['material', 'year', 'sr', 'ei', 'status', 'computed', 'reason'], rows)


def end_uses():
    published = {r['material'].lower(): r for r in read('eu_crm_2023_EI_replication.csv')}
    rows, importance = [], []
    for r in read('eu_crm_2023_material_use_shares_va.csv'):
        value = next(v for k, v in r.items() if k.startswith('VA in million')).strip().replace(',', '')
        rows.append([r['Material'].strip(), r['Application'].strip(), percent(r['Share'].strip().rstrip('%')),
                     r['NACE sector'].split(' - ')[0].strip(), value])
    names = {r[0].lower(): r[0] for r in rows}
    for key, r in published.items():
        scaled = float(r['EI_computed_scaled_by_204200'])
        known = abs(round(scaled, 1) - float(r['EI_published'])) > 0.1001
        importance.append([names.get(key, r['material']), r['SI_EI'], r['EI_published'], 'known' if known else '',
                           r['EI_computed_scaled_by_204200'] if known else '',
                           'not explained: the published end uses do not give the published figure' if known else ''])
    write('end_uses_2023.csv', ['material', 'application', 'share', 'sector', 'value_added'], rows)
    write('importance_2023.csv', ['material', 'substitution', 'ei', 'status', 'computed', 'reason'], importance)


def largest_third(code):
    spelled = spelling()
    rows = [[spelled.get(r['material'].lower(), r['material']), STAGE[r['stage']], code.get(r['top_third_country'].lower(), ''),
             r['top_third_share'], 'yes' if r['above_65pct'] == '1' else 'no']
            for r in read('eu_sourcing_top_third_country_2016_2020.csv')]
    write('largest_third_country_2023.csv', ['material', 'stage', 'country', 'share', 'above_65'], rows)


def main():
    code = countries()
    supply_risk_2017()
    supply_risk_2023()
    shares_2023(code)
    governance(code)
    history()
    end_uses()
    largest_third(code)


if __name__ == '__main__':
    main()
