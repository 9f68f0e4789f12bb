/* arena.h - many small strings, one free. */
#ifndef SN_GRAPH_ARENA_H
#define SN_GRAPH_ARENA_H

#include <stddef.h>

/** sn_arena - a bump allocator; zeroed it is empty and may be cleared.  Nothing is freed singly. */
typedef struct {
    struct sn_arena_block *block; /* newest first */
} sn_arena;

/**
 * sn_arena_copy - copy `length` bytes of `text` and a final NUL into the arena.
 *
 * Returns  the copy, which lives until sn_arena_clear; NULL when memory ran out.
 * Cost     O(length), amortised.
 */
const char *sn_arena_copy(sn_arena *arena, const char *text, size_t length);

/** sn_arena_clear - free every string of the arena and leave it empty. */
void sn_arena_clear(sn_arena *arena);

#endif /* SN_GRAPH_ARENA_H */
