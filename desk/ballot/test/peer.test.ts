// Random elections, with ballots by this program and by belenios-tool; each judges the other's.

import { ballotByTool, setUp, verifyByTool } from "./tool";
import { question } from "./helpers";
import { prepareBallot, verifyBallot, type Choices } from "../src/ballot";
import { readPublicCredentials } from "../src/credential";
import type { Question } from "../src/election";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { test } from "node:test";

const ELECTIONS = 6;
const VOTERS = 3;

/** From 0 to below; xorshift, so that a failure can be seen again. */
function generator(seed: number): (below: number) => number {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

function choose(random: (below: number) => number, { answers, blank, minimum, maximum }: Question): number[] {
	if (blank && random(3) === 0) return [1, ...answers.map(() => 0)];
	const list = answers.map(() => 0);
	const wanted = minimum + random(maximum - minimum + 1);
	while (list.reduce((sum, m) => sum + m, 0) < wanted) list[random(list.length)] = 1;
	return blank ? [0, ...list] : list;
}

for (let seed = 1; seed <= ELECTIONS; seed++)
	test(`random election ${seed}: belenios-tool accepts our ballots, we accept its`, async () => {
		const random = generator(seed * 2654435761);
		const questions = Array.from({ length: 1 + random(3) }, () => {
			const answers = 1 + random(5);
			const maximum = 1 + random(answers);
			return question(answers, random(maximum + 1), maximum, [true, false, undefined][random(3)]);
		});
		const group = seed % 3 === 0 ? "RFC-3526-2048" : "BELENIOS-2048";
		const weights = Array.from({ length: VOTERS }, () => 1 + random(2) * random(100));
		const setup = await setUp(group, weights, { description: "", name: "Random", questions });
		try {
			const publicCredentials = readPublicCredentials(setup.credentialsText);
			const ballots: string[] = [];
			for (let voter = 0; voter < VOTERS; voter++) {
				const choices: Choices = setup.election.questions.map((each) => choose(random, each));
				const byTool = ballotByTool(setup, voter, choices);
				await verifyBallot(setup.election, byTool, { publicCredentials });
				const ours = await prepareBallot(setup.election, setup.credentials[voter]!, choices, { publicCredentials });
				ballots.push(byTool, (await ours.cast()).ballot);
			}
			verifyByTool(setup, ballots);
			assert.equal(ballots.length, VOTERS * 2);
		} finally {
			rmSync(setup.dir, { recursive: true });
		}
	});
