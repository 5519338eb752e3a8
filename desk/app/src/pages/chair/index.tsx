/* The chair's page: one column that follows the session, with the next step proposed at its head, and everything else that a
 * chair may do beside it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Draft, type Item, type Stage, partyName, term, useView } from '../../api/assembly';
import { read } from '../../api/client';
import { useKeys } from '../../frame/keys';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { type Key, t } from '../../strings';
import { number } from '../../strings/format';
import { Asked, Cut, Head, ItemState, Outcome, Running, Speakers, Title, Words } from '../assembly/Parts';
import { type InSession, useSession } from '../assembly/useSession';
import { type Step, nextStep } from './next';

/* The drafts of an item, each whole; read again when one changed. */
function useDrafts(page: InSession, item: number | null): readonly Draft[] {
	const [found, setFound] = useState<readonly Draft[]>([]);
	const list = useView<{ drafts: Draft[] }>(page.number, 'drafts', page.live, 'drafts', 'outcomes');
	useEffect(() => {
		let stale = false;
		const own = (list?.drafts ?? []).filter((one) => one.item === item);
		if (item === null || page.number === null) setFound([]);
		else
			Promise.all(own.map((one) => read<Draft>(`assembly/sessions/${page.number}/draft/${one.number}`))).then(
				(all) => {
					if (!stale) setFound(all);
				},
				() => undefined,
			);
		return () => {
			stale = true;
		};
	}, [list, item]);
	return found;
}

function stepText(step: Step): string {
	return t(`a.next.${step.why}` as Key, { number: step.number ?? 0, who: step.who !== undefined ? partyName(step.who) : '' });
}

/* The secret vote that goes on beside the session's work. */
function Secret({ stage }: { readonly stage: Stage }): JSX.Element | null {
	const { secret } = stage;
	if (secret === null) return null;
	const election = stage.elections.find((one) => one.session === stage.session && one.vote === secret.number);
	return (
		<section class="card stack" data-secret={secret.number}>
			<h2 class="card-title">{t('b.secret')}</h2>
			<p class="now-item">
				<Title about={secret.about} title={secret.title} />
			</p>
			{election !== undefined && (
				<p>
					<a href={`/desk/ballot/${encodeURIComponent(election.id)}`}>{t(`b.state.${election.state}` as Key)}</a> · {t('b.ballots', { count: election.ballots })} · {t('b.voters', { count: election.voters })}
				</p>
			)}
		</section>
	);
}

function Voting({ page }: { readonly page: InSession }): JSX.Element | null {
	const vote = page.stage?.vote;
	if (vote == null) return null;
	const all = (vote.given ?? 0) + (vote.waiting ?? 0);
	return (
		<section class="card stack" data-vote={vote.number}>
			<h2 class="card-title">{t('a.vote.open')}</h2>
			<p class="now-item">
				<Title about={vote.about} title={vote.title} />
			</p>
			<p class="small">{term(vote.method)}</p>
			{vote.given !== undefined && (
				<div>
					<progress max={all} value={vote.given} aria-label={t('a.given')} />
					<p role="status">
						<strong>{number(vote.given)}</strong> {t('a.given.of', { all })}
					</p>
				</div>
			)}
			{vote.next != null && (
				<p>
					{t('a.called')} <strong>{partyName(vote.next)}</strong>
				</p>
			)}
			{vote.method === 'hands' && <p>{t(vote.counted === true ? 'a.hands.counted' : 'a.hands.wait')}</p>}
			<Asked vote={vote} />
			<p class="row">
				<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'vote.cancel', given: { vote: vote.number } })}>
					{t('a.act.vote.cancel')}
				</button>
			</p>
		</section>
	);
}

