#!/usr/bin/env python3
"""Compile the small networks that others have published results for, and these results.

usage: compile.py FIXTURES_DIR
"""
import csv
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXPECTED = []


def path(*names):
    return os.path.join(sys.argv[1], *names)


def read(*names):
    with open(path(*names), newline='', encoding='utf-8-sig') as f:
        return list(csv.DictReader(f))


def write(name, head, rows):
    with open(os.path.join(HERE, name), 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow(head)
        w.writerows(rows)


def expect(check, case, subject, measure, value, decimals=None):
    """A published number, and the decimals to which it must come out: those printed if it is
    rounded, else nine."""
    printed = len(str(value).partition('.')[2])
    EXPECTED.append([check, case, subject, measure, value,
                     decimals if decimals is not None else min(printed, 9) if printed >= 6 else 9])


def esri_test():
    """The golden file of the Julia program: sectors and needs stand on the links."""
    rows = read('esri', 'vitelot_test_list.csv')
    need = {'2': 'essential', '1': 'non_essential', '0': 'negligible'}
    sector, recipes = {}, set()
    for r in rows:
        sector[r['supplier']], sector[r['customer']] = r['supplierNACE'], r['customerNACE']
        recipes.add((r['customerNACE'], r['supplierNACE'], need[r['type']]))
    write('esri_test_flows.csv', ['source', 'target', 'value'],
          [[r['supplier'], r['customer'], f'{float(r["weight"]):g}'] for r in rows])
    write('esri_test_nodes.csv', ['id', 'kind', 'sector'], [[i, 'firm', s] for i, s in sorted(sector.items())])
    write('esri_test_recipes.csv', ['buyer', 'input', 'need'], sorted(recipes))
    for r in read('esri', 'vitelot_test_esri.csv'):
        expect('esri-test', 'market', r['company'], 'loss', r['esri'])


def esri_figure():
    """Figure 1 of Diem et al. 2022, with the results of the authors' program."""
    case = 'paperfig1_leontief_noreplace'
    write('esri_figure_flows.csv', ['source', 'target', 'value'],
          [[r['supplier'], r['customer'], r['weight']] for r in read('esri', case + '_edges.csv')])
    write('esri_figure_nodes.csv', ['id', 'kind', 'sector'],
          [[r['firm'], 'firm', r['sector']] for r in read('esri', case + '_firms.csv')])
    for name, need in (('leontief', 'essential'), ('linear', 'non_essential')):
        write(f'esri_figure_{name}.csv', ['buyer', 'input', 'need'], [['*', '*', need]])
    for file, name in (('linear_replace', 'linear, market'), ('leontief_replace', 'leontief, market'),
                       ('leontief_noreplace', 'leontief, none')):
        for r in read('esri', f'paperfig1_{file}_ESRI_total_down_up.csv'):
            for column, measure in (('ESRI_weight_1', 'loss'), ('ESRI_d_weight_1', 'loss_down'),
                                    ('ESRI_u_weight_1', 'loss_up')):
                expect('esri-figure-1', name, r[''], measure, r[column])


def inoue_todo():
    edges = [line.split() for line in open(path('inoue_todo', 'toy2_edges_supplier_client_amount.txt'))]
    final = [line.split() for line in open(path('inoue_todo', 'toy2_final_demand.txt'))]
    sector = {f: s for f, s, *_ in (line.split() for line in open(path('inoue_todo', 'toy2_firm_sector.txt')))}
    write('inoue_todo_flows.csv', ['source', 'target', 'value'], edges)
    write('inoue_todo_nodes.csv', ['id', 'kind', 'sector', 'final_demand', 'inventory_days'],
          [[f, 'firm', sector[f], amount, 3] for f, amount in final])
    for k, rule in enumerate(('proportional', 'final-last', 'water-filling', 'water-filling-final-last')):
        for r in read('inoue_todo', f'toy2_inv3_tau6_R{k}.csv'):
            if 0 <= int(r['t']) <= 10:
                for column in ('production', 'final_consumption'):
                    expect('inoue-todo', rule, 'step ' + r['t'], column, r[column])


def invert(m):
    n = len(m)
    a = [list(row) + [float(i == j) for j in range(n)] for i, row in enumerate(m)]
    for c in range(n):
        p = max(range(c, n), key=lambda r: abs(a[r][c]))
        a[c], a[p] = a[p], a[c]
        a[c] = [x / a[c][c] for x in a[c]]
        for r in range(n):
            if r != c:
                a[r] = [x - a[r][c] * y for x, y in zip(a[r], a[c])]
    return [row[n:] for row in a]


def leather():
    """Flows z = (I - L^-1) diag(output), which come out with one decimal, as in the table."""
    with open(path('io', 'leather_leontief_inverse.csv')) as f:
        inverse = invert([[float(x) for x in row] for row in csv.reader(f)])
    rows = read('io', 'leather_io_reference.csv')
    country = {'Argentina': 'ARG', 'Turkey': 'TUR', 'Germany': 'DEU'}
    ids = [country[r['sector'].split('.')[0]] + ':' + r['sector'].split('.')[1].lower() for r in rows]
    output = [float(r['gross_output']) for r in rows]
    flows, sold = [], [0.0] * len(ids)
    for i, supplier in enumerate(ids):
        for j, buyer in enumerate(ids):
            z = round(((i == j) - inverse[i][j]) * output[j], 5)
            assert abs(z - round(z, 1)) < 1e-4, (supplier, buyer, z)
            if round(z, 1) > 0:
                flows.append([supplier, buyer, f'{z:.1f}'])
                sold[i] += round(z, 1)
    write('leather_flows.csv', ['source', 'target', 'value'], flows)
    write('leather_nodes.csv', ['id', 'kind', 'country', 'sector', 'output', 'final_demand'],
          [[i, 'firm', i[:3], i[4:], f'{o:g}', f'{o - s:.1f}'] for i, o, s in zip(ids, output, sold)])
    for i, r in zip(ids, rows):
        for column, value in r.items():
            for start, measure in (('upstreamness', 'upstreamness'), ('downstreamness', 'downstreamness'),
                                   ('influence', 'influence'), ('face_value', 'face value of '),
                                   ('lookthrough', 'look-through to ')):
                if column.startswith(start):
                    expect('input-output', 'leather', i, measure + (column[-3:] if measure[-1] == ' ' else ''), value)
    for measure, values in (('loss without it', ('.207864', '.374340', '.668383')),
                            ('loss of the others', ('.050774', '.106854', '.286815'))):
        for c, value in zip(('ARG', 'TUR', 'DEU'), values):
            expect('input-output', 'extraction', c, measure, '0' + value)


def hub():
    """Kastner et al. 2011: a hub that makes nothing and sells on, numbers worked by hand."""
    write('hub_production.csv', ['country', 'value'], [['A', 100], ['B', 20], ['C', 0], ['H', 0]])
    write('hub_trade.csv', ['exporter', 'importer', 'value'],
          [['A', 'H', 80], ['A', 'B', 10], ['H', 'B', 60], ['H', 'C', 15]])
    amount = {'AA': 10, 'AH': 5, 'AB': 70, 'AC': 15, 'BB': 20}
    for made in 'ABCH':
        for used in 'ABCH':
            expect('re-exports', 'hub', f'{made} to {used}', 'amount', amount.get(made + used, 0))


def kite():
    k = json.load(open(path('graph', 'krackhardt_kite.json')))['krackhardt_kite']
    edges = '0-1 0-2 0-3 0-5 1-3 1-4 1-6 2-3 2-5 3-4 3-5 3-6 4-6 5-6 5-7 6-7 7-8 8-9'
    write('kite_flows.csv', ['source', 'target', 'value'], [[*e.split('-'), 1] for e in edges.split()])
    for key, measure in (('betweenness', 'betweenness'), ('closeness', 'closeness'),
                         ('current_flow_betweenness', 'current-flow'), ('katz_0.1', 'katz'),
                         ('pagerank_.85', 'pagerank'), ('constraint', 'constraint'),
                         ('collective_influence_l1', 'collective-1'), ('collective_influence_l2', 'collective-2')):
        for node, value in k[key].items():
            expect('kite', '', node, measure, repr(value))
    for node in range(10):
        expect('kite', '', node, 'articulation', int(node in k['articulation']))


def survive():
    """One maker that uses 700 a week out of a stock of 2000, its sole supplier down."""
    write('maker_flows.csv', ['source', 'target', 'value'], [['supplier', 'maker', 36500]])
    write('maker_nodes.csv', ['id', 'kind', 'final_demand', 'inventory_days'],
          [['maker', 'firm', 36500, 20], ['supplier', 'firm', '', '']])
    expect('time-to-survive', '', 'maker', 'weeks to survive', '2.857', 3)
    expect('time-to-survive', '', 'maker', 'lost in 4 weeks', '800')


def geopolrisk():
    """Factors and scores as published: with as many digits as they were printed with."""
    rows = [['USA', 2022, 'graphite', '0.470663', '0.584227', '0.274974', '2.226907', '1.495658'],
            ['USA', 2022, 'manganese', '0.203518', '0.545189', '0.110956', '', '0.108604'],
            ['USA', 2022, 'nickel', '0.267490', '0.0012077', '0.00032304', '', '0.0037927']]
    write('geopolrisk.csv', ['country', 'year', 'commodity', 'hhi', 'import_risk', 'score', 'price', 'factor',
                             'risk_decimals', 'score_decimals', 'factor_decimals'],
          [r + [len(r[c].partition('.')[2]) for c in (4, 5, 7)] for r in rows])


def main():
    for part in (esri_test, esri_figure, inoue_todo, leather, hub, kite, survive, geopolrisk):
        part()
    write('expected.csv', ['check', 'case', 'subject', 'measure', 'value', 'decimals'], EXPECTED)


if __name__ == '__main__':
    main()
