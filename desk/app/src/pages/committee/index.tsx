/* The Executive Committee: who sits on any day and until when, what is to be filled, the elections with candidatures, rounds and
 * results. What may be done of it stands beside it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { partyName, useView } from '../../api/assembly';
import { read } from '../../api/client';
import { may, ownOffice } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { date, number } from '../../strings/format';
import { Cut, Head } from '../assembly/Parts';
import { type InSession, useSession } from '../assembly/useSession';

interface Member {
	readonly person: string;
	readonly country: string;
	readonly region: string;
	readonly post: string;
	readonly since: string;
	readonly elected: number;
	readonly until: number;
	readonly vacancy: boolean;
	readonly acting: boolean;
}

interface Event {
	readonly day: string;
	readonly what: string;
	readonly year: number;
	readonly person?: string;
	readonly country?: string;
	readonly post?: string;
	readonly until?: number;
}

interface Contest {
	readonly number: number;
	readonly post: string;
	readonly region: string | null;
	readonly seats: number;
	readonly vacancy: boolean;
	readonly until: number;
	readonly state: string;
	readonly vote?: number;
}

interface View {
	readonly members: readonly Member[];
	readonly needs: { readonly president: number; readonly vice_presidents: number; readonly delegates: Readonly<Record<string, number>> };
	readonly vacancies: readonly { readonly post: string; readonly region: string; readonly after: string; readonly until: number }[];
	readonly contests: readonly Contest[];
	readonly settings: readonly { readonly name: string; readonly value: number; readonly confirmed: boolean }[];
}

interface WholeContest extends Contest {
	readonly round?: number;
	readonly run_off?: boolean;
	readonly race?: string;
	readonly candidates: readonly { readonly number: number; readonly office: string; readonly name: string; readonly standing: string; readonly elected_in?: number; readonly may_stand?: boolean; readonly why?: string }[];
	readonly rounds: readonly { readonly vote: number; readonly round: number; readonly state: string; readonly outcome: string | null; readonly cast?: number; readonly blank?: number; readonly votes?: readonly { readonly person: string; readonly country: string; readonly votes: number }[]; readonly elected?: readonly string[] }[];
}

const place = (post: string, region: string | null): string => (post === 'delegate' && region !== null ? t(`ec.delegate.${region}` as Key) : t(`ec.post.${post}` as Key));
const today = (): string => new Date().toISOString().slice(0, 10);

function columnsOf(): Column<Member>[] {
	return [
		{
			id: 'post',
			title: t('ec.post'),
			value: (one) => place(one.post, one.region),
			cell: (one) => (
				<>
					{place(one.post, one.region)} {one.acting && <span class="topic">{t('ec.acting')}</span>} {one.vacancy && <span class="topic">{t('ec.vacancy')}</span>}
				</>
			),
		},
		{ id: 'person', title: t('ec.person'), value: (one) => one.person, cell: (one) => <Name text={one.person} /> },
		{ id: 'country', title: t('op.country'), value: (one) => partyName(one.country), cell: (one) => <Name text={partyName(one.country)} /> },
		{ id: 'region', title: t('ec.region'), value: (one) => t(`map.${one.region}` as Key) },
		{ id: 'since', title: t('ec.since'), value: (one) => one.since, cell: (one) => <bdi>{date(one.since)}</bdi> },
		{ id: 'until', title: t('ec.until'), value: (one) => one.until, cell: (one) => date(String(one.until)) },
	];
}

/* Who of the own delegation stands: those who may are offered. */
function Candidature({ page, contest, onClose }: { readonly page: InSession; readonly contest: Contest; readonly onClose: () => void }): JSX.Element {
	const [people, setPeople] = useState<readonly { readonly office: string; readonly person: number; readonly name: string; readonly may_stand: boolean; readonly why?: string }[] | null>(null);
	const [chosen, setChosen] = useState('');
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => void read<{ people: [] }>(`assembly/sessions/${page.number ?? 0}/eligibility/${contest.post}${contest.region !== null && contest.post === 'delegate' ? `:${contest.region}` : ''}`).then((found) => setPeople(found.people), setFailed), []);
	const own = (people ?? []).filter((one) => one.office === ownOffice());
	return (
		<Dialog title={t('a.act.candidature')} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void page.run('candidature', { contest: contest.number, person: Number(chosen) }).then(onClose);
				}}
			>
				{failed !== null && <Trouble error={failed} />}
				{people === null && failed === null && <p role="status">{t('loading')}</p>}
				{people !== null && own.length === 0 && <p>{t('ec.delegation.none')}</p>}
				{own.length > 0 && (
					<fieldset class="stack-tight">
						<legend>{place(contest.post, contest.region)}</legend>
						{own.map((one) => (
							<label key={one.person} class="ballot-answer">
								<input type="radio" name="person" value={one.person} required disabled={!one.may_stand} checked={chosen === String(one.person)} onChange={() => setChosen(String(one.person))} />
								<span>
									<Name text={one.name} />
									{!one.may_stand && (
										<small class="block">
											{t('ec.barred')}{' '}
											<span lang="en" dir="ltr">
												<Name text={one.why ?? ''} />
											</span>
										</small>
									)}
								</span>
							</label>
						))}
					</fieldset>
				)}
				<div class="row row-end">
					<button type="button" onClick={onClose}>
						{t('cancel')}
					</button>
					<button type="submit" class="button-main" disabled={chosen === '' || page.busy}>
						{t('a.act.candidature')}
					</button>
				</div>
			</form>
		</Dialog>
	);
}

