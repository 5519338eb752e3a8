/* What the pages of a session are made of: titles of what is voted on, verdicts with their arithmetic, running times. */
import type { JSX } from 'preact';
import { type About, type Live, type Session, type Speech, type Stage, type Texts, type Vote, cityOf, inLanguage, partyName, term, useClock } from '../../api/assembly';
import { language } from '../../frame/store';
import { may } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name, Prose } from '../../parts/Name';
import { T } from '../../parts/T';
import { type Key, t } from '../../strings';
import { ARTICLES } from '../../strings/articles';
import { clock, country, date, number } from '../../strings/format';

export function Words({ texts }: { readonly texts: Texts | null | undefined }): JSX.Element {
	const { text, lang } = inLanguage(texts);
	return (
		<span lang={lang} dir="auto">
			<Prose text={text} />
		</span>
	);
}

/* What is voted on, in words. */
export function Title({ about, title }: { readonly about: About; readonly title: string | null }): JSX.Element {
	if (about.kind === 'amendment')
		return (
			<span>
				<T k="a.amendment.of" number={about.number ?? 0} draft={<Words texts={about.titles} />} />
			</span>
		);
	if (about.kind === 'motion') return <span>{`${term(about.way ?? '')} · ${partyName(about.office ?? '')}`}</span>;
	if (about.kind === 'contest') return <span>{t(`ec.post.${about.way ?? ''}` as Key)}</span>;
	if (about.kind === 'agenda') return <span>{t('a.agenda.adoption')}</span>;
	if (about.kind === 'appeal') return <span>{t('a.appeal.of', { who: partyName(about.code ?? '') })}</span>;
	if (about.titles != null) return <Words texts={about.titles} />;
	return <Name text={title ?? ''} />;
}

/* "more than 1/2", "at least 2/3". */
function share(text: string): string {
	return text.startsWith('>') ? t('a.share.more', { share: text.slice(1) }) : t('a.share.least', { share: text });
}

/* The ground of a rule: the English text is in force, and stands beside what is there for reading. */
function Article({ text }: { readonly text: string }): JSX.Element {
	const aid = language.value !== 'en' ? ARTICLES.find((one) => one.en === text)?.[language.value] : undefined;
	const inForce = (
		<span lang="en" dir="ltr">
			{text}
		</span>
	);
	if (aid === undefined) return inForce;
	return (
		<span class="article">
			<span>{aid}</span> <small>{t('a.article.aid')}</small> {inForce}
		</span>
	);
}

/* What is asked of a vote, before it is held. */
export function Asked({ vote }: { readonly vote: Vote }): JSX.Element | null {
	if (vote.rule === null) return null;
	return (
		<p class="small">
			{t('a.rule', { share: share(vote.rule.share), base: t(`a.base.${vote.rule.base}` as 'a.base.cast') })}{' '}
			<Article text={vote.rule.article} />
		</p>
	);
}

/* 3 × 120 = 360 > 2 × 160 = 320, in whole numbers: what anybody can compute again. */
function arithmetic(vote: Vote): string | null {
	const found = /^(>?)(\d+)\/(\d+)$/.exec(vote.rule?.share ?? '');
	if (found === null || vote.yes === undefined || vote.base === undefined) return null;
	const over = Number(found[2]);
	const under = Number(found[3]);
	const left = under * vote.yes;
	const right = over * vote.base;
	const sign = left > right ? '>' : left === right ? '=' : '<';
	return `${number(under)} × ${number(vote.yes)} = ${number(left)} ${sign} ${number(over)} × ${number(vote.base)} = ${number(right)}`;
}

const OUTCOME_ICONS = { adopted: 'clear', elected: 'clear', rejected: 'stop' } as const;

/* A round of an election: everybody's votes, who is elected, and what the rule asked for. */
function Elected({ vote }: { readonly vote: Vote }): JSX.Element {
	const valid = (vote.cast ?? 0) - (vote.blank ?? 0);
	return (
		<>
			<table class="table">
				<tbody>
					{[...(vote.votes ?? [])]
						.sort((a, b) => b.votes - a.votes)
						.map((one) => (
							<tr key={`${one.person} ${one.country}`}>
								<th scope="row">
									<Name text={one.person} /> <small>{partyName(one.country)}</small> {vote.elected?.includes(one.person) === true && <span class="topic">{t('ec.elected')}</span>}
								</th>
								<td class="number">{number(one.votes)}</td>
							</tr>
						))}
				</tbody>
			</table>
			{vote.rule !== null && (
				<p class="small">
					{t('a.valid', { valid, blank: vote.blank ?? 0, share: share(vote.rule.share) })} <Article text={vote.rule.article} />
				</p>
			)}
		</>
	);
}

