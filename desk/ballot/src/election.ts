// The election, as its organiser published it: read strictly, so that what a voter sees is what the fingerprint covers.

import { hashJson, parseJson, readNumber, readObject } from "./bytes";
import { FixedBase, groupByName, isElement, type Group } from "./group";
import type { Pace } from "./pace";
import { BallotProblem } from "./problem";

const MAX_ELECTION = 1 << 20; // characters
const MAX_QUESTIONS = 100;
const MAX_ANSWERS = 1000; // to one question
const UUID = /^[1-9A-HJ-NP-Za-km-z]{14,64}$/;

export interface Question {
	readonly text: string;
	readonly answers: readonly string[];
	readonly blank: boolean; // may the voter vote blank?
	readonly minimum: number;
	readonly maximum: number;
}

export interface Election {
	readonly uuid: string;
	readonly fingerprint: string; // election_hash of its ballots
	readonly name: string;
	readonly description: string;
	readonly group: Group;
	readonly publicKey: bigint;
	readonly questions: readonly Question[];
}

function readQuestion(value: unknown): Question | undefined {
	const fields = readObject(value, ["answers", "min", "max", "question"], ["blank"]);
	if (fields === undefined) return undefined;
	const { answers, min, max, question } = fields;
	const blank = "blank" in fields ? fields.blank : false;
	if (!Array.isArray(answers) || answers.length === 0 || answers.length > MAX_ANSWERS) return undefined;
	if (!answers.every((answer) => typeof answer === "string")) return undefined;
	if (typeof question !== "string" || typeof blank !== "boolean") return undefined;
	if (typeof min !== "number" || typeof max !== "number" || !Number.isInteger(min) || !Number.isInteger(max)) return undefined;
	if (min < 0 || max < 1 || max < min || max > answers.length) return undefined;
	return { text: question, answers, blank, minimum: min, maximum: max };
}

/**
 * Reads the JSON text of an election, exactly as published: its fingerprint is over these bytes. With the fingerprint
 * that was announced (in the hall, on paper), an election that was altered since is refused.
 */
export async function readElection(text: string, announced?: string): Promise<Election> {
	if (text.length > MAX_ELECTION) throw new BallotProblem("election-form", { field: "" });
	const fingerprint = await hashJson(text);
	if (announced !== undefined && announced !== fingerprint)
		throw new BallotProblem("election-fingerprint", { expected: announced, found: fingerprint });
	const value = text.startsWith("{") && text.endsWith("}") ? parseJson(text) : undefined;
	const fields = readObject(
		value,
		["version", "description", "name", "group", "public_key", "questions", "uuid"],
		["administrator", "credential_authority"],
	);
	if (fields === undefined) throw new BallotProblem("election-form", { field: "" });
	const { version, name, description, uuid, questions } = fields;
	if (version !== 1) throw new BallotProblem("election-form", { field: "version" });
	if (typeof name !== "string") throw new BallotProblem("election-form", { field: "name" });
	if (typeof description !== "string") throw new BallotProblem("election-form", { field: "description" });
	if (typeof uuid !== "string" || !UUID.test(uuid)) throw new BallotProblem("election-form", { field: "uuid" });
	for (const field of ["administrator", "credential_authority"] as const)
		if (field in fields && typeof (fields as Record<string, unknown>)[field] !== "string")
			throw new BallotProblem("election-form", { field });
	if (!Array.isArray(questions) || questions.length === 0 || questions.length > MAX_QUESTIONS)
		throw new BallotProblem("election-form", { field: "questions" });
	const read = questions.map((question, index) => {
		const result = readQuestion(question);
		if (result === undefined) throw new BallotProblem("election-question", { question: index });
		return result;
	});
	const group = typeof fields.group === "string" ? groupByName(fields.group) : undefined;
	if (group === undefined) throw new BallotProblem("election-group", { group: JSON.stringify(fields.group).slice(0, 100) });
	const publicKey = readNumber(fields.public_key, group.p);
	if (publicKey === undefined || publicKey === 1n || !isElement(group, publicKey)) throw new BallotProblem("election-key");
	return { uuid, fingerprint, name, description, group, publicKey, questions: read };
}

/** Tables for the two bases of an election. */
export interface Bases {
	readonly g: FixedBase;
	readonly y: FixedBase;
}

const generators = new Map<Group, FixedBase>();
const publicKeys = new WeakMap<Election, FixedBase>();

/** Made at the first call, kept for the next ones: they hold public values only. */
export async function generatorOf(group: Group, pace: Pace): Promise<FixedBase> {
	const g = generators.get(group) ?? (await FixedBase.make(group, group.g, pace));
	generators.set(group, g);
	return g;
}

export async function basesOf(election: Election, pace: Pace): Promise<Bases> {
	const { group } = election;
	const g = await generatorOf(group, pace);
	const y = publicKeys.get(election) ?? (await FixedBase.make(group, election.publicKey, pace));
	publicKeys.set(election, y);
	return { g, y };
}
