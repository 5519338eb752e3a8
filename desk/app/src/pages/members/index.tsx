/* The countries that are members: since when, suspended or not, and who may not vote for what he has not paid. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Account } from '../../api/affairs';
import { type Member, type Texts } from '../../api/admin';
import { read } from '../../api/client';
import { readAll } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { Answer } from '../../api/sign';
import { type Key, t } from '../../strings';
import { date } from '../../strings/format';

const REGIONS = ['africa', 'americas', 'asia', 'europe'] as const;

function Admit({ act, onDone, onClose }: { readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [code, setCode] = useState('');
	const [region, setRegion] = useState('');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const draft = { code: code.trim().toUpperCase(), ...(region !== '' ? { region } : {}) };
		const answer = await act<Told>('POST', 'members', draft, { 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status === 201) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t('mem.admit')} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p>{t('mem.admit.meaning')}</p>
				<Field label={t('mem.code')}>{(ids) => <input {...ids} name="member-code" type="text" class="code" dir="ltr" autocomplete="off" required minLength={2} maxLength={2} pattern="[A-Za-z]{2}" value={code} onInput={(event) => setCode(event.currentTarget.value)} />}</Field>
				<Field label={t('offices.region')}>
					{(ids) => (
						<select {...ids} value={region} onChange={(event) => setRegion(event.currentTarget.value)}>
							<option value="">{t('mem.region.known')}</option>
							{REGIONS.map((one) => (
								<option key={one} value={one}>
									{t(`region.${one}`)}
								</option>
							))}
						</select>
					)}
				</Field>
				<FormEnd refused={refused} id="member-send" disabled={false} onClose={onClose}>
						{t('mem.admit')}
				</FormEnd>
			</form>
		</Dialog>
	);
}

interface Row extends Member {
	readonly dues: Account | null;
}

const nameOf = (names: Texts): string => names[language.value];

export default function MembersPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [rows, setRows] = useState<readonly Row[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [open, setOpen] = useState<Row | 'new' | null>(null);
	const load = (): void =>
		void Promise.all([readAll<Member>('members', 'members'), read<{ accounts: Account[] }>('dues').catch(() => null)]).then(([members, dues]) => {
			const accounts = new Map((dues?.accounts ?? []).map((one) => [one.code, one]));
			setRows(members.map((one) => ({ ...one, dues: accounts.get(one.code) ?? null })));
		}, setFailed);
	useEffect(load, []);
	const done = (): void => {
		setOpen(null);
		say(t('officers.done'));
		load();
	};
	const change = may('members.change');
	const columns = useMemo(
		(): Column<Row>[] => [
			{
				id: 'member',
				title: t('mem.member'),
				value: (one) => `${nameOf(one.names)} ${one.code}`,
				cell: (one) => (
					<>
						<a href={hrefOf('office', one.code)} dir="auto">
							<Name text={nameOf(one.names)} />
						</a>{' '}
						<small>
							<Code text={one.code} />
						</small>
					</>
				),
			},
			{ id: 'region', title: t('offices.region'), value: (one) => t(`region.${one.region}` as Key) },
			{ id: 'state', title: t('officers.state'), value: (one) => t(`mem.state.${one.state}`), cell: (one) => <span class={one.state === 'suspended' ? 'bad' : 'good'}>{t(`mem.state.${one.state}`)}</span> },
			{ id: 'since', title: t('offices.since'), value: (one) => one.since, cell: (one) => <bdi>{date(one.since.slice(0, 10))}</bdi> },
			{
				id: 'vote',
				title: t('mem.vote'),
				value: (one) => (one.dues === null ? '' : `${t(`af.dues.${one.dues.state}` as Key)}${one.dues.in_arrears ? ` ${t('af.arrears')}` : ''}`),
				cell: (one) =>
					one.dues === null ? (
						<span class="none">{t('none')}</span>
					) : (
						<a class={one.dues.in_arrears || one.dues.state !== 'clear' ? 'bad' : ''} href={hrefOf('dues')}>
							{t(`af.dues.${one.dues.state}` as Key)}
							{one.dues.in_arrears && ` · ${t('af.arrears')}`}
						</a>
					),
			},
			...(change
				? [
						{
							id: 'step',
							title: t('mem.step'),
							value: () => '',
							cell: (one: Row) => (
								<button type="button" data-member={one.code} onClick={() => setOpen(one)}>
									{t(one.state === 'suspended' ? 'mem.reinstate' : 'mem.suspend')}
								</button>
							),
						},
					]
				: []),
		],
		[language.value, rows, change],
	);
	const one = open !== null && open !== 'new' ? open : null;
	const step = one?.state === 'suspended' ? 'reinstate' : 'suspend';
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.members')}</h1>
					<p class="small">{t('mem.meaning')}</p>
				</div>
				{change && (
					<button type="button" class="button-main" id="member-new" onClick={() => setOpen('new')}>
						<Icon name="flag" />
						{t('mem.admit')}
					</button>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{rows === null && failed === null && <p role="status">{t('loading')}</p>}
			{rows !== null && <Sheet label={t('nav.members')} rows={rows} columns={columns} keyOf={(row) => row.code} file="members" sort="member" />}
			{open === 'new' && <Admit act={act} onDone={done} onClose={() => setOpen(null)} />}
			{one !== null && (
				<Reason
					title={t(step === 'suspend' ? 'mem.suspend.of' : 'mem.reinstate.of', { name: nameOf(one.names) })}
					meaning={t(step === 'suspend' ? 'mem.suspend.meaning' : 'mem.reinstate.meaning')}
					action={t(step === 'suspend' ? 'mem.suspend' : 'mem.reinstate')}
					send={(reason) => act<Told>('POST', `members/${one.code}/${step}`, { reason }, { 'If-Match': `"${one.version}"` })}
					onDone={done}
					onClose={() => setOpen(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
