/* One notice, as the published one looks: band of its colour, picture, what it says; beside it what can be done, whom it
 * reaches, and what happened to it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Notice, type NoticeEvent, codes, learnCodes, officeName, word } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { LANGUAGES } from '../../frame/store';
import { ownOffice, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name, Prose } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { Stamp } from '../../parts/Stamp';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { LANGUAGE_NAMES, type Key, t } from '../../strings';
import { date } from '../../strings/format';
import { History } from './History';
import { ReachShown, readReach } from './Reach';
import { Review } from './Review';
import { Say } from './Say';
import { StepDialog, needsDialog } from './Step';
import { valueAt } from './spec';

const MAIN = ['request', 'circulate', 'take', 'publish', 'accept', 'answer'];

/* Four eyes: who filled in the last review form does not publish it. */
function reviewedByMe(events: readonly NoticeEvent[]): boolean {
	return events.filter((one) => one.step === 'assess').at(-1)?.officer === who.value?.officer?.id;
}

function Actions({ notice, events, onChanged }: { readonly notice: Notice; readonly events: readonly NoticeEvent[]; readonly onChanged: () => void }): JSX.Element | null {
	const { act, dialog } = useAct();
	const [open, setOpen] = useState<string | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const done = (step: string): void => {
		setOpen(null);
		say(t(`did.${step}` as Key));
		onChanged();
	};
	const take = async (step: string): Promise<void> => {
		setRefused(null);
		if (step === 'edit' || step === 'amend') go(hrefOf('draft', notice.href));
		else if (needsDialog(step)) setOpen(step);
		else {
			setBusy(true);
			const answer = await act<Told>('POST', `notices/${notice.href}/${step}`, {}, { 'If-Match': `"${notice.version ?? 0}"` });
			setBusy(false);
			if (answer.status === 200) done(step);
			else setRefused(answer);
		}
	};
	const steps = notice.steps.filter((one) => one !== 'assess');
	if (steps.length === 0) return null;
	const sorted = [...steps].sort((a, b) => Number(MAIN.includes(b)) - Number(MAIN.includes(a)));
	const four = (step: string): boolean => (step === 'publish' || step === 'accept') && reviewedByMe(events);
	return (
		<section class="card stack notice-actions" aria-label={t('notice.actions')}>
			<h2 class="card-title">{t('notice.actions')}</h2>
			<div class="notice-steps">
				{sorted.map((step) => (
					<button key={step} type="button" data-step={step} class={MAIN.includes(step) ? 'button-main' : ''} disabled={busy || four(step) || ((step === 'request' || step === 'circulate') && (notice.lacks ?? []).length > 0)} onClick={() => void take(step)}>
						{t(`step.${step}` as Key)}
					</button>
				))}
			</div>
			{sorted.some(four) && <p class="small">{t('notice.fourEyes')}</p>}
			{(notice.lacks ?? []).length > 0 && (
				<p class="small">
					<Icon name="warning" />
					{t('notice.lacks', { count: notice.lacks?.length ?? 0 })}
				</p>
			)}
			{refused !== null && <Refused answer={refused} />}
			{open !== null && <StepDialog step={open} notice={notice} act={act} onDone={() => done(open)} onClose={() => setOpen(null)} />}
			{dialog}
		</section>
	);
}

function Paper({ notice }: { readonly notice: Notice }): JSX.Element {
	return (
		<section class="card" aria-label={t('notice.paper')}>
			<h2 class="card-title">{t('notice.paper')}</h2>
			<ul class="notice-prints">
				{LANGUAGES.map((one) => (
					<li key={one}>
						<a class="button" lang={one} href={`/api/v1/notices/${notice.href}/print?language=${one}`} target="_blank" rel="noopener" download={`notice-${notice.href}-${one}.pdf`}>
							<Icon name="download" />
							{LANGUAGE_NAMES[one]}
						</a>
					</li>
				))}
			</ul>
			<p class="field-help">{t('notice.paper.help')}</p>
		</section>
	);
}

function Facts({ notice }: { readonly notice: Notice }): JSX.Element {
	const rows: [Key, JSX.Element][] = [['notice.owner', <Name text={officeName(notice.owner)} />]];
	if (notice.published !== null) rows.push(['notice.published', <bdi>{date(notice.published.slice(0, 10))}</bdi>]);
	if (notice.review !== null) rows.push(['notice.review', <bdi>{date(notice.review)}</bdi>]);
	if (notice.reference !== undefined && notice.reference !== '') rows.push(['notice.reference', <Code text={notice.reference} />]);
	if (notice.public !== undefined) rows.push(['notice.public', <>{t(notice.public ? 'notice.public.yes' : 'notice.public.no')}</>]);
	if (notice.ending !== null) rows.push(['notice.ending', <>{word('ending', notice.ending)}</>]);
	if (notice.ground != null) rows.push(['step.ground', <>{word('refusal', notice.ground)}</>]);
	return (
		<section class="card" aria-label={t('notice.facts')}>
			<h2 class="card-title">{t('notice.facts')}</h2>
			<dl class="facts">
				{rows.map(([key, value]) => (
					<Fact key={key} name={t(key)}>{value}</Fact>
				))}
			</dl>
			{notice.reach !== undefined && (
				<>
					<h3>{t('reach.whom')}</h3>
					<ReachShown reach={readReach(notice.reach)} owner={notice.owner} />
				</>
			)}
		</section>
	);
}

