/* Loading a list from files of this machine, and dropping one: for who runs the installation. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Loaded, loadList, useChore } from '../../api/admin';
import { ask } from '../../api/sign';
import type { Answer } from '../../api/sign';
import { say } from '../../frame/say';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { type Act, type Told } from '../../parts/useAct';
import { t } from '../../strings';
import { bytes, number, percent } from '../../strings/format';

function Result({ result }: { readonly result: Loaded }): JSX.Element {
	const figures = ['added', 'changed', 'removed', 'unchanged', 'skipped'] as const;
	return (
		<>
			<dl class="file-figures">
				{figures.map((one) => (
					<Fact key={one} name={t(`load.${one}`)} data-figure={one}>
						<strong>{number(result[one])}</strong>
					</Fact>
				))}
			</dl>
			{result.skipped_records.length > 0 && (
				<details open>
					<summary>{t('load.bad', { count: result.skipped })}</summary>
					<ul class="file-notes">
						{result.skipped_records.map((one, index) => (
							<li key={index}>
								<Code text={`${one.file}:${one.line}`} />{' '}
								<span lang="en" dir="ltr">
									<Name text={one.reason} />
								</span>
							</li>
						))}
					</ul>
				</details>
			)}
		</>
	);
}

export function Load({ act, onLoaded }: { readonly act: Act; readonly onLoaded: () => void }): JSX.Element {
	const [files, setFiles] = useState<readonly File[]>([]);
	const [name, setName] = useState('');
	const [sent, setSent] = useState<{ readonly done: number; readonly total: number } | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [work, setWork] = useState<number | null>(null);
	const stop = useRef(false);
	const chore = useChore<Loaded>(work, () => {
		say(t('load.ended'));
		onLoaded();
	});
	const busy = sent !== null || (work !== null && (chore === null || chore.state === 'running'));
	const begin = async (): Promise<void> => {
		stop.current = false;
		setRefused(null);
		setWork(null);
		setSent({ done: 0, total: files.reduce((sum, file) => sum + file.size, 0) });
		const answer = await loadList(act, files, name.trim() !== '' ? name.trim() : null, (done, total) => setSent({ done, total }), () => stop.current);
		setSent(null);
		if ('chore' in answer) setWork(answer.chore);
		else setRefused(answer.refused);
	};
	const end = (): void => {
		stop.current = true;
		if (work !== null) void ask('DELETE', `chores/${work}`);
	};
	return (
		<section class="card stack">
			<h2 class="card-title">{t('load.title')}</h2>
			<p>{t('load.meaning')}</p>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void begin();
				}}
			>
				<Field label={t('load.files')} help={t('load.files.help')}>
					{(ids) => <input {...ids} type="file" multiple required disabled={busy} onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} />}
				</Field>
				<Field label={t('load.name')} help={t('load.name.help')}>
					{(ids) => <input {...ids} name="list-name" type="text" class="code" dir="ltr" autocomplete="off" spellcheck={false} maxLength={63} pattern="[a-z0-9][a-z0-9._\-]*" disabled={busy} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
				</Field>
				{refused !== null && <Refused answer={refused} />}
				{sent !== null && (
					<p role="status">
						<progress max={sent.total} value={sent.done} aria-label={t('load.sending')} /> {t('load.sending')} <bdi>{`${bytes(sent.done)} / ${bytes(sent.total)}`}</bdi>
					</p>
				)}
				{work !== null && busy && (
					<p role="status">
						<progress max={1} value={chore !== null && chore.total > 0 ? chore.done / chore.total : undefined} aria-label={t('load.reading')} /> {t('load.reading')} {chore !== null && chore.total > 0 && <bdi>{percent(chore.done / chore.total)}</bdi>}
					</p>
				)}
				<div class="row row-end">
					{busy && (
						<button type="button" onClick={end}>
							{t('load.stop')}
						</button>
					)}
					<button type="submit" class="button-main" id="list-load" disabled={busy || files.length === 0}>
						<Icon name="upload" />
						{t('load.load')}
					</button>
				</div>
			</form>
			{chore !== null && chore.state === 'done' && chore.result !== null && (
				<div class="stack" data-loaded={chore.result.list ?? ''}>
					<p class="good">
						<Icon name="clear" />
						{t('load.done', { list: chore.result.list ?? '' })}
					</p>
					<Result result={chore.result} />
				</div>
			)}
			{chore !== null && chore.state === 'failed' && (
				<div class="stack" data-failed>
					<div class="trouble" role="alert">
						<Icon name="warning" />
						<div>
							<p>
								<strong>{t('load.failed')}</strong>
							</p>
							<p lang="en" dir="ltr">
								<Name text={chore.problem ?? ''} />
							</p>
						</div>
					</div>
					{chore.result !== null && chore.result.skipped > 0 && <Result result={chore.result} />}
				</div>
			)}
		</section>
	);
}
