#include "web/session_means.h"

#include "base/tree.h"
#include "web/session_body.h"

int session_means_passkeys(struct sql *sql, const char *officer, cJSON *root, struct problem *problem)
{
	struct account_passkey passkey;
	int error = JISR_OK;
	cJSON *list = tree_add_array(root, "passkeys");
	for (size_t i = 0; (error = account_passkey_at(sql, officer, i, &passkey, problem)) == JISR_OK; i++) {
		cJSON *item = tree_add_object(list, NULL);
		session_tree_bytes(item, "id", passkey.passkey.id, passkey.passkey.id_size);
		tree_text(item, "name", passkey.name);
		session_tree_time(item, "made", passkey.made);
		session_tree_time(item, "used", passkey.used);
		tree_bool(item, "copied", passkey.passkey.backed_up);
		session_tree_time(item, "suspected", passkey.cloned);
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

static void add_scopes(cJSON *parent, right_set scopes)
{
	cJSON *list = tree_add_array(parent, "scopes");
	for (unsigned right = RIGHT_NONE + 1; right < RIGHT_COUNT; right++)
		if ((scopes & RIGHT_BIT(right)) != 0)
			tree_text(list, NULL, right_name((enum right)right));
}

void session_means_token(cJSON *object, const struct token *token)
{
	tree_count(object, "id", (uint64_t)token->id);
	tree_text(object, "name", token->name);
	add_scopes(object, token->scopes);
	session_tree_time(object, "made", token->made);
	session_tree_time(object, "ends", token->ends);
	session_tree_time(object, "used", token->used);
}

int session_means_tokens(struct sql *sql, const char *officer, cJSON *root, struct problem *problem)
{
	struct token token;
	int error = JISR_OK;
	cJSON *list = tree_add_array(root, "tokens");
	for (size_t i = 0; (error = token_at(sql, officer, i, &token, problem)) == JISR_OK; i++)
		session_means_token(tree_add_object(list, NULL), &token);
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

int session_means_certificates(struct sql *sql, const char *officer, cJSON *root, struct problem *problem)
{
	struct token_certificate one;
	int error = JISR_OK;
	cJSON *list = tree_add_array(root, "certificates");
	for (size_t i = 0; (error = token_certificate_at(sql, officer, i, &one, problem)) == JISR_OK; i++) {
		cJSON *item = tree_add_object(list, NULL);
		tree_text(item, "sha256", one.print);
		add_scopes(item, one.scopes);
		session_tree_time(item, "made", one.made);
	}
	return error == JISR_NOT_FOUND ? JISR_OK : error;
}

bool session_means_scopes(const cJSON *list, right_set *ret_scopes)
{
	right_set scopes = 0;
	for (const cJSON *item = cJSON_IsArray(list) ? list->child : NULL; item != NULL; item = item->next) {
		enum right right;
		if (!cJSON_IsString(item) || !right_read(item->valuestring, &right) || right <= RIGHT_NONE ||
		    right == RIGHT_SELF)
			return false;
		scopes |= RIGHT_BIT(right);
	}
	*ret_scopes = scopes;
	return scopes != 0;
}
