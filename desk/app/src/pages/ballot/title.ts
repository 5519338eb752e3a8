/* The name of a session's secret vote in the page's language. The name itself is part of what the ballots are bound to, and is
 * the same in all languages: "Session 93, vote 4: Delegate, africa, round 2". What is named otherwise stays as it is. */
import { type Key, t } from '../../strings';
import { number } from '../../strings/format';

const FORM = /^Session (\d+), vote (\d+): (President|Vice-President|Delegate)(?:, (africa|americas|asia|europe))?, round (\d+)$/;

export function pollTitle(name: string): string {
	const [, session, vote, post, region, round] = FORM.exec(name) ?? [];
	if (post === undefined) return name;
	const who = region !== undefined ? t('ec.delegate.of', { region: t(`map.${region}` as Key) }) : t(`ec.post.${post.toLowerCase()}` as Key);
	/* Without the marks that t() sets around what is put in: the name is shown as names are, which would take them for a stranger's. */
	return t('b.name', { post: who, round: number(Number(round)), session: number(Number(session)), vote: number(Number(vote)) }).replace(/[\u2066-\u2069]/g, '');
}
