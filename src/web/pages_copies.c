#include "web/pages_copies.h"

#include "base/arena.h"
#include "web/papers.h"
#include "web/service.h"

#include <string.h>

#define FIELD "paper" /* as /api/v1/receipts/papers calls it */

enum word {
	WORD_COPY,
	WORD_LIMITS,
	WORD_MEANING,
	WORD_LATER,
	WORD_FILE,
	WORD_KIND,
	WORD_LARGE,
	WORD_DAMAGED,
	WORD_BUSY,
	WORD_OVER,
	WORD_NOT_KEPT,
	WORD_AGAIN,
	WORD_RECEIVED,
	WORDS
};

/* English, French, Spanish, Arabic. */
static const struct code words[WORDS] = {
	[WORD_COPY] = {"",
                       {"Copies of the document: photographs or a PDF", "Copies de la pièce : photographies ou PDF",
                        "Copias del documento: fotografías o PDF", "نسخ من الوثيقة: صور أو ملف PDF"}},
	[WORD_LIMITS] = {"",
                         {"JPEG, PNG or PDF; at most %u files, each at most %u MB and %u pages, together at most %u "
                          "MB.",
                          "JPEG, PNG ou PDF ; %u fichiers au plus, chacun de %u Mo et %u pages au plus, ensemble %u Mo "
                          "au plus.",
                          "JPEG, PNG o PDF; %u archivos como máximo, cada uno de %u MB y %u páginas como máximo, en "
                          "total %u MB como máximo.",
                          "JPEG أو PNG أو PDF؛ %u ملفات على الأكثر، كل منها %u ميغابايت و%u صفحة على الأكثر، ومجموعها "
                          "%u ميغابايت على الأكثر."}},
	[WORD_MEANING] = {"",
                          {"Where and with what a photograph was taken is removed. Only the Commission can open the "
                           "copies; they are deleted with your request.",
                           "Le lieu et l’appareil d’une photographie sont effacés. Seule la Commission peut ouvrir les "
                           "copies ; elles sont supprimées avec votre demande.",
                           "Se borra dónde y con qué se tomó una fotografía. Solo la Comisión puede abrir las copias; "
                           "se suprimen con su solicitud.",
                           "يُحذف من الصورة مكان التقاطها والجهاز المستخدم. ولا يستطيع فتح النسخ إلا اللجنة، وتُحذف مع "
                           "طلبك."}},
	[WORD_LATER] = {"",
                        {"You can also send them later, with the number and the secret that you will get.",
                         "Vous pouvez aussi les envoyer plus tard, avec le numéro et le code que vous recevrez.",
                         "También puede enviarlas más tarde, con el número y el secreto que recibirá.",
                         "ويمكنك إرسالها لاحقًا بالرقم والسر اللذين ستحصل عليهما."}},
	[WORD_FILE] = {"", {"File %zu:", "Fichier %zu :", "Archivo %zu:", "الملف %zu:"}},
	[WORD_KIND] = {"",
                       {"this is no JPEG, PNG or PDF file.", "ce n’est pas un fichier JPEG, PNG ou PDF.",
                        "no es un archivo JPEG, PNG o PDF.", "ليس ملف JPEG ولا PNG ولا PDF."}},
	[WORD_LARGE] = {"",
                        {"it is too large, or has too many pages.", "il est trop grand, ou a trop de pages.",
                         "es demasiado grande, o tiene demasiadas páginas.", "حجمه أكبر مما يُقبل، أو صفحاته أكثر."}},
	[WORD_DAMAGED] =
		{"",
                 {"it is damaged or locked, or holds more than a copy may. Make a new photograph or scan.",
                  "il est endommagé ou verrouillé, ou contient plus qu’une copie ne doit. Refaites une photographie ou "
                  "un scan.",
                  "está dañado o bloqueado, o contiene más de lo que una copia puede. Haga otra fotografía o escaneo.",
                  "تالف أو مقفل، أو يحوي أكثر مما يجوز في نسخة. التقط صورة جديدة أو امسح الوثيقة ثانية."}},
	[WORD_BUSY] = {"",
                       {"too many copies are being checked just now. Send it again in a minute.",
                        "trop de copies sont en cours de vérification. Renvoyez-le dans une minute.",
                        "se comprueban demasiadas copias ahora mismo. Envíelo de nuevo en un minuto.",
                        "تُفحص الآن نسخ كثيرة. أرسله ثانية بعد دقيقة."}},
	[WORD_OVER] = {"",
                       {"no more copies can be taken: there are %u already, or the request is being examined.",
                        "aucune copie ne peut plus être prise : il y en a déjà %u, ou la demande est à l’examen.",
                        "no se aceptan más copias: ya hay %u, o la solicitud está en examen.",
                        "لا يمكن قبول نسخ أخرى: هناك %u، أو الطلب قيد الدراسة."}},
	[WORD_NOT_KEPT] = {"",
                           {"it could not be stored. Send it again with your number and your secret.",
                            "il n’a pas pu être enregistré. Renvoyez-le avec votre numéro et votre code.",
                            "no se pudo guardar. Envíelo de nuevo con su número y su secreto.",
                            "تعذر حفظه. أرسله ثانية برقمك وسرك."}},
	[WORD_AGAIN] = {"",
                        {"Choose the files again.", "Choisissez de nouveau les fichiers.",
                         "Elija de nuevo los archivos.", "اختر الملفات ثانية."}},
	[WORD_RECEIVED] = {"",
                           {"Copies received: %zu.", "Copies reçues : %zu.", "Copias recibidas: %zu.",
                            "النسخ المستلمة: %zu."}},
};

static const char *say(const struct page *page, enum word word)
{
	return code_label(&words[word], page->language);
}

