#include "members/change.h"

#include "place.h"

#define HEAD  ROLE_BIT(ROLE_HEAD_OF_BUREAU)
#define ADMIN ROLE_BIT(ROLE_ADMINISTRATOR)

static struct sql *reading(struct place *place, struct store_reader **reader)
{
	assert_int_equal(store_read(place->store, reader, NULL), JISR_OK);
	return store_reader_sql(*reader);
}

static uint64_t size(struct place *place)
{
	struct store_reader *reader = NULL;
	(void)reading(place, &reader);
	uint64_t sequence = store_reader_sequence(reader);
	store_read_end(reader);
	return sequence;
}

static void members_are_admitted_as_publicly_known_suspended_and_reinstated(void **state)
{
	(void)state;
	struct place place;
	struct member member;
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	place_init(&place);
	place_fill(&place);
	struct sql *sql = reading(&place, &reader);
	assert_int_equal(register_member(sql, "MA", &member, &problem), JISR_OK);
	assert_string_equal(member.names.text[LANGUAGE_AR], "المغرب");
	assert_string_equal(member.names.text[LANGUAGE_FR], "Maroc");
	assert_int_equal(member.region, REGION_AFRICA);
	assert_int_equal(member.state, MEMBER_ADMITTED);
	assert_int_equal(register_member(sql, "XX", &member, &problem), JISR_NOT_FOUND);
	assert_string_equal(problem.text, "there is no member XX");
	store_read_end(reader);
	place_do(&place, &place.console, CHANGE_MEMBER_SUSPEND, "MA", "{\"reason\":\"a test\"}", "MA");
	place_refuse(&place, &place.console, CHANGE_MEMBER_SUSPEND, "MA", "{\"reason\":\"again\"}", JISR_STATE,
	             "MA is suspended already");
	sql = reading(&place, &reader);
	assert_int_equal(register_member(sql, "MA", &member, &problem), JISR_OK);
	assert_int_equal(member.state, MEMBER_SUSPENDED);
	store_read_end(reader);
	/* its offices write nothing then */
	place_refuse(&place, &place.console, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"reader\"]}", JISR_STATE,
	             "MA is suspended: its offices check and read, and write nothing");
	struct caller head = place_caller("MA", "MA-1", ADMIN);
	place_refuse(&place, &head, CHANGE_KEY_ADD, NULL, "{\"office\":\"MA\"}", JISR_STATE, "suspended");
	place_do(&place, &place.console, CHANGE_MEMBER_REINSTATE, "MA", "{\"reason\":\"a test\"}", "MA");
	place_refuse(&place, &place.console, CHANGE_MEMBER_REINSTATE, "MA", "{\"reason\":\"again\"}", JISR_STATE,
	             "not suspended");
	place_do(&place, &place.console, CHANGE_MEMBER_EDIT, "MA", "{\"names\":{\"en\":\"Kingdom of Morocco\"}}", "MA");
	sql = reading(&place, &reader);
	assert_int_equal(register_member(sql, "MA", &member, &problem), JISR_OK);
	assert_string_equal(member.names.text[LANGUAGE_EN], "Kingdom of Morocco");
	assert_string_equal(member.names.text[LANGUAGE_FR], "Maroc");
	assert_int_equal(member.version, store_reader_sequence(reader));
	store_read_end(reader);
	place_finish(&place);
}

