/* Where the tables come from.
 *
 *   members   the 193 members of the United Nations without the Democratic People's Republic of Korea and Tuvalu, and
 *             Aruba, Curaçao, Palestine, Sint Maarten and the Vatican City State: 196 since Palau was admitted in
 *             November 2023 (Palestine and Solomon Islands 2017, Kiribati and Vanuatu 2018, Micronesia 2021). Neither
 *             Kosovo nor Taiwan is a member.
 *   regions   M49 of the United Nations with Oceania counted to Asia, as the organisation has four regions; Armenia,
 *             Azerbaijan, Cyprus, Georgia, Israel and Türkiye are counted to Europe. A record can say otherwise.
 *   offices   headquarters in Lyon; the regional bureaus in Abidjan (1994), Buenos Aires, Harare, Nairobi, San Salvador
 *             (2003), Yaoundé (2009) and Bridgetown; the liaison office in Bangkok; the special representatives to the
 *             United Nations in New York and Vienna, to the European Union in Brussels, to the African Union in Addis
 *             Ababa. Bridgetown, Addis Ababa and Vienna are from memory of public pages, not read again.
 *   names     ICU (CLDR), but where CLDR's way is not that of the organisation and of the United Nations' terminology
 *             ("Congo - Kinshasa", "Myanmar (Burma)"): those stand here. */
#include "members/organisation.h"

#include "base/utf8.h"
#include "names/country.h"

#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

const char *const language_codes[LANGUAGE_COUNT] = {"ar", "en", "es", "fr"};

static const char *const regions[REGION_COUNT] = {"africa", "americas", "asia", "europe"};

#define READER    ROLE_BIT(ROLE_READER)
#define BORDER    ROLE_BIT(ROLE_BORDER_OFFICER)
#define BUREAU    ROLE_BIT(ROLE_BUREAU_OFFICER)
#define HEAD      ROLE_BIT(ROLE_HEAD_OF_BUREAU)
#define REVIEWER  ROLE_BIT(ROLE_REVIEWER)
#define SECRETARY ROLE_BIT(ROLE_SECRETARY_GENERAL)
#define AUDITOR   ROLE_BIT(ROLE_AUDITOR)
#define ADMIN     ROLE_BIT(ROLE_ADMINISTRATOR)
#define DELEGATE  ROLE_BIT(ROLE_DELEGATE)
#define CHAIR     ROLE_BIT(ROLE_CHAIR)
#define ASSEMBLY  ROLE_BIT(ROLE_ASSEMBLY_SECRETARY)

static const struct {
	const char *name;
	role_set roles;
} office_kinds[OFFICE_KIND_COUNT] = {
	[OFFICE_IS_HEADQUARTERS] = {"headquarters",
                                    READER | BUREAU | REVIEWER | SECRETARY | AUDITOR | ADMIN | CHAIR | ASSEMBLY},
	[OFFICE_IS_BUREAU] = {"bureau", READER | BORDER | BUREAU | HEAD | AUDITOR | ADMIN | DELEGATE | CHAIR},
	[OFFICE_IS_SUB_BUREAU] = {"sub-bureau", READER | BORDER | BUREAU | HEAD | AUDITOR | ADMIN},
	[OFFICE_IS_REGIONAL] = {"regional-bureau", READER | BUREAU | HEAD | AUDITOR | ADMIN},
	[OFFICE_IS_LIAISON] = {"liaison-office", READER | BUREAU | HEAD | AUDITOR | ADMIN},
	[OFFICE_IS_REPRESENTATION] = {"representation", READER | BUREAU | HEAD | AUDITOR | ADMIN},
	[OFFICE_IS_COMMISSION] = {"commission", ROLE_BIT(ROLE_COMMISSION) | AUDITOR | ADMIN},
};

