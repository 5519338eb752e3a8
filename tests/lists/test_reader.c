/* Every reader, through list_read: what each format's fields become, what is bad, what fails. */
#include "base/memory.h"
#include "lists_test.h"

static struct outcome got;

static int clean(void **state)
{
	(void)state;
	outcome_finish(&got);
	return 0;
}

static void read_fixture(const char *name)
{
	const char *paths[] = {fixture(name)};
	read_paths(paths, 1, &got);
}

static void ofac_csv_joins_aliases_addresses_and_remarks(void **state)
{
	(void)state;
	const char *paths[] = {fixture("add.csv"), fixture("sdn.csv"), fixture("alt.csv")};
	read_paths(paths, 3, &got);
	assert_read(&got, 4);
	assert_int_equal(got.summary.skipped, 0);
	assert_int_equal(got.summary.format, LIST_OFAC_CSV);
	assert_string_equal(got.summary.name, "ofac-sdn");
	assert_has(&got, "@ofac-102 Person IBN FADLAN, Ahmad");
	assert_has(&got, "@ofac-102 firstName=Ahmad");
	assert_has(&got, "@ofac-102 lastName=IBN FADLAN");
	assert_has(&got, "@ofac-102 alias=BIN FADLAN, Ahmed");
	assert_has(&got, "@ofac-102 previousName=AL-BAGHDADI, Ahmad");
	assert_has(&got, "@ofac-102 previousName=THE TRAVELLER");
	assert_has(&got, "@ofac-102 weakAlias=THE ENVOY");
	assert_has(&got, "@ofac-102 birthDate=1975-02-02");
	assert_has(&got, "@ofac-102 birthDate=1957-01-01/1959-12-31");
	assert_has(&got, "@ofac-102 birthDate=1953-01-01/1958-12-31");
	assert_has(&got, "@ofac-102 birthPlace=Sana'a, Yemen");
	assert_has(&got, "@ofac-102 birthCountry=ye");
	assert_has(&got, "@ofac-102 nationality=ye");
	assert_has(&got, "@ofac-102 citizenship=iq");
	assert_has(&got, "@ofac-102 gender=male");
	assert_has(&got, "@ofac-102 passportNumber=ye:08928715");
	assert_has(&got, "@ofac-102 passportNumber=ir:A-77");
	assert_has(&got, "@ofac-102 idNumber=co:9988");
	assert_has(&got, "@ofac-102 idNumber=172");
	assert_has(&got, "@ofac-102 idNumber=ye:55X");
	assert_has(&got, "@ofac-102 socialSecurityNumber=us:123-45-6789");
	assert_has(&got, "@ofac-102 taxNumber=mx:QWER800101");
	assert_has(&got, "@ofac-102 program=DEMO2");
	assert_has(&got, "@ofac-102 notes=Linked To: QALAM COMPANY");
	assert_has(&got, "@ofac-101 Organization QALAM COMPANY");
	assert_has(&got, "@ofac-101 weakAlias=THE PEN");
	assert_has(&got, "@ofac-101 taxNumber=de:445566");
	assert_has(&got, "@ofac-101 incorporationDate=2014-05-05");
	assert_has(&got, "@ofac-101 address=Unter den Linden 1, Berlin 10117, Germany");
	assert_has(&got, "@ofac-103 Vessel SINDBAD");
	assert_has(&got, "@ofac-103 imoNumber=9187629");
	assert_has(&got, "@ofac-103 flag=tz");
	assert_has(&got, "@ofac-103 pastFlags=mt");
	assert_has(&got, "@ofac-103 callSign=5IM000");
	assert_has(&got, "@ofac-104 Airplane EP-XYZ");
	assert_has(&got, "@ofac-104 registrationNumber=ir:EP-XYZ");
	assert_has(&got, "@ofac-104 serialNumber=24383");
	assert_int_equal(got.last_done, got.last_total);
	assert_true(got.last_total > 0);
}

