/* What /api/v1 takes and gives, as src/web/openapi describes it. */

export interface Check {
	name?: string | string[];
	born?: string;
	nationality?: string[];
	sex?: string;
	document?: string[];
	mrz?: string;
	schema?: string;
	limit?: number;
	reference?: string;
	show_hidden?: boolean;
}

export interface Part {
	readonly query: string | null;
	readonly listed: string | null;
	readonly rule: string;
	readonly similarity: number;
	readonly cost: number;
}

export type Feature = 'name' | 'birth_date' | 'nationality' | 'sex' | 'document';

export interface Evidence {
	readonly feature: Feature;
	readonly query: string | null;
	readonly listed: string | null;
	readonly detail: string | null;
	readonly effect: number;
}

export interface Explanation {
	readonly rules: string;
	readonly query_name: string | null;
	readonly matched_name: string | null;
	readonly name_score?: number;
	readonly swapped?: boolean;
	readonly parts?: readonly Part[];
	readonly evidence: readonly Evidence[];
}

export type DecisionWord = 'different' | 'same' | 'unsure';

export interface DecisionMark {
	readonly id: number;
	readonly decision: DecisionWord;
	readonly made: string;
	readonly hidden: boolean;
	readonly again: string | null;
}

export interface Hit {
	readonly id: string;
	readonly caption: string;
	readonly schema: string;
	readonly lists: readonly string[];
	readonly score: number;
	readonly explanation: Explanation;
	readonly properties?: Readonly<Record<string, readonly string[]>>;
	readonly decision?: DecisionMark;
}

export interface Mrz {
	readonly format: string;
	readonly document_type: string;
	readonly issuer: string;
	readonly nationality: string;
	readonly number: string;
	readonly surname: string;
	readonly given_names: string;
	readonly name_truncated: boolean;
	readonly birth: string | null;
	readonly expiry: string | null;
	readonly sex: 'm' | 'f' | null;
	readonly checks_passed: boolean;
	readonly notes: readonly string[];
}

export interface List {
	readonly name: string;
	readonly format: string;
	readonly published: string | null;
	readonly loaded: string;
	readonly age_seconds: number | null;
	readonly version: string;
	readonly entities: number;
}

export interface WholeList extends List {
	readonly source: string;
	readonly names: number;
	readonly documents: number;
	readonly bytes: number;
}

export interface OneAnswer {
	readonly hits: readonly Hit[];
	readonly total: number;
	readonly hidden: number;
	readonly threshold: number;
	readonly mrz?: Mrz;
}

export interface CheckAnswer extends OneAnswer {
	readonly rules: string;
	readonly lists: readonly List[];
}

export interface BatchAnswer {
	readonly answers: readonly OneAnswer[];
	readonly rules: string;
	readonly lists: readonly List[];
}

export interface NewDecision {
	query: Check;
	list: string;
	entity: string;
	decision: DecisionWord;
	reason?: string;
	by?: string;
}

/* What POST /api/v1/hits takes: that somebody was found by a notice. */
export interface NewHit {
	notice: string;
	place: string;
	text: string;
	urgent: boolean;
	evidence: Readonly<Record<string, unknown>>;
}

export interface StoredDecision {
	readonly id: number;
	readonly reference: string | null;
	readonly query: { readonly schema: string; readonly names: readonly string[]; readonly birthDate: string | null; readonly documents: readonly { readonly country: string | null; readonly number: string }[] };
	readonly list: string;
	readonly entity: string;
	readonly caption: string;
	readonly decision: DecisionWord;
	readonly reason: string;
	readonly by: string;
	readonly made: string;
	readonly score: number;
	readonly withdrawn: string | null;
}

export interface DecisionPage {
	readonly decisions: readonly StoredDecision[];
	readonly next: string | null;
}

/* An entity as /entities/{id} gives it: values are texts, or entities that are tied to it. */
export interface Entity {
	readonly id: string;
	readonly caption: string;
	readonly schema: string;
	readonly properties: Readonly<Record<string, readonly (string | Entity)[]>>;
	readonly datasets: readonly string[];
	readonly referents: readonly string[];
	readonly target: boolean;
	readonly first_seen: string | null;
	readonly last_seen: string | null;
	readonly last_change: string | null;
}
