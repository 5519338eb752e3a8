/* The budget and programme of work of a year: its life from the draft to the closed accounts, chapters and income beside the
 * year before, what each member contributes, what was done with it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Activity, type Budget, type BudgetLine, type Compared, type Contributions, type Posting, type Transfer, sum, value } from '../../api/affairs';
import { inLanguage, partyName, term } from '../../api/assembly';
import { read } from '../../api/client';
import { hrefOf } from '../../frame/router';
import { language } from '../../frame/store';
import { may, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name, Prose } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Steps } from '../../parts/Steps';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { date, decimal, moment, money, number } from '../../strings/format';
import { Words } from '../assembly/Parts';
import { memberColumn } from './member';

const LIFE = ['draft', 'submitted', 'approved', 'tabled', 'adopted', 'closed'] as const;
const amountOf = (text: string): string => money(value(text));
const growthOf = (text: string | null | undefined): string => (text != null ? `${Number(text) > 0 ? '+' : ''}${decimal(Number(text))} %` : '');
const yearOf = (year: number): string => date(String(year));

interface Whole {
	readonly budget: Budget;
	readonly compared: Compared;
	readonly contributions: Contributions;
	readonly activities: readonly Activity[];
	readonly postings: readonly Posting[];
	readonly transfers: readonly Transfer[];
}

async function readWhole(year: string): Promise<Whole> {
	const [budget, compared, contributions, programme, account] = await Promise.all([
		read<Budget>(`budgets/${year}`),
		read<Compared>(`budgets/${year}/compare`),
		read<Contributions>(`budgets/${year}/contributions`),
		read<{ activities: Activity[] }>(`budgets/${year}/programme`),
		read<{ postings: Posting[]; transfers: Transfer[] }>(`budgets/${year}/postings`),
	]);
	return { budget, compared, contributions, activities: programme.activities, ...account };
}

function Life({ budget }: { readonly budget: Budget }): JSX.Element {
	const states = budget.state === 'rejected' ? LIFE.map((one) => (one === 'adopted' ? 'rejected' : one)) : [...LIFE];
	const now = states.indexOf(budget.state as 'draft');
	return (
		<ol class="life" aria-label={t('af.life')}>
			{states.map((one, index) => (
				<li key={one} data-life={one} class={index < now ? 'life-done' : ''} aria-current={index === now ? 'step' : undefined}>
					{t(`af.state.${one}` as Key)}
				</li>
			))}
		</ol>
	);
}

/* This year above, the year before below. */
function Bars({ now, before, most, label }: { readonly now: number; readonly before: number | null; readonly most: number; readonly label: string }): JSX.Element {
	return (
		<span class="year-bars">
			<meter class="figure-bar" min={0} max={Math.max(1, most)} value={now} aria-label={label} />
			{before !== null && <meter class="figure-bar year-before" min={0} max={Math.max(1, most)} value={before} aria-label={`${label}, ${t('af.before')}`} />}
		</span>
	);
}

type ComparedLine = { readonly id: string; readonly title: string; readonly amount: string; readonly before: string; readonly difference: string; readonly growth: string | null };

function Compare({ lines, year, beside, label, file }: { readonly lines: readonly ComparedLine[]; readonly year: number; readonly beside: number | null; readonly label: string; readonly file: string }): JSX.Element {
	const most = Math.max(...lines.flatMap((one) => [value(one.amount), value(one.before)]), 0);
	const columns: Column<ComparedLine>[] = [
		{ id: 'what', title: label, value: (one) => one.title, cell: (one) => <Name text={one.title} /> },
		{ id: 'amount', title: yearOf(year), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true, sum: (rows) => sum(rows.map((one) => one.amount)) },
	];
	if (beside !== null)
		columns.push(
			{ id: 'before', title: yearOf(beside), value: (one) => value(one.before), cell: (one) => amountOf(one.before), number: true, sum: (rows) => sum(rows.map((one) => one.before)) },
			{ id: 'difference', title: t('af.difference'), value: (one) => value(one.difference), cell: (one) => amountOf(one.difference), number: true, sum: (rows) => sum(rows.map((one) => one.difference)) },
			{ id: 'growth', title: t('af.growth'), value: (one) => Number(one.growth ?? 0), cell: (one) => <bdi dir="ltr">{growthOf(one.growth)}</bdi>, number: true },
		);
	columns.push({ id: 'bars', title: t('figure.part'), value: (one) => value(one.amount), cell: (one) => <Bars now={value(one.amount)} before={beside !== null ? value(one.before) : null} most={most} label={`${one.title}: ${amountOf(one.amount)}`} /> });
	return <Sheet label={label} note={label} rows={lines} columns={columns} keyOf={(one) => one.id} file={file} />;
}

