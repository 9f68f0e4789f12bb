/* help.c - help pages out of the option tables. */
#include <stdio.h>
#include <string.h>

#include "cli/call.h"

static void write_option(const sn_option *option, sn_out *out)
{
    char head[80];
    const int length = snprintf(head, sizeof head, "  %c%c%c --%s%s%s", option->letter ? '-' : ' ',
                                option->letter ? option->letter : ' ', option->letter ? ',' : ' ',
                                option->name, option->argument != NULL ? " " : "",
                                option->argument != NULL ? option->argument : "");

    sn_out_puts(out, head);
    if (length > 30)
        sn_out_puts(out, "\n                                ");
    else
        sn_out_fill(out, " ", (size_t)(32 - length));
    sn_out_puts(out, option->help);
    if (option->kind == SN_OPTION_LIST)
        sn_out_puts(out, "; may be repeated");
    if (option->fallback != NULL)
        sn_out_printf(out, " (default %s)", option->fallback);
    sn_out_putc(out, '\n');
}

void sn_help_verb(const sn_verb *verb, sn_out *out)
{
    sn_out_printf(out, "%s\n\nUsage: supplynet %s [options]%s%s%s\n\n%s\n\nOptions\n", verb->summary,
                  verb->name, verb->takes_network ? " [NETWORK]" : "",
                  verb->words != NULL ? " " : "", verb->words != NULL ? verb->words : "",
                  verb->about);
    for (const sn_option *option = verb->options; option->name != NULL; option++)
        write_option(option, out);
    if (verb->options->name != NULL)
        sn_out_puts(out, "\nOptions of every verb\n");
    for (const sn_option *option = sn_shared_options; option->name != NULL; option++)
        if (!sn_verb_ignores(verb, option))
            write_option(option, out);
    sn_out_puts(out, "\nExamples\n");
    for (const char *line = verb->examples; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        sn_out_printf(out, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    sn_out_puts(out, "\nExit codes: 0 done, 1 done and the answer is no, 2 usage, 3 input, 4 run time,\n"
                     "70 a bug of supplynet\n");
}

void sn_help_all(const sn_verb *const *verbs, sn_out *out)
{
    sn_out_puts(out,
                "supplynet - where the chokepoints of a supply network are, and what happens when\n"
                "one goes\n\nUsage: supplynet VERB [options]\n\nVerbs\n");
    for (; *verbs != NULL; verbs++)
        sn_out_printf(out, "  %-17s %s\n", (*verbs)->name, (*verbs)->summary);
    sn_out_puts(out, "\n`supplynet help VERB` or `supplynet VERB --help` says more; `supplynet --version` "
                     "names\nthe libraries.  Start with\n\n"
                     "  supplynet chokepoints\n"
                     "  supplynet whatif --remove 'country=CHN&stage=refining&commodity=gallium'\n"
                     "  supplynet exposure --of JPN --commodity cobalt\n");
}
