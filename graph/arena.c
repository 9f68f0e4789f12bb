/* arena.c - blocks of bytes in a list; a string never spans two blocks. */
#include "graph/arena.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 - 64 };

struct sn_arena_block {
    struct sn_arena_block *next;
    size_t used, size;
    char bytes[];
};

static struct sn_arena_block *add_block(sn_arena *arena, size_t need)
{
    size_t size = need > BLOCK_BYTES ? need : BLOCK_BYTES;
    struct sn_arena_block *block = malloc(sizeof *block + size);

    if (block == NULL)
        return NULL;
    block->used = 0;
    block->size = size;
    block->next = arena->block;
    arena->block = block;
    return block;
}

const char *sn_arena_copy(sn_arena *arena, const char *text, size_t length)
{
    struct sn_arena_block *block = arena->block;

    if (block == NULL || block->size - block->used <= length)
        block = add_block(arena, length + 1);
    if (block == NULL)
        return NULL;
    char *copy = block->bytes + block->used;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    block->used += length + 1;
    return copy;
}

void sn_arena_clear(sn_arena *arena)
{
    struct sn_arena_block *block = arena->block;

    while (block != NULL) {
        struct sn_arena_block *next = block->next;
        free(block);
        block = next;
    }
    arena->block = NULL;
}
