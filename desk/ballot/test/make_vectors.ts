// Makes tests/vectors/ballot: elections and ballots by belenios-tool, ballots by this program, and ballots as an attacker
// would make them, who holds a credential and signs anew whatever she changes. Nobody in them exists.
//
//     tools/build --kind test && node build-test/desk/tests/make_vectors.mjs tests/vectors/ballot

import "./webcrypto";
import { ballotByTool, setUp, verifyByTool, type Setup } from "./tool";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addOpenings, encrypt, statementsOf } from "../src/answer";
import { prepareBallot, verifyBallot, type Choices } from "../src/ballot";
import { hashJson, hashToExponent, randomExponent } from "../src/bytes";
import { keysOf, readPublicCredentials } from "../src/credential";
import type { Election } from "../src/election";
import { modulo } from "../src/group";
import { writeSigned, writeUnsigned, type Answer } from "../src/message";
import { Pace } from "../src/pace";
import { prove, sign, type Opening, type Proof, type Statement } from "../src/proof";

const pace = new Pace();

async function byTool(setup: Setup, voter: number, choices: Choices) {
	const text = ballotByTool(setup, voter, choices);
	const { trackingNumber, commitment } = await verifyBallot(setup.election, text);
	return { made_by: "belenios-tool", voter, choices, text, tracking_number: trackingNumber, commitment };
}

async function byUs({ election, credentials }: Setup, voter: number, choices: Choices) {
	const prepared = await prepareBallot(election, credentials[voter]!, choices);
	const { ballot, trackingNumber } = await prepared.cast();
	return { made_by: "jisr", voter, choices, text: ballot, tracking_number: trackingNumber, commitment: prepared.commitment };
}

async function openedBallot({ election, credentials }: Setup, voter: number, choices: Choices) {
	const prepared = await prepareBallot(election, credentials[voter]!, choices);
	return { voter, choices, text: prepared.open(), commitment: prepared.commitment };
}

// ---- an attacker's ballots ----

type Forge = (statement: Statement<Opening>) => Promise<Proof[]>;

/** A ballot for any choices whatever: a proof that cannot be made is replaced by forge. */
async function forged(setup: Setup, voter: number, choices: Choices, forge: Forge): Promise<Answer[]> {
	const { election, bases } = setup;
	const keys = await keysOf(election, bases, setup.credentials[voter]!, undefined);
	const answers: Answer[] = [];
	for (const [index, question] of election.questions.entries()) {
		const openings = choices[index]!.map((m) => encrypt(election, bases, m));
		const total = (list: readonly Opening[]) => addOpenings(election, list);
		const { individual, overall, blank } = statementsOf(election, keys.public, question, openings, total);
		const either = async (statement: Statement<Opening>) => {
			const true_ = statement.branches.some(({ ciphertext, holds }) => ciphertext.m === holds);
			return true_ ? prove(election.group, bases, statement, pace) : forge(statement);
		};
		answers.push({
			choices: openings,
			individualProofs: await Promise.all(individual.map(either)),
			overallProof: await either(overall),
			blankProof: blank && (await either(blank)),
		});
	}
	return answers;
}

/** Signs anything as a ballot: with the credential of signer, in the name of voter. */
async function signed(setup: Setup, voter: number, answers: readonly Answer[], signer = voter): Promise<string> {
	const { election, bases, credentials } = setup;
	const own = await keysOf(election, bases, credentials[voter]!, undefined);
	const { secret } = await keysOf(election, bases, credentials[signer]!, undefined);
	const unsigned = writeUnsigned(election, { credential: own.public, answers });
	const hash = await hashJson(unsigned);
	return writeSigned(unsigned, { hash, proof: await sign(election.group, bases, secret, hash) });
}

