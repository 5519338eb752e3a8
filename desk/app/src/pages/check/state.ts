/* The traveller at the window: what was typed, and the answer. Lives as long as the tab, so that neither another page nor
 * another language loses it; never stored. */
import { computed, signal } from '@preact/signals';
import { Refusal, api } from '../../api/client';
import { learn } from '../../api/line';
import type { Check, CheckAnswer, DecisionWord, Hit, Mrz } from '../../api/types';
import { twoLetters } from '../../parts/countries';
import { staleDays } from '../../frame/store';
import { readDate } from './born';
import { readZone } from './mrz';

export interface Form {
	readonly zone: string;
	readonly name: string;
	readonly born: string;
	readonly nationality: string; /* a code of two letters, or what was typed */
	readonly sex: '' | 'm' | 'f' | 'x';
	readonly document: string;
}

const EMPTY: Form = { zone: '', name: '', born: '', nationality: '', sex: '', document: '' };

export const form = signal<Form>(EMPTY);
export const zone = computed(() => readZone(form.value.zone));

export function fill(part: Partial<Form>): void {
	form.value = { ...form.value, ...part };
}

export type FormFault = 'nothing' | 'born' | 'zone';

/* What will be sent, or why nothing can be. */
export function checkOf(typed: Form): Check | FormFault {
	const check: Check = { limit: 20 };
	const text = (value: string): string => value.trim();
	if (text(typed.zone) !== '') {
		const { lines, whole } = readZone(typed.zone);
		if (!whole && (lines.length > 3 || lines.some((line) => line.length < 20))) return 'zone';
		check.mrz = lines.join('\n');
	}
	if (text(typed.name) !== '') check.name = [text(typed.name)];
	if (text(typed.born) !== '') {
		const born = readDate(typed.born);
		if (born === null) return 'born';
		check.born = born;
	}
	if (text(typed.nationality) !== '') check.nationality = [text(typed.nationality)];
	if (typed.sex !== '') check.sex = typed.sex;
	if (text(typed.document) !== '') check.document = [text(typed.document)];
	return check.mrz === undefined && check.name === undefined && check.document === undefined ? 'nothing' : check;
}

/* Who was asked about, for the eye. */
export interface Traveller {
	readonly names: readonly string[];
	readonly born: string | null;
	readonly nationality: readonly string[];
	readonly sex: 'm' | 'f' | 'x' | null;
	readonly documents: readonly { readonly country: string | null; readonly number: string }[];
	readonly expiry: string | null;
}

export function travellerOf(check: Check, mrz: Mrz | undefined): Traveller {
	const read = mrz !== undefined ? [[mrz.given_names, mrz.surname].filter((part) => part !== '').join(' ')] : [];
	const named = typeof check.name === 'string' ? [check.name] : (check.name ?? []);
	const sex = check.sex ?? mrz?.sex ?? null;
	return {
		names: [...named, ...read].filter((name) => name !== ''),
		born: check.born ?? mrz?.birth ?? null,
		nationality: check.nationality ?? (mrz !== undefined && mrz.nationality !== '' ? [twoLetters(mrz.nationality)] : []),
		sex: sex === 'm' || sex === 'f' || sex === 'x' ? sex : null,
		documents: [
			...(check.document ?? []).map(splitDocument),
			...(mrz !== undefined && mrz.number !== '' ? [{ country: twoLetters(mrz.issuer), number: mrz.number }] : []),
		],
		expiry: mrz?.expiry ?? null,
	};
}

/* "ma:AB123456" as lists write it. */
export function splitDocument(text: string): { country: string | null; number: string } {
	const found = /^([a-z]{2,3}):(.+)$/i.exec(text);
	return found === null ? { country: null, number: text } : { country: twoLetters(found[1]!), number: found[2]! };
}

export interface Decided {
	readonly id: number;
	readonly decision: DecisionWord;
}

export interface Answered {
	readonly check: Check;
	readonly typed: Form;
	readonly answer: CheckAnswer;
	readonly at: Date;
}

export type Stage =
	| { readonly kind: 'asking' }
	| { readonly kind: 'waiting'; readonly since: number }
	| { readonly kind: 'answered'; readonly answered: Answered }
	| { readonly kind: 'failed'; readonly error: unknown; readonly at: Date };

export const stage = signal<Stage>({ kind: 'asking' });
export const fault = signal<FormFault | null>(null);
export const selected = signal(0);
export const decided = signal<ReadonlyMap<string, Decided>>(new Map());

/* How many since the tab was opened: numbers alone. */
export const sitting = signal({ checked: 0, hits: 0 });

export const keyOf = (hit: Hit): string => `${hit.lists[0] ?? ''} ${hit.id}`;

export function decisionOf(hit: Hit): DecisionWord | null {
	const mine = decided.value.get(keyOf(hit));
	if (mine !== undefined) return mine.decision;
	return hit.decision !== undefined && hit.decision.again === null ? hit.decision.decision : null;
}

