/* A session for everybody, with and without an account: what happens now, the programme, what was decided and how, the secret
 * votes, the communiqué. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Draft, type Item, type Vote, inLanguage, term, useView } from '../../api/assembly';
import { language } from '../../frame/store';
import { may } from '../../frame/who';
import { Code, Name, Prose } from '../../parts/Name';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { Archive } from './Archive';
import { Asked, Cut, Head, ItemState, Outcome, Speakers, Title, Words } from './Parts';
import { type InSession, useSession } from './useSession';
import { pollTitle } from '../ballot/title';

function Decision({ page, draft }: { readonly page: InSession; readonly draft: Draft }): JSX.Element {
	const [open, setOpen] = useState(false);
	const whole = useView<Draft>(page.number, open ? `draft/${draft.number}` : null, page.live, 'drafts');
	return (
		<li>
			<details onToggle={(event) => setOpen(event.currentTarget.open)}>
				<summary>
					<Code text={draft.decision ?? ''} /> <Words texts={draft.title} />
				</summary>
				{whole !== null && (
					<div class="resolution">
						{[...(whole.preamble ?? []), ...(whole.operative ?? [])].map((one, index) => (
							<p key={index} lang={inLanguage(one).lang} dir="auto">
								<Prose text={inLanguage(one).text} />
							</p>
						))}
					</div>
				)}
			</details>
		</li>
	);
}

export function Now({ page }: { readonly page: InSession }): JSX.Element | null {
	const { stage, live } = page;
	if (stage === null) return null;
	return (
		<section class="card stack" aria-live="polite">
			<h2 class="card-title">{t('a.now')}</h2>
			{stage.item !== null ? (
				<p class="now-item">
					<span class="small">{t('a.item', { number: stage.item.number })}</span> <Words texts={stage.item.title} />
				</p>
			) : (
				<p class="none">{t(stage.state === 'open' ? 'a.item.none' : stage.state === 'closed' ? 'a.over' : 'a.before')}</p>
			)}
			{may('assembly.read') && stage.item !== null && <Speakers stage={stage} live={live} />}
			{stage.vote !== null && (
				<div class="now-vote" data-vote={stage.vote.number}>
					<h3>
						{t('a.vote.open')} · <Title about={stage.vote.about} title={stage.vote.title} />
					</h3>
					<p class="small">{term(stage.vote.method)}</p>
					<Asked vote={stage.vote} />
				</div>
			)}
			{stage.vote === null && stage.result !== null && (
				<div>
					<h3>
						{t('a.vote.last')} · <Title about={stage.result.about} title={stage.result.title} />
					</h3>
					<Outcome vote={stage.result} />
				</div>
			)}
		</section>
	);
}

export default function AssemblyPage(): JSX.Element {
	const page = useSession();
	const { stage, live } = page;
	const agenda = useView<{ items: Item[] }>(page.number, 'agenda', live, 'agenda');
	const decisions = useView<{ decisions: Draft[] }>(page.number, 'decisions', live, 'drafts', 'outcomes');
	const votes = useView<{ votes: Vote[] & { state: string }[] }>(page.number, 'votes', live, 'outcomes');
	const communique = useView<{ paragraphs: string[] }>(page.number, `communique/${language.value}`, live, 'session');
	if (page.number === null || stage === null)
		return (
			<div class="page">
				<h1 tabIndex={-1}>{t('nav.assembly')}</h1>
				{page.notes}
			</div>
		);
	const session = page.sessions.find((one) => one.number === page.number);
	const closed = (votes?.votes ?? []).filter((one) => (one as unknown as { state: string }).state === 'closed');
	return (
		<div class="page">
			<Head page="assembly" stage={stage} sessions={page.sessions} numberOf={page.number} />
			<Cut live={live} />
			{page.notes}
			<div class="assembly">
				<div class="stack">
					<Now page={page} />
					<section class="card">
						<h2 class="card-title">{t('a.programme')}</h2>
						{agenda !== null && agenda.items.length === 0 && <p class="none">{t('a.programme.none')}</p>}
						<ol class="agenda">
							{(agenda?.items ?? []).map((item) => (
								<li key={item.number}>
									<span class="agenda-number">{number(item.number)}</span>
									<Words texts={item.title} />
									<ItemState state={item.state} />
								</li>
							))}
						</ol>
					</section>
					<section class="card">
						<h2 class="card-title">{t('a.decisions')}</h2>
						{decisions !== null && decisions.decisions.length === 0 && <p class="none">{t('a.decisions.none')}</p>}
						<ul class="decisions">
							{(decisions?.decisions ?? []).map((one) => (
								<Decision key={one.number} page={page} draft={one} />
							))}
						</ul>
					</section>
				</div>
				<div class="stack">
					{stage.elections.length > 0 && (
						<section class="card">
							<h2 class="card-title">{t('a.elections')}</h2>
							<ul class="stack-tight">
								{stage.elections.map((one) => (
									<li key={one.id}>
										<a href={`/desk/ballot/${encodeURIComponent(one.id)}`}>
											<Name text={pollTitle(one.name)} />
										</a>{' '}
										<small>
											{t(`b.state.${one.state}` as 'b.state.open')} · {t('b.ballots', { count: one.ballots })}
										</small>
									</li>
								))}
							</ul>
						</section>
					)}
					<section class="card">
						<h2 class="card-title">{t('a.votes')}</h2>
						{votes !== null && closed.length === 0 && <p class="none">{t('a.votes.none')}</p>}
						<ul class="stack-tight">
							{closed.map((one) => (
								<li key={one.number} class="vote-line">
									<span>
										{t('a.vote', { number: one.number })} · {term(one.method)}
									</span>
									<strong class={`outcome-${one.outcome ?? ''}`}>{t(`a.outcome.${one.outcome ?? ''}` as 'a.outcome.adopted')}</strong>
									{!one.subject.startsWith('contest:') && <bdi dir="ltr">{[one.yes, one.no, one.abstain].map((count) => number(count ?? 0)).join(' : ')}</bdi>}
								</li>
							))}
						</ul>
					</section>
					<section class="card">
						<h2 class="card-title">{t('a.communique')}</h2>
						<div class="resolution" lang={language.value}>
							{(communique?.paragraphs ?? []).map((one, index) => (
								<p key={index} dir="auto">
									<Prose text={one} />
								</p>
							))}
						</div>
					</section>
					{session !== undefined && <Archive session={session} />}
				</div>
			</div>
		</div>
	);
}
