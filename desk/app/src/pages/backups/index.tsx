/* Backups: which there are, whether they were found whole, one made or checked now; and how one is put back. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Backup, useChore } from '../../api/admin';
import { read } from '../../api/client';
import type { Answer } from '../../api/sign';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { Switch } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { bytes, moment } from '../../strings/format';

interface Found {
	readonly folder: string | null;
	readonly backups: readonly Backup[];
}

export default function BackupsPage(): JSX.Element {
	const { act, dialog } = useAct();
	const [found, setFound] = useState<Found | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [keys, setKeys] = useState(true);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [work, setWork] = useState<number | null>(null);
	const load = (): void => void read<Found>('backups').then((one) => (setFound(one), setFailed(null)), setFailed);
	const chore = useChore<{ name: string }>(work, () => {
		say(t('bak.ended'));
		load();
	});
	useEffect(load, []);
	const busy = work !== null && (chore === null || chore.state === 'running');
	const begin = async (path: string, body?: object): Promise<void> => {
		setRefused(null);
		setWork(null);
		const answer = await act<{ chore: number }>('POST', path, body);
		if (answer.status === 202) setWork(answer.body.chore);
		else setRefused(answer);
	};
	const columns = useMemo(
		(): Column<Backup>[] => [
			{ id: 'name', title: t('bak.name'), value: (one) => one.name, cell: (one) => <Code text={one.name} /> },
			{ id: 'made', title: t('bak.made'), value: (one) => one.made ?? '', cell: (one) => (one.made !== undefined ? <bdi>{moment(new Date(one.made))}</bdi> : <span class="bad">{t('bak.unreadable')}</span>) },
			{ id: 'size', title: t('lists.size'), number: true, value: (one) => one.bytes ?? 0, cell: (one) => <bdi>{bytes(one.bytes ?? 0)}</bdi> },
			{ id: 'keys', title: t('bak.keys'), value: (one) => t(one.keys === true ? 'bak.with' : 'bak.without') },
			{
				id: 'checked',
				title: t('bak.checked'),
				value: (one) => one.checked?.at ?? '',
				cell: (one) =>
					one.checked === null ? (
						<span class="none">{t('bak.never')}</span>
					) : one.checked.good ? (
						<>
							<span class="good">{t('bak.whole')}</span>
							<small>
								<bdi>{moment(new Date(one.checked.at))}</bdi> · {t('bak.entries', { count: one.checked.entries })}
							</small>
						</>
					) : (
						<>
							<strong class="bad">{t('bak.broken')}</strong>
							<small lang="en" dir="ltr">
								<Name text={one.checked.problem ?? ''} />
							</small>
						</>
					),
			},
			{
				id: 'step',
				title: t('mem.step'),
				value: () => '',
				cell: (one) => (
					<button type="button" data-check={one.name} disabled={busy} onClick={() => void begin(`backups/${encodeURIComponent(one.name)}/check`)}>
						{t('bak.check')}
					</button>
				),
			},
		],
		[language.value, found, busy],
	);
	return (
		<div class="page page-wide">
			<div>
				<h1 tabIndex={-1}>{t('nav.backups')}</h1>
				<p class="small">{t('bak.meaning')}</p>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{found !== null && found.folder === null && (
				<div class="card trouble" role="alert">
					<Icon name="warning" />
					<div>
						<p>
							<strong>{t('bak.unset')}</strong>
						</p>
						<p>{t('bak.unset.help')}</p>
						<p>
							<Code text="backups = /mnt/backup" />
						</p>
					</div>
				</div>
			)}
			{found !== null && found.folder !== null && (
				<section class="card stack">
					<h2 class="card-title">{t('bak.now')}</h2>
					<p>
						{t('bak.folder')} <Code text={found.folder} />
					</p>
					<Switch label={t('bak.keys.in')} help={t('bak.keys.help')} on={keys} onChange={setKeys} />
					{refused !== null && <Refused answer={refused} />}
					{busy && (
						<p role="status">
							<progress aria-label={t('bak.busy')} /> {t('bak.busy')}
						</p>
					)}
					{chore !== null && chore.state !== 'running' && (
						<p role="status" data-ended={chore.state} class={chore.state === 'done' ? 'good' : 'bad'}>
							<Icon name={chore.state === 'done' ? 'clear' : 'warning'} />
							{t(chore.state === 'done' ? 'bak.good' : 'bak.bad')}{' '}
							{chore.problem !== null && (
								<span lang="en" dir="ltr">
									<Name text={chore.problem} />
								</span>
							)}
						</p>
					)}
					<div class="row row-end">
						<button type="button" class="button-main" id="backup-make" disabled={busy} onClick={() => void begin('backups', { keys })}>
							<Icon name="box" />
							{t('bak.make')}
						</button>
					</div>
				</section>
			)}
			{found !== null && found.backups.length > 0 && <Sheet label={t('nav.backups')} rows={found.backups} columns={columns} keyOf={(row) => row.name} file="backups" sort="-name" />}
			{found !== null && found.folder !== null && found.backups.length === 0 && <p class="card empty">{t('bak.none')}</p>}
			<section class="card stack">
				<h2 class="card-title">{t('bak.restore')}</h2>
				<p>{t('bak.restore.meaning')}</p>
				<ol class="steps">
					<li>{t('bak.restore.stop')}</li>
					<li>
						{t('bak.restore.run')} <Code text={`jisr restore --data /var/lib/jisr ${found?.folder ?? '/mnt/backup'}/${found?.backups[0]?.name ?? '2026-11-27'}`} />
					</li>
					<li>
						{t('bak.restore.verify')} <Code text="jisr log verify --tables" />
					</li>
					<li>{t('bak.restore.start')}</li>
				</ol>
			</section>
			{dialog}
		</div>
	);
}
