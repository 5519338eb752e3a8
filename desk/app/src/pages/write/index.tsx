/* A message while it is written: to whom, what, in which form. It is sealed when it is sent; what is typed is kept in this tab
 * until then. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { Refusal, read } from '../../api/client';
import { type Attached, type Form, type FormField, type Message, type Vocabulary, attach, boxes, formOf, formWord, forms, learnBoxes, learnForms } from '../../api/messages';
import { codesOf, officeName, word } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { ownOffice } from '../../frame/who';
import { Choice, Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name, Prose } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import { CountryField } from '../../parts/CountryField';
import { shelf } from '../../parts/kept';
import { type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { bytes, compare, list } from '../../strings/format';

const { forget, keep, kept } = shelf('message');
const REGIONS = ['africa', 'americas', 'asia', 'europe'] as const;
const MOST = 100 * 1024 * 1024;

interface Typed {
	readonly way: 'some' | 'region' | 'all';
	readonly offices: readonly string[];
	readonly region: string;
	readonly urgency: string;
	readonly subject: string;
	readonly text: string;
	readonly form: string;
	readonly fields: Readonly<Record<string, string>>;
	readonly more: Readonly<Record<string, string>>; /* reference, handling and the like; "" is not said */
	readonly crime: string;
	readonly files: readonly Attached[];
}
const NOTHING: Typed = { way: 'some', offices: [], region: 'africa', urgency: 'normal', subject: '', text: '', form: '', fields: {}, more: {}, crime: '', files: [] };

function contentOf(typed: Typed): Record<string, unknown> {
	const content: Record<string, unknown> = { subject: typed.subject.trim() };
	const said = (name: string): string | undefined => (typed.more[name] ?? '').trim() || undefined;
	const group = (pairs: Readonly<Record<string, string | undefined>>): Record<string, string> | undefined => {
		const kept = Object.entries(pairs).filter((pair): pair is [string, string] => pair[1] !== undefined);
		return kept.length > 0 ? Object.fromEntries(kept) : undefined;
	};
	if (typed.text.trim() !== '') content['text'] = typed.text.replace(/\r/g, '').trim();
	for (const name of ['reference', 'your_reference', 'notice']) if (said(name) !== undefined) content[name] = said(name);
	const handling = group({ police: said('handling'), tlp: said('tlp'), note: said('note') });
	const grading = group({ source: said('sources'), information: said('information') });
	if (handling !== undefined) content['handling'] = handling;
	if (grading !== undefined) content['grading'] = grading;
	if (typed.crime !== '') content['crime_areas'] = [typed.crime];
	if (typed.form !== '') {
		content['form'] = typed.form;
		content['fields'] = group(Object.fromEntries(Object.entries(typed.fields).map(([name, value]) => [name, value.trim() || undefined]))) ?? {};
	}
	if (typed.files.length > 0) content['files'] = typed.files;
	return content;
}

function Offices({ typed, change }: { readonly typed: Typed; readonly change: (part: Partial<Typed>) => void }): JSX.Element {
	const own = ownOffice();
	const known = useMemo(() => boxes.value.filter((code) => code !== own).map((code) => ({ code, name: officeName(code) })).sort((a, b) => compare(a.name, b.name)), [boxes.value, language.value, own]);
	const left = known.filter(({ code }) => !typed.offices.includes(code));
	return (
		<div class="stack">
			<Choice label={t('msg.to')} value={typed.way} options={(['some', 'region', 'all'] as const).map((value) => ({ value, text: t(`msg.to.${value}`) }))} onChange={(way) => change({ way })} />
			{typed.way === 'some' && (
				<>
					<Field label={t('msg.offices')} help={t('msg.offices.help')}>
						{(ids) => (
							<select {...ids} data-field="office" value="" onChange={(event) => event.currentTarget.value !== '' && change({ offices: [...typed.offices, event.currentTarget.value] })}>
								<option value="">{t('choose')}</option>
								{left.map(({ code, name }) => (
									<option key={code} value={code}>
										{name}
									</option>
								))}
							</select>
						)}
					</Field>
					{typed.offices.length > 0 && (
						<div class="row">
							{typed.offices.map((code) => (
								<button key={code} type="button" class="topic" aria-label={t('notices.without', { what: officeName(code) })} onClick={() => change({ offices: typed.offices.filter((one) => one !== code) })}>
									<Name text={officeName(code)} />
									<Icon name="close" />
								</button>
							))}
						</div>
					)}
				</>
			)}
			{typed.way === 'region' && (
				<Field label={t('offices.region')}>
					{(ids) => (
						<select {...ids} value={typed.region} onChange={(event) => change({ region: event.currentTarget.value })}>
							{REGIONS.map((one) => (
								<option key={one} value={one}>
									{t(`region.${one}`)}
								</option>
							))}
						</select>
					)}
				</Field>
			)}
		</div>
	);
}

