/* Whether the service can be reached, and what was last known of its lists. A small question every few seconds finds out
 * that the line is cut before an officer relies on it; the answer keeps the age of the lists up to date. */
import { signal } from '@preact/signals';
import type { WholeList } from './types';

export interface Line {
	readonly up: boolean;
	readonly since: Date; /* when it was cut or came back */
}

export interface Known {
	readonly lists: readonly WholeList[];
	readonly rules: string;
	readonly at: Date; /* when this was told */
}

export const line = signal<Line>({ up: true, since: new Date() });
/* How often it was answered that nobody is signed in. */
export const unknown = signal(0);
export const known = signal<Known | null>(remembered());

/* The names and ages of lists are nothing personal; kept so that the page can tell them when it starts without a line. */
const KEY = 'jisr.lists';

function remembered(): Known | null {
	try {
		const found = JSON.parse(localStorage.getItem('jisr.lists') ?? 'null') as { lists: WholeList[]; rules: string; at: string } | null;
		return found !== null && Array.isArray(found.lists) ? { lists: found.lists, rules: String(found.rules), at: new Date(found.at) } : null;
	} catch {
		return null;
	}
}

export function learn(lists: readonly WholeList[], rules: string): void {
	known.value = { lists, rules, at: new Date() };
	try {
		localStorage.setItem(KEY, JSON.stringify(known.value));
	} catch {
		/* without storage it is asked for again at the next start */
	}
}

export function lineHolds(): void {
	if (!line.value.up) line.value = { up: true, since: new Date() };
}

export function lineBroke(): void {
	if (line.value.up) line.value = { up: false, since: new Date() };
}

/* Seconds since the lists were loaded, the oldest one's; null when nothing is known or none is loaded. */
export function oldest(now: Date): number | null {
	const lists = known.value?.lists ?? [];
	return lists.reduce<number | null>((most, list) => Math.max(most ?? 0, (now.getTime() - Date.parse(list.loaded)) / 1000), null);
}

const UP_SECONDS = 20;
const DOWN_SECONDS = 3;

/* Asks now and from then on, while the page is seen. */
export function watchLine(ask: () => Promise<void>): void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const again = async (): Promise<void> => {
		clearTimeout(timer);
		if (document.visibilityState === 'visible') await ask().catch(() => undefined);
		timer = setTimeout(again, (line.value.up ? UP_SECONDS : DOWN_SECONDS) * 1000);
	};
	addEventListener('online', again);
	addEventListener('offline', () => {
		lineBroke();
		void again();
	});
	document.addEventListener('visibilitychange', () => {
		if (document.visibilityState === 'visible') void again();
	});
	void again();
}