type Executed = Budget['execution'][number];

function Execution({ budget, titleOf }: { readonly budget: Budget; readonly titleOf: (chapter: number) => string }): JSX.Element | null {
	if (budget.execution.length === 0) return null;
	const columns: Column<Executed>[] = [
		{ id: 'chapter', title: t('af.chapter'), value: (one) => titleOf(one.chapter), cell: (one) => <Name text={titleOf(one.chapter)} /> },
		...(['voted', 'moved_in', 'moved_out', 'spent', 'open'] as const).map((name): Column<Executed> => ({ id: name, title: t(`af.sum.${name}` as Key), value: (one) => value(one[name]), cell: (one) => amountOf(one[name]), number: true, sum: (rows) => sum(rows.map((one) => one[name])) })),
		{
			id: 'part',
			title: t('af.executed'),
			value: (one) => value(one.spent) / Math.max(1, value(one.spent) + value(one.open)),
			cell: (one) => <meter class="figure-bar" min={0} max={Math.max(1, value(one.spent) + value(one.open))} value={value(one.spent)} aria-label={`${titleOf(one.chapter)}: ${amountOf(one.spent)}`} />,
		},
	];
	return <Sheet label={t('af.execution')} note={t('af.execution')} rows={budget.execution} columns={columns} keyOf={(one) => String(one.chapter)} file={`execution-${budget.year}`} />;
}

function Programme({ activities, year, titleOf }: { readonly activities: readonly Activity[]; readonly year: number; readonly titleOf: (chapter: number) => string }): JSX.Element | null {
	if (activities.length === 0) return null;
	const columns: Column<Activity>[] = [
		{
			id: 'activity',
			title: t('af.activity'),
			value: (one) => inLanguage(one.title).text,
			cell: (one) => (
				<>
					<strong>
						<Words texts={one.title} />
					</strong>
					<small class="block">
						<Name text={titleOf(one.chapter)} />
					</small>
				</>
			),
		},
		{
			id: 'objective',
			title: t('af.objective'),
			value: (one) => inLanguage(one.objective).text,
			cell: (one) => (
				<>
					{one.objective !== null && <Words texts={one.objective} />}
					{one.indicator !== null && (
						<small class="block" dir="auto">
							<Prose text={one.indicator} />
						</small>
					)}
				</>
			),
		},
		{ id: 'amount', title: t('af.amount'), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true, sum: (rows) => sum(rows.map((one) => one.amount)) },
		{ id: 'spent', title: t('af.sum.spent'), value: (one) => value(one.spent), cell: (one) => amountOf(one.spent), number: true, sum: (rows) => sum(rows.map((one) => one.spent)) },
		{ id: 'state', title: t('hits.state'), value: (one) => term(one.state), cell: (one) => <span class="topic">{term(one.state)}</span> },
		{ id: 'report', title: t('af.report'), value: (one) => one.report ?? '', cell: (one) => one.report !== null && <Name text={one.report} /> },
	];
	return <Sheet label={t('af.programme')} note={t('af.programme')} rows={activities} columns={columns} keyOf={(one) => `${one.chapter}.${one.number}`} file={`programme-${year}`} />;
}

type Share = Contributions['contributions'][number];

function Shares({ contributions, year }: { readonly contributions: Contributions; readonly year: number }): JSX.Element {
	const most = Math.max(...contributions.contributions.map((one) => value(one.amount)), 0);
	const columns: Column<Share>[] = [
		memberColumn(),
		{ id: 'weight', title: t('af.weight'), value: (one) => one.weight, cell: (one) => number(one.weight), number: true, sum: (rows) => number(rows.reduce((all, one) => all + one.weight, 0)) },
		{ id: 'amount', title: t('af.amount'), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true, sum: (rows) => sum(rows.map((one) => one.amount)) },
	];
	if (contributions.beside !== null)
		columns.push(
			{ id: 'difference', title: t('af.difference'), value: (one) => value(one.difference ?? '0'), cell: (one) => amountOf(one.difference ?? '0'), number: true, sum: (rows) => sum(rows.map((one) => one.difference ?? '0')) },
			{ id: 'growth', title: t('af.growth'), value: (one) => Number(one.growth ?? 0), cell: (one) => <bdi dir="ltr">{growthOf(one.growth)}</bdi>, number: true },
		);
	columns.push({ id: 'part', title: t('figure.part'), value: (one) => value(one.amount), cell: (one) => <meter class="figure-bar" min={0} max={Math.max(1, most)} value={value(one.amount)} aria-label={`${partyName(one.code)}: ${amountOf(one.amount)}`} /> });
	return <Sheet label={t('af.contributions')} note={t('af.contributions.total', { count: contributions.contributions.length, total: amountOf(contributions.total) })} rows={contributions.contributions} columns={columns} keyOf={(one) => one.code} file={`contributions-${year}`} sort="member" />;
}