function One({ field, value, onChange }: { readonly field: FormField; readonly value: string; readonly onChange: (value: string) => void }): JSX.Element {
	if (field.kind === 'country') return <CountryField label={formWord(field)} value={value.toLowerCase()} onChange={(code) => onChange(code.toUpperCase())} />;
	return (
		<Field label={formWord(field)}>
			{(ids) =>
				field.kind === 'long' ? (
					<textarea {...ids} data-field={field.code} rows={3} dir="auto" required={field.needed} maxLength={600} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
				) : field.kind === 'day' ? (
					<input {...ids} data-field={field.code} type="date" required={field.needed} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
				) : (
					<input {...ids} data-field={field.code} type="text" dir={field.kind === 'text' ? 'auto' : 'ltr'} required={field.needed} maxLength={60} value={value} onInput={(event) => onChange(event.currentTarget.value)} />
				)
			}
		</Field>
	);
}

function Words({ name, label, typed, change }: { readonly name: Vocabulary; readonly label: string; readonly typed: Typed; readonly change: (part: Partial<Typed>) => void }): JSX.Element {
	return (
		<Field label={label}>
			{(ids) => (
				<select {...ids} data-field={name} value={typed.more[name] ?? ''} onChange={(event) => change({ more: { ...typed.more, [name]: event.currentTarget.value } })}>
					<option value="">{t('none')}</option>
					{forms.value?.[name].map((one) => (
						<option key={one.code} value={one.code}>
							{one.code}: {formWord(one)}
						</option>
					))}
				</select>
			)}
		</Field>
	);
}

