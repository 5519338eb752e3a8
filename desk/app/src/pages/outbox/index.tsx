/* At a node: what was done here and waits for headquarters, and what became of it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Item, type Outbox, headLine, learnLine } from '../../api/outbox';
import { learnWork, readRows } from '../../api/work';
import { hrefOf, query, restate } from '../../frame/router';
import { language } from '../../frame/store';
import { ownOffice } from '../../frame/who';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { t } from '../../strings';
import { moment, number } from '../../strings/format';
import { About, ItemStamp, whatOf } from './words';

const EACH_MS = 3000;
const VIEWS = ['open', 'refused', 'accepted', 'all'] as const;

export default function OutboxPage(): JSX.Element {
	const asked = new URLSearchParams(query.value).get('state');
	const view = VIEWS.find((one) => one === asked) ?? 'open';
	const [found, setFound] = useState<{ readonly rows: readonly Item[]; readonly total: number } | null>(null);
	const [head, setHead] = useState<Outbox | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const own = ownOffice();
	useEffect(() => {
		if (own === '') return undefined;
		let mine = true;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const look = async (): Promise<void> => {
			try {
				const [rows, whole] = await Promise.all([readRows<Item>(`outbox${view === 'all' ? '' : `?state=${view}`}`, 'outbox'), read<Outbox>('outbox?limit=1'), learnWork(), learnLine()]);
				if (!mine) return;
				setFound((before) => (JSON.stringify(before) === JSON.stringify(rows) ? before : rows));
				setHead(whole);
				setFailed(null);
			} catch (error) {
				if (mine) setFailed(error);
			}
			if (mine) timer = setTimeout(() => void look(), EACH_MS);
		};
		setFound(null);
		void look();
		return () => {
			mine = false;
			clearTimeout(timer);
		};
	}, [view, own]);
	const columns = useMemo(
		(): Column<Item>[] => [
			{
				id: 'what',
				title: t('outbox.what'),
				value: whatOf,
				cell: (item) => (
					<a class="hit-link" data-item={item.id} href={hrefOf('outbox-item', item.id)}>
						{whatOf(item)}
					</a>
				),
			},
			{ id: 'about', title: t('outbox.about'), value: (item) => item.made ?? item.thing ?? '', cell: (item) => <About item={item} /> },
			{
				id: 'state',
				title: t('officers.state'),
				value: (item) => t(`outbox.state.${item.state}`),
				cell: (item) => (
					<>
						<ItemStamp state={item.state} />
						{item.reason !== undefined && (
							<small lang="en" dir="ltr">
								<bdi>{item.reason}</bdi>
							</small>
						)}
					</>
				),
			},
			{ id: 'said', title: t('outbox.said'), value: (item) => item.said, cell: (item) => <bdi>{moment(new Date(item.said))}</bdi> },
			{ id: 'officer', title: t('outbox.officer'), value: (item) => item.officer ?? '', cell: (item) => (item.officer !== null ? <Code text={item.officer} /> : <span class="none">{t('outbox.node')}</span>) },
		],
		[language.value, found],
	);
	return (
		<div class="page page-wide">
			<div>
				<h1 tabIndex={-1}>{t('nav.outbox')}</h1>
				<p class="small">{t('outbox.meaning')}</p>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{own === '' && <p class="card empty">{t('trouble.right')}</p>}
			{headLine.value === null && <p class="card empty">{t('outbox.none.here')}</p>}
			{head !== null && headLine.value != null && (
				<p class={`card ${head.connected ? 'good' : 'bad'}`} role="status" data-line={head.connected}>
					<Icon name={head.connected ? 'link' : 'cut'} />
					{t(head.connected ? 'outbox.line' : 'outbox.cut')} {t('outbox.figures', { waiting: number(head.waiting), sent: number(head.at_headquarters), refused: number(head.refused) })}
				</p>
			)}
			{headLine.value != null && (
				<>
					<Choice label={t('msg.view')} value={view} options={VIEWS.map((value) => ({ value, text: t(`outbox.view.${value}`) }))} onChange={(next) => restate(`?state=${next}`)} />
					{found === null && failed === null && <p role="status">{t('loading')}</p>}
					{found !== null && found.rows.length === 0 && <p class="card empty">{t(view === 'open' ? 'outbox.none.open' : 'outbox.none')}</p>}
					{found !== null && found.rows.length > 0 && (
						<Sheet key={view} label={t('nav.outbox')} rows={found.rows} columns={columns} keyOf={(item) => item.id} file="outbox" sort="-said" note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined} />
					)}
				</>
			)}
		</div>
	);
}
