#!/usr/bin/env python3
"""Compile antimony_exports.csv: what China exports of HS 8110, a year (figure II-1-4-6).

usage: compile.py SHARED_DATA_DIR > antimony_exports.csv

facts.csv was read out of the document by hand.
"""
import csv
import os
import re
import sys


def main():
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow(['year', 'tonnes', 'value_kusd'])
    with open(os.path.join(sys.argv[1], 'meti_figures.csv'), newline='', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            if r['figure'].startswith('II-1-4-6'):
                w.writerow([r['year'], r['value'], re.search(r'value_kusd=(\d+)', r['note']).group(1)])


if __name__ == '__main__':
    main()
