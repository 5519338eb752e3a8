#include "notices/codes.h"

#include "names/country.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#define TABLE(variable, words, rows) const struct codes variable = {words, rows, sizeof rows / sizeof *rows}

/* The kinds of notices of INTERPOL's rules on the processing of data, and the silver one of its pilot of 2025. */
static const struct code colours[] = {
	{"red", {"Red notice", "Notice rouge", "Notificación roja", "النشرة الحمراء"}},
	{"blue", {"Blue notice", "Notice bleue", "Notificación azul", "النشرة الزرقاء"}},
	{"green", {"Green notice", "Notice verte", "Notificación verde", "النشرة الخضراء"}},
	{"yellow", {"Yellow notice", "Notice jaune", "Notificación amarilla", "النشرة الصفراء"}},
	{"black", {"Black notice", "Notice noire", "Notificación negra", "النشرة السوداء"}},
	{"orange", {"Orange notice", "Notice orange", "Notificación naranja", "النشرة البرتقالية"}},
	{"purple", {"Purple notice", "Notice mauve", "Notificación morada", "النشرة البنفسجية"}},
	{"silver", {"Silver notice", "Notice argentée", "Notificación plateada", "النشرة الفضية"}},
	{"un",
         {"Security Council special notice", "Notice spéciale Conseil de sécurité",
          "Notificación especial Consejo de Seguridad", "النشرة الخاصة بمجلس الأمن"}},
};
TABLE(codes_colour, "colour", colours);

/* The crime areas of the organisation's public pages; the three letters are this program's own. */
static const struct code crimes[] = {
	{"CHI",
         {"Crimes against children", "Crimes contre les enfants", "Delitos contra menores", "الجرائم ضد الأطفال"}},
	{"COR", {"Corruption", "Corruption", "Corrupción", "الفساد"}},
	{"CUL", {"Cultural property", "Biens culturels", "Bienes culturales", "الممتلكات الثقافية"}},
	{"CYB", {"Cybercrime", "Cybercriminalité", "Ciberdelincuencia", "الجريمة السيبرانية"}},
	{"DRU", {"Drug trafficking", "Trafic de stupéfiants", "Tráfico de drogas", "الاتجار بالمخدرات"}},
	{"ENV",
         {"Environmental crime", "Criminalité environnementale", "Delitos contra el medio ambiente",
          "الجرائم البيئية"}},
	{"FIN", {"Financial crime", "Criminalité financière", "Delincuencia financiera", "الجريمة المالية"}},
	{"FIR", {"Firearms", "Armes à feu", "Armas de fuego", "الأسلحة النارية"}},
	{"LIF",
         {"Crimes against life and health", "Crimes contre la vie et la santé", "Delitos contra la vida y la salud",
          "الجرائم ضد الحياة والصحة"}},
	{"ORG", {"Organized crime", "Criminalité organisée", "Delincuencia organizada", "الجريمة المنظمة"}},
	{"PRO", {"Property crime", "Atteintes aux biens", "Delitos contra la propiedad", "الجرائم ضد الأموال"}},
	{"SMU", {"People smuggling", "Trafic de migrants", "Tráfico de migrantes", "تهريب المهاجرين"}},
	{"TER", {"Terrorism", "Terrorisme", "Terrorismo", "الإرهاب"}},
	{"THB", {"Trafficking in persons", "Traite d'êtres humains", "Trata de personas", "الاتجار بالأشخاص"}},
	{"VEH", {"Vehicle crime", "Criminalité liée aux véhicules", "Delitos contra vehículos", "جرائم المركبات"}},
	{"WAR", {"War crimes", "Crimes de guerre", "Crímenes de guerra", "جرائم الحرب"}},
};
TABLE(codes_crime, "crime area", crimes);

/* As the public notices API writes them; the meanings are those that its readers have published. */
static const struct code eyes[] = {
	{"BLA", {"Black", "Noirs", "Negros", "أسود"}},
	{"BLU", {"Blue", "Bleus", "Azules", "أزرق"}},
	{"BLUL", {"Light blue", "Bleu clair", "Azul claro", "أزرق فاتح"}},
	{"BRO", {"Brown", "Marron", "Castaños", "بني"}},
	{"BROD", {"Dark brown", "Marron foncé", "Castaño oscuro", "بني غامق"}},
	{"BROH", {"Hazel", "Noisette", "Avellana", "عسلي"}},
	{"BROL", {"Light brown", "Marron clair", "Castaño claro", "بني فاتح"}},
	{"GRE", {"Green", "Verts", "Verdes", "أخضر"}},
	{"GRY", {"Grey", "Gris", "Grises", "رمادي"}},
	{"OTHC", {"Different colours", "Vairons", "De distinto color", "مختلفا اللون"}},
	{"OTHD", {"Dark", "Foncés", "Oscuros", "غامق"}},
	{"OTHL", {"Light", "Clairs", "Claros", "فاتح"}},
};
TABLE(codes_eyes, "colour of eyes", eyes);

