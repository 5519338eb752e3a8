#include "notices/paper.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>
#include <unistd.h>

static const struct paper_about about = {"A test", "jisr", "en", "2026-11-26T22:30:00Z"};

/* Invented names in the scripts of the world, with what goes wrong in text layers: ligatures of lam and alef, marks over
 * and under letters, joiners, brackets and apostrophes at the ends, numbers. */
static const char *const names[] = {
	"علاء الدين بلعلاوي",
	"الاسم",
	"بلال العلاوي",
	"لآلئ لأم لإبراهيم لا",
	"مُحَمَّد بْنُ عَبْدِ اللّٰه",
	"عبدالله (أبو علي)",
	"ملف 2026/1234-5",
	"١٢٣٤ علي",
	"ﷲ",
	"زهرا می‌خواهد",
	"كریم‌پور",
	"سلمى بنرحو",
	"חיים ג'",
	"יוסף כֹּהֵן",
	"ויקטור קוזנדלב",
	"Viktor Kuznedelev",
	"O'Brannigan-Smythe, Seán",
	"Nguyễn Thị Hằng",
	"Ǻngström Łódź",
	"İbrahim Şahin",
	"office fluff afflict",
	"Jean-Luc d’Arcy",
	"Виктор Кузнеделев",
	"Щербаков Юрий Ёлкин",
	"Πέτρος Οὐρανός",
	"赵明轩",
	"佐藤さくら",
	"ヴィクトル・クズ",
	"김민준",
	"नरेन्द्र शर्मा",
	"क्षत्रिय ज्ञानेश",
	"রবীন্দ্র",
	"முருகன்",
	"ਗੁਰਪ੍ਰੀਤ",
	"สมชาย ใจดี",
	"ქართველი გიორგი",
	"Հայկ Պետրոսյան",
	"ኃይለ ሥላሴ",
	"မောင်",
	"ខ្មែរ",
	"ໂພທິ",
	"𠮷野",
	"2026/1234",
	"f.",
	"\"Green\"",
	"ABC 123 محمد علي",
};
#define NAMES (sizeof names / sizeof *names)

