/* A delegate's own page: what is asked of the delegation now comes first (a vote, a number for a draw), then the floor, then
 * the own agenda with its drafts and documents in the delegate's language. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Delegation, type Draft, type Item, type Vote, inLanguage, partyName, term, useView, useViewOrMissing } from '../../api/assembly';
import { useKeys } from '../../frame/keys';
import { language } from '../../frame/store';
import { ownOffice } from '../../frame/who';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { LANGUAGE_NAMES, t } from '../../strings';
import { number } from '../../strings/format';
import { Asked, Cut, Head, ItemState, Outcome, Speakers, Title, Words } from '../assembly/Parts';
import { type InSession, useSession } from '../assembly/useSession';
import { pollTitle } from '../ballot/title';

interface Ballots {
	readonly number: number;
	readonly ballots: readonly { readonly code: string; readonly voted: boolean; readonly choice?: string; readonly receipt?: number }[];
}

interface Document {
	readonly code: string;
	readonly item: number;
	readonly languages: readonly { readonly language: string; readonly title: string; readonly pages: number; readonly hash: string }[];
}

const CHOICES = ['yes', 'no', 'abstain'] as const;

/* Two steps, because it counts once: the choice, then giving it. */
function Booth({ page, vote, own }: { readonly page: InSession; readonly vote: Vote; readonly own: string }): JSX.Element {
	const [choice, setChoice] = useState<(typeof CHOICES)[number] | null>(null);
	const told = useView<Ballots>(page.number, `vote/${vote.number}`, page.live, 'votes');
	const mine = told?.ballots.find((one) => one.code === own);
	const open = told !== null && mine !== undefined && !mine.voted && (vote.method === 'device' || (vote.method === 'roll-call' && vote.next === own));
	const give = (): void => {
		if (choice !== null && open) void page.run('vote', { vote: vote.number, choice });
	};
	useKeys(
		[
			{ keys: '1', label: 'a.word.yes', run: () => setChoice('yes'), enabled: () => open },
			{ keys: '2', label: 'a.word.no', run: () => setChoice('no'), enabled: () => open },
			{ keys: '3', label: 'a.word.abstain', run: () => setChoice('abstain'), enabled: () => open },
		],
		[open],
	);
	return (
		<section class="card booth" aria-labelledby="booth-title" data-vote={vote.number}>
			<p class="card-title">{t('a.vote.open')}</p>
			<h2 id="booth-title">
				<Title about={vote.about} title={vote.title} />
			</h2>
			{vote.about.text != null && (
				<p class="resolution">
					<Words texts={vote.about.text} />
				</p>
			)}
			<Asked vote={vote} />
			{told !== null && mine === undefined && <p class="near-note">{t('a.entitled.not')}</p>}
			{vote.method === 'hands' && <p>{t('a.hands')}</p>}
			{vote.method === 'roll-call' && mine !== undefined && !mine.voted && vote.next !== own && <p>{t('a.called.soon', { who: partyName(vote.next ?? '') })}</p>}
			{open && (
				<>
					<div class="booth-choices" role="radiogroup" aria-label={t('a.choose')}>
						{CHOICES.map((one) => (
							<button key={one} type="button" role="radio" aria-checked={choice === one} class={`booth-choice booth-${one}`} data-choice={one} onClick={() => setChoice(one)}>
								<Icon name={one === 'yes' ? 'same' : one === 'no' ? 'close' : 'minus'} size="large" />
								{term(one)}
							</button>
						))}
					</div>
					<button type="button" class="button-main button-large" id="give-vote" disabled={choice === null || page.busy} onClick={give}>
						{choice === null ? t('a.choose') : t('a.give', { choice: term(choice) })}
					</button>
					<p class="small">{t('a.once')}</p>
				</>
			)}
			{mine?.voted === true && (
				<div class="receipt" role="status" data-receipt={mine.receipt}>
					<p>
						<Icon name="clear" /> <strong>{t('a.voted', { choice: term(mine.choice ?? '') })}</strong>
					</p>
					<p class="small">
						{t('a.receipt')} <Code text={String(mine.receipt ?? '')} />
					</p>
				</div>
			)}
		</section>
	);
}