static const struct code hair[] = {
	{"BLA", {"Black", "Noirs", "Negro", "أسود"}},
	{"BRO", {"Brown", "Châtains", "Castaño", "بني"}},
	{"BROF", {"Fair", "Châtain clair", "Castaño claro", "فاتح"}},
	{"GRY", {"Grey", "Gris", "Gris", "رمادي"}},
	{"GRYG", {"Greying", "Grisonnants", "Entrecano", "أشيب جزئيا"}},
	{"HAIB", {"Bald", "Chauve", "Calvo", "أصلع"}},
	{"HAID", {"Dyed", "Teints", "Teñido", "مصبوغ"}},
	{"OTHD", {"Dark", "Foncés", "Oscuro", "غامق"}},
	{"RED", {"Red", "Roux", "Pelirrojo", "أحمر"}},
	{"REDA", {"Auburn", "Auburn", "Caoba", "كستنائي محمر"}},
	{"WHI", {"White", "Blancs", "Blanco", "أبيض"}},
	{"YELB", {"Blond", "Blonds", "Rubio", "أشقر"}},
};
TABLE(codes_hair, "colour of hair", hair);

static const struct code sexes[] = {
	{"F", {"Female", "Féminin", "Femenino", "أنثى"}},
	{"M", {"Male", "Masculin", "Masculino", "ذكر"}},
	{"U", {"Unknown", "Inconnu", "Desconocido", "غير معروف"}},
};
TABLE(codes_sex, "sex", sexes);

/* The rules ask that an entry tells whether somebody is convicted, suspected, a witness and so on. */
static const struct code statuses[] = {
	{"body", {"Unidentified body", "Cadavre non identifié", "Cadáver sin identificar", "جثة مجهولة الهوية"}},
	{"charged", {"Charged", "Mis en examen", "Procesado", "متهم"}},
	{"convicted", {"Convicted", "Condamné", "Condenado", "محكوم عليه"}},
	{"missing", {"Missing", "Disparu", "Desaparecido", "مفقود"}},
	{"sanctioned", {"Under sanctions", "Sous sanctions", "Objeto de sanciones", "خاضع لجزاءات"}},
	{"suspect", {"Suspect", "Suspect", "Sospechoso", "مشتبه فيه"}},
	{"threat", {"Possible threat", "Menace possible", "Posible amenaza", "تهديد محتمل"}},
	{"unidentified",
         {"Unable to identify self", "Incapable de s'identifier", "Incapaz de identificarse", "عاجز عن التعريف بنفسه"}},
	{"victim", {"Victim", "Victime", "Víctima", "ضحية"}},
	{"witness", {"Witness", "Témoin", "Testigo", "شاهد"}},
};
TABLE(codes_status, "status", statuses);

/* The three classes in which the organisation publishes its figures of refusals. */
static const struct code refusals[] = {
	{"article-3",
         {"Political, military, religious or racial character (article 3)",
          "Caractère politique, militaire, religieux ou racial (article 3)",
          "Carácter político, militar, religioso o racial (artículo 3)",
          "طابع سياسي أو عسكري أو ديني أو عنصري (المادة 3)"}},
	{"human-rights",
         {"Human rights (article 2)", "Droits de l'homme (article 2)", "Derechos humanos (artículo 2)",
          "حقوق الإنسان (المادة 2)"}},
	{"other",
         {"Other grounds (incomplete, or not serious enough)", "Autres motifs (incomplet ou pas assez grave)",
          "Otros motivos (incompleta o de gravedad insuficiente)", "أسباب أخرى (نقص أو عدم كفاية الخطورة)"}},
};
TABLE(codes_refusal, "ground", refusals);

static const struct code warnings[] = {
	{"armed", {"May be armed", "Peut être armé", "Puede ir armado", "قد يكون مسلحا"}},
	{"dangerous", {"Dangerous", "Dangereux", "Peligroso", "خطير"}},
	{"drugs", {"Addicted to drugs", "Toxicomane", "Toxicómano", "مدمن مخدرات"}},
	{"escape", {"Likely to escape", "Risque d'évasion", "Riesgo de fuga", "يُخشى هروبه"}},
	{"illness", {"Contagious illness", "Maladie contagieuse", "Enfermedad contagiosa", "مرض معدٍ"}},
	{"suicide", {"Suicidal", "Suicidaire", "Tendencias suicidas", "ميول انتحارية"}},
	{"violent", {"Violent", "Violent", "Violento", "عنيف"}},
};
TABLE(codes_warning, "warning", warnings);

