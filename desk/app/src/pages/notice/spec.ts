/* What a notice can say, section by section, as src/notices/content.c has it: one table for the form, the page and the
 * comparison. Labels are the strings "n.PATH", helps "h.PATH". */
import type { Content, Json, Table } from '../../api/notices';
import type { Key } from '../../strings';

export type Kind = 'line' | 'text' | 'date' | 'country' | 'countries' | 'code' | 'codes' | 'yes' | 'number' | 'words' | 'tongues' | 'pictures' | 'lines' | 'list' | 'purpose';

export interface Field {
	readonly path: string;
	readonly kind: Kind;
	readonly table?: Table;
	readonly help?: true;
	readonly colours?: string; /* only for these */
	readonly parts?: readonly Field[]; /* of a list */
	readonly code?: true; /* written from left to right */
}

export interface Section {
	readonly name: string;
	readonly fields: readonly Field[];
}

const PERSONS = 'red blue green yellow black silver un';

export const SECTIONS: readonly Section[] = [
	{
		name: 'identity',
		fields: [
			{ path: 'title', kind: 'line', colours: 'orange purple green', help: true },
			{ path: 'name', kind: 'line', help: true },
			{ path: 'forename', kind: 'line', colours: PERSONS },
			{ path: 'names', kind: 'list', help: true, parts: [{ path: 'text', kind: 'line' }, { path: 'kind', kind: 'code', table: 'name' }] },
			{ path: 'sex', kind: 'code', table: 'sex', colours: PERSONS },
			{ path: 'birth.date', kind: 'date', help: true, colours: PERSONS },
			{ path: 'birth.place', kind: 'line', colours: PERSONS },
			{ path: 'birth.country', kind: 'country', colours: PERSONS },
			{ path: 'nationalities', kind: 'countries', colours: PERSONS },
			{ path: 'documents', kind: 'list', help: true, colours: PERSONS, parts: [{ path: 'kind', kind: 'code', table: 'document' }, { path: 'number', kind: 'line', code: true }, { path: 'country', kind: 'country' }, { path: 'issued', kind: 'date' }, { path: 'expires', kind: 'date' }] },
			{ path: 'parents.father_name', kind: 'line', colours: PERSONS },
			{ path: 'parents.father_forename', kind: 'line', colours: PERSONS },
			{ path: 'parents.mother_name', kind: 'line', colours: PERSONS },
			{ path: 'parents.mother_forename', kind: 'line', colours: PERSONS },
		],
	},
	{
		name: 'description',
		fields: [
			{ path: 'photographs', kind: 'pictures', help: true },
			{ path: 'height', kind: 'number', help: true, colours: PERSONS },
			{ path: 'weight', kind: 'number', colours: PERSONS },
			{ path: 'eyes', kind: 'codes', table: 'eyes', colours: PERSONS },
			{ path: 'hair', kind: 'codes', table: 'hair', colours: PERSONS },
			{ path: 'marks', kind: 'text', help: true, colours: PERSONS },
			{ path: 'languages', kind: 'tongues', colours: PERSONS },
			{ path: 'profession', kind: 'line', colours: PERSONS },
			{ path: 'biometrics.fingerprints', kind: 'yes', colours: PERSONS },
			{ path: 'biometrics.dna', kind: 'yes', colours: PERSONS },
			{ path: 'biometrics.dental', kind: 'yes', colours: 'yellow black' },
		],
	},
	{
		name: 'case',
		fields: [
			{ path: 'status', kind: 'code', table: 'status', colours: PERSONS, help: true },
			{ path: 'crimes', kind: 'codes', table: 'crime' },
			{ path: 'organised', kind: 'yes', colours: 'red blue green orange purple silver' },
			{ path: 'warnings', kind: 'codes', table: 'warning', colours: PERSONS, help: true },
			{ path: 'sought', kind: 'codes', table: 'sought', colours: 'blue', help: true },
			{
				path: 'warrants', kind: 'list', colours: 'red blue green silver', help: true,
				parts: [
					{ path: 'purpose', kind: 'purpose' }, { path: 'country', kind: 'country' }, { path: 'authority', kind: 'line' }, { path: 'reference', kind: 'line', code: true }, { path: 'date', kind: 'date' },
					{ path: 'charge', kind: 'text', help: true }, { path: 'charge_translation', kind: 'text' }, { path: 'law', kind: 'line', help: true },
					{ path: 'maximum_penalty_months', kind: 'number', help: true }, { path: 'sentence_months', kind: 'number' }, { path: 'remaining_months', kind: 'number' },
				],
			},
			{ path: 'extradition.assured', kind: 'yes', colours: 'red', help: true },
			{ path: 'extradition.countries', kind: 'countries', colours: 'red' },
			{ path: 'event.date', kind: 'date', colours: 'yellow black green orange purple' },
			{ path: 'event.place', kind: 'line', colours: 'yellow black green orange purple' },
			{ path: 'event.country', kind: 'country', colours: 'yellow black green orange purple' },
			{ path: 'assets', kind: 'list', colours: 'silver', parts: [{ path: 'kind', kind: 'code', table: 'asset' }, { path: 'description', kind: 'line' }, { path: 'country', kind: 'country' }, { path: 'reference', kind: 'line', code: true }, { path: 'value', kind: 'line' }] },
		],
	},
	{
		name: 'un',
		fields: [
			{ path: 'un.reference', kind: 'line', colours: 'un', code: true },
			{ path: 'un.reference_date', kind: 'date', colours: 'un' },
			{ path: 'un.resolution', kind: 'number', colours: 'un' },
			{ path: 'un.measures', kind: 'codes', table: 'measure', colours: 'un' },
			{ path: 'un.profession', kind: 'line', colours: 'un' },
			{ path: 'un.main_activity', kind: 'line', colours: 'un' },
			{ path: 'un.legal_form', kind: 'line', colours: 'un' },
			{ path: 'un.registration_number', kind: 'line', colours: 'un', code: true },
			{ path: 'un.chamber_of_commerce', kind: 'line', colours: 'un' },
			{ path: 'un.addresses', kind: 'lines', colours: 'un' },
			{ path: 'un.associates', kind: 'lines', colours: 'un' },
			{ path: 'un.administrators', kind: 'lines', colours: 'un' },
			{ path: 'un.additional_information', kind: 'text', colours: 'un' },
		],
	},
	{ name: 'text', fields: [{ path: 'summary', kind: 'words', help: true }, { path: 'advice', kind: 'words', help: true }] },
];

