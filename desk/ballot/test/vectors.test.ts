// The vectors that the C program is tested with, too (docs/ballot.md).

import { credentialFrom, refused } from "./helpers";
import { checkChoices, prepareBallot, verifyBallot, verifyOpenedBallot, type Choices } from "../src/ballot";
import { keysOf, readCredential, readPublicCredentials } from "../src/credential";
import { basesOf, readElection } from "../src/election";
import { Pace } from "../src/pace";
import type { ProblemCode } from "../src/problem";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

interface Alteration { name: string; problem: ProblemCode; replace: string; by: string }
interface Vectors {
	election: string; fingerprint: string; public_credentials: string; credentials: string[];
	ballots: { made_by: string; voter: number; choices: Choices; text: string; tracking_number: string; commitment: string }[];
	opened: { voter: number; choices: Choices; text: string; commitment: string }[];
	refused_elections?: Alteration[];
	refused_choices?: { choices: Choices; problem: ProblemCode }[];
	refused_ballots?: { name: string; problem: ProblemCode; text: string }[];
	altered_ballots?: Alteration[];
	altered_opened?: Alteration[];
}

function load(name: string) {
	return JSON.parse(readFileSync(new URL(`../../../tests/vectors/ballot/${name}.json`, import.meta.url), "utf8"));
}

function alter(text: string, { name, replace, by }: Alteration): string {
	assert.ok(text.includes(replace), `${name}: nothing to replace`);
	return text.replace(replace, () => by);
}

for (const name of ["president", "delegates", "treaty"]) {
	const vectors: Vectors = load(name);
	const publicCredentials = readPublicCredentials(vectors.public_credentials);

	test(`${name}: the fingerprint of the election`, async () => {
		assert.equal((await readElection(vectors.election, vectors.fingerprint)).fingerprint, vectors.fingerprint);
		const problem = await refused("election-fingerprint", () => readElection(`${vectors.election} `, vectors.fingerprint));
		assert.equal(problem.details.expected, vectors.fingerprint);
		await refused("election-form", () => readElection(`${vectors.election}\n`));
	});

	test(`${name}: ballots by belenios-tool and by this program hold`, async () => {
		const election = await readElection(vectors.election);
		for (const { text, tracking_number, commitment } of vectors.ballots) {
			const found = await verifyBallot(election, text, { publicCredentials });
			assert.equal(found.trackingNumber, tracking_number);
			assert.equal(found.commitment, commitment);
			assert.ok(publicCredentials.has(found.credential));
		}
		const text = vectors.ballots[0]!.text;
		await refused("ballot-credential", () => verifyBallot(election, text, { publicCredentials: new Set(["2"]) }));
	});

	test(`${name}: opened ballots show what they hold`, async () => {
		const election = await readElection(vectors.election);
		for (const { text, choices, commitment } of vectors.opened) {
			const found = await verifyOpenedBallot(election, text, { commitment });
			assert.deepEqual(found.choices, choices);
			assert.equal(found.commitment, commitment);
			await refused("opened-commitment", () => verifyOpenedBallot(election, text, { commitment: vectors.fingerprint }));
		}
	});

	for (const alteration of vectors.refused_elections ?? [])
		test(`${name}, refused election: ${alteration.name}`, async () => {
			await refused(alteration.problem, () => readElection(alter(vectors.election, alteration)));
		});

	for (const { choices, problem } of vectors.refused_choices ?? [])
		test(`${name}, refused choices: ${JSON.stringify(choices)}`, async () => {
			const election = await readElection(vectors.election);
			await refused(problem, () => checkChoices(election, choices));
			await refused(problem, () => prepareBallot(election, vectors.credentials[0]!, choices));
		});

	for (const { name: what, problem, text } of vectors.refused_ballots ?? [])
		test(`${name}, refused ballot: ${what}`, async () => {
			await refused(problem, async () => verifyBallot(await readElection(vectors.election), text, { publicCredentials }));
		});

	for (const alteration of vectors.altered_ballots ?? [])
		test(`${name}, altered ballot: ${alteration.name}`, async () => {
			const text = alter(vectors.ballots[0]!.text, alteration);
			await refused(alteration.problem, async () => verifyBallot(await readElection(vectors.election), text));
		});

	for (const alteration of vectors.altered_opened ?? [])
		test(`${name}, altered opened ballot: ${alteration.name}`, async () => {
			const text = alter(vectors.opened[0]!.text, alteration);
			await refused(alteration.problem, async () => verifyOpenedBallot(await readElection(vectors.election), text));
		});

	test(`${name}: a credential of another election is not one of this`, async () => {
		const election = await readElection(vectors.election);
		const other = credentialFrom("1Ab2Cd3Ef4Gh5J");
		const choices = vectors.ballots[0]!.choices;
		await refused("credential-unknown", () => prepareBallot(election, other, choices, { publicCredentials }));
	});
}

test("credentials: the public ones of belenios-tool's, typed with and without dashes", async () => {
	const { valid } = load("credentials");
	for (const vectors of ["president", "delegates", "treaty"].map(load)) {
		const election = await readElection(vectors.election);
		const bases = await basesOf(election, new Pace());
		for (const { uuid, credential, public: expected } of valid)
			if (uuid === election.uuid)
				for (const typed of [credential, ` ${credential}\n`, credential.replaceAll("-", "")])
					assert.equal((await keysOf(election, bases, typed, undefined)).public.toString(), expected);
	}
});

for (const { credential, problem } of load("credentials").refused)
	test(`refused credential: "${credential}"`, async () => {
		const found = await refused(problem, () => readCredential(credential));
		assert.deepEqual(found.details, {});
	});

test("a list of public credentials with names and weights; and what is none", async () => {
	assert.deepEqual([...readPublicCredentials('["12","34,5","56,7,a b","78,,c"]')], ["12", "34", "56", "78"]);
	for (const wrong of ["", "[]", "{}", "[1]", '["0"]', '["12,0"]', '["12,x"]', '["12,1,a,b"]', '["-1"]', '["12" "13"]'])
		await refused("credentials-form", () => readPublicCredentials(wrong));
});
