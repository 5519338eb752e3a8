#include "watch/mrz.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TODAY 20261123

/* The specimens of Doc 9303: Anna Maria Eriksson of Utopia. */
static const char td3_specimen[] = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
				   "L898902C36UTO7408122F1204159ZE184226B<<<<<10\n";
static const char td2_specimen[] = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
				   "D231458907UTO7408122F1204159<<<<<<<6\n";
static const char td1_specimen[] = "I<UTOD231458907<<<<<<<<<<<<<<<\n"
				   "7408122F1204159UTO<<<<<<<<<<<6\n"
				   "ERIKSSON<<ANNA<MARIA<<<<<<<<<<\n";
static const char mrv_a_specimen[] = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
				     "L8988901C4XXX4009078F96121096ZE184226B<<<<<<\n";
static const char mrv_b_specimen[] = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
				     "L8988901C4XXX4009078F9612109<<<<<<<<\n";

static struct mrz read_zone(const char *text)
{
	struct mrz mrz;
	struct problem problem = {""};
	int r = mrz_read(text, strlen(text), TODAY, &mrz, &problem);
	if (r != JISR_OK)
		fail_msg("%s", problem.text);
	return mrz;
}

static bool noted(const struct mrz *mrz, const char *words)
{
	for (size_t i = 0; i < mrz->note_count; i++) {
		if (strstr(mrz->notes[i], words) != NULL)
			return true;
	}
	return false;
}

static void refused(const char *text, const char *words)
{
	struct mrz mrz;
	struct problem problem = {""};
	assert_int_equal(mrz_read(text, strlen(text), TODAY, &mrz, &problem), JISR_BAD_INPUT);
	if (strstr(problem.text, words) == NULL)
		fail_msg("\"%s\" says nothing of \"%s\"", problem.text, words);
}

/* text with the character at `place` of line `line` replaced. */
static struct mrz with(const char *text, size_t line, size_t place, char c)
{
	char copy[200];
	(void)snprintf(copy, sizeof copy, "%s", text);
	char *at = copy;
	for (; line > 1; line--)
		at = strchr(at, '\n') + 1;
	at[place - 1] = c;
	return read_zone(copy);
}

static void the_passport_specimen_is_read(void **state)
{
	(void)state;
	struct mrz mrz = read_zone(td3_specimen);
	assert_int_equal(mrz.format, MRZ_TD3);
	assert_string_equal(mrz_format_name(mrz.format), "TD3");
	assert_string_equal(mrz.document_type, "P");
	assert_string_equal(mrz.issuer, "UTO");
	assert_string_equal(mrz.issuer_country, "");
	assert_string_equal(mrz.nationality, "UTO");
	assert_string_equal(mrz.number, "L898902C3");
	assert_string_equal(mrz.surname, "ERIKSSON");
	assert_string_equal(mrz.given_names, "ANNA MARIA");
	assert_false(mrz.name_truncated);
	assert_int_equal(mrz.birth.from, 19740812);
	assert_int_equal(mrz.birth.to, 19740812);
	assert_int_equal(mrz.expiry.from, 20120415);
	assert_int_equal(mrz.sex, 'f');
	assert_string_equal(mrz.optional, "ZE184226B");
	assert_true(mrz.checks_passed);
	assert_int_equal(mrz.note_count, 0);
}

static void the_card_and_visa_specimens_are_read(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum mrz_format format;
		const char *number;
		int birth;
	} specimens[] = {
		{td1_specimen, MRZ_TD1, "D23145890", 19740812},
		{td2_specimen, MRZ_TD2, "D23145890", 19740812},
		{mrv_a_specimen, MRZ_MRV_A, "L8988901C", 19400907},
		{mrv_b_specimen, MRZ_MRV_B, "L8988901C", 19400907},
	};
	for (size_t i = 0; i < sizeof specimens / sizeof *specimens; i++) {
		struct mrz mrz = read_zone(specimens[i].text);
		assert_int_equal(mrz.format, specimens[i].format);
		assert_string_equal(mrz.number, specimens[i].number);
		assert_string_equal(mrz.surname, "ERIKSSON");
		assert_string_equal(mrz.given_names, "ANNA MARIA");
		assert_int_equal(mrz.birth.from, specimens[i].birth);
		assert_int_equal(mrz.sex, 'f');
		assert_true(mrz.checks_passed);
		assert_int_equal(mrz.note_count, 0);
	}
}

