/* cmd_completion.c - what a shell needs to complete verbs, options and their values. */
#include <string.h>

#include "cli/call.h"
#include "cli/verbs.h"

static const sn_option options[] = {{.name = NULL}};

/* Options of a verb, its own first, without those it has no use for. */
static const sn_option *next_option(const sn_verb *verb, size_t *at)
{
    size_t own = 0;

    while (verb->options[own].name != NULL)
        own++;
    if (*at < own)
        return &verb->options[(*at)++];
    for (const sn_option *shared = &sn_shared_options[*at - own]; shared->name != NULL; shared++) {
        (*at)++;
        if (!sn_verb_ignores(verb, shared))
            return shared;
    }
    return NULL;
}

/* "a|b|c" with another separator. */
static void write_choices(const char *choices, char separator, sn_out *out)
{
    for (; *choices != '\0'; choices++)
        sn_out_putc(out, *choices == '|' ? separator : *choices);
}

/* Text within single quotes of a shell. */
static void write_quoted(const char *text, sn_out *out)
{
    sn_out_putc(out, '\'');
    for (; *text != '\0'; text++)
        if (*text == '\'')
            sn_out_puts(out, "'\\''");
        else
            sn_out_putc(out, *text);
    sn_out_putc(out, '\'');
}

static void write_verbs(char separator, sn_out *out)
{
    for (size_t v = 0; sn_verbs[v] != NULL; v++)
        sn_out_printf(out, "%s%c", sn_verbs[v]->name, separator);
    sn_out_puts(out, "help");
}

static void write_bash(sn_out *out)
{
    sn_out_puts(out, "# bash completion for supplynet; load with: source <(supplynet completion bash)\n"
                     "_supplynet() {\n"
                     "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
                     "    local verb=${COMP_WORDS[1]} words=\n"
                     "    COMPREPLY=()\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"$verb\" = help ]; then\n"
                     "        COMPREPLY=($(compgen -W '");
    write_verbs(' ', out);
    sn_out_puts(out, " --version' -- \"$word\"))\n        return\n    fi\n    case $verb:$before in\n");
    for (size_t v = 0; sn_verbs[v] != NULL; v++)
        for (size_t at = 0;;) {
            const sn_option *option = next_option(sn_verbs[v], &at);
            if (option == NULL)
                break;
            if (option->kind != SN_OPTION_CHOICE)
                continue;
            sn_out_printf(out, "    %s:--%s", sn_verbs[v]->name, option->name);
            if (option->letter != 0)
                sn_out_printf(out, "|%s:-%c", sn_verbs[v]->name, option->letter);
            sn_out_puts(out, ") words='");
            write_choices(option->choices, ' ', out);
            sn_out_puts(out, "' ;;\n");
        }
    sn_out_puts(out, "    esac\n    if [ -z \"$words\" ] && [ \"${word#-}\" != \"$word\" ]; then\n"
                     "        case $verb in\n");
    for (size_t v = 0; sn_verbs[v] != NULL; v++) {
        sn_out_printf(out, "        %s) words='", sn_verbs[v]->name);
        for (size_t at = 0;;) {
            const sn_option *option = next_option(sn_verbs[v], &at);
            if (option == NULL)
                break;
            sn_out_printf(out, "--%s ", option->name);
        }
        sn_out_puts(out, "' ;;\n");
    }
    sn_out_puts(out, "        esac\n    fi\n"
                     "    if [ -n \"$words\" ]; then\n"
                     "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
                     "    else\n"
                     "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
                     "    fi\n"
                     "}\n"
                     "complete -o filenames -F _supplynet supplynet\n");
}

/* Within a zsh specification [ ] : and ' have a meaning. */
static void write_zsh_text(const char *text, sn_out *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            sn_out_puts(out, "'\\''");
        else {
            if (strchr("[]:\\", *text) != NULL)
                sn_out_putc(out, '\\');
            sn_out_putc(out, *text);
        }
    }
}

static void write_zsh_option(const sn_option *option, sn_out *out)
{
    sn_out_printf(out, "            '%s--%s%s[", option->kind == SN_OPTION_LIST ? "*" : "", option->name,
                  option->kind == SN_OPTION_FLAG ? "" : "=");
    write_zsh_text(option->help, out);
    sn_out_putc(out, ']');
    if (option->kind != SN_OPTION_FLAG) {
        sn_out_putc(out, ':');
        write_zsh_text(option->argument != NULL ? option->argument : "value", out);
        sn_out_putc(out, ':');
        if (option->kind == SN_OPTION_CHOICE) {
            sn_out_putc(out, '(');
            write_choices(option->choices, ' ', out);
            sn_out_putc(out, ')');
        } else if (option->kind == SN_OPTION_TEXT || option->kind == SN_OPTION_LIST) {
            sn_out_puts(out, "_files");
        }
    }
    sn_out_puts(out, "' \\\n");
}

