/* A deadline: how long it is until then, or since then, and which moment it is. */
import type { JSX } from 'preact';
import { t } from '../strings';
import { fromNow, moment } from '../strings/format';
import { Icon } from './Icon';

export function Due({ at }: { readonly at: string | null }): JSX.Element {
	if (at === null) return <span class="none">{t('due.none')}</span>;
	const seconds = (Date.parse(at) - Date.now()) / 1000;
	const look = seconds < 0 ? 'bad' : seconds < 86_400 ? 'near' : '';
	return (
		<span class={`due ${look}`} data-late={seconds < 0}>
			<Icon name={seconds < 0 ? 'warning' : 'clock'} />
			<span>
				{seconds < 0 ? t('due.late', { time: fromNow(seconds) }) : fromNow(seconds)}
				<small>
					<bdi>{moment(new Date(at))}</bdi>
				</small>
			</span>
		</span>
	);
}
