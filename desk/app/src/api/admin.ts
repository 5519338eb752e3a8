/* Running the installation: pieces of work that go on by themselves, lists sent in pieces, and what is told of members,
 * officers' means, nodes and backups. */
import { useEffect, useState } from 'preact/hooks';
import type { Act, Told } from '../parts/useAct';
import { type Answer, ask } from './sign';
import { lineBroke, lineHolds } from './line';

export type Texts = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;

export interface Member {
	readonly code: string;
	readonly state: 'admitted' | 'suspended';
	readonly region: string;
	readonly names: Texts;
	readonly since: string;
	readonly version: number;
}

export interface OfficeKey {
	readonly office: string;
	readonly id: string;
	readonly verifier: string;
	readonly added: number;
	readonly ended: number | null;
}

export interface Officer {
	readonly id: string;
	readonly office: string;
	readonly state: 'active' | 'suspended' | 'moved' | 'ended';
	readonly moved: string | null; /* the number in the other office */
	readonly roles: readonly string[];
	readonly name: string | null;
	readonly login: string | null;
	readonly email: string | null;
	readonly since: string;
	readonly version: number;
}

export interface Means {
	readonly officer: string;
	readonly password: string | null;
	readonly passkeys: readonly { readonly id: string; readonly name: string; readonly made: string; readonly used: string | null; readonly copied: boolean; readonly suspected: string | null }[];
	readonly tokens: readonly { readonly id: number; readonly name: string; readonly scopes: readonly string[]; readonly made: string; readonly ends: string; readonly used: string | null }[];
	readonly certificates: readonly { readonly sha256: string; readonly scopes: readonly string[]; readonly made: string }[];
}

export interface Node {
	readonly name: string;
	readonly office: string;
	readonly kind: string;
	readonly admitted: string;
	readonly ended: boolean;
	readonly connected: boolean;
	readonly seen_seconds: number | null;
	readonly entries?: number;
	readonly lag_entries?: number;
	readonly lag_seconds?: number;
	readonly equal?: boolean;
	readonly clock_seconds?: number;
	readonly version?: string;
	readonly alarm?: string;
	readonly removals_waiting?: number;
	readonly outbox?: { readonly waiting: number; readonly refused: number; readonly oldest_seconds: number };
}

export interface Network {
	readonly entries: number;
	readonly nodes: readonly Node[];
	readonly node?: { readonly name: string; readonly office: string; readonly headquarters: string; readonly connected: boolean; readonly reaches: boolean; readonly entries: number; readonly headquarters_entries: number; readonly heard_seconds: number | null; readonly forked: boolean; readonly alarm: string };
}

export interface Backup {
	readonly name: string;
	readonly made?: string;
	readonly files?: number;
	readonly bytes?: number;
	readonly keys?: boolean;
	readonly problem?: string;
	readonly checked: { readonly at: string; readonly good: boolean; readonly problem: string | null; readonly entries: number } | null;
}

export interface Loaded {
	readonly list: string | null;
	readonly format: string | null;
	readonly entities: number;
	readonly added: number;
	readonly changed: number;
	readonly removed: number;
	readonly unchanged: number;
	readonly skipped: number;
	readonly skipped_records: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
}

export interface Chore<Result = Loaded> {
	readonly id: number;
	readonly kind: 'list.load' | 'backup.make' | 'backup.check';
	readonly what: string;
	readonly state: 'running' | 'done' | 'failed';
	readonly done: number;
	readonly total: number;
	readonly result: Result | null;
	readonly problem: string | null;
}

const AGAIN_MS = 400;

/* What came of a piece of work, asked for until it has ended; `onEnd` is told once. */
export function useChore<Result>(id: number | null, onEnd: () => void): Chore<Result> | null {
	const [chore, setChore] = useState<Chore<Result> | null>(null);
	useEffect(() => {
		setChore(null);
		if (id === null) return undefined;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let over = false;
		const look = async (): Promise<void> => {
			const answer = await ask<Chore<Result>>('GET', `chores/${id}`);
			if (over) return;
			if (answer.status === 200) setChore(answer.body);
			if (answer.status === 200 && answer.body.state !== 'running') onEnd();
			else if (answer.status === 200 || answer.status === 0 || answer.status === 503) timer = setTimeout(() => void look(), AGAIN_MS);
		};
		void look();
		return () => {
			over = true;
			clearTimeout(timer);
		};
	}, [id]);
	return chore;
}

interface Begun {
	readonly id: string;
	readonly piece: number;
}

/* One piece; the length that the file has then, or null when it could not be sent. */
async function sendPiece(path: string, bytes: Blob): Promise<number | null> {
	try {
		const answer = await fetch(`/api/v1/${path}`, { method: 'PUT', headers: { 'Content-Type': 'application/octet-stream' }, body: bytes, cache: 'no-store', credentials: 'same-origin' });
		lineHolds();
		return answer.ok ? ((await answer.json()) as { bytes: number }).bytes : null;
	} catch {
		lineBroke();
		return null;
	}
}

const TRIES = 20;
const REST_MS = 1500;

/* Where a file stands at the service: to go on from there after a line broke. */
async function sizeOf(id: string, name: string): Promise<number | null> {
	const answer = await ask<{ files: readonly { name: string; bytes: number }[] }>('GET', `uploads/${id}`);
	return answer.status === 200 ? (answer.body.files.find((one) => one.name === name)?.bytes ?? 0) : null;
}

async function sendFile(begun: Begun, file: File, told: (bytes: number) => void, stopped: () => boolean): Promise<boolean> {
	for (let at = 0, tries = 0; at < file.size; ) {
		if (stopped()) return false;
		const end = await sendPiece(`uploads/${begun.id}/${encodeURIComponent(file.name)}?at=${at}`, file.slice(at, at + begun.piece));
		if (end !== null) {
			at = end;
			tries = 0;
			told(at);
			continue;
		}
		if (++tries === TRIES) return false;
		await new Promise((done) => setTimeout(done, REST_MS));
		at = (await sizeOf(begun.id, file.name)) ?? at;
	}
	return true;
}

/* Sends files, then has them loaded as one list: the number of the piece of work, or the refusal. */
export async function loadList(act: Act, files: readonly File[], list: string | null, told: (done: number, total: number) => void, stopped: () => boolean): Promise<{ readonly chore: number } | { readonly refused: Answer<Told> }> {
	const total = files.reduce((sum, file) => sum + file.size, 0);
	const begun = await act<Begun>('POST', 'uploads');
	if (begun.status !== 201) return { refused: begun };
	let before = 0;
	for (const file of files) {
		if (!(await sendFile(begun.body, file, (bytes) => told(before + bytes, total), stopped))) {
			void ask('DELETE', `uploads/${begun.body.id}`);
			return { refused: { status: stopped() ? -1 : 0, prove: false, body: {} } };
		}
		before += file.size;
	}
	const answer = await act<{ chore: number }>('POST', 'lists', { upload: begun.body.id, list });
	return answer.status === 202 ? { chore: answer.body.chore } : { refused: answer };
}