static void ofac_side_files_need_their_list(void **state)
{
	(void)state;
	const char *paths[] = {fixture("alt.csv")};
	read_paths(paths, 1, &got);
	assert_int_equal(got.error, JISR_BAD_INPUT);
	assert_non_null(strstr(got.problem.text, "give sdn.csv with it"));
	outcome_finish(&got);
	/* most aliases belong to entities that are not there */
	const char only[] = "999,\"ZHENG HE\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
	struct byte_file file;
	byte_file_open(&file, only, sizeof only - 1);
	const char *pair[] = {file.path, fixture("alt.csv")};
	read_paths(pair, 2, &got);
	(void)close(file.descriptor);
	assert_int_equal(got.error, JISR_BAD_INPUT);
	assert_non_null(strstr(got.problem.text, "another date"));
}

static void ofac_xml_gives_the_same_ids_and_names(void **state)
{
	(void)state;
	read_fixture("sdn.xml");
	assert_read(&got, 2);
	assert_string_equal(got.summary.published, "2020-04-22");
	assert_has(&got, "@ofac-102 Person IBN FADLAN, Ahmad");
	assert_has(&got, "@ofac-102 firstName=Ahmad");
	assert_has(&got, "@ofac-102 passportNumber=ye:A5250088");
	assert_has(&got, "@ofac-102 gender=male");
	assert_has(&got, "@ofac-102 alias=BIN FADLAN, Ahmed");
	assert_has(&got, "@ofac-102 weakAlias=THE ENVOY");
	assert_has(&got, "@ofac-102 previousName=AL-BAGHDADI");
	assert_has(&got, "@ofac-102 birthDate=1975-02-02");
	assert_has(&got, "@ofac-102 birthCountry=ye");
	assert_has(&got, "@ofac-102 nationality=ye");
	assert_has(&got, "@ofac-103 Vessel SINDBAD");
	assert_has(&got, "@ofac-103 imoNumber=9187629");
	assert_has(&got, "@ofac-103 flag=tz");
}

static void un_xml_joins_names_and_reads_births_and_documents(void **state)
{
	(void)state;
	read_fixture("un.xml");
	assert_read(&got, 2);
	assert_string_equal(got.summary.name, "un-sc");
	assert_string_equal(got.summary.published, "2026-02-27");
	assert_has(&got, "@un-7000001 Person AHMAD IBN FADLAN");
	assert_has(&got, "@un-7000001 name=أحمد بن فضلان");
	assert_has(&got, "@un-7000001 alias=Ahmad al-Baghdadi");
	assert_has(&got, "@un-7000001 weakAlias=The Envoy");
	assert_has(&got, "@un-7000001 weakAlias=The Traveller");
	assert_has(&got, "@un-7000001 birthDate=1971-03-04");
	assert_has(&got, "@un-7000001 birthDate=1957-01-01/1959-12-31");
	assert_has(&got, "@un-7000001 birthDate=1953-01-01/1956-12-31");
	assert_has(&got, "@un-7000001 nationality=sy");
	assert_has(&got, "@un-7000001 passportNumber=iq:D0001203");
	assert_has(&got, "@un-7000001 idNumber=55");
	assert_has(&got, "@un-7000001 unscId=DMi.001");
	assert_has(&got, "@un-7000001 position=Jurist");
	assert_has(&got, "@un-7000002 previousName=Reed Company");
	assert_has(&got, "@un-7000002 alias=Pen Company");
	assert_has(&got, "@un-7000002 country=iq");
}

