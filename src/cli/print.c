#include "cli/print.h"

#include "base/clock.h"
#include "base/shown.h"
#include "base/text.h"
#include "base/utf8.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unicode/uchar.h>
#include <unistd.h>

#define VALUE_MAX 4096 /* bytes shown of one value from outside */

/* What the streams are; set once by print_init, read-only afterwards. */
static struct {
	bool terminal[3];
	bool colour[3];
	bool utf8;
} arg_stream;

static int number_of(FILE *stream)
{
	return stream == stderr ? STDERR_FILENO : STDOUT_FILENO;
}

void print_init(void)
{
	setlocale(LC_CTYPE, "");
	arg_stream.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool wanted = (no_color == NULL || no_color[0] == '\0') && (term == NULL || strcmp(term, "dumb") != 0);
	for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
		arg_stream.terminal[i] = isatty(i) == 1;
		arg_stream.colour[i] = wanted && arg_stream.terminal[i];
	}
}

bool print_terminal(FILE *stream)
{
	return arg_stream.terminal[number_of(stream)];
}

const char *print_style(FILE *stream, enum style style)
{
	if (!arg_stream.colour[number_of(stream)])
		return "";
	switch (style) {
	case STYLE_NONE: return "\033[0m";
	case STYLE_BOLD: return "\033[1m";
	case STYLE_DIM: return "\033[2m";
	case STYLE_RED: return "\033[1;31m";
	case STYLE_GREEN: return "\033[32m";
	case STYLE_YELLOW: return "\033[33m";
	case STYLE_BLUE: return "\033[34m";
	}
	return "";
}

