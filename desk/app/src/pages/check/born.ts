/* Dates as people type them: 1971-03-14, 14/03/1971, 14.3.1971, 14 3 1971, 03/1971, 1971; with digits of any script. Day
 * before month, as in all four languages of the desk and on passports; the field shows in words what was understood. */
import { asciiDigits } from '../../strings/format';

const two = (number: string): string => number.padStart(2, '0');

function real(year: string, month: string, day: string): string | null {
	const text = `${year}-${two(month)}-${two(day)}`;
	const date = new Date(`${text}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}

/* As the service takes it; null when it is no date. */
export function readDate(typed: string): string | null {
	const numbers = asciiDigits(typed.trim()).split(/[\s./\-–،]+/);
	if (numbers.some((number) => !/^\d{1,4}$|^\d{8}$/.test(number))) return null;
	const [a = '', b = '', c = ''] = numbers;
	const isYear = (text: string): boolean => /^[12]\d{3}$/.test(text);
	if (numbers.length === 1 && a.length === 8) {
		const last = isYear(a.slice(4)) ? real(a.slice(4), a.slice(2, 4), a.slice(0, 2)) : null;
		return last ?? (isYear(a.slice(0, 4)) ? real(a.slice(0, 4), a.slice(4, 6), a.slice(6)) : null);
	}
	if (numbers.length === 1) return isYear(a) ? a : null;
	if (numbers.length === 2) {
		const [year, month] = isYear(a) ? [a, b] : [b, a];
		return isYear(year) && month.length <= 2 && Number(month) >= 1 && Number(month) <= 12 ? `${year}-${two(month)}` : null;
	}
	if (numbers.length !== 3) return null;
	if (isYear(a)) return b.length <= 2 && c.length <= 2 ? real(a, b, c) : null;
	return isYear(c) && a.length <= 2 && b.length <= 2 ? real(c, b, a) : null;
}
