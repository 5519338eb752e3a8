/* Quantities of what is seized: with at most three decimals, added in thousandths so that sums are exact. */
import type { Seizure } from '../../api/operations';
import { seizureUnit, seizureWord } from '../../api/operations';
import { type Key, t } from '../../strings';
import { asciiDigits, quantity } from '../../strings/format';

const UNITS = ['kg', 'EUR', 'm3', 'round'] as const;

export const unitWord = (kind: string): string => {
	const unit = UNITS.find((one) => one === seizureUnit(kind));
	return unit !== undefined ? t(`op.unit.${unit}` as Key) : '';
};

export const amount = (one: Seizure): string => [quantity(one.quantity), unitWord(one.kind)].filter((part) => part !== '').join(' ');

export const seized = (one: Seizure): string => `${seizureWord(one.kind)}: ${amount(one)}`;

/* Of several reports, by kind. */
export function sumSeizures(all: readonly (readonly Seizure[])[]): Seizure[] {
	const sums = new Map<string, Seizure>();
	for (const one of all.flat()) {
		const before = sums.get(one.kind)?.quantity ?? 0;
		sums.set(one.kind, { ...one, quantity: Math.round(before * 1000 + one.quantity * 1000) / 1000 });
	}
	return [...sums.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/* What somebody typed as a quantity, in any of the desk's digits, with a comma or a point; null when it is none. */
export function readQuantity(typed: string): number | null {
	const text = asciiDigits(typed.trim()).replace(/[\u066b,]/, '.').replace(/[\s\u066c'’]/g, '');
	if (!/^\d{1,10}(\.\d{1,3})?$/.test(text)) return null;
	const value = Number(text);
	return value > 0 ? value : null;
}

export function readCount(typed: string): number | null {
	const text = asciiDigits(typed.trim()).replace(/[\s\u066c'’]/g, '');
	return text === '' ? 0 : /^\d{1,9}$/.test(text) ? Number(text) : null;
}
