/* One office: what it is, its officers, its keys, its nodes. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Member, Network, Node, Officer, OfficeKey } from '../../api/admin';
import { read } from '../../api/client';
import { type Office, learnCodes, readAll } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { language } from '../../frame/store';
import { may, ownOffice } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { country, date } from '../../strings/format';
import { AddKey, Keys, mayChangeKeys } from '../keys/Keys';

interface Found {
	readonly office: Office;
	readonly member: Member | null;
	readonly officers: readonly Officer[] | null; /* null: not for the caller's office */
	readonly keys: readonly OfficeKey[];
	readonly nodes: readonly Node[];
}

async function find(code: string): Promise<Found> {
	const place = encodeURIComponent(code);
	const [office, officers, keys, network] = await Promise.all([
		read<Office>(`offices/${place}`),
		readAll<Officer>(`officers?office=${place}`, 'officers').catch(() => null),
		readAll<OfficeKey>(`keys?office=${place}`, 'keys'),
		read<Network>('network').catch(() => null),
		learnCodes(),
	]);
	const member = office.member !== null ? await read<Member>(`members/${office.member}`).catch(() => null) : null;
	return { office, member, officers, keys, nodes: (network?.nodes ?? []).filter((one) => one.office === code) };
}

export default function OfficePage({ values }: PageProps): JSX.Element {
	const code = values[0] ?? '';
	const { act, dialog } = useAct();
	const [found, setFound] = useState<Found | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [open, setOpen] = useState<'key' | 'close' | null>(null);
	const load = (): void => void find(code).then(setFound, setFailed);
	useEffect(load, [code]);
	const done = (): void => {
		setOpen(null);
		say(t('officers.done'));
		load();
	};
	const office = found?.office ?? null;
	const name = office?.names[language.value] ?? code;
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>
						<Name text={name} />
					</h1>
					<p class="small">
						<Code text={code} /> {office !== null && t(`kind.${office.kind}` as Key)}
					</p>
				</div>
				<a class="button" href={hrefOf('offices')}>
					{t('nav.offices')}
				</a>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{found === null && failed === null && <p role="status">{t('loading')}</p>}
			{found !== null && office !== null && (
				<>
					<section class="card stack">
						<dl class="facts facts-wide">
							<Fact name={t('officers.state')}>{office.state === 'closed' ? t('offices.closed') : found.member?.state === 'suspended' ? <strong class="bad">{t('offices.suspended')}</strong> : <span class="good">{t('off.open')}</span>}</Fact>
							<Fact name={t('off.place')}>
								<bdi>{country(office.country)}</bdi>
							</Fact>
							<Fact name={t('offices.since')}>
								<bdi>{date(office.since.slice(0, 10))}</bdi>
							</Fact>
						</dl>
						{office.state === 'open' && (may('notices.read') || (may('offices.change') && code !== 'GS')) && (
							<div class="row">
								{may('notices.read') && (
									<a class="button" href={`/desk/notices?owner=${code}`}>
										{t('offices.notices')}
									</a>
								)}
								{may('offices.change') && code !== 'GS' && (
									<button type="button" id="office-close" onClick={() => setOpen('close')}>
										{t('off.close')}
									</button>
								)}
							</div>
						)}
					</section>
					<section class="card stack" data-officers>
						<h2 class="card-title">{t('nav.officers')}</h2>
						{found.officers === null ? (
							<p>{t('off.officers.hidden')}</p>
						) : found.officers.filter((one) => one.state === 'active').length === 0 ? (
							<p>{t('officers.none')}</p>
						) : (
							<ul class="stack">
								{found.officers
									.filter((one) => one.state === 'active')
									.map((one) => (
										<li key={one.id}>
											<a href={hrefOf('officer', one.id)} dir="auto">
												<Name text={one.name ?? one.id} />
											</a>{' '}
											<Code text={one.id} /> · {one.roles.map((role) => t(`role.${role}` as Key)).join(' · ')}
										</li>
									))}
							</ul>
						)}
					</section>
					{mayChangeKeys(code) && office.state === 'open' && (
						<div class="row row-end">
							<button type="button" id="key-new" onClick={() => setOpen('key')}>
								<Icon name="lock" />
								{t('okey.add')}
							</button>
						</div>
					)}
					<Keys act={act} keys={found.keys} onChanged={load} />
					<section class="card stack">
						<h2 class="card-title">{t('nav.nodes')}</h2>
						{found.nodes.length === 0 ? (
							<p>{t('nod.none')}</p>
						) : (
							<ul class="values">
								{found.nodes.map((one) => (
									<li key={one.name}>
										<Name text={one.name} /> <span class={one.ended ? 'none' : one.connected ? 'good' : 'bad'}>{t(one.ended ? 'nod.ended' : one.connected ? 'nod.here' : 'nod.away')}</span>
									</li>
								))}
							</ul>
						)}
					</section>
				</>
			)}
			{open === 'key' && <AddKey act={act} office={code} onDone={done} onClose={() => setOpen(null)} />}
			{open === 'close' && office !== null && (
				<Reason
					title={t('off.close.of', { name })}
					meaning={t('off.close.meaning')}
					warning={t('undone')}
					action={t('off.close')}
					send={(reason) => act<Told>('POST', `offices/${encodeURIComponent(code)}/close`, { reason }, { 'If-Match': `"${office.version}"` })}
					onDone={done}
					onClose={() => setOpen(null)}
				/>
			)}
			{ownOffice() !== '' && dialog}
		</div>
	);
}
