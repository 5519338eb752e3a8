/* What this caller decided about pairs, newest first; each can be taken back. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { StoredDecision } from '../../api/types';
import { hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Trouble } from '../../parts/Trouble';
import { t } from '../../strings';
import { moment, percent } from '../../strings/format';

function Line({ decision, onUndo }: { readonly decision: StoredDecision; readonly onUndo: () => void }): JSX.Element {
	return (
		<tr>
			<td>
				<span class={`topic decision-${decision.decision}`}>
					<Icon name={decision.decision} />
					{t(`decided.short.${decision.decision}`)}
				</span>
			</td>
			<td>
				{decision.query.names.map((name) => (
					<div key={name}>
						<Name text={name} />
					</div>
				))}
				{decision.query.names.length === 0 && decision.query.documents.map((one) => <Code key={one.number} text={one.number} />)}
				{decision.reference !== null && (
					<small>
						<Code text={decision.reference} />
					</small>
				)}
			</td>
			<td>
				<a href={hrefOf('record', decision.entity)}>
					<Name text={decision.caption} />
				</a>{' '}
				<small>
					<Name text={decision.list} /> {decision.score > 0 && <bdi>{percent(decision.score)}</bdi>}
				</small>
			</td>
			<td>
				<Name text={decision.reason} />
			</td>
			<td>
				<bdi>{moment(new Date(decision.made))}</bdi>
				{decision.by !== '' && (
					<small>
						{' '}
						<Name text={decision.by} />
					</small>
				)}
			</td>
			<td>
				<button type="button" class="button-quiet" aria-label={t('decisions.undo', { name: decision.caption })} onClick={onUndo}>
					<Icon name="undo" />
					{t('decided.undo')}
				</button>
			</td>
		</tr>
	);
}

export default function DecisionsPage(): JSX.Element {
	const [decisions, setDecisions] = useState<readonly StoredDecision[] | null>(null);
	const [next, setNext] = useState<string | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const more = (cursor: string | null): void => {
		api.decisions(cursor).then((page) => {
			setDecisions((before) => [...(cursor === null ? [] : (before ?? [])), ...page.decisions]);
			setNext(page.next);
		}, setFailed);
	};
	useEffect(() => more(null), []);
	const undo = (decision: StoredDecision): void => {
		api.undecide(decision.id).then(() => {
			setDecisions((before) => (before ?? []).filter((one) => one.id !== decision.id));
			say(t('decisions.undone'));
		}, setFailed);
	};
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('decisions.title')}</h1>
				<p class="small">{t('decisions.meaning')}</p>
			</div>
			{failed !== null && <Trouble error={failed} />}
			{decisions !== null && decisions.length === 0 && <p class="card empty">{t('decisions.none')}</p>}
			{decisions !== null && decisions.length > 0 && (
				<section class="card">
					<div class="scroll" tabIndex={0} role="region" aria-label={t('decisions.title')}>
						<table class="table">
							<caption class="unseen">{t('decisions.title')}</caption>
							<thead>
								<tr>
									<th scope="col">{t('decisions.word')}</th>
									<th scope="col">{t('compare.traveller')}</th>
									<th scope="col">{t('compare.listed')}</th>
									<th scope="col">{t('decide.reason')}</th>
									<th scope="col">{t('decisions.when')}</th>
									<th scope="col">
										<span class="unseen">{t('decided.undo')}</span>
									</th>
								</tr>
							</thead>
							<tbody>
								{decisions.map((decision) => (
									<Line key={decision.id} decision={decision} onUndo={() => undo(decision)} />
								))}
							</tbody>
						</table>
					</div>
					{next !== null && (
						<p>
							<button type="button" onClick={() => more(next)}>
								{t('decisions.more')}
							</button>
						</p>
					)}
				</section>
			)}
		</div>
	);
}