function Motions({ page }: { readonly page: InSession }): JSX.Element | null {
	const motions = page.stage?.motions ?? [];
	if (motions.length === 0) return null;
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.motions')}</h2>
			<ol class="stack-tight">
				{motions.map((one) => (
					<li key={one.number} class="row">
						<span>
							<strong>{term(one.kind)}</strong> · {partyName(one.code)} {one.text !== null && <Name text={one.text} />}
						</span>
						<button type="button" disabled={page.busy} onClick={() => void page.run('motion.rule', { motion: one.number, carried: true })}>
							{t('a.carried')}
						</button>
						<button type="button" disabled={page.busy} onClick={() => void page.run('motion.rule', { motion: one.number, carried: false })}>
							{t('a.refused')}
						</button>
						{!one.chair_decides && (
							<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'vote.open', given: { matter: 'procedure', subject: `motion:${one.number}` }, start: { method: 'device' }, only: ['method'] })}>
								{t('a.act.vote.open')}
							</button>
						)}
					</li>
				))}
			</ol>
		</section>
	);
}

function Drafts({ page, drafts }: { readonly page: InSession; readonly drafts: readonly Draft[] }): JSX.Element | null {
	const open = drafts.filter((one) => one.state === 'draft');
	if (open.length === 0) return null;
	const vote = (draft: Draft, subject: string): JSX.Element => (
		<button type="button" class="button-quiet" disabled={page.stage?.vote !== null} onClick={() => page.ask({ name: 'vote.open', given: { matter: draft.matter, subject }, start: { method: 'device' }, only: ['method', 'record'] })}>
			{t('a.act.vote.open')}
		</button>
	);
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.drafts')}</h2>
			{open.map((draft) => (
				<div key={draft.number} class="stack-tight">
					<p class="row">
						<span>
							{t('a.draft', { number: draft.number })} · <Words texts={draft.title} />
						</span>
						{vote(draft, `draft:${draft.number}`)}
					</p>
					{draft.complete === false && (
						<p class="near-note">
							{t('a.incomplete')} <bdi dir="ltr">{draft.missing}</bdi>
						</p>
					)}
					<ol class="amendments">
						{(draft.amendments ?? [])
							.filter((one) => one.state === 'moved')
							.map((one) => (
								<li key={one.number} class="row">
									<span>
										{t('a.amendment', { number: one.number })} · {partyName(one.office)} · {term(one.kind)}
									</span>
									{vote(draft, `amendment:${one.number}`)}
									<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'amendment.place', given: { amendment: one.number }, start: { distance: one.distance } })}>
										{t('a.act.amendment.place')}
									</button>
								</li>
							))}
					</ol>
				</div>
			))}
		</section>
	);
}

