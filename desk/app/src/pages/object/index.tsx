/* One registered object: what it is, whom it reaches; its owner amends and withdraws it, who finds it reports that. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { officeName, word } from '../../api/notices';
import { type OneObject, type Value, formOf, learnObjects, typeWord } from '../../api/objects';
import type { Answer } from '../../api/sign';
import { label, workCodes } from '../../api/work';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { may, ownOffice } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { t } from '../../strings';
import { country, date, moment } from '../../strings/format';
import { ReachShown, readReach } from '../notice/Reach';
import { ObjectForm, fieldWord } from './Form';

type Doing = 'withdraw' | 'report';

function Do({ doing, object, onClose }: { readonly doing: Doing; readonly object: OneObject; readonly onClose: (done: boolean) => void }): JSX.Element {
	const { act, dialog } = useAct();
	const [reason, setReason] = useState('');
	const [place, setPlace] = useState('');
	const [text, setText] = useState('');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const said = text.trim() !== '' ? { text: text.trim() } : {};
		const answer =
			doing === 'withdraw'
				? await act<{ id: string } & Told>('POST', `objects/${encodeURIComponent(object.href ?? object.id)}/withdraw`, { reason, ...said }, object.version !== undefined ? { 'If-Match': `"${object.version}"` } : {})
				: await act<{ id: string } & Told>('POST', 'hits', { object: object.id, place: place.trim(), ...said }, { 'Idempotency-Key': crypto.randomUUID() });
		if (answer.status !== 200 && answer.status !== 201) {
			setRefused(answer);
			return;
		}
		say(t(doing === 'withdraw' ? 'obj.withdrawn' : 'hit.did.report'));
		if (doing === 'report') go(hrefOf('hit', answer.body.id.replace('/', '-')));
		else onClose(true);
	};
	return (
		<Dialog title={t(doing === 'withdraw' ? 'obj.withdraw' : 'obj.report')} onClose={() => onClose(false)}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{doing === 'withdraw' ? (
					<Field label={t('step.reason')}>
						{(ids) => (
							<select {...ids} name="reason" required value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
								<option value="">{t('choose')}</option>
								{workCodes('object_end').map((one) => (
									<option key={one} value={one}>
										{label('object_end', one)}
									</option>
								))}
							</select>
						)}
					</Field>
				) : (
					<Field label={t('hit.place')}>{(ids) => <input {...ids} name="place" type="text" dir="auto" required maxLength={200} value={place} onInput={(event) => setPlace(event.currentTarget.value)} />}</Field>
				)}
				<Field label={t('hit.text')}>{(ids) => <textarea {...ids} name="text" rows={3} dir="auto" required={doing === 'report'} maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Field>
				<FormEnd refused={refused} disabled={false} onClose={() => onClose(false)}>
						{t(doing === 'withdraw' ? 'obj.withdraw' : 'obj.report')}
				</FormEnd>
			</form>
			{dialog}
		</Dialog>
	);
}

function shown(form: string, value: Value): JSX.Element {
	if (typeof value !== 'string') return <>{value.map((code) => word('crime', code)).join(' · ')}</>;
	if (form === 'country') return <bdi>{country(value)}</bdi>;
	if (form === 'day') return <bdi>{date(value)}</bdi>;
	return form === 'number' ? <Code text={value} /> : <Name text={value} />;
}

function Facts({ object }: { readonly object: OneObject }): JSX.Element {
	const form = formOf(object.kind);
	const said = object.object ?? {};
	const properties = object.properties ?? {};
	const status = typeof said['status'] === 'string' ? said['status'] : (properties['status']?.[0] ?? '');
	const type = typeof said['type'] === 'string' ? said['type'] : (properties['type']?.[0] ?? '');
	return (
		<dl class="facts facts-wide">
			<Fact name={t('obj.kind')}>
				{label('object_kind', object.kind)}: {typeWord(object.kind, type)}
			</Fact>
			<Fact name={t('o.status')}>{label('object_status', status)}</Fact>
			{(form?.fields ?? [])
				.filter((one) => said[one.field] !== undefined)
				.map((one) => (
					<Fact key={one.field} name={fieldWord(one.field)}>{shown(one.form, said[one.field] ?? '')}</Fact>
				))}
			{object.object === undefined && (
				<Fact name={t('obj.caption')}>
					<Name text={object.caption} />
				</Fact>
			)}
			<Fact name={t('obj.owner')}>
				<Name text={officeName(object.owner)} />
			</Fact>
			{object.entered !== undefined && (
				<Fact name={t('obj.entered')}>
					<bdi>{moment(new Date(object.entered))}</bdi>
				</Fact>
			)}
			{object.withdrawn && (
				<Fact name={t('obj.withdrawn')}>
					{label('object_end', object.reason ?? '')} {object.text != null && <Name text={object.text} />}
				</Fact>
			)}
		</dl>
	);
}

export default function ObjectPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const [object, setObject] = useState<OneObject | null>(null);
	const [ready, setReady] = useState(false);
	const [failed, setFailed] = useState<unknown>(null);
	const [doing, setDoing] = useState<Doing | 'amend' | null>(null);
	const load = (): void => void Promise.all([id === 'new' ? Promise.resolve(null) : read<OneObject>(`objects/${encodeURIComponent(id)}`), learnObjects()]).then(([found]) => {
		setObject(found);
		setReady(true);
	}, setFailed);
	useEffect(load, [id]);
	const mine = object !== null && object.owner === ownOffice() && !object.withdrawn && may('objects.write');
	const single = object?.object !== undefined;
	return (
		<div class="page page-wide">
			<p class="notice-back">
				<a href="/desk/objects">
					<Icon name="back" /> {t('nav.objects')}
				</a>
			</p>
			<div class="page-head">
				<h1 tabIndex={-1}>{id === 'new' ? t('obj.new') : object !== null ? <Code text={object.id} /> : t('nav.object')}</h1>
				{object !== null && doing !== 'amend' && (
					<div class="row">
						{mine && single && (
							<button type="button" data-do="amend" onClick={() => setDoing('amend')}>
								<Icon name="pen" />
								{t('obj.amend')}
							</button>
						)}
						{mine && (
							<button type="button" data-do="withdraw" onClick={() => setDoing('withdraw')}>
								<Icon name="close" />
								{t('obj.withdraw')}
							</button>
						)}
						{single && !object.withdrawn && object.owner !== ownOffice() && may('hits.write') && (
							<button type="button" class="button-main" data-do="report" onClick={() => setDoing('report')}>
								<Icon name="bell" />
								{t('obj.report')}
							</button>
						)}
						<button type="button" class="button-quiet" onClick={() => print()}>
							<Icon name="print" />
							{t('print')}
						</button>
					</div>
				)}
			</div>
			{failed !== null && <Trouble error={failed} />}
			{!ready && failed === null && <p role="status">{t('loading')}</p>}
			{ready && (id === 'new' || doing === 'amend') && <ObjectForm start={object} onEnd={() => { setDoing(null); load(); }} />}
			{object !== null && doing !== 'amend' && (
				<div class="notice-body">
					<section class="card" aria-label={t('hit.facts')}>
						<Facts object={object} />
						<p class="small">{t('obj.lead')}</p>
					</section>
					{object.reach !== undefined && (
						<section class="card" aria-label={t('reach.preview')}>
							<h2 class="card-title">{t('reach.preview')}</h2>
							<ReachShown reach={readReach(object.reach)} owner={object.owner} />
						</section>
					)}
				</div>
			)}
			{object !== null && (doing === 'withdraw' || doing === 'report') && (
				<Do
					doing={doing}
					object={object}
					onClose={(done) => {
						setDoing(null);
						if (done && single) load();
						else if (done) go('/desk/objects');
					}}
				/>
			)}
		</div>
	);
}