static void a_long_number_goes_on_in_the_optional_field(void **state)
{
	(void)state;
	/* Doc 9303 part 5: D23145890734 with check digit 9. */
	struct mrz mrz = read_zone("I<UTOD23145890<7349<<<<<<<<<<<\n"
	                           "3407127M9507122UTO<<<<<<<<<<<2\n"
	                           "STEVENSON<<PETER<JOHN<<<<<<<<<\n");
	assert_string_equal(mrz.number, "D23145890734");
	assert_string_equal(mrz.optional, "");
	assert_string_equal(mrz.given_names, "PETER JOHN");
	assert_int_equal(mrz.birth.from, 19340712);
	assert_int_equal(mrz.expiry.from, 19950712);
	assert_true(mrz.checks_passed);
	struct mrz repaired = with("I<UTOD23145890<7349<<<<<<<<<<<\n"
	                           "3407127M9507122UTO<<<<<<<<<<<2\n"
	                           "STEVENSON<<PETER<JOHN<<<<<<<<<\n",
	                           1, 14, 'O');
	assert_string_equal(repaired.number, "D23145890734");
	assert_true(repaired.checks_passed);
	assert_true(noted(&repaired, "document number: O in position 9 repaired to 0"));
}

static void a_misread_number_is_repaired_where_one_change_fits(void **state)
{
	(void)state;
	struct mrz mrz = with(td3_specimen, 2, 6, 'O');
	assert_string_equal(mrz.number, "L898902C3");
	assert_true(mrz.checks_passed);
	assert_int_equal(mrz.note_count, 1);
	assert_string_equal(mrz.notes[0], "document number: O in position 6 repaired to 0 by the check digit");
	/* The personal number has a check digit of its own; here two changes would make it right. */
	mrz = with(td3_specimen, 2, 37, '8');
	assert_string_equal(mrz.optional, "ZE1842268");
	assert_false(mrz.checks_passed);
	assert_true(noted(&mrz, "optional data: check digit is 1, should be 8; several readings would fit"));
}

static void where_nothing_or_several_fit_nothing_is_guessed(void **state)
{
	(void)state;
	struct mrz mrz = with(td3_specimen, 2, 8, 'X'); /* C read as X: no usual confusion */
	assert_string_equal(mrz.number, "L898902X3");
	assert_false(mrz.checks_passed);
	assert_true(noted(&mrz, "document number: check digit is 6, should be"));
	/* 500S00000 or S00500000: both fit the check digit 1. */
	mrz = read_zone("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
	                "S00S000001XXX4009078F9612109<<<<<<<<\n");
	assert_false(mrz.checks_passed);
	assert_string_equal(mrz.number, "S00S00000");
	assert_true(noted(&mrz, "several readings would fit, none is taken"));
}

static void letters_and_digits_settle_where_only_one_kind_may_stand(void **state)
{
	(void)state;
	struct mrz mrz = with(td3_specimen, 1, 10, '1'); /* ERIKSSON read as ERIK1SON is no usual one: S is 5 */
	assert_string_equal(mrz.surname, "ERIKISON");
	mrz = with(td3_specimen, 1, 11, '5');
	assert_string_equal(mrz.surname, "ERIKSSON");
	assert_true(noted(&mrz, "names: 5 in position 6 taken as S"));
	mrz = with(td3_specimen, 2, 17, 'B'); /* 740812: 740B12 */
	assert_int_equal(mrz.birth.from, 19740812);
	assert_true(mrz.checks_passed);
	assert_true(noted(&mrz, "birth date: B in position 4 taken as 8"));
	mrz = with(td3_specimen, 2, 12, '7'); /* nationality */
	assert_true(noted(&mrz, "nationality: 7 in position 2 is no letter"));
	mrz = with(td3_specimen, 2, 20, 'Z'); /* the birth date's check digit */
	assert_true(mrz.checks_passed);
	assert_true(noted(&mrz, "check digit of the birth date: Z in position 1 taken as 2"));
}