/* What is refused, with which sentence; none of it leaves an entry. */
static void careless_orders_are_refused_with_a_sentence_and_leave_nothing(void **state)
{
	(void)state;
	static const struct {
		enum change change;
		const char *target, *fields;
		int error;
		const char *words;
	} wrong[] = {
		{CHANGE_MEMBER_ADMIT, NULL, NULL, JISR_BAD_INPUT, "\"code\" is missing"},
		{CHANGE_MEMBER_ADMIT, NULL, "[]", JISR_BAD_INPUT, "not an object"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":7}", JISR_BAD_INPUT, "\"code\" is not a text"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"ma\"}", JISR_BAD_INPUT, "two capital letters"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"MAR\"}", JISR_BAD_INPUT, "1 to 2 bytes"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"MA\"}", JISR_CONFLICT, "MA is a member already, since 20"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"cod\":\"ES\"}", JISR_BAD_INPUT, "did you mean \"code\"?"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"QQ\",\"region\":\"asia\"}", JISR_BAD_INPUT,
	         "names: \"ar\" is missing"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"TV\"}", JISR_BAD_INPUT, "\"region\" is missing"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"TV\",\"region\":\"moon\"}", JISR_BAD_INPUT,
	         "africa, americas"},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"ES\",\"names\":{\"de\":\"Spanien\"}}", JISR_BAD_INPUT,
	         "no field \"de\""},
		{CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"ES\",\"names\":{\"en\":\" Spain\"}}", JISR_BAD_INPUT,
	         "no space at its ends"},
		{CHANGE_MEMBER_EDIT, "MA", "{}", JISR_BAD_INPUT, "nothing is to be changed"},
		{CHANGE_MEMBER_SUSPEND, "MA", "{}", JISR_BAD_INPUT, "\"reason\" is missing"},
		{CHANGE_MEMBER_SUSPEND, "XX", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "there is no member XX"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"MA\"}", JISR_CONFLICT, "MA is open already"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"ES\"}", JISR_BAD_INPUT, "\"kind\" is missing"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"es\"}", JISR_BAD_INPUT, "capital letters, digits and dashes"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"ES\",\"kind\":\"bureau\",\"member\":\"ES\"}", JISR_NOT_FOUND,
	         "there is no member ES"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"ZZ\",\"kind\":\"bureau\",\"member\":\"FR\"}", JISR_BAD_INPUT,
	         "the bureau of FR has the code FR"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"ZZ\",\"kind\":\"liaison-office\"}", JISR_BAD_INPUT,
	         "codes of two letters are those of members' bureaus"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"FR-GP\",\"kind\":\"sub-bureau\",\"member\":\"FR\"}",
	         JISR_BAD_INPUT, "\"country\" is missing"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"X-1\",\"kind\":\"embassy\"}", JISR_BAD_INPUT,
	         "\"kind\" is one of"},
		{CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"RB-ABJ\",\"key\":\"nonsense\"}", JISR_BAD_INPUT,
	         "is no public key"},
		{CHANGE_OFFICE_CLOSE, "GS", "{\"reason\":\"x\"}", JISR_STATE, "headquarters cannot be closed"},
		{CHANGE_KEY_END, "nonsense", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "as in MA/1a2b3c4d"},
		{CHANGE_KEY_END, "MA/00000000", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "no such key of MA"},
		{CHANGE_KEY_ADD, NULL, "{\"office\":\"ES\"}", JISR_NOT_FOUND, "there is no office ES"},
		{CHANGE_OFFICER_APPOINT, NULL, "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\"}", JISR_BAD_INPUT,
	         "\"roles\" is a list"},
		{CHANGE_OFFICER_APPOINT, NULL,
	         "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"king\"]}", JISR_BAD_INPUT,
	         "\"king\" in \"roles\" is none of reader, border-officer"},
		{CHANGE_OFFICER_APPOINT, NULL,
	         "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"reviewer\"]}", JISR_BAD_INPUT,
	         "nobody in MA can be reviewer; there are reader"},
		{CHANGE_OFFICER_APPOINT, NULL,
	         "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"A B\",\"roles\":[\"reader\"]}", JISR_BAD_INPUT,
	         "\"login\" has 2 to 64"},
		{CHANGE_OFFICER_APPOINT, NULL,
	         "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"email\":\"x\",\"roles\":[\"reader\"]}",
	         JISR_BAD_INPUT, "\"email\" is no address"},
		{CHANGE_OFFICER_APPOINT, NULL,
	         "{\"office\":\"MA\",\"name\":\"A\\u0007\",\"login\":\"aa\",\"roles\":[\"reader\"]}", JISR_BAD_INPUT,
	         "no control characters"},
		{CHANGE_OFFICER_END, "MA-99", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "there is no officer MA-99"},
		{CHANGE_OFFICER_END, "MA", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "there is no officer MA"},
		{CHANGE_OFFICER_END, "", "{\"reason\":\"x\"}", JISR_NOT_FOUND, "there is no officer "},
	};
	struct place place;
	place_init(&place);
	place_fill(&place);
	uint64_t before = size(&place);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		place_refuse(&place, &place.console, wrong[i].change, wrong[i].target, wrong[i].fields, wrong[i].error,
		             wrong[i].words);
	assert_int_equal(size(&place), before);
	place_finish(&place);
}

static void a_version_that_is_past_is_a_conflict(void **state)
{
	(void)state;
	struct place place;
	struct change_order order;
	struct problem problem = {""};
	place_init(&place);
	place_fill(&place);
	assert_int_equal(place_try(&place, &place.console, CHANGE_OFFICE_EDIT, "FR",
	                           "{\"names\":{\"en\":\"NCB Paris\"}}", ENTRY_ANY, &order, &problem),
	                 JISR_OK);
	uint64_t version = order.version;
	assert_int_equal(version, size(&place));
	assert_int_equal(place_try(&place, &place.console, CHANGE_OFFICE_EDIT, "FR", "{\"country\":\"DE\"}",
	                           version - 1, &order, &problem),
	                 JISR_CONFLICT);
	assert_non_null(strstr(problem.text, "Read it again, then decide"));
	assert_int_equal(place_try(&place, &place.console, CHANGE_OFFICE_EDIT, "FR", "{\"country\":\"DE\"}", version,
	                           &order, &problem),
	                 JISR_OK);
	place_finish(&place);
}

