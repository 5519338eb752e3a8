/* A file of many objects, entered: on its way, being read, and what became of each line. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Entered, type Kind, type Line, learnObjects, sendFile } from '../../api/objects';
import type { Answer } from '../../api/sign';
import { label, workCodes } from '../../api/work';
import { say } from '../../frame/say';
import { may, ownOffice } from '../../frame/who';
import { Choice, Field, Switch } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { t } from '../../strings';
import { bytes, number } from '../../strings/format';

const MOST_BYTES = 256 * 1024 * 1024;
const FIGURES = ['entered', 'added', 'changed', 'removed', 'unchanged', 'again', 'bad'] as const;

interface Sending {
	readonly name: string;
	readonly size: number;
	readonly sent: number;
}

function Result({ told }: { readonly told: Entered }): JSX.Element {
	const columns: Column<Line>[] = [
		{ id: 'line', title: t('objfile.line'), value: (one) => one.line, cell: (one) => number(one.line), number: true },
		{ id: 'entered', title: t('objfile.state'), value: (one) => t(one.entered ? 'objfile.odd' : 'objfile.left') },
		{
			id: 'what',
			title: t('objfile.what'),
			value: (one) => one.what,
			cell: (one) => (
				<span lang="en" dir="ltr">
					<Name text={one.what} />
				</span>
			),
		},
	];
	return (
		<>
			{told.entered !== undefined && (
				<section class="card file-state" data-entered={told.entered}>
					<h2 class="card-title">{t('objfile.done')}</h2>
					<p class="file-figures">
						{FIGURES.filter((name) => name === 'entered' || (told[name] ?? 0) > 0).map((name) => (
							<span key={name} class={name === 'bad' ? 'bad' : ''}>
								<strong>{number(told[name] ?? 0)}</strong> {t(`objfile.figure.${name}`)}
							</span>
						))}
					</p>
				</section>
			)}
			{(told.told ?? []).length > 0 && <Sheet label={t('objfile.lines')} rows={told.told ?? []} columns={columns} keyOf={(one) => `${one.line} ${one.what}`} file="lines" note={t('objfile.lines')} />}
		</>
	);
}

export default function ObjectFilePage(): JSX.Element {
	const [file, setFile] = useState<File | null>(null);
	const [name, setName] = useState('');
	const [kind, setKind] = useState<Kind | 'column'>('column');
	const [lines, setLines] = useState('');
	const [strict, setStrict] = useState(false);
	const [fewer, setFewer] = useState(false);
	const [sending, setSending] = useState<Sending | null>(null);
	const [answer, setAnswer] = useState<Answer<Entered> | null>(null);
	const [ready, setReady] = useState(false);
	const stop = useRef<() => void>(() => undefined);
	useEffect(() => void learnObjects().then(() => setReady(true), () => setReady(true)), []);
	const take = (chosen: File | null | undefined): void => {
		if (chosen == null) return;
		setFile(chosen);
		setAnswer(null);
		if (name === '')
			setName(
				chosen.name
					.replace(/\..*$/, '')
					.toLowerCase()
					.replace(/[^a-z0-9]+/g, '-')
					.replace(/^-+|-+$/g, '')
					.slice(0, 32),
			);
	};
	const send = async (): Promise<void> => {
		if (file === null) return;
		setAnswer(null);
		const asked = new URLSearchParams({ ...(kind !== 'column' ? { kind } : {}), ...(lines.trim() !== '' ? { lines: lines.trim() } : {}), ...(strict ? { strict: 'true' } : {}), ...(fewer ? { fewer: 'true' } : {}) }).toString();
		setSending({ name: file.name, size: file.size, sent: 0 });
		const { done, stop: abort } = sendFile(`object-files/${ownOffice()}/${encodeURIComponent(name)}${asked !== '' ? `?${asked}` : ''}`, file, (sent) => setSending({ name: file.name, size: file.size, sent }));
		stop.current = abort;
		const found = await done;
		setSending(null);
		setAnswer(found);
		if (found.status === 200) say(t('objfile.done'));
	};
	const large = file !== null && file.size > MOST_BYTES;
	const goodName = /^[a-z0-9][a-z0-9-]{0,31}$/.test(name);
	const told = answer !== null && (answer.status === 200 || answer.body.told !== undefined) ? answer.body : null;
	return (
		<div class="page">
			<p class="notice-back">
				<a href="/desk/objects">
					<Icon name="back" /> {t('nav.objects')}
				</a>
			</p>
			<h1 tabIndex={-1}>{t('objfile.enter')}</h1>
			{!may('objects.write') && ready && <p class="card empty">{t('trouble.right')}</p>}
			{may('objects.write') && ready && (
				<form
					class="stack"
					onSubmit={(event) => {
						event.preventDefault();
						void send();
					}}
				>
					<section
						class="card drop"
						aria-label={t('file.choose')}
						onDragOver={(event) => event.preventDefault()}
						onDrop={(event) => {
							event.preventDefault();
							take(event.dataTransfer?.files[0]);
						}}
					>
						<Icon name="upload" size="huge" />
						<p>{file === null ? t('file.drop') : <Name text={`${file.name} (${bytes(file.size)})`} />}</p>
						<label class="button">
							<input class="unseen" type="file" accept=".csv,.tsv,.txt,.gz,.zst,text/csv" onChange={(event) => take(event.currentTarget.files?.[0])} />
							{t('file.choose')}
						</label>
						{large && (
							<p class="field-fault" role="alert">
								{t('objfile.large')}
							</p>
						)}
						<div class="drop-help">
							<p>{t('objfile.help')}</p>
							<p dir="ltr" lang="zxx">
								<code>type,status,country,number,date,reach</code>
							</p>
						</div>
					</section>
					<section class="card stack">
						<Field label={t('objfile.name')} help={t('objfile.name.help')} fault={name !== '' && !goodName ? t('objfile.name.fault') : null}>
							{(ids) => <input {...ids} name="file-name" type="text" dir="ltr" class="code" autocomplete="off" autocapitalize="none" required maxLength={32} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
						</Field>
						<Choice label={t('obj.kind')} value={kind} options={[{ value: 'column' as const, text: t('objfile.column') }, ...workCodes('object_kind').map((value) => ({ value: value as Kind, text: label('object_kind', value) }))]} onChange={setKind} />
						<Field label={t('objfile.count')} help={t('objfile.count.help')}>
							{(ids) => <input {...ids} type="number" min={1} max={99_999_999} value={lines} onInput={(event) => setLines(event.currentTarget.value)} />}
						</Field>
						<Switch label={t('objfile.strict')} on={strict} onChange={setStrict} />
						<Switch label={t('objfile.fewer')} help={t('objfile.fewer.help')} on={fewer} onChange={setFewer} />
					</section>
					{sending !== null && (
						<section class="card file-state" role="status" data-sending={sending.sent < sending.size ? 'sending' : 'reading'}>
							<h2 class="card-title">
								<Name text={sending.name} />
							</h2>
							{sending.sent < sending.size ? <progress max={sending.size} value={sending.sent} aria-label={t('objfile.sending')} /> : <progress aria-label={t('objfile.reading')} />}
							<p>{sending.sent < sending.size ? t('objfile.sent', { sent: bytes(sending.sent), all: bytes(sending.size) }) : t('objfile.reading')}</p>
						</section>
					)}
					{answer !== null && answer.status !== 200 && <Refused answer={answer} />}
					<div class="row row-end">
						{sending !== null && sending.sent < sending.size && (
							<button type="button" onClick={() => stop.current()}>
								<Icon name="close" />
								{t('file.stop')}
							</button>
						)}
						<button type="submit" id="objects-send" class="button-main" disabled={file === null || large || !goodName || sending !== null}>
							{t('objfile.send')}
						</button>
					</div>
				</form>
			)}
			{told !== null && <Result told={told} />}
		</div>
	);
}
