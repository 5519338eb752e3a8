/* Notices, their codes and the offices, as the service tells them. */
import { signal } from '@preact/signals';
import { language } from '../frame/store';
import { read } from './client';
import type { Finding } from '../parts/useAct';
import { compare } from '../strings/format';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Content = { readonly [name: string]: Json };

export interface NoticeLine {
	readonly id: string;
	readonly href: string;
	readonly form: 'notice' | 'diffusion';
	readonly colour: string;
	readonly state: string;
	readonly owner: string;
	readonly caption: string;
	readonly published: string | null;
	readonly review: string | null;
	readonly ending: string | null;
	readonly changed?: string;
	readonly version?: number;
	readonly reference?: string;
	readonly public?: boolean;
	readonly reach?: string;
	readonly ground?: string | null;
	readonly text?: string | null;
	readonly photograph?: string | null;
	readonly crimes?: readonly string[];
}

export interface Notice extends NoticeLine {
	readonly content: Content;
	readonly proposed?: Content;
	readonly steps: readonly string[];
	readonly lacks?: readonly Finding[];
}

export interface NoticeEvent {
	readonly sequence: number;
	readonly step: string;
	readonly at: string;
	readonly office: string;
	readonly officer: string;
	readonly text: string;
	readonly detail: string;
}

export interface NoticePage {
	readonly notices: readonly NoticeLine[];
	readonly total: number;
	readonly next: string | null;
}

export type Facet = 'colour' | 'state' | 'form' | 'owner' | 'crime';
export type Facets = Readonly<Partial<Record<Facet, readonly { readonly value: string; readonly count: number }[]>>>;

type Words = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;
export type Table = 'colour' | 'crime' | 'eyes' | 'hair' | 'sex' | 'status' | 'refusal' | 'warning' | 'document' | 'measure' | 'ending' | 'asset' | 'name' | 'sought' | 'subject' | 'state';
export type Codes = Readonly<Record<Table, Readonly<Record<string, Words>>>>;

export interface Office {
	readonly code: string;
	readonly kind: string;
	readonly state: 'open' | 'closed';
	readonly member: string | null;
	readonly country: string;
	readonly names: Words;
	readonly since: string;
	readonly version: number;
}

export const codes = signal<Codes | null>(null);
export const offices = signal<readonly Office[]>([]);

/* Every page of a list with cursors. */
export async function readAll<T>(path: string, member: string): Promise<T[]> {
	const found: T[] = [];
	for (let cursor: string | null = null; ; ) {
		const page: Record<string, unknown> & { next?: string | null } = await read(`${path}${path.includes('?') ? '&' : '?'}limit=500${cursor !== null ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
		found.push(...(page[member] as T[]));
		cursor = page.next ?? null;
		if (cursor === null) return found;
	}
}

let asked: Promise<unknown> | null = null;

/* Fetched once; a page that shows codes waits for it. */
export function learnCodes(): Promise<unknown> {
	asked ??= Promise.all([read<Codes>('notices/codes').then((found) => (codes.value = found)), readAll<Office>('offices', 'offices').then((found) => (offices.value = found))]).catch((error: unknown) => {
		asked = null;
		throw error;
	});
	return asked;
}

export const word = (table: Table, code: string): string => codes.value?.[table][code]?.[language.value] ?? code;
export const officeName = (code: string): string => offices.value.find((one) => one.code === code)?.names[language.value] ?? code;
export const officesByName = (): Office[] => [...offices.value].sort((a, b) => compare(officeName(a.code), officeName(b.code)));
export const codesOf = (table: Table): string[] => Object.keys(codes.value?.[table] ?? {});
