/* The screen in the hall: one thing at a time, large, bright on dark, live; readable from the last row. In the page's language,
 * with the title of what is voted on in the other working languages beside it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Stage, type Texts, cityOf, partyName, term } from '../../api/assembly';
import { pollPath } from '../../api/ballot';
import { read } from '../../api/client';
import { LANGUAGES, language } from '../../frame/store';
import { useKeys } from '../../frame/keys';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { Cut, Outcome, Running, Title, Words } from '../assembly/Parts';
import { type InSession, useSession } from '../assembly/useSession';
import { pollTitle } from '../ballot/title';

const HEAD_MS = 1000; /* ballots come in crowds: the head is asked for once they pause */
const RESULT_MS = 180_000; /* a result stands until the next speech begins, or so long */

function Others({ texts }: { readonly texts: Texts | null | undefined }): JSX.Element | null {
	const others = LANGUAGES.filter((one) => one !== language.value && texts?.[one] !== undefined);
	if (others.length === 0) return null;
	return (
		<ul class="hall-others">
			{others.map((one) => (
				<li key={one} lang={one}>
					<Name text={texts?.[one] ?? ''} />
				</li>
			))}
		</ul>
	);
}

function Scene({ page, stage }: { readonly page: InSession; readonly stage: Stage }): JSX.Element {
	if (stage.vote !== null) {
		const vote = stage.vote;
		return (
			<section class="hall-scene" data-scene="vote">
				<p class="hall-kind">
					{t('a.vote.open')} · {term(vote.method)}
				</p>
				<h1 tabIndex={-1}>
					<Title about={vote.about} title={vote.title} />
				</h1>
				<Others texts={vote.about.titles} />
				{vote.given !== undefined && (
					<p class="hall-count">
						<bdi>{number(vote.given)}</bdi> <span>{t('a.given.of', { all: vote.given + (vote.waiting ?? 0) })}</span>
					</p>
				)}
				{vote.next != null && (
					<p class="hall-next">
						{t('a.called')} <strong>{partyName(vote.next)}</strong>
					</p>
				)}
			</section>
		);
	}
	const closed = Date.parse(stage.result?.closed ?? '');
	const fresh = Date.now() + page.live.ahead - closed < RESULT_MS && !(Date.parse(stage.speaking?.begun ?? '') > closed);
	if (stage.result !== null && fresh)
		return (
			<section class="hall-scene" data-scene="result">
				<p class="hall-kind">{t('a.vote', { number: stage.result.number })}</p>
				<h1 tabIndex={-1}>
					<Title about={stage.result.about} title={stage.result.title} />
				</h1>
				<Outcome vote={stage.result} large />
			</section>
		);
	return (
		<section class="hall-scene" data-scene="floor">
			{stage.item !== null ? (
				<>
					<p class="hall-kind">{t('a.item', { number: stage.item.number })}</p>
					<h1 tabIndex={-1}>
						<Words texts={stage.item.title} />
					</h1>
					<Others texts={stage.item.title} />
				</>
			) : (
				<h1 tabIndex={-1}>{t(stage.state === 'open' ? 'a.item.none' : stage.state === 'closed' ? 'a.over' : 'a.before')}</h1>
			)}
			{stage.speaking != null && (
				<div class="hall-speaker">
					<p>
						<Icon name="voice" size="huge" />
						<strong>
							<Name text={partyName(stage.speaking.code)} />
						</strong>
					</p>
					<Running speech={stage.speaking} live={page.live} />
				</div>
			)}
			{(stage.waiting ?? []).length > 0 && (
				<ol class="hall-waiting" aria-label={t('a.waiting')}>
					{(stage.waiting ?? []).slice(0, 6).map((one) => (
						<li key={one.number}>
							<Name text={partyName(one.code)} />
						</li>
					))}
				</ol>
			)}
		</section>
	);
}

/* The board of the secret vote that is open or awaits its count: how many events it has and the hash of the last, which
 * observers compare with what they hold; and who of them signed it. */
function Board({ election }: { readonly election: Stage['elections'][number] }): JSX.Element {
	const [head, setHead] = useState<{ readonly height: number; readonly head: string } | null>(null);
	useEffect(() => {
		let stale = false;
		const timer = setTimeout(
			() =>
				void read<{ height: number; head: string }>(pollPath(election.id, '/head')).then(
					(found) => {
						if (!stale) setHead(found);
					},
					() => undefined /* the next ballot asks again */,
				),
			HEAD_MS,
		);
		return () => {
			stale = true;
			clearTimeout(timer);
		};
	}, [election.id, election.ballots, election.state]);
	return (
		<section class="hall-board" data-board={election.id}>
			<p>
				<Name text={pollTitle(election.name)} /> · {t('b.ballots', { count: election.ballots })} · {t('b.observed', { count: election.observed })}
			</p>
			{head !== null && (
				<p>
					{t('b.head', { number: head.height })} <Code text={head.head.replace(/(.{8})(?=.)/g, '$1 ')} />
				</p>
			)}
			{election.fork && (
				<p class="hall-bad" role="alert">
					<Icon name="warning" /> {t('b.fork')}
				</p>
			)}
		</section>
	);
}

export default function HallPage(): JSX.Element {
	const page = useSession();
	const { stage } = page;
	const whole = (): void => void (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen()).catch(() => undefined);
	useKeys([{ keys: 'f', label: 'a.screen', run: whole }], []);
	return (
		<div class="hall">
			<header class="hall-head">
				{stage !== null ? (
					<p>
						<strong>{t('a.session', { number: stage.session })}</strong> <bdi>{cityOf(stage)}</bdi>
					</p>
				) : (
					<h1 tabIndex={-1}>{t('nav.hall')}</h1>
				)}
				<p class="row">
					<button type="button" class="button-quiet" onClick={whole}>
						<Icon name="screen" />
						{t('a.screen')}
					</button>
					<a href={`/desk/assembly?session=${page.number ?? ''}`}>{t('a.leave')}</a>
				</p>
			</header>
			<Cut live={page.live} />
			{page.notes}
			{stage !== null && <Scene page={page} stage={stage} />}
			{(stage?.elections ?? [])
				.filter((one) => one.state === 'open' || one.state === 'closed' || one.fork)
				.slice(0, 1)
				.map((one) => (
					<Board key={one.id} election={one} />
				))}
			{stage?.present !== undefined && (
				<footer class="hall-foot">
					<p>{t('a.present.of', { present: stage.present.voting, members: stage.present.members })}</p>
					<p class={stage.present.quorate ? '' : 'hall-bad'}>{t(stage.present.quorate ? 'a.quorum.there' : 'a.quorum.missing', { needed: stage.present.quorum })}</p>
				</footer>
			)}
		</div>
	);
}
