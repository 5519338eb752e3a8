/* One request of a person: who asks, what for, which notices it is about, and the steps of whoever looks at it. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Refusal, read, sendBytes } from '../../api/client';
import { type Notice, officeName, word } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { type WorkEvent, label, learnWork, workCodes } from '../../api/work';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { who } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Due } from '../../parts/Due';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { FormEnd } from '../../parts/FormEnd';
import { Timeline } from '../../parts/Timeline';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, moment } from '../../strings/format';
import type { OneRequest } from '../requests';

interface Applicant {
	readonly name?: string;
	readonly forename?: string;
	readonly birth?: string;
	readonly nationality?: string;
	readonly address?: string;
	readonly email?: string;
	readonly representative?: { readonly name?: string; readonly authority?: string };
	readonly identity?: { readonly kind?: string; readonly number?: string; readonly country?: string };
}

interface WholeRequest extends OneRequest {
	readonly reason?: string;
	readonly text?: string;
	readonly reply?: string;
	readonly disclose?: string;
	readonly ground?: string;
	readonly answer?: string;
	readonly proposer?: string;
	readonly applicant?: Applicant;
	readonly steps: readonly string[];
	/* Copies of identity papers: for the Commission. */
	readonly papers?: readonly { readonly digest: string; readonly type: string; readonly size: number; readonly pages: number; readonly at: string; readonly officer: string }[];
}

/* What each step takes, as src/notices/request_act.c has it. */
const TAKES: Readonly<Record<string, string>> = {
	ask: 'text', complete: 'text', admit: 'form', reject: 'ground text', link: 'notices', consult: 'office text', reply: 'disclose text', recall: 'text', block: 'text', lift: 'text', propose: 'outcome text answer', return: 'text', execute: 'contents', decide: '', answer: '', withdraw: '', shred: 'paper', paper: 'file', forget: '',
};
/* As src/notices/identity.h has it. */
const COPY_TYPES = 'image/jpeg,image/png,application/pdf,.jpg,.jpeg,.png,.pdf';
const FORM = ['identity', 'signed', 'authority', 'founded'] as const;
const QUIET = ['withdraw', 'forget', 'recall', 'lift', 'complete', 'paper', 'shred'];

/* "1 · application/pdf · 27 Nov" */
function paperName(request: WholeRequest, digest: string): string {
	const papers = request.papers ?? [];
	const at = papers.findIndex((one) => one.digest === digest);
	const paper = papers[at];
	return paper === undefined ? digest : [at + 1, paper.type, moment(new Date(paper.at))].join(' · ');
}

