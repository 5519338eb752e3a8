/* A secret vote, and the way to its box. A ballot is sent without cookies and without a word of where it comes from: the
 * service is not to know who sent it. */
import { lineBroke, lineHolds } from './line';
import { Refusal, read, readText, sendBytes } from './client';
import { type Election, readElection, readPublicCredentials } from '../../../ballot/src/index';

export interface Poll {
	readonly id: string;
	readonly name: string;
	readonly state: 'called' | 'open' | 'closed' | 'counted' | 'cancelled';
	readonly awaited: string | null;
	readonly voters: number;
	readonly ballots: number;
	readonly call: { readonly questions: readonly { readonly question: string; readonly answers: readonly string[]; readonly blank?: boolean }[]; readonly electorate: readonly string[]; readonly trustees: readonly string[]; readonly threshold: number; readonly registrars: readonly string[] };
	readonly result?: { readonly result: readonly (readonly number[])[] };
	readonly sent: { readonly certificates: number; readonly polynomials: number; readonly shares: number; readonly decryptions: number };
	readonly offices: readonly { readonly office: string; readonly role: 'trustee' | 'registrar'; readonly sent: readonly string[] }[];
	readonly witnesses: readonly { readonly office: string; readonly height: number; readonly head: string }[];
}

export interface PollLine extends Pick<Poll, 'id' | 'name' | 'state'> {
	readonly trustees: readonly string[];
}

export interface Receipt {
	readonly tracking: string;
	readonly place: number;
	readonly again: boolean;
}

export const pollPath = (id: string, rest = ''): string => `elections/${encodeURIComponent(id)}${rest}`;
export const readPoll = (id: string): Promise<Poll> => read<Poll>(pollPath(id));
export const readPolls = (): Promise<readonly PollLine[]> => read<{ elections: readonly PollLine[] }>('elections').then((found) => found.elections);

/* What a trustee or a registrar made, as it is. */
export const sendPart = (id: string, act: string, text: string): Promise<unknown> => sendBytes(pollPath(id, `/${act}`), new Blob([text]));

/* The election as the board has it, and who may vote: what every device checks for itself. */
export async function readSetup(id: string): Promise<{ readonly election: Election; readonly credentials: ReadonlySet<string> }> {
	const [text, credentials] = await Promise.all([readText(pollPath(id, '/election')), readText(pollPath(id, '/credentials'))]);
	return { election: await readElection(text.trim()), credentials: readPublicCredentials(credentials.trim()) };
}

/* Who asks for a ballot is its voter: neither is said who asks. */
const UNKNOWN: RequestInit = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' };

/* The ballot that stands on the board under a tracking number, word for word; null: there is none. */
export async function readBallot(id: string, tracking: string): Promise<string | null> {
	let answer: Response;
	try {
		answer = await fetch(`/api/v1/${pollPath(id, `/ballots/${encodeURIComponent(tracking)}`)}`, UNKNOWN);
	} catch {
		lineBroke();
		throw new Refusal('line', '');
	}
	if (answer.status === 404) return null;
	if (!answer.ok) throw new Refusal('server', '');
	return (await answer.text()).trim();
}

export async function postBallot(id: string, ballot: string): Promise<{ readonly status: number; readonly receipt: Receipt | null; readonly detail: string }> {
	try {
		const answer = await fetch(`/api/v1/${pollPath(id, '/ballots')}`, { ...UNKNOWN, method: 'POST', body: ballot, headers: { 'Content-Type': 'text/plain' }, signal: AbortSignal.timeout(60_000) });
		const found = (await answer.json()) as Receipt & { detail?: string };
		lineHolds();
		return { status: answer.status, receipt: answer.ok ? found : null, detail: found.detail ?? '' };
	} catch (error) {
		if (!(error instanceof DOMException)) lineBroke();
		return { status: 0, receipt: null, detail: '' };
	}
}
