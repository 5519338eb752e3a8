// Making, casting, opening and checking ballots (section 4.15; docs/ballot.md for audit or cast).

import { addOpenings, multiply, encrypt, openCiphertext, statementsOf, type Statements } from "./answer";
import { hashJson } from "./bytes";
import { keysOf, readCredentialParts } from "./credential";
import { basesOf, type Bases, type Election, type Question } from "./election";
import { isElement } from "./group";
import { readOpened, readSigned, writeOpened, writeSigned, writeUnsigned, type Answer, type UnsignedBallot } from "./message";
import { Pace, type Progress } from "./pace";
import { BallotProblem } from "./problem";
import { checkClosed, checkOpened, prove, sign, signatureHolds, type Check, type Ciphertext, type Opening } from "./proof";

/** For each question one list of 0 and 1, one for each answer; where the question has a blank, that comes first. */
export type Choices = readonly (readonly number[])[];

const INDIVIDUAL = 2; // branches of an individual proof

/** The branches of all proofs of an answer: the unit in which progress is told. */
function unitsOf(question: Question): number {
	const blank = question.blank ? 1 : 0;
	const interval = question.maximum - question.minimum + 1;
	return (question.answers.length + blank) * INDIVIDUAL + interval + blank + blank * 2;
}

function paceOf(election: Election, progress: Progress | undefined): Pace {
	return new Pace(election.questions.reduce((sum, question) => sum + unitsOf(question), 0), progress);
}

/** Throws the first thing that is wrong with the choices. */
export function checkChoices(election: Election, choices: Choices): void {
	if (choices.length !== election.questions.length)
		throw new BallotProblem("choices-form", { question: 0, expected: election.questions.length });
	for (const [index, question] of election.questions.entries()) {
		const list = choices[index]!;
		const expected = question.answers.length + (question.blank ? 1 : 0);
		if (list.length !== expected) throw new BallotProblem("choices-form", { question: index, expected });
		const wrong = list.findIndex((m) => m !== 0 && m !== 1);
		if (wrong >= 0) throw new BallotProblem("choices-value", { question: index, answer: wrong });
		const found = list.slice(question.blank ? 1 : 0).reduce((sum, m) => sum + m, 0);
		if (question.blank && list[0] === 1) {
			if (found > 0) throw new BallotProblem("choices-blank", { question: index });
		} else if (found < question.minimum) {
			throw new BallotProblem("choices-few", { question: index, minimum: question.minimum, found });
		} else if (found > question.maximum) {
			throw new BallotProblem("choices-many", { question: index, maximum: question.maximum, found });
		}
	}
}

/** A ballot that is made, and neither cast nor opened yet. Its commitment is shown to the voter, who then decides. */
export class PreparedBallot {
	readonly commitment: string;
	readonly #unsigned: string;
	readonly #election: Election;
	readonly #bases: Bases;
	#secrets: { readonly credential: bigint; readonly randomness: readonly (readonly bigint[])[] } | undefined;

	/** For prepareBallot alone. */
	constructor(
		election: Election, bases: Bases, unsigned: string, commitment: string,
		secrets: { readonly credential: bigint; readonly randomness: readonly (readonly bigint[])[] },
	) {
		this.#election = election;
		this.#bases = bases;
		this.#unsigned = unsigned;
		this.commitment = commitment;
		this.#secrets = secrets;
	}

