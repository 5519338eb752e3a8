/* Members, their offices and keys: a table that is found in, sorted, and leads on to the notices of an office. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Office, learnCodes, officeName, offices, readAll } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { may } from '../../frame/who';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { compare, country, date, number } from '../../strings/format';

interface Member {
	readonly code: string;
	readonly state: 'admitted' | 'suspended';
	readonly region: string;
}

interface OfficeKey {
	readonly office: string;
	readonly id: string;
	readonly ended: number | null;
}

const COLUMNS = ['officers.office', 'offices.code', 'offices.kind', 'offices.region', 'offices.keys', 'offices.since'] as const;
type Column = (typeof COLUMNS)[number];
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export default function OfficesPage(): JSX.Element {
	const [members, setMembers] = useState<ReadonlyMap<string, Member>>(new Map());
	const [keys, setKeys] = useState<readonly OfficeKey[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const [sought, setSought] = useState('');
	const [order, setOrder] = useState<{ readonly column: Column; readonly down: boolean }>({ column: 'officers.office', down: false });
	useEffect(() => {
		Promise.all([readAll<Member>('members', 'members'), readAll<OfficeKey>('keys', 'keys'), learnCodes()]).then(([found, having]) => {
			setMembers(new Map(found.map((one) => [one.code, one])));
			setKeys(having);
		}, setFailed);
	}, []);
	const keysOf = (office: Office): readonly OfficeKey[] => keys.filter((one) => one.office === office.code && one.ended === null);
	const regionOf = (office: Office): string => {
		const region = members.get(office.member ?? '')?.region;
		return region !== undefined ? t(`region.${region}` as Key) : '';
	};
	const textOf = (office: Office, column: Column): string =>
		({ 'officers.office': officeName(office.code), 'offices.code': office.code, 'offices.kind': t(`kind.${office.kind}` as Key), 'offices.region': regionOf(office), 'offices.keys': String(keysOf(office).length), 'offices.since': office.since })[column];
	const words = fold(sought.trim());
	const shown = offices.value
		.filter((one) => words === '' || fold(`${officeName(one.code)} ${one.code} ${country(one.country)}`).includes(words))
		.sort((a, b) => compare(textOf(a, order.column), textOf(b, order.column)) * (order.down ? -1 : 1));
	return (
		<div class="page page-wide">
			<div>
				<h1 tabIndex={-1}>{t('nav.offices')}</h1>
				<p class="small">{t('offices.meaning')}</p>
			</div>
			{failed !== null && <Trouble error={failed} />}
			<search class="notices-ask">
				<label class="notices-words">
					<span class="unseen">{t('offices.find')}</span>
					<Icon name="search" />
					<input type="search" dir="auto" autocomplete="off" placeholder={t('offices.find')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
				</label>
			</search>
			<section class="card">
				<p role="status">{t('offices.count', { count: shown.length })}</p>
				<div class="scroll" tabIndex={0} role="region" aria-label={t('nav.offices')}>
					<table class="table">
						<caption class="unseen">{t('nav.offices')}</caption>
						<thead>
							<tr>
								{COLUMNS.map((column) => (
									<th key={column} scope="col" aria-sort={order.column !== column ? 'none' : order.down ? 'descending' : 'ascending'}>
										<button type="button" class="button-quiet" title={t('offices.sort', { what: t(column) })} onClick={() => setOrder({ column, down: order.column === column && !order.down })}>
											{t(column)}
											{order.column === column && <span aria-hidden="true">{order.down ? '↓' : '↑'}</span>}
										</button>
									</th>
								))}
							</tr>
						</thead>
						<tbody>
							{shown.map((one) => (
								<tr key={one.code} data-office={one.code}>
									<td>
										<a href={hrefOf('office', one.code)} dir="auto">
											<Name text={officeName(one.code)} />
										</a>
										<small>
											{one.state === 'closed' ? t('offices.closed') : members.get(one.member ?? '')?.state === 'suspended' ? t('offices.suspended') : <bdi>{country(one.country)}</bdi>}
										</small>
										{may('notices.read') && (
											<small>
												<a href={`/desk/notices?owner=${one.code}`}>{t('offices.notices')}</a>
											</small>
										)}
									</td>
									<td>
										<Code text={one.code} />
									</td>
									<td>{t(`kind.${one.kind}` as Key)}</td>
									<td>{regionOf(one)}</td>
									<td>
										{keysOf(one).map((key) => (
											<Code key={key.id} text={key.id} />
										))}
										{keysOf(one).length > 1 && <small>{number(keysOf(one).length)}</small>}
									</td>
									<td>
										<bdi>{date(one.since.slice(0, 10))}</bdi>
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			</section>
		</div>
	);
}