const struct organisation_member organisation_members[] = {
	{"AD", REGION_EUROPE},   {"AE", REGION_ASIA},     {"AF", REGION_ASIA},     {"AG", REGION_AMERICAS},
	{"AL", REGION_EUROPE},   {"AM", REGION_EUROPE},   {"AO", REGION_AFRICA},   {"AR", REGION_AMERICAS},
	{"AT", REGION_EUROPE},   {"AU", REGION_ASIA},     {"AW", REGION_AMERICAS}, {"AZ", REGION_EUROPE},
	{"BA", REGION_EUROPE},   {"BB", REGION_AMERICAS}, {"BD", REGION_ASIA},     {"BE", REGION_EUROPE},
	{"BF", REGION_AFRICA},   {"BG", REGION_EUROPE},   {"BH", REGION_ASIA},     {"BI", REGION_AFRICA},
	{"BJ", REGION_AFRICA},   {"BN", REGION_ASIA},     {"BO", REGION_AMERICAS}, {"BR", REGION_AMERICAS},
	{"BS", REGION_AMERICAS}, {"BT", REGION_ASIA},     {"BW", REGION_AFRICA},   {"BY", REGION_EUROPE},
	{"BZ", REGION_AMERICAS}, {"CA", REGION_AMERICAS}, {"CD", REGION_AFRICA},   {"CF", REGION_AFRICA},
	{"CG", REGION_AFRICA},   {"CH", REGION_EUROPE},   {"CI", REGION_AFRICA},   {"CL", REGION_AMERICAS},
	{"CM", REGION_AFRICA},   {"CN", REGION_ASIA},     {"CO", REGION_AMERICAS}, {"CR", REGION_AMERICAS},
	{"CU", REGION_AMERICAS}, {"CV", REGION_AFRICA},   {"CW", REGION_AMERICAS}, {"CY", REGION_EUROPE},
	{"CZ", REGION_EUROPE},   {"DE", REGION_EUROPE},   {"DJ", REGION_AFRICA},   {"DK", REGION_EUROPE},
	{"DM", REGION_AMERICAS}, {"DO", REGION_AMERICAS}, {"DZ", REGION_AFRICA},   {"EC", REGION_AMERICAS},
	{"EE", REGION_EUROPE},   {"EG", REGION_AFRICA},   {"ER", REGION_AFRICA},   {"ES", REGION_EUROPE},
	{"ET", REGION_AFRICA},   {"FI", REGION_EUROPE},   {"FJ", REGION_ASIA},     {"FM", REGION_ASIA},
	{"FR", REGION_EUROPE},   {"GA", REGION_AFRICA},   {"GB", REGION_EUROPE},   {"GD", REGION_AMERICAS},
	{"GE", REGION_EUROPE},   {"GH", REGION_AFRICA},   {"GM", REGION_AFRICA},   {"GN", REGION_AFRICA},
	{"GQ", REGION_AFRICA},   {"GR", REGION_EUROPE},   {"GT", REGION_AMERICAS}, {"GW", REGION_AFRICA},
	{"GY", REGION_AMERICAS}, {"HN", REGION_AMERICAS}, {"HR", REGION_EUROPE},   {"HT", REGION_AMERICAS},
	{"HU", REGION_EUROPE},   {"ID", REGION_ASIA},     {"IE", REGION_EUROPE},   {"IL", REGION_EUROPE},
	{"IN", REGION_ASIA},     {"IQ", REGION_ASIA},     {"IR", REGION_ASIA},     {"IS", REGION_EUROPE},
	{"IT", REGION_EUROPE},   {"JM", REGION_AMERICAS}, {"JO", REGION_ASIA},     {"JP", REGION_ASIA},
	{"KE", REGION_AFRICA},   {"KG", REGION_ASIA},     {"KH", REGION_ASIA},     {"KI", REGION_ASIA},
	{"KM", REGION_AFRICA},   {"KN", REGION_AMERICAS}, {"KR", REGION_ASIA},     {"KW", REGION_ASIA},
	{"KZ", REGION_ASIA},     {"LA", REGION_ASIA},     {"LB", REGION_ASIA},     {"LC", REGION_AMERICAS},
	{"LI", REGION_EUROPE},   {"LK", REGION_ASIA},     {"LR", REGION_AFRICA},   {"LS", REGION_AFRICA},
	{"LT", REGION_EUROPE},   {"LU", REGION_EUROPE},   {"LV", REGION_EUROPE},   {"LY", REGION_AFRICA},
	{"MA", REGION_AFRICA},   {"MC", REGION_EUROPE},   {"MD", REGION_EUROPE},   {"ME", REGION_EUROPE},
	{"MG", REGION_AFRICA},   {"MH", REGION_ASIA},     {"MK", REGION_EUROPE},   {"ML", REGION_AFRICA},
	{"MM", REGION_ASIA},     {"MN", REGION_ASIA},     {"MR", REGION_AFRICA},   {"MT", REGION_EUROPE},
	{"MU", REGION_AFRICA},   {"MV", REGION_ASIA},     {"MW", REGION_AFRICA},   {"MX", REGION_AMERICAS},
	{"MY", REGION_ASIA},     {"MZ", REGION_AFRICA},   {"NA", REGION_AFRICA},   {"NE", REGION_AFRICA},
	{"NG", REGION_AFRICA},   {"NI", REGION_AMERICAS}, {"NL", REGION_EUROPE},   {"NO", REGION_EUROPE},
	{"NP", REGION_ASIA},     {"NR", REGION_ASIA},     {"NZ", REGION_ASIA},     {"OM", REGION_ASIA},
	{"PA", REGION_AMERICAS}, {"PE", REGION_AMERICAS}, {"PG", REGION_ASIA},     {"PH", REGION_ASIA},
	{"PK", REGION_ASIA},     {"PL", REGION_EUROPE},   {"PS", REGION_ASIA},     {"PT", REGION_EUROPE},
	{"PW", REGION_ASIA},     {"PY", REGION_AMERICAS}, {"QA", REGION_ASIA},     {"RO", REGION_EUROPE},
	{"RS", REGION_EUROPE},   {"RU", REGION_EUROPE},   {"RW", REGION_AFRICA},   {"SA", REGION_ASIA},
	{"SB", REGION_ASIA},     {"SC", REGION_AFRICA},   {"SD", REGION_AFRICA},   {"SE", REGION_EUROPE},
	{"SG", REGION_ASIA},     {"SI", REGION_EUROPE},   {"SK", REGION_EUROPE},   {"SL", REGION_AFRICA},
	{"SM", REGION_EUROPE},   {"SN", REGION_AFRICA},   {"SO", REGION_AFRICA},   {"SR", REGION_AMERICAS},
	{"SS", REGION_AFRICA},   {"ST", REGION_AFRICA},   {"SV", REGION_AMERICAS}, {"SX", REGION_AMERICAS},
	{"SY", REGION_ASIA},     {"SZ", REGION_AFRICA},   {"TD", REGION_AFRICA},   {"TG", REGION_AFRICA},
	{"TH", REGION_ASIA},     {"TJ", REGION_ASIA},     {"TL", REGION_ASIA},     {"TM", REGION_ASIA},
	{"TN", REGION_AFRICA},   {"TO", REGION_ASIA},     {"TR", REGION_EUROPE},   {"TT", REGION_AMERICAS},
	{"TZ", REGION_AFRICA},   {"UA", REGION_EUROPE},   {"UG", REGION_AFRICA},   {"US", REGION_AMERICAS},
	{"UY", REGION_AMERICAS}, {"UZ", REGION_ASIA},     {"VA", REGION_EUROPE},   {"VC", REGION_AMERICAS},
	{"VE", REGION_AMERICAS}, {"VN", REGION_ASIA},     {"VU", REGION_ASIA},     {"WS", REGION_ASIA},
	{"YE", REGION_ASIA},     {"ZA", REGION_AFRICA},   {"ZM", REGION_AFRICA},   {"ZW", REGION_AFRICA},
};
_Static_assert(sizeof organisation_members / sizeof *organisation_members == ORGANISATION_MEMBERS, "all of them");

