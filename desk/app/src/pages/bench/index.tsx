/* The review bench: what waits at headquarters, the longest waiting first; a line opens the notice with its form. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type NoticeLine, type NoticePage, learnCodes, officeName, word } from '../../api/notices';
import { hrefOf } from '../../frame/router';
import { Code, Name } from '../../parts/Name';
import { Stamp } from '../../parts/Stamp';
import { Trouble } from '../../parts/Trouble';
import { t } from '../../strings';
import { ago, number } from '../../strings/format';

const STATES = ['requested', 'in_review', 'amending', 'returned'] as const;

export default function BenchPage(): JSX.Element {
	const [found, setFound] = useState<NoticePage | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		Promise.all([read<NoticePage>(`notices?limit=500${STATES.map((one) => `&state=${one}`).join('')}`), learnCodes()]).then(([page]) => setFound(page), setFailed);
	}, []);
	const waiting = (one: NoticeLine): number => (Date.now() - Date.parse(one.changed ?? '')) / 1000;
	const lines = [...(found?.notices ?? [])].sort((a, b) => waiting(b) - waiting(a));
	return (
		<div class="page page-wide">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('nav.bench')}</h1>
				<p class="small">{t('bench.meaning')}</p>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{found !== null && lines.length === 0 && <p class="card empty">{t('bench.none')}</p>}
			{STATES.map((state) => {
				const own = lines.filter((one) => one.state === state);
				return own.length === 0 ? null : (
					<div class="card" key={state}>
						<h2 class="row">
							<Stamp state={state} /> <span class="number">{number(own.length)}</span>
						</h2>
						<div class="scroll" tabIndex={0} role="region" aria-label={word('state', state)}>
							<table class="table">
								<caption class="unseen">{word('state', state)}</caption>
								<thead>
									<tr>
										<th scope="col">{t('bench.what')}</th>
										<th scope="col">{t('facet.colour')}</th>
										<th scope="col">{t('notice.owner')}</th>
										<th scope="col">{t('facet.crime')}</th>
										<th scope="col">{t('bench.waits')}</th>
									</tr>
								</thead>
								<tbody>
									{own.map((one) => (
										<tr key={one.id}>
											<td>
												<a href={hrefOf('notice', one.href)}>
													<Name text={one.caption !== '' ? one.caption : t('none')} />
												</a>
												<small>
													<Code text={one.id} />
												</small>
											</td>
											<td>
												<span class="notice-dot" data-colour={one.colour}>
													{word('colour', one.colour)}
												</span>
											</td>
											<td>
												<Name text={officeName(one.owner)} />
											</td>
											<td>{(one.crimes ?? []).map((crime) => word('crime', crime)).join(' · ')}</td>
											<td>
												<bdi>{ago(waiting(one))}</bdi>
											</td>
										</tr>
									))}
								</tbody>
							</table>
						</div>
					</div>
				);
			})}
		</div>
	);
}