export function Outcome({ vote, large }: { readonly vote: Vote; readonly large?: boolean }): JSX.Element {
	const outcome = vote.outcome ?? '';
	const sum = arithmetic(vote);
	return (
		<div class={`outcome outcome-${outcome} ${large === true ? 'outcome-large' : ''}`} data-outcome={outcome}>
			<p class="outcome-word">
				<Icon name={OUTCOME_ICONS[outcome as 'adopted'] ?? 'unsure'} size="large" />
				<strong>{t(`a.outcome.${outcome}` as 'a.outcome.adopted')}</strong>
				{vote.decision != null && <Code text={vote.decision} />}
			</p>
			{vote.votes !== undefined && <Elected vote={vote} />}
			{vote.votes === undefined && (
			<dl class="count">
				{(['yes', 'no', 'abstain'] as const).map((choice) => (
					<Fact key={choice} class={`count-${choice}`} name={term(choice)}>{number(vote[choice] ?? 0)}</Fact>
				))}
			</dl>
			)}
			{vote.rule !== null && vote.votes === undefined && vote.needed !== undefined && (
				<p class="small">
					{t('a.needed', { needed: vote.needed, share: share(vote.rule.share), base: vote.base ?? 0, of: t(`a.base.${vote.rule.base}` as 'a.base.cast') })}{' '}
					{sum !== null && (
						<bdi dir="ltr" class="sum">
							{sum}
						</bdi>
					)}{' '}
					<Article text={vote.rule.article} />
				</p>
			)}
		</div>
	);
}

const two = (value: number): string => number(value).padStart(2, number(0));

/* How long somebody speaks, and how much is left; red and with a sign when the time is over. */
export function Running({ speech, live }: { readonly speech: Speech; readonly live: Live }): JSX.Element {
	const now = useClock(live, true);
	const used = Math.max(0, Math.floor((now - Date.parse(speech.begun ?? '')) / 1000));
	const left = speech.seconds - used;
	const shown = Math.abs(left);
	return (
		<span class={`running ${left < 0 ? 'running-over' : left <= 30 ? 'running-near' : ''}`} role="timer" aria-label={t(left < 0 ? 'a.time.over' : 'a.time.left')}>
			{left < 0 && <Icon name="warning" />}
			<bdi dir="ltr">
				{left < 0 ? '+' : ''}
				{number(Math.floor(shown / 60))}:{two(shown % 60)}
			</bdi>
		</span>
	);
}

export function Speakers({ stage, live, own }: { readonly stage: Stage; readonly live: Live; readonly own?: string }): JSX.Element {
	const waiting = stage.waiting ?? [];
	return (
		<div class="stack-tight">
			{stage.speaking != null ? (
				<p class="speaking">
					<Icon name="voice" />
					<strong>
						<Name text={partyName(stage.speaking.code)} />
					</strong>
					<span class="small">{term(stage.speaking.kind)}</span>
					<Running speech={stage.speaking} live={live} />
				</p>
			) : (
				<p class="none">{t('a.speaking.nobody')}</p>
			)}
			{waiting.length > 0 && (
				<ol class="waiting" aria-label={t('a.waiting')}>
					{waiting.map((one) => (
						<li key={one.number} class={one.code === own ? 'waiting-own' : ''}>
							<Name text={partyName(one.code)} /> <span class="small">{term(one.kind)}</span>
						</li>
					))}
				</ol>
			)}
			{(stage.waiting_count ?? 0) > waiting.length && <p class="small">{t('more', { count: (stage.waiting_count ?? 0) - waiting.length })}</p>}
		</div>
	);
}

/* That what is shown may be old. */
export function Cut({ live }: { readonly live: Live }): JSX.Element | null {
	if (live.up) return null;
	return (
		<div class="cut-live" role="alert">
			<Icon name="cut" />
			<p>{t('a.cut', { time: clock(live.since) })}</p>
		</div>
	);
}

const PAGES = [
	['assembly', 'nav.assembly', null],
	['delegate', 'nav.delegate', 'assembly.delegate'],
	['chair', 'nav.chair', 'assembly.chair'],
	['secretary', 'nav.secretary', 'assembly.secretary'],
	['committee', 'nav.committee', null],
	['hall', 'nav.hall', 'assembly.read'],
] as const;

/* The head of every page of a session: which one it is, and the ways to the others. */
export function Head({ page, stage, sessions, numberOf }: { readonly page: string; readonly stage: Stage | null; readonly sessions: readonly Session[]; readonly numberOf: number }): JSX.Element {
	const open = PAGES.filter(([name, , right]) => name === page || right === null || may(right));
	return (
		<>
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('a.session', { number: numberOf })}</h1>
					{stage !== null && (
						<p class="small">
							<bdi>{cityOf(stage)}</bdi> · <bdi>{country(stage.country)}</bdi> · <bdi>{date(`${stage.first}/${stage.last}`)}</bdi> · {t(`a.state.${stage.state}` as 'a.state.open')}
						</p>
					)}
				</div>
				{page === 'assembly' && sessions.length > 1 && (
					<nav class="row" aria-label={t('a.sessions')}>
						{sessions.map((one) => (
							<a key={one.number} class="button" href={`/desk/assembly?session=${one.number}`} aria-current={one.number === numberOf ? 'page' : undefined}>
								{number(one.number)}
							</a>
						))}
					</nav>
				)}
			</div>
			{open.length > 1 && (
				<nav class="tabs" aria-label={t('a.pages')}>
					{open.map(([name, title]) => (
						<a key={name} href={`/desk/${name}?session=${numberOf}`} aria-current={name === page ? 'page' : undefined}>
							{t(title)}
						</a>
					))}
				</nav>
			)}
		</>
	);
}

export function ItemState({ state }: { readonly state: string }): JSX.Element {
	return <span class={`topic item-${state}`}>{t(`a.item.${state}` as 'a.item.open')}</span>;
}
