// A ballot as text and as numbers. There is one text for one ballot, the compact JSON with fields in the specification's
// order: what is read must be what would be written, byte for byte, so that a hash of it says all.

import { parseJson, readNumber, readObject } from "./bytes";
import type { Election, Question } from "./election";
import { BallotProblem } from "./problem";
import type { Ciphertext, Proof } from "./proof";

const MAX_BALLOT = 1 << 26; // characters

export interface Answer {
	readonly choices: readonly Ciphertext[]; // the blank first, where the question has one
	readonly individualProofs: readonly (readonly Proof[])[];
	readonly overallProof: readonly Proof[];
	readonly blankProof: readonly Proof[] | undefined;
}

export interface UnsignedBallot {
	readonly credential: bigint;
	readonly answers: readonly Answer[];
}

export interface Signature {
	readonly hash: string;
	readonly proof: Proof;
}

function proofFields({ challenge, response }: Proof) {
	return { challenge: challenge.toString(), response: response.toString() };
}

function answerFields(answer: Answer) {
	return {
		choices: answer.choices.map(({ alpha, beta }) => ({ alpha: alpha.toString(), beta: beta.toString() })),
		individual_proofs: answer.individualProofs.map((proofs) => proofs.map(proofFields)),
		overall_proof: answer.overallProof.map(proofFields),
		...(answer.blankProof === undefined ? {} : { blank_proof: answer.blankProof.map(proofFields) }),
	};
}

export function writeUnsigned(election: Election, ballot: UnsignedBallot): string {
	return JSON.stringify({
		election_uuid: election.uuid,
		election_hash: election.fingerprint,
		credential: ballot.credential.toString(),
		answers: ballot.answers.map(answerFields),
	});
}

/** The text of the signed ballot, from the text of the unsigned one. */
export function writeSigned(unsigned: string, { hash, proof }: Signature): string {
	return `${unsigned.slice(0, -1)},"signature":${JSON.stringify({ hash, proof: proofFields(proof) })}}`;
}

function bad(field: string): BallotProblem {
	return new BallotProblem("ballot-form", { field });
}

function readList<T>(value: unknown, length: number, field: string, read: (member: unknown) => T): T[] {
	if (!Array.isArray(value) || value.length !== length) throw bad(field);
	return value.map(read);
}

function readAnswer(election: Election, question: Question, value: unknown): Answer {
	const { p, q } = election.group;
	const readProof = (member: unknown): Proof => {
		const fields = readObject(member, ["challenge", "response"]);
		const challenge = readNumber(fields?.challenge, q);
		const response = readNumber(fields?.response, q);
		if (challenge === undefined || response === undefined) throw bad("proof");
		return { challenge, response };
	};
	const readCiphertext = (member: unknown): Ciphertext => {
		const fields = readObject(member, ["alpha", "beta"]);
		const alpha = readNumber(fields?.alpha, p);
		const beta = readNumber(fields?.beta, p);
		if (alpha === undefined || beta === undefined) throw bad("choices");
		return { alpha, beta };
	};
	const names = ["choices", "individual_proofs", "overall_proof"] as const;
	const fields = readObject(value, question.blank ? [...names, "blank_proof" as const] : names);
	if (fields === undefined) throw bad("answers");
	const count = question.answers.length + (question.blank ? 1 : 0);
	const interval = question.maximum - question.minimum + 1;
	return {
		choices: readList(fields.choices, count, "choices", readCiphertext),
		individualProofs: readList(fields.individual_proofs, count, "individual_proofs", (proofs) =>
			readList(proofs, 2, "individual_proofs", readProof)),
		overallProof: readList(fields.overall_proof, interval + (question.blank ? 1 : 0), "overall_proof", readProof),
		blankProof: question.blank
			? readList((fields as Record<string, unknown>).blank_proof, 2, "blank_proof", readProof)
			: undefined,
	};
}

/** What both kinds of ballot hold, from their parsed fields. */
function readCommon(election: Election, fields: Record<"election_uuid" | "election_hash" | "credential" | "answers", unknown>) {
	if (fields.election_uuid !== election.uuid || fields.election_hash !== election.fingerprint)
		throw new BallotProblem("ballot-election");
	const credential = readNumber(fields.credential, election.group.p);
	if (credential === undefined) throw bad("credential");
	if (!Array.isArray(fields.answers) || fields.answers.length !== election.questions.length) throw bad("answers");
	const given: unknown[] = fields.answers;
	return { credential, answers: election.questions.map((question, index) => readAnswer(election, question, given[index])) };
}

const COMMON = ["election_uuid", "election_hash", "credential", "answers"] as const;

/** An unsigned ballot from its parsed JSON, and its text. The caller compares with the text that it parsed. */
export function readUnsigned(election: Election, value: unknown): { ballot: UnsignedBallot; unsigned: string } {
	const fields = readObject(value, COMMON);
	if (fields === undefined) throw bad("");
	const ballot = readCommon(election, fields);
	return { ballot, unsigned: writeUnsigned(election, ballot) };
}

export function readSigned(
	election: Election, text: string,
): { ballot: UnsignedBallot; unsigned: string; signature: Signature } {
	const value = text.length <= MAX_BALLOT ? parseJson(text) : undefined;
	const fields = readObject(value, [...COMMON, "signature"]);
	if (fields === undefined) throw bad("");
	const ballot = readCommon(election, fields);
	const unsigned = writeUnsigned(election, ballot);
	const signature = readObject(fields.signature, ["hash", "proof"]);
	const proof = readObject(signature?.proof, ["challenge", "response"]);
	const challenge = readNumber(proof?.challenge, election.group.q);
	const response = readNumber(proof?.response, election.group.q);
	if (typeof signature?.hash !== "string" || challenge === undefined || response === undefined) throw bad("signature");
	const result = { ballot, unsigned, signature: { hash: signature.hash, proof: { challenge, response } } };
	if (writeSigned(unsigned, result.signature) !== text) throw bad("");
	return result;
}

/** The text of an opened ballot (docs/ballot.md). */
export function writeOpened(unsigned: string, randomness: readonly (readonly bigint[])[]): string {
	return `{"ballot":${unsigned},"randomness":${JSON.stringify(randomness.map((list) => list.map(String)))}}`;
}

export function readOpened(
	election: Election, text: string,
): { ballot: UnsignedBallot; unsigned: string; randomness: bigint[][] } {
	const fields = readObject(text.length <= MAX_BALLOT ? parseJson(text) : undefined, ["ballot", "randomness"]);
	if (fields === undefined) throw new BallotProblem("opened-form", { field: "" });
	const { ballot, unsigned } = readUnsigned(election, fields.ballot);
	const { randomness: lists } = fields;
	if (!Array.isArray(lists) || lists.length !== ballot.answers.length) throw new BallotProblem("opened-form", { field: "randomness" });
	const randomness = ballot.answers.map((answer, index) => {
		const list: unknown = lists[index];
		const numbers = Array.isArray(list) ? list.map((r) => readNumber(r, election.group.q)) : [];
		if (numbers.length !== answer.choices.length || numbers.includes(undefined))
			throw new BallotProblem("opened-form", { field: "randomness" });
		return numbers as bigint[];
	});
	if (writeOpened(unsigned, randomness) !== text) throw new BallotProblem("opened-form", { field: "" });
	return { ballot, unsigned, randomness };
}