async function attacks(setup: Setup, fair: Choices, blankAndAnswer: Choices, tooMany: Choices, two: Choices) {
	const { election, bases } = setup;
	const { p, q } = election.group;
	const random = () => ({ challenge: randomExponent(election.group), response: randomExponent(election.group) });
	const anything: Forge = async (statement) => statement.branches.map(random);
	/** Weak Fiat-Shamir: the challenge is over the commitments alone, chosen before the statement. */
	const weak: Forge = async (statement) => {
		const proofs = statement.branches.map(random);
		const commitments = proofs.flatMap(({ response, challenge }, index) => {
			const { ciphertext: { r, m }, holds } = statement.branches[index]!;
			const u = modulo(response + r * challenge, q);
			return [bases.g.power(u), (bases.y.power(u) * bases.g.power(modulo(challenge * BigInt(m - holds), q))) % p];
		});
		const sum = await hashToExponent(election.group, `prove|${commitments.join(",")}`);
		const others = proofs.slice(1).reduce((total, { challenge }) => total + challenge, 0n);
		return [{ ...proofs[0]!, challenge: modulo(sum - others, q) }, ...proofs.slice(1)];
	};
	const good = await forged(setup, 0, fair, anything);
	const change = (edit: (answer: Answer) => Answer) => [edit(good[0]!), ...good.slice(1)];
	const firstCiphertext = (edit: (c: { alpha: bigint; beta: bigint }) => { alpha: bigint; beta: bigint }) =>
		change((answer) => ({ ...answer, choices: [edit(answer.choices[0]!), ...answer.choices.slice(1)] }));
	const firstProof = (edit: (proof: Proof) => Proof) =>
		change((answer) => ({
			...answer,
			individualProofs: [[edit(answer.individualProofs[0]![0]!), answer.individualProofs[0]![1]!], ...answer.individualProofs.slice(1)],
		}));
	const individual = await forged(setup, 0, two, anything);
	const list: [string, string, string][] = [
		["an alpha outside the subgroup", "ballot-element", await signed(setup, 0, firstCiphertext((c) => ({ ...c, alpha: p - c.alpha })))],
		["a beta outside the subgroup", "ballot-element", await signed(setup, 0, firstCiphertext((c) => ({ ...c, beta: p - c.beta })))],
		["an alpha of 0", "ballot-element", await signed(setup, 0, firstCiphertext((c) => ({ ...c, alpha: 0n })))],
		["an alpha of p - 1", "ballot-element", await signed(setup, 0, firstCiphertext((c) => ({ ...c, alpha: p - 1n })))],
		["an alpha of alpha + p", "ballot-form", await signed(setup, 0, firstCiphertext((c) => ({ ...c, alpha: c.alpha + p })))],
		["a response of response + q", "ballot-form", await signed(setup, 0, firstProof((f) => ({ ...f, response: f.response + q })))],
		["a challenge of challenge + 1", "ballot-proof", await signed(setup, 0, firstProof((f) => ({ ...f, challenge: (f.challenge + 1n) % q })))],
		["an encryption of 2", "ballot-proof", await signed(setup, 0, individual)],
		["an encryption of 2 with weak Fiat-Shamir", "ballot-proof", await signed(setup, 0, await forged(setup, 0, two, weak))],
		["more answers than allowed", "ballot-proof", await signed(setup, 0, await forged(setup, 0, tooMany, anything))],
		["blank together with an answer", "ballot-proof", await signed(setup, 0, await forged(setup, 0, blankAndAnswer, anything))],
		["another voter's answers copied", "ballot-proof", await signed(setup, 1, good)],
		["another voter's signature", "ballot-signature", await signed(setup, 0, good, 1)],
	];
	return list.map(([name, problem, text]) => ({ name, problem, text }));
}

/** Changes that whoever passes a ballot on can make; replace is the first of its kind in the text. */
function alterations(election: Election) {
	const other = election.uuid.slice(0, -1) + (election.uuid.endsWith("2") ? "3" : "2");
	const list: [string, string, string, string][] = [
		["another election's uuid", "ballot-election", `"election_uuid":"${election.uuid}"`, `"election_uuid":"${other}"`],
		["another election's fingerprint", "ballot-election", `"election_hash":"${election.fingerprint}"`, `"election_hash":"${election.fingerprint.slice(1)}A"`],
		["a zero in front", "ballot-form", '"alpha":"', '"alpha":"0'],
		["a sign in front", "ballot-form", '"alpha":"', '"alpha":"-'],
		["white space", "ballot-form", '"answers":', '"answers": '],
		["a line at the end", "ballot-form", '"}}}', '"}}}\n'],
		["an escape", "ballot-form", '"alpha"', '"\\u0061lpha"'],
		["an unknown member", "ballot-form", '"answers":', '"note":"","answers":'],
		["a member twice", "ballot-form", '"answers":', '"answers":[],"answers":'],
		["a number instead of a string", "ballot-form", '"alpha":"', '"alpha":1,"alpha":"'],
		["members in another order", "ballot-form", `{"election_uuid":"${election.uuid}","election_hash":"${election.fingerprint}"`,
			`{"election_hash":"${election.fingerprint}","election_uuid":"${election.uuid}"`],
		["no answers", "ballot-form", '"answers":[', '"answers":[],"more":['],
		["a padded hash", "ballot-hash", '","proof":{', '=","proof":{'],
	];
	return list.map(([name, problem, replace, by]) => ({ name, problem, replace, by }));
}

