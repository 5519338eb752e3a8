// The archive of an election, FILE.bel (section 4.4): an old-style tar file. Messages and events are each named by the
// SHA-256 of their bytes; an event names its parent and its message, so that the last event stands for everything.

import { parseJson, readObject, sha256HexOf } from "./bytes";
import { BallotProblem } from "./problem";

const BLOCK = 512;
const MAX_ENTRIES = 1 << 20;
const HASH = /^[0-9a-f]{64}$/;
const NAME = /^([0-9a-f]{64})\.(data|event)\.json$/;

export interface Event {
	readonly type: string;
	readonly messages: readonly string[]; // the payload, and what it names
}

/* May an event of this type follow one of that type? */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
	Setup: ["Ballot", "EndBallots"],
	Ballot: ["Ballot", "EndBallots"],
	EndBallots: ["EncryptedTally"],
	EncryptedTally: ["PartialDecryption"],
	PartialDecryption: ["PartialDecryption", "Result"],
	Result: [],
};
/* Of events whose payload names further messages: by which fields. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
	Setup: ["election", "trustees", "credentials"],
	EncryptedTally: ["encrypted_tally"],
	PartialDecryption: ["payload"],
};

function wrong(at: string): BallotProblem {
	return new BallotProblem("archive-form", { at });
}

function octal(bytes: Uint8Array): number {
	const text = new TextDecoder().decode(bytes).replace(/[\0 ]+$/, "");
	return /^[0-7]{1,11}$/.test(text) ? parseInt(text, 8) : NaN;
}

function* members(bytes: Uint8Array): Generator<{ readonly name: string; readonly bytes: Uint8Array }> {
	let at = 0;
	while (at + BLOCK <= bytes.length) {
		const header = bytes.subarray(at, at + BLOCK);
		if (header.every((byte) => byte === 0)) return;
		const length = octal(header.subarray(124, 136));
		const sum = header.reduce((total, byte, place) => total + (place >= 148 && place < 156 ? 32 : byte), 0);
		const next = at + BLOCK + Math.ceil(length / BLOCK) * BLOCK;
		if (octal(header.subarray(148, 156)) !== sum || !(next <= bytes.length)) throw wrong(`byte ${at}`);
		const name = new TextDecoder().decode(header.subarray(0, header.indexOf(0) < 100 ? header.indexOf(0) : 100));
		yield { name, bytes: bytes.subarray(at + BLOCK, at + BLOCK + length) };
		at = next;
	}
	if (at !== bytes.length) throw wrong(`byte ${at}`);
}

/** All events in their order, the chain from the first to the last checked. */
export async function readArchive(bytes: Uint8Array): Promise<readonly Event[]> {
	const decoder = new TextDecoder("utf-8", { fatal: true });
	const data = new Map<string, string>();
	const events: Event[] = [];
	let parent = "";
	let count = 0;
	for (const { name, bytes: own } of members(bytes)) {
		if (count++ > MAX_ENTRIES) throw wrong(name);
		if (count === 1) {
			if (name !== "BELENIOS") throw wrong(name);
			continue;
		}
		const [, hash, kind] = NAME.exec(name) ?? [];
		if (hash === undefined || hash !== (await sha256HexOf(own))) throw wrong(name);
		const text = decoder.decode(own);
		if (kind === "data") {
			if (data.has(hash)) throw wrong(name);
			data.set(hash, text);
			continue;
		}
		const fields = readObject(parseJson(text), ["height", "type"], ["parent", "payload"]) as Record<string, unknown> | undefined;
		const type = fields?.type;
		const before = events.at(-1)?.type;
		if (typeof type !== "string" || fields?.height !== events.length || (fields.parent ?? "") !== parent) throw wrong(name);
		if (before === undefined ? type !== "Setup" : !(FOLLOWS[before] ?? []).includes(type)) throw wrong(name);
		events.push({ type, messages: messagesOf(type, fields, data, name) });
		parent = hash;
	}
	if (events.length === 0) throw wrong("Setup");
	return events;
}

function messagesOf(type: string, fields: Record<string, unknown>, data: ReadonlyMap<string, string>, name: string): string[] {
	const find = (hash: unknown): string => {
		const found = typeof hash === "string" && HASH.test(hash) ? data.get(hash) : undefined;
		if (found === undefined) throw wrong(name);
		return found;
	};
	if (type === "EndBallots") {
		if (fields.payload !== undefined) throw wrong(name);
		return [];
	}
	const payload = find(fields.payload);
	const named = parseJson(payload) as Record<string, unknown> | null;
	return [payload, ...(NAMED[type] ?? []).map((field) => find(named?.[field]))];
}
