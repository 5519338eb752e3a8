/* The secretariat's page: delegations from the invitation to the door, papers and drafts, counts and roll calls, the session
 * itself. What is done for many is done at once. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Delegation, type Draft, type Vote, partyName, term, useView } from '../../api/assembly';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { t } from '../../strings';
import { compare, number } from '../../strings/format';
import { Archive } from '../assembly/Archive';
import { Cut, Head, Title, Words } from '../assembly/Parts';
import { type InSession, useSession } from '../assembly/useSession';

const FILTERS = ['all', 'silent', 'examine', 'returned', 'accepted', 'there', 'suspended'] as const;
type Filter = (typeof FILTERS)[number];
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const AT_ONCE = 60;

function fits(one: Delegation, filter: Filter): boolean {
	switch (filter) {
		case 'silent':
			return !one.announced;
		case 'examine':
			return one.announced && one.credentials === null;
		case 'returned':
			return one.credentials === 'returned';
		case 'accepted':
			return one.credentials === 'accepted';
		case 'there':
			return one.present_count > 0;
		case 'suspended':
			return one.suspended;
		default:
			return true;
	}
}

function state(one: Delegation): { readonly text: string; readonly look: string } {
	if (!one.announced) return { text: t('a.announced.not'), look: '' };
	if (one.suspended) return { text: t('a.suspended'), look: 'stamp-over' };
	if (one.credentials === 'returned') return { text: t('a.returned'), look: 'stamp-over' };
	if (one.credentials === null) return { text: t('a.accepted.not'), look: 'stamp-near' };
	return { text: t('a.accepted'), look: 'stamp-good' };
}

function Delegations({ page }: { readonly page: InSession }): JSX.Element {
	const found = useView<{ delegations: Delegation[] }>(page.number, 'delegations', page.live, 'delegations');
	const [filter, setFilter] = useState<Filter>('all');
	const [sought, setSought] = useState('');
	const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
	const [most, setMost] = useState(AT_ONCE);
	const all = found?.delegations ?? [];
	const words = fold(sought.trim());
	const nameOf = (one: Delegation): string => (one.observer ? one.name : partyName(one.code));
	const shown = all.filter((one) => fits(one, filter) && (words === '' || fold(`${one.code} ${nameOf(one)}`).includes(words))).sort((a, b) => Number(a.observer) - Number(b.observer) || compare(nameOf(a), nameOf(b)));
	const picked = shown.filter((one) => chosen.has(one.code)).map((one) => one.code);
	const toggle = (code: string): void => setChosen((before) => (before.has(code) ? new Set([...before].filter((one) => one !== code)) : new Set([...before, code])));
	const run = (name: string, fields: Readonly<Record<string, unknown>>): void =>
		void page.run(name, { offices: picked, ...fields }).then((done) => {
			if (done) setChosen(new Set());
		});
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.delegations')}</h2>
			<div class="choice-row" role="group" aria-label={t('a.delegations')}>
				{FILTERS.map((one) => (
					<button key={one} type="button" class={filter === one ? 'button-main' : ''} aria-pressed={filter === one} data-filter={one} onClick={() => setFilter(one)}>
						{t(`a.filter.${one}` as 'a.filter.all')} <bdi>{number(all.filter((has) => fits(has, one)).length)}</bdi>
					</button>
				))}
			</div>
			<label class="notices-words">
				<span class="unseen">{t('offices.find')}</span>
				<Icon name="search" />
				<input type="search" dir="auto" autocomplete="off" placeholder={t('offices.find')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
			</label>
			<div class="row" role="group" aria-label={t('a.chosen')}>
				<button type="button" onClick={() => setChosen(picked.length === shown.length ? new Set() : new Set(shown.map((one) => one.code)))} id="choose-all">
					{t('a.choose.all')}
				</button>
				<span role="status">{t('a.chosen.count', { count: picked.length })}</span>
				<button type="button" class="button-main" id="accept" disabled={picked.length === 0 || page.busy} onClick={() => run('credentials', { result: 'accepted' })}>
					{t('a.accept')}
				</button>
				<button type="button" disabled={picked.length === 0} onClick={() => page.ask({ name: 'credentials', given: { offices: picked, result: 'returned' } })}>
					{t('a.return')}
				</button>
				<button type="button" id="sign-in" disabled={picked.length === 0 || page.busy} onClick={() => run('presence', { present: true })}>
					{t('a.sign.in')}
				</button>
				<button type="button" disabled={picked.length === 0 || page.busy} onClick={() => run('presence', { present: false })}>
					{t('a.sign.out')}
				</button>
				<button type="button" class="button-quiet" disabled={picked.length === 0} onClick={() => page.ask({ name: 'arrears', given: { offices: picked, suspended: true } })}>
					{t('a.act.arrears')}
				</button>
				<button type="button" class="button-quiet" disabled={picked.length === 0} onClick={() => page.ask({ name: 'arrears', given: { offices: picked, suspended: false } })}>
					{t('a.restore')}
				</button>
			</div>
			<div class="scroll" tabIndex={0} role="region" aria-label={t('a.delegations')}>
				<table class="table">
					<caption class="unseen">{t('a.delegations')}</caption>
					<thead>
						<tr>
							<td />
							<th scope="col">{t('a.delegation')}</th>
							<th scope="col">{t('officers.state')}</th>
							<th scope="col" class="number">
								{t('a.people')}
							</th>
							<th scope="col" class="number">
								{t('a.present')}
							</th>
							<td />
						</tr>
					</thead>
					<tbody>
						{shown.slice(0, most).map((one) => (
							<tr key={one.code} data-delegation={one.code}>
								<td>
									<input type="checkbox" aria-label={nameOf(one)} checked={chosen.has(one.code)} onChange={() => toggle(one.code)} />
								</td>
								<td>
									<Name text={nameOf(one)} /> <Code text={one.code} />
								</td>
								<td>
									<span class={`topic stamp ${state(one).look}`}>{state(one).text}</span>
									{one.appeal === 'pending' && <small>{t('a.appeal.pending')}</small>}
								</td>
								<td class="number">{number(one.people_count)}</td>
								<td class="number">{number(one.present_count)}</td>
								<td>
									<button type="button" class="button-quiet" data-announce={one.code} onClick={() => page.ask(one.announced ? { name: 'delegate', given: { office: one.code } } : { name: 'delegation', given: { office: one.code }, start: { people: [{ role: 'head', rank: 'chief' }] } })}>
										{t(one.announced ? 'a.act.delegate' : 'a.act.delegation')}
									</button>
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{shown.length > most && (
				<button type="button" class="button-quiet" onClick={() => setMost(shown.length)}>
					{t('more', { count: shown.length - most })}
				</button>
			)}
		</section>
	);
}

const ANSWERS = ['yes', 'no', 'abstain', 'absent'] as const;

/* What the secretariat owes an open vote: the count of hands, the answers to the roll. */
function Counting({ page, vote }: { readonly page: InSession; readonly vote: Vote }): JSX.Element | null {
	if (vote.method === 'device') return null;
	return (
		<section class="card stack" data-vote={vote.number}>
			<h2 class="card-title">{t('a.vote.open')}</h2>
			<p class="now-item">
				<Title about={vote.about} title={vote.title} />
			</p>
			{vote.method === 'hands' && (
				<p class="row">
					<button type="button" class="button-main" id="hands" onClick={() => page.ask({ name: 'vote.hands', given: { vote: vote.number } })}>
						{t('a.act.vote.hands')}
					</button>
					{vote.counted === true && <span>{t('a.hands.counted')}</span>}
				</p>
			)}
			{vote.method === 'roll-call' && vote.next != null && (
				<>
					<p>
						{t('a.called')} <strong>{partyName(vote.next)}</strong>
					</p>
					<div class="row">
						{ANSWERS.map((one) => (
							<button key={one} type="button" data-answer={one} disabled={page.busy} onClick={() => void page.run('vote', { vote: vote.number, office: vote.next, choice: one })}>
								{term(one)}
							</button>
						))}
					</div>
				</>
			)}
		</section>
	);
}

