/* Every route and every kind of caller: who is answered and who is refused, and with which status. The routes are those
 * that the program serves, so that one which says no right, or which says one that is not written here, fails. */
#include "web/answer.h"

#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
// after the standard headers that it needs
#include <cmocka.h>

/* What each right opens, by the names of the routes; a route that moves to another right is moved here, too. */
static const struct {
	enum right right;
	const char *routes; /* each with a space before and after it */
} expected[] = {
	{RIGHT_NONE,
         " public_style public_home public_data public_data_send public_receipt public_receipt_state public_members "
         "public_page_list public_page_notice api_notice_codes "
         "api_operation_codes api_codes api_object_form "
         "network_log network_file network_snapshot network_snapshot_piece network_report network_removals "
         "healthz readyz metrics api_openapi session sign-in sign-out "
         "sign-in-challenge enrolment "
         "api_request_file api_receipt api_receipt_complete api_receipt_paper api_receipt_withdraw "
         "enrol-passkey "
         "enrol-password desk desk_asset public_red_list public_red_detail public_red_images public_red_image "
         "public_yellow_list "
         "public_yellow_detail public_yellow_images public_yellow_image public_un_list public_un_persons_list "
         "public_un_persons_detail public_un_persons_images public_un_persons_image public_un_entities_list "
         "public_un_entities_detail public_un_entities_images public_un_entities_image api_elections api_election "
         "api_election_part "
         "api_election_trustee api_election_ballot api_election_board api_message_forms "
         "api_setup api_setup_begin api_public_archive api_election_heads api_election_observe network_file "
         "network_snapshot network_snapshot_piece "
         "network_removals "
         "api_public_sessions api_public_session api_public_view api_public_one api_public_live "
         "api_public_agreements api_public_agreement api_public_agreement_note api_public_agreement_text "
         "public_agreements public_agreement "
         "network_commands network_coming network_piece api_line "},
	{RIGHT_OFFICERS_CHANGE, " invite api_means api_means_end api_means_token_end api_means_certificate "
                                "api_means_certificate_end "
                                "network_means "},
	{RIGHT_LISTS_LOAD, " api_upload_begin api_upload api_upload_end api_upload_piece api_list_load api_list_drop "},
	{RIGHT_BACKUPS, " api_backups api_backup_make api_backup_check "},
	{RIGHT_SELF,
         " proof proof-challenge me end-sessions end-session add-passkey passkey-challenge drop-passkey codes password "
         "make-token end-token "},
	{RIGHT_NOTICES_READ, " api_notices api_notice_facets api_notice api_notice_history api_notice_print "
                             "api_notice_picture api_notice_step api_removals api_removal_proof api_removal_receipt "},
	{RIGHT_REQUESTS_READ, " api_requests api_request api_request_history api_request_step "},
	{RIGHT_REQUESTS_HANDLE, " api_request_paper_add api_request_paper "},
	{RIGHT_ASSEMBLY_READ,
         " api_assembly_acts api_assembly_archive api_assembly_committee api_assembly_document api_assembly_sessions "
         "api_assembly_session api_assembly_view "
         "api_assembly_one api_assembly_act api_assembly_live "
         "api_affairs api_budgets api_budget api_budget_view api_budget_step api_dues api_dues_one api_dues_step "
         "api_agreements api_agreement_propose api_agreement api_agreement_view api_agreement_step "
         "api_meetings api_meeting_ask api_meeting api_meeting_step api_timetables api_timetable api_timetable_view "
         "api_timetable_step "},
	{RIGHT_ASSEMBLY_SECRETARY, " api_assembly_archive_make api_assembly_call api_assembly_document_store "
                                   "api_timetable_plan "},
	{RIGHT_OPERATIONS_READ, " api_operation_figures api_operations api_operation api_operation_history "
                                "api_operation_step "},
	{RIGHT_OPERATIONS_WRITE, " api_operation_plan "},
	{RIGHT_HITS_READ, " api_hits api_hit api_hit_figures api_hit_history api_hit_step "},
	{RIGHT_HITS_WRITE, " api_hit_report "},
	{RIGHT_OBJECTS_READ, " api_objects api_object api_object_files api_object_file "},
	{RIGHT_OBJECTS_WRITE, " api_object_enter api_object_amend api_object_withdraw api_object_load "
                              "api_object_file_withdraw "},
	{RIGHT_MESSAGES_READ, " api_messages api_message api_message_file api_message_step "},
	{RIGHT_MESSAGES_WRITE, " api_message_send api_attachment "},
	{RIGHT_NOTICES_WRITE, " api_notice_draft api_picture_store "},
	{RIGHT_POLLS_RUN, " api_election_call api_election_open api_election_close api_election_result "
                          "api_election_cancel "},
	{RIGHT_POLLS_TAKE, " api_election_act "},
	{RIGHT_CHECK,
         " match algorithms reconcile_manifest reconcile api_check api_check_batch api_compare api_object_check "},
	{RIGHT_SEARCH, " search entity adjacent reconcile_suggest reconcile_extend reconcile_page "},
	{RIGHT_LISTS_READ, " catalog updatez api_lists api_chores api_chore api_chore_stop "},
	{RIGHT_MEMBERS_READ, " api_members api_member api_offices api_office api_keys api_key api_network api_boxes "
                             "api_outbox api_outbox_item api_outbox_amend api_outbox_drop "},
	{RIGHT_MEMBERS_CHANGE, " api_member_admit api_member_edit api_member_suspend api_member_reinstate "},
	{RIGHT_OFFICES_CHANGE, " api_office_open api_office_edit api_office_close "},
	{RIGHT_KEYS_CHANGE, " api_key_add api_key_end api_box_change api_node_look api_node_admit api_node_end "},
	{RIGHT_OFFICERS_READ, " api_officers api_officer "},
	{RIGHT_OFFICERS_CHANGE, " api_officer_appoint api_officer_edit api_officer_roles api_officer_end "
                                "api_officer_suspend api_officer_reinstate api_officer_move "},
	{RIGHT_LOG_READ, " api_log api_log_entry "},
	{RIGHT_ACCESS_READ, " api_access "},
	{RIGHT_EVENTS, " api_events "},
	{RIGHT_LOG_PROVE, " api_log_checkpoint api_log_proof "},
	{RIGHT_DECIDE, " api_decisions api_decision api_decision_add api_decision_withdraw "},
};

