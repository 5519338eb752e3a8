/* Reads the words of a command line by a command's table of options: --name VALUE, --name=VALUE, -n VALUE, switches,
 * words, and -- before words that begin with a dash. A mistake is told in a sentence with the nearest right option. */
#ifndef JISR_CLI_OPTIONS_H
#define JISR_CLI_OPTIONS_H

#include "cli/command.h"

#include <stdint.h>

enum {
	OPTIONS_END = 0,   /* no more words */
	OPTIONS_WORD = -1, /* value is a word that belongs to no option */
	OPTIONS_STOP = -2, /* the command ends now with `status`: help was printed, or a mistake was told */
};

/* Options that every command has. */
extern const struct option_spec options_common[];
extern const size_t options_common_count;
extern const struct option_spec options_json;

struct options {
	const struct command *command;
	int argc;          /* words after the command's name */
	char **argv;       /* not owned */
	int next;          /* index of the next word */
	bool only_words;   /* after -- */
	const char *name;  /* of the option last returned, without the dashes; NULL for a word */
	const char *value; /* of the option or the word last returned; points into argv */
	const char *data;  /* --data, NULL when not given */
	bool json;         /* --json */
	int status;        /* after OPTIONS_STOP */
};

/* Does not allocate. argv[0] is the first word after the command's name. */
void options_init(struct options *options, const struct command *command, int argc, char **argv);

/* The id of the next option, or OPTIONS_END, OPTIONS_WORD, OPTIONS_STOP. --data, --json and --help are handled here. */
int options_next(struct options *options);

/* Where the value of an option that is only kept goes, or a word: the first place of id OPTIONS_WORD whose text is still NULL. */
struct options_place {
	int id;
	const char **text;
	bool *given; /* instead, of a switch */
};

/* Reads all that is there into the places. False: the command ends now with `status`. */
bool options_all(struct options *options, const struct options_place *places, size_t count);
#define OPTIONS_ALL(options, ...)                                                                                      \
	options_all(options, (const struct options_place[]){__VA_ARGS__},                                              \
	            sizeof((const struct options_place[]){__VA_ARGS__}) / sizeof(struct options_place))

/* The value as a whole number from least to most: true and *ret_number; else prints a sentence about the option and sets status. */
bool options_number(struct options *options, uint64_t least, uint64_t most, uint64_t *ret_number);

/* The same for a decimal fraction, always with a point, whatever the locale. */
bool options_fraction(struct options *options, double least, double most, double *ret_number);

/* The data directory: --data, else $JISR_DATA, else $HOME/.local/share/jisr. Writes it to out; false and a sentence
 * when it is too long, empty or unknown. */
bool options_data(const struct options *options, char *out, size_t size);

#endif
