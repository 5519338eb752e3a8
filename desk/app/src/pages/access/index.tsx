/* The access log, for auditors: who searched, checked, viewed and exported what; filtered, and saved as a file. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { learnCodes, officeName, officesByName } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { ownOffice } from '../../frame/who';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { saveText } from '../../parts/save';
import { type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { moment } from '../../strings/format';
import { csvOf } from './csv';

export interface AccessLine {
	readonly sequence: number;
	readonly at: string;
	readonly office: string;
	readonly who: string;
	readonly action: string;
	readonly what: string;
	readonly purpose: string;
	readonly result: string;
	readonly forgotten: boolean;
}

const ACTIONS = ['check', 'search', 'view', 'export'] as const;
const MOST_SAVED = 100_000;

interface Asked {
	readonly office: string;
	readonly who: string;
	readonly what: string;
	readonly action: string;
	readonly from: string;
	readonly until: string;
}

/* The day that is named at "until" is inside. */
function questionOf(asked: Asked): string {
	const given = new URLSearchParams();
	if (asked.office !== '') given.set('office', asked.office);
	if (asked.who.trim() !== '') given.set('who', asked.who.trim());
	if (asked.what.trim() !== '') given.set('what', asked.what.trim());
	if (asked.action !== '') given.set('action', asked.action);
	if (asked.from !== '') given.set('from', `${asked.from}T00:00:00Z`);
	if (asked.until !== '') given.set('until', new Date(Date.parse(`${asked.until}T00:00:00Z`) + 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z'));
	return given.toString();
}

/* What was given: as the log has it, "given" or "3 hits". */
function resultOf(result: string): JSX.Element {
	const hits = /^(\d+) hits$/.exec(result);
	if (hits !== null) return <>{t('access.hits', { count: Number(hits[1]) })}</>;
	return result === 'given' ? <>{t('access.given')}</> : <Code text={result} />;
}

export default function AccessPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [asked, setAsked] = useState<Asked>({ office: '', who: '', what: '', action: '', from: '', until: '' });
	const [lines, setLines] = useState<readonly AccessLine[] | null>(null);
	const [next, setNext] = useState<string | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const page = async (cursor: string | null, limit: number): Promise<{ lines: readonly AccessLine[]; next: string | null } | null> => {
		const question = questionOf(asked);
		const answer = await act<{ lines: readonly AccessLine[]; next: string | null } & Told>('GET', `access?limit=${limit}${question !== '' ? `&${question}` : ''}${cursor !== null ? `&cursor=${cursor}` : ''}`);
		setRefused(answer.status === 200 ? null : answer);
		return answer.status === 200 ? answer.body : null;
	};
	const show = async (cursor: string | null): Promise<void> => {
		setBusy(true);
		const found = await page(cursor, 100);
		setBusy(false);
		if (found === null) return;
		setLines([...(cursor === null ? [] : (lines ?? [])), ...found.lines]);
		setNext(found.next);
	};
	useEffect(() => {
		void learnCodes().catch(() => undefined);
		void show(null);
	}, []);
	const save = async (): Promise<void> => {
		setBusy(true);
		const all: AccessLine[] = [];
		for (let cursor: string | null = null; all.length < MOST_SAVED; ) {
			const found = await page(cursor, 500);
			if (found === null) break;
			all.push(...found.lines);
			cursor = found.next;
			if (cursor === null) break;
		}
		setBusy(false);
		saveText('access.csv', csvOf(all));
	};
	const put = (part: Partial<Asked>): void => setAsked((before) => ({ ...before, ...part }));
	return (
		<div class="page page-wide">
			<div>
				<h1 tabIndex={-1}>{t('nav.access')}</h1>
				<p class="small">{t('access.meaning')}</p>
			</div>
			<form
				class="card access-ask"
				onSubmit={(event) => {
					event.preventDefault();
					void show(null);
				}}
			>
				{ownOffice() === 'GS' && (
					<Field label={t('access.office')}>
						{(ids) => (
							<select {...ids} name="office" value={asked.office} onChange={(event) => put({ office: event.currentTarget.value })}>
								<option value="">{t('access.any')}</option>
								{officesByName().map((one) => (
									<option key={one.code} value={one.code}>
										{officeName(one.code)}
									</option>
								))}
							</select>
						)}
					</Field>
				)}
				<Field label={t('access.who')}>{(ids) => <input {...ids} name="who" type="text" dir="auto" autocomplete="off" maxLength={200} value={asked.who} onInput={(event) => put({ who: event.currentTarget.value })} />}</Field>
				<Field label={t('access.what')}>{(ids) => <input {...ids} name="what" type="text" dir="auto" autocomplete="off" maxLength={200} value={asked.what} onInput={(event) => put({ what: event.currentTarget.value })} />}</Field>
				<Field label={t('access.action')}>
					{(ids) => (
						<select {...ids} name="action" value={asked.action} onChange={(event) => put({ action: event.currentTarget.value })}>
							<option value="">{t('access.any')}</option>
							{ACTIONS.map((one) => (
								<option key={one} value={one}>
									{t(`access.${one}`)}
								</option>
							))}
						</select>
					)}
				</Field>
				<Field label={t('access.from')}>{(ids) => <input {...ids} type="date" value={asked.from} onInput={(event) => put({ from: event.currentTarget.value })} />}</Field>
				<Field label={t('access.until')}>{(ids) => <input {...ids} type="date" value={asked.until} onInput={(event) => put({ until: event.currentTarget.value })} />}</Field>
				<div class="row row-end">
					<button type="button" id="access-save" disabled={busy || (lines ?? []).length === 0} onClick={() => void save()}>
						<Icon name="download" />
						{t('access.save')}
					</button>
					<button type="submit" class="button-main" disabled={busy}>
						{t('access.show')}
					</button>
				</div>
			</form>
			{refused !== null && <Refused answer={refused} />}
			{lines !== null && lines.length === 0 && <p class="card empty">{t('access.none')}</p>}
			{lines !== null && lines.length > 0 && (
				<section class="card">
					<div class="scroll" tabIndex={0} role="region" aria-label={t('nav.access')}>
						<table class="table access-table">
							<caption class="unseen">{t('nav.access')}</caption>
							<thead>
								<tr>
									<th scope="col">{t('access.when')}</th>
									<th scope="col">{t('access.who')}</th>
									<th scope="col">{t('access.action')}</th>
									<th scope="col">{t('access.what')}</th>
									<th scope="col">{t('access.purpose')}</th>
									<th scope="col">{t('access.result')}</th>
								</tr>
							</thead>
							<tbody>
								{lines.map((line) => (
									<tr key={line.sequence}>
										<td>
											<bdi>{moment(new Date(line.at))}</bdi>
										</td>
										<td>
											<Code text={line.who} />
											{line.office !== '' && (
												<small>
													<Name text={officeName(line.office)} />
												</small>
											)}
										</td>
										<td>{ACTIONS.some((one) => one === line.action) ? t(`access.${line.action as (typeof ACTIONS)[number]}`) : <Code text={line.action} />}</td>
										<td>{line.forgotten ? <span class="none">{t('access.forgotten')}</span> : <Name text={line.what} />}</td>
										<td>
											<Name text={line.purpose} />
										</td>
										<td>{resultOf(line.result)}</td>
									</tr>
								))}
							</tbody>
						</table>
					</div>
					{next !== null && (
						<p>
							<button type="button" disabled={busy} onClick={() => void show(next)}>
								{t('access.more')}
							</button>
						</p>
					)}
				</section>
			)}
			{dialog}
		</div>
	);
}