	/** Hands the secrets over once and forgets them. */
	#take() {
		const secrets = this.#secrets;
		if (secrets === undefined) throw new BallotProblem("ballot-used");
		this.#secrets = undefined;
		return secrets;
	}

	/** Signs the ballot: what is sent to the ballot box, and its tracking number. */
	async cast(): Promise<{ readonly ballot: string; readonly trackingNumber: string }> {
		const { credential } = this.#take();
		const proof = await sign(this.#election.group, this.#bases, credential, this.commitment);
		const ballot = writeSigned(this.#unsigned, { hash: this.commitment, proof });
		return { ballot, trackingNumber: await hashJson(ballot) };
	}

	/** Opens the ballot, which is never signed then: what a second device checks. */
	open(): string {
		return writeOpened(this.#unsigned, this.#take().randomness);
	}

	/** The voter does neither. */
	discard(): void {
		this.#secrets = undefined;
	}
}

export interface PrepareOptions {
	readonly publicCredentials?: ReadonlySet<string>; // the credential must be one of these
	readonly progress?: Progress;
}

/** Makes a ballot with all its proofs. Refuses a wrong credential and wrong choices before any work is done. */
export async function prepareBallot(
	election: Election, credential: string, choices: Choices, options: PrepareOptions = {},
): Promise<PreparedBallot> {
	checkChoices(election, choices);
	readCredentialParts(credential);
	const pace = paceOf(election, options.progress);
	const bases = await basesOf(election, pace);
	const keys = await keysOf(election, bases, credential, options.publicCredentials);
	const answers: Answer[] = [];
	const randomness: bigint[][] = [];
	for (const [index, question] of election.questions.entries()) {
		const openings: Opening[] = [];
		for (const m of choices[index]!) {
			openings.push(encrypt(election, bases, m));
			await pace.rest();
		}
		const total = (list: readonly Opening[]) => addOpenings(election, list);
		const { individual, overall, blank } = statementsOf(election, keys.public, question, openings, total);
		const individualProofs = [];
		for (const statement of individual) individualProofs.push(await prove(election.group, bases, statement, pace));
		answers.push({
			choices: openings,
			individualProofs,
			overallProof: await prove(election.group, bases, overall, pace),
			blankProof: blank && (await prove(election.group, bases, blank, pace)),
		});
		randomness.push(openings.map(({ r }) => r));
	}
	const unsigned = writeUnsigned(election, { credential: keys.public, answers });
	return new PreparedBallot(election, bases, unsigned, await hashJson(unsigned), { credential: keys.secret, randomness });
}

/** Checks every proof of an answer; index is the question's. */
async function checkAnswer<C extends Ciphertext>(
	index: number, answer: Answer, { individual, overall, blank }: Statements<C>, check: Check<C>,
): Promise<void> {
	for (const [choice, statement] of individual.entries())
		if (!(await check(statement, answer.individualProofs[choice]!)))
			throw new BallotProblem("ballot-proof", { question: index, proof: "individual_proofs" });
	if (!(await check(overall, answer.overallProof)))
		throw new BallotProblem("ballot-proof", { question: index, proof: "overall_proof" });
	if (blank && !(await check(blank, answer.blankProof ?? [])))
		throw new BallotProblem("ballot-proof", { question: index, proof: "blank_proof" });
}

function checkCredential({ group }: Election, { credential }: UnsignedBallot): void {
	if (credential === 1n || !isElement(group, credential)) throw new BallotProblem("ballot-element", { field: "credential" });
}

async function checkElements({ group }: Election, index: number, answer: Answer, pace: Pace): Promise<void> {
	for (const { alpha, beta } of answer.choices)
		for (const element of [alpha, beta]) {
			if (!isElement(group, element)) throw new BallotProblem("ballot-element", { field: "choices", question: index });
			await pace.rest();
		}
}

/**
 * Checks a signed ballot, as it stands in the archive. Returns its tracking number, and the commitment that its voter was
 * shown.
 */
export async function verifyBallot(
	election: Election, text: string, options: PrepareOptions = {},
): Promise<{ readonly trackingNumber: string; readonly commitment: string; readonly credential: string }> {
	const { ballot, unsigned, signature } = readSigned(election, text);
	const credential = ballot.credential.toString();
	if (options.publicCredentials?.has(credential) === false) throw new BallotProblem("ballot-credential");
	if (signature.hash !== (await hashJson(unsigned))) throw new BallotProblem("ballot-hash");
	const pace = paceOf(election, options.progress);
	const bases = await basesOf(election, pace);
	checkCredential(election, ballot);
	for (const [index, question] of election.questions.entries()) {
		const answer = ballot.answers[index]!;
		await checkElements(election, index, answer, pace);
		const total = (list: readonly Ciphertext[]) => multiply(election, list);
		const statements = statementsOf(election, ballot.credential, question, answer.choices, total);
		await checkAnswer(index, answer, statements, checkClosed(election.group, bases, pace));
	}
	if (!(await signatureHolds(election.group, bases, ballot.credential, signature.hash, signature.proof)))
		throw new BallotProblem("ballot-signature");
	return { trackingNumber: await hashJson(text), commitment: signature.hash, credential };
}

export interface OpenedOptions {
	readonly commitment?: string; // what the first device showed before the voter chose; without it, the voter compares
	readonly publicCredentials?: ReadonlySet<string>; // the ballot's must be one of these
	readonly credential?: string; // the voter's own: a ballot made with another would not have been her vote
	readonly progress?: Progress;
}

/** Checks an opened ballot, on the second device. Returns what it holds. */
export async function verifyOpenedBallot(
	election: Election, text: string, options: OpenedOptions = {},
): Promise<{ readonly commitment: string; readonly credential: string; readonly choices: Choices }> {
	const { ballot, unsigned, randomness } = readOpened(election, text);
	const found = await hashJson(unsigned);
	const { commitment, publicCredentials, credential: own } = options;
	if (commitment !== undefined && commitment !== found)
		throw new BallotProblem("opened-commitment", { expected: commitment, found });
	const pace = paceOf(election, options.progress);
	const bases = await basesOf(election, pace);
	checkCredential(election, ballot);
	if (publicCredentials?.has(ballot.credential.toString()) === false) throw new BallotProblem("ballot-credential");
	if (own !== undefined && (await keysOf(election, bases, own, publicCredentials)).public !== ballot.credential)
		throw new BallotProblem("opened-credential");
	const choices: number[][] = [];
	for (const [index, question] of election.questions.entries()) {
		const answer = ballot.answers[index]!;
		const openings: Opening[] = [];
		for (const [choice, ciphertext] of answer.choices.entries()) {
			const opening = openCiphertext(election, bases, ciphertext, randomness[index]![choice]!);
			if (opening === undefined) throw new BallotProblem("opened-randomness", { question: index, answer: choice });
			openings.push(opening);
			await pace.rest();
		}
		const total = (list: readonly Opening[]) => addOpenings(election, list);
		const statements = statementsOf(election, ballot.credential, question, openings, total);
		await checkAnswer(index, answer, statements, checkOpened(election.group, bases, pace));
		choices.push(openings.map(({ m }) => m));
	}
	return { commitment: found, credential: ballot.credential.toString(), choices };
}
