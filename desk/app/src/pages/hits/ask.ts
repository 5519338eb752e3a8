/* What the list of hits is asked for, as its address says it. */
export const VIEWS = ['ours', 'late', 'open', 'all'] as const;
export type View = (typeof VIEWS)[number];

export const NARROWED = ['state', 'colour', 'finder', 'owner', 'notice', 'step', 'from', 'until'] as const;
export type Narrowed = (typeof NARROWED)[number];

export interface Asked extends Readonly<Partial<Record<Narrowed, string>>> {
	readonly view: View;
}

/* Figures lead here with what they count: then all of them are meant. */
export function readAsked(search: string, first: View): Asked {
	const given = new URLSearchParams(search);
	const found: Record<string, string> = {};
	for (const name of NARROWED) {
		const value = given.get(name) ?? '';
		if (/^[\w/-]{1,20}$/.test(value)) found[name] = value;
	}
	const view = VIEWS.find((one) => one === given.get('view')) ?? (Object.keys(found).length > 0 ? 'all' : first);
	return { ...found, view };
}

export function addressOf(asked: Asked): string {
	const given = new URLSearchParams({ view: asked.view });
	for (const name of NARROWED) if (asked[name] !== undefined) given.set(name, asked[name]);
	return `?${given.toString()}`;
}

export function questionOf(asked: Asked, office: string, now: Date): string {
	const given = new URLSearchParams();
	for (const name of NARROWED) if (asked[name] !== undefined) given.set(name, asked[name]);
	if (asked.view === 'ours') given.set('awaits', office);
	if (asked.view === 'ours' || asked.view === 'open') given.set('open', 'true');
	if (asked.view === 'late') given.set('due', now.toISOString());
	return given.toString();
}