/* The votes of each round beside one another, the candidates as rows. */
function Rounds({ contest }: { readonly contest: WholeContest }): JSX.Element | null {
	const rounds = contest.rounds.filter((one) => one.votes !== undefined);
	if (rounds.length === 0) return null;
	return (
		<div class="scroll" tabIndex={0} role="region" aria-label={t('ec.rounds')}>
			<table class="table">
				<caption>{t('ec.rounds')}</caption>
				<thead>
					<tr>
						<th scope="col">{t('ec.person')}</th>
						{rounds.map((one) => (
							<th key={one.vote} scope="col" class="number">
								{t('ec.round', { number: one.round })}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{contest.candidates.map((candidate) => (
						<tr key={candidate.number}>
							<th scope="row">
								<Name text={candidate.name} />
							</th>
							{rounds.map((one) => {
								const found = one.votes?.find((vote) => vote.person === candidate.name);
								const elected = one.elected?.includes(candidate.name) === true;
								return (
									<td key={one.vote} class="number">
										{found !== undefined ? number(found.votes) : ''} {elected && <strong class="good">{t('ec.elected')}</strong>}
									</td>
								);
							})}
						</tr>
					))}
					<tr>
						<th scope="row">{t('ec.blank')}</th>
						{rounds.map((one) => (
							<td key={one.vote} class="number">
								{number(one.blank ?? 0)}
							</td>
						))}
					</tr>
				</tbody>
			</table>
		</div>
	);
}

function OneContest({ page, contest }: { readonly page: InSession; readonly contest: Contest }): JSX.Element {
	const whole = useView<WholeContest>(page.number, `contest/${contest.number}`, page.live, 'elections', 'outcomes');
	const own = ownOffice();
	const taking = contest.state === 'candidatures';
	const [standing, setStanding] = useState(false);
	return (
		<section class="card stack" data-contest={contest.number} aria-label={place(contest.post, contest.region)}>
			<div class="page-head">
				<h2>{place(contest.post, contest.region)}</h2>
				<span class="topic" data-state={contest.state}>
					{t(`ec.contest.${contest.state}` as Key)}
				</span>
			</div>
			<p class="small">
				{t('ec.seats', { count: contest.seats })} · {t('ec.until.year', { year: date(String(contest.until)) })} {contest.vacancy && `· ${t('ec.vacancy')}`}
			</p>
			{whole !== null && whole.candidates.length === 0 && <p class="none">{t('ec.candidates.none')}</p>}
			{whole !== null && whole.candidates.length > 0 && (
				<ul class="stack-tight" aria-label={t('ec.candidates')}>
					{whole.candidates.map((one) => (
						<li key={one.number} class="row" data-candidate={one.number}>
							<strong>
								<Name text={one.name} />
							</strong>
							<Name text={partyName(one.office)} />
							<span class={`topic ${one.standing === 'elected' ? 'stamp-good' : ''}`}>{t(`ec.standing.${one.standing}` as Key)}</span>
							{one.may_stand === false && (
								<span class="bad">
									<Icon name="warning" />
									{t('ec.barred')}{' '}
									<span lang="en" dir="ltr">
										<Name text={one.why ?? ''} />
									</span>
								</span>
							)}
							{one.standing !== 'withdrawn' && one.standing !== 'elected' && (one.office === own || may('assembly.secretary')) && ['candidatures', 'voting'].includes(contest.state) && (
								<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'candidature.withdraw', given: { contest: contest.number, candidate: one.number } })}>
									{t('a.act.candidature.withdraw')}
								</button>
							)}
						</li>
					))}
				</ul>
			)}
			{standing && <Candidature page={page} contest={contest} onClose={() => setStanding(false)} />}
			{whole !== null && <Rounds contest={whole} />}
			{contest.vote !== undefined && (
				<p class="near-note">
					<T k="ec.voting" number={contest.vote} />
				</p>
			)}
			<div class="row notice-steps">
				{taking && may('assembly.delegate') && (
					<button type="button" class="button-main" data-act="candidature" onClick={() => setStanding(true)}>
						{t('a.act.candidature')}
					</button>
				)}
				{taking && may('assembly.secretary') && (
					<button type="button" data-act="candidature" onClick={() => page.ask({ name: 'candidature', given: { contest: contest.number } })}>
						{t('a.act.candidature')}
					</button>
				)}
				{may('assembly.chair') && whole?.race === 'lot' && (
					<button type="button" class="button-main" onClick={() => page.ask({ name: 'contest.lot', given: { contest: contest.number } })}>
						{t('a.act.contest.lot')}
					</button>
				)}
				{may('assembly.chair') && !['filled', 'vacant', 'ended'].includes(contest.state) && (
					<button type="button" onClick={() => page.ask({ name: 'contest.end', given: { contest: contest.number } })}>
						{t('a.act.contest.end')}
					</button>
				)}
			</div>
		</section>
	);
}

