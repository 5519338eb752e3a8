/* Signing in and what belongs to the own account: sessions, passkeys, tokens. Its cookies are the browser's and ours to
 * set; no script sees them. Answers come with their status, because here a refusal is an ordinary answer. */
import { waitsAs } from './client';
import { lineBroke, lineHolds, unknown } from './line';

export interface Officer {
	readonly id: string;
	readonly login: string;
	readonly name: string;
	readonly office_name: string;
	readonly roles?: readonly string[];
}

export interface OneSession {
	readonly id: string;
	readonly means: 'passkey' | 'password' | 'enrolment';
	readonly source: string;
	readonly agent: string | null;
	readonly seen: string;
	readonly ends: string;
	readonly this?: boolean;
}

export interface Who {
	readonly officer: Officer | null;
	readonly officers?: boolean; /* whether there is a record with officers; of nobody */
	readonly setup?: boolean; /* whether a first administrator is awaited; of nobody */
	readonly passkeys?: boolean; /* whether passkeys work at this address; of nobody */
	readonly rights?: readonly string[];
	readonly session?: OneSession;
}

export interface Self {
	readonly password: string | null;
	readonly passkeys: readonly { readonly id: string; readonly name: string; readonly made: string; readonly used: string; readonly copied: boolean; readonly suspected: string | null }[];
	readonly sessions: readonly OneSession[];
	readonly tokens: readonly { readonly id: number; readonly name: string; readonly scopes: readonly string[]; readonly ends: string; readonly used: string | null }[];
}

export interface Offer {
	readonly officer: Officer;
	readonly publicKey: PublicKeyCredentialCreationOptionsJSON | null;
	readonly codes: string;
	readonly codes_picture: string;
	readonly password_least: number;
}

export interface Answer<T> {
	readonly status: number; /* 0: there is no line */
	readonly prove: boolean; /* a fresh proof is asked for first */
	readonly waits?: string; /* status 202: this item of the node's outbox waits for headquarters */
	readonly body: T;
}

interface Told {
	readonly detail?: string;
	readonly wait?: number;
	readonly ticket?: string | null;
}

export async function ask<T>(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Answer<T & Told>> {
	try {
		const answer = await fetch(`/api/v1/${path}`, {
			method,
			headers: { ...(body !== undefined ? { 'Content-Type': 'application/json' } : {}), ...more },
			body: body !== undefined ? JSON.stringify(body) : null,
			signal: AbortSignal.timeout(60_000),
			cache: 'no-store',
			credentials: 'same-origin',
		});
		const found = (answer.status === 204 ? {} : await answer.json()) as T & Told;
		lineHolds();
		const item = waitsAs(answer);
		if (item !== null) return { status: 202, prove: false, waits: item, body: found };
		const prove = (answer.headers.get('WWW-Authenticate') ?? '').includes('insufficient_user_authentication');
		if (answer.status === 401 && !prove) unknown.value++;
		return { status: answer.status, prove, body: found };
	} catch (error) {
		if (!(error instanceof DOMException)) lineBroke();
		return { status: 0, prove: false, body: {} as T & Told };
	}
}

interface Asked {
	readonly publicKey: PublicKeyCredentialRequestOptionsJSON;
}

/* What the passkey signed for this; null when the person turned it down or there is none. */
export async function usePasskey(challenge: string): Promise<unknown> {
	const asked = await ask<Asked>('POST', challenge, {});
	if (asked.status !== 200) return null;
	try {
		const used = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked.body.publicKey) });
		return used instanceof PublicKeyCredential ? used.toJSON() : null;
	} catch {
		return null;
	}
}

export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<unknown> {
	try {
		const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
		return made instanceof PublicKeyCredential ? made.toJSON() : null;
	} catch {
		return null;
	}
}
