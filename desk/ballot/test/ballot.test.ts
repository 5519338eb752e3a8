import { CREDENTIAL, credentialFrom, electionText, makeElection, question, refused, SECRET_KEY } from "./helpers";
import { prepareBallot, verifyBallot, verifyOpenedBallot, type Choices } from "../src/ballot";
import { readElection, type Election } from "../src/election";
import { power } from "../src/group";
import { readSigned } from "../src/message";
import assert from "node:assert/strict";
import { test } from "node:test";

/** Every choice that a question allows. */
function* allowed(answers: number, min: number, max: number, blank: boolean): Generator<number[]> {
	if (blank) yield [1, ...new Array<number>(answers).fill(0)];
	for (let bits = 0; bits < 1 << answers; bits++) {
		const list = Array.from({ length: answers }, (_, index) => (bits >> index) & 1);
		const count = list.reduce((sum, m) => sum + m, 0);
		if (count >= min && count <= max) yield blank ? [0, ...list] : list;
	}
}

/** What the election's secret key finds in a ballot. */
function decrypt(election: Election, text: string): number[][] {
	const { group } = election;
	return readSigned(election, text).ballot.answers.map(({ choices }) =>
		choices.map(({ alpha, beta }) => {
			const mask = power(group, alpha, SECRET_KEY);
			return beta === mask ? 0 : beta === (mask * group.g) % group.p ? 1 : -1;
		}));
}

for (const [answers, min, max, blank] of [
	[1, 0, 1, false], [1, 1, 1, true], [3, 1, 1, true], [3, 0, 2, false], [3, 0, 3, true], [2, 2, 2, true], [3, 1, 2, undefined],
] as const)
	test(`every vote of ${answers} answers, ${min} to ${max}, blank ${blank}: cast, counted, opened`, async () => {
		const election = await makeElection("BELENIOS-2048", [question(answers, min, max, blank)]);
		for (const list of allowed(answers, min, max, blank ?? false)) {
			const prepared = await prepareBallot(election, CREDENTIAL, [list]);
			const { ballot, trackingNumber } = await prepared.cast();
			const found = await verifyBallot(election, ballot);
			assert.equal(found.trackingNumber, trackingNumber);
			assert.equal(found.commitment, prepared.commitment);
			assert.deepEqual(decrypt(election, ballot), [list]);
			const audited = await prepareBallot(election, CREDENTIAL, [list]);
			const opened = await verifyOpenedBallot(election, audited.open(), { commitment: audited.commitment });
			assert.deepEqual(opened.choices, [list]);
			assert.equal(opened.credential, found.credential);
		}
	});

test("two ballots of the same choices have nothing secret in common", async () => {
	const election = await makeElection("BELENIOS-2048", [question(2, 1, 1, true)]);
	const numbers = async () => {
		const { ballot } = await (await prepareBallot(election, CREDENTIAL, [[0, 1, 0]])).cast();
		return new Set(ballot.match(/[0-9]{50,}/g)!);
	};
	const [first, second] = [await numbers(), await numbers()];
	assert.equal([...first].filter((number) => second.has(number)).length, 1); // the public credential
});

test("a ballot is cast or opened once", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const make = () => prepareBallot(election, CREDENTIAL, [[1]]);
	const cast = await make();
	await cast.cast();
	await refused("ballot-used", () => cast.cast());
	await refused("ballot-used", () => cast.open());
	const opened = await make();
	opened.open();
	await refused("ballot-used", () => opened.cast());
	const discarded = await make();
	discarded.discard();
	await refused("ballot-used", () => discarded.open());
	const both = await make();
	const results = await Promise.allSettled([both.cast(), both.cast()]);
	assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected"]);
});

test("a ballot that is prepared shows no secret to who looks at it", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const prepared = await prepareBallot(election, CREDENTIAL, [[1]]);
	assert.deepEqual(JSON.parse(JSON.stringify(prepared)), { commitment: prepared.commitment });
	assert.deepEqual(Object.keys(prepared), ["commitment"]);
});

test("a device that encrypts something else is found out by an audit", async () => {
	const election = await makeElection("BELENIOS-2048", [question(3, 1, 1)]);
	const wanted: Choices = [[1, 0, 0]];
	const prepared = await prepareBallot(election, CREDENTIAL, [[0, 0, 1]]); // the device's own wish
	const opened = prepared.open();
	const found = await verifyOpenedBallot(election, opened, { commitment: prepared.commitment });
	assert.notDeepEqual(found.choices, wanted);
	// It cannot open the ciphertexts as what was wanted, nor show another ballot than it committed to.
	const numbers: string[][] = JSON.parse(opened).randomness;
	const swapped = opened.replace(numbers[0]![0]!, () => "@").replace(numbers[0]![2]!, () => numbers[0]![0]!).replace("@", () => numbers[0]![2]!);
	await refused("opened-randomness", () => verifyOpenedBallot(election, swapped, { commitment: prepared.commitment }));
	const honest = await prepareBallot(election, CREDENTIAL, wanted);
	await refused("opened-commitment", () => verifyOpenedBallot(election, honest.open(), { commitment: prepared.commitment }));
});

