/* Individuals' requests: for the Commission all of them, with their deadlines; for an office what it is asked; for headquarters
 * what it carries out. Beside them what was removed, of which each office tells that its own copies are gone. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { officeName } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { label, learnWork, readRows } from '../../api/work';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { Due } from '../../parts/Due';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { date, number } from '../../strings/format';

export interface OneRequest {
	readonly id: string;
	readonly href: string;
	readonly kind: string;
	readonly state: string;
	readonly changed: string;
	readonly version: number;
	readonly notices: readonly string[];
	readonly filed?: string;
	readonly admitted?: string;
	readonly until?: string;
	readonly closed?: string;
	readonly outcome?: string;
	readonly office?: string;
	readonly question?: string;
	readonly blocked?: boolean;
}

interface Removal {
	readonly notice: string;
	readonly owner: string;
	readonly why: string;
	readonly at: string;
	readonly told: number;
	readonly received: number;
	readonly receipt_due: boolean;
}

const VIEWS = { open: ['filed', 'incomplete', 'examined', 'consulting', 'proposed', 'decided', 'executed'], new: ['filed'], eyes: ['proposed'], all: [] } as const;
type View = keyof typeof VIEWS;

function columnsOf(): Column<OneRequest>[] {
	return [
		{
			id: 'request',
			title: t('request.number'),
			value: (one) => one.id,
			cell: (one) => (
				<a href={hrefOf('request', one.href)}>
					<Code text={one.id} />
				</a>
			),
		},
		{ id: 'kind', title: t('request.kind'), value: (one) => label('request_kind', one.kind) },
		{
			id: 'state',
			title: t('hits.state'),
			value: (one) => label('request_state', one.state),
			cell: (one) => (
				<>
					<span class="topic stamp" data-state={one.state}>
						{label('request_state', one.state)}
					</span>{' '}
					{one.blocked === true && <strong class="bad">{t('request.blocked')}</strong>}
				</>
			),
		},
		{ id: 'until', title: t('request.until'), value: (one) => one.until ?? '9', cell: (one) => (one.until !== undefined && one.closed === undefined ? <Due at={`${one.until}T23:59:59Z`} /> : <span class="none">{one.closed !== undefined ? t('hits.over') : t('due.none')}</span>) },
		{ id: 'filed', title: t('request.filed'), value: (one) => one.filed ?? '', cell: (one) => <bdi>{one.filed !== undefined ? date(one.filed.slice(0, 10)) : ''}</bdi> },
		{ id: 'outcome', title: t('request.outcome'), value: (one) => (one.outcome !== undefined ? label('request_outcome', one.outcome) : '') },
	];
}

function Removals({ removals, act, onChanged }: { readonly removals: readonly Removal[]; readonly act: Act; readonly onChanged: () => void }): JSX.Element {
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const receive = async (notice: string): Promise<void> => {
		const answer = await act<Told>('POST', `removals/${notice.replace('/', '-')}/receipt`);
		setRefused(answer.status === 204 ? null : answer);
		if (answer.status === 204) {
			say(t('removal.done'));
			onChanged();
		}
	};
	const columns: Column<Removal>[] = [
		{ id: 'notice', title: t('hit.subject'), value: (one) => one.notice, cell: (one) => <Code text={one.notice} /> },
		{ id: 'owner', title: t('hit.owner'), value: (one) => officeName(one.owner), cell: (one) => <Name text={officeName(one.owner)} /> },
		{ id: 'at', title: t('removal.at'), value: (one) => one.at, cell: (one) => <bdi>{date(one.at.slice(0, 10))}</bdi> },
		{ id: 'received', title: t('removal.received'), value: (one) => one.received, cell: (one) => t('removal.of', { received: number(one.received), count: one.told }), number: true },
		{
			id: 'due',
			title: t('removal.ours'),
			value: (one) => (one.receipt_due ? 0 : 1),
			cell: (one) =>
				one.receipt_due ? (
					<button type="button" data-receive={one.notice} onClick={() => void receive(one.notice)}>
						<Icon name="same" />
						{t('removal.tell')}
					</button>
				) : (
					<span class="none">{t('removal.told')}</span>
				),
		},
	];
	return (
		<>
			{refused !== null && <Refused answer={refused} />}
			<Sheet label={t('removal.title')} rows={removals} columns={columns} keyOf={(one) => `${one.notice} ${one.at}`} file="removals" note={t('removal.meaning')} />
		</>
	);
}

export default function RequestsPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [view, setView] = useState<View>('open');
	const [found, setFound] = useState<{ readonly rows: readonly OneRequest[]; readonly total: number } | null>(null);
	const [removals, setRemovals] = useState<readonly Removal[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		let mine = true;
		const asked = VIEWS[view].map((state) => `state=${state}`).join('&');
		Promise.all([readRows<OneRequest>(`requests${asked !== '' ? `?${asked}` : ''}`, 'requests'), learnWork()]).then(([rows]) => mine && setFound(rows), (error) => mine && setFailed(error));
		return () => {
			mine = false;
		};
	}, [view]);
	const loadRemovals = (): void => void read<{ removals: readonly Removal[] }>('removals').then((told) => setRemovals(told.removals), () => undefined);
	useEffect(loadRemovals, []);
	const columns = useMemo(columnsOf, [language.value, found]);
	return (
		<div class="page page-wide">
			<div>
				<h1 tabIndex={-1}>{t('nav.requests')}</h1>
				<p class="small">{t('requests.meaning')}</p>
			</div>
			<Choice label={t('hits.view')} value={view} options={(Object.keys(VIEWS) as View[]).map((value) => ({ value, text: t(`requests.view.${value}`) }))} onChange={setView} />
			{failed !== null && <Trouble error={failed} />}
			{found === null && failed === null && <p role="status">{t('loading')}</p>}
			{found !== null && found.rows.length === 0 && <p class="card empty">{t('requests.none')}</p>}
			{found !== null && found.rows.length > 0 && <Sheet key={view} label={t('nav.requests')} rows={found.rows} columns={columns} keyOf={(one) => one.id} file="requests" sort="until" note={found.total > found.rows.length ? t('sheet.part', { shown: number(found.rows.length), count: found.total }) : undefined} />}
			{removals.length > 0 && <Removals removals={removals} act={act} onChanged={loadRemovals} />}
			{dialog}
		</div>
	);
}
