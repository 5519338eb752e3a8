/* The zone as it was read, with the fields that have a check digit marked right or wrong. */
import type { JSX } from 'preact';
import { t } from '../../strings';
import { type Zone, spansOf } from './mrz';

export function ZoneLines({ zone }: { readonly zone: Zone }): JSX.Element {
	const spans = spansOf(zone);
	const wrong = spans.filter((span) => !span.good).length;
	return (
		<figure class="zone">
			<div class="zone-lines" dir="ltr" lang="zxx" role="img" aria-label={wrong > 0 ? t('zone.wrong', { count: wrong }) : t('zone.right')}>
				{zone.lines.map((line, index) => (
					<div key={index} class="zone-line">
						{cut(line, spans.filter((span) => span.line === index))}
					</div>
				))}
			</div>
			{spans.length > 0 && (
				<figcaption class={wrong > 0 ? 'bad' : 'good'}>{wrong > 0 ? `✕ ${t('zone.wrong', { count: wrong })}` : `✓ ${t('zone.right')}`}</figcaption>
			)}
		</figure>
	);
}

function cut(line: string, spans: readonly { from: number; to: number; good: boolean }[]): (string | JSX.Element)[] {
	const pieces: (string | JSX.Element)[] = [];
	let at = 0;
	for (const span of [...spans].sort((a, b) => a.from - b.from)) {
		if (span.from < at) continue;
		pieces.push(line.slice(at, span.from));
		pieces.push(
			<span key={span.from} class={span.good ? 'zone-good' : 'zone-bad'}>
				{line.slice(span.from, span.to)}
			</span>,
		);
		at = span.to;
	}
	pieces.push(line.slice(at));
	return pieces;
}