export type Verdict = 'hit' | 'rejected' | 'look' | 'clear';
export type Doubt = 'digits' | 'expired' | 'stale';

export const isExpired = (mrz: Mrz | undefined, today: Date): boolean => {
	const last = mrz?.expiry?.split('/').at(-1);
	return last !== undefined && last.length === 10 && last < today.toISOString().slice(0, 10);
};

/* What an answer without a hit does not settle. */
export function doubtsOf({ answer, at }: Answered): Doubt[] {
	const found: Doubt[] = [];
	if (answer.mrz !== undefined && !answer.mrz.checks_passed) found.push('digits');
	if (isExpired(answer.mrz, at)) found.push('expired');
	if (answer.lists.some((list) => (list.age_seconds ?? 0) > staleDays.value * 86400)) found.push('stale');
	return found;
}

export function verdictOf(answered: Answered): Verdict {
	const { hits } = answered.answer;
	if (hits.length > 0) return hits.length === answered.answer.total && hits.every((hit) => decisionOf(hit) === 'different') ? 'rejected' : 'hit';
	return doubtsOf(answered).length > 0 ? 'look' : 'clear';
}

let turn = 0;

export async function ask(options: { readonly showHidden?: boolean } = {}): Promise<void> {
	const typed = form.value;
	const check = checkOf(typed);
	if (typeof check === 'string') {
		fault.value = check;
		return;
	}
	fault.value = null;
	if (options.showHidden === true) check.show_hidden = true;
	const mine = ++turn;
	const before = stage.value;
	stage.value = { kind: 'waiting', since: performance.now() };
	try {
		const answer = await api.check(check);
		if (mine !== turn) return;
		selected.value = 0;
		decided.value = new Map();
		if (before.kind !== 'answered') sitting.value = { checked: sitting.value.checked + 1, hits: sitting.value.hits + (answer.hits.length > 0 ? 1 : 0) };
		stage.value = { kind: 'answered', answered: { check, typed, answer, at: new Date() } };
	} catch (error) {
		if (mine !== turn) return;
		stage.value = { kind: 'failed', error, at: new Date() };
		if (error instanceof Refusal && error.trouble === 'empty') learn([], '');
	}
}

/* Back to what was typed, to change it. */
export function change(): void {
	turn++;
	stage.value = { kind: 'asking' };
}

export function nextTraveller(): void {
	turn++;
	form.value = EMPTY;
	fault.value = null;
	stage.value = { kind: 'asking' };
}

/* Names a request, so that it can be sent again without deciding twice. (crypto.randomUUID exists over TLS alone.) */
export const oneTime = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export async function decide(hit: Hit, decision: DecisionWord, reason: string, by: string): Promise<void> {
	if (stage.value.kind !== 'answered') return;
	const { check } = stage.value.answered;
	const query = { ...check };
	delete query.limit;
	delete query.show_hidden;
	const stored = await api.decide({ query, list: hit.lists[0] ?? '', entity: hit.id, decision, reason, by }, oneTime());
	decided.value = new Map(decided.value).set(keyOf(hit), { id: stored.id, decision });
}

/* The number of the notice that a hit is on; null for a hit on a published list, which has no owner who could answer. */
export function noticeOf(hit: Hit): string | null {
	const found = hit.lists.includes('notices') ? /^notice-([0-9]{4})-([0-9]+)$/.exec(hit.id) : null;
	return found === null ? null : `${found[1]!}/${found[2]!}`;
}

/* Where travellers are checked: the same from one to the next, kept while the tab is open. */
export const place = signal('');

const EVIDENCE_MOST = 12000; /* characters: the service takes 16 KiB */

export const WAITS = '~'; /* a report that waits at this node until there is a line to headquarters */

/* Tells the owner's bureau. The number of the report, or null when this caller may report nothing. */
export async function report(hit: Hit, notice: string, text: string, urgent: boolean, key: string): Promise<string | null> {
	if (stage.value.kind !== 'answered') return null;
	const { check } = stage.value.answered;
	const whole = { score: hit.score, query: check, explanation: hit.explanation };
	const evidence = JSON.stringify(whole).length <= EVIDENCE_MOST ? whole : { score: hit.score, rules: hit.explanation.rules };
	try {
		return (await api.reportHit({ notice, place: place.value.trim(), text, urgent, evidence }, key)).id;
	} catch (error) {
		if (error instanceof Refusal && (error.trouble === 'right' || error.trouble === 'token')) return null;
		if (error instanceof Refusal && error.trouble === 'outbox') return WAITS;
		throw error;
	}
}

export async function undecide(hit: Hit): Promise<void> {
	const mine = decided.value.get(keyOf(hit));
	const id = mine?.id ?? hit.decision?.id;
	if (id === undefined) return;
	await api.undecide(id);
	const rest = new Map(decided.value);
	rest.delete(keyOf(hit));
	decided.value = rest;
	if (mine === undefined) await ask({ showHidden: true });
}
