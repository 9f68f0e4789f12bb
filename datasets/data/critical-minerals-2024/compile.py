#!/usr/bin/env python3
"""Compile the work tables of critical-minerals-2024.

usage: compile.py SHARED_DATA_DIR WORK_DIR

Writes production.csv, trade.csv and stages.csv into WORK_DIR. The work tables hold rows of sources that may
not be published, so WORK_DIR belongs outside the repository. See SOURCE.md for sources, licences and decisions.
"""
import csv
import lzma
import os
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
YEAR = '2024'
IEA = 'IEA-CMDE-2025'
USGS = 'USGS-MCS2026'
EU = 'EU-CRM-2023'
BGS = 'BGS-WMS'

# IEA commodities, and the source that names countries which the IEA puts into its rest of world.
IEA_STAGES = {
    ('copper', 'mining'): [('usgs', 'copper', 'mining')],
    ('copper', 'refining'): [('usgs', 'copper', 'refining')],
    ('lithium', 'mining'): [('usgs', 'lithium', 'mining')],
    ('lithium', 'refining'): [],
    ('nickel', 'mining'): [('usgs', 'nickel', 'mining'), ('bgs', 'nickel', 'mining')],
    ('nickel', 'refining'): [('bgs', 'nickel', 'refining')],
    ('cobalt', 'mining'): [('usgs', 'cobalt', 'mining')],
    ('cobalt', 'refining'): [('bgs', 'cobalt', 'refining')],
    ('graphite', 'mining'): [('usgs', 'graphite_natural', 'mining')],
    ('graphite', 'refining'): [],
    ('rare_earths_magnet', 'mining'): [],
    ('rare_earths_magnet', 'refining'): [],
}
# commodity, stage -> USGS mineral, stage, tonnes of content per unit of the table
USGS_STAGES = {
    ('gallium', 'refining'): ('gallium', 'refining', 1e-3),
    ('antimony', 'mining'): ('antimony', 'mining', 1),
    ('tungsten', 'mining'): ('tungsten', 'mining', 1),
    ('manganese', 'mining'): ('manganese', 'mining', 1e3),
    ('magnesium', 'refining'): ('magnesium', 'refining', 1e3),
    ('vanadium', 'mining'): ('vanadium', 'mining', 1),
    ('niobium', 'mining'): ('niobium', 'mining', 1),
    ('tantalum', 'mining'): ('tantalum', 'mining', 1),
    ('titanium', 'refining'): ('titanium', 'refining_sponge', 1),
    ('platinum', 'mining'): ('platinum', 'mining', 1e-3),
    ('palladium', 'mining'): ('palladium', 'mining', 1e-3),
    ('silicon', 'refining'): ('silicon', 'refining_metal', 1e3),
    ('bismuth', 'refining'): ('bismuth', 'refining', 1),
    ('indium', 'refining'): ('indium', 'refining', 1),
    ('tellurium', 'refining'): ('tellurium', 'refining', 1),
    ('molybdenum', 'mining'): ('molybdenum', 'mining', 1),
    ('tin', 'mining'): ('tin', 'mining', 1),
    ('zinc', 'mining'): ('zinc', 'mining', 1e3),
    ('zirconium', 'mining'): ('zirconium', 'mining', 1e3),
    ('aluminium', 'refining'): ('alumina', 'refining', 1e3 * 2 * 26.9815 / 101.9613),
    ('aluminium', 'processing'): ('aluminium', 'refining', 1e3),
    ('aluminium', 'mining'): ('bauxite', 'mining', None),   # factor from the alumina table
}
# Refining by EU CRM 2023 shares (mean 2016-2020) times the mine output of 2024
EU_STAGES = {('antimony', 'refining'): 'antimony', ('tungsten', 'refining'): 'tungsten',
             ('tin', 'refining'): 'tin', ('zinc', 'refining'): 'zinc'}