function Files({ typed, change }: { readonly typed: Typed; readonly change: (part: Partial<Typed>) => void }): JSX.Element {
	const [busy, setBusy] = useState(false);
	const [failed, setFailed] = useState<unknown>(null);
	const take = async (chosen: FileList | null): Promise<void> => {
		let files = typed.files;
		setBusy(true);
		setFailed(null);
		for (const file of [...(chosen ?? [])].slice(0, 20 - files.length)) {
			if (file.size > MOST) {
				setFailed(new Refusal('fault', file.name));
				break;
			}
			try {
				files = [...files, await attach(file)];
				change({ files });
			} catch (error) {
				setFailed(error);
				break;
			}
		}
		setBusy(false);
	};
	return (
		<div class="stack">
			<Field label={t('msg.attach')} help={t('msg.attach.help')}>
				{(ids) => (
					<input
						{...ids}
						type="file"
						multiple
						disabled={busy}
						onChange={(event) => {
							const input = event.currentTarget;
							void take(input.files).then(() => (input.value = ''));
						}}
					/>
				)}
			</Field>
			{busy && <p role="status">{t('msg.sealing')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{typed.files.length > 0 && (
				<ul class="plain">
					{typed.files.map((file) => (
						<li key={file.digest}>
							<bdi>
								<Name text={file.name} />
							</bdi>{' '}
							<small>{bytes(file.size)}</small>{' '}
							<button type="button" class="button-quiet" aria-label={t('notices.without', { what: file.name })} onClick={() => change({ files: typed.files.filter((one) => one !== file) })}>
								<Icon name="close" />
							</button>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}

function Text({ name, label, typed, change }: { readonly name: string; readonly label: Key; readonly typed: Typed; readonly change: (part: Partial<Typed>) => void }): JSX.Element {
	return <Field label={t(label)}>{(ids) => <input {...ids} data-field={name} type="text" dir="auto" maxLength={60} value={typed.more[name] ?? ''} onInput={(event) => change({ more: { ...typed.more, [name]: event.currentTarget.value } })} />}</Field>;
}

export default function WritePage({ values }: PageProps): JSX.Element {
	const about = values[0] ?? 'new';
	const { act, dialog } = useAct();
	const [typed, setTyped] = useState<Typed>(() => ({ ...NOTHING, ...kept<Typed>(about) }));
	const [answered, setAnswered] = useState<Message | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const own = ownOffice();
	const change = (part: Partial<Typed>): void => setTyped((before) => ({ ...before, ...part }));
	useLayoutEffect(() => keep(about, typed), [typed]);
	useEffect(() => {
		void Promise.all([learnForms(), learnBoxes()]).catch(setFailed);
		if (about !== 'new')
			read<Message>(`messages/${encodeURIComponent(about)}`).then((found) => {
				setAnswered(found);
				const others = [found.from, ...found.to.map((one) => one.office)].filter((code) => code !== own);
				const subject = found.content?.subject ?? '';
				setTyped((before) => ({
					...before,
					offices: before.offices.length > 0 ? before.offices : found.from === own ? others : [found.from],
					subject: before.subject !== '' ? before.subject : t('msg.re', { subject }).replace(/[\u2066-\u2069]/g, '').slice(0, 60),
					form: before.form !== '' || before.subject !== '' ? before.form : found.content?.form !== undefined && found.content.form !== 'answer' ? 'answer' : '',
					more: { ...(found.content?.reference !== undefined ? { your_reference: found.content.reference } : {}), ...before.more },
				}));
			}, setFailed);
	}, [about]);
	const form: Form | undefined = formOf(typed.form);
	const to = typed.way === 'all' ? '*' : typed.way === 'region' ? { region: typed.region } : typed.offices;
	const ready = typed.way !== 'some' || typed.offices.length > 0;
	const send = async (): Promise<void> => {
		setBusy(true);
		setRefused(null);
		const answer = await act<{ readonly id: string; readonly left_out: string | null }>('POST', 'messages', { to, urgency: typed.urgency, ...(about !== 'new' ? { reply_to: about } : {}), content: contentOf(typed) }, { 'Idempotency-Key': crypto.randomUUID() });
		setBusy(false);
		if (answer.waits !== undefined) forget(about);
		if (answer.status !== 201) {
			setRefused(answer);
			return;
		}
		forget(about);
		say(answer.body.left_out !== null ? t('msg.left_out', { offices: list(answer.body.left_out.split(', ').map(officeName)) }) : t('msg.sent'));
		go(hrefOf('message', answer.body.id));
	};
	return (
		<div class="page">
			<p class="notice-back">
				<a href="/desk/messages">
					<Icon name="back" /> {t('nav.messages')}
				</a>
			</p>
			<h1 tabIndex={-1}>{t(about === 'new' ? 'nav.write' : 'msg.reply')}</h1>
			{answered?.content != null && (
				<p class="small" dir="auto">
					<Prose text={answered.content.subject} />
				</p>
			)}
			<p class="small msg-lock">
				<Icon name="hidden" /> {t('msg.lock')}
			</p>
			{failed !== null && <Trouble error={failed} />}
			<form
				class="card stack"
				onSubmit={(event) => {
					event.preventDefault();
					if (ready && !busy) void send();
				}}
			>
				<Offices typed={typed} change={change} />
				<Choice label={t('msg.urgency')} value={typed.urgency} options={(forms.value?.urgencies ?? []).map((one) => ({ value: one.code, text: formWord(one) }))} onChange={(urgency) => change({ urgency })} />
				<Field label={t('msg.subject')}>{(ids) => <input {...ids} data-field="subject" type="text" dir="auto" required maxLength={60} value={typed.subject} onInput={(event) => change({ subject: event.currentTarget.value })} />}</Field>
				<Field label={t('msg.form')}>
					{(ids) => (
						<select {...ids} data-field="form" value={typed.form} onChange={(event) => change({ form: event.currentTarget.value })}>
							<option value="">{t('msg.form.none')}</option>
							{forms.value?.forms.map((one) => (
								<option key={one.code} value={one.code}>
									{formWord(one)}
								</option>
							))}
						</select>
					)}
				</Field>
				{form?.fields.map((field) => <One key={field.code} field={field} value={typed.fields[field.code] ?? ''} onChange={(value) => change({ fields: { ...typed.fields, [field.code]: value } })} />)}
				<Field label={t('msg.text')}>{(ids) => <textarea {...ids} data-field="text" rows={8} dir="auto" required={form === undefined} maxLength={15000} value={typed.text} onInput={(event) => change({ text: event.currentTarget.value })} />}</Field>
				<Files typed={typed} change={change} />
				<details>
					<summary>{t('msg.more')}</summary>
					<div class="stack">
						<Text name="reference" label="msg.reference" typed={typed} change={change} />
						<Text name="your_reference" label="msg.your_reference" typed={typed} change={change} />
						<Text name="notice" label="msg.notice" typed={typed} change={change} />
						<Words name="handling" label={t('msg.handling')} typed={typed} change={change} />
						<Text name="note" label="msg.note" typed={typed} change={change} />
						<Words name="tlp" label="TLP" typed={typed} change={change} />
						<Words name="sources" label={t('msg.source')} typed={typed} change={change} />
						<Words name="information" label={t('msg.information')} typed={typed} change={change} />
						<Field label={t('msg.crimes')}>
							{(ids) => (
								<select {...ids} value={typed.crime} onChange={(event) => change({ crime: event.currentTarget.value })}>
									<option value="">{t('none')}</option>
									{codesOf('crime').map((code) => (
										<option key={code} value={code}>
											{word('crime', code)}
										</option>
									))}
								</select>
							)}
						</Field>
					</div>
				</details>
				{refused !== null && <Refused answer={refused} />}
				<div class="row">
					<button type="submit" class="button-main" disabled={!ready || busy}>
						<Icon name="hidden" />
						{t('msg.send')}
					</button>
					{!ready && <span class="small">{t('msg.nobody')}</span>}
				</div>
			</form>
			{dialog}
		</div>
	);
}
