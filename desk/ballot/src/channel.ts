// How trustees of a threshold group talk through somebody they need not trust (sections 4.6.1 and 4.6.3): a seed gives a
// key to sign and a key to decrypt; messages are signed, and those that are secret are encrypted to one recipient, ElGamal
// for the key and AES-256 in CCM mode for the message. What the specification leaves open is as belenios-tool does it:
// the nonce is the first 13 bytes of its hash, the tag has 8 bytes and follows the message, nothing else is authenticated.

import { hashToExponent, parseJson, randomExponent, readNumber, readObject, sha256 } from "./bytes";
import { ALPHABET } from "./credential";
import { isElement, modulo, power, type FixedBase, type Group } from "./group";
import { BallotProblem } from "./problem";
import type { Proof } from "./proof";

const SEED = 22; // characters
const NONCE = 13; // bytes
const TAG = 8;
const BLOCK = 16;
const MAX_MESSAGE = 65535; // bytes: what CCM's length field holds
const SEED_FORM = new RegExp(`^[${ALPHABET}]{${SEED}}$`);

const encoder = new TextEncoder();

/** A trustee's keys; the first two are secret. */
export interface ChannelKeys {
	readonly signing: bigint;
	readonly decryption: bigint;
	readonly verification: bigint;
	readonly encryption: bigint;
}

export interface SignedMessage {
	readonly message: string;
	readonly signature: Proof;
}

/** A trustee's whole secret: 22 characters, each as likely as the others. */
export function makeSeed(): string {
	let seed = "";
	while (seed.length < SEED) {
		const [byte] = crypto.getRandomValues(new Uint8Array(1));
		if (byte! < 4 * ALPHABET.length) seed += ALPHABET[byte! % ALPHABET.length]!;
	}
	return seed;
}

/** The seed of a key file, with white space around it. */
export function readSeed(text: string): string {
	const seed = text.trim();
	if (!SEED_FORM.test(seed)) throw new BallotProblem("trustee-key");
	return seed;
}

export async function channelKeys(group: Group, g: FixedBase, seed: string): Promise<ChannelKeys> {
	const signing = await hashToExponent(group, `sk|${seed}`);
	const decryption = await hashToExponent(group, `dk|${seed}`);
	return { signing, decryption, verification: g.power(signing), encryption: g.power(decryption) };
}

const challengeOf = (group: Group, message: string, commitment: bigint): Promise<bigint> => hashToExponent(group, `sigmsg|${message}|${commitment}`);

export async function signMessage(group: Group, g: FixedBase, signing: bigint, message: string): Promise<SignedMessage> {
	const w = randomExponent(group);
	const challenge = await challengeOf(group, message, g.power(w));
	return { message, signature: { challenge, response: modulo(w - signing * challenge, group.q) } };
}

export async function messageHolds(group: Group, g: FixedBase, verification: bigint, { message, signature }: SignedMessage): Promise<boolean> {
	const commitment = (g.power(signature.response) * power(group, verification, signature.challenge)) % group.p;
	return signature.challenge === (await challengeOf(group, message, commitment));
}

/** As it stands in messages: numbers as texts, fields in the specification's order. */
export function signedFields({ message, signature }: SignedMessage): object {
	return { message, signature: { challenge: signature.challenge.toString(), response: signature.response.toString() } };
}

export function readProof(group: Group, value: unknown): Proof | undefined {
	const fields = readObject(value, ["challenge", "response"]);
	const challenge = readNumber(fields?.challenge, group.q);
	const response = readNumber(fields?.response, group.q);
	return challenge === undefined || response === undefined ? undefined : { challenge, response };
}

export function readSigned(group: Group, value: unknown, field: string): SignedMessage {
	const fields = readObject(value, ["message", "signature"]);
	const signature = readProof(group, fields?.signature);
	if (typeof fields?.message !== "string" || signature === undefined) throw new BallotProblem("trustee-form", { field });
	return { message: fields.message, signature };
}

/** An element of the group, which is not the neutral one. */
export function readElement(group: Group, value: unknown, field: string): bigint {
	const number = readNumber(value, group.p);
	if (number === undefined || number === 1n || !isElement(group, number)) throw new BallotProblem("trustee-form", { field });
	return number;
}

// ---- AES in CCM mode (RFC 3610), which browsers do not have: made of CBC, whose last block is the tag, and CTR ----

