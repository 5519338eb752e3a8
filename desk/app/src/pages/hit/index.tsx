/* One hit: what was found, whom it waits for and until when; the steps that may be taken now; all that happened. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { officeName } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { type WholeHit, type WorkEvent, label, learnWork, workCodes } from '../../api/work';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { may } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Due } from '../../parts/Due';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { HitStamp } from '../../parts/HitStamp';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { FormEnd } from '../../parts/FormEnd';
import { Timeline } from '../../parts/Timeline';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { country, moment, percent } from '../../strings/format';
import { colourWord } from '../hits';

/* What each step takes, as src/notices/hit_step.c has it; an exclamation mark: it cannot do without. */
const TAKES: Readonly<Record<string, string>> = {
	withdraw: 'text!', acknowledge: 'text', ask: 'text!', answer: 'text!', confirm: 'text', deny: 'text!', arrest: 'at place days text', request: 'reference! text', grant: 'text!', refuse: 'text!',
	'hand-over': 'at place text', release: 'at text!', find: 'at place text!', identify: 'text!', inform: 'at place text!', apply: 'at place text!', conclude: 'end text', close: 'outcome! text!', note: 'text!',
};
const CLOSING = ['deceased', 'gone', 'no-action', 'other', 'prosecuted'];
const QUIET = ['note', 'close', 'withdraw', 'release'];

const local = (time: Date): string => new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

