/* One field of a notice, to be filled in: its input, its help, its faults. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Content, type Json, codesOf, word } from '../../api/notices';
import { LANGUAGES, isRightToLeft } from '../../frame/store';
import { CountryField } from '../../parts/CountryField';
import { Field, type FieldIds } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import type { Finding } from '../../parts/useAct';
import { LANGUAGE_NAMES, type Key, t } from '../../strings';
import { asciiDigits, compare, country, date, tongue } from '../../strings/format';
import { readDate } from '../check/born';
import { type Field as Spec, STATUSES, TONGUES, helpOf, labelOf, valueAt } from '../notice/spec';
import { faultOf } from './findings';

export interface EditProps {
	readonly spec: Spec;
	readonly path: string; /* for labels: "warrants.law" */
	readonly colour: string;
	readonly source: string;
	readonly value: Json | undefined;
	readonly needed: boolean;
	readonly findings: readonly Finding[];
	readonly href: string | null;
	readonly onChange: (value: Json | undefined) => void;
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/* What was typed as a date stays as typed until it can be read. */
function DateInput({ ids, value, onChange }: { readonly ids: FieldIds; readonly value: string; readonly onChange: (value: string) => void }): JSX.Element {
	const read = readDate(value);
	return (
		<>
			<input {...ids} type="text" inputMode="numeric" dir="ltr" autocomplete="off" maxLength={20} value={value} onInput={(event) => onChange(event.currentTarget.value)} onBlur={() => read !== null && onChange(read)} />
			{value !== '' && read !== null && (
				<p class="field-help">
					<bdi>{date(read)}</bdi>
				</p>
			)}
		</>
	);
}

function Several(props: { readonly label: string; readonly options: readonly { readonly value: string; readonly text: string }[]; readonly value: readonly Json[]; readonly name: string; readonly onChange: (value: Json) => void }): JSX.Element {
	return (
		<div class="choice-row" role="group" aria-label={props.label}>
			{props.options.map((one) => (
				<label key={one.value}>
					<input type="checkbox" name={props.name} value={one.value} checked={props.value.includes(one.value)} onChange={(event) => props.onChange(event.currentTarget.checked ? [...props.value, one.value] : props.value.filter((other) => other !== one.value))} />
					<span>{one.text}</span>
				</label>
			))}
		</div>
	);
}

/* Countries and languages: those chosen as tags, others added one by one. */
function Countries({ label, value, onChange }: { readonly label: string; readonly value: readonly Json[]; readonly onChange: (value: Json) => void }): JSX.Element {
	return (
		<div class="stack-tight">
			<CountryField label={label} value="" onChange={(code) => code !== '' && !value.includes(code.toUpperCase()) && onChange([...value, code.toUpperCase()])} />
			<Tags values={value.map(String)} text={country} onRemove={(code) => onChange(value.filter((one) => one !== code))} />
		</div>
	);
}

function Tags({ values, text, onRemove }: { readonly values: readonly string[]; readonly text: (value: string) => string; readonly onRemove: (value: string) => void }): JSX.Element | null {
	return values.length === 0 ? null : (
		<div class="row">
			{values.map((one) => (
				<button key={one} type="button" class="topic" aria-label={t('draft.remove', { what: text(one) })} onClick={() => onRemove(one)}>
					<bdi>{text(one)}</bdi>
					<Icon name="close" />
				</button>
			))}
		</div>
	);
}

function Tongues({ ids, value, onChange }: { readonly ids: FieldIds; readonly value: readonly Json[]; readonly onChange: (value: Json) => void }): JSX.Element {
	const left = Object.entries(TONGUES)
		.filter(([code]) => !value.includes(code))
		.map(([code, two]) => ({ code, text: tongue(two) }))
		.sort((a, b) => compare(a.text, b.text));
	return (
		<>
			<select {...ids} value="" onChange={(event) => onChange([...value, event.currentTarget.value])}>
				<option value="">{t('draft.add')}</option>
				{left.map((one) => (
					<option key={one.code} value={one.code}>
						{one.text}
					</option>
				))}
			</select>
			<Tags values={value.map(String)} text={(code) => tongue(TONGUES[code] ?? code)} onRemove={(code) => onChange(value.filter((one) => one !== code))} />
		</>
	);
}

