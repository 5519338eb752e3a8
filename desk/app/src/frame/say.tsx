/* What screen readers are told without moving the focus: polite news, and answers that must be heard at once. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';

const polite = signal('');
const urgent = signal('');

/* The same words twice are said twice: the region is emptied in between. */
function tell(region: typeof polite, text: string): void {
	region.value = '';
	setTimeout(() => {
		region.value = text;
	}, 50);
}

export const say = (text: string): void => tell(polite, text);
export const sayNow = (text: string): void => tell(urgent, text);

export function Voices(): JSX.Element {
	return (
		<div class="unseen">
			<div role="status" aria-live="polite">{polite}</div>
			<div role="alert" aria-live="assertive">{urgent}</div>
		</div>
	);
}
