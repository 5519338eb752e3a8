/* Bilateral meetings and the timetable of a session, as the service tells them. Times are those of the host's clocks: they bear no
 * zone, and are shown as they stand. */
import { tongue } from '../strings/format';

export interface Meeting {
	readonly id: string;
	readonly state: 'asked' | 'accepted' | 'declined' | 'placed' | 'held' | 'cancelled';
	readonly session: number;
	readonly sides: readonly { readonly office: string; readonly people: number; readonly languages: readonly string[] }[];
	readonly turn: string | null;
	readonly subject: string;
	readonly level: 'delegates' | 'heads';
	readonly minutes: number;
	readonly times: readonly string[];
	readonly begin: string | null;
	readonly end: string | null;
	readonly room: string | null;
	readonly fixed: boolean;
	readonly waiting: string | null;
	readonly reason: string | null;
	readonly note: string | null;
	readonly asked: string;
	readonly weight?: number;
	readonly version: number;
}

export interface Plan {
	readonly at: string;
	readonly after: string | null;
	readonly wishes: number;
	readonly placed: number;
	readonly moved: number;
	readonly lost: number;
	readonly weight: number;
	readonly weight_most: number;
	readonly weight_all: number;
	readonly proven: boolean;
	readonly seconds: number;
}

interface Span {
	readonly begin: string;
	readonly end: string;
}

export interface Timetable {
	readonly session: number;
	readonly state: 'open' | 'closed';
	readonly minutes: number;
	readonly slots: readonly Span[];
	readonly rooms: readonly { readonly name: string; readonly seats: number; readonly closed: readonly string[] }[];
	readonly interpreters: readonly { readonly languages: readonly string[]; readonly teams: number }[];
	readonly sittings: readonly (Span & { readonly item: number; readonly vote: boolean; readonly title: string | null })[];
	readonly duties: readonly { readonly office: string; readonly times: readonly string[]; readonly teams: number }[];
	readonly plans?: readonly Plan[];
	readonly may?: readonly string[];
	readonly version?: number;
}

export const dayOf = (time: string): string => time.slice(0, 10);
export const clockOf = (time: string): string => time.slice(11);
export const daysOf = (table: Timetable): readonly string[] => [...new Set(table.slots.map((one) => dayOf(one.begin)))];
export const tongues = (codes: readonly string[]): readonly string[] => codes.map(tongue);

/* The other side of a meeting, for an office that is one of the two; else the first. */
export const otherOf = (one: Meeting, own: string): string => (one.sides[0]?.office === own ? one.sides[1] : one.sides[0])?.office ?? '';
