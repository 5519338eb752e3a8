/* Nodes with their state: on the map a circle for each country, here each of them. */
import type { JSX } from 'preact';
import type { Node } from '../../api/admin';
import { officeName } from '../../api/notices';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { type Column, Sheet } from '../../parts/Sheet';
import { type Key, t } from '../../strings';
import { ago, date, number } from '../../strings/format';

/* From the best to the worst. */
const STATES = ['ended', 'up', 'behind', 'down', 'alarm'] as const;
type State = (typeof STATES)[number];
export const LOOKS: Readonly<Record<State, 'good' | 'near' | 'bad'>> = { ended: 'near', up: 'good', behind: 'near', down: 'bad', alarm: 'bad' };
const MANY = 1000; /* entries behind, from which on it is said */

export function stateOf(node: Node): State {
	if (node.ended) return 'ended';
	if ((node.alarm ?? '') !== '') return 'alarm';
	if (!node.connected) return 'down';
	return (node.lag_entries ?? 0) >= MANY ? 'behind' : 'up';
}

export function nodesByOffice(nodes: readonly Node[]): { readonly office: string; readonly nodes: readonly Node[]; readonly worst: State }[] {
	return [...new Set(nodes.map((one) => one.office))].map((office) => {
		const own = nodes.filter((one) => one.office === office);
		return { office, nodes: own, worst: STATES[Math.max(...own.map((one) => STATES.indexOf(stateOf(one))))] ?? 'down' };
	});
}

export function Nodes({ nodes }: { readonly nodes: readonly Node[] }): JSX.Element {
	if (nodes.length === 0) return <p class="card empty">{t('node.none')}</p>;
	const columns: Column<Node>[] = [
		{
			id: 'node',
			title: t('node.name'),
			value: (one) => one.name,
			cell: (one) => (
				<span id={`node-${one.name}`}>
					<Code text={one.name} />
				</span>
			),
		},
		{ id: 'office', title: t('figures.offices'), value: (one) => officeName(one.office), cell: (one) => <Name text={officeName(one.office)} /> },
		{ id: 'kind', title: t('node.kind'), value: (one) => t(`node.kind.${one.kind}` as Key) },
		{
			id: 'state',
			title: t('node.state'),
			value: (one) => t(`node.state.${stateOf(one)}`),
			cell: (one) => (
				<>
					<span class={`topic stamp stamp-${LOOKS[stateOf(one)] === 'bad' ? 'over' : LOOKS[stateOf(one)]}`} data-state={stateOf(one)}>
						<Icon name={LOOKS[stateOf(one)] === 'good' ? 'clear' : 'warning'} />
						{t(`node.state.${stateOf(one)}`)}
					</span>
					{(one.alarm ?? '') !== '' && (
						<small class="block" lang="en" dir="ltr">
							<Name text={one.alarm ?? ''} />
						</small>
					)}
				</>
			),
		},
		{ id: 'lag', title: t('node.lag'), value: (one) => one.lag_entries ?? 0, cell: (one) => number(one.lag_entries ?? 0), number: true },
		{ id: 'removals', title: t('node.removals'), value: (one) => one.removals_waiting ?? 0, cell: (one) => number(one.removals_waiting ?? 0), number: true },
		{ id: 'seen', title: t('node.seen'), value: (one) => one.seen_seconds ?? 1e12, cell: (one) => (one.seen_seconds !== null ? <bdi>{ago(one.seen_seconds)}</bdi> : t('none')) },
		{ id: 'admitted', title: t('node.since'), value: (one) => one.admitted, cell: (one) => <bdi>{date(one.admitted.slice(0, 10))}</bdi> },
	];
	return (
		<>
			<p class="small">{t('node.meaning')}</p>
			<Sheet label={t('figures.nodes')} rows={nodes} columns={columns} keyOf={(one) => one.name} file="nodes" sort="node" />
		</>
	);
}