static void eu_xml_reads_attributes(void **state)
{
	(void)state;
	read_fixture("eu.xml");
	assert_read(&got, 2);
	assert_string_equal(got.summary.name, "eu-fsf");
	assert_string_equal(got.summary.published, "2020-04-15");
	assert_has(&got, "@eu-fsf-77 Person Ahmad Ibn Fadlan");
	assert_has(&got, "@eu-fsf-77 lastName=Fadlan");
	assert_has(&got, "@eu-fsf-77 alias=أحمد بن فضلان");
	assert_has(&got, "@eu-fsf-77 weakAlias=The Envoy");
	assert_has(&got, "@eu-fsf-77 gender=male");
	assert_has(&got, "@eu-fsf-77 birthDate=1965-12-12");
	assert_has(&got, "@eu-fsf-77 birthDate=1957-01-01/1959-12-31");
	assert_has(&got, "@eu-fsf-77 birthDate=1950-01-01/1953-12-31");
	assert_has(&got, "@eu-fsf-77 citizenship=iq");
	assert_has(&got, "@eu-fsf-77 passportNumber=iq:D0001203");
	assert_has(&got, "@eu-fsf-77 idNumber=55");
	assert_has(&got, "@eu-fsf-77 country=ru");
	assert_has(&got, "@eu-fsf-78 Organization Qalam Company");
}

static void uk_rows_of_one_group_are_one_entity(void **state)
{
	(void)state;
	read_fixture("uk.csv");
	assert_read(&got, 3);
	assert_string_equal(got.summary.name, "uk-hmt");
	assert_string_equal(got.summary.published, "2020-04-27");
	assert_has(&got, "@uk-9001 Person Ahmad Abbas IBN FADLAN");
	assert_has(&got, "@uk-9001 alias=Ahmad AL-BAGHDADI");
	assert_has(&got, "@uk-9001 weakAlias=THE ENVOY");
	assert_has(&got, "@uk-9001 name=أحمد بن فضلان");
	assert_has(&got, "@uk-9001 birthDate=1971-09-28");
	assert_has(&got, "@uk-9001 birthDate=1972-09");
	assert_has(&got, "@uk-9001 birthDate=1958");
	assert_has(&got, "@uk-9001 nationality=iq");
	assert_has(&got, "@uk-9001 nationality=sy");
	assert_has(&got, "@uk-9001 passportNumber=D0001203");
	assert_has(&got, "@uk-9001 passportNumber=D0001204");
	assert_has(&got, "@uk-9002 Vessel SINDBAD");
	assert_has(&got, "@uk-9002 imoNumber=9187629");
	assert_has(&got, "@uk-9003 Organization QALAM COMPANY");
}

static void interpol_pages_and_details_are_joined(void **state)
{
	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		const char *paths[] = {fixture(turn ? "page.json" : "details.json"),
		                       fixture(turn ? "details.json" : "page.json")};
		outcome_finish(&got);
		read_paths(paths, 2, &got);
		assert_read(&got, 2);
		assert_string_equal(got.summary.name, "interpol-red");
		assert_has(&got, "@2099/1 Person AHMAD IBN FADLAN");
		assert_has(&got, "@2099/1 lastName=IBN FADLAN");
		assert_has(&got, "@2099/1 birthDate=1999-01-23");
		assert_has(&got, "@2099/1 gender=male");
		assert_has(&got, "@2099/1 nationality=sy");
		assert_has(&got, "@2099/1 notes=wanted by BG: Travelling without leave");
		assert_has(&got, "@2099/1 height=1.75");
		assert_has(&got, "@2099/2 Person SINDBAD");
		assert_has(&got, "@2099/2 birthDate=1971");
	}
}

static void ftm_records_find_their_holder_before_and_after_it(void **state)
{
	(void)state;
	read_fixture("ftm.json");
	assert_read(&got, 2);
	assert_int_equal(got.summary.skipped, 0);
	assert_string_equal(got.summary.name, "ftm");
	assert_has(&got, "@NK-1 Person Ahmad ibn Fadlan");
	assert_has(&got, "@NK-1 passportNumber=iq:D0001203");
	assert_has(&got, "@NK-1 idNumber=sy:55");
	assert_has(&got, "@NK-1 address=1 River Street, Bulgar");
	assert_has(&got, "@NK-1 country=ru");
	assert_has(&got, "@NK-1 nationality=su");
	assert_has(&got, "@NK-1 program=Demo programme");
	assert_has(&got, "@NK-2 program=Demo programme");
	assert_has(&got, "@NK-2 jurisdiction=de");
	assert_has(&got, "@NK-2 meta={\"datasets\":[\"demo\"]}");
	const char *attached = strstr(got.entities.bytes, "@NK-1 attached=[{\"id\":\"p-1\"");
	assert_non_null(attached);
	assert_non_null(strstr(attached, "\"id\":\"s-1\""));
	assert_non_null(strstr(attached, "\"id\":\"a-1\""));
}

