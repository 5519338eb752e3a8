/* Hits, registered objects and individuals' requests, as the service tells them, and the words of their codes. */
import { signal } from '@preact/signals';
import { language } from '../frame/store';
import { read } from './client';
import { learnCodes } from './notices';

type Words = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;
export type WorkTable = 'hit_state' | 'hit_outcome' | 'object_kind' | 'object_status' | 'object_end' | 'request_kind' | 'request_state' | 'request_ground' | 'request_disclose' | 'request_outcome';
type WorkCodes = Readonly<Record<WorkTable, Readonly<Record<string, Words>>>>;

const codes = signal<WorkCodes | null>(null);
let asked: Promise<unknown> | null = null;

/* These codes, those of notices, and the offices: a page that shows any waits for it. */
export function learnWork(): Promise<unknown> {
	asked ??= Promise.all([read<WorkCodes>('codes').then((found) => (codes.value = found)), learnCodes()]).catch((error: unknown) => {
		asked = null;
		throw error;
	});
	return asked;
}

export const label = (table: WorkTable, code: string): string => codes.value?.[table][code]?.[language.value] ?? code;
export const workCodes = (table: WorkTable): string[] => Object.keys(codes.value?.[table] ?? {});

export interface FoundHit {
	readonly id: string;
	readonly href: string;
	readonly state: string;
	readonly about: 'notice' | 'object';
	readonly subject: string;
	readonly colour: string;
	readonly caption: string;
	readonly finder: string;
	readonly owner: string;
	readonly place: string;
	readonly country: string | null;
	readonly found: string | null;
	readonly urgent: boolean;
	readonly reported: string;
	readonly changed: string;
	readonly awaits: string | null;
	readonly due: string | null;
	readonly overdue: boolean;
	readonly reference: string | null;
	readonly outcome: string | null;
	readonly notice_ended: boolean;
	readonly version: number;
}

export interface WholeHit extends FoundHit {
	readonly evidence: Readonly<Record<string, unknown>> | null;
	readonly steps: readonly string[];
}

export interface WorkEvent {
	readonly sequence: number;
	readonly step: string;
	readonly at: string;
	readonly office: string;
	readonly officer: string;
	readonly text: string;
	readonly detail: Readonly<Record<string, unknown>> | string | null;
}

export const MOST_READ = 5000; /* rows of a table that is sorted and saved here */

/* How many a list holds. */
export const readTotal = async (path: string): Promise<number> => (await read<{ readonly total: number }>(`${path}${path.includes('?') ? '&' : '?'}limit=1`)).total;

/* All pages of a list, as far as MOST_READ, and how many there are in truth. */
export async function readRows<Row>(path: string, member: string): Promise<{ readonly rows: readonly Row[]; readonly total: number }> {
	const rows: Row[] = [];
	for (let cursor: string | null = null; ; ) {
		const page: Record<string, unknown> & { total: number; next: string | null } = await read(`${path}${path.includes('?') ? '&' : '?'}limit=500${cursor !== null ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
		rows.push(...(page[member] as Row[]));
		cursor = page.next;
		if (cursor === null || rows.length >= MOST_READ) return { rows, total: page.total };
	}
}
