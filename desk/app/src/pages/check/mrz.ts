/* The machine readable zone as it is typed or read in: finding its lines, and its check digits, so that the page can show
 * at once which are right. Reading the fields is the service's work; this only lays the zone out for the eye. */

export interface Zone {
	readonly lines: readonly string[];
	readonly whole: boolean; /* two of 44 or 36, or three of 30 */
}

const SHAPES: readonly (readonly [count: number, width: number])[] = [[2, 44], [2, 36], [3, 30]];

export function readZone(text: string): Zone {
	const lines = text
		.toUpperCase()
		.replace(/[«‹]/g, '<')
		.split(/[\r\n]+/)
		.map((line) => line.replace(/\s/g, ''))
		.filter((line) => line !== '');
	const only = lines.length === 1 ? lines[0] : undefined;
	for (const [count, width] of SHAPES) {
		if (lines.length === count && lines.every((line) => line.length === width)) return { lines, whole: true };
		if (only?.length === count * width) {
			return { lines: Array.from({ length: count }, (_, i) => only.slice(i * width, (i + 1) * width)), whole: true };
		}
	}
	return { lines, whole: false };
}

/* Whether what a reader began to type outside of every field may be a zone: the letter of a document, a second letter or
 * filler, and the issuer. */
export const beginsZone = (text: string): boolean => /^[PIACVR][A-Z<][A-Z<]{3}/i.test(text);

const valueOf = (character: string): number => (character === '<' ? 0 : parseInt(character, 36));

/* ICAO 9303 part 3, 4.9. */
export function checkDigit(text: string): number {
	return Array.from(text).reduce((sum, character, i) => sum + valueOf(character) * [7, 3, 1][i % 3]!, 0) % 10;
}

export interface Span {
	readonly line: number;
	readonly from: number;
	readonly to: number;
	readonly good: boolean;
}

type Cut = readonly [line: number, from: number, to: number];

interface Check {
	readonly over: readonly Cut[];
	readonly digit: readonly [line: number, at: number];
	readonly optional?: true; /* a filler may stand for the digit when there is nothing to check */
}

const second = (composite: Check[]): Check[] => [
	{ over: [[1, 0, 9]], digit: [1, 9] },
	{ over: [[1, 13, 19]], digit: [1, 19] },
	{ over: [[1, 21, 27]], digit: [1, 27] },
	...composite,
];

function checksOf(lines: readonly string[]): Check[] {
	const width = lines[0]?.length ?? 0;
	const visa = lines[0]?.startsWith('V') ?? false;
	if (width === 44) {
		return second(visa ? [] : [{ over: [[1, 28, 42]], digit: [1, 42], optional: true }, { over: [[1, 0, 10], [1, 13, 20], [1, 21, 43]], digit: [1, 43] }]);
	}
	if (width === 36) {
		if (lines[0]?.startsWith('IDFRA') === true) return []; /* its fields stand elsewhere */
		return second(visa ? [] : [{ over: [[1, 0, 10], [1, 13, 20], [1, 21, 35]], digit: [1, 35] }]);
	}
	const long = lines[0]?.[14] === '<'; /* the number goes on in the optional field, with its digit at the end */
	return [
		...(long ? [] : [{ over: [[0, 5, 14]], digit: [0, 14] } as Check]),
		{ over: [[1, 0, 6]], digit: [1, 6] },
		{ over: [[1, 8, 14]], digit: [1, 14] },
		{ over: [[0, 5, 30], [1, 0, 7], [1, 8, 15], [1, 18, 29]], digit: [1, 29] },
	];
}

/* Every field that has a check digit, digit included, and whether it is right. Only for a whole zone. */
export function spansOf(zone: Zone): Span[] {
	if (!zone.whole) return [];
	return checksOf(zone.lines).map((check) => {
		const over = check.over.map(([line, from, to]) => zone.lines[line]!.slice(from, to)).join('');
		const [line, at] = check.digit;
		const stands = zone.lines[line]![at]!;
		const good = stands === String(checkDigit(over)) || (check.optional === true && stands === '<' && /^<*$/.test(over));
		const single = check.over.length === 1 ? check.over[0] : undefined;
		return { line, from: single?.[1] ?? at, to: at + 1, good };
	});
}