function Account({ whole, titleOf }: { readonly whole: Whole; readonly titleOf: (chapter: number) => string }): JSX.Element | null {
	const { postings, transfers, budget } = whole;
	const columns: Column<Posting>[] = [
		{ id: 'number', title: t('af.number'), value: (one) => one.number, cell: (one) => number(one.number) },
		{ id: 'day', title: t('af.day'), value: (one) => one.day, cell: (one) => <bdi>{date(one.day)}</bdi> },
		{ id: 'kind', title: t('af.kind'), value: (one) => t(`af.kind.${one.kind}` as Key) },
		{ id: 'chapter', title: t('af.chapter'), value: (one) => (one.chapter !== undefined ? titleOf(one.chapter) : '') },
		{ id: 'amount', title: t('af.amount'), value: (one) => value(one.amount), cell: (one) => amountOf(one.amount), number: true },
		{ id: 'reference', title: t('af.reference'), value: (one) => one.reference ?? '', cell: (one) => one.reference !== null && <Code text={one.reference} /> },
		{
			id: 'text',
			title: t('af.text'),
			value: (one) => one.text,
			cell: (one) => (
				<span dir="auto">
					<Name text={one.text} /> {one.reversed !== null && <strong class="bad">{t('af.reversed', { text: one.reversed })}</strong>}
				</span>
			),
		},
	];
	if (postings.length === 0 && transfers.length === 0) return null;
	return (
		<>
			{transfers.length > 0 && (
				<section class="card">
					<h2 class="card-title">{t('af.transfers')}</h2>
					<ul class="stack-tight">
						{transfers.map((one) => (
							<li key={one.at}>
								<bdi>{moment(new Date(one.at))}</bdi> · <T k="af.transfer" amount={amountOf(one.amount)} from={titleOf(one.from)} to={titleOf(one.to)} /> {one.committee && <span class="topic">{t('nav.committee')}</span>} <Name text={one.text} />
							</li>
						))}
					</ul>
				</section>
			)}
			{postings.length > 0 && <Sheet label={t('af.account')} note={t('af.account')} rows={postings} columns={columns} keyOf={(one) => String(one.number)} file={`account-${budget.year}`} sort="-day" />}
		</>
	);
}

function Papers({ budget, currency }: { readonly budget: Budget; readonly currency: string }): JSX.Element {
	const { approval } = budget;
	const names = (codes: readonly string[] | undefined): string => (codes ?? []).map(partyName).join(' · ');
	return (
		<dl class="facts facts-wide">
			<Fact name={t('af.expenditure')}>
				<strong>{amountOf(budget.expenditure)}</strong> <bdi>{currency}</bdi>
			</Fact>
			<Fact name={t('af.income')}>
				{amountOf(budget.income)} {budget.balanced ? <span class="good">{t('af.balanced')}</span> : <strong class="bad">{t('af.unbalanced')}</strong>}
			</Fact>
			{budget.provisional && (
				<Fact name={t('af.provisional')}>{t('af.provisional.meaning', { year: String(budget.basis ?? '') })}</Fact>
			)}
			{approval !== null && approval.day !== undefined && (
				<Fact name={t('af.approved')}>
					<bdi>{date(approval.day)}</bdi> {approval.procedure !== undefined && term(approval.procedure)}
					{(['yes', 'no', 'abstain'] as const).map((one) => (approval[one] ?? []).length > 0 && (
						<small class="block" key={one}>
							{term(one)}: <Name text={names(approval[one])} />
						</small>
					))}
				</Fact>
			)}
			{budget.session !== null && (
				<Fact name={t('af.tabled')}>
					<a href={`/desk/assembly?session=${budget.session}`}>{t('a.session', { number: budget.session })}</a> · {t('af.draft', { number: budget.draft ?? 0 })}
				</Fact>
			)}
			{budget.decision !== null && (
				<Fact name={t('af.decision')}>
					<Code text={budget.decision} />
				</Fact>
			)}
			{budget.reason !== null && (
				<Fact name={t('af.reason')} dir="auto">
					<Prose text={budget.reason} />
				</Fact>
			)}
			{budget.digest !== null && (
				<Fact name={t('af.digest')}>
					<Code text={budget.digest} />
				</Fact>
			)}
		</dl>
	);
}

