/* The remarks of sdn.csv hold what the XML has in fields: "DOB 02 Feb 1975; POB Sana'a, Yemen; nationality Yemen;
 * Gender Male; Passport 123 (Yemen) expires 03 Mar 2017; a.k.a. 'THE SAILOR'; Linked To: ...". A sentence may begin
 * with "alt." (another value of the same kind). What no rule knows is kept as a note: nothing is lost. */
#include "lists/ofac.h"

#include "lists/reading.h"
#include "names/country.h"

#include <string.h>
#include <strings.h>

/* Kinds of identifiers by how they begin; the first that fits counts. `property` NULL: a note. */
static const struct kind {
	const char *prefix;
	const char *property;
	const char *country; /* where only one country has it */
} kinds[] = {
	{"Passport Card", "passportNumber", NULL},
	{"Passport", "passportNumber", NULL},
	{"Diplomatic Passport", "passportNumber", NULL},
	{"Stateless Person Passport", "passportNumber", NULL},
	{"SSN", "socialSecurityNumber", "us"},
	{"MMSI", "mmsi", NULL},
	{"Vessel Registration Identification", "imoNumber", NULL},
	{"D-U-N-S Number", "dunsCode", NULL},
	{"SWIFT/BIC", "swiftBic", NULL},
	{"Legal Entity Number", "leiCode", NULL},
	{"Website", "website", NULL},
	{"Email Address", "email", NULL},
	{"Phone Number", "phone", NULL},
	{"Telephone", "phone", NULL},
	{"Fax", "phone", NULL},
	{"Tax ID No.", "taxNumber", NULL},
	{"NIT #", "taxNumber", NULL},
	{"RUC #", "taxNumber", NULL},
	{"RIF #", "taxNumber", "ve"},
	{"R.F.C.", "taxNumber", "mx"},
	{"RFC", "taxNumber", "mx"},
	{"RTN", "taxNumber", "hn"},
	{"C.U.I.T.", "taxNumber", "ar"},
	{"V.A.T. Number", "vatCode", NULL},
	{"Italian Fiscal Code", "taxNumber", "it"},
	{"Fiscal Code", "taxNumber", NULL},
	{"CNPJ", "taxNumber", "br"},
	{"C.U.R.P.", "idNumber", "mx"},
	{"D.N.I.", "idNumber", NULL},
	{"C.U.I.", "idNumber", NULL},
	{"C.U.I.P.", "idNumber", NULL},
	{"Cedula No.", "idNumber", NULL},
	{"Cedula de Residencia", "idNumber", NULL},
	{"National ID No.", "idNumber", NULL},
	{"National Foreign ID Number", "idNumber", NULL},
	{"Personal ID Card", "idNumber", NULL},
	{"Identification Number", "idNumber", NULL},
	{"Turkish Identification Number", "idNumber", "tr"},
	{"Kenyan ID No.", "idNumber", "ke"},
	{"Interpol: Red Notice. File No.", NULL, NULL},
	{"Driver's License No.", "idNumber", NULL},
	{"Birth Certificate Number", "idNumber", NULL},
	{"Electoral Registry No.", "idNumber", NULL},
	{"Credencial electoral", "idNumber", "mx"},
	{"Moroccan Personal ID No.", "idNumber", "ma"},
	{"Bosnian Personal ID No.", "idNumber", "ba"},
	{"Residency Number", "idNumber", NULL},
	{"Refugee ID Card", "idNumber", NULL},
	{"Tarjeta de Identidad", "idNumber", NULL},
	{"Serial No.", "serialNumber", NULL},
	{"Stateless Person ID Card", "idNumber", NULL},
	{"Travel Document Number", "idNumber", NULL},
	{"Military Registration Number", "idNumber", NULL},
	{"Registration ID", "registrationNumber", NULL},
	{"Registration Number", "registrationNumber", NULL},
	{"Company Number", "registrationNumber", NULL},
	{"UK Company Number", "registrationNumber", "gb"},
	{"Commercial Registry Number", "registrationNumber", NULL},
	{"Business Registration Document #", "registrationNumber", NULL},
	{"Business Registration Number", "registrationNumber", NULL},
	{"Business Number", "registrationNumber", NULL},
	{"C.R. No.", "registrationNumber", NULL},
	{"Chamber of Commerce Number", "registrationNumber", NULL},
	{"Istanbul Chamber of Comm. No.", "registrationNumber", "tr"},
	{"Central Registration System Number", "registrationNumber", NULL},
	{"Public Registration Number", "registrationNumber", NULL},
	{"Economic Register Number (CBLS)", "registrationNumber", NULL},
	{"Unified Social Credit Code (USCC)", "registrationNumber", "cn"},
	{"Folio Mercantil No.", "registrationNumber", "mx"},
	{"Matricula Mercantil No", "registrationNumber", NULL},
	{"Trade License No.", "registrationNumber", NULL},
	{"Enterprise Number", "registrationNumber", NULL},
	{"Registered Charity No.", "registrationNumber", NULL},
	{"License", "licenseNumber", NULL},
	{"BIK (RU)", "bikCode", NULL},
	{"Government Gazette Number", NULL, NULL},
	{"Aircraft Tail Number", "registrationNumber", NULL},
	{"Previous Aircraft Tail Number", "registrationNumber", NULL},
	{"Aircraft Manufacturer's Serial Number (MSN)", "serialNumber", NULL},
	{"Aircraft Construction Number (also called L/N or S/N or F/N)", "serialNumber", NULL},
	{"Aircraft Mode S Transponder Code", "serialNumber", NULL},
	{"Aircraft Model", "model", NULL},
	{"Aircraft Operator", "operator", NULL},
	{"Aircraft Manufacture Date", "buildDate", NULL},
	{"Organization Established Date", "incorporationDate", NULL},
	{"Organization Type:", "sector", NULL},
	{"Digital Currency Address -", "publicKey", NULL},
	{"Former Vessel Flag", "pastFlags", NULL},
	{"Vessel Flag", "flag", NULL},
	{"Vessel Type", "type", NULL},
	{"Vessel Call Sign", "callSign", NULL},
	{"Vessel Year of Build", "buildDate", NULL},
	{"Gender", "gender", NULL},
	{"DOB", "birthDate", NULL},
	{"POB", "birthPlace", NULL},
	{"nationality", "nationality", NULL},
	{"citizen", "citizenship", NULL},
	{"a.k.a.", "weakAlias", NULL},
	{"f.k.a.", "previousName", NULL},
	{"n.k.a.", "weakAlias", NULL},
	{"Executive Order", NULL, NULL},
	{"Secondary sanctions risk", NULL, NULL},
	{"Additional Sanctions Information", NULL, NULL},
	{"Linked To:", NULL, NULL},
};