static void a_wrong_date_is_told_and_not_repaired(void **state)
{
	(void)state;
	struct mrz mrz = with(td3_specimen, 2, 15, '5');
	assert_false(mrz.checks_passed);
	assert_true(noted(&mrz, "birth date: check digit is 2, should be"));
	assert_int_equal(mrz.birth.from, 19750812);
	mrz = with(td3_specimen, 2, 16, '3'); /* month 38 */
	assert_int_equal(mrz.birth.from, 0);
	assert_true(noted(&mrz, "birth date: 743812 is no date"));
}

static void unknown_parts_of_a_birth_date_widen_it(void **state)
{
	(void)state;
	char text[] = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
		      "L8988901C4XXX4009078F9612109<<<<<<<<\n";
	char *birth = text + 37 + 13;
	static const struct {
		const char *written;
		int from, to;
	} dates[] = {
		{"7408<<", 19740801, 19740831},
		{"74<<<<", 19740101, 19741231},
		{"<<<<<<", 0, 0},
		{"740000", 19740101, 19741231},
		{"04<<<<", 20040101, 20041231},
		{"2611<<", 20261101, 20261130},
		{"2612<<", 19261201, 19261231},
		{"000229", 20000229, 20000229},
		{"261124", 19261124, 19261124},
		{"261123", 20261123, 20261123},
		{"010229", 0, 0},
		{"74<<15", 19740101, 19741231},
	};
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		memcpy(birth, dates[i].written, 6);
		birth[6] = (char)('0' + mrz_check_digit(birth, 6));
		struct mrz mrz = read_zone(text);
		assert_int_equal(mrz.birth.from, dates[i].from);
		assert_int_equal(mrz.birth.to, dates[i].to);
		assert_true(mrz.checks_passed);
	}
}

static void the_century_of_an_expiry_is_the_nearest(void **state)
{
	(void)state;
	char text[] = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\n"
		      "L8988901C4XXX4009078F9612109<<<<<<<<\n";
	char *expiry = text + 37 + 21;
	static const struct {
		const char *written;
		int from;
	} dates[] = {
		{"350101", 20350101}, {"990101", 19990101}, {"760101", 20760101}, {"770101", 19770101}, {"<<<<<<", 0}};
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		memcpy(expiry, dates[i].written, 6);
		expiry[6] = (char)('0' + mrz_check_digit(expiry, 6));
		assert_int_equal(read_zone(text).expiry.from, dates[i].from);
	}
}

static void countries_are_told_from_codes_of_no_country(void **state)
{
	(void)state;
	static const struct {
		const char *code, *country;
	} codes[] = {{"D<<", "de"}, {"MAR", "ma"}, {"GBN", "gb"}, {"RKS", "xk"}, {"XXA", ""},
	             {"XXB", ""},   {"UNO", ""},   {"UNK", ""},   {"XPO", ""},   {"EUE", ""}};
	char text[sizeof td3_specimen];
	memcpy(text, td3_specimen, sizeof text);
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		memcpy(text + 2, codes[i].code, 3);
		memcpy(text + 45 + 10, codes[i].code, 3);
		struct mrz mrz = read_zone(text);
		assert_string_equal(mrz.issuer_country, codes[i].country);
		assert_string_equal(mrz.nationality_country, codes[i].country);
		assert_int_equal(mrz.note_count, 0);
		if (i == 0)
			assert_string_equal(mrz.issuer, "D");
	}
	memcpy(text + 2, "QQQ", 3);
	struct mrz mrz = read_zone(text);
	assert_true(noted(&mrz, "QQQ is not a country's code"));
}