export default function BudgetPage({ values }: PageProps): JSX.Element {
	const [budgets, setBudgets] = useState<readonly BudgetLine[] | null>(null);
	const [whole, setWhole] = useState<Whole | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const known = who.value !== null && may('assembly.read');
	const thisYear = String(new Date().getFullYear());
	const asked = values[0] ?? 'now';
	const year = asked !== 'now' ? asked : (budgets?.find((one) => String(one.year) === thisYear) ?? budgets?.[0])?.year;
	const load = (): void => {
		if (!known) return;
		read<{ budgets: BudgetLine[] }>('budgets').then((found) => setBudgets(found.budgets), setFailed);
		if (year !== undefined && /^\d{4}$/.test(String(year))) readWhole(String(year)).then((found) => (setWhole(found), setFailed(null)), (error) => (setWhole(null), setFailed(error)));
	};
	useEffect(load, [known, String(year)]);
	const budget = whole?.budget;
	const titles = useMemo(() => new Map((whole?.compared.chapters ?? []).map((one) => [one.chapter, inLanguage(one.title).text])), [whole, language.value]);
	const titleOf = (chapter: number): string => `${number(chapter)}. ${titles.get(chapter) ?? ''}`;
	/* What a form begins with: what stands there, which it takes the place of. */
	const startOf = (step: string): Readonly<Record<string, unknown>> => {
		const content = budget?.content;
		if (content === undefined) return {};
		if (step === 'chapters') return { chapters: content.chapters };
		if (step === 'programme') return { activities: content.activities };
		if (step === 'income') return { income: content.income };
		if (step === 'scale') return content.scale;
		return {};
	};
	const next = budgets !== null && may('budget.write') ? Math.max(Number(thisYear), ...budgets.map((one) => one.year + 1)) : null;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{budget !== undefined ? t('af.title', { year: yearOf(budget.year) }) : t('nav.budget')}</h1>
					<p class="small">{t('af.meaning')}</p>
				</div>
				<nav class="row" aria-label={t('af.years')}>
					{(budgets ?? []).map((one) => (
						<a key={one.year} class="button" href={hrefOf('budget', String(one.year))} aria-current={one.year === budget?.year ? 'page' : undefined}>
							{yearOf(one.year)} · {t(`af.state.${one.state}` as Key)}
						</a>
					))}
					<button type="button" class="button-quiet" onClick={() => print()}>
						<Icon name="print" />
						{t('print')}
					</button>
				</nav>
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{known && budgets === null && failed === null && <p role="status">{t('loading')}</p>}
			{budgets !== null && budgets.length === 0 && <p class="card empty">{t('af.none')}</p>}
			{next !== null && <Steps affair="budget" plural="budgets" id={String(next)} may={may('budget.write') ? ['draft'] : []} version={0} onDone={load} />}
			{whole !== null && budget !== undefined && (
				<>
					<section class="card stack" aria-label={t('af.life')}>
						<Life budget={budget} />
						<Papers budget={budget} currency={budgets?.find((one) => one.year === budget.year)?.currency ?? ''} />
						<Steps key={budget.version} affair="budget" plural="budgets" id={String(budget.year)} may={budget.may ?? []} version={budget.version} startOf={startOf} onDone={load} />
						<p class="small">{t('af.unsure')}</p>
					</section>
					<Compare
						lines={whole.compared.chapters.map((one) => ({ ...one, id: String(one.chapter), title: titleOf(one.chapter) }))}
						year={budget.year}
						beside={whole.compared.beside}
						label={t('af.chapters')}
						file={`chapters-${budget.year}`}
					/>
					<Compare lines={whole.compared.income.map((one) => ({ ...one, id: one.kind, title: term(one.kind) }))} year={budget.year} beside={whole.compared.beside} label={t('af.income')} file={`income-${budget.year}`} />
					<Execution budget={budget} titleOf={titleOf} />
					<Programme activities={whole.activities} year={budget.year} titleOf={titleOf} />
					<Shares contributions={whole.contributions} year={budget.year} />
					<Account whole={whole} titleOf={titleOf} />
				</>
			)}
		</div>
	);
}
