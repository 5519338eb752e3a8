/* CSV in and out. Reads what spreadsheets write: commas, semicolons or tabs, quotes with anything inside, a byte order
 * mark, UTF-8 or UTF-16, or the Windows code pages of Latin and Arabic where the bytes are no UTF-8. */

export interface Sheet {
	readonly header: readonly string[];
	readonly rows: readonly (readonly string[])[];
	readonly lines: readonly number[]; /* on which line of the file each row begins, from 1 */
}

export function decode(bytes: Uint8Array, arabic: boolean): string {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder(arabic ? 'windows-1256' : 'windows-1252').decode(bytes);
	}
}

/* The separator that the first line has most of, outside of quotes. */
function separatorOf(text: string): string {
	const end = text.search(/[\r\n]/);
	const first = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
	const count = (separator: string): number => first.split(separator).length;
	return [',', ';', '\t'].reduce((best, separator) => (count(separator) > count(best) ? separator : best));
}

export function readSheet(text: string): Sheet {
	const body = text.replace(/^\ufeff/, '');
	const separator = separatorOf(body);
	const rows: string[][] = [];
	const lines: number[] = [];
	let row: string[] = [];
	let cell = '';
	let quoted = false;
	let line = 1;
	let begun = 1;
	const endRow = (): void => {
		row.push(cell);
		cell = '';
		if (row.length > 1 || row[0]!.trim() !== '') {
			rows.push(row);
			lines.push(begun);
		}
		row = [];
	};
	for (let i = 0; i < body.length; i++) {
		const c = body[i]!;
		if (c === '\n' || (c === '\r' && body[i + 1] !== '\n')) line++;
		if (quoted) {
			if (c !== '"') cell += c;
			else if (body[i + 1] === '"') cell += body[++i]!;
			else quoted = false;
		} else if (c === '"' && cell.trim() === '') {
			quoted = true;
			cell = '';
		} else if (c === separator) {
			row.push(cell);
			cell = '';
		} else if (c === '\n' || c === '\r') {
			if (c === '\r' && body[i + 1] === '\n') i++, line++;
			endRow();
			begun = line;
		} else {
			cell += c;
		}
	}
	if (cell !== '' || row.length > 0) endRow();
	return { header: (rows[0] ?? []).map((name) => name.trim()), rows: rows.slice(1), lines: lines.slice(1) };
}

/* One field, in quotes where it needs them. A leading =, +, - or @ stays as it is: the file is what `jisr batch` writes. */
const field = (value: string): string => (/[,;"\r\n\t]|^ | $/.test(value) ? `"${value.replace(/"/g, '""')}"` : value);

export const writeRow = (values: readonly string[]): string => `${values.map(field).join(',')}\n`;