function Pictures({ ids, href, value, onChange }: { readonly ids: FieldIds; readonly href: string | null; readonly value: readonly Json[]; readonly onChange: (value: Json) => void }): JSX.Element {
	const [failed, setFailed] = useState(false);
	const [fresh, setFresh] = useState<readonly string[]>([]);
	const send = async (file: File): Promise<void> => {
		setFailed(false);
		try {
			const answer = await fetch('/api/v1/pictures', { method: 'POST', headers: { 'Content-Type': file.type }, body: file, credentials: 'same-origin' });
			const { picture } = (await answer.json()) as { picture?: string };
			if (answer.status !== 201 || picture === undefined) throw new Error('refused');
			setFresh([...fresh, picture]);
			if (!value.includes(picture)) onChange([...value, picture]);
		} catch {
			setFailed(true);
		}
	};
	return (
		<div class="stack-tight">
			<input {...ids} type="file" accept="image/jpeg,image/png" onChange={(event) => event.currentTarget.files?.[0] !== undefined && void send(event.currentTarget.files[0])} />
			{failed && (
				<p class="field-fault" role="alert">
					{t('draft.picture.failed')}
				</p>
			)}
			<ul class="notice-photographs">
				{value.map(String).map((hash, index) => (
					<li key={hash}>
						{href !== null && !fresh.includes(hash) ? <img src={`/api/v1/notices/${href}/pictures/${hash}`} alt={t('notice.photograph', { count: index + 1 })} /> : <p class="small">{t('draft.picture.stored')}</p>}
						<button type="button" class="button-quiet" aria-label={t('draft.remove', { what: t('notice.photograph', { count: index + 1 }) })} onClick={() => onChange(value.filter((one) => one !== hash))}>
							<Icon name="close" />
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}

function WordsInput({ path, source, value, onChange }: { readonly path: string; readonly source: string; readonly value: Json | undefined; readonly onChange: (value: Json | undefined) => void }): JSX.Element {
	const texts = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, string>>;
	const [open, setOpen] = useState<readonly string[]>([]);
	const shown = LANGUAGES.filter((one) => one === source || texts[one] !== undefined || open.includes(one)).sort((a, b) => Number(b === source) - Number(a === source));
	return (
		<div class="stack-tight">
			{shown.map((one) => (
				<div key={one} class="stack-tight">
					<span class="small" lang={one}>
						{LANGUAGE_NAMES[one]}
					</span>
					<textarea
						name={`${path}.${one}`}
						rows={5}
						lang={one}
						dir={isRightToLeft(one) ? 'rtl' : 'ltr'}
						maxLength={4000}
						aria-label={`${t(labelOf(path))}, ${LANGUAGE_NAMES[one]}`}
						value={texts[one] ?? ''}
						onInput={(event) => {
							const { [one]: _, ...rest } = texts;
							const next = event.currentTarget.value === '' ? rest : { ...rest, [one]: event.currentTarget.value };
							onChange(Object.keys(next).length === 0 ? undefined : next);
						}}
					/>
				</div>
			))}
			<div class="row">
				{LANGUAGES.filter((one) => !shown.includes(one)).map((one) => (
					<button key={one} type="button" class="button-quiet" onClick={() => setOpen([...open, one])}>
						+ <span lang={one}>{LANGUAGE_NAMES[one]}</span>
					</button>
				))}
			</div>
		</div>
	);
}

function Items(props: EditProps): JSX.Element {
	const { spec, value, onChange } = props;
	const items = listOf(value) as readonly Content[];
	const put = (index: number, item: Content): void => onChange(items.map((one, at) => (at === index ? item : one)));
	return (
		<div class="stack">
			{items.map((item, index) => (
				<fieldset key={index} class="draft-item">
					<legend>
						{t(labelOf(spec.path))} <bdi>{index + 1}</bdi>
					</legend>
					<div class="draft-fields">
						{(spec.parts ?? []).map((part) => (
							<Edit
								key={part.path}
								{...props}
								spec={part}
								path={`${spec.path}.${part.path}`}
								needed={false}
								value={valueAt(item, part.path)}
								findings={props.findings.filter((one) => one.field === `${spec.path}[${index}].${part.path}`)}
								onChange={(inner) => {
									const { [part.path]: _, ...rest } = item;
									put(index, inner === undefined || inner === '' ? rest : { ...rest, [part.path]: inner });
								}}
							/>
						))}
					</div>
					<button type="button" class="button-quiet" onClick={() => onChange(items.filter((_, at) => at !== index))}>
						<Icon name="close" />
						{t('draft.drop')}
					</button>
				</fieldset>
			))}
			<div>
				<button type="button" data-add={spec.path} onClick={() => onChange([...items, spec.path === 'warrants' ? { purpose: 'prosecution' } : {}])}>
					{t('draft.another', { what: t(labelOf(spec.path)) })}
				</button>
			</div>
		</div>
	);
}

const MANY: ReadonlySet<string> = new Set(['codes', 'words', 'list', 'pictures', 'yes', 'countries', 'lines']);

export function Edit(props: EditProps): JSX.Element {
	const { spec, path, colour, value, onChange } = props;
	const label = t(labelOf(path)) + (props.needed ? ' *' : '');
	const own = props.findings.filter((one) => !one.field.includes('['));
	const fault = (spec.kind === 'list' ? own : props.findings).map((one) => faultOf(one)).join(' ') || null;
	const help = spec.help === true ? t(helpOf(path)) : undefined;
	const text = typeof value === 'string' ? value : '';
	if (spec.kind === 'country') return <CountryField label={label} value={text.toLowerCase()} onChange={(code) => onChange(code === '' ? undefined : code.toUpperCase())} />;
	if (MANY.has(spec.kind)) {
		const options = (): { value: string; text: string }[] => codesOf(spec.table ?? 'status').map((one) => ({ value: one, text: word(spec.table ?? 'status', one) }));
		return (
			<Group label={label} help={help} fault={fault} wide={spec.kind !== 'yes'}>
				{(ids) =>
					spec.kind === 'codes' ? <Several label={label} name={path} options={options()} value={listOf(value)} onChange={onChange} />
					: spec.kind === 'words' ? <WordsInput path={path} source={props.source} value={value} onChange={onChange} />
					: spec.kind === 'list' ? <Items {...props} />
					: spec.kind === 'pictures' ? <Pictures ids={ids} href={props.href} value={listOf(value)} onChange={onChange} />
					: spec.kind === 'countries' ? <Countries label={t('draft.add')} value={listOf(value)} onChange={onChange} />
					: spec.kind === 'lines' ? <textarea {...ids} rows={3} dir="auto" value={listOf(value).map(String).join('\n')} onInput={(event) => onChange(event.currentTarget.value.split('\n'))} />
					: <span class="row">
							<input {...ids} type="checkbox" name={path} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked ? true : undefined)} />
							<label for={ids.id}>{t('yes')}</label>
						</span>
				}
			</Group>
		);
	}
	return (
		<Field label={label} help={help} fault={fault} look={spec.kind === 'text' ? 'field-wide' : ''}>
			{(ids) => {
				const more = { ...ids, name: path, ...(props.needed ? { 'aria-required': 'true' as const } : {}) };
				switch (spec.kind) {
					case 'date':
						return <DateInput ids={ids} value={text} onChange={onChange} />;
					case 'code':
						return (
							<select {...more} value={text} onChange={(event) => onChange(event.currentTarget.value || undefined)}>
								<option value="">{t('choose')}</option>
								{codesOf(spec.table ?? 'status')
									.filter((one) => path !== 'status' || STATUSES[colour] === undefined || STATUSES[colour]?.split(' ').includes(one) || one === text)
									.map((one) => (
										<option key={one} value={one}>
											{word(spec.table ?? 'status', one)}
										</option>
									))}
							</select>
						);
					case 'purpose':
						return (
							<select {...more} value={text} onChange={(event) => onChange(event.currentTarget.value || undefined)}>
								{(['prosecution', 'sentence'] as const).map((one) => (
									<option key={one} value={one}>
										{t(`purpose.${one}` as Key)}
									</option>
								))}
							</select>
						);
					case 'number':
						return <NumberInput ids={more} value={value} onChange={onChange} />;
					case 'tongues':
						return <Tongues ids={ids} value={listOf(value)} onChange={onChange} />;
					case 'text':
						return <textarea {...more} rows={3} dir="auto" maxLength={4000} value={text} onInput={(event) => onChange(event.currentTarget.value)} />;
					default:
						return <input {...more} type="text" dir={spec.code === true ? 'ltr' : 'auto'} class={spec.code === true ? 'code' : ''} autocomplete="off" spellcheck={false} maxLength={500} value={text} onInput={(event) => onChange(event.currentTarget.value)} />;
				}
			}}
		</Field>
	);
}

/* Digits of any script, a comma or a point; what is no number goes to the service as it is, which says so. */
function NumberInput({ ids, value, onChange }: { readonly ids: FieldIds; readonly value: Json | undefined; readonly onChange: (value: Json | undefined) => void }): JSX.Element {
	const [typed, setTyped] = useState(value === undefined ? '' : String(value));
	return (
		<input
			{...ids}
			type="text"
			inputMode="decimal"
			dir="ltr"
			autocomplete="off"
			maxLength={12}
			value={typed}
			onInput={(event) => {
				const text = event.currentTarget.value;
				setTyped(text);
				const plain = asciiDigits(text.trim()).replace(/[,\u066b]/, '.');
				onChange(plain === '' ? undefined : Number.isFinite(Number(plain)) ? Number(plain) : text);
			}}
		/>
	);
}

function Group(props: { readonly label: string; readonly help: string | undefined; readonly fault: string | null; readonly wide: boolean; readonly children: (ids: FieldIds) => JSX.Element }): JSX.Element {
	return (
		<fieldset class={`field draft-group ${props.wide ? 'field-wide' : ''}`}>
			<legend>{props.label}</legend>
			<Field label={props.label} look="field-bare" help={props.help} fault={props.fault}>
				{props.children}
			</Field>
		</fieldset>
	);
}
