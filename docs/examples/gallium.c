/* gallium.c - who loses when China's exports of gallium stop?  Build and run:
 *     cc gallium.c $(pkg-config --cflags --libs supplynet) -o gallium && ./gallium */
#include <stdio.h>
#include <stdlib.h>

#include <supplynet.h>

static int show(void *context, const char *id, const char *commodity, const supplynet_loss *loss)
{
    (void)context, (void)commodity;
    if (loss->loss > 0.05)
        printf("without %s %.1f %% is lost\n", id, 100 * loss->loss);
    return 0;
}

int main(void)
{
    supplynet_network *net = NULL;
    supplynet_loss total;
    double *loss = NULL;
    int failed = supplynet_load("critical-minerals-2024", "gallium", &net);

    if (!failed)
        loss = malloc(supplynet_node_count(net) * sizeof *loss);
    if (loss == NULL || (failed = supplynet_whatif(net, "CHN", "exports", 1, &total, loss))) {
        fprintf(stderr, "%s\n", supplynet_error());
        return failed ? failed : SUPPLYNET_RUN;
    }
    printf("%.1f %% of final use\n", 100 * total.loss);
    for (size_t i = 0; i < supplynet_node_count(net); i++)
        if (loss[i] > 0.9)
            printf("%s loses %.1f %%\n", supplynet_node_id(net, i), 100 * loss[i]);
    failed = supplynet_sweep(net, "country", show, NULL);
    free(loss);
    supplynet_close(net);
    return failed;
}
