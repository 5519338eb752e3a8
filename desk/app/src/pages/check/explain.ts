/* The service explains itself in English sentences made of facts. Here the facts are taken out again and put into the
 * language of the page; test/explain.test.ts holds the sentences against the C sources that make them. */
import type { Evidence } from '../../api/types';
import { type Key, type Values, t } from '../../strings';
import { percent } from '../../strings/format';

const FIELDS: Readonly<Record<string, Key>> = {
	'document number': 'zone.field.number',
	'birth date': 'zone.field.birth',
	'expiry date': 'zone.field.expiry',
	'optional data': 'zone.field.optional',
	whole: 'zone.field.whole',
	names: 'zone.field.names',
	'given names': 'zone.field.given',
	issuer: 'zone.field.issuer',
	nationality: 'ask.nationality',
	'document type': 'zone.field.type',
	'long document number': 'zone.field.number',
};

function fieldWord(name: string): string {
	const digitOf = /^check digit of the (.+)$/.exec(name)?.[1];
	if (digitOf !== undefined) return t('zone.field.digitOf', { field: fieldWord(digitOf) });
	return FIELDS[name] !== undefined ? t(FIELDS[name]) : name;
}

interface Sentence {
	readonly pattern: RegExp;
	readonly key: Key;
	readonly bad?: true; /* it says that something is wrong, not that it was mended */
}

export const NOTES: readonly Sentence[] = [
	{ pattern: /^(?<field>[a-z ]+): (?<was>.) in position (?<position>\d+) taken as (?<now>.)$/u, key: 'zone.note.taken' },
	{ pattern: /^(?<field>[a-z ]+): (?<was>.) in position (?<position>\d+) is no digit$/u, key: 'zone.note.noDigit', bad: true },
	{ pattern: /^(?<field>[a-z ]+): (?<was>.) in position (?<position>\d+) is no letter$/u, key: 'zone.note.noLetter', bad: true },
	{ pattern: /^(?<field>[a-z ]+): (?<was>.) in position (?<position>\d+) repaired to (?<now>.) by the check digit$/u, key: 'zone.note.repaired' },
	{ pattern: /^(?<field>[a-z ]+): (?:composite )?check digit is (?<was>.), should be (?<now>\d)$/u, key: 'zone.note.wrong', bad: true },
	{ pattern: /^(?<field>[a-z ]+): (?:composite )?check digit is (?<was>.), should be (?<now>\d); several readings would fit, none is taken$/u, key: 'zone.note.wrongSeveral', bad: true },
	{ pattern: /^(?<field>[a-z ]+): (?:composite )?check digit is (?<was>.), should be (?<now>\d); a change that fits is not confirmed by the others$/u, key: 'zone.note.wrongUnconfirmed', bad: true },
	{ pattern: /^(?<code>.{1,3}) is not a country's code that is known$/u, key: 'zone.note.country', bad: true },
	{ pattern: /^names: (?<was>.) among the fillers in position (?<position>\d+) left out$/u, key: 'zone.note.filler' },
	{ pattern: /^(?<field>[a-z ]+): (?<was>.{1,6}) is no date$/u, key: 'zone.note.noDate', bad: true },
	{ pattern: /^sex: (?<was>.) is none of M, F, X and <$/u, key: 'zone.note.sex', bad: true },
	{ pattern: /^line (?<line>\d+): lower case taken as capitals$/, key: 'zone.note.lower' },
	{ pattern: /^line (?<line>\d+): spaces (?:between characters )?taken as fillers$/, key: 'zone.note.spaceFillers' },
	{ pattern: /^line (?<line>\d+): spaces left out$/, key: 'zone.note.spacesOut' },
	{ pattern: /^line (?<line>\d+): double angles taken as (?:two fillers|one filler)$/, key: 'zone.note.angles' },
	{ pattern: /^line (?<line>\d+): (?<count>\d+) missing (?:in its longest row of fillers|at its end), taken as fillers$/, key: 'zone.note.missing' },
	{ pattern: /^line (?<line>\d+): (?<count>\d+) too many fillers (?:in its longest row of fillers|at its end)$/, key: 'zone.note.tooMany' },
	{ pattern: /^given as one line, cut after every (?<count>\d+) characters$/, key: 'zone.note.oneLine' },
];

export interface Note {
	readonly text: string;
	readonly english: boolean; /* no sentence of ours fits: it is shown as it came */
	readonly bad: boolean;
}

export function noteOf(sentence: string): Note {
	for (const { pattern, key, bad } of NOTES) {
		const groups = pattern.exec(sentence)?.groups;
		if (pattern.exec(sentence) === null) continue;
		const values: Record<string, string | number> = {};
		for (const [name, value] of Object.entries(groups ?? {})) {
			if (name === 'field') values[name] = fieldWord(value);
			else values[name] = name === 'position' || name === 'line' || name === 'count' ? Number(value) : value;
		}
		return { text: t(key, values), english: false, bad: bad === true };
	}
	return { text: sentence, english: true, bad: true };
}

export type Judgement = 'agrees' | 'near' | 'differs' | 'unknown';

export interface Reason {
	readonly judgement: Judgement;
	readonly text: string;
	readonly english?: true;
}

const reason = (judgement: Judgement, key: Key, values: Values = {}): Reason => ({ judgement, text: t(key, values) });

function birth(evidence: Evidence): Reason {
	const years = /: (\d+) years? between$/.exec(evidence.detail ?? '');
	if (evidence.effect > 0) return reason('agrees', 'why.birth.same');
	if (years !== null) return reason('differs', 'why.birth.years', { count: Number(years[1]) });
	if (/one slip of the pen/.test(evidence.detail ?? '')) return reason('near', 'why.birth.slip');
	if (/another day of the same year/.test(evidence.detail ?? '')) return reason('differs', 'why.birth.day');
	return reason('agrees', 'why.birth.fits');
}

function document(evidence: Evidence): Reason {
	if (!(evidence.query ?? '').includes(':')) return reason('agrees', 'why.document.noCountryAsked');
	return (evidence.listed ?? '').includes(':') ? reason('agrees', 'why.document.same') : reason('agrees', 'why.document.noCountryListed');
}

function name(evidence: Evidence): Reason {
	const detail = evidence.detail ?? '';
	const texts = [t('why.name', { score: percent(evidence.effect) })];
	if (/a weak alias counts/.test(detail)) texts.push(t('why.name.weak'));
	if (/the zone cut the name after/.test(detail)) texts.push(t('why.name.cut'));
	return { judgement: evidence.effect >= 0.95 ? 'agrees' : 'near', text: texts.join(' ') };
}

/* Why a piece of evidence counts as it does. */
export function reasonOf(evidence: Evidence): Reason {
	switch (evidence.feature) {
		case 'name':
			return name(evidence);
		case 'document':
			return document(evidence);
		case 'birth_date':
			return birth(evidence);
		case 'nationality':
			return evidence.effect < 0 ? reason('differs', 'why.nationality.other') : reason('agrees', 'why.nationality.same');
		case 'sex':
			return evidence.effect < 0 ? reason('differs', 'why.sex.other') : reason('agrees', 'why.sex.same');
		default:
			return { judgement: 'unknown', text: evidence.detail ?? '', english: true };
	}
}