static bool is_chosen(const struct multipart_part *part)
{
	return part->file && part->length > 0 && strcmp(part->name, FIELD) == 0;
}

bool copies_chosen(const struct multipart *form)
{
	for (size_t i = 0; form != NULL && i < form->count; i++)
		if (is_chosen(&form->parts[i]))
			return true;
	return false;
}

void copies_finish(struct copies *copies)
{
	for (size_t i = 0; i < copies->count; i++)
		text_finish(&copies->clean[i]);
	copies->count = 0;
}

static void refuse(struct copies *copies, size_t number, int error)
{
	copies->refused = number;
	copies->error = error;
	copies_finish(copies);
}

void copies_check(const struct multipart *form, struct copies *copies)
{
	size_t chosen = 0;
	for (size_t i = 0; i < form->count; i++)
		chosen += is_chosen(&form->parts[i]);
	if (chosen > REQUEST_MAX_PAPERS) { /* before the first is read */
		refuse(copies, REQUEST_MAX_PAPERS + 1, JISR_CONFLICT);
		return;
	}
	for (size_t i = 0; i < form->count && copies->error == JISR_OK; i++) {
		const struct multipart_part *part = &form->parts[i];
		size_t at = copies->count;
		if (!is_chosen(part))
			continue;
		text_init(&copies->clean[at], IDENTITY_MAX_BYTES + 1024);
		copies->count++;
		int error = papers_clean(part->bytes, part->length, &copies->clean[at], &copies->identity[at],
		                         &copies->problem);
		if (error)
			refuse(copies, at + 1, error);
	}
}

void copies_keep(struct service *service, const struct http_request *request, const char *id, const char *secret,
                 struct copies *copies)
{
	for (size_t i = 0; i < copies->count && copies->error == JISR_OK; i++) {
		struct request_act act = {.step = REQUEST_PAPER,
		                          .caller = request->caller_is,
		                          .id = id,
		                          .secret = secret,
		                          .identity = copies->identity[i],
		                          .expected = ENTRY_ANY};
		copies->error = papers_keep(service_settings(service)->data, service_store(service), &act,
		                            &copies->clean[i], &copies->problem);
		if (copies->error)
			copies->refused = i + 1;
		else
			copies->kept++;
	}
}

void copies_take(struct service *service, const struct http_request *request, const struct multipart *form,
                 const char *id, const char *secret, struct copies *copies)
{
	for (size_t i = 0; i < form->count && copies->error == JISR_OK; i++) {
		const struct multipart_part *part = &form->parts[i];
		struct request_act act = {.step = REQUEST_PAPER,
		                          .caller = request->caller_is,
		                          .id = id,
		                          .secret = secret,
		                          .expected = ENTRY_ANY};
		if (!is_chosen(part))
			continue;
		copies->error = papers_take(service_settings(service)->data, service_store(service), &act, part->bytes,
		                            part->length, &copies->problem);
		if (copies->error)
			copies->refused = copies->kept + 1;
		else
			copies->kept++;
	}
}

void copies_field(struct page *page, const char *fault)
{
	struct markup *markup = &page->markup;
	const enum word told[] = {WORD_MEANING, WORD_LATER};
	pages_label(page, FIELD, say(page, WORD_COPY), fault);
	markup_open(markup, "p");
	markup_attribute(markup, "id", FIELD "-limits");
	markup_text(markup, arena_format(page->request->arena, say(page, WORD_LIMITS), (unsigned)REQUEST_MAX_PAPERS,
	                                 (unsigned)(IDENTITY_MAX_BYTES >> 20), (unsigned)IDENTITY_MAX_PAGES,
	                                 (unsigned)(COPIES_TOGETHER >> 20)));
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		markup_text(markup, " ");
		markup_text(markup, say(page, told[i]));
	}
	markup_close(markup);
	markup_void(markup, "input");
	markup_attribute(markup, "type", "file");
	markup_attribute(markup, "id", FIELD);
	markup_attribute(markup, "name", FIELD);
	markup_attribute(markup, "multiple", "");
	markup_attribute(markup, "accept", ".jpg,.jpeg,.png,.pdf,image/jpeg,image/png,application/pdf");
	if (fault != NULL)
		markup_attribute(markup, "aria-invalid", "true");
	markup_attribute(markup, "aria-describedby", fault != NULL ? FIELD "-fault " FIELD "-limits" : FIELD "-limits");
}

const char *copies_fault(const struct page *page, const struct copies *copies)
{
	static const struct {
		int error;
		enum word word;
	} known[] = {{JISR_UNSUPPORTED, WORD_KIND}, {JISR_TOO_LARGE, WORD_LARGE}, {JISR_BAD_INPUT, WORD_DAMAGED},
	             {JISR_BUSY, WORD_BUSY},        {JISR_STATE, WORD_OVER},      {JISR_CONFLICT, WORD_OVER}};
	struct arena *arena = page->request->arena;
	enum word word = WORD_NOT_KEPT;
	if (copies->refused == 0)
		return NULL;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].error == copies->error)
			word = known[i].word;
	const char *file = arena_format(arena, say(page, WORD_FILE), copies->refused),
		   *why = word == WORD_OVER ? arena_format(arena, say(page, word), (unsigned)REQUEST_MAX_PAPERS)
	                                    : say(page, word),
		   *whole = file != NULL && why != NULL ? arena_format(arena, "%s %s", file, why) : NULL;
	return whole != NULL ? whole : say(page, word);
}

const char *copies_again(const struct page *page)
{
	return say(page, WORD_AGAIN);
}

const char *copies_received(const struct page *page, const struct copies *copies)
{
	return copies->kept > 0 ? arena_format(page->request->arena, say(page, WORD_RECEIVED), copies->kept) : NULL;
}
