/* What the desk writes as files: text that the browser saves, and tables as CSV. What begins as a formula does gets an
 * apostrophe: programs of tables run formulas. */

function save(name: string, content: Blob): void {
	const address = URL.createObjectURL(content);
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

export const saveText = (name: string, text: string): void => save(name, new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));

/* As it is, for programs. */
export const savePlain = (name: string, text: string): void => save(name, new Blob([text], { type: 'application/octet-stream' }));

function cell(value: string | number): string {
	const text = String(value);
	const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`;