CONTENT = {'copper': 'Cu', 'lithium': 'Li', 'nickel': 'Ni', 'cobalt': 'Co', 'graphite': 'graphite, gross',
           'rare_earths_magnet': 'Nd+Pr+Dy+Tb', 'gallium': 'Ga', 'germanium': 'Ge', 'indium': 'In', 'antimony': 'Sb',
           'tungsten': 'W', 'manganese': 'Mn', 'magnesium': 'Mg', 'vanadium': 'V', 'niobium': 'Nb', 'tantalum': 'Ta',
           'titanium': 'Ti sponge, gross', 'platinum': 'Pt', 'palladium': 'Pd', 'silicon': 'silicon metal, gross',
           'bismuth': 'Bi', 'tellurium': 'Te', 'molybdenum': 'Mo', 'tin': 'Sn', 'zinc': 'Zn',
           'zirconium': 'mineral concentrate, gross', 'aluminium': 'Al'}
# US imports for consumption in 2024, tonnes (USGS MCS 2026): gallium metal, germanium metal, indium
US_IMPORTS = {'gallium': 11.0, 'germanium': 21.0, 'indium': 220.0}
# not in the HS4 tables of BACI at hand, neither as exporter nor as importer
NOT_IN_HS4 = ('BHR', 'FRA', 'NOR')
# what leaves these mines is not the product of the trade table (matte, concentrate): buyers unknown
OTHER_FORM = {('platinum', 'mining'): ('ZWE',), ('palladium', 'mining'): ('CAN', 'ZWE'), ('niobium', 'mining'): ('COD', 'RWA')}
# Steps without a trade table where surplus x need would send material on ways that are known to be closed:
# North Korean ore has one large buyer (UN Security Council resolutions 2371 and 2397); Australia bans alumina to
# Russia (since March 2022). Exporters bound to importers, pairs that do not trade.
CLOSED = {('tungsten', 'mining', 'refining'): ({'PRK': ['CHN']}, set()),
          ('aluminium', 'refining', 'processing'): ({}, {('AUS', 'RUS')})}
MAGNET_PRICE = 64.2   # USD per kg of contained magnet elements, see products.csv


def say(*words):
    print(*words, file=sys.stderr)


def read(path):
    opener = lzma.open if path.endswith('.xz') else open
    with opener(path, 'rt', encoding='utf-8-sig', newline='') as f:
        yield from csv.DictReader(f)


def production_tables(data):
    """(tag, mineral, stage) -> {country: value}; one source, one year each."""
    t = defaultdict(dict)
    share = defaultdict(dict)
    for r in read(os.path.join(data, 'production.csv')):
        source, key = r['source'], (r['mineral'], r['stage'])
        if source.startswith(IEA) and 'projection' not in source and r['year'] == YEAR:
            t[('iea',) + key][r['country_iso3']] = float(r['value'])
            share[('iea',) + key][r['country_iso3']] = float(r['share'])
        elif source == 'USGS-MCS2026:manuali' and r['year'] == YEAR and r['value']:
            t[('usgs',) + key][r['country_iso3']] = float(r['value'])
        elif source.startswith(BGS) and r['year'] == '2023' and r['value']:
            t[('bgs',) + key][r['country_iso3']] = float(r['value'])
        elif source.startswith(EU) and r['stage'] == 'processing' and r['share']:
            t[('eu',) + key][r['country_iso3']] = float(r['share'])
    return t, share


def iea_total(values, shares):
    """World total: the sum of the rows, less a named country that the rest of world repeats (if the shares say so)."""
    top = max((c for c in values if c != 'ROW'), key=values.get)
    published = values[top] / shares[top]
    total = sum(values.values())
    if abs(total / published - 1) < 5e-5:
        return total, None
    for c in sorted(values):
        if c != 'ROW' and abs((total - values[c]) / published - 1) < 5e-5:
            return total - values[c], c
    raise SystemExit(f'IEA total {total} does not agree with {published}')


