/* test_dict.c - texts and their codes. */
#include "sn_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graph/dict.h"

enum { MANY = 100000 };

static uint64_t random_state = 2385;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* A random text: often with a long beginning that others share, any bytes but NUL. */
static size_t random_text(char text[64])
{
    static const char *const beginning[] = {"", "F0000", "a common beginning of 26 b",
                                            "\xc3\xa9"};
    size_t length = (size_t)snprintf(text, 64, "%s", beginning[random_next() % 4]);
    const size_t more = random_next() % 12;

    for (size_t k = 0; k < more; k++)
        text[length++] = (char)(1 + random_next() % (random_next() % 2 ? 255 : 3));
    text[length] = '\0';
    return length;
}

struct many {
    sn_dict dict;
    char (*text)[64]; /* [MANY] what was added */
    int32_t *code;    /* [MANY] the code it got */
};

static int setup_many(void **state)
{
    struct many *m = calloc(1, sizeof *m);

    m->text = malloc(MANY * sizeof *m->text);
    m->code = malloc(MANY * sizeof *m->code);
    for (size_t k = 0; k < MANY; k++)
        if (sn_dict_add(&m->dict, m->text[k], random_text(m->text[k]), &m->code[k], NULL) !=
            SN_OK)
            return -1;
    *state = m;
    return 0;
}

static int teardown_many(void **state)
{
    struct many *m = *state;

    sn_dict_clear(&m->dict);
    free(m->text);
    free(m->code);
    free(m);
    return 0;
}

static size_t count_wrong_lookups(const struct many *m, const int32_t *rank)
{
    size_t wrong = 0;

    for (size_t k = 0; k < MANY; k++) {
        const int32_t expected = rank != NULL ? rank[m->code[k]] : m->code[k];
        wrong += sn_dict_find(&m->dict, m->text[k], strlen(m->text[k])) != expected;
        wrong += strcmp(sn_dict_text(&m->dict, expected), m->text[k]) != 0;
    }
    return wrong;
}

static void dict__finds_each_of_many_texts_by_its_code(void **state)
{
    const struct many *m = *state;

    assert_true(m->dict.count > MANY / 3 && m->dict.count < MANY); /* some texts come twice */
    assert_int_equal(count_wrong_lookups(m, NULL), 0);
}

