/* The form of an act, made from what the service says of it: every act of a session can be done from here. What a page knows
 * already is `given` and is not asked for. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { term } from '../../api/assembly';
import { Refusal, read, sendBytes } from '../../api/client';
import type { Answer } from '../../api/sign';
import { Dialog } from '../../parts/Dialog';
import { Field, Switch } from '../../parts/Field';
import { Refused } from '../../parts/Refused';
import { type Act, type Told } from '../../parts/useAct';
import { type Key, LANGUAGE_NAMES, t } from '../../strings';

interface FieldSpec {
	readonly name: string;
	readonly kind: string;
	readonly needed: boolean;
	readonly most?: number;
	readonly words?: readonly string[];
	readonly fields?: readonly FieldSpec[];
}

interface ActSpec {
	readonly act: string;
	readonly fields: readonly FieldSpec[];
}

type Value = unknown;
type Values = Readonly<Record<string, Value>>;
const ORDER = ['ar', 'en', 'fr', 'es'] as const;

let asked: Promise<readonly ActSpec[]> | null = null;
const acts = (): Promise<readonly ActSpec[]> =>
	(asked ??= read<{ acts: ActSpec[] }>('assembly/acts').then(
		(found) => found.acts,
		(error: unknown) => {
			asked = null;
			throw error;
		},
	));

const label = (field: FieldSpec): string => t(`a.field.${field.kind === 'texts' && field.name === 'text' ? 'wording' : field.name}` as Key);

async function digest(bytes: ArrayBuffer): Promise<string> {
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

function Input({ field, value, onFile, onChange }: { readonly field: FieldSpec; readonly value: Value; readonly onFile?: (file: File | null) => void; readonly onChange: (value: Value) => void }): JSX.Element {
	const text = value === undefined ? '' : String(value);
	if (field.kind === 'flag') return <Switch label={label(field)} on={value === true} onChange={onChange} />;
	if (field.kind === 'texts') return <Languages legend={label(field)} value={(value ?? {}) as Values} rows={field.name === 'text' ? 3 : 1} onChange={onChange} />;
	if (field.kind === 'paragraphs')
		return (
			<Several legend={label(field)} value={(value ?? []) as readonly Values[]} blank={{}} onChange={onChange}>
				{(one, change) => <Languages legend={t('a.paragraph')} value={one} rows={2} onChange={change} />}
			</Several>
		);
	if (field.kind === 'list')
		return (
			<Several legend={label(field)} value={(value ?? []) as readonly Values[]} blank={{}} onChange={onChange}>
				{(one, change) => (field.fields ?? []).map((inner) => <Input key={inner.name} field={inner} value={one[inner.name]} onChange={(next) => change({ ...one, [inner.name]: next })} />)}
			</Several>
		);
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
					<input {...ids} name={field.name} type="file" accept=".pdf,.docx,.odt,.rtf,.txt" required={field.needed} onChange={(event) => onFile?.(event.currentTarget.files?.[0] ?? null)} />
				) : field.kind === 'text' && (field.most ?? 0) > 1000 ? (
					<textarea {...ids} name={field.name} rows={3} dir="auto" required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : field.kind === 'day' ? (
					<input {...ids} name={field.name} type="date" required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : field.kind === 'number' ? (
					<input {...ids} name={field.name} type="number" min={0} required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
				) : (
					<input {...ids} name={field.name} type="text" dir={field.kind === 'code' || field.kind === 'codes' || field.kind === 'hash' ? 'ltr' : 'auto'} required={field.needed} value={text} onInput={(event) => onChange(event.currentTarget.value)} />
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

export function ActDialog({ name, session, given, start, only, act, onDone, onClose }: {
	readonly name: string;
	readonly session: number | null; /* null: the act makes one */
	readonly given?: Values;
	readonly start?: Values;
	readonly only?: readonly string[]; /* what is asked for; everything that is not given otherwise */
	readonly act: Act;
	readonly onDone: () => void;
	readonly onClose: () => void;
}): JSX.Element {
	const [spec, setSpec] = useState<ActSpec | null>(null);
	const [values, setValues] = useState<Values>(start ?? {});
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	useEffect(
		() =>
			void acts().then(
				(found) => setSpec(found.find((one) => one.act === name) ?? null),
				() => setRefused({ status: 0, prove: false, body: {} }),
			),
		[name],
	);
	/* The file itself goes to the service; the record is told its digest. */
	const [file, setFile] = useState<File | null>(null);
	const fields = (spec?.fields ?? []).filter((field) => given?.[field.name] === undefined && (only === undefined || only.includes(field.name)));
	const send = async (): Promise<void> => {
		setBusy(true);
		const body: Record<string, unknown> = { ...sentAll(fields, values), ...given };
		/* The seed stays with whoever types it; the record is bound to its hash. */
		if (typeof body['commitment'] === 'string') body['commitment'] = await digest(new TextEncoder().encode(body['commitment']).buffer as ArrayBuffer);
		if (file !== null) {
			try {
				body['hash'] = (await sendBytes<{ readonly hash: string }>('assembly/documents', file)).hash;
			} catch (error) {
				setBusy(false);
				setRefused({ status: error instanceof Refusal && error.trouble !== 'line' ? 422 : 0, prove: false, body: { detail: error instanceof Refusal ? error.detail : '' } });
				return;
			}
		}
		const answer = await act<Told>('POST', session === null ? 'assembly/sessions' : `assembly/sessions/${session}/${name}`, body, { 'Idempotency-Key': crypto.randomUUID() });
		setBusy(false);
		if (answer.status === 200 || answer.status === 201) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t(`a.act.${name}` as Key)} look={fields.some((field) => field.kind === 'texts' || field.kind === 'paragraphs' || field.kind === 'list') ? 'dialog-wide' : ''} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{spec === null && refused === null && <p role="status">{t('loading')}</p>}
				{fields.map((field) => (
					<Input key={field.name} field={field} value={values[field.name]} onFile={setFile} onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))} />
				))}
				{refused !== null && <Refused answer={refused} />}
				<div class="row row-end">
					<button type="button" onClick={onClose}>
						{t('cancel')}
					</button>
					<button type="submit" class="button-main" disabled={busy || spec === null}>
						{t(`a.act.${name}` as Key)}
					</button>
				</div>
			</form>
		</Dialog>
	);
}

/* One act a page does: directly with fields, or by its dialog. */
export interface Doing {
	readonly name: string;
	readonly given?: Values;
	readonly start?: Values;
	readonly only?: readonly string[];
	readonly session?: null;
}