static void ftm_deltas_tell_their_operation(void **state)
{
	(void)state;
	read_fixture("delta.json");
	assert_read(&got, 3);
	assert_int_equal(got.summary.format, LIST_FTM_DELTA);
	assert_int_equal(got.deletions, 1);
	assert_has(&got, "@NK-3 program=Demo");
	outcome_finish(&got);
	read_string("{\"op\":\"ADD\",\"entity\":{\"id\":\"s\",\"schema\":\"Sanction\",\"properties\":{\"entity\":["
	            "\"z\"]}}}\n"
	            "{\"op\":\"DEL\",\"entity\":{\"id\":\"y\"}}\n",
	            &got);
	assert_read(&got, 1);
	assert_string_equal(got.bad.bytes, "1: its holder is not in this delta file: load the whole list again\n");
}

static void nested_records_are_attached_too(void **state)
{
	(void)state;
	read_string("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":\"Zheng "
	            "He\",\"passportEntity\":[{\"id\":\"p\","
	            "\"schema\":\"Passport\",\"properties\":{\"number\":[\"E7\"],\"country\":[\"cn\"]}}]}}\n",
	            &got);
	assert_read(&got, 1);
	assert_has(&got, "@a passportNumber=cn:E7");
}

static void assert_part(const char *part)
{
	if (strstr(got.entities.bytes, part) == NULL)
		fail_msg("no \"%s\" in\n%s", part, got.entities.bytes);
}

static void links_and_mentions_are_attached_to_each_end(void **state)
{
	(void)state;
	static const char lines[] =
		"{\"id\":\"o-1\",\"schema\":\"Ownership\",\"properties\":{\"owner\":[\"x-1\"],\"asset\":[\"x-2\"]}}\n"
		"{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ann Nowhere\"]}}\n"
		"{\"id\":\"x-2\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Nowhere Ltd\"]}}\n"
		"{\"id\":\"x-3\",\"schema\":\"Company\",\"properties\":{\"name\":[\"Nowhere "
		"Two\"],\"parent\":[\"x-2\"]}}\n"
		"{\"id\":\"q-1\",\"schema\":\"Position\",\"properties\":{\"name\":[\"Mayor\"]}}\n"
		"{\"id\":\"q-2\",\"schema\":\"Document\",\"properties\":{\"title\":[\"No name\"]}}\n";
	read_string(lines, &got);
	assert_int_equal(got.error, JISR_OK);
	assert_string_equal(got.bad.bytes, "");
	assert_int_equal(got.summary.records, 4);
	assert_part("@x-1 attached=[{\"id\":\"o-1\",\"schema\":\"Ownership\"");
	assert_part("@x-2 attached=[{\"id\":\"o-1\",\"schema\":\"Ownership\"");
	assert_part("\"asset\":[\"x-2\"]}},{\"id\":\"x-3\"}]\n");
	assert_part("@x-3 parent=x-2\n");
	assert_part("@q-1 Position Mayor\n");
}

/* Who is named in a million payments is still found. */
static void more_links_than_are_kept_are_left_out(void **state)
{
	(void)state;
	struct text lines;
	text_init(&lines, (size_t)8 << 20);
	(void)text_add_string(&lines,
	                      "{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ann Nowhere\"]}}\n");
	for (int i = 0; i < 700; i++)
		(void)text_add_format(
			&lines, "{\"id\":\"m-%03d\",\"schema\":\"Payment\",\"properties\":{\"payer\":[\"x-1\"]}}\n", i);
	read_string(lines.bytes, &got);
	text_finish(&lines);
	assert_int_equal(got.error, JISR_OK);
	assert_int_equal(got.summary.records, 1);
	assert_part("\"id\":\"m-499\"");
	assert_null(strstr(got.entities.bytes, "\"id\":\"m-500\""));
}