const struct organisation_office organisation_offices[] = {
	{OFFICE_HEADQUARTERS,
         OFFICE_IS_HEADQUARTERS,
         "FR",
         {"الأمانة العامة", "General Secretariat", "Secretaría General", "Secrétariat général"}},
	{"LO-BKK",
         OFFICE_IS_LIAISON,
         "TH",
         {"مكتب الاتصال في بانكوك", "Liaison Office Bangkok", "Oficina de Enlace de Bangkok",
          "Bureau de liaison de Bangkok"}},
	{"RB-ABJ",
         OFFICE_IS_REGIONAL,
         "CI",
         {"المكتب الإقليمي في أبيدجان", "Regional Bureau Abidjan", "Oficina Regional de Abiyán",
          "Bureau régional d’Abidjan"}},
	{"RB-BGI",
         OFFICE_IS_REGIONAL,
         "BB",
         {"المكتب الإقليمي في بريدجتاون", "Regional Bureau Bridgetown", "Oficina Regional de Bridgetown",
          "Bureau régional de Bridgetown"}},
	{"RB-BUE",
         OFFICE_IS_REGIONAL,
         "AR",
         {"المكتب الإقليمي في بوينس آيرس", "Regional Bureau Buenos Aires", "Oficina Regional de Buenos Aires",
          "Bureau régional de Buenos Aires"}},
	{"RB-HRE",
         OFFICE_IS_REGIONAL,
         "ZW",
         {"المكتب الإقليمي في هراري", "Regional Bureau Harare", "Oficina Regional de Harare",
          "Bureau régional de Harare"}},
	{"RB-NBO",
         OFFICE_IS_REGIONAL,
         "KE",
         {"المكتب الإقليمي في نيروبي", "Regional Bureau Nairobi", "Oficina Regional de Nairobi",
          "Bureau régional de Nairobi"}},
	{"RB-SAL",
         OFFICE_IS_REGIONAL,
         "SV",
         {"المكتب الإقليمي في سان سلفادور", "Regional Bureau San Salvador", "Oficina Regional de San Salvador",
          "Bureau régional de San Salvador"}},
	{"RB-YAO",
         OFFICE_IS_REGIONAL,
         "CM",
         {"المكتب الإقليمي في ياوندي", "Regional Bureau Yaoundé", "Oficina Regional de Yaundé",
          "Bureau régional de Yaoundé"}},
	{"SR-ADD",
         OFFICE_IS_REPRESENTATION,
         "ET",
         {"الممثل الخاص لدى الاتحاد الأفريقي", "Special Representative to the African Union",
          "Representante Especial ante la Unión Africana", "Représentant spécial auprès de l’Union africaine"}},
	{"SR-BRU",
         OFFICE_IS_REPRESENTATION,
         "BE",
         {"الممثل الخاص لدى الاتحاد الأوروبي", "Special Representative to the European Union",
          "Representante Especial ante la Unión Europea", "Représentant spécial auprès de l’Union européenne"}},
	{"SR-NYC",
         OFFICE_IS_REPRESENTATION,
         "US",
         {"الممثل الخاص لدى الأمم المتحدة في نيويورك", "Special Representative to the United Nations, New York",
          "Representante Especial ante las Naciones Unidas en Nueva York",
          "Représentant spécial auprès des Nations Unies à New York"}},
	{"SR-VIE",
         OFFICE_IS_REPRESENTATION,
         "AT",
         {"الممثل الخاص لدى الأمم المتحدة في فيينا", "Special Representative to the United Nations, Vienna",
          "Representante Especial ante las Naciones Unidas en Viena",
          "Représentant spécial auprès des Nations Unies à Vienne"}},
};
const size_t organisation_office_count = sizeof organisation_offices / sizeof *organisation_offices;