static void officers_are_appointed_by_those_in_charge_alone(void **state)
{
	(void)state;
	struct place place;
	place_init(&place);
	place_fill(&place);
	/* headquarters gives a new office its first, and no more */
	place_officer(&place, &place.console, "MA", "head.ma", "[\"head-of-bureau\"]", "MA-1");
	place_refuse(&place, &place.console, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"reader\"]}", JISR_DENIED,
	             "headquarters does it only where nobody is in charge");
	struct caller head = place_caller("MA", "MA-1", HEAD);
	place_officer(&place, &head, "MA", "border.ma", "[\"border-officer\",\"reader\"]", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"administrator\"]}", JISR_DENIED,
	             "you cannot give or take the role administrator");
	place_refuse(&place, &head, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"FR\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"reader\"]}", JISR_DENIED,
	             "for MA alone, not for FR");
	place_refuse(&place, &head, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"border.ma\",\"roles\":[\"reader\"]}", JISR_CONFLICT,
	             "another officer signs in as border.ma");
	struct caller border = place_caller("MA", "MA-2", ROLE_BIT(ROLE_BORDER_OFFICER));
	place_refuse(&place, &border, CHANGE_OFFICER_ROLES, "MA-2", "{\"roles\":[\"head-of-bureau\"]}", JISR_DENIED,
	             "MA-2 may not appoint officers");
	/* nobody does it to himself, not even the head */
	place_refuse(&place, &head, CHANGE_OFFICER_ROLES, "MA-1", "{\"roles\":[\"reader\"]}", JISR_DENIED,
	             "nobody changes his own roles");
	place_refuse(&place, &head, CHANGE_OFFICER_END, "MA-1", "{\"reason\":\"x\"}", JISR_DENIED, "ends himself");
	place_do(&place, &head, CHANGE_OFFICER_ROLES, "MA-2", "{\"roles\":[\"bureau-officer\"]}", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_ROLES, "MA-2", "{\"roles\":[\"bureau-officer\"]}", JISR_STATE,
	             "has these roles already");
	place_do(&place, &head, CHANGE_OFFICER_EDIT, "MA-2", "{\"email\":\"b@example.org\"}", "MA-2");
	place_do(&place, &head, CHANGE_OFFICER_END, "MA-2", "{\"reason\":\"retired\"}", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_END, "MA-2", "{\"reason\":\"x\"}", JISR_STATE, "MA-2 ended on 20");
	/* a number is not given twice; a name to sign in with may be */
	place_officer(&place, &head, "MA", "border.ma", "[\"reader\"]", "MA-3");
	place_finish(&place);
}

static void the_last_administrator_stays_and_only_one_of_them_changes_another(void **state)
{
	(void)state;
	struct place place;
	place_init(&place);
	place_fill(&place);
	place_officer(&place, &place.console, "GS", "root", "[\"administrator\"]", "GS-1");
	place_refuse(&place, &place.console, CHANGE_OFFICER_END, "GS-1", "{\"reason\":\"x\"}", JISR_STATE,
	             "GS-1 is the last administrator of GS: appoint another first");
	place_refuse(&place, &place.console, CHANGE_OFFICER_ROLES, "GS-1", "{\"roles\":[\"reader\"]}", JISR_STATE,
	             "the last administrator");
	place_officer(&place, &place.console, "GS", "second", "[\"administrator\"]", "GS-2");
	struct caller second = place_caller("GS", "GS-2", ADMIN);
	place_do(&place, &second, CHANGE_OFFICER_END, "GS-1", "{\"reason\":\"x\"}", "GS-1");
	place_officer(&place, &place.console, "MA", "admin.ma", "[\"administrator\"]", "MA-1");
	struct caller admin = place_caller("MA", "MA-1", ADMIN);
	place_officer(&place, &admin, "MA", "head.ma", "[\"head-of-bureau\"]", "MA-2");
	struct caller head = place_caller("MA", "MA-2", HEAD);
	place_refuse(&place, &head, CHANGE_OFFICER_ROLES, "MA-1", "{\"roles\":[\"reader\"]}", JISR_DENIED,
	             "MA-1 is administrator: whom only an administrator changes");
	place_refuse(&place, &head, CHANGE_OFFICER_END, "MA-1", "{\"reason\":\"x\"}", JISR_DENIED,
	             "whom only an administrator changes");
	place_finish(&place);
}

static struct officer officer_of(struct place *place, const char *id)
{
	struct officer officer;
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	if (register_officer(reading(place, &reader), id, &officer, &problem) != JISR_OK)
		fail_msg("%s", problem.text);
	store_read_end(reader);
	return officer;
}