function Step({ step, request, act, onDone, onClose }: { readonly step: string; readonly request: WholeRequest; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const takes = (TAKES[step] ?? 'text').split(' ');
	const [text, setText] = useState('');
	const [own, setOwn] = useState('');
	const [code, setCode] = useState('');
	const [notices, setNotices] = useState(request.notices.join(' '));
	const [form, setForm] = useState<readonly string[]>([]);
	const [contents, setContents] = useState<Readonly<Record<string, string>>>({});
	const [offices, setOffices] = useState<readonly string[]>([]);
	const [file, setFile] = useState<File | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [fault, setFault] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);
	const corrects = step === 'execute' && request.kind === 'correction';
	/* Who owns what the request is about; and what these notices say now, to be corrected. */
	useEffect(() => {
		if (step !== 'consult' && !corrects) return;
		void Promise.all(request.notices.map((id) => read<Notice>(`notices/${id.replace('/', '-')}`).catch(() => null))).then((found) => {
			setOffices([...new Set(found.flatMap((one) => (one !== null ? [one.owner] : [])))]);
			setContents(Object.fromEntries(found.flatMap((one) => (one !== null ? [[one.id, JSON.stringify(one.content, null, 2)]] : []))));
		});
	}, []);
	const sendFile = async (copy: File): Promise<void> => {
		setBusy(true);
		try {
			await sendBytes(`requests/${request.href}/papers`, copy);
			onDone();
		} catch (error) {
			const told = error instanceof Refusal ? error : null;
			setRefused({ status: told === null || told.trouble === 'line' ? 0 : 422, prove: false, body: { detail: told?.detail ?? '' } });
		}
		setBusy(false);
	};
	const send = async (): Promise<void> => {
		if (file !== null) return sendFile(file);
		const body: Record<string, unknown> = {};
		if (takes.includes('text')) body['text'] = text.trim();
		if (takes.includes('answer') && own.trim() !== '') body['answer'] = own.trim();
		for (const name of ['ground', 'office', 'disclose', 'outcome', 'paper']) if (takes.includes(name)) body[name] = code;
		if (takes.includes('notices')) body['notices'] = notices.split(/[\s,;،]+/).filter((one) => one !== '');
		if (takes.includes('form')) body['form'] = Object.fromEntries(FORM.map((one) => [one, form.includes(one)]));
		if (corrects) {
			try {
				body['contents'] = Object.fromEntries(Object.entries(contents).map(([id, said]) => [id, JSON.parse(said) as unknown]));
			} catch {
				setFault(t('request.contents.fault'));
				return;
			}
		}
		setBusy(true);
		const answer = await act<Told>('POST', `requests/${request.href}/${step}`, body, { 'If-Match': `"${request.version}"` });
		setBusy(false);
		if (answer.status === 200) onDone();
		else if (answer.status !== -1) setRefused(answer);
	};
	const choose = (title: Key, codes: readonly string[], wordOf: (code: string) => string): JSX.Element => (
		<Field label={t(title)}>
			{(ids) => (
				<select {...ids} name="code" required value={code} onChange={(event) => setCode(event.currentTarget.value)}>
					<option value="">{t('choose')}</option>
					{codes.map((one) => (
						<option key={one} value={one}>
							{wordOf(one)}
						</option>
					))}
				</select>
			)}
		</Field>
	);
	return (
		<Dialog title={t(`request.step.${step}` as Key)} look={corrects ? 'dialog-wide' : ''} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{['execute', 'block', 'decide', 'forget'].includes(step) && <p>{t(step === 'execute' && request.kind === 'deletion' ? 'request.meaning.delete' : (`request.meaning.${step}` as Key))}</p>}
				{takes.includes('form') && (
					<fieldset class="stack-tight">
						<legend>{t('request.form')}</legend>
						{FORM.map((one) => (
							<label key={one} class="row">
								<input type="checkbox" name={`form-${one}`} checked={form.includes(one)} onChange={(event) => setForm(event.currentTarget.checked ? [...form, one] : form.filter((other) => other !== one))} />
								<span>{t(`request.form.${one}`)}</span>
							</label>
						))}
					</fieldset>
				)}
				{takes.includes('ground') && choose('request.ground', workCodes('request_ground'), (one) => label('request_ground', one))}
				{takes.includes('office') && choose('request.office', offices, officeName)}
				{takes.includes('disclose') && choose('request.disclose', workCodes('request_disclose'), (one) => label('request_disclose', one))}
				{takes.includes('outcome') && choose('request.outcome', workCodes('request_outcome'), (one) => label('request_outcome', one))}
				{takes.includes('paper') && choose('request.papers', (request.papers ?? []).map((one) => one.digest), (one) => paperName(request, one))}
				{takes.includes('file') && <Field label={t('request.file')} help={t('request.file.help')}>{(ids) => <input {...ids} name="file" type="file" accept={COPY_TYPES} required onChange={(event) => setFile(event.currentTarget.files?.[0] ?? null)} />}</Field>}
				{takes.includes('notices') && <Field label={t('request.notices')} help={t('request.notices.help')}>{(ids) => <input {...ids} name="notices" type="text" dir="ltr" class="code" autocomplete="off" value={notices} onInput={(event) => setNotices(event.currentTarget.value)} />}</Field>}
				{takes.includes('text') && <Field label={t(step === 'consult' || step === 'ask' ? 'hit.question' : 'step.reason')}>{(ids) => <textarea {...ids} name="text" rows={4} dir="auto" required maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Field>}
				{takes.includes('answer') && request.disclose === 'all' && <Field label={t('request.answer')} help={t('request.answer.help')}>{(ids) => <textarea {...ids} name="answer" rows={4} dir="auto" maxLength={4000} value={own} onInput={(event) => setOwn(event.currentTarget.value)} />}</Field>}
				{corrects &&
					Object.entries(contents).map(([id, said]) => (
						<Field key={id} label={t('request.contents', { notice: id })} fault={fault}>
							{(ids) => <textarea {...ids} rows={12} dir="ltr" class="code" spellcheck={false} value={said} onInput={(event) => setContents({ ...contents, [id]: event.currentTarget.value })} />}
						</Field>
					))}
				<FormEnd refused={refused} disabled={busy || (takes.includes('form') && form.length < FORM.length)} onClose={onClose}>
					{t(`request.step.${step}` as Key)}
				</FormEnd>
			</form>
		</Dialog>
	);
}

const copyAddress = (request: WholeRequest, digest: string): string => `/api/v1/requests/${request.href}/papers/${digest}`;

function Facts({ request, onLook }: { readonly request: WholeRequest; readonly onLook: (digest: string) => void }): JSX.Element {
	const row = (key: Key, value: JSX.Element | null): JSX.Element | null =>
		value === null ? null : (
			<Fact name={t(key)}>{value}</Fact>
		);
	const said = (key: Key, text: string | undefined): JSX.Element | null => row(key, text !== undefined && text !== '' ? <Name text={text} /> : null);
	const person = request.applicant;
	const identity = person?.identity;
	return (
		<dl class="facts facts-wide">
			{person !== undefined && row('request.applicant', <Name text={[person.forename, person.name].filter((one) => one !== undefined).join(' ')} />)}
			{person?.birth !== undefined && row('ask.born', <bdi>{date(person.birth)}</bdi>)}
			{said('ask.nationality', person?.nationality)}
			{identity !== undefined && row('request.identity', <Name text={[identity.kind !== undefined ? word('document', identity.kind) : undefined, identity.number, identity.country].filter((one) => one !== undefined).join(' · ')} />)}
			{row(
				'request.papers',
				request.papers !== undefined && request.papers.length > 0 ? (
					<ul class="values">
						{request.papers.map((one) => (
							<li key={one.digest} class="row">
								<a href={copyAddress(request, one.digest)} download>
									<bdi>{paperName(request, one.digest)}</bdi>
								</a>
								{one.type.startsWith('image/') && (
									<button type="button" class="button-quiet" data-look={one.digest} onClick={() => onLook(one.digest)}>
										{t('request.look')}
									</button>
								)}
							</li>
						))}
					</ul>
				) : null,
			)}
			{said('request.representative', person?.representative !== undefined ? [person.representative.name, person.representative.authority].filter((one) => one !== undefined).join(' · ') : undefined)}
			{said('request.address', person?.address)}
			{said('request.email', person?.email)}
			{said('request.text', request.text)}
			{row(
				'request.notices',
				request.notices.length > 0 ? (
					<ul class="values">
						{request.notices.map((id) => (
							<li key={id}>
								<a href={hrefOf('notice', id.replace('/', '-'))}>
									<Code text={id} />
								</a>
							</li>
						))}
					</ul>
				) : (
					<span class="none">{t('request.nothing')}</span>
				),
			)}
			{row('request.consulted', request.office !== undefined ? <Name text={officeName(request.office)} /> : null)}
			{said('hit.question', request.question)}
			{row('request.disclose', request.disclose !== undefined ? <>{label('request_disclose', request.disclose)}</> : null)}
			{said('request.reply', request.reply)}
			{row('request.outcome', request.outcome !== undefined ? <>{label('request_outcome', request.outcome)}</> : null)}
			{row('request.ground', request.ground !== undefined ? <>{label('request_ground', request.ground)}</> : null)}
			{row('request.proposer', request.proposer !== undefined ? <Code text={request.proposer} /> : null)}
			{said('step.reason', request.reason)}
			{said('request.told', request.answer)}
			{row('request.filed', request.filed !== undefined ? <bdi>{moment(new Date(request.filed))}</bdi> : null)}
			{row('request.admitted', request.admitted !== undefined ? <bdi>{moment(new Date(request.admitted))}</bdi> : null)}
		</dl>
	);
}

export default function RequestPage({ values }: PageProps): JSX.Element {
	const href = values[0] ?? '';
	const { act, dialog } = useAct();
	const [request, setRequest] = useState<WholeRequest | null>(null);
	const [events, setEvents] = useState<readonly WorkEvent[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const [step, setStep] = useState<string | null>(null);
	const [look, setLook] = useState<string | null>(null);
	/* What happened is for the Commission alone. */
	const load = (after: boolean): void =>
		void Promise.all([read<WholeRequest>(`requests/${encodeURIComponent(href)}`), read<{ history: readonly WorkEvent[] }>(`requests/${encodeURIComponent(href)}/history`).catch(() => ({ history: [] })), learnWork()]).then(([found, told]) => {
			setRequest(found);
			setEvents(told.history);
		}, (error) => {
			/* Who has replied or carried out has no more to do with it. */
			if (after && error instanceof Refusal && error.trouble === 'missing') go('/desk/requests');
			else setFailed(error);
		});
	useEffect(() => load(false), [href]);
	const mine = request?.proposer !== undefined && request.proposer === who.value?.officer?.id;
	/* Copies are removed where there is one. */
	const steps = (request?.steps ?? []).filter((one) => one !== 'shred' || (request?.papers ?? []).length > 0).sort((a, b) => Number(QUIET.includes(a)) - Number(QUIET.includes(b)));
	return (
		<div class="page page-wide">
			<p class="notice-back">
				<a href="/desk/requests">
					<Icon name="back" /> {t('nav.requests')}
				</a>
			</p>
			<div class="page-head">
				<h1 tabIndex={-1}>
					{t('nav.request')} <Code text={request?.id ?? ''} />
				</h1>
				{request !== null && (
					<button type="button" class="button-quiet" onClick={() => print()}>
						<Icon name="print" />
						{t('print')}
					</button>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{request === null && failed === null && <p role="status">{t('loading')}</p>}
			{request !== null && (
				<>
					<section class="card hit-now" aria-label={t('hit.now')}>
						<p class="row">
							<span>{label('request_kind', request.kind)}</span>
							<span class="topic stamp" data-state={request.state}>
								{label('request_state', request.state)}
							</span>
							{request.blocked === true && <strong class="bad">{t('request.blocked')}</strong>}
						</p>
						{request.until !== undefined && request.closed === undefined && (
							<p>
								{t('request.until')}: <Due at={`${request.until}T23:59:59Z`} />
							</p>
						)}
						{steps.length > 0 && (
							<div class="notice-steps">
								{steps.map((one) => (
									<button key={one} type="button" class={QUIET.includes(one) ? 'button-quiet' : ''} data-step={one} disabled={one === 'decide' && mine} onClick={() => setStep(one)}>
										{t(`request.step.${one}` as Key)}
									</button>
								))}
							</div>
						)}
						{mine && steps.includes('decide') && <p class="small">{t('request.eyes')}</p>}
					</section>
					<div class="notice-body">
						<section class="card" aria-label={t('hit.facts')}>
							<h2 class="card-title">{t('hit.facts')}</h2>
							<Facts request={request} onLook={setLook} />
						</section>
						{events.length > 0 && <Timeline events={events} titleOf={(event) => t(`request.did.${event.step}` as Key)} />}
					</div>
				</>
			)}
			{request !== null && step !== null && (
				<Step
					step={step}
					request={request}
					act={act}
					onClose={() => setStep(null)}
					onDone={() => {
						say(t(`request.did.${step}` as Key));
						setStep(null);
						load(true);
					}}
				/>
			)}
			{request !== null && look !== null && (
				<Dialog title={paperName(request, look)} look="dialog-wide" onClose={() => setLook(null)}>
					<img class="request-copy" src={copyAddress(request, look)} alt={t('request.papers')} />
				</Dialog>
			)}
			{dialog}
		</div>
	);
}