/* What each colour cannot be requested without, as content.c says it: marked in the form. */
const NEEDED: Readonly<Record<string, string>> = {
	red: 'name sex status crimes warrants extradition.assured summary',
	blue: 'name sex status crimes sought summary',
	green: 'name sex status crimes summary advice',
	yellow: 'name sex status event.date event.place event.country photographs summary',
	black: 'status event.date event.place event.country summary',
	orange: 'title crimes summary advice',
	purple: 'title crimes summary',
	silver: 'name status crimes assets summary',
	un: 'name un.reference summary',
};

/* What each colour can be about; the first is the usual. */
export const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
	red: ['person'], blue: ['person'], green: ['person'], yellow: ['person'], black: ['person'], orange: ['object', 'event', 'method', 'entity', 'person'], purple: ['method', 'object', 'event'], silver: ['person', 'entity'], un: ['person', 'entity'],
};

/* As what somebody may be entered under a colour. */
export const STATUSES: Readonly<Record<string, string>> = {
	red: 'charged convicted', blue: 'convicted charged suspect witness victim', green: 'convicted charged suspect threat', yellow: 'missing unidentified victim', black: 'body', un: 'sanctioned', silver: 'convicted charged suspect',
};

export const PUBLIC_COLOURS: ReadonlySet<string> = new Set(['red', 'yellow', 'un']);

export const isNeeded = (colour: string, path: string): boolean => (NEEDED[colour] ?? '').split(' ').includes(path);

export function belongs(field: Field, colour: string, subject: string): boolean {
	if (field.colours !== undefined && !field.colours.split(' ').includes(colour)) return false;
	return subject === 'person' || (!/^(forename|sex|birth|nationalities|documents|parents|height|weight|eyes|hair|marks|languages|profession|biometrics)/.test(field.path) && (field.path !== 'name' || subject === 'entity' || colour === 'un'));
}

export const labelOf = (path: string): Key => `n.${path}` as Key;
export const helpOf = (path: string): Key => `h.${path}` as Key;

export function valueAt(content: Content, path: string): Json | undefined {
	let at: Json | undefined = content;
	for (const name of path.split('.')) {
		if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined;
		at = (at as Content)[name];
	}
	return at;
}

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0) || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0);

/* The content with another value there; what is empty is left out, as the service wants it. */
export function withValue(content: Content, path: string, value: Json | undefined): Content {
	const [first = '', ...rest] = path.split('.');
	const next: Record<string, Json> = { ...content };
	const inner = content[first];
	const put = rest.length === 0 ? value : withValue(typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Content) : {}, rest.join('.'), value);
	if (isEmpty(put)) delete next[first];
	else next[first] = put as Json;
	return next;
}

/* White space at the ends of texts, and what is left empty in lists, taken out: for sending. */
export function tidy(value: Json): Json {
	if (typeof value === 'string') return value.trim();
	if (Array.isArray(value)) return value.map(tidy).filter((one) => !isEmpty(one));
	if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, tidy(one)] as const).filter(([, one]) => !isEmpty(one)));
	return value;
}

/* Languages that people speak, ISO 639-2/B and the two letters by which the browser knows their names. */
export const TONGUES: Readonly<Record<string, string>> = {
	ALB: 'sq', AMH: 'am', ARA: 'ar', ARM: 'hy', AZE: 'az', BEN: 'bn', BOS: 'bs', BUL: 'bg', BUR: 'my', CHI: 'zh', CZE: 'cs', DAN: 'da', DUT: 'nl', ENG: 'en', EST: 'et', FIN: 'fi', FRE: 'fr', GEO: 'ka', GER: 'de', GRE: 'el', HEB: 'he', HIN: 'hi', HRV: 'hr', HUN: 'hu', ICE: 'is', IND: 'id', ITA: 'it', JPN: 'ja', KAZ: 'kk', KHM: 'km', KOR: 'ko', KUR: 'ku', LAO: 'lo', LAV: 'lv', LIT: 'lt', MAC: 'mk', MAY: 'ms', MON: 'mn', NEP: 'ne', NOR: 'no', PAN: 'pa', PER: 'fa', POL: 'pl', POR: 'pt', PUS: 'ps', RUM: 'ro', RUS: 'ru', SIN: 'si', SLO: 'sk', SLV: 'sl', SOM: 'so', SPA: 'es', SRP: 'sr', SWA: 'sw', SWE: 'sv', TAM: 'ta', TGK: 'tg', THA: 'th', TUR: 'tr', UKR: 'uk', URD: 'ur', UZB: 'uz', VIE: 'vi',
};