static void sexes_are_m_f_or_unspecified(void **state)
{
	(void)state;
	assert_int_equal(with(td3_specimen, 2, 21, 'M').sex, 'm');
	assert_int_equal(with(td3_specimen, 2, 21, '<').sex, 0);
	assert_int_equal(with(td3_specimen, 2, 21, 'X').sex, 0);
	struct mrz mrz = with(td3_specimen, 2, 21, 'K');
	assert_int_equal(mrz.sex, 0);
	assert_true(noted(&mrz, "sex: K"));
}

static void check_names(const char *line, const char *surname, const char *given, bool truncated)
{
	char text[200];
	assert_int_equal(strlen(line), 44);
	(void)snprintf(text, sizeof text, "%s\n%s", line, td3_specimen + 45);
	struct mrz mrz = read_zone(text);
	assert_string_equal(mrz.surname, surname);
	assert_string_equal(mrz.given_names, given);
	assert_int_equal(mrz.name_truncated, truncated);
}

static void names_are_cut_into_surname_and_given_names(void **state)
{
	(void)state;
	check_names("P<UTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", false);
	check_names("P<UTOVAN<DER<MUELLEN<<MARIANNE<LOUISE<<<<<<<", "VAN DER MUELLEN", "MARIANNE LOUISE", false);
	check_names("P<UTOBENNELONG<WOOLOOMOOLOO<WARRANDYTE<<DING", "BENNELONG WOOLOOMOOLOO WARRANDYTE", "DING", true);
	check_names("P<UTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K", true);
	check_names("P<UTOBENNELONGWOOLOOMOOLOOWARRANDYTEWARNAMBO", "BENNELONGWOOLOOMOOLOOWARRANDYTEWARNAMBO", "",
	            true);
	check_names("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<K<<<<<<<<<<<", "ERIKSSON", "ANNA MARIA", false);
	check_names("P<UTOERIKSSON<<K<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ERIKSSON", "K", false);
	check_names("P<UTO<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", "ANNA", false);
	check_names("P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "", "", false);
}

static void what_scanners_do_to_lines_is_mended_and_told(void **state)
{
	(void)state;
	static const struct {
		const char *text, *words;
	} quirks[] = {
		{"p<utoeriksson<<anna<maria<<<<<<<<<<<<<<<<<<<\r\nl898902c36uto7408122f1204159ze184226b<<<<<10\r\n",
	         "line 1: lower case"},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
	         "line 1: 2 missing at its end"},
		{"P<UTOERIKSSON<<ANNA<MARIA\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", "line 1: 19 missing"},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
	         "line 1: 2 too many"},
		{"P<UTOERIKSSON«ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
	         "line 1: double angles taken as two"},
		{"P«UTOERIKSSON««ANNA«MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
	         "line 1: double angles taken as one"},
		{"P UTOERIKSSON  ANNA MARIA                   \nL898902C36UTO7408122F1204159ZE184226B     10",
	         "line 1: spaces taken as fillers"},
		{"P UTOERIKSSON  ANNA MARIA\nL898902C36UTO7408122F1204159ZE184226B     10",
	         "line 1: spaces between characters"},
		{"  P<UTO ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<  \n\nL898902C36 UTO 7408122 F 1204159 "
	         "ZE184226B<<<<<10",
	         "line 2: spaces left out"},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<10",
	         "line 2: 2 missing in its longest row of fillers"},
		{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<<10",
	         "line 2: 1 too many fillers in its longest row"},
		{"\xef\xbb\xbfP<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10",
	         "given as one line"},
	};
	struct mrz whole = read_zone(td3_specimen);
	for (size_t i = 0; i < sizeof quirks / sizeof *quirks; i++) {
		struct mrz mrz = read_zone(quirks[i].text);
		if (!noted(&mrz, quirks[i].words))
			fail_msg("%s: no note of \"%s\"", quirks[i].text, quirks[i].words);
		assert_true(mrz.checks_passed);
		assert_string_equal(mrz.surname, whole.surname);
		assert_string_equal(mrz.given_names, whole.given_names);
		assert_string_equal(mrz.number, whole.number);
		assert_string_equal(mrz.optional, whole.optional);
		assert_false(mrz.name_truncated);
	}
}