static const struct kind *kind_of(const char *text)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (kinds[i].prefix[0] != text[0])
			continue;
		size_t length = strlen(kinds[i].prefix);
		if (strncmp(text, kinds[i].prefix, length) == 0 && (text[length] == ' ' || text[length] == '\0'))
			return &kinds[i];
	}
	return NULL;
}

const char *ofac_schema(const char *type)
{
	if (strcasecmp(type, "individual") == 0)
		return "Person";
	if (strcasecmp(type, "vessel") == 0)
		return "Vessel";
	return strcasecmp(type, "aircraft") == 0 ? "Airplane" : "Organization";
}

int ofac_add_name(struct entity *entity, struct arena *arena, const char *property, const char *name)
{
	int error = add_text(entity, arena, property, name);
	const char *comma = strstr(name, ", ");
	if (error != JISR_OK || comma == NULL || comma == name || strcmp(property, "name") != 0 ||
	    strcmp(entity->schema, "Person") != 0)
		return error;
	error = entity_add(entity, arena, "lastName", name, (size_t)(comma - name));
	return error == JISR_OK ? add_text(entity, arena, "firstName", comma + 2) : error;
}

int ofac_add_birth_place(struct entity *entity, struct arena *arena, const char *place)
{
	char code[3];
	const char *comma = strrchr(place, ',');
	const char *country = comma == NULL ? place : comma + 1;
	int error = add_text(entity, arena, "birthPlace", place);
	if (error == JISR_OK && country_read(country, strlen(country), code))
		error = add_text(entity, arena, "birthCountry", code);
	return error;
}

/* A number without the words around it: "IMO 9187629", "Booklet A5250088", "No. 123". */
static const char *bare_number(const char *number)
{
	static const char *const words[] = {"IMO ", "Booklet ", "No. ", "# ", "Number "};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(number, words[i], strlen(words[i])) == 0)
			return number + strlen(words[i]);
	return number;
}

static int add_note(struct entity *entity, struct arena *arena, const char *kind, const char *text)
{
	char *note = arena_format(arena, "%s%s%s", kind, text[0] == '\0' ? "" : " ", text);
	return note == NULL ? JISR_NO_MEMORY : add_text(entity, arena, "notes", note);
}

static bool speaks_of_a_number(const char *kind)
{
	return strstr(kind, "No.") != NULL || strstr(kind, "Number") != NULL || strchr(kind, '#') != NULL ||
	       strstr(kind, " ID") != NULL || strncmp(kind, "ID ", 3) == 0;
}

