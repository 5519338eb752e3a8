/* Numbers, dates, countries as the language writes them. All read the language and the choice of digits when called, so
 * that what is shown follows a switch. */
import { digits, language } from '../frame/store';

const kept = new Map<string, unknown>();

/* Makers of Intl are slow to make and quick to use. */
function maker<T>(kind: string, make: (locale: string) => T): T {
	/* British English writes the day first, as passports do. */
	const base = language.value === 'en' ? 'en-GB' : language.value;
	const locale = digits.value === 'language' ? base : `${base}-u-nu-${digits.value}`;
	const key = `${locale} ${kind}`;
	let found = kept.get(key) as T | undefined;
	if (found === undefined) kept.set(key, (found = make(locale)));
	return found;
}

export const pluralOf = (count: number): Intl.LDMLPluralRule => maker('plural', () => new Intl.PluralRules(language.value)).select(count);

export const number = (value: number): string => maker('number', (locale) => new Intl.NumberFormat(locale)).format(value);

/* Never rounded up to a certainty that it is not: 0.998 is 99 %. */
export const percent = (part: number): string =>
	maker('percent', (locale) => new Intl.NumberFormat(locale, { style: 'percent' })).format(Math.floor(part * 100 + 1e-9) / 100);

/* What was added to a score or taken from it: "+5", "−10". */
export const points = (effect: number): string =>
	maker('points', (locale) => new Intl.NumberFormat(locale, { signDisplay: 'exceptZero', maximumFractionDigits: 0 })).format(Math.round(effect * 100));

export function bytes(count: number): string {
	const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
	const step = Math.min(units.length - 1, Math.floor(Math.log(Math.max(1, count)) / Math.log(1000)));
	const unit = units[step] ?? 'byte';
	return maker(`bytes ${unit}`, (locale) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0 })).format(count / 1000 ** step);
}

const PARTS: Record<number, Intl.DateTimeFormatOptions> = {
	4: { year: 'numeric' },
	7: { year: 'numeric', month: 'long' },
	10: { year: 'numeric', month: 'long', day: 'numeric' },
};

function oneDate(iso: string): string {
	const options = PARTS[iso.length];
	const time = Date.parse(iso.length === 4 ? `${iso}-01-01` : iso.length === 7 ? `${iso}-01` : iso);
	if (options === undefined || Number.isNaN(time)) return iso;
	return maker(`date ${iso.length}`, (locale) => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC', calendar: 'gregory' })).format(time);
}

/* "1971", "1971-03", "1971-03-14", or two days with a stroke between; anything else stays as it is. */
export function date(iso: string): string {
	const [from = '', until] = iso.split('/');
	const days = [from, until ?? ''].map((one) => (one.length === 10 ? Date.parse(one) : Number.NaN));
	const [first = Number.NaN, last = Number.NaN] = days;
	/* What both have in common stands once: "26 June – 7 July 2026". */
	if (first <= last) return maker('days', (locale) => new Intl.DateTimeFormat(locale, { ...PARTS[10], timeZone: 'UTC', calendar: 'gregory' })).formatRange(first, last);
	return iso.split('/').map(oneDate).join(' – ');
}

export const moment = (time: Date): string =>
	maker('moment', (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', calendar: 'gregory' })).format(time);

export const clock = (time: Date): string => maker('clock', (locale) => new Intl.DateTimeFormat(locale, { timeStyle: 'short' })).format(time);


/* "in 2 hours" or "2 hours ago", in the largest unit that is not zero. */
export function fromNow(seconds: number): string {
	const length = Math.abs(seconds);
	const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
	const [unit, size] = steps.find(([, least]) => length >= least) ?? ['second', 1];
	return maker('ago', (locale) => new Intl.RelativeTimeFormat(locale)).format(Math.sign(seconds || -1) * Math.floor(length / size), unit);
}

export const ago = (seconds: number): string => fromNow(-seconds);

/* A country by its code of two letters; what is no code stays as it is. */
export function country(code: string): string {
	if (!/^[a-z]{2}$/i.test(code)) return code;
	try {
		return maker('country', () => new Intl.DisplayNames(language.value, { type: 'region', fallback: 'code' })).of(code.toUpperCase()) ?? code;
	} catch {
		return code;
	}
}

export const list = (items: readonly string[]): string => maker('list', (locale) => new Intl.ListFormat(locale, { type: 'conjunction' })).format(items);

export const compare = (a: string, b: string): number => maker('collator', () => new Intl.Collator(language.value)).compare(a, b);

/* Digits of any of the scripts that the desk's users type, as ASCII. */
export const asciiDigits = (text: string): string =>
	text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15));

export const decimal = (value: number): string => maker('decimal', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 })).format(value);

/* A language by its code of two letters. */
export function tongue(code: string): string {
	try {
		return maker('tongue', () => new Intl.DisplayNames(language.value, { type: 'language', fallback: 'code' })).of(code) ?? code;
	} catch {
		return code;
	}
}

/* With as many decimals as there are, three at most. */
export const quantity = (value: number): string => maker('quantity', (locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })).format(value);

/* A sum of money, with its two decimals. */
export const money = (value: number): string => maker('money', (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })).format(value);
