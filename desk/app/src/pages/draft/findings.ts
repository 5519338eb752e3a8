/* What the service found wrong, in the page's language: by kind, since the field that it stands at says what it is about. */
import type { Finding } from '../../parts/useAct';
import { type Key, t } from '../../strings';

const KINDS: readonly (readonly [RegExp, Key])[] = [
	[/^does not suffice/, 'find.identity'],
	[/^reach neither/, 'find.penalty'],
	[/^is not given$/, 'find.assurance'],
	[/does not fit/, 'find.status'],
	[/^(is|are) missing/, 'find.missing'],
	[/has no text in the source language/, 'find.source'],
	[/at most/, 'find.long'],
	[/date/, 'find.date'],
	[/is empty|an empty list/, 'find.empty'],
	[/stands twice/, 'find.twice'],
	[/is not between|whole number/, 'find.number'],
	[/control characters|white space/, 'find.plain'],
	[/picture/, 'find.picture'],
	[/must be/, 'find.subject'],
];

export const kindOf = (finding: Finding): Key => KINDS.find(([pattern]) => pattern.test(finding.what))?.[1] ?? 'find.wrong';

export const faultOf = (finding: Finding): string => t(kindOf(finding));

/* "warrants[0].law" stands at "warrants", "event" at the first field of the event. */
export function belongsTo(finding: Finding, path: string, all: readonly string[]): boolean {
	const field = finding.field.replace(/\[.*$/, '').replace(/\.(ar|en|es|fr)$/, '');
	if (field === path) return true;
	return !all.includes(field) && all.find((one) => one.startsWith(`${field}.`)) === path;
}
