/* cmd_convert.c - a network as native files, which load as the same network again, as an image,
 * which loads at once, or as one file for programs that draw and study graphs. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/call.h"
#include "cli/native_files.h"
#include "cli/verbs.h"
#include "datasets/image_file.h"
#include "graph/image.h"
#include "graph/memory.h"
#include "reports/graph_file.h"

static const sn_option options[] = {
    {.name = "to", .kind = SN_OPTION_CHOICE, .argument = "FORMAT",
     .choices = "csv|image|graphml|gexf|dot|node-link", .fallback = "csv",
     .help = "csv: native nodes.csv, flows.csv, owners.csv, recipes.csv; else one file"},
    {.name = "part", .kind = SN_OPTION_CHOICE, .argument = "PART",
     .choices = "flows|nodes|owners|recipes", .fallback = "flows",
     .help = "which of the files goes to standard output without -o DIR"},
    {.name = NULL},
};

/* The formats of one file, in the order of the enum. */
static const char *const graph_formats[] = {"graphml", "gexf", "dot", "node-link"};

/* Whether two flows join the same supplier and buyer: they are sorted by both. */
static bool any_parallel(const sn_network *net)
{
    for (size_t e = 1; e < sn_network_flow_count(net); e++) {
        const sn_flow one = sn_network_flow(net, e - 1), two = sn_network_flow(net, e);
        if (one.supplier == two.supplier && one.buyer == two.buyer)
            return true;
    }
    return false;
}

static sn_status write_graph(const sn_call *call, sn_graph_format format, const char *path,
                             sn_error *err)
{
    sn_table *nodes = NULL, *flows = NULL;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    SN_TRY(sn_native_files_nodes(call->net, &nodes, err));
    SN_TRY(sn_native_files_flows(call->net, &flows, err));
    SN_TRY(path == NULL ? sn_call_open(call, &out, err) : sn_out_open(path, &out, err));
    SN_TRY(sn_graph_write(nodes, flows, any_parallel(call->net), format, out, err));
    status = path == NULL ? sn_call_done(call, out, err) : sn_out_close(out, err);
out:
    sn_out_free(out);
    sn_table_free(flows);
    sn_table_free(nodes);
    return status;
}

static sn_status write_image(const sn_call *call, const char *path, sn_error *err)
{
    const size_t size = sn_image_size(call->net);
    char *image = NULL, *origin = NULL;
    sn_out *out = NULL;
    sn_status status = SN_OK;

    if (path == NULL && isatty(STDOUT_FILENO)) {
        status = sn_fail(err, SN_EUSAGE, "an image is not for a terminal: name a file with -o FILE");
        goto out;
    }
    SN_TRY(sn_image_file_origin(&call->sources, &origin, err));
    image = sn_large_alloc(size);
    SN_TRY_ALLOC(image, "an image");
    sn_image_write(call->net, image);
    SN_TRY(sn_out_open(path, &out, err));
    sn_out_write(out, image, size);
    sn_out_puts(out, origin);
    status = sn_out_close(out, err);
out:
    sn_out_free(out);
    free(image);
    free(origin);
    return status;
}

static sn_status run(sn_call *call, sn_error *err)
{
    const char *to = sn_options_text(&call->options, "to");
    const char *folder = sn_options_text(&call->options, "output");
    const char *part = sn_options_text(&call->options, "part");

    if (folder != NULL && strcmp(folder, "-") == 0)
        folder = NULL;
    if (strcmp(to, "image") == 0)
        return write_image(call, folder, err);
    for (size_t f = 0; f < sizeof graph_formats / sizeof graph_formats[0]; f++)
        if (strcmp(to, graph_formats[f]) == 0)
            return write_graph(call, (sn_graph_format)f, folder, err);
    return folder != NULL ? sn_native_files_write(call->net, folder, err)
                          : sn_native_files_part(call, part, err);
}

const sn_verb sn_verb_convert = {
    .name = "convert",
    .summary = "Write a network as native CSV files, an image, GraphML, GEXF, DOT or node-link JSON",
    .options = options,
    .about = "Writes nodes.csv and flows.csv, and owners.csv and recipes.csv where the network has\n"
             "any, into the folder named by -o; without -o one part goes to standard output.  Only\n"
             "what was given is written, nothing derived, in full precision: loading the folder\n"
             "again gives the same network.  Tables of production and trade (see the manual) are\n"
             "converted to the network that is fitted to them.\n"
             "\n"
             "--to image writes the network as it lies in memory, to be loaded by the same version of\n"
             "this program again: a million firms load many times faster than from CSV.  Every\n"
             "number of an image is checked when it is loaded.  Its size is two to three times that\n"
             "of the CSV files; zstd packs it, and a packed image loads too.\n"
             "\n"
             "The other formats are one file, to standard output or to the file named by -o, with\n"
             "ids as they are, the amount of a flow as `weight`, and every column that was given\n"
             "as an attribute: GraphML for networkx, igraph, Gephi and yEd, GEXF 1.2 for Gephi,\n"
             "DOT for Graphviz (sfdp rather than dot draws large networks), node-link JSON for\n"
             "networkx and d3.  Owners' shares and recipes are not part of them.",
    .examples = "supplynet convert --commodity cobalt -o cobalt\n"
                "supplynet convert --commodity cobalt --part nodes\n"
                "supplynet convert firms --to image -o firms.image\n"
                "supplynet convert --commodity cobalt --to graphml -o cobalt.graphml",
    .takes_network = true,
    .unused = "format|top|seed|threads|color|fail-if",
    .run = run,
};