size_t print_columns(void)
{
	struct winsize size;
	if (print_terminal(stdout) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col < 160 ? size.ws_col : 160;
	return 80;
}

static size_t code_width(uint32_t code)
{
	int category = u_charType((UChar32)code);
	if (category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK || category == U_FORMAT_CHAR)
		return 0;
	int width = u_getIntPropertyValue((UChar32)code, UCHAR_EAST_ASIAN_WIDTH);
	return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t print_width(const char *text)
{
	const char *cursor = text, *end = text + strlen(text);
	size_t width = 0;
	while (cursor < end) {
		uint32_t code = utf8_next(&cursor, end);
		width += code == UTF8_INVALID ? 1 : code_width(code);
	}
	return width;
}

static bool has_right_to_left(const char *text)
{
	const char *cursor = text, *end = text + strlen(text);
	while (cursor < end) {
		uint32_t code = utf8_next(&cursor, end);
		if (code < 0x0590 || code == UTF8_INVALID)
			continue;
		UCharDirection direction = u_charDirection((UChar32)code);
		if (direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC)
			return true;
	}
	return false;
}

static void put_isolated(FILE *stream, const char *clean)
{
	bool isolate = print_terminal(stream) && arg_stream.utf8 && has_right_to_left(clean);
	fprintf(stream, "%s%s%s", isolate ? "\u2068" : "", clean, isolate ? "\u2069" : "");
}

void print_value_bytes(FILE *stream, const char *text, size_t length)
{
	char clean[VALUE_MAX];
	shown_clean(text, length, clean, sizeof clean);
	put_isolated(stream, clean);
}

void print_value(FILE *stream, const char *text)
{
	print_value_bytes(stream, text, strlen(text));
}

void print_cell(FILE *stream, const char *text, size_t columns)
{
	char clean[VALUE_MAX];
	size_t length = shown_clean(text, strlen(text), clean, sizeof clean - sizeof "…");
	size_t width = print_width(clean);
	if (width > columns && columns > 0) {
		const char *cursor = clean, *cut = clean;
		for (width = 0; cursor < clean + length; cut = cursor) {
			size_t more = code_width(utf8_next(&cursor, clean + length));
			if (width + more > columns - 1)
				break;
			width += more;
		}
		memcpy(clean + (cut - clean), "…", sizeof "…");
		width++;
	}
	put_isolated(stream, clean);
	for (; width < columns; width++)
		fputc(' ', stream);
}

void print_field(const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	print_cell(stdout, name, 12);
	printf(" ");
	print_value(stdout, value);
	putchar('\n');
}

const char *print_count(uint64_t number, char out[PRINT_COUNT_MAX])
{
	char *at = out + PRINT_COUNT_MAX - 1;
	*at = '\0';
	for (int digits = 0; number > 0 || digits == 0; number /= 10, digits++) {
		if (digits > 0 && digits % 3 == 0)
			*--at = ',';
		*--at = (char)('0' + number % 10);
	}
	return at;
}

const char *print_age(const char *utc, char out[PRINT_AGE_MAX])
{
	int64_t moment;
	out[0] = '\0';
	if (!clock_utc_read(utc, &moment))
		return out;
	int64_t seconds = clock_wall() / 1000 - moment;
	static const struct {
		int64_t seconds;
		const char *one, *many;
	} units[] = {
		{86400, "day", "days"},
		{3600, "hour", "hours"},
		{60, "minute", "minutes"},
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		int64_t count = seconds / units[i].seconds;
		if (count >= 1) {
			(void)snprintf(out, PRINT_AGE_MAX, "%lld %s ago", (long long)count,
			               count == 1 ? units[i].one : units[i].many);
			return out;
		}
	}
	(void)snprintf(out, PRINT_AGE_MAX, "%s", seconds < -60 ? "in the future" : "just now");
	return out;
}

void print_wrapped(FILE *stream, const char *text, size_t indent, size_t columns)
{
	size_t at = 0;
	for (const char *word = text; *word != '\0';) {
		if (*word == '\n') {
			fputc('\n', stream);
			at = 0;
			word++;
			continue;
		}
		if (*word == ' ') {
			word++;
			continue;
		}
		size_t length = strcspn(word, " \n");
		if (at > 0 && at + 1 + length > columns) {
			fputc('\n', stream);
			at = 0;
		}
		if (at == 0)
			at = (size_t)fprintf(stream, "%*s%.*s", (int)indent, "", (int)length, word);
		else
			at += (size_t)fprintf(stream, " %.*s", (int)length, word);
		word += length;
	}
	if (at > 0)
		fputc('\n', stream);
}

void print_bar(FILE *stream, double share, size_t cells)
{
	bool blocks = arg_stream.utf8 || !print_terminal(stream);
	size_t full = share <= 0 ? 0 : share >= 1 ? cells : (size_t)(share * (double)cells + 0.5);
	for (size_t i = 0; i < cells; i++)
		fputs(i < full ? (blocks ? "█" : "#") : (blocks ? "░" : "."), stream);
}

void progress_init(struct progress *progress, const char *label)
{
	*progress = (struct progress){.on = print_terminal(stderr), .label = label, .started = clock_milliseconds()};
}

void progress_show(struct progress *progress, uint64_t done, uint64_t total, const char *note)
{
	int64_t now = progress->on ? clock_milliseconds() : 0;
	if (!progress->on || (progress->visible && now - progress->shown < 100))
		return;
	progress->shown = now;
	progress->visible = true;
	fputs("\r\033[K", stderr);
	print_cell(stderr, progress->label, 20);
	if (total > 0) {
		double share = done >= total ? 1 : (double)done / (double)total;
		fputc(' ', stderr);
		print_bar(stderr, share, 30);
		fprintf(stderr, " %3d %%", (int)(share * 100));
		int64_t spent = now - progress->started;
		if (share > 0.02 && spent > 2000)
			fprintf(stderr, ", %lld s left", (long long)((double)spent * (1 - share) / share / 1000 + 0.5));
	}
	if (note != NULL)
		fprintf(stderr, "  %s", note);
	fflush(stderr);
}

void progress_finish(struct progress *progress)
{
	if (progress->visible)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->visible = false;
}
