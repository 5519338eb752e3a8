import "./webcrypto";
import { hashJson, parseJson, randomExponent, readNumber, readObject } from "../src/bytes";
import { groupByName } from "../src/group";
import assert from "node:assert/strict";
import { test } from "node:test";

test("a number of a message has one form", () => {
	assert.equal(readNumber("0", 10n), 0n);
	assert.equal(readNumber("9", 10n), 9n);
	for (const wrong of ["10", "11", "-1", "+1", "01", "1 ", " 1", "1.0", "1e0", "0x1", "", "١", 1, null, undefined, ["1"]])
		assert.equal(readNumber(wrong, 10n), undefined);
	assert.equal(readNumber("1".repeat(617), 10n ** 700n), BigInt("1".repeat(617)));
	assert.equal(readNumber("1".repeat(618), 10n ** 700n), undefined);
});

test("JSON with a member twice is refused, wherever it hides", () => {
	for (const good of ["{}", '{"a":1}', '{"a":{"a":"::"},"b":[{"a":":\\":"}]}', '{"\\"a:":":"}', '[":",{}]'])
		assert.deepEqual(parseJson(good), JSON.parse(good));
	for (const bad of ['{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '[{"b":{"a":1,"a":2}}]', '{"a":{},"a":":"}', "", "{", "{]", '{"a":1}x'])
		assert.equal(parseJson(bad), undefined);
	assert.equal(parseJson("[".repeat(1_000_000)), undefined);
});

test("an object has exactly the members that are asked for", () => {
	assert.deepEqual(readObject({ a: 1, b: 2 }, ["a"], ["b", "c"]), { a: 1, b: 2 });
	for (const wrong of [{ b: 1 }, { a: 1, d: 1 }, [], null, "a", undefined])
		assert.equal(readObject(wrong, ["a"], ["b"]), undefined);
});

test("H_JSON is SHA-256 in Base64 without padding", async () => {
	assert.equal(await hashJson(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU");
	assert.equal(await hashJson("é"), await hashJson("\u00e9"));
});

test("random exponents are below q and fill their range", () => {
	for (const name of ["BELENIOS-2048", "RFC-3526-2048"]) {
		const group = groupByName(name)!;
		const eighths = new Array<number>(8).fill(0);
		for (let i = 0; i < 4000; i++) {
			const x = randomExponent(group);
			assert.ok(x >= 0n && x < group.q);
			eighths[Number((x * 8n) / group.q)]!++;
		}
		// Each is 500 on the average, with a standard deviation of 21; seven of them are never left by chance.
		for (const count of eighths) assert.ok(Math.abs(count - 500) < 150, `${eighths}`);
	}
});
