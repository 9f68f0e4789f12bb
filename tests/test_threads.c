/* test_threads.c - the shared library asked by several threads at once; under the thread
 * sanitizer (preset tsan) also whether they were kept apart. */
#include "sn_test.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/supplynet.h"

enum { THREADS = 4, ROUNDS = 3 };

typedef struct {
    const supplynet_network *net;
    int number, code;
    double loss, added;
    char *text, *own, message[200];
} question;

static int add(void *context, const char *id, const char *commodity, const supplynet_loss *loss)
{
    (void)id;
    (void)commodity;
    if (!isnan(loss->loss))
        *(double *)context += loss->loss;
    return 0;
}

/* Everything that a program does with a network, and a mistake that is this thread's own. */
static void *ask(void *context)
{
    question *q = context;
    const char *words[] = {"whatif", "--remove", "COD"};
    char name[20];
    supplynet_loss loss = {0};
    double first = NAN;

    for (int round = 0; round < ROUNDS; round++) {
        double added = 0;

        q->code |= supplynet_whatif(q->net, "COD", NULL, 1, &loss, NULL);
        q->code |= supplynet_sweep(q->net, "country", add, &added);
        first = round == 0 ? added : first;
        q->code |= added != first || supplynet_node_count(q->net) == 0;
    }
    q->loss = loss.loss;
    q->added = first;
    q->code |= supplynet_answer(q->net, 3, words, &q->text);
    if (q->number % 2 == 1) { /* a network of its own */
        supplynet_network *mine = NULL;
        q->code |= supplynet_load("critical-minerals-2024", "gallium", &mine);
        q->code |=
            supplynet_answer(mine, 3, (const char *[]){"concentration", "--top", "2"}, &q->own);
        supplynet_close(mine);
    }
    (void)snprintf(name, sizeof name, "nobody-%d", q->number);
    q->code |= supplynet_whatif(q->net, name, NULL, 1, NULL, NULL) != SUPPLYNET_USAGE;
    (void)snprintf(q->message, sizeof q->message, "%s", supplynet_error());
    return NULL;
}

static void threads__get_the_answers_of_one_thread(void **state)
{
    supplynet_network *net = NULL;
    question q[THREADS + 1] = {{0}}; /* the last: asked alone, first */
    pthread_t thread[THREADS];
    int told = 0, same = 0, own = 0;
    (void)state;

    assert_int_equal(supplynet_load("critical-minerals-2024", "cobalt", &net), SUPPLYNET_DONE);
    for (int k = 0; k <= THREADS; k++)
        q[k] = (question){.net = net, .number = k};
    (void)ask(&q[THREADS]);
    for (int k = 0; k < THREADS; k++)
        if (pthread_create(&thread[k], NULL, ask, &q[k]) != 0)
            abort();
    for (int k = 0; k < THREADS; k++)
        (void)pthread_join(thread[k], NULL);
    for (int k = 0; k < THREADS; k++) {
        char name[20];
        (void)snprintf(name, sizeof name, "nobody-%d", k);
        told += strstr(q[k].message, name) != NULL; /* its own mistake, not another thread's */
        /* The first lines name schema and tool; the times of a run stand at the end. */
        same += q[k].text != NULL && q[k].code == 0 && q[k].loss == q[THREADS].loss &&
                q[k].added == q[THREADS].added && strncmp(q[k].text, q[THREADS].text, 400) == 0;
        own += q[k].own != NULL;
    }
    for (int k = 0; k <= THREADS; k++) {
        supplynet_free(q[k].text);
        supplynet_free(q[k].own);
    }
    supplynet_close(net);
    assert_int_equal(q[THREADS].code, 0);
    assert_true(q[THREADS].loss > 0 && q[THREADS].added > q[THREADS].loss);
    assert_int_equal(same, THREADS);
    assert_int_equal(told, THREADS);
    assert_int_equal(own, THREADS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads__get_the_answers_of_one_thread)};

    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