static const struct code documents[] = {
	{"driving-licence", {"Driving licence", "Permis de conduire", "Permiso de conducir", "رخصة قيادة"}},
	{"identity-card", {"Identity card", "Carte d'identité", "Documento de identidad", "بطاقة هوية"}},
	{"other", {"Other document", "Autre document", "Otro documento", "وثيقة أخرى"}},
	{"passport", {"Passport", "Passeport", "Pasaporte", "جواز سفر"}},
	{"residence-permit", {"Residence permit", "Titre de séjour", "Permiso de residencia", "تصريح إقامة"}},
	{"seaman-book", {"Seafarer's book", "Livret de marin", "Libreta de marino", "دفتر بحّار"}},
};
TABLE(codes_document, "kind of document", documents);

/* The three measures that the sanctions committees name. */
static const struct code measures[] = {
	{"arms", {"Arms embargo", "Embargo sur les armes", "Embargo de armas", "حظر توريد الأسلحة"}},
	{"freeze", {"Assets freeze", "Gel des avoirs", "Congelación de activos", "تجميد الأصول"}},
	{"travel", {"Travel ban", "Interdiction de voyager", "Prohibición de viajar", "حظر السفر"}},
};
TABLE(codes_measure, "measure", measures);

static const struct code endings[] = {
	{"appeal",
         {"Decision on a request", "Décision sur une requête", "Decisión sobre una solicitud", "قرار بناء على طلب"}},
	{"arrest", {"Arrested", "Arrêté", "Detenido", "أُوقف"}},
	{"death", {"Deceased", "Décédé", "Fallecido", "متوفى"}},
	{"deportation", {"Deported", "Expulsé", "Expulsado", "رُحّل"}},
	{"extradition", {"Extradited", "Extradé", "Extraditado", "سُلّم"}},
	{"found", {"Found or identified", "Retrouvé ou identifié", "Localizado o identificado", "عُثر عليه أو عُرف"}},
	{"purpose", {"Purpose reached", "But atteint", "Finalidad alcanzada", "تحقق الغرض"}},
	{"surrender", {"Surrendered to a tribunal", "Remis à un tribunal", "Entregado a un tribunal", "قُدّم إلى محكمة"}},
};
TABLE(codes_ending, "end", endings);

static const struct code assets[] = {
	{"account", {"Account", "Compte", "Cuenta", "حساب"}},
	{"business", {"Business", "Entreprise", "Empresa", "منشأة تجارية"}},
	{"other", {"Other asset", "Autre avoir", "Otro bien", "أصل آخر"}},
	{"property", {"Real property", "Bien immobilier", "Bien inmueble", "عقار"}},
	{"vehicle", {"Vehicle", "Véhicule", "Vehículo", "مركبة"}},
};
TABLE(codes_asset, "kind of asset", assets);

static const struct code name_kinds[] = {
	{"alias", {"Also known as", "Alias", "Alias", "يُعرف أيضا باسم"}},
	{"birth", {"Name at birth", "Nom de naissance", "Nombre al nacer", "الاسم عند الولادة"}},
	{"original", {"In original script", "En écriture d'origine", "En escritura original", "بالكتابة الأصلية"}},
	{"previous", {"Formerly", "Anciennement", "Anteriormente", "سابقا"}},
	{"weak", {"Nickname", "Surnom", "Apodo", "لقب"}},
};
TABLE(codes_name, "kind of name", name_kinds);

static const struct code soughts[] = {
	{"activities", {"Activities", "Activités", "Actividades", "النشاطات"}},
	{"history", {"Criminal history", "Antécédents", "Antecedentes", "السوابق"}},
	{"identity", {"Identity", "Identité", "Identidad", "الهوية"}},
	{"location", {"Location", "Localisation", "Paradero", "المكان"}},
};
TABLE(codes_sought, "what is sought", soughts);

static const struct code subjects[] = {
	{"entity", {"Entity", "Entité", "Entidad", "كيان"}},
	{"event", {"Event", "Événement", "Acontecimiento", "حدث"}},
	{"method", {"Method", "Mode opératoire", "Modus operandi", "أسلوب إجرامي"}},
	{"object", {"Object", "Objet", "Objeto", "شيء"}},
	{"person", {"Person", "Personne", "Persona", "شخص"}},
};
TABLE(codes_subject, "subject", subjects);

