/* Map and figures: nodes with their state; notices in force by country, colour and crime area; hits over time, by country, by state; arrests. Each number
 * leads to the list of what it counts. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Node } from '../../api/admin';
import { read } from '../../api/client';
import { type Facets, officeName, offices, word } from '../../api/notices';
import { label, learnWork } from '../../api/work';
import { may, who } from '../../frame/who';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { date, number } from '../../strings/format';
import { colourWord } from '../hits';
import { AREA_NAMES, type Area, type Place, WorldMap } from './Map';
import { LOOKS, Nodes, nodesByOffice } from './Nodes';

interface Count {
	readonly value: string;
	readonly count: number;
}

interface HitFigures {
	readonly total: number;
	readonly month?: readonly (Count & { readonly step: string })[];
	readonly finder?: readonly Count[];
	readonly owner?: readonly Count[];
	readonly colour?: readonly Count[];
	readonly state?: readonly Count[];
}

interface Line extends Count {
	readonly name: string;
	readonly href: string;
	readonly look?: 'good' | 'near' | 'bad';
}

const SHOWN = ['notices', 'hits', 'arrests', 'offices', 'nodes'] as const;
type Shown = (typeof SHOWN)[number];
const MONTHS = 24; /* the last ones are drawn */

const monthEnd = (month: string): string => {
	const [year = 0, number_ = 1] = month.split('-').map(Number);
	return `${year + Math.floor(number_ / 12)}-${String((number_ % 12) + 1).padStart(2, '0')}-01`;
};

/* Numbers as lines with a bar; the table below them sorts and saves them. */
function Bars({ title, file, lines }: { readonly title: string; readonly file: string; readonly lines: readonly Line[] }): JSX.Element {
	const most = Math.max(1, ...lines.map((one) => one.count));
	const columns: Column<Line>[] = [
		{
			id: 'what',
			title,
			value: (one) => one.name,
			cell: (one) =>
				one.href !== '' ? (
					<a href={one.href}>
						<Name text={one.name} />
					</a>
				) : (
					<Name text={one.name} />
				),
		},
		{ id: 'count', title: t('figure.count'), value: (one) => one.count, cell: (one) => number(one.count), number: true },
		{ id: 'part', title: t('figure.part'), value: (one) => one.count, cell: (one) => <meter class="figure-bar" min={0} max={most} value={one.count} aria-label={`${one.name}: ${number(one.count)}`} /> },
	];
	return <Sheet label={title} rows={lines} columns={columns} keyOf={(one) => one.value} file={file} sort="-count" note={title} />;
}

function Months({ title, file, lines }: { readonly title: string; readonly file: string; readonly lines: readonly Line[] }): JSX.Element {
	const most = Math.max(1, ...lines.map((one) => one.count));
	const drawn = lines.slice(-MONTHS);
	return (
		<>
			<section class="card">
				<h2 class="card-title">{title}</h2>
				<div class="scroll" dir="ltr" tabIndex={0} role="group" aria-label={title}>
					<svg class="months" viewBox={`0 0 ${Math.max(1, drawn.length) * 60} 150`}>
						{drawn.map((one, index) => {
							const high = Math.max(1, Math.round((100 * one.count) / most));
							return (
								<a key={one.value} href={one.href}>
									<title>{`${one.name}: ${number(one.count)}`}</title>
									<rect class="months-bar" data-month={one.value} x={index * 60 + 8} y={120 - high} width={44} height={high} rx={3} />
									<text x={index * 60 + 30} y={114 - high} text-anchor="middle">
										{number(one.count)}
									</text>
									<text x={index * 60 + 30} y={140} text-anchor="middle">
										{one.value}
									</text>
								</a>
							);
						})}
					</svg>
				</div>
			</section>
			<Bars title={title} file={file} lines={lines} />
		</>
	);
}