static void plain_csv_is_read_by_its_header(void **state)
{
	(void)state;
	read_fixture("plain.csv");
	assert_read(&got, 3);
	assert_int_equal(got.summary.format, LIST_CSV);
	assert_string_equal(got.summary.name, "plain");
	assert_has(&got, "@r1 Person Ahmad ibn Fadlan");
	assert_has(&got, "@r1 alias=The Envoy");
	assert_has(&got, "@r1 birthDate=1971-03-04");
	assert_has(&got, "@r1 nationality=iq");
	assert_has(&got, "@r1 passportNumber=iq:D0001203");
	assert_has(&got, "@r2 Vessel Sindbad");
	assert_non_null(strstr(got.entities.bytes, "passportNumber=cn:E77\n"));
	outcome_finish(&got);
	read_string("\xEF\xBB\xBF"
	            "First Name\tLast Name\tDOB\nAhmad\tIbn Fadlan\t4 March 1971",
	            &got);
	assert_read(&got, 1);
	assert_non_null(strstr(got.entities.bytes, " Person Ahmad Ibn Fadlan\n"));
	assert_non_null(strstr(got.entities.bytes, " birthDate=1971-03-04\n"));
}

static void ids_made_from_content_are_stable(void **state)
{
	(void)state;
	struct outcome first;
	read_string("name,dob\nZheng He,1371\nSindbad,\n", &first);
	read_string("name,dob\nSindbad,\nZheng He,1371\nMarco Polo,1254\n", &got);
	assert_read(&first, 2);
	assert_read(&got, 3);
	char *line = strstr(first.entities.bytes, "@csv-");
	assert_non_null(line);
	line[strcspn(line, " ")] = '\0';
	assert_non_null(strstr(got.entities.bytes, line));
	outcome_finish(&first);
}

static void bad_records_are_reported_with_their_line_and_skipped(void **state)
{
	(void)state;
	read_string("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Zheng He\"]}}\n"
	            "{\"id\":\"b\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Sind\xFF"
	            "bad\"]}}\n"
	            "{\"id\":\"c\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Marco Polo\"]}}\n"
	            "{\"id\":\"c\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Marco Polo\"]}}\n"
	            "\n"
	            "{\"id\":\"d\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ibn Fadlan\"]}}\n"
	            "{\"id\":\"e\",\"schema\":\"Person\",\"properties\":{\"gender\":[\"male\"]}}\n",
	            &got);
	assert_read(&got, 3);
	assert_int_equal(got.summary.skipped, 3);
	assert_string_equal(got.bad.bytes, "2: column 56, element 1 of the array: bytes that are not UTF-8\n"
	                                   "4: the id c was given before in this list\n"
	                                   "7: e has neither a name nor a document number\n");
	outcome_finish(&got);
	read_string("id,name\n1,Zheng He\n2,\"Sind\nbad\xFF\"\n3,Marco Polo\n4,a,b\n5,Ibn Fadlan\n", &got);
	assert_read(&got, 3);
	assert_non_null(strstr(got.bad.bytes, "3: bytes that are not UTF-8"));
	assert_non_null(strstr(got.bad.bytes, "6: 3 columns where the header has 2"));
}

static void a_list_of_mostly_bad_records_fails(void **state)
{
	(void)state;
	read_string("{\"id\":\"a\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Zheng He\"]}}\nx\ny\n", &got);
	assert_int_equal(got.error, JISR_BAD_INPUT);
	assert_non_null(strstr(got.problem.text, "2 of the first 3 records are bad"));
	outcome_finish(&got);
	struct text text;
	text_init(&text, 1 << 20);
	(void)text_add_string(&text, "id,name\n");
	for (int i = 0; i < 1200; i++)
		(void)text_add_format(&text, i % 2 && i < 1000 ? "%d,a,b\n" : "%d,Zheng He\n", i);
	read_bytes(text.bytes, text.length, &got);
	assert_read(&got, 700); /* exactly half of the first 1000 is not more than half */
	outcome_finish(&got);
	text.bytes[strlen("id,name\n0")] = ';';
	read_bytes(text.bytes, text.length, &got);
	assert_int_equal(got.error, JISR_BAD_INPUT);
	assert_int_equal(got.entities.error, 0);
	text_finish(&text);
}

