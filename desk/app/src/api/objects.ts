/* Registered objects, as the service tells them; what a number is asked for stands in a body, never in an address. */
import { signal } from '@preact/signals';
import { language, token } from '../frame/store';
import type { Answer } from './sign';
import type { Told } from '../parts/useAct';
import { read } from './client';
import { learnWork } from './work';

type Words = Readonly<Record<'ar' | 'en' | 'fr' | 'es', string>>;
export type Kind = 'document' | 'vehicle' | 'firearm' | 'artwork' | 'vessel';

export interface FieldForm {
	readonly field: string;
	readonly form: 'number' | 'text' | 'code' | 'country' | 'day' | 'year' | 'crimes';
	readonly needed: boolean;
	readonly most: number;
}

export interface KindForm {
	readonly kind: Kind;
	readonly types: Readonly<Record<string, Words>>;
	readonly statuses: readonly string[];
	readonly fields: readonly FieldForm[];
}

export type Value = string | readonly string[];

/* A single one has `object`; a line of a file has `properties`. */
export interface OneObject {
	readonly id: string;
	readonly href?: string;
	readonly kind: Kind;
	readonly owner: string;
	readonly caption: string;
	readonly withdrawn: boolean;
	readonly entered?: string;
	readonly object?: Readonly<Record<string, Value>>;
	readonly properties?: Readonly<Record<string, readonly string[]>>;
	readonly reach?: string;
	readonly changed?: string;
	readonly version?: number;
	readonly reason?: string | null;
	readonly text?: string | null;
}

export interface ObjectFile {
	readonly owner: string;
	readonly name: string;
	readonly loaded: string;
	readonly objects: number;
	readonly withdrawn?: number;
	readonly bad?: number;
	readonly version?: number;
}

export interface Line {
	readonly line: number;
	readonly entered: boolean;
	readonly what: string;
}

export interface Entered extends Told {
	readonly lines?: number;
	readonly entered?: number;
	readonly added?: number;
	readonly changed?: number;
	readonly removed?: number;
	readonly unchanged?: number;
	readonly again?: number;
	readonly bad?: number;
	readonly told?: readonly Line[];
}

export const forms = signal<readonly KindForm[]>([]);
let asked: Promise<unknown> | null = null;

export function learnObjects(): Promise<unknown> {
	asked ??= Promise.all([read<{ kinds: readonly KindForm[] }>('objects/form').then((found) => (forms.value = found.kinds)), learnWork()]).catch((error: unknown) => {
		asked = null;
		throw error;
	});
	return asked;
}

export const formOf = (kind: string): KindForm | undefined => forms.value.find((one) => one.kind === kind);
export const typeWord = (kind: string, type: string): string => formOf(kind)?.types[type]?.[language.value] ?? type;

/* A file on its way; `onSent` is told how much of it has left. fetch() does not tell that. */
export function sendFile(path: string, file: File, onSent: (sent: number) => void): { readonly done: Promise<Answer<Entered>>; readonly stop: () => void } {
	const request = new XMLHttpRequest();
	const done = new Promise<Answer<Entered>>((settle) => {
		const end = (): void => {
			let body: Entered = {};
			try {
				body = JSON.parse(request.responseText) as Entered;
			} catch {
				/* no line, or no answer of the service's */
			}
			settle({ status: request.status, prove: false, body });
		};
		request.upload.onprogress = (event) => onSent(event.loaded);
		request.onloadend = end;
	});
	request.open('PUT', `/api/v1/${path}`);
	request.setRequestHeader('Content-Type', 'text/csv');
	if (token.value !== '') request.setRequestHeader('Authorization', `Bearer ${token.value}`);
	request.send(file);
	return { done, stop: () => request.abort() };
}