function Drafts({ page }: { readonly page: InSession }): JSX.Element {
	const found = useView<{ drafts: Draft[] }>(page.number, 'drafts', page.live, 'drafts', 'outcomes');
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.drafts')}</h2>
			<ul class="stack-tight">
				{(found?.drafts ?? []).map((one) => (
					<li key={one.number} class="row">
						<span>
							{t('a.draft', { number: one.number })} · <Words texts={one.title} /> <small>{one.decision ?? term(one.state)}</small>
						</span>
						{one.state === 'draft' && (
							<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'draft.text', given: { draft: one.number } })}>
								{t('a.act.draft.text')}
							</button>
						)}
					</li>
				))}
			</ul>
			<p class="row">
				{(['item', 'draft', 'document', 'amendment.text', 'draw'] as const).map((name) => (
					<button key={name} type="button" onClick={() => page.ask({ name })}>
						{t(`a.act.${name}`)}
					</button>
				))}
				{page.stage?.draw != null && (
					<button type="button" onClick={() => page.ask({ name: 'draw.reveal', given: { draw: page.stage?.draw?.number ?? 0 } })}>
						{t('a.act.draw.reveal')}
					</button>
				)}
			</p>
		</section>
	);
}

export default function SecretaryPage(): JSX.Element {
	const page = useSession();
	const { stage, live } = page;
	const session = page.sessions.find((one) => one.number === page.number);
	const call = (
		<button type="button" class={page.number === null ? 'button-main' : 'button-quiet'} id="call" onClick={() => page.ask({ name: 'session.call', session: null })}>
			{t('a.act.session.call')}
		</button>
	);
	if (page.number === null || stage === null)
		return (
			<div class="page">
				<h1 tabIndex={-1}>{t('nav.secretary')}</h1>
				{page.notes}
				{page.number === null && <p>{call}</p>}
			</div>
		);
	return (
		<div class="page page-wide">
			<Head page="secretary" stage={stage} sessions={page.sessions} numberOf={page.number} />
			<Cut live={live} />
			{page.notes}
			<section class="card row">
				{stage.present !== undefined && (
					<p class={`quorum ${stage.present.quorate ? '' : 'quorum-bad'}`}>
						<Icon name={stage.present.quorate ? 'clear' : 'warning'} /> {t('a.present.of', { present: stage.present.voting, members: stage.present.members })}
					</p>
				)}
				<button type="button" id="invite" disabled={page.busy || stage.state === 'closed'} onClick={() => void page.run('invite')}>
					{t('a.invite.all')}
				</button>
				<button type="button" onClick={() => page.ask({ name: 'invite', only: ['observers'], start: { observers: [{}] } })}>
					{t('a.invite.observers')}
				</button>
				<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'session.edit' })}>
					{t('a.act.session.edit')}
				</button>
				{stage.state === 'closed' && (
					<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'forget' })}>
						{t('a.act.forget')}
					</button>
				)}
				{call}
			</section>
			{stage.vote !== null && <Counting page={page} vote={stage.vote} />}
			<Delegations page={page} />
			<Drafts page={page} />
			{session !== undefined && <Archive session={session} act={page.act} />}
		</div>
	);
}
