/* Holds an entry against the tree of the log, here in the browser: SHA-256 over its leaf, then up the path of the proof to
 * the root that the log's checkpoint signed (RFC 6962; c2sp.org/tlog-proof). */
import { read, readText } from '../../api/client';

export interface Proved {
	readonly log: string;
	readonly size: number;
	readonly root: string; /* Base64, as the checkpoint has it */
	readonly holds: boolean;
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((one, index) => one === b[index]);

async function hash(prefix: number, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
	const all = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
	all[0] = prefix;
	let at = 1;
	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

/* RFC 9162, 2.1.3.2. */
export async function rootFrom(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Promise<Uint8Array | null> {
	let fn = index;
	let sn = size - 1;
	let at = await hash(0, leaf);
	if (index >= size) return null;
	for (const one of path) {
		if (sn === 0) return null;
		if (fn % 2 === 1 || fn === sn) {
			at = await hash(1, one, at);
			while (fn % 2 === 0 && fn !== 0) {
				fn = Math.floor(fn / 2);
				sn = Math.floor(sn / 2);
			}
		} else at = await hash(1, at, one);
		fn = Math.floor(fn / 2);
		sn = Math.floor(sn / 2);
	}
	return sn === 0 ? at : null;
}

/* The leaf holds the entry's header, and so what it is about. */
export async function prove(sequence: number, subject: string): Promise<Proved> {
	const [entry, text] = await Promise.all([read<{ leaf_bytes: string }>(`log/${sequence}`), readText(`log/proof?entry=${sequence}`)]);
	const cut = text.indexOf('\n\n');
	const head = text.slice(0, cut).split('\n');
	const [log = '', size = '', root = ''] = text.slice(cut + 2).split('\n');
	const index = Number(head[1]?.replace(/^index /, ''));
	const leaf = bytesOf(entry.leaf_bytes);
	const about = new TextDecoder().decode(leaf).includes(`"${subject}"`);
	const found = await rootFrom(leaf, index, Number(size), head.slice(2).map(bytesOf));
	return { log, size: Number(size), root, holds: about && index === sequence - 1 && found !== null && same(found, bytesOf(root)) };
}