def production(data):
    t, share = production_tables(data)
    rows = []   # commodity, stage, country, tonnes, year, source

    for (c, s), fill in IEA_STAGES.items():
        values = t[('iea', c, s)]
        total, twice = iea_total(values, share[('iea', c, s)])
        named = {k: 1e3 * v for k, v in values.items() if k != 'ROW' and v > 0}
        rest = 1e3 * total - sum(named.values())
        say(f'iea {c} {s}: total {1e3 * total:.0f} t, rest of world {rest:.0f} t'
            + (f' (repeats {twice})' if twice else ''))
        for k in sorted(named):
            rows.append([c, s, k, named[k], YEAR, IEA])
        named_so_far = set(values)
        for tag, m, st in fill:
            # the USGS copper tables count thousand tonnes, the others (and BGS) tonnes
            unit = 1e3 if (tag, m) == ('usgs', 'copper') else 1
            more = {k: unit * v for k, v in t[(tag, m, st)].items()
                    if k not in named_so_far and k != 'ROW' and v > 0}
            named_so_far |= set(more)
            scale = min(1.0, rest / sum(more.values()))
            say(f'    filled by {tag}: {len(more)} countries, {sum(more.values()):.0f} t, scale {scale:.4f}')
            year, name = (YEAR, USGS) if tag == 'usgs' else ('2023', BGS)
            for k in sorted(more):
                rows.append([c, s, k, scale * more[k], year, f'{name} within the IEA rest of world'])
            rest -= scale * sum(more.values())
        if rest > 1e-6 * 1e3 * total:
            rows.append([c, s, 'ROW', rest, YEAR, IEA])

    bauxite = (sum(t[('usgs', 'alumina', 'refining')].values()) * 2 * 26.9815 / 101.9613
               / sum(t[('usgs', 'bauxite', 'mining')].values()))
    say(f'recoverable Al in bauxite {bauxite:.6f}')
    for (c, s), (m, st, unit) in USGS_STAGES.items():
        unit = 1e3 * bauxite if unit is None else unit
        for k, v in sorted(t[('usgs', m, st)].items()):
            if v > 0:
                rows.append([c, s, k, v * unit, YEAR, USGS])
    for (c, s), m in EU_STAGES.items():
        mined = sum(r[3] for r in rows if r[0] == c and r[1] == 'mining')
        shares = {k: v for k, v in t[('eu', m, 'processing')].items() if v > 0}
        named = {k: v for k, v in shares.items() if len(k) == 3 and k.isalpha() and k != 'ROW'}
        total = max(1.0, sum(shares.values()))
        say(f'eu {c} {s}: {len(named)} countries, shares sum to {sum(shares.values()):.4f}')
        for k, v in sorted(named.items()):
            rows.append([c, s, k, mined * v / total, '2020', EU + ' shares (mean 2016-2020) times mine output'])
        rest = mined * (1 - sum(named.values()) / total)
        if rest > 1e-6 * mined:
            rows.append([c, s, 'ROW', rest, '2020', EU + ' shares (mean 2016-2020) times mine output'])
    for k, v in sorted(t[('bgs', 'germanium', 'refining')].items()):
        if v > 0:
            rows.append(['germanium', 'refining', k, v, '2023', BGS])
    return rows


def needs(made):
    """Input need of the later stages, in tonnes of content, so that each step takes in what the step before gives out.

    A country that mines at least what it refines needs what it refines. The gap between the world totals of two
    stages (losses, stocks, secondary feed) is put on the others, who buy their feed, by one factor per step.
    """
    chain = list(csv.DictReader(open(os.path.join(HERE, 'stages.csv'), newline='')))
    out = {}
    for step in chain:
        c, s, nxt = step['commodity'], step['stage'], step['next']
        if nxt == 'use':
            continue
        r, d = made[(c, s)], {k: v / float(step['yield']) for k, v in made[(c, nxt)].items()}
        own = {k for k in d if k != 'ROW' and r.get(k, 0.0) >= d[k]}
        rest = sum(v for k, v in d.items() if k not in own)
        factor = (sum(r.values()) - sum(v for k, v in d.items() if k in own)) / rest
        say(f'need {c} {nxt}: {len(own)} countries of own supply, factor {factor:.4f} for the others '
            f'(all: {sum(r.values()) / sum(d.values()):.4f})')
        assert factor > 0
        for k, v in d.items():
            out[c, nxt, k] = v if k in own else v * factor
    return out


