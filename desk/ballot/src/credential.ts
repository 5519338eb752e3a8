// The voter's secret: a credential of 15 characters, the last of which is a checksum over the others.

import { deriveExponent, parseJson } from "./bytes";
import type { Bases, Election } from "./election";
import { BallotProblem } from "./problem";

export const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const CHARACTER = `[${ALPHABET}]`;
const FORM = new RegExp(`^(?:${CHARACTER}{15}|${CHARACTER}{3}(?:-${CHARACTER}{3}){4})$`);
const CHECKSUM = 53;
const ITERATIONS = 1000; // of PBKDF2

/** The credential as it is written, with dashes, whether they were typed or not; refused when it is none or mistyped. */
export function readCredential(typed: string): string {
	const text = typed.trim();
	if (!FORM.test(text)) throw new BallotProblem("credential-form");
	const characters = text.replace(/-/g, "");
	const digits = Array.from(characters, (character) => ALPHABET.indexOf(character));
	const checksum = digits.pop()!;
	const rest = digits.reduce((sum, digit) => (sum * ALPHABET.length + digit) % CHECKSUM, 0);
	if (checksum !== CHECKSUM - rest) throw new BallotProblem("credential-checksum");
	return characters.match(/.{3}/g)!.join("-");
}

const MOST_PARTS = 4;

/** One or several credentials, parted by spaces, line ends or '+': the parts that several registrars gave the voter. */
export function readCredentialParts(typed: string): readonly string[] {
	const words = typed.split(/[ \t\r\n+]+/).filter((word) => word !== "");
	if (words.length === 0 || words.length > MOST_PARTS) throw new BallotProblem("credential-form");
	const parts = words.map(readCredential);
	if (new Set(parts).size !== parts.length) throw new BallotProblem("credential-form");
	return parts;
}

export interface Keys {
	readonly secret: bigint;
	readonly public: bigint;
}

async function derive(election: Election, bases: Bases, credential: string): Promise<Keys> {
	const secret = await deriveExponent(election.group, credential, election.uuid, ITERATIONS);
	return { secret, public: bases.g.power(secret) };
}

// Given out in parts by several registrars, a credential's secret is the sum of the parts' secrets.
async function deriveSum(election: Election, bases: Bases, parts: readonly string[]): Promise<Keys> {
	let secret = 0n;
	for (const part of parts)
		secret += await deriveExponent(election.group, part, election.uuid, ITERATIONS);
	secret %= election.group.q;
	return { secret, public: bases.g.power(secret) };
}

// "credential", "credential,weight", "credential,weight,name" and, with an empty weight, "credential,,name".
const ENTRY = /^([1-9][0-9]{0,616})(?:,(?:[1-9][0-9]{0,15})?(?:,[^,]*)?)?$/;

/** The public credentials of an election's list (message public_credentials), without weights and names. */
export function readPublicCredentials(text: string): ReadonlySet<string> {
	const list = parseJson(text);
	const credentials = Array.isArray(list)
		? list.map((entry) => (typeof entry === "string" ? ENTRY.exec(entry)?.[1] : undefined))
		: [];
	if (credentials.length === 0 || credentials.includes(undefined)) throw new BallotProblem("credentials-form");
	return new Set(credentials as string[]);
}

/**
 * The keys of a credential. The dashes are part of the password from which its secret is derived. Belenios also knows
 * credentials without them, which are other secrets: one of these is known by the list of public credentials alone.
 */
export async function keysOf(
	election: Election, bases: Bases, typed: string, publicCredentials: ReadonlySet<string> | undefined,
): Promise<Keys> {
	const parts = readCredentialParts(typed);
	const credential = parts[0]!;
	const keys = parts.length > 1 ? await deriveSum(election, bases, parts) : await derive(election, bases, credential);
	if (publicCredentials === undefined || publicCredentials.has(keys.public.toString())) return keys;
	if (parts.length > 1) throw new BallotProblem("credential-unknown");
	const undashed = await derive(election, bases, credential.replace(/-/g, ""));
	if (publicCredentials.has(undashed.public.toString())) return undashed;
	throw new BallotProblem("credential-unknown");
}
