#include "members/account.h"

#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "signing_folder.h"

static struct passkey key_named(uint8_t name)
{
	struct passkey passkey = {.id = {name, 1, 2},
	                          .id_size = 3,
	                          .key = {name},
	                          .key_size = 64,
	                          .algorithm = -7,
	                          .count = 5,
	                          .backup_eligible = true,
	                          .model = {9}};
	return passkey;
}

static void a_password_comes_with_codes_and_a_code_is_taken_once(void **state)
{
	(void)state;
	struct account account;
	uint8_t totp[TOTP_SECRET] = {1, 2, 3};
	struct sql *sql = local_enter(local);
	assert_int_equal(account_get(sql, "MA-1", &account, &last), JISR_NOT_FOUND);
	assert_int_equal(account_get(sql, "", &account, &last),
	                 JISR_NOT_FOUND); /* that of all other names is no account */
	assert_int_equal(account_need(sql, "MA-1", &account, &last), JISR_OK);
	assert_string_equal(account.hash, "");
	assert_false(sodium_is_zero(account.handle, sizeof account.handle));
	assert_int_equal(account_set_password(sql, "MA-1", "$hash", totp, 50, 1000, &last), JISR_OK);
	assert_int_equal(account_take_code(sql, "MA-1", 50, &last), JISR_STATE);
	assert_int_equal(account_take_code(sql, "MA-1", 51, &last), JISR_OK);
	assert_int_equal(account_take_code(sql, "MA-1", 51, &last), JISR_STATE);
	assert_int_equal(account_set_password(sql, "MA-1", "$two", NULL, 0, 2000, &last), JISR_OK);
	assert_int_equal(account_get(sql, "MA-1", &account, &last), JISR_OK);
	assert_string_equal(account.hash, "$two");
	assert_memory_equal(account.totp, totp, sizeof totp);
	assert_int_equal(account.totp_step, 51);
	totp[0] = 7; /* new codes begin anew */
	assert_int_equal(account_set_password(sql, "MA-1", "$two", totp, 10, 2000, &last), JISR_OK);
	assert_int_equal(account_get(sql, "MA-1", &account, &last), JISR_OK);
	assert_int_equal(account.totp_step, 10);
	local_leave(local);
}

static void a_passkey_belongs_to_one_officer_and_its_counter_moves_on(void **state)
{
	(void)state;
	struct account account;
	struct account_passkey found;
	struct passkey one = key_named(1), two = key_named(2);
	struct sql *sql = local_enter(local);
	assert_int_equal(account_need(sql, "MA-1", &account, &last), JISR_OK);
	assert_int_equal(account_need(sql, "FR-1", &account, &last), JISR_OK);
	assert_int_equal(account_add_passkey(sql, "MA-1", "phone", &one, 1000, &last), JISR_OK);
	assert_int_equal(account_add_passkey(sql, "FR-1", "phone", &one, 1000, &last), JISR_CONFLICT);
	assert_int_equal(account_add_passkey(sql, "MA-1", "stick", &two, 2000, &last), JISR_OK);
	assert_int_equal(account_find_passkey(sql, one.id, 3, &found, &last), JISR_OK);
	assert_string_equal(found.officer, "MA-1");
	assert_string_equal(found.name, "phone");
	assert_memory_equal(&found.passkey, &one, sizeof one);
	assert_int_equal(account_find_passkey(sql, one.id, 2, &found, &last), JISR_NOT_FOUND);
	struct passkey_use use = {.count = 6, .backed_up = true};
	assert_int_equal(account_use_passkey(sql, &one, &use, 3000, &last), JISR_OK);
	assert_int_equal(account_use_passkey(sql, &one, &use, 3000, &last), JISR_STATE); /* another was first */
	assert_int_equal(account_passkey_at(sql, "MA-1", 0, &found, &last), JISR_OK);
	assert_int_equal(found.passkey.count, 6);
	assert_true(found.passkey.backed_up);
	assert_int_equal(account_warn_passkey(sql, &two, 4000, &last), JISR_OK);
	assert_int_equal(account_passkey_at(sql, "MA-1", 1, &found, &last), JISR_OK);
	assert_int_equal(found.cloned, 4000);
	assert_int_equal(account_passkey_at(sql, "MA-1", 2, &found, &last), JISR_NOT_FOUND);
	assert_int_equal(account_drop_passkey(sql, "FR-1", one.id, 3, &last), JISR_NOT_FOUND);
	assert_int_equal(account_drop_passkey(sql, "MA-1", one.id, 3, &last), JISR_OK);
	for (uint8_t i = 3; i < 3 + ACCOUNT_MAX_PASSKEYS - 1; i++) {
		struct passkey more = key_named(i);
		assert_int_equal(account_add_passkey(sql, "MA-1", "", &more, 1000, &last), JISR_OK);
	}
	assert_int_equal(account_add_passkey(sql, "MA-1", "", &one, 1000, &last), JISR_TOO_LARGE);
	local_leave(local);
}