function Floor({ page, own }: { readonly page: InSession; readonly own: string }): JSX.Element | null {
	const { stage, live } = page;
	if (stage?.item == null) return null;
	const mine = (stage.waiting ?? []).findIndex((one) => one.code === own);
	const speech = stage.waiting?.[mine];
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.floor')}</h2>
			<p class="now-item">
				<span class="small">{t('a.item', { number: stage.item.number })}</span> <Words texts={stage.item.title} />
			</p>
			<Speakers stage={stage} live={live} own={own} />
			{speech !== undefined ? (
				<p class="row" role="status" id="my-place">
					<strong>{t('a.place', { place: mine + 1 })}</strong>
					<button type="button" disabled={page.busy} onClick={() => void page.run('speak.withdraw', { speech: speech.number })}>
						{t('a.act.speak.withdraw')}
					</button>
				</p>
			) : stage.speaking?.code === own ? (
				<p role="status">
					<strong>{t('a.yours')}</strong>
				</p>
			) : (
				<div class="row">
					<button type="button" class="button-main" id="ask-floor" disabled={page.busy || stage.item.list_closed} onClick={() => void page.run('speak', { kind: 'statement' })}>
						<Icon name="voice" />
						{t('a.act.speak')}
					</button>
					<button type="button" disabled={page.busy} onClick={() => void page.run('speak', { kind: 'reply' })}>
						{term('reply')}
					</button>
					<button type="button" disabled={page.busy} onClick={() => void page.run('speak', { kind: 'order' })}>
						{term('order')}
					</button>
				</div>
			)}
			{stage.item.list_closed && <p class="small">{t('a.list.closed')}</p>}
			<p>
				<button type="button" class="button-quiet" id="motion" onClick={() => page.ask({ name: 'motion' })}>
					{t('a.act.motion')}
				</button>
			</p>
		</section>
	);
}

function DraftCard({ page, draft, own }: { readonly page: InSession; readonly draft: Draft; readonly own: string }): JSX.Element {
	const [open, setOpen] = useState(false);
	const whole = useView<Draft>(page.number, open ? `draft/${draft.number}` : null, page.live, 'drafts', 'outcomes');
	const waits = draft.state === 'draft';
	return (
		<details class="draft-text" data-draft={draft.number} onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>
				{t('a.draft', { number: draft.number })} · <Words texts={draft.title} /> <small>{term(draft.state)}</small>
			</summary>
			{whole !== null && (
				<div class="stack-tight">
					<div class="resolution">
						{(whole.preamble ?? []).map((one, index) => (
							<p key={`p${index}`}>
								<Words texts={one} />
							</p>
						))}
						{(whole.operative ?? []).map((one, index) => (
							<p key={`o${index}`}>
								<strong>{number(index + 1)}.</strong> <Words texts={one} />{' '}
								{waits && (
									<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'amendment', given: { draft: draft.number, paragraph: one.id ?? index + 1 } })}>
										{t('a.act.amendment')}
									</button>
								)}
							</p>
						))}
					</div>
					{(whole.amendments ?? []).length > 0 && (
						<ul class="amendments" aria-label={t('a.amendments')}>
							{(whole.amendments ?? []).map((one) => (
								<li key={one.number}>
									{t('a.amendment', { number: one.number })} · {partyName(one.office)} · {term(one.kind)} · {term(one.state)}
									{one.text !== null && (
										<p>
											<Words texts={one.text} />
										</p>
									)}
								</li>
							))}
						</ul>
					)}
					{waits && whole.office !== own && !(whole.sponsors ?? []).includes(own) && (
						<button type="button" disabled={page.busy} onClick={() => void page.run('draft.sponsor', { draft: draft.number })}>
							{t('a.act.draft.sponsor')}
						</button>
					)}
				</div>
			)}
		</details>
	);
}

