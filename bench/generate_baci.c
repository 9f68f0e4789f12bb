/* generate_baci.c - a year of trade as CEPII BACI lays it out, made up.  Same arguments, same
 * file.
 *
 *     generate_baci FILE ROWS SEED
 *
 * Rows t,i,j,k,v,q: as many products (six digits, sorted) as make 11 million rows of about
 * 5,000 products and 230 countries, each pair of countries once a product; values from 0.001
 * thousand USD on with a heavy tail, quantities missing in one row of 30, padded with blanks as
 * BACI pads them.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static uint64_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static double next_uniform(void)
{
    return (double)(next_random() >> 11) / 9007199254740992.0;
}

/* ISO 3166-1 numeric, the first 230 of them. */
static const short country[] = {
    4,   8,   10,  12,  16,  20,  24,  28,  31,  32,  36,  40,  44,  48,  50,  51,  52,  56,
    60,  64,  68,  70,  72,  74,  76,  84,  86,  90,  92,  96,  100, 104, 108, 112, 116, 120,
    124, 132, 136, 140, 144, 148, 152, 156, 158, 162, 166, 170, 174, 175, 178, 180, 184, 188,
    191, 192, 196, 203, 204, 208, 212, 214, 218, 222, 226, 231, 232, 233, 234, 238, 239, 242,
    246, 248, 250, 254, 258, 260, 262, 266, 268, 270, 275, 276, 288, 292, 296, 300, 304, 308,
    312, 316, 320, 324, 328, 332, 334, 336, 340, 344, 348, 352, 356, 360, 364, 368, 372, 376,
    380, 384, 388, 392, 398, 400, 404, 408, 410, 414, 417, 418, 422, 426, 428, 430, 434, 438,
    440, 442, 446, 450, 454, 458, 462, 466, 470, 474, 478, 480, 484, 492, 496, 498, 499, 500,
    504, 508, 512, 516, 520, 524, 528, 531, 533, 534, 535, 540, 548, 554, 558, 562, 566, 570,
    574, 578, 580, 581, 583, 584, 585, 586, 591, 598, 600, 604, 608, 612, 616, 620, 624, 626,
    630, 634, 638, 642, 643, 646, 652, 654, 659, 660, 662, 663, 666, 670, 674, 678, 682, 686,
    688, 690, 694, 702, 703, 704, 705, 706, 710, 716, 724, 728, 729, 732, 740, 744, 748, 752,
    756, 760, 762, 764, 768, 772, 776, 780, 784, 788, 792, 795, 796, 798};

enum { COUNTRIES = sizeof country / sizeof country[0], ROWS_A_PRODUCT = 2200 };

static void write_product(FILE *file, unsigned product, size_t rows)
{
    const unsigned pairs = COUNTRIES * COUNTRIES, step = 22963; /* no factor of the pairs */
    unsigned at = (unsigned)(next_random() % pairs);

    for (size_t r = 0; r < rows;) {
        const unsigned exporter = at / COUNTRIES, importer = at % COUNTRIES;
        const double value = exp(10 * next_uniform()) / 1000 + next_uniform();
        at = (at + step) % pairs;
        if (exporter == importer)
            continue;
        r++;
        fprintf(file, "2023,%d,%d,%06u,%.3f,", country[exporter], country[importer], product,
                value);
        if (next_random() % 30 == 0)
            fprintf(file, "           NA\n");
        else
            fprintf(file, "%.3f\n", value * exp(4 * next_uniform() - 2));
    }
}

int main(int argc, char **argv)
{
    FILE *file = argc == 4 ? fopen(argv[1], "w") : NULL;
    size_t left = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;

    if (file == NULL) {
        fprintf(stderr, "usage: generate_baci FILE ROWS SEED\n");
        return 2;
    }
    state = strtoul(argv[3], NULL, 10) * 0x9e3779b97f4a7c15u + 1;
    fprintf(file, "t,i,j,k,v,q\n");
    for (unsigned product = 10121; left > 0; product += 197) {
        const size_t rows = left < ROWS_A_PRODUCT ? left : ROWS_A_PRODUCT;
        write_product(file, product % 1000000, rows);
        left -= rows;
    }
    if (ferror(file) || fclose(file) != 0) {
        perror("generate_baci");
        return 1;
    }
    return 0;
}
