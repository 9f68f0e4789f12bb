/* csv_feed.c - a thread unpacks the next window while the last one is scanned.
 *
 * Two blocks of memory change hands: the thread fills one with fresh text while the reader
 * works in the other.  Before the fresh text of each there is room for what the reader keeps of
 * its last window, the row that was cut in two.
 *
 * Whether a text is UTF-8 is known for all of it or not at all.  As long as only ASCII comes
 * that does not matter; at the first byte beyond it the whole input is unpacked once more, to
 * look.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "datasets/bytes_private.h"
#include "datasets/csv_private.h"

size_t sn_csv_window = SN_CSV_WINDOW;

enum { KEPT = (int)SN_CSV_LONGEST_ROW + 64 };

typedef enum { ASCII_SO_FAR, UTF_8, CP1252 } encoding;

/* A block of memory: KEPT bytes, then the fresh ones. */
typedef struct {
    char *memory;
    size_t size; /* fresh bytes */
    bool is_full, is_last;
    sn_status status;
    sn_error reason;
} block;

struct sn_csv_feed {
    sn_csv *csv;
    sn_unpacker *unpacker;
    block block[2];
    size_t window;   /* most fresh bytes of a block */
    size_t taken;    /* windows that were taken: the next one comes from block[taken % 2] */
    uint64_t offset; /* of the next fresh byte */
    encoding encoding;
    char *converted; /* the last window, where it had to be converted */

    pthread_t thread;
    bool is_running, is_closing;
    pthread_mutex_t lock;
    pthread_cond_t changed;
};

static void fill(sn_csv_feed *feed, block *b)
{
    b->reason = (sn_error){0};
    b->size = 0;
    b->status =
        sn_unpacker_read(feed->unpacker, b->memory + KEPT, feed->window, &b->size, &b->reason);
    b->is_last = b->size < feed->window || b->status != SN_OK;
}

static void *unpack_ahead(void *context)
{
    sn_csv_feed *feed = context;
    bool go_on = true;

    for (size_t k = 0; go_on; k++) {
        block *b = &feed->block[k % 2];
        (void)pthread_mutex_lock(&feed->lock);
        while (b->is_full && !feed->is_closing)
            (void)pthread_cond_wait(&feed->changed, &feed->lock);
        go_on = !feed->is_closing;
        (void)pthread_mutex_unlock(&feed->lock);
        if (!go_on)
            break;
        fill(feed, b);
        go_on = !b->is_last;
        (void)pthread_mutex_lock(&feed->lock);
        b->is_full = true;
        (void)pthread_cond_signal(&feed->changed);
        (void)pthread_mutex_unlock(&feed->lock);
    }
    return NULL;
}

sn_status sn_csv_feed_open(sn_csv *csv, sn_csv_feed **out_feed, sn_error *err)
{
    sn_csv_feed *feed = calloc(1, sizeof *feed);
    sn_status status = SN_OK;

    SN_TRY_ALLOC(feed, "a table");
    feed->csv = csv;
    feed->window = sn_csv_window;
    (void)pthread_mutex_init(&feed->lock, NULL);
    (void)pthread_cond_init(&feed->changed, NULL);
    for (int b = 0; b < 2; b++) {
        feed->block[b].memory = malloc(KEPT + feed->window);
        SN_TRY_ALLOC(feed->block[b].memory, "a table");
    }
    SN_TRY(sn_unpacker_open(csv->bytes, &feed->unpacker, err));
    feed->is_running = pthread_create(&feed->thread, NULL, unpack_ahead, feed) == 0;
    *out_feed = feed;
    feed = NULL;
out:
    sn_csv_feed_close(feed);
    return status;
}

void sn_csv_feed_close(sn_csv_feed *feed)
{
    if (feed == NULL)
        return;
    if (feed->is_running) {
        (void)pthread_mutex_lock(&feed->lock);
        feed->is_closing = true;
        (void)pthread_cond_signal(&feed->changed);
        (void)pthread_mutex_unlock(&feed->lock);
        (void)pthread_join(feed->thread, NULL);
    }
    (void)pthread_mutex_destroy(&feed->lock);
    (void)pthread_cond_destroy(&feed->changed);
    sn_unpacker_close(feed->unpacker);
    free(feed->block[0].memory);
    free(feed->block[1].memory);
    free(feed->converted);
    free(feed);
}

/* Take the next block; the one before it goes back to the thread. */
static block *take(sn_csv_feed *feed)
{
    block *b = &feed->block[feed->taken % 2];

    if (!feed->is_running) { /* no thread to be had: do it here */
        fill(feed, b);
    } else {
        (void)pthread_mutex_lock(&feed->lock);
        while (!b->is_full)
            (void)pthread_cond_wait(&feed->changed, &feed->lock);
        (void)pthread_mutex_unlock(&feed->lock);
    }
    feed->taken++;
    return b;
}

