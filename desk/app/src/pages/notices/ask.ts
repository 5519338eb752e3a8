/* What the list of notices is asked for, as the address says it; the words stay out of the address, as names do. */
import type { Facet } from '../../api/notices';

export const ORDERS = ['change', 'caption', 'review'] as const;
export type Order = (typeof ORDERS)[number];

export interface Asked {
	readonly words: string;
	readonly order: Order;
	readonly colour: string;
	readonly state: string;
	readonly owner: string;
	readonly crime: string;
	readonly form: string;
}

export const NOTHING: Asked = { words: '', order: 'change', colour: '', state: '', owner: '', crime: '', form: '' };
export const FACETS: readonly Facet[] = ['colour', 'state', 'crime', 'owner', 'form'];

/* A value that no notice could have is passed over: the service would refuse the whole question. */
export function readAsked(search: string): Asked {
	const given = new URLSearchParams(search);
	const found: Record<string, string> = { ...NOTHING };
	for (const name of FACETS) {
		const value = given.get(name) ?? '';
		if (/^[\w-]{1,20}$/.test(value)) found[name] = value;
	}
	const order = given.get('order');
	if (ORDERS.some((one) => one === order)) found['order'] = order as Order;
	return found as unknown as Asked;
}

function pairs(asked: Asked): URLSearchParams {
	const given = new URLSearchParams();
	for (const name of FACETS) if (asked[name] !== '') given.set(name, asked[name]);
	if (asked.order !== 'change') given.set('order', asked.order);
	return given;
}

export function addressOf(asked: Asked): string {
	const given = pairs(asked).toString();
	return given === '' ? '' : `?${given}`;
}

/* For the service: the words too. */
export function questionOf(asked: Asked, facets: boolean): string {
	const given = pairs(asked);
	if (facets) given.delete('order');
	if (asked.words.trim() !== '') given.set('words', asked.words.trim());
	return given.toString();
}

export interface Saved {
	readonly name: string;
	readonly asked: Asked;
}

export function readSaved(text: string): readonly Saved[] {
	try {
		const found: unknown = JSON.parse(text);
		if (!Array.isArray(found)) return [];
		return found
			.filter((one: unknown): one is { name: string; asked: Record<string, unknown> } => typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string' && 'asked' in one && typeof one.asked === 'object')
			.map((one) => ({ name: one.name, asked: { ...readAsked(addressOf({ ...NOTHING, ...one.asked } as Asked)), words: typeof one.asked['words'] === 'string' ? one.asked['words'] : '' } }));
	} catch {
		return [];
	}
}