int ofac_add_identifier(struct entity *entity, struct arena *arena, const char *kind, const char *number,
                        const char *country)
{
	const struct kind *known = kind_of(kind);
	const char *property = known != NULL ? known->property : speaks_of_a_number(kind) ? "idNumber" : NULL;
	if (number == NULL || number[0] == '\0')
		return JISR_OK;
	if (property == NULL)
		return add_note(entity, arena, kind, number);
	if (known != NULL && known->country != NULL && (country == NULL || country[0] == '\0'))
		country = known->country;
	if (strcmp(property, "idNumber") == 0 && strncmp(number, "IMO ", 4) == 0)
		property = "imoNumber";
	switch (property_use(property)) {
	case USE_SEX: return add_sex(entity, arena, number);
	case USE_BIRTH: return add_date(entity, arena, property, number);
	case USE_COUNTRY: return add_country(entity, arena, property, number);
	case USE_DOCUMENT: return add_document(entity, arena, property, country, bare_number(number));
	default: break;
	}
	if (strcmp(property, "birthPlace") == 0)
		return ofac_add_birth_place(entity, arena, number);
	if (strcmp(property, "buildDate") == 0)
		return add_date(entity, arena, property, number);
	if (strcmp(property, "pastFlags") == 0)
		return add_country(entity, arena, property, number);
	return add_text(entity, arena, property, number);
}

/* "08928715 (Yemen) expires 03 Mar 2017" -> number and country; both are cut out of `text`, which changes. */
static const char *cut_country(char *text)
{
	char code[3];
	char *issued = strstr(text, " issued ");
	if (issued == NULL)
		issued = strstr(text, " expires ");
	if (issued != NULL)
		*issued = '\0';
	char *open = strchr(text, '(');
	for (int tries = 0; open != NULL && tries < 10; tries++, open = strchr(open + 1, '(')) {
		char *close = strchr(open, ')');
		if (close == NULL)
			return NULL;
		/* "(Cabo Verde.  Previously Cape Verde.)" */
		size_t first = strcspn(open + 1, ".;)");
		if (country_read(open + 1, first, code))
			close = open + 1 + first;
		else if (!country_read(open + 1, (size_t)(close - open - 1), code))
			continue;
		*close = '\0';
		*open = '\0';
		return open + 1;
	}
	return NULL;
}

/* One word or several in quotes: 'BNC'; quotes go. */
static int add_quoted(struct entity *entity, struct arena *arena, const char *property, const char *text)
{
	size_t length = strlen(text);
	while (length > 0 && strchr("'\".,; ", text[length - 1]) != NULL)
		length--;
	while (length > 0 && strchr("'\" ", *text) != NULL)
		text++, length--;
	return entity_add(entity, arena, property, text, length);
}

/* An identifier of a kind that the table does not have: what follows "No.", "Number" or "#" is the number. */
static int add_unknown(struct entity *entity, struct arena *arena, char *text)
{
	static const char *const marks[] = {" No. ", " Number ", " # ", " ID "};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		char *mark = strstr(text, marks[i]);
		if (mark == NULL || mark - text > 60)
			continue;
		char *number = mark + strlen(marks[i]);
		if (strpbrk(number, "0123456789") == NULL)
			break;
		char *kind = arena_text(arena, text, (size_t)(number - text - 1));
		if (kind == NULL)
			return JISR_NO_MEMORY;
		const char *country = cut_country(number);
		return ofac_add_identifier(entity, arena, kind, number, country);
	}
	return add_text(entity, arena, "notes", text);
}

static int add_sentence(struct entity *entity, struct arena *arena, char *text)
{
	if (strncmp(text, "alt. ", 5) == 0)
		text += 5;
	if (strncmp(text, "(", 1) == 0 && text[strlen(text) - 1] == ')')
		return add_text(entity, arena, "notes", text);
	const struct kind *kind = kind_of(text);
	if (kind == NULL)
		return add_unknown(entity, arena, text);
	if (kind->property == NULL)
		return add_text(entity, arena, "notes", text);
	char *rest = text + strlen(kind->prefix);
	while (*rest == ' ')
		rest++;
	enum property_use use = property_use(kind->property);
	if (use == USE_NAME || use == USE_WEAK_NAME)
		return add_quoted(entity, arena, kind->property, rest);
	if (use == USE_DOCUMENT) {
		const char *country = cut_country(rest);
		return ofac_add_identifier(entity, arena, kind->prefix, rest, country);
	}
	return ofac_add_identifier(entity, arena, kind->prefix, rest, NULL);
}

int ofac_add_remarks(struct entity *entity, struct arena *arena, const char *remarks)
{
	char *text = arena_text(arena, remarks, strlen(remarks));
	if (text == NULL)
		return JISR_NO_MEMORY;
	while (text != NULL) {
		char *end = strstr(text, "; ");
		if (end != NULL)
			*end = '\0';
		size_t length = strlen(text);
		while (length > 0 && (text[length - 1] == '.' || text[length - 1] == ' ' || text[length - 1] == ';'))
			text[--length] = '\0';
		int error = length == 0 ? JISR_OK : add_sentence(entity, arena, text);
		if (error != JISR_OK)
			return error;
		text = end == NULL ? NULL : end + 2;
	}
	return JISR_OK;
}