static struct caller officer; /* whom `recognise` finds */
static int recognised;        /* what it says */

static int recognise(struct service *service, const struct answer_input *input, const char *secret, struct arena *arena,
                     struct caller *ret_caller, const char **ret_why)
{
	(void)service;
	(void)input;
	(void)secret;
	(void)arena;
	*ret_why = "It has ended.";
	if (recognised == JISR_OK)
		*ret_caller = officer;
	return recognised;
}

struct fixture {
	struct answer_site site;
	struct answer_thread thread;
	struct settings settings;
};
static struct fixture fixture;

static int set_up(void **state)
{
	(void)state;
	settings_init(&fixture.settings);
	atomic_init(&fixture.site.settings, &fixture.settings);
	fixture.site.recognise = recognise;
	return routes_new(routes_all, &fixture.site.routes) || answer_thread_init(&fixture.thread);
}

static int tear_down(void **state)
{
	(void)state;
	routes_free(fixture.site.routes);
	answer_thread_finish(&fixture.thread);
	return 0;
}

static const char *method_of(const struct http_route *route)
{
	switch (route->method) {
	case HTTP_GET: return "GET";
	case HTTP_POST: return "POST";
	case HTTP_PUT: return "PUT";
	case HTTP_PATCH: return "PATCH";
	case HTTP_DELETE: return "DELETE";
	}
	return "?";
}

/* Asks at the route's own pattern with something in place of its variables. 0: answered, else the status. */
static int ask(const struct http_route *route, bool *ret_prove)
{
	char target[200];
	size_t length = 0;
	for (const char *at = route->pattern; *at != '\0' && length < sizeof target - 1; at++) {
		if (*at == '{')
			at = strchr(at, '}');
		target[length++] = *at == '}' ? '7' : *at;
	}
	target[length] = '\0';
	struct answer_input input = {
		.method = method_of(route), .target = target, .id = "test", .deadline = clock_seconds() + 60};
	struct answer_plan plan;
	answer_plan(&fixture.site, &fixture.thread, &input, &plan);
	assert_ptr_equal(plan.found.route, route);
	*ret_prove = plan.prove;
	return plan.refused;
}

typedef void (*each_route)(const struct http_route *route);

static void walk(each_route each)
{
	size_t count = 0;
	for (const struct http_route *const *table = routes_all; *table != NULL; table++)
		for (const struct http_route *route = *table; route->pattern != NULL; route++, count++)
			each(route);
	assert_true(count > 20);
}

static void holds_its_right(const struct http_route *route)
{
	char word[80];
	(void)snprintf(word, sizeof word, " %s ", route->name);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		if (strstr(expected[i].routes, word) != NULL && expected[i].right == route->right)
			return;
	fail_msg("%s %s (%s) asks for the right \"%s\": write it here, if that is meant", method_of(route),
	         route->pattern, route->name, right_name(route->right));
}

static void every_route_asks_for_the_right_written_here(void **state)
{
	(void)state;
	walk(holds_its_right);
}

