/* Agreements, as the service tells them. */
import type { Texts } from './assembly';

export interface AgreementLine {
	readonly id: string;
	readonly state: string;
	readonly kind: string;
	readonly title: Texts;
	readonly parties: readonly string[];
	readonly decision: string | null;
	readonly proposed: string | null;
	readonly agreed: string | null;
	readonly signed: string | null;
	readonly deposited: string | null;
	readonly in_force: string | null;
	readonly ended: string | null;
}

export interface Agreement extends AgreementLine {
	readonly reason?: string | null; /* this and the next two: to who sees all of it */
	readonly session?: number;
	readonly draft?: number;
	readonly approval: boolean;
	readonly article: string;
	readonly revision: number;
	readonly terms: { readonly ratifications: number; readonly days: number; readonly not_before: string | null; readonly notice_days: number };
	readonly signatures: readonly {
		readonly code: string;
		readonly name: string | null;
		readonly agreed: number;
		readonly signed: string | null;
		readonly signer: string | null;
		readonly key_id: string | null;
		readonly signature: string | null;
		readonly paper: string | null;
		readonly ratified: string | null;
		readonly withdrawn: string | null;
	}[];
	readonly texts: readonly { readonly language: string; readonly title: string; readonly hash: string; readonly pages: number; readonly wording: string | null }[];
	readonly note: string;
	readonly version: number;
	readonly may?: readonly string[];
}
