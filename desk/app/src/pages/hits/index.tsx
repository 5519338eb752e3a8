/* The hits of the own office: what it owes an answer to, what is late, all of them. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { officeName, word } from '../../api/notices';
import { type FoundHit, label, learnWork, readRows, readTotal } from '../../api/work';
import { hrefOf, query, restate } from '../../frame/router';
import { language } from '../../frame/store';
import { ownOffice, who } from '../../frame/who';
import { Due } from '../../parts/Due';
import { Choice } from '../../parts/Field';
import { HitStamp } from '../../parts/HitStamp';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { date, number } from '../../strings/format';
import { type Asked, NARROWED, type Narrowed, VIEWS, addressOf, questionOf, readAsked } from './ask';

export const colourWord = (colour: string): string => (colour === 'object' ? t('hit.object') : word('colour', colour));

function wordOf(name: Narrowed, value: string): string {
	if (name === 'state') return label('hit_state', value);
	if (name === 'colour') return colourWord(value);
	if (name === 'step') return t(`hit.did.${value}` as Key);
	if (name === 'finder') return t('hits.by', { office: officeName(value) });
	if (name === 'owner') return t('hits.of', { office: officeName(value) });
	if (name === 'from') return t('hits.from', { day: date(value) });
	if (name === 'until') return t('hits.until', { day: date(value) });
	return value;
}

function columnsOf(): Column<FoundHit>[] {
	return [
		{
			id: 'who',
			title: t('hits.who'),
			value: (hit) => `${hit.caption} ${hit.id}`,
			cell: (hit) => (
				<a class="hit-link" data-colour={hit.colour} href={hrefOf('hit', hit.href)}>
					<span dir="auto">
						<Name text={hit.caption !== '' ? hit.caption : t('none')} />
					</span>
					<small>
						<Code text={hit.id} /> · {colourWord(hit.colour)}
					</small>
				</a>
			),
		},
		{
			id: 'state',
			title: t('hits.state'),
			value: (hit) => label('hit_state', hit.state),
			cell: (hit) => (
				<>
					<HitStamp state={hit.state} />
					{hit.urgent && <strong class="bad hit-urgent">{t('hit.urgent')}</strong>}
				</>
			),
		},
		{ id: 'due', title: t('hits.due'), value: (hit) => hit.due ?? '9', cell: (hit) => (hit.due !== null ? <Due at={hit.due} /> : <span class="none">{t('due.none')}</span>) },
		{ id: 'awaits', title: t('hits.awaits'), value: (hit) => (hit.awaits !== null ? officeName(hit.awaits) : ''), cell: (hit) => (hit.awaits !== null ? <Name text={officeName(hit.awaits)} /> : <span class="none">{t('hits.over')}</span>) },
		{ id: 'finder', title: t('hit.finder'), value: (hit) => officeName(hit.finder), cell: (hit) => <Name text={officeName(hit.finder)} /> },
		{ id: 'owner', title: t('hit.owner'), value: (hit) => officeName(hit.owner), cell: (hit) => <Name text={officeName(hit.owner)} /> },
		{ id: 'found', title: t('hit.found'), value: (hit) => hit.found ?? '', cell: (hit) => <bdi>{hit.found !== null ? date(hit.found.slice(0, 10)) : ''}</bdi> },
	];
}

export default function HitsPage(): JSX.Element {
	const own = ownOffice();
	const first = own === 'GS' || own === '' ? 'open' : 'ours';
	const asked = readAsked(query.value, first);
	const [found, setFound] = useState<{ readonly rows: readonly FoundHit[]; readonly total: number } | null>(null);
	const [counts, setCounts] = useState<Readonly<Record<string, number>>>({});
	const [failed, setFailed] = useState<unknown>(null);
	const question = own !== '' ? addressOf(asked) : null;
	const signed = who.value !== null;
	useEffect(() => void learnWork().catch(setFailed), []);
	useEffect(() => {
		if (question === null) return undefined;
		let mine = true;
		setFound(null);
		Promise.all([readRows<FoundHit>(`hits?${questionOf(asked, own, new Date())}`, 'hits'), learnWork()]).then(
			([rows]) => mine && (setFound(rows), setFailed(null)),
			(error) => mine && setFailed(error),
		);
		return () => {
			mine = false;
		};
	}, [question]);
	/* What waits and what is late is told whatever is looked at. */
	useEffect(() => {
		if (own === '') return;
		for (const view of ['ours', 'late'] as const)
			readTotal(`hits?${questionOf({ view }, own, new Date())}`).then((total) => setCounts((before) => ({ ...before, [view]: total })), () => undefined);
	}, [own]);
	const take = (next: Asked): void => restate(addressOf(next));
	const narrowed = NARROWED.filter((name) => asked[name] !== undefined);
	const columns = useMemo(columnsOf, [language.value, found]);
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.hits')}</h1>
					<p class="small">{t('hits.meaning')}</p>
				</div>
			</div>
			<Choice
				label={t('hits.view')}
				value={asked.view}
				options={VIEWS.map((value) => ({ value, text: counts[value] !== undefined ? `${t(`hits.view.${value}`)} (${number(counts[value])})` : t(`hits.view.${value}`) }))}
				onChange={(view) => take({ ...asked, view })}
			/>
			{narrowed.length > 0 && (
				<div class="row">
					{narrowed.map((name) => (
						<button
							key={name}
							type="button"
							class="topic"
							data-without={name}
							aria-label={t('notices.without', { what: wordOf(name, asked[name] ?? '') })}
							onClick={() => {
								const { [name]: _, ...rest } = asked;
								take(rest);
							}}
						>
							{wordOf(name, asked[name] ?? '')}
							<Icon name="close" />
						</button>
					))}
				</div>
			)}
			{failed !== null && <Trouble error={failed} />}
			{signed && own === '' && <p class="card empty">{t('trouble.right')}</p>}
			{own !== '' && found === null && failed === null && <p role="status">{t('loading')}</p>}
			{found !== null && found.rows.length === 0 && <p class="card empty">{t(asked.view === 'ours' ? 'hits.none.ours' : 'hits.none')}</p>}
			{found !== null && found.rows.length > 0 && (
				<Sheet
					key={question}
					label={t('nav.hits')}
					rows={found.rows}
					columns={columns}
					keyOf={(hit) => hit.id}
					file="hits"
					sort={asked.view === 'all' ? '' : 'due'}
					note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined}
				/>
			)}
		</div>
	);
}
