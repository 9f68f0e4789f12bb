/* network.c - reading and freeing a frozen network. */
#include "graph/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "graph/bridge.h"
#include "graph/network_private.h"

void sn_network_free(sn_network *net)
{
    if (net == NULL)
        return;
    if (net->is_lent)
        sn_image_forget(net);
    sn_dict_clear(&net->ids);
    sn_dict_clear(&net->groups);
    free(net->label);
    sn_arena_clear(&net->texts);
    free(net->kind);
    for (int c = 0; c < SN_COLUMNS; c++) {
        free(net->code[c]);
        sn_dict_clear(&net->dict[c]);
    }
    for (int q = 0; q < SN_QUANTITIES; q++)
        free(net->given[q]);
    double *amount[] = {net->output, net->final_demand, net->primary,
                        net->sales,  net->purchases,    net->self};
    for (size_t a = 0; a < sizeof amount / sizeof amount[0]; a++)
        free(amount[a]);
    free(net->out_first);
    free(net->supplier);
    free(net->buyer);
    free(net->value);
    free(net->group);
    free(net->basis);
    free(net->lead_time);
    free(net->in_first);
    free(net->in_flow);
    free(net->seg_first);
    free(net->seg_in);
    free(net->seg_group);
    free(net->seg_total);
    free(net->seg_need);
    free(net->seg_days);
    for (size_t a = 0; net->attribute != NULL && a < net->attribute_count; a++)
        free(net->attribute[a]);
    free(net->attribute);
    free(net->attribute_name);
    for (int rule = 0; rule < 2; rule++) {
        free(net->owner_first[rule]);
        free(net->owner_share[rule]);
    }
    free(net->recipe);
    free(net->unit_of);
    if (net->topology != NULL)
        igraph_destroy(net->topology);
    free(net->topology);
    if (net->release != NULL)
        net->release(net->memory);
    free(net);
}

size_t sn_network_node_count(const sn_network *net)
{
    return net->node_count;
}

size_t sn_network_flow_count(const sn_network *net)
{
    return net->flow_count;
}

const char *sn_network_id(const sn_network *net, size_t node)
{
    return net->ids.text[node];
}

const char *sn_network_label(const sn_network *net, size_t node)
{
    return net->label != NULL && net->label[node] != NULL ? net->label[node]
                                                          : net->ids.text[node];
}

int64_t sn_network_find(const sn_network *net, const char *id)
{
    return sn_dict_find(&net->ids, id, strlen(id));
}

sn_kind sn_network_kind(const sn_network *net, size_t node)
{
    return (sn_kind)net->kind[node];
}

const sn_dict *sn_network_dict(const sn_network *net, sn_column column)
{
    return &net->dict[column == SN_OWNER ? SN_COUNTRY : column];
}

int32_t sn_network_code(const sn_network *net, sn_column column, size_t node)
{
    return net->code[column] != NULL ? net->code[column][node] : SN_NONE;
}

const char *sn_network_text(const sn_network *net, sn_column column, size_t node)
{
    const int32_t code = sn_network_code(net, column, node);

    return code == SN_NONE ? NULL : sn_network_dict(net, column)->text[code];
}

double sn_network_given(const sn_network *net, sn_quantity quantity, size_t node)
{
    return net->given[quantity] != NULL ? net->given[quantity][node] : NAN;
}

double sn_network_output(const sn_network *net, size_t node)
{
    return net->output[node];
}

double sn_network_final_demand(const sn_network *net, size_t node)
{
    return net->final_demand[node];
}

double sn_network_primary(const sn_network *net, size_t node)
{
    return net->primary[node];
}

double sn_network_sales(const sn_network *net, size_t node)
{
    return net->sales[node];
}

double sn_network_purchases(const sn_network *net, size_t node)
{
    return net->purchases[node];
}

sn_flow sn_network_flow(const sn_network *net, size_t flow)
{
    return (sn_flow){net->supplier[flow], net->buyer[flow], net->value[flow], net->group[flow],
                     (sn_basis)net->basis[flow]};
}