function Standing({ page, own, mine }: { readonly page: InSession; readonly own: string; readonly mine: Delegation }): JSX.Element {
	const there = mine.present_count > 0;
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.delegation.of', { who: partyName(own) })}</h2>
			<ul class="checks">
				<li class={mine.announced ? 'good' : 'bad'}>
					<Icon name={mine.announced ? 'same' : 'close'} /> {t(mine.announced ? 'a.announced' : 'a.announced.not')}
				</li>
				<li class={mine.credentials === 'accepted' ? 'good' : 'bad'}>
					<Icon name={mine.credentials === 'accepted' ? 'same' : 'close'} /> {t(mine.credentials === 'accepted' ? 'a.accepted' : mine.credentials === 'returned' ? 'a.returned' : 'a.accepted.not')}
				</li>
				{mine.suspended && (
					<li class="bad">
						<Icon name="stop" /> {t('a.suspended')}{' '}
						{mine.appeal === null && (
							<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'appeal' })}>
								{t('a.act.appeal')}
							</button>
						)}
					</li>
				)}
				<li class={there ? 'good' : 'bad'}>
					<Icon name={there ? 'same' : 'close'} /> {t(there ? 'a.there' : 'a.there.not')}
				</li>
			</ul>
			<div class="row">
				{mine.announced ? (
					<>
						<button type="button" class={there ? '' : 'button-main'} id="presence" disabled={page.busy} onClick={() => void page.run('presence', { present: !there })}>
							{t(there ? 'a.go' : 'a.come')}
						</button>
						<button type="button" class="button-quiet" onClick={() => page.ask({ name: 'delegate' })}>
							{t('a.act.delegate')}
						</button>
					</>
				) : (
					<button type="button" class="button-main" onClick={() => page.ask({ name: 'delegation', start: { people: [{ role: 'head', rank: 'chief' }] } })}>
						{t('a.act.delegation')}
					</button>
				)}
			</div>
			{mine.people !== undefined && mine.people.length > 0 && (
				<ul class="people">
					{mine.people.map((one) => (
						<li key={one.number}>
							<Name text={one.name} /> <small>{term(one.role)}</small>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

function Agenda({ page, own }: { readonly page: InSession; readonly own: string }): JSX.Element {
	const agenda = useView<{ items: Item[] }>(page.number, 'agenda', page.live, 'agenda');
	const drafts = useView<{ drafts: Draft[] }>(page.number, 'drafts', page.live, 'drafts', 'outcomes');
	const documents = useView<{ documents: Document[] }>(page.number, 'documents', page.live, 'documents');
	const papers = (item: number): JSX.Element[] =>
		(documents?.documents ?? [])
			.filter((one) => one.item === item)
			.map((one) => {
				const text = one.languages.find((has) => has.language === language.value) ?? one.languages[0];
				return (
					<li key={one.code}>
						<Code text={one.code} /> {text !== undefined && <bdi lang={text.language}>{text.title}</bdi>}{' '}
						{text !== undefined && text.language !== language.value && <small>{t('a.document.other')}</small>}{' '}
						{one.languages.map((has) => (
							<a key={has.language} class="language-file" href={`/api/v1/assembly/documents/${has.hash}`} download lang={has.language}>
								{LANGUAGE_NAMES[has.language as 'en']}
							</a>
						))}
					</li>
				);
			});
	const of = (item: number): JSX.Element[] => (drafts?.drafts ?? []).filter((one) => one.item === item).map((one) => <DraftCard key={one.number} page={page} draft={one} own={own} />);
	const loose = [...papers(0), ...of(0)];
	return (
		<section class="card stack">
			<h2 class="card-title">{t('a.agenda.mine')}</h2>
			<ol class="agenda agenda-long">
				{(agenda?.items ?? []).map((item) => (
					<li key={item.number} class={item.state === 'open' ? 'agenda-open' : ''}>
						<span class="agenda-number">{number(item.number)}</span>
						<div class="stack-tight">
							<p>
								<Words texts={item.title} /> <ItemState state={item.state} />
							</p>
							{papers(item.number).length > 0 && <ul>{papers(item.number)}</ul>}
							{of(item.number)}
						</div>
					</li>
				))}
			</ol>
			{loose.length > 0 && <div class="stack-tight">{loose}</div>}
			<p class="row">
				<button type="button" onClick={() => page.ask({ name: 'draft' })}>
					{t('a.act.draft')}
				</button>
				<button type="button" onClick={() => page.ask({ name: 'item' })}>
					{t('a.act.item')}
				</button>
			</p>
		</section>
	);
}

export default function DelegatePage(): JSX.Element {
	const page = useSession();
	const { stage, live } = page;
	const own = ownOffice();
	const found = useViewOrMissing<Delegation>(page.number, own !== '' ? `delegation/${own}` : null, live, 'delegations');
	const mine = found === 'missing' ? null : found;
	if (page.number === null || stage === null)
		return (
			<div class="page">
				<h1 tabIndex={-1}>{t('nav.delegate')}</h1>
				{page.notes}
			</div>
		);
	return (
		<div class="page">
			<Head page="delegate" stage={stage} sessions={page.sessions} numberOf={page.number} />
			<Cut live={live} />
			{page.notes}
			<div class="assembly">
				<div class="stack">
					{stage.vote !== null && <Booth key={stage.vote.number} page={page} vote={stage.vote} own={own} />}
					{stage.vote === null && stage.result !== null && (
						<section class="card stack">
							<h2 class="card-title">{t('a.vote.last')}</h2>
							<p>
								<Title about={stage.result.about} title={stage.result.title} />
							</p>
							<Outcome vote={stage.result} />
						</section>
					)}
					{stage.elections
						.filter((one) => one.state === 'open')
						.map((one) => (
							<section key={one.id} class="card booth">
								<p class="card-title">{t('b.secret')}</p>
								<h2>
									<Name text={pollTitle(one.name)} />
								</h2>
								<p>
									<a class="button button-main button-large" href={`/desk/ballot/${encodeURIComponent(one.id)}`}>
										{t('b.go')}
									</a>
								</p>
							</section>
						))}
					{stage.draw != null && (
						<section class="card row">
							<p>
								{t('a.draw')} <Name text={stage.draw.text ?? ''} />
							</p>
							<button type="button" onClick={() => page.ask({ name: 'draw.say', given: { draw: stage.draw?.number ?? 0 } })}>
								{t('a.act.draw.say')}
							</button>
						</section>
					)}
					<Floor page={page} own={own} />
					<Agenda page={page} own={own} />
				</div>
				<div class="stack">{mine !== null ? <Standing page={page} own={own} mine={mine} /> : found === null ? <p role="status">{t('loading')}</p> : <p class="none">{t('a.invited.not', { who: inLanguage({ [language.value]: partyName(own) }).text })}</p>}</div>
			</div>
		</div>
	);
}
