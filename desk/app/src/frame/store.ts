/* What the browser remembers. Settings of the place (language, theme) stay on the machine, saved searches until the officer
 * signs out; who sits there and the token stay only until the tab is closed. Nothing about travellers is ever kept. */
import { type Signal, effect, signal } from '@preact/signals';

export const LANGUAGES = ['ar', 'en', 'fr', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Theme = 'system' | 'light' | 'dark';
export type Digits = 'language' | 'latn' | 'arab';

/* Storage may be forbidden or full: then a setting holds until the page is left. */
function read(storage: () => Storage, key: string): string | null {
	try {
		return storage().getItem(key);
	} catch {
		return null;
	}
}

function write(storage: () => Storage, key: string, value: string): void {
	try {
		storage().setItem(key, value);
	} catch {
		/* see above */
	}
}

function kept<T extends string | number | boolean>(storage: () => Storage, name: string, start: T, good: (value: T) => boolean): Signal<T> {
	const key = `jisr.${name}`;
	let first = start;
	try {
		const value: unknown = JSON.parse(read(storage, key) ?? 'null');
		if (typeof value === typeof start && good(value as T)) first = value as T;
	} catch {
		/* what cannot be read is as if it were not there */
	}
	const made = signal<T>(first);
	let began = false;
	effect(() => {
		const value = JSON.stringify(made.value);
		if (began) write(storage, key, value);
		began = true;
	});
	return made;
}

const machine = () => localStorage;
const tab = () => sessionStorage;
const among =
	<T>(values: readonly T[]) =>
	(value: T) =>
		values.includes(value);

/* The first of the browser's languages that the desk speaks. */
export function preferred(languages: readonly string[]): Language {
	for (const wanted of languages) {
		const found = LANGUAGES.find((language) => wanted.toLowerCase().split('-')[0] === language);
		if (found !== undefined) return found;
	}
	return 'en';
}

export const STALE_DAYS = [1, 3, 7, 30] as const;

export const language = kept<Language>(machine, 'language', preferred(navigator.languages), among(LANGUAGES));
export const theme = kept<Theme>(machine, 'theme', 'system', among<Theme>(['system', 'light', 'dark']));
export const digits = kept<Digits>(machine, 'digits', 'language', among<Digits>(['language', 'latn', 'arab']));
export const singleKeys = kept<boolean>(machine, 'keys', true, () => true);
export const queueMode = kept<boolean>(machine, 'queue', false, () => true);
export const staleDays = kept<number>(machine, 'stale', 3, (days) => (STALE_DAYS as readonly number[]).includes(days));
export const searches = kept<string>(machine, 'searches', '[]', (text) => text.length < 100_000);
export const gallery = kept<boolean>(machine, 'gallery', false, () => true);
export const officer = kept<string>(tab, 'officer', '', (text) => text.length <= 100);
export const token = kept<string>(tab, 'token', '', () => true);

/* Whoever sits down here next finds nothing of this officer: neither what was typed and not sent nor who it was. */
export function forgetOfficer(): void {
	officer.value = '';
	token.value = '';
	searches.value = '[]';
	try {
		sessionStorage.clear();
		localStorage.removeItem('jisr.searches'); /* those of another tab, too */
	} catch {
		/* then nothing was kept there */
	}
}

export const isRightToLeft = (which: Language): boolean => which === 'ar';
