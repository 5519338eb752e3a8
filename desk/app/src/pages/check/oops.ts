/* A decision that could not be stored is told at once, and stays told until the next one. */
import { signal } from '@preact/signals';

export const trouble = signal<unknown>(null);

export function oops(error: unknown): void {
	trouble.value = error;
}