export default function ChairPage(): JSX.Element {
	const page = useSession();
	const { stage, live } = page;
	const agenda = useView<{ items: Item[] }>(page.number, 'agenda', live, 'agenda', 'outcomes');
	const drafts = useDrafts(page, stage?.item?.number ?? null);
	const step = stage !== null && agenda !== null ? nextStep(stage, agenda.items, drafts) : null;
	const go = (): void => {
		if (step !== null && !page.busy) void page.run(step.act, step.fields);
	};
	const can = step !== null;
	useKeys([{ keys: 'n', label: 'a.next', run: go, enabled: () => can }], [step, page.busy]);
	if (page.number === null || stage === null)
		return (
			<div class="page">
				<h1 tabIndex={-1}>{t('nav.chair')}</h1>
				{page.notes}
			</div>
		);
	const result = stage.result;
	return (
		<div class="page">
			<Head page="chair" stage={stage} sessions={page.sessions} numberOf={page.number} />
			<Cut live={live} />
			{stage.present !== undefined && (
				<p class={`quorum ${stage.present.quorate ? '' : 'quorum-bad'}`} data-quorate={String(stage.present.quorate)}>
					<Icon name={stage.present.quorate ? 'clear' : 'warning'} /> {t('a.present.of', { present: stage.present.voting, members: stage.present.members })} · {t(stage.present.quorate ? 'a.quorum.there' : 'a.quorum.missing', { needed: stage.present.quorum })}
				</p>
			)}
			<section class="card autopilot" aria-labelledby="next-title">
				<h2 class="card-title" id="next-title">
					{t('a.next')}
				</h2>
				{step !== null ? (
					<button type="button" class="button-main button-large" id="next" data-act={step.act} disabled={page.busy} aria-keyshortcuts="n" onClick={go}>
						{stepText(step)}
					</button>
				) : (
					<p role="status">{t(stage.state === 'closed' ? 'a.over' : 'a.next.wait')}</p>
				)}
			</section>
			{page.notes}
			<div class="assembly">
				<div class="stack">
					<Voting page={page} />
					<Secret stage={stage} />
					{stage.vote === null && result !== null && (
						<section class="card stack">
							<h2 class="card-title">{t('a.vote.last')}</h2>
							<p>
								<Title about={result.about} title={result.title} />
							</p>
							<Outcome vote={result} />
							{result.outcome === 'chair-decides' && (
								<p>
									<button type="button" onClick={() => page.ask({ name: 'vote.settle', given: { vote: result.number } })}>
										{t('a.act.vote.settle')}
									</button>
								</p>
							)}
						</section>
					)}
					<Motions page={page} />
					{stage.item !== null && (
						<section class="card stack">
							<h2 class="card-title">{t('a.floor')}</h2>
							<p class="now-item">
								<span class="small">{t('a.item', { number: stage.item.number })}</span> <Words texts={stage.item.title} />
							</p>
							{stage.speaking != null && (
								<p class="large-clock">
									<Running speech={stage.speaking} live={live} />
								</p>
							)}
							<Speakers stage={stage} live={live} />
							<p class="row">
								<button type="button" disabled={page.busy || (stage.waiting ?? []).length === 0} onClick={() => void page.run('speak.next')}>
									{t('a.act.speak.next')}
								</button>
								<button type="button" disabled={page.busy || stage.speaking == null} onClick={() => void page.run('speak.stop')}>
									{t('a.act.speak.stop')}
								</button>
								<button type="button" disabled={page.busy} onClick={() => void page.run('floor', { list_closed: !stage.item?.list_closed, statement: stage.item?.statement ?? 300, others: stage.item?.others ?? 120 })}>
									{t(stage.item.list_closed ? 'a.list.open' : 'a.list.close')}
								</button>
								<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'floor', start: { statement: stage.item?.statement, others: stage.item?.others, balanced: stage.item?.balanced, quota: stage.item?.quota } })}>
									{t('a.act.floor')}
								</button>
							</p>
						</section>
					)}
					<Drafts page={page} drafts={drafts} />
				</div>
				<div class="stack">
					<section class="card stack">
						<h2 class="card-title">{t('a.programme')}</h2>
						<ol class="agenda">
							{(agenda?.items ?? []).map((item) => (
								<li key={item.number} class={item.state === 'open' ? 'agenda-open' : ''}>
									<span class="agenda-number">{number(item.number)}</span>
									<Words texts={item.title} />
									<ItemState state={item.state} />
									{item.state === 'open' && (
										<button type="button" class="button-quiet" disabled={page.busy} onClick={() => void page.run('item.state', { item: item.number, state: 'deferred' })}>
											{t('a.defer')}
										</button>
									)}
									{stage.item === null && (item.state === 'adopted' || item.state === 'deferred') && (
										<button type="button" class="button-quiet" disabled={page.busy} onClick={() => void page.run('item.state', { item: item.number, state: 'open' })}>
											{t('a.open')}
										</button>
									)}
								</li>
							))}
						</ol>
						<p class="row">
							<button type="button" disabled={stage.vote !== null} onClick={() => page.ask({ name: 'vote.open', start: { method: 'device' }, only: ['matter', 'title', 'method', 'record'] })}>
								{t('a.act.vote.open')}
							</button>
							<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'appeal.decide' })}>
								{t('a.act.appeal.decide')}
							</button>
						</p>
					</section>
				</div>
			</div>
		</div>
	);
}
