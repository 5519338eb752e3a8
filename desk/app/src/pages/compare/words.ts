/* Which words two texts share, in order: what is left was taken out or put in. */
export interface Piece {
	readonly text: string;
	readonly kind: 'same' | 'out' | 'in';
}

const MOST = 1500; /* words of a text; longer ones are shown whole, one after the other */

export function differ(before: string, after: string): readonly Piece[] {
	const a = before.split(/(\s+)/);
	const b = after.split(/(\s+)/);
	if (a.length > MOST || b.length > MOST) return [{ text: before, kind: 'out' }, { text: after, kind: 'in' }];
	const width = b.length + 1;
	const longest = new Uint16Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--) longest[i * width + j] = a[i] === b[j] ? (longest[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
	const pieces: Piece[] = [];
	const add = (text: string, kind: Piece['kind']): void => {
		const last = pieces.at(-1);
		if (last !== undefined && last.kind === kind) pieces[pieces.length - 1] = { text: last.text + text, kind };
		else pieces.push({ text, kind });
	};
	let i = 0;
	let j = 0;
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			add(a[i++] ?? '', 'same');
			j++;
		} else if (j >= b.length || (i < a.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))) add(a[i++] ?? '', 'out');
		else add(b[j++] ?? '', 'in');
	}
	return pieces.filter((piece) => piece.text !== '');
}