static void dict__gives_codes_in_the_order_of_first_sight(void **state)
{
    const struct many *m = *state;
    int32_t next = 0;
    size_t wrong = 0;

    for (size_t k = 0; k < MANY; k++) {
        wrong += m->code[k] > next;
        next += m->code[k] == next;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(next, m->dict.count);
}

static void dict__does_not_find_what_was_never_added(void **state)
{
    const struct many *m = *state;
    sn_dict empty = {0};

    assert_int_equal(sn_dict_find(&m->dict, "never added, and longer than any", 32), SN_NONE);
    assert_int_equal(sn_dict_find(&empty, "x", 1), SN_NONE);
    assert_string_equal(sn_dict_text(&m->dict, SN_NONE), "");
}

static void order__is_that_of_strcmp(void **state)
{
    const struct many *m = *state;
    int32_t *rank = malloc((size_t)m->dict.count * sizeof *rank);
    const char **sorted = calloc((size_t)m->dict.count, sizeof *sorted);
    const sn_status status = sn_dict_order(&m->dict, rank, NULL);
    size_t wrong = 0;

    for (int32_t c = 0; status == SN_OK && c < m->dict.count; c++)
        sorted[rank[c]] = m->dict.text[c];
    for (int32_t c = 1; status == SN_OK && c < m->dict.count; c++)
        wrong += sorted[c] == NULL || strcmp(sorted[c - 1], sorted[c]) >= 0;
    free(rank);
    free(sorted);
    assert_int_equal(status, SN_OK);
    assert_int_equal(wrong, 0);
}

static void sort__keeps_every_lookup(void **state)
{
    struct many *m = *state;
    int32_t *rank = malloc((size_t)m->dict.count * sizeof *rank);
    sn_status status = sn_dict_order(&m->dict, rank, NULL);
    size_t wrong = 0;

    if (status == SN_OK)
        status = sn_dict_sort(&m->dict, rank, NULL);
    if (status == SN_OK)
        wrong = count_wrong_lookups(m, rank);
    for (size_t k = 0; k < MANY; k++) /* leave the state true for others */
        m->code[k] = rank[m->code[k]];
    free(rank);
    assert_int_equal(status, SN_OK);
    assert_int_equal(wrong, 0);
}

static void sort__lets_new_texts_follow(void **state)
{
    sn_dict dict = {0};
    int32_t rank[2], code[4];
    (void)state;

    (void)sn_dict_add(&dict, "b", 1, &code[0], NULL);
    (void)sn_dict_add(&dict, "a", 1, &code[1], NULL);
    (void)sn_dict_order(&dict, rank, NULL);
    (void)sn_dict_sort(&dict, rank, NULL);
    (void)sn_dict_add(&dict, "c", 1, &code[2], NULL);
    (void)sn_dict_add(&dict, "a", 1, &code[3], NULL);
    sn_dict_clear(&dict);
    assert_int_equal(rank[0], 1);
    assert_int_equal(code[2], 2);
    assert_int_equal(code[3], 0);
}

static void dict__holds_the_empty_text_like_any_other(void **state)
{
    sn_dict dict = {0};
    int32_t rank[3], empty, other, again;
    (void)state;

    (void)sn_dict_add(&dict, "zinc", 4, &other, NULL);
    (void)sn_dict_add(&dict, "", 0, &empty, NULL);
    (void)sn_dict_add(&dict, "", 0, &again, NULL);
    const int32_t found = sn_dict_find(&dict, "", 0);
    (void)sn_dict_order(&dict, rank, NULL);
    sn_dict_clear(&dict);
    assert_int_equal(empty, 1);
    assert_int_equal(again, 1);
    assert_int_equal(found, 1);
    assert_int_equal(rank[empty], 0);
}

static void dict__tells_a_text_from_its_beginning(void **state)
{
    static const char *const text[] = {"abcdefghi", "abcdefgh", "abcdefg", "abcdefghabcdefgh",
                                       "abcdefghabcdefghi"};
    static const int32_t expected[] = {4, 1, 0, 2, 3};
    sn_dict dict = {0};
    int32_t rank[5], code;
    (void)state;

    for (size_t k = 0; k < 5; k++)
        (void)sn_dict_add(&dict, text[k], strlen(text[k]), &code, NULL);
    (void)sn_dict_order(&dict, rank, NULL);
    sn_dict_clear(&dict);
    assert_memory_equal(rank, expected, sizeof rank);
}

static void order__of_an_empty_dictionary_is_empty(void **state)
{
    sn_dict dict = {0};
    int32_t rank[1] = {7};
    (void)state;

    const sn_status ordered = sn_dict_order(&dict, rank, NULL);
    const sn_status sorted = sn_dict_sort(&dict, rank, NULL);
    sn_dict_clear(&dict);
    assert_int_equal(ordered, SN_OK);
    assert_int_equal(sorted, SN_OK);
    assert_int_equal(rank[0], 7);
}

static void arena__keeps_texts_longer_than_a_block(void **state)
{
    sn_arena arena = {0};
    char *long_text = malloc(200001);
    (void)state;

    memset(long_text, 'x', 200000);
    long_text[200000] = '\0';
    const char *before = sn_arena_copy(&arena, "before", 6);
    const char *copy = sn_arena_copy(&arena, long_text, 200000);
    const char *after = sn_arena_copy(&arena, "after", 5);
    const int same = strcmp(before, "before") == 0 && strcmp(copy, long_text) == 0 &&
                     strcmp(after, "after") == 0;
    sn_arena_clear(&arena);
    free(long_text);
    assert_true(same);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dict__finds_each_of_many_texts_by_its_code),
        cmocka_unit_test(dict__gives_codes_in_the_order_of_first_sight),
        cmocka_unit_test(dict__does_not_find_what_was_never_added),
        cmocka_unit_test(order__is_that_of_strcmp),
        cmocka_unit_test(sort__keeps_every_lookup),
        cmocka_unit_test(sort__lets_new_texts_follow),
        cmocka_unit_test(dict__holds_the_empty_text_like_any_other),
        cmocka_unit_test(dict__tells_a_text_from_its_beginning),
        cmocka_unit_test(order__of_an_empty_dictionary_is_empty),
        cmocka_unit_test(arena__keeps_texts_longer_than_a_block),
    };
    return cmocka_run_group_tests_name("dict", tests, setup_many, teardown_many);
}
