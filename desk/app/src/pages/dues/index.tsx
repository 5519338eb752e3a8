/* Members' contributions: what each was asked for, paid and owes; who is in arrears, with the appeal; of one member, year by
 * year. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Account, type WholeAccount, sum, value } from '../../api/affairs';
import { partyName } from '../../api/assembly';
import { read } from '../../api/client';
import { hrefOf } from '../../frame/router';
import { may, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Steps } from '../../parts/Steps';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, moment, money, number } from '../../strings/format';
import { memberColumn } from '../budget/member';

const amountOf = (text: string): string => money(value(text));
const SUMS = ['called', 'paid', 'unpaid_before', 'unpaid'] as const;
const VIEWS = ['all', 'owing', 'arrears'] as const;
type View = (typeof VIEWS)[number];

function Standing({ account }: { readonly account: Account }): JSX.Element {
	const look = account.state === 'clear' ? (account.in_arrears ? 'near' : 'good') : account.state === 'excused' ? 'over' : 'near';
	return (
		<span class="row">
			<span class={`topic stamp stamp-${look}`} data-state={account.state}>
				<Icon name={account.state === 'clear' && !account.in_arrears ? 'clear' : 'warning'} />
				{t(`af.dues.${account.state}` as Key)}
			</span>
			{account.in_arrears && <strong class="bad">{t('af.arrears')}</strong>}
		</span>
	);
}

function All({ accounts }: { readonly accounts: readonly Account[] }): JSX.Element {
	const [view, setView] = useState<View>('all');
	const counts = { all: accounts.length, owing: accounts.filter((one) => value(one.unpaid) > 0).length, arrears: accounts.filter((one) => one.in_arrears).length };
	const rows = accounts.filter((one) => view === 'all' || (view === 'owing' ? value(one.unpaid) > 0 : one.in_arrears));
	const columns: Column<Account>[] = [
		memberColumn(),
		{ id: 'state', title: t('hits.state'), value: (one) => `${t(`af.dues.${one.state}` as Key)}${one.in_arrears ? ` ${t('af.arrears')}` : ''}`, cell: (one) => <Standing account={one} /> },
		...SUMS.map((name): Column<Account> => ({ id: name, title: t(`af.sum.${name}` as Key), value: (one) => value(one[name]), cell: (one) => amountOf(one[name]), number: true, sum: (all) => sum(all.map((one) => one[name])) })),
		{ id: 'part', title: t('af.sum.paid'), value: (one) => value(one.paid) / Math.max(1, value(one.called)), cell: (one) => <meter class="figure-bar" min={0} max={Math.max(1, value(one.called))} value={Math.min(value(one.paid), value(one.called))} aria-label={`${partyName(one.code)}: ${amountOf(one.paid)}`} /> },
	];
	return (
		<>
			<Choice label={t('hits.view')} value={view} options={VIEWS.map((one) => ({ value: one, text: `${t(`af.view.${one}` as Key)} (${number(counts[one])})` }))} onChange={setView} />
			<Sheet key={view} label={t('nav.dues')} rows={rows} columns={columns} keyOf={(one) => one.code} file="contributions" sort={view === 'all' ? 'member' : '-unpaid'} />
		</>
	);
}

function One({ account, onDone }: { readonly account: WholeAccount; readonly onDone: () => void }): JSX.Element {
	const years: Column<WholeAccount['years'][number]>[] = [
		{ id: 'year', title: t('af.year'), value: (one) => one.year, cell: (one) => date(String(one.year)) },
		{ id: 'amount', title: t('af.sum.called'), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true, sum: (rows) => sum(rows.map((one) => one.amount)) },
		{ id: 'due', title: t('af.due'), value: (one) => one.due, cell: (one) => <bdi>{date(one.due)}</bdi> },
		{ id: 'unpaid', title: t('af.sum.unpaid'), value: (one) => value(one.unpaid), cell: (one) => amountOf(one.unpaid), number: true, sum: (rows) => sum(rows.map((one) => one.unpaid)) },
	];
	const payments: Column<NonNullable<WholeAccount['payments']>[number]>[] = [
		{ id: 'number', title: t('af.number'), value: (one) => one.number, cell: (one) => number(one.number) },
		{ id: 'day', title: t('af.day'), value: (one) => one.day, cell: (one) => <bdi>{date(one.day)}</bdi> },
		{ id: 'amount', title: t('af.amount'), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true },
		{ id: 'reference', title: t('af.reference'), value: (one) => one.reference ?? '', cell: (one) => one.reference !== null && <Code text={one.reference} /> },
		{ id: 'text', title: t('af.text'), value: (one) => one.text ?? '', cell: (one) => <Name text={`${one.text ?? ''}${one.reversed !== null ? ` (${t('af.reversed', { text: one.reversed })})` : ''}`} /> },
	];
	const { appeal, decision } = account;
	return (
		<>
			<section class="card stack" aria-label={t('nav.dues')}>
				<Standing account={account} />
				<dl class="sums">
					{SUMS.map((name) => (
						<Fact key={name} name={t(`af.sum.${name}` as Key)} data-figure={name}>{amountOf(account[name])}</Fact>
					))}
				</dl>
				{account.state !== 'clear' && <p>{t(`af.dues.meaning.${account.state}` as Key)}</p>}
				<dl class="facts facts-wide">
					{account.noted != null && (
						<Fact name={t('af.noted')}>
							<bdi>{moment(new Date(account.noted))}</bdi> {account.text != null && <Name text={account.text} />}
						</Fact>
					)}
					{appeal?.text !== undefined && (
						<Fact name={t('af.appeal')}>
							{appeal.made?.day !== undefined && <bdi>{date(appeal.made.day)}</bdi>} <Name text={appeal.text} /> {appeal.fact !== undefined && <Name text={appeal.fact} />}
						</Fact>
					)}
					{decision?.text !== undefined && (
						<Fact name={t('af.decision')}>
							{decision.day !== undefined && <bdi>{date(decision.day)}</bdi>} <Name text={decision.text} />
						</Fact>
					)}
				</dl>
				<Steps key={account.version} affair="dues" plural="dues" id={account.code} may={account.may ?? []} version={account.version} onDone={onDone} />
			</section>
			<Sheet label={t('af.years')} note={t('af.years')} rows={account.years} columns={years} keyOf={(one) => String(one.year)} file={`contributions-${account.code}`} />
			{account.payments !== undefined && account.payments.length > 0 && <Sheet label={t('af.payments')} note={t('af.payments')} rows={account.payments} columns={payments} keyOf={(one) => String(one.number)} file={`payments-${account.code}`} />}
		</>
	);
}

export default function DuesPage({ values }: PageProps): JSX.Element {
	const code = values[0] ?? 'all';
	const [accounts, setAccounts] = useState<readonly Account[] | null>(null);
	const [one, setOne] = useState<WholeAccount | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const known = who.value !== null && may('assembly.read');
	const load = (): void => {
		if (!known) return;
		if (code === 'all') read<{ accounts: Account[] }>('dues').then((found) => setAccounts(found.accounts), setFailed);
		else read<WholeAccount>(`dues/${encodeURIComponent(code)}`).then(setOne, setFailed);
	};
	useEffect(() => {
		setOne(null);
		setFailed(null);
		load();
	}, [known, code]);
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{code === 'all' ? t('nav.dues') : <Name text={partyName(code)} />}</h1>
					<p class="small">{t('af.dues.meaning')}</p>
				</div>
				{code !== 'all' && (
					<a class="button" href={hrefOf('dues')}>
						{t('nav.dues')}
					</a>
				)}
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{known && failed === null && (code === 'all' ? accounts === null : one === null) && <p role="status">{t('loading')}</p>}
			{code === 'all' && accounts !== null && <All accounts={accounts} />}
			{code !== 'all' && one !== null && <One account={one} onDone={load} />}
		</div>
	);
}
