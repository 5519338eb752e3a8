/* Keys. A page says which it knows with useKeys() while it is shown; the help and the palette list what is known now.
 *
 * Passport readers type what they read, as fast keys that may begin anywhere. So a key without Ctrl or Alt counts as a
 * command only when nothing follows it at once; what comes in a burst goes to whoever listens with onBurst(). */
import { signal } from '@preact/signals';
import { useLayoutEffect } from 'preact/hooks';
import { asciiDigits } from '../strings/format';
import type { Key } from '../strings';
import { singleKeys } from './store';

export interface Command {
	readonly keys: string; /* "1", "Enter", "Escape", "/", "?", "Ctrl+K"; several with a space between */
	readonly label: Key;
	readonly run: () => void;
	readonly enabled?: () => boolean;
}

export const BURST_MS = 60;

export const commands = signal<readonly Command[]>([]);

/* Known with what is on the screen, not a moment later: a key must not do what the screen before it promised. */
export function useKeys(own: readonly Command[], again: readonly unknown[]): void {
	useLayoutEffect(() => {
		commands.value = [...own, ...commands.peek()];
		return () => {
			commands.value = commands.peek().filter((command) => !own.includes(command));
		};
	}, again);
}

/* The name of the key that was pressed, the same on every keyboard layout. */
export function nameOf(event: KeyboardEvent): string {
	const key = event.key === '؟' ? '?' : event.key.length === 1 ? asciiDigits(event.key) : event.key;
	if (event.ctrlKey || event.metaKey) return `Ctrl+${event.code.replace(/^Key/, '')}`;
	return event.altKey ? `Alt+${event.code.replace(/^(Key|Digit)/, '')}` : key;
}

const isEditable = (target: EventTarget | null): boolean =>
	target instanceof HTMLElement && (target.isContentEditable || (target.matches('input, textarea, select') && !target.matches('[type=radio], [type=checkbox], [type=file]')));

/* What Enter and Space do on the thing that has the focus is not taken away from it. */
const acts = (target: EventTarget | null): boolean => target instanceof HTMLElement && target.closest('button, a[href], summary, input, select, textarea') !== null;

let burst = '';
let last = 0;
let waiting: ReturnType<typeof setTimeout> | undefined;
let listener: ((text: string) => boolean) | null = null;

/* `take` is told what was typed in one burst so far, outside of every field, after each key; true when it took it over. */
export function onBurst(take: (text: string) => boolean): () => void {
	listener = take;
	return () => {
		if (listener === take) listener = null;
	};
}

/* What was typed at once outside of every field until now, for a field that has just taken the focus. */
export function takeBurst(): string {
	const text = performance.now() - last < BURST_MS ? burst : '';
	burst = '';
	clearTimeout(waiting);
	return text;
}

function run(name: string): boolean {
	const found = commands.peek().find((command) => command.keys.split(' ').includes(name) && (command.enabled?.() ?? true));
	found?.run();
	return found !== undefined;
}

function onKey(event: KeyboardEvent): void {
	if (event.isComposing || event.defaultPrevented) return;
	const name = nameOf(event);
	const modal = document.querySelector('dialog[open]') !== null;
	if (event.ctrlKey || event.metaKey || event.altKey || name === 'F1') {
		if (!modal && run(name)) event.preventDefault();
		return;
	}
	if (modal) return;
	if (name === 'Escape') {
		if (run(name)) event.preventDefault();
		return;
	}
	if (isEditable(event.target)) return;
	const printable = event.key.length === 1;
	if (printable || (name === 'Enter' && burst !== '')) {
		const gap = event.timeStamp - last;
		last = event.timeStamp;
		burst = gap < BURST_MS ? burst + (printable ? event.key : '\n') : printable ? event.key : '';
		if (burst.length > 1) {
			clearTimeout(waiting);
			waiting = undefined;
			if (listener?.(burst) === true) event.preventDefault();
			return;
		}
	}
	if (event.repeat && name === 'Enter') return;
	if ((name === 'Enter' || name === ' ') && acts(event.target)) return;
	if (!printable) {
		if (run(name)) event.preventDefault();
		return;
	}
	if (!singleKeys.value || acts(event.target) && event.target instanceof HTMLInputElement) return;
	if (name === '/') event.preventDefault();
	clearTimeout(waiting);
	waiting = setTimeout(() => run(name), BURST_MS);
}

export const listenToKeys = (): void => document.addEventListener('keydown', onKey);