test("a device that shows a ballot of another credential is found out by an audit", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const other = credentialFrom("2Ab2Cd3Ef4Gh5J");
	const opened = (await prepareBallot(election, other, [[1]])).open();
	assert.deepEqual((await verifyOpenedBallot(election, opened, { credential: other })).choices, [[1]]);
	await refused("opened-credential", () => verifyOpenedBallot(election, opened, { credential: CREDENTIAL }));
	await refused("credential-form", () => verifyOpenedBallot(election, opened, { credential: "x" }));
	await refused("ballot-credential", () => verifyOpenedBallot(election, opened, { publicCredentials: new Set(["2"]) }));
});

test("an opened ballot with a proof that does not hold is refused", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const opened = (await prepareBallot(election, CREDENTIAL, [[1]])).open();
	const broken = opened.replace(/"challenge":"([0-9]+)"/, (_, number: string) => `"challenge":"${BigInt(number) - 1n}"`);
	const problem = await refused("ballot-proof", () => verifyOpenedBallot(election, broken));
	assert.deepEqual(problem.details, { question: 0, proof: "individual_proofs" });
});

test("an opened ballot is no ballot, and a ballot no opened one", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	await refused("ballot-form", async () => verifyBallot(election, (await prepareBallot(election, CREDENTIAL, [[1]])).open()));
	const { ballot } = await (await prepareBallot(election, CREDENTIAL, [[1]])).cast();
	await refused("opened-form", () => verifyOpenedBallot(election, ballot));
});

test("a mistyped credential is refused before any work", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const wrong = CREDENTIAL.replace(/^./, (first) => (first === "2" ? "3" : "2"));
	await refused("credential-checksum", () => prepareBallot(election, wrong, [[1]]));
	await refused("credential-form", () => prepareBallot(election, `${CREDENTIAL}?`, [[1]]));
});

test("a credential given out in parts is the sum of its parts, in any order", async () => {
	const election = await makeElection("BELENIOS-2048", [question(1, 0, 1)]);
	const other = credentialFrom("2Ab2Cd3Ef4Gh5J");
	const publics: bigint[] = [];
	for (const typed of [CREDENTIAL, other, `${CREDENTIAL} ${other}`, ` ${other}\r\n+${CREDENTIAL}\n`])
		publics.push(BigInt((await verifyBallot(election, (await (await prepareBallot(election, typed, [[1]])).cast()).ballot)).credential));
	assert.equal(publics[2], (publics[0]! * publics[1]!) % election.group.p);
	assert.equal(publics[3], publics[2]);
	await refused("credential-form", () => prepareBallot(election, `${other} ${other}`, [[1]]));
	await refused("credential-form", () => prepareBallot(election, "", [[1]]));
	await refused("credential-unknown", () =>
		prepareBallot(election, `${CREDENTIAL} ${other}`, [[1]], { publicCredentials: new Set([publics[0]!.toString()]) }));
});

test("progress goes up to its total, and the work gives way in between", async () => {
	const election = await makeElection("RFC-3526-2048", [question(2, 1, 1, true)]);
	const seen: number[] = [];
	let turns = 0;
	const timer = setInterval(() => turns++, 1);
	await prepareBallot(election, CREDENTIAL, [[0, 1, 0]], {
		progress: (done, total) => {
			assert.equal(total, 3 * 2 + 2 + 2);
			seen.push(done);
		},
	});
	clearInterval(timer);
	assert.ok(turns > 3, `${turns} turns`);
	assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
	assert.equal(seen.at(-1), 10);
});

test("elections at their limits", async () => {
	const read = (questions: ReturnType<typeof question>[]) => readElection(electionText("BELENIOS-2048", questions));
	assert.equal((await read([question(1000, 0, 1000, true)])).questions[0]!.answers.length, 1000);
	await refused("election-question", () => read([question(1001, 0, 1)]));
	assert.equal((await read(Array.from({ length: 100 }, () => question(1, 0, 1)))).questions.length, 100);
	await refused("election-form", () => read(Array.from({ length: 101 }, () => question(1, 0, 1))));
	await refused("election-form", () => read([]));
	for (const [answers, min, max] of [[0, 0, 1], [2, -1, 1], [2, 2, 1], [2, 0, 3], [2, 0, 0], [2, 0.5, 1]] as const) {
		const problem = await refused("election-question", () => read([question(1, 0, 1), question(answers, min, max)]));
		assert.deepEqual(problem.details, { question: 1 });
	}
	const text = electionText("BELENIOS-2048", [question(1, 0, 1)]);
	const long = text.replace('"description":""', `"description":"${"x".repeat((1 << 20) - text.length)}"`);
	await readElection(long);
	await refused("election-form", () => readElection(long.replace('"description":"', '"description":"x')));
	for (const [from, to] of [
		['"min":0', '"min":"0"'], ['"answers":["answer 0"]', '"answers":[0]'], ['"max":1', '"max":1,"blank":1'],
		['"questions":[{', '"questions":[{"type":"NonHomomorphic","value":{}},{'],
	] as const)
		await refused("election-question", () => readElection(text.replace(from, to)));
	for (const [from, to] of [['"name":"Invented"', '"name":0'], ['"description":""', '"description":null'], ['"uuid":"2', '"uuid":"0'],
		['"version":1', '"version":1,"administrator":1'], ['"questions":[', '"questions":1,"x":[']] as const)
		await refused("election-form", () => readElection(text.replace(from, to)));
});