def trade_tables(data, wanted):
    """HS code -> list of (exporter, importer, kUSD, tonnes or None, source), best source: BACI of 2024, else the joined table."""
    t = defaultdict(list)
    for r in read(os.path.join(data, 'trade_baci_2024.csv')):
        if r['hs'] in wanted and r['year'] == YEAR:
            t[r['hs']].append((r['exporter_iso3'], r['importer_iso3'], float(r['value_kusd'] or 0),
                               float(r['quantity_t']) if r['quantity_t'] else None, r['source'].split(':')[0]))
    full = set(t)
    for r in read(os.path.join(data, 'trade_2000_2024.csv.xz')):
        if r['hs'] in wanted and r['hs'] not in full and r['year'] == YEAR:
            t[r['hs']].append((r['exporter_iso3'], r['importer_iso3'], float(r['value_kusd'] or 0),
                               float(r['quantity_t']) if r['quantity_t'] else None, r['source'].split(':')[0]))
    return t


def median_unit_value(rows):
    """Unit value (USD/t) that half of the traded value lies below."""
    uv = sorted((1e3 * v / q, v) for _, _, v, q, _ in rows if q and v > 0)
    half, run = sum(v for _, v in uv) / 2, 0.0
    for u, v in uv:
        run += v
        if run >= half:
            return u
    return None


def metal_split(made, rows):
    """Parts of HS 811292 rows that are Ga, Ge, In, by exporter; see SOURCE.md.

    The mix of the trade is the mix of US imports. What an exporter can sell is its share of world production of each
    metal times the trade in that metal, plus its imports at the common mix. Last, all rows of a metal are scaled so
    that US imports are as the USGS counts them: most of the heading is none of the three.
    """
    band = [(e, i, q) for e, i, v, q, _ in rows if q and 150e3 <= 1e3 * v / q < 1e6]
    volume = sum(q for _, _, q in band)
    mix = {m: v / sum(US_IMPORTS.values()) for m, v in US_IMPORTS.items()}
    world = {m: sum(made[m].values()) for m in US_IMPORTS}
    imports = defaultdict(float)
    for _, i, q in band:
        imports[i] += q

    def parts(country):
        w = {m: mix[m] * (volume * made[m].get(country, 0.0) / world[m] + imports[country]) for m in mix}
        return {m: w[m] / sum(w.values()) for m in w} if sum(w.values()) > 0 else mix

    seen = defaultdict(float)
    for e, i, q in band:
        if i == 'USA':
            for m, part in parts(e).items():
                seen[m] += q * part
    scale = {m: US_IMPORTS[m] / seen[m] for m in seen}
    say(f'811292: {volume:.0f} t, scale {scale}')
    return lambda country: {m: p * scale[m] for m, p in parts(country).items()}


def own_first(made, need, only, banned):
    """Own supply first, then surplus x need: some exporters sell to some importers only, some pairs do not trade."""
    surplus = {c: v - min(v, need.get(c, 0.0)) for c, v in made.items()}
    lack = {c: v - min(v, made.get(c, 0.0)) for c, v in need.items()}
    out = []
    for e in sorted(only):
        total = sum(lack[i] for i in only[e])
        for i in sorted(only[e]):
            q = min(surplus[e], total) * lack[i] / total
            out.append((e, i, q))
            lack[i] -= q
        surplus[e] = 0.0
    for e in sorted(surplus):
        open_to = {i: v for i, v in lack.items() if v > 0 and i != e and (e, i) not in banned}
        if e != 'ROW' and surplus[e] > 0:
            out += [(e, i, surplus[e] * open_to[i] / sum(open_to.values())) for i in sorted(open_to)]
    return out


