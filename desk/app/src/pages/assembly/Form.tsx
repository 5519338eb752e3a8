/* A form made from what the service says that an act or a step takes: every one of them can be done from here. What a page
 * knows already is `given` and is not asked for. */
import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { term } from '../../api/assembly';
import type { Answer } from '../../api/sign';
import { Dialog } from '../../parts/Dialog';
import { Field, Switch } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { shelf } from '../../parts/kept';
import { Tongues } from '../../parts/Tongues';
import type { Told } from '../../parts/useAct';
import { type Key, LANGUAGE_NAMES, t } from '../../strings';

export interface FieldSpec {
	readonly name: string;
	readonly kind: string;
	readonly needed: boolean;
	readonly most?: number;
	readonly words?: readonly string[];
	readonly fields?: readonly FieldSpec[];
}

export type Value = unknown;
export type Values = Readonly<Record<string, Value>>;
const MANY = 12; /* words: these are languages */
const ORDER = ['ar', 'en', 'fr', 'es'] as const;

const label = (field: FieldSpec): string => t(`a.field.${field.kind === 'texts' && field.name === 'text' ? 'wording' : field.name}` as Key);

export async function digest(bytes: ArrayBuffer): Promise<string> {
	return [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* The same text in each of the working languages. */
function Languages({ legend, value, rows, onChange }: { readonly legend: string; readonly value: Values; readonly rows: number; readonly onChange: (value: Values) => void }): JSX.Element {
	return (
		<fieldset class="languages">
			<legend>{legend}</legend>
			{ORDER.map((one) => (
				<Field key={one} label={LANGUAGE_NAMES[one]}>
					{(ids) => <textarea {...ids} rows={rows} lang={one} dir={one === 'ar' ? 'rtl' : 'ltr'} value={String(value[one] ?? '')} onInput={(event) => onChange({ ...value, [one]: event.currentTarget.value })} />}
				</Field>
			))}
		</fieldset>
	);
}

function Several<T>({ legend, value, blank, onChange, children }: { readonly legend: string; readonly value: readonly T[]; readonly blank: T; readonly onChange: (value: readonly T[]) => void; readonly children: (one: T, change: (one: T) => void) => ComponentChildren }): JSX.Element {
	return (
		<fieldset class="several">
			<legend>{legend}</legend>
			{value.map((one, index) => (
				<div key={index} class="several-one">
					{children(one, (next) => onChange(value.map((old, at) => (at === index ? next : old))))}
					<button type="button" class="button-quiet" onClick={() => onChange(value.filter((_, at) => at !== index))}>
						{t('a.remove')}
					</button>
				</div>
			))}
			<button type="button" onClick={() => onChange([...value, blank])}>
				{t('a.add')}
			</button>
		</fieldset>
	);
}

/* Rows of a few short words, one a line: "MA 120". */
function Lines({ field, value, onChange }: { readonly field: FieldSpec; readonly value: readonly Values[]; readonly onChange: (value: Value) => void }): JSX.Element {
	const names = (field.fields ?? []).map((one) => one.name);
	const [text, setText] = useState(() => value.map((one) => names.map((name) => String(one[name] ?? '')).join(' ')).join('\n'));
	return (
		<Field label={label(field)} help={t('a.lines')}>
			{(ids) => (
				<textarea
					{...ids}
					name={field.name}
					class="code"
					rows={10}
					dir="ltr"
					spellcheck={false}
					value={text}
					onInput={(event) => {
						setText(event.currentTarget.value);
						onChange(
							event.currentTarget.value
								.split('\n')
								.map((line) => line.trim().split(/[\s,;]+/))
								.filter((parts) => parts[0] !== '')
								.map((parts) => Object.fromEntries(names.map((name, at) => [name, parts[at] ?? '']))),
						);
					}}
				/>
			)}
		</Field>
	);
}

function Input({ field, value, onChange }: { readonly field: FieldSpec; readonly value: Value; readonly onChange: (value: Value) => void }): JSX.Element {
	const text = value === undefined ? '' : String(value);
	if (field.kind === 'flag') return <Switch label={label(field)} on={value === true} onChange={onChange} />;
	if (field.kind === 'texts') return <Languages legend={label(field)} value={(value ?? {}) as Values} rows={field.name === 'text' ? 3 : 1} onChange={onChange} />;
	if (field.kind === 'paragraphs')
		return (
			<Several legend={label(field)} value={(value ?? []) as readonly Values[]} blank={{}} onChange={onChange}>
				{(one, change) => <Languages legend={t('a.paragraph')} value={one} rows={2} onChange={change} />}
			</Several>
		);
	if (field.kind === 'list' && field.name === 'scale') return <Lines field={field} value={(value ?? []) as readonly Values[]} onChange={onChange} />;
	if (field.kind === 'list')
		return (
			<Several legend={label(field)} value={(value ?? []) as readonly Values[]} blank={{}} onChange={onChange}>
				{(one, change) => (field.fields ?? []).map((inner) => <Input key={inner.name} field={inner} value={one[inner.name]} onChange={(next) => change({ ...one, [inner.name]: next })} />)}
			</Several>
		);
	if (field.kind === 'words' && (field.words ?? []).length > MANY) return <Tongues label={label(field)} codes={field.words ?? []} value={(value ?? []) as readonly string[]} onChange={onChange} />;
	if (field.kind === 'words')
		return (
			<fieldset class="several">
				<legend>{label(field)}</legend>
				{(field.words ?? []).map((word) => (
					<label key={word} class="row">
						<input type="checkbox" checked={((value ?? []) as readonly string[]).includes(word)} onChange={(event) => onChange(event.currentTarget.checked ? [...((value ?? []) as readonly string[]), word] : ((value ?? []) as readonly string[]).filter((one) => one !== word))} />
						{term(word)}
					</label>
				))}
			</fieldset>
		);
	return (
		<Field label={label(field)} help={field.kind === 'codes' || field.kind === 'names' || field.kind === 'numbers' ? t('a.commas') : field.name === 'commitment' ? t('a.seed.help') : undefined}>
			{(ids) =>
				field.kind === 'word' ? (
					<select {...ids} name={field.name} required={field.needed} value={text} onChange={(event) => onChange(event.currentTarget.value)}>
						<option value="">{t('choose')}</option>
						{(field.words ?? []).map((word) => (
							<option key={word} value={word}>
								{term(word)}
							</option>
						))}
					</select>
				) : field.kind === 'hash' && field.name === 'hash' ? (
					<input {...ids} name={field.name} type="file" accept=".pdf,.docx,.odt,.rtf,.txt" required={field.needed} onChange={(event) => onChange(event.currentTarget.files?.[0])} />
				) : field.kind === 'paper' || (field.kind === 'text' && (field.most ?? 0) > 1000) ? (
					<textarea {...ids} name={field.name} rows={field.kind === 'paper' ? 12 : 3} dir="auto" required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : field.kind === 'day' ? (
					<input {...ids} name={field.name} type="date" required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : field.kind === 'number' ? (
					<input {...ids} name={field.name} type="number" min={0} required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : (
					<input {...ids} name={field.name} type="text" dir={field.kind === 'code' || field.kind === 'codes' || field.kind === 'hash' || field.kind === 'amount' ? 'ltr' : 'auto'} required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				)
			}
		</Field>
	);
}

const filled = (texts: Values): Values => Object.fromEntries(Object.entries(texts).filter(([, one]) => typeof one === 'string' && one.trim() !== ''));
const parts = (text: Value): string[] =>
	String(text)
		.split(/[,،\n]/)
		.map((one) => one.trim())
		.filter((one) => one !== '');

/* As the service takes it; undefined: it was left empty. */
function sent(field: FieldSpec, value: Value): Value {
	if (value === undefined || value === '') return undefined;
	if (field.kind === 'number') return Number(value);
	if (field.kind === 'codes') return parts(value).map((one) => one.toUpperCase());
	if (field.kind === 'code') return String(value).trim().toUpperCase();
	if (field.kind === 'names') return parts(value);
	if (field.kind === 'numbers') return parts(value).map(Number);
	if (field.kind === 'texts') return Object.keys(filled(value as Values)).length > 0 ? filled(value as Values) : undefined;
	if (field.kind === 'paragraphs') return (value as readonly Values[]).map(filled).filter((one) => Object.keys(one).length > 0);
	if (field.kind === 'list') return (value as readonly Values[]).map((one) => sentAll(field.fields ?? [], one));
	return typeof value === 'string' ? value.trim() : value;
}

function sentAll(fields: readonly FieldSpec[], values: Values): Values {
	return Object.fromEntries(fields.map((field) => [field.name, sent(field, values[field.name])] as const).filter(([, value]) => value !== undefined));
}


const { keep, kept, forget } = shelf('form');

export function FormDialog({ name, title, note, spec, given, start, keepAs, send, onDone, onClose }: {
	readonly name: string;
	readonly title: string;
	readonly note?: ComponentChildren;
	readonly spec: readonly FieldSpec[] | null; /* null: not known yet */
	readonly given?: Values;
	readonly start?: Values;
	readonly keepAs?: string; /* what is typed stays in this tab under that name until it was sent */
	readonly send: (body: Values) => Promise<Answer<Told>>;
	readonly onDone: () => void;
	readonly onClose: () => void;
}): JSX.Element {
	const [values, setValues] = useState<Values>(() => (keepAs !== undefined ? kept<Values>(keepAs) : null) ?? start ?? {});
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const fields = (spec ?? []).filter((field) => given?.[field.name] === undefined);
	useLayoutEffect(() => {
		if (keepAs !== undefined && Object.keys(values).length > 0) keep(keepAs, values);
	}, [values]);
	const submit = async (): Promise<void> => {
		setBusy(true);
		const answer = await send({ ...sentAll(fields, values), ...given });
		setBusy(false);
		if (answer.status !== 200 && answer.status !== 201) return setRefused(answer);
		if (keepAs !== undefined) forget(keepAs);
		onDone();
	};
	return (
		<Dialog title={title} look={fields.some((field) => field.kind === 'texts' || field.kind === 'paragraphs' || field.kind === 'list') ? 'dialog-wide' : ''} onClose={onClose}>
			<form
				class="stack"
				data-form={name}
				onSubmit={(event) => {
					event.preventDefault();
					void submit();
				}}
			>
				{note}
				{spec === null && refused === null && <p role="status">{t('loading')}</p>}
				{fields.map((field) => (
					<Input key={field.name} field={field} value={values[field.name]} onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))} />
				))}
				<FormEnd refused={refused} disabled={busy || spec === null} onClose={onClose}>
					{title}
				</FormEnd>
			</form>
		</Dialog>
	);
}
