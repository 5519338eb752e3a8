/* The state of a hit, in colour, shape and word. */
import type { JSX } from 'preact';
import { label } from '../api/work';
import { Icon, type IconName } from './Icon';

const ICONS: Readonly<Record<string, IconName>> = {
	reported: 'bell', acknowledged: 'eye', asked: 'unsure', confirmed: 'same', arrested: 'stop', requested: 'record', granted: 'scales', denied: 'different', withdrawn: 'close', refused: 'close', released: 'undo',
};
const WAITS = ['reported', 'acknowledged', 'asked'];
const OVER = ['denied', 'withdrawn', 'refused', 'released', 'closed'];

export function HitStamp({ state }: { readonly state: string }): JSX.Element {
	const look = WAITS.includes(state) ? 'near' : OVER.includes(state) ? 'over' : 'good';
	return (
		<span class={`topic stamp stamp-${look}`} data-state={state}>
			<Icon name={ICONS[state] ?? 'clear'} />
			{label('hit_state', state)}
		</span>
	);
}
