#!/usr/bin/env python3
"""Compile the network of Congolese copper and cobalt exporters, their buyers and the destinations, 2023.

usage: compile.py SHARED_DATA_DIR OUT_DIR

Writes nodes.csv and flows.csv. Amounts are gross tonnes of product, summed by firm, buyer and destination and
rounded to 1 t. See SOURCE.md.
"""
import csv
import os
import re
import sys
import unicodedata
from collections import defaultdict

# project id -> label, exact name of the project in the ownership table or None where it is not there
FIRMS = {
    'amical': ('Amical Kakana Mining', None),
    'anvil': ('Anvil Mining Congo', 'Anvil Mining'),
    'boss': ('Boss Mining', 'BOSS MINING'),
    'ccr': ('Chengtun Congo Ressources', 'CHENGTUN CONGO RESOURCES-CCR (KALONGWE MINE)'),
    'cdm': ('Congo Dongfang International Mining', 'CDM (Congo Dongfang International Mining)'),
    'chemaf': ('Chemical of Africa (Chemaf)', 'CHEMAF (Chemical of Africa Sarl)'),
    'cjcmc': ('Congo Jin Jun Cheng Mining', 'CJCMC (Congo Jin Ju Cheng Company)'),
    'cnmc': ('CNMC Congo Compagnie Minière', 'CNMC Congo Compagnie'),
    'comika': ('Compagnie Minière de Kambove', 'COMIKA (COMPAGNIE MINIERE DE KAMBOVE)'),
    'comilu': ('Compagnie Minière de Luisha', 'COMILU (Compagnie Minière de Luisha)'),
    'commus': ('Compagnie Minière de Musonoie Global', 'COMMUS (Compagnie Minière de Musonoie Global SAS)'),
    'divine': ('Divine Land Mining', 'DIVINE LAND MINING'),
    'everbright': ('Everbright Mining', None),
    'excellen': ('Excellen Minerals', 'EXCELLEN MINERALS'),
    'frontier': ('Frontier', 'Frontier Mine'),
    'gcm': ('Gécamines (La Générale des Carrières et des Mines)', None),
    'golden': ('Golden African Resources', 'GOLDEN AFRICAN RESOURCES'),
    'hmc': ('Hanrui Metal Congo', 'HMC SARL (HANRUI METAL CONGO Sarl)'),
    'huachin_mabende': ('CNMC Huachin Mabende Mining', 'CNMC Huachin Mabende'),
    'huachin_metal': ('Huachin Metal Leach', None),
    'jxcom': ('Jin Xun Congo Mining', None),
    'kaipeng': ('Kai Peng Mining', 'KAIPENG MINING'),
    'kalongwe': ('Kalongwe Mining', 'KM (Kalongwe Mining)'),
    'kambove': ('Kambove Mining', 'Kambove Mining SAS'),
    'kamoa': ('Kamoa Copper', 'KAMOA-KAKULA MINES (Kamoa Copper SA)'),
    'kcc': ('Kamoto Copper Company', 'KCC (Kamoto Copper Company)'),
    'kfm': ('Kisanfu Mining (KFM)', 'KFM (Kisanfu Mining)'),
    'kicc': ('Kinsenda Copper Company', 'KICC (Kinsenda Copper Company)'),
    'lamikal': ('La Minière de Kalukundi', 'LAMIKAL SA (la Minière de Kalukundi)'),
    'lcs': ('Lualaba Copper Smelter', 'Lualaba Copper Smelter'),
    'lr_sas': ('Luilu Ressources', 'LR SAS (Luilu Ressource SAS)'),
    'metalkol': ('Metalkol (Compagnie de Traitement des Rejets de Kingamyambo)',
                 'METALKOL (La Compagnie de traitement des Rejets de Kingamyambo)'),
    'mikas': ('La Minière de Kasombo', 'MIKAS (Minière de Kasombo)'),
    'mjm': ('Macrolink Jiayuan Mining', 'MJM (MACROLINK JIAYUAN MINING)'),
    'mkm': ('La Minière de Kalumbwe Myunga', 'MKM SAS (la Minière de Kalumbwe Myunga)'),
    'mm': ('Metal Mines', 'Metal Mines Sarl (MM)'),
    'mmg': ('MMG Kinsevere', 'MMG Kinsevere'),
    'mmt': ('Mineral Metal Technology', None),
    'mpc': ('Mining Progress Company', None),
    'mumi': ('Mutanda Mining', 'MUMI (Mutanda Mining SARL)'),
    'nmi': ('New Minerals Investment', 'New Minerals Investment'),
    'omr': ('OM Metal Resources', None),
    'ruashi': ('Ruashi Mining', 'Ruashi Mine (Ruashi Mining)'),
    'rubamin': ('Rubamin', None),
    'sabwe': ('Sabwe Mining', None),
    'sek': ("Société d'Exploitation de Kipoi", "Société d'exploitation de Kipoi/ SEK (Kipoi Mines)"),
    'shituru': ('Shituru Mining Corporation', 'Shituru Mines'),
    'sicomines': ('Sicomines (Sino-Congolaise des Mines)', 'SICOMINES/ SCM (Sino-Congolaise des mines)'),
    'somidez': ('Société Minière de Deziwa', 'SOMIDEZ (Société Minière de Deziwa)'),
    'somika': ('Société Minière du Katanga', 'SOMIKA (Société de Développement Industriel et Minier du Katanga)'),
    'stl': ('Société pour le Traitement du Terril de Lubumbashi', None),
    'tcc': ('Tengyuan Cobalt & Copper Resources', 'TCC (Tengyan Cobalt et Copper Resources Ltd)'),
    'tfm': ('Tenke Fungurume Mining', 'Tenke Fungurume Mining - TFM'),
    'thomas': ('Thomas Mining', 'Thomas Mining'),
}
# spellings of one buyer; consignments to a warehouse of the same buyer are its own
BUYERS = [
    (r'^samsung c&t', 'Samsung C&T Singapore'), (r'^cmoc limited', 'CMOC Limited'),
    (r'^inara investments', 'Inara Investments Limited'), (r'^norin mining', 'Norin Mining (Hong Kong)'),
    (r'^huayou', 'Huayou (Hong Kong)'), (r'^(c-)?steinweg bridge', 'C. Steinweg Bridge (warehouse)'),
    (r'^reload', 'Reload Logistics (warehouse)'), (r'(galco )?vs-cargo', 'VS-Cargo (warehouse)'),
    (r'^trafigura', 'Trafigura'), (r'^hanrui cobalt', 'Hanrui Cobalt'), (r'^transamines', 'Transamine'),
]
UNKNOWN = {'unknown', 'not available', ''}
FAMILY = {'Copper': 'copper', 'Cobalt': 'cobalt'}