async function aes(name: "AES-CBC" | "AES-CTR", key: Uint8Array, first: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
	const imported = await crypto.subtle.importKey("raw", key as BufferSource, name, false, ["encrypt"]);
	const algorithm = name === "AES-CBC" ? { name, iv: first as BufferSource } : { name, counter: first as BufferSource, length: 16 };
	return new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, bytes as BufferSource));
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
	const all = new Uint8Array(length);
	let at = 0;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return all;
}

async function tagOf(key: Uint8Array, nonce: Uint8Array, message: Uint8Array): Promise<Uint8Array> {
	const first = new Uint8Array(BLOCK);
	first[0] = ((TAG - 2) / 2) * 8 + 1; // no further data; a length of two bytes
	first.set(nonce, 1);
	first[14] = message.length >> 8;
	first[15] = message.length & 0xff;
	const length = BLOCK + Math.ceil(message.length / BLOCK) * BLOCK;
	const chained = await aes("AES-CBC", key, new Uint8Array(BLOCK), joined([first, message], length));
	return chained.slice(length - BLOCK, length); // what follows is the padding that browsers add
}

/** The stream's first block is the tag's; CTR is its own inverse. */
async function stream(key: Uint8Array, nonce: Uint8Array, tag: Uint8Array, bytes: Uint8Array): Promise<{ tag: Uint8Array; bytes: Uint8Array }> {
	const counter = new Uint8Array(BLOCK);
	counter[0] = 1;
	counter.set(nonce, 1);
	const block = joined([tag.slice(0, TAG)], BLOCK);
	const all = await aes("AES-CTR", key, counter, joined([block, bytes], BLOCK + bytes.length));
	return { tag: all.slice(0, TAG), bytes: all.slice(BLOCK) };
}

async function cipherKeys(shared: bigint, alpha: bigint): Promise<{ key: Uint8Array; nonce: Uint8Array }> {
	return { key: await sha256(`key|${shared}`), nonce: (await sha256(`iv|${alpha}`)).slice(0, NONCE) };
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The text of the encrypted message, for one recipient. */
export async function send(group: Group, g: FixedBase, signing: bigint, recipient: bigint, message: string): Promise<string> {
	const inner = JSON.stringify({ recipient: recipient.toString(), message });
	const plain = encoder.encode(JSON.stringify(signedFields(await signMessage(group, g, signing, inner))));
	if (plain.length > MAX_MESSAGE) throw new BallotProblem("trustee-form", { field: "message" });
	const r = randomExponent(group);
	const shared = g.power(randomExponent(group));
	const alpha = g.power(r);
	const beta = (power(group, recipient, r) * shared) % group.p;
	const { key, nonce } = await cipherKeys(shared, alpha);
	const sealed = await stream(key, nonce, await tagOf(key, nonce, plain), plain);
	return JSON.stringify({ alpha: alpha.toString(), beta: beta.toString(), data: toHex(sealed.bytes) + toHex(sealed.tag) });
}

/** What was sent: checked to be by that sender, for these keys, and whole. */
export async function receive(group: Group, g: FixedBase, keys: ChannelKeys, sender: bigint, text: string, field: string): Promise<string> {
	const fields = readObject(parseJson(text), ["alpha", "beta", "data"]);
	const alpha = readElement(group, fields?.alpha, field);
	const beta = readElement(group, fields?.beta, field);
	const data = fields?.data;
	if (typeof data !== "string" || !/^(?:[0-9a-f]{2})+$/.test(data) || data.length < 2 * TAG || data.length > 2 * (MAX_MESSAGE + TAG))
		throw new BallotProblem("trustee-form", { field });
	const bytes = Uint8Array.from(data.match(/../g)!, (pair) => parseInt(pair, 16));
	const shared = (beta * power(group, alpha, group.q - keys.decryption)) % group.p;
	const { key, nonce } = await cipherKeys(shared, alpha);
	const opened = await stream(key, nonce, bytes.slice(-TAG), bytes.slice(0, -TAG));
	const tag = await tagOf(key, nonce, opened.bytes);
	if (opened.tag.some((byte, at) => byte !== tag[at])) throw new BallotProblem("trustee-sealed", { field });
	const signed = readSigned(group, parseJson(new TextDecoder().decode(opened.bytes)), field);
	const inner = readObject(parseJson(signed.message), ["recipient", "message"]);
	if (inner?.recipient !== keys.encryption.toString() || typeof inner.message !== "string") throw new BallotProblem("trustee-sealed", { field });
	if (!(await messageHolds(group, g, sender, signed))) throw new BallotProblem("trustee-signature", { field });
	return inner.message;
}
