/* The answer: one word that can be read from two metres away, in colour, shape and writing; below it what it rests on. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { sayNow } from '../../frame/say';
import { Fact } from '../../parts/Fact';
import { Code, Name } from '../../parts/Name';
import { Icon, type IconName } from '../../parts/Icon';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { ago, country, date, list, moment, percent } from '../../strings/format';
import { officer } from '../../frame/store';
import { Keys } from '../../frame/Help';
import { noteOf } from './explain';
import { HitCard } from './HitCard';
import { type Answered, type Doubt, type Traveller, type Verdict, ask, change, doubtsOf, nextTraveller, selected, travellerOf, verdictOf } from './state';
import { readZone } from './mrz';
import { ZoneLines } from './Zone';

const LOOK: Readonly<Record<Verdict | 'failed', { readonly icon: IconName; readonly word: Key }>> = {
	hit: { icon: 'stop', word: 'verdict.hit' },
	rejected: { icon: 'different', word: 'verdict.rejected' },
	look: { icon: 'warning', word: 'verdict.look' },
	clear: { icon: 'clear', word: 'verdict.clear' },
	failed: { icon: 'cut', word: 'verdict.failed' },
};

const DOUBTS: Readonly<Record<Doubt, Key>> = { digits: 'doubt.digits', expired: 'doubt.expired', stale: 'doubt.stale' };

function Sign({ verdict, children }: { readonly verdict: Verdict | 'failed'; readonly children: preact.ComponentChildren }): JSX.Element {
	const { icon, word } = LOOK[verdict];
	return (
		<header class={`sign sign-${verdict}`}>
			<Icon name={icon} size="huge" />
			<div>
				<h1 tabIndex={-1} data-verdict={verdict}>
					{t(word)}
				</h1>
				<div class="sign-text">{children}</div>
			</div>
		</header>
	);
}

function Actions(): JSX.Element {
	return (
		<div class="row row-end answer-actions">
			<button type="button" class="button-quiet" onClick={() => print()}>
				<Icon name="print" />
				{t('print')}
			</button>
			<button type="button" onClick={change}>
				<Icon name="back" />
				{t('answer.change')}
				<Keys keys="Escape" />
			</button>
			<button type="button" class="button-main" onClick={nextTraveller}>
				{t('answer.next')}
				<Icon name="next" />
				<Keys keys="Enter" />
			</button>
		</div>
	);
}

function Who({ traveller, answered }: { readonly traveller: Traveller; readonly answered: Answered }): JSX.Element {
	const mrz = answered.answer.mrz;
	const zone = readZone(answered.typed.zone);
	return (
		<section class="card who" aria-label={t('who.title')}>
			<h2 class="card-title">{t('who.title')}</h2>
			<p class="who-name">
				{traveller.names.map((name) => (
					<span key={name}>
						<Name text={name} />
					</span>
				))}
			</p>
			<dl class="facts">
				<Fact name={t('ask.born')}>{traveller.born !== null ? <bdi>{date(traveller.born)}</bdi> : null}</Fact>
				<Fact name={t('ask.nationality')}>{traveller.nationality.length > 0 ? <bdi>{list(traveller.nationality.map(country))}</bdi> : null}</Fact>
				<Fact name={t('ask.sex')}>{traveller.sex !== null ? t(`sex.${traveller.sex}`) : null}</Fact>
				<Fact name={t('ask.document')}>
					{traveller.documents.length > 0
						? traveller.documents.map((one) => (
								<span key={one.number} class="who-document">
									<Code text={one.number} /> {one.country !== null && <bdi>{country(one.country)}</bdi>}
								</span>
							))
						: null}
				</Fact>
				{traveller.expiry !== null && (
					<Fact name={t('who.expiry')}>
						<bdi>{date(traveller.expiry)}</bdi>
					</Fact>
				)}
			</dl>
			{zone.lines.length > 0 && <ZoneLines zone={zone} />}
			{mrz !== undefined && mrz.notes.length > 0 && (
				<ul class="notes" aria-label={t('zone.notes')}>
					{mrz.notes.map((sentence) => {
						const note = noteOf(sentence);
						return (
							<li key={sentence} class={note.bad ? 'bad' : ''} lang={note.english ? 'en' : undefined}>
								{note.text}
							</li>
						);
					})}
				</ul>
			)}
		</section>
	);
}

function RestsOn({ answered }: { readonly answered: Answered }): JSX.Element {
	const { lists, rules } = answered.answer;
	return (
		<section class="card rests" aria-label={t('rests.title')}>
			<h2 class="card-title">{t('rests.title')}</h2>
			<ul>
				{lists.map((one) => (
					<li key={one.name}>
						<span>
							<Name text={one.name} />
						</span>
						<small>{t('rests.list', { count: one.entities, age: one.age_seconds !== null ? ago(one.age_seconds) : '' })}</small>
					</li>
				))}
			</ul>
			<p class="small">
				<T k="rests.rules" rules={<Code text={rules} />} />
			</p>
		</section>
	);
}

export function Answer({ answered }: { readonly answered: Answered }): JSX.Element {
	const verdict = verdictOf(answered);
	const doubts = doubtsOf(answered);
	const { hits, total, hidden } = answered.answer;
	const traveller = travellerOf(answered.check, answered.answer.mrz);
	const page = useRef<HTMLDivElement>(null);
	const best = hits[0];
	useEffect(() => {
		page.current?.querySelector<HTMLElement>('h1')?.focus();
		scrollTo(0, 0);
		const texts = [t(LOOK[verdict].word)];
		if (best !== undefined) texts.push(t('answer.count', { count: total }), t('answer.best', { name: best.caption, score: percent(best.score) }));
		texts.push(...doubts.map((doubt) => t(DOUBTS[doubt])));
		sayNow(texts.join('. '));
	}, [answered]);
	return (
		<div class={`answer answer-${verdict}`} ref={page}>
			<Sign verdict={verdict}>
				{best !== undefined ? (
					<p>
						<T k="answer.count" count={total} />
					</p>
				) : (
					<p>{t('answer.nobody')}</p>
				)}
				{doubts.map((doubt) => (
					<p key={doubt} class="sign-doubt">
						<Icon name="warning" />
						{t(DOUBTS[doubt])}
					</p>
				))}
				{hidden > 0 && (
					<p>
						<Icon name="hidden" /> <T k="answer.hidden" count={hidden} />{' '}
						<button type="button" class="button-sign" onClick={() => void ask({ showHidden: true })}>
							{t('answer.showHidden')}
						</button>
					</p>
				)}
			</Sign>
			<Actions />
			<div class="answer-body">
				{hits.length > 0 && (
					<section class="hits" aria-label={t('hits.title')}>
						<h2 class="unseen">{t('hits.title')}</h2>
						<ol>
							{hits.map((hit, index) => (
								<HitCard key={`${hit.lists[0]} ${hit.id}`} hit={hit} number={index + 1} traveller={traveller} open={index === selected.value} onOpen={() => (selected.value = index)} />
							))}
						</ol>
						{total > hits.length && (
							<p class="small">
								<T k="hits.more" count={total - hits.length} />
							</p>
						)}
					</section>
				)}
				<div class="answer-side">
					<Who traveller={traveller} answered={answered} />
					<RestsOn answered={answered} />
				</div>
			</div>
			<p class="print-only">
				{officer.value !== '' ? t('print.by', { name: officer.value, time: moment(answered.at) }) : t('print.at', { time: moment(answered.at) })}
			</p>
		</div>
	);
}

/* No answer is not a good answer: the screen says so as loudly as a hit. */
export function Failed({ error }: { readonly error: unknown }): JSX.Element {
	const page = useRef<HTMLDivElement>(null);
	useEffect(() => {
		page.current?.querySelector<HTMLElement>('h1')?.focus();
		sayNow(t('verdict.failed'));
	}, [error]);
	return (
		<div class="answer answer-failed" ref={page}>
			<Sign verdict="failed">
				<p>{t('failed.text')}</p>
			</Sign>
			<div class="page">
				<Trouble error={error} />
				<div class="row row-end">
					<button type="button" onClick={change}>
						<Icon name="back" />
						{t('answer.change')}
						<Keys keys="Escape" />
					</button>
					<button type="button" class="button-main" onClick={() => void ask()}>
						{t('failed.again')}
					</button>
				</div>
			</div>
		</div>
	);
}
