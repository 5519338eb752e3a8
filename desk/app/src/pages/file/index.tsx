/* A file of people: choose it, watch it being checked, take the result away. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { T } from '../../parts/T';
import { saveText } from '../../parts/save';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { number, percent } from '../../strings/format';
import { type FileFault, type Job, type Note, fileFault, forget, job, resultCsv, start, stop } from './run';

const SHOWN_AT_ONCE = 200;
const FAULTS: Readonly<Record<FileFault, Key>> = { empty: 'file.fault.empty', columns: 'file.fault.columns', large: 'file.fault.large' };
const FIELDS: Readonly<Record<string, Key>> = { born: 'ask.born', nationality: 'ask.nationality', sex: 'ask.sex', document: 'ask.document', name: 'ask.name', schema: 'file.kind', reference: 'file.id' };

function Choose(): JSX.Element {
	const [over, setOver] = useState(false);
	const input = useRef<HTMLInputElement>(null);
	const take = (files: FileList | null | undefined): void => {
		const file = files?.[0];
		if (file !== undefined) void start(file);
	};
	return (
		<section
			class={`card drop ${over ? 'drop-over' : ''}`}
			aria-label={t('file.choose')}
			onDragOver={(event) => {
				event.preventDefault();
				setOver(true);
			}}
			onDragLeave={() => setOver(false)}
			onDrop={(event) => {
				event.preventDefault();
				setOver(false);
				take(event.dataTransfer?.files);
			}}
		>
			<Icon name="upload" size="huge" />
			<p>{t('file.drop')}</p>
			<label class="button button-main">
				<input ref={input} class="unseen" type="file" accept=".csv,.tsv,.txt,text/csv" onChange={(event) => take(event.currentTarget.files)} />
				{t('file.choose')}
			</label>
			{fileFault.value !== null && (
				<p class="field-fault" role="alert">
					{t(FAULTS[fileFault.value])}
				</p>
			)}
			<div class="drop-help">
				<p>{t('file.columns')}</p>
				<p dir="ltr" lang="zxx">
					<code>id, name, birthDate, nationality, sex, document</code>
				</p>
				<p>{t('file.stays')}</p>
			</div>
		</section>
	);
}

function noteText(note: Note): JSX.Element {
	if (note.field === '') return <>{t('file.note.row')}</>;
	if (note.field === 'row') return <>{t('file.note.unread')}</>;
	if (note.field === 'name') return <>{t('file.note.name')}</>;
	return <T k="file.note.value" field={FIELDS[note.field] !== undefined ? t(FIELDS[note.field]!) : note.field} value={<Name text={note.value} />} />;
}

function Notes({ notes }: { readonly notes: readonly Note[] }): JSX.Element {
	const [most, setMost] = useState(SHOWN_AT_ONCE);
	return (
		<details class="card" open={notes.length <= 10}>
			<summary>
				<Icon name="warning" /> <T k="file.notes" count={notes.length} />
			</summary>
			<ul class="file-notes">
				{notes.slice(0, most).map((note, index) => (
					<li key={index}>
						<T k="file.line" count={note.line} id={<Code text={note.id} />} /> {noteText(note)}
					</li>
				))}
			</ul>
			{notes.length > most && (
				<button type="button" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
					{t('more', { count: notes.length - most })}
				</button>
			)}
		</details>
	);
}

function Results({ found }: { readonly found: Job['found'] }): JSX.Element {
	const [most, setMost] = useState(SHOWN_AT_ONCE);
	return (
		<section class="card">
			<div class="scroll" tabIndex={0} role="region" aria-label={t('file.results')}>
				<table class="table">
					<caption class="unseen">{t('file.results')}</caption>
					<thead>
						<tr>
							<th scope="col">{t('file.id')}</th>
							<th scope="col">{t('compare.listed')}</th>
							<th scope="col">{t('file.list')}</th>
							<th scope="col" class="number">
								{t('hit.score')}
							</th>
							<th scope="col">{t('file.matched')}</th>
						</tr>
					</thead>
					<tbody>
						{found.slice(0, most).map(({ id, hit }, index) => (
							<tr key={index}>
								<td>
									<Code text={id} />
								</td>
								<td>
									<a href={hrefOf('record', hit.id)}>
										<Name text={hit.caption} />
									</a>
								</td>
								<td>
									<Name text={hit.lists[0] ?? ''} />
								</td>
								<td class="number">{percent(hit.score)}</td>
								<td>{hit.explanation.matched_name !== null ? <Name text={hit.explanation.matched_name} /> : <span class="none">{t('none')}</span>}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			{found.length > most && (
				<p>
					<button type="button" onClick={() => setMost(most + SHOWN_AT_ONCE)}>
						{t('more', { count: found.length - most })}
					</button>
				</p>
			)}
		</section>
	);
}

function Running({ now }: { readonly now: Job }): JSX.Element {
	const running = now.state === 'running';
	const ended = now.state;
	useEffect(() => {
		if (ended === 'done') say(t('file.done', { count: now.rows }));
	}, [ended]);
	return (
		<>
			<section class="card file-state">
				<h2 class="card-title">
					<Name text={now.name} />
				</h2>
				<progress max={now.rows} value={now.done} aria-label={t('file.progress')} />
				<p class="file-figures">
					<span>
						<strong>{number(now.done)}</strong> <T k="file.of" count={now.rows} />
					</span>
					<span class={now.hitRows > 0 ? 'bad' : ''}>
						<strong>{number(now.hitRows)}</strong> <T k="file.hitRows" count={now.hitRows} />
					</span>
					{now.hidden > 0 && (
						<span>
							<T k="answer.hidden" count={now.hidden} />
						</span>
					)}
				</p>
				{now.state === 'failed' && <Trouble error={now.error} />}
				{(now.state === 'stopped' || now.state === 'failed') && <p class="bad">{t('file.unfinished', { count: now.rows - now.done })}</p>}
				<div class="row row-end">
					{running ? (
						<button type="button" onClick={stop}>
							<Icon name="close" />
							{t('file.stop')}
						</button>
					) : (
						<button type="button" onClick={forget}>
							<Icon name="upload" />
							{t('file.another')}
						</button>
					)}
					<button type="button" class="button-main" disabled={running} onClick={() => saveText(`${now.name.replace(/\.\w+$/, '')}-jisr.csv`, resultCsv(now.found))}>
						<Icon name="download" />
						{t('file.save')}
					</button>
				</div>
			</section>
			{now.notes.length > 0 && <Notes notes={now.notes} />}
			{now.found.length > 0 && <Results found={now.found} />}
		</>
	);
}

export default function FilePage(): JSX.Element {
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('file.title')}</h1>
			</div>
			{job.value === null ? <Choose /> : <Running now={job.value} />}
		</div>
	);
}
