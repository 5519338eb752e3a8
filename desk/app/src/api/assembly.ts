/* A session of the Assembly: what stands on its stage, live, and what is read beside it. The stage comes whole with every
 * change, so that a page asks for nothing when a vote is opened; the rest is read again when the stage says that it changed. */
import { type Signal, signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { query } from '../frame/router';
import { language } from '../frame/store';
import { learnWho, may, who } from '../frame/who';
import { type Key, t } from '../strings';
import { country } from '../strings/format';
import { Refusal, read } from './client';

export type Texts = Readonly<Partial<Record<'ar' | 'en' | 'es' | 'fr', string>>>;

export interface Speech {
	readonly number: number;
	readonly code: string;
	readonly kind: string;
	readonly seconds: number;
	readonly begun: string | null;
}

export interface About {
	readonly kind: 'draft' | 'amendment' | 'motion' | 'item' | 'agenda' | 'appeal' | 'contest' | 'title';
	readonly number?: number;
	readonly code?: string;
	readonly way?: string | null;
	readonly office?: string | null;
	readonly titles?: Texts | null;
	readonly text?: Texts | null;
	readonly draft?: number;
	readonly paragraph?: number;
}

export interface Rule {
	readonly base: string;
	readonly share: string;
	readonly quorum?: string;
	readonly quorum_base?: string;
	readonly rounds: number;
	readonly article: string;
	readonly unsure: string | null;
}

export interface Vote {
	readonly number: number;
	readonly matter: string;
	readonly subject: string;
	readonly title: string | null;
	readonly method: 'device' | 'hands' | 'roll-call' | 'secret';
	readonly round: number;
	readonly record: boolean;
	readonly rule: Rule | null;
	readonly present: number;
	readonly accepted: number;
	readonly members: number;
	readonly opened: string;
	readonly counted?: boolean;
	readonly given?: number;
	readonly waiting?: number;
	readonly next?: string | null;
	readonly about: About;
	readonly yes?: number;
	readonly no?: number;
	readonly abstain?: number;
	readonly outcome?: string | null;
	readonly base?: number;
	readonly needed?: number;
	readonly closed?: string;
	readonly decision?: string | null;
	/* of an election */
	readonly cast?: number;
	readonly blank?: number;
	readonly votes?: readonly { readonly person: string; readonly country: string; readonly votes: number }[];
	readonly elected?: readonly string[];
}

export interface Stage {
	readonly session: number;
	readonly state: 'called' | 'open' | 'closed';
	readonly city: string;
	readonly city_names: Texts | null;
	readonly country: string;
	readonly first: string;
	readonly last: string;
	readonly languages: readonly string[];
	readonly item: { readonly number: number; readonly title: Texts; readonly list_closed: boolean; readonly balanced: boolean; readonly quota: number; readonly statement: number; readonly others: number } | null;
	readonly speaking?: Speech | null;
	readonly waiting?: readonly Speech[];
	readonly waiting_count?: number;
	readonly motions?: readonly { readonly number: number; readonly code: string; readonly kind: string; readonly text: string | null; readonly chair_decides: boolean }[];
	readonly vote: Vote | null;
	readonly result: Vote | null;
	readonly secret: Vote | null; /* that goes on beside everything else */
	readonly present?: { readonly members: number; readonly accepted: number; readonly voting: number; readonly quorum: number; readonly quorate: boolean };
	readonly draw?: { readonly number: number; readonly text: string | null; readonly said: number } | null;
	readonly elections: readonly { readonly id: string; readonly state: string; readonly name: string; readonly voters: number; readonly ballots: number; readonly observed: number; readonly fork: boolean; readonly session?: number; readonly vote?: number }[];
}

export type Topic = 'session' | 'delegations' | 'agenda' | 'documents' | 'drafts' | 'floor' | 'votes' | 'elections' | 'others';

export interface Told {
	readonly sequence: number;
	readonly changed: Readonly<Record<Topic, number>>;
	readonly stage: Stage;
}

export interface Session {
	readonly number: number;
	readonly state: 'called' | 'open' | 'closed';
	readonly city: string;
	readonly country: string;
	readonly first: string;
	readonly last: string;
	readonly rooms: readonly string[];
	readonly archived: string | null; /* when the archive was made that everybody may fetch */
}

export interface Item {
	readonly number: number;
	readonly kind: string;
	readonly state: string;
	readonly office: string;
	readonly title: Texts;
}

export interface Paragraph extends Texts {
	readonly id?: number;
}

export interface Amendment {
	readonly number: number;
	readonly office: string;
	readonly kind: string;
	readonly paragraph: number;
	readonly distance: number;
	readonly state: string;
	readonly text: Texts | null;
}

export interface Draft {
	readonly number: number;
	readonly matter: string;
	readonly state: string;
	readonly decision: string | null;
	readonly item: number;
	readonly office: string;
	readonly sponsors: readonly string[] | null;
	readonly title: Texts;
	readonly preamble?: readonly Paragraph[];
	readonly operative?: readonly Paragraph[];
	readonly complete?: boolean;
	readonly missing?: string | null;
	readonly amendments?: readonly Amendment[];
}

export interface Delegation {
	readonly code: string;
	readonly observer: boolean;
	readonly name: string;
	readonly announced: boolean;
	readonly credentials: string | null;
	readonly remark: string | null;
	readonly suspended: boolean;
	readonly why: string | null;
	readonly appeal: string | null;
	readonly people_count: number;
	readonly present_count: number;
	readonly people?: readonly { readonly number: number; readonly name: string; readonly role: string; readonly rank: string; readonly title: string | null; readonly present: boolean }[];
}

/* ---- words ---- */

/* In the language of the page, else in the first that there is. */
export function inLanguage(texts: Texts | null | undefined): { readonly text: string; readonly lang: string } {
	for (const one of [language.value, 'en', 'fr', 'es', 'ar'] as const) {
		const text = texts?.[one];
		if (text !== undefined && text !== '') return { text, lang: one };
	}
	return { text: '', lang: language.value };
}

/* Who it is: members by the names of their countries; "GS" is no country here. */
export function partyName(code: string): string {
	if (code === 'GS') return t('kind.headquarters');
	return /^[A-Z]{2}$/.test(code) ? country(code) : code;
}

export const cityOf = (one: { readonly city: string; readonly city_names?: Texts | null }): string => one.city_names?.[language.value] ?? one.city;

/* A word of the assembly's own vocabulary: states, kinds, methods. */
export const term = (word: string): string => t(`a.word.${word}` as Key);

/* ---- which session ---- */

const base = (): string => (may('assembly.read') ? 'assembly' : 'public/assembly');

/* The one that the address asks for, else the open one, else the newest. */
export function useSessions(): { readonly sessions: readonly Session[] | null; readonly number: number | null; readonly failed: unknown } {
	const [sessions, setSessions] = useState<readonly Session[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const known = who.value !== null;
	useEffect(() => {
		if (known) read<{ sessions: Session[] }>(`${base()}/sessions`).then((found) => setSessions(found.sessions), setFailed);
	}, [known, may('assembly.read')]);
	const asked = Number(new URLSearchParams(query.value).get('session'));
	const chosen = sessions?.find((one) => one.number === asked) ?? sessions?.find((one) => one.state === 'open') ?? sessions?.[0];
	return { sessions, number: chosen?.number ?? null, failed };
}

/* ---- live ---- */

export interface Live {
	readonly told: Told | null;
	readonly up: boolean; /* the stream is there */
	readonly since: Date; /* when it was cut or came back */
	readonly ahead: number; /* milliseconds by which the service's clock is ahead of this one */
}

const CUT_MS = 3000; /* without a stream until it is called cut: a stream ends by itself now and then, and comes back */
const AGAIN_MS = 2500;

function follow(session: number, live: Signal<Live>): () => void {
	let source: EventSource | null = null;
	let cut: ReturnType<typeof setTimeout> | undefined;
	let again: ReturnType<typeof setTimeout> | undefined;
	let over = false;
	const good = (): void => {
		clearTimeout(cut);
		cut = undefined;
		if (!live.peek().up) live.value = { ...live.peek(), up: true, since: new Date() };
	};
	const bad = (): void => {
		cut ??= setTimeout(() => {
			live.value = { ...live.peek(), up: false, since: new Date() };
		}, CUT_MS);
	};
	const open = (): void => {
		source = new EventSource(`/api/v1/${base()}/sessions/${session}/live`);
		source.addEventListener('open', good);
		source.addEventListener('clock', (event) => {
			live.value = { ...live.peek(), ahead: Date.parse(JSON.parse(event.data as string) as string) - Date.now() };
		});
		source.addEventListener('stage', (event) => {
			good();
			live.value = { ...live.peek(), told: JSON.parse(event.data as string) as Told };
		});
		source.addEventListener('error', () => {
			bad();
			/* Refused, not cut: who is signed in may have changed, or the service is full. The browser gives up then, and we do not. */
			if (source?.readyState !== EventSource.CLOSED) return;
			source.close();
			again = setTimeout(() => {
				void learnWho().finally(() => {
					if (!over) open();
				});
			}, AGAIN_MS);
		});
	};
	const online = (): void => {
		if (source?.readyState === EventSource.OPEN) return;
		clearTimeout(again);
		source?.close();
		open();
	};
	open();
	addEventListener('online', online);
	addEventListener('offline', bad);
	return () => {
		over = true;
		removeEventListener('online', online);
		removeEventListener('offline', bad);
		clearTimeout(cut);
		clearTimeout(again);
		source?.close();
	};
}

export function useLive(session: number | null): Live {
	const [live] = useState(() => signal<Live>({ told: null, up: true, since: new Date(), ahead: 0 }));
	const inside = may('assembly.read');
	useEffect(() => (session === null ? undefined : follow(session, live)), [session, inside]);
	return live.value;
}

/* What a vote came to, which drafts and decisions hang on: not each ballot that is cast meanwhile. */
const outcomes = (stage: Stage | undefined): string => JSON.stringify([stage?.vote?.number, stage?.result]);

/* What stands at a view of the session, read again when its topic changed; null while it is not there. */
export function useViewOrMissing<T>(session: number | null, view: string | null, live: Live, ...topics: readonly (Topic | 'outcomes')[]): T | 'missing' | null {
	const [found, setFound] = useState<{ readonly view: string; readonly value: T | 'missing' } | null>(null);
	const moved = topics.map((topic) => (topic === 'outcomes' ? outcomes(live.told?.stage) : (live.told?.changed[topic] ?? 0))).join();
	useEffect(() => {
		if (session === null || view === null || who.value === null) return;
		let stale = false;
		read<T>(`${base()}/sessions/${session}/${view}`).then(
			(value) => {
				if (!stale) setFound({ view, value });
			},
			(error: unknown) => {
				/* What else fails is asked again at the next change; the frame tells of the line. */
				if (!stale && error instanceof Refusal && error.trouble === 'missing') setFound({ view, value: 'missing' });
			},
		);
		return () => {
			stale = true;
		};
	}, [session, view, moved]);
	return found !== null && found.view === view ? found.value : null;
}

/* Null while it is not there yet. */
export function useView<T>(session: number | null, view: string | null, live: Live, ...topics: readonly (Topic | 'outcomes')[]): T | null {
	const found = useViewOrMissing<T>(session, view, live, ...topics);
	return found === 'missing' ? null : found;
}

/* A second's tick by the service's clock, while something runs. */
export function useClock(live: Live, runs: boolean): number {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		if (!runs) return;
		const timer = setInterval(() => setNow(Date.now()), 250);
		return () => clearInterval(timer);
	}, [runs]);
	return Math.max(now, Date.now() - 1000) + live.ahead;
}
