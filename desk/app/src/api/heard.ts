/* What others do meanwhile, from the stream of the record's entries: a page that shows things of some kinds reads them again when one
 * of them changes. The stream tells that something changed and never what. */
import { useEffect, useRef } from 'preact/hooks';
import { may } from '../frame/who';

const GATHER_MS = 150; /* several entries of one plan are one change */
const DIALOG_MS = 400; /* until it is looked again whether a dialog is still open: what is being typed there is not taken away */
const AGAIN_MS = 5000;

/* `kinds` are beginnings: "meeting." is every step of a meeting. `again` is also called when the stream has come back. */
export function useHeard(kinds: readonly string[], again: () => void): void {
	const latest = useRef(again);
	latest.current = again;
	const allowed = may('events');
	useEffect(() => {
		if (!allowed) return;
		let source: EventSource | null = null;
		let timer: ReturnType<typeof setTimeout> | undefined;
		let retry: ReturnType<typeof setTimeout> | undefined;
		let opened = false;
		const soon = (wait: number): void => {
			clearTimeout(timer);
			timer = setTimeout(() => (document.querySelector('dialog[open]') !== null ? soon(DIALOG_MS) : latest.current()), wait);
		};
		const open = (): void => {
			source = new EventSource('/api/v1/events');
			source.addEventListener('open', () => {
				if (opened) soon(0);
				opened = true;
			});
			source.addEventListener('entry', (event) => {
				const { kind } = JSON.parse(event.data as string) as { kind: string };
				if (kinds.some((one) => kind.startsWith(one))) soon(GATHER_MS);
			});
			source.addEventListener('error', () => {
				/* Refused, not cut: a browser comes back by itself from a cut alone. */
				if (source?.readyState !== EventSource.CLOSED) return;
				source.close();
				retry = setTimeout(open, AGAIN_MS);
			});
		};
		open();
		return () => {
			clearTimeout(timer);
			clearTimeout(retry);
			source?.close();
		};
	}, [allowed, kinds.join()]);
}
