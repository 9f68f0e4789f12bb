#!/usr/bin/env python3
"""Compile countries.csv: ISO 3166 codes, a short English name, other spellings.

usage: compile.py SHARED_DATA_DIR > countries.csv
"""
import csv
import os
import sys

# iso3 -> short name | other spellings seen in trade, production and policy tables
MORE = {
    'ARE': 'United Arab Emirates|UAE|U.A.E.|Utd. Arab Emirates', 'BIH': 'Bosnia and Herzegovina|Bosnia Herzegovina|Bosnia & Herzegovina|Bosnia-Herzegovina|Bosnia|Bosnia Herzegov.',
    'BOL': 'Bolivia|Bolivia, Plurinational State of|Bolivia (Plurinational State of)', 'BRA': 'Brazil|Brasil|Brasilia',
    'BRN': 'Brunei|Brunei Darussalam', 'CAF': 'Central African Republic|Central African Rep.|Central African Rep',
    'CHN': 'China|China, Mainland|Mainland China|PRC|P.R. China|China, P.R.|China (mainland)', 'CIV': "Côte d'Ivoire|Cote d'Ivoire|Ivory Coast",
    'COD': 'DR Congo|DRC|D.R. Congo|Congo D.R.|Congo, D.R.|Congo DR|Congo, DR|Dem. Rep. of the Congo|Dem. Rep. Congo|Democratic Republic of the Congo|Congo (Kinshasa)|Congo, Democratic Republic of the|Congo, The Democratic Republic of the|Congo, Dem. Rep.|Zaire|République démocratique du Congo|ZAR|Congo, Dem. Rep. of the|Congo-Kinshasa|Kinshasa',
    'COG': 'Congo|Republic of the Congo|Congo (Brazzaville)|Congo, Rep.|Congo, Republic of the', 'CPV': 'Cabo Verde|Cape Verde',
    'CUW': 'Curaçao|Curacao', 'CZE': 'Czechia|Czech Republic|Czech Rep.|Czech', 'DOM': 'Dominican Republic|Dominican Rep.',
    'EGY': 'Egypt|Egypt, Arab Rep.', 'FLK': 'Falkland Islands|Falkland Islands (Malvinas)|Falkland Islands (Islas Malvinas)', 'FSM': 'Micronesia|Micronesia, Federated States of|Fed. States of Micronesia|FS Micronesia',
    'GBR': 'United Kingdom|UK|U.K.|Great Britain|Britain|United Kingdom of Great Britain and Northern Ireland', 'GMB': 'Gambia|The Gambia|Gambia, The',
    'HKG': 'Hong Kong|Hong Kong SAR|China, Hong Kong SAR|Hong Kong, China|Hong Kong SAR, China', 'IRN': 'Iran|Iran, Islamic Republic of|Iran, Islamic Rep.|Iran (Islamic Republic of)|Islamic Republic of Iran',
    'KGZ': 'Kyrgyzstan|Kyrgyz Republic', 'KOR': 'South Korea|Korea|ROK|Republic of Korea|Rep. of Korea|Korea, Republic of|Korea, Rep.|Korea, South|Korea (Republic of)|S. Korea|South Korea (Republic of)|Korea, Rep. of|Korea Republic of',
    'LAO': "Laos|Lao PDR|Lao People's Democratic Republic|Lao People's Dem. Rep.|Lao P.D.R.|Lao", 'LBY': 'Libya|Libyan Arab Jamahiriya',
    'MAC': 'Macao|Macau|China, Macao SAR|Macao SAR, China|Macao SAR', 'MDA': 'Moldova|Republic of Moldova|Moldova, Republic of|Rep. of Moldova',
    'MKD': 'North Macedonia|Macedonia|FYR Macedonia|TFYR of Macedonia|The former Yugoslav Republic of Macedonia|Republic of North Macedonia', 'MMR': 'Myanmar|Burma|Myanmar (Burma)|Burma (Myanmar)|BUR|Birma',
    'NCL': 'New Caledonia', 'NLD': 'Netherlands|The Netherlands|Holland|Netherlands, Kingdom of the', 'PRK': 'North Korea|DPRK|Korea, North|Dem. People\'s Rep. of Korea|Democratic People\'s Republic of Korea|Korea, Democratic People\'s Republic of|Korea, Dem. People\'s Rep.|Korea, Dem. Rep.|N. Korea|Dem. People\'s Republic of Korea|Korea, D.P.R. of',
    'PSE': 'Palestine|State of Palestine|Palestine, State of|West Bank and Gaza|Occupied Palestinian Territory|WBG|Palestinian Territories', 'ROU': 'Romania|Rumania|ROM',
    'RUS': 'Russia|Russian Federation|Russian Fed.', 'SRB': 'Serbia|Serbia, Republic of', 'STP': 'Sao Tome and Principe|São Tomé and Príncipe|St. Tome and Principe', 'SVK': 'Slovakia|Slovak Republic',
    'SWZ': 'Eswatini|Swaziland', 'SYR': 'Syria|Syrian Arab Republic', 'TLS': 'Timor-Leste|East Timor|TMP|Timor Leste',
    'TUR': 'Türkiye|Turkey|Turkyie|Turkiye|Republic of Türkiye|Turkey (Türkiye)|Turkey (Turkiye)', 'TWN': 'Taiwan|Chinese Taipei|Taiwan, Province of China|Taiwan, China|Other Asia, nes|Other Asia, not elsewhere specified|S19|Taiwan (China)|Taipei, Chinese',
    'TZA': 'Tanzania|United Rep. of Tanzania|United Republic of Tanzania|Tanzania, United Republic of', 'USA': 'United States|US|U.S.|U.S.A.|United States of America|USA, Puerto Rico and US Virgin Islands|United States (incl. Puerto Rico)',
    'VAT': 'Holy See|Vatican|Vatican City|Holy See (Vatican City State)', 'VCT': 'Saint Vincent and the Grenadines|St. Vincent and the Grenadines', 'VEN': 'Venezuela|Venezuela, Bolivarian Republic of|Venezuela, RB|Venezuela (Bolivarian Republic of)',
    'VGB': 'British Virgin Islands|Virgin Islands, British|Br. Virgin Isds', 'VIR': 'US Virgin Islands|Virgin Islands, U.S.', 'VNM': 'Viet Nam|Vietnam|Socialist Republic of Vietnam|Fmr Rep. of Vietnam|Fmr Dem. Rep. of Vietnam', 'YEM': 'Yemen|Yemen, Rep.|Yemen, Republic of|Fmr Arab Rep. of Yemen',
    'KNA': 'Saint Kitts and Nevis|St. Kitts and Nevis', 'LCA': 'Saint Lucia|St. Lucia', 'BHS': 'Bahamas|The Bahamas|Bahamas, The', 'SHN': 'Saint Helena|Saint Helena, Ascension and Tristan da Cunha',
    'MAF': 'Saint Martin|Saint Martin (French part)', 'SXM': 'Sint Maarten|Sint Maarten (Dutch part)', 'BES': 'Bonaire|Bonaire, Sint Eustatius and Saba',
    'SLB': 'Solomon Islands|Solomon Isds', 'MHL': 'Marshall Islands|Marshall Isds', 'CYM': 'Cayman Islands|Cayman Isds', 'COK': 'Cook Islands|Cook Isds', 'TCA': 'Turks and Caicos Islands|Turks and Caicos Isds',
    'CHE': 'Switzerland|Switzerland, Liechtenstein|Switzerland-Liechtenstein|Switzerland and Liechtenstein', 'NOR': 'Norway|Norway, Svalbard and Jan Mayen', 'FRA': 'France|France, Monaco|France (incl. Monaco)|France and Monaco|France, metropolitan', 'IND': 'India|India (excluding Sikkim)|India, excl. Sikkim', 'SSD': 'South Sudan', 'GUF': 'French Guiana|Guyane',
    'REU': 'Réunion|Reunion', 'BLM': 'Saint Barthélemy|Saint Barthelemy|Saint-Barthélemy', 'ALA': 'Åland Islands|Aland Islands', 'DEU': 'Germany|Fed. Rep. of Germany|Germany, Federal Republic of|Germany, Fed. Rep. of|Federal Republic of Germany|Fmr Fed. Rep. of Germany|West Germany|FRG', 'ZAF': 'South Africa|S. Africa|So. African Customs Union|Republic of South Africa|Southern African Customs Union|ZA1|RSA|South Africa, Republic of',
    'PNG': 'Papua New Guinea|Papua N. Guinea', 'TTO': 'Trinidad and Tobago|Trinidad & Tobago|Trinidad', 'AND': 'Andorra|ADO', 'GNQ': 'Equatorial Guinea|Eq. Guinea', 'NZL': 'New Zealand|N. Zealand', 'PYF': 'French Polynesia|Fr. Polynesia', 'WLF': 'Wallis and Futuna|Wallis and Futuna Isds', 'FRO': 'Faroe Islands|Faeroe Isds|Faroe Isds', 'GRL': 'Greenland|Kalaallit Nunaat', 'MNP': 'Northern Mariana Islands|N. Mariana Isds', 'IOT': 'British Indian Ocean Territory|Br. Indian Ocean Terr.', 'ATF': 'French Southern Territories|Fr. South Antarctic Terr.', 'CCK': 'Cocos (Keeling) Islands|Cocos Islands|Cocos Isds', 'CXR': 'Christmas Island|Christmas Isds', 'NFK': 'Norfolk Island|Norfolk Isds', 'HMD': 'Heard Island and McDonald Islands|Heard Island and McDonald Isds', 'BVT': 'Bouvet Island|Bouvet Island (Norway)', 'SGS': 'South Georgia and the South Sandwich Islands|South Georgia and the South Sandwich Isds', 'UMI': 'United States Minor Outlying Islands|United States Minor Outlying Isds', 'ATA': 'Antarctica|Br. Antarctic Terr.', 'SPM': 'Saint Pierre and Miquelon|St. Pierre and Miquelon', 'ESH': 'Western Sahara|W. Sahara', 'KAZ': 'Kazakhstan|Kazakstan', 'UZB': 'Uzbekistan|Uzbekstan', 'KHM': 'Cambodia|Kampuchea', 'LKA': 'Sri Lanka|Ceylon', 'BFA': 'Burkina Faso|Upper Volta', 'BEN': 'Benin|Dahomey', 'ZMB': 'Zambia|Northern Rhodesia', 'ZWE': 'Zimbabwe|Southern Rhodesia|Rhodesia', 'BLR': 'Belarus|Byelorussia|Belorussia', 'GNB': 'Guinea-Bissau|Guinea Bissau', 'SDN': 'Sudan|Fmr Sudan', 'ETH': 'Ethiopia|Fmr Ethiopia', 'PAK': 'Pakistan|East and West Pakistan', 'PAN': 'Panama|Fmr Panama, excl.Canal Zone', 'BEL': 'Belgium|Belgium-Luxembourg|BLX', 'PHL': 'Philippines|Phillipines|Philippine Islands', 'COL': 'Colombia|Columbia', 'JPN': 'Japan|Nippon', 'GRC': 'Greece|Hellas', 'MRT': 'Mauritania|Mauretania', 'SAU': 'Saudi Arabia', 'IDN': 'Indonesia', 'NAM': 'Namibia|South West Africa',
}
# user-assigned code, not in ISO 3166-1 but in use
EXTRA = [('XKX', 'XK', '', 'Kosovo|Kosovo (UNSCR 1244)|KSV')]
# numbers that UN Comtrade and BACI use for areas whose ISO number differs; they have no column of their own
COMTRADE = {'USA': '842|841', 'FRA': '251', 'IND': '699', 'CHE': '757', 'NOR': '579', 'ITA': '381', 'TWN': '490', 'BEL': '58', 'DEU': '280', 'SDN': '736',
            'ETH': '230', 'PAN': '590|592', 'PAK': '588', 'YEM': '886|720', 'VNM': '868|866', 'ZAF': '711', 'TZA': '835|836', 'KNA': '658', 'MYS': '457|459|461'}


def main():
    data = sys.argv[1]
    rows = []
    with open(os.path.join(data, 'iso3166.csv'), encoding='utf-8', newline='') as f:
        for r in csv.DictReader(f):
            name, *aliases = MORE.get(r['iso3'], r['name']).split('|')
            if r['name'] != name and r['name'] not in aliases:
                aliases.append(r['name'])
            rows.append([r['iso3'], r['iso2'], r['numeric'], name, '|'.join(aliases), COMTRADE.get(r['iso3'], '')])
    for iso3, iso2, numeric, names in EXTRA:
        name, *aliases = names.split('|')
        rows.append([iso3, iso2, numeric, name, '|'.join(aliases), ''])
    w = csv.writer(sys.stdout, lineterminator='\n')
    w.writerow(['iso3', 'iso2', 'numeric', 'name', 'aliases', 'comtrade'])
    w.writerows(sorted(rows))


if __name__ == '__main__':
    main()
