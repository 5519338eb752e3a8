// Hashes, random numbers and texts: everything that needs Web Crypto, and the form that numbers have in messages.

import type { Group } from "./group";

const DECIMAL = /^(?:0|[1-9][0-9]{0,616})$/; // 617 digits hold any number of 2048 bits

const encoder = new TextEncoder();

function bytesToNumber(bytes: Uint8Array): bigint {
	let hex = "0x0";
	for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
	return BigInt(hex);
}

export async function sha256(text: string): Promise<Uint8Array> {
	return new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
}

/** SHA-256 in hexadecimal digits, of bytes and of a text. */
export async function sha256HexOf(bytes: Uint8Array): Promise<string> {
	return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function sha256Hex(text: string): Promise<string> {
	return sha256HexOf(encoder.encode(text));
}

/** SHA-256 of the text as a number modulo q: the challenge of every proof. */
export async function hashToExponent(group: Group, text: string): Promise<bigint> {
	return bytesToNumber(await sha256(text)) % group.q;
}

/** H_JSON of the specification: SHA-256 in Base64 without padding. */
export async function hashJson(text: string): Promise<string> {
	return btoa(String.fromCharCode(...(await sha256(text)))).replace(/=+$/, "");
}

/** A number from 0 to q - 1, each as likely as the others: drawn again when it is not below q. */
export function randomExponent(group: Group): bigint {
	const bits = group.q.toString(2).length;
	const bytes = new Uint8Array(Math.ceil(bits / 8));
	for (;;) {
		crypto.getRandomValues(bytes);
		bytes[0]! &= 0xff >> (bytes.length * 8 - bits);
		const number = bytesToNumber(bytes);
		bytes.fill(0);
		if (number < group.q) return number;
	}
}

/** PBKDF2 with HMAC-SHA256, one block, as a number modulo q. */
export async function deriveExponent(group: Group, password: string, salt: string, iterations: number): Promise<bigint> {
	const key = await crypto.subtle.importKey("raw", encoder.encode(password), "PBKDF2", false, ["deriveBits"]);
	const algorithm = { name: "PBKDF2", hash: "SHA-256", salt: encoder.encode(salt), iterations };
	const bytes = new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
	const number = bytesToNumber(bytes) % group.q;
	bytes.fill(0);
	return number;
}

/** A number of a message: base 10, no zero in front, below limit; undefined when it is anything else. */
export function readNumber(value: unknown, limit: bigint): bigint | undefined {
	if (typeof value !== "string" || !DECIMAL.test(value)) return undefined;
	const number = BigInt(value);
	return number < limit ? number : undefined;
}

/** What JSON.parse makes of the text, or undefined. JSON.parse takes the last of two members of the same name; here
 * such a text is refused: outside strings each colon belongs to one member, and none may have got lost. */
export function parseJson(text: string): unknown {
	try {
		const value: unknown = JSON.parse(text);
		const colons = text.replace(/"(?:[^"\\]+|\\.)*"/g, "").split(":").length - 1;
		return colons === countMembers(value) ? value : undefined;
	} catch {
		return undefined; // no JSON, or nested too deeply to be one of our messages
	}
}

function countMembers(value: unknown): number {
	if (typeof value !== "object" || value === null) return 0;
	const own = Array.isArray(value) ? 0 : Object.keys(value).length;
	return Object.values(value).reduce((sum: number, member) => sum + countMembers(member), own);
}

/** The object's members, when it is an object and has exactly these. */
export function readObject<Name extends string>(
	value: unknown, required: readonly Name[], optional: readonly string[] = [],
): Record<Name, unknown> | undefined {
	if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
	const names = Object.keys(value);
	if (!required.every((name) => names.includes(name))) return undefined;
	if (!names.every((name) => (required as readonly string[]).includes(name) || optional.includes(name))) return undefined;
	return value as Record<Name, unknown>;
}
