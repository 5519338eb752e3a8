/* The one way to the service. Every call either gives its answer or throws a Refusal, which says what kind of trouble it
 * is, so that pages can speak of it in their own language; and tells frame/line.ts whether the line holds. */
import { token } from '../frame/store';
import { type BatchAnswer, type Check, type CheckAnswer, type DecisionPage, type Entity, type NewDecision, type NewHit, type StoredDecision, type WholeList } from './types';
import { lineBroke, lineHolds, unknown } from './line';

export type Trouble =
	| 'line' /* nothing came back */
	| 'slow' /* nothing came back in time */
	| 'token' /* the service wants to know who asks */
	| 'right' /* who asks may not do this */
	| 'fault' /* what was sent cannot be read: see errors */
	| 'empty' /* no list is loaded */
	| 'busy'
	| 'missing'
	| 'full' /* no room to store it */
	| 'outbox' /* there is no line to headquarters: it waits at this node, and goes by itself */
	| 'server';

export interface Fault {
	readonly pointer: string;
	readonly detail: string;
}

export class Refusal extends Error {
	constructor(
		readonly trouble: Trouble,
		readonly detail: string,
		readonly errors: readonly Fault[] = [],
	) {
		super(`${trouble}: ${detail}`);
	}
}

const SECONDS = 20;

function troubleOf(status: number, title: string): Trouble {
	if (status === 401) return 'token';
	if (status === 403) return 'right';
	if (status === 400 || status === 413 || status === 415 || status === 422) return 'fault';
	if (status === 404) return 'missing';
	if (status === 507) return 'full';
	if (status === 503) return title === 'No list is loaded' ? 'empty' : 'busy';
	return 'server';
}

interface Problem {
	title?: string;
	detail?: string;
	errors?: Fault[];
}

/* The number under which a node keeps what headquarters has not answered yet, null where it was answered. */
export const waitsAs = (response: Response): string | null => (response.status === 202 ? response.headers.get('Outbox') : null);

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, seconds: number | null = SECONDS): Promise<Response> {
	const raw = body instanceof Blob;
	const sent: Record<string, string> = { Accept: 'application/json', ...headers };
	if (token.value !== '') sent['Authorization'] = `Bearer ${token.value}`;
	if (body !== undefined) sent['Content-Type'] = raw ? 'application/octet-stream' : 'application/json';
	let response: Response;
	try {
		response = await fetch(path, {
			method,
			headers: sent,
			body: raw ? body : body !== undefined ? JSON.stringify(body) : null,
			signal: seconds !== null ? AbortSignal.timeout(seconds * 1000) : null,
			cache: 'no-store',
			credentials: 'same-origin',
			redirect: 'follow',
		});
	} catch (error) {
		if (error instanceof DOMException && error.name === 'TimeoutError') throw new Refusal('slow', '');
		lineBroke();
		throw new Refusal('line', '');
	}
	lineHolds();
	const item = waitsAs(response);
	if (item !== null) throw new Refusal('outbox', item);
	if (response.ok || response.status === 304) return response;
	if (response.status === 401) unknown.value++;
	const problem = (await response.json().catch(() => ({}))) as Problem;
	throw new Refusal(troubleOf(response.status, problem.title ?? ''), problem.detail ?? response.statusText, problem.errors ?? []);
}

/* The line may also break between the head of an answer and its end. */
async function json<T>(response: Promise<Response>): Promise<T> {
	const whole = await response;
	try {
		return (await whole.json()) as T;
	} catch {
		lineBroke();
		throw new Refusal('line', '');
	}
}

/* What stands at an address below /api/v1. */
export const read = <T>(path: string): Promise<T> => json<T>(call('GET', `/api/v1/${path}`));

/* Bytes as they are; they take the time that they take. */
export const sendBytes = <T>(path: string, bytes: Blob): Promise<T> => json<T>(call('POST', `/api/v1/${path}`, bytes, {}, null));

export const readBytes = async (path: string): Promise<Uint8Array> => new Uint8Array(await (await call('GET', `/api/v1/${path}`)).arrayBuffer());

export const readText = async (path: string): Promise<string> => (await call('GET', `/api/v1/${path}`)).text();

export const api = {
	check: (check: Check) => json<CheckAnswer>(call('POST', '/api/v1/check', check)),
	checkMany: (checks: readonly Check[]) => json<BatchAnswer>(call('POST', '/api/v1/check/batch', { checks })),
	lists: () => json<{ lists: WholeList[]; rules: string }>(call('GET', '/api/v1/lists')),
	decide: (decision: NewDecision, key: string) => json<StoredDecision>(call('POST', '/api/v1/decisions', decision, { 'Idempotency-Key': key })),
	reportHit: (hit: NewHit, key: string) => json<{ readonly id: string }>(call('POST', '/api/v1/hits', hit, { 'Idempotency-Key': key })),
	undecide: async (id: number): Promise<void> => {
		await call('DELETE', `/api/v1/decisions/${id}`);
	},
	decisions: (cursor: string | null) => json<DecisionPage>(call('GET', `/api/v1/decisions?limit=50${cursor !== null ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)),
	entity: (id: string) => json<Entity>(call('GET', `/entities/${encodeURIComponent(id)}`)),
};
