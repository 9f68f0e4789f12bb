#!/usr/bin/env python3
"""Compile coalitions.csv.

usage: compile.py SHARED_DATA_DIR > coalitions.csv
"""
import csv
import os
import sys

NAMES = {'IEA_members': 'IEA'}
EUROPEAN_UNION = 'EUU'     # a member of the MSP but no country: see SOURCE.md


def main():
    members = {}
    with open(os.path.join(sys.argv[1], 'coalitions.csv'), newline='', encoding='utf-8') as f:
        for r in csv.DictReader(f):
            members.setdefault(NAMES.get(r['coalition'], r['coalition']), set()).add(r['country_iso3'])
    members['MSP-EU27'] = members['MSP'] | members['EU27']
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow(['coalition', 'country'])
    w.writerows((c, m) for c in sorted(members) for m in sorted(members[c]) if m != EUROPEAN_UNION)


if __name__ == '__main__':
    main()