static void a_suspended_officer_is_out_until_reinstated(void **state)
{
	(void)state;
	struct place place;
	struct officer officer;
	struct store_reader *reader = NULL;
	place_init(&place);
	place_fill(&place);
	place_officer(&place, &place.console, "GS", "root", "[\"administrator\"]", "GS-1");
	place_refuse(&place, &place.console, CHANGE_OFFICER_SUSPEND, "GS-1", "{\"reason\":\"x\"}", JISR_STATE,
	             "the last administrator");
	place_officer(&place, &place.console, "MA", "head.ma", "[\"head-of-bureau\"]", "MA-1");
	struct caller head = place_caller("MA", "MA-1", HEAD), french = place_caller("FR", "FR-1", HEAD);
	place_officer(&place, &head, "MA", "salma", "[\"bureau-officer\"]", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-1", "{\"reason\":\"x\"}", JISR_DENIED, "himself");
	place_refuse(&place, &french, CHANGE_OFFICER_SUSPEND, "MA-2", "{\"reason\":\"x\"}", JISR_DENIED, "FR alone");
	place_refuse(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-2", "{}", JISR_BAD_INPUT, "\"reason\" is missing");
	place_refuse(&place, &head, CHANGE_OFFICER_REINSTATE, "MA-2", "{\"reason\":\"x\"}", JISR_STATE,
	             "MA-2 is not suspended");
	place_do(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-2", "{\"reason\":\"an inquiry\"}", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-2", "{\"reason\":\"x\"}", JISR_STATE, "already, since");
	officer = officer_of(&place, "MA-2");
	assert_int_equal(officer.state, OFFICER_SUSPENDED);
	struct sql *sql = reading(&place, &reader);
	struct office office;
	struct caller caller;
	assert_int_equal(register_login(sql, "salma", &officer, NULL), JISR_NOT_FOUND);
	assert_int_equal(register_officer(sql, "MA-2", &officer, NULL), JISR_OK);
	assert_int_equal(register_office(sql, "MA", &office, NULL), JISR_OK);
	store_read_end(reader);
	assert_false(register_caller(&officer, &office, &caller));
	/* his roles can be changed meanwhile; he moves nowhere */
	place_do(&place, &head, CHANGE_OFFICER_ROLES, "MA-2", "{\"roles\":[\"reader\"]}", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_MOVE, "MA-2",
	             "{\"office\":\"FR\",\"roles\":[\"reader\"],\"reason\":\"x\"}", JISR_STATE,
	             "reinstate him before he moves");
	/* somebody else has his name by now */
	place_officer(&place, &head, "MA", "salma", "[\"reader\"]", "MA-3");
	place_refuse(&place, &head, CHANGE_OFFICER_REINSTATE, "MA-2", "{\"reason\":\"x\"}", JISR_CONFLICT,
	             "give MA-2 another name first");
	place_do(&place, &head, CHANGE_OFFICER_EDIT, "MA-2", "{\"login\":\"salma.b\"}", "MA-2");
	place_do(&place, &head, CHANGE_OFFICER_REINSTATE, "MA-2", "{\"reason\":\"cleared\"}", "MA-2");
	officer = officer_of(&place, "MA-2");
	assert_int_equal(officer.state, OFFICER_ACTIVE);
	assert_int_equal(officer.roles, ROLE_BIT(ROLE_READER));
	place_do(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-2", "{\"reason\":\"again\"}", "MA-2");
	place_do(&place, &head, CHANGE_OFFICER_END, "MA-2", "{\"reason\":\"left\"}", "MA-2");
	place_refuse(&place, &head, CHANGE_OFFICER_REINSTATE, "MA-2", "{\"reason\":\"x\"}", JISR_STATE,
	             "MA-2 ended on");
	place_finish(&place);
}

#define MOVE(office, role) "{\"office\":\"" office "\",\"roles\":[\"" role "\"],\"reason\":\"posted\"}"

static void an_officer_moves_within_the_house_and_gets_an_id_there(void **state)
{
	(void)state;
	struct place place;
	struct officer officer;
	place_init(&place);
	place_fill(&place);
	place_do(&place, &place.console, CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"RB-ABJ\"}", "RB-ABJ");
	place_officer(&place, &place.console, "GS", "root", "[\"administrator\"]", "GS-1");
	struct caller root = place_caller("GS", "GS-1", ADMIN);
	place_officer(&place, &root, "GS", "amina", "[\"reviewer\"]", "GS-2");
	place_officer(&place, &root, "RB-ABJ", "head.abj", "[\"administrator\"]", "RB-ABJ-1");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-1", MOVE("RB-ABJ", "reader"), JISR_DENIED, "himself");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-2", MOVE("GS", "reader"), JISR_STATE, "in GS already");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-2", MOVE("XX", "reader"), JISR_NOT_FOUND, "no office XX");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-2", MOVE("RB-ABJ", "reviewer"), JISR_BAD_INPUT,
	             "nobody in RB-ABJ can be reviewer");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-2", "{\"office\":\"RB-ABJ\",\"roles\":[\"reader\"]}",
	             JISR_BAD_INPUT, "\"reason\" is missing");
	/* to a bureau in which nobody is in charge, else not */
	place_do(&place, &root, CHANGE_OFFICER_MOVE, "GS-2", MOVE("MA", "head-of-bureau"), "MA-1");
	place_officer(&place, &root, "GS", "jonas", "[\"reader\"]", "GS-3");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "GS-3", MOVE("MA", "reader"), JISR_DENIED,
	             "MA appoints its officers itself: end GS-3 here");
	place_refuse(&place, &root, CHANGE_OFFICER_MOVE, "MA-1", MOVE("GS", "reader"), JISR_DENIED,
	             "only where nobody is in charge");
	/* between headquarters and its regional bureau, though somebody is in charge there */
	struct problem problem = {""};
	struct change_order order;
	assert_int_equal(place_try(&place, &root, CHANGE_OFFICER_MOVE, "GS-3", MOVE("RB-ABJ", "bureau-officer"), 1,
	                           &order, &problem),
	                 JISR_CONFLICT);
	officer = officer_of(&place, "GS-3");
	assert_int_equal(officer.state, OFFICER_ACTIVE);
	place_do(&place, &root, CHANGE_OFFICER_MOVE, "GS-3", MOVE("RB-ABJ", "bureau-officer"), "RB-ABJ-2");
	officer = officer_of(&place, "GS-3");
	assert_int_equal(officer.state, OFFICER_MOVED);
	assert_string_equal(officer.moved, "RB-ABJ-2");
	officer = officer_of(&place, "RB-ABJ-2");
	assert_int_equal(officer.state, OFFICER_ACTIVE);
	assert_int_equal(officer.roles, ROLE_BIT(ROLE_BUREAU_OFFICER));
	assert_string_equal(officer.login, "jonas");
	assert_string_equal(officer.name, "Somebody Invented");
	place_refuse(&place, &root, CHANGE_OFFICER_EDIT, "GS-3", "{\"name\":\"x\"}", JISR_STATE, "is RB-ABJ-2 since");
	struct caller abidjan = place_caller("RB-ABJ", "RB-ABJ-1", ADMIN);
	place_refuse(&place, &abidjan, CHANGE_OFFICER_MOVE, "RB-ABJ-2", MOVE("GS", "reader"), JISR_DENIED,
	             "GS appoints its officers itself");
	place_do(&place, &root, CHANGE_OFFICER_MOVE, "RB-ABJ-2", MOVE("GS", "reviewer"), "GS-4");
	place_finish(&place);
}

static bool first_key(void *context, const struct office_key *key)
{
	*(struct office_key *)context = *key;
	return false;
}

static void keys_are_added_ended_and_headquarters_keeps_one(void **state)
{
	(void)state;
	struct place place;
	struct office_key old = {0}, kept = {0};
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	struct change_order order;
	char target[64];
	place_init(&place);
	place_fill(&place);
	struct sql *sql = reading(&place, &reader);
	assert_int_equal(register_keys(sql, "MA", 0, first_key, &old, &problem), JISR_OK);
	assert_int_equal(register_keys(sql, "GS", 0, first_key, &kept, &problem), JISR_OK);
	store_read_end(reader);
	assert_true(old.added > 0 && old.ended == 0 && strncmp(old.verifier, "MA+", 3) == 0);
	(void)snprintf(target, sizeof target, "GS/%02x%02x%02x%02x", kept.id[0], kept.id[1], kept.id[2], kept.id[3]);
	place_refuse(&place, &place.console, CHANGE_KEY_END, target, "{\"reason\":\"lost\"}", JISR_STATE,
	             "headquarters' only key");
	/* rotated: the office's administrator adds one, then ends the old */
	struct caller admin = place_caller("MA", "MA-1", ADMIN);
	assert_int_equal(
		place_try(&place, &admin, CHANGE_KEY_ADD, NULL, "{\"office\":\"MA\"}", ENTRY_ANY, &order, &problem),
		JISR_OK);
	assert_int_equal(order.version, size(&place));
	(void)snprintf(target, sizeof target, "MA/%02x%02x%02x%02x", old.id[0], old.id[1], old.id[2], old.id[3]);
	place_refuse(&place, &admin, CHANGE_KEY_ADD, NULL, "{\"office\":\"FR\"}", JISR_DENIED, "for MA alone");
	assert_int_equal(
		place_try(&place, &admin, CHANGE_KEY_END, target, "{\"reason\":\"rotated\"}", 1, &order, &problem),
		JISR_CONFLICT);
	place_do(&place, &admin, CHANGE_KEY_END, target, "{\"reason\":\"rotated\"}", target);
	place_refuse(&place, &admin, CHANGE_KEY_END, target, "{\"reason\":\"again\"}", JISR_STATE, "ended already");
	place_officer(&place, &admin, "MA", "after.rotation", "[\"reader\"]", "MA-1");
	/* all lost: the office writes nothing until headquarters gives it another */
	sql = reading(&place, &reader);
	assert_int_equal(register_keys(sql, "MA", old.added, first_key, &kept, &problem), JISR_OK);
	store_read_end(reader);
	(void)snprintf(target, sizeof target, "MA/%02x%02x%02x%02x", kept.id[0], kept.id[1], kept.id[2], kept.id[3]);
	place_do(&place, &place.console, CHANGE_KEY_END, target, "{\"reason\":\"lost\"}", target);
	place_refuse(&place, &admin, CHANGE_OFFICER_APPOINT, NULL,
	             "{\"office\":\"MA\",\"name\":\"A\",\"login\":\"aa\",\"roles\":[\"reader\"]}", JISR_DENIED,
	             "has no key that counts");
	place_do(&place, &place.console, CHANGE_KEY_ADD, NULL, "{\"office\":\"MA\"}", NULL);
	place_officer(&place, &admin, "MA", "after.loss", "[\"reader\"]", "MA-2");
	place_finish(&place);
}

static bool count_active(void *context, const struct officer *officer)
{
	*(size_t *)context += officer->state == OFFICER_ACTIVE;
	return true;
}

static void a_closed_office_ends_its_keys_and_its_officers(void **state)
{
	(void)state;
	struct place place;
	struct officer officer;
	struct store_reader *reader = NULL;
	struct office_key key = {0};
	size_t active = 0;
	place_init(&place);
	place_fill(&place);
	place_officer(&place, &place.console, "MA", "admin.ma", "[\"administrator\"]", "MA-1");
	struct caller admin = place_caller("MA", "MA-1", ADMIN);
	place_officer(&place, &admin, "MA", "reader.ma", "[\"reader\"]", "MA-2");
	place_do(&place, &admin, CHANGE_OFFICER_SUSPEND, "MA-2", "{\"reason\":\"a test\"}", "MA-2");
	place_do(&place, &place.console, CHANGE_OFFICE_CLOSE, "MA", "{\"reason\":\"a test\"}", "MA");
	struct sql *sql = reading(&place, &reader);
	assert_int_equal(register_officers(sql, "MA", NULL, count_active, &active, NULL), JISR_OK);
	assert_int_equal(register_keys(sql, "MA", 0, first_key, &key, NULL), JISR_OK);
	assert_int_equal(register_login(sql, "admin.ma", &officer, NULL), JISR_NOT_FOUND);
	store_read_end(reader);
	assert_int_equal(active, 0);
	officer = officer_of(&place, "MA-2");
	assert_int_equal(officer.state, OFFICER_ENDED);
	assert_true(key.ended > 0);
	place_refuse(&place, &admin, CHANGE_OFFICER_END, "MA-2", "{\"reason\":\"x\"}", JISR_STATE, "MA is closed");
	place_refuse(&place, &place.console, CHANGE_OFFICE_OPEN, NULL, "{\"code\":\"MA\"}", JISR_STATE,
	             "its code is not used again");
	place_refuse(&place, &place.console, CHANGE_OFFICE_EDIT, "MA", "{\"country\":\"FR\"}", JISR_STATE, "closed");
	place_finish(&place);
}

struct dropping {
	uint64_t sequence;
};

static int drop(struct store_write *write, void *context, struct problem *problem)
{
	struct dropping *dropping = context;
	return store_drop_body(write, dropping->sequence, OFFICE_HEADQUARTERS, "", "asked for", problem);
}

static void what_is_personal_can_be_dropped_and_the_rest_stays(void **state)
{
	(void)state;
	struct place place;
	struct officer officer;
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	place_init(&place);
	place_fill(&place);
	place_officer(&place, &place.console, "MA", "head.ma", "[\"head-of-bureau\"]", "MA-1");
	struct dropping first = {size(&place)};
	struct caller head = place_caller("MA", "MA-1", HEAD);
	place_do(&place, &head, CHANGE_OFFICER_EDIT, "MA-1", "{\"name\":\"Another Name\"}", "MA-1");
	struct dropping second = {size(&place)};
	/* the earlier one is dropped: the later one counts as before */
	assert_int_equal(store_submit(place.store, drop, &first, &problem), JISR_OK);
	struct sql *sql = reading(&place, &reader);
	assert_int_equal(register_officer(sql, "MA-1", &officer, &problem), JISR_OK);
	store_read_end(reader);
	assert_string_equal(officer.name, "Another Name");
	place_assert_rebuilt(&place);
	assert_int_equal(store_submit(place.store, drop, &second, &problem), JISR_OK);
	sql = reading(&place, &reader);
	assert_int_equal(register_officer(sql, "MA-1", &officer, &problem), JISR_OK);
	store_read_end(reader);
	assert_string_equal(officer.name, "");
	assert_string_equal(officer.login, "");
	assert_int_equal(officer.roles, HEAD);
	assert_int_equal(officer.state, OFFICER_ACTIVE);
	struct dropping other = {size(&place) - 4};
	assert_int_not_equal(store_submit(place.store, drop, &other, &problem), JISR_OK);
	place_finish(&place);
}

/* ---- every change for every role ---- */

/* A target and fields with which the change would be done, if the caller may. */
static const struct {
	const char *target, *fields;
} good[CHANGE_COUNT] = {
	[CHANGE_MEMBER_ADMIT] = {NULL, "{\"code\":\"ES\"}"},
	[CHANGE_MEMBER_EDIT] = {"FR", "{\"names\":{\"en\":\"French Republic\"}}"},
	[CHANGE_MEMBER_SUSPEND] = {"FR", "{\"reason\":\"a test\"}"},
	[CHANGE_MEMBER_REINSTATE] = {"DE", "{\"reason\":\"a test\"}"},
	[CHANGE_OFFICE_OPEN] = {NULL, "{\"code\":\"RB-ABJ\"}"},
	[CHANGE_OFFICE_EDIT] = {"MA", "{\"names\":{\"en\":\"NCB Rabat\"}}"},
	[CHANGE_OFFICE_CLOSE] = {"MA", "{\"reason\":\"a test\"}"},
	[CHANGE_KEY_ADD] = {NULL, "{\"office\":\"MA\"}"},
	[CHANGE_KEY_END] = {"MA/%s", "{\"reason\":\"a test\"}"},
	[CHANGE_OFFICER_APPOINT] = {NULL,
                                    "{\"office\":\"MA\",\"name\":\"A B\",\"login\":\"a.b\",\"roles\":[\"reader\"]}"},
	[CHANGE_OFFICER_EDIT] = {"MA-2", "{\"name\":\"C D\"}"},
	[CHANGE_OFFICER_ROLES] = {"MA-2", "{\"roles\":[\"bureau-officer\"]}"},
	[CHANGE_OFFICER_END] = {"MA-2", "{\"reason\":\"a test\"}"},
	[CHANGE_OFFICER_SUSPEND] = {"MA-2", "{\"reason\":\"a test\"}"},
	[CHANGE_OFFICER_REINSTATE] = {"MA-3", "{\"reason\":\"a test\"}"},
	[CHANGE_OFFICER_MOVE] = {"MA-2", "{\"office\":\"FR\",\"roles\":[\"reader\"],\"reason\":\"a test\"}"},
};

static int wrap(struct store_write *write, void *context, struct problem *problem)
{
	int error = change_run(write, context, problem);
	return error ? error : JISR_CANCELLED; /* done, and taken back: the next caller meets the same state */
}

/* Runs the change and takes it back. */
static int attempt(struct place *place, const struct caller *caller, enum change change, const char *key,
                   const char *verifier)
{
	CLEANUP(json_freep) cJSON *fields = NULL;
	struct problem problem = {""};
	char target[64];
	assert_int_equal(json_read(good[change].fields, strlen(good[change].fields), &fields, &problem), JISR_OK);
	if (change == CHANGE_OFFICE_OPEN || change == CHANGE_KEY_ADD)
		tree_text(fields, "key", verifier);
	(void)snprintf(target, sizeof target, "%s", good[change].target != NULL ? good[change].target : "");
	if (change == CHANGE_KEY_END)
		(void)snprintf(target, sizeof target, "MA/%s", key);
	struct change_order order = {change, caller, target, fields, ENTRY_ANY, "", 0};
	int error = store_submit(place->store, wrap, &order, &problem);
	if (error != JISR_CANCELLED && error != JISR_DENIED)
		fail_msg("%s by %s of %s: %s", change_name(change), caller->name, caller->office, problem.text);
	return error == JISR_CANCELLED ? JISR_OK : error;
}

static void every_change_is_done_for_those_who_have_its_right_and_for_nobody_else(void **state)
{
	(void)state;
	static const char *const offices[] = {"MA", "FR", "GS"};
	struct place place;
	struct office_key key = {0};
	struct store_reader *reader = NULL;
	struct problem problem = {""};
	char of_ma[NOTE_MAX_KEY], of_abidjan[NOTE_MAX_KEY], hex[9];
	place_init(&place);
	place_fill(&place);
	place_do(&place, &place.console, CHANGE_MEMBER_ADMIT, NULL, "{\"code\":\"DE\"}", "DE");
	place_do(&place, &place.console, CHANGE_MEMBER_SUSPEND, "DE", "{\"reason\":\"a test\"}", "DE");
	place_officer(&place, &place.console, "MA", "head.ma", "[\"head-of-bureau\"]", "MA-1");
	struct caller head = place_caller("MA", "MA-1", HEAD);
	place_officer(&place, &head, "MA", "reader.ma", "[\"reader\"]", "MA-2");
	place_officer(&place, &head, "MA", "out.ma", "[\"reader\"]", "MA-3");
	place_do(&place, &head, CHANGE_OFFICER_SUSPEND, "MA-3", "{\"reason\":\"a test\"}", "MA-3");
	assert_int_equal(store_key_make(place.store, "MA", of_ma, &problem), JISR_OK);
	assert_int_equal(store_key_make(place.store, "RB-ABJ", of_abidjan, &problem), JISR_OK);
	assert_int_equal(register_keys(reading(&place, &reader), "MA", 0, first_key, &key, &problem), JISR_OK);
	store_read_end(reader);
	(void)snprintf(hex, sizeof hex, "%02x%02x%02x%02x", key.id[0], key.id[1], key.id[2], key.id[3]);
	uint64_t before = size(&place);
	size_t done = 0;
	for (unsigned i = 0; i < CHANGE_COUNT; i++) {
		enum change change = (enum change)i;
		bool of_office =
			change_right(change) == RIGHT_KEYS_CHANGE || change_right(change) == RIGHT_OFFICERS_CHANGE;
		const char *verifier = change == CHANGE_KEY_ADD ? of_ma : of_abidjan;
		assert_true(change_right(change) != RIGHT_UNSAID && change_right(change) != RIGHT_NONE);
		for (size_t o = 0; o < sizeof offices / sizeof *offices; o++)
			for (unsigned role = 0; role < ROLE_COUNT; role++) {
				struct caller caller = place_caller(offices[o], "XX-9", ROLE_BIT(role));
				bool may = caller_may(&caller, change_right(change));
				if (may && of_office)
					may = caller_may_at(&caller, change_right(change), "MA");
				if (may && change_right(change) == RIGHT_OFFICERS_CHANGE && o != 0)
					may = false;                        /* somebody is in charge there */
				may = may && change != CHANGE_OFFICER_MOVE; /* nobody is of both offices */
				if ((attempt(&place, &caller, change, hex, verifier) == JISR_OK) != may)
					fail_msg("%s by %s of %s", change_name(change), role_name((enum role)role),
					         offices[o]);
				done += may;
				caller.kind = CALLER_API_TOKEN; /* without the scope */
				caller.scopes = RIGHT_ALL & ~RIGHT_BIT(change_right(change));
				assert_int_equal(attempt(&place, &caller, change, hex, verifier), JISR_DENIED);
				caller.kind = CALLER_TOKEN;
				caller.scopes = RIGHT_ALL;
				assert_int_equal(attempt(&place, &caller, change, hex, verifier), JISR_DENIED);
			}
		struct caller nobody;
		caller_init(&nobody);
		assert_int_equal(attempt(&place, &nobody, change, hex, verifier), JISR_DENIED);
	}
	assert_true(done > CHANGE_COUNT);
	assert_int_equal(size(&place), before);
	place_finish(&place);
}

/* ---- memory ---- */

static void every_allocation_may_fail_and_nothing_is_half_done(void **state)
{
	(void)state;
	static const struct {
		enum change change;
		const char *fields;
	} orders[] = {
		{CHANGE_MEMBER_ADMIT, "{\"code\":\"ES\"}"},
		{CHANGE_OFFICER_APPOINT,
	         "{\"office\":\"MA\",\"name\":\"A B\",\"login\":\"a.b\",\"roles\":[\"head-of-bureau\"]}"},
	};
	struct place place;
	place_init(&place);
	place_fill(&place);
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		CLEANUP(json_freep) cJSON *fields = NULL;
		struct problem problem = {""};
		int error = JISR_NO_MEMORY;
		uint64_t before = size(&place);
		assert_int_equal(json_read(orders[i].fields, strlen(orders[i].fields), &fields, &problem), JISR_OK);
		for (long n = 0; error == JISR_NO_MEMORY && n < 2000; n++) {
			struct change_order order = {orders[i].change, &place.console, NULL, fields, ENTRY_ANY, "", 0};
			memory_fail_after(n);
			error = change_submit(place.store, &order, &problem);
			memory_fail_after(-1);
			(void)tree_failed();
			assert_true(error == JISR_OK || size(&place) == before);
		}
		assert_int_equal(error, JISR_OK);
		assert_true(size(&place) > before);
	}
	place_finish(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_admitted_as_publicly_known_suspended_and_reinstated),
		cmocka_unit_test(careless_orders_are_refused_with_a_sentence_and_leave_nothing),
		cmocka_unit_test(a_version_that_is_past_is_a_conflict),
		cmocka_unit_test(officers_are_appointed_by_those_in_charge_alone),
		cmocka_unit_test(a_suspended_officer_is_out_until_reinstated),
		cmocka_unit_test(an_officer_moves_within_the_house_and_gets_an_id_there),
		cmocka_unit_test(the_last_administrator_stays_and_only_one_of_them_changes_another),
		cmocka_unit_test(keys_are_added_ended_and_headquarters_keeps_one),
		cmocka_unit_test(a_closed_office_ends_its_keys_and_its_officers),
		cmocka_unit_test(what_is_personal_can_be_dropped_and_the_rest_stays),
		cmocka_unit_test(every_change_is_done_for_those_who_have_its_right_and_for_nobody_else),
		cmocka_unit_test(every_allocation_may_fail_and_nothing_is_half_done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