/* Without the articles that terminology puts behind. */
static const struct {
	char code[3];
	const char *names[LANGUAGE_COUNT];
} own_names[] = {
	{"BY", {"بيلاروس", "Belarus", "Belarús", "Bélarus"}},
	{"CD",
         {"جمهورية الكونغو الديمقراطية", "Democratic Republic of the Congo", "República Democrática del Congo",
          "République démocratique du Congo"}},
	{"CG", {"الكونغو", "Congo", "Congo", "Congo"}},
	{"CV", {"كابو فيردي", "Cabo Verde", "Cabo Verde", "Cabo Verde"}},
	{"FM",
         {"ميكرونيزيا (ولايات - الموحدة)", "Micronesia (Federated States of)", "Micronesia (Estados Federados de)",
          "Micronésie (États fédérés de)"}},
	{"KR", {"جمهورية كوريا", "Republic of Korea", "República de Corea", "République de Corée"}},
	{"MD", {"جمهورية مولدوفا", "Republic of Moldova", "República de Moldova", "République de Moldova"}},
	{"MM", {"ميانمار", "Myanmar", "Myanmar", "Myanmar"}},
	{"PS", {"فلسطين", "Palestine", "Palestina", "Palestine"}},
	{"SX", {"سانت مارتن", "Sint Maarten", "Sint Maarten", "Sint Maarten"}},
	{"TL", {"تيمور - ليشتي", "Timor-Leste", "Timor-Leste", "Timor-Leste"}},
	{"TR", {"تركيا", "Türkiye", "Türkiye", "Türkiye"}},
	{"VA",
         {"دولة مدينة الفاتيكان", "Vatican City State", "Estado de la Ciudad del Vaticano",
          "État de la Cité du Vatican"}},
};