static void finish(struct paper *paper, struct text *out)
{
	struct problem problem = {""};
	text_init(out, PAPER_MAX_BYTES);
	if (paper_finish(paper, out, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	paper_free(paper);
}

/* What pdftotext gives back, its direction marks left out. */
static void extract(const struct text *pdf, struct text *out)
{
	char path[] = "/tmp/jisr-paper-XXXXXX", command[200];
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(file_write(fd, pdf->bytes, pdf->length), JISR_OK);
	(void)close(fd);
	(void)snprintf(command, sizeof command, "pdftotext -enc UTF-8 %s -", path);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	char block[4096];
	size_t length;
	struct text all;
	text_init(&all, 1 << 24);
	while ((length = fread(block, 1, sizeof block, pipe)) > 0)
		(void)text_add(&all, block, length);
	int status = pclose(pipe);
	(void)unlink(path);
	if (status != 0)
		skip(); /* no poppler-utils */
	for (size_t i = 0; i < all.length; i++) {
		unsigned char *at = (unsigned char *)all.bytes + i;
		if (i + 2 < all.length && at[0] == 0xE2 && at[1] == 0x80 &&
		    (at[2] == 0x8E || at[2] == 0x8F || (at[2] >= 0xAA && at[2] <= 0xAE)))
			i += 2;
		else
			(void)text_add_char(out, *at == '\f' ? '\n' : (char)*at);
	}
	text_finish(&all);
}

static bool has_line(const struct text *text, const char *line)
{
	size_t length = strlen(line);
	for (const char *at = text->bytes; (at = strstr(at, line)) != NULL; at++)
		if ((at == text->bytes || at[-1] == '\n') && (at[length] == '\n' || at[length] == '\0'))
			return true;
	return false;
}

/* One page for each direction; names of the page's own direction stand as they are, the others isolated, as the printed
 * notice has them. */
static void names_are_read_back_as_they_were_written(void **state)
{
	(void)state;
	for (int rtl = 0; rtl < 2; rtl++) {
		struct paper *paper;
		struct problem problem = {""};
		struct text pdf, back;
		double height;
		size_t missing = 0;
		assert_int_equal(paper_new(&about, &paper), JISR_OK);
		for (size_t i = 0; i < NAMES; i++) {
			struct paper_style style = {.size = 10, .rtl = rtl != 0};
			if (i % 20 == 0)
				assert_int_equal(paper_page(paper), JISR_OK);
			char isolated[200];
			(void)snprintf(isolated, sizeof isolated, "\xE2\x81\xA8%s\xE2\x81\xA9", names[i]);
			if (paper_text(paper, &style, 60, 40 + (double)(i % 20) * 36, 400, isolated, &height,
			               &problem) != JISR_OK)
				fail_msg("%s", problem.text);
			assert_true(height > 8 && height < 30);
		}
		finish(paper, &pdf);
		text_init(&back, 1 << 24);
		extract(&pdf, &back);
		for (size_t i = 0; i < NAMES; i++)
			if (!has_line(&back, names[i])) {
				print_error("on a page %s not read back: %s\n",
				            rtl ? "from right to left" : "from left to right", names[i]);
				missing++;
			}
		assert_int_equal(missing, 0);
		text_finish(&back);
		text_finish(&pdf);
	}
}

static struct text sample(void)
{
	struct paper *paper;
	struct text pdf;
	double height;
	struct paper_style style = {.size = 12, .bold = true, .colour = 0xC00000};
	assert_int_equal(paper_new(&about, &paper), JISR_OK);
	assert_int_equal(paper_page(paper), JISR_OK);
	paper_box(paper, 0, 0, PAPER_WIDTH, 40, 0xC00000);
	paper_line(paper, 10, 50, 500, 50, 0.5, 0);
	assert_int_equal(paper_text(paper, &style, 20, 60, 300, "Two lines,\nand two", &height, NULL), JISR_OK);
	assert_int_equal(paper_attach(paper, "record.json", "application/json", "The signed record", "{\"a\":1}", 7),
	                 JISR_OK);
	finish(paper, &pdf);
	return pdf;
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	(void)state;
	struct text one = sample();
	sleep(1);
	struct text two = sample();
	assert_int_equal(one.length, two.length);
	assert_memory_equal(one.bytes, two.bytes, one.length);
	assert_memory_equal(one.bytes, "%PDF-1.", 7);
	text_finish(&one);
	text_finish(&two);
}

static void a_text_flows_over_what_room_there_is_and_loses_nothing(void **state)
{
	(void)state;
	for (int rtl = 0; rtl < 2; rtl++) {
		struct paper *paper;
		struct paper_style style = {.size = 10, .rtl = rtl != 0};
		const char *text = rtl ? "في يوم 12/03/2026 دخل المشتبه فيه البنك رقم 45 (فرع الرباط) ومعه شخص آخر "
		                         "يدعى John Smith (45) ثم خرج."
		                       : "On 12 March 2026 the suspect went into bank number 45 (branch Rabat) with "
		                         "another person.";
		const char *rest = text;
		size_t pieces = 0, length = strlen(text);
		double height;
		assert_int_equal(paper_new(&about, &paper), JISR_OK);
		assert_int_equal(paper_page(paper), JISR_OK);
		while (rest[0] != '\0') {
			const char *before = rest;
			assert_int_equal(paper_flow(paper, &style, 20, 20 + (double)pieces * 30, 100, 24, before,
			                            &height, &rest, NULL),
			                 JISR_OK);
			assert_true(rest[0] == '\0' || (rest > before && rest < text + length));
			pieces++;
			assert_true(pieces < 20);
		}
		assert_true(pieces > 3);
		struct text pdf;
		finish(paper, &pdf);
		text_finish(&pdf);
	}
}

static void what_cannot_be_printed_is_told(void **state)
{
	(void)state;
	struct paper *paper;
	struct problem problem = {""};
	struct paper_style style = {.size = 10};
	double height;
	assert_int_equal(paper_new(&about, &paper), JISR_OK);
	assert_int_equal(paper_page(paper), JISR_OK);
	assert_int_equal(paper_text(paper, &style, 0, 0, 100, "\xFF", &height, &problem), JISR_BAD_INPUT);
	assert_int_equal(paper_text(paper, &style, 0, 0, 100, "a \xF3\xB0\x80\x80", &height, &problem), JISR_BAD_INPUT);
	assert_non_null(strstr(problem.text, "U+F0000"));
	assert_int_equal(paper_picture(paper, 0, 0, 100, 100, "no picture", 10, &problem), JISR_UNSUPPORTED);
	for (int i = 1; i < PAPER_MAX_PAGES; i++)
		assert_int_equal(paper_page(paper), JISR_OK);
	assert_int_equal(paper_page(paper), JISR_TOO_LARGE);
	paper_free(paper);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_read_back_as_they_were_written),
		cmocka_unit_test(the_same_calls_give_the_same_bytes),
		cmocka_unit_test(a_text_flows_over_what_room_there_is_and_loses_nothing),
		cmocka_unit_test(what_cannot_be_printed_is_told),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	paper_forget();
	return failed;
}
