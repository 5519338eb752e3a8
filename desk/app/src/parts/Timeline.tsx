/* What happened to something, from the log, oldest first. */
import type { ComponentChildren, JSX } from 'preact';
import { officeName } from '../api/notices';
import type { WorkEvent } from '../api/work';
import { t } from '../strings';
import { moment } from '../strings/format';
import { Code, Name, Prose } from './Name';

export function Timeline(props: { readonly events: readonly WorkEvent[]; readonly titleOf: (event: WorkEvent) => string; readonly detailOf?: (event: WorkEvent) => ComponentChildren }): JSX.Element {
	return (
		<section class="card" aria-label={t('history.title')}>
			<h2 class="card-title">{t('history.title')}</h2>
			<ol class="history">
				{props.events.map((event) => (
					<li key={event.sequence} data-step={event.step}>
						<p>
							<strong>{props.titleOf(event)}</strong>
						</p>
						<p class="small">
							<bdi>{moment(new Date(event.at))}</bdi> {event.office !== '' && <Name text={officeName(event.office)} />} {event.officer !== '' && <Code text={event.officer} />}
						</p>
						{event.text !== '' && (
							<blockquote dir="auto">
								<Prose text={event.text} />
							</blockquote>
						)}
						{props.detailOf?.(event)}
					</li>
				))}
			</ol>
		</section>
	);
}
