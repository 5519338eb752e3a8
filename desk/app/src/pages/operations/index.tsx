/* Joint operations: those of the own office, and of the others what headquarters published; their sums above. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { codesOf, officeName, word } from '../../api/notices';
import { COUNTS, type OperationLine, type Total, learnOperations, operationStates, stateWord } from '../../api/operations';
import { readRows } from '../../api/work';
import { hrefOf, query, restate } from '../../frame/router';
import { language } from '../../frame/store';
import { may, ownOffice, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Choice, Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { date, number } from '../../strings/format';
import { seized } from '../operation/amount';
import { OperationStamp } from '../operation/Stamp';

const VIEWS = ['all', 'ours', 'led'] as const;
type View = (typeof VIEWS)[number];

interface Asked {
	readonly view: View;
	readonly state: string;
	readonly crime: string;
}

function readAsked(search: string): Asked {
	const given = new URLSearchParams(search);
	const plain = (name: string): string => (/^[\w-]{1,20}$/.test(given.get(name) ?? '') ? (given.get(name) ?? '') : '');
	return { view: VIEWS.find((one) => one === given.get('view')) ?? 'all', state: plain('state'), crime: plain('crime') };
}

const addressOf = (asked: Asked): string => `?${new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== '')).toString()}`;

function questionOf(asked: Asked): string {
	const given = new URLSearchParams();
	if (asked.view === 'ours') given.set('participant', ownOffice());
	if (asked.view === 'led') given.set('lead', ownOffice());
	if (asked.state !== '') given.set('state', asked.state);
	if (asked.crime !== '') given.set('crime_area', asked.crime);
	return given.toString();
}

const sumOf = (rows: readonly OperationLine[], count: (typeof COUNTS)[number]): string => number(rows.reduce((sum, one) => sum + one.total[count], 0));

function columnsOf(): Column<OperationLine>[] {
	return [
		{
			id: 'name',
			title: t('op.name'),
			value: (one) => `${one.name} ${one.id}`,
			cell: (one) => (
				<a href={hrefOf('operation', one.href)}>
					<span dir="auto">
						<Name text={one.name} />
					</span>{' '}
					<small>
						<Code text={one.id} />
					</small>
				</a>
			),
		},
		{ id: 'state', title: t('hits.state'), value: (one) => (one.state !== undefined ? stateWord(one.state) : t('op.summary')), cell: (one) => <OperationStamp operation={one} /> },
		{ id: 'begins', title: t('op.days'), value: (one) => one.begins, cell: (one) => <bdi class="operation-days">{date(one.ends !== null ? `${one.begins}/${one.ends}` : one.begins)}</bdi> },
		{ id: 'crimes', title: t('op.crimes'), value: (one) => one.crime_areas.map((code) => word('crime', code)).join(', ') },
		{ id: 'lead', title: t('op.lead'), value: (one) => (one.lead !== undefined ? officeName(one.lead) : ''), cell: (one) => one.lead !== undefined && <Name text={officeName(one.lead)} /> },
		{ id: 'countries', title: t('op.countries'), value: (one) => one.participants?.length ?? one.total.countries, cell: (one) => number(one.participants?.length ?? one.total.countries), number: true },
		...COUNTS.map((count): Column<OperationLine> => ({ id: count, title: t(`op.count.${count}` as Key), value: (one) => one.total[count], cell: (one) => number(one.total[count]), number: true, sum: (rows) => sumOf(rows, count) })),
	];
}

export default function OperationsPage(): JSX.Element {
	const asked = readAsked(query.value);
	const known = who.value !== null && may('operations.read');
	const question = known ? questionOf(asked) : null;
	const [found, setFound] = useState<{ readonly rows: readonly OperationLine[]; readonly total: number } | null>(null);
	const [figures, setFigures] = useState<(Total & { readonly operations: number }) | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		if (question === null) return undefined;
		let mine = true;
		Promise.all([readRows<OperationLine>(`operations?${question}`, 'operations'), read<Total & { readonly operations: number }>(`operations/figures?${question}`), learnOperations()]).then(
			([rows, sums]) => mine && (setFound(rows), setFigures(sums), setFailed(null)),
			(error) => mine && setFailed(error),
		);
		return () => {
			mine = false;
		};
	}, [question]);
	const take = (next: Partial<Asked>): void => restate(addressOf({ ...asked, ...next }));
	const columns = useMemo(columnsOf, [language.value, found]);
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.operations')}</h1>
					<p class="small">{t('op.meaning')}</p>
				</div>
				{may('operations.write') && (
					<a class="button button-main" href={hrefOf('operation', 'new')}>
						<Icon name="pen" />
						{t('op.plan')}
					</a>
				)}
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{known && (
				<div class="row">
					<Choice label={t('hits.view')} value={asked.view} options={VIEWS.map((value) => ({ value, text: t(`op.view.${value}` as Key) }))} onChange={(view) => take({ view })} />
					<Field label={t('hits.state')}>
						{(ids) => (
							<select {...ids} name="state" value={asked.state} onChange={(event) => take({ state: event.currentTarget.value })}>
								<option value="">{t('op.any')}</option>
								{operationStates().map((one) => (
									<option key={one} value={one}>
										{stateWord(one)}
									</option>
								))}
							</select>
						)}
					</Field>
					<Field label={t('op.crimes')}>
						{(ids) => (
							<select {...ids} name="crime" value={asked.crime} onChange={(event) => take({ crime: event.currentTarget.value })}>
								<option value="">{t('op.any')}</option>
								{codesOf('crime').map((one) => (
									<option key={one} value={one}>
										{word('crime', one)}
									</option>
								))}
							</select>
						)}
					</Field>
				</div>
			)}
			{failed !== null && <Trouble error={failed} />}
			{known && found === null && failed === null && <p role="status">{t('loading')}</p>}
			{figures !== null && found !== null && (
				<section class="card" aria-label={t('op.sums')}>
					<h2 class="card-title">{t('op.sums')}</h2>
					<dl class="sums">
						<Fact name={t('nav.operations')} data-figure="operations">{number(figures.operations)}</Fact>
						{COUNTS.map((count) => (
							<Fact key={count} name={t(`op.count.${count}` as Key)} data-figure={count}>{number(figures[count])}</Fact>
						))}
					</dl>
					{figures.seizures.length > 0 && (
						<ul class="row" aria-label={t('op.seized')}>
							{figures.seizures.map((one) => (
								<li key={one.kind} class="topic">
									<bdi>{seized(one)}</bdi>
								</li>
							))}
						</ul>
					)}
				</section>
			)}
			{found !== null && found.rows.length === 0 && <p class="card empty">{t('op.none')}</p>}
			{found !== null && found.rows.length > 0 && (
				<Sheet
					label={t('nav.operations')}
					rows={found.rows}
					columns={columns}
					keyOf={(one) => one.id}
					file="operations"
					note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined}
				/>
			)}
		</div>
	);
}
