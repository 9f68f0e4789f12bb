#!/usr/bin/env python3
"""Compile prices.csv: prices of 2024 per kilogram of contained material.

usage: compile.py SHARED_DATA_DIR > prices.csv

SHARED_DATA_DIR/raw/usgs/MCS2026_Commodities_Data.csv is the data release of the USGS Mineral Commodity Summaries
2026.  A row that is not found is an error, never a gap.
"""
import csv
import os
import sys

YEAR = '2024'
POUND, OUNCE = 0.45359237, 0.0311034768  # kilograms
# commodity, chapter, words of the detail, USD per unit printed, kilograms of content per unit printed, note
ROWS = [
    ('aluminium', 'ALUMINUM', 'ingot', 0.01, POUND, 'metal, US market'),
    ('antimony', 'ANTIMONY', 'metal, average', 1, POUND, 'metal'),
    ('bismuth', 'BISMUTH', 'average, dollars per pound', 1, POUND, 'metal'),
    ('cobalt', 'COBALT', 'London Metal Exchange', 1, POUND, 'metal, LME cash'),
    ('copper', 'COPPER', 'London Metal Exchange', 0.01, POUND, 'metal, LME cash'),
    ('gallium', 'GALLIUM', 'unit value of imports', 1, 1, 'metal, unit value of US imports'),
    ('germanium', 'GERMANIUM', 'Germanium metal', 1, 1, 'metal, European price'),
    ('graphite', 'GRAPHITE (NATURAL)', 'Flake', 1, 1000, 'flake, gross, unit value of US imports'),
    ('indium', 'INDIUM', 'Rotterdam', 1, 1, 'metal, Rotterdam'),
    ('lithium', 'LITHIUM', 'battery-grade lithium carbonate', 1, 187.87, 'carbonate: 0.18787 Li'),
    ('magnesium', 'MAGNESIUM METAL', 'European free market', 1, 1000, 'metal, Europe'),
    ('manganese', 'MANGANESE', 'manganese content', 1, 10, 'ore, China: a unit is 10 kg Mn'),
    ('molybdenum', 'MOLYBDENUM', 'dollars per kilogram', 1, 1, 'content of oxide'),
    ('nickel', 'NICKEL', 'Dollars per metric ton', 1, 1000, 'metal, LME cash'),
    ('niobium', 'NIOBIUM (COLUMBIUM)', 'ferroniobium', 1, 0.65, 'ferroniobium, at 65 % Nb'),
    ('palladium', 'PLATINUM-GROUP METALS', 'Palladium', 1, OUNCE, 'metal'),
    ('platinum', 'PLATINUM-GROUP METALS', 'Platinum', 1, OUNCE, 'metal'),
    ('rare_earths_magnet', 'RARE EARTHS', 'Neodymium oxide', 1, 0.8574, 'neodymium oxide: 0.8574 Nd'),
    ('silicon', 'SILICON', 'Silicon metal', 0.01, POUND, 'metal, US market'),
    ('tantalum', 'TANTALUM', 'tantalite', 1, 0.8190, 'content of tantalite: 0.8190 Ta in Ta2O5'),
    ('tellurium', 'TELLURIUM', 'Europe', 1, 1, 'metal, Europe'),
    ('tin', 'TIN', 'London Metal Exchange', 0.01, POUND, 'metal, LME cash'),
    ('titanium', 'TITANIUM AND TITANIUM DIOXIDE', 'dollars per kilogram', 1, 1, 'sponge, US imports'),
    ('tungsten', 'TUNGSTEN', 'Rotterdam', 1, 7.9301, 'concentrate: a unit is 10 kg WO3, 0.79301 W'),
    ('vanadium', 'VANADIUM', 'pentoxide', 1, POUND * 0.5602, 'pentoxide: 0.5602 V'),
    ('zinc', 'ZINC', 'London Metal Exchange', 0.01, POUND, 'metal, LME cash'),
    ('zirconium', 'ZIRCONIUM AND HAFNIUM', 'Premium grade', 1, 1000, 'zircon, gross'),
]
SOURCE = 'USGS Mineral Commodity Summaries 2026, salient statistics, 2024'


def main():
    path = os.path.join(sys.argv[1], 'raw', 'usgs', 'MCS2026_Commodities_Data.csv')
    with open(path, newline='', encoding='latin-1') as f:
        prices = [r for r in csv.DictReader(f) if r['Statistics'] == 'Price' and r['Year'] == YEAR]
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow(['commodity', 'stage', 'country', 'factor', 'key', 'value', 'low', 'high', 'unit', 'year', 'source'])
    for commodity, chapter, words, usd, kilograms, note in ROWS:
        found = [r for r in prices if r['MCS chapter'].strip() == chapter and words in r['Statistics_detail']]
        assert len(found) == 1, (commodity, [r['Statistics_detail'] for r in found])
        value = float(found[0]['Value'].replace(',', '')) * usd / kilograms
        w.writerow([commodity, '', '', 'price', '', f'{value:.5g}', '', '', 'USD/kg', YEAR, f'{SOURCE}: {note}'])


if __name__ == '__main__':
    main()
