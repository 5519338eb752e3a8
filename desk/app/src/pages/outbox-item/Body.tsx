/* What was asked, as it goes to headquarters: each value at its place, to be read or changed. */
import type { JSX } from 'preact';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Code, Prose } from '../../parts/Name';
import { type Key, t } from '../../strings';
import { number } from '../../strings/format';

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Body = { readonly [name: string]: Value };

export interface Leaf {
	readonly path: readonly (string | number)[];
	readonly value: string | number | boolean | null;
}

export function leavesOf(value: Value, path: readonly (string | number)[] = []): Leaf[] {
	if (Array.isArray(value)) return value.flatMap((one: Value, index) => leavesOf(one, [...path, index]));
	if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, one]) => leavesOf(one as Value, [...path, name]));
	return [{ path, value: value as Leaf['value'] }];
}

export function withLeaf(value: Value, path: readonly (string | number)[], leaf: Value): Value {
	const [first, ...rest] = path;
	if (first === undefined) return leaf;
	if (Array.isArray(value)) return value.map((one: Value, index) => (index === first ? withLeaf(one, rest, leaf) : one));
	const inside = value as Body;
	return { ...inside, [first]: withLeaf(inside[first] as Value, rest, leaf) };
}

const KNOWN: Readonly<Record<string, Key>> = { text: 'step.reason', reason: 'step.reason', place: 'hit.place', reference: 'notice.reference', urgent: 'report.urgent', public: 'notice.public', reach: 'reach.whom', form: 'draft.form', name: 'op.name', begins: 'op.begins', ends: 'op.ends', objectives: 'op.objectives', crime_areas: 'op.crimes', participants: 'op.participants', notice: 'op.link.notice', hit: 'op.link.hit' };

/* Words of the forms where they have one; else the name that the interface has. */
function labelOf(path: Leaf['path']): JSX.Element {
	const names = path.filter((part): part is string => typeof part === 'string');
	const place = path.filter((part): part is number => typeof part === 'number').map((at) => number(at + 1));
	const [first, ...rest] = names;
	const last = names.at(-1) ?? '';
	const within = rest.join('.');
	const word = [first === 'content' ? t(`n.${within}` as Key) : '', first === 'content' ? t(`n.${rest[0] ?? ''}` as Key) : '', first === 'object' ? t(`o.${within}` as Key) : '', rest.length === 0 && KNOWN[last] !== undefined ? t(KNOWN[last]) : ''].find((one) => one !== '');
	const lang = first === 'content' && rest.length === 2 && /^(ar|en|fr|es)$/.test(last) ? ` (${last})` : '';
	return word !== undefined ? (
		<>
			{word}
			{lang !== '' && <bdi>{lang}</bdi>} {place.length > 0 && <bdi>{place.join('.')}</bdi>}
		</>
	) : (
		<>
			<Code text={names.join('.')} /> {place.length > 0 && <bdi>{place.join('.')}</bdi>}
		</>
	);
}

const keyOf = (leaf: Leaf): string => leaf.path.join('.');
const shown = (value: Leaf['value']): string => (value === null ? '' : typeof value === 'boolean' ? t(value ? 'yes' : 'no') : typeof value === 'number' ? number(value) : value);

export function Said({ body }: { readonly body: Body }): JSX.Element {
	return (
		<dl class="facts facts-wide">
			{leavesOf(body).map((leaf) => (
				<Fact key={keyOf(leaf)} name={labelOf(leaf.path)} dir="auto">
					<Prose text={shown(leaf.value)} />
				</Fact>
			))}
		</dl>
	);
}

export function Change({ body, onChange }: { readonly body: Body; readonly onChange: (body: Body) => void }): JSX.Element {
	return (
		<div class="draft-fields">
			{leavesOf(body).map((leaf) => {
				const put = (value: Value): void => onChange(withLeaf(body, leaf.path, value) as Body);
				if (leaf.value === null) return null;
				return (
					<Field key={keyOf(leaf)} label={labelOf(leaf.path)}>
						{(ids) =>
							typeof leaf.value === 'boolean' ? (
								<input {...ids} type="checkbox" name={keyOf(leaf)} checked={leaf.value} onChange={(event) => put(event.currentTarget.checked)} />
							) : typeof leaf.value === 'number' ? (
								<input {...ids} type="number" step="any" name={keyOf(leaf)} value={leaf.value} onInput={(event) => put(event.currentTarget.valueAsNumber)} />
							) : String(leaf.value).length > 60 ? (
								<textarea {...ids} rows={4} dir="auto" name={keyOf(leaf)} maxLength={15000} value={leaf.value ?? ''} onInput={(event) => put(event.currentTarget.value)} />
							) : (
								<input {...ids} type="text" dir="auto" name={keyOf(leaf)} maxLength={4000} value={leaf.value ?? ''} onInput={(event) => put(event.currentTarget.value)} />
							)
						}
					</Field>
				);
			})}
		</div>
	);
}
