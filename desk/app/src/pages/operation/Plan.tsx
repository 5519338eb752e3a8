/* The plan of an operation, made or changed; what is typed of a new one stays in this tab until it is sent. */
import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { codesOf, word } from '../../api/notices';
import type { Operation } from '../../api/operations';
import type { Answer } from '../../api/sign';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { ownOffice } from '../../frame/who';
import { Field } from '../../parts/Field';
import { OfficesField } from '../../parts/OfficesField';
import { FormEnd } from '../../parts/FormEnd';
import { shelf } from '../../parts/kept';
import { type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';

interface Typed {
	readonly name: string;
	readonly participants: readonly string[];
	readonly begins: string;
	readonly ends: string;
	readonly objectives: string;
	readonly crimes: readonly string[];
}

/* The own office takes part itself, unless it is headquarters. */
const empty = (): Typed => ({ name: '', participants: ownOffice() === 'GS' ? [] : [ownOffice()], begins: '', ends: '', objectives: '', crimes: [] });
const { keep, kept, forget } = shelf('operation');

export function Plan({ operation, onEnd }: { readonly operation: Operation | null; readonly onEnd: () => void }): JSX.Element {
	const { act, dialog } = useAct();
	const id = operation?.href ?? 'new';
	const [typed, setTyped] = useState<Typed>(
		() =>
			kept<Typed>(id) ??
			(operation !== null
				? { name: operation.name, participants: operation.participants ?? [], begins: operation.begins, ends: operation.ends ?? '', objectives: operation.objectives ?? '', crimes: operation.crime_areas }
				: empty()),
	);
	const [asked, setAsked] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const put = (next: Partial<Typed>): void => setTyped((before) => ({ ...before, ...next }));
	useLayoutEffect(() => keep(id, typed), [typed, id]);
	const lacks = {
		name: typed.name.trim() === '',
		participants: typed.participants.length === 0,
		begins: typed.begins === '',
		ends: typed.ends !== '' && typed.ends < typed.begins,
		objectives: typed.objectives.trim() === '',
		crimes: typed.crimes.length === 0,
	};
	const fault = (field: keyof typeof lacks): string | null => (asked && lacks[field] ? t(field === 'ends' ? 'op.ends.fault' : 'op.needed') : null);
	const end = (): void => {
		forget(id);
		onEnd();
	};
	const send = async (): Promise<void> => {
		setAsked(true);
		if (Object.values(lacks).some(Boolean)) return;
		setBusy(true);
		const body = { name: typed.name.trim(), participants: typed.participants, begins: typed.begins, ...(typed.ends !== '' ? { ends: typed.ends } : {}), objectives: typed.objectives.trim(), crime_areas: typed.crimes };
		const answer =
			operation === null
				? await act<{ id: string } & Told>('POST', 'operations', body, { 'Idempotency-Key': crypto.randomUUID() })
				: await act<{ id: string } & Told>('POST', `operations/${operation.href}/edit`, body, { 'If-Match': `"${operation.version ?? 0}"` });
		setBusy(false);
		if (answer.waits !== undefined) return forget(id);
		if (answer.status !== 200 && answer.status !== 201) return setRefused(answer);
		say(t(operation === null ? 'op.planned' : 'officers.done'));
		forget(id);
		if (operation === null) go(hrefOf('operation', answer.body.id.replace('/', '-')));
		else onEnd();
	};
	return (
		<form
			class="card stack"
			noValidate
			aria-label={t(operation === null ? 'op.plan' : 'op.step.edit')}
			onSubmit={(event) => {
				event.preventDefault();
				void send();
			}}
		>
			<Field label={t('op.name')} fault={fault('name')}>
				{(ids) => <input {...ids} name="name" type="text" dir="auto" maxLength={120} value={typed.name} onInput={(event) => put({ name: event.currentTarget.value })} />}
			</Field>
			<div class="draft-fields">
				<Field label={t('op.begins')} fault={fault('begins')}>
					{(ids) => <input {...ids} name="begins" type="date" value={typed.begins} onInput={(event) => put({ begins: event.currentTarget.value })} />}
				</Field>
				<Field label={t('op.ends')} help={t('op.ends.help')} fault={fault('ends')}>
					{(ids) => <input {...ids} name="ends" type="date" value={typed.ends} onInput={(event) => put({ ends: event.currentTarget.value })} />}
				</Field>
			</div>
			<OfficesField label={t('op.participants')} help={t('op.participants.help')} fault={fault('participants')} value={typed.participants} onChange={(participants) => put({ participants })} />
			<fieldset class="choice">
				<legend>{t('op.crimes')}</legend>
				<div class="choice-row">
					{codesOf('crime').map((code) => (
						<label key={code}>
							<input type="checkbox" value={code} checked={typed.crimes.includes(code)} onChange={(event) => put({ crimes: event.currentTarget.checked ? [...typed.crimes, code] : typed.crimes.filter((one) => one !== code) })} />
							<span>{word('crime', code)}</span>
						</label>
					))}
				</div>
				{fault('crimes') !== null && (
					<p class="field-fault" role="alert">
						{fault('crimes')}
					</p>
				)}
			</fieldset>
			<Field label={t('op.objectives')} help={t('op.noperson')} fault={fault('objectives')}>
				{(ids) => <textarea {...ids} name="objectives" rows={4} dir="auto" maxLength={4000} value={typed.objectives} onInput={(event) => put({ objectives: event.currentTarget.value })} />}
			</Field>
			<FormEnd refused={refused} id="plan-send" disabled={busy} onClose={end}>
				{t(operation === null ? 'op.plan' : 'op.save')}
			</FormEnd>
			{dialog}
		</form>
	);
}
