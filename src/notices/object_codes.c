/* The codes of registered objects (notices/object_form.h), with their words in four languages. The kinds are those of the
 * organisation's databases of stolen property; types and states are what its pages and the checks at borders name. */
#include "notices/object_form.h"

#define TABLE(variable, words, rows) const struct codes variable = {words, rows, sizeof rows / sizeof *rows}

static const struct code kinds[] = {
	{"artwork", {"Work of art", "Œuvre d'art", "Obra de arte", "عمل فني"}},
	{"document", {"Travel document", "Document de voyage", "Documento de viaje", "وثيقة سفر"}},
	{"firearm", {"Firearm", "Arme à feu", "Arma de fuego", "سلاح ناري"}},
	{"vehicle", {"Vehicle", "Véhicule", "Vehículo", "مركبة"}},
	{"vessel", {"Vessel", "Navire", "Embarcación", "سفينة"}},
};
TABLE(codes_object, "kind of object", kinds);

static const struct code statuses[] = {
	{"invalid", {"Invalid", "Non valide", "No válido", "غير صالح"}},
	{"lost", {"Lost", "Perdu", "Perdido", "مفقود"}},
	{"missing", {"Missing", "Disparu", "Desaparecido", "مختفٍ"}},
	{"revoked", {"Revoked", "Révoqué", "Revocado", "ملغى"}},
	{"stolen", {"Stolen", "Volé", "Robado", "مسروق"}},
	{"stolen-blank", {"Stolen blank", "Volé vierge", "Robado en blanco", "مسروق قبل الإصدار"}},
	{"trafficked", {"Trafficked", "Objet de trafic", "Objeto de tráfico", "متاجر به"}},
};
TABLE(codes_object_status, "status", statuses);

static const struct code ends[] = {
	{"destroyed", {"Destroyed", "Détruit", "Destruido", "أُتلف"}},
	{"error", {"Entered in error", "Enregistré par erreur", "Registrado por error", "أُدخل خطأ"}},
	{"expired", {"Past its time", "Durée écoulée", "Plazo vencido", "انتهت مدته"}},
	{"found", {"Found", "Retrouvé", "Encontrado", "عُثر عليه"}},
	{"other", {"Other reason", "Autre motif", "Otro motivo", "سبب آخر"}},
	{"returned", {"Returned to its owner", "Restitué", "Restituido", "أُعيد إلى صاحبه"}},
};
TABLE(codes_object_end, "reason", ends);

static const struct code documents[] = {
	{"identity-card", {"Identity card", "Carte d'identité", "Documento de identidad", "بطاقة هوية"}},
	{"laissez-passer", {"Laissez-passer", "Laissez-passer", "Salvoconducto", "جواز مرور"}},
	{"other", {"Other travel document", "Autre document de voyage", "Otro documento de viaje", "وثيقة سفر أخرى"}},
	{"passport", {"Passport", "Passeport", "Pasaporte", "جواز سفر"}},
	{"refugee-document",
         {"Refugee travel document", "Titre de voyage pour réfugiés", "Documento de viaje de refugiados",
          "وثيقة سفر لاجئ"}},
	{"residence-permit", {"Residence permit", "Titre de séjour", "Permiso de residencia", "تصريح إقامة"}},
	{"seaman-book", {"Seafarer's book", "Livret de marin", "Libreta de marino", "دفتر بحّار"}},
	{"visa", {"Visa", "Visa", "Visado", "تأشيرة"}},
};
static const struct code vehicles[] = {
	{"bus", {"Bus", "Autobus", "Autobús", "حافلة"}},
	{"car", {"Car", "Voiture", "Automóvil", "سيارة"}},
	{"caravan", {"Caravan", "Caravane", "Caravana", "كرفان"}},
	{"machine", {"Working machine", "Engin", "Maquinaria", "آلية"}},
	{"motorcycle", {"Motorcycle", "Motocycle", "Motocicleta", "دراجة نارية"}},
	{"other", {"Other vehicle", "Autre véhicule", "Otro vehículo", "مركبة أخرى"}},
	{"part", {"Identifiable part", "Pièce identifiable", "Pieza identificable", "قطعة معرّفة"}},
	{"trailer", {"Trailer", "Remorque", "Remolque", "مقطورة"}},
	{"truck", {"Truck", "Camion", "Camión", "شاحنة"}},
};
static const struct code firearms[] = {
	{"machine-gun", {"Machine gun", "Mitrailleuse", "Ametralladora", "رشاش"}},
	{"other", {"Other firearm", "Autre arme à feu", "Otra arma de fuego", "سلاح ناري آخر"}},
	{"pistol", {"Pistol", "Pistolet", "Pistola", "مسدس"}},
	{"revolver", {"Revolver", "Revolver", "Revólver", "مسدس دوار"}},
	{"rifle", {"Rifle", "Fusil", "Rifle", "بندقية"}},
	{"shotgun", {"Shotgun", "Fusil de chasse", "Escopeta", "بندقية صيد"}},
	{"submachine-gun", {"Submachine gun", "Pistolet-mitrailleur", "Subfusil", "رشاش قصير"}},
};
static const struct code artworks[] = {
	{"archaeology", {"Archaeological object", "Objet archéologique", "Objeto arqueológico", "قطعة أثرية"}},
	{"book", {"Book or manuscript", "Livre ou manuscrit", "Libro o manuscrito", "كتاب أو مخطوطة"}},
	{"coin", {"Coin or medal", "Monnaie ou médaille", "Moneda o medalla", "عملة أو وسام"}},
	{"furniture", {"Furniture", "Mobilier", "Mobiliario", "أثاث"}},
	{"jewellery", {"Jewellery", "Bijou", "Joya", "حلي"}},
	{"other", {"Other work of art", "Autre œuvre d'art", "Otra obra de arte", "عمل فني آخر"}},
	{"painting", {"Painting", "Peinture", "Pintura", "لوحة"}},
	{"religious", {"Religious object", "Objet religieux", "Objeto religioso", "قطعة دينية"}},
	{"sculpture", {"Sculpture", "Sculpture", "Escultura", "منحوتة"}},
};
static const struct code vessels[] = {
	{"cargo", {"Cargo vessel", "Navire de charge", "Buque de carga", "سفينة شحن"}},
	{"engine", {"Outboard engine", "Moteur hors-bord", "Motor fueraborda", "محرك خارجي"}},
	{"fishing", {"Fishing vessel", "Navire de pêche", "Pesquero", "سفينة صيد"}},
	{"motor", {"Motor boat", "Bateau à moteur", "Lancha motora", "زورق بمحرك"}},
	{"other", {"Other vessel", "Autre navire", "Otra embarcación", "سفينة أخرى"}},
	{"sailing", {"Sailing boat", "Voilier", "Velero", "مركب شراعي"}},
	{"tanker", {"Tanker", "Navire-citerne", "Buque cisterna", "ناقلة"}},
	{"watercraft", {"Personal watercraft", "Motomarine", "Moto acuática", "دراجة مائية"}},
};
static TABLE(document_types, "type of document", documents);
static TABLE(vehicle_types, "type of vehicle", vehicles);
static TABLE(firearm_types, "type of firearm", firearms);
static TABLE(artwork_types, "type of work of art", artworks);
static TABLE(vessel_types, "type of vessel", vessels);

const struct codes *object_types(enum object_kind kind)
{
	switch (kind) {
	case OBJECT_DOCUMENT: return &document_types;
	case OBJECT_VEHICLE: return &vehicle_types;
	case OBJECT_FIREARM: return &firearm_types;
	case OBJECT_ARTWORK: return &artwork_types;
	default: return &vessel_types;
	}
}
