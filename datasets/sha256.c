/* sha256.c - SHA-256 by nettle, which uses the processor's own instructions for it.
 *
 * The hash of a large file is made on the side, by a thread that takes what processor time the
 * others leave; who wants it before it is ready makes the rest of it in its own time.
 */
#define _GNU_SOURCE /* gettid */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "datasets/bytes_private.h"
#include "graph/memory.h"

enum { STEP = 1 << 20, WORTH = 4 << 20 };

struct sn_hashing {
    pthread_t thread;
    const uint8_t *data;
    size_t size, done; /* bytes; done belongs to the thread until it has been joined */
    struct sha256_ctx hash;
    atomic_bool stop;
};

static void write_hex(struct sha256_ctx *hash, char hex[65])
{
    static const char digit[] = "0123456789abcdef";
    uint8_t sum[SHA256_DIGEST_SIZE];

    sha256_digest(hash, sizeof sum, sum);
    for (size_t k = 0; k < sizeof sum; k++) {
        hex[2 * k] = digit[sum[k] >> 4];
        hex[2 * k + 1] = digit[sum[k] & 15];
    }
    hex[64] = '\0';
}

void sn_sha256_hex(const void *data, size_t size, char hex[65])
{
    struct sha256_ctx hash;

    sha256_init(&hash);
    sha256_update(&hash, size, data);
    write_hex(&hash, hex);
}

static void step(struct sn_hashing *h)
{
    const size_t left = h->size - h->done, some = left < STEP ? left : STEP;

    sha256_update(&h->hash, some, h->data + h->done);
    h->done += some;
}

static void *hash_on_the_side(void *context)
{
    struct sn_hashing *h = context;

    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), 19); /* of this thread only */
    while (h->done < h->size && !atomic_load(&h->stop))
        step(h);
    return NULL;
}

struct sn_hashing *sn_hashing_start(const char *data, size_t size)
{
    struct sn_hashing *h = NULL;

    if (size >= WORTH && sn_threads() > 1)
        h = malloc(sizeof *h);
    if (h == NULL)
        return NULL;
    h->data = (const uint8_t *)data;
    h->size = size;
    h->done = 0;
    sha256_init(&h->hash);
    atomic_init(&h->stop, false);
    if (pthread_create(&h->thread, NULL, hash_on_the_side, h) != 0) {
        free(h);
        return NULL;
    }
    return h;
}

void sn_hashing_end(struct sn_hashing *hashing, char hex[65])
{
    if (hashing == NULL)
        return;
    atomic_store(&hashing->stop, true);
    (void)pthread_join(hashing->thread, NULL);
    while (hex != NULL && hashing->done < hashing->size)
        step(hashing);
    if (hex != NULL)
        write_hex(&hashing->hash, hex);
    free(hashing);
}
