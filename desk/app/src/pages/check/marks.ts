/* Finds the parts of a name, as the explanation gives them, in the name as it is written. */
import type { Part } from '../../api/types';
import type { Mark } from '../../parts/Name';

const SAME: ReadonlySet<string> = new Set(['same', 'form', 'script']);

export function kindOf(part: Part): Mark['kind'] {
	if (part.query === null || part.listed === null) return 'alone';
	return SAME.has(part.rule) ? 'same' : 'like';
}

/* Folded letter by letter, so that places stay the same. */
const fold = (text: string): string =>
	Array.from(text, (letter) => {
		const low = letter.toLowerCase();
		return low.length === letter.length ? low : letter;
	}).join('');

export function marksOf(name: string, parts: readonly Part[], side: 'query' | 'listed'): Mark[] {
	const folded = fold(name);
	const found: Mark[] = [];
	const free = (from: number, to: number): boolean => found.every((mark) => to <= mark.from || from >= mark.to);
	const place = (text: string, number: number, kind: Mark['kind']): boolean => {
		const sought = fold(text);
		for (let from = folded.indexOf(sought); sought !== '' && from >= 0; from = folded.indexOf(sought, from + 1)) {
			if (free(from, from + sought.length)) {
				found.push({ from, to: from + sought.length, number, kind });
				return true;
			}
		}
		return false;
	};
	/* Longer ones first: "Al" must not take the beginning of "Alami". */
	const order = parts.map((part, index) => ({ part, number: index + 1, text: part[side] ?? '' })).sort((a, b) => b.text.length - a.text.length);
	for (const { part, number, text } of order) {
		if (text !== '' && !place(text, number, kindOf(part))) for (const piece of text.split(' ')) place(piece, number, kindOf(part));
	}
	return found.sort((a, b) => a.from - b.from);
}
