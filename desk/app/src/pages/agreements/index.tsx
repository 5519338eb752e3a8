/* The agreements that the office may see, and the register of those that are deposited; a new one is proposed here. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { AgreementLine } from '../../api/agreements';
import { inLanguage } from '../../api/assembly';
import { read } from '../../api/client';
import { useHeard } from '../../api/heard';
import { learnCodes } from '../../api/notices';
import { go, hrefOf } from '../../frame/router';
import { may, who } from '../../frame/who';
import { Choice } from '../../parts/Field';
import { Icon, type IconName } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { Steps } from '../../parts/Steps';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { date, list, number } from '../../strings/format';
import { Words } from '../assembly/Parts';
import { sideName } from '../meetings/Wish';

const VIEWS = ['all', 'open', 'register'] as const;
type View = (typeof VIEWS)[number];
const OPEN = ['negotiated', 'agreed', 'tabled', 'approved', 'signed'];
const ICONS: Readonly<Record<string, IconName>> = {
	negotiated: 'pen', agreed: 'hand', tabled: 'assembly', approved: 'gavel', rejected: 'close', signed: 'lock', deposited: 'box', 'in-force': 'clear', ended: 'same', abandoned: 'close',
};
const fits = (one: AgreementLine, view: View): boolean => view === 'all' || (view === 'open' ? OPEN.includes(one.state) : one.deposited !== null);

export function AgreementStamp({ state }: { readonly state: string }): JSX.Element {
	return (
		<span class={`topic stamp stamp-${state === 'in-force' ? 'good' : OPEN.includes(state) || state === 'deposited' ? 'near' : 'over'}`} data-state={state}>
			<Icon name={ICONS[state] ?? 'record'} />
			{t(`ag.state.${state}` as Key)}
		</span>
	);
}

export default function AgreementsPage(): JSX.Element {
	const known = who.value !== null && may('assembly.read');
	const [rows, setRows] = useState<readonly AgreementLine[] | null>(null);
	const [view, setView] = useState<View>('all');
	const [failed, setFailed] = useState<unknown>(null);
	const load = (): void => {
		if (!known) return;
		void learnCodes().catch(() => undefined);
		read<{ agreements: AgreementLine[] }>('agreements').then((found) => setRows(found.agreements), setFailed);
	};
	useEffect(load, [known]);
	useHeard(['agreement.'], load);
	const all = rows ?? [];
	const columns: Column<AgreementLine>[] = [
		{
			id: 'title', title: t('a.field.title'), value: (one) => `${inLanguage(one.title).text} ${one.id}`, cell: (one) => (
				<a href={hrefOf('agreement', one.id)}>
					<Words texts={one.title} />{' '}
					<small>
						<Code text={one.id} />
					</small>
				</a>
			),
		},
		{ id: 'state', title: t('hits.state'), value: (one) => t(`ag.state.${one.state}` as Key), cell: (one) => <AgreementStamp state={one.state} /> },
		{ id: 'kind', title: t('a.field.kind'), value: (one) => t(`ag.kind.${one.kind}` as Key) },
		{ id: 'parties', title: t('ag.parties'), value: (one) => list(one.parties.map(sideName)), cell: (one) => <Name text={list(one.parties.map(sideName))} /> },
		{ id: 'deposited', title: t('ag.deposited'), value: (one) => one.deposited ?? '', cell: (one) => one.deposited !== null && <bdi>{date(one.deposited.slice(0, 10))}</bdi> },
		{ id: 'in_force', title: t('ag.in_force'), value: (one) => one.in_force ?? '', cell: (one) => one.in_force !== null && <bdi>{date(one.in_force)}</bdi> },
	];
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.agreements')}</h1>
					<p class="small">{t('ag.meaning')}</p>
				</div>
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{known && rows === null && failed === null && <p role="status">{t('loading')}</p>}
			{rows !== null && (
				<>
					{may('agreements.write') && <Steps affair="agreement" plural="agreements" id={null} may={['propose']} version={0} onDone={load} onMade={(id) => go(hrefOf('agreement', id))} />}
					<Choice label={t('hits.view')} value={view} options={VIEWS.map((one) => ({ value: one, text: `${t(`ag.view.${one}` as Key)} (${number(all.filter((has) => fits(has, one)).length)})` }))} onChange={setView} />
					<Sheet key={view} label={t('nav.agreements')} rows={all.filter((one) => fits(one, view))} columns={columns} keyOf={(one) => one.id} file="agreements" />
				</>
			)}
		</div>
	);
}
