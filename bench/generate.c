/* generate.c - a synthetic firm network (firms.h) as files.  Same arguments, same files.
 *
 *     generate FOLDER FIRMS FLOWS_PER_FIRM SECTORS SEED
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "bench/firms.h"

typedef struct {
    FILE *flows, *nodes, *recipes;
} files;

static FILE *create(const char *folder, const char *name, const char *header)
{
    char path[4096];

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    fprintf(file, "%s\n", header);
    return file;
}

static void close_checked(FILE *file)
{
    if (ferror(file) || fclose(file) != 0) {
        perror("generate");
        exit(1);
    }
}

static void write_flow(void *context, size_t supplier, size_t buyer, const char *value)
{
    fprintf(((files *)context)->flows, "F%zu,F%zu,%s\n", supplier, buyer, value);
}

static void write_firm(void *context, size_t firm, size_t sector, const char *final_demand)
{
    fprintf(((files *)context)->nodes, "F%zu,firm,S%zu,%s\n", firm, sector, final_demand);
}

static void write_recipe(void *context, size_t buyer, size_t input, const char *need)
{
    fprintf(((files *)context)->recipes, "S%zu,S%zu,%s\n", buyer, input, need);
}

int main(int argc, char **argv)
{
    files out;

    if (argc != 6) {
        fprintf(stderr, "usage: generate FOLDER FIRMS FLOWS_PER_FIRM SECTORS SEED\n");
        return 2;
    }
    (void)mkdir(argv[1], 0777);
    out.flows = create(argv[1], "flows.csv", "source,target,value");
    out.nodes = create(argv[1], "nodes.csv", "id,kind,sector,final_demand");
    out.recipes = create(argv[1], "recipes.csv", "buyer,input,need");
    firms_draw(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
               strtoul(argv[4], NULL, 10), strtoul(argv[5], NULL, 10),
               &(firms_sink){write_flow, write_firm, write_recipe, &out});
    close_checked(out.flows);
    close_checked(out.nodes);
    close_checked(out.recipes);
    return 0;
}
