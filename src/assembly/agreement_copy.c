/* The whole of an agreement in an entry: for those who see it from this entry on, whose replicas have none of those before. The
 * reason of an earlier step stays with those who heard it. */
#include "assembly/agreement_private.h"

int agreement_copy(struct affair_taking *taking, struct problem *problem)
{
	cJSON *copy = NULL;
	struct sql_query query = sql_query(
		taking->sql,
		"SELECT json_object('kind', kind, 'title', json(title), 'revision', revision, 'days', days,"
		" 'ratifications', ratifications, 'notice_days', notice_days, 'not_before', not_before,"
		" 'session', session, 'draft', draft, 'decision', decision, 'proposed', proposed, 'agreed', agreed,"
		" 'signed', signed,"
		" 'parties', (SELECT json_group_array(json_object('code', code, 'name', name, 'key', key,"
		" 'agreed', agreed, 'signature', signature, 'paper', paper, 'key_id', key_id, 'signer', signer,"
		" 'signed', signed)) FROM (SELECT * FROM agreement_party WHERE id = ?1 ORDER BY code)),"
		" 'texts', (SELECT json_group_array(json_object('language', language, 'title', title, 'hash', hash,"
		" 'pages', pages, 'party', party, 'wording', wording)) FROM"
		" (SELECT * FROM agreement_text WHERE id = ?1 ORDER BY language)))"
		" FROM agreement WHERE id = ?1");
	sql_bind_text(&query, 1, taking->id);
	if (sql_next(&query))
		copy = cJSON_Parse(sql_text(&query, 0));
	int error = sql_done(&query, problem);
	if (!error && (copy == NULL || !cJSON_AddItemToObject(taking->made, "agreement", copy)))
		error = problem_no_memory(problem);
	if (error)
		cJSON_Delete(copy);
	return error;
}

static int run(struct affair_applying *applying, struct sql_query query, const char *json, struct problem *problem)
{
	sql_bind_text(&query, 1, applying->id);
	if (json != NULL)
		sql_bind_text(&query, 2, json);
	return sql_run(&query, problem);
}

int agreement_copy_apply(struct affair_applying *applying, struct problem *problem)
{
	const char *json;
	int error = entry_json_text(applying->arena, json_get(applying->made, "agreement"), &json, problem);
	if (!error)
		error = run(applying,
		            sql_query(applying->sql,
		                      "INSERT OR REPLACE INTO agreement SELECT ?1, 0, ?2 ->> 'kind', ?2 -> 'title',"
		                      " ?2 ->> 'revision', ?2 ->> 'days', ?2 ->> 'ratifications', ?2 ->> 'notice_days',"
		                      " ?2 ->> 'not_before', ?2 ->> 'session', ?2 ->> 'draft', ?2 ->> 'decision', '',"
		                      " ?2 ->> 'proposed', ?2 ->> 'agreed', ?2 ->> 'signed', '', '', '', 0"),
		            json, problem);
	if (!error)
		error = run(applying, sql_query(applying->sql, "DELETE FROM agreement_party WHERE id = ?1"), NULL,
		            problem);
	if (!error)
		error = run(applying,
		            sql_query(applying->sql,
		                      "INSERT INTO agreement_party SELECT ?1, value ->> 'code', value ->> 'name',"
		                      " value ->> 'key', value ->> 'agreed', value ->> 'signature', value ->> 'paper',"
		                      " value ->> 'key_id', value ->> 'signer', value ->> 'signed', '', '', ''"
		                      " FROM json_each(?2, '$.parties')"),
		            json, problem);
	if (!error)
		error = run(applying, sql_query(applying->sql, "DELETE FROM agreement_text WHERE id = ?1"), NULL,
		            problem);
	if (!error)
		error = run(applying,
		            sql_query(applying->sql,
		                      "INSERT INTO agreement_text SELECT ?1, value ->> 'language', value ->> 'title',"
		                      " value ->> 'hash', value ->> 'pages', value ->> 'party', value ->> 'wording'"
		                      " FROM json_each(?2, '$.texts')"),
		            json, problem);
	return error;
}