static void roles_see(const struct http_route *route)
{
	recognised = JISR_OK;
	for (int headquarters = 0; headquarters < 2; headquarters++)
		for (unsigned role = 0; role <= ROLE_COUNT; role++) /* the last: an officer without any role */
			for (int fresh = 0; fresh < 2; fresh++) {
				bool prove = false;
				role_set roles = role < ROLE_COUNT ? ROLE_BIT(role) : 0;
				officer = (struct caller){.kind = CALLER_SESSION,
				                          .roles = roles,
				                          .name = "X-1",
				                          .officer = "X-1",
				                          .scopes = RIGHT_ALL,
				                          .proved = fresh ? clock_seconds() : 0};
				(void)snprintf(officer.office, sizeof officer.office, "%s",
				               headquarters ? OFFICE_HEADQUARTERS : "MA");
				bool may = (right_of_roles(roles, headquarters) & RIGHT_BIT(route->right)) != 0;
				bool asked = may && !fresh && !route->unproved && right_needs_proof(route->right);
				int status = ask(route, &prove);
				if (status != (asked ? 401 : may ? 0 : 403) || prove != asked)
					fail_msg("%s %s for %s%s: %d", method_of(route), route->pattern,
					         role_name((enum role)role), headquarters ? " at headquarters" : "",
					         status);
				officer.kind = CALLER_API_TOKEN; /* a token without scopes opens what is open to all */
				officer.scopes = 0;
				assert_int_equal(ask(route, &prove), route->right == RIGHT_NONE ? 0 : 403);
				officer.scopes = RIGHT_BIT(route->right);
				assert_int_equal(ask(route, &prove), may ? 0 : 403);
			}
}

static void every_role_gets_what_the_table_of_rights_says(void **state)
{
	(void)state;
	walk(roles_see);
}

static void others_see(const struct http_route *route)
{
	bool prove = false, service = (right_of_service() & RIGHT_BIT(route->right)) != 0;
	bool open = route->right == RIGHT_NONE;
	recognised = JISR_NOT_FOUND;
	assert_int_equal(ask(route, &prove), service ? 0 : 401);
	fixture.settings.require_token = true;
	assert_int_equal(ask(route, &prove), open ? 0 : 401);
	fixture.settings.require_token = false;
	recognised = JISR_DENIED;
	assert_int_equal(ask(route, &prove), open ? 0 : 401);
	recognised = JISR_IO;
	assert_int_equal(ask(route, &prove), open ? 0 : 503);
	recognised = JISR_OK;
	officer = (struct caller){.kind = CALLER_TOKEN, .name = "a program", .scopes = RIGHT_ALL};
	assert_int_equal(ask(route, &prove), service ? 0 : 403);
}

static void who_is_no_officer_gets_the_service_and_nothing_else(void **state)
{
	(void)state;
	walk(others_see);
}

static int never(struct service *service, const struct http_request *request, struct http_reply *reply)
{
	(void)service;
	(void)request;
	(void)reply;
	fail_msg("a handler ran that should not");
	return JISR_OK;
}

static void a_route_that_says_no_right_is_closed_to_all_and_no_handler_runs(void **state)
{
	(void)state;
	static const struct http_route forgetful[] = {{HTTP_GET, "/forgot", never, HTTP_STYLE_PROBLEM, "forgot"}, {0}};
	static const struct http_route *const tables[] = {forgetful, NULL};
	struct routes *before = fixture.site.routes;
	assert_int_equal(routes_new(tables, &fixture.site.routes), JISR_OK);
	struct answer_input input = {.method = "GET", .target = "/forgot", .id = "t", .deadline = clock_seconds() + 60};
	struct answer_plan plan;
	struct http_reply reply;
	recognised = JISR_OK;
	officer = (struct caller){.kind = CALLER_CONSOLE, .name = "x", .office = OFFICE_HEADQUARTERS};
	officer.scopes = ~(right_set)0;
	officer.roles = ROLE_BIT(ROLE_COUNT) - 1;
	answer_plan(&fixture.site, &fixture.thread, &input, &plan);
	answer_run(&fixture.site, &fixture.thread, &input, &plan, &reply);
	assert_int_equal(reply.status, 403);
	assert_non_null(strstr(reply.body.bytes, "x may not do what no right was said for; who may: nobody."));
	text_finish(&reply.body);
	routes_free(fixture.site.routes);
	fixture.site.routes = before;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_route_asks_for_the_right_written_here),
		cmocka_unit_test(every_role_gets_what_the_table_of_rights_says),
		cmocka_unit_test(who_is_no_officer_gets_the_service_and_nothing_else),
		cmocka_unit_test(a_route_that_says_no_right_is_closed_to_all_and_no_handler_runs),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