static void what_is_no_list_is_refused_with_a_sentence(void **state)
{
	(void)state;
	static const struct {
		const char *bytes, *says;
	} bad[] = {
		{"", "empty"},
		{" \n", "empty"},
		{"hello world\n", "without a column that is known"},
		{"<html><body>404</body></html>", "web page"},
		{"<!DOCTYPE html>\n<HTML></HTML>", "web page"},
		{"<?xml version=\"1.0\"?><!-- x --><list/>", "XML of a kind"},
		{"<Sanctions xmlns=\"http://x\"></Sanctions>", "advanced XML"},
		{"{\"a\":1}", "JSON of a kind"},
		{"[{\"schema\":\"Person\",\"id\":\"a\"}]", "one entity a line"},
		{"\x7F"
	         "ELF\1\0",
	         "without"},
		{"PK\3\4abc", "ZIP"},
		{"BZh91AY", "bzip2"},
		{"\xFF\xFEi\0d\0", "UTF-16"},
		{"id,name\n", "holds no entry"},
		{"<CONSOLIDATED_LIST></CONSOLIDATED_LIST>", "holds no entry"},
		{"<!DOCTYPE x [<!ENTITY a \"b\">]><CONSOLIDATED_LIST/>", "document type"},
		{"{\"_embedded\":{\"notices\":[]}}", "holds no entry"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		size_t length = bad[i].bytes[0] == '\xFF' ? 6 : strlen(bad[i].bytes);
		read_bytes(bad[i].bytes, length, &got);
		if (got.error == 0 || strstr(got.problem.text, bad[i].says) == NULL)
			fail_msg("%s: %d %s", bad[i].bytes, got.error, got.problem.text);
		assert_int_equal(got.entities.length, 0);
		outcome_finish(&got);
	}
	const char *none[] = {"/nowhere/list.csv"};
	read_paths(none, 1, &got);
	assert_int_equal(got.error, JISR_NOT_FOUND);
	assert_non_null(strstr(got.problem.text, "/nowhere/list.csv: cannot be opened"));
	outcome_finish(&got);
	const char *folder[] = {"/"};
	read_paths(folder, 1, &got);
	assert_int_equal(got.error, JISR_UNSUPPORTED);
	outcome_finish(&got);
	const char *mixed[] = {fixture("un.xml"), fixture("ftm.json")};
	read_paths(mixed, 2, &got);
	assert_int_equal(got.error, JISR_BAD_INPUT);
	assert_non_null(strstr(got.problem.text, "load them one by one"));
}

static void a_sink_can_stop_the_reading(void **state)
{
	(void)state;
	struct outcome outcome = {0};
	outcome_init(&outcome);
	struct list_sink sink = {&outcome, keep_entity, NULL, NULL, NULL}; /* without a start, keep_entity refuses */
	const char *paths[] = {fixture("un.xml")};
	assert_int_equal(list_read(paths, 1, &sink, &outcome.summary, NULL), JISR_CANCELLED);
	outcome_finish(&outcome);
}

/* Every fixture cut at many points: nothing that is cut within a record is taken for whole. */
static void a_cut_file_fails(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		bool lines; /* a cut between two lines cannot be seen */
	} files[] = {{"sdn.csv", true}, {"sdn.xml", false}, {"un.xml", false},       {"eu.xml", false},
	             {"uk.csv", true},  {"ftm.json", true}, {"details.json", false}, {"page.json", false}};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t length;
		char *bytes = whole_file(fixture(files[i].name), &length);
		size_t end = length;
		while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == 0x1A || bytes[end - 1] == '\r'))
			end--;
		for (size_t cut = 0; cut < end; cut += 7) {
			read_bytes(bytes, cut, &got);
			bool border = cut > 0 && (bytes[cut - 1] == '\n' || bytes[cut] == '\n' || bytes[cut] == '\r');
			bool columns = strcmp(files[i].name, "uk.csv") == 0; /* the last column may be cut unseen */
			if (got.error == 0 && !(files[i].lines && (border || columns)))
				fail_msg("%s cut at %zu is taken for whole", files[i].name, cut);
			assert_true(got.error == 0 || got.problem.text[0] != '\0');
			outcome_finish(&got);
		}
		free(bytes);
	}
}