function Whole({ notice, events, onChanged }: { readonly notice: Notice; readonly events: readonly NoticeEvent[] | null; readonly onChanged: () => void }): JSX.Element {
	const { act, dialog } = useAct();
	const photographs = (valueAt(notice.content, 'photographs') as readonly string[] | undefined) ?? [];
	const summary = typeof notice.text === 'string' && notice.text !== '' && ['returned', 'in_review', 'requested'].includes(notice.state) ? notice.text : null;
	return (
		<article class="notice" data-colour={notice.colour}>
			<header class="notice-band">
				<p>
					<strong>{word('colour', notice.colour)}</strong>
					{notice.form === 'diffusion' && <span>{t('form.diffusion')}</span>}
					<bdi class="code" dir="ltr">
						{notice.id}
					</bdi>
				</p>
				<Stamp state={notice.state} />
			</header>
			<div class="notice-head">
				{photographs.length > 0 && (
					<div class="notice-photographs">
						{photographs.map((one, index) => (
							<img key={one} src={`/api/v1/notices/${notice.href}/pictures/${one}`} alt={t('notice.photograph', { count: index + 1 })} />
						))}
					</div>
				)}
				<div>
					<h1 tabIndex={-1}>
						<Name text={notice.caption !== '' ? notice.caption : t('none')} />
					</h1>
					{((valueAt(notice.content, 'crimes') as readonly string[] | undefined) ?? []).map((one) => (
						<span key={one} class="topic">
							{word('crime', one)}
						</span>
					))}{' '}
					{((valueAt(notice.content, 'warnings') as readonly string[] | undefined) ?? []).map((one) => (
						<span key={one} class="topic notice-warning">
							<Icon name="warning" />
							{word('warning', one)}
						</span>
					))}
				</div>
			</div>
			<div class="notice-body">
				<div class="stack">
					{summary !== null && (
						<section class="card notice-asked" aria-label={t('notice.asked')}>
							<h2 class="card-title">{t('notice.asked')}</h2>
							<blockquote dir="auto">
								<Prose text={summary} />
							</blockquote>
						</section>
					)}
					{notice.proposed !== undefined && (
						<p class="card">
							<Icon name="pen" />
							{t('notice.proposed')} <a href={hrefOf('compare', notice.href)}>{t('nav.compare')}</a>
						</p>
					)}
					{notice.steps.includes('assess') && (
						<Review
							key={notice.version}
							notice={notice}
							act={act}
							onDone={() => {
								say(t('did.assess'));
								onChanged();
							}}
						/>
					)}
					<Say content={notice.content} />
				</div>
				<div class="stack notice-side">
					<Actions notice={notice} events={events ?? []} onChanged={onChanged} />
					<Facts notice={notice} />
					<Paper notice={notice} />
					{events !== null && <History events={events} href={notice.href} />}
					{events !== null && (
						<p>
							<a href={hrefOf('compare', notice.href)}>{t('nav.compare')}</a>
						</p>
					)}
				</div>
			</div>
			{dialog}
		</article>
	);
}

export default function NoticePage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const [notice, setNotice] = useState<Notice | null>(null);
	const [events, setEvents] = useState<readonly NoticeEvent[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const load = (): void => {
		Promise.all([read<Notice>(`notices/${encodeURIComponent(id)}`), learnCodes()]).then(([found]) => {
			setNotice(found);
			if (found.version === undefined) return;
			read<{ history: readonly NoticeEvent[] }>(`notices/${encodeURIComponent(id)}/history`).then((told) => setEvents(told.history), () => undefined);
		}, setFailed);
	};
	useEffect(load, [id, ownOffice()]);
	return (
		<div class="page page-wide">
			<p class="notice-back">
				<a href="/desk/notices">
					<Icon name="back" />
					{t('notices.title')}
				</a>
			</p>
			{notice !== null && codes.value !== null ? (
				<Whole notice={notice} events={events} onChanged={load} />
			) : (
				<>
					<h1 tabIndex={-1}>{t('nav.notice')}</h1>
					{failed !== null ? <Trouble error={failed} /> : <p role="status">{t('loading')}</p>}
				</>
			)}
		</div>
	);
}