def trade(data, made, need):
    products = list(csv.DictReader(open(os.path.join(HERE, 'products.csv'), newline='')))
    tables = trade_tables(data, {p['hs'] for p in products})
    iso = {r['iso3'] for r in read(os.path.join(data, 'iso3166.csv'))} | {'XKX'}
    split = metal_split({m: made[(m, 'refining')] for m in US_IMPORTS}, tables['811292'])
    out = []
    for p in products:
        rows = tables[p['hs']]
        lo = float(p['uv_min']) if p['uv_min'] else 0.0
        hi = float(p['uv_max']) if p['uv_max'] else float('inf')
        only = set(p['exporters'].split())
        content = float(p['content'])
        taken = {e for q in products if q['hs'] == p['hs'] and q is not p for e in q['exporters'].split()}
        count = defaultdict(int)
        keep = []
        for e, i, v, q, src in rows:
            uv = 1e3 * v / q if q else None
            if e not in iso or i not in iso:
                count['no country'] += 1
            elif e == i:
                count['own trade'] += 1
            elif only and e not in only:
                count['other exporter'] += 1
            elif p['product'] == '2846+280530' and e in taken:
                count['leaves mining'] += 1
            elif uv is not None and not lo <= uv < hi:
                count['unit value'] += 1
            elif uv is None and (p['uv_min'] or p['uv_max']):
                count['no tonnage'] += 1
            else:
                keep.append((e, i, v, q, src))
        median = median_unit_value(keep)
        factor = float(p['repair']) if p['repair'] else None
        total = 0.0
        for e, i, v, q, src in keep:
            basis = p['basis']
            if not q:
                if not median or v <= 0:
                    count['no tonnage'] += 1
                    continue
                q, basis = 1e3 * v / median, 'estimated'
                count['tonnage from value'] += 1
            elif factor and v > 0 and not median / factor <= 1e3 * v / q <= median * factor:
                q, basis = 1e3 * v / median, 'estimated'
                count['tonnage repaired'] += 1
            amount = q * content
            if p['product'] == '2846+280530':
                amount = min(amount, v / MAGNET_PRICE)
            if p['hs'] == '811292':
                amount *= split(e)[p['commodity']]
            if amount > 0:
                out.append([p['commodity'], p['stage'], p['product'], e, i, amount, basis, f"{src} {YEAR}"])
                total += amount
        say(f"trade {p['commodity']} {p['stage']} {p['product']}: {len(rows)} rows, {len(keep)} kept, "
            f"{total:.0f} t, median {median or 0:.0f} USD/t, {dict(count)}")
        key = (p['commodity'], p['stage'])
        for c in NOT_IN_HS4 if p['hs'] in ('7601', '7901', '8001') else OTHER_FORM.get(key, ()):
            q = made[key].get(c, 0.0)
            if q > 0:
                out.append([*key, p['product'], c, 'ROW', q, 'estimated', 'not in the trade table: buyers unknown'])
                say(f"    {c}: {q:.0f} t to unknown buyers")
    for (c, s, nxt), (only, banned) in CLOSED.items():
        for e, i, q in own_first(made[(c, s)], {j: v for (cc, n, j), v in need.items() if (cc, n) == (c, nxt)}, only, banned):
            if q > 0 and i != 'ROW':
                out.append([c, s, 'surplus x need', e, i, q, 'estimated', 'no trade table; see SOURCE.md'])
    return out


def write(path, header, rows):
    with open(path, 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow(header)
        w.writerows(rows)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    data, work = sys.argv[1:]
    os.makedirs(work, exist_ok=True)
    made = production(data)
    by = defaultdict(dict)
    for c, s, k, v, _, _ in made:
        by[(c, s)][k] = v
    need = needs(by)
    write(os.path.join(work, 'production.csv'),
          ['commodity', 'stage', 'country', 'value', 'need', 'unit', 'content', 'year', 'source'],
          [[c, s, k, repr(float(v)), repr(need[c, s, k]) if (c, s, k) in need else '', 't', CONTENT[c], y, src]
           for c, s, k, v, y, src in made])
    write(os.path.join(work, 'trade.csv'),
          ['commodity', 'stage', 'product', 'exporter', 'importer', 'quantity', 'basis', 'source'],
          [r[:5] + [repr(r[5])] + r[6:] for r in trade(data, by, need)])
    with open(os.path.join(HERE, 'stages.csv')) as f, open(os.path.join(work, 'stages.csv'), 'w') as g:
        g.write(f.read())


if __name__ == '__main__':
    main()