static void every_failed_allocation_is_reported(void **state)
{
	(void)state;
	static const char *const names[] = {"sdn.csv", "un.xml", "uk.csv", "ftm.json", "details.json", "plain.csv"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *paths[] = {fixture(names[i])};
		struct outcome whole;
		read_paths(paths, 1, &whole);
		bool done = false;
		for (long n = 0; !done && n < 5000; n += n < 100 ? 1 : 7) {
			struct list_summary summary;
			struct problem problem = {""};
			struct list_sink sink = {.context = NULL, .entity = NULL};
			struct outcome out;
			outcome_init(&out);
			/* the test's own memory is taken before */
			(void)text_add(&out.entities, whole.entities.bytes, whole.entities.length);
			(void)text_add(&out.entities, whole.entities.bytes, whole.entities.length);
			text_reset(&out.entities);
			(void)text_add_string(&out.bad, "room for what may be bad, which must be nothing");
			text_reset(&out.bad);
			sink = (struct list_sink){&out, keep_entity, keep_bad, NULL, keep_start};
			memory_fail_after(n);
			int error = list_read(paths, 1, &sink, &summary, &problem);
			memory_fail_after(-1);
			done = error == 0;
			if (error != 0 && error != JISR_NO_MEMORY)
				fail_msg("%s, allocation %ld: %d %s", names[i], n, error, problem.text);
			assert_int_equal(out.bad.length, 0);
			if (done)
				assert_string_equal(out.entities.bytes, whole.entities.bytes);
			outcome_finish(&out);
		}
		assert_true(done);
		outcome_finish(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(ofac_csv_joins_aliases_addresses_and_remarks, clean),
		cmocka_unit_test_teardown(ofac_side_files_need_their_list, clean),
		cmocka_unit_test_teardown(ofac_xml_gives_the_same_ids_and_names, clean),
		cmocka_unit_test_teardown(un_xml_joins_names_and_reads_births_and_documents, clean),
		cmocka_unit_test_teardown(eu_xml_reads_attributes, clean),
		cmocka_unit_test_teardown(uk_rows_of_one_group_are_one_entity, clean),
		cmocka_unit_test_teardown(interpol_pages_and_details_are_joined, clean),
		cmocka_unit_test_teardown(ftm_records_find_their_holder_before_and_after_it, clean),
		cmocka_unit_test_teardown(ftm_deltas_tell_their_operation, clean),
		cmocka_unit_test_teardown(links_and_mentions_are_attached_to_each_end, clean),
		cmocka_unit_test_teardown(more_links_than_are_kept_are_left_out, clean),
		cmocka_unit_test_teardown(nested_records_are_attached_too, clean),
		cmocka_unit_test_teardown(plain_csv_is_read_by_its_header, clean),
		cmocka_unit_test_teardown(ids_made_from_content_are_stable, clean),
		cmocka_unit_test_teardown(bad_records_are_reported_with_their_line_and_skipped, clean),
		cmocka_unit_test_teardown(a_list_of_mostly_bad_records_fails, clean),
		cmocka_unit_test_teardown(what_is_no_list_is_refused_with_a_sentence, clean),
		cmocka_unit_test_teardown(a_sink_can_stop_the_reading, clean),
		cmocka_unit_test_teardown(a_cut_file_fails, clean),
		cmocka_unit_test_teardown(every_failed_allocation_is_reported, clean),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
