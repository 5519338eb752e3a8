/* One joint operation: its plan, what each country achieved and the sums of it, the steps that may be taken now, all that
 * happened. From outside, the published summary and the totals. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { officeName, word } from '../../api/notices';
import { COUNTS, type CountryResult, type Operation, type Seizure, learnOperations, seizureWord } from '../../api/operations';
import type { Answer } from '../../api/sign';
import type { WorkEvent } from '../../api/work';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may, ownOffice, who } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name, Prose } from '../../parts/Name';
import { FormEnd } from '../../parts/FormEnd';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { Timeline } from '../../parts/Timeline';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, moment, number } from '../../strings/format';
import { amount, seized, sumSeizures } from './amount';
import { Plan } from './Plan';
import { Report } from './Report';
import { OperationStamp } from './Stamp';

/* What a step asks for, beside the plan and the report, which have forms of their own. */
const ASKS: Readonly<Record<string, 'text' | 'summary' | 'link'>> = { 'call-off': 'text', publish: 'summary', link: 'link' };

function Step({ step, operation, act, onDone, onStale, onClose }: { readonly step: string; readonly operation: Operation; readonly act: Act; readonly onDone: () => void; readonly onStale: () => void; readonly onClose: () => void }): JSX.Element {
	const asks = ASKS[step];
	const [text, setText] = useState('');
	const [what, setWhat] = useState<'notice' | 'hit'>('notice');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const send = async (): Promise<void> => {
		setBusy(true);
		const body = asks === 'link' ? { [what]: text.trim().replace('-', '/') } : asks !== undefined ? { [asks]: text.trim() } : {};
		const answer = await act<Told>('POST', `operations/${operation.href}/${step}`, body, { 'If-Match': `"${operation.version ?? 0}"` });
		setBusy(false);
		if (answer.status === 200) return onDone();
		setRefused(answer);
		if (answer.status === 412) onStale();
	};
	return (
		<Dialog title={t(`op.step.${step}` as Key)} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p>{t(`op.step.meaning.${step}` as Key)}</p>
				{asks === 'link' && (
					<>
						<Field label={t('op.link.what')}>
							{(ids) => (
								<select {...ids} name="what" value={what} onChange={(event) => setWhat(event.currentTarget.value as 'notice')}>
									<option value="notice">{t('op.link.notice')}</option>
									<option value="hit">{t('op.link.hit')}</option>
								</select>
							)}
						</Field>
						<Field label={t('op.link.number')} help={t('op.link.help')}>
							{(ids) => <input {...ids} name="number" class="code" type="text" dir="ltr" autocomplete="off" required maxLength={20} placeholder="2026/17" value={text} onInput={(event) => setText(event.currentTarget.value)} />}
						</Field>
					</>
				)}
				{(asks === 'text' || asks === 'summary') && (
					<Field label={t(`op.${asks}` as Key)} help={t(asks === 'summary' ? 'op.summary.help' : 'op.noperson')}>
						{(ids) => <textarea {...ids} name="text" rows={4} dir="auto" required maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
					</Field>
				)}
				<FormEnd refused={refused} id="step-send" disabled={busy} onClose={onClose}>
					{t(`op.step.${step}` as Key)}
				</FormEnd>
			</form>
		</Dialog>
	);
}

const sumOf = (rows: readonly CountryResult[], count: (typeof COUNTS)[number]): string => number(rows.reduce((sum, one) => sum + one[count], 0));

function Seized({ seizures }: { readonly seizures: readonly Seizure[] }): JSX.Element {
	return (
		<ul class="seized">
			{seizures.map((one) => (
				<li key={one.kind}>
					<bdi>{seized(one)}</bdi>
				</li>
			))}
		</ul>
	);
}

function countryColumns(): Column<CountryResult>[] {
	return [
		{ id: 'office', title: t('op.country'), value: (one) => officeName(one.office), cell: (one) => <Name text={officeName(one.office)} /> },
		...COUNTS.map((count): Column<CountryResult> => ({ id: count, title: t(`op.count.${count}` as Key), value: (one) => one[count], cell: (one) => number(one[count]), number: true, sum: (rows) => sumOf(rows, count) })),
		{
			id: 'seizures',
			title: t('op.seized'),
			value: (one) => one.seizures.map(seized).join('; '),
			cell: (one) => <Seized seizures={one.seizures} />,
			sum: (rows) => <Seized seizures={sumSeizures(rows.map((one) => one.seizures))} />,
		},
		{ id: 'at', title: t('op.reported'), value: (one) => one.at ?? '', cell: (one) => (one.at !== null ? <bdi>{moment(new Date(one.at))}</bdi> : <span class="none">{t('op.unreported')}</span>) },
		{ id: 'text', title: t('op.text'), value: (one) => one.text ?? '', cell: (one) => one.text !== null && <span class="sheet-text" dir="auto"><Name text={one.text} /></span> },
	];
}

/* What was seized, kind by kind, with who seized how much of it. */
function Kinds({ total, countries }: { readonly total: readonly Seizure[]; readonly countries: readonly CountryResult[] }): JSX.Element {
	const parts = (kind: string): string =>
		countries
			.flatMap((one) => one.seizures.filter((seizure) => seizure.kind === kind).map((seizure) => `${officeName(one.office)}: ${amount(seizure)}`))
			.join(' · ');
	const columns: Column<Seizure>[] = [
		{ id: 'kind', title: t('op.kind'), value: (one) => seizureWord(one.kind) },
		{ id: 'quantity', title: t('op.quantity'), value: (one) => one.quantity, cell: (one) => <bdi>{amount(one)}</bdi>, number: true },
		{ id: 'countries', title: t('op.countries'), value: (one) => parts(one.kind), cell: (one) => <Name text={parts(one.kind)} /> },
	];
	return <Sheet label={t('op.seized')} note={t('op.seized')} rows={total} columns={countries.length > 0 ? columns : columns.slice(0, 2)} keyOf={(one) => one.kind} file="seized" />;
}

function Linked({ operation, act, onDone, onRefused }: { readonly operation: Operation; readonly act: Act; readonly onDone: () => void; readonly onRefused: (answer: Answer<Told>) => void }): JSX.Element | null {
	const own = ownOffice();
	const found = [
		...(operation.results.linked ?? []).map((one) => ({ kind: 'notice' as const, id: one.notice, office: one.office })),
		...(operation.results.hits ?? []).map((one) => ({ kind: 'hit' as const, id: one.hit, office: one.office })),
	];
	if (found.length === 0) return null;
	const unlink = async (kind: 'notice' | 'hit', id: string): Promise<void> => {
		const answer = await act<Told>('POST', `operations/${operation.href}/unlink`, { [kind]: id }, { 'If-Match': `"${operation.version ?? 0}"` });
		if (answer.status === 200) onDone();
		else onRefused(answer);
	};
	return (
		<section class="card" aria-label={t('op.linked')}>
			<h2 class="card-title">{t('op.linked')}</h2>
			<p class="small">{t('op.linked.meaning')}</p>
			<ul class="stack-tight">
				{found.map((one) => (
					<li key={`${one.kind} ${one.id}`} class="row">
						<a href={hrefOf(one.kind, one.id.replace('/', '-'))}>
							{t(one.kind === 'notice' ? 'op.link.notice' : 'op.link.hit')} <Code text={one.id} />
						</a>
						<span class="small">
							<Name text={officeName(one.office)} />
						</span>
						{one.office === own && operation.steps.includes('unlink') && (
							<button type="button" class="button-quiet" onClick={() => void unlink(one.kind, one.id)}>
								{t('op.step.unlink')}
							</button>
						)}
					</li>
				))}
			</ul>
		</section>
	);
}

const titleOf = (event: WorkEvent): string => t(`op.did.${event.step}` as Key);

export default function OperationPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const made = id === 'new';
	const [operation, setOperation] = useState<Operation | null>(null);
	const [events, setEvents] = useState<readonly WorkEvent[]>([]);
	const [ready, setReady] = useState(false);
	const [failed, setFailed] = useState<unknown>(null);
	const [step, setStep] = useState<string | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const { act, dialog } = useAct();
	const signed = who.value !== null;
	const load = (): void => {
		if (made) return void learnOperations().then(() => setReady(true), setFailed);
		void Promise.all([read<Operation>(`operations/${encodeURIComponent(id)}`), learnOperations()]).then(([found]) => {
			setOperation(found);
			setReady(true);
			if (found.state !== undefined) void read<{ history: WorkEvent[] }>(`operations/${encodeURIComponent(id)}/history`).then((told) => setEvents(told.history), () => undefined);
		}, setFailed);
	};
	useEffect(() => {
		setOperation(null);
		setReady(false);
		setStep(null);
		if (signed) load();
	}, [id, signed]);
	const columns = useMemo(countryColumns, [language.value, operation]);
	const done = (): void => {
		setStep(null);
		setRefused(null);
		say(t('officers.done'));
		load();
	};
	if (made)
		return (
			<div class="page">
				<h1 tabIndex={-1}>{t('op.plan')}</h1>
				{failed !== null && <Trouble error={failed} />}
				{ready && (may('operations.write') ? <Plan operation={null} onEnd={() => go(hrefOf('operations'))} /> : <p class="card empty">{t('trouble.right')}</p>)}
			</div>
		);
	const results = operation?.results;
	const countries = results?.countries;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>
						{operation !== null ? <Name text={operation.name} /> : t('nav.operation')}
					</h1>
					{operation !== null && ready && (
						<p class="row">
							<Code text={operation.id} />
							<OperationStamp operation={operation} />
							<bdi>{date(operation.ends !== null ? `${operation.begins}/${operation.ends}` : operation.begins)}</bdi>
						</p>
					)}
				</div>
				<button type="button" class="button-quiet" onClick={() => print()}>
					<Icon name="print" />
					{t('print')}
				</button>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{!ready && failed === null && <p role="status">{t('loading')}</p>}
			{operation !== null && ready && results !== undefined && (
				<>
					{step === 'edit' ? (
						<Plan
							operation={operation}
							onEnd={() => {
								setStep(null);
								load();
							}}
						/>
					) : (
						<section class="card stack" aria-label={t('op.facts')}>
							<dl class="facts facts-wide">
								<Fact name={t('op.crimes')}>{operation.crime_areas.map((code) => word('crime', code)).join(' · ')}</Fact>
								{operation.lead !== undefined && (
									<Fact name={t('op.lead')}>
										<Name text={officeName(operation.lead)} />
									</Fact>
								)}
								{operation.participants !== undefined && (
									<Fact name={t('op.participants')}>
										<Name text={operation.participants.map(officeName).join(' · ')} />
									</Fact>
								)}
								{operation.objectives !== undefined && (
									<Fact name={t('op.objectives')} dir="auto">
										<Prose text={operation.objectives} />
									</Fact>
								)}
								{operation.summary !== null && (
									<Fact name={t('op.summary')} dir="auto">
										<Prose text={operation.summary} />
									</Fact>
								)}
							</dl>
							{operation.steps.some((one) => one !== 'unlink') && (
								<div class="row notice-steps">
									{operation.steps
										.filter((one) => one !== 'unlink')
										.map((one, index) => (
											<button key={one} type="button" data-step={one} class={index === 0 ? 'button-main' : undefined} onClick={() => setStep(one)}>
												{t(`op.step.${one}` as Key)}
											</button>
										))}
								</div>
							)}
						</section>
					)}
					{refused !== null && <Refused answer={refused} />}
					<section class="card" aria-label={t('op.results')}>
						<h2 class="card-title">{t('op.results')}</h2>
						<dl class="sums">
							<Fact name={t('op.countries.reported')} data-figure="countries">{number(results.total.countries)}</Fact>
							{COUNTS.map((count) => (
								<Fact key={count} name={t(`op.count.${count}` as Key)} data-figure={count}>{number(results.total[count])}</Fact>
							))}
						</dl>
					</section>
					{results.total.seizures.length > 0 && <Kinds total={results.total.seizures} countries={countries ?? []} />}
					{countries !== undefined && <Sheet label={t('op.results.country')} note={t('op.results.country')} rows={countries} columns={columns} keyOf={(one) => one.office} file="operation" />}
					<Linked operation={operation} act={act} onDone={done} onRefused={setRefused} />
					{events.length > 0 && <Timeline events={events} titleOf={titleOf} />}
					{step === 'report' && <Report operation={operation} office={ownOffice()} act={act} onDone={done} onStale={load} onClose={() => setStep(null)} />}
					{step !== null && step !== 'edit' && step !== 'report' && <Step step={step} operation={operation} act={act} onDone={done} onStale={load} onClose={() => setStep(null)} />}
					{dialog}
				</>
			)}
		</div>
	);
}