function electionAlterations({ election }: Setup) {
	const { p } = election.group;
	const key = `"public_key":"${election.publicKey}"`;
	const other = election.group.name === "BELENIOS-2048" ? "RFC-3526-2048" : "BELENIOS-2048";
	const list: [string, string, string, string][] = [
		["an unknown group", "election-group", `"group":"${election.group.name}"`, '"group":"BELENIOS-1024"'],
		["a group description instead of a name", "election-group", `"group":"${election.group.name}"`, '"group":{"g":"4","p":"23","q":"11"}'],
		["a public key outside the group", "election-key", key, `"public_key":"${p - election.publicKey}"`],
		["a public key of 1", "election-key", key, '"public_key":"1"'],
		["a public key of 0", "election-key", key, '"public_key":"0"'],
		["a public key that is not reduced", "election-key", key, `"public_key":"${election.publicKey + p}"`],
		["a minimum above the maximum", "election-question", '"min":', '"min":9'],
		["a maximum above the answers", "election-question", '"max":', '"max":9'],
		["another version", "election-form", '"version":1', '"version":2'],
		["a short uuid", "election-form", `"uuid":"${election.uuid}"`, '"uuid":"abc"'],
		["a member twice", "election-form", '"version":1', '"version":1,"version":1'],
		["an unknown member", "election-form", '"version":1', '"version":1,"note":""'],
	];
	// The other way round would be noticed for every second key only: half of all numbers are in RFC-3526-2048.
	if (other === "BELENIOS-2048") list.push(["the name of another group", "election-key", `"${election.group.name}"`, `"${other}"`]);
	return list.map(([name, problem, replace, by]) => ({ name, problem, replace, by }));
}

