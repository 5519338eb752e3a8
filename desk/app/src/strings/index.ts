/* The one place where words come from. strings/en.ts holds every key; the other languages must hold the same ones (the
 * compiler sees to that). t() gives text, parts/T.tsx the same with elements at its places.
 *
 * A text is "There are {count} lists", or one form for each plural category of the language (CLDR), chosen by {count}.
 * Whatever is put in is isolated, so that a Latin number or name never reorders an Arabic sentence. */
import { signal } from '@preact/signals';
import { type Language, isRightToLeft, language } from '../frame/store';
import { number, pluralOf } from './format';
import { type ModelWords, words } from './model';
import type en from './en';

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Key = keyof typeof en;
export type Of<English> = { readonly [K in keyof English]: English[K] extends string ? string : Plural };
export type Strings = Of<typeof en>;
export type Values = Readonly<Record<string, string | number>>;

/* One chunk a language, with the model's words in it. */
const loaders: Record<Language, () => Promise<{ default: Strings; words: ModelWords }>> = {
	ar: () => import('./ar'),
	en: () => import('./en'),
	fr: () => import('./fr'),
	es: () => import('./es'),
};

export const LANGUAGE_NAMES: Record<Language, string> = { ar: 'العربية', en: 'English', fr: 'Français', es: 'Español' };

const strings = signal<Strings | null>(null);
let wanted: Language | null = null;

/* Fetches a language's words, then turns the page to it; nothing that was typed is touched. */
export async function speak(next: Language): Promise<void> {
	wanted = next;
	const loaded = await loaders[next]();
	if (wanted !== next) return;
	const root = document.documentElement;
	root.lang = next;
	root.dir = isRightToLeft(next) ? 'rtl' : 'ltr';
	words.value = loaded.words;
	strings.value = loaded.default;
	language.value = next;
}

/* Text and places of one entry: ["There are ", {name: "count"}, " lists"]. */
export type Piece = string | { readonly name: string };

export function piecesOf(entry: string | Plural, values: Values): Piece[] {
	const count = values['count'];
	const text = typeof entry === 'string' ? entry : (typeof count === 'number' ? entry[pluralOf(count)] : undefined) ?? entry.other;
	const found: Piece[] = [];
	for (const [index, piece] of text.split(/\{(\w+)\}/).entries()) {
		if (index % 2 === 1) found.push({ name: piece });
		else if (piece !== '') found.push(piece);
	}
	return found;
}

export function entryOf(key: Key): string | Plural {
	return strings.value?.[key] ?? '';
}

const isolate = (text: string): string => `\u2068${text}\u2069`;

export function t(key: Key, values: Values = {}): string {
	return piecesOf(entryOf(key), values)
		.map((piece) => {
			if (typeof piece === 'string') return piece;
			const value = values[piece.name] ?? '';
			return typeof value === 'number' ? number(value) : isolate(value);
		})
		.join('');
}
