/* The nodes of the network as headquarters knows them, and letting one in or shutting it out. At a node: its own line. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Network, Node } from '../../api/admin';
import { read } from '../../api/client';
import { learnCodes, officeName } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may, ownOffice } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { savePlain } from '../../parts/save';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { ago, date, number, quantity } from '../../strings/format';

const EACH_MS = 5000;
const KINDS: readonly string[] = ['national', 'post', 'bureau'];
const kindOf = (kind: string): string => (KINDS.includes(kind) ? t(`nod.kind.${kind}` as Key) : kind);

interface Asked {
	readonly name: string;
	readonly office: string;
	readonly kind: string;
	readonly headquarters: string;
}

function Admit({ act, onDone, onClose }: { readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [text, setText] = useState('');
	const [asked, setAsked] = useState<Asked | null>(null);
	const [digits, setDigits] = useState('');
	const [made, setMade] = useState<(Asked & { readonly admission: string }) | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const look = async (request: string): Promise<void> => {
		setText(request);
		setRefused(null);
		const answer = await act<Asked>('POST', 'network/requests', { request });
		setAsked(answer.status === 200 ? answer.body : null);
		if (answer.status !== 200) setRefused(answer);
	};
	const admit = async (): Promise<void> => {
		setRefused(null);
		const draft = { request: text, digits };
		const answer = await act<Asked & { admission: string }>('POST', 'network/nodes', draft, { 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status !== 201) {
			setRefused(answer);
			return;
		}
		setMade(answer.body);
		savePlain(`admission-${answer.body.name}.json`, answer.body.admission);
	};
	return (
		<Dialog title={t('nod.admit')} onClose={made !== null ? onDone : onClose}>
			{made !== null ? (
				<div class="stack" data-admitted={made.name}>
					<p class="good">
						<Icon name="clear" />
						{t('nod.admitted', { name: made.name })}
					</p>
					<p>{t('nod.admitted.next')}</p>
					<p>
						<Code text={`jisr node join admission-${made.name}.json`} />
					</p>
					<div class="row row-end">
						<button type="button" onClick={() => savePlain(`admission-${made.name}.json`, made.admission)}>
							<Icon name="download" />
							{t('nod.save')}
						</button>
						<button type="button" class="button-main" onClick={onDone}>
							{t('close')}
						</button>
					</div>
				</div>
			) : (
				<form
					class="stack"
					onSubmit={(event) => {
						event.preventDefault();
						if (asked === null) void look(text);
						else void admit();
					}}
				>
					<p>{t('nod.admit.meaning')}</p>
					{asked === null ? (
						<>
							<Field label={t('nod.file')}>{(ids) => <input {...ids} type="file" accept=".json,application/json" onChange={(event) => void event.currentTarget.files?.[0]?.text().then(look)} />}</Field>
							<Field label={t('nod.paste')}>{(ids) => <textarea {...ids} name="request" class="code" rows={5} dir="ltr" spellcheck={false} maxLength={262144} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Field>
						</>
					) : (
						<>
							<dl class="facts">
								<Fact name={t('nod.node')}>
									<Name text={asked.name} />
								</Fact>
								<Fact name={t('officers.office')}>
									<Name text={officeName(asked.office)} />
								</Fact>
								<Fact name={t('offices.kind')}>{kindOf(asked.kind)}</Fact>
							</dl>
							<Field label={t('nod.digits')} help={t('nod.digits.help')}>
								{(ids) => <input {...ids} name="digits" type="text" class="code" dir="ltr" autocomplete="off" spellcheck={false} required maxLength={40} value={digits} onInput={(event) => setDigits(event.currentTarget.value)} />}
							</Field>
						</>
					)}
					<FormEnd refused={refused} id="node-send" disabled={text.trim() === ''} onClose={onClose}>
							{t(asked === null ? 'nod.look' : 'nod.admit')}
					</FormEnd>
				</form>
			)}
		</Dialog>
	);
}

function stateOf(node: Node): { readonly word: string; readonly look: string } {
	if (node.ended) return { word: t('nod.ended'), look: 'none' };
	if ((node.alarm ?? '') !== '') return { word: t('nod.alarm'), look: 'bad' };
	if (node.connected) return { word: t(node.equal === false ? 'nod.behind' : 'nod.equal'), look: node.equal === false ? '' : 'good' };
	return { word: t(node.seen_seconds === null ? 'nod.unseen' : 'nod.away'), look: 'bad' };
}

export default function NodesPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [network, setNetwork] = useState<Network | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [admitting, setAdmitting] = useState(false);
	const [ending, setEnding] = useState<Node | null>(null);
	const load = (): Promise<void> => read<Network>('network').then((found) => (setNetwork(found), setFailed(null)), setFailed);
	useEffect(() => {
		void learnCodes().catch(setFailed);
		let timer: ReturnType<typeof setTimeout> | undefined;
		let over = false;
		const again = (): void => {
			if (!over) timer = setTimeout(() => void (document.visibilityState === 'visible' ? load() : Promise.resolve()).then(again), EACH_MS);
		};
		void load().then(again);
		return () => {
			over = true;
			clearTimeout(timer);
		};
	}, []);
	const runs = may('keys.change') && ownOffice() === 'GS' && network?.node === undefined;
	const columns = useMemo(
		(): Column<Node>[] => [
			{
				id: 'node',
				title: t('nod.node'),
				value: (one) => one.name,
				cell: (one) => (
					<>
						<Name text={one.name} />
						<small>{kindOf(one.kind)}</small>
					</>
				),
			},
			{ id: 'office', title: t('officers.office'), value: (one) => officeName(one.office), cell: (one) => <span dir="auto"><Name text={officeName(one.office)} /></span> },
			{
				id: 'state',
				title: t('officers.state'),
				value: (one) => stateOf(one).word,
				cell: (one) => (
					<>
						<span class={stateOf(one).look}>{stateOf(one).word}</span>
						{(one.alarm ?? '') !== '' && (
							<small lang="en" dir="ltr">
								<Name text={one.alarm ?? ''} />
							</small>
						)}
					</>
				),
			},
			{ id: 'seen', title: t('nod.seen'), number: true, value: (one) => one.seen_seconds ?? Number.MAX_SAFE_INTEGER, cell: (one) => (one.seen_seconds !== null ? ago(one.seen_seconds) : <span class="none">{t('nod.never')}</span>) },
			{ id: 'lag', title: t('nod.lag'), number: true, value: (one) => one.lag_entries ?? -1, cell: (one) => (one.lag_entries !== undefined ? <>{number(one.lag_entries)} <small>{t('nod.lag.seconds', { seconds: quantity(Math.round((one.lag_seconds ?? 0) * 10) / 10) })}</small></> : <span class="none">{t('none')}</span>) },
			{ id: 'waiting', title: t('nod.waiting'), number: true, value: (one) => (one.outbox?.waiting ?? 0) + (one.removals_waiting ?? 0), cell: (one) => number((one.outbox?.waiting ?? 0) + (one.removals_waiting ?? 0)) },
			{ id: 'version', title: t('nod.version'), value: (one) => one.version ?? '', cell: (one) => (one.version !== undefined && one.version !== '' ? <Code text={one.version} /> : <span class="none">{t('none')}</span>) },
			{ id: 'admitted', title: t('nod.since'), value: (one) => one.admitted, cell: (one) => <bdi>{date(one.admitted.slice(0, 10))}</bdi> },
			...(runs
				? [
						{
							id: 'step',
							title: t('mem.step'),
							value: () => '',
							cell: (one: Node) =>
								one.ended ? null : (
									<button type="button" data-end-node={one.name} onClick={() => setEnding(one)}>
										{t('nod.end')}
									</button>
								),
						},
					]
				: []),
		],
		[language.value, network, runs],
	);
	const own = network?.node;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.nodes')}</h1>
					<p class="small">{t('nod.meaning')}</p>
				</div>
				{runs && (
					<button type="button" class="button-main" id="node-new" onClick={() => setAdmitting(true)}>
						<Icon name="globe" />
						{t('nod.admit')}
					</button>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{own !== undefined && (
				<section class="card stack">
					<h2 class="card-title">{t('nod.own')}</h2>
					<p class={own.reaches && !own.forked ? 'good' : 'bad'}>
						<Icon name={own.reaches && !own.forked ? 'clear' : 'warning'} />
						{t(own.forked ? 'nod.forked' : own.reaches ? 'nod.own.up' : own.connected ? 'nod.own.bureau' : 'nod.own.cut')}
					</p>
					{own.alarm !== '' && (
						<p lang="en" dir="ltr" class="bad" data-alarm={own.name}>
							<Name text={own.alarm} />
						</p>
					)}
					<dl class="facts facts-wide">
						<Fact name={t('nod.node')}>
							<Name text={own.name} />
						</Fact>
						<Fact name={t('nod.own.entries')}>
							<bdi>{`${number(own.entries)} / ${number(own.headquarters_entries)}`}</bdi>
						</Fact>
						<Fact name={t('nod.seen')}>{own.heard_seconds !== null ? ago(own.heard_seconds) : t('nod.never')}</Fact>
					</dl>
				</section>
			)}
			{network !== null && own === undefined && network.nodes.length === 0 && <p class="card empty">{t('nod.none')}</p>}
			{network !== null && network.nodes.length > 0 && <Sheet label={t('nav.nodes')} rows={network.nodes} columns={columns} keyOf={(row) => row.name} file="nodes" sort="node" />}
			{admitting && (
				<Admit
					act={act}
					onDone={() => {
						setAdmitting(false);
						void load();
					}}
					onClose={() => setAdmitting(false)}
				/>
			)}
			{ending !== null && (
				<Reason
					title={t('nod.end.of', { name: ending.name })}
					meaning={t('nod.end.meaning')}
					warning={t('undone')}
					action={t('nod.end')}
					send={(reason) => act<Told>('POST', `network/nodes/${encodeURIComponent(ending.name)}/end`, { reason })}
					onDone={() => {
						setEnding(null);
						say(t('officers.done'));
						void load();
					}}
					onClose={() => setEnding(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
