/* Who is signed in in this browser, and what may be offered to whoever it is. What may be done is decided by the service
 * alone; this only keeps doors out of sight that would not open. */
import { signal } from '@preact/signals';
import { type Who, ask } from '../api/sign';
import { headLine } from '../api/outbox';
import type { Route } from '../routes';

export const who = signal<Who | null>(null); /* null: not asked yet */

export async function learnWho(): Promise<Who> {
	const answer = await ask<Who>('GET', 'session');
	who.value = answer.status === 200 ? answer.body : { officer: null };
	return who.value;
}

/* What the service says of who asks, once the session of the officer of this tab has ended by itself: by its time, or because the
 * officer was suspended, moved or ended. */
export const ended = signal<Who | null>(null);

export async function stillSigned(): Promise<void> {
	const mine = who.value?.officer;
	if (mine == null || ended.value !== null) return;
	const answer = await ask<Who>('GET', 'session');
	if (answer.status === 200 && answer.body.officer?.id !== mine.id && who.value?.officer === mine) ended.value = answer.body;
}

export const may = (right: string): boolean => who.value?.rights?.includes(right) ?? false;

const hasRecord = (): boolean => who.value !== null && (who.value.officer !== null || who.value.officers === true);

export const offered = (route: Route): boolean => route.listed && (route.right === undefined || may(route.right)) && (route.record !== true || hasRecord()) && (route.node !== true || headLine.value?.writes === true);

/* The code of the own office: that of the officer's number, "MA" of "MA-12". */
export const ownOffice = (): string => who.value?.officer?.id.replace(/-\d+$/, '') ?? '';
