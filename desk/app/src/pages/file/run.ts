/* Checks a file, a hundred rows at a time. A value that cannot be read is told, and its row is checked without it: leaving
 * the row out could let somebody through. The answers have the columns of `jisr batch`. */
import { signal } from '@preact/signals';
import { Refusal, api } from '../../api/client';
import type { Check, Hit } from '../../api/types';
import { language } from '../../frame/store';
import { columnsOf, rowOf, type Row } from './columns';
import { decode, readSheet, writeRow } from './csv';

const AT_ONCE = 100; /* the service's limit */
const MOST_BYTES = 200_000_000;
const RETRIES = 5;
export const RESULT_HEADER = ['id', 'entity', 'caption', 'list', 'score', 'matched name', 'decision'] as const;

export interface Found {
	readonly id: string;
	readonly hit: Hit;
}

export interface Note {
	readonly id: string;
	readonly line: number;
	readonly field: string; /* '' : the whole row */
	readonly value: string;
}

export interface Job {
	readonly name: string;
	readonly rows: number;
	readonly done: number;
	readonly hitRows: number;
	readonly hidden: number;
	readonly found: readonly Found[];
	readonly notes: readonly Note[];
	readonly state: 'running' | 'done' | 'stopped' | 'failed';
	readonly error?: unknown;
	readonly started: Date;
}

export type FileFault = 'empty' | 'columns' | 'large';

export const job = signal<Job | null>(null);
export const fileFault = signal<FileFault | null>(null);
let stopping = false;

export function stop(): void {
	stopping = true;
}

export function forget(): void {
	stopping = true;
	job.value = null;
	fileFault.value = null;
}

/* "/checks/17/nationality/1": which row, and which of its fields. */
const POINTER = /^\/checks\/(\d+)(?:\/(\w+)(?:\/(\d+))?)?/;

/* Takes out of the checks what the service could not read; false when a fault names nothing that can be left out. */
export function repair(checks: (Check | null)[], pointers: readonly string[], note: (index: number, field: string, value: string) => void): boolean {
	let changed = false;
	/* From the back, so that places in arrays stay right. */
	for (const pointer of [...pointers].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))) {
		const [, row, field = '', place] = POINTER.exec(pointer) ?? [];
		const index = Number(row);
		const check = row !== undefined ? checks[index] : undefined;
		if (check == null) continue;
		const value = (check as Record<string, unknown>)[field];
		changed = true;
		if (field === '' || field === 'name' || value === undefined) {
			note(index, field, Array.isArray(value) ? value.join('; ') : '');
			checks[index] = null;
		} else if (Array.isArray(value) && place !== undefined) {
			note(index, field, String(value[Number(place)]));
			value.splice(Number(place), 1);
			if (value.length === 0) delete (check as Record<string, unknown>)[field];
		} else {
			note(index, field, Array.isArray(value) ? value.join('; ') : String(value));
			delete (check as Record<string, unknown>)[field];
		}
		const left = checks[index];
		if (left != null && left.name === undefined && left.document === undefined) checks[index] = null;
	}
	return changed;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/* One hundred rows: what was found in each, null where a row was not checked. */
async function ask(rows: readonly Row[], note: (row: Row, field: string, value: string) => void): Promise<({ hits: readonly Hit[]; hidden: number } | null)[]> {
	const checks = rows.map((row) => (row.check === null ? null : structuredClone(row.check)));
	const told: [Row, string, string][] = []; /* given on once the rows are answered */
	for (let tries = 0; ; ) {
		const asked = checks.flatMap((check, index) => (check === null ? [] : [index]));
		if (asked.length === 0) {
			for (const one of told) note(...one);
			return rows.map(() => null);
		}
		try {
			const { answers } = await api.checkMany(asked.map((index) => checks[index]!));
			for (const one of told) note(...one);
			const found = new Map(asked.map((index, place) => [index, answers[place]!]));
			return rows.map((_, index) => found.get(index) ?? null);
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			if (error.trouble === 'fault') {
				const sent: (Check | null)[] = asked.map((index) => checks[index]!);
				if (!repair(sent, error.errors.map((one) => one.pointer), (place, field, value) => told.push([rows[asked[place]!]!, field, value]))) {
					/* The service does not say which row it is: look for it by halves. */
					const middle = Math.ceil(rows.length / 2);
					if (rows.length > 1) return [...(await ask(rows.slice(0, middle), note)), ...(await ask(rows.slice(middle), note))];
					note(rows[0]!, 'row', '');
					return [null];
				}
				asked.forEach((index, place) => (checks[index] = sent[place]!));
				continue;
			}
			/* The line may come back; a busy service will have time again. */
			if (!['line', 'slow', 'busy'].includes(error.trouble) || ++tries > RETRIES || stopping) throw error;
			await pause(500 * 2 ** tries);
		}
	}
}

export async function start(file: File): Promise<void> {
	fileFault.value = null;
	if (file.size > MOST_BYTES) {
		fileFault.value = 'large';
		return;
	}
	const sheet = readSheet(decode(new Uint8Array(await file.arrayBuffer()), language.value === 'ar'));
	const columns = columnsOf(sheet.header);
	if (sheet.rows.length === 0) fileFault.value = 'empty';
	else if (!columns.has('name') && !columns.has('family') && !columns.has('given') && !columns.has('document')) fileFault.value = 'columns';
	if (fileFault.value !== null) return;
	stopping = false;
	const found: Found[] = [];
	const notes: Note[] = [];
	let now: Job = { name: file.name, rows: sheet.rows.length, done: 0, hitRows: 0, hidden: 0, found: [], notes: [], state: 'running', started: new Date() };
	job.value = now;
	try {
		for (let at = 0; at < sheet.rows.length && !stopping; at += AT_ONCE) {
			const rows = sheet.rows.slice(at, at + AT_ONCE).map((cells, i) => rowOf(cells, columns, sheet.lines[at + i]!));
			for (const row of rows) if (row.check === null) notes.push({ id: row.id, line: row.line, field: '', value: '' });
			const answers = await ask(rows, (row, field, value) => notes.push({ id: row.id, line: row.line, field, value }));
			if (stopping) break;
			let { hitRows, hidden } = now;
			answers.forEach((answer, i) => {
				if (answer === null) return;
				hidden += answer.hidden;
				if (answer.hits.length > 0) hitRows++;
				for (const hit of answer.hits) found.push({ id: rows[i]!.id, hit });
			});
			now = { ...now, done: Math.min(at + AT_ONCE, sheet.rows.length), hitRows, hidden, found: found.slice(), notes: notes.slice() };
			job.value = now;
		}
		if (job.value !== null) job.value = { ...now, state: now.done < now.rows ? 'stopped' : 'done' };
	} catch (error) {
		if (job.value !== null) job.value = { ...now, state: 'failed', error };
	}
}

const decisionText = (hit: Hit): string =>
	hit.decision === undefined ? '' : hit.decision.again !== null ? `${hit.decision.decision}; again: ${hit.decision.again}` : hit.decision.decision;

export function resultCsv(found: readonly Found[]): string {
	return (
		writeRow(RESULT_HEADER) +
		found.map(({ id, hit }) => writeRow([id, hit.id, hit.caption, hit.lists[0] ?? '', hit.score.toFixed(4), hit.explanation.matched_name ?? '', decisionText(hit)])).join('')
	);
}