void sn_network_basis_counts(const sn_network *net, size_t count[3])
{
    size_t estimated = 0, balanced = 0;

    for (size_t e = 0; e < net->flow_count; e++) {
        estimated += net->basis[e] == SN_BASIS_ESTIMATED;
        balanced += net->basis[e] == SN_BASIS_BALANCED;
    }
    count[SN_BASIS_REPORTED] = net->flow_count - estimated - balanced;
    count[SN_BASIS_BALANCED] = balanced;
    count[SN_BASIS_ESTIMATED] = estimated;
}

double sn_network_lead_time(const sn_network *net, size_t flow)
{
    return net->lead_time != NULL ? net->lead_time[flow] : 0;
}

bool sn_network_has_lead_time(const sn_network *net)
{
    return net->lead_time != NULL;
}

const sn_dict *sn_network_groups(const sn_network *net)
{
    return &net->groups;
}

bool sn_network_has_product(const sn_network *net)
{
    return net->has_product;
}

size_t sn_network_attribute_count(const sn_network *net)
{
    return net->attribute_count;
}

const char *sn_network_attribute_name(const sn_network *net, size_t attribute)
{
    return net->attribute_name[attribute];
}

const char *sn_network_attribute(const sn_network *net, size_t attribute, size_t node)
{
    return net->attribute[attribute] != NULL ? net->attribute[attribute][node] : NULL;
}

const sn_owner_share *sn_network_owners(const sn_network *net, sn_ownership rule, size_t node,
                                        size_t *count)
{
    if (net->owner_first[rule] == NULL) {
        *count = 0;
        return NULL;
    }
    *count = net->owner_first[rule][node + 1] - net->owner_first[rule][node];
    return net->owner_share[rule] + net->owner_first[rule][node];
}

double sn_network_owner_known(const sn_network *net, sn_ownership rule, size_t node)
{
    size_t count;
    double known = 0;
    const sn_owner_share *share = sn_network_owners(net, rule, node, &count);

    for (size_t k = 0; k < count; k++)
        known += share[k].share;
    return known;
}

bool sn_network_is_user(const sn_network *net, size_t node)
{
    return net->kind[node] != SN_KIND_FIRM && net->sales[node] <= 0 && net->primary[node] <= 0;
}

size_t sn_network_recipe_count(const sn_network *net)
{
    return net->recipe_count;
}

sn_recipe sn_network_recipe(const sn_network *net, size_t recipe)
{
    return net->recipe[recipe];
}

const char *sn_network_unit(const sn_network *net, int32_t commodity)
{
    const int32_t unit = commodity == SN_NONE ? net->unit_overall : net->unit_of[commodity];

    return unit == SN_NONE ? NULL : net->dict[SN_UNIT].text[unit];
}

bool sn_network_is_rest(const sn_network *net, size_t node)
{
    return net->rest != SN_NONE && sn_network_code(net, SN_COUNTRY, node) == net->rest;
}

sn_status sn_network_topology(const sn_network *net, const igraph_t **topology, sn_error *err)
{
    sn_network *cache = (sn_network *)net; /* the one lazily built part of a frozen network */
    igraph_vector_int_t edges = {0};
    igraph_t *graph = NULL;
    sn_status status = SN_OK;

    if (net->topology == NULL) {
        graph = calloc(1, sizeof *graph);
        SN_TRY_ALLOC(graph, "the topology");
        SN_TRY_INIT(&edges,
                    igraph_vector_int_init(&edges, (igraph_integer_t)(2 * net->flow_count)));
        for (size_t e = 0; e < net->flow_count; e++) {
            VECTOR(edges)[2 * e] = net->supplier[e];
            VECTOR(edges)[2 * e + 1] = net->buyer[e];
        }
        SN_TRY_IGRAPH(igraph_create(graph, &edges, (igraph_integer_t)net->node_count, true));
        cache->topology = graph;
        graph = NULL;
    }
    *topology = net->topology;
out:
    free(graph);
    igraph_vector_int_destroy(&edges);
    return status;
}
