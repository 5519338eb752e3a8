// The whole archive of an election up to its encrypted tally, as a trustee needs it who is to decrypt: every ballot holds,
// and the tally is the product of the last ballot of each voter, and of nothing else.

import type { Event } from "./archive";
import { verifyBallot } from "./ballot";
import { parseJson, readObject } from "./bytes";
import { readPublicCredentials } from "./credential";
import { readElection, type Election } from "./election";
import { readSigned } from "./message";
import type { Progress } from "./pace";
import { BallotProblem } from "./problem";
import type { Ciphertext } from "./proof";

export interface Verified {
	readonly election: Election;
	readonly trustees: string; // the message of the setup
	readonly tally: readonly (readonly Ciphertext[])[]; // a row a question
	readonly ballots: number; // on the board
	readonly counted: number; // the last of each voter
}

/** Throws the first thing that does not hold. Weights are 1: an assembly's members have one vote each. */
export async function verifyArchive(events: readonly Event[], progress?: Progress): Promise<Verified> {
	const [, electionText, trustees, credentialsText] = events[0]!.messages;
	const election = await readElection(electionText!);
	const credentials = readPublicCredentials(credentialsText!);
	if ((parseJson(credentialsText!) as readonly string[]).some((one) => one.includes(","))) throw new BallotProblem("archive-form", { at: "credentials" });
	const ballots = events.filter(({ type }) => type === "Ballot");
	const last = new Map<string, string>();
	const seen = new Set<string>();
	for (const [index, { messages }] of ballots.entries()) {
		const text = messages[0]!;
		const { credential, trackingNumber } = await verifyBallot(election, text, { publicCredentials: credentials });
		if (seen.has(trackingNumber)) throw new BallotProblem("archive-form", { at: trackingNumber });
		seen.add(trackingNumber);
		last.set(credential, text);
		progress?.(index + 1, ballots.length);
	}
	const { p } = election.group;
	const tally = election.questions.map((question) => Array.from({ length: question.answers.length + (question.blank ? 1 : 0) }, () => ({ alpha: 1n, beta: 1n })));
	for (const text of last.values())
		for (const [q, { choices }] of readSigned(election, text).ballot.answers.entries())
			for (const [c, { alpha, beta }] of choices.entries()) {
				const sum = tally[q]![c]!;
				tally[q]![c] = { alpha: (sum.alpha * alpha) % p, beta: (sum.beta * beta) % p };
			}
	const told = events.find(({ type }) => type === "EncryptedTally");
	if (told === undefined) throw new BallotProblem("archive-open");
	const sized = readObject(parseJson(told.messages[0]!), ["num_tallied", "total_weight", "encrypted_tally"]);
	const written = JSON.stringify(tally.map((row) => row.map(({ alpha, beta }) => ({ alpha: alpha.toString(), beta: beta.toString() }))));
	if (sized?.num_tallied !== last.size || told.messages[1] !== written) throw new BallotProblem("archive-tally");
	return { election, trustees: trustees!, tally, ballots: ballots.length, counted: last.size };
}