export default function FiguresPage(): JSX.Element {
	const [shown, setShown] = useState<Shown>('notices');
	const [area, setArea] = useState<Area>('world');
	const [facets, setFacets] = useState<Facets | null>(null);
	const [hits, setHits] = useState<HitFigures | null>(null);
	const [arrests, setArrests] = useState<HitFigures | null>(null);
	const [nodes, setNodes] = useState<readonly Node[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const known = who.value !== null; /* before that nobody may anything */
	useEffect(() => {
		if (!known) return;
		const all = [learnWork(), may('notices.read') ? read<Facets>('notices/facets?state=published').then(setFacets) : Promise.resolve()];
		if (may('hits.read')) all.push(read<HitFigures>('hits/figures').then(setHits), read<HitFigures>('hits/figures?step=arrest').then(setArrests));
		if (may('members.read')) all.push(read<{ nodes: Node[] }>('network').then((found) => setNodes(found.nodes)));
		Promise.all(all).catch(setFailed);
	}, [known]);
	const countryOf = (code: string): string => offices.value.find((one) => one.code === code)?.country ?? '';
	const byOffice = (counts: readonly Count[] | undefined, hrefOf: (code: string) => string): Line[] => (counts ?? []).map((one) => ({ ...one, name: officeName(one.value), href: hrefOf(one.value) }));
	const months = (found: HitFigures | null, step: string): Line[] => (found?.month ?? []).filter((one) => one.step === step).map((one) => ({ value: one.value, count: one.count, name: date(one.value), href: `/desk/hits?view=all&step=${step}&from=${one.value}-01&until=${monthEnd(one.value)}` }));
	const lines: Line[] =
		shown === 'notices'
			? byOffice(facets?.owner, (code) => `/desk/notices?owner=${code}&state=published`)
			: shown === 'hits'
				? byOffice(hits?.finder, (code) => `/desk/hits?view=all&finder=${code}`)
				: shown === 'arrests'
					? byOffice(arrests?.finder, (code) => `/desk/hits?view=all&step=arrest&finder=${code}`)
					: shown === 'nodes'
						? nodesByOffice(nodes ?? []).map((one) => ({ value: one.office, count: one.nodes.length, name: `${officeName(one.office)} (${t(`node.state.${one.worst}` as Key)})`, href: `#node-${one.nodes[0]?.name ?? ''}`, look: LOOKS[one.worst] }))
						: offices.value.filter((one) => one.state === 'open').map((one) => ({ value: one.code, count: 1, name: officeName(one.code), href: '/desk/offices' }));
	const places: Place[] = lines.map((one) => ({ code: countryOf(one.value), name: one.name, count: one.count, href: one.href, ...(one.look !== undefined ? { look: one.look } : {}) })).filter((one) => one.code !== '');
	const choices = SHOWN.filter((one) => one === 'offices' || (one === 'nodes' ? nodes !== null : one === 'notices' ? facets !== null : hits !== null));
	const ready = offices.value.length > 0;
	return (
		<div class="page page-wide figures">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.figures')}</h1>
					<p class="small">{t('figures.meaning')}</p>
				</div>
				<button type="button" class="button-quiet" onClick={() => print()}>
					<Icon name="print" />
					{t('print')}
				</button>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{!ready && failed === null && <p role="status">{t('loading')}</p>}
			{ready && (
				<>
					<Choice label={t('hits.view')} value={shown} options={choices.map((value) => ({ value, text: t(`figures.${value}` as Key) }))} onChange={setShown} />
					<section class="card stack">
						<Choice label={t('map.area')} value={area} options={AREA_NAMES.map((value) => ({ value, text: t(`map.${value}` as Key) }))} onChange={setArea} />
						<WorldMap label={t(`figures.${shown}` as Key)} places={places} area={area} />
					</section>
					{shown === 'nodes' ? <Nodes nodes={nodes ?? []} /> : <Bars key={shown} title={t(`figures.${shown}` as Key)} file={shown} lines={lines} />}
					{shown === 'notices' && (
						<>
							<Bars title={t('figures.colour')} file="notices-by-colour" lines={(facets?.colour ?? []).map((one) => ({ ...one, name: word('colour', one.value), href: `/desk/notices?colour=${one.value}&state=published` }))} />
							<Bars title={t('figures.crime')} file="notices-by-crime" lines={(facets?.crime ?? []).map((one) => ({ ...one, name: word('crime', one.value), href: `/desk/notices?crime=${one.value}&state=published` }))} />
						</>
					)}
					{shown === 'hits' && (
						<>
							<Months title={t('figures.months')} file="hits-by-month" lines={months(hits, 'report')} />
							<Bars title={t('figures.states')} file="hits-by-state" lines={(hits?.state ?? []).map((one) => ({ ...one, name: label('hit_state', one.value), href: `/desk/hits?view=all&state=${one.value}` }))} />
							<Bars title={t('figures.colours')} file="hits-by-colour" lines={(hits?.colour ?? []).map((one) => (one.value !== '' ? { ...one, name: colourWord(one.value), href: `/desk/hits?view=all&colour=${one.value}` } : { ...one, name: t('none'), href: '' }))} />
						</>
					)}
					{shown === 'arrests' && <Months title={t('figures.arrestMonths')} file="arrests-by-month" lines={months(arrests, 'arrest')} />}
				</>
			)}
		</div>
	);
}