/* Who sat on another day: asked of the record itself. */
function useDay(day: string): { readonly found: { readonly members: readonly Member[]; readonly events: readonly Event[] } | null; readonly failed: unknown } {
	const [found, setFound] = useState<{ readonly members: readonly Member[]; readonly events: readonly Event[] } | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const inside = may('assembly.read');
	useEffect(() => {
		if (inside && /^\d{4}-\d\d-\d\d$/.test(day)) read<{ members: Member[]; events: Event[] }>(`assembly/committee?on=${day}`).then((told) => (setFound(told), setFailed(null)), setFailed);
	}, [day, inside]);
	return { found, failed };
}

export default function CommitteePage(): JSX.Element {
	const page = useSession();
	const { stage, live, number: session } = page;
	const view = useView<View>(session, 'committee', live, 'elections', 'outcomes');
	const [day, setDay] = useState(today());
	const { found, failed } = useDay(day);
	const members = found?.members ?? view?.members ?? [];
	const events = found?.events ?? [];
	const needs = view === null ? [] : [['president', null, view.needs.president] as const, ['vice-president', null, view.needs.vice_presidents] as const, ...Object.entries(view.needs.delegates).map(([region, count]) => ['delegate', region, count] as const)].filter(([, , count]) => count > 0);
	return (
		<div class="page">
			{session !== null && stage !== null ? <Head page="committee" stage={stage} sessions={page.sessions} numberOf={session} /> : <h1 tabIndex={-1}>{t('nav.committee')}</h1>}
			{stage !== null && <Cut live={live} />}
			{page.notes}
			{failed !== null && <Trouble error={failed} />}
			<section class="card stack">
				<div class="page-head">
					<h2>{t('nav.committee')}</h2>
					{may('assembly.read') && (
						<Field label={t('ec.day')}>{(ids) => <input {...ids} name="day" type="date" required value={day} onInput={(event) => setDay(event.currentTarget.value)} />}</Field>
					)}
				</div>
				{members.length === 0 && <p class="none">{t('ec.none')}</p>}
			</section>
			{members.length > 0 && <Sheet label={t('ec.composition')} note={t('ec.on', { day: date(day) })} rows={members} columns={columnsOf()} keyOf={(one) => one.person} file={`committee-${day}`} />}
			{needs.length > 0 && (
				<section class="card" aria-label={t('ec.needs')}>
					<h2 class="card-title">{t('ec.needs')}</h2>
					<ul class="row">
						{needs.map(([post, region, count]) => (
							<li key={`${post} ${region ?? ''}`} class="topic">
								{place(post, region)}: {number(count)}
							</li>
						))}
					</ul>
					{(view?.vacancies ?? []).length > 0 && (
						<ul class="stack-tight">
							{view?.vacancies.map((one) => (
								<li key={one.after}>
									<T k="ec.vacant" post={place(one.post, one.region)} after={<Name text={one.after} />} year={date(String(one.until))} />
								</li>
							))}
						</ul>
					)}
				</section>
			)}
			{may('assembly.secretary') && session !== null && (
				<div class="row notice-steps">
					<button type="button" class="button-main" data-act="contest.call" onClick={() => page.ask({ name: 'contest.call' })}>
						{t('a.act.contest.call')}
					</button>
					<button type="button" data-act="committee.sits" onClick={() => page.ask({ name: 'committee.sits' })}>
						{t('a.act.committee.sits')}
					</button>
					<button type="button" data-act="committee.leave" onClick={() => page.ask({ name: 'committee.leave' })}>
						{t('a.act.committee.leave')}
					</button>
				</div>
			)}
			{session !== null && (view?.contests ?? []).map((one) => <OneContest key={one.number} page={page} contest={one} />)}
			{events.length > 0 && (
				<section class="card" aria-label={t('ec.events')}>
					<h2 class="card-title">{t('ec.events')}</h2>
					<ol class="history">
						{events.map((one, index) => (
							<li key={`${one.day} ${index}`}>
								<p>
									<strong>{t(`ec.event.${one.what === 'session closed' ? 'closed' : one.what}` as Key)}</strong> {one.post !== undefined && place(one.post, null)}
								</p>
								<p class="small">
									<bdi>{date(one.day)}</bdi> {one.person !== undefined && <Name text={one.person} />} {one.country !== undefined && <Name text={partyName(one.country)} />} {one.until !== undefined && one.until > 0 && t('ec.until.year', { year: date(String(one.until)) })}
								</p>
							</li>
						))}
					</ol>
				</section>
			)}
		</div>
	);
}
