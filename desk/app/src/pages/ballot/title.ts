/* The name of a session's secret vote in the page's language. The name itself is part of what the ballots are bound to, and is
 * the same in all languages: "Session 93, vote 4: Delegate, africa, round 2". What is named otherwise stays as it is. */
import { language } from '../../frame/store';
import { type Key, t } from '../../strings';
import { number } from '../../strings/format';

const FORM = /^Session (\d+), vote (\d+): (President|Vice-President|Delegate)(?:, (africa|americas|asia|europe))?, round (\d+)$/;

const DRAFT = /^Session (\d+), vote (\d+): draft:(\d+)$/;

export function pollTitle(name: string): string {
	const [, , of, draft] = DRAFT.exec(name) ?? [];
	if (draft !== undefined) return `${t('a.draft', { number: number(Number(draft)) })} (${t('a.vote', { number: number(Number(of)) })})`.replace(/[\u2066-\u2069]/g, '');
	const [, session, vote, post, region, round] = FORM.exec(name) ?? [];
	if (post === undefined) return name;
	const who = region !== undefined ? t(`ec.delegate.${region}` as Key) : t(`ec.post.${post.toLowerCase()}` as Key);
	/* Without the marks that t() sets around what is put in: the name is shown as names are, which would take them for a stranger's. */
	return t('b.name', { post: who, round: number(Number(round)), session: number(Number(session)), vote: number(Number(vote)) }).replace(/[\u2066-\u2069]/g, '');
}

/* A question, and yes and no, which the service writes in its four languages into the one text that ballots are bound to: the part in the
 * page's language, as src/assembly/poll_secret.c orders them. Any other text stays whole. */
const IN_FOUR = ['ar', 'en', 'es', 'fr'];
export function asked(text: string): string {
	const parts = text.split(' | ');
	return parts.length === IN_FOUR.length ? parts[IN_FOUR.indexOf(language.value)]! : text;
}

const ANSWERS = ['نعم | yes | sí | oui', 'لا | no | no | non'];
export function answered(text: string): string {
	return ANSWERS.includes(text) ? asked(text) : text; /* a candidate's name is never taken apart */
}