const char *region_name(enum region region)
{
	return (unsigned)region < REGION_COUNT ? regions[region] : "unknown";
}

bool region_read(const char *name, enum region *ret_region)
{
	for (unsigned i = 0; i < REGION_COUNT; i++)
		if (strcmp(regions[i], name) == 0) {
			*ret_region = (enum region)i;
			return true;
		}
	return false;
}

const char *office_kind_name(enum office_kind kind)
{
	return (unsigned)kind < OFFICE_KIND_COUNT ? office_kinds[kind].name : "unknown";
}

bool office_kind_read(const char *name, enum office_kind *ret_kind)
{
	for (unsigned i = 0; i < OFFICE_KIND_COUNT; i++)
		if (strcmp(office_kinds[i].name, name) == 0) {
			*ret_kind = (enum office_kind)i;
			return true;
		}
	return false;
}

role_set office_kind_roles(enum office_kind kind)
{
	return (unsigned)kind < OFFICE_KIND_COUNT ? office_kinds[kind].roles : 0;
}

static bool icu_name(const char *code, const char *language, char out[NAMES_MAX + 1])
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[NAMES_MAX];
	int32_t length = 0;
	char locale[8];
	(void)snprintf(locale, sizeof locale, "und_%.2s", code);
	(void)uloc_getDisplayCountry(locale, language, wide, NAMES_MAX, &status);
	if (U_FAILURE(status) || status == U_USING_DEFAULT_WARNING)
		return false;
	(void)u_strToUTF8(out, NAMES_MAX + 1, &length, wide, -1, &status);
	return U_SUCCESS(status) && length > 0 && length <= NAMES_MAX && strcmp(out, code) != 0;
}

bool organisation_country(const char *code, struct names *ret_names)
{
	struct names names = {0};
	char lower[3] = "";
	if (strlen(code) != 2 || !country_read(code, 2, lower) || country_name(lower) == NULL)
		return false;
	for (size_t i = 0; i < sizeof own_names / sizeof *own_names; i++)
		if (strcmp(own_names[i].code, code) == 0) {
			for (size_t j = 0; j < LANGUAGE_COUNT; j++)
				(void)snprintf(ret_names->text[j], sizeof ret_names->text[j], "%s",
				               own_names[i].names[j]);
			return true;
		}
	for (size_t j = 0; j < LANGUAGE_COUNT; j++)
		if (!icu_name(code, language_codes[j], names.text[j]))
			return false;
	*ret_names = names;
	return true;
}

void organisation_bureau(const struct names *member, struct names *ret_names)
{
	static const char *const before[LANGUAGE_COUNT] = {"المكتب المركزي الوطني: ", "NCB ", "OCN ", "BCN "};
	for (size_t i = 0; i < LANGUAGE_COUNT; i++) {
		size_t most = sizeof ret_names->text[i] - 1 - strlen(before[i]), length = strlen(member->text[i]);
		if (length > most)
			length = utf8_cut(member->text[i], length, most);
		(void)snprintf(ret_names->text[i], sizeof ret_names->text[i], "%s%.*s", before[i], (int)length,
		               member->text[i]);
	}
}
