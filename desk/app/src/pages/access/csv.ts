/* Lines of the access log as a file. What begins as a formula does gets an apostrophe: programs of tables run formulas. */
import type { AccessLine } from './index';

const COLUMNS = ['sequence', 'at', 'office', 'who', 'action', 'what', 'purpose', 'result'] as const;

function cell(value: string | number): string {
	const text = String(value);
	const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvOf = (lines: readonly AccessLine[]): string => [COLUMNS.join(','), ...lines.map((line) => COLUMNS.map((name) => cell(line[name])).join(','))].join('\r\n') + '\r\n';
