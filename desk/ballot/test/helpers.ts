// What the tests share: elections of their own, and waiting for a certain refusal.

import "./webcrypto";
import assert from "node:assert/strict";
import { readElection, type Election } from "../src/election";
import { groupByName, power } from "../src/group";
import { BallotProblem, type ProblemCode } from "../src/problem";

export const SECRET_KEY = 123456789012345678901234567890n; // of every election below
export const UUID = "2CB5SYr5wXKTzy";

export interface QuestionFields {
	answers: string[];
	blank?: boolean;
	min: number;
	max: number;
	question: string;
}

export function electionText(groupName: string, questions: QuestionFields[]): string {
	const group = groupByName(groupName)!;
	const public_key = power(group, group.g, SECRET_KEY).toString();
	return JSON.stringify({
		version: 1, description: "", name: "Invented", group: groupName, public_key, questions, uuid: UUID,
	});
}

export function makeElection(groupName: string, questions: QuestionFields[]): Promise<Election> {
	return readElection(electionText(groupName, questions));
}

export function question(answers: number, min: number, max: number, blank?: boolean): QuestionFields {
	const names = Array.from({ length: answers }, (_, index) => `answer ${index}`);
	return { answers: names, ...(blank === undefined ? {} : { blank }), min, max, question: "?" };
}

/** A credential with the right checksum from 14 characters. */
export function credentialFrom(start: string): string {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const number = Array.from(start, (character) => BigInt(alphabet.indexOf(character))).reduce((sum, digit) => sum * 58n + digit, 0n);
	return (start + alphabet[53 - Number(number % 53n)]!).match(/.{3}/g)!.join("-");
}

export const CREDENTIAL = credentialFrom("1Ab2Cd3Ef4Gh5J");

/** The refusal that was expected, which says nothing but its code and public details. */
export async function refused(code: ProblemCode, action: () => unknown): Promise<BallotProblem> {
	try {
		await action();
	} catch (error) {
		assert.ok(error instanceof BallotProblem, `${error}`);
		assert.equal(error.code, code);
		assert.equal(error.message, code);
		return error;
	}
	return assert.fail(`nothing was refused; expected ${code}`);
}
