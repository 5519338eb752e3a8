#include "members/register_emit.h"

#include "base/emit.h"

#include <sodium.h>

static void emit_names(struct text *text, const struct names *names)
{
	emit_object(text, "names");
	for (size_t i = 0; i < LANGUAGE_COUNT; i++)
		emit_text(text, language_codes[i], names->text[i]);
	emit_close_object(text);
}

void register_emit_member(struct text *text, const char *key, const struct member *member)
{
	emit_object(text, key);
	emit_text(text, "code", member->code);
	emit_text(text, "state", member->state == MEMBER_SUSPENDED ? "suspended" : "admitted");
	emit_text(text, "region", region_name(member->region));
	emit_names(text, &member->names);
	emit_text(text, "since", member->since);
	emit_count(text, "version", member->version);
	emit_close_object(text);
}

void register_emit_office(struct text *text, const char *key, const struct office *office)
{
	emit_object(text, key);
	emit_text(text, "code", office->code);
	emit_text(text, "kind", office_kind_name(office->kind));
	emit_text(text, "state", office->open ? "open" : "closed");
	emit_text(text, "member", office->member[0] != '\0' ? office->member : NULL);
	emit_text(text, "country", office->country);
	emit_names(text, &office->names);
	emit_text(text, "since", office->since);
	emit_count(text, "version", office->version);
	emit_close_object(text);
}

static void emit_optional(struct text *text, const char *key, const char *value)
{
	emit_text(text, key, value[0] != '\0' ? value : NULL);
}

void register_emit_officer(struct text *text, const char *key, const struct officer *officer)
{
	emit_object(text, key);
	emit_text(text, "id", officer->id);
	emit_text(text, "office", officer->office);
	emit_text(text, "state", register_officer_state(officer->state));
	emit_optional(text, "moved", officer->moved);
	emit_array(text, "roles");
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((officer->roles & ROLE_BIT(role)) != 0)
			emit_text(text, NULL, role_name((enum role)role));
	emit_close_array(text);
	emit_optional(text, "name", officer->name);
	emit_optional(text, "login", officer->login);
	emit_optional(text, "email", officer->email);
	emit_text(text, "since", officer->since);
	emit_count(text, "version", officer->version);
	emit_close_object(text);
}

const char *register_key_id(const struct office_key *key, char out[REGISTER_KEY_ID])
{
	return sodium_bin2hex(out, REGISTER_KEY_ID, key->id, sizeof key->id);
}

void register_emit_key(struct text *text, const char *key, const struct office_key *office_key)
{
	char id[REGISTER_KEY_ID];
	emit_object(text, key);
	emit_text(text, "office", office_key->office);
	emit_text(text, "id", register_key_id(office_key, id));
	emit_text(text, "verifier", office_key->verifier);
	emit_count(text, "added", office_key->added);
	if (office_key->ended > 0)
		emit_count(text, "ended", office_key->ended);
	else
		emit_null(text, "ended");
	emit_close_object(text);
}
