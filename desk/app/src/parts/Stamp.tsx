/* The state of a notice, in colour, shape and word. */
import type { JSX } from 'preact';
import { word } from '../api/notices';
import { Icon, type IconName } from './Icon';

const ICONS: Readonly<Record<string, IconName>> = {
	draft: 'pen', requested: 'queue', in_review: 'scales', returned: 'back', refused: 'stop', published: 'clear', amending: 'pen', suspended: 'warning', expired: 'warning', withdrawn: 'close', cancelled: 'stop', ended: 'same', discarded: 'close',
};
const IN_FORCE = ['published', 'amending'];
const WAITS = ['draft', 'requested', 'in_review', 'returned', 'suspended', 'expired'];

export function Stamp({ state }: { readonly state: string }): JSX.Element {
	const look = IN_FORCE.includes(state) ? 'good' : WAITS.includes(state) ? 'near' : 'over';
	return (
		<span class={`topic stamp stamp-${look}`} data-state={state}>
			<Icon name={ICONS[state] ?? 'notice'} />
			{word('state', state)}
		</span>
	);
}
