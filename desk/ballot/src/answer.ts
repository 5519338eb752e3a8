// An answer to a question: its ciphertexts, and what the proofs beside them state (section 4.11.1).

import { randomExponent } from "./bytes";
import type { Bases, Election, Question } from "./election";
import { modulo } from "./group";
import type { Ciphertext, Opening, Statement } from "./proof";

export interface Statements<C extends Ciphertext> {
	readonly individual: Statement<C>[];
	readonly overall: Statement<C>;
	readonly blank: Statement<C> | undefined;
}

/** What the proofs of an answer state (section 4.11.1). total adds ciphertexts up. */
export function statementsOf<C extends Ciphertext>(
	election: Election, credential: bigint, question: Question, choices: readonly C[], total: (list: readonly C[]) => C,
): Statements<C> {
	const pair = ({ alpha, beta }: Ciphertext) => `${alpha},${beta}`;
	const voter = `${election.fingerprint}|${credential}`;
	const whole = `${voter}|${choices.map(pair).join(",")}`;
	const individual = choices.map((ciphertext) => ({
		prefix: `prove|${voter}|${pair(ciphertext)}|`,
		branches: [{ ciphertext, holds: 0 }, { ciphertext, holds: 1 }],
	}));
	const sum = total(question.blank ? choices.slice(1) : choices);
	const interval = Array.from({ length: question.maximum - question.minimum + 1 }, (_, index) => ({
		ciphertext: sum,
		holds: question.minimum + index,
	}));
	if (!question.blank)
		return { individual, overall: { prefix: `prove|${whole}|${pair(sum)}|`, branches: interval }, blank: undefined };
	const first = choices[0]!;
	return {
		individual,
		overall: { prefix: `bproof1|${whole}|`, branches: [{ ciphertext: first, holds: 1 }, ...interval] },
		blank: { prefix: `bproof0|${whole}|`, branches: [{ ciphertext: first, holds: 0 }, { ciphertext: sum, holds: 0 }] },
	};
}

export function multiply(election: Election, list: readonly Ciphertext[]): Ciphertext {
	const { p } = election.group;
	return list.reduce((sum, next) => ({ alpha: (sum.alpha * next.alpha) % p, beta: (sum.beta * next.beta) % p }));
}

export function addOpenings(election: Election, list: readonly Opening[]): Opening {
	return {
		...multiply(election, list),
		r: modulo(list.reduce((sum, { r }) => sum + r, 0n), election.group.q),
		m: list.reduce((sum, { m }) => sum + m, 0),
	};
}

export function encrypt({ group }: Election, bases: Bases, m: number): Opening {
	const r = randomExponent(group);
	return { alpha: bases.g.power(r), beta: (bases.y.power(r) * bases.g.power(BigInt(m))) % group.p, r, m };
}

/** What is in the ciphertext, if r is what it was made with. What opens is an element of the group. */
export function openCiphertext({ group }: Election, bases: Bases, { alpha, beta }: Ciphertext, r: bigint): Opening | undefined {
	const mask = bases.y.power(r);
	const m = beta === mask ? 0 : beta === (mask * group.g) % group.p ? 1 : undefined;
	return m !== undefined && alpha === bases.g.power(r) ? { alpha, beta, r, m } : undefined;
}