static void give_back(sn_csv_feed *feed, block *b)
{
    (void)pthread_mutex_lock(&feed->lock);
    b->is_full = false;
    (void)pthread_cond_signal(&feed->changed);
    (void)pthread_mutex_unlock(&feed->lock);
}

/* How much of the end of a text is the beginning of a character: at most 3 bytes. */
static size_t cut_character(const char *text, size_t size)
{
    size_t cut = 0;

    while (cut < 3 && cut < size && ((unsigned char)text[size - cut - 1] & 0xc0) == 0x80)
        cut++;
    return cut < size && (unsigned char)text[size - cut - 1] >= 0xc0 ? cut + 1 : 0;
}

/* Unpack all of it once more: is it UTF-8, and if not, on which line is it not? */
static sn_status settle_encoding(sn_csv_feed *feed, sn_error *err)
{
    enum { PIECE = 1 << 20, CARRIED = 4 };
    sn_unpacker *again = NULL;
    char *text = malloc(CARRIED + PIECE);
    size_t lines = 1, carried = 0, got = PIECE;
    sn_status status = SN_OK;

    SN_TRY_ALLOC(text, "a table");
    SN_TRY(sn_unpacker_open(feed->csv->bytes, &again, err));
    while (got == PIECE) {
        SN_TRY(sn_unpacker_read(again, text + carried, PIECE, &got, err));
        const size_t all = carried + got, cut = got == PIECE ? cut_character(text, all) : 0;
        const size_t size = all - cut, valid = sn_csv_utf8_length(text, size);
        for (size_t i = 0; i < valid; i++)
            lines += text[i] == '\n';
        if (valid < size) {
            feed->encoding = CP1252;
            feed->csv->not_utf8_line = lines;
            goto out;
        }
        memmove(text, text + size, cut);
        carried = cut;
    }
    feed->encoding = UTF_8;
out:
    sn_unpacker_close(again);
    free(text);
    return status;
}

static bool is_ascii(const char *text, size_t size)
{
    unsigned char any = 0;

    for (size_t i = 0; i < size; i++)
        any |= (unsigned char)text[i];
    return any < 0x80;
}

/* The fresh bytes of a block as UTF-8 behind what is kept; in the block itself if they are. */
static sn_status assemble(sn_csv_feed *feed, block *b, const char *keep, size_t kept,
                          const char **text, size_t *size, sn_error *err)
{
    char *fresh = b->memory + KEPT, *converted;
    size_t length = b->size;
    static const char bom[] = "\xef\xbb\xbf";

    if (feed->offset == 0 && length >= 3 && memcmp(fresh, bom, 3) == 0) {
        fresh += 3;
        length -= 3;
    }
    if (feed->encoding == ASCII_SO_FAR && !is_ascii(fresh, length)) {
        const sn_status status = settle_encoding(feed, err);
        if (status != SN_OK)
            return status;
    }
    feed->offset += b->size;
    if (feed->encoding != CP1252) {
        if (kept > 0)
            memmove(fresh - kept, keep, kept);
        *text = fresh - kept;
        *size = kept + length;
        return SN_OK;
    }
    char *window = sn_csv_from_cp1252(fresh, length, &length);
    converted = window != NULL ? malloc(kept + length + 1) : NULL;
    if (converted != NULL) {
        if (kept > 0)
            memcpy(converted, keep, kept);
        memcpy(converted + kept, window, length);
    }
    free(window);
    free(feed->converted); /* `keep` may lie in it */
    feed->converted = converted;
    *text = converted;
    *size = kept + length;
    return converted != NULL ? SN_OK : sn_nomem(err, "a table");
}

sn_status sn_csv_feed_next(sn_csv_feed *feed, const char *keep, size_t kept, const char **text,
                           size_t *size, bool *more, sn_error *err)
{
    block *b = take(feed);
    sn_status status = SN_OK;

    if (b->status != SN_OK)
        return sn_fail(err, b->status, "%s", b->reason.message);
    const char *nul = memchr(b->memory + KEPT, '\0', b->size);
    if (nul != NULL)
        return sn_bytes_fail_nul(feed->csv->name,
                                 feed->offset + (uint64_t)(nul - (b->memory + KEPT)), err);
    SN_TRY(assemble(feed, b, keep, kept, text, size, err));
    *more = !b->is_last;
    if (feed->taken > 1) /* what is kept of the block before has been moved */
        give_back(feed, &feed->block[feed->taken % 2]);
out:
    return status;
}