static void write_zsh(sn_out *out)
{
    sn_out_puts(out, "#compdef supplynet\n"
                     "# zsh completion for supplynet; load with: source <(supplynet completion zsh)\n"
                     "_supplynet() {\n"
                     "    local -a verbs\n"
                     "    verbs=(\n");
    for (size_t v = 0; sn_verbs[v] != NULL; v++) {
        sn_out_printf(out, "        '%s:", sn_verbs[v]->name);
        write_zsh_text(sn_verbs[v]->summary, out);
        sn_out_puts(out, "'\n");
    }
    sn_out_puts(out, "        'help:how a verb is used'\n    )\n"
                     "    if (( CURRENT == 2 )) || [[ ${words[2]} == help ]]; then\n"
                     "        _describe verb verbs\n        return\n    fi\n"
                     "    local verb=${words[2]}\n"
                     "    shift words\n    (( CURRENT-- ))\n"
                     "    case $verb in\n");
    for (size_t v = 0; sn_verbs[v] != NULL; v++) {
        sn_out_printf(out, "    %s)\n        _arguments \\\n", sn_verbs[v]->name);
        for (size_t at = 0;;) {
            const sn_option *option = next_option(sn_verbs[v], &at);
            if (option == NULL)
                break;
            write_zsh_option(option, out);
        }
        sn_out_puts(out, "            '*:file:_files' ;;\n");
    }
    sn_out_puts(out, "    esac\n}\n"
                     "if [ \"${funcstack[1]}\" = _supplynet ]; then _supplynet \"$@\"; "
                     "else compdef _supplynet supplynet; fi\n");
}

static void write_fish(sn_out *out)
{
    sn_out_puts(out, "# fish completion for supplynet; load with: supplynet completion fish | source\n"
                     "complete -c supplynet -n __fish_use_subcommand -f -l version -d 'Version'\n"
                     "complete -c supplynet -n __fish_use_subcommand -f -a help -d 'How a verb is used'\n");
    for (size_t v = 0; sn_verbs[v] != NULL; v++) {
        const sn_verb *verb = sn_verbs[v];
        sn_out_printf(out, "complete -c supplynet -n __fish_use_subcommand -f -a %s -d ", verb->name);
        write_quoted(verb->summary, out);
        sn_out_putc(out, '\n');
        for (size_t at = 0;;) {
            const sn_option *option = next_option(verb, &at);
            if (option == NULL)
                break;
            sn_out_printf(out, "complete -c supplynet -n '__fish_seen_subcommand_from %s' -l %s", verb->name,
                          option->name);
            if (option->letter != 0)
                sn_out_printf(out, " -s %c", option->letter);
            if (option->kind == SN_OPTION_CHOICE) {
                sn_out_puts(out, " -x -a '");
                write_choices(option->choices, ' ', out);
                sn_out_putc(out, '\'');
            } else if (option->kind != SN_OPTION_FLAG) {
                sn_out_puts(out, " -r");
            }
            sn_out_puts(out, " -d ");
            write_quoted(option->help, out);
            sn_out_putc(out, '\n');
        }
    }
}

static sn_status run(sn_call *call, sn_error *err)
{
    static const struct {
        const char *shell;
        void (*write)(sn_out *out);
    } shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};
    const char *shell = call->options.word_count == 1 ? call->options.words[0] : "";
    sn_out *out = NULL;
    sn_status status = SN_OK;

    for (size_t s = 0; s < sizeof shells / sizeof shells[0]; s++) {
        if (strcmp(shells[s].shell, shell) != 0)
            continue;
        SN_TRY(sn_call_open(call, &out, err));
        shells[s].write(out);
        status = sn_call_done(call, out, err);
        goto out;
    }
    status = sn_fail(err, SN_EUSAGE, "give one shell: bash, zsh or fish");
out:
    sn_out_free(out);
    return status;
}

const sn_verb sn_verb_completion = {
    .name = "completion",
    .summary = "What bash, zsh or fish need to complete verbs, options and values",
    .words = "SHELL",
    .options = options,
    .about = "Prints a script for the shell; a package installs it where the shell looks.",
    .examples = "source <(supplynet completion bash)\n"
                "supplynet completion fish > ~/.config/fish/completions/supplynet.fish",
    .unused = "NETWORK|seed|threads|top|format|color|width|"
              "fail-if|quiet|verbose",
    .run = run,
};