bool codes_read_language(const char *code, enum language *ret_language)
{
	for (int i = 0; i < LANGUAGE_COUNT; i++)
		if (strcmp(code, language_codes[i]) == 0) {
			*ret_language = (enum language)i;
			return true;
		}
	return false;
}

const char *code_label(const struct code *code, enum language language)
{
	static const int place[LANGUAGE_COUNT] = {
		[LANGUAGE_EN] = 0, [LANGUAGE_FR] = 1, [LANGUAGE_ES] = 2, [LANGUAGE_AR] = 3};
	return code->words[place[language]];
}

const struct code *codes_find(const struct codes *codes, const char *code)
{
	for (size_t i = 0; i < codes->count; i++)
		if (strcmp(codes->list[i].code, code) == 0)
			return &codes->list[i];
	return NULL;
}

const char *codes_label(const struct codes *codes, const char *code, enum language language)
{
	const struct code *found = codes_find(codes, code);
	return found != NULL ? code_label(found, language) : code;
}

/* The languages whose bibliographic code is not their terminological one (ISO 639-2). */
static const struct {
	char bibliographic[4], terminological[4];
} twice[] = {
	{"ALB", "sqi"}, {"ARM", "hye"}, {"BAQ", "eus"}, {"BUR", "mya"}, {"CHI", "zho"}, {"CZE", "ces"}, {"DUT", "nld"},
	{"FRE", "fra"}, {"GEO", "kat"}, {"GER", "deu"}, {"GRE", "ell"}, {"ICE", "isl"}, {"MAC", "mkd"}, {"MAO", "mri"},
	{"MAY", "msa"}, {"PER", "fas"}, {"RUM", "ron"}, {"SLO", "slk"}, {"TIB", "bod"}, {"WEL", "cym"},
};

/* The code as ICU knows it; false when it is none, or is a terminological code of a language that has both. */
static bool terminological(const char *code, char out[4])
{
	if (strlen(code) != 3)
		return false;
	for (int i = 0; i < 3; i++) {
		if (code[i] < 'A' || code[i] > 'Z')
			return false;
		out[i] = (char)tolower((unsigned char)code[i]);
	}
	out[3] = '\0';
	for (size_t i = 0; i < sizeof twice / sizeof *twice; i++) {
		if (strcmp(code, twice[i].bibliographic) == 0) {
			memcpy(out, twice[i].terminological, 4);
			return true;
		}
		if (strcmp(out, twice[i].terminological) == 0)
			return false;
	}
	return true;
}

static void from_utf16(const UChar *name, int32_t length, const char *otherwise, char *out, size_t size)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t written = 0;
	(void)u_strToUTF8(out, (int32_t)size, &written, name, length, &error);
	if (U_FAILURE(error) || written >= (int32_t)size || written == 0)
		(void)snprintf(out, size, "%s", otherwise);
}

void codes_language_name(const char *code, enum language language, char *out, size_t size)
{
	UChar name[128];
	char known[4];
	UErrorCode error = U_ZERO_ERROR;
	int32_t length = terminological(code, known)
	                         ? uloc_getDisplayLanguage(known, language_codes[language], name, 128, &error)
	                         : 0;
	from_utf16(name, U_SUCCESS(error) ? length : 0, code, out, size);
	if (out[0] == code[0] + ('a' - 'A') &&
	    strcasecmp(out, known) == 0) /* ICU gives the code back for an unknown one */
		(void)snprintf(out, size, "%s", code);
}

bool codes_language_known(const char *code)
{
	char known[4], name[256];
	if (!terminological(code, known))
		return false;
	codes_language_name(code, LANGUAGE_EN, name, sizeof name);
	return strcmp(name, code) != 0;
}

bool codes_country_known(const char *code)
{
	char found[3];
	if (strlen(code) != 2 || !isupper((unsigned char)code[0]) || !isupper((unsigned char)code[1]))
		return false;
	return country_read(code, 2, found) && toupper((unsigned char)found[0]) == code[0] &&
	       toupper((unsigned char)found[1]) == code[1];
}

void codes_country_name(const char *code, enum language language, char *out, size_t size)
{
	UChar name[128];
	char locale[16];
	UErrorCode error = U_ZERO_ERROR;
	(void)snprintf(locale, sizeof locale, "und_%.2s", code);
	int32_t length = uloc_getDisplayCountry(locale, language_codes[language], name, 128, &error);
	from_utf16(name, U_SUCCESS(error) ? length : 0, code, out, size);
}

bool codes_is_crime(const char *code)
{
	return codes_find(&codes_crime, code) != NULL;
}
