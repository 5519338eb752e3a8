/* What is loaded, from when, how old, how much. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { known, learn } from '../../api/line';
import { say } from '../../frame/say';
import { staleDays } from '../../frame/store';
import { may } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { T } from '../../parts/T';
import { type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { ago, bytes, date, moment, number } from '../../strings/format';
import { Load } from './Load';

/* Not lists that were loaded: what the record itself holds. */
const OWN: readonly string[] = ['notices', 'objects'];

export default function ListsPage(): JSX.Element {
	const told = known.value;
	const { act, dialog } = useAct();
	const [dropping, setDropping] = useState<string | null>(null);
	const runs = may('lists.load');
	/* The service takes a change over a moment after it was made. */
	const look = (): void => {
		for (const wait of [0, 700, 2500]) setTimeout(() => void api.lists().then((found) => learn(found.lists, found.rules), () => undefined), wait);
	};
	const age = (loaded: string): number => (Date.now() - Date.parse(loaded)) / 1000;
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('lists.title')}</h1>
				{told !== null && (
					<p class="small">
						<T k="lists.told" time={moment(told.at)} rules={<Code text={told.rules} />} />
					</p>
				)}
			</div>
			{told === null ? (
				<p>{t('lists.unknown')}</p>
			) : told.lists.length === 0 ? (
				<div class="card trouble" role="alert">
					<Icon name="warning" />
					<div>
						<p>
							<strong>{t('lists.none')}</strong>
						</p>
						<p>{t('lists.none.help')}</p>
					</div>
				</div>
			) : (
				<div class="lists">
					{told.lists.map((list) => {
						const old = age(list.loaded) > staleDays.value * 86400;
						return (
							<article class={`card list ${old ? 'list-old' : ''}`} key={list.name}>
								<h2>
									<Name text={list.name} />
								</h2>
								<p class="list-count">
									<strong>{number(list.entities)}</strong> <T k="lists.entities" count={list.entities} />
								</p>
								<p class={old ? 'bad' : 'good'}>
									<Icon name={old ? 'warning' : 'clear'} />
									{t('lists.loaded', { age: ago(age(list.loaded)) })}
								</p>
								<dl class="facts">
									<Fact name={t('lists.loadedAt')}>
										<bdi>{moment(new Date(list.loaded))}</bdi>
									</Fact>
									<Fact name={t('lists.published')}>{list.published !== null ? <bdi>{/^\d{4}(-\d\d){0,2}$/.test(list.published) ? date(list.published) : list.published}</bdi> : <span class="none">{t('lists.unsaid')}</span>}</Fact>
									<Fact name={t('lists.names')}>{number(list.names)}</Fact>
									<Fact name={t('lists.documents')}>{number(list.documents)}</Fact>
									<Fact name={t('lists.format')}>
										<bdi lang="en">{list.format}</bdi>
									</Fact>
									<Fact name={t('lists.source')}>
										<Name text={list.source} />
									</Fact>
									<Fact name={t('lists.size')}>
										<bdi>{bytes(list.bytes)}</bdi>
									</Fact>
									<Fact name={t('lists.version')}>
										<Code text={list.version} />
									</Fact>
								</dl>
								{runs && !OWN.includes(list.name) && (
									<div>
										<button type="button" class="button-quiet" data-drop={list.name} onClick={() => setDropping(list.name)}>
											{t('load.drop')}
										</button>
									</div>
								)}
							</article>
						);
					})}
				</div>
			)}
			{runs && <Load act={act} onLoaded={look} />}
			{dropping !== null && (
				<Reason
					title={t('load.drop.of', { list: dropping })}
					meaning={t('load.drop.meaning')}
					warning={t('load.drop.warning')}
					action={t('load.drop')}
					none
					send={() => act<Told>('DELETE', `lists/${encodeURIComponent(dropping)}`)}
					onDone={() => {
						setDropping(null);
						say(t('officers.done'));
						look();
					}}
					onClose={() => setDropping(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