static void devices_are_an_officers_own_and_the_least_used_is_forgotten(void **state)
{
	(void)state;
	struct account account;
	struct account_device device;
	char first[LOCAL_SECRET], more[LOCAL_SECRET];
	struct sql *sql = local_enter(local);
	assert_int_equal(account_need(sql, "MA-1", &account, &last), JISR_OK);
	assert_int_equal(account_add_device(sql, "MA-1", 1000, first, &last), JISR_OK);
	assert_int_equal(account_find_device(sql, "FR-1", first, &device, &last), JISR_NOT_FOUND);
	assert_int_equal(account_find_device(sql, "MA-1", "x", &device, &last), JISR_NOT_FOUND);
	assert_int_equal(account_find_device(sql, "MA-1", first, &device, &last), JISR_OK);
	assert_int_equal(account_mark_device(sql, device.hash, 3, 5000, &last), JISR_OK);
	assert_int_equal(account_find_device(sql, "MA-1", first, &device, &last), JISR_OK);
	assert_int_equal(device.failures, 3);
	assert_int_equal(device.failed, 5000);
	for (int i = 0; i < ACCOUNT_MAX_DEVICES; i++)
		assert_int_equal(account_add_device(sql, "MA-1", 6000 + i, more, &last), JISR_OK);
	assert_int_equal(account_find_device(sql, "MA-1", first, &device, &last), JISR_NOT_FOUND);
	assert_int_equal(account_find_device(sql, "MA-1", more, &device, &last), JISR_OK);
	local_leave(local);
}

static void clearing_leaves_no_means_of_this_officer_and_all_of_others(void **state)
{
	(void)state;
	struct account account;
	struct account_passkey found;
	struct passkey one = key_named(1), two = key_named(2);
	char secret[LOCAL_SECRET];
	struct sql *sql = local_enter(local);
	assert_int_equal(account_need(sql, "MA-1", &account, &last), JISR_OK);
	assert_int_equal(account_need(sql, "FR-1", &account, &last), JISR_OK);
	assert_int_equal(account_add_passkey(sql, "MA-1", "", &one, 1, &last), JISR_OK);
	assert_int_equal(account_add_passkey(sql, "FR-1", "", &two, 1, &last), JISR_OK);
	assert_int_equal(account_set_password(sql, "MA-1", "$h", one.key, 1, 1, &last), JISR_OK);
	assert_int_equal(account_add_device(sql, "MA-1", 1, secret, &last), JISR_OK);
	assert_int_equal(account_set_failures(sql, "MA-1", 44, &last), JISR_OK);
	assert_int_equal(account_clear(sql, "MA-1", &last), JISR_OK);
	assert_int_equal(account_get(sql, "MA-1", &account, &last), JISR_OK);
	assert_string_equal(account.hash, "");
	assert_int_equal(account.failures, 0);
	assert_int_equal(account_passkey_at(sql, "MA-1", 0, &found, &last), JISR_NOT_FOUND);
	assert_int_equal(account_passkey_at(sql, "FR-1", 0, &found, &last), JISR_OK);
	local_leave(local);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_password_comes_with_codes_and_a_code_is_taken_once, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(a_passkey_belongs_to_one_officer_and_its_counter_moves_on, open_folder,
	                                        close_folder),
		cmocka_unit_test_setup_teardown(devices_are_an_officers_own_and_the_least_used_is_forgotten,
	                                        open_folder, close_folder),
		cmocka_unit_test_setup_teardown(clearing_leaves_no_means_of_this_officer_and_all_of_others, open_folder,
	                                        close_folder),
	};
	if (sodium_init() < 0)
		return 2;
	return cmocka_run_group_tests_name("account", tests, NULL, NULL);
}