function Step({ step, hit, act, onDone, onClose }: { readonly step: string; readonly hit: WholeHit; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const takes = (TAKES[step] ?? 'text').split(' ');
	const has = (name: string): boolean => takes.includes(name) || takes.includes(`${name}!`);
	const must = (name: string): boolean => takes.includes(`${name}!`);
	const [text, setText] = useState('');
	const [place, setPlace] = useState('');
	const [first] = useState(local(new Date()));
	const [at, setAt] = useState(first);
	const [days, setDays] = useState('');
	const [reference, setReference] = useState('');
	const [outcome, setOutcome] = useState('');
	const [end, setEnd] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const send = async (): Promise<void> => {
		const body: Record<string, unknown> = {};
		if (text.trim() !== '') body['text'] = text.trim();
		if (has('place') && place.trim() !== '') body['place'] = place.trim();
		/* Left as it stood there, it is now: the minute's beginning may lie before the hit itself. */
		if (has('at') && at !== '' && at !== first) body['at'] = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
		if (has('days') && days !== '') body['days'] = Number(days);
		if (has('reference')) body['reference'] = reference.trim();
		if (has('outcome')) body['outcome'] = outcome;
		if (has('end') && end) body['end'] = true;
		setBusy(true);
		const answer = await act<Told>('POST', `hits/${hit.href}/${step}`, body, { 'If-Match': `"${hit.version}"` });
		setBusy(false);
		if (answer.status === 200) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t(`hit.step.${step}` as Key)} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{step === 'confirm' && <p>{t('hit.meaning.confirm')}</p>}
				{has('at') && <Field label={t('hit.at')}>{(ids) => <input {...ids} type="datetime-local" max={local(new Date(Date.now() + 60_000))} value={at} onInput={(event) => setAt(event.currentTarget.value)} />}</Field>}
				{has('place') && <Field label={t('hit.place')}>{(ids) => <input {...ids} type="text" dir="auto" maxLength={200} value={place} onInput={(event) => setPlace(event.currentTarget.value)} />}</Field>}
				{has('days') && <Field label={t('hit.days')} help={t('hit.days.help')}>{(ids) => <input {...ids} type="number" min={1} max={365} value={days} onInput={(event) => setDays(event.currentTarget.value)} />}</Field>}
				{has('reference') && <Field label={t('hit.reference')}>{(ids) => <input {...ids} name="reference" type="text" dir="ltr" class="code" required={must('reference')} maxLength={100} value={reference} onInput={(event) => setReference(event.currentTarget.value)} />}</Field>}
				{has('outcome') && (
					<Field label={t('hit.outcome')}>
						{(ids) => (
							<select {...ids} required value={outcome} onChange={(event) => setOutcome(event.currentTarget.value)}>
								<option value="">{t('choose')}</option>
								{workCodes('hit_outcome')
									.filter((one) => CLOSING.includes(one))
									.map((one) => (
										<option key={one} value={one}>
											{label('hit_outcome', one)}
										</option>
									))}
							</select>
						)}
					</Field>
				)}
				{has('end') && (
					<span class="row">
						<input type="checkbox" id="hit-end" checked={end} onChange={(event) => setEnd(event.currentTarget.checked)} />
						<label for="hit-end">{t(hit.about === 'object' ? 'hit.end.object' : 'hit.end')}</label>
					</span>
				)}
				<Field label={t(step === 'ask' ? 'hit.question' : 'hit.text')} help={t('hit.text.help')}>
					{(ids) => <textarea {...ids} name="text" rows={4} dir="auto" required={must('text')} maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
				</Field>
				<FormEnd refused={refused} disabled={busy} onClose={onClose}>
					{t(`hit.step.${step}` as Key)}
				</FormEnd>
			</form>
		</Dialog>
	);
}

function Evidence({ evidence }: { readonly evidence: Readonly<Record<string, unknown>> }): JSX.Element {
	const { score, caption } = evidence;
	return (
		<section class="card" aria-label={t('hit.evidence')}>
			<h2 class="card-title">{t('hit.evidence')}</h2>
			{typeof score === 'number' && (
				<p>
					{t('hit.score')} <strong>{percent(score)}</strong> {typeof caption === 'string' && <Name text={caption} />}
				</p>
			)}
			<details>
				<summary>{t('hit.evidence.all')}</summary>
				<pre class="evidence" dir="ltr" lang="zxx" tabIndex={0}>
					{JSON.stringify(evidence, null, 2)}
				</pre>
			</details>
		</section>
	);
}

/* What a step said beside its text. */
function Said({ event }: { readonly event: WorkEvent }): JSX.Element | null {
	if (event.step === 'report' || event.detail === null || typeof event.detail === 'string') return null;
	const { at, place, days, reference, outcome, due } = event.detail;
	const said: JSX.Element[] = [];
	if (typeof at === 'string') said.push(<bdi key="at">{moment(new Date(at))}</bdi>);
	if (typeof place === 'string') said.push(<Name key="place" text={place} />);
	if (typeof days === 'number') said.push(<span key="days">{t('hit.days.said', { count: days })}</span>);
	if (typeof reference === 'string') said.push(<Code key="reference" text={reference} />);
	if (typeof outcome === 'string') said.push(<span key="outcome">{label('hit_outcome', outcome)}</span>);
	if (typeof due === 'string') said.push(<bdi key="due">{moment(new Date(due))}</bdi>);
	return said.length === 0 ? null : <p class="small values">{said}</p>;
}

function Facts({ hit }: { readonly hit: WholeHit }): JSX.Element {
	const row = (key: Key, value: JSX.Element | null): JSX.Element | null =>
		value === null ? null : (
			<Fact name={t(key)}>{value}</Fact>
		);
	return (
		<dl class="facts facts-wide">
			{row('hit.finder', <Name text={officeName(hit.finder)} />)}
			{row('hit.owner', <Name text={officeName(hit.owner)} />)}
			{row('hit.found', hit.found !== null ? <bdi>{moment(new Date(hit.found))}</bdi> : null)}
			{row('hit.place', hit.place !== '' ? <><Name text={hit.place} />{hit.country !== null && <small><bdi>{country(hit.country)}</bdi></small>}</> : null)}
			{row(hit.about === 'object' ? 'hit.subject.object' : 'hit.subject', <a href={hrefOf(hit.about === 'object' ? 'object' : 'notice', hit.subject.replace('/', '-'))}><Code text={hit.subject} /></a>)}
			{row('hit.reported', <bdi>{moment(new Date(hit.reported))}</bdi>)}
			{row('hit.reference', hit.reference !== null ? <Code text={hit.reference} /> : null)}
			{row('hit.outcome', hit.outcome !== null ? <>{label('hit_outcome', hit.outcome)}</> : null)}
			{row('hit.ended', hit.notice_ended ? <>{t('yes')}</> : null)}
		</dl>
	);
}

export default function HitPage({ values }: PageProps): JSX.Element {
	const href = values[0] ?? '';
	const { act, dialog } = useAct();
	const [hit, setHit] = useState<WholeHit | null>(null);
	const [events, setEvents] = useState<readonly WorkEvent[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const [step, setStep] = useState<string | null>(null);
	const load = (): void =>
		void Promise.all([read<WholeHit>(`hits/${encodeURIComponent(href)}`), read<{ history: readonly WorkEvent[] }>(`hits/${encodeURIComponent(href)}/history`), learnWork()]).then(([found, told]) => {
			setHit(found);
			setEvents(told.history);
		}, setFailed);
	useEffect(load, [href]);
	const steps = [...(hit?.steps ?? [])].sort((a, b) => Number(QUIET.includes(a)) - Number(QUIET.includes(b)));
	const over = hit !== null && hit.awaits === null;
	return (
		<div class="page page-wide notice" data-colour={hit?.colour}>
			<p class="notice-back">
				<a href="/desk/hits">
					<Icon name="back" /> {t('nav.hits')}
				</a>
			</p>
			{failed !== null && (
				<>
					<h1 tabIndex={-1}>{t('nav.hit')}</h1>
					<Trouble error={failed} />
				</>
			)}
			{hit === null && failed === null && <h1 tabIndex={-1}>{t('loading')}</h1>}
			{hit !== null && (
				<>
					<header class="notice-band">
						<p>
							<strong>{t('nav.hit')}</strong> <Code text={hit.id} />
							<span>{colourWord(hit.colour)}</span>
						</p>
						{hit.urgent && (
							<strong>
								<Icon name="warning" /> {t('hit.urgent')}
							</strong>
						)}
					</header>
					<div class="page-head">
						<h1 tabIndex={-1}>
							<Name text={hit.caption !== '' ? hit.caption : t('none')} />
						</h1>
						<button type="button" class="button-quiet" onClick={() => print()}>
							<Icon name="print" />
							{t('print')}
						</button>
					</div>
					<section class={`card hit-now ${hit.overdue ? 'hit-late' : ''}`} aria-label={t('hit.now')}>
						<HitStamp state={hit.state} />
						{!over && (
							<p>
								{t('hit.waits', { office: officeName(hit.awaits ?? '') })} <Due at={hit.due} />
							</p>
						)}
						{steps.length > 0 && (
							<div class="notice-steps">
								{steps.map((one, index) => (
									<button key={one} type="button" class={index === 0 && !QUIET.includes(one) ? 'button-main' : QUIET.includes(one) ? 'button-quiet' : ''} data-step={one} onClick={() => setStep(one)}>
										{t(`hit.step.${one}` as Key)}
									</button>
								))}
							</div>
						)}
						{steps.length === 0 && !over && <p class="small">{t(may('hits.follow') ? 'hit.other' : 'hit.reading')}</p>}
						<p class="small">{t('hit.lead')}</p>
					</section>
					<div class="notice-body">
						<div class="stack">
							<section class="card" aria-label={t('hit.facts')}>
								<h2 class="card-title">{t('hit.facts')}</h2>
								<Facts hit={hit} />
							</section>
							{hit.evidence !== null && Object.keys(hit.evidence).length > 0 && <Evidence evidence={hit.evidence} />}
						</div>
						<Timeline events={events} titleOf={(event) => t(`hit.did.${event.step}` as Key)} detailOf={(event) => <Said event={event} />} />
					</div>
				</>
			)}
			{hit !== null && step !== null && (
				<Step
					step={step}
					hit={hit}
					act={act}
					onClose={() => setStep(null)}
					onDone={() => {
						say(t(`hit.did.${step}` as Key));
						setStep(null);
						load();
					}}
				/>
			)}
			{dialog}
		</div>
	);
}
