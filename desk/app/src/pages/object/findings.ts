/* What the service found wrong with an object, in the page's language: by kind, since the field says what it is about. */
import type { Finding } from '../../parts/useAct';
import { type Key, t } from '../../strings';

const KINDS: readonly (readonly [RegExp, Key])[] = [
	[/so is every other number|^is missing/, 'find.missing'],
	[/is no day|year of making/, 'find.date'],
	[/still to come/, 'obj.find.future'],
	[/at most/, 'find.long'],
	[/has none$/, 'obj.find.number'],
	[/is no country|other countr|issued/, 'obj.find.country'],
	[/go together/, 'obj.find.both'],
	[/check digit|characters|IMO|VIN/i, 'obj.find.check'],
	[/range|two numbers|first/, 'obj.find.range'],
	[/control|plain/, 'find.plain'],
];

export const faultOf = (finding: Finding): string => t(KINDS.find(([pattern]) => pattern.test(finding.what))?.[1] ?? 'obj.find.wrong');
