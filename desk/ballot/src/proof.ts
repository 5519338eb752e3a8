// Proofs of knowledge. All three kinds of a ballot's proofs (interval membership, section 4.12; blank_proof and
// overall_proof with a blank, section 4.13) say the same: at least one of several branches holds, and a branch says that
// a ciphertext holds a certain number. They differ in what is hashed before the branches.

import { hashToExponent, randomExponent } from "./bytes";
import type { Bases } from "./election";
import { modulo, power, type Group } from "./group";
import type { Pace } from "./pace";

export interface Ciphertext {
	readonly alpha: bigint; // g^r
	readonly beta: bigint; // y^r g^m
}

/** A ciphertext with what is in it: known to the voter's device alone. */
export interface Opening extends Ciphertext {
	readonly r: bigint;
	readonly m: number;
}

export interface Proof {
	readonly challenge: bigint;
	readonly response: bigint;
}

export interface Statement<C extends Ciphertext> {
	readonly prefix: string; // hashed first, with its last vertical bar
	readonly branches: readonly { readonly ciphertext: C; readonly holds: number }[];
}

/** Commitments of the branches, as text: A0,B0,A1,B1,... */
function challengeOf(group: Group, prefix: string, commitments: readonly bigint[]): Promise<bigint> {
	return hashToExponent(group, prefix + commitments.join(","));
}

type Branch<C extends Ciphertext> = Statement<C>["branches"][number];

/** A and B of a branch whose r is known, for response + r challenge = u. No base but g and y. */
function openCommitments(group: Group, bases: Bases, { ciphertext, holds }: Branch<Opening>, u: bigint, challenge: bigint): bigint[] {
	const shift = modulo(challenge * BigInt(ciphertext.m - holds), group.q);
	return [bases.g.power(u), (bases.y.power(u) * bases.g.power(shift)) % group.p];
}

/** A and B of a branch as anybody can compute them. */
function closedCommitments(group: Group, bases: Bases, { ciphertext, holds }: Branch<Ciphertext>, proof: Proof): bigint[] {
	const { challenge, response } = proof;
	const shift = modulo(-BigInt(holds) * challenge, group.q);
	const mask = (bases.y.power(response) * bases.g.power(shift)) % group.p;
	return [
		(bases.g.power(response) * power(group, ciphertext.alpha, challenge)) % group.p,
		(mask * power(group, ciphertext.beta, challenge)) % group.p,
	];
}

/**
 * Proves that one of the branches holds. Every branch is made alike, from a random u and a random challenge c: A = g^u and
 * B = y^u g^(c (m - M)), with response u - r c. For a true branch B does not depend on c, which therefore may be fixed
 * after the hash is known.
 */
export async function prove(group: Group, bases: Bases, statement: Statement<Opening>, pace: Pace): Promise<Proof[]> {
	const truth = statement.branches.findIndex(({ ciphertext, holds }) => ciphertext.m === holds);
	if (truth < 0) throw new Error("no branch of this statement is true");
	const commitments: bigint[] = [];
	const secrets: { u: bigint; challenge: bigint }[] = [];
	for (const branch of statement.branches) {
		const u = randomExponent(group);
		const challenge = randomExponent(group);
		commitments.push(...openCommitments(group, bases, branch, u, challenge));
		secrets.push({ u, challenge });
		await pace.step();
	}
	const others = secrets.reduce((sum, secret, index) => (index === truth ? sum : sum + secret.challenge), 0n);
	secrets[truth]!.challenge = modulo((await challengeOf(group, statement.prefix, commitments)) - others, group.q);
	return secrets.map(({ u, challenge }, index) => ({
		challenge,
		response: modulo(u - statement.branches[index]!.ciphertext.r * challenge, group.q),
	}));
}

async function holdsWith<C extends Ciphertext>(
	group: Group, statement: Statement<C>, proofs: readonly Proof[], pace: Pace, commit: (branch: Branch<C>, proof: Proof) => bigint[],
): Promise<boolean> {
	if (proofs.length !== statement.branches.length) return false;
	const commitments: bigint[] = [];
	for (const [index, branch] of statement.branches.entries()) {
		commitments.push(...commit(branch, proofs[index]!));
		await pace.step();
	}
	const sum = proofs.reduce((total, { challenge }) => total + challenge, 0n);
	return sum % group.q === (await challengeOf(group, statement.prefix, commitments));
}

export type Check<C extends Ciphertext> = (statement: Statement<C>, proofs: readonly Proof[]) => Promise<boolean>;

/** Tells whether a proof holds. */
export function checkClosed(group: Group, bases: Bases, pace: Pace): Check<Ciphertext> {
	const commit = (branch: Branch<Ciphertext>, proof: Proof) => closedCommitments(group, bases, branch, proof);
	return (statement, proofs) => holdsWith(group, statement, proofs, pace, commit);
}

/** The same, some twenty times faster, where the openings are known and were found to be right. */
export function checkOpened(group: Group, bases: Bases, pace: Pace): Check<Opening> {
	const commit = (branch: Branch<Opening>, { challenge, response }: Proof) =>
		openCommitments(group, bases, branch, modulo(response + branch.ciphertext.r * challenge, group.q), challenge);
	return (statement, proofs) => holdsWith(group, statement, proofs, pace, commit);
}

/** The signature of section 4.14: knowledge of the secret credential, bound to a hash. */
export async function sign(group: Group, bases: Bases, secret: bigint, hash: string): Promise<Proof> {
	const w = randomExponent(group);
	const challenge = await challengeOf(group, `sig|${hash}|`, [bases.g.power(w)]);
	return { challenge, response: modulo(w - secret * challenge, group.q) };
}

export async function signatureHolds(group: Group, bases: Bases, signer: bigint, hash: string, proof: Proof): Promise<boolean> {
	const commitment = (bases.g.power(proof.response) * power(group, signer, proof.challenge)) % group.p;
	return proof.challenge === (await challengeOf(group, `sig|${hash}|`, [commitment]));
}
