/* sha256.c - SHA-256 by nettle, which uses the processor's own instructions for it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <nettle/sha2.h>

#include "datasets/bytes_private.h"
#include "graph/memory.h"

enum { STEP = 1 << 20, WORTH = 4 << 20 };

struct sn_hashing {
    pthread_t thread;
    const char *data;
    size_t size;
    atomic_bool unwanted;
    char hex[65];
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

static void *hash_on_the_side(void *context)
{
    struct sn_hashing *h = context;
    struct sha256_ctx hash;

    sha256_init(&hash);
    for (size_t at = 0; at < h->size && !atomic_load(&h->unwanted);) {
        const size_t some = h->size - at < STEP ? h->size - at : STEP;
        sha256_update(&hash, some, (const uint8_t *)h->data + at);
        at += some;
    }
    write_hex(&hash, h->hex);
    return NULL;
}

struct sn_hashing *sn_hashing_start(const char *data, size_t size)
{
    struct sn_hashing *h = NULL;

    if (size >= WORTH && sn_threads() > 1)
        h = malloc(sizeof *h);
    if (h == NULL)
        return NULL;
    h->data = data;
    h->size = size;
    atomic_init(&h->unwanted, false);
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
    if (hex == NULL)
        atomic_store(&hashing->unwanted, true);
    (void)pthread_join(hashing->thread, NULL);
    if (hex != NULL)
        for (size_t k = 0; k < sizeof hashing->hex; k++)
            hex[k] = hashing->hex[k];
    free(hashing);
}
