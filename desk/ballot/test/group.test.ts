import { Pace } from "../src/pace";
import { FixedBase, groupByName, isElement, modulo, power } from "../src/group";
import "./webcrypto";
import assert from "node:assert/strict";
import { test } from "node:test";

/** Square and multiply, one bit at a time. */
function slowPower(base: bigint, exponent: bigint, p: bigint): bigint {
	let result = 1n;
	for (const bit of exponent.toString(2)) {
		result = (result * result) % p;
		if (bit === "1") result = (result * base) % p;
	}
	return result;
}

for (const name of ["BELENIOS-2048", "RFC-3526-2048"]) {
	const group = groupByName(name)!;
	const { p, q, g } = group;

	test(`${name} has the sizes of the specification, and g has order q`, () => {
		assert.equal(p.toString(2).length, 2048);
		assert.equal(q.toString(2).length, name === "BELENIOS-2048" ? 256 : 2047);
		assert.equal((p - 1n) % q, 0n);
		assert.notEqual(g, 1n);
		assert.equal(slowPower(g, q, p), 1n);
		for (const number of [p, q]) // Fermat's test, to three bases
			for (const base of [2n, 3n, 5n]) assert.equal(slowPower(base, number - 1n, number), 1n);
	});

	test(`${name}: every way to raise to a power gives the same`, async () => {
		const base = power(group, g, 987654321n);
		const fixed = await FixedBase.make(group, base, new Pace());
		const exponents = [0n, 1n, 2n, 15n, 16n, 17n, 255n, 1n << 128n, q - 1n, q >> 1n, 0xf0f0f0f0f0f0f0f0f0f0n];
		for (const exponent of exponents) {
			const expected = slowPower(base, exponent, p);
			assert.equal(power(group, base, exponent), expected);
			assert.equal(fixed.power(exponent), expected);
		}
	});

	test(`${name}: membership`, () => {
		const element = power(group, g, 31337n);
		assert.ok(isElement(group, 1n));
		assert.ok(isElement(group, element));
		for (const wrong of [0n, -1n, p, p - 1n, p - element, p + element, -element]) assert.ok(!isElement(group, wrong));
	});
}

test("an unknown group has no description", () => {
	assert.equal(groupByName("Ed25519"), undefined);
	assert.equal(groupByName("constructor"), undefined);
});

test("modulo is never negative", () => {
	for (const x of [-15n, -14n, -8n, -7n, -1n, 0n, 6n, 7n, 15n]) {
		const rest = modulo(x, 7n);
		assert.ok(rest >= 0n && rest < 7n && (x - rest) % 7n === 0n);
	}
});