static void fillers_left_out_at_the_end_of_any_line_are_mended(void **state)
{
	(void)state;
	struct mrz mrz = read_zone("V<UTOERIKSSON<<ANNA<MARIA\nL8988901C4XXX4009078F96121096ZE184226B\n");
	assert_int_equal(mrz.format, MRZ_MRV_A);
	assert_string_equal(mrz.optional, "6ZE184226B");
	assert_true(mrz.checks_passed);
	mrz = read_zone("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109\n");
	assert_int_equal(mrz.format, MRZ_MRV_B);
	assert_true(mrz.checks_passed);
	mrz = read_zone("I<UTOD231458907\n7408122F1204159UTO<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA\n");
	assert_int_equal(mrz.format, MRZ_TD1);
	assert_true(mrz.checks_passed);
	assert_string_equal(mrz.given_names, "ANNA MARIA");
	assert_int_equal(mrz.note_count, 3);
}

static void the_older_french_card_is_read(void **state)
{
	(void)state;
	char text[] = "IDFRADUPONT<DURAND<<<<<<<<<<<<756034\n"
		      "9506750012344JEAN<<PIERRE<<8001015M0\n";
	char *second = text + 37;
	second[12] = (char)('0' + mrz_check_digit(second, 12));
	second[33] = (char)('0' + mrz_check_digit(second + 27, 6));
	char whole[71];
	memcpy(whole, text, 36);
	memcpy(whole + 36, second, 35);
	second[35] = (char)('0' + mrz_check_digit(whole, 71));
	struct mrz mrz = read_zone(text);
	assert_int_equal(mrz.format, MRZ_TD2);
	assert_true(mrz.checks_passed);
	assert_string_equal(mrz.surname, "DUPONT DURAND");
	assert_string_equal(mrz.given_names, "JEAN PIERRE");
	assert_string_equal(mrz.number, "950675001234");
	assert_string_equal(mrz.nationality_country, "fr");
	assert_int_equal(mrz.birth.from, 19800101);
	assert_int_equal(mrz.sex, 'm');
}

static void what_is_no_zone_is_refused_with_a_reason(void **state)
{
	(void)state;
	refused("", "empty");
	refused("\n \n", "empty");
	refused("hello", "one line of 5");
	refused("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C3", "two lines must have 44 characters");
	refused("A\nB\nC", "three lines must have 30");
	refused("A\nB\nC\nD", "line 4 is one too many");
	refused("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO/408122F1204159ZE184226B<<<<<10",
	        "line 2, column 14: '/'");
	refused("P<UTO\xd8\xa7", "line 1, column 6: byte 0xd8");
	refused("7<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
	        "line 1, column 1");
	char longest[400];
	memset(longest, '<', sizeof longest);
	longest[399] = '\0';
	refused(longest, "too long");
}

/* ---- random zones of every format ---- */

static uint64_t random_state = 88172645463325252u;

static unsigned random_below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 32) % limit);
}

static void random_text(char *out, size_t least, size_t most, size_t width, const char *characters)
{
	size_t length = least + random_below((unsigned)(most - least + 1));
	for (size_t i = 0; i < width; i++)
		out[i] = i < length ? characters[random_below((unsigned)strlen(characters))] : '<';
}