function openedAlterations({ election }: Setup, text: string) {
	const r = BigInt(/"randomness":\[\["([0-9]+)"/.exec(text)![1]!);
	const list: [string, string, string, string][] = [
		["another randomness", "opened-randomness", `"randomness":[["${r}"`, `"randomness":[["${(r + 1n) % election.group.q}"`],
		["a randomness that is not reduced", "opened-form", `"randomness":[["${r}"`, `"randomness":[["${r + election.group.q}"`],
		["a zero in front", "opened-form", '"randomness":[["', '"randomness":[["0'],
		["a missing list", "opened-form", '"randomness":[', '"randomness":[],"more":['],
		["white space", "opened-form", '"randomness":', '"randomness": '],
		["a signature", "ballot-form", '},"randomness"', ',"signature":{"hash":"","proof":{"challenge":"1","response":"1"}}},"randomness"'],
	];
	return list.map(([name, problem, replace, by]) => ({ name, problem, replace, by }));
}

async function main(folder: string): Promise<void> {
	const write = (name: string, value: object) => writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(value, null, "\t")}\n`);
	const base = (about: string, setup: Setup) => ({
		about,
		election: setup.electionText,
		fingerprint: setup.election.fingerprint,
		public_credentials: setup.credentialsText,
		credentials: setup.credentials,
	});

	const president = await setUp("BELENIOS-2048", [1, 1, 1], {
		description: "Élection secrète; انتخاب سري; тайное голосование; \"quoted\" \\ back\tslash / stroke \u007f",
		name: "President",
		questions: [{ answers: ["Amina", "Bořek", "陈", "Dīnā", "Éloi"], blank: true, min: 1, max: 1, question: "President?" }],
		administrator: "Secretariat",
		credential_authority: "Registrar",
	});
	const presidentBallots = [
		await byTool(president, 0, [[0, 1, 0, 0, 0, 0]]),
		await byUs(president, 1, [[0, 0, 0, 0, 0, 1]]),
		await byUs(president, 2, [[1, 0, 0, 0, 0, 0]]),
	];
	verifyByTool(president, presidentBallots.map(({ text }) => text));
	write("president", {
		...base("One of five or blank, BELENIOS-2048, names in many scripts", president),
		ballots: presidentBallots,
		opened: [await openedBallot(president, 0, [[0, 0, 0, 1, 0, 0]])],
		refused_elections: electionAlterations(president),
		refused_choices: [
			{ choices: [[1, 0, 0, 1, 0, 0]], problem: "choices-blank" },
			{ choices: [[0, 0, 0, 0, 0, 0]], problem: "choices-few" },
			{ choices: [[0, 1, 1, 0, 0, 0]], problem: "choices-many" },
			{ choices: [[0, 2, 0, 0, 0, 0]], problem: "choices-value" },
			{ choices: [[0, -1, 1, 1, 0, 0]], problem: "choices-value" },
			{ choices: [[1, 0, 0, 0, 0]], problem: "choices-form" },
			{ choices: [], problem: "choices-form" },
			{ choices: [[0, 1, 0, 0, 0, 0], [1]], problem: "choices-form" },
		],
	});

	const delegates = await setUp("BELENIOS-2048", [1, 2, 30], {
		description: "", name: "Delegates",
		questions: [
			{ answers: ["a", "b"], blank: true, min: 1, max: 1, question: "First" },
			{ answers: ["c", "d", "e"], min: 0, max: 2, question: "Second" },
		],
	});
	const delegateBallots = [
		await byTool(delegates, 0, [[1, 0, 0], [0, 0, 0]]),
		await byTool(delegates, 1, [[0, 0, 1], [1, 0, 1]]),
		await byUs(delegates, 2, [[0, 1, 0], [0, 1, 0]]),
		await byUs(delegates, 0, [[1, 0, 0], [1, 1, 0]]),
	];
	const delegatesOpened = [await openedBallot(delegates, 1, [[1, 0, 0], [0, 1, 1]])];
	verifyByTool(delegates, delegateBallots.map(({ text }) => text));
	write("delegates", {
		...base("Two questions, weights 1, 2 and 30, a revote, BELENIOS-2048", delegates),
		ballots: delegateBallots,
		refused_ballots: await attacks(
			delegates, [[0, 1, 0], [1, 0, 0]], [[1, 1, 0], [0, 0, 0]], [[0, 0, 1], [1, 1, 1]], [[0, 1, 0], [2, 0, 0]],
		),
		altered_ballots: alterations(delegates.election),
		opened: delegatesOpened,
		altered_opened: openedAlterations(delegates, delegatesOpened[0]!.text),
	});

	const treaty = await setUp("RFC-3526-2048", [1, 1], {
		description: "A safe prime", name: "Treaty",
		questions: [{ answers: ["accept", "refuse"], blank: true, min: 0, max: 1, question: "The treaty" }],
	});
	const treatyBallots = [
		await byTool(treaty, 0, [[0, 0, 0]]), await byUs(treaty, 1, [[0, 0, 1]]), await byUs(treaty, 0, [[1, 0, 0]]),
	];
	verifyByTool(treaty, treatyBallots.map(({ text }) => text));
	write("treaty", {
		...base("Accept, refuse, neither or blank, RFC-3526-2048", treaty),
		ballots: treatyBallots,
		opened: [await openedBallot(treaty, 1, [[0, 1, 0]])],
		refused_elections: electionAlterations(treaty),
	});

	const credential = delegates.credentials[0]!;
	const last = credential.slice(-1);
	const mistyped = [...credential.slice(0, -1)].map((c, i) => (i === 0 ? (c === "2" ? "3" : "2") : c)).join("") + last;
	const publicOf = async (setup: Setup) => Promise.all(setup.credentials.map(async (text) => ({
		group: setup.election.group.name, uuid: setup.election.uuid, credential: text,
		public: (await keysOf(setup.election, setup.bases, text, readPublicCredentials(setup.credentialsText))).public.toString(),
	})));
	write("credentials", {
		about: "Private credentials as belenios-tool makes them, with their public ones; and what is none",
		valid: [...(await publicOf(president)), ...(await publicOf(delegates)), ...(await publicOf(treaty))],
		refused: [
			{ credential: "", problem: "credential-form" },
			{ credential: credential.slice(0, -1), problem: "credential-form" },
			{ credential: `${credential}1`, problem: "credential-form" },
			{ credential: `0${credential.slice(1)}`, problem: "credential-form" },
			{ credential: `l${credential.slice(1)}`, problem: "credential-form" },
			{ credential: `É${credential.slice(1)}`, problem: "credential-form" },
			{ credential: mistyped, problem: "credential-checksum" },
		],
	});
	for (const { dir } of [president, delegates, treaty]) rmSync(dir, { recursive: true });
}

await main(process.argv[2]!);
