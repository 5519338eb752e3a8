/* At a node: whether there is a line to headquarters, and what waits for it. */
import { signal } from '@preact/signals';
import { may } from '../frame/who';
import { read } from './client';

export interface Item {
	readonly id: string;
	readonly state: 'waiting' | 'at-headquarters' | 'accepted' | 'refused' | 'dropped';
	readonly what: string;
	readonly officer: string | null;
	readonly method: string;
	readonly target: string;
	readonly thing: string | null;
	readonly needs: string | null;
	readonly said: string;
	readonly trouble: string | null;
	readonly at: string | null;
	readonly made: string | null;
	readonly status?: number;
	readonly reason?: string;
	readonly body?: string;
	readonly newer?: string | null; /* the thing as it was when headquarters refused, JSON */
}

export interface Outbox {
	readonly connected: boolean;
	readonly waiting: number;
	readonly at_headquarters: number;
	readonly refused: number;
	readonly outbox: readonly Item[];
	readonly total: number;
	readonly next: string | null;
}

export interface HeadLine {
	readonly name: string;
	readonly kind: string;
	readonly connected: boolean;
	readonly writes: boolean;
}

/* undefined: not asked yet; null: this is no node. */
export const headLine = signal<HeadLine | null | undefined>(undefined);
export const open = signal(0); /* items of the officer that headquarters has not answered */

export async function learnLine(): Promise<void> {
	if (headLine.peek() === null) return;
	headLine.value = (await read<{ readonly node: HeadLine | null }>('line')).node;
	if (headLine.value?.writes === true && may('members.read')) {
		open.value = (await read<Outbox>('outbox?state=open&limit=1')).total;
	}
}

/* An item's body when it is JSON, for people to read and change; a sealed message's is for its readers alone. */
export function bodyOf(item: Item): Record<string, unknown> | null {
	try {
		const found: unknown = JSON.parse(item.body ?? '');
		return typeof found === 'object' && found !== null && !Array.isArray(found) && !('sealed' in found) ? (found as Record<string, unknown>) : null;
	} catch {
		return null;
	}
}

/* The waiting change of that thing's content which a new one takes the place of, where there is one. */
export async function waitingEdit(href: string): Promise<string | null> {
	if (headLine.peek()?.writes !== true) return null;
	const found = await read<Outbox>('outbox?state=waiting&limit=500');
	return found.outbox.find((item) => item.target === `/api/v1/notices/${href}/edit`)?.id ?? null;
}