static void random_date(char out[6])
{
	char text[16];
	(void)snprintf(text, sizeof text, "%02u%02u%02u", random_below(100), 1 + random_below(12),
	               1 + random_below(28));
	memcpy(out, text, 6);
}

static char digit(const char *bytes, size_t length)
{
	return (char)('0' + mrz_check_digit(bytes, length));
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", both[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static void random_names(char *out, size_t width)
{
	memset(out, '<', width);
	size_t surname = 1 + random_below(12), given = 1 + random_below(10);
	random_text(out, surname, surname, surname, letters);
	random_text(out + surname + 2, given, given, given, letters);
}

/* The composite's digit over up to four parts of (from, length), ended by length 0. */
static char composite(const char *zone, const unsigned (*parts)[2], size_t count)
{
	char text[90];
	size_t length = 0;
	for (size_t i = 0; i < count; i++) {
		memcpy(text + length, zone + parts[i][0], parts[i][1]);
		length += parts[i][1];
	}
	return digit(text, length);
}

/* Number, check, nationality, birth, check, sex, expiry, check: as line 2 of all but TD1 begins. */
static void random_second_line(char *line)
{
	random_text(line, 7, 9, 9, both);
	line[9] = digit(line, 9);
	memcpy(line + 10, "UTO", 3);
	random_date(line + 13);
	line[19] = digit(line + 13, 6);
	line[20] = "MF<"[random_below(3)];
	random_date(line + 21);
	line[27] = digit(line + 21, 6);
}

static size_t random_zone(enum mrz_format format, char *zone)
{
	size_t width = format == MRZ_TD1 ? 30 : format == MRZ_TD2 || format == MRZ_MRV_B ? 36 : 44;
	char *second = zone + width;
	memcpy(zone, format == MRZ_TD3 ? "P<UTO" : format >= MRZ_MRV_A ? "V<UTO" : "I<UTO", 5);
	if (format == MRZ_TD1) {
		random_text(zone + 5, 7, 9, 9, both);
		zone[14] = digit(zone + 5, 9);
		random_text(zone + 15, 0, 12, 15, both);
		random_date(second);
		second[6] = digit(second, 6);
		second[7] = "MF<"[random_below(3)];
		random_date(second + 8);
		second[14] = digit(second + 8, 6);
		memcpy(second + 15, "UTO", 3);
		random_text(second + 18, 0, 8, 11, both);
		static const unsigned parts[][2] = {{5, 25}, {30, 7}, {38, 7}, {48, 11}};
		second[29] = composite(zone, parts, 4);
		random_names(zone + 60, 30);
		return width;
	}
	random_names(zone + 5, width - 5);
	random_second_line(second);
	random_text(second + 28, 0, width - 28 - 2, width - 28, both);
	if (format == MRZ_TD3) {
		second[42] = digit(second + 28, 14);
		static const unsigned parts[][2] = {{44, 10}, {57, 7}, {65, 22}};
		second[43] = composite(zone, parts, 3);
	} else if (format == MRZ_TD2) {
		static const unsigned parts[][2] = {{36, 10}, {49, 7}, {57, 14}};
		second[35] = composite(zone, parts, 3);
	}
	return width;
}

static struct mrz read_in_lines(const char *zone, size_t width)
{
	char text[100];
	size_t length = 0;
	for (size_t i = 0; i < (width == 30 ? 3 : 2); i++) {
		memcpy(text + length, zone + i * width, width);
		length += width;
		text[length++] = '\n';
	}
	text[length] = '\0';
	return read_zone(text);
}

static bool same_reading(const struct mrz *a, const struct mrz *b)
{
	return strcmp(a->number, b->number) == 0 && strcmp(a->surname, b->surname) == 0 &&
	       strcmp(a->given_names, b->given_names) == 0 && memcmp(&a->birth, &b->birth, sizeof a->birth) == 0 &&
	       memcmp(&a->expiry, &b->expiry, sizeof a->expiry) == 0 && strcmp(a->optional, b->optional) == 0 &&
	       strcmp(a->nationality, b->nationality) == 0 && strcmp(a->issuer, b->issuer) == 0 &&
	       strcmp(a->document_type, b->document_type) == 0 && a->sex == b->sex;
}

static void every_confusion_is_repaired_or_told(void **state)
{
	(void)state;
	static const char *const groups[] = {"0OQD", "1IL", "2Z", "5S", "8B"};
	unsigned tried = 0, restored = 0, unseen = 0;
	for (unsigned round = 0; round < 30000; round++) {
		enum mrz_format format = MRZ_TD1 + round % 5;
		char zone[90];
		size_t width = random_zone(format, zone), size = width == 30 ? 90 : 2 * width;
		struct mrz right = read_in_lines(zone, width);
		assert_int_equal(right.format, format);
		assert_true(right.checks_passed);
		assert_int_equal(right.note_count, 0);
		size_t place = 5 + random_below((unsigned)size - 5);
		const char *group = NULL;
		for (size_t i = 0; i < 5; i++) {
			if (zone[place] != '\0' && strchr(groups[i], zone[place]) != NULL)
				group = groups[i];
		}
		if (group == NULL)
			continue;
		char was = zone[place], now = group[random_below((unsigned)strlen(group))];
		bool letter = was >= 'A';
		if (now == was || (now == 'L' && was == '1') || (now == '1' && was == 'L'))
			continue; /* those weigh the same */
		zone[place] = now;
		struct mrz mrz = read_in_lines(zone, width);
		tried++;
		if (same_reading(&mrz, &right) && mrz.checks_passed)
			restored++;
		else if (mrz.note_count == 0 && mrz.checks_passed) {
			/* Only a letter for a letter in a name, or what no check digit of the format covers. */
			bool uncovered = format >= MRZ_MRV_A && place >= width + 28;
			assert_true(uncovered || (letter && now >= 'A'));
			unseen++;
		}
		if (mrz.note_count == 0)
			assert_true(mrz.checks_passed);
	}
	assert_true(tried > 3000);
	assert_true(restored * 10 > tried * 6); /* about two in three come back whole */
	assert_true(unseen * 5 < tried);
}

static void the_fault_that_the_property_watches_for_is_seen(void **state)
{
	(void)state;
	struct mrz right = read_zone(td3_specimen), wrong = with(td3_specimen, 2, 8, 'X');
	assert_true(same_reading(&right, &right));
	assert_false(same_reading(&right, &wrong));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_passport_specimen_is_read),
		cmocka_unit_test(the_card_and_visa_specimens_are_read),
		cmocka_unit_test(a_long_number_goes_on_in_the_optional_field),
		cmocka_unit_test(a_misread_number_is_repaired_where_one_change_fits),
		cmocka_unit_test(where_nothing_or_several_fit_nothing_is_guessed),
		cmocka_unit_test(letters_and_digits_settle_where_only_one_kind_may_stand),
		cmocka_unit_test(a_wrong_date_is_told_and_not_repaired),
		cmocka_unit_test(unknown_parts_of_a_birth_date_widen_it),
		cmocka_unit_test(the_century_of_an_expiry_is_the_nearest),
		cmocka_unit_test(countries_are_told_from_codes_of_no_country),
		cmocka_unit_test(sexes_are_m_f_or_unspecified),
		cmocka_unit_test(names_are_cut_into_surname_and_given_names),
		cmocka_unit_test(what_scanners_do_to_lines_is_mended_and_told),
		cmocka_unit_test(fillers_left_out_at_the_end_of_any_line_are_mended),
		cmocka_unit_test(the_older_french_card_is_read),
		cmocka_unit_test(what_is_no_zone_is_refused_with_a_reason),
		cmocka_unit_test(every_confusion_is_repaired_or_told),
		cmocka_unit_test(the_fault_that_the_property_watches_for_is_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
