/* An object, entered or amended: the fields of its kind, as the service's form has them. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { codesOf, word } from '../../api/notices';
import { type FieldForm, type KindForm, type OneObject, type Value, formOf, forms, typeWord } from '../../api/objects';
import type { Answer } from '../../api/sign';
import { label } from '../../api/work';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { ownOffice } from '../../frame/who';
import { CountryField } from '../../parts/CountryField';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { FormEnd } from '../../parts/FormEnd';
import { type Finding, type Told, useAct } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { date } from '../../strings/format';
import { readDate } from '../check/born';
import { type Reach, ReachEditor, reachBody, readReach } from '../notice/Reach';
import { faultOf } from './findings';

export const fieldWord = (field: string): string => t(`o.${field}` as Key);

function One({ form, value, fault, onChange }: { readonly form: FieldForm; readonly value: Value | undefined; readonly fault: string | null; readonly onChange: (value: Value) => void }): JSX.Element {
	const title = `${fieldWord(form.field)}${form.needed ? ' *' : ''}`;
	const text = typeof value === 'string' ? value : '';
	if (form.form === 'country') return <CountryField label={title} value={text.toLowerCase()} onChange={(code) => onChange(code.toUpperCase())} />;
	if (form.form === 'crimes') {
		const chosen = Array.isArray(value) ? (value as readonly string[]) : [];
		return (
			<fieldset class="choice field-wide">
				<legend>{title}</legend>
				<div class="choice-row">
					{codesOf('crime').map((code) => (
						<label key={code}>
							<input type="checkbox" value={code} checked={chosen.includes(code)} onChange={(event) => onChange(event.currentTarget.checked ? [...chosen, code] : chosen.filter((one) => one !== code))} />
							<span>{word('crime', code)}</span>
						</label>
					))}
				</div>
			</fieldset>
		);
	}
	const day = form.form === 'day' ? readDate(text) : null;
	const help = form.form === 'day' ? day !== null && text !== '' ? <bdi>{date(day)}</bdi> : t('obj.day.help') : form.field === 'to' ? t('obj.to.help') : null;
	return (
		<Field label={title} help={help} fault={fault} look={form.field === 'notes' ? 'field-wide' : ''}>
			{(ids) =>
				form.field === 'notes' ? (
					<textarea {...ids} name={form.field} rows={3} dir="auto" maxLength={2000} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : (
					<input
						{...ids}
						name={form.field}
						type="text"
						dir={form.form === 'text' ? 'auto' : 'ltr'}
						class={form.form === 'number' ? 'code' : undefined}
						autocomplete="off"
						spellcheck={false}
						maxLength={form.form === 'day' ? 40 : form.most}
						inputMode={form.form === 'year' ? 'numeric' : undefined}
						value={text}
						onInput={(event) => onChange(event.currentTarget.value)}
					/>
				)
			}
		</Field>
	);
}

export function ObjectForm({ start, onEnd }: { readonly start: OneObject | null; readonly onEnd: () => void /* of an amendment */ }): JSX.Element {
	const { act, dialog } = useAct();
	const [values, setValues] = useState<Readonly<Record<string, Value>>>(start?.object ?? {});
	const [kind, setKind] = useState<string>(start?.kind ?? '');
	const [reach, setReach] = useState<Reach>(readReach(start?.reach ?? '*'));
	const [findings, setFindings] = useState<readonly Finding[]>([]);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const form: KindForm | undefined = formOf(kind);
	const put = (field: string, value: Value): void => setValues((before) => ({ ...before, [field]: value }));
	const text = (field: string): string => (typeof values[field] === 'string' ? values[field] : '');
	const faultAt = (field: string): string | null => {
		const found = findings.find((one) => one.field === field);
		return found !== undefined ? faultOf(found) : null;
	};
	const send = async (): Promise<void> => {
		if (form === undefined) return;
		const object: Record<string, Value> = { kind };
		for (const field of ['type', 'status', ...form.fields.map((one) => one.field)]) {
			const value = values[field];
			if (typeof value === 'string' && value.trim() !== '') {
				const isDay = form.fields.find((one) => one.field === field)?.form === 'day';
				object[field] = isDay ? (readDate(value) ?? value.trim()) : value.trim();
			} else if (Array.isArray(value) && value.length > 0) object[field] = value;
		}
		setBusy(true);
		const body = { object, reach: reachBody(reach) };
		const answer =
			start === null
				? await act<{ id: string; warning: string | null } & Told>('POST', 'objects', body, { 'Idempotency-Key': crypto.randomUUID() })
				: await act<{ id: string; warning: string | null } & Told>('PUT', `objects/${start.href ?? ''}`, body, { 'If-Match': `"${start.version ?? 0}"` });
		setBusy(false);
		const good = answer.status === 200 || answer.status === 201;
		setFindings(answer.body.findings ?? []);
		setRefused(good || answer.body.findings !== undefined ? null : answer);
		if (!good) return;
		say(t(answer.body.warning != null ? 'obj.odd' : 'obj.done'));
		if (start === null) go(hrefOf('object', answer.body.id.replace('/', '-')));
		else onEnd();
	};
	const fields = form?.fields ?? [];
	const loose = findings.filter((one) => !['type', 'status', ...fields.filter((field) => field.form !== 'country' && field.form !== 'crimes').map((field) => field.field)].includes(one.field));
	return (
		<form
			class="stack"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				void send();
			}}
		>
			{start === null && (
				<fieldset class="choice">
					<legend>{t('obj.kind')}</legend>
					<div class="choice-row">
						{forms.value.map((one) => (
							<label key={one.kind}>
								<input type="radio" name="kind" value={one.kind} checked={one.kind === kind} onChange={() => setKind(one.kind)} />
								<span>{label('object_kind', one.kind)}</span>
							</label>
						))}
					</div>
				</fieldset>
			)}
			{form !== undefined && (
				<>
					<p class="small">{t('draft.needed')}</p>
					<p class="small">{t('obj.noperson')}</p>
					<section class="card draft-fields" aria-label={label('object_kind', kind)}>
						<Field label={`${t('o.type')} *`} fault={faultAt('type')}>
							{(ids) => (
								<select {...ids} name="type" value={text('type')} onChange={(event) => put('type', event.currentTarget.value)}>
									<option value="">{t('choose')}</option>
									{Object.keys(form.types).map((one) => (
										<option key={one} value={one}>
											{typeWord(kind, one)}
										</option>
									))}
								</select>
							)}
						</Field>
						<Field label={`${t('o.status')} *`} fault={faultAt('status')}>
							{(ids) => (
								<select {...ids} name="status" value={text('status')} onChange={(event) => put('status', event.currentTarget.value)}>
									<option value="">{t('choose')}</option>
									{form.statuses.map((one) => (
										<option key={one} value={one}>
											{label('object_status', one)}
										</option>
									))}
								</select>
							)}
						</Field>
						{fields.map((field) => (field.field !== 'to' || text('status') === 'stolen-blank') && <One key={field.field} form={field} value={values[field.field]} fault={faultAt(field.field)} onChange={(value) => put(field.field, value)} />)}
					</section>
					<section class="card stack">
						<h2 class="card-title">{t('section.sending')}</h2>
						<ReachEditor reach={reach} owner={ownOffice()} onChange={setReach} />
					</section>
					{loose.length > 0 && (
						<div class="trouble" role="alert">
							<Icon name="warning" />
							<ul>
								{loose.map((one) => (
									<li key={one.field}>
										{fieldWord(one.field) !== '' ? `${fieldWord(one.field)}: ` : ''}
										{faultOf(one)}
									</li>
								))}
							</ul>
						</div>
					)}
					<FormEnd refused={refused} id="object-send" disabled={busy} onClose={() => (start === null ? go('/desk/objects') : onEnd())}>
						{t(start === null ? 'obj.enter' : 'obj.save')}
					</FormEnd>
				</>
			)}
			{dialog}
		</form>
	);
}
