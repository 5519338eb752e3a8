#include "watch/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void schemata_and_properties_stand_in_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < model_schema_count; i++)
		assert_true(strcmp(model_schemata[i - 1].name, model_schemata[i].name) < 0);
	for (size_t i = 1; i < model_property_count; i++) {
		int order = strcmp(model_properties[i - 1].name, model_properties[i].name);
		assert_true(order < 0 ||
		            (order == 0 && strcmp(model_properties[i - 1].schema, model_properties[i].schema) < 0));
	}
}

static void what_a_table_names_is_in_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < model_schema_count; i++)
		for (size_t k = 0; k < MODEL_PARENTS && model_schemata[i].parents[k] != NULL; k++)
			assert_non_null(model_schema(model_schemata[i].parents[k]));
	for (size_t i = 0; i < model_property_count; i++) {
		const struct model_property *property = &model_properties[i];
		assert_non_null(model_schema(property->schema));
		assert_int_equal(property->type == MODEL_ENTITY, property->range != NULL);
		if (property->range == NULL)
			continue;
		assert_non_null(model_schema(property->range));
		if (property->reverse != NULL)
			assert_non_null(model_property(property->range, property->reverse));
	}
}

static void a_person_is_a_legal_entity_and_no_company(void **state)
{
	(void)state;
	assert_true(model_is_a("Person", "Person"));
	assert_true(model_is_a("Person", "LegalEntity"));
	assert_true(model_is_a("Person", "Thing"));
	assert_true(model_is_a("Company", "Asset"));
	assert_false(model_is_a("Person", "Company"));
	assert_false(model_is_a("LegalEntity", "Person"));
	assert_false(model_is_a("Nothing", "Nothing"));
	assert_null(model_schema("person"));
}

static void what_may_be_the_same_is_compared(void **state)
{
	(void)state;
	assert_true(model_comparable("LegalEntity", "Person"));
	assert_true(model_comparable("Person", "LegalEntity"));
	assert_true(model_comparable("Company", "Organization"));
	assert_true(model_comparable("Vessel", "Vehicle"));
	assert_false(model_comparable("Person", "Company"));
	assert_false(model_comparable("Company", "PublicBody"));
	assert_false(model_comparable("Thing", "Person"));
	assert_false(model_comparable("Sanction", "Sanction"));
}

static void properties_are_inherited(void **state)
{
	(void)state;
	const struct model_property *name = model_property("Person", "name");
	assert_non_null(name);
	assert_int_equal(name->type, MODEL_NAME);
	assert_string_equal(name->schema, "Thing");
	assert_int_equal(model_property("Person", "weakAlias")->flags & MODEL_MATCHABLE, 0);
	assert_int_equal(model_property("Person", "nationality")->type, MODEL_COUNTRY);
	assert_null(model_property("Company", "birthDate"));
	assert_null(model_property("Person", "nonsense"));
	const struct model_property *holder = model_property("Passport", "holder");
	assert_string_equal(holder->reverse, "identification");
	assert_true(model_property("Person", "identification")->flags & MODEL_STUB);
}

static void sanctions_are_a_risk_and_a_role_may_be(void **state)
{
	(void)state;
	assert_true(model_topic_is_risk("sanction"));
	assert_true(model_topic_is_risk("wanted"));
	assert_true(model_topic_is_risk("role.pep"));
	assert_false(model_topic_is_risk("gov.national"));
	assert_false(model_topic_is_risk(""));
	assert_string_equal(model_topic_label("sanction"), "Sanctioned");
	assert_null(model_topic_label("nonsense"));
	for (size_t i = 1; i < model_topic_count; i++)
		assert_true(strcmp(model_topics[i - 1].name, model_topics[i].name) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schemata_and_properties_stand_in_order),
		cmocka_unit_test(what_a_table_names_is_in_the_table),
		cmocka_unit_test(a_person_is_a_legal_entity_and_no_company),
		cmocka_unit_test(what_may_be_the_same_is_compared),
		cmocka_unit_test(properties_are_inherited),
		cmocka_unit_test(sanctions_are_a_risk_and_a_role_may_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
