/* utf8.c - decoding and display width. */
#include "reports/utf8.h"

/* The well-formed sequences: lead bytes, what may follow them, and how many bytes follow. */
static const struct {
    unsigned char lead_first, lead_last, second_first, second_last;
    int following;
} sequences[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 1}, {0xE0, 0xE0, 0xA0, 0xBF, 2}, {0xE1, 0xEC, 0x80, 0xBF, 2},
    {0xED, 0xED, 0x80, 0x9F, 2}, {0xEE, 0xEF, 0x80, 0xBF, 2}, {0xF0, 0xF0, 0x90, 0xBF, 3},
    {0xF1, 0xF3, 0x80, 0xBF, 3}, {0xF4, 0xF4, 0x80, 0x8F, 3},
};

uint32_t sn_utf8_next(const char **text)
{
    const unsigned char *s = (const unsigned char *)*text;
    const unsigned char lead = *s;

    if (lead == 0)
        return 0;
    *text += 1;
    if (lead < 0x80)
        return lead;
    for (size_t k = 0; k < sizeof sequences / sizeof sequences[0]; k++) {
        unsigned char first = sequences[k].second_first, last = sequences[k].second_last;
        uint32_t point = lead & (0x3Fu >> sequences[k].following);

        if (lead < sequences[k].lead_first || lead > sequences[k].lead_last)
            continue;
        for (int i = 0; i < sequences[k].following; i++) {
            s++;
            if (*s < first || *s > last) /* a NUL too: the string is never left */
                return 0xFFFD;
            point = point << 6 | (*s & 0x3Fu);
            *text += 1;
            first = 0x80, last = 0xBF;
        }
        return point;
    }
    return 0xFFFD;
}

typedef struct {
    uint32_t first, last;
} range;

/* Blocks that consist of combining marks or of invisible signs; enough for names and notes. */
static const range invisible[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x2069},
    {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
};

/* Blocks of Unicode's EastAsianWidth.txt that are W or F nearly throughout. */
static const range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static int is_in(const range *ranges, size_t count, uint32_t point)
{
    for (size_t k = 0; k < count && point >= ranges[k].first; k++)
        if (point <= ranges[k].last)
            return 1;
    return 0;
}

unsigned sn_utf8_cells(uint32_t point)
{
    if (point < 0x0300)
        return 1;
    if (is_in(invisible, sizeof invisible / sizeof invisible[0], point))
        return 0;
    return is_in(wide, sizeof wide / sizeof wide[0], point) ? 2 : 1;
}

size_t sn_utf8_width(const char *text)
{
    size_t width = 0;

    for (uint32_t point; (point = sn_utf8_next(&text)) != 0;)
        width += sn_utf8_cells(point);
    return width;
}
