/* manual.c - manual pages out of the option tables: what --help says, for man(1). */
#include <ctype.h>
#include <string.h>

#include "cli/call.h"
#include "cli/version.h"

/* Text for roff: backslashes and hyphens as such, no line begins with a control character. */
static void write_text(const char *text, size_t length, sn_out *out)
{
    if (length > 0 && (*text == '.' || *text == '\''))
        sn_out_puts(out, "\\&");
    for (size_t k = 0; k < length; k++) {
        if (text[k] == '\\')
            sn_out_puts(out, "\\e");
        else if (text[k] == '-')
            sn_out_puts(out, "\\-");
        else
            sn_out_putc(out, text[k]);
        if (text[k] == '\n' && k + 1 < length && (text[k + 1] == '.' || text[k + 1] == '\''))
            sn_out_puts(out, "\\&");
    }
}

static void write_string(const char *text, sn_out *out)
{
    write_text(text, strlen(text), out);
}

static void write_head(const char *verb, const char *summary, sn_out *out)
{
    sn_out_puts(out, ".TH \"SUPPLYNET");
    for (const char *at = verb; at != NULL && *at != '\0'; at++) {
        if (at == verb)
            sn_out_puts(out, "\\-");
        sn_out_putc(out, (char)toupper((unsigned char)*at));
    }
    sn_out_printf(out, "\" 1 \"\" \"supplynet %s\"\n.SH NAME\nsupplynet%s%s \\- ", SN_VERSION,
                  verb != NULL ? "\\-" : "", verb != NULL ? verb : "");
    write_string(summary, out);
    sn_out_puts(out, "\n.SH SYNOPSIS\n.B supplynet");
}

static void write_option(const sn_option *option, sn_out *out)
{
    sn_out_puts(out, ".TP\n\\fB");
    if (option->letter != 0)
        sn_out_printf(out, "\\-%c\\fR, \\fB", option->letter);
    sn_out_puts(out, "\\-\\-");
    write_string(option->name, out);
    sn_out_puts(out, "\\fR");
    if (option->argument != NULL) {
        sn_out_puts(out, " \\fI");
        write_string(option->argument, out);
        sn_out_puts(out, "\\fR");
    }
    sn_out_putc(out, '\n');
    write_string(option->help, out);
    if (option->kind == SN_OPTION_LIST)
        sn_out_puts(out, "; may be repeated");
    if (option->fallback != NULL) {
        sn_out_puts(out, " (default ");
        write_string(option->fallback, out);
        sn_out_putc(out, ')');
    }
    sn_out_puts(out, ".\n");
}

/* Paragraphs of a text that is laid out by hand: a blank line parts them, an indented line stays
 * a line. */
static void write_about(const char *text, sn_out *out)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        if (length == 0)
            sn_out_puts(out, ".PP\n");
        else {
            if (*text == ' ')
                sn_out_puts(out, ".br\n");
            write_text(text, length, out);
            sn_out_putc(out, '\n');
        }
        text += length + (text[length] == '\n');
    }
}

static void write_examples(const char *line, sn_out *out)
{
    sn_out_puts(out, ".SH EXAMPLES\n.nf\n");
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        write_text(line, length, out);
        sn_out_putc(out, '\n');
        line += length + (line[length] == '\n');
    }
    sn_out_puts(out, ".fi\n");
}

static void write_foot(sn_out *out)
{
    sn_out_puts(out, ".SH EXIT STATUS\n"
                     "0 done; 1 done, and the answer is no; 2 usage; 3 input data; 4 run time (input and\n"
                     "output, memory, no convergence); 70 a bug of supplynet; 130 and 143 interrupted.\n"
                     ".SH SEE ALSO\n"
                     ".BR supplynet (1),\n.BR supplynet\\-formats (5),\n.BR supplynet\\-methods (7)\n");
}

void sn_manual_verb(const sn_verb *verb, sn_out *out)
{
    write_head(verb->name, verb->summary, out);
    sn_out_putc(out, ' ');
    write_string(verb->name, out);
    sn_out_puts(out, "\n[\\fIoptions\\fR]");
    if (verb->takes_network)
        sn_out_puts(out, " [\\fINETWORK\\fR]");
    if (verb->words != NULL) {
        sn_out_puts(out, " \\fI");
        write_string(verb->words, out);
        sn_out_puts(out, "\\fR");
    }
    sn_out_puts(out, "\n.SH DESCRIPTION\n");
    write_about(verb->about, out);
    if (verb->options->name != NULL)
        sn_out_puts(out, ".SH OPTIONS\n");
    for (const sn_option *option = verb->options; option->name != NULL; option++)
        write_option(option, out);
    sn_out_puts(out, ".SH OPTIONS OF EVERY VERB\n");
    for (const sn_option *option = sn_shared_options; option->name != NULL; option++)
        if (!sn_verb_ignores(verb, option))
            write_option(option, out);
    write_examples(verb->examples, out);
    write_foot(out);
}

void sn_manual_all(const sn_verb *const *verbs, sn_out *out)
{
    write_head(NULL, "chokepoints of supply networks, and what happens when one goes", out);
    sn_out_puts(out, "\n\\fIVERB\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n"
                     "Countries, firms and processing stages are nodes of one network, trade flows its edges;\n"
                     "critical minerals from mine to use are built in. Each verb has a page of its own,\n"
                     ".BR supplynet\\-VERB (1),\nand\n.BR \"supplynet help\" \" \\fIVERB\\fR\"\nprints the same.\n"
                     ".SH VERBS\n");
    for (; *verbs != NULL; verbs++) {
        sn_out_puts(out, ".TP\n.B ");
        write_string((*verbs)->name, out);
        sn_out_putc(out, '\n');
        write_string((*verbs)->summary, out);
        sn_out_puts(out, ".\n");
    }
    write_examples("supplynet chokepoints\n"
                   "supplynet whatif --remove 'country=CHN&stage=refining&commodity=gallium'\n"
                   "supplynet exposure --of JPN --commodity cobalt", out);
    sn_out_puts(out, ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nif set and not empty, text has no colour.\n");
    write_foot(out);
}
