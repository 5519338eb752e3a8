/* t() with elements at its places: <T k="answer.hidden" name={<Name text={...} />} count={2} />. */
import type { ComponentChildren, JSX } from 'preact';
import { type Key, entryOf, piecesOf } from '../strings';
import { number } from '../strings/format';

export function T({ k, ...places }: { readonly k: Key } & Readonly<Record<string, ComponentChildren>>): JSX.Element {
	const count = places['count'];
	return (
		<>
			{piecesOf(entryOf(k), typeof count === 'number' ? { count } : {}).map((piece) => {
				if (typeof piece === 'string') return piece;
				const value = places[piece.name];
				return <bdi key={piece.name}>{typeof value === 'number' ? number(value) : value}</bdi>;
			})}
		</>
	);
}