def read(path):
    with open(path, newline='', encoding='utf-8-sig') as f:
        yield from csv.DictReader(f)


def slug(text):
    text = unicodedata.normalize('NFKD', text).encode('ascii', 'ignore').decode().lower()
    return re.sub(r'[^a-z0-9]+', '-', text).strip('-')


def buyer(name):
    """Slug and label of a buyer, or None."""
    name = ' '.join(name.split())
    if name.lower() in UNKNOWN:
        return None
    for pattern, label in BUYERS:
        if re.search(pattern, name.lower()):
            return slug(label), label
    if name.lower().endswith(' warehouse'):
        name = name[:-len(' warehouse')] + ' (warehouse)'
    return slug(name), name


def owners(data):
    """Project name of the ownership table -> headquarters country."""
    return {r['name']: r['owner_hq_iso3'] for r in read(os.path.join(data, 'facilities.csv'))
            if r['source'].startswith('DRC-MINES')}


def owner_of(project, table):
    label, name = FIRMS[project]
    if project == 'gcm':
        return 'COD'     # the state company itself
    return table[name] if name else ''


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    data, out = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    names = {r['iso3']: r['name'] for r in read(os.path.join(here, '..', 'countries', 'countries.csv'))}
    table = owners(data)
    cell = defaultdict(float)
    labels = {}
    for r in read(os.path.join(data, 'networks', 'drc_firm_exports.csv')):
        if r['year'] != '2023':
            continue
        c, d = FAMILY[r['product']], r['destination_iso3']
        b = buyer(r['importer_firm'])
        if b is None:
            b = ('unknown-buyer-' + d, 'Unknown buyer to ' + names[d])
        labels[b[0]] = b[1]
        cell[r['project_id'], c, b[0], d] += float(r['quantity_t'])
    whole = {k: int(v + 0.5) for k, v in sorted(cell.items())}
    dropped = [k for k, v in whole.items() if v == 0]
    print(f'{len(whole)} cells, {len(dropped)} below 0.5 t dropped', file=sys.stderr)
    made, bought, sent, landed = (defaultdict(int) for _ in range(4))
    for (p, c, b, d), v in whole.items():
        if v:
            made[p, c] += v
            bought[p, c, b] += v
            sent[b, c, d] += v
            landed[d, c] += v
    with open(os.path.join(out, 'nodes.csv'), 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow('id label kind country owner commodity stage output final_demand unit primary firm'.split())
        for c in ('copper', 'cobalt'):
            for p, cc in sorted(made):
                if cc == c:
                    w.writerow([f'{slug(p)}:{c}:mining', f'{FIRMS[p][0]} {c}', 'firm', 'COD', owner_of(p, table), c, 'mining',
                                made[p, c], '', 't', made[p, c], slug(p)])
            for b in sorted({b for b, cc, _ in sent if cc == c}):
                total = sum(v for (bb, cc, _), v in sent.items() if bb == b and cc == c)
                w.writerow([f'{b}:{c}:trading', f'{labels[b]} {c}', 'stage' if b.startswith('unknown-buyer-') else 'firm', '', '', c, 'trading', total, '', 't', 0, b])
            for d, cc in sorted(landed):
                if cc == c:
                    w.writerow([f'{d}:{c}:destination', f'{names[d]} {c} destination', 'country', d, '', c, 'destination',
                                '', landed[d, c], 't', '', ''])
    with open(os.path.join(out, 'flows.csv'), 'w', newline='', encoding='utf-8') as f:
        w = csv.writer(f, lineterminator='\n')
        w.writerow('source target value product unit basis'.split())
        for c in ('copper', 'cobalt'):
            for (p, cc, b), v in sorted(bought.items()):
                if cc == c:
                    w.writerow([f'{slug(p)}:{c}:mining', f'{b}:{c}:trading', v, c, 't', 'reported'])
            for (b, cc, d), v in sorted(sent.items()):
                if cc == c:
                    w.writerow([f'{b}:{c}:trading', f'{d}:{c}:destination', v, c, 't', 'reported'])


if __name__ == '__main__':
    main()
